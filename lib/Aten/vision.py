# torchvision's operators on boxes and regions of interest, as its CPU kernels compute them.


# Boxes in descending order of score; each takes away those after it that overlap it by more than the threshold. The loop goes from one
# box that stays to the next. The overlap is compared in f64; comparisons with NaN are false, as in the kernel's max and min.
@op("torchvision::nms")
def nms(dets: Tensor, scores: Tensor, iou_threshold: float) -> Tensor:
  if dets.dim() != 2:
    raise RuntimeError(torch.format("boxes should be a 2d tensor, got {}D", dets.dim()))
  ops.ts.check(dets.size(1) == 4, "boxes should have 4 elements in dimension 1", "RuntimeError")
  if scores.dim() != 1:
    raise RuntimeError(torch.format("scores should be a 1d tensor, got {}D", scores.dim()))
  n = dets.size(0)
  ops.ts.check(n == scores.size(0), "boxes and scores should have same number of elements in dimension 0", "RuntimeError")
  if dets.dtype != scores.dtype:
    raise RuntimeError("dets should have the same type as scores")
  order = ops.ts.sort(scores, 0, True, "stable", 0)[1]
  left, top, right, bottom = columns(opmath(ops.ts.index(dets, [0], [order])))
  area = ops.ts.mul(ops.ts.sub(right, left), ops.ts.sub(bottom, top))
  at = ops.ts.iota(n, 4)
  stays = ops.ts.full([n], True, 11)
  i = 0
  while i < n:
    w = interval_overlap(left, right, i)
    inter = ops.ts.mul(w, interval_overlap(top, bottom, i))
    union = ops.ts.sub(ops.ts.add(element_repeated(area, i), area), inter)
    iou = ops.ts.convert(ops.ts.div(inter, union), 7)
    after = ops.ts.gt(at, splat(at, i))
    stays = ops.ts.and_(stays, ops.ts.not_(ops.ts.and_(after, ops.ts.gt(iou, splat(iou, iou_threshold)))))
    i = int(ops.ts.item(ops.ts.reduce(ops.ts.select(ops.ts.and_(stays, after), at, splat(at, n)), [0], "min")))
  return ops.ts.index(order, [0], [torch.select(ops.ts.nonzero(stays), 1, 0)])


# The columns of a matrix, each in a row of its own.
def columns(x: Tensor) -> List[Tensor]:
  return torch.unbind(ops.ts.copy(ops.ts.permute(x, [1, 0])), 0)


# The i-th element of a vector in place of each.
def element_repeated(x: Tensor, i: int) -> Tensor:
  return ops.ts.broadcast(ops.ts.reshape(ops.ts.slice(x, 0, i, 1, 1), annotate(List[int], [])), x.size(), annotate(List[int], []))


# How far each interval [low, high] overlaps the i-th.
def interval_overlap(low: Tensor, high: Tensor, i: int) -> Tensor:
  a = element_repeated(low, i)
  b = element_repeated(high, i)
  start = ops.ts.select(ops.ts.lt(a, low), low, a)
  end = ops.ts.select(ops.ts.lt(high, b), high, b)
  width = ops.ts.sub(end, start)
  zero = splat(width, 0)
  return ops.ts.select(ops.ts.lt(zero, width), width, zero)


# What regions of interest have in common: rows [number in the batch, left, top, right, bottom].
def check_rois(input: Tensor, rois: Tensor) -> bool:
  if input.dim() != 4:
    raise RuntimeError(torch.format("expected an input of 4 dimensions, got {}", input.dim()))
  if rois.dim() != 2:
    raise RuntimeError(torch.format("expected rois of 2 dimensions, got {}", rois.dim()))
  ops.ts.check(rois.size(1) == 5, "rois must have shape as Tensor[K, 5]", "RuntimeError")
  if input.dtype != rois.dtype:
    raise RuntimeError(torch.format("Expected tensor for argument #1 'input' to have the same type as tensor for argument #2 'rois'; but type {} does not equal {}", input.dtype, rois.dtype))
  return True


# The number of each region's picture.
def roi_batch(rois: Tensor, count: int) -> Tensor:
  number = ops.ts.convert(torch.select(rois, 1, 0), 4)
  inside = ops.ts.and_(ops.ts.ge(number, splat(number, 0)), ops.ts.lt(number, splat(number, count)))
  ops.ts.check(bool(ops.ts.item(ops.ts.reduce(inside, [0], "and"))), "a region of interest is of a picture that the batch does not have", "IndexError")
  return number


# Bilinear samples along a dimension of extent n, as [regions, bins, 2 count] places and their weights: count samples for each bin of this
# size, from start on, between two places each. What lies more than one place outside weighs nothing.
def bin_samples(start: Tensor, size: Tensor, bins: int, count: int, n: int) -> Tuple[Tensor, Tensor]:
  sizes = [start.size(0), bins, count]
  dtype = start.dtype
  bin = along(size, sizes, 0)
  first = ops.ts.add(along(start, sizes, 0), ops.ts.mul(along(ops.ts.iota(bins, dtype), sizes, 1), bin))
  half = ops.ts.add(along(ops.ts.iota(count, dtype), sizes, 2), ops.ts.full(sizes, 0.5, dtype))
  at = ops.ts.add(first, ops.ts.div(ops.ts.mul(half, bin), ops.ts.full(sizes, count, dtype)))
  outside = ops.ts.or_(ops.ts.lt(at, splat(at, -1)), ops.ts.gt(at, splat(at, n)))
  inside = clipped(ops.ts.select(ops.ts.ne(at, at), splat(at, 0), at), n)
  low = ops.ts.convert(inside, 4)
  high = ops.ts.minimum(ops.ts.add(low, splat(low, 1)), splat(low, n - 1))
  far = ops.ts.sub(inside, ops.ts.convert(low, dtype))
  zero = splat(far, 0)
  near = ops.ts.select(outside, zero, ops.ts.sub(splat(far, 1), far))
  return ops.ts.concatenate([low, high], 2), ops.ts.concatenate([near, ops.ts.select(outside, zero, far)], 2)


# The mean of the samples of each bin, [regions, bins down, bins across, channels], of x[pictures, y, x, channels].
def sampled_bins(x: Tensor, number: Tensor, top: Tensor, height: Tensor, down: int, grid_height: int, left: Tensor, width: Tensor, across: int,
    grid_width: int) -> Tensor:
  y, near_y = bin_samples(top, height, down, grid_height, x.size(1))
  z, near_x = bin_samples(left, width, across, grid_width, x.size(2))
  sizes = [number.size(0), down, across, 2 * grid_height, 2 * grid_width]
  rows = [0, 1, 3]
  columns = [0, 2, 4]
  v = ops.ts.index(x, [0, 1, 2], [along(number, sizes, 0), ops.ts.broadcast(y, sizes, rows), ops.ts.broadcast(z, sizes, columns)])
  weighed = ops.ts.mul(v, ops.ts.mul(ops.ts.broadcast(near_y, v.size(), rows), ops.ts.broadcast(near_x, v.size(), columns)))
  sum = ops.ts.reduce(weighed, [3, 4], "sum")
  return ops.ts.div(sum, splat(sum, ops.prim.max(grid_height * grid_width, 1)))


# How many samples each bin has along a dimension: one for each place that it covers.
def grid_counts(size: Tensor) -> Tensor:
  count = ops.ts.ceil(size)
  return ops.ts.convert(ops.ts.select(ops.ts.gt(count, splat(count, 0)), count, splat(count, 0)), 4)


# Bins have sampling_ratio samples for each side, or as many as the region has places for each bin; then each region is computed for itself.
@op("torchvision::roi_align")
def roi_align(input: Tensor, rois: Tensor, spatial_scale: float, pooled_height: int, pooled_width: int, sampling_ratio: int, aligned: bool) -> Tensor:
  check_rois(input, rois)
  x = ops.ts.copy(ops.ts.permute(opmath(input), [0, 2, 3, 1]))
  regions = opmath(rois)
  number = roi_batch(regions, input.size(0))
  n = rois.size(0)
  corners = columns(regions)
  offset = splat(corners[0], 0.5 if aligned else 0.0)
  left, top, right, bottom = [ops.ts.sub(ops.ts.mul(c, splat(c, spatial_scale)), offset) for c in corners[1:]]
  height = ops.ts.sub(bottom, top)
  width = ops.ts.sub(right, left)
  if not aligned:
    height = ops.ts.maximum(height, splat(height, 1))
    width = ops.ts.maximum(width, splat(width, 1))
  height = ops.ts.div(height, splat(height, pooled_height))
  width = ops.ts.div(width, splat(width, pooled_width))
  if sampling_ratio > 0:
    y = sampled_bins(x, number, top, height, pooled_height, sampling_ratio, left, width, pooled_width, sampling_ratio)
  else:
    y = ops.ts.full([n, pooled_height, pooled_width, input.size(1)], 0, x.dtype)
    down = grid_counts(height)
    across = grid_counts(width)
    busy = torch.select(ops.ts.nonzero(ops.ts.gt(ops.ts.mul(down, across), splat(down, 0))), 1, 0)
    for k in range(0 if ops.ts.same(n, 0) else busy.size(0)):
      i = int(ops.ts.item(torch.select(busy, 0, k)))
      gh = int(ops.ts.item(torch.select(down, 0, i)))
      gw = int(ops.ts.item(torch.select(across, 0, i)))
      b, t, h, l, w = [ops.ts.slice(v, 0, i, 1, 1) for v in [number, top, height, left, width]]
      ops.ts.write(ops.ts.slice(y, 0, i, 1, 1), sampled_bins(x, b, t, h, pooled_height, gh, l, w, pooled_width, gw))
  return cast(ops.ts.copy(ops.ts.permute(y, [0, 3, 1, 2])), input.dtype)
