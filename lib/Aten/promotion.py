# Dtypes are PyTorch's ScalarType codes: uint8 0, int8 1, int16 2, int32 3, int64 4, float16 5, float32 6,
# float64 7, complex32 8, complex64 9, complex128 10, bool 11, bfloat16 15, uint16 27, uint32 28, uint64 29.
def is_float_dtype(dtype: int) -> bool:
  return dtype in [5, 6, 7, 15, 23, 24, 25, 26, 44]


def is_complex_dtype(dtype: int) -> bool:
  return dtype in [8, 9, 10]


def is_integral_dtype(dtype: int) -> bool:
  return dtype in [0, 1, 2, 3, 4, 11, 27, 28, 29]


def real_dtype(dtype: int) -> int:
  if dtype == 8:
    return 5
  if dtype == 9:
    return 6
  if dtype == 10:
    return 7
  return dtype


def complex_dtype(dtype: int) -> int:
  if dtype == 5:
    return 8
  if dtype == 7:
    return 10
  if is_complex_dtype(dtype):
    return dtype
  return 9


def cast(x: Tensor, dtype: int) -> Tensor:
  if x.dtype == dtype:
    return x
  return ops.ts.convert(x, dtype)


# Integers and bools become float32, as PyTorch's float-valued functions have it.
def floating(x: Tensor) -> Tensor:
  if is_integral_dtype(x.dtype):
    return ops.ts.convert(x, 6)
  return x


# Half precision computes in float32 inside one operator and is rounded at its end.
def opmath_dtype(dtype: int) -> int:
  if (dtype == 5) or (dtype == 15):
    return 6
  if dtype == 8:
    return 9
  return dtype


def opmath(x: Tensor) -> Tensor:
  return cast(x, opmath_dtype(x.dtype))


def promote2(a: Tensor, b: Tensor) -> Tuple[Tensor, Tensor]:
  dtype = ops.ts.result_type([a, b])
  sizes = broadcast_sizes(a.size(), b.size())
  return expand_to(cast(a, dtype), sizes), expand_to(cast(b, dtype), sizes)


def promote3(a: Tensor, b: Tensor, c: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
  dtype = ops.ts.result_type([a, b, c])
  sizes = broadcast_sizes(broadcast_sizes(a.size(), b.size()), c.size())
  return expand_to(cast(a, dtype), sizes), expand_to(cast(b, dtype), sizes), expand_to(cast(c, dtype), sizes)


# Promotion of a function whose result is floating whatever goes in.
def promote2_float(a: Tensor, b: Tensor) -> Tuple[Tensor, Tensor]:
  x, y = promote2(a, b)
  return floating(x), floating(y)


# A scalar as a 0-dim tensor of a dtype.
def scalar(value: number, dtype: int) -> Tensor:
  return ops.ts.convert(ops.ts.tensor_of(value), dtype)


def truth(x: Tensor) -> Tensor:
  if x.dtype == 11:
    return x
  return ops.ts.ne(x, splat(x, 0))


def conjugate(x: Tensor) -> Tensor:
  return ops.ts.complex(ops.ts.real(x), ops.ts.neg(ops.ts.imag(x)))


def conjugate_if_complex(x: Tensor) -> Tensor:
  if is_complex_dtype(x.dtype):
    return conjugate(x)
  return x
