# Pooling over windows: largest, average, adaptive, with indices, and back.


# One output extent; with ceil_mode the last window must start inside the input or its left padding.
def pooled_extent(extent: int, kernel: int, stride: int, padding: int, dilation: int, ceil_mode: bool) -> int:
  reach = extent + 2 * padding - dilation * (kernel - 1) - 1
  if not ceil_mode:
    return reach // stride + 1
  n = (reach + stride - 1) // stride + 1
  if (n - 1) * stride >= extent + padding:
    return n - 1
  return n


# What has to be added at the end, beyond the padding, for the windows of ceil_mode. Where run time gives the extent, enough for any, of
# which `as_many_as_pooled` drops the window that begins beyond the input.
def window_high_pads(x: Tensor, n: int, kernel: List[int], stride: List[int], padding: List[int], dilation: List[int], ceil_mode: bool) -> List[int]:
  high = ints(x.dim() - n, 0)
  for d in range(n):
    p = padding[d]
    if ceil_mode:
      extent = x.size(x.dim() - n + d)
      if ops.ts.known(extent):
        out = pooled_extent(extent, kernel[d], stride[d], p, dilation[d], True)
        p = ops.prim.max((out - 1) * stride[d] + dilation[d] * (kernel[d] - 1) + 1 - extent - p, 0)
      else:
        p = p + stride[d] - 1
    high.append(p)
  return high


# y is what pooling x with these windows gave; the lists have an entry for each dimension.
def as_many_as_pooled(y: Tensor, x: Tensor, n: int, kernel: List[int], stride: List[int], padding: List[int], dilation: List[int],
    ceil_mode: bool) -> Tensor:
  kept = y
  if ceil_mode:
    for d in range(x.dim() - n, x.dim()):
      if not ops.ts.known(x.size(d)):
        kept = ops.ts.copy(ops.ts.slice(kept, d, 0, pooled_extent(x.size(d), kernel[d], stride[d], padding[d], dilation[d], True), 1))
  return kept


def check_window(kernel: List[int], stride: List[int], padding: List[int]) -> bool:
  for d in range(len(kernel)):
    if stride[d] == 0:
      raise RuntimeError("stride should not be zero")
    if padding[d] < 0:
      raise RuntimeError(torch.format("pad must be non-negative, but got pad: {}", padding[d]))
    if padding[d] > kernel[d] // 2:
      raise RuntimeError(torch.format("pad should be at most half of effective kernel size, but got pad={}, kernel_size={} and dilation=1", padding[d], kernel[d]))
  return True


# A window that is larger than the input leaves nothing.
def check_pooled(x: Tensor, n: int, kernel: List[int], stride: List[int], padding: List[int], dilation: List[int], ceil_mode: bool) -> bool:
  have = annotate(List[str], [str(x.size(x.dim() - n - 1))])
  out = annotate(List[str], [str(x.size(x.dim() - n - 1))])
  small = False
  for d in range(n):
    extent = x.size(x.dim() - n + d)
    if not ops.ts.known(extent):
      return False
    pooled = pooled_extent(extent, kernel[d], stride[d], padding[d], dilation[d], ceil_mode)
    have.append(str(extent))
    out.append(str(pooled))
    if pooled < 1:
      small = True
      if n == 1:
        raise RuntimeError(torch.format("max_pool1d() Invalid computed output size: {}", pooled))
  if small:
    raise RuntimeError(torch.format("Given input size: ({}). Calculated output size: ({}). Output size is too small", "x".join(have), "x".join(out)))
  return True


# The input with a batch, whether one was added, and kernel, stride, padding, dilation for its n spatial dimensions.
def max_window(self: Tensor, n: int, kernel_size: List[int], stride: List[int], padding: List[int], dilation: List[int], ceil_mode: bool
    ) -> Tuple[List[int], List[int], List[int], List[int], List[int]]:
  lead = self.dim() - n
  kernel = repeat_to(kernel_size, n)
  step = kernel if len(stride) == 0 else repeat_to(stride, n)
  pads = repeat_to(padding, n)
  spread = repeat_to(dilation, n)
  checked = check_window(kernel, step, pads)
  fits = check_pooled(self, n, kernel, step, pads, spread, ceil_mode)
  high = window_high_pads(self, n, kernel, step, pads, spread, ceil_mode)
  return ints(lead, 1) + kernel, ints(lead, 1) + step, ints(lead, 0) + pads, high, ints(lead, 1) + spread


def max_pooled(self: Tensor, n: int, kernel_size: List[int], stride: List[int], padding: List[int], dilation: List[int], ceil_mode: bool) -> Tensor:
  if (self.dim() != n + 1) and (self.dim() != n + 2):
    raise RuntimeError(torch.format("max_pool{}d() Expected {}D or {}D input tensor, but got {}", n, n + 1, n + 2, self.size()))
  kernel, step, low, high, spread = max_window(self, n, kernel_size, stride, padding, dilation, ceil_mode)
  y = ops.ts.pool(self, kernel, step, low, high, spread, "max")
  return as_many_as_pooled(y, self, n, kernel, step, low, spread, ceil_mode)


def max_pooled_places(self: Tensor, n: int, kernel_size: List[int], stride: List[int], padding: List[int], dilation: List[int], ceil_mode: bool) -> Tensor:
  kernel, step, low, high, spread = max_window(self, n, kernel_size, stride, padding, dilation, ceil_mode)
  y = plane_places(self, n, kernel, step, low, high, spread)
  return as_many_as_pooled(y, self, n, kernel, step, low, spread, ceil_mode)


# arg_pool numbers only the dimensions whose window moves; where a spatial one does not, the place is counted anew over the plane.
def plane_places(x: Tensor, n: int, kernel: List[int], step: List[int], low: List[int], high: List[int], spread: List[int]) -> Tensor:
  lead = x.dim() - n
  moving = annotate(List[int], [])
  for d in range(lead, x.dim()):
    if (kernel[d] != 1) or (step[d] != 1) or (low[d] != 0) or (high[d] != 0):
      moving.append(d)
  if len(moving) == 0:
    plane = x.size()[lead:]
    return ops.ts.broadcast(ops.ts.reshape(ops.ts.iota(numel_of(plane), 4), plane), x.size(), iota_list(lead, n))
  flat = ops.ts.arg_pool(x, kernel, step, low, high, spread, "max")
  if len(moving) == n:
    return flat
  place = splat(flat, 0)
  rest = flat
  stride = 1
  for i in range(n):
    d = x.dim() - 1 - i
    at = places(flat.size(), d)
    if d in moving:
      at = ops.ts.remainder(rest, splat(rest, x.size(d)))
      rest = ops.ts.floordiv(rest, splat(rest, x.size(d)))
    place = ops.ts.add(place, ops.ts.mul(at, splat(at, stride)))
    stride = stride * x.size(d)
  return place


@op("aten::max_pool1d")
def max_pool1d(self: Tensor, kernel_size: List[int], stride: List[int], padding: List[int], dilation: List[int], ceil_mode: bool) -> Tensor:
  return max_pooled(self, 1, kernel_size, stride, padding, dilation, ceil_mode)


@op("aten::max_pool2d")
def max_pool2d(self: Tensor, kernel_size: List[int], stride: List[int], padding: List[int], dilation: List[int], ceil_mode: bool) -> Tensor:
  return max_pooled(self, 2, kernel_size, stride, padding, dilation, ceil_mode)


@op("aten::max_pool3d")
def max_pool3d(self: Tensor, kernel_size: List[int], stride: List[int], padding: List[int], dilation: List[int], ceil_mode: bool) -> Tensor:
  return max_pooled(self, 3, kernel_size, stride, padding, dilation, ceil_mode)


@op("aten::max_pool1d_with_indices")
def max_pool1d_with_indices(self: Tensor, kernel_size: List[int], stride: List[int], padding: List[int], dilation: List[int], ceil_mode: bool) -> Tuple[Tensor, Tensor]:
  return max_pooled(self, 1, kernel_size, stride, padding, dilation, ceil_mode), max_pooled_places(self, 1, kernel_size, stride, padding, dilation, ceil_mode)


@op("aten::max_pool2d_with_indices")
def max_pool2d_with_indices(self: Tensor, kernel_size: List[int], stride: List[int], padding: List[int], dilation: List[int], ceil_mode: bool) -> Tuple[Tensor, Tensor]:
  return max_pooled(self, 2, kernel_size, stride, padding, dilation, ceil_mode), max_pooled_places(self, 2, kernel_size, stride, padding, dilation, ceil_mode)


@op("aten::max_pool3d_with_indices")
def max_pool3d_with_indices(self: Tensor, kernel_size: List[int], stride: List[int], padding: List[int], dilation: List[int], ceil_mode: bool) -> Tuple[Tensor, Tensor]:
  return max_pooled(self, 3, kernel_size, stride, padding, dilation, ceil_mode), max_pooled_places(self, 3, kernel_size, stride, padding, dilation, ceil_mode)


# How many elements each window of one dimension counts: those inside the input, or inside input and padding.
def window_counts(extent: int, out: int, kernel: int, stride: int, padding: int, padded: bool) -> Tensor:
  i = ops.ts.iota(out, 4)
  start = ops.ts.sub(ops.ts.mul(i, splat(i, stride)), splat(i, padding))
  end = ops.ts.minimum(ops.ts.add(start, splat(i, kernel)), splat(i, extent + padding))
  if not padded:
    start = ops.ts.maximum(start, splat(i, 0))
    end = ops.ts.minimum(end, splat(i, extent))
  return ops.ts.sub(end, start)


def average_pooled(self: Tensor, n: int, kernel_size: List[int], stride: List[int], padding: List[int], ceil_mode: bool,
    count_include_pad: bool, divisor: Optional[int]) -> Tensor:
  if (self.dim() != n + 1) and (self.dim() != n + 2):
    raise RuntimeError(torch.format("Expected {}D or {}D (batch mode) tensor for input with non-zero batch dimension, but got {}", n + 1, n + 2, self.size()))
  lead = self.dim() - n
  kernel = repeat_to(kernel_size, n)
  step = kernel if len(stride) == 0 else repeat_to(stride, n)
  pads = repeat_to(padding, n)
  one = ints(n, 1)
  checked = check_window(kernel, step, pads) and check_pooled(self, n, kernel, step, pads, one, ceil_mode)
  high = window_high_pads(self, n, kernel, step, pads, one, ceil_mode)
  x = opmath(self)
  windows, steps, low, spread = ints(lead, 1) + kernel, ints(lead, 1) + step, ints(lead, 0) + pads, ints(self.dim(), 1)
  total = as_many_as_pooled(ops.ts.pool(x, windows, steps, low, high, spread, "sum"), x, n, windows, steps, low, spread, ceil_mode)
  if divisor is not None:
    if divisor == 0:
      raise RuntimeError("divisor must be not zero")
    return cast(ops.ts.div(total, splat(total, divisor)), self.dtype)
  uniform = True
  for d in range(n):
    if (pads[d] != 0) and (not count_include_pad):
      uniform = False
    if high[lead + d] != pads[d]:
      uniform = False
  if uniform:
    return cast(ops.ts.div(total, splat(total, numel_of(kernel))), self.dtype)
  counts = ops.ts.full(total.size()[lead:], 1, 4)
  for d in range(n):
    c = window_counts(x.size(lead + d), total.size(lead + d), kernel[d], step[d], pads[d], count_include_pad)
    counts = ops.ts.mul(counts, along(c, counts.size(), d))
  return cast(ops.ts.div(total, expand_to(cast(counts, total.dtype), total.size())), self.dtype)


@op("aten::avg_pool1d")
def avg_pool1d(self: Tensor, kernel_size: List[int], stride: List[int], padding: List[int], ceil_mode: bool, count_include_pad: bool) -> Tensor:
  return average_pooled(self, 1, kernel_size, stride, padding, ceil_mode, count_include_pad, None)


@op("aten::avg_pool2d")
def avg_pool2d(self: Tensor, kernel_size: List[int], stride: List[int], padding: List[int], ceil_mode: bool, count_include_pad: bool,
    divisor_override: Optional[int]) -> Tensor:
  return average_pooled(self, 2, kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override)


@op("aten::avg_pool3d")
def avg_pool3d(self: Tensor, kernel_size: List[int], stride: List[int], padding: List[int], ceil_mode: bool, count_include_pad: bool,
    divisor_override: Optional[int]) -> Tensor:
  return average_pooled(self, 3, kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override)


# Adaptive windows start at floor(i n / out) and end at ceil((i + 1) n / out). Where out divides n they are equal and become a pool or a mean;
# else one dimension after the other is reduced by a matrix (average) or by slices (largest).
def adaptive_average_at(x: Tensor, d: int, out: int) -> Tensor:
  n = x.size(d)
  if out == 1:
    return ops.ts.reshape(mean_of(x, [d]), with_at(x.size(), d, 1))
  if ops.ts.same(n, out):
    return x
  if ops.ts.known(n) and n % out == 0:
    k = n // out
    one = ints(x.dim(), 1)
    zero = ints(x.dim(), 0)
    total = ops.ts.pool(x, with_at(one, d, k), with_at(one, d, k), zero, zero, one, "sum")
    return ops.ts.div(total, splat(total, k))
  sizes = [out, n]
  i = places(sizes, 0)
  j = places(sizes, 1)
  start = ops.ts.floordiv(ops.ts.mul(i, splat(i, n)), splat(i, out))
  end = ops.ts.floordiv(ops.ts.add(ops.ts.mul(ops.ts.add(i, splat(i, 1)), splat(i, n)), splat(i, out - 1)), splat(i, out))
  inside = ops.ts.and_(ops.ts.ge(j, start), ops.ts.lt(j, end))
  weights = ops.ts.div(ops.ts.convert(inside, x.dtype), ops.ts.convert(ops.ts.sub(end, start), x.dtype))
  y = ops.ts.contract(x, weights, annotate(List[int], []), annotate(List[int], []), [d], [1])
  order = iota_list(0, x.dim() - 1)
  order.insert(d, x.dim() - 1)
  return ops.ts.permute(y, order)


def adaptive_average(self: Tensor, n: int, output_size: List[int]) -> Tensor:
  lead = self.dim() - n
  if (lead != 1) and (lead != 2):
    raise RuntimeError(torch.format("adaptive_avg_pool{}d(): Expected {}D or {}D tensor, but got {}", n, n + 1, n + 2, self.size()))
  x = opmath(self)
  if numel_of(output_size) == 1:
    dims = iota_list(lead, n)
    return cast(keep_dims(mean_of(x, dims), x, dims), self.dtype)
  for d in range(n):
    x = adaptive_average_at(x, lead + d, output_size[d])
  return ops.ts.copy(cast(x, self.dtype))


@op("aten::adaptive_avg_pool1d")
def adaptive_avg_pool1d(self: Tensor, output_size: List[int]) -> Tensor:
  return adaptive_average(self, 1, output_size)


@op("aten::adaptive_avg_pool2d")
def adaptive_avg_pool2d(self: Tensor, output_size: List[int]) -> Tensor:
  return adaptive_average(self, 2, output_size)


@op("aten::adaptive_avg_pool3d")
def adaptive_avg_pool3d(self: Tensor, output_size: List[int]) -> Tensor:
  return adaptive_average(self, 3, output_size)


@op("aten::_adaptive_avg_pool2d")
def _adaptive_avg_pool2d(self: Tensor, output_size: List[int]) -> Tensor:
  return adaptive_average(self, 2, output_size)


@op("aten::_adaptive_avg_pool3d")
def _adaptive_avg_pool3d(self: Tensor, output_size: List[int]) -> Tensor:
  return adaptive_average(self, 3, output_size)


# The largest of each adaptive window of one dimension, by slices. place holds the flat index in the plane of each element so far.
def adaptive_largest_at(x: Tensor, place: Tensor, d: int, out: int) -> Tuple[Tensor, Tensor]:
  n = x.size(d)
  values = annotate(List[Tensor], [])
  found = annotate(List[Tensor], [])
  for i in range(out):
    start = (i * n) // out
    end = ((i + 1) * n + out - 1) // out
    window = ops.ts.slice(x, d, start, end - start, 1)
    at = ops.ts.slice(place, d, start, end - start, 1)
    best = ops.ts.arg_reduce(window, d, "max")
    kept = ops.ts.reshape(best, with_at(x.size(), d, 1))
    values.append(torch.gather(window, d, kept))
    found.append(torch.gather(at, d, kept))
  return ops.ts.concatenate(values, d), ops.ts.concatenate(found, d)


# Windows of several dimensions are searched as a whole in row-major order, so that the first of equals is the same.
def adaptive_largest(self: Tensor, n: int, output_size: List[int]) -> Tuple[Tensor, Tensor]:
  lead = self.dim() - n
  even = True
  kernel = ints(lead, 1)
  for d in range(n):
    if not (ops.ts.known(self.size(lead + d)) and self.size(lead + d) % output_size[d] == 0):
      even = False
    kernel.append(self.size(lead + d) // output_size[d])
  zero = ints(self.dim(), 0)
  one = ints(self.dim(), 1)
  if even:
    return ops.ts.pool(self, kernel, kernel, zero, zero, one, "max"), plane_places(self, n, kernel, kernel, zero, zero, one)
  plane = self.size()[lead:]
  place = ops.ts.broadcast(ops.ts.reshape(ops.ts.iota(numel_of(plane), 4), plane), self.size(), iota_list(lead, n))
  x = self
  for i in range(n):
    d = n - 1 - i
    x, place = adaptive_largest_at(x, place, lead + d, output_size[d])
  return x, place


@op("aten::adaptive_max_pool1d")
def adaptive_max_pool1d(self: Tensor, output_size: List[int]) -> Tuple[Tensor, Tensor]:
  return adaptive_largest(self, 1, output_size)


@op("aten::adaptive_max_pool2d")
def adaptive_max_pool2d(self: Tensor, output_size: List[int]) -> Tuple[Tensor, Tensor]:
  return adaptive_largest(self, 2, output_size)


@op("aten::adaptive_max_pool3d")
def adaptive_max_pool3d(self: Tensor, output_size: List[int]) -> Tuple[Tensor, Tensor]:
  return adaptive_largest(self, 3, output_size)


def unpooled(self: Tensor, indices: Tensor, output_size: List[int]) -> Tensor:
  n = len(output_size)
  lead = self.dim() - n
  count = numel_of(self.size()[lead:])
  outer = numel_of(self.size()[0:lead])
  base = ops.ts.full([outer, numel_of(output_size)], 0, self.dtype)
  rows = places([outer, count], 0)
  message = "Found an invalid max index: {} (output volumes are of size " + "x".join(["{}" for size in output_size]) + ")"
  checked = checked_range(indices, 0, numel_of(output_size), message, output_size)
  y = ops.ts.scatter(base, [0, 1], [rows, torch.reshape(indices, [outer, count])], torch.reshape(self, [outer, count]), "set")
  return ops.ts.reshape(y, self.size()[0:lead] + output_size)


@op("aten::max_unpool2d")
def max_unpool2d(self: Tensor, indices: Tensor, output_size: List[int]) -> Tensor:
  return unpooled(self, indices, output_size)


@op("aten::max_unpool3d")
def max_unpool3d(self: Tensor, indices: Tensor, output_size: List[int], stride: List[int], padding: List[int]) -> Tensor:
  return unpooled(self, indices, output_size)


# Fractional pooling: the start of window i is int((i + u) * alpha) - int(u * alpha), the last window ends the input.
def fractional_starts(sample: Tensor, extent: int, out: int, kernel: int) -> Tensor:
  # sample [outer] gives starts [outer, out]
  sizes = [sample.size(0), out]
  u = along(sample, sizes, 0)
  i = ops.ts.convert(places(sizes, 1), u.dtype)
  alpha = splat(u, float(extent - kernel) / float(out - 1) if out > 1 else 0.0)
  start = ops.ts.sub(ops.ts.trunc(ops.ts.mul(ops.ts.add(i, u), alpha)), ops.ts.trunc(ops.ts.mul(u, alpha)))
  last = ops.ts.eq(places(sizes, 1), ops.ts.full(sizes, out - 1, 4))
  return ops.ts.select(last, ops.ts.full(sizes, extent - kernel, 4), ops.ts.convert(start, 4))


def fractional_pool(self: Tensor, n: int, kernel_size: List[int], output_size: List[int], samples: Tensor) -> Tuple[Tensor, Tensor]:
  kernel = repeat_to(kernel_size, n)
  out = repeat_to(output_size, n)
  lead = self.dim() - n
  plane = self.size()[lead:]
  outer = numel_of(self.size()[0:lead])
  x = torch.reshape(self, [outer, numel_of(plane)])
  sizes = [outer] + out + kernel
  place = ops.ts.full(sizes, 0, 4)
  if samples.dtype != self.dtype:
    raise RuntimeError("Expect _random_samples to have the same dtype as input")
  batch = self.size(0) if lead == 2 else 1
  flat = torch.reshape(ops.ts.slice(samples, 0, 0, batch, 1), [outer, n])
  for d in range(n):
    # those of planes are stored with the last dimension first, those of volumes in order
    starts = fractional_starts(torch.select(flat, 1, n - 1 - d if n == 2 else d), plane[d], out[d], kernel[d])
    at = ops.ts.add(ops.ts.broadcast(starts, sizes, [0, 1 + d]), places(sizes, 1 + n + d))
    place = ops.ts.add(ops.ts.mul(place, splat(place, plane[d])), at)
  windows = ops.ts.index(x, [0, 1], [places(sizes, 0), place])
  short = [outer] + out + [numel_of(kernel)]
  best = ops.ts.arg_reduce(ops.ts.reshape(windows, short), n + 1, "max")
  found = torch.squeeze(torch.gather(ops.ts.reshape(place, short), n + 1, torch.unsqueeze(best, n + 1)), n + 1)
  values = ops.ts.reduce(ops.ts.reshape(windows, short), [n + 1], "max")
  shape = self.size()[0:lead] + out
  return ops.ts.reshape(values, shape), ops.ts.reshape(found, shape)


@op("aten::fractional_max_pool2d")
def fractional_max_pool2d(self: Tensor, kernel_size: List[int], output_size: List[int], random_samples: Tensor) -> Tuple[Tensor, Tensor]:
  return fractional_pool(self, 2, kernel_size, output_size, random_samples)


@op("aten::fractional_max_pool3d")
def fractional_max_pool3d(self: Tensor, kernel_size: List[int], output_size: List[int], random_samples: Tensor) -> Tuple[Tensor, Tensor]:
  return fractional_pool(self, 3, kernel_size, output_size, random_samples)
