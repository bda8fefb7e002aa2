# Padding, shuffles of pixels and channels, diagonals.


# pad lists (before, after) pairs from the last dimension on; a negative entry cuts.
def constant_padded(x: Tensor, pad: List[int], value: number) -> Tensor:
  n = len(pad) // 2
  if (len(pad) % 2 != 0) or (n > x.dim()):
    raise RuntimeError(torch.format("Length of pad should be no more than twice the number of dimensions of the input. Pad length is {} while the input has {} dimensions.", len(pad), x.dim()))
  y = x
  low = ints(x.dim(), 0)
  high = ints(x.dim(), 0)
  wide = False
  for i in range(n):
    d = x.dim() - 1 - i
    before = pad[2 * i]
    after = pad[2 * i + 1]
    if ops.ts.known(before) and ops.ts.known(after):
      if (before < 0) or (after < 0):
        start = ops.prim.max(-before, 0)
        left = y.size(d) - start - ops.prim.max(-after, 0)
        y = ops.ts.slice(y, d, start, left, 1)
      if (before > 0) or (after > 0):
        wide = True
      low[d] = ops.prim.max(before, 0)
      high[d] = ops.prim.max(after, 0)
    else:
      wide = True
      low[d] = before
      high[d] = after
  if wide:
    return ops.ts.pad(y, low, high, scalar(value, x.dtype))
  return ops.ts.copy(y)


@op("aten::constant_pad_nd")
def constant_pad_nd(self: Tensor, pad: List[int], value: number) -> Tensor:
  return constant_padded(self, pad, value)


# Elements from start on in reverse order. A few are slices one after the other, which keep the order that x has in memory.
def mirrored(x: Tensor, d: int, start: int, size: int) -> List[Tensor]:
  y = [ops.ts.slice(x, d, start, size, 1)]
  if ops.ts.known(size):
    if size <= 4:
      y = [ops.ts.slice(x, d, start, 0, 1)]
      for i in range(size):
        y.append(ops.ts.slice(x, d, start + size - 1 - i, 1, 1))
      return y
  return [ops.ts.reverse(y[0], [d])]


# One dimension with its border made of places inside: mirrored, repeated or wrapped. A negative border cuts.
def border_at(x: Tensor, d: int, low: int, high: int, mode: str) -> Tensor:
  if ops.ts.same(low, 0) and ops.ts.same(high, 0):
    return x
  n = x.size(d)
  before = ops.prim.max(low, 0)
  after = ops.prim.max(high, 0)
  parts: List[Tensor] = []
  if mode == "reflect":
    if ops.ts.known(n):
      if (before >= n) or (after >= n):
        raise RuntimeError(torch.format("Argument #4: Padding size should be less than the corresponding input dimension, but got: padding ({}, {}) at dimension {} of input {}", low, high, d, x.size()))
    else:
      ops.ts.check(before < n and after < n, "Argument #4: Padding size should be less than the corresponding input dimension, but got: padding ({}, {}) at a dimension of {}", "RuntimeError", [low, high, n])
    parts = mirrored(x, d, 1, before) + [x] + mirrored(x, d, n - 1 - after, after)
  elif mode == "replicate":
    sizes = x.size()
    sizes[d] = before
    first = ops.ts.broadcast(ops.ts.slice(x, d, 0, 1, 1), sizes, iota_list(0, x.dim()))
    sizes[d] = after
    last = ops.ts.broadcast(ops.ts.slice(x, d, n - 1, 1, 1), sizes, iota_list(0, x.dim()))
    parts = [first, x, last]
  else:
    if ops.ts.known(n):
      if (before > n) or (after > n):
        raise RuntimeError("Padding value causes wrapping around more than once.")
    else:
      ops.ts.check(before <= n and after <= n, "Padding value causes wrapping around more than once.", "RuntimeError")
    parts = [ops.ts.slice(x, d, n - before, before, 1), x, ops.ts.slice(x, d, 0, after, 1)]
  y = ops.ts.concatenate(parts, d)
  if ops.ts.same(before, low) and ops.ts.same(after, high):
    return y
  return ops.ts.slice(y, d, before - low, n + low + high, 1)


def bordered(x: Tensor, pad: List[int], mode: str) -> Tensor:
  y = x
  n = len(pad) // 2
  if mode != "circular":
    for d in range(x.dim() - n - 1, x.dim()):
      ops.ts.check(x.size(d) > 0, "Expected a tensor with possibly 0 batch size and other non-zero dimensions for input", "RuntimeError")
  for i in range(n):
    d = x.dim() - 1 - i
    low = pad[2 * i]
    high = pad[2 * i + 1]
    if mode == "circular":
      # what is cut off does not come around
      size = y.size(d) + ops.prim.min(low, 0) + ops.prim.min(high, 0)
      y = ops.ts.slice(y, d, ops.prim.max(-low, 0), size, 1)
      low = ops.prim.max(low, 0)
      high = ops.prim.max(high, 0)
    y = border_at(y, d, low, high, mode)
  return y


@op("aten::pad")
def pad(self: Tensor, pad: List[int], mode: str, value: Optional[float]) -> Tensor:
  if len(pad) % 2 != 0:
    raise RuntimeError("Padding length must be divisible by 2")
  if len(pad) > 2 * self.dim():
    raise RuntimeError(torch.format("Padding length should be less than or equal to two times the input dimension but got padding length {} and input of dimension {}", len(pad), self.dim()))
  if mode == "constant":
    return constant_padded(self, pad, 0.0 if value is None else value)
  if value is not None:
    if value != 0.0:
      raise RuntimeError(torch.format("Padding mode \"{}\" doesn't take in value argument", mode))
  n = len(pad) // 2
  if ((self.dim() != n + 1) and (self.dim() != n + 2)) or (n < 1) or (n > 3):
    raise NotImplementedError("Only 2D, 3D, 4D, 5D padding with non-constant padding are supported for now")
  if (mode != "reflect") and (mode != "replicate") and (mode != "circular"):
    raise NotImplementedError("Unrecognised padding mode " + mode)
  return bordered(self, pad, mode)


@op("aten::_pad_circular")
def _pad_circular(self: Tensor, pad: List[int]) -> Tensor:
  return bordered(self, pad, "circular")


@op("aten::_pad_enum")
def _pad_enum(self: Tensor, pad: List[int], mode: int, value: Optional[float]) -> Tensor:
  if mode == 0:
    return constant_padded(self, pad, 0.0 if value is None else value)
  return bordered(self, pad, "reflect" if mode == 1 else ("replicate" if mode == 2 else "circular"))


@op("aten::reflection_pad1d")
def reflection_pad1d(self: Tensor, padding: List[int]) -> Tensor:
  return bordered(self, padding, "reflect")


@op("aten::reflection_pad2d")
def reflection_pad2d(self: Tensor, padding: List[int]) -> Tensor:
  return bordered(self, padding, "reflect")


@op("aten::reflection_pad3d")
def reflection_pad3d(self: Tensor, padding: List[int]) -> Tensor:
  return bordered(self, padding, "reflect")


@op("aten::replication_pad1d")
def replication_pad1d(self: Tensor, padding: List[int]) -> Tensor:
  return bordered(self, repeat_to(padding, 2), "replicate")


@op("aten::replication_pad2d")
def replication_pad2d(self: Tensor, padding: List[int]) -> Tensor:
  return bordered(self, repeat_to(padding, 4), "replicate")


@op("aten::replication_pad3d")
def replication_pad3d(self: Tensor, padding: List[int]) -> Tensor:
  return bordered(self, repeat_to(padding, 6), "replicate")


@op("aten::pixel_shuffle")
def pixel_shuffle(self: Tensor, upscale_factor: int) -> Tensor:
  r = upscale_factor
  if self.dim() < 3:
    raise RuntimeError(torch.format("pixel_shuffle expects input to have at least 3 dimensions, but got input with {} dimension(s)", self.dim()))
  n = self.dim() - 3
  c, h, w = self.size(-3), self.size(-2), self.size(-1)
  if c % (r * r) != 0:
    raise RuntimeError(torch.format("pixel_shuffle expects its input's 'channel' dimension to be divisible by the square of upscale_factor, but input.size(-3)={} is not divisible by {}", c, r * r))
  lead = self.size()[0:n]
  x = torch.reshape(self, lead + [c // (r * r), r, r, h, w])
  x = ops.ts.permute(x, iota_list(0, n) + [n, n + 3, n + 1, n + 4, n + 2])
  return torch.reshape(x, lead + [c // (r * r), h * r, w * r])


@op("aten::pixel_unshuffle")
def pixel_unshuffle(self: Tensor, downscale_factor: int) -> Tensor:
  r = downscale_factor
  if self.dim() < 3:
    raise RuntimeError(torch.format("pixel_unshuffle expects input to have at least 3 dimensions, but got input with {} dimension(s)", self.dim()))
  n = self.dim() - 3
  c, h, w = self.size(-3), self.size(-2), self.size(-1)
  lead = self.size()[0:n]
  x = torch.reshape(self, lead + [c, h // r, r, w // r, r])
  x = ops.ts.permute(x, iota_list(0, n) + [n, n + 2, n + 4, n + 1, n + 3])
  return torch.reshape(x, lead + [c * r * r, h // r, w // r])


@op("aten::channel_shuffle")
def channel_shuffle(self: Tensor, groups: int) -> Tensor:
  if self.dim() <= 2:
    raise RuntimeError(torch.format("channel_shuffle expects input with > 2 dims, but got input with sizes {}", self.size()))
  c = self.size(1)
  rest = self.size()[2:]
  x = torch.reshape(self, [self.size(0), groups, c // groups] + rest)
  return ops.ts.reshape(ops.ts.copy(swapped(x, 1, 2)), self.size())


@op("aten::native_channel_shuffle")
def native_channel_shuffle(self: Tensor, groups: int) -> Tensor:
  return torch.channel_shuffle(self, groups)


# A diagonal matrix of vectors: the vector is padded to a row and laid where column = row + offset.


@op("aten::diag_embed")
def diag_embed(self: Tensor, offset: int, dim1: int, dim2: int) -> Tensor:
  rank = self.dim() + 1
  a = wrap_dim(dim1, rank)
  b = wrap_dim(dim2, rank)
  if a == b:
    raise RuntimeError(torch.format("diagonal dimensions cannot be identical {}, {}", dim1, dim2))
  n = self.size(-1) + (offset if offset >= 0 else -offset)
  lead = self.size()[0:self.dim() - 1]
  out = ops.ts.full(lead + [n, n], 0, self.dtype)
  view = stored(torch.diagonal(out, offset, -2, -1), self)
  # the last two dimensions go to places a and b
  order = annotate(List[int], [])
  next = 0
  for d in range(rank):
    if d == a:
      order.append(rank - 2)
    elif d == b:
      order.append(rank - 1)
    else:
      order.append(next)
      next = next + 1
  return ops.ts.permute(out, order)


@op("aten::diagflat")
def diagflat(self: Tensor, offset: int) -> Tensor:
  return torch.diag_embed(torch.reshape(self, [-1]), offset)


@op("aten::diag")
def diag(self: Tensor, diagonal: int) -> Tensor:
  if self.dim() == 1:
    return torch.diag_embed(self, diagonal)
  if self.dim() != 2:
    raise RuntimeError(torch.format("diag(): Supports 1D or 2D tensors. Got {}D", self.dim()))
  return ops.ts.copy(torch.diagonal(self, diagonal))
