# Tensors from nothing. Storage without a value (empty) is zero.
def default_dtype(dtype: Optional[int]) -> int:
  return 6 if dtype is None else dtype


# The dtype that a scalar alone stands for.
def scalar_dtype(value: number) -> int:
  return ops.ts.result_type([ops.ts.tensor_of(value)])


def checked_sizes(sizes: List[int]) -> List[int]:
  for s in sizes:
    if ops.ts.may_be_negative(s, annotate(List[int], [])):
      if s < 0:
        raise RuntimeError(torch.format("Trying to create tensor with negative dimension {}: {}", s, sizes))
  return sizes


def checked_extent(name: str, n: int) -> int:
  if ops.ts.may_be_negative(n, annotate(List[int], [])):
    if n < 0:
      raise RuntimeError(torch.format("{} must be greater or equal to 0, got {}", name, n))
  return n


@op("aten::zeros")
def zeros(size: List[int], dtype: Optional[int], layout: Optional[int], device: Optional[Device], pin_memory: Optional[bool]) -> Tensor:
  for s in size:
    if ops.ts.may_be_negative(s, annotate(List[int], [])):
      if s < 0:
        raise RuntimeError("zeros: Dimension size must be non-negative.")
  return ops.ts.full(size, 0, default_dtype(dtype))


@op("aten::ones")
def ones(size: List[int], dtype: Optional[int], layout: Optional[int], device: Optional[Device], pin_memory: Optional[bool]) -> Tensor:
  return ops.ts.full(checked_sizes(size), 1, default_dtype(dtype))


@op("aten::full")
def full(size: List[int], fill_value: number, dtype: Optional[int], layout: Optional[int], device: Optional[Device], pin_memory: Optional[bool]) -> Tensor:
  return ops.ts.full(checked_sizes(size), fill_value, scalar_dtype(fill_value) if dtype is None else dtype)


@op("aten::empty.memory_format")
def empty_memory_format(size: List[int], dtype: Optional[int], layout: Optional[int], device: Optional[Device], pin_memory: Optional[bool],
    memory_format: Optional[int]) -> Tensor:
  return ops.ts.full(checked_sizes(size), 0, default_dtype(dtype))


@op("aten::empty_strided")
def empty_strided(size: List[int], stride: List[int], dtype: Optional[int], layout: Optional[int], device: Optional[Device],
    pin_memory: Optional[bool]) -> Tensor:
  return ops.ts.copy_strided(ops.ts.full(checked_sizes(size), 0, default_dtype(dtype)), stride)


@op("aten::empty_permuted")
def empty_permuted(size: List[int], physical_layout: List[int], dtype: Optional[int], layout: Optional[int], device: Optional[Device],
    pin_memory: Optional[bool]) -> Tensor:
  return ops.ts.copy_strided(ops.ts.full(checked_sizes(size), 0, default_dtype(dtype)), strides_in_order(size, physical_layout))


@op("aten::scalar_tensor")
def scalar_tensor(s: number, dtype: Optional[int], layout: Optional[int], device: Optional[Device], pin_memory: Optional[bool]) -> Tensor:
  return ops.ts.full(annotate(List[int], []), s, default_dtype(dtype))


# The fresh tensors that are like another keep its strides.
def filled_like(x: Tensor, value: number, dtype: Optional[int], memory_format: Optional[int]) -> Tensor:
  y = ops.ts.full(x.size(), value, x.dtype if dtype is None else dtype)
  format = 1 if memory_format is None else memory_format
  if (format == 0) or x.is_contiguous():
    if (format == 0) or (format == 1):
      return y
  if (format == 2) or (format == 3):
    return cloned(y, format)
  if is_dense(x.size(), ops.ts.strides(x)):
    return ops.ts.copy_strided(y, ops.ts.strides(x))
  return y


@op("aten::zeros_like")
def zeros_like(self: Tensor, dtype: Optional[int], layout: Optional[int], device: Optional[Device], pin_memory: Optional[bool],
    memory_format: Optional[int]) -> Tensor:
  return filled_like(self, 0, dtype, memory_format)


@op("aten::ones_like")
def ones_like(self: Tensor, dtype: Optional[int], layout: Optional[int], device: Optional[Device], pin_memory: Optional[bool],
    memory_format: Optional[int]) -> Tensor:
  return filled_like(self, 1, dtype, memory_format)


@op("aten::full_like")
def full_like(self: Tensor, fill_value: number, dtype: Optional[int], layout: Optional[int], device: Optional[Device],
    pin_memory: Optional[bool], memory_format: Optional[int]) -> Tensor:
  return filled_like(self, fill_value, dtype, memory_format)


@op("aten::empty_like")
def empty_like(self: Tensor, dtype: Optional[int], layout: Optional[int], device: Optional[Device], pin_memory: Optional[bool],
    memory_format: Optional[int]) -> Tensor:
  return filled_like(self, 0, dtype, memory_format)


@op("aten::new_zeros")
def new_zeros(self: Tensor, size: List[int], dtype: Optional[int], layout: Optional[int], device: Optional[Device], pin_memory: Optional[bool]) -> Tensor:
  return ops.ts.full(checked_sizes(size), 0, self.dtype if dtype is None else dtype)


@op("aten::new_ones")
def new_ones(self: Tensor, size: List[int], dtype: Optional[int], layout: Optional[int], device: Optional[Device], pin_memory: Optional[bool]) -> Tensor:
  return ops.ts.full(checked_sizes(size), 1, self.dtype if dtype is None else dtype)


@op("aten::new_full")
def new_full(self: Tensor, size: List[int], fill_value: number, dtype: Optional[int], layout: Optional[int], device: Optional[Device],
    pin_memory: Optional[bool]) -> Tensor:
  return ops.ts.full(checked_sizes(size), fill_value, self.dtype if dtype is None else dtype)


@op("aten::new_empty")
def new_empty(self: Tensor, size: List[int], dtype: Optional[int], layout: Optional[int], device: Optional[Device], pin_memory: Optional[bool]) -> Tensor:
  return ops.ts.full(checked_sizes(size), 0, self.dtype if dtype is None else dtype)


@op("aten::new_empty_strided")
def new_empty_strided(self: Tensor, size: List[int], stride: List[int], dtype: Optional[int], layout: Optional[int], device: Optional[Device],
    pin_memory: Optional[bool]) -> Tensor:
  return ops.ts.copy_strided(ops.ts.full(checked_sizes(size), 0, self.dtype if dtype is None else dtype), stride)


@op("aten::fill.Scalar")
def fill_Scalar(self: Tensor, value: number) -> Tensor:
  return splat(self, value)


@op("aten::fill.Tensor")
def fill_Tensor(self: Tensor, value: Tensor) -> Tensor:
  if value.dim() != 0:
    raise RuntimeError(torch.format("fill_ only supports 0-dimension value tensor but got tensor with {} dimensions.", value.dim()))
  return expand_to(cast(value, self.dtype), self.size())


@op("aten::fill_.Scalar")
def fill__Scalar(self: Tensor, value: number) -> Tensor:
  return ops.ts.fill(self, splat(self, value))


@op("aten::fill_.Tensor")
def fill__Tensor(self: Tensor, value: Tensor) -> Tensor:
  return stored(self, value)


@op("aten::copy_.Tensor")
def copy__Tensor(self: Tensor, other: Tensor) -> Tensor:
  return stored(self, other)


@op("aten::copy_.int")
def copy__int(self: Tensor, other: int) -> Tensor:
  return ops.ts.write(self, splat(self, other))


@op("aten::copy_.float")
def copy__float(self: Tensor, other: float) -> Tensor:
  return ops.ts.write(self, splat(self, other))


@op("aten::fill_diagonal_")
def fill_diagonal_(self: Tensor, fill_value: number, wrap: bool) -> Tensor:
  if self.dim() < 2:
    raise RuntimeError("dimensions must larger than 1")
  sizes = self.size()
  on = ops.ts.full(sizes, True, 11)
  if self.dim() == 2:
    row = places(sizes, 0)
    # a tall matrix starts again after an empty row
    turn = ops.ts.remainder(row, splat(row, sizes[1] + 1)) if wrap else row
    on = ops.ts.eq(turn, places(sizes, 1))
  else:
    for d in iota_list(1, self.dim() - 1):
      on = ops.ts.and_(on, ops.ts.eq(places(sizes, d), places(sizes, 0)))
  return ops.ts.write(self, ops.ts.select(on, splat(self, fill_value), self))


@op("aten::zero")
def zero(self: Tensor) -> Tensor:
  return splat(self, 0)


@op("aten::zero_")
def zero_(self: Tensor) -> Tensor:
  return ops.ts.fill(self, splat(self, 0))


@op("aten::_no_grad_zero_")
def _no_grad_zero_(tensor: Tensor) -> Tensor:
  return ops.ts.write(tensor, splat(tensor, 0))


@op("aten::_no_grad_fill_")
def _no_grad_fill_(tensor: Tensor, val: float) -> Tensor:
  return ops.ts.write(tensor, splat(tensor, val))


@op("aten::tensor.int")
def tensor_int(t: int, dtype: Optional[int], device: Optional[Device], requires_grad: bool) -> Tensor:
  return ops.ts.full(annotate(List[int], []), t, 4 if dtype is None else dtype)


@op("aten::tensor.float")
def tensor_float(t: float, dtype: Optional[int], device: Optional[Device], requires_grad: bool) -> Tensor:
  return ops.ts.full(annotate(List[int], []), t, 6 if dtype is None else dtype)


@op("aten::tensor.bool")
def tensor_bool(t: bool, dtype: Optional[int], device: Optional[Device], requires_grad: bool) -> Tensor:
  return ops.ts.full(annotate(List[int], []), t, 11 if dtype is None else dtype)


@op("aten::tensor.complex")
def tensor_complex(t: complex, dtype: Optional[int], device: Optional[Device], requires_grad: bool) -> Tensor:
  return ops.ts.full(annotate(List[int], []), t, 9 if dtype is None else dtype)


@op("aten::as_tensor.int")
def as_tensor_int(t: int, dtype: Optional[int], device: Optional[Device]) -> Tensor:
  return ops.ts.full(annotate(List[int], []), t, 4 if dtype is None else dtype)


@op("aten::as_tensor.float")
def as_tensor_float(t: float, dtype: Optional[int], device: Optional[Device]) -> Tensor:
  return ops.ts.full(annotate(List[int], []), t, 6 if dtype is None else dtype)


@op("aten::as_tensor.bool")
def as_tensor_bool(t: bool, dtype: Optional[int], device: Optional[Device]) -> Tensor:
  return ops.ts.full(annotate(List[int], []), t, 11 if dtype is None else dtype)


@op("aten::as_tensor.complex")
def as_tensor_complex(t: complex, dtype: Optional[int], device: Optional[Device]) -> Tensor:
  return ops.ts.full(annotate(List[int], []), t, 9 if dtype is None else dtype)


# Values are start + i * step in int64 or float64, rounded once to the dtype.
def arange_of(start: number, end: number, step: number, dtype: Optional[int]) -> Tensor:
  kind = ops.ts.result_type([ops.ts.tensor_of(start), ops.ts.tensor_of(end), ops.ts.tensor_of(step)])
  target = kind if dtype is None else dtype
  if (kind == 4) or (target == 4):
    # as in PyTorch, int64 counts in ints whatever the bounds are
    a = int(start)
    b = int(end)
    s = int(step)
    if s == 0:
      raise RuntimeError("step must be nonzero")
    count = b - a
    if s > 1:
      count = (count + s - 1) // s
    if s < 0:
      count = (count + s + 1) // s
    if count < 0:
      raise RuntimeError("upper bound and lower bound inconsistent with step sign")
    i = ops.ts.iota(count, 4)
    if s != 1:
      i = ops.ts.mul(i, splat(i, s))
    if a != 0:
      i = ops.ts.add(i, splat(i, a))
    return cast(i, target)
  x = float(start)
  y = float(end)
  z = float(step)
  if z == 0.0:
    raise RuntimeError("step must be nonzero")
  n = int(torch.ceil((y - x) / z))
  if n < 0:
    raise RuntimeError("upper bound and lower bound inconsistent with step sign")
  if is_integral_dtype(target):
    places = ops.ts.iota(n, 4)
    return cast(ops.ts.add(ops.ts.mul(places, splat(places, int(step))), splat(places, int(start))), target)
  i = ops.ts.iota(n, 7)
  return cast(ops.ts.add(ops.ts.mul(i, splat(i, z)), splat(i, x)), target)


@op("aten::arange")
def arange(end: number, dtype: Optional[int], layout: Optional[int], device: Optional[Device], pin_memory: Optional[bool]) -> Tensor:
  return arange_of(0, end, 1, dtype)


@op("aten::arange.start")
def arange_start(start: number, end: number, dtype: Optional[int], layout: Optional[int], device: Optional[Device], pin_memory: Optional[bool]) -> Tensor:
  return arange_of(start, end, 1, dtype)


@op("aten::arange.start_step")
def arange_start_step(start: number, end: number, step: number, dtype: Optional[int], layout: Optional[int], device: Optional[Device],
    pin_memory: Optional[bool]) -> Tensor:
  return arange_of(start, end, step, dtype)


# An output that has as many elements keeps its shape.
def filled_in_order(out: Tensor, values: Tensor) -> Tensor:
  if not ops.ts.same(numel_of(out.size()), values.size(0)):
    torch.resize_(out, values.size())
  return torch.copy_(out, torch.reshape(values, out.size()))


@op("aten::arange.out")
def arange_out(end: number, out: Tensor) -> Tensor:
  return filled_in_order(out, arange_of(0, end, 1, out.dtype))


@op("aten::arange.start_out")
def arange_start_out(start: number, end: number, step: number, out: Tensor) -> Tensor:
  return filled_in_order(out, arange_of(start, end, step, out.dtype))


@op("aten::linspace.out")
def linspace_out(start: number, end: number, steps: int, out: Tensor) -> Tensor:
  return filled_in_order(out, torch.linspace(start, end, steps, dtype=out.dtype))


@op("aten::logspace.out")
def logspace_out(start: number, end: number, steps: int, base: float, out: Tensor) -> Tensor:
  return filled_in_order(out, torch.logspace(start, end, steps, base, dtype=out.dtype))


# Both halves are counted from their own end, so that the last value is exact.
def linspace_of(start: Tensor, end: Tensor, steps: int, dtype: int) -> Tensor:
  if steps < 0:
    raise RuntimeError("number of steps must be non-negative")
  wide = 7 if is_integral_dtype(dtype) else opmath_dtype(dtype)
  a = cast(start, wide)
  b = cast(end, wide)
  if is_integral_dtype(dtype):
    a = ops.ts.trunc(a)
    b = ops.ts.trunc(b)
  if steps == 1:
    return cast(ops.ts.reshape(a, [1]), dtype)
  step = ops.ts.div(ops.ts.sub(b, a), ops.ts.full(annotate(List[int], []), steps - 1, wide))
  i = cast(ops.ts.iota(steps, real_dtype(wide)), wide)
  back = ops.ts.sub(splat(i, steps - 1), i)
  s = expand_to(step, i.size())
  low = ops.ts.add(expand_to(a, i.size()), ops.ts.mul(s, i))
  high = ops.ts.sub(expand_to(b, i.size()), ops.ts.mul(s, back))
  first = ops.ts.lt(ops.ts.iota(steps, 4), ops.ts.full([steps], steps // 2, 4))
  return cast(ops.ts.select(first, low, high), dtype)


def span_dtype(a: Tensor, b: Tensor, dtype: Optional[int]) -> int:
  if dtype is not None:
    return dtype
  if is_complex_dtype(a.dtype) or is_complex_dtype(b.dtype):
    return 9
  return 6


@op("aten::linspace")
def linspace(start: number, end: number, steps: int, dtype: Optional[int], layout: Optional[int], device: Optional[Device],
    pin_memory: Optional[bool]) -> Tensor:
  a = ops.ts.tensor_of(start)
  b = ops.ts.tensor_of(end)
  return linspace_of(a, b, steps, span_dtype(a, b, dtype))


@op("aten::linspace.Tensor_Tensor")
def linspace_Tensor_Tensor(start: Tensor, end: Tensor, steps: int, dtype: Optional[int], layout: Optional[int], device: Optional[Device],
    pin_memory: Optional[bool]) -> Tensor:
  if (start.dim() != 0) or (end.dim() != 0):
    raise RuntimeError("linspace only supports 0-dimensional start and end tensors")
  return linspace_of(start, end, steps, span_dtype(start, end, dtype))


@op("aten::linspace.Scalar_Tensor")
def linspace_Scalar_Tensor(start: number, end: Tensor, steps: int, dtype: Optional[int], layout: Optional[int], device: Optional[Device],
    pin_memory: Optional[bool]) -> Tensor:
  a = ops.ts.tensor_of(start)
  return linspace_of(a, end, steps, span_dtype(a, end, dtype))


@op("aten::linspace.Tensor_Scalar")
def linspace_Tensor_Scalar(start: Tensor, end: number, steps: int, dtype: Optional[int], layout: Optional[int], device: Optional[Device],
    pin_memory: Optional[bool]) -> Tensor:
  b = ops.ts.tensor_of(end)
  return linspace_of(start, b, steps, span_dtype(start, b, dtype))


def logspace_of(start: Tensor, end: Tensor, steps: int, base: float, dtype: int) -> Tensor:
  wide = 7 if is_integral_dtype(dtype) else opmath_dtype(dtype)
  x = linspace_of(ops.ts.trunc(cast(start, wide)) if is_integral_dtype(dtype) else start, ops.ts.trunc(cast(end, wide)) if is_integral_dtype(dtype) else end, steps, wide)
  return cast(ops.ts.pow(splat(x, base), x), dtype)


@op("aten::logspace")
def logspace(start: number, end: number, steps: int, base: float, dtype: Optional[int], layout: Optional[int], device: Optional[Device],
    pin_memory: Optional[bool]) -> Tensor:
  a = ops.ts.tensor_of(start)
  b = ops.ts.tensor_of(end)
  return logspace_of(a, b, steps, base, span_dtype(a, b, dtype))


@op("aten::logspace.Tensor_Tensor")
def logspace_Tensor_Tensor(start: Tensor, end: Tensor, steps: int, base: float, dtype: Optional[int], layout: Optional[int],
    device: Optional[Device], pin_memory: Optional[bool]) -> Tensor:
  return logspace_of(start, end, steps, base, span_dtype(start, end, dtype))


@op("aten::logspace.Scalar_Tensor")
def logspace_Scalar_Tensor(start: number, end: Tensor, steps: int, base: float, dtype: Optional[int], layout: Optional[int],
    device: Optional[Device], pin_memory: Optional[bool]) -> Tensor:
  a = ops.ts.tensor_of(start)
  return logspace_of(a, end, steps, base, span_dtype(a, end, dtype))


@op("aten::logspace.Tensor_Scalar")
def logspace_Tensor_Scalar(start: Tensor, end: number, steps: int, base: float, dtype: Optional[int], layout: Optional[int],
    device: Optional[Device], pin_memory: Optional[bool]) -> Tensor:
  b = ops.ts.tensor_of(end)
  return logspace_of(start, b, steps, base, span_dtype(start, b, dtype))


# Where column - row <= diagonal (lower) for the last two of sizes.
def lower_mask(sizes: List[int], diagonal: int) -> Tensor:
  rows = sizes[len(sizes) - 2]
  columns = sizes[len(sizes) - 1]
  plane = [rows, columns]
  return ops.ts.le(ops.ts.sub(places(plane, 1), places(plane, 0)), ops.ts.full(plane, diagonal, 4))


@op("aten::eye")
def eye(n: int, dtype: Optional[int], layout: Optional[int], device: Optional[Device], pin_memory: Optional[bool]) -> Tensor:
  return torch.eye(n, n, dtype=dtype)


@op("aten::eye.m")
def eye_m(n: int, m: int, dtype: Optional[int], layout: Optional[int], device: Optional[Device], pin_memory: Optional[bool]) -> Tensor:
  sizes = [checked_extent("n", n), checked_extent("m", m)]
  return ops.ts.convert(ops.ts.eq(places(sizes, 0), places(sizes, 1)), default_dtype(dtype))


@op("aten::tril")
def tril(self: Tensor, diagonal: int) -> Tensor:
  if self.dim() < 2:
    raise RuntimeError("tril: input tensor must have at least 2 dimensions")
  return ops.ts.select(expand_to(lower_mask(self.size(), diagonal), self.size()), self, splat(self, 0))


@op("aten::triu")
def triu(self: Tensor, diagonal: int) -> Tensor:
  if self.dim() < 2:
    raise RuntimeError("triu: input tensor must have at least 2 dimensions")
  return ops.ts.select(expand_to(lower_mask(self.size(), diagonal - 1), self.size()), splat(self, 0), self)


@op("aten::tril_indices")
def tril_indices(row: int, col: int, offset: int, dtype: Optional[int], layout: Optional[int], device: Optional[Device],
    pin_memory: Optional[bool]) -> Tensor:
  return cast(torch.t(ops.ts.nonzero(lower_mask([row, col], offset))), 4 if dtype is None else dtype)


@op("aten::triu_indices")
def triu_indices(row: int, col: int, offset: int, dtype: Optional[int], layout: Optional[int], device: Optional[Device],
    pin_memory: Optional[bool]) -> Tensor:
  return cast(torch.t(ops.ts.nonzero(ops.ts.not_(lower_mask([row, col], offset - 1)))), 4 if dtype is None else dtype)


@op("aten::complex")
def complex(real: Tensor, imag: Tensor) -> Tensor:
  if real.dtype != imag.dtype:
    raise RuntimeError("Expected object of scalar type Float but got scalar type Double for second argument")
  a, b = broadcast2(real, imag)
  if real.dtype == 5:
    return cast(ops.ts.complex(opmath(a), opmath(b)), 8)
  return ops.ts.complex(a, b)


@op("aten::polar")
def polar(abs: Tensor, angle: Tensor) -> Tensor:
  r, a = broadcast2(abs, angle)
  return ops.ts.complex(ops.ts.mul(r, ops.ts.cos(a)), ops.ts.mul(r, ops.ts.sin(a)))


@op("aten::linalg_vander")
def linalg_vander(x: Tensor, N: Optional[int]) -> Tensor:
  v = torch.atleast_1d(cast(x, 4) if is_integral_dtype(x.dtype) else x)
  n = v.size(-1) if N is None else N
  sizes = v.size() + [n]
  e = ops.ts.broadcast(v, sizes, iota_list(0, v.dim()))
  first = ops.ts.eq(places(sizes, v.dim()), ops.ts.full(sizes, 0, 4))
  return ops.ts.scan(ops.ts.select(first, splat(e, 1), e), v.dim(), "prod")


# Windows of signal processing; a periodic one is a symmetric one of one more point without the last.
def cosine_window(n: int, periodic: bool, a: float, b: float, c: float, dtype: Optional[int]) -> Tensor:
  target = default_dtype(dtype)
  if n == 0:
    return ops.ts.full([0], 0, target)
  if n == 1:
    return ops.ts.full([1], 1, target)
  points = n if periodic else n - 1
  i = ops.ts.iota(n, 7)
  angle = ops.ts.mul(i, splat(i, 6.2831853071795862 / float(points)))
  w = ops.ts.sub(splat(i, a), ops.ts.mul(splat(i, b), ops.ts.cos(angle)))
  if c != 0.0:
    w = ops.ts.add(w, ops.ts.mul(splat(i, c), ops.ts.cos(ops.ts.add(angle, angle))))
  return cast(w, target)


@op("aten::hann_window")
def hann_window(window_length: int, dtype: Optional[int], layout: Optional[int], device: Optional[Device], pin_memory: Optional[bool]) -> Tensor:
  return cosine_window(window_length, True, 0.5, 0.5, 0., dtype)


@op("aten::hann_window.periodic")
def hann_window_periodic(window_length: int, periodic: bool, dtype: Optional[int], layout: Optional[int], device: Optional[Device],
    pin_memory: Optional[bool]) -> Tensor:
  return cosine_window(window_length, periodic, 0.5, 0.5, 0., dtype)


@op("aten::hamming_window")
def hamming_window(window_length: int, dtype: Optional[int], layout: Optional[int], device: Optional[Device], pin_memory: Optional[bool]) -> Tensor:
  return cosine_window(window_length, True, 0.54, 0.46, 0., dtype)


@op("aten::hamming_window.periodic")
def hamming_window_periodic(window_length: int, periodic: bool, dtype: Optional[int], layout: Optional[int], device: Optional[Device],
    pin_memory: Optional[bool]) -> Tensor:
  return cosine_window(window_length, periodic, 0.54, 0.46, 0., dtype)


@op("aten::hamming_window.periodic_alpha")
def hamming_window_periodic_alpha(window_length: int, periodic: bool, alpha: float, dtype: Optional[int], layout: Optional[int],
    device: Optional[Device], pin_memory: Optional[bool]) -> Tensor:
  return cosine_window(window_length, periodic, alpha, 0.46, 0., dtype)


@op("aten::hamming_window.periodic_alpha_beta")
def hamming_window_periodic_alpha_beta(window_length: int, periodic: bool, alpha: float, beta: float, dtype: Optional[int],
    layout: Optional[int], device: Optional[Device], pin_memory: Optional[bool]) -> Tensor:
  return cosine_window(window_length, periodic, alpha, beta, 0., dtype)


@op("aten::blackman_window")
def blackman_window(window_length: int, dtype: Optional[int], layout: Optional[int], device: Optional[Device], pin_memory: Optional[bool]) -> Tensor:
  return cosine_window(window_length, True, 0.42, 0.5, 0.08, dtype)


@op("aten::blackman_window.periodic")
def blackman_window_periodic(window_length: int, periodic: bool, dtype: Optional[int], layout: Optional[int], device: Optional[Device],
    pin_memory: Optional[bool]) -> Tensor:
  return cosine_window(window_length, periodic, 0.42, 0.5, 0.08, dtype)


@op("aten::bartlett_window")
def bartlett_window(window_length: int, dtype: Optional[int], layout: Optional[int], device: Optional[Device], pin_memory: Optional[bool]) -> Tensor:
  return bartlett(window_length, True, dtype)


@op("aten::bartlett_window.periodic")
def bartlett_window_periodic(window_length: int, periodic: bool, dtype: Optional[int], layout: Optional[int], device: Optional[Device],
    pin_memory: Optional[bool]) -> Tensor:
  return bartlett(window_length, periodic, dtype)


def bartlett(n: int, periodic: bool, dtype: Optional[int]) -> Tensor:
  target = default_dtype(dtype)
  if n == 0:
    return ops.ts.full([0], 0, target)
  if n == 1:
    return ops.ts.full([1], 1, target)
  i = ops.ts.iota(n, 7)
  step = ops.ts.mul(i, splat(i, 2.0 / float(n if periodic else n - 1)))
  return cast(ops.ts.minimum(step, ops.ts.sub(splat(step, 2), step)), target)


def kaiser(n: int, periodic: bool, beta: float, dtype: Optional[int]) -> Tensor:
  target = default_dtype(dtype)
  if n == 0:
    return ops.ts.full([0], 0, target)
  if n == 1:
    return ops.ts.full([1], 1, target)
  i = ops.ts.iota(n, 7)
  t = ops.ts.sub(ops.ts.mul(i, splat(i, 2.0 / float(n if periodic else n - 1))), splat(i, 1))
  inside = ops.ts.maximum(ops.ts.sub(splat(t, 1), ops.ts.mul(t, t)), splat(t, 0))
  b = splat(t, beta)
  return cast(ops.ts.div(ops.ts.i0(ops.ts.mul(b, ops.ts.sqrt(inside))), ops.ts.i0(b)), target)


@op("aten::kaiser_window")
def kaiser_window(window_length: int, dtype: Optional[int], layout: Optional[int], device: Optional[Device], pin_memory: Optional[bool]) -> Tensor:
  return kaiser(window_length, True, 12.0, dtype)


@op("aten::kaiser_window.periodic")
def kaiser_window_periodic(window_length: int, periodic: bool, dtype: Optional[int], layout: Optional[int], device: Optional[Device],
    pin_memory: Optional[bool]) -> Tensor:
  return kaiser(window_length, periodic, 12.0, dtype)


@op("aten::kaiser_window.beta")
def kaiser_window_beta(window_length: int, periodic: bool, beta: float, dtype: Optional[int], layout: Optional[int], device: Optional[Device],
    pin_memory: Optional[bool]) -> Tensor:
  return kaiser(window_length, periodic, beta, dtype)


# Both ends are included.
def range_of_values(start: number, end: number, step: number, dtype: Optional[int]) -> Tensor:
  a = float(start)
  s = float(step)
  if s == 0.0:
    raise RuntimeError("step must be nonzero")
  n = int(torch.floor((float(end) - a) / s)) + 1
  i = ops.ts.iota(n, 7)
  return cast(ops.ts.add(ops.ts.mul(i, splat(i, s)), splat(i, a)), default_dtype(dtype))


@op("aten::range.out")
def range_out(start: number, end: number, step: number, out: Tensor) -> Tensor:
  return filled_in_order(out, range_of_values(start, end, step, out.dtype))


@op("aten::range")
def range(start: number, end: number, dtype: Optional[int], layout: Optional[int], device: Optional[Device], pin_memory: Optional[bool]) -> Tensor:
  return range_of_values(start, end, 1, dtype)


@op("aten::range.step")
def range_step(start: number, end: number, step: number, dtype: Optional[int], layout: Optional[int], device: Optional[Device],
    pin_memory: Optional[bool]) -> Tensor:
  return range_of_values(start, end, step, dtype)


@op("aten::vander")
def vander(x: Tensor, N: Optional[int], increasing: bool) -> Tensor:
  n = x.size(0) if N is None else N
  sizes = [x.size(0), n]
  wide = along(cast(x, sum_dtype(x.dtype)), sizes, 0)
  first = ops.ts.eq(places(sizes, 1), ops.ts.full(sizes, 0, 4))
  powers = ops.ts.scan(ops.ts.select(first, splat(wide, 1), wide), 1, "prod")
  return powers if increasing else ops.ts.reverse(powers, [1])


@op("aten::_dim_arange")
def _dim_arange(like: Tensor, dim: int) -> Tensor:
  return ops.ts.iota(like.size(dim), 4)


@op("aten::_shape_as_tensor")
def _shape_as_tensor(self: Tensor) -> Tensor:
  out = annotate(List[Tensor], [])
  for s in self.size():
    out.append(ops.ts.full([1], s, 4))
  if len(out) == 0:
    return ops.ts.full([0], 0, 4)
  return ops.ts.concatenate(out, 0)


# Nested tensors do not exist here; the fast path of the transformer that makes them asks first.


@op("aten::_nested_tensor_from_mask_left_aligned")
def _nested_tensor_from_mask_left_aligned(t: Tensor, mask: Tensor) -> bool:
  m = truth(mask)
  later = ops.ts.slice(m, 1, 1, m.size(1) - 1, 1)
  earlier = ops.ts.slice(m, 1, 0, m.size(1) - 1, 1)
  falls = ops.ts.or_(earlier, ops.ts.not_(later))
  return bool(ops.ts.item(ops.ts.reduce(falls, [0, 1], "and")))


@op("aten::_nested_tensor_from_mask")
def _nested_tensor_from_mask(t: Tensor, mask: Tensor, mask_check: bool) -> Tensor:
  ops.ts.unsupported("nested tensors")
  return t


@op("aten::to_padded_tensor")
def to_padded_tensor(self: Tensor, padding: float, output_size: Optional[List[int]]) -> Tensor:
  ops.ts.unsupported("nested tensors")
  return self
