# Masks, places of non-zeros, embeddings and lookups in sorted sequences.


@op("aten::masked_fill.Tensor")
def masked_fill_Tensor(self: Tensor, mask: Tensor, value: Tensor) -> Tensor:
  if value.dim() != 0:
    raise RuntimeError(torch.format("masked_fill_ only supports a 0-dimensional value tensor, but got tensor with {} dimension(s).", value.dim()))
  return masked_filled(self, mask, cast(value, self.dtype))


def masked_filled(self: Tensor, mask: Tensor, value: Tensor) -> Tensor:
  if mask.dtype != 11:
    raise RuntimeError(torch.format("masked_fill_ only supports boolean masks, but got mask with dtype {}", dtype_word(mask.dtype)))
  sizes = broadcast_sizes(mask.size(), self.size())
  return ops.ts.select(expand_to(mask, sizes), expand_to(value, sizes), expand_to(self, sizes))


@op("aten::masked_fill.Scalar")
def masked_fill_Scalar(self: Tensor, mask: Tensor, value: number) -> Tensor:
  return masked_filled(self, mask, scalar(value, self.dtype))


@op("aten::masked_select")
def masked_select(self: Tensor, mask: Tensor) -> Tensor:
  x, m = broadcast2(self, truth(mask))
  found = ops.ts.nonzero(m)
  if x.dim() == 0:
    return ops.ts.index(ops.ts.reshape(x, [1]), [0], [torch.select(ops.ts.nonzero(ops.ts.reshape(m, [1])), 1, 0)])
  return ops.ts.index(x, iota_list(0, x.dim()), torch.unbind(found, 1))


# The k-th true place takes the k-th element of source.


@op("aten::masked_scatter")
def masked_scatter(self: Tensor, mask: Tensor, source: Tensor) -> Tensor:
  sizes = broadcast_sizes(self.size(), mask.size())
  x = expand_to(self, sizes)
  m = torch.reshape(expand_to(truth(mask), sizes), [numel_of(sizes)])
  if source.dtype != self.dtype:
    raise RuntimeError(torch.format("masked_scatter: expected self and source to have same dtypes but got {} and {}", dtype_name(self.dtype), dtype_name(source.dtype)))
  flat = torch.reshape(source, [numel_of(source.size())])
  if ops.ts.same(flat.size(0), 0) or ops.ts.same(m.size(0), 0):
    return ops.ts.copy(x)
  rank = ops.ts.sub(ops.ts.scan(ops.ts.convert(m, 4), 0, "sum"), ops.ts.full(m.size(), 1, 4))
  place = ops.ts.minimum(ops.ts.maximum(rank, splat(rank, 0)), splat(rank, flat.size(0) - 1))
  taken = ops.ts.index(flat, [0], [place])
  return ops.ts.reshape(ops.ts.select(m, taken, torch.reshape(x, [numel_of(sizes)])), sizes)


# The places of what is not zero, a row each.
def found_places(x: Tensor) -> Tensor:
  if ops.ts.same(numel_of(x.size()), 0):
    return ops.ts.full([0, x.dim()], 0, 4)
  return ops.ts.nonzero(truth(x))


@op("aten::nonzero")
def nonzero(self: Tensor) -> Tensor:
  if self.dim() == 0:
    found = found_places(ops.ts.reshape(self, [1]))
    return ops.ts.slice(found, 1, 0, 0, 1)
  return found_places(self)


@op("aten::argwhere")
def argwhere(self: Tensor) -> Tensor:
  return torch.nonzero(self)


@op("aten::nonzero_numpy")
def nonzero_numpy(self: Tensor) -> List[Tensor]:
  return torch.unbind(found_places(torch.atleast_1d(self)), 1)


@op("aten::nonzero_static")
def nonzero_static(self: Tensor, size: int, fill_value: int) -> Tensor:
  found = found_places(torch.atleast_1d(self))
  tail = ops.ts.full([size, found.size(1)], fill_value, 4)
  both = ops.ts.slice(ops.ts.concatenate([found, tail], 0), 0, 0, size, 1)
  return ops.ts.slice(both, 1, 0, 0, 1) if self.dim() == 0 else both


@op("aten::embedding")
def embedding(weight: Tensor, indices: Tensor, padding_idx: int, scale_grad_by_freq: bool, sparse: bool) -> Tensor:
  if weight.dim() != 2:
    raise RuntimeError("'weight' must be 2-D")
  i = cast(indices, 4)
  checked = checked_index(i, weight.size(0), "index out of range in self")
  return ops.ts.index(weight, [0], [i])


@op("aten::embedding_renorm_")
def embedding_renorm_(self: Tensor, indices: Tensor, max_norm: float, norm_type: float) -> Tensor:
  rows = vector_norm(self, norm_type, [1], True, None)
  over = ops.ts.gt(rows, splat(rows, max_norm))
  factor = ops.ts.select(over, ops.ts.div(splat(rows, max_norm), ops.ts.add(rows, splat(rows, 1e-7))), splat(rows, 1))
  n = self.size(0)
  hit = ops.ts.scatter(ops.ts.full([n], False, 11), [0], [torch.reshape(cast(indices, 4), [-1])], ops.ts.full([numel_of(indices.size())], True, 11), "set")
  y = ops.ts.mul(self, expand_to(factor, self.size()))
  return ops.ts.write(self, ops.ts.select(along(hit, self.size(), 0), y, self))


# PyTorch says where the first index is that is not inside, but for the greatest.
def checked_bag_index(i: Tensor, rows: int, mode: int) -> bool:
  inside = ops.ts.and_(ops.ts.ge(i, splat(i, 0)), ops.ts.lt(i, splat(i, rows)))
  if not bool(ops.ts.item(ops.ts.reduce(inside, [0], "and"))):
    found = ops.ts.first_outside(i, 0, rows)
    if mode == 2:
      ops.ts.check(False, "embedding_bag: Expected idx >= 0 && idx < num_embeddings but found idx to be {}", "RuntimeError", [found])
    place = int(ops.ts.item(ops.ts.arg_reduce(ops.ts.convert(ops.ts.not_(inside), 4), 0, "max")))
    ops.ts.check(False, "Index {} of input takes value {} which is not in the valid range [0, {})", "RuntimeError", [place, found, rows])
  return True


# PyTorch checks the first and the last offset. Indices that are in no bag have no place in the result.
def checked_offsets(offsets: Tensor, bags: int, n: int) -> bool:
  ops.ts.check(bags > 0 or (bags == 0 and n == 0), "embedding_bag: expected an offset for each bag, got none", "RuntimeError")
  none = ops.ts.full([1], 0, 4)
  ends = ops.ts.concatenate([none, cast(offsets, 4), none], 0)
  first = int(ops.ts.item(torch.select(ends, 0, 1)))
  last = int(ops.ts.item(torch.select(ends, 0, offsets.size(0))))
  ops.ts.check(first == 0, "offsets[0] has to be 0, i.e., the first sequence in the mini-batch has to start from position 0. However, got {}", "RuntimeError", [first])
  ops.ts.check(last <= n, "offsets[-1] can not be greater than input's length {} but got offsets[-1] of {}", "RuntimeError", [n, last])
  return True


# Which bag each of n indices belongs to: the number of starts at or before it, less one.
def bags_of(starts: Tensor, n: int) -> Tensor:
  inside = ops.ts.minimum(ops.ts.maximum(starts, splat(starts, 0)), ops.ts.full(starts.size(), n, 4))
  begins = ops.ts.scatter(ops.ts.full([n + 1], 0, 4), [0], [inside], splat(starts, 1), "add")
  return ops.ts.sub(ops.ts.slice(ops.ts.scan(begins, 0, "sum"), 0, 0, n, 1), ops.ts.full([n], 1, 4))


def embedding_bags(weight: Tensor, indices: Tensor, offsets: Tensor, mode: int, per_sample: Optional[Tensor], include_last: bool, padding_idx: int
    ) -> Tuple[Tensor, Tensor, Tensor, Tensor]:
  bags = offsets.size(0) - 1 if include_last else offsets.size(0)
  i = cast(indices, 4)
  n = i.size(0)
  checked = checked_offsets(offsets, bags, n)
  checked = checked_bag_index(i, weight.size(0), mode)
  bag = bags_of(ops.ts.slice(cast(offsets, 4), 0, 0, bags, 1), n)
  rows = opmath(ops.ts.index(weight, [0], [i]))
  used = ops.ts.full([n], True, 11)
  if padding_idx >= 0:
    used = ops.ts.ne(i, splat(i, padding_idx))
  ones = ops.ts.convert(used, 4)
  count = ops.ts.scatter(ops.ts.full([bags], 0, 4), [0], [bag], ones, "add")
  width = weight.size(1)
  y = ops.ts.full([bags, width], 0, rows.dtype)
  best = ops.ts.full([bags, width], -1, 4)
  keep = along(used, rows.size(), 0)
  if mode == 2:
    low = ops.ts.select(keep, rows, splat(rows, -inf))
    top = ops.ts.scatter(splat(y, -inf), [0], [bag], low, "amax")
    some = along(ops.ts.gt(count, splat(count, 0)), y.size(), 0)
    y = ops.ts.select(some, top, splat(y, 0))
    # the first index of the bag that has the maximum
    hit = ops.ts.and_(keep, ops.ts.eq(rows, ops.ts.index(y, [0], [bag])))
    none = ops.ts.full(rows.size(), 9223372036854775807, 4)
    order = ops.ts.scatter(ops.ts.full([bags, width], 9223372036854775807, 4), [0], [bag], ops.ts.select(hit, places(rows.size(), 0), none), "amin")
    safe = ops.ts.select(some, order, splat(order, 0))
    best = ops.ts.select(some, ops.ts.index(i, [0], [safe]), splat(order, 0)) if n > 0 else splat(order, 0)
  else:
    terms = rows
    if per_sample is not None:
      terms = ops.ts.mul(rows, along(cast(per_sample, rows.dtype), rows.size(), 0))
    if padding_idx >= 0:
      terms = ops.ts.select(keep, terms, splat(terms, 0))
    y = ops.ts.scatter(y, [0], [bag], terms, "add")
    if mode == 1:
      divisor = ops.ts.maximum(count, splat(count, 1))
      y = ops.ts.div(y, along(cast(divisor, y.dtype), y.size(), 0))
  return cast(y, weight.dtype), cast(bag, indices.dtype), cast(count, offsets.dtype), cast(best, indices.dtype)


@op("aten::embedding_bag")
def embedding_bag(weight: Tensor, indices: Tensor, offsets: Tensor, scale_grad_by_freq: bool, mode: int, sparse: bool,
    per_sample_weights: Optional[Tensor], include_last_offset: bool) -> Tuple[Tensor, Tensor, Tensor, Tensor]:
  y, bag, count, best = embedding_bags(weight, indices, offsets, mode, per_sample_weights, include_last_offset, -1)
  return bag_results(y, bag, count, best, indices, offsets, mode, include_last_offset)


@op("aten::embedding_bag.padding_idx")
def embedding_bag_padding_idx(weight: Tensor, indices: Tensor, offsets: Tensor, scale_grad_by_freq: bool, mode: int, sparse: bool,
    per_sample_weights: Optional[Tensor], include_last_offset: bool, padding_idx: Optional[int]) -> Tuple[Tensor, Tensor, Tensor, Tensor]:
  pad = -1
  if padding_idx is not None:
    pad = padding_idx + weight.size(0) if padding_idx < 0 else padding_idx
  y, bag, count, best = embedding_bags(weight, indices, offsets, mode, per_sample_weights, include_last_offset, pad)
  return bag_results(y, bag, count, best, indices, offsets, mode, include_last_offset)


@op("aten::_embedding_bag")
def _embedding_bag(weight: Tensor, indices: Tensor, offsets: Tensor, scale_grad_by_freq: bool, mode: int, sparse: bool,
    per_sample_weights: Optional[Tensor], include_last_offset: bool, padding_idx: int) -> Tuple[Tensor, Tensor, Tensor, Tensor]:
  y, bag, count, best = embedding_bags(weight, indices, offsets, mode, per_sample_weights, include_last_offset, padding_idx)
  return bag_results(y, bag, count, best, indices, offsets, mode, include_last_offset)


@op("aten::_embedding_bag_forward_only")
def _embedding_bag_forward_only(weight: Tensor, indices: Tensor, offsets: Tensor, scale_grad_by_freq: bool, mode: int, sparse: bool,
    per_sample_weights: Optional[Tensor], include_last_offset: bool, padding_idx: int) -> Tuple[Tensor, Tensor, Tensor, Tensor]:
  y, bag, count, best = embedding_bags(weight, indices, offsets, mode, per_sample_weights, include_last_offset, padding_idx)
  return bag_results(y, bag, count, best, indices, offsets, mode, include_last_offset)


# The side results are for the backward pass; in sum mode PyTorch leaves them empty.
def bag_results(y: Tensor, bag: Tensor, count: Tensor, best: Tensor, indices: Tensor, offsets: Tensor, mode: int, include_last: bool
    ) -> Tuple[Tensor, Tensor, Tensor, Tensor]:
  if mode == 0:
    return y, ops.ts.full([0], 0, indices.dtype), splat(offsets, 0), ops.ts.full(offsets.size(), 0, indices.dtype)
  return y, bag, count, best


@op("aten::one_hot")
def one_hot(self: Tensor, num_classes: int) -> Tensor:
  if self.dtype != 4:
    raise RuntimeError("one_hot is only applicable to index tensor of type LongTensor.")
  classes = num_classes
  if ops.ts.same(numel_of(self.size()), 0):
    if num_classes <= 0:
      raise RuntimeError("Can not infer total number of classes from empty tensor.")
  else:
    ops.ts.check(bool(torch.ge(torch.min(self), 0)), "Class values must be non-negative.", "RuntimeError")
    if num_classes == -1:
      classes = int(torch.max(self)) + 1
    else:
      ops.ts.check(bool(torch.lt(torch.max(self), num_classes)), "Class values must be smaller than num_classes.", "RuntimeError")
  sizes = self.size() + [classes]
  x = ops.ts.broadcast(self, sizes, iota_list(0, self.dim()))
  return ops.ts.convert(ops.ts.eq(x, places(sizes, self.dim())), 4)


# How many elements of the sequence lie before each value (right: at or before).
def count_before(sequence: Tensor, values: Tensor, right: bool, out_int32: bool) -> Tensor:
  dtype = ops.ts.result_type([sequence, values])
  n = sequence.size(-1)
  if (sequence.dim() == 1) and ops.ts.known(n):
    if n > 128:
      return cast(found_before(cast(sequence, dtype), cast(values, dtype), n, right), 3 if out_int32 else 4)
  v = cast(values, dtype)
  sizes = values.size() + [n]
  last = values.dim()
  a = ops.ts.broadcast(cast(sequence, dtype), sizes, [last] if sequence.dim() == 1 else iota_list(0, last - 1) + [last])
  if sequence.dim() > 1:
    # rows of values belong to rows of the sequence
    a = ops.ts.broadcast(cast(sequence, dtype), sizes, iota_list(0, sequence.dim() - 1) + [last])
  b = ops.ts.broadcast(v, sizes, iota_list(0, last))
  before = ops.ts.le(a, b) if right else ops.ts.lt(a, b)
  if is_float_dtype(dtype):
    before = ops.ts.or_(before, ops.ts.ne(b, b))
  return ops.ts.reduce(ops.ts.convert(before, 3 if out_int32 else 4), [last], "sum")


# The same of one sequence of n elements, n > 0, by halving what each value may lie in.
def found_before(sequence: Tensor, values: Tensor, n: int, right: bool) -> Tensor:
  low = ops.ts.full(values.size(), 0, 4)
  high = splat(low, n)
  left = n
  while left > 0:
    middle = ops.ts.shr(ops.ts.add(low, high), splat(low, 1))
    a = ops.ts.index(sequence, [0], [ops.ts.minimum(middle, splat(low, n - 1))])
    behind = ops.ts.gt(a, values) if right else ops.ts.ge(a, values)
    open = ops.ts.lt(low, high)
    low = ops.ts.select(ops.ts.and_(open, ops.ts.not_(behind)), ops.ts.add(middle, splat(low, 1)), low)
    high = ops.ts.select(ops.ts.and_(open, behind), middle, high)
    left = left // 2
  return low


def sorted_by(sequence: Tensor, sorter: Optional[Tensor]) -> Tensor:
  if sorter is None:
    return sequence
  return torch.gather(sequence, -1, sorter)


def is_right(right: bool, side: Optional[str]) -> bool:
  if side is None:
    return right
  return side == "right"


@op("aten::searchsorted.Tensor")
def searchsorted_Tensor(sorted_sequence: Tensor, self: Tensor, out_int32: bool, right: bool, side: Optional[str], sorter: Optional[Tensor]) -> Tensor:
  return count_before(sorted_by(sorted_sequence, sorter), self, is_right(right, side), out_int32)


@op("aten::searchsorted.Scalar")
def searchsorted_Scalar(sorted_sequence: Tensor, self: number, out_int32: bool, right: bool, side: Optional[str], sorter: Optional[Tensor]) -> Tensor:
  return count_before(sorted_by(sorted_sequence, sorter), ops.ts.convert(ops.ts.tensor_of(self), sorted_sequence.dtype), is_right(right, side), out_int32)


@op("aten::bucketize.Tensor")
def bucketize_Tensor(self: Tensor, boundaries: Tensor, out_int32: bool, right: bool) -> Tensor:
  if boundaries.dim() != 1:
    raise RuntimeError(torch.format("boundaries tensor must be 1 dimension, but got dim({})", boundaries.dim()))
  return count_before(boundaries, self, right, out_int32)


@op("aten::bucketize.Scalar")
def bucketize_Scalar(self: number, boundaries: Tensor, out_int32: bool, right: bool) -> Tensor:
  return count_before(boundaries, ops.ts.tensor_of(self), right, out_int32)
