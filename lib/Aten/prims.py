# PyTorch's primitives, where they are not an operator of the same name and arguments (those are found by rule).
@op("prims::add")
def prims_add(self: Tensor, other: Tensor) -> Tensor:
  return torch.add(self, other)


@op("prims::sub")
def prims_sub(self: Tensor, other: Tensor) -> Tensor:
  return torch.sub(self, other)


# Integers are divided as in C.
@op("prims::div")
def prims_div(self: Tensor, other: Tensor) -> Tensor:
  if is_integral_dtype(self.dtype):
    return torch.div(self, other, rounding_mode="trunc")
  return torch.div(self, other)


@op("prims::cbrt")
def prims_cbrt(self: Tensor) -> Tensor:
  x = opmath(floating(self))
  y = ops.ts.copysign(ops.ts.pow(ops.ts.abs(x), splat(x, 1.0 / 3.0)), x)
  return cast(y, floating(self).dtype)


@op("prims::fill")
def prims_fill(self: Tensor, value: number) -> Tensor:
  return splat(self, value)


@op("prims::bessel_i0")
def prims_bessel_i0(self: Tensor) -> Tensor:
  return torch.special_i0(self)


@op("prims::bessel_i0e")
def prims_bessel_i0e(self: Tensor) -> Tensor:
  return torch.special_i0e(self)


@op("prims::bessel_i1")
def prims_bessel_i1(self: Tensor) -> Tensor:
  return torch.special_i1(self)


@op("prims::bessel_i1e")
def prims_bessel_i1e(self: Tensor) -> Tensor:
  return torch.special_i1e(self)


@op("prims::bessel_j0")
def prims_bessel_j0(self: Tensor) -> Tensor:
  return torch.special_bessel_j0(self)


@op("prims::bessel_j1")
def prims_bessel_j1(self: Tensor) -> Tensor:
  return torch.special_bessel_j1(self)


@op("prims::spherical_bessel_j0")
def prims_spherical_bessel_j0(self: Tensor) -> Tensor:
  return torch.special_spherical_bessel_j0(self)


@op("prims::erf_inv")
def prims_erf_inv(self: Tensor) -> Tensor:
  return torch.special_erfinv(self)


@op("prims::erfcx")
def prims_erfcx(self: Tensor) -> Tensor:
  return torch.special_erfcx(self)


@op("prims::ndtri")
def prims_ndtri(self: Tensor) -> Tensor:
  return torch.special_ndtri(self)


@op("prims::zeta")
def prims_zeta(self: Tensor, other: Tensor) -> Tensor:
  return torch.special_zeta(self, other)


@op("prims::shift_left")
def prims_shift_left(self: Tensor, other: Tensor) -> Tensor:
  return torch.bitwise_left_shift(self, other)


@op("prims::shift_right_arithmetic")
def prims_shift_right_arithmetic(self: Tensor, other: Tensor) -> Tensor:
  return torch.bitwise_right_shift(self, other)


@op("prims::convert_element_type")
def prims_convert_element_type(a: Tensor, dtype: int) -> Tensor:
  return cast(a, dtype)


@op("prims::device_put")
def prims_device_put(a: Tensor, device: Device, non_blocking: bool) -> Tensor:
  return a


@op("prims::view_of")
def prims_view_of(a: Tensor) -> Tensor:
  return torch.alias(a)


@op("prims::view_of_dtype")
def prims_view_of_dtype(a: Tensor, dtype: int) -> Tensor:
  return torch.view(a, dtype)


@op("prims::as_strided")
def prims_as_strided(a: Tensor, size: List[int], stride: List[int], storage_offset: int) -> Tensor:
  return torch.as_strided(a, size, stride, storage_offset)


@op("prims::as_strided_scatter")
def prims_as_strided_scatter(self: Tensor, src: Tensor, size: List[int], stride: List[int], storage_offset: int) -> Tensor:
  return torch.as_strided_scatter(self, src, size, stride, storage_offset)


# The dimensions of a, in their order, become the listed ones; the others are stretched.
@op("prims::broadcast_in_dim")
def prims_broadcast_in_dim(a: Tensor, shape: List[int], broadcast_dimensions: List[int]) -> Tensor:
  return ops.ts.broadcast(a, shape, broadcast_dimensions)


# Dimensions start … end become one.
def collapsed_shape(x: Tensor, start: int, end: int) -> List[int]:
  if x.dim() == 0:
    return [1]
  s = wrap_dim(start, x.dim())
  e = wrap_dim(end, x.dim())
  if e < s:
    raise RuntimeError(torch.format("Attempting to collapse but end, {}, is less than start, {}!", end, start))
  sizes = x.size()
  return sizes[0:s] + [numel_of(sizes[s:e + 1])] + sizes[e + 1:]


@op("prims::collapse_view")
def prims_collapse_view(a: Tensor, start: int, end: int) -> Tensor:
  return torch.view(a, collapsed_shape(a, start, end))


@op("prims::collapse")
def prims_collapse(a: Tensor, start: int, end: int) -> Tensor:
  return ops.ts.reshape(ops.ts.copy(a), collapsed_shape(a, start, end))


@op("prims::split_dim")
def prims_split_dim(a: Tensor, dim: int, outer_length: int) -> Tensor:
  sizes = a.size()
  return torch.view(a, sizes[0:dim] + [outer_length, sizes[dim] // outer_length] + sizes[dim + 1:])


@op("prims::squeeze")
def prims_squeeze(a: Tensor, dimensions: List[int]) -> Tensor:
  return torch.squeeze(a, dimensions)


@op("prims::transpose")
def prims_transpose(a: Tensor, permutation: List[int]) -> Tensor:
  return torch.permute(a, permutation)


@op("prims::rev")
def prims_rev(a: Tensor, dims: List[int]) -> Tensor:
  return torch.flip(a, dims)


@op("prims::reshape")
def prims_reshape(a: Tensor, shape: List[int]) -> Tensor:
  return torch.reshape(ops.ts.copy(a), shape)


@op("prims::resize")
def prims_resize(a: Tensor, shape: List[int]) -> Tensor:
  return torch.resize_(a, shape)


@op("prims::copy_to")
def prims_copy_to(a: Tensor, b: Tensor) -> Tensor:
  return torch.copy_(a, b)


@op("prims::copy_strided")
def prims_copy_strided(a: Tensor, stride: List[int]) -> Tensor:
  return ops.ts.copy_strided(a, stride)


@op("prims::where")
def prims_where(pred: Tensor, a: Tensor, b: Tensor) -> Tensor:
  return torch.where(pred, a, b)


@op("prims::sum")
def prims_sum(inp: Tensor, dims: Optional[List[int]], output_dtype: Optional[int]) -> Tensor:
  return torch.sum(inp, dims, dtype=output_dtype)


@op("prims::prod")
def prims_prod(inp: Tensor, dims: Optional[List[int]], output_dtype: Optional[int]) -> Tensor:
  d = reduced_dims(dims, inp.dim())
  y = inp if output_dtype is None else cast(inp, output_dtype)
  for i in range(len(d)):
    y = torch.prod(y, d[len(d) - 1 - i])
  return y


@op("prims::xor_sum")
def prims_xor_sum(inp: Tensor, dims: Optional[List[int]], output_dtype: Optional[int]) -> Tensor:
  return xor_sum(inp, reduced_dims(dims, inp.dim()))


# Each bit of the result is the parity of that bit's sum.
def xor_sum(x: Tensor, dims: List[int]) -> Tensor:
  wide = cast(x, 4)
  sizes = x.size() + [64]
  at = places(sizes, x.dim())
  bits = ops.ts.and_(ops.ts.shr(ops.ts.broadcast(wide, sizes, iota_list(0, x.dim())), at), splat(at, 1))
  odd = ops.ts.reduce(bits, dims, "sum")
  odd = ops.ts.and_(odd, splat(odd, 1))
  last = odd.dim() - 1
  return cast(ops.ts.reduce(ops.ts.shl(odd, places(odd.size(), last)), [last], "sum"), x.dtype)


@op("prims::amax")
def prims_amax(inp: Tensor, dims: Optional[List[int]], output_dtype: Optional[int]) -> Tensor:
  return torch.amax(inp, reduced_dims(dims, inp.dim()))


@op("prims::amin")
def prims_amin(inp: Tensor, dims: Optional[List[int]], output_dtype: Optional[int]) -> Tensor:
  return torch.amin(inp, reduced_dims(dims, inp.dim()))


@op("prims::var")
def prims_var(inp: Tensor, dims: Optional[List[int]], correction: Optional[float], output_dtype: Optional[int]) -> Tensor:
  return torch.var(inp, dims, correction=1.0 if correction is None else correction)


@op("prims::svd")
def prims_svd(A: Tensor, full_matrices: bool) -> Tuple[Tensor, Tensor, Tensor]:
  return torch.linalg_svd(A, full_matrices)


@op("prims::fft_c2c")
def prims_fft_c2c(self: Tensor, dim: List[int], forward: bool) -> Tensor:
  return torch._fft_c2c(self, dim, 0, forward)


@op("prims::fft_r2c")
def prims_fft_r2c(self: Tensor, dim: List[int], onesided: bool) -> Tensor:
  return torch._fft_r2c(self, dim, 0, onesided)


@op("prims::fft_c2r")
def prims_fft_c2r(self: Tensor, dim: List[int], last_dim_size: int) -> Tensor:
  return torch._fft_c2r(self, dim, 0, last_dim_size)


@op("prims::empty")
def prims_empty(shape: List[int], dtype: int, device: Device, requires_grad: bool) -> Tensor:
  return torch.empty(shape, dtype=dtype)


@op("prims::empty_strided")
def prims_empty_strided(shape: List[int], strides: List[int], dtype: int, device: Device, requires_grad: bool) -> Tensor:
  return torch.empty_strided(shape, strides, dtype=dtype)


@op("prims::empty_permuted")
def prims_empty_permuted(shape: List[int], physical_layout: List[int], dtype: int, device: Device, requires_grad: bool) -> Tensor:
  return torch.empty_permuted(shape, physical_layout, dtype=dtype)


@op("prims::full")
def prims_full(shape: List[int], fill_value: number, dtype: int, device: Device, requires_grad: bool) -> Tensor:
  return torch.full(shape, fill_value, dtype=dtype)


@op("prims::full_like")
def prims_full_like(a: Tensor, fill_value: number, dtype: int, device: Device, requires_grad: bool) -> Tensor:
  return torch.full_like(a, fill_value, dtype=dtype)


@op("prims::scalar_tensor")
def prims_scalar_tensor(s: number, dtype: Optional[int], device: Optional[Device]) -> Tensor:
  return torch.scalar_tensor(s, dtype=scalar_dtype(s) if dtype is None else dtype)


@op("prims::iota")
def prims_iota(length: int, start: int, step: int, dtype: int, device: Device, requires_grad: bool) -> Tensor:
  return arange_of(start, start + length * step, step, dtype)


@op("prims::item")
def prims_item(a: Tensor) -> number:
  return torch.item(a)


@op("prims::normal")
def prims_normal(shape: List[int], mean: number, std: number, dtype: int, device: Device, requires_grad: bool,
    generator: Optional[Generator]) -> Tensor:
  return torch.normal_(torch.empty(shape, dtype=dtype), float(mean), float(std))


@op("prims::uniform")
def prims_uniform(shape: List[int], low: number, high: number, dtype: int, device: Device, stride: List[int],
    generator: Optional[Generator]) -> Tensor:
  return torch.uniform_(torch.empty_strided(shape, stride, dtype=dtype), float(low), float(high))


# abs(x) of the language.
@op("prim::abs")
def abs_of_tensor(x: Tensor) -> Tensor:
  return torch.abs(x)
