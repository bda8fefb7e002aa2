# Order: sorting, selection, ranks, distinct values, counts.
# Kinds and k are those of the primitive.
def sorted_as(x: Tensor, dim: int, descending: bool, kind: str, k: int) -> Tuple[Tensor, Tensor]:
  d = wrap_dim(dim, x.dim())
  if x.dim() == 0:
    return ops.ts.copy(x), ops.ts.full(annotate(List[int], []), 0, 4)
  return ops.ts.sort(x, d, descending, kind, k)


def sort_any(x: Tensor, dim: int, descending: bool, stable: bool) -> Tuple[Tensor, Tensor]:
  return sorted_as(x, dim, descending, "stable" if stable else "sort", 0)


def sorted_up(x: Tensor, dim: int) -> Tuple[Tensor, Tensor]:
  return ops.ts.sort(x, dim, False, "stable", 0)


@op("aten::sort")
def sort(self: Tensor, dim: int, descending: bool) -> Tuple[Tensor, Tensor]:
  return sort_any(self, dim, descending, False)


@op("aten::sort.stable")
def sort_stable(self: Tensor, stable: Optional[bool], dim: int, descending: bool) -> Tuple[Tensor, Tensor]:
  return sort_any(self, dim, descending, False if stable is None else stable)


@op("aten::argsort")
def argsort(self: Tensor, dim: int, descending: bool) -> Tensor:
  return sort_any(self, dim, descending, False)[1]


@op("aten::argsort.stable")
def argsort_stable(self: Tensor, stable: bool, dim: int, descending: bool) -> Tensor:
  return sort_any(self, dim, descending, stable)[1]


@op("aten::msort")
def msort(self: Tensor) -> Tensor:
  return sort_any(self, 0, False, False)[0]


@op("aten::topk")
def topk(self: Tensor, k: int, dim: int, largest: bool, sorted: bool) -> Tuple[Tensor, Tensor]:
  if self.dtype == 11:
    raise NotImplementedError("topk does not support bool dtypes on CPU")
  d = wrap_dim(dim, self.dim())
  n = 1 if self.dim() == 0 else self.size(d)
  if (k < 0) or (k > n):
    raise RuntimeError("selected index k out of range")
  values, indices = sorted_as(self, dim, largest, "topk" if sorted else "topk_unsorted", k)
  if self.dim() == 0:
    return values, indices
  return ops.ts.slice(values, d, 0, k, 1), ops.ts.slice(indices, d, 0, k, 1)


# The k-th of the sorted values along a dimension (k from 0), with where it was.
def kth_of(x: Tensor, d: int, k: int, keepdim: bool) -> Tuple[Tensor, Tensor]:
  values, indices = sorted_as(x, d, False, "kthvalue", k)
  v = ops.ts.slice(values, d, k, 1, 1)
  i = ops.ts.slice(indices, d, k, 1, 1)
  if keepdim:
    return v, i
  return ops.ts.reshape(v, dropped(x.size(), d)), ops.ts.reshape(i, dropped(x.size(), d))


@op("aten::kthvalue")
def kthvalue(self: Tensor, k: int, dim: int, keepdim: bool) -> Tuple[Tensor, Tensor]:
  d = wrap_dim(dim, self.dim())
  n = 1 if self.dim() == 0 else self.size(d)
  if (k < 1) or (k > n):
    raise RuntimeError(torch.format("kthvalue(): selected number k out of range for dimension {}", d))
  if self.dim() == 0:
    return ops.ts.copy(self), ops.ts.full(annotate(List[int], []), 0, 4)
  return kth_of(self, d, k - 1, keepdim)


# The lower of the two middle values; NaN if there is one, unless NaN is left out.
def median_along(x: Tensor, dim: int, keepdim: bool, skip: bool) -> Tuple[Tensor, Tensor]:
  d = wrap_dim(dim, x.dim())
  if x.dim() == 0:
    return ops.ts.copy(x), ops.ts.full(annotate(List[int], []), 0, 4)
  n = x.size(d)
  ops.ts.check(n != 0, "median(): Expected reduction dim {} to have non-zero size.", "IndexError", [d])
  values, indices = sorted_up(x, d)
  shape = with_at(x.size(), d, 1)
  place = ops.ts.full(shape, (n - 1) // 2, 4)
  if not is_integral_dtype(x.dtype):
    missing = ops.ts.reshape(ops.ts.reduce(ops.ts.convert(ops.ts.ne(x, x), 4), [d], "sum"), shape)
    if skip:
      left = ops.ts.maximum(ops.ts.sub(ops.ts.full(shape, n - 1, 4), missing), ops.ts.full(shape, 0, 4))
      place = ops.ts.floordiv(left, ops.ts.full(shape, 2, 4))
    else:
      # NaNs are sorted last: the first of them
      place = ops.ts.select(ops.ts.gt(missing, splat(missing, 0)), ops.ts.sub(ops.ts.full(shape, n, 4), missing), place)
  v = ops.ts.index(values, iota_list(0, x.dim()), element_places(place, d))
  i = ops.ts.index(indices, iota_list(0, x.dim()), element_places(place, d))
  if keepdim:
    return v, i
  return ops.ts.reshape(v, dropped(x.size(), d)), ops.ts.reshape(i, dropped(x.size(), d))


@op("aten::median")
def median(self: Tensor) -> Tensor:
  return median_along(torch.reshape(self, [numel_of(self.size())]), 0, False, False)[0]


@op("aten::median.dim")
def median_dim(self: Tensor, dim: int, keepdim: bool) -> Tuple[Tensor, Tensor]:
  return median_along(self, dim, keepdim, False)


@op("aten::nanmedian")
def nanmedian(self: Tensor) -> Tensor:
  return median_along(torch.reshape(self, [numel_of(self.size())]), 0, False, True)[0]


@op("aten::nanmedian.dim")
def nanmedian_dim(self: Tensor, dim: int, keepdim: bool) -> Tuple[Tensor, Tensor]:
  return median_along(self, dim, keepdim, True)


# The most frequent value, the smallest of equally frequent ones, and the last place where it was.


@op("aten::mode")
def mode(self: Tensor, dim: int, keepdim: bool) -> Tuple[Tensor, Tensor]:
  d = wrap_dim(dim, self.dim())
  if self.dim() == 0:
    return ops.ts.copy(self), ops.ts.full(annotate(List[int], []), 0, 4)
  values, indices = sorted_as(self, d, False, "sort", 0)
  n = self.size(d)
  at = places(self.size(), d)
  head = ops.ts.slice(values, d, 1, n - 1, 1)
  tail = ops.ts.slice(values, d, 0, n - 1, 1)
  first = ops.ts.full(with_at(self.size(), d, 1), True, 11)
  begins = ops.ts.concatenate([first, ops.ts.ne(head, tail)], d)
  start = ops.ts.scan(ops.ts.select(begins, at, splat(at, 0)), d, "max")
  run = ops.ts.sub(at, start)
  best = ops.ts.arg_reduce(run, d, "max")
  place = ops.ts.reshape(best, with_at(self.size(), d, 1))
  v = torch.gather(values, d, place)
  i = torch.gather(indices, d, place)
  if keepdim:
    return v, i
  return ops.ts.reshape(v, dropped(self.size(), d)), ops.ts.reshape(i, dropped(self.size(), d))


# Quantiles lie between neighbours of the sorted values. With skip the rank is counted among numbers only.
def quantiles(self: Tensor, q: Tensor, dim: Optional[int], keepdim: bool, interpolation: str, skip: bool) -> Tensor:
  if (self.dtype != 6) and (self.dtype != 7):
    raise RuntimeError(("nan" if skip else "") + "quantile() input tensor must be either float or double dtype")
  x = torch.reshape(self, [numel_of(self.size())]) if dim is None else torch.atleast_1d(self)
  d = 0 if dim is None else wrap_dim(dim, x.dim())
  last = swapped_last(x, d)
  n = last.size(-1)
  values = sorted_up(last, last.dim() - 1)[0]
  lead = values.size()[0:values.dim() - 1]
  missing = ops.ts.reduce(ops.ts.convert(ops.ts.ne(values, values), values.dtype), [values.dim() - 1], "sum")
  wanted = torch.reshape(q, [-1])
  sizes = lead + [wanted.size(0)]
  top = ops.ts.full(sizes, n - 1, values.dtype)
  lost = ops.ts.broadcast(missing, sizes, iota_list(0, len(lead)))
  if skip:
    top = ops.ts.maximum(ops.ts.sub(top, lost), splat(top, 0))
  rank = ops.ts.mul(along(wanted, sizes, len(lead)), top)
  if not skip:
    rank = ops.ts.select(ops.ts.gt(lost, splat(lost, 0)), top, rank)
  if interpolation == "lower":
    rank = ops.ts.floor(rank)
  elif interpolation == "higher":
    rank = ops.ts.ceil(rank)
  elif interpolation == "nearest":
    rank = ops.ts.round(rank)
  low = ops.ts.floor(rank)
  a = torch.gather(values, -1, ops.ts.convert(low, 4))
  y = a
  if (interpolation == "linear") or (interpolation == "midpoint"):
    b = torch.gather(values, -1, ops.ts.convert(ops.ts.ceil(rank), 4))
    weight = splat(rank, 0.5) if interpolation == "midpoint" else ops.ts.sub(rank, low)
    y = torch.lerp(a, b, weight)
  # [lead..., q] becomes [q, kept dims...]
  y = ops.ts.permute(y, [len(lead)] + iota_list(0, len(lead)))
  shape = annotate(List[int], [])
  if q.dim() > 0:
    shape.append(wanted.size(0))
  if dim is None:
    if keepdim:
      shape = shape + ints(self.dim(), 1)
    return torch.reshape(y, shape)
  if keepdim and self.dim() > 0:
    moved = torch.movedim(torch.unsqueeze(y, -1), -1, d + 1)
    return moved if q.dim() > 0 else torch.squeeze(moved, 0)
  return y if q.dim() > 0 else torch.squeeze(y, 0)


def swapped_last(x: Tensor, d: int) -> Tensor:
  order = other_dims([d], x.dim()) + [d]
  return ops.ts.permute(x, order)


@op("aten::quantile")
def quantile(self: Tensor, q: Tensor, dim: Optional[int], keepdim: bool, interpolation: str) -> Tensor:
  return quantiles(self, q, dim, keepdim, interpolation, False)


@op("aten::quantile.scalar")
def quantile_scalar(self: Tensor, q: float, dim: Optional[int], keepdim: bool, interpolation: str) -> Tensor:
  return quantiles(self, scalar(q, self.dtype), dim, keepdim, interpolation, False)


@op("aten::nanquantile")
def nanquantile(self: Tensor, q: Tensor, dim: Optional[int], keepdim: bool, interpolation: str) -> Tensor:
  return quantiles(self, q, dim, keepdim, interpolation, True)


@op("aten::nanquantile.scalar")
def nanquantile_scalar(self: Tensor, q: float, dim: Optional[int], keepdim: bool, interpolation: str) -> Tensor:
  return quantiles(self, scalar(q, self.dtype), dim, keepdim, interpolation, True)


# Runs of equal neighbours in a vector: where each begins, the run of each element, and how long each is.
def runs_of(x: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
  n = x.size(0)
  rest = ops.prim.max(n - 1, 0)
  begins = ops.ts.concatenate([ops.ts.full([n - rest], True, 11), ops.ts.ne(ops.ts.slice(x, 0, n - rest, rest, 1), ops.ts.slice(x, 0, 0, rest, 1))], 0)
  starts = torch.select(ops.ts.nonzero(begins), 1, 0)
  run = ops.ts.sub(ops.ts.scan(ops.ts.convert(begins, 4), 0, "sum"), ops.ts.full([n], 1, 4))
  count = ops.ts.scatter(ops.ts.full(starts.size(), 0, 4), [0], [run], ops.ts.full([n], 1, 4), "add")
  return starts, run, count


def unique_of(self: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
  flat = torch.reshape(self, [numel_of(self.size())])
  values, order = sorted_up(flat, 0)
  starts, run, count = runs_of(values)
  inverse = ops.ts.scatter(splat(run, 0), [0], [order], run, "set")
  return ops.ts.index(values, [0], [starts]), ops.ts.reshape(inverse, self.size()), count


@op("aten::_unique2")
def _unique2(self: Tensor, sorted: bool, return_inverse: bool, return_counts: bool) -> Tuple[Tensor, Tensor, Tensor]:
  values, inverse, count = unique_of(self)
  none = ops.ts.full([0], 0, 4)
  return values, inverse if (return_inverse or return_counts) else none, count if return_counts else none


@op("aten::_unique")
def _unique(self: Tensor, sorted: bool, return_inverse: bool) -> Tuple[Tensor, Tensor]:
  values, inverse, count = unique_of(self)
  return values, inverse if return_inverse else ops.ts.full([0], 0, 4)


@op("aten::unique_consecutive")
def unique_consecutive(self: Tensor, return_inverse: bool, return_counts: bool, dim: Optional[int]) -> Tuple[Tensor, Tensor, Tensor]:
  none = ops.ts.full([0], 0, 4)
  if dim is not None:
    if self.dim() > 1:
      d = wrap_dim(dim, self.dim())
      rows = torch.reshape(torch.movedim(self, [d], [0]), [self.size(d), -1])
      n = self.size(d)
      rest = ops.prim.max(n - 1, 0)
      changed = ops.ts.reduce(ops.ts.ne(ops.ts.slice(rows, 0, n - rest, rest, 1), ops.ts.slice(rows, 0, 0, rest, 1)), [1], "or")
      begins = ops.ts.concatenate([ops.ts.full([n - rest], True, 11), changed], 0)
      mark = ops.ts.scan(ops.ts.convert(begins, 4), 0, "sum")
      starts, run, count = runs_of(mark)
      return torch.index_select(self, d, starts), run if return_inverse else none, count if return_counts else none
  flat = torch.reshape(self, [numel_of(self.size())])
  starts, run, count = runs_of(flat)
  return ops.ts.index(flat, [0], [starts]), ops.ts.reshape(run, self.size()) if return_inverse else none, count if return_counts else none


# Rows compared as wholes: sorted by their last element first, so that stable sorts leave them in order.


@op("aten::unique_dim")
def unique_dim(self: Tensor, dim: int, sorted: bool, return_inverse: bool, return_counts: bool) -> Tuple[Tensor, Tensor, Tensor]:
  d = wrap_dim(dim, self.dim())
  rows = torch.reshape(torch.movedim(self, [d], [0]), [self.size(d), -1])
  order = ops.ts.iota(self.size(d), 4)
  for i in range(rows.size(1)):
    key = torch.index_select(torch.select(rows, 1, rows.size(1) - 1 - i), 0, order)
    order = ops.ts.index(order, [0], [sorted_up(key, 0)[1]])
  picked = torch.index_select(self, d, order)
  values, inverse, count = torch.unique_consecutive(picked, True, True, d)
  back = ops.ts.scatter(splat(inverse, 0), [0], [order], inverse, "set")
  none = ops.ts.full([0], 0, 4)
  return values, back if return_inverse else none, count if return_counts else none


@op("aten::bincount")
def bincount(self: Tensor, weights: Optional[Tensor], minlength: int) -> Tensor:
  if self.dim() != 1 or (not is_integral_dtype(self.dtype)):
    raise RuntimeError("bincount only supports 1-d non-negative integral inputs.")
  if ops.ts.same(self.size(0), 0):
    return ops.ts.full([minlength], 0, 4)
  i = cast(self, 4)
  ops.ts.check(bool(ops.ts.item(ops.ts.reduce(ops.ts.ge(i, splat(i, 0)), [0], "and"))), "bincount only supports 1-d non-negative integral inputs.", "RuntimeError")
  largest = int(ops.ts.item(ops.ts.reduce(i, [0], "max")))
  ops.ts.check(largest < 9223372036854775807, "Storage size calculation overflowed with sizes of one more than {}", "RuntimeError", [largest])
  n = ops.prim.max(largest + 1, minlength)
  if weights is None:
    return ops.ts.scatter(ops.ts.full([n], 0, 4), [0], [i], splat(i, 1), "add")
  w = weights if weights.dtype == 6 else cast(weights, 7)
  return ops.ts.scatter(ops.ts.full([n], 0, w.dtype), [0], [i], w, "add")


# Which of equal bins each value falls into; the last bin holds its upper edge. Values outside weigh nothing.
def binned(x: Tensor, low: Tensor, high: Tensor, bins: int, weight: Optional[Tensor]) -> Tensor:
  flat = torch.reshape(x, [numel_of(x.size())])
  a = expand_to(low, flat.size())
  b = expand_to(high, flat.size())
  inside = ops.ts.and_(ops.ts.ge(flat, a), ops.ts.le(flat, b))
  raw = ops.ts.div(ops.ts.mul(ops.ts.sub(flat, a), splat(flat, bins)), ops.ts.sub(b, a))
  place = ops.ts.convert(ops.ts.trunc(ops.ts.select(inside, raw, splat(raw, 0))), 4)
  place = ops.ts.minimum(place, splat(place, bins - 1))
  w = splat(flat, 1) if weight is None else cast(torch.reshape(weight, flat.size()), flat.dtype)
  return ops.ts.scatter(ops.ts.full([bins], 0, flat.dtype), [0], [place], ops.ts.select(inside, w, splat(w, 0)), "add")


def data_range(x: Tensor, low: float, high: float) -> Tuple[Tensor, Tensor]:
  a = scalar(low, x.dtype)
  b = scalar(high, x.dtype)
  if (low == high) and (not ops.ts.same(numel_of(x.size()), 0)):
    a = torch.amin(x)
    b = torch.amax(x)
  equal = ops.ts.eq(a, b)
  one = splat(a, 1)
  return ops.ts.select(equal, ops.ts.sub(a, one), a), ops.ts.select(equal, ops.ts.add(b, one), b)


@op("aten::histc")
def histc(self: Tensor, bins: int, min: number, max: number) -> Tensor:
  if bins <= 0:
    raise RuntimeError("bins must be > 0")
  x = floats_only(self, "histogram_cpu")
  a, b = data_range(x, float(min), float(max))
  return binned(x, a, b, bins, None)


def histogram_range(x: Tensor, range: Optional[List[float]]) -> Tuple[Tensor, Tensor]:
  if range is None:
    if ops.ts.same(numel_of(x.size()), 0):
      return scalar(0, x.dtype), scalar(1, x.dtype)
    a = torch.amin(x)
    b = torch.amax(x)
    equal = ops.ts.eq(a, b)
    half = splat(a, 0.5)
    return ops.ts.select(equal, ops.ts.sub(a, half), a), ops.ts.select(equal, ops.ts.add(b, half), b)
  return scalar(range[0], x.dtype), scalar(range[1], x.dtype)


# The place of each value between edges; outside gives weight 0.
def edge_places(x: Tensor, edges: Tensor) -> Tuple[Tensor, Tensor]:
  bins = edges.size(0) - 1
  inside = ops.ts.and_(ops.ts.ge(x, expand_to(torch.select(edges, 0, 0), x.size())), ops.ts.le(x, expand_to(torch.select(edges, 0, -1), x.size())))
  place = ops.ts.sub(count_before(edges, x, True, False), ops.ts.full(x.size(), 1, 4))
  place = ops.ts.minimum(ops.ts.maximum(place, splat(place, 0)), splat(place, bins - 1))
  return place, inside


def histogram_dd(self: Tensor, edges: List[Tensor], weight: Optional[Tensor], density: bool) -> Tensor:
  n = len(edges)
  points = torch.reshape(self, [-1, n])
  indices = annotate(List[Tensor], [])
  shape = annotate(List[int], [])
  keep = ops.ts.full([points.size(0)], True, 11)
  for d in range(n):
    place, inside = edge_places(torch.select(points, 1, d), edges[d])
    indices.append(place)
    keep = ops.ts.and_(keep, inside)
    shape.append(edges[d].size(0) - 1)
  w = ops.ts.full([points.size(0)], 1, self.dtype) if weight is None else cast(torch.reshape(weight, [-1]), self.dtype)
  y = ops.ts.scatter(ops.ts.full(shape, 0, self.dtype), iota_list(0, n), indices, ops.ts.select(keep, w, splat(w, 0)), "add")
  if density:
    total = ops.ts.reduce(y, iota_list(0, n), "sum")
    y = ops.ts.div(y, expand_to(total, y.size()))
    for d in range(n):
      y = ops.ts.div(y, along(torch.diff(edges[d]), y.size(), d))
  return y


@op("aten::histogram.bin_ct")
def histogram_bin_ct(self: Tensor, bins: int, range: Optional[List[float]], weight: Optional[Tensor], density: bool) -> Tuple[Tensor, Tensor]:
  a, b = histogram_range(self, range)
  edges = linspace_of(a, b, bins + 1, self.dtype)
  return histogram_dd(self, [edges], weight, density), edges


@op("aten::histogram.bins_tensor")
def histogram_bins_tensor(self: Tensor, bins: Tensor, weight: Optional[Tensor], density: bool) -> Tuple[Tensor, Tensor]:
  return histogram_dd(self, [bins], weight, density), bins


@op("aten::histogramdd")
def histogramdd(self: Tensor, bins: List[int], range: Optional[List[float]], weight: Optional[Tensor], density: bool) -> Tuple[Tensor, List[Tensor]]:
  n = len(bins)
  points = torch.reshape(self, [-1, n])
  edges = annotate(List[Tensor], [])
  for d in range_of(n):
    limits: Optional[List[float]] = None
    if range is not None:
      limits = [range[2 * d], range[2 * d + 1]]
    a, b = histogram_range(torch.select(points, 1, d), limits)
    edges.append(linspace_of(a, b, bins[d] + 1, self.dtype))
  return histogram_dd(self, edges, weight, density), edges


@op("aten::histogramdd.int_bins")
def histogramdd_int_bins(self: Tensor, bins: int, range: Optional[List[float]], weight: Optional[Tensor], density: bool) -> Tuple[Tensor, List[Tensor]]:
  return torch.histogramdd(self, ints(self.size(-1), bins), range, weight, density)


@op("aten::histogramdd.TensorList_bins")
def histogramdd_TensorList_bins(self: Tensor, bins: List[Tensor], range: Optional[List[float]], weight: Optional[Tensor], density: bool) -> Tuple[Tensor, List[Tensor]]:
  return histogram_dd(self, bins, weight, density), bins


@op("aten::_histogramdd_from_bin_cts")
def _histogramdd_from_bin_cts(self: Tensor, bins: List[int], range: Optional[List[float]], weight: Optional[Tensor], density: bool) -> Tensor:
  return torch.histogramdd(self, bins, range, weight, density)[0]


@op("aten::_histogramdd_bin_edges")
def _histogramdd_bin_edges(self: Tensor, bins: List[int], range: Optional[List[float]], weight: Optional[Tensor], density: bool) -> List[Tensor]:
  return torch.histogramdd(self, bins, range, weight, density)[1]


@op("aten::_histogramdd_from_bin_tensors")
def _histogramdd_from_bin_tensors(self: Tensor, bins: List[Tensor], weight: Optional[Tensor], density: bool) -> Tensor:
  return histogram_dd(self, bins, weight, density)


def range_of(n: int) -> List[int]:
  return iota_list(0, n)


# Segments of a dimension, by lengths or by offsets.


@op("aten::segment_reduce")
def segment_reduce(data: Tensor, reduce: str, lengths: Optional[Tensor], indices: Optional[Tensor], offsets: Optional[Tensor], axis: int,
    unsafe: bool, initial: Optional[number]) -> Tensor:
  d = axis
  n = data.size(d)
  if axis != 0 and lengths is not None:
    if lengths.dim() != axis + 1:
      raise RuntimeError("segment_reduce(): expected lengths to have axis + 1 dimensions")
  counts = segment_lengths(data, lengths, offsets, axis)
  segments = counts.size(axis)
  ends = ops.ts.scan(counts, axis, "sum")
  starts = ops.ts.sub(ends, counts)
  # inside[lead..., segment, element, rest...]
  lead = data.size()[0:axis]
  rest = data.size()[axis + 1:]
  sizes = lead + [segments, n] + rest
  at = places(sizes, axis + 1)
  near = iota_list(0, axis + 1)
  inside = ops.ts.and_(ops.ts.ge(at, ops.ts.broadcast(starts, sizes, near)), ops.ts.lt(at, ops.ts.broadcast(ends, sizes, near)))
  x = ops.ts.broadcast(opmath(data), sizes, iota_list(0, axis) + iota_list(axis + 1, len(rest) + 1))
  total = ops.ts.broadcast(counts, lead + [segments] + rest, near)
  start = start_of(data.dtype, "amax" if reduce == "max" else ("amin" if reduce == "min" else reduce))
  word = "prod" if reduce == "prod" else ("max" if reduce == "max" else ("min" if reduce == "min" else "sum"))
  y = ops.ts.reduce(ops.ts.select(inside, x, splat(x, start)), [axis + 1], word)
  if initial is not None:
    first = splat(y, initial)
    if word == "sum":
      y = ops.ts.add(y, first)
    elif word == "prod":
      y = ops.ts.mul(y, first)
    elif word == "max":
      y = ops.ts.maximum(y, first)
    else:
      y = ops.ts.minimum(y, first)
  empty = ops.ts.eq(total, splat(total, 0))
  if reduce == "mean":
    divisor = cast(ops.ts.maximum(total, splat(total, 1)), y.dtype)
    y = ops.ts.div(y, divisor)
    y = ops.ts.select(empty, splat(y, nan if initial is None else float_of(initial)), y)
  return cast(y, data.dtype)


def float_of(value: Optional[number]) -> float:
  if value is None:
    return 0.0
  return float(value)


def segment_lengths(data: Tensor, lengths: Optional[Tensor], offsets: Optional[Tensor], axis: int) -> Tensor:
  if lengths is not None:
    return cast(lengths, 4)
  if offsets is not None:
    return cast(torch.diff(offsets, 1, axis), 4)
  raise RuntimeError("segment_reduce(): Either lengths or offsets must be defined.")
