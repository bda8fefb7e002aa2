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


# The mean of the samples of each bin, [regions, bins down, bins across, channels], of x[pictures, y, x, channels]; where each bin has
# channels of its own, of x[pictures, bins down, bins across, y, x, channels].
def sampled_bins(x: Tensor, number: Tensor, top: Tensor, height: Tensor, down: int, grid_height: int, left: Tensor, width: Tensor, across: int,
    grid_width: int) -> Tensor:
  y, near_y = bin_samples(top, height, down, grid_height, x.size(-3))
  z, near_x = bin_samples(left, width, across, grid_width, x.size(-2))
  sizes = [number.size(0), down, across, 2 * grid_height, 2 * grid_width]
  rows = [0, 1, 3]
  columns = [0, 2, 4]
  places = [along(number, sizes, 0)]
  if x.dim() == 6:
    places.append(along(ops.ts.iota(down, 4), sizes, 1))
    places.append(along(ops.ts.iota(across, 4), sizes, 2))
  places.append(ops.ts.broadcast(y, sizes, rows))
  places.append(ops.ts.broadcast(z, sizes, columns))
  v = ops.ts.index(x, iota_list(0, len(places)), places)
  weighed = ops.ts.mul(v, ops.ts.mul(ops.ts.broadcast(near_y, v.size(), rows), ops.ts.broadcast(near_x, v.size(), columns)))
  sum = ops.ts.reduce(weighed, [3, 4], "sum")
  return ops.ts.div(sum, splat(sum, ops.prim.max(grid_height * grid_width, 1)))


# How many samples each bin has along a dimension: one for each place that it covers.
def grid_counts(size: Tensor) -> Tensor:
  count = ops.ts.ceil(size)
  return ops.ts.convert(ops.ts.select(ops.ts.gt(count, splat(count, 0)), count, splat(count, 0)), 4)


# sampled_bins of regions [left, top, right, bottom] without their offset: bins have sampling_ratio samples for each side, or as many as the
# region has places for each bin; then each region is computed for itself.
def sampled_regions(x: Tensor, number: Tensor, corners: List[Tensor], down: int, across: int, sampling_ratio: int, at_least: float) -> Tensor:
  left, top, right, bottom = corners
  height = ops.ts.sub(bottom, top)
  width = ops.ts.sub(right, left)
  if at_least > 0:
    height = ops.ts.maximum(height, splat(height, at_least))
    width = ops.ts.maximum(width, splat(width, at_least))
  height = ops.ts.div(height, splat(height, down))
  width = ops.ts.div(width, splat(width, across))
  if sampling_ratio > 0:
    return sampled_bins(x, number, top, height, down, sampling_ratio, left, width, across, sampling_ratio)
  n = number.size(0)
  y = ops.ts.full([n, down, across, x.size(-1)], 0, x.dtype)
  rows = grid_counts(height)
  columns = grid_counts(width)
  busy = torch.select(ops.ts.nonzero(ops.ts.gt(ops.ts.mul(rows, columns), splat(rows, 0))), 1, 0)
  for k in range(0 if ops.ts.same(n, 0) else busy.size(0)):
    i = int(ops.ts.item(torch.select(busy, 0, k)))
    gh = int(ops.ts.item(torch.select(rows, 0, i)))
    gw = int(ops.ts.item(torch.select(columns, 0, i)))
    b, t, h, l, w = [ops.ts.slice(v, 0, i, 1, 1) for v in [number, top, height, left, width]]
    ops.ts.write(ops.ts.slice(y, 0, i, 1, 1), sampled_bins(x, b, t, h, down, gh, l, w, across, gw))
  return y


# The corners of regions of interest at the picture's scale.
def scaled_corners(regions: Tensor, spatial_scale: float, offset: float) -> List[Tensor]:
  corners = columns(regions)
  return [ops.ts.sub(ops.ts.mul(c, splat(c, spatial_scale)), splat(c, offset)) for c in corners[1:]]


@op("torchvision::roi_align")
def roi_align(input: Tensor, rois: Tensor, spatial_scale: float, pooled_height: int, pooled_width: int, sampling_ratio: int, aligned: bool) -> Tensor:
  check_rois(input, rois)
  x = ops.ts.copy(ops.ts.permute(opmath(input), [0, 2, 3, 1]))
  regions = opmath(rois)
  corners = scaled_corners(regions, spatial_scale, 0.5 if aligned else 0.0)
  y = sampled_regions(x, roi_batch(regions, input.size(0)), corners, pooled_height, pooled_width, sampling_ratio, 0.0 if aligned else 1.0)
  return cast(ops.ts.copy(ops.ts.permute(y, [0, 3, 1, 2])), input.dtype)


# The number of the channel that each result of a position-sensitive operator is of.
def channel_mapping(sizes: List[int]) -> Tensor:
  numbers = ops.ts.iota(sizes[1] * sizes[2] * sizes[3], 3)
  return ops.ts.copy(ops.ts.broadcast(ops.ts.reshape(numbers, sizes[1:]), sizes, [1, 2, 3]))


# Channels by the bins that they are for: [pictures, channels of the result, bins down, bins across, y, x].
def channels_of_bins(input: Tensor, pooled_height: int, pooled_width: int) -> Tensor:
  n, c, h, w = input.size()
  ops.ts.check(c % (pooled_height * pooled_width) == 0, "input channels must be a multiple of pooling height * pooling width", "RuntimeError")
  return ops.ts.reshape(opmath(input), [n, c // (pooled_height * pooled_width), pooled_height, pooled_width, h, w])


@op("torchvision::ps_roi_align")
def ps_roi_align(input: Tensor, rois: Tensor, spatial_scale: float, pooled_height: int, pooled_width: int, sampling_ratio: int) -> Tuple[Tensor, Tensor]:
  check_rois(input, rois)
  x = ops.ts.copy(ops.ts.permute(channels_of_bins(input, pooled_height, pooled_width), [0, 2, 3, 4, 5, 1]))
  regions = opmath(rois)
  number = roi_batch(regions, input.size(0))
  corners = scaled_corners(regions, spatial_scale, 0.5)
  y = sampled_regions(x, number, corners, pooled_height, pooled_width, sampling_ratio, 0.0)
  # Where a side is without places the kernel divides by no samples; where it is turned around there are none to add.
  if sampling_ratio <= 0:
    none = ops.ts.eq(ops.ts.mul(samples_of(corners[1], corners[3], pooled_height), samples_of(corners[0], corners[2], pooled_width)), splat(number, 0))
    y = ops.ts.select(along(none, y.size(), 0), splat(y, float("nan")), y)
  y = cast(ops.ts.copy(ops.ts.permute(y, [0, 3, 1, 2])), input.dtype)
  return y, channel_mapping(y.size())


# How many samples a bin has along a dimension by its side's length, less than none where it is turned around.
def samples_of(start: Tensor, end: Tensor, bins: int) -> Tensor:
  return ops.ts.convert(ops.ts.ceil(ops.ts.div(ops.ts.sub(end, start), splat(end, bins))), 4)


# Where bins of whole places begin and end along a dimension of extent n, [regions, bins]; a side is `more` longer than its ends are apart.
def bin_ranges(start: Tensor, end: Tensor, more: int, bins: int, n: int) -> Tuple[Tensor, Tensor]:
  length = ops.ts.maximum(ops.ts.add(ops.ts.sub(end, start), splat(end, more)), splat(end, 1))
  size = ops.ts.div(length, splat(length, bins))
  sizes = [start.size(0), bins]
  at = along(ops.ts.iota(bins, start.dtype), sizes, 1)
  size = along(size, sizes, 0)
  offset = along(start, sizes, 0)
  low = ops.ts.add(ops.ts.floor(ops.ts.mul(at, size)), offset)
  high = ops.ts.add(ops.ts.ceil(ops.ts.mul(ops.ts.add(at, splat(at, 1)), size)), offset)
  most = splat(low, n)
  zero = splat(low, 0)
  return ops.ts.minimum(ops.ts.maximum(low, zero), most), ops.ts.minimum(ops.ts.maximum(high, zero), most)


# Which places [regions, bins, n] lie in the bins.
def places_of_bins(low: Tensor, high: Tensor, n: int) -> Tensor:
  sizes = [low.size(0), low.size(1), n]
  at = along(ops.ts.iota(n, low.dtype), sizes, 2)
  return ops.ts.and_(ops.ts.ge(at, ops.ts.broadcast(low, sizes, [0, 1])), ops.ts.lt(at, ops.ts.broadcast(high, sizes, [0, 1])))


# Corners rounded to whole places, half of one away from zero.
def whole_corners(regions: Tensor, spatial_scale: float) -> List[Tensor]:
  return [ops.ts.copysign(ops.ts.floor(ops.ts.add(ops.ts.abs(c), splat(c, 0.5))), c) for c in scaled_corners(regions, spatial_scale, 0.0)]


# The greatest value of each bin, and where in the picture it is first; what is not above the least float is not looked at. Each region is
# computed for itself, columns first: the whole of all regions would be large.
@op("torchvision::roi_pool")
def roi_pool(input: Tensor, rois: Tensor, spatial_scale: float, pooled_height: int, pooled_width: int) -> Tuple[Tensor, Tensor]:
  check_rois(input, rois)
  n = rois.size(0)
  c, h, w = input.size()[1:]
  regions = opmath(rois)
  number = roi_batch(regions, input.size(0))
  left, top, right, bottom = whole_corners(regions, spatial_scale)
  low_y, high_y = bin_ranges(top, bottom, 1, pooled_height, h)
  low_x, high_x = bin_ranges(left, right, 1, pooled_width, w)
  in_y = places_of_bins(low_y, high_y, h)
  in_x = places_of_bins(low_x, high_x, w)
  empty = ops.ts.or_(ops.ts.broadcast(ops.ts.le(high_y, low_y), [n, pooled_height, pooled_width], [0, 1]),
      ops.ts.broadcast(ops.ts.le(high_x, low_x), [n, pooled_height, pooled_width], [0, 2]))
  y = ops.ts.full([n, c, pooled_height, pooled_width], 0, regions.dtype)
  first = ops.ts.full([n, c, pooled_height, pooled_width], 0, 3)
  x = opmath(input)
  least = -3.4028234663852886e+38
  none = h * w
  for i in range(n):
    picture = torch.select(x, 0, int(ops.ts.item(torch.select(number, 0, i))))
    sizes = [c, h, pooled_width, w]
    v = ops.ts.broadcast(picture, sizes, [0, 1, 3])
    counts = ops.ts.and_(ops.ts.broadcast(torch.select(in_x, 0, i), sizes, [2, 3]), ops.ts.gt(v, splat(v, least)))
    v = ops.ts.select(counts, v, splat(v, least))
    row = ops.ts.reduce(v, [3], "max")
    is_row = ops.ts.and_(counts, ops.ts.eq(v, ops.ts.broadcast(row, sizes, [0, 1, 2])))
    column = along(ops.ts.iota(w, 4), sizes, 3)
    place = ops.ts.reduce(ops.ts.select(is_row, column, splat(column, none)), [3], "min")
    place = ops.ts.minimum(ops.ts.add(place, ops.ts.mul(along(ops.ts.iota(h, 4), place.size(), 1), splat(place, w))), splat(place, none))
    sizes = [c, pooled_height, pooled_width, h]
    inside = ops.ts.broadcast(torch.select(in_y, 0, i), sizes, [1, 3])
    v = ops.ts.broadcast(ops.ts.permute(row, [0, 2, 1]), sizes, [0, 2, 3])
    v = ops.ts.select(inside, v, splat(v, least))
    most = ops.ts.reduce(v, [3], "max")
    is_most = ops.ts.and_(inside, ops.ts.eq(v, ops.ts.broadcast(most, sizes, [0, 1, 2])))
    place = ops.ts.broadcast(ops.ts.permute(place, [0, 2, 1]), sizes, [0, 2, 3])
    place = ops.ts.reduce(ops.ts.select(is_most, place, splat(place, none)), [3], "min")
    place = ops.ts.select(ops.ts.eq(place, splat(place, none)), splat(place, -1), place)
    nothing = ops.ts.broadcast(torch.select(empty, 0, i), most.size(), [1, 2])
    most = ops.ts.select(nothing, splat(most, 0), most)
    ops.ts.write(ops.ts.slice(y, 0, i, 1, 1), ops.ts.reshape(most, [1, c, pooled_height, pooled_width]))
    ops.ts.write(ops.ts.slice(first, 0, i, 1, 1), ops.ts.reshape(ops.ts.convert(place, 3), [1, c, pooled_height, pooled_width]))
  return cast(y, input.dtype), first


# The mean of each bin's places, of the channel that is for the bin; the last row and column are in none.
@op("torchvision::ps_roi_pool")
def ps_roi_pool(input: Tensor, rois: Tensor, spatial_scale: float, pooled_height: int, pooled_width: int) -> Tuple[Tensor, Tensor]:
  check_rois(input, rois)
  x = channels_of_bins(input, pooled_height, pooled_width)
  n = rois.size(0)
  c = x.size(1)
  h = input.size(2)
  w = input.size(3)
  regions = opmath(rois)
  number = roi_batch(regions, input.size(0))
  left, top, right, bottom = whole_corners(regions, spatial_scale)
  low_y, high_y = bin_ranges(top, bottom, 0, pooled_height, h - 1)
  low_x, high_x = bin_ranges(left, right, 0, pooled_width, w - 1)
  in_y = places_of_bins(low_y, high_y, h)
  in_x = places_of_bins(low_x, high_x, w)
  bins = [n, pooled_height, pooled_width]
  down = ops.ts.broadcast(ops.ts.sub(high_y, low_y), bins, [0, 1])
  across = ops.ts.broadcast(ops.ts.sub(high_x, low_x), bins, [0, 2])
  zero = splat(down, 0)
  some = ops.ts.and_(ops.ts.gt(down, zero), ops.ts.gt(across, zero))
  area = ops.ts.select(some, ops.ts.mul(down, across), splat(down, 1))
  y = ops.ts.full([n, c, pooled_height, pooled_width], 0, regions.dtype)
  for i in range(n):
    v = torch.select(x, 0, int(ops.ts.item(torch.select(number, 0, i))))
    inside = ops.ts.and_(ops.ts.broadcast(torch.select(in_y, 0, i), v.size(), [1, 3]), ops.ts.broadcast(torch.select(in_x, 0, i), v.size(), [2, 4]))
    sum = ops.ts.reduce(ops.ts.select(inside, v, splat(v, 0)), [3, 4], "sum")
    mean = ops.ts.div(sum, ops.ts.broadcast(torch.select(area, 0, i), sum.size(), [1, 2]))
    ops.ts.write(ops.ts.slice(y, 0, i, 1, 1), ops.ts.reshape(mean, [1, c, pooled_height, pooled_width]))
  return cast(y, input.dtype), channel_mapping(y.size())


# Along a dimension of extent n, the places on either side of each sample and what they weigh: nothing where they are outside.
def side_places(at: Tensor, n: int) -> List[Tuple[Tensor, Tensor]]:
  known = ops.ts.select(ops.ts.eq(at, at), at, splat(at, -1))
  beyond = ops.ts.or_(ops.ts.le(known, splat(at, -1)), ops.ts.ge(known, splat(at, n)))
  low = ops.ts.floor(ops.ts.minimum(ops.ts.maximum(known, splat(at, -1)), splat(at, n)))
  far = ops.ts.sub(known, low)
  sides = annotate(List[Tuple[Tensor, Tensor]], [])
  for side, weight in [(low, ops.ts.sub(splat(far, 1), far)), (ops.ts.add(low, splat(low, 1)), far)]:
    outside = ops.ts.or_(beyond, ops.ts.or_(ops.ts.lt(side, splat(side, 0)), ops.ts.ge(side, splat(side, n))))
    sides.append((ops.ts.convert(clipped(side, n), 4), ops.ts.select(outside, splat(weight, 0), weight)))
  return sides


# A convolution whose samples lie where offset says, [pictures, groups of channels, 2 places of the kernel, rows, columns], and weigh what
# mask says.
@op("torchvision::deform_conv2d")
def deform_conv2d(input: Tensor, weight: Tensor, offset: Tensor, mask: Tensor, bias: Tensor, stride_h: int, stride_w: int, pad_h: int, pad_w: int, dilation_h: int, dilation_w: int, groups: int, offset_groups: int, use_mask: bool) -> Tensor:
  n, c, h, w = input.size()
  made, kernel_h, kernel_w = weight.size(0), weight.size(2), weight.size(3)
  places = kernel_h * kernel_w
  if offset.size(1) != offset_groups * 2 * places:
    raise RuntimeError(torch.format("offset.shape[1] is not valid: got: {} expected: {}", offset.size(1), offset_groups * 2 * places))
  if use_mask:
    if mask.size(1) != offset_groups * places:
      raise RuntimeError(torch.format("mask.shape[1] is not valid: got: {} expected: {}", mask.size(1), offset_groups * places))
  rows = (h + 2 * pad_h - (dilation_h * (kernel_h - 1) + 1)) // stride_h + 1
  columns = (w + 2 * pad_w - (dilation_w * (kernel_w - 1) + 1)) // stride_w + 1
  ops.ts.check((offset.size(2) == rows) and (offset.size(3) == columns), "offset output dims do not match the computed output dims", "RuntimeError")
  dtype = opmath_dtype(input.dtype)
  x = ops.ts.reshape(opmath(input), [n, offset_groups, c // offset_groups, h, w])
  x = ops.ts.copy(ops.ts.permute(x, [0, 1, 3, 4, 2]))
  moved = ops.ts.reshape(opmath(offset), [n, offset_groups, kernel_h, kernel_w, 2, rows, columns])
  sizes = [n, offset_groups, kernel_h, kernel_w, rows, columns]
  y = lattice(sizes, 4, 2, stride_h, dilation_h, pad_h, dtype)
  z = lattice(sizes, 5, 3, stride_w, dilation_w, pad_w, dtype)
  y = ops.ts.add(y, torch.select(moved, 4, 0))
  z = ops.ts.add(z, torch.select(moved, 4, 1))
  picture = along(ops.ts.iota(n, 4), sizes, 0)
  group = along(ops.ts.iota(offset_groups, 4), sizes, 1)
  factor = ops.ts.reshape(opmath(mask), sizes) if use_mask else ops.ts.full(sizes, 1, dtype)
  samples = ops.ts.full([n, offset_groups, kernel_h, kernel_w, rows, columns, c // offset_groups], 0, dtype)
  for at_y, near_y in side_places(y, h):
    for at_x, near_x in side_places(z, w):
      v = ops.ts.index(x, [0, 1, 2, 3], [picture, group, at_y, at_x])
      samples = ops.ts.add(samples, ops.ts.mul(v, ops.ts.broadcast(ops.ts.mul(near_y, near_x), v.size(), iota_list(0, 6))))
  samples = ops.ts.mul(samples, ops.ts.broadcast(factor, samples.size(), iota_list(0, 6)))
  samples = ops.ts.copy(ops.ts.permute(samples, [0, 1, 6, 2, 3, 4, 5]))
  samples = ops.ts.reshape(samples, [n, groups, c // groups * places, rows * columns])
  kernel = ops.ts.reshape(opmath(weight), [groups, made // groups, c // groups * places])
  result = ops.ts.reshape(torch.matmul(kernel, samples), [n, made, rows, columns])
  return cast(ops.ts.add(result, along(opmath(bias), result.size(), 1)), input.dtype)


# Where a convolution's samples lie along a dimension: `dim` counts its results and `place` the kernel's places.
def lattice(sizes: List[int], dim: int, place: int, stride: int, dilation: int, padding: int, dtype: int) -> Tensor:
  at = along(ops.ts.iota(sizes[dim], 4), sizes, dim)
  start = ops.ts.sub(ops.ts.mul(at, splat(at, stride)), splat(at, padding))
  step = along(ops.ts.iota(sizes[place], 4), sizes, place)
  return ops.ts.convert(ops.ts.add(start, ops.ts.mul(step, splat(step, dilation))), dtype)
