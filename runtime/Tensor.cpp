#include "runtime/Tensor.h"

#include "runtime/Element.h"
#include "runtime/GuardedMemory.h"
#include "runtime/LargeMemory.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <new>

namespace sconce::rt {

//===--- Storage ------------------------------------------------------------===//

Ref<Storage> Storage::allocate(size_t bytes) {
  constexpr size_t alignment = 64;
  if (bytes > SIZE_MAX / 2)
    return nullptr;
  if constexpr (guardsMemory) {
    void *memory = takeGuardedMemory(bytes);
    return memory ? borrow(memory, bytes, giveGuardedMemory, memory) : nullptr;
  }
  size_t rounded = std::max(alignment, (bytes + alignment - 1) / alignment * alignment);
  if (rounded < leastLargeBytes) {
    // One piece of memory, which malloc gives faster than one of some alignment.
    void *whole = std::malloc(sizeof(Storage) + alignment - 1 + rounded);
    if (!whole)
      return nullptr;
    size_t past = reinterpret_cast<uintptr_t>(whole) + sizeof(Storage);
    size_t gap = (past + alignment - 1) / alignment * alignment - past;
    auto *storage = new (static_cast<uint8_t *>(whole) + gap) Storage;
    storage->bytes = reinterpret_cast<uint8_t *>(storage + 1);
    storage->count = bytes;
    storage->whole = whole;
    return Ref<Storage>::adopt(storage);
  }
  size_t capacity = 0;
  void *memory = takeLargeMemory(rounded, capacity);
  if (!memory)
    return nullptr;
  Ref<Storage> storage = borrow(memory, bytes);
  if (!storage) {
    giveLargeMemory(memory, capacity);
    return nullptr;
  }
  storage->large = capacity;
  return storage;
}

Ref<Storage> Storage::borrow(void *data, size_t bytes, void (*release)(void *), void *owner) {
  Storage *storage = new (std::nothrow) Storage;
  if (!storage)
    return nullptr;
  storage->bytes = static_cast<uint8_t *>(data);
  storage->count = bytes;
  storage->releaseFn = release;
  storage->owner = owner;
  return Ref<Storage>::adopt(storage);
}

void Storage::release() const {
  if (references.fetch_sub(1, std::memory_order_acq_rel) != 1)
    return;
  if (whole) {
    std::free(whole);
    return;
  }
  if (large != 0)
    giveLargeMemory(bytes, large);
  if (releaseFn)
    releaseFn(owner);
  delete this;
}

//===--- Shapes -------------------------------------------------------------===//

std::vector<int64_t> contiguousStrides(std::span<const int64_t> sizes) {
  std::vector<int64_t> strides(sizes.size());
  int64_t stride = 1;
  for (size_t dim = sizes.size(); dim-- > 0;) {
    strides[dim] = stride;
    stride *= std::max<int64_t>(sizes[dim], 1);
  }
  return strides;
}

std::optional<int64_t> checkedNumel(std::span<const int64_t> sizes) {
  // Extents of 0 count as 1 here, so that the strides cannot overflow either.
  int64_t product = 1;
  bool isEmpty = false;
  for (int64_t extent : sizes) {
    isEmpty |= extent == 0;
    if (extent < 0 || __builtin_mul_overflow(product, std::max<int64_t>(extent, 1), &product))
      return std::nullopt;
  }
  return isEmpty ? 0 : product;
}

/// Whether every element of the view lies inside `bytes`.
static bool fitsStorage(size_t bytes, Dtype dtype, int64_t offset, std::span<const int64_t> sizes,
                        std::span<const int64_t> strides) {
  std::optional<int64_t> count = checkedNumel(sizes);
  if (!count || offset < 0 || sizes.size() != strides.size())
    return false;
  int64_t last = offset;
  for (size_t dim = 0; dim < sizes.size(); ++dim) {
    int64_t reach;
    if (strides[dim] < 0)
      return false;
    if (*count == 0)
      continue;
    if (__builtin_mul_overflow(sizes[dim] - 1, strides[dim], &reach) ||
        __builtin_add_overflow(last, reach, &last))
      return false;
  }
  if (*count == 0)
    return true;
  int64_t end;
  if (__builtin_add_overflow(last, 1, &end) || __builtin_mul_overflow(end, itemSize(dtype), &end))
    return false;
  return static_cast<uint64_t>(end) <= bytes;
}

//===--- Making tensors -----------------------------------------------------===//

static Tensor makeTensor(Ref<Storage> storage, Dtype dtype, int64_t offset,
                         std::vector<int64_t> sizes, std::vector<int64_t> strides) {
  auto *object = new (std::nothrow) TensorObject;
  if (!object)
    return {};
  object->storage = std::move(storage);
  object->dtype = dtype;
  object->offset = offset;
  object->sizes = std::move(sizes);
  object->strides = std::move(strides);
  return Tensor(Ref<TensorObject>::adopt(object));
}

Tensor Tensor::empty(Dtype dtype, std::vector<int64_t> sizes) {
  std::optional<int64_t> count = checkedNumel(sizes);
  int64_t bytes;
  if (!count || __builtin_mul_overflow(*count, itemSize(dtype), &bytes))
    return {};
  Ref<Storage> storage = Storage::allocate(static_cast<size_t>(bytes));
  if (!storage)
    return {};
  std::vector<int64_t> strides = contiguousStrides(sizes);
  return makeTensor(std::move(storage), dtype, 0, std::move(sizes), std::move(strides));
}

Tensor Tensor::zeros(Dtype dtype, std::vector<int64_t> sizes) {
  Tensor tensor = empty(dtype, std::move(sizes));
  if (tensor)
    std::memset(tensor.data(), 0, tensor.storage()->size());
  return tensor;
}

Tensor Tensor::view(Ref<Storage> storage, Dtype dtype, int64_t offset, std::vector<int64_t> sizes,
                    std::vector<int64_t> strides) {
  if (!storage || !fitsStorage(storage->size(), dtype, offset, sizes, strides))
    return {};
  return makeTensor(std::move(storage), dtype, offset, std::move(sizes), std::move(strides));
}

Tensor Tensor::scalar(const Value &number, std::optional<Dtype> dtype) {
  Dtype natural = number.isBool()     ? Dtype::Bool
                  : number.isInt()    ? Dtype::Int64
                  : number.isDouble() ? Dtype::Float64
                                      : Dtype::Complex128;
  Tensor tensor = empty(dtype.value_or(natural), {});
  if (tensor)
    storeNumber(tensor.dtype(), tensor.data(), number);
  return tensor;
}

//===--- Elements -----------------------------------------------------------===//

int64_t Tensor::numel() const {
  int64_t count = 1;
  for (int64_t extent : object->sizes)
    count *= extent;
  return count;
}

bool Tensor::isContiguous() const {
  int64_t expected = 1;
  if (numel() == 0)
    return true;
  for (size_t dim = object->sizes.size(); dim-- > 0;) {
    if (object->sizes[dim] == 1)
      continue;
    if (object->strides[dim] != expected)
      return false;
    expected *= object->sizes[dim];
  }
  return true;
}

void *Tensor::at(Index index) const {
  int64_t position = object->offset;
  for (size_t dim = 0; dim < index.size(); ++dim)
    position += index[dim] * object->strides[dim];
  return object->storage->data() + position * itemSize(object->dtype);
}

double Tensor::loadDouble(Index index) const { return rt::loadDouble(object->dtype, at(index)); }
int64_t Tensor::loadInt(Index index) const { return rt::loadInt(object->dtype, at(index)); }
std::complex<double> Tensor::loadComplex(Index index) const {
  return rt::loadComplex(object->dtype, at(index));
}
Value Tensor::loadNumber(Index index) const { return rt::loadNumber(object->dtype, at(index)); }
void Tensor::store(Index index, const Value &number) const {
  storeNumber(object->dtype, at(index), number);
}

//===--- Copies -------------------------------------------------------------===//

/// Calls `visit(to, from, count, toStride, fromStride)` for each row along the
/// last dimension of two tensors of the same sizes, none of them empty.
template <typename Visit>
static void forEachRow(const Tensor &target, const Tensor &source, Visit visit) {
  std::span<const int64_t> sizes = target.sizes();
  if (sizes.empty())
    return visit(static_cast<char *>(target.data()), static_cast<const char *>(source.data()), 1, 1,
                 1);
  size_t last = sizes.size() - 1;
  forEachIndex(sizes.first(last), [&](Index outer) {
    visit(static_cast<char *>(target.at(outer)), static_cast<const char *>(source.at(outer)),
          sizes[last], target.strides()[last], source.strides()[last]);
  });
}

template <typename Unit>
static void copyUnits(char *to, const char *from, int64_t count, int64_t toStep, int64_t fromStep) {
  for (int64_t i = 0; i < count; ++i)
    std::memcpy(to + i * toStep, from + i * fromStep, sizeof(Unit));
}

/// Copies elements of `bytes` each; steps are in bytes.
static void copyRow(int64_t bytes, char *to, const char *from, int64_t count, int64_t toStep,
                    int64_t fromStep) {
  struct Wide {
    char bytes[16];
  };
  switch (bytes) {
  case 1:
    return copyUnits<uint8_t>(to, from, count, toStep, fromStep);
  case 2:
    return copyUnits<uint16_t>(to, from, count, toStep, fromStep);
  case 4:
    return copyUnits<uint32_t>(to, from, count, toStep, fromStep);
  case 8:
    return copyUnits<uint64_t>(to, from, count, toStep, fromStep);
  default:
    return copyUnits<Wide>(to, from, count, toStep, fromStep);
  }
}

void Tensor::copyFrom(const Tensor &source) const {
  if (numel() == 0)
    return;
  int64_t bytes = itemSize(dtype());
  if (dtype() == source.dtype() && isContiguous() && source.isContiguous()) {
    std::memmove(data(), source.data(), static_cast<size_t>(numel() * bytes));
    return;
  }
  int64_t sourceBytes = itemSize(source.dtype());
  forEachRow(*this, source,
             [&](char *to, const char *from, int64_t count, int64_t toStride, int64_t fromStride) {
               if (dtype() == source.dtype())
                 return copyRow(bytes, to, from, count, toStride * bytes, fromStride * bytes);
               for (int64_t i = 0; i < count; ++i)
                 convertElement(source.dtype(), from + i * fromStride * sourceBytes, dtype(),
                                to + i * toStride * bytes);
             });
}

Tensor Tensor::clone() const { return convert(dtype()); }

Tensor Tensor::convert(Dtype dtype) const {
  Tensor copy = empty(dtype, sizes());
  if (!copy)
    return {};
  copy.copyFrom(*this);
  copy.object->quantizer = object->quantizer;
  return copy;
}

Tensor Tensor::contiguous() const { return isContiguous() ? *this : clone(); }

Tensor Tensor::alias() const {
  Tensor other = makeTensor(storage(), dtype(), offset(), sizes(), strides());
  if (other) {
    other.object->quantizer = object->quantizer;
    other.object->sparse = object->sparse;
  }
  return other;
}

//===--- Views --------------------------------------------------------------===//

Tensor Tensor::slice(int64_t dim, int64_t start, int64_t size, int64_t step) const {
  Tensor part = alias();
  if (!part)
    return {};
  size_t d = static_cast<size_t>(dim);
  part.object->offset += size > 0 ? start * strides()[d] : 0;
  part.object->sizes[d] = size;
  // Where there is one element or none the step may be any number, and the product wraps around, as PyTorch's does.
  part.object->strides[d] = static_cast<int64_t>(static_cast<uint64_t>(strides()[d]) * static_cast<uint64_t>(step));
  return part;
}

Tensor Tensor::permute(std::span<const int64_t> dims) const {
  Tensor turned = alias();
  if (!turned)
    return {};
  for (size_t dim = 0; dim < dims.size(); ++dim) {
    turned.object->sizes[dim] = sizes()[static_cast<size_t>(dims[dim])];
    turned.object->strides[dim] = strides()[static_cast<size_t>(dims[dim])];
  }
  return turned;
}

Tensor Tensor::asStrided(std::vector<int64_t> sizes, std::vector<int64_t> strides,
                         int64_t offset) const {
  Tensor other = view(storage(), dtype(), offset, std::move(sizes), std::move(strides));
  if (other)
    other.object->quantizer = object->quantizer;
  return other;
}

int64_t Tensor::firstOutside(int64_t low, int64_t high) const {
  std::span<const int64_t> elements(dataAs<int64_t>(), static_cast<size_t>(numel()));
  auto found = std::find_if(elements.begin(), elements.end(), [&](int64_t element) { return element < low || element >= high; });
  return found == elements.end() ? 0 : *found;
}

bool Tensor::equals(const Tensor &other) const {
  if (dtype() != other.dtype() || sizes() != other.sizes())
    return false;
  bool same = true;
  forEachIndex(sizes(), [&](Index index) {
    if (isIntegral(dtype(), true) || rt::isQuantized(dtype()))
      same &= loadInt(index) == other.loadInt(index);
    else
      same &= loadComplex(index) == other.loadComplex(index);
  });
  return same;
}

} // namespace sconce::rt
