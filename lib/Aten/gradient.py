# Numerical gradients, and the backward formulas that models call by name.


# Central differences inside, one-sided ones of the edge order at both ends, for a constant step or for coordinates.
def gradient_at(x: Tensor, d: int, step: float, edge_order: int) -> Tensor:
  n = x.size(d)
  inside = ops.ts.sub(ops.ts.slice(x, d, 2, n - 2, 1), ops.ts.slice(x, d, 0, n - 2, 1))
  inside = ops.ts.div(inside, splat(inside, 2.0 * step))
  a = ops.ts.slice(x, d, 0, 1, 1)
  b = ops.ts.slice(x, d, 1, 1, 1)
  y = ops.ts.slice(x, d, n - 2, 1, 1)
  z = ops.ts.slice(x, d, n - 1, 1, 1)
  first = ops.ts.div(ops.ts.sub(b, a), splat(a, step))
  last = ops.ts.div(ops.ts.sub(z, y), splat(z, step))
  if edge_order == 2:
    c = ops.ts.slice(x, d, 2, 1, 1)
    w = ops.ts.slice(x, d, n - 3, 1, 1)
    up = ops.ts.sub(ops.ts.sub(ops.ts.mul(b, splat(b, 4)), ops.ts.mul(a, splat(a, 3))), c)
    down = ops.ts.add(ops.ts.sub(ops.ts.mul(z, splat(z, 3)), ops.ts.mul(y, splat(y, 4))), w)
    first = ops.ts.div(up, splat(up, 2.0 * step))
    last = ops.ts.div(down, splat(down, 2.0 * step))
  return ops.ts.concatenate([first, inside, last], d)


def gradient_along(x: Tensor, d: int, at: Tensor, edge_order: int) -> Tensor:
  n = x.size(d)
  c = cast(at, x.dtype)
  h = torch.diff(c)
  sizes = with_at(x.size(), d, n - 2)
  h1 = along(ops.ts.slice(h, 0, 0, n - 2, 1), sizes, d)
  h2 = along(ops.ts.slice(h, 0, 1, n - 2, 1), sizes, d)
  left = ops.ts.slice(x, d, 0, n - 2, 1)
  mid = ops.ts.slice(x, d, 1, n - 2, 1)
  right = ops.ts.slice(x, d, 2, n - 2, 1)
  both = ops.ts.add(h1, h2)
  p = ops.ts.mul(ops.ts.div(ops.ts.neg(h2), ops.ts.mul(h1, both)), left)
  q = ops.ts.mul(ops.ts.div(ops.ts.sub(h2, h1), ops.ts.mul(h1, h2)), mid)
  r = ops.ts.mul(ops.ts.div(h1, ops.ts.mul(h2, both)), right)
  inside = ops.ts.add(p, ops.ts.add(q, r))
  edge = with_at(x.size(), d, 1)
  a = ops.ts.slice(x, d, 0, 1, 1)
  b = ops.ts.slice(x, d, 1, 1, 1)
  y = ops.ts.slice(x, d, n - 2, 1, 1)
  z = ops.ts.slice(x, d, n - 1, 1, 1)
  first = ops.ts.div(ops.ts.sub(b, a), along(ops.ts.slice(h, 0, 0, 1, 1), edge, d))
  last = ops.ts.div(ops.ts.sub(z, y), along(ops.ts.slice(h, 0, n - 2, 1, 1), edge, d))
  if edge_order == 2:
    u = along(ops.ts.slice(h, 0, 0, 1, 1), edge, d)
    v = along(ops.ts.slice(h, 0, 1, 1, 1), edge, d)
    s = ops.ts.add(u, v)
    first = ops.ts.mul(ops.ts.neg(ops.ts.div(ops.ts.add(u, s), ops.ts.mul(u, s))), a)
    first = ops.ts.add(first, ops.ts.mul(ops.ts.div(s, ops.ts.mul(u, v)), b))
    first = ops.ts.sub(first, ops.ts.mul(ops.ts.div(u, ops.ts.mul(v, s)), ops.ts.slice(x, d, 2, 1, 1)))
    f = along(ops.ts.slice(h, 0, n - 2, 1, 1), edge, d)
    e = along(ops.ts.slice(h, 0, n - 3, 1, 1), edge, d)
    g = ops.ts.add(e, f)
    last = ops.ts.mul(ops.ts.div(ops.ts.add(f, g), ops.ts.mul(f, g)), z)
    last = ops.ts.sub(last, ops.ts.mul(ops.ts.div(g, ops.ts.mul(e, f)), y))
    last = ops.ts.add(last, ops.ts.mul(ops.ts.div(f, ops.ts.mul(e, g)), ops.ts.slice(x, d, n - 3, 1, 1)))
  return ops.ts.concatenate([first, inside, last], d)


def gradient_dims(x: Tensor, dim: Optional[int]) -> List[int]:
  if dim is None:
    return iota_list(0, x.dim())
  return [wrap_dim(dim, x.dim())]


@op("aten::gradient.scalarint")
def gradient_scalarint(self: Tensor, spacing: Optional[number], dim: Optional[int], edge_order: int) -> List[Tensor]:
  return [gradient_at(floating(self), d, order_or_one(spacing), edge_order) for d in gradient_dims(self, dim)]


def order_or_one(v: Optional[number]) -> float:
  if v is None:
    return 1.0
  return float(v)


@op("aten::gradient.scalararray")
def gradient_scalararray(self: Tensor, spacing: number, dim: List[int], edge_order: int) -> List[Tensor]:
  return [gradient_at(floating(self), d, float(spacing), edge_order) for d in wrap_dims(dim, self.dim())]


@op("aten::gradient.array")
def gradient_array(self: Tensor, dim: List[int], edge_order: int) -> List[Tensor]:
  return [gradient_at(floating(self), d, 1.0, edge_order) for d in wrap_dims(dim, self.dim())]


@op("aten::gradient.scalarrayint")
def gradient_scalarrayint(self: Tensor, spacing: List[number], dim: Optional[int], edge_order: int) -> List[Tensor]:
  out = annotate(List[Tensor], [])
  dims = gradient_dims(self, dim)
  for k in range(len(dims)):
    out.append(gradient_at(floating(self), dims[k], float(spacing[k]), edge_order))
  return out


@op("aten::gradient.scalarrayarray")
def gradient_scalarrayarray(self: Tensor, spacing: List[number], dim: List[int], edge_order: int) -> List[Tensor]:
  out = annotate(List[Tensor], [])
  dims = wrap_dims(dim, self.dim())
  for k in range(len(dims)):
    out.append(gradient_at(floating(self), dims[k], float(spacing[k]), edge_order))
  return out


@op("aten::gradient.tensorarrayint")
def gradient_tensorarrayint(self: Tensor, spacing: List[Tensor], dim: Optional[int], edge_order: int) -> List[Tensor]:
  out = annotate(List[Tensor], [])
  dims = gradient_dims(self, dim)
  for k in range(len(dims)):
    out.append(gradient_along(floating(self), dims[k], spacing[k], edge_order))
  return out


@op("aten::gradient.tensorarray")
def gradient_tensorarray(self: Tensor, spacing: List[Tensor], dim: List[int], edge_order: int) -> List[Tensor]:
  out = annotate(List[Tensor], [])
  dims = wrap_dims(dim, self.dim())
  for k in range(len(dims)):
    out.append(gradient_along(floating(self), dims[k], spacing[k], edge_order))
  return out


@op("aten::max_pool2d_with_indices_backward")
def max_pool2d_with_indices_backward(grad_output: Tensor, self: Tensor, kernel_size: List[int], stride: List[int], padding: List[int],
    dilation: List[int], ceil_mode: bool, indices: Tensor) -> Tensor:
  lead = self.dim() - 2
  plane = self.size()[lead:]
  outer = numel_of(self.size()[0:lead])
  count = numel_of(indices.size()[lead:])
  base = ops.ts.full([outer, numel_of(plane)], 0, self.dtype)
  i = torch.reshape(indices, [outer, count])
  y = ops.ts.scatter(base, [0, 1], [places(i.size(), 0), i], torch.reshape(grad_output, [outer, count]), "add")
  return ops.ts.reshape(y, self.size())


# The gradient of a convolution's input is a transposed convolution, that of its weight a convolution over batches.


@op("aten::convolution_backward")
def convolution_backward(grad_output: Tensor, input: Tensor, weight: Tensor, bias_sizes: Optional[List[int]], stride: List[int],
    padding: List[int], dilation: List[int], transposed: bool, output_padding: List[int], groups: int, output_mask: List[bool]) -> Tuple[Tensor, Tensor, Tensor]:
  n = input.dim() - 2
  step = repeat_to(stride, n)
  pads = repeat_to(padding, n)
  spread = repeat_to(dilation, n)
  extra = annotate(List[int], [])
  for d in range(n):
    reach = (grad_output.size(d + 2) - 1) * step[d] - 2 * pads[d] + spread[d] * (weight.size(d + 2) - 1) + 1
    extra.append(input.size(d + 2) - reach)
  gx = input
  gw = weight
  gb = ops.ts.full([0], 0, input.dtype)
  if transposed:
    gx = convolution_of(grad_output, weight, None, stride, padding, dilation, False, [0], groups)
  else:
    gx = convolution_of(grad_output, weight, None, stride, padding, dilation, True, extra, groups)
  x = grad_output if transposed else input
  g = input if transposed else grad_output
  parts = annotate(List[Tensor], [])
  cx = x.size(1) // groups
  cg = g.size(1) // groups
  for k in range(groups):
    a = swapped(ops.ts.slice(x, 1, k * cx, cx, 1), 0, 1)
    b = swapped(ops.ts.slice(g, 1, k * cg, cg, 1), 0, 1)
    y = ops.ts.convolve(a, b, spread, pads, pads, step, ints(n, 1), 1)
    for d in range(n):
      y = ops.ts.slice(y, d + 2, 0, weight.size(d + 2), 1)
    parts.append(swapped(y, 0, 1))
  gw = parts[0] if groups == 1 else ops.ts.concatenate(parts, 0)
  gb = torch.sum(grad_output, other_dims([1], grad_output.dim()))
  none = ops.ts.full([0], 0, input.dtype)
  return gx if output_mask[0] else none, gw if output_mask[1] else none, gb if output_mask[2] else none


# Backward formulas, elementwise. Half precision is computed in float32.


def upstream(grad: Tensor, x: Tensor) -> Tuple[Tensor, Tensor]:
  g, y = promote2(grad, x)
  return opmath(g), opmath(y)


def between(x: Tensor, low: float, high: float) -> Tensor:
  return ops.ts.and_(ops.ts.gt(x, splat(x, low)), ops.ts.lt(x, splat(x, high)))


@op("aten::hardtanh_backward")
def hardtanh_backward(grad_output: Tensor, self: Tensor, min_val: number, max_val: number) -> Tensor:
  g, x = promote2(grad_output, self)
  return ops.ts.select(between(x, float(min_val), float(max_val)), g, splat(g, 0))


@op("aten::hardsigmoid_backward")
def hardsigmoid_backward(grad_output: Tensor, self: Tensor) -> Tensor:
  g, x = upstream(grad_output, self)
  return cast(ops.ts.select(between(x, -3.0, 3.0), ops.ts.mul(g, splat(g, 1.0 / 6.0)), splat(g, 0)), grad_output.dtype)


@op("aten::hardswish_backward")
def hardswish_backward(grad_output: Tensor, self: Tensor) -> Tensor:
  g, x = upstream(grad_output, self)
  middle = ops.ts.mul(g, ops.ts.add(ops.ts.div(x, splat(x, 3)), splat(x, 0.5)))
  above = ops.ts.select(ops.ts.ge(x, splat(x, 3)), g, middle)
  return cast(ops.ts.select(ops.ts.le(x, splat(x, -3)), splat(g, 0), above), grad_output.dtype)


@op("aten::elu_backward")
def elu_backward(grad_output: Tensor, alpha: number, scale: number, input_scale: number, is_result: bool, self_or_result: Tensor) -> Tensor:
  g, x = upstream(grad_output, self_or_result)
  a = float(alpha) * float(scale)
  rise = ops.ts.mul(g, splat(g, float(scale)))
  if is_result:
    curve = ops.ts.mul(ops.ts.mul(g, splat(g, float(input_scale))), ops.ts.add(x, splat(x, a)))
    return cast(ops.ts.select(ops.ts.le(x, splat(x, 0)), curve, rise), grad_output.dtype)
  curve = ops.ts.mul(ops.ts.mul(g, splat(g, float(input_scale) * a)), ops.ts.exp(ops.ts.mul(x, splat(x, float(input_scale)))))
  return cast(ops.ts.select(ops.ts.le(x, splat(x, 0)), curve, rise), grad_output.dtype)


@op("aten::silu_backward")
def silu_backward(grad_output: Tensor, self: Tensor) -> Tensor:
  g, x = upstream(grad_output, self)
  s = torch.sigmoid(x)
  slope = ops.ts.add(splat(x, 1), ops.ts.mul(x, ops.ts.sub(splat(x, 1), s)))
  return cast(ops.ts.mul(ops.ts.mul(g, s), slope), grad_output.dtype)


@op("aten::mish_backward")
def mish_backward(grad_output: Tensor, self: Tensor) -> Tensor:
  g, x = upstream(grad_output, self)
  s = torch.sigmoid(x)
  t = torch.tanh(torch.softplus(x))
  slope = ops.ts.add(t, ops.ts.mul(ops.ts.mul(x, s), ops.ts.sub(splat(t, 1), ops.ts.mul(t, t))))
  return cast(ops.ts.mul(g, slope), grad_output.dtype)


@op("aten::softplus_backward")
def softplus_backward(grad_output: Tensor, self: Tensor, beta: number, threshold: number) -> Tensor:
  g, x = upstream(grad_output, self)
  z = ops.ts.exp(ops.ts.mul(x, splat(x, float(beta))))
  curve = ops.ts.div(ops.ts.mul(g, z), ops.ts.add(z, splat(z, 1)))
  linear = ops.ts.gt(ops.ts.mul(x, splat(x, float(beta))), splat(x, float(threshold)))
  return cast(ops.ts.select(linear, g, curve), grad_output.dtype)


@op("aten::log_sigmoid_backward")
def log_sigmoid_backward(grad_output: Tensor, self: Tensor, buffer: Tensor) -> Tensor:
  g, x = upstream(grad_output, self)
  # the forward pass left exp(-|x|)
  z = opmath(buffer)
  part = ops.ts.div(z, ops.ts.add(z, splat(z, 1)))
  slope = ops.ts.select(ops.ts.lt(x, splat(x, 0)), ops.ts.sub(splat(x, 1), part), part)
  return cast(ops.ts.mul(g, slope), grad_output.dtype)


@op("aten::glu_backward")
def glu_backward(grad_output: Tensor, self: Tensor, dim: int) -> Tensor:
  d = wrap_dim(dim, self.dim())
  n = self.size(d) // 2
  a = opmath(ops.ts.slice(self, d, 0, n, 1))
  s = torch.sigmoid(opmath(ops.ts.slice(self, d, n, n, 1)))
  first = ops.ts.mul(opmath(grad_output), s)
  second = ops.ts.mul(ops.ts.mul(first, ops.ts.sub(splat(s, 1), s)), a)
  return cast(ops.ts.concatenate([first, second], d), grad_output.dtype)


# Of a loss that the mean was taken of, each element gets its share.
def share(grad: Tensor, x: Tensor, reduction: int) -> Tensor:
  g = expand_to(opmath(grad), x.size())
  return ops.ts.div(g, splat(g, float(numel_of(x.size())))) if reduction == 1 else g


@op("aten::mse_loss_backward")
def mse_loss_backward(grad_output: Tensor, self: Tensor, target: Tensor, reduction: int) -> Tensor:
  a, b = broadcast2(opmath(self), opmath(target))
  d = ops.ts.sub(a, b)
  return cast(ops.ts.mul(share(grad_output, d, reduction), ops.ts.mul(d, splat(d, 2))), self.dtype)


@op("aten::smooth_l1_loss_backward")
def smooth_l1_loss_backward(grad_output: Tensor, self: Tensor, target: Tensor, reduction: int, beta: float) -> Tensor:
  a, b = broadcast2(opmath(self), opmath(target))
  d = ops.ts.sub(a, b)
  near = torch.sign(d) if beta == 0.0 else ops.ts.div(d, splat(d, beta))
  slope = ops.ts.select(ops.ts.lt(ops.ts.abs(d), splat(d, beta)), near, torch.sign(d))
  return cast(ops.ts.mul(share(grad_output, d, reduction), slope), self.dtype)


@op("aten::huber_loss_backward")
def huber_loss_backward(grad_output: Tensor, self: Tensor, target: Tensor, reduction: int, delta: float) -> Tensor:
  a, b = broadcast2(opmath(self), opmath(target))
  d = ops.ts.sub(a, b)
  slope = ops.ts.maximum(ops.ts.minimum(d, splat(d, delta)), splat(d, -delta))
  return cast(ops.ts.mul(share(grad_output, d, reduction), slope), self.dtype)


@op("aten::binary_cross_entropy_backward")
def binary_cross_entropy_backward(grad_output: Tensor, self: Tensor, target: Tensor, weight: Optional[Tensor], reduction: int) -> Tensor:
  x = opmath(self)
  spread = ops.ts.maximum(ops.ts.mul(ops.ts.sub(splat(x, 1), x), x), splat(x, 1e-12))
  slope = ops.ts.div(ops.ts.sub(x, opmath(target)), spread)
  if weight is not None:
    slope = ops.ts.mul(slope, expand_to(opmath(weight), slope.size()))
  return cast(ops.ts.mul(share(grad_output, x, reduction), slope), self.dtype)


# Backward formulas of views: zeros, with what arrives where the view was.


@op("aten::slice_backward")
def slice_backward(grad_output: Tensor, input_sizes: List[int], dim: int, start: int, end: int, step: int) -> Tensor:
  base = ops.ts.full(input_sizes, 0, grad_output.dtype)
  return torch.slice_scatter(base, grad_output, dim, start, end, step)


@op("aten::select_backward")
def select_backward(grad_output: Tensor, input_sizes: List[int], dim: int, index: int) -> Tensor:
  return torch.select_scatter(ops.ts.full(input_sizes, 0, grad_output.dtype), grad_output, dim, index)


@op("aten::diagonal_backward")
def diagonal_backward(grad_output: Tensor, input_sizes: List[int], offset: int, dim1: int, dim2: int) -> Tensor:
  return torch.diagonal_scatter(ops.ts.full(input_sizes, 0, grad_output.dtype), grad_output, offset, dim1, dim2)


@op("aten::unfold_backward")
def unfold_backward(grad_in: Tensor, input_sizes: List[int], dim: int, size: int, step: int) -> Tensor:
  rank = len(input_sizes)
  d = wrap_dim(dim, rank)
  base = ops.ts.full(input_sizes, 0, grad_in.dtype)
  windows = torch.movedim(grad_in, rank, d + 1)
  count = windows.size(d)
  at = ops.ts.add(ops.ts.mul(places([count, size], 0), ops.ts.full([count, size], step, 4)), places([count, size], 1))
  return torch.index_add(base, d, ops.ts.reshape(at, [count * size]), torch.flatten(windows, d, d + 1))


@op("aten::embedding_dense_backward")
def embedding_dense_backward(grad_output: Tensor, indices: Tensor, num_weights: int, padding_idx: int, scale_grad_by_freq: bool) -> Tensor:
  width = grad_output.size(-1)
  rows = torch.reshape(grad_output, [-1, width])
  at = cast(torch.reshape(indices, [-1]), 4)
  if scale_grad_by_freq:
    counts = torch.index_select(torch.bincount(at, None, num_weights), 0, at)
    rows = torch.div(rows, torch.unsqueeze(counts, 1))
  keep = ops.ts.ne(at, splat(at, padding_idx))
  rows = ops.ts.select(along(keep, rows.size(), 0), rows, splat(rows, 0))
  return torch.index_add(ops.ts.full([num_weights, width], 0, grad_output.dtype), 0, at, rows)


# Backward formulas of normalization: what arrives, less its mean and its part along the normalized input.


@op("aten::native_layer_norm_backward")
def native_layer_norm_backward(grad_out: Tensor, input: Tensor, normalized_shape: List[int], mean: Tensor, rstd: Tensor, weight: Optional[Tensor],
    bias: Optional[Tensor], output_mask: List[bool]) -> Tuple[Tensor, Tensor, Tensor]:
  lead = input.dim() - len(normalized_shape)
  inner = iota_list(lead, len(normalized_shape))
  x = opmath(input)
  g = opmath(grad_out)
  unit = torch.mul(torch.sub(x, opmath(mean)), opmath(rstd))
  scaled_g = g
  if weight is not None:
    scaled_g = torch.mul(g, opmath(weight))
  level = torch.mean(scaled_g, inner, True)
  along_unit = torch.mul(unit, torch.mean(torch.mul(scaled_g, unit), inner, True))
  gx = torch.mul(torch.sub(torch.sub(scaled_g, level), along_unit), opmath(rstd))
  outer = iota_list(0, lead)
  gw = cast(torch.sum(torch.mul(g, unit), outer), input.dtype) if lead > 0 else cast(torch.mul(g, unit), input.dtype)
  gb = cast(torch.sum(g, outer), input.dtype) if lead > 0 else cast(g, input.dtype)
  none = ops.ts.full([0], 0, input.dtype)
  return cast(gx, input.dtype) if output_mask[0] else none, gw if output_mask[1] else none, gb if output_mask[2] else none


# Backward formulas of average pooling: each element's share, where its windows lie.


@op("aten::_adaptive_avg_pool2d_backward")
def _adaptive_avg_pool2d_backward(grad_output: Tensor, self: Tensor) -> Tensor:
  rank = self.dim()
  g = opmath(grad_output)
  for d in range(rank - 2, rank):
    n = self.size(d)
    m = g.size(d)
    i = places([n, m], 0)
    o = places([n, m], 1)
    first = ops.ts.floordiv(ops.ts.mul(o, splat(o, n)), splat(o, m))
    last = ops.ts.floordiv(ops.ts.add(ops.ts.mul(ops.ts.add(o, splat(o, 1)), splat(o, n)), splat(o, m - 1)), splat(o, m))
    inside = ops.ts.and_(ops.ts.ge(i, first), ops.ts.lt(i, last))
    part = ops.ts.div(ops.ts.convert(inside, g.dtype), ops.ts.convert(ops.ts.sub(last, first), g.dtype))
    g = swapped(torch.matmul(swapped(g, d, rank - 1), swapped(part, 0, 1)), d, rank - 1)
  return cast(ops.ts.copy(g), self.dtype)


@op("aten::avg_pool2d_backward")
def avg_pool2d_backward(grad_output: Tensor, self: Tensor, kernel_size: List[int], stride: List[int], padding: List[int], ceil_mode: bool,
    count_include_pad: bool, divisor_override: Optional[int]) -> Tensor:
  rank = self.dim()
  kernel = repeat_to(kernel_size, 2)
  step = kernel if len(stride) == 0 else repeat_to(stride, 2)
  pads = repeat_to(padding, 2)
  g = opmath(grad_output)
  if divisor_override is not None:
    g = ops.ts.div(g, splat(g, divisor_override))
  for k in range(2):
    d = rank - 2 + k
    n = self.size(d)
    m = g.size(d)
    at = places([n, m], 0)
    o = places([n, m], 1)
    start = ops.ts.sub(ops.ts.mul(o, splat(o, step[k])), splat(o, pads[k]))
    end = ops.ts.add(start, splat(o, kernel[k]))
    part = ops.ts.convert(ops.ts.and_(ops.ts.ge(at, start), ops.ts.lt(at, end)), g.dtype)
    if divisor_override is None:
      count = along(window_counts(n, m, kernel[k], step[k], pads[k], count_include_pad), [n, m], 1)
      part = ops.ts.div(part, ops.ts.convert(count, g.dtype))
    g = swapped(torch.matmul(swapped(g, d, rank - 1), swapped(part, 0, 1)), d, rank - 1)
  return cast(ops.ts.copy(g), self.dtype)
