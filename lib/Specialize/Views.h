/// The steps from a storage's base to a view of it.
#ifndef SCONCE_LIB_SPECIALIZE_VIEWS_H
#define SCONCE_LIB_SPECIALIZE_VIEWS_H

#include "lib/Specialize/AbstractValue.h"
#include "lib/Specialize/Emitter.h"
#include "runtime/Tensor.h"

#include "llvm/ADT/SmallVector.h"

namespace sconce::specialize {

enum class ViewKind : uint8_t { Slice, Permute, Broadcast, Reshape, AsStrided, ViewAsReal, ViewAsComplex, Bitcast };

/// One view primitive with its arguments.
struct ViewStep {
  ViewKind kind;
  llvm::SmallVector<int64_t, 4> dims = {};   ///< Permute, Broadcast; Slice: one
  llvm::SmallVector<Extent, 4> sizes = {};   ///< Broadcast, Reshape, AsStrided; Slice: one
  llvm::SmallVector<Extent, 4> strides = {}; ///< AsStrided; Slice: the step, known
  Extent offset = Extent::ofInt(0);     ///< AsStrided; Slice: the start
  rt::Dtype dtype = rt::Dtype::Float32; ///< Bitcast

  static ViewStep slice(int64_t dim, Extent start, Extent size, int64_t step);
  static ViewStep permute(llvm::ArrayRef<int64_t> dims);
  static ViewStep broadcast(llvm::ArrayRef<Extent> sizes, llvm::ArrayRef<int64_t> dims);
  static ViewStep reshape(llvm::ArrayRef<Extent> sizes);
  static ViewStep asStrided(llvm::ArrayRef<Extent> sizes, llvm::ArrayRef<Extent> strides, Extent offset);
};

/// How a tensor lies in its storage.
struct ViewShape {
  rt::Dtype dtype;
  llvm::SmallVector<Extent, 4> sizes;
  llvm::SmallVector<Extent, 4> strides; ///< empty: row-major
  Extent offset;
};

/// A chain of steps, shared by the views that have it in common.
struct View {
  const View *parent; ///< null: the base
  ViewStep step;
  ViewShape before, after;
};

/// Row-major strides.
llvm::SmallVector<Extent, 4> rowMajorStrides(Emitter &emitter, llvm::ArrayRef<Extent> sizes);
/// Whether these strides are row-major for certain (extents of 1 do not matter).
bool isRowMajor(Emitter &emitter, llvm::ArrayRef<Extent> sizes, llvm::ArrayRef<Extent> strides);
/// PyTorch's computeStride: the strides of `sizes` as a view of the other shape.
/// nullopt when it cannot be one, or that is not known.
std::optional<llvm::SmallVector<Extent, 4>> reshapeStrides(Emitter &emitter, const ViewShape &shape, llvm::ArrayRef<Extent> sizes);

/// The shape after a step. Steps are in range.
ViewShape shapeAfter(Emitter &emitter, const ViewShape &shape, const ViewStep &step);
/// Whether a step changes nothing.
bool isIdentity(const ViewShape &shape, const ViewStep &step);
/// The dimensions of a base from the outermost in memory to the innermost.
llvm::SmallVector<int64_t> memoryOrder(const ViewShape &shape);
/// The step applied to a value.
mlir::Value applyStep(Emitter &emitter, mlir::Value value, const View &view);
/// The new value of what the step was applied to, when its result becomes `written`.
mlir::Value invertStep(Emitter &emitter, mlir::Value before, mlir::Value written, const View &view);

} // namespace sconce::specialize

#endif
