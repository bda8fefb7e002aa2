# Tensors put together or repeated.


# Dtypes promote; the historical empty vector of extent 0 takes part in the dtype only.


@op("aten::cat")
def cat(tensors: List[Tensor], dim: int) -> Tensor:
  if len(tensors) == 0:
    raise RuntimeError("torch.cat(): expected a non-empty list of Tensors")
  dtype = ops.ts.result_type(tensors)
  parts = annotate(List[Tensor], [])
  for x in tensors:
    if x.dim() == 0:
      raise RuntimeError(torch.format("zero-dimensional tensor (at position {}) cannot be concatenated", len(parts)))
    if not ((x.dim() == 1) and ops.ts.same(x.size(0), 0)):
      parts.append(cast(x, dtype))
  if len(parts) == 0:
    return ops.ts.full([0], 0, dtype)
  d = wrap_dim(dim, parts[0].dim())
  for x in parts:
    if x.dim() != parts[0].dim():
      raise RuntimeError(torch.format("Tensors must have same number of dimensions: got {} and {}", parts[0].dim(), x.dim()))
    for k in range(x.dim()):
      if (k != d) and ops.ts.known(x.size(k)) and ops.ts.known(parts[0].size(k)):
        if x.size(k) != parts[0].size(k):
          raise RuntimeError(torch.format("Sizes of tensors must match except in dimension {}. Expected size {} but got size {} for tensor number {} in the list.", d, parts[0].size(k), x.size(k), 1))
  return ops.ts.concatenate(parts, d)


@op("aten::concat")
def concat(tensors: List[Tensor], dim: int) -> Tensor:
  return torch.cat(tensors, dim)


@op("aten::concatenate")
def concatenate(tensors: List[Tensor], dim: int) -> Tensor:
  return torch.cat(tensors, dim)


@op("aten::stack")
def stack(tensors: List[Tensor], dim: int) -> Tensor:
  if len(tensors) == 0:
    raise RuntimeError("stack expects a non-empty TensorList")
  d = wrap_dim(dim, tensors[0].dim() + 1)
  dtype = ops.ts.result_type(tensors)
  parts = annotate(List[Tensor], [])
  for x in tensors:
    if ops.ts.known(numel_of(x.size())) and ops.ts.known(numel_of(tensors[0].size())):
      if x.size() != tensors[0].size():
        raise RuntimeError(torch.format("stack expects each tensor to be equal size, but got {} at entry 0 and {} at entry {}", tensors[0].size(), x.size(), len(parts)))
    parts.append(cast(ops.ts.reshape(x, inserted(x.size(), d, 1)), dtype))
  return ops.ts.concatenate(parts, d)


@op("aten::_stack")
def _stack(tensors: List[Tensor], dim: int) -> Tensor:
  return torch.stack(tensors, dim)


@op("aten::hstack")
def hstack(tensors: List[Tensor]) -> Tensor:
  xs = torch.atleast_1d(tensors)
  return torch.cat(xs, 0 if xs[0].dim() == 1 else 1)


@op("aten::vstack")
def vstack(tensors: List[Tensor]) -> Tensor:
  return torch.cat(torch.atleast_2d(tensors), 0)


@op("aten::row_stack")
def row_stack(tensors: List[Tensor]) -> Tensor:
  return torch.vstack(tensors)


@op("aten::dstack")
def dstack(tensors: List[Tensor]) -> Tensor:
  return torch.cat(torch.atleast_3d(tensors), 2)


@op("aten::column_stack")
def column_stack(tensors: List[Tensor]) -> Tensor:
  xs = annotate(List[Tensor], [])
  for x in tensors:
    xs.append(torch.reshape(x, [numel_of(x.size()), 1]) if x.dim() <= 1 else x)
  return torch.cat(xs, 1)


@op("aten::block_diag")
def block_diag(tensors: List[Tensor]) -> Tensor:
  dtype = ops.ts.result_type(tensors)
  rows = 0
  columns = 0
  for x in tensors:
    m = torch.atleast_2d(x)
    rows = rows + m.size(0)
    columns = columns + m.size(1)
  bands = annotate(List[Tensor], [])
  left = 0
  for x in tensors:
    m = cast(torch.atleast_2d(x), dtype)
    bands.append(ops.ts.pad(m, [0, left], [0, columns - left - m.size(1)], scalar(0, dtype)))
    left = left + m.size(1)
  return ops.ts.concatenate(bands, 0)


@op("aten::cartesian_prod")
def cartesian_prod(tensors: List[Tensor]) -> Tensor:
  if len(tensors) == 1:
    return tensors[0]
  grids = torch.meshgrid(tensors, indexing="ij")
  return torch.stack([torch.flatten(g) for g in grids], 1)


@op("aten::combinations")
def combinations(self: Tensor, r: int, with_replacement: bool) -> Tensor:
  n = self.size(0)
  if r == 0:
    return ops.ts.full([0], 0, self.dtype)
  sizes = ints(r, n)
  keep = ops.ts.full(sizes, True, 11)
  for d in range(r - 1):
    a = places(sizes, d)
    b = places(sizes, d + 1)
    keep = ops.ts.and_(keep, ops.ts.le(a, b) if with_replacement else ops.ts.lt(a, b))
  picked = ops.ts.nonzero(keep)
  return ops.ts.index(self, [0], [picked])


@op("aten::meshgrid.indexing")
def meshgrid_indexing(tensors: List[Tensor], indexing: str) -> List[Tensor]:
  if len(tensors) == 0:
    raise RuntimeError("meshgrid expects a non-empty TensorList")
  swap = (indexing == "xy") and (len(tensors) >= 2)
  if (indexing != "xy") and (indexing != "ij"):
    raise RuntimeError(torch.format("torch.meshgrid: indexing must be one of \"xy\" or \"ij\", but received: {}", indexing))
  xs = annotate(List[Tensor], [])
  for i in range(len(tensors)):
    xs.append(tensors[1 - i] if swap and (i < 2) else tensors[i])
  sizes = annotate(List[int], [])
  for x in xs:
    if x.dim() > 1:
      raise RuntimeError("torch.meshgrid: Expected 0D or 1D tensor in the tensor list but got: " + str(x))
    sizes.append(numel_of(x.size()))
  out = annotate(List[Tensor], [])
  for i in range(len(xs)):
    k = 1 - i if swap and (i < 2) else i
    x = xs[k]
    grid = ops.ts.broadcast(x, sizes, [k] if x.dim() == 1 else annotate(List[int], []))
    out.append(grid)
  return out


@op("aten::meshgrid")
def meshgrid(tensors: List[Tensor]) -> List[Tensor]:
  return torch.meshgrid(tensors, indexing="ij")


@op("aten::broadcast_tensors")
def broadcast_tensors(tensors: List[Tensor]) -> List[Tensor]:
  sizes = annotate(List[int], [])
  for x in tensors:
    sizes = broadcast_sizes(sizes, x.size())
  return [expand_to(x, sizes) for x in tensors]


# Repetition interleaves a new dimension before each old one and merges the two.
def repeated(x: Tensor, repeats: List[int]) -> Tensor:
  lead = len(repeats) - x.dim()
  pairs = annotate(List[int], [])
  dims = annotate(List[int], [])
  sizes = annotate(List[int], [])
  for i in range(len(repeats)):
    extent = 1 if i < lead else x.size(i - lead)
    pairs.append(repeats[i])
    pairs.append(extent)
    if i >= lead:
      dims.append(2 * i + 1)
    sizes.append(repeats[i] * extent)
  return ops.ts.reshape(ops.ts.copy(ops.ts.broadcast(x, pairs, dims)), sizes)


@op("aten::repeat")
def repeat(self: Tensor, repeats: List[int]) -> Tensor:
  if len(repeats) < self.dim():
    raise RuntimeError("Number of dimensions of repeat dims can not be smaller than number of dimensions of tensor")
  return repeated(self, checked_sizes(repeats))


@op("aten::tile")
def tile(self: Tensor, dims: List[int]) -> Tensor:
  repeats = annotate(List[int], [])
  for i in range(self.dim() - len(dims)):
    repeats.append(1)
  for d in dims:
    repeats.append(d)
  return repeated(self, repeats)


@op("aten::repeat_interleave.self_int")
def repeat_interleave_self_int(self: Tensor, repeats: int, dim: Optional[int], output_size: Optional[int]) -> Tensor:
  x = torch.flatten(self) if dim is None else self
  d = wrap_dim(0 if dim is None else dim, x.dim())
  sizes = annotate(List[int], [])
  dims = annotate(List[int], [])
  merged = annotate(List[int], [])
  if x.dim() == 0:
    return repeated(ops.ts.reshape(x, [1]), [repeats])
  for k in range(x.dim()):
    dims.append(len(sizes))
    sizes.append(x.size(k))
    merged.append(x.size(k) * repeats if k == d else x.size(k))
    if k == d:
      sizes.append(repeats)
  return ops.ts.reshape(ops.ts.copy(ops.ts.broadcast(x, sizes, dims)), merged)


# The place of the source of each repeated element: an element count at or before i ends its run.


@op("aten::repeat_interleave.Tensor")
def repeat_interleave_Tensor(repeats: Tensor, output_size: Optional[int]) -> Tensor:
  counts = cast(repeats, 4)
  ops.ts.check(bool(ops.ts.item(ops.ts.reduce(ops.ts.ge(counts, splat(counts, 0)), [0], "and"))), "repeats can not be negative", "RuntimeError")
  ends = ops.ts.scan(counts, 0, "sum")
  total = int(torch.sum(repeats)) if output_size is None else output_size
  sizes = [total, ends.size(0)]
  before = ops.ts.le(along(ends, sizes, 1), places(sizes, 0))
  return ops.ts.reduce(ops.ts.convert(before, repeats.dtype), [1], "sum")


@op("aten::repeat_interleave.self_Tensor")
def repeat_interleave_self_Tensor(self: Tensor, repeats: Tensor, dim: Optional[int], output_size: Optional[int]) -> Tensor:
  x = torch.flatten(self) if dim is None else self
  d = wrap_dim(0 if dim is None else dim, x.dim())
  counts = repeats
  if (repeats.dim() == 0) or ops.ts.same(numel_of(repeats.size()), 1):
    counts = torch.expand(torch.reshape(repeats, [1]), [x.size(d)])
  return torch.index_select(x, d, torch.repeat_interleave(counts, output_size=output_size))


@op("aten::flip")
def flip(self: Tensor, dims: List[int]) -> Tensor:
  return ops.ts.reverse(self, wrap_dims(dims, self.dim()))


@op("aten::fliplr")
def fliplr(self: Tensor) -> Tensor:
  if self.dim() < 2:
    raise RuntimeError("Input must be >= 2-d.")
  return ops.ts.reverse(self, [1])


@op("aten::flipud")
def flipud(self: Tensor) -> Tensor:
  if self.dim() < 1:
    raise RuntimeError("Input must be >= 1-d.")
  return ops.ts.reverse(self, [0])


def rolled(x: Tensor, d: int, shift: int) -> Tensor:
  n = x.size(d)
  if ops.ts.same(n, 0):
    return x
  s = shift % (n if ops.ts.known(n) else ops.prim.max(n, 1))
  if ops.ts.same(s, 0):
    return x
  return ops.ts.concatenate([ops.ts.slice(x, d, n - s, s, 1), ops.ts.slice(x, d, 0, n - s, 1)], d)


@op("aten::roll")
def roll(self: Tensor, shifts: List[int], dims: List[int]) -> Tensor:
  if len(dims) == 0:
    if len(shifts) != 1:
      raise RuntimeError("shifts and dimensions must align. shifts: 0, dims:0")
    flat = ops.ts.reshape(ops.ts.copy(self), [numel_of(self.size())])
    return ops.ts.reshape(rolled(flat, 0, shifts[0]), self.size())
  if len(dims) != len(shifts):
    raise RuntimeError(torch.format("shifts and dimensions must align. shifts: {}, dims:{}", len(shifts), len(dims)))
  x = ops.ts.copy(self)
  for i in range(len(dims)):
    x = rolled(x, wrap_dim(dims[i], self.dim()), shifts[i])
  return x


@op("aten::rot90")
def rot90(self: Tensor, k: int, dims: List[int]) -> Tensor:
  if len(dims) != 2:
    raise RuntimeError(torch.format("expected total rotation dims == 2, but got dims = {}", len(dims)))
  a = wrap_dim(dims[0], self.dim())
  b = wrap_dim(dims[1], self.dim())
  turns = k % 4
  if turns == 1:
    return swapped(ops.ts.reverse(self, [b]), a, b)
  if turns == 2:
    return ops.ts.reverse(self, [a, b])
  if turns == 3:
    return swapped(ops.ts.reverse(self, [a]), a, b)
  return ops.ts.copy(self)


@op("aten::_chunk_cat")
def _chunk_cat(tensors: List[Tensor], dim: int, num_chunks: int) -> Tensor:
  chunks = annotate(List[Tensor], [])
  d = wrap_dim(dim, tensors[0].dim())
  dtype = ops.ts.result_type(tensors)
  for x in tensors:
    size = (x.size(d) + num_chunks - 1) // num_chunks
    low = ints(x.dim(), 0)
    high = with_at(low, d, size * num_chunks - x.size(d))
    padded = ops.ts.pad(cast(x, dtype), low, high, scalar(0, dtype))
    shape = annotate(List[int], [])
    for k in range(d):
      shape.append(x.size(k))
    shape.append(num_chunks)
    shape.append(-1)
    chunks.append(torch.reshape(padded, shape))
  return torch.cat(chunks, d + 1)


@op("aten::flatten_dense_tensors")
def flatten_dense_tensors(tensors: List[Tensor]) -> Tensor:
  return torch.cat([torch.flatten(x) for x in tensors], 0)


@op("aten::pad_sequence")
def pad_sequence(sequences: List[Tensor], batch_first: bool, padding_value: float, padding_side: str) -> Tensor:
  longest = 0
  for x in sequences:
    longest = ops.prim.max(longest, x.size(0))
  parts = annotate(List[Tensor], [])
  for x in sequences:
    low = ints(x.dim(), 0)
    high = with_at(low, 0, longest - x.size(0))
    low = with_at(low, 0, 0)
    if padding_side == "left":
      parts.append(ops.ts.pad(x, high, low, scalar(padding_value, x.dtype)))
    else:
      parts.append(ops.ts.pad(x, low, high, scalar(padding_value, x.dtype)))
  return torch.stack(parts, 0 if batch_first else 1)
