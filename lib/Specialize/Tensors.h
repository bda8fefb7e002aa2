/// Tensors as views of storages: making, viewing, reading and writing them.
#ifndef SCONCE_LIB_SPECIALIZE_TENSORS_H
#define SCONCE_LIB_SPECIALIZE_TENSORS_H

#include "lib/Specialize/Emitter.h"
#include "lib/Specialize/Heap.h"
#include "lib/Specialize/Views.h"
#include "lib/Specialize/Weights.h"

#include "llvm/ADT/DenseMap.h"

#include <map>

namespace sconce::specialize {

class Tensors {
public:
  Tensors(Heap &heap, Emitter &emitter, WeightTable &weights) : heap(heap), emitter(emitter), weights(weights) {}

  /// Known storages up to this many elements are written at compile time.
  int64_t knownLimit = 4096;

  // Making.

  /// A tensor of its own storage. `sizes` must agree with the value's type;
  /// empty `strides` are row-major.
  TensorNode *fresh(mlir::Value value, rt::Dtype dtype, llvm::ArrayRef<Extent> sizes, llvm::ArrayRef<Extent> strides = {});
  /// The same with extents from the value's type, read at run time where `?`.
  TensorNode *fresh(mlir::Value value);
  /// The elements of `tensor` in a storage of their own with these strides; empty ones are row-major. Null after a diagnostic.
  TensorNode *copyStrided(TensorNode *tensor, llvm::ArrayRef<Extent> strides);
  /// A known tensor of its own storage; empty `strides` are row-major.
  TensorNode *constant(rt::Tensor tensor, llvm::ArrayRef<Extent> strides = {});
  /// A 0-dim tensor of a scalar, known or not.
  TensorNode *scalar(const AbstractValue &scalar, bool wrappedNumber = false);
  /// A tensor of the program: those on one storage share their StorageNode.
  TensorNode *fromProgram(const rt::Tensor &tensor);
  /// A tensor object on all of a storage.
  TensorNode *baseOf(StorageNode *storage);
  /// Another tensor object on the same view.
  TensorNode *alias(TensorNode *tensor);
  /// A view of a view. Parameters must be in range.
  TensorNode *view(TensorNode *tensor, ViewStep step);

  // Asking.

  llvm::SmallVector<Extent> stridesOf(const TensorNode *tensor);
  Extent numel(const TensorNode *tensor);
  /// PyTorch's is_contiguous(); unknown extents count as different from 1.
  bool isContiguous(const TensorNode *tensor);
  /// The content when it is known (a strided view); undefined otherwise, and where it has more elements than `limit`. It
  /// counts as looked at: compiled code depends on it.
  rt::Tensor known(const TensorNode *tensor, int64_t limit = INT64_MAX);
  /// The same for who hands the content on without looking at its elements.
  rt::Tensor unread(const TensorNode *tensor);
  /// Says that elements of a known content were looked at.
  void noteRead(const rt::Tensor &content) { weights.noteRead(content.storage().get()); }
  /// The number in a 0-dim tensor that a scalar made; uninitialized otherwise.
  AbstractValue scalarContent(const TensorNode *tensor);

  // Reading and writing.

  /// The newest content as an SSA value of the tensor's shape.
  mlir::Value read(TensorNode *tensor);
  /// The content of a storage, of base shape.
  mlir::Value readBase(StorageNode *storage);
  /// Makes a new version of `target`'s storage with `source`'s elements seen
  /// through `target`. Shapes and dtypes are equal.
  mlir::LogicalResult write(TensorNode *target, TensorNode *source);
  /// Replaces the whole content of a storage.
  void setBase(StorageNode *storage, mlir::Value value);
  void setBase(StorageNode *storage, rt::Tensor known);
  /// From now on the storage's content is the memory behind `handle`, a !ts.ref.
  void moveBehind(StorageNode *storage, mlir::Value handle, mlir::Value memory = {});
  /// `tensor` becomes another view, in place (resize_, squeeze_, set_).
  void become(TensorNode *tensor, const TensorNode *other);

  // Values read inside a region are not visible after it.
  void enterRegion();
  void leaveRegion();

  /// From now on tensors of the program on this storage view `base`, which is the
  /// entry's input for `tensor` (contiguous).
  void bindStorage(const rt::Tensor &tensor, StorageNode *base);

private:
  using CacheKey = std::pair<const void *, uint64_t>;
  mlir::Value readView(StorageNode *storage, const View *view);
  mlir::Value constantValue(const rt::Tensor &tensor);
  mlir::Value filledValue(const rt::Tensor &tensor);
  mlir::LogicalResult writeKnown(TensorNode *target, const rt::Tensor &source);
  mlir::FailureOr<mlir::Value> writeThrough(StorageNode *storage, const View *view, mlir::Value value);
  StorageNode *newStorage(rt::Dtype dtype, llvm::ArrayRef<Extent> sizes);
  void remember(CacheKey key, mlir::Value value);

  Heap &heap;
  Emitter &emitter;
  WeightTable &weights;
  uint64_t lastVersion = 0;
  llvm::DenseMap<CacheKey, mlir::Value> cache;
  std::vector<std::vector<CacheKey>> regions;
  struct ProgramStorage {
    StorageNode *node = nullptr;
    int64_t offset = 0; ///< of the base's first element in the storage
  };
  std::map<const rt::Storage *, ProgramStorage> storages;
  std::vector<std::unique_ptr<View>> views;
  std::map<std::string, mlir::Value> constantValues;
  std::vector<rt::Tensor> keptAlive;
};

} // namespace sconce::specialize

#endif
