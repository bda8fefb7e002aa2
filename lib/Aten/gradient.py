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
