#include "lib/Archive/Tensors.h"
#include "lib/Support/Error.h"

#include <cstring>

using namespace llvm;

namespace sconce::archive {

/// PyTorch's own bound on ranks.
static constexpr size_t maxRank = 64;

static Error checkGrad(rt::Dtype dtype, bool requiresGrad) {
  if (requiresGrad && !isFloating(dtype) && !isComplex(dtype))
    return badInput(Twine("a tensor of ") + name(dtype) + " cannot require a gradient");
  return Error::success();
}

static Error checkSizes(ArrayRef<int64_t> sizes, rt::Dtype dtype) {
  if (sizes.size() > maxRank)
    return badInput("a tensor has at most " + Twine(maxRank) + " dimensions, got " +
                    Twine(sizes.size()));
  for (int64_t extent : sizes)
    if (extent < 0)
      return badInput("a tensor has the negative extent " + Twine(extent));
  std::optional<int64_t> numel = rt::checkedNumel({sizes.data(), sizes.size()});
  int64_t bytes;
  if (!numel || __builtin_mul_overflow(*numel, itemSize(dtype), &bytes))
    return badInput("a tensor's number of elements overflows");
  return Error::success();
}

/// Checks the view against the storage's element count, not only its bytes.
static Error checkView(const SharedStorage &storage, StridedParts &parts) {
  if (Error error = checkSizes(parts.sizes, parts.dtype))
    return error;
  if (parts.strides.size() != parts.sizes.size())
    return badInput("a tensor has " + Twine(parts.sizes.size()) + " extents and " +
                    Twine(parts.strides.size()) + " strides");
  for (int64_t stride : parts.strides)
    if (stride < 0)
      return badInput("a tensor has the negative stride " + Twine(stride));
  if (parts.offset < 0)
    return badInput("a tensor has the negative offset " + Twine(parts.offset));
  int64_t available = static_cast<int64_t>(storage.bytes->size()) / itemSize(parts.dtype);
  if (*rt::checkedNumel(parts.sizes) == 0) {
    if (parts.offset > available) // nothing is read there, but the address must exist
      parts.offset = 0;
    return Error::success();
  }
  int64_t last = parts.offset;
  for (size_t dim = 0; dim < parts.sizes.size(); ++dim) {
    int64_t reach;
    if (__builtin_mul_overflow(parts.sizes[dim] - 1, parts.strides[dim], &reach) ||
        __builtin_add_overflow(last, reach, &last))
      return badInput("a tensor's extents and strides overflow");
  }
  if (last >= available)
    return badInput("a tensor reaches element " + Twine(last) + " of a storage of " +
                    Twine(available));
  return Error::success();
}

/// Flips the sign of each `step`-th number of `width` bytes, starting with `first`.
static void flipSigns(uint8_t *data, size_t size, size_t width, size_t first, size_t step) {
  for (size_t i = first; (i + 1) * width <= size; i += step)
    data[i * width + width - 1] ^= 0x80;
}

/// A copy of the whole storage with the lazy bits applied, so that its size bounds the work.
static Expected<rt::Ref<rt::Storage>> applyLazyBits(StorageTable &table, uint32_t index,
                                                    const StridedParts &parts) {
  const rt::Storage &storage = *table[index].bytes;
  bool complex = isComplex(parts.dtype);
  bool isPlainFloat = parts.dtype == rt::Dtype::Float16 || parts.dtype == rt::Dtype::BFloat16 ||
                      parts.dtype == rt::Dtype::Float32 || parts.dtype == rt::Dtype::Float64;
  if (parts.conjugate && !complex)
    return badInput(Twine("a tensor of ") + name(parts.dtype) + " cannot have the conjugate bit");
  if (!complex && !isPlainFloat)
    return badInput(Twine("a tensor of ") + name(parts.dtype) + " cannot have the negative bit");
  rt::Ref<rt::Storage> &copy = table.lazyCopy(index, parts.dtype, parts.conjugate, parts.negate);
  if (copy)
    return copy;
  copy = rt::Storage::allocate(storage.size());
  if (!copy)
    return badInput("not enough memory for " + Twine(storage.size()) + " bytes");
  if (storage.size() != 0)
    std::memcpy(copy->data(), storage.data(), storage.size());
  size_t width = static_cast<size_t>(itemSize(parts.dtype)) / (complex ? 2 : 1);
  if (parts.conjugate)
    flipSigns(copy->data(), copy->size(), width, 1, 2);
  if (parts.negate)
    flipSigns(copy->data(), copy->size(), width, 0, 1);
  return copy;
}

static Expected<rt::Tensor> makeView(StorageTable &table, uint32_t index, StridedParts parts) {
  const SharedStorage &storage = table[index];
  if (storage.dtype && *storage.dtype != parts.dtype)
    return badInput(Twine("a tensor of ") + name(parts.dtype) + " cannot view a storage of " +
                    name(*storage.dtype));
  if (Error error = checkView(storage, parts))
    return std::move(error);
  if (Error error = checkGrad(parts.dtype, parts.requiresGrad))
    return std::move(error);
  rt::Ref<rt::Storage> bytes = storage.bytes;
  if (!storage.dtype && parts.dtype == rt::Dtype::Bool) {
    rt::Ref<rt::Storage> &checked = table.lazyCopy(index, parts.dtype, false, false);
    if (!checked && !areBools({bytes->data(), bytes->size()}))
      return badInput("a bool tensor shares bytes other than 0 and 1 with another dtype");
    checked = bytes;
  }
  if (parts.conjugate || parts.negate) {
    Expected<rt::Ref<rt::Storage>> applied = applyLazyBits(table, index, parts);
    if (!applied)
      return applied.takeError();
    bytes = std::move(*applied);
  }
  rt::Tensor tensor = rt::Tensor::view(std::move(bytes), parts.dtype, parts.offset,
                                       std::move(parts.sizes), std::move(parts.strides));
  if (!tensor)
    return badInput("a tensor does not fit into its storage");
  tensor.get()->requiresGrad = parts.requiresGrad;
  return tensor;
}

Expected<rt::Tensor> makeStrided(StorageTable &table, uint32_t storage, StridedParts parts) {
  if (isQuantized(parts.dtype))
    return badInput(Twine("a tensor of ") + name(parts.dtype) + " lacks its quantizer");
  return makeView(table, storage, std::move(parts));
}

static Error checkChannels(const rt::Quantizer &quantizer, ArrayRef<int64_t> sizes) {
  int64_t rank = static_cast<int64_t>(sizes.size());
  if (quantizer.axis < 0 || quantizer.axis >= rank)
    return badInput("the quantization axis " + Twine(quantizer.axis) + " is outside the " +
                    Twine(rank) + " dimensions");
  int64_t channels = sizes[static_cast<size_t>(quantizer.axis)];
  for (const rt::Tensor &parameters : {quantizer.scales, quantizer.zeroPoints})
    if (parameters.isSparse() || parameters.rank() != 1 || parameters.size(0) != channels)
      return badInput("expected one scale and one zero point for each of the " + Twine(channels) +
                      " channels");
  bool floatZeros = quantizer.scheme == rt::QScheme::PerChannelAffineFloatQParams;
  if (!isFloating(quantizer.scales.dtype()) ||
      (floatZeros ? !isFloating(quantizer.zeroPoints.dtype())
                  : !isIntegral(quantizer.zeroPoints.dtype())))
    return badInput(Twine("scales of ") + name(quantizer.scales.dtype()) + " and zero points of " +
                    name(quantizer.zeroPoints.dtype()) + " do not fit the quantization scheme");
  return Error::success();
}

Expected<rt::Tensor> makeQuantized(StorageTable &table, uint32_t storage, StridedParts parts,
                                   rt::Quantizer quantizer) {
  if (!isQuantized(parts.dtype))
    return badInput(Twine("a quantized tensor cannot be of ") + name(parts.dtype));
  bool perChannel = quantizer.scheme == rt::QScheme::PerChannelAffine ||
                    quantizer.scheme == rt::QScheme::PerChannelSymmetric ||
                    quantizer.scheme == rt::QScheme::PerChannelAffineFloatQParams;
  if (perChannel)
    if (Error error = checkChannels(quantizer, parts.sizes))
      return std::move(error);
  parts.requiresGrad = false;
  Expected<rt::Tensor> tensor = makeView(table, storage, std::move(parts));
  if (tensor)
    tensor->get()->quantizer = std::make_shared<const rt::Quantizer>(std::move(quantizer));
  return tensor;
}

//===--- Sparse tensors -----------------------------------------------------------------------===//

/// Integers of that rank that are all there: an expanded tensor could claim any number of them.
static bool isIndexTensor(const rt::Tensor &tensor, int64_t rank) {
  return tensor && !tensor.isSparse() && tensor.rank() == rank &&
         (tensor.dtype() == rt::Dtype::Int64 || tensor.dtype() == rt::Dtype::Int32) &&
         static_cast<uint64_t>(tensor.numel()) <= tensor.storage()->size();
}

static Error checkCoo(const rt::SparsePayload &payload, ArrayRef<int64_t> sizes) {
  if (!isIndexTensor(payload.indices, 2))
    return badInput("expected the indices of a sparse tensor to be a matrix of integers");
  int64_t sparseRank = payload.indices.size(0), count = payload.indices.size(1);
  const std::vector<int64_t> &values = payload.values.sizes();
  if (sparseRank > static_cast<int64_t>(sizes.size()) || values.empty() || values[0] != count ||
      ArrayRef<int64_t>(values).drop_front() != sizes.drop_front(static_cast<size_t>(sparseRank)))
    return badInput("the indices, values and extents of a sparse tensor do not fit together");
  for (int64_t dim = 0; dim < sparseRank; ++dim)
    for (int64_t i = 0; i < count; ++i) {
      int64_t position[] = {dim, i};
      int64_t index = payload.indices.loadInt(position);
      if (index < 0 || index >= sizes[static_cast<size_t>(dim)])
        return badInput("a sparse tensor's index " + Twine(index) + " is outside the extent " +
                        Twine(sizes[static_cast<size_t>(dim)]));
    }
  return Error::success();
}

static Error checkCsr(const rt::SparsePayload &payload, ArrayRef<int64_t> sizes) {
  if (sizes.size() != 2)
    return unsupported("CSR tensors of other than 2 dimensions are not supported");
  if (!isIndexTensor(payload.rowPointers, 1) || !isIndexTensor(payload.indices, 1))
    return badInput("expected the indices of a sparse tensor to be vectors of integers");
  int64_t rows = sizes[0], count = payload.indices.size(0);
  if (payload.rowPointers.size(0) - 1 != rows || payload.values.sizes().size() != 1 ||
      payload.values.size(0) != count)
    return badInput("the indices, values and extents of a sparse tensor do not fit together");
  int64_t previous = 0;
  for (int64_t row = 0; row <= rows; ++row) {
    int64_t position[] = {row};
    int64_t start = payload.rowPointers.loadInt(position);
    if (start < previous || start > count || (row == 0 && start != 0) ||
        (row == rows && start != count))
      return badInput("a sparse tensor's row pointers do not rise from 0 to " + Twine(count));
    previous = start;
  }
  for (int64_t i = 0; i < count; ++i) {
    int64_t position[] = {i};
    int64_t column = payload.indices.loadInt(position);
    if (column < 0 || column >= sizes[1])
      return badInput("a sparse tensor's index " + Twine(column) + " is outside the extent " +
                      Twine(sizes[1]));
  }
  return Error::success();
}

Expected<rt::Tensor> makeSparse(rt::SparsePayload payload, std::vector<int64_t> sizes,
                                bool requiresGrad) {
  if (!payload.values || payload.values.isSparse())
    return badInput("expected the values of a sparse tensor to be a dense tensor");
  rt::Dtype dtype = payload.values.dtype();
  if (Error error = checkSizes(sizes, dtype))
    return std::move(error);
  if (Error error = checkGrad(dtype, requiresGrad))
    return std::move(error);
  if (Error error = payload.layout == rt::Layout::SparseCoo ? checkCoo(payload, sizes)
                                                            : checkCsr(payload, sizes))
    return std::move(error);
  auto *object = new rt::TensorObject;
  object->dtype = dtype;
  object->requiresGrad = requiresGrad;
  object->sizes = std::move(sizes);
  object->sparse = std::make_shared<const rt::SparsePayload>(std::move(payload));
  return rt::Tensor(rt::Ref<rt::TensorObject>::adopt(object));
}

} // namespace sconce::archive
