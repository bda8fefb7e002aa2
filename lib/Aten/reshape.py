# The same elements under other sizes: a view where strides allow it.


# The elements of a tensor of these sizes, laid out as strides say, can be seen with sizes shape without a copy.
# Walks from the last dimension; a maximal run of contiguous dimensions must be a whole number of new ones.
def can_view(x: Tensor, shape: List[int]) -> bool:
  if x.is_contiguous():
    return True
  sizes = annotate(List[int], [])
  strides = annotate(List[int], [])
  all_strides = ops.ts.strides(x)
  for d in range(x.dim()):
    if ops.ts.same(x.size(d), 0):
      return True
    if not ops.ts.same(x.size(d), 1):
      sizes.append(x.size(d))
      strides.append(all_strides[d])
  place = len(shape) - 1
  count = 1
  for i in range(len(sizes)):
    d = len(sizes) - 1 - i
    count = count * sizes[d]
    closed = True
    if d > 0:
      closed = not ops.ts.same(strides[d - 1], sizes[d] * strides[d])
    if closed:
      taken = 1
      open = True
      while open and (place >= 0):
        if ops.ts.same(taken, count):
          open = False
        else:
          taken = taken * shape[place]
          place = place - 1
      if not ops.ts.same(taken, count):
        return False
      count = 1
  while place >= 0:
    if not ops.ts.same(shape[place], 1):
      return False
    place = place - 1
  return True


# Counts of elements on both sides without the run-time extents that both have, as [known in, run-time in, known out, run-time out].
def cancelled_counts(sizes: List[int], shape: List[int]) -> List[int]:
  known_in = 1
  known_out = 1
  run_in = 1
  run_out = 1
  taken = annotate(List[bool], [])
  for s in sizes:
    taken.append(False)
  for s in shape:
    if ops.ts.known(s):
      known_out = known_out * s
    else:
      found = False
      for k in range(len(sizes)):
        if (not found) and (not taken[k]):
          if ops.ts.same(s, sizes[k]):
            taken[k] = True
            found = True
      if not found:
        run_out = run_out * s
  for k in range(len(sizes)):
    if not taken[k]:
      if ops.ts.known(sizes[k]):
        known_in = known_in * sizes[k]
      else:
        run_in = run_in * sizes[k]
  return [known_in, run_in, known_out, run_out]


# Of sizes that another count of elements has: all of a tensor's, or where dim is none of -1 those that its dimension dim is split into.
def not_that_many(sizes: List[int], shape: List[int], dim: int) -> str:
  if dim >= 0:
    return torch.format("unflatten: Provided sizes {} don't multiply up to the size of dim {} ({}) in the input tensor", shape, dim, sizes[0])
  return torch.format("shape '{}' is invalid for input of size {}", shape, numel_of(sizes))


# Raises, now or at run time, where the counts of elements differ.
def check_count(sizes: List[int], given: List[int], shape: List[int], dim: int) -> bool:
  counts = cancelled_counts(sizes, given)
  have = counts[0] * counts[1]
  want = counts[2] * counts[3]
  if not ops.ts.same(have, want):
    # Extents that both have may be 0 and hide that the rest differs.
    if not ops.ts.same(numel_of(sizes), numel_of(given)):
      if numel_of(sizes) != numel_of(given):
        raise RuntimeError(not_that_many(sizes, shape, dim))
  return True


# The extent that -1 at that place stands for; run-time extents on both sides cancel.
def inferred_extent(sizes: List[int], shape: List[int], place: int, dim: int) -> int:
  others = annotate(List[int], [])
  for k in range(len(shape)):
    if k != place:
      others.append(shape[k])
  counts = cancelled_counts(sizes, others)
  known_in = counts[0]
  run_in = counts[1]
  known_out = counts[2]
  run_out = counts[3]
  if (known_out == 0) and (known_in != 0):
    raise RuntimeError(not_that_many(sizes, shape, dim))
  if known_out == 0:
    raise RuntimeError(torch.format("cannot reshape tensor of 0 elements into shape {} because the unspecified dimension size -1 can be any value and is ambiguous", shape))
  if (known_in % known_out == 0) and ops.ts.same(run_out, 1):
    return (known_in // known_out) * run_in
  if ops.ts.known(run_in) and ops.ts.known(run_out):
    raise RuntimeError(not_that_many(sizes, shape, dim))
  have = known_in * run_in
  want = known_out * run_out
  if not ops.ts.known(want):
    if want == 0:
      if have == 0:
        raise RuntimeError(torch.format("cannot reshape tensor of 0 elements into shape {} because the unspecified dimension size -1 can be any value and is ambiguous", shape))
      raise RuntimeError(not_that_many(sizes, shape, dim))
  if have % want != 0:
    raise RuntimeError(not_that_many(sizes, shape, dim))
  return have // want


# A shape with the extent that -1 stands for, of which also run time may be the first to know.
def resolved_sizes(sizes: List[int], shape: List[int], dim: int) -> List[int]:
  place = -1
  open = annotate(List[bool], [])
  for k in range(len(shape)):
    s = shape[k]
    open.append((not ops.ts.known(s)) and ops.ts.may_be_negative(s, sizes))
    if open[k]:
      if s < -1:
        raise RuntimeError(torch.format("invalid shape dimension {} at index {} of shape {}", s, k, shape))
    elif ops.ts.known(s):
      if s == -1:
        if place >= 0:
          raise RuntimeError("only one dimension can be inferred")
        place = k
      elif s < 0:
        raise RuntimeError(torch.format("invalid shape dimension {} at index {} of shape {}", s, k, shape))
  out = annotate(List[int], [])
  for k in range(len(shape)):
    s = shape[k]
    if open[k]:
      if s == -1:
        if place >= 0:
          raise RuntimeError("only one dimension can be inferred")
        for other in range(len(shape)):
          if (other != k) and open[other]:
            if shape[other] == -1:
              raise RuntimeError("only one dimension can be inferred")
        s = inferred_extent(sizes, shape, k, dim)
    elif k == place:
      s = inferred_extent(sizes, shape, k, dim)
    out.append(s)
  if place < 0:
    counted = check_count(sizes, out, shape, dim)
  return out


def resolved_shape(x: Tensor, shape: List[int]) -> List[int]:
  return resolved_sizes(x.size(), shape, -1)


@op("aten::view")
def view(self: Tensor, size: List[int]) -> Tensor:
  sizes = resolved_shape(self, size)
  if not can_view(self, sizes):
    raise RuntimeError("view size is not compatible with input tensor's size and stride (at least one dimension spans across two contiguous subspaces). Use .reshape(...) instead.")
  return ops.ts.reshape(self, sizes)


# A view where strides allow it, else a copy.
def reshaped(x: Tensor, sizes: List[int]) -> Tensor:
  if can_view(x, sizes):
    return ops.ts.reshape(x, sizes)
  return ops.ts.reshape(ops.ts.copy(x), sizes)


@op("aten::reshape")
def reshape(self: Tensor, shape: List[int]) -> Tensor:
  return reshaped(self, resolved_shape(self, shape))


@op("aten::_unsafe_view")
def _unsafe_view(self: Tensor, size: List[int]) -> Tensor:
  return reshaped(self, resolved_shape(self, size))


@op("aten::_reshape_alias")
def _reshape_alias(self: Tensor, size: List[int], stride: List[int]) -> Tensor:
  return reshaped(self, resolved_shape(self, size))


@op("aten::_reshape_copy")
def _reshape_copy(self: Tensor, size: List[int]) -> Tensor:
  return ops.ts.reshape(ops.ts.copy(self), resolved_shape(self, size))


@op("aten::view_as")
def view_as(self: Tensor, other: Tensor) -> Tensor:
  return torch.view(self, other.size())


@op("aten::reshape_as")
def reshape_as(self: Tensor, other: Tensor) -> Tensor:
  return torch.reshape(self, other.size())


@op("aten::view_copy")
def view_copy(self: Tensor, size: List[int]) -> Tensor:
  return ops.ts.reshape(ops.ts.copy(self), resolved_shape(self, size))


# The product of the extents from first to last; run-time extents multiply last, so that equal shapes give equal values.
def merged_extent(sizes: List[int], first: int, last: int) -> int:
  n = 1
  for d in range(first, last + 1):
    n = n * sizes[d]
  return n


@op("aten::flatten.using_ints")
def flatten_using_ints(self: Tensor, start_dim: int, end_dim: int) -> Tensor:
  if self.dim() == 0:
    return ops.ts.reshape(self, [1])
  first = wrap_dim(start_dim, self.dim())
  last = wrap_dim(end_dim, self.dim())
  if first > last:
    raise RuntimeError("flatten() has invalid args: start_dim cannot come after end_dim")
  if first == last:
    return self
  sizes = annotate(List[int], [])
  for d in range(self.dim()):
    if (d < first) or (d > last):
      sizes.append(self.size(d))
    elif d == first:
      sizes.append(merged_extent(self.size(), first, last))
  return reshaped(self, sizes)


@op("aten::ravel")
def ravel(self: Tensor) -> Tensor:
  x = self if self.is_contiguous() else ops.ts.copy(self)
  return ops.ts.reshape(x, [numel_of(self.size())])


@op("aten::unflatten.int")
def unflatten_int(self: Tensor, dim: int, sizes: List[int]) -> Tensor:
  d = wrap_dim(dim, self.dim())
  shape = annotate(List[int], [])
  if len(sizes) == 0:
    raise RuntimeError("unflatten: sizes must be non-empty")
  inner = resolved_sizes([self.size(d)], sizes, d)
  for k in range(self.dim()):
    if k == d:
      for s in inner:
        shape.append(s)
    else:
      shape.append(self.size(k))
  return reshaped(self, shape)
