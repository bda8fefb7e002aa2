// What lowerings of primitives share: types as they are in memory, extents, elementwise loops.

#ifndef SCONCE_CODEGEN_LOWERING_LOWERINGBUILDER_H
#define SCONCE_CODEGEN_LOWERING_LOWERINGBUILDER_H

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinTypes.h"
#include "llvm/ADT/STLFunctionalExtras.h"

namespace sconce::codegen {

/// The element type that holds `type` in memory: bool and the unsigned integers become signless integers of whole bytes.
mlir::Type memoryElementType(mlir::Type type);

/// The scalar type that computation on elements of `type` uses: f16 and bf16 compute in f32, unsigned integers are
/// signless, bool is i1.
mlir::Type computeElementType(mlir::Type type);

/// Whether `type` is a tensor that is known to have no elements.
bool hasNoElements(mlir::Type type);

/// The positions of the first `count` of `loops` loops.
mlir::AffineMap mapToFirstLoops(mlir::MLIRContext *context, unsigned loops, unsigned count);

/// Builds linalg on tensors at one location.
class LoweringBuilder {
public:
  using Body = llvm::function_ref<mlir::Value(mlir::OpBuilder &, mlir::ValueRange)>;
  /// As Body; also gets the index of the element in each dimension of the result.
  using IndexedBody = llvm::function_ref<mlir::Value(LoweringBuilder &, mlir::ValueRange indices)>;

  LoweringBuilder(mlir::OpBuilder &builder, mlir::Location loc) : builder(builder), loc(loc) {}

  mlir::Value index(int64_t value);
  mlir::Value integer(int64_t value, unsigned width = 64);
  /// Zero, one or another number of an int, float or complex scalar type.
  mlir::Value number(mlir::Type type, double value);
  mlir::Value toIndex(mlir::Value i64);

  /// The extent of a dimension: folded to a constant where the type has it.
  mlir::OpFoldResult extent(mlir::Value tensor, int64_t dim);
  llvm::SmallVector<mlir::OpFoldResult> extents(mlir::Value tensor);
  /// Extents from a static list with kDynamic entries taken from `dynamic` (i64 scalars) in order.
  llvm::SmallVector<mlir::OpFoldResult> mixed(llvm::ArrayRef<int64_t> statics, mlir::ValueRange dynamic);
  mlir::Value materialize(mlir::OpFoldResult index);

  /// An uninitialized tensor of `type` (already a memory type) with the given extents.
  mlir::Value empty(mlir::RankedTensorType type, llvm::ArrayRef<mlir::OpFoldResult> extents);
  /// A tensor of `type` with `scalar` (of the memory element type) everywhere.
  mlir::Value filled(mlir::RankedTensorType type, llvm::ArrayRef<mlir::OpFoldResult> extents, mlir::Value scalar);

  /// One parallel loop over `type`, whose inputs are read through `maps` (identity when empty).
  mlir::Value elementwise(mlir::RankedTensorType type, llvm::ArrayRef<mlir::OpFoldResult> extents,
                          mlir::ValueRange inputs, llvm::ArrayRef<mlir::AffineMap> maps, Body body);
  /// One parallel loop over `type` with a body that computes each element from its index.
  mlir::Value fromIndices(mlir::RankedTensorType type, llvm::ArrayRef<mlir::OpFoldResult> extents, IndexedBody body);

  /// A scalar as it is in memory (of `elementType` in the ts dialect) as it is computed with, and back.
  mlir::Value load(mlir::Value inMemory, mlir::Type elementType);
  mlir::Value store(mlir::Value computed, mlir::Type elementType);

  /// `into` with `x` written at `offsets` in steps of `strides`; `into` itself where `x` has no elements.
  mlir::Value insertSlice(mlir::Value x, mlir::Value into, llvm::ArrayRef<mlir::OpFoldResult> offsets,
                          llvm::ArrayRef<mlir::OpFoldResult> strides);

  /// tensor.cast where the types differ in static information only.
  mlir::Value cast(mlir::Value tensor, mlir::Type type);

  mlir::OpBuilder &builder;
  mlir::Location loc;
};

} // namespace sconce::codegen

#endif
