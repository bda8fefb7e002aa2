# grid_sampler: values of a picture at places given in [-1, 1] coordinates.
# interpolation: 0 bilinear, 1 nearest, 2 bicubic; padding: 0 zeros, 1 border, 2 reflection.


# Coordinates in pixels.
def unnormalized(c: Tensor, n: int, align_corners: bool) -> Tensor:
  half = splat(c, 0.5)
  if align_corners:
    return ops.ts.mul(ops.ts.mul(ops.ts.add(c, splat(c, 1)), half), splat(c, n - 1))
  return ops.ts.mul(ops.ts.sub(ops.ts.mul(ops.ts.add(c, splat(c, 1)), splat(c, n)), splat(c, 1)), half)


def clipped(c: Tensor, n: int) -> Tensor:
  return ops.ts.minimum(ops.ts.maximum(c, splat(c, 0)), splat(c, n - 1))


# Folded back and forth between the outer edges (or the centers of the outer pixels).
def reflected(c: Tensor, n: int, align_corners: bool) -> Tensor:
  low = 0.0 if align_corners else -0.5
  span = float(n - 1) if align_corners else float(n)
  if span == 0.0:
    return splat(c, 0)
  x = ops.ts.abs(ops.ts.sub(c, splat(c, low)))
  turns = ops.ts.floor(ops.ts.div(x, splat(x, span)))
  rest = ops.ts.sub(x, ops.ts.mul(turns, splat(x, span)))
  odd = ops.ts.ne(ops.ts.remainder(turns, splat(turns, 2)), splat(turns, 0))
  y = ops.ts.select(odd, ops.ts.sub(splat(rest, span), rest), rest)
  return ops.ts.add(y, splat(y, low))


def settled(c: Tensor, n: int, padding: int, align_corners: bool) -> Tensor:
  if padding == 1:
    return clipped(c, n)
  if padding == 2:
    return clipped(reflected(c, n, align_corners), n)
  return c


# x[b, :, at...] for places [b, out...], as [b, channels, out...]; outside gives zero.
def values_at(x: Tensor, at: List[Tensor]) -> Tensor:
  sizes = at[0].size()
  inside = ops.ts.full(sizes, True, 11)
  indices = [places(sizes, 0)]
  dims = [0]
  for d in range(len(at)):
    n = x.size(d + 2)
    inside = ops.ts.and_(inside, ops.ts.and_(ops.ts.ge(at[d], splat(at[d], 0)), ops.ts.le(at[d], splat(at[d], n - 1))))
    safe = ops.ts.select(ops.ts.ne(at[d], at[d]), splat(at[d], 0), clipped(at[d], n))
    indices.append(ops.ts.convert(safe, 4))
    dims.append(d + 2)
  y = ops.ts.index(x, dims, indices)
  y = ops.ts.permute(y, [0, y.dim() - 1] + iota_list(1, y.dim() - 2))
  keep = ops.ts.broadcast(inside, y.size(), [0] + iota_list(2, len(at)))
  return ops.ts.select(keep, y, splat(y, 0))


def weighted(v: Tensor, w: Tensor) -> Tensor:
  return ops.ts.mul(v, ops.ts.broadcast(w, v.size(), [0] + iota_list(2, w.dim() - 1)))


def grid_sampled(input: Tensor, grid: Tensor, interpolation: int, padding: int, align_corners: bool) -> Tensor:
  n = input.dim() - 2
  if (grid.dim() != input.dim()) or (not ops.ts.same(grid.size(-1), n)):
    raise RuntimeError(torch.format("grid_sampler(): expected grid to have size {} in last dimension, but got grid with sizes {}", n, grid.size()))
  # half precision rounds each coordinate and weight, as PyTorch's kernel does
  x = input
  g = cast(grid, input.dtype)
  c = annotate(List[Tensor], [])
  for d in range(n):
    # the last coordinate of the grid belongs to the first spatial dimension
    raw = unnormalized(torch.select(g, -1, n - 1 - d), x.size(d + 2), align_corners)
    c.append(raw if interpolation == 2 else settled(raw, x.size(d + 2), padding, align_corners))
  if interpolation == 1:
    return cast(values_at(x, [ops.ts.round(t) for t in c]), input.dtype)
  low = [ops.ts.floor(t) for t in c]
  if interpolation == 0:
    y = splat(values_at(x, low), 0)
    for corner in range(4 if n == 2 else 8):
      at = annotate(List[Tensor], [])
      w = splat(c[0], 1)
      for d in range(n):
        far = torch.remainder(corner >> d, 2) == 1
        f = ops.ts.sub(c[d], low[d])
        at.append(ops.ts.add(low[d], splat(low[d], 1)) if far else low[d])
        w = ops.ts.mul(w, f if far else ops.ts.sub(splat(f, 1), f))
      y = ops.ts.add(y, weighted(values_at(x, at), w))
    return cast(y, input.dtype)
  if n != 2:
    raise RuntimeError("grid_sampler(): bicubic interpolation only supports 4D input")
  wy = cubic_weights(ops.ts.sub(c[0], low[0]), -0.75)
  wx = cubic_weights(ops.ts.sub(c[1], low[1]), -0.75)
  y = splat(values_at(x, low), 0)
  for i in range(4):
    for j in range(4):
      a = settled(ops.ts.add(low[0], splat(low[0], i - 1)), x.size(2), padding, align_corners)
      b = settled(ops.ts.add(low[1], splat(low[1], j - 1)), x.size(3), padding, align_corners)
      y = ops.ts.add(y, weighted(values_at(x, [a, b]), ops.ts.mul(wy[i], wx[j])))
  return cast(y, input.dtype)


@op("aten::grid_sampler")
def grid_sampler(input: Tensor, grid: Tensor, interpolation_mode: int, padding_mode: int, align_corners: bool) -> Tensor:
  return grid_sampled(input, grid, interpolation_mode, padding_mode, align_corners)


@op("aten::grid_sampler_2d")
def grid_sampler_2d(input: Tensor, grid: Tensor, interpolation_mode: int, padding_mode: int, align_corners: bool) -> Tensor:
  return grid_sampled(input, grid, interpolation_mode, padding_mode, align_corners)


@op("aten::grid_sampler_3d")
def grid_sampler_3d(input: Tensor, grid: Tensor, interpolation_mode: int, padding_mode: int, align_corners: bool) -> Tensor:
  return grid_sampled(input, grid, interpolation_mode, padding_mode, align_corners)


# Coordinates of the output's pixels in [-1, 1], by the affine map theta.


@op("aten::affine_grid_generator")
def affine_grid_generator(theta: Tensor, size: List[int], align_corners: bool) -> Tensor:
  n = len(size) - 2
  base = annotate(List[Tensor], [])
  plane = size[2:]
  for k in range(n):
    d = n - 1 - k
    e = plane[d]
    i = ops.ts.iota(e, theta.dtype)
    if e <= 1:
      i = splat(i, 0)
    elif align_corners:
      i = ops.ts.sub(ops.ts.mul(i, splat(i, 2.0 / float(e - 1))), splat(i, 1))
    else:
      i = ops.ts.sub(ops.ts.mul(ops.ts.add(ops.ts.mul(i, splat(i, 2)), splat(i, 1)), splat(i, 1.0 / float(e))), splat(i, 1))
    base.append(torch.unsqueeze(along(i, plane, d), n))
  base.append(torch.unsqueeze(ops.ts.full(plane, 1, theta.dtype), n))
  points = ops.ts.concatenate(base, n)
  none = annotate(List[int], [])
  y = ops.ts.contract(theta, points, none, none, [2], [n])
  # [batch, coordinate, plane...] to [batch, plane..., coordinate]
  return ops.ts.permute(y, [0] + iota_list(2, n) + [1])
