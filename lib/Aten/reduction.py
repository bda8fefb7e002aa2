# Reductions. Half precision is summed in float32 and rounded at the end.
def sum_dtype(dtype: int) -> int:
  if is_integral_dtype(dtype):
    return 4
  return dtype


def sum_over(x: Tensor, dims: List[int], keepdim: bool, dtype: int) -> Tensor:
  wide = opmath(cast(x, dtype))
  return cast(reduction_result(ops.ts.reduce(wide, dims, "sum"), wide, dims, keepdim), dtype)


@op("aten::sum")
def sum(self: Tensor, dtype: Optional[int]) -> Tensor:
  return sum_over(self, iota_list(0, self.dim()), False, sum_dtype(self.dtype) if dtype is None else dtype)


@op("aten::sum.dim_IntList")
def sum_dim_IntList(self: Tensor, dim: Optional[List[int]], keepdim: bool, dtype: Optional[int]) -> Tensor:
  return sum_over(self, reduced_dims(dim, self.dim()), keepdim, sum_dtype(self.dtype) if dtype is None else dtype)


@op("aten::nansum")
def nansum(self: Tensor, dim: Optional[List[int]], keepdim: bool, dtype: Optional[int]) -> Tensor:
  x = self if is_integral_dtype(self.dtype) else ops.ts.select(torch.isnan(self), splat(self, 0), self)
  return sum_over(x, reduced_dims(dim, self.dim()), keepdim, sum_dtype(self.dtype) if dtype is None else dtype)


def prod_over(x: Tensor, dims: List[int], keepdim: bool, dtype: int) -> Tensor:
  wide = opmath(cast(x, dtype))
  return cast(reduction_result(ops.ts.reduce(wide, dims, "prod"), wide, dims, keepdim), dtype)


@op("aten::prod")
def prod(self: Tensor, dtype: Optional[int]) -> Tensor:
  return prod_over(self, iota_list(0, self.dim()), False, sum_dtype(self.dtype) if dtype is None else dtype)


@op("aten::prod.dim_int")
def prod_dim_int(self: Tensor, dim: int, keepdim: bool, dtype: Optional[int]) -> Tensor:
  return prod_over(self, reduced_dims([dim], self.dim()), keepdim, sum_dtype(self.dtype) if dtype is None else dtype)


def mean_dtype(x: Tensor, dtype: Optional[int], name: str) -> int:
  target = x.dtype if dtype is None else dtype
  if is_integral_dtype(target):
    raise RuntimeError(torch.format("{}: could not infer output dtype. Input dtype must be either a floating point or complex dtype. Got: {}", name, dtype_name(target)))
  return target


def dtype_name(dtype: int) -> str:
  names = ["Byte", "Char", "Short", "Int", "Long", "Half", "Float", "Double", "ComplexHalf", "ComplexFloat", "ComplexDouble", "Bool"]
  if dtype < 12:
    return names[dtype]
  if dtype == 15:
    return "BFloat16"
  return str(dtype)


# The mean in the precision of x, dimensions dropped.
def mean_of(x: Tensor, dims: List[int]) -> Tensor:
  total = ops.ts.reduce(x, dims, "sum")
  return ops.ts.div(total, splat(total, numel_of(sizes_at(x, dims))))


def mean_over(x: Tensor, dims: List[int], keepdim: bool, dtype: int) -> Tensor:
  wide = opmath(cast(x, dtype))
  return cast(reduction_result(mean_of(wide, dims), wide, dims, keepdim), dtype)


@op("aten::mean")
def mean(self: Tensor, dtype: Optional[int]) -> Tensor:
  return mean_over(self, iota_list(0, self.dim()), False, mean_dtype(self, dtype, "mean()"))


@op("aten::mean.dim")
def mean_dim(self: Tensor, dim: Optional[List[int]], keepdim: bool, dtype: Optional[int]) -> Tensor:
  return mean_over(self, reduced_dims(dim, self.dim()), keepdim, mean_dtype(self, dtype, "mean()"))


@op("aten::nanmean")
def nanmean(self: Tensor, dim: Optional[List[int]], keepdim: bool, dtype: Optional[int]) -> Tensor:
  dims = reduced_dims(dim, self.dim())
  target = mean_dtype(self, dtype, "nanmean()")
  x = opmath(cast(self, target))
  missing = torch.isnan(x)
  total = ops.ts.reduce(ops.ts.select(missing, splat(x, 0), x), dims, "sum")
  count = ops.ts.reduce(ops.ts.convert(ops.ts.not_(missing), x.dtype), dims, "sum")
  return cast(reduction_result(ops.ts.div(total, count), x, dims, keepdim), target)


# Two passes: the mean, then the squares of what is left. Returns variance and mean, dimensions dropped, in the precision of x.
def variance_mean(x: Tensor, dims: List[int], correction: float) -> Tuple[Tensor, Tensor]:
  mean = mean_of(x, dims)
  rest = ops.ts.sub(x, unreduce(mean, x, dims))
  squares = ops.ts.reduce(ops.ts.mul(rest, rest), dims, "sum")
  count = float(numel_of(sizes_at(x, dims))) - correction
  return ops.ts.div(squares, splat(squares, ops.prim.max(count, 0.0))), mean


def variance_any(self: Tensor, dims: List[int], correction: float, name: str) -> Tuple[Tensor, Tensor]:
  if is_complex_dtype(self.dtype):
    x = opmath(self)
    re, mr = variance_mean(ops.ts.real(x), dims, correction)
    im, mi = variance_mean(ops.ts.imag(x), dims, correction)
    return ops.ts.add(re, im), ops.ts.complex(mr, mi)
  if not is_float_dtype(self.dtype):
    raise RuntimeError(torch.format("{} only support floating point and complex dtypes", name))
  return variance_mean(opmath(self), dims, correction)


def var_std(self: Tensor, dim: Optional[List[int]], correction: float, keepdim: bool, root: bool, name: str) -> Tuple[Tensor, Tensor]:
  dims = reduced_dims(dim, self.dim())
  v, m = variance_any(self, dims, correction, name)
  if root:
    v = ops.ts.sqrt(v)
  return cast(reduction_result(v, self, dims, keepdim), real_dtype(self.dtype)), cast(reduction_result(m, self, dims, keepdim), self.dtype)


def correction_of(correction: Optional[number]) -> float:
  if correction is None:
    return 1.0
  return float(correction)


@op("aten::var")
def var(self: Tensor, unbiased: bool) -> Tensor:
  return var_std(self, None, 1.0 if unbiased else 0.0, False, False, "std and var")[0]


@op("aten::var.dim")
def var_dim(self: Tensor, dim: Optional[List[int]], unbiased: bool, keepdim: bool) -> Tensor:
  return var_std(self, dim, 1.0 if unbiased else 0.0, keepdim, False, "std and var")[0]


@op("aten::var.correction")
def var_correction(self: Tensor, dim: Optional[List[int]], correction: Optional[number], keepdim: bool) -> Tensor:
  return var_std(self, dim, correction_of(correction), keepdim, False, "std and var")[0]


@op("aten::std")
def std(self: Tensor, unbiased: bool) -> Tensor:
  return var_std(self, None, 1.0 if unbiased else 0.0, False, True, "std and var")[0]


@op("aten::std.dim")
def std_dim(self: Tensor, dim: Optional[List[int]], unbiased: bool, keepdim: bool) -> Tensor:
  return var_std(self, dim, 1.0 if unbiased else 0.0, keepdim, True, "std and var")[0]


@op("aten::std.correction")
def std_correction(self: Tensor, dim: Optional[List[int]], correction: Optional[number], keepdim: bool) -> Tensor:
  return var_std(self, dim, correction_of(correction), keepdim, True, "std and var")[0]


@op("aten::var_mean")
def var_mean(self: Tensor, unbiased: bool) -> Tuple[Tensor, Tensor]:
  return var_std(self, None, 1.0 if unbiased else 0.0, False, False, "var_mean")


@op("aten::var_mean.dim")
def var_mean_dim(self: Tensor, dim: Optional[List[int]], unbiased: bool, keepdim: bool) -> Tuple[Tensor, Tensor]:
  return var_std(self, dim, 1.0 if unbiased else 0.0, keepdim, False, "var_mean")


@op("aten::var_mean.correction")
def var_mean_correction(self: Tensor, dim: Optional[List[int]], correction: Optional[number], keepdim: bool) -> Tuple[Tensor, Tensor]:
  return var_std(self, dim, correction_of(correction), keepdim, False, "var_mean")


@op("aten::std_mean")
def std_mean(self: Tensor, unbiased: bool) -> Tuple[Tensor, Tensor]:
  return var_std(self, None, 1.0 if unbiased else 0.0, False, True, "std_mean")


@op("aten::std_mean.dim")
def std_mean_dim(self: Tensor, dim: Optional[List[int]], unbiased: bool, keepdim: bool) -> Tuple[Tensor, Tensor]:
  return var_std(self, dim, 1.0 if unbiased else 0.0, keepdim, True, "std_mean")


@op("aten::std_mean.correction")
def std_mean_correction(self: Tensor, dim: Optional[List[int]], correction: Optional[number], keepdim: bool) -> Tuple[Tensor, Tensor]:
  return var_std(self, dim, correction_of(correction), keepdim, True, "std_mean")


# The largest (or smallest) along dims; NaN wins.
def extreme(x: Tensor, dims: List[int], kind: str) -> Tensor:
  if x.dtype == 11:
    return ops.ts.reduce(x, dims, "or" if kind == "max" else "and")
  return ops.ts.reduce(x, dims, kind)


# The first place where x is its extreme, which is NaN where there is one. To look for it again takes vectors, to carry it along does not.
def arg_extreme(x: Tensor, dim: int, kind: str) -> Tensor:
  y = cast_bool(x, 0)
  n = y.size(dim)
  if not ops.ts.known(n):
    return ops.ts.arg_reduce(y, dim, kind)
  if (n == 0) or (n >= 2147483647):
    return ops.ts.arg_reduce(y, dim, kind)
  found = torch.eq(y, torch.unsqueeze(extreme(y, [dim], kind), dim))
  if is_float_dtype(y.dtype):
    found = ops.ts.or_(found, torch.ne(y, y))
  place = along(ops.ts.iota(n, 3), y.size(), dim)
  return ops.ts.convert(ops.ts.reduce(ops.ts.select(found, place, splat(place, n)), [dim], "min"), 4)


def check_not_empty(x: Tensor, dims: List[int], name: str) -> bool:
  for d in dims:
    ops.ts.check(x.size(d) != 0, name + "(): Expected reduction dim {} to have non-zero size.", "IndexError", [d])
  return True


@op("aten::amax")
def amax(self: Tensor, dim: List[int], keepdim: bool) -> Tensor:
  dims = reduced_dims(dim, self.dim())
  checked = check_not_empty(self, dims, "amax")
  return reduction_result(extreme(self, dims, "max"), self, dims, keepdim)


@op("aten::amin")
def amin(self: Tensor, dim: List[int], keepdim: bool) -> Tensor:
  dims = reduced_dims(dim, self.dim())
  checked = check_not_empty(self, dims, "amin")
  return reduction_result(extreme(self, dims, "min"), self, dims, keepdim)


@op("aten::aminmax")
def aminmax(self: Tensor, dim: Optional[int], keepdim: bool) -> Tuple[Tensor, Tensor]:
  dims = reduced_dims(None if dim is None else [dim], self.dim())
  low = reduction_result(extreme(self, dims, "min"), self, dims, keepdim)
  return low, reduction_result(extreme(self, dims, "max"), self, dims, keepdim)


@op("aten::max")
def max(self: Tensor) -> Tensor:
  ops.ts.check(numel_of(self.size()) != 0, "max(): Expected reduction dim to be specified for input.numel() == 0. Specify the reduction dim with the 'dim' argument.", "RuntimeError")
  return extreme(self, iota_list(0, self.dim()), "max")


@op("aten::min")
def min(self: Tensor) -> Tensor:
  ops.ts.check(numel_of(self.size()) != 0, "min(): Expected reduction dim to be specified for input.numel() == 0. Specify the reduction dim with the 'dim' argument.", "RuntimeError")
  return extreme(self, iota_list(0, self.dim()), "min")


def extreme_with_index(x: Tensor, dim: int, keepdim: bool, kind: str) -> Tuple[Tensor, Tensor]:
  dims = reduced_dims([dim], x.dim())
  if x.dim() == 0:
    return ops.ts.copy(x), ops.ts.full(annotate(List[int], []), 0, 4)
  checked = check_not_empty(x, dims, kind)
  values = extreme(x, dims, kind)
  places_of = arg_extreme(x, dims[0], kind)
  return reduction_result(values, x, dims, keepdim), reduction_result(places_of, x, dims, keepdim)


@op("aten::max.dim")
def max_dim(self: Tensor, dim: int, keepdim: bool) -> Tuple[Tensor, Tensor]:
  return extreme_with_index(self, dim, keepdim, "max")


@op("aten::min.dim")
def min_dim(self: Tensor, dim: int, keepdim: bool) -> Tuple[Tensor, Tensor]:
  return extreme_with_index(self, dim, keepdim, "min")


def arg_of(x: Tensor, dim: Optional[int], keepdim: bool, kind: str) -> Tensor:
  if dim is None:
    ops.ts.check(numel_of(x.size()) != 0, "arg" + kind + "(): Expected reduction dim to be specified for input.numel() == 0. Specify the reduction dim with the 'dim' argument.", "IndexError")
  if (dim is None) or (x.dim() == 0):
    y = arg_extreme(torch.reshape(x, [numel_of(x.size())]), 0, kind)
    return keep_dims(y, x, iota_list(0, x.dim())) if keepdim else y
  dims = reduced_dims([dim], x.dim())
  checked = check_not_empty(x, dims, "arg" + kind)
  return reduction_result(arg_extreme(x, dims[0], kind), x, dims, keepdim)


@op("aten::argmax")
def argmax(self: Tensor, dim: Optional[int], keepdim: bool) -> Tensor:
  return arg_of(self, dim, keepdim, "max")


@op("aten::argmin")
def argmin(self: Tensor, dim: Optional[int], keepdim: bool) -> Tensor:
  return arg_of(self, dim, keepdim, "min")


# all and any of uint8 stay uint8.
def logic_over(x: Tensor, dims: List[int], keepdim: bool, kind: str) -> Tensor:
  y = reduction_result(ops.ts.reduce(truth(x), dims, kind), x, dims, keepdim)
  return ops.ts.convert(y, 0) if x.dtype == 0 else y


@op("aten::all")
def all(self: Tensor) -> Tensor:
  return logic_over(self, iota_list(0, self.dim()), False, "and")


@op("aten::all.dim")
def all_dim(self: Tensor, dim: int, keepdim: bool) -> Tensor:
  return logic_over(self, reduced_dims([dim], self.dim()), keepdim, "and")


@op("aten::all.dims")
def all_dims(self: Tensor, dim: Optional[List[int]], keepdim: bool) -> Tensor:
  dims = iota_list(0, self.dim()) if dim is None else sorted_dims(wrap_dims(dim, self.dim()), self.dim())
  return logic_over(self, dims, keepdim, "and")


@op("aten::any")
def any(self: Tensor) -> Tensor:
  return logic_over(self, iota_list(0, self.dim()), False, "or")


@op("aten::any.dim")
def any_dim(self: Tensor, dim: int, keepdim: bool) -> Tensor:
  return logic_over(self, reduced_dims([dim], self.dim()), keepdim, "or")


@op("aten::any.dims")
def any_dims(self: Tensor, dim: Optional[List[int]], keepdim: bool) -> Tensor:
  dims = iota_list(0, self.dim()) if dim is None else sorted_dims(wrap_dims(dim, self.dim()), self.dim())
  return logic_over(self, dims, keepdim, "or")


@op("aten::count_nonzero")
def count_nonzero(self: Tensor, dim: Optional[int]) -> Tensor:
  return sum_over(truth(self), reduced_dims(None if dim is None else [dim], self.dim()), False, 4)


@op("aten::count_nonzero.dim_IntList")
def count_nonzero_dim_IntList(self: Tensor, dim: List[int]) -> Tensor:
  return sum_over(truth(self), reduced_dims(dim, self.dim()), False, 4)


# The largest term is taken out; where it is infinite nothing is.


@op("aten::logsumexp")
def logsumexp(self: Tensor, dim: List[int], keepdim: bool) -> Tensor:
  x = opmath(floating(self))
  dims = reduced_dims(dim, self.dim())
  if is_complex_dtype(x.dtype):
    # the greatest real part comes off first, so that nothing overflows
    high = ops.ts.real(x)
    if not ops.ts.same(numel_of(x.size()), 0):
      high = unreduce(ops.ts.reduce(high, dims, "max"), x, dims)
      high = ops.ts.select(ops.ts.eq(ops.ts.abs(high), splat(high, inf)), splat(high, 0), high)
    y = ops.ts.log(ops.ts.reduce(ops.ts.exp(ops.ts.sub(x, ops.ts.convert(high, x.dtype))), dims, "sum"))
    if not ops.ts.same(numel_of(x.size()), 0):
      shift = ops.ts.reduce(high, dims, "max")
      y = ops.ts.add(y, ops.ts.convert(shift, y.dtype))
    return cast(reduction_result(y, x, dims, keepdim), floating_dtype(self.dtype))
  empty = False
  for d in dims:
    if ops.ts.same(x.size(d), 0):
      empty = True
  if empty:
    total = ops.ts.reduce(x, dims, "sum")
    return cast(reduction_result(splat(total, -inf), x, dims, keepdim), floating_dtype(self.dtype))
  top = ops.ts.reduce(x, dims, "max")
  top = ops.ts.select(ops.ts.eq(ops.ts.abs(top), splat(top, inf)), splat(top, 0), top)
  total = ops.ts.reduce(ops.ts.exp(ops.ts.sub(x, unreduce(top, x, dims))), dims, "sum")
  return cast(reduction_result(ops.ts.add(ops.ts.log(total), top), x, dims, keepdim), floating_dtype(self.dtype))


@op("aten::special_logsumexp")
def special_logsumexp(self: Tensor, dim: List[int], keepdim: bool) -> Tensor:
  return torch.logsumexp(self, dim, keepdim)


@op("aten::trace")
def trace(self: Tensor) -> Tensor:
  if self.dim() != 2:
    raise RuntimeError(torch.format("trace: expected a matrix, but got tensor with dim {}", self.dim()))
  return torch.sum(torch.diagonal(self))


@op("aten::sum_to_size")
def sum_to_size(self: Tensor, size: List[int]) -> Tensor:
  if len(size) == 0:
    return torch.sum(self)
  dims = annotate(List[int], [])
  lead = self.dim() - len(size)
  if lead < 0:
    raise RuntimeError(torch.format("size {{{}}} is not expandable to size {{{}}}.", size, self.size()))
  for d in range(self.dim()):
    if d < lead:
      dims.append(d)
    elif ops.ts.same(size[d - lead], 1) and not ops.ts.same(self.size(d), 1):
      dims.append(d)
  if len(dims) == 0:
    return self
  return torch.reshape(sum_over(self, dims, False, sum_dtype(self.dtype)), size)


@op("aten::_grad_sum_to_size")
def _grad_sum_to_size(self: Tensor, size: Optional[List[int]]) -> Tensor:
  if size is None:
    return self
  return torch.sum_to_size(self, size)


# Running reductions.
def scanned(x: Tensor, dim: int, dtype: int, kind: str) -> Tensor:
  y = cast(x, dtype)
  if x.dim() == 0:
    return ops.ts.copy(y)
  return cast(ops.ts.scan(opmath(y), dim, kind), dtype)


@op("aten::cumsum")
def cumsum(self: Tensor, dim: int, dtype: Optional[int]) -> Tensor:
  return scanned(self, wrap_dim(dim, self.dim()), sum_dtype(self.dtype) if dtype is None else dtype, "sum")


@op("aten::cumprod")
def cumprod(self: Tensor, dim: int, dtype: Optional[int]) -> Tensor:
  return scanned(self, wrap_dim(dim, self.dim()), sum_dtype(self.dtype) if dtype is None else dtype, "prod")


@op("aten::logcumsumexp")
def logcumsumexp(self: Tensor, dim: int) -> Tensor:
  if is_complex_dtype(self.dtype):
    return complex_logcumsumexp(self, wrap_dim(dim, self.dim()))
  return scanned(self, wrap_dim(dim, self.dim()), self.dtype, "logsumexp")


# One after the other, so that imaginary parts are not folded to one turn.
def complex_logcumsumexp(x: Tensor, d: int) -> Tensor:
  if x.dim() == 0 or ops.ts.same(x.size(d), 0):
    return ops.ts.copy(x)
  total = ops.ts.slice(x, d, 0, 1, 1)
  parts = [total]
  for i in range(x.size(d) - 1):
    total = log_add_exp_complex(total, ops.ts.slice(x, d, i + 1, 1, 1))
    parts.append(total)
  return ops.ts.concatenate(parts, d)


# The bits of all elements, as int64 or float64, combined by exclusive or.
@op("aten::hash_tensor")
def hash_tensor(self: Tensor, dim: List[int], keepdim: bool, mode: int) -> Tensor:
  if mode != 0:
    raise RuntimeError(torch.format("hash_tensor: Unknown mode {}", mode))
  dims = reduced_dims(dim, self.dim())
  bits = ops.ts.bitcast(ops.ts.convert(self, 7), 4) if is_float_dtype(self.dtype) else cast(self, 4)
  return ops.ts.convert(reduction_result(xor_sum(bits, dims), self, dims, keepdim), 29)


@op("aten::_logcumsumexp")
def _logcumsumexp(self: Tensor, dim: int) -> Tensor:
  return torch.logcumsumexp(self, dim)


def running_extreme(x: Tensor, dim: int, kind: str) -> Tuple[Tensor, Tensor]:
  d = wrap_dim(dim, x.dim())
  if x.dim() == 0:
    return ops.ts.copy(x), ops.ts.full(annotate(List[int], []), 0, 4)
  y = cast_bool(x, 0)
  return cast(ops.ts.scan(y, d, kind), x.dtype), ops.ts.arg_scan(y, d, kind)


@op("aten::cummax")
def cummax(self: Tensor, dim: int) -> Tuple[Tensor, Tensor]:
  return running_extreme(self, dim, "max")


@op("aten::cummin")
def cummin(self: Tensor, dim: int) -> Tuple[Tensor, Tensor]:
  return running_extreme(self, dim, "min")


@op("aten::diff")
def diff(self: Tensor, n: int, dim: int, prepend: Optional[Tensor], append: Optional[Tensor]) -> Tensor:
  parts = annotate(List[Tensor], [])
  if prepend is not None:
    parts.append(prepend)
  parts.append(self)
  if append is not None:
    parts.append(append)
  x = self if (len(parts) == 1) or (n == 0) else torch.cat(parts, dim)
  d = wrap_dim(dim, self.dim())
  for i in range(n):
    count = ops.prim.max(x.size(d) - 1, 0)
    if ops.ts.same(x.size(d), 0):
      return x
    high = ops.ts.slice(x, d, 1, count, 1)
    low = ops.ts.slice(x, d, 0, count, 1)
    x = ops.ts.xor(high, low) if x.dtype == 11 else ops.ts.sub(high, low)
  return x


# Sums of neighbours times half their distance.
def trapezoid_terms(y: Tensor, x: Optional[Tensor], dx: number, dim: int) -> Tensor:
  d = wrap_dim(dim, y.dim())
  n = y.size(d)
  count = ops.prim.max(n - 1, 0)
  high = ops.ts.slice(y, d, n - count, count, 1)
  low = ops.ts.slice(y, d, 0, count, 1)
  if x is not None:
    last = wrap_dim(dim, x.dim()) if x.dim() == y.dim() else 0
    step = torch.diff(x, 1, last)
    if x.dim() != y.dim():
      step = along(step, with_at(y.size(), d, count), d) if x.dim() == 1 else step
    return torch.mul(torch.mul(torch.add(high, low), step), 0.5)
  return torch.mul(torch.mul(torch.add(high, low), dx), 0.5)


@op("aten::trapezoid.dx")
def trapezoid_dx(y: Tensor, dx: number, dim: int) -> Tensor:
  if ops.ts.same(y.size(dim), 0):
    return torch.sum(y, [dim])
  return torch.sum(trapezoid_terms(y, None, dx, dim), [dim])


@op("aten::trapezoid.x")
def trapezoid_x(y: Tensor, x: Tensor, dim: int) -> Tensor:
  return torch.sum(trapezoid_terms(y, x, 1, dim), [dim])


@op("aten::trapz.dx")
def trapz_dx(y: Tensor, dx: float, dim: int) -> Tensor:
  return torch.sum(trapezoid_terms(y, None, dx, dim), [dim])


@op("aten::trapz.x")
def trapz_x(y: Tensor, x: Tensor, dim: int) -> Tensor:
  return torch.trapezoid(y, x, dim=dim)


@op("aten::cumulative_trapezoid.dx")
def cumulative_trapezoid_dx(y: Tensor, dx: number, dim: int) -> Tensor:
  return torch.cumsum(trapezoid_terms(y, None, dx, dim), dim)


@op("aten::cumulative_trapezoid.x")
def cumulative_trapezoid_x(y: Tensor, x: Tensor, dim: int) -> Tensor:
  return torch.cumsum(trapezoid_terms(y, x, 1, dim), dim)
