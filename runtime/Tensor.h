/// Storages and strided tensors.
#ifndef SCONCE_RUNTIME_TENSOR_H
#define SCONCE_RUNTIME_TENSOR_H

#include "runtime/Dtype.h"
#include "runtime/Ref.h"
#include "runtime/Value.h"
#include "sconce-c/Tensor.h"

#include <memory>
#include <optional>
#include <span>

namespace sconce::rt {

/// Counted bytes: owned, or borrowed (mapped files, callers' memory) with a
/// callback for when the last reference goes.
class Storage {
public:
  /// Uninitialized bytes, aligned to 64. Null when there is not enough memory.
  [[nodiscard]] static Ref<Storage> allocate(size_t bytes);
  /// Memory of someone else. `release(owner)` is called at the end (may be
  /// null). Null when there is not enough memory for the handle.
  [[nodiscard]] static Ref<Storage>
  borrow(void *data, size_t bytes, void (*release)(void *) = nullptr, void *owner = nullptr);

  uint8_t *data() const { return bytes; }
  size_t size() const { return count; }

  void retain() const { references.fetch_add(1, std::memory_order_relaxed); }
  void release() const;

private:
  Storage() = default;
  mutable std::atomic<uint32_t> references{1};
  uint8_t *bytes = nullptr;
  size_t count = 0;
  size_t large = 0; ///< what giveLargeMemory takes back; 0: the bytes are no memory of its
  /// The bytes follow it in one piece of memory that begins here; null where they do not.
  void *whole = nullptr;
  void (*releaseFn)(void *) = nullptr;
  void *owner = nullptr;
};

struct Quantizer;
struct SparsePayload;

/// The heap object behind a tensor value. Use it through Tensor.
class TensorObject : public HeapObject {
public:
  TensorObject() : HeapObject(SC_TENSOR) {}
  Ref<Storage> storage; ///< null for sparse tensors
  Dtype dtype = Dtype::Float32;
  bool requiresGrad = false;
  bool isParameter = false;
  int64_t offset = 0; ///< elements
  std::vector<int64_t> sizes;
  std::vector<int64_t> strides; ///< elements
  std::shared_ptr<const Quantizer> quantizer;
  std::shared_ptr<const SparsePayload> sparse;
};

using Index = std::span<const int64_t>;

/// A handle of a TensorObject; copies alias. May be undefined.
class Tensor {
public:
  Tensor() = default;
  explicit Tensor(Ref<TensorObject> object) : object(std::move(object)) {}

  /// Contiguous and uninitialized. Undefined when an extent is negative, the
  /// size overflows or there is not enough memory.
  [[nodiscard]] static Tensor empty(Dtype dtype, std::vector<int64_t> sizes);
  [[nodiscard]] static Tensor zeros(Dtype dtype, std::vector<int64_t> sizes);
  /// A view of `storage`. Undefined when it does not lie inside the storage.
  [[nodiscard]] static Tensor view(Ref<Storage> storage, Dtype dtype, int64_t offset,
                                   std::vector<int64_t> sizes, std::vector<int64_t> strides);
  /// A 0-d tensor of a number: bool, int64, float64 (or the given dtype).
  [[nodiscard]] static Tensor scalar(const Value &number, std::optional<Dtype> dtype = {});

  bool defined() const { return static_cast<bool>(object); }
  explicit operator bool() const { return defined(); }
  TensorObject *get() const { return object.get(); }
  const Ref<TensorObject> &ref() const { return object; }

  Dtype dtype() const { return object->dtype; }
  const std::vector<int64_t> &sizes() const { return object->sizes; }
  const std::vector<int64_t> &strides() const { return object->strides; }
  int64_t size(size_t dim) const { return object->sizes[dim]; }
  int64_t rank() const { return static_cast<int64_t>(object->sizes.size()); }
  int64_t numel() const;
  int64_t offset() const { return object->offset; }
  const Ref<Storage> &storage() const { return object->storage; }
  bool requiresGrad() const { return object->requiresGrad; }
  bool isParameter() const { return object->isParameter; }
  bool isSparse() const { return object->sparse != nullptr; }
  bool isQuantized() const { return object->quantizer != nullptr; }
  /// Row-major without gaps (PyTorch's is_contiguous(): extents of 1 do not matter).
  bool isContiguous() const;
  /// The first element (storage base + offset).
  void *data() const { return object->storage->data() + object->offset * itemSize(object->dtype); }
  template <typename T> T *dataAs() const { return static_cast<T *>(data()); }
  /// The element at an in-bounds index.
  void *at(Index index) const;

  // One element, converted as PyTorch converts (runtime/Element.h).
  double loadDouble(Index index) const;
  int64_t loadInt(Index index) const;
  std::complex<double> loadComplex(Index index) const;
  /// bool, int64, double or complex value of the element, by the dtype's category.
  Value loadNumber(Index index) const;
  /// Stores a number as the tensor's dtype (PyTorch's conversion).
  void store(Index index, const Value &number) const;

  /// Itself if contiguous, else a contiguous copy (undefined: no memory).
  [[nodiscard]] Tensor contiguous() const;
  /// A fresh contiguous copy (undefined: no memory).
  [[nodiscard]] Tensor clone() const;
  /// A fresh contiguous copy in another dtype (undefined: no memory).
  [[nodiscard]] Tensor convert(Dtype dtype) const;
  /// Another handle object on the same elements (a detached alias).
  [[nodiscard]] Tensor alias() const;
  /// Copies `source`'s elements (same sizes, any dtype and strides) into this.
  void copyFrom(const Tensor &source) const;

  // Views; arguments must be in range (callers check), results alias.
  [[nodiscard]] Tensor slice(int64_t dim, int64_t start, int64_t size, int64_t step = 1) const;
  [[nodiscard]] Tensor permute(std::span<const int64_t> dims) const;
  /// Undefined when it would leave the storage.
  [[nodiscard]] Tensor asStrided(std::vector<int64_t> sizes, std::vector<int64_t> strides,
                                 int64_t offset) const;

  /// The first element, in row-major order, that is less than `low` or not less than `high`; 0 where there is none. Of contiguous int64.
  int64_t firstOutside(int64_t low, int64_t high) const;
  /// Same dtype, sizes and elements (NaN differs from NaN).
  bool equals(const Tensor &other) const;
  bool isSame(const Tensor &other) const { return object == other.object; }

private:
  Ref<TensorObject> object;
};

/// PyTorch's qscheme codes.
enum class QScheme : int8_t {
  PerTensorAffine = 0,
  PerChannelAffine = 1,
  PerTensorSymmetric = 2,
  PerChannelSymmetric = 3,
  PerChannelAffineFloatQParams = 4,
};

/// Real value = (q - zero point) * scale.
struct Quantizer {
  QScheme scheme = QScheme::PerTensorAffine;
  double scale = 1;
  int64_t zeroPoint = 0;
  Tensor scales;     ///< per channel: float64 (or float32)
  Tensor zeroPoints; ///< per channel: int64 (or float32)
  int64_t axis = 0;
};

/// PyTorch's layout codes.
enum class Layout : int8_t { Strided = 0, SparseCoo = 1, SparseCsr = 2 };

/// COO: indices [sparse_dim, nnz] and values. CSR: crow, col and values.
struct SparsePayload {
  Layout layout = Layout::SparseCoo;
  Tensor indices;     ///< COO's indices, CSR's col_indices
  Tensor rowPointers; ///< CSR's crow_indices
  Tensor values;
};

/// DLPack's type of a dtype; zero bits where it has none.
DLDataType dlpackType(Dtype dtype);
/// Row-major strides of `sizes` (extents of 0 count as 1).
std::vector<int64_t> contiguousStrides(std::span<const int64_t> sizes);
/// The product of extents; nullopt when one is negative or it overflows.
std::optional<int64_t> checkedNumel(std::span<const int64_t> sizes);
/// Calls `visit(index)` for each index of `sizes` in row-major order.
template <typename Visit> void forEachIndex(std::span<const int64_t> sizes, Visit &&visit) {
  std::vector<int64_t> index(sizes.size(), 0);
  for (int64_t extent : sizes)
    if (extent <= 0)
      return;
  while (true) {
    visit(Index(index));
    size_t dim = sizes.size();
    while (dim > 0 && ++index[dim - 1] == sizes[dim - 1])
      index[--dim] = 0;
    if (dim == 0)
      return;
  }
}

} // namespace sconce::rt

#endif
