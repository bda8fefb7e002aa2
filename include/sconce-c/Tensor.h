/// Tensors at the C ABI: DLPack's DLTensor for memory that the caller owns, and
/// sc_value (tag SC_TENSOR) for tensors that are values.
#ifndef SCONCE_C_TENSOR_H
#define SCONCE_C_TENSOR_H

#include "sconce-c/Value.h"

SC_DECLARATIONS_BEGIN

/// PyTorch's ScalarType codes.
typedef enum sc_dtype {
  SC_UINT8 = 0,
  SC_INT8 = 1,
  SC_INT16 = 2,
  SC_INT32 = 3,
  SC_INT64 = 4,
  SC_FLOAT16 = 5,
  SC_FLOAT32 = 6,
  SC_FLOAT64 = 7,
  SC_COMPLEX32 = 8,
  SC_COMPLEX64 = 9,
  SC_COMPLEX128 = 10,
  SC_BOOL8 = 11,
  SC_QINT8 = 12,
  SC_QUINT8 = 13,
  SC_QINT32 = 14,
  SC_BFLOAT16 = 15,
  SC_FLOAT8_E5M2 = 23,
  SC_FLOAT8_E4M3FN = 24,
  SC_FLOAT8_E5M2FNUZ = 25,
  SC_FLOAT8_E4M3FNUZ = 26,
  SC_UINT16 = 27,
  SC_UINT32 = 28,
  SC_UINT64 = 29,
  SC_FLOAT8_E8M0FNU = 44
} sc_dtype;

/// DLPack's structures (dlpack.h, version 1); not declared again where the
/// program includes dlpack.h first.
#ifndef DLPACK_VERSION
#ifndef DLPACK_MAJOR_VERSION
typedef enum { kDLCPU = 1 } DLDeviceType;

typedef struct DLDevice {
  DLDeviceType device_type;
  int32_t device_id;
} DLDevice;

typedef enum {
  kDLInt = 0,
  kDLUInt = 1,
  kDLFloat = 2,
  kDLBfloat = 4,
  kDLComplex = 5,
  kDLBool = 6
} DLDataTypeCode;

typedef struct DLDataType {
  uint8_t code;
  uint8_t bits;
  uint16_t lanes;
} DLDataType;

typedef struct DLTensor {
  void *data;
  DLDevice device;
  int32_t ndim;
  DLDataType dtype;
  int64_t *shape;
  int64_t *strides; ///< in elements; NULL means contiguous
  uint64_t byte_offset;
} DLTensor;

/// A tensor with its owner: who takes it calls `deleter(self)` when done.
typedef struct DLManagedTensor {
  DLTensor dl_tensor;
  void *manager_ctx;
  void (*deleter)(struct DLManagedTensor *self);
} DLManagedTensor;
#endif
#endif

/// Called when the last tensor on borrowed memory is gone.
typedef void (*sc_release_fn)(void *owner);

/// A tensor on its own, uninitialized memory, contiguous; `dtype` is an sc_dtype.
/// None on failure.
sc_value sc_tensor_empty(int32_t dtype, int32_t rank, const int64_t *sizes);
/// A tensor that borrows `tensor`'s memory (strides honoured); `release(owner)`
/// is called when nothing refers to it any more (`release` may be NULL). None
/// when the dtype or the extents are not representable.
sc_value sc_tensor_borrow(const DLTensor *tensor, sc_release_fn release, void *owner);
/// Describes the tensor's memory; `view`'s shape and strides stay owned by the
/// value and are valid while it lives.
sc_status sc_tensor_view(sc_value tensor, DLTensor *view);

/// The tensor as DLPack hands tensors on between libraries: it shares the memory
/// and keeps it until `deleter` is called. NULL when the value is no dense
/// tensor, DLPack has no such dtype, or there is no memory.
DLManagedTensor *sc_tensor_to_dlpack(sc_value tensor);
/// Takes over a tensor of another library, whose `deleter` is called when
/// nothing refers to it any more; at once when the result is none.
sc_value sc_tensor_from_dlpack(DLManagedTensor *tensor);

/// The pointer to the first element; NULL when the value is no dense tensor.
void *sc_tensor_data(sc_value tensor);
/// The dtype's code; -1 when the value is no tensor.
int32_t sc_tensor_dtype(sc_value tensor);
/// The rank; -1 when the value is no tensor.
int32_t sc_tensor_rank(sc_value tensor);
/// Pointers to `rank` extents and element strides, valid while the value lives.
const int64_t *sc_tensor_sizes(sc_value tensor);
const int64_t *sc_tensor_strides(sc_value tensor);
/// The same tensor if it is contiguous, else a contiguous copy.
sc_value sc_tensor_contiguous(sc_value tensor);

SC_DECLARATIONS_END
#endif
