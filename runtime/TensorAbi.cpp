/// include/sconce-c/Tensor.h, over rt::Tensor.
#include "sconce-c/Tensor.h"

#include "runtime/Tensor.h"

using namespace sconce::rt;

static Tensor tensorOf(sc_value value) {
  return value.tag == SC_TENSOR ? Value::share(value).asTensor() : Tensor();
}

DLDataType sconce::rt::dlpackType(Dtype dtype) {
  uint8_t bits = static_cast<uint8_t>(itemSize(dtype) * 8);
  if (dtype == Dtype::Bool)
    return {kDLBool, 8, 1};
  if (dtype == Dtype::BFloat16)
    return {kDLBfloat, 16, 1};
  if (isComplex(dtype))
    return {kDLComplex, bits, 1};
  if (isFloating(dtype) && bits > 8)
    return {kDLFloat, bits, 1};
  if (isIntegral(dtype))
    return {static_cast<uint8_t>(isSigned(dtype) ? kDLInt : kDLUInt), bits, 1};
  return {0, 0, 1};
}

static std::optional<Dtype> dtypeOf(DLDataType type) {
  if (type.lanes != 1 || type.bits == 0)
    return std::nullopt;
  for (int64_t code = 0; code < 64; ++code)
    if (std::optional<Dtype> dtype = dtypeFromCode(code)) {
      DLDataType candidate = dlpackType(*dtype);
      if (candidate.code == type.code && candidate.bits == type.bits)
        return dtype;
    }
  return std::nullopt;
}

/// Bytes from the first element to the end of the last; nullopt on overflow or
/// negative strides.
static std::optional<size_t> reachOf(Dtype dtype, const std::vector<int64_t> &sizes,
                                     const std::vector<int64_t> &strides) {
  int64_t last = 0, reach;
  std::optional<int64_t> count = checkedNumel(sizes);
  if (!count)
    return std::nullopt;
  if (*count == 0)
    return 0;
  for (size_t dim = 0; dim < sizes.size(); ++dim)
    if (strides[dim] < 0 || __builtin_mul_overflow(sizes[dim] - 1, strides[dim], &reach) ||
        __builtin_add_overflow(last, reach, &last))
      return std::nullopt;
  if (__builtin_add_overflow(last, 1, &last) ||
      __builtin_mul_overflow(last, itemSize(dtype), &last))
    return std::nullopt;
  return static_cast<size_t>(last);
}

extern "C" {

sc_value sc_tensor_empty(int32_t dtype, int32_t rank, const int64_t *sizes) {
  std::optional<Dtype> known = dtypeFromCode(dtype);
  if (!known || rank < 0)
    return sc_none();
  return Value::ofTensor(Tensor::empty(*known, std::vector<int64_t>(sizes, sizes + rank))).take();
}

sc_value sc_tensor_borrow(const DLTensor *tensor, sc_release_fn release, void *owner) {
  std::optional<Dtype> dtype = dtypeOf(tensor->dtype);
  if (!dtype || tensor->ndim < 0 || tensor->device.device_type != kDLCPU)
    return sc_none();
  std::vector<int64_t> sizes(tensor->shape, tensor->shape + tensor->ndim);
  if (!checkedNumel(sizes))
    return sc_none();
  std::vector<int64_t> strides =
      tensor->strides ? std::vector<int64_t>(tensor->strides, tensor->strides + tensor->ndim)
                      : contiguousStrides(sizes);
  std::optional<size_t> reach = reachOf(*dtype, sizes, strides);
  if (!reach)
    return sc_none();
  uint8_t *data = static_cast<uint8_t *>(tensor->data) + tensor->byte_offset;
  Ref<Storage> storage = Storage::borrow(data, *reach, release, owner);
  return Value::ofTensor(
             Tensor::view(std::move(storage), *dtype, 0, std::move(sizes), std::move(strides)))
      .take();
}

sc_status sc_tensor_view(sc_value value, DLTensor *view) {
  Tensor tensor = tensorOf(value);
  if (!tensor || !tensor.storage())
    return SC_INVALID_ARGUMENT;
  view->data = tensor.data();
  view->device = {kDLCPU, 0};
  view->ndim = static_cast<int32_t>(tensor.rank());
  view->dtype = dlpackType(tensor.dtype());
  view->shape = tensor.get()->sizes.data();
  view->strides = tensor.get()->strides.data();
  view->byte_offset = 0;
  return view->dtype.bits ? SC_OK : SC_UNSUPPORTED;
}

DLManagedTensor *sc_tensor_to_dlpack(sc_value value) {
  DLTensor view;
  if (sc_tensor_view(value, &view) != SC_OK)
    return nullptr;
  auto *managed = new (std::nothrow) DLManagedTensor;
  if (!managed)
    return nullptr;
  sc_value_retain(value);
  managed->dl_tensor = view;
  managed->manager_ctx = value.as.ref;
  managed->deleter = [](DLManagedTensor *self) {
    sc_value_release({SC_TENSOR, 0, {.ref = self->manager_ctx}});
    delete self;
  };
  return managed;
}

sc_value sc_tensor_from_dlpack(DLManagedTensor *tensor) {
  auto release = [](void *owner) {
    auto *managed = static_cast<DLManagedTensor *>(owner);
    if (managed->deleter)
      managed->deleter(managed);
  };
  sc_value value = sc_tensor_borrow(&tensor->dl_tensor, release, tensor);
  if (value.tag == SC_NONE)
    release(tensor);
  return value;
}

void *sc_tensor_data(sc_value value) {
  Tensor tensor = tensorOf(value);
  return tensor && tensor.storage() ? tensor.data() : nullptr;
}

int32_t sc_tensor_dtype(sc_value value) {
  Tensor tensor = tensorOf(value);
  return tensor ? static_cast<int32_t>(tensor.dtype()) : -1;
}

int32_t sc_tensor_rank(sc_value value) {
  Tensor tensor = tensorOf(value);
  return tensor ? static_cast<int32_t>(tensor.rank()) : -1;
}

const int64_t *sc_tensor_sizes(sc_value value) {
  Tensor tensor = tensorOf(value);
  return tensor ? tensor.sizes().data() : nullptr;
}

const int64_t *sc_tensor_strides(sc_value value) {
  Tensor tensor = tensorOf(value);
  return tensor ? tensor.strides().data() : nullptr;
}

sc_value sc_tensor_contiguous(sc_value value) {
  Tensor tensor = tensorOf(value);
  return Value::ofTensor(tensor && tensor.storage() ? tensor.contiguous() : Tensor()).take();
}

} // extern "C"
