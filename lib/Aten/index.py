# Indexing with tensors.


# Indices wrapped to be non-negative, int64, and checked against the extent.
def wrapped_index(i: Tensor, n: int, message: str) -> Tensor:
  x = cast(i, 4)
  y = ops.ts.select(ops.ts.lt(x, splat(x, 0)), ops.ts.add(x, splat(x, n)), x)
  if not all_inside(y, 0, n):
    ops.ts.check(False, message, "RuntimeError", [ops.ts.first_outside(x, -n, n), n])
  return y


def checked_index(i: Tensor, n: int, message: str) -> bool:
  return checked_range(i, 0, n, message, [n])


def all_inside(x: Tensor, low: int, high: int) -> bool:
  inside = ops.ts.and_(ops.ts.ge(x, splat(x, low)), ops.ts.lt(x, splat(x, high)))
  return bool(ops.ts.item(ops.ts.reduce(inside, iota_list(0, x.dim()), "and")))


# Raises unless all elements are at least `low` and less than `high`. Where the message has "{}", the first stands for the first element
# that is not, the others for the values.
def checked_range(x: Tensor, low: int, high: int, message: str, values: List[int]) -> bool:
  if not all_inside(x, low, high):
    if "{}" in message:
      ops.ts.check(False, message, "RuntimeError", [ops.ts.first_outside(x, low, high)] + values)
    ops.ts.check(False, message, "RuntimeError")
  return True


# Of the dimension that an index is of, as PyTorch says that it is not inside.
def outside_of(d: int) -> str:
  return "index {} is out of bounds for dimension " + str(d) + " with size {}"


# One index (or None) for each dimension; a mask of k dimensions stands for k index vectors.
def expanded_indices(x: Tensor, indices: List[Optional[Tensor]]) -> List[Optional[Tensor]]:
  out = annotate(List[Optional[Tensor]], [])
  for item in indices:
    if item is None:
      out.append(item)
    else:
      if (item.dtype == 11) or (item.dtype == 0):
        for k in range(item.dim()):
          d = len(out) + k
          if d >= x.dim():
            raise IndexError("too many indices for tensor of dimension " + str(x.dim()))
          if item.size(k) != x.size(d):
            raise IndexError(torch.format("The shape of the mask {} at index {} does not match the shape of the indexed tensor {} at index {}", item.size(), k, x.size(), d))
        found = ops.ts.nonzero(truth(item))
        for k in range(item.dim()):
          out.append(torch.select(found, 1, k))
        if item.dim() == 0:
          if x.dim() == 0:
            raise IndexError("too many indices for tensor of dimension 0 (got 1)")
          raise IndexError("a 0-dimensional mask as an index is not supported here")
      else:
        if not (item.dtype in [1, 2, 3, 4]):
          raise IndexError("tensors used as indices must be long, int, byte or bool tensors")
        out.append(item)
  if len(out) > x.dim():
    raise IndexError(torch.format("too many indices for tensor of dimension {} (got {})", x.dim(), len(out)))
  return out


# The dimensions that have an index, and these indices broadcast against each other and wrapped.
def index_lists(x: Tensor, expanded: List[Optional[Tensor]]) -> Tuple[List[int], List[Tensor]]:
  dims = annotate(List[int], [])
  given = annotate(List[Tensor], [])
  shape = annotate(List[int], [])
  for d in range(len(expanded)):
    item = expanded[d]
    if item is not None:
      dims.append(d)
      given.append(wrapped_index(item, x.size(d), outside_of(len(given)))) # PyTorch counts the indices, not the dimensions
      shape = broadcast_sizes(shape, item.size())
  return dims, [expand_to(i, shape) for i in given]


# Where the index dimensions stand in the result: at the first indexed dimension if those are neighbours, else in front.
def index_front(dims: List[int]) -> int:
  for k in range(len(dims)):
    if dims[k] != dims[0] + k:
      return 0
  return dims[0]


# Moves the first n dimensions to place front.
def moved_inside(x: Tensor, n: int, front: int) -> Tensor:
  if front == 0:
    return x
  order = iota_list(n, front) + iota_list(0, n) + iota_list(n + front, x.dim() - n - front)
  return ops.ts.permute(x, order)


def moved_outside(x: Tensor, n: int, front: int) -> Tensor:
  if front == 0:
    return x
  order = iota_list(front, n) + iota_list(0, front) + iota_list(n + front, x.dim() - n - front)
  return ops.ts.permute(x, order)


def indexed(x: Tensor, indices: List[Optional[Tensor]]) -> Tensor:
  dims, given = index_lists(x, expanded_indices(x, indices))
  if len(dims) == 0:
    return ops.ts.copy(x)
  return moved_inside(ops.ts.index(x, dims, given), given[0].dim(), index_front(dims))


def optional_indices(indices: List[Tensor]) -> List[Optional[Tensor]]:
  out = annotate(List[Optional[Tensor]], [])
  for i in indices:
    out.append(i)
  return out


@op("aten::index.Tensor")
def index_Tensor(self: Tensor, indices: List[Optional[Tensor]]) -> Tensor:
  return indexed(self, indices)


@op("aten::index.Tensor_hacked_twin")
def index_Tensor_hacked_twin(self: Tensor, indices: List[Tensor]) -> Tensor:
  return indexed(self, optional_indices(indices))


@op("aten::_unsafe_index.Tensor")
def _unsafe_index_Tensor(self: Tensor, indices: List[Optional[Tensor]]) -> Tensor:
  return indexed(self, indices)


@op("aten::_unsafe_index.Tensor_hacked_twin")
def _unsafe_index_Tensor_hacked_twin(self: Tensor, indices: List[Tensor]) -> Tensor:
  return indexed(self, optional_indices(indices))


@op("aten::_unsafe_masked_index")
def _unsafe_masked_index(self: Tensor, mask: Tensor, indices: List[Optional[Tensor]], fill: number) -> Tensor:
  clamped = annotate(List[Optional[Tensor]], [])
  for d in range(len(indices)):
    item = indices[d]
    if item is None:
      clamped.append(item)
    else:
      clamped.append(torch.clamp(item, -self.size(d), self.size(d) - 1))
  y = indexed(self, clamped)
  m = truth(mask)
  for k in range(y.dim() - m.dim()):
    m = torch.unsqueeze(m, -1)
  return ops.ts.select(expand_to(m, y.size()), y, splat(y, fill))


@op("aten::_unsafe_masked_index_put_accumulate")
def _unsafe_masked_index_put_accumulate(self: Tensor, mask: Tensor, indices: List[Optional[Tensor]], values: Tensor) -> Tensor:
  if ops.ts.same(numel_of(self.size()), 0):
    return ops.ts.copy(self)
  clamped = annotate(List[Optional[Tensor]], [])
  for d in range(len(indices)):
    item = indices[d]
    if item is None:
      clamped.append(item)
    else:
      clamped.append(torch.clamp(item, -self.size(d), self.size(d) - 1))
  m = truth(mask)
  v = values
  for k in range(v.dim() - m.dim()):
    m = torch.unsqueeze(m, -1)
  return index_stored(self, clamped, torch.where(m, v, splat(v, 0)), True)


# A mask with one value is a choice and needs no list of places.
def index_stored(x: Tensor, indices: List[Optional[Tensor]], values: Tensor, accumulate: bool) -> Tensor:
  if values.dtype != x.dtype:
    if values.dim() > 0:
      raise RuntimeError(torch.format("Index put requires the source and destination dtypes match, got {} for the destination and {} for the source.", dtype_name(x.dtype), dtype_name(values.dtype)))
  v = cast(values, x.dtype)
  if (len(indices) == 1) and (not accumulate) and ops.ts.same(numel_of(values.size()), 1):
    item = indices[0]
    if item is not None:
      if (item.dtype == 11) and (item.dim() <= x.dim()) and (item.dim() > 0):
        m = ops.ts.broadcast(item, x.size(), iota_list(0, item.dim()))
        return ops.ts.select(m, expand_to(ops.ts.reshape(v, annotate(List[int], [])), x.size()), x)
  dims, given = index_lists(x, expanded_indices(x, indices))
  if len(dims) == 0:
    return expand_to(v, x.size())
  n = given[0].dim()
  front = index_front(dims)
  rest = other_dims(dims, x.dim())
  shape = annotate(List[int], [])
  for k in range(len(rest)):
    if k == front:
      shape = shape + given[0].size()
    shape.append(x.size(rest[k]))
  if len(rest) <= front:
    shape = shape + given[0].size()
  updates = moved_outside(expand_to(squeezed_lead(v, len(shape)), shape), n, front)
  return ops.ts.scatter(x, dims, given, updates, "add" if accumulate else "set")


# Leading dimensions of extent 1 beyond a rank are dropped.
def squeezed_lead(x: Tensor, rank: int) -> Tensor:
  y = x
  for k in range(ops.prim.max(x.dim() - rank, 0)):
    y = torch.squeeze(y, 0)
  return y


@op("aten::index_put")
def index_put(self: Tensor, indices: List[Optional[Tensor]], values: Tensor, accumulate: bool) -> Tensor:
  return index_stored(self, indices, values, accumulate)


@op("aten::index_put.hacked_twin")
def index_put_hacked_twin(self: Tensor, indices: List[Tensor], values: Tensor, accumulate: bool) -> Tensor:
  return index_stored(self, optional_indices(indices), values, accumulate)


@op("aten::_unsafe_index_put")
def _unsafe_index_put(self: Tensor, indices: List[Optional[Tensor]], values: Tensor, accumulate: bool) -> Tensor:
  return index_stored(self, indices, values, accumulate)


@op("aten::_unsafe_index_put.hacked_twin")
def _unsafe_index_put_hacked_twin(self: Tensor, indices: List[Tensor], values: Tensor, accumulate: bool) -> Tensor:
  return index_stored(self, optional_indices(indices), values, accumulate)


@op("aten::_index_put_impl")
def _index_put_impl(self: Tensor, indices: List[Optional[Tensor]], values: Tensor, accumulate: bool, unsafe: bool) -> Tensor:
  return index_stored(self, indices, values, accumulate)


@op("aten::index_put_")
def index_put_(self: Tensor, indices: List[Optional[Tensor]], values: Tensor, accumulate: bool) -> Tensor:
  return ops.ts.write(self, index_stored(self, indices, values, accumulate))


@op("aten::index_put_.hacked_twin")
def index_put__hacked_twin(self: Tensor, indices: List[Tensor], values: Tensor, accumulate: bool) -> Tensor:
  return ops.ts.write(self, index_stored(self, optional_indices(indices), values, accumulate))


@op("aten::_index_put_impl_.hacked_twin")
def _index_put_impl__hacked_twin(self: Tensor, indices: List[Tensor], values: Tensor, accumulate: bool, unsafe: bool) -> Tensor:
  return ops.ts.write(self, index_stored(self, optional_indices(indices), values, accumulate))


@op("aten::_index_put_impl_")
def _index_put_impl_(self: Tensor, indices: List[Optional[Tensor]], values: Tensor, accumulate: bool, unsafe: bool) -> Tensor:
  return ops.ts.write(self, index_stored(self, indices, values, accumulate))


def index_vector(index: Tensor) -> Tensor:
  if index.dim() > 1:
    raise IndexError("index_select(): Index is supposed to be a vector")
  return cast(torch.reshape(index, [numel_of(index.size())]), 4)


# The elements of x at places along d, in place of that dimension.
def selected(x: Tensor, d: int, index: Tensor) -> Tensor:
  return moved_inside(ops.ts.index(x, [d], [index]), 1, d)


@op("aten::index_select")
def index_select(self: Tensor, dim: int, index: Tensor) -> Tensor:
  d = wrap_dim(dim, self.dim())
  if not ((index.dtype == 3) or (index.dtype == 4)):
    raise RuntimeError("index_select(): Expected dtype int32 or int64 for index")
  i = index_vector(index)
  x = torch.atleast_1d(self)
  checked = checked_index(i, x.size(d), "index out of range in self")
  y = selected(x, d, i)
  return ops.ts.reshape(y, annotate(List[int], [])) if self.dim() == 0 else y


# Updates along d with their rows in front, as scatter wants them.
def stored_along(self: Tensor, dim: int, index: Tensor, updates: Tensor, mode: str, message: str) -> Tensor:
  x = torch.atleast_1d(self)
  d = wrap_dim(dim, x.dim())
  i = cast(torch.reshape(index, [numel_of(index.size())]), 4)
  checked = checked_index(i, x.size(d), message)
  u = torch.atleast_1d(updates)
  y = ops.ts.scatter(x, [d], [i], moved_outside(u, 1, d), mode)
  return ops.ts.reshape(y, self.size())


def added_outside(self: Tensor, dim: int) -> str:
  return "index out of range in self" if self.dim() < 2 else outside_of(wrap_dim(dim, self.dim()))


@op("aten::index_add")
def index_add(self: Tensor, dim: int, index: Tensor, source: Tensor, alpha: number) -> Tensor:
  if source.dtype != self.dtype:
    raise RuntimeError("index_add_(): self and source expected to have the same dtype, but got (self) " + dtype_name(self.dtype) + " and (source) " + dtype_name(source.dtype))
  if self.dtype == 11:
    taken = source if not is_number(alpha, 0) else splat(source, False)
    return truth(stored_along(ops.ts.convert(self, 3), dim, index, ops.ts.convert(taken, 3), "add", added_outside(self, dim)))
  return stored_along(self, dim, index, scaled(source, alpha), "add", added_outside(self, dim))


@op("aten::index_copy")
def index_copy(self: Tensor, dim: int, index: Tensor, source: Tensor) -> Tensor:
  if source.dtype != self.dtype:
    raise RuntimeError("index_copy_(): self and source expected to have the same dtype, but got (self) " + dtype_name(self.dtype) + " and (source) " + dtype_name(source.dtype))
  return stored_along(self, dim, index, source, "set", "index_copy_(): " + outside_of(wrap_dim(dim, self.dim())))


@op("aten::index_fill.int_Scalar")
def index_fill_int_Scalar(self: Tensor, dim: int, index: Tensor, value: number) -> Tensor:
  return index_filled(self, dim, index, scalar(value, self.dtype))


@op("aten::index_fill.int_Tensor")
def index_fill_int_Tensor(self: Tensor, dim: int, index: Tensor, value: Tensor) -> Tensor:
  if value.dim() != 0:
    raise RuntimeError(torch.format("index_fill_ only supports a 0-dimensional value tensor, but got tensor with {} dimension(s).", value.dim()))
  return index_filled(self, dim, index, cast(value, self.dtype))


def index_filled(self: Tensor, dim: int, index: Tensor, value: Tensor) -> Tensor:
  x = torch.atleast_1d(self)
  d = wrap_dim(dim, x.dim())
  i = cast(torch.reshape(index, [numel_of(index.size())]), 4)
  i = wrapped_index(i, x.size(d), outside_of(d))
  hit = ops.ts.scatter(ops.ts.full([x.size(d)], False, 11), [0], [i], ops.ts.full(i.size(), True, 11), "set")
  y = ops.ts.select(along(hit, x.size(), d), expand_to(value, x.size()), x)
  return ops.ts.reshape(y, self.size())


@op("aten::index_reduce")
def index_reduce(self: Tensor, dim: int, index: Tensor, source: Tensor, reduce: str, include_self: bool) -> Tensor:
  x = torch.atleast_1d(self)
  d = wrap_dim(dim, x.dim())
  i = cast(torch.reshape(index, [numel_of(index.size())]), 4)
  checked = checked_index(i, x.size(d), "index out of range in self")
  u = moved_outside(torch.atleast_1d(source), 1, d)
  return ops.ts.reshape(reduced_into(x, [d], [i], u, reduce, include_self), self.size())


@op("aten::gather")
def gather(self: Tensor, dim: int, index: Tensor, sparse_grad: bool) -> Tensor:
  d = wrap_dim(dim, self.dim())
  x = torch.atleast_1d(self)
  i = torch.atleast_1d(index)
  if (index.dtype != 4) and (index.dtype != 3) and (not ops.ts.same(numel_of(index.size()), 0)):
    raise RuntimeError("gather(): Expected dtype int32/int64 for index")
  i = cast(i, 4)
  if ops.ts.same(numel_of(index.size()), 0):
    return ops.ts.full(index.size(), 0, self.dtype)
  if x.dim() != i.dim():
    raise RuntimeError("Index tensor must have the same number of dimensions as input tensor")
  checked = checked_index(i, x.size(d), outside_of(d))
  return ops.ts.reshape(ops.ts.index(x, iota_list(0, x.dim()), element_places(i, d)), index.size())


# For each element of an index along d: its own place in the other dimensions, the index in that one.
def element_places(i: Tensor, d: int) -> List[Tensor]:
  out = annotate(List[Tensor], [])
  for k in range(i.dim()):
    out.append(i if k == d else places(i.size(), k))
  return out


@op("aten::take")
def take(self: Tensor, index: Tensor) -> Tensor:
  n = numel_of(self.size())
  i = wrapped_index(index, n, "out of range: tried to access index {} on a tensor of {} elements.")
  return ops.ts.index(torch.reshape(self, [n]), [0], [i])


@op("aten::take_along_dim")
def take_along_dim(self: Tensor, indices: Tensor, dim: Optional[int]) -> Tensor:
  if dim is None:
    flat = torch.reshape(self, [-1])
    return torch.gather(flat, 0, torch.reshape(indices, [-1]))
  d = wrap_dim(dim, self.dim())
  shape = broadcast_sizes(with_at(self.size(), d, 1), with_at(indices.size(), d, 1))
  x = expand_to(self, with_at(shape, d, self.size(d)))
  i = torch.remainder(cast(indices, 4), self.size(d)) # PyTorch takes any number here
  return torch.gather(x, d, expand_to(i, with_at(shape, d, indices.size(d))))


@op("aten::put")
def put(self: Tensor, index: Tensor, source: Tensor, accumulate: bool) -> Tensor:
  n = numel_of(self.size())
  i = torch.reshape(wrapped_index(index, n, "out of range: tried to access index {} on a tensor of {} elements."), [-1])
  y = ops.ts.scatter(torch.reshape(self, [n]), [0], [i], torch.reshape(source, [-1]), "add" if accumulate else "set")
  return ops.ts.reshape(y, self.size())


# scatter and its kin write src (cut to the index's sizes) at places given by the index along one dimension.
def scattered(self: Tensor, dim: int, index: Tensor, src: Tensor, mode: str) -> Tensor:
  x = torch.atleast_1d(self)
  d = wrap_dim(dim, x.dim())
  i = torch.atleast_1d(index)
  if (index.dtype != 4) and (index.dtype != 3) and (not ops.ts.same(numel_of(index.size()), 0)):
    raise RuntimeError("scatter(): Expected dtype int32/int64 for index")
  i = cast(i, 4)
  if src.dtype != self.dtype:
    raise RuntimeError("scatter(): Expected self.dtype to be equal to src.dtype")
  if ops.ts.same(numel_of(index.size()), 0):
    return ops.ts.copy(self)
  checked = checked_index(i, x.size(d), outside_of(d))
  u = torch.atleast_1d(src)
  for k in range(i.dim()):
    if not ops.ts.same(u.size(k), i.size(k)):
      u = ops.ts.slice(u, k, 0, i.size(k), 1)
  return ops.ts.reshape(ops.ts.scatter(x, iota_list(0, x.dim()), element_places(i, d), u, mode), self.size())


@op("aten::scatter.src")
def scatter_src(self: Tensor, dim: int, index: Tensor, src: Tensor) -> Tensor:
  return scattered(self, dim, index, src, "set")


@op("aten::scatter.value")
def scatter_value(self: Tensor, dim: int, index: Tensor, value: number) -> Tensor:
  return scattered(self, dim, index, ops.ts.full(index.size(), value, self.dtype), "set")


@op("aten::scatter_add")
def scatter_add(self: Tensor, dim: int, index: Tensor, src: Tensor) -> Tensor:
  if self.dtype == 11:
    return truth(scattered(ops.ts.convert(self, 3), dim, index, ops.ts.convert(src, 3), "add"))
  return scattered(self, dim, index, src, "add")


def old_mode(reduce: str) -> str:
  if reduce == "add":
    return "add"
  if reduce == "multiply":
    return "mul"
  raise RuntimeError("reduce argument must be either add or multiply.")


@op("aten::scatter.reduce")
def scatter_reduce(self: Tensor, dim: int, index: Tensor, src: Tensor, reduce: str) -> Tensor:
  return scattered(self, dim, index, src, old_mode(reduce))


@op("aten::scatter.value_reduce")
def scatter_value_reduce(self: Tensor, dim: int, index: Tensor, value: number, reduce: str) -> Tensor:
  return scattered(self, dim, index, ops.ts.full(index.size(), value, self.dtype), old_mode(reduce))


# What a reduction starts from where self is not included.
def start_of(dtype: int, reduce: str) -> number:
  if (reduce == "sum") or (reduce == "mean"):
    return annotate(number, 0)
  if reduce == "prod":
    return annotate(number, 1)
  if is_float_dtype(dtype):
    return annotate(number, -inf if reduce == "amax" else inf)
  return annotate(number, lowest_int(dtype) if reduce == "amax" else highest_int(dtype))


def highest_int(dtype: int) -> int:
  if (dtype == 0) or (dtype == 11):
    return 255 if dtype == 0 else 1
  if dtype == 1:
    return 127
  if dtype == 2:
    return 32767
  if dtype == 3:
    return 2147483647
  return 9223372036854775807


def lowest_int(dtype: int) -> int:
  if (dtype == 0) or (dtype == 11):
    return 0
  return -highest_int(dtype) - 1


# Updates combined into x at indices: sum, prod, mean, amax or amin, with or without what is there.
def reduced_into(x: Tensor, dims: List[int], indices: List[Tensor], updates: Tensor, reduce: str, include_self: bool) -> Tensor:
  base = opmath(x)
  u = opmath(updates)
  mode = "add"
  if reduce == "prod":
    mode = "mul"
  elif (reduce == "amax") or (reduce == "amin"):
    mode = reduce
  elif (reduce != "sum") and (reduce != "mean"):
    raise RuntimeError(torch.format("reduce argument must be either sum, prod, mean, amax or amin, got {}", reduce))
  if x.dtype == 11:
    base = ops.ts.convert(x, 3)
    u = ops.ts.convert(updates, 3)
  if include_self == False:
    base = ops.ts.scatter(base, dims, indices, splat(u, start_of(x.dtype, reduce)), "set")
  y = ops.ts.scatter(base, dims, indices, u, mode)
  if reduce == "mean":
    start = ops.ts.full(base.size(), 1, 4)
    if include_self == False:
      start = ops.ts.scatter(start, dims, indices, ops.ts.full(u.size(), 0, 4), "set")
    count = ops.ts.scatter(start, dims, indices, ops.ts.full(u.size(), 1, 4), "add")
    count = ops.ts.maximum(count, splat(count, 1))
    divisor = cast(count, y.dtype)
    y = ops.ts.floordiv(y, divisor) if is_integral_dtype(y.dtype) else ops.ts.div(y, divisor)
  return truth(y) if x.dtype == 11 else cast(y, x.dtype)


@op("aten::scatter_reduce.two")
def scatter_reduce_two(self: Tensor, dim: int, index: Tensor, src: Tensor, reduce: str, include_self: bool) -> Tensor:
  x = torch.atleast_1d(self)
  d = wrap_dim(dim, x.dim())
  i = torch.atleast_1d(index)
  if ops.ts.same(numel_of(index.size()), 0):
    return ops.ts.copy(self)
  checked = checked_index(i, x.size(d), outside_of(d))
  u = torch.atleast_1d(src)
  for k in range(i.dim()):
    if not ops.ts.same(u.size(k), i.size(k)):
      u = ops.ts.slice(u, k, 0, i.size(k), 1)
  return ops.ts.reshape(reduced_into(x, iota_list(0, x.dim()), element_places(i, d), u, reduce, include_self), self.size())
