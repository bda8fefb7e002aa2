# Interpolation: each dimension in turn takes a weighted sum of a few places of the input.


# Output extents: those given, or the input's times the factors, rounded down.
def upsampled_sizes(x: Tensor, output_size: Optional[List[int]], scale_factors: Optional[List[float]], n: int) -> List[int]:
  if output_size is not None:
    if scale_factors is not None:
      raise RuntimeError("Must specify exactly one of output_size and scale_factors")
    return output_size
  if scale_factors is None:
    raise RuntimeError("Must specify exactly one of output_size and scale_factors")
  out = annotate(List[int], [])
  for d in range(n):
    out.append(int(float(x.size(d + 2)) * scale_factors[d]))
  return out


def factor_at(scale_factors: Optional[List[float]], d: int) -> Optional[float]:
  if scale_factors is None:
    return None
  return scale_factors[d]


def check_upsample(x: Tensor, out: List[int]) -> bool:
  if x.dim() != len(out) + 2:
    raise RuntimeError(torch.format("It is expected input_size equals to {}, but got size {}", len(out) + 2, x.dim()))
  for s in out + x.size()[2:]:
    if ops.ts.known(s):
      if s <= 0:
        raise RuntimeError(torch.format("Input and output sizes should be greater than 0, but got input {} output {}", x.size(), out))
    else:
      ops.ts.check(s > 0, "Input and output sizes should be greater than 0, but got {}", "RuntimeError", [s])
  return True


# Input places per output place.
def step_of(extent: int, out: int, scale: Optional[float]) -> float:
  if scale is not None:
    if scale > 0.0:
      return 1.0 / scale
  return float(extent) / float(out)


def nearest_at(x: Tensor, d: int, out: int, scale: Optional[float], exact: bool) -> Tensor:
  n = x.size(d)
  if ops.ts.same(n, out) and (scale is None):
    return x
  i = ops.ts.iota(out, 6)
  if exact:
    i = ops.ts.add(i, splat(i, 0.5))
  p = ops.ts.convert(ops.ts.floor(ops.ts.mul(i, splat(i, step_of(n, out, scale)))), 4)
  return selected(x, d, ops.ts.minimum(p, splat(p, n - 1)))


def nearest_any(x: Tensor, out: List[int], scales: List[Optional[float]], exact: bool) -> Tensor:
  checked = check_upsample(x, out)
  y = x
  # the last first: rows are gathered once, and then copied
  for k in range(len(out)):
    d = len(out) - 1 - k
    y = nearest_at(y, d + 2, out[d], scales[d], exact)
  return ops.ts.copy(y)


# The place in the input of each output place, as a float of the given dtype; corners coincide, or half pixels do.
def source_places(n: int, out: int, align_corners: bool, scale: Optional[float], clamp: bool, dtype: int) -> Tensor:
  i = ops.ts.iota(out, dtype)
  if align_corners:
    step = float(n - 1) / float(out - 1) if out > 1 else 0.0
    return ops.ts.mul(i, splat(i, step))
  half = splat(i, 0.5)
  p = ops.ts.sub(ops.ts.mul(ops.ts.add(i, half), splat(i, step_of(n, out, scale))), half)
  return ops.ts.maximum(p, splat(p, 0)) if clamp else p


def linear_at(x: Tensor, d: int, out: int, align_corners: bool, scale: Optional[float]) -> Tensor:
  n = x.size(d)
  if ops.ts.same(n, out):
    return x
  p = source_places(n, out, align_corners, scale, True, x.dtype)
  low = ops.ts.floor(p)
  i = ops.ts.convert(low, 4)
  i = ops.ts.minimum(i, splat(i, n - 1))
  j = ops.ts.minimum(ops.ts.add(i, splat(i, 1)), splat(i, n - 1))
  w = ops.ts.sub(p, low)
  a = selected(x, d, i)
  b = selected(x, d, j)
  far = along(w, a.size(), d)
  near = ops.ts.sub(splat(far, 1), far)
  return ops.ts.add(ops.ts.mul(a, near), ops.ts.mul(b, far))


# The same as a matrix [out, n], for a filter of two or four neighbours.
def neighbour_weights(n: int, out: int, align_corners: bool, scale: Optional[float], cubic: bool) -> Tensor:
  p = source_places(n, out, align_corners, scale, not cubic, 7)
  low = ops.ts.floor(p)
  t = ops.ts.sub(p, low)
  w = cubic_weights(t, -0.75) if cubic else [ops.ts.sub(splat(t, 1), t), t]
  i = ops.ts.convert(low, 4)
  sizes = [out, n]
  y = ops.ts.full(sizes, 0, 7)
  for k in range(len(w)):
    j = ops.ts.add(i, splat(i, k - 1 if cubic else k))
    j = ops.ts.minimum(ops.ts.maximum(j, splat(j, 0)), splat(j, n - 1))
    here = ops.ts.eq(places(sizes, 1), along(j, sizes, 0))
    y = ops.ts.add(y, ops.ts.select(here, along(w[k], sizes, 0), splat(y, 0)))
  return y


# Bytes are weighted by 16-bit integers with as many fractional bits as the largest weight leaves, and rounded after each dimension.
def byte_resized(x: Tensor, d: int, weights: Tensor) -> Tensor:
  none = annotate(List[int], [])
  most = ops.ts.reduce(weights, [0, 1], "max")
  bits = ops.ts.full(none, 0, 4)
  power = 1.0
  for i in range(22):
    power = power * 2.0
    scaled = ops.ts.floor(ops.ts.add(ops.ts.mul(most, splat(most, power)), splat(most, 0.5)))
    bits = ops.ts.add(bits, ops.ts.convert(ops.ts.lt(scaled, splat(scaled, 32768)), 4))
  scale = ops.ts.exp2(ops.ts.convert(bits, 7))
  fixed = ops.ts.mul(weights, expand_to(scale, weights.size()))
  half = ops.ts.select(ops.ts.lt(fixed, splat(fixed, 0)), splat(fixed, -0.5), splat(fixed, 0.5))
  y = ops.ts.contract(ops.ts.convert(x, 4), ops.ts.convert(ops.ts.trunc(ops.ts.add(fixed, half)), 4), none, none, [d], [1])
  order = iota_list(0, x.dim() - 1)
  order.insert(d, x.dim() - 1)
  y = ops.ts.permute(y, order)
  shift = expand_to(bits, y.size())
  y = ops.ts.shr(ops.ts.add(y, ops.ts.shl(splat(y, 1), ops.ts.sub(shift, splat(shift, 1)))), shift)
  return ops.ts.convert(ops.ts.minimum(ops.ts.maximum(y, splat(y, 0)), splat(y, 255)), 0)


def byte_any(x: Tensor, out: List[int], align_corners: bool, scales: List[Optional[float]], cubic: bool) -> Tensor:
  y = x
  for k in range(len(out)):
    d = len(out) - 1 - k
    if not (ops.ts.same(y.size(d + 2), out[d]) and ((scales[d] is None) or (not cubic))):
      y = byte_resized(y, d + 2, neighbour_weights(y.size(d + 2), out[d], align_corners, scales[d], cubic))
  return y


def linear_any(self: Tensor, out: List[int], align_corners: bool, scales: List[Optional[float]]) -> Tensor:
  checked = check_upsample(self, out)
  if (self.dtype == 0) and (len(out) == 2):
    return byte_any(self, out, align_corners, scales, False)
  x = ops.ts.convert(self, 6) if is_integral_dtype(self.dtype) else opmath(self)
  for k in range(len(out)):
    d = len(out) - 1 - k
    x = linear_at(x, d + 2, out[d], align_corners, scales[d])
  if is_integral_dtype(self.dtype):
    return ops.ts.convert(ops.ts.round(x), self.dtype)
  return ops.ts.copy(cast(x, self.dtype))


# Weights of the four neighbours of a place with fraction t, by Keys' cubic with parameter a.
def cubic_weights(t: Tensor, a: float) -> List[Tensor]:
  one = splat(t, 1)
  out = annotate(List[Tensor], [])
  out.append(cubic_far(ops.ts.add(t, one), a))
  out.append(cubic_near(t, a))
  out.append(cubic_near(ops.ts.sub(one, t), a))
  out.append(cubic_far(ops.ts.sub(splat(t, 2), t), a))
  return out


def cubic_near(t: Tensor, a: float) -> Tensor:
  y = ops.ts.sub(ops.ts.mul(t, splat(t, a + 2.0)), splat(t, a + 3.0))
  return ops.ts.add(ops.ts.mul(ops.ts.mul(y, t), t), splat(t, 1))


def cubic_far(t: Tensor, a: float) -> Tensor:
  y = ops.ts.sub(ops.ts.mul(t, splat(t, a)), splat(t, 5.0 * a))
  y = ops.ts.add(ops.ts.mul(y, t), splat(t, 8.0 * a))
  return ops.ts.sub(ops.ts.mul(y, t), splat(t, 4.0 * a))


def cubic_at(x: Tensor, d: int, out: int, align_corners: bool, scale: Optional[float]) -> Tensor:
  n = x.size(d)
  p = source_places(n, out, align_corners, scale, False, x.dtype)
  low = ops.ts.floor(p)
  w = cubic_weights(ops.ts.sub(p, low), -0.75)
  i = ops.ts.convert(low, 4)
  y = splat(x, 0)
  for k in range(4):
    j = ops.ts.add(i, splat(i, k - 1))
    j = ops.ts.minimum(ops.ts.maximum(j, splat(j, 0)), splat(j, n - 1))
    v = selected(x, d, j)
    term = ops.ts.mul(v, along(w[k], v.size(), d))
    y = term if k == 0 else ops.ts.add(y, term)
  return y


def cubic_any(self: Tensor, out: List[int], align_corners: bool, scales: List[Optional[float]]) -> Tensor:
  checked = check_upsample(self, out)
  if self.dtype == 0:
    return byte_any(self, out, align_corners, scales, True)
  x = opmath(self)
  for k in range(len(out)):
    d = len(out) - 1 - k
    x = cubic_at(x, d + 2, out[d], align_corners, scales[d])
  return cast(x, self.dtype)


@op("aten::upsample_nearest1d")
def upsample_nearest1d(self: Tensor, output_size: List[int], scales: Optional[float]) -> Tensor:
  return nearest_any(self, output_size, [scales], False)


@op("aten::upsample_nearest1d.vec")
def upsample_nearest1d_vec(input: Tensor, output_size: Optional[List[int]], scale_factors: Optional[List[float]]) -> Tensor:
  return nearest_any(input, upsampled_sizes(input, output_size, scale_factors, 1), [factor_at(scale_factors, 0)], False)


@op("aten::upsample_nearest2d")
def upsample_nearest2d(self: Tensor, output_size: List[int], scales_h: Optional[float], scales_w: Optional[float]) -> Tensor:
  return nearest_any(self, output_size, [scales_h, scales_w], False)


@op("aten::upsample_nearest2d.vec")
def upsample_nearest2d_vec(input: Tensor, output_size: Optional[List[int]], scale_factors: Optional[List[float]]) -> Tensor:
  return nearest_any(input, upsampled_sizes(input, output_size, scale_factors, 2), [factor_at(scale_factors, 0), factor_at(scale_factors, 1)], False)


@op("aten::upsample_nearest3d")
def upsample_nearest3d(self: Tensor, output_size: List[int], scales_d: Optional[float], scales_h: Optional[float], scales_w: Optional[float]) -> Tensor:
  return nearest_any(self, output_size, [scales_d, scales_h, scales_w], False)


@op("aten::upsample_nearest3d.vec")
def upsample_nearest3d_vec(input: Tensor, output_size: Optional[List[int]], scale_factors: Optional[List[float]]) -> Tensor:
  return nearest_any(input, upsampled_sizes(input, output_size, scale_factors, 3), [factor_at(scale_factors, 0), factor_at(scale_factors, 1), factor_at(scale_factors, 2)], False)


@op("aten::_upsample_nearest_exact1d")
def _upsample_nearest_exact1d(self: Tensor, output_size: List[int], scales: Optional[float]) -> Tensor:
  return nearest_any(self, output_size, [scales], True)


@op("aten::_upsample_nearest_exact1d.vec")
def _upsample_nearest_exact1d_vec(input: Tensor, output_size: Optional[List[int]], scale_factors: Optional[List[float]]) -> Tensor:
  return nearest_any(input, upsampled_sizes(input, output_size, scale_factors, 1), [factor_at(scale_factors, 0)], True)


@op("aten::_upsample_nearest_exact2d")
def _upsample_nearest_exact2d(self: Tensor, output_size: List[int], scales_h: Optional[float], scales_w: Optional[float]) -> Tensor:
  return nearest_any(self, output_size, [scales_h, scales_w], True)


@op("aten::_upsample_nearest_exact2d.vec")
def _upsample_nearest_exact2d_vec(input: Tensor, output_size: Optional[List[int]], scale_factors: Optional[List[float]]) -> Tensor:
  return nearest_any(input, upsampled_sizes(input, output_size, scale_factors, 2), [factor_at(scale_factors, 0), factor_at(scale_factors, 1)], True)


@op("aten::_upsample_nearest_exact3d")
def _upsample_nearest_exact3d(self: Tensor, output_size: List[int], scales_d: Optional[float], scales_h: Optional[float],
    scales_w: Optional[float]) -> Tensor:
  return nearest_any(self, output_size, [scales_d, scales_h, scales_w], True)


@op("aten::_upsample_nearest_exact3d.vec")
def _upsample_nearest_exact3d_vec(input: Tensor, output_size: Optional[List[int]], scale_factors: Optional[List[float]]) -> Tensor:
  return nearest_any(input, upsampled_sizes(input, output_size, scale_factors, 3), [factor_at(scale_factors, 0), factor_at(scale_factors, 1), factor_at(scale_factors, 2)], True)


@op("aten::upsample_linear1d")
def upsample_linear1d(self: Tensor, output_size: List[int], align_corners: bool, scales: Optional[float]) -> Tensor:
  return linear_any(self, output_size, align_corners, [scales])


@op("aten::upsample_linear1d.vec")
def upsample_linear1d_vec(input: Tensor, output_size: Optional[List[int]], align_corners: bool, scale_factors: Optional[List[float]]) -> Tensor:
  return linear_any(input, upsampled_sizes(input, output_size, scale_factors, 1), align_corners, [factor_at(scale_factors, 0)])


@op("aten::upsample_bilinear2d")
def upsample_bilinear2d(self: Tensor, output_size: List[int], align_corners: bool, scales_h: Optional[float], scales_w: Optional[float]) -> Tensor:
  return linear_any(self, output_size, align_corners, [scales_h, scales_w])


@op("aten::upsample_bilinear2d.vec")
def upsample_bilinear2d_vec(input: Tensor, output_size: Optional[List[int]], align_corners: bool, scale_factors: Optional[List[float]]) -> Tensor:
  return linear_any(input, upsampled_sizes(input, output_size, scale_factors, 2), align_corners, [factor_at(scale_factors, 0), factor_at(scale_factors, 1)])


@op("aten::upsample_trilinear3d")
def upsample_trilinear3d(self: Tensor, output_size: List[int], align_corners: bool, scales_d: Optional[float], scales_h: Optional[float],
    scales_w: Optional[float]) -> Tensor:
  return linear_any(self, output_size, align_corners, [scales_d, scales_h, scales_w])


@op("aten::upsample_trilinear3d.vec")
def upsample_trilinear3d_vec(input: Tensor, output_size: Optional[List[int]], align_corners: bool, scale_factors: Optional[List[float]]) -> Tensor:
  return linear_any(input, upsampled_sizes(input, output_size, scale_factors, 3), align_corners, [factor_at(scale_factors, 0), factor_at(scale_factors, 1), factor_at(scale_factors, 2)])


@op("aten::upsample_bicubic2d")
def upsample_bicubic2d(self: Tensor, output_size: List[int], align_corners: bool, scales_h: Optional[float], scales_w: Optional[float]) -> Tensor:
  return cubic_any(self, output_size, align_corners, [scales_h, scales_w])


@op("aten::upsample_bicubic2d.vec")
def upsample_bicubic2d_vec(input: Tensor, output_size: Optional[List[int]], align_corners: bool, scale_factors: Optional[List[float]]) -> Tensor:
  return cubic_any(input, upsampled_sizes(input, output_size, scale_factors, 2), align_corners, [factor_at(scale_factors, 0), factor_at(scale_factors, 1)])


# Antialiasing: the filter is as wide as the step, so that each output is a weighted mean of all inputs under it.
# kind: 1 triangle, 2 Keys' cubic (a = -0.5), 3 Lanczos of 3 lobes. Returns weights [out, n].
def antialias_weights(n: int, out: int, align_corners: bool, scale: Optional[float], kind: int, dtype: int) -> Tensor:
  step = step_of(n, out, scale)
  if align_corners:
    step = float(n - 1) / float(out - 1) if out > 1 else 0.0
  reach = 1.0
  if kind == 2:
    reach = 2.0
  if kind == 3:
    reach = 3.0
  support = reach * step if step >= 1.0 else reach
  invscale = 1.0 / step if step >= 1.0 else 1.0
  sizes = [out, n]
  i = ops.ts.convert(places(sizes, 0), dtype)
  j = ops.ts.convert(places(sizes, 1), dtype)
  half = splat(i, 0.5)
  center = ops.ts.mul(ops.ts.add(i, half), splat(i, step))
  first = ops.ts.maximum(ops.ts.trunc(ops.ts.add(ops.ts.sub(center, splat(i, support)), half)), splat(i, 0))
  last = ops.ts.minimum(ops.ts.trunc(ops.ts.add(ops.ts.add(center, splat(i, support)), half)), splat(i, n))
  inside = ops.ts.and_(ops.ts.ge(j, first), ops.ts.lt(j, last))
  t = ops.ts.abs(ops.ts.mul(ops.ts.add(ops.ts.sub(j, center), half), splat(i, invscale)))
  one = splat(t, 1)
  zero = splat(t, 0)
  w = ops.ts.maximum(ops.ts.sub(one, t), zero)
  if kind == 2:
    w = ops.ts.select(ops.ts.lt(t, one), cubic_near(t, -0.5), ops.ts.select(ops.ts.lt(t, splat(t, 2)), cubic_far(t, -0.5), zero))
  if kind == 3:
    w = ops.ts.select(ops.ts.lt(t, splat(t, 3)), ops.ts.mul(sinc_of(t), sinc_of(ops.ts.div(t, splat(t, 3)))), zero)
  w = ops.ts.select(inside, w, zero)
  total = ops.ts.reduce(w, [1], "sum")
  return ops.ts.div(w, along(total, sizes, 0))


# sin(pi x) / (pi x)
def sinc_of(x: Tensor) -> Tensor:
  p = ops.ts.mul(x, splat(x, 3.1415926535897931))
  zero = ops.ts.eq(x, splat(x, 0))
  return ops.ts.select(zero, splat(x, 1), ops.ts.div(ops.ts.sin(p), ops.ts.select(zero, splat(x, 1), p)))


def antialias_any(self: Tensor, out: List[int], align_corners: bool, scales: List[Optional[float]], kind: int) -> Tensor:
  checked = check_upsample(self, out)
  x = self if self.dtype == 0 else (ops.ts.convert(self, 6) if is_integral_dtype(self.dtype) else opmath(self))
  for k in range(len(out)):
    d = len(out) - 1 - k
    if self.dtype == 0:
      x = byte_resized(x, d + 2, antialias_weights(x.size(d + 2), out[d], align_corners, scales[d], kind, 7))
    else:
      w = antialias_weights(x.size(d + 2), out[d], align_corners, scales[d], kind, x.dtype)
      y = ops.ts.contract(x, w, annotate(List[int], []), annotate(List[int], []), [d + 2], [1])
      order = iota_list(0, x.dim() - 1)
      order.insert(d + 2, x.dim() - 1)
      x = ops.ts.permute(y, order)
  if self.dtype == 0:
    return x
  if is_integral_dtype(self.dtype):
    return ops.ts.convert(ops.ts.minimum(ops.ts.maximum(ops.ts.round(x), splat(x, 0)), splat(x, 255)), self.dtype)
  return ops.ts.copy(cast(x, self.dtype))


@op("aten::_upsample_bilinear2d_aa")
def _upsample_bilinear2d_aa(self: Tensor, output_size: List[int], align_corners: bool, scales_h: Optional[float], scales_w: Optional[float]) -> Tensor:
  return antialias_any(self, output_size, align_corners, [scales_h, scales_w], 1)


@op("aten::_upsample_bilinear2d_aa.vec")
def _upsample_bilinear2d_aa_vec(input: Tensor, output_size: Optional[List[int]], align_corners: bool, scale_factors: Optional[List[float]]) -> Tensor:
  return antialias_any(input, upsampled_sizes(input, output_size, scale_factors, 2), align_corners, [factor_at(scale_factors, 0), factor_at(scale_factors, 1)], 1)


@op("aten::_upsample_bicubic2d_aa")
def _upsample_bicubic2d_aa(self: Tensor, output_size: List[int], align_corners: bool, scales_h: Optional[float], scales_w: Optional[float]) -> Tensor:
  return antialias_any(self, output_size, align_corners, [scales_h, scales_w], 2)


@op("aten::_upsample_bicubic2d_aa.vec")
def _upsample_bicubic2d_aa_vec(input: Tensor, output_size: Optional[List[int]], align_corners: bool, scale_factors: Optional[List[float]]) -> Tensor:
  return antialias_any(input, upsampled_sizes(input, output_size, scale_factors, 2), align_corners, [factor_at(scale_factors, 0), factor_at(scale_factors, 1)], 2)


@op("aten::_upsample_lanczos2d_aa")
def _upsample_lanczos2d_aa(self: Tensor, output_size: List[int], align_corners: bool, scales_h: Optional[float], scales_w: Optional[float]) -> Tensor:
  return antialias_any(self, output_size, align_corners, [scales_h, scales_w], 3)


@op("aten::_upsample_lanczos2d_aa.vec")
def _upsample_lanczos2d_aa_vec(input: Tensor, output_size: Optional[List[int]], align_corners: bool, scale_factors: Optional[List[float]]) -> Tensor:
  return antialias_any(input, upsampled_sizes(input, output_size, scale_factors, 2), align_corners, [factor_at(scale_factors, 0), factor_at(scale_factors, 1)], 3)


@op("aten::upsample_nearest2d_backward")
def upsample_nearest2d_backward(grad_output: Tensor, output_size: List[int], input_size: List[int], scales_h: Optional[float],
    scales_w: Optional[float]) -> Tensor:
  x = splat(grad_output, 0)
  rows = nearest_weights(input_size[2], output_size[0], scales_h, grad_output.dtype)
  columns = nearest_weights(input_size[3], output_size[1], scales_w, grad_output.dtype)
  none = annotate(List[int], [])
  y = ops.ts.contract(grad_output, rows, none, none, [2], [0])
  y = ops.ts.contract(y, columns, none, none, [2], [0])
  return y


# [out, n]: 1 where the output place looks.
def nearest_weights(n: int, out: int, scale: Optional[float], dtype: int) -> Tensor:
  i = ops.ts.iota(out, 6)
  p = ops.ts.convert(ops.ts.floor(ops.ts.mul(i, splat(i, step_of(n, out, scale)))), 4)
  p = ops.ts.minimum(p, splat(p, n - 1))
  return ops.ts.convert(ops.ts.eq(along(p, [out, n], 0), places([out, n], 1)), dtype)
