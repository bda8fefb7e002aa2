# Convolutions: one primitive; a transposed one turns its kernel round, and convolves once for each phase of its stride.
def unbatched(x: Tensor, n: int) -> bool:
  return x.dim() == n + 1


# Whether the places of the result can be told apart by the taps that reach them.
def has_phases(x: Tensor, w: Tensor, low: List[int], high: List[int], dilation: List[int], step: List[int]) -> bool:
  phases = 1
  for d in range(len(step)):
    phases = phases * step[d]
    if (dilation[d] != 1) or (not ops.ts.known(w.size(d + 2))):
      return False
    if (not ops.ts.known(x.size(d + 2))) and (low[d] + high[d] - w.size(d + 2) + 2 < 0):
      return False
  return (phases > 1) and (phases <= 64)


# x spread by `step`, padded and convolved with w, without the zeros between its elements: the places p, p + step, ... of the
# result meet only every step-th tap, from the first one that falls on an element of x.
def convolved_by_phase(x: Tensor, w: Tensor, low: List[int], high: List[int], step: List[int], groups: int) -> Tensor:
  n = len(step)
  one = ints(n, 1)
  phases = 1
  sizes = [x.size(0), w.size(0)]
  for d in range(n):
    phases = phases * step[d]
    sizes.append((x.size(d + 2) - 1) * step[d] + 2 + low[d] + high[d] - w.size(d + 2))
  y = ops.ts.full(sizes, 0, x.dtype)
  for phase in range(phases):
    left = phase
    kernel = w
    places = y
    starts = annotate(List[int], [])
    ends = annotate(List[int], [])
    there = True
    for d in range(n):
      s = step[d]
      p = left % s
      left = left // s
      first = (low[d] - p) % s
      taps = (w.size(d + 2) - first + s - 1) // s
      beyond = (1 + low[d] + high[d] - w.size(d + 2) - p) // s
      count = x.size(d + 2) + beyond
      if taps <= 0:
        there = False
      if ops.ts.known(count):
        if count <= 0:
          there = False
      if there:
        kernel = ops.ts.slice(kernel, d + 2, first, taps, s)
        places = ops.ts.slice(places, d + 2, p, count, s)
        start = (low[d] - p - first) // s
        starts.append(start)
        ends.append(beyond - start + taps - 1)
    if there:
      written = ops.ts.write(places, ops.ts.convolve(x, kernel, one, starts, ends, one, one, groups))
  return y


def unbiased(x: Tensor, w: Tensor, stride: List[int], low: List[int], high: List[int], dilation: List[int], input_dilation: List[int],
    groups: int) -> Tensor:
  if has_phases(x, w, low, high, dilation, input_dilation):
    return convolved_by_phase(x, w, low, high, input_dilation, groups)
  return ops.ts.convolve(x, w, stride, low, high, dilation, input_dilation, groups)


# x [N, C, spatial...] with w [O, C / groups, kernel...].
def convolved(x: Tensor, w: Tensor, bias: Optional[Tensor], stride: List[int], low: List[int], high: List[int],
    dilation: List[int], input_dilation: List[int], groups: int) -> Tensor:
  if bias is None:
    return unbiased(x, w, stride, low, high, dilation, input_dilation, groups)
  wide = opmath_dtype(x.dtype)
  y = unbiased(cast(x, wide), cast(w, wide), stride, low, high, dilation, input_dilation, groups)
  return cast(ops.ts.add(y, along(cast(bias, wide), y.size(), 1)), x.dtype)


def check_convolution(x: Tensor, w: Tensor, groups: int, transposed: bool) -> bool:
  if x.dtype != w.dtype:
    raise RuntimeError(torch.format("Input type ({}) and weight type ({}) should be the same", dtype_word(x.dtype), dtype_word(w.dtype)))
  channels = x.size(1)
  if transposed:
    if ops.ts.known(channels):
      if channels != w.size(0):
        raise RuntimeError(torch.format("Given transposed=1, weight of size {}, expected input{} to have {} channels, but got {} channels instead", w.size(), x.size(), w.size(0), channels))
  elif ops.ts.known(channels):
    if channels != w.size(1) * groups:
      raise RuntimeError(torch.format("Given groups={}, weight of size {}, expected input{} to have {} channels, but got {} channels instead", groups, w.size(), x.size(), w.size(1) * groups, channels))
  return True


# [C, O / groups, k...] of a transposed convolution as [O, C / groups, k...], kernel turned round.
def turned_kernel(w: Tensor, groups: int) -> Tensor:
  n = w.dim() - 2
  flipped = ops.ts.reverse(w, iota_list(2, n))
  if groups == 1:
    return swapped(flipped, 0, 1)
  kernel = w.size()[2:]
  parts = ops.ts.reshape(flipped, [groups, w.size(0) // groups, w.size(1)] + kernel)
  return ops.ts.reshape(ops.ts.copy(swapped(parts, 1, 2)), [groups * w.size(1), w.size(0) // groups] + kernel)


def convolution_of(input: Tensor, weight: Tensor, bias: Optional[Tensor], stride: List[int], padding: List[int],
    dilation: List[int], transposed: bool, output_padding: List[int], groups: int) -> Tensor:
  n = weight.dim() - 2
  single = unbatched(input, n)
  x = torch.unsqueeze(input, 0) if single else input
  if x.dim() != n + 2:
    raise RuntimeError(torch.format("Expected {}D (unbatched) or {}D (batched) input to conv{}d, but got input of size: {}", n + 1, n + 2, n, input.size()))
  checked = check_convolution(x, weight, groups, transposed)
  step = repeat_to(stride, n)
  pads = repeat_to(padding, n)
  spread = repeat_to(dilation, n)
  one = ints(n, 1)
  y = x
  if transposed:
    extra = repeat_to(output_padding, n)
    low = annotate(List[int], [])
    high = annotate(List[int], [])
    for d in range(n):
      reach = spread[d] * (weight.size(d + 2) - 1)
      low.append(reach - pads[d])
      high.append(reach - pads[d] + extra[d])
    y = convolved(x, turned_kernel(weight, groups), bias, one, low, high, spread, step, groups)
  else:
    for d in range(n):
      extent = x.size(d + 2)
      if ops.ts.known(extent):
        if extent + 2 * pads[d] < spread[d] * (weight.size(d + 2) - 1) + 1:
          have = " x ".join([str(x.size(k + 2) + 2 * pads[k]) for k in range(n)])
          want = " x ".join([str(spread[k] * (weight.size(k + 2) - 1) + 1) for k in range(n)])
          raise RuntimeError(torch.format("Calculated padded input size per channel: ({}). Kernel size: ({}). Kernel size can't be greater than actual input size", have, want))
    y = convolved(x, weight, bias, step, pads, pads, spread, one, groups)
  return torch.squeeze(y, 0) if single else y


@op("aten::convolution")
def convolution(input: Tensor, weight: Tensor, bias: Optional[Tensor], stride: List[int], padding: List[int], dilation: List[int],
    transposed: bool, output_padding: List[int], groups: int) -> Tensor:
  return convolution_of(input, weight, bias, stride, padding, dilation, transposed, output_padding, groups)


@op("aten::_convolution")
def _convolution(input: Tensor, weight: Tensor, bias: Optional[Tensor], stride: List[int], padding: List[int], dilation: List[int],
    transposed: bool, output_padding: List[int], groups: int, benchmark: bool, deterministic: bool, cudnn_enabled: bool, allow_tf32: bool) -> Tensor:
  return convolution_of(input, weight, bias, stride, padding, dilation, transposed, output_padding, groups)


@op("aten::_convolution.deprecated")
def _convolution_deprecated(input: Tensor, weight: Tensor, bias: Optional[Tensor], stride: List[int], padding: List[int], dilation: List[int],
    transposed: bool, output_padding: List[int], groups: int, benchmark: bool, deterministic: bool, cudnn_enabled: bool) -> Tensor:
  return convolution_of(input, weight, bias, stride, padding, dilation, transposed, output_padding, groups)


@op("aten::convolution_overrideable")
def convolution_overrideable(input: Tensor, weight: Tensor, bias: Optional[Tensor], stride: List[int], padding: List[int], dilation: List[int],
    transposed: bool, output_padding: List[int], groups: int) -> Tensor:
  return convolution_of(input, weight, bias, stride, padding, dilation, transposed, output_padding, groups)


@op("aten::conv1d")
def conv1d(input: Tensor, weight: Tensor, bias: Optional[Tensor], stride: List[int], padding: List[int], dilation: List[int], groups: int) -> Tensor:
  return convolution_of(input, weight, bias, stride, padding, dilation, False, [0], groups)


@op("aten::conv2d")
def conv2d(input: Tensor, weight: Tensor, bias: Optional[Tensor], stride: List[int], padding: List[int], dilation: List[int], groups: int) -> Tensor:
  return convolution_of(input, weight, bias, stride, padding, dilation, False, [0], groups)


@op("aten::conv3d")
def conv3d(input: Tensor, weight: Tensor, bias: Optional[Tensor], stride: List[int], padding: List[int], dilation: List[int], groups: int) -> Tensor:
  return convolution_of(input, weight, bias, stride, padding, dilation, False, [0], groups)


# "same" pads the odd element at the end.
def convolution_mode(input: Tensor, weight: Tensor, bias: Optional[Tensor], stride: List[int], padding: str, dilation: List[int], groups: int) -> Tensor:
  n = weight.dim() - 2
  if padding == "valid":
    return convolution_of(input, weight, bias, stride, ints(n, 0), dilation, False, [0], groups)
  if padding != "same":
    raise RuntimeError(torch.format("Invalid padding string: '{}'", padding))
  single = unbatched(input, n)
  x = torch.unsqueeze(input, 0) if single else input
  checked = check_convolution(x, weight, groups, False)
  step = repeat_to(stride, n)
  spread = repeat_to(dilation, n)
  low = annotate(List[int], [])
  high = annotate(List[int], [])
  for d in range(n):
    if step[d] != 1:
      raise RuntimeError("padding='same' is not supported for strided convolutions")
    total = spread[d] * (weight.size(d + 2) - 1)
    low.append(total // 2)
    high.append(total - total // 2)
  y = convolved(x, weight, bias, step, low, high, spread, ints(n, 1), groups)
  return torch.squeeze(y, 0) if single else y


@op("aten::_convolution_mode")
def _convolution_mode(input: Tensor, weight: Tensor, bias: Optional[Tensor], stride: List[int], padding: str, dilation: List[int], groups: int) -> Tensor:
  return convolution_mode(input, weight, bias, stride, padding, dilation, groups)


@op("aten::conv1d.padding")
def conv1d_padding(input: Tensor, weight: Tensor, bias: Optional[Tensor], stride: List[int], padding: str, dilation: List[int], groups: int) -> Tensor:
  return convolution_mode(input, weight, bias, stride, padding, dilation, groups)


@op("aten::conv2d.padding")
def conv2d_padding(input: Tensor, weight: Tensor, bias: Optional[Tensor], stride: List[int], padding: str, dilation: List[int], groups: int) -> Tensor:
  return convolution_mode(input, weight, bias, stride, padding, dilation, groups)


@op("aten::conv3d.padding")
def conv3d_padding(input: Tensor, weight: Tensor, bias: Optional[Tensor], stride: List[int], padding: str, dilation: List[int], groups: int) -> Tensor:
  return convolution_mode(input, weight, bias, stride, padding, dilation, groups)


@op("aten::conv_transpose1d")
def conv_transpose1d(input: Tensor, weight: Tensor, bias: Optional[Tensor], stride: List[int], padding: List[int], output_padding: List[int],
    groups: int, dilation: List[int]) -> Tensor:
  return convolution_of(input, weight, bias, stride, padding, dilation, True, output_padding, groups)


@op("aten::conv_transpose2d.input")
def conv_transpose2d_input(input: Tensor, weight: Tensor, bias: Optional[Tensor], stride: List[int], padding: List[int],
    output_padding: List[int], groups: int, dilation: List[int]) -> Tensor:
  return convolution_of(input, weight, bias, stride, padding, dilation, True, output_padding, groups)


@op("aten::conv_transpose3d.input")
def conv_transpose3d_input(input: Tensor, weight: Tensor, bias: Optional[Tensor], stride: List[int], padding: List[int],
    output_padding: List[int], groups: int, dilation: List[int]) -> Tensor:
  return convolution_of(input, weight, bias, stride, padding, dilation, True, output_padding, groups)


@op("aten::mkldnn_convolution")
def mkldnn_convolution(self: Tensor, weight: Tensor, bias: Optional[Tensor], padding: List[int], stride: List[int], dilation: List[int],
    groups: int) -> Tensor:
  return convolution_of(self, weight, bias, stride, padding, dilation, False, [0], groups)


@op("aten::thnn_conv2d")
def thnn_conv2d(self: Tensor, weight: Tensor, kernel_size: List[int], bias: Optional[Tensor], stride: List[int], padding: List[int]) -> Tensor:
  return convolution_of(self, weight, bias, stride, padding, [1], False, [0], 1)


@op("aten::slow_conv3d")
def slow_conv3d(self: Tensor, weight: Tensor, kernel_size: List[int], bias: Optional[Tensor], stride: List[int], padding: List[int]) -> Tensor:
  return convolution_of(self, weight, bias, stride, padding, [1], False, [0], 1)


@op("aten::_slow_conv2d_forward")
def _slow_conv2d_forward(self: Tensor, weight: Tensor, kernel_size: List[int], bias: Optional[Tensor], stride: List[int], padding: List[int]) -> Tensor:
  return convolution_of(self, weight, bias, stride, padding, [1], False, [0], 1)


@op("aten::slow_conv_dilated2d")
def slow_conv_dilated2d(self: Tensor, weight: Tensor, kernel_size: List[int], bias: Optional[Tensor], stride: List[int], padding: List[int],
    dilation: List[int]) -> Tensor:
  return convolution_of(self, weight, bias, stride, padding, dilation, False, [0], 1)


@op("aten::slow_conv_transpose2d")
def slow_conv_transpose2d(self: Tensor, weight: Tensor, kernel_size: List[int], bias: Optional[Tensor], stride: List[int], padding: List[int],
    output_padding: List[int], dilation: List[int]) -> Tensor:
  return convolution_of(self, weight, bias, stride, padding, dilation, True, output_padding, 1)


@op("aten::_conv_depthwise2d")
def _conv_depthwise2d(self: Tensor, weight: Tensor, kernel_size: List[int], bias: Optional[Tensor], stride: List[int], padding: List[int],
    dilation: List[int]) -> Tensor:
  return convolution_of(self, weight, bias, stride, padding, dilation, False, [0], self.size(1))


@op("aten::conv_tbc")
def conv_tbc(self: Tensor, weight: Tensor, bias: Tensor, pad: int) -> Tensor:
  x = ops.ts.permute(self, [1, 2, 0])
  y = convolution_of(x, ops.ts.permute(weight, [2, 1, 0]), bias, [1], [pad], [1], False, [0], 1)
  return ops.ts.permute(y, [2, 0, 1])


# The first blocks of im2col: place of row or column of each (kernel, output) pair in the padded input.
def window_places(kernel: int, blocks: int, stride: int, dilation: int) -> Tensor:
  sizes = [kernel, blocks]
  k = places(sizes, 0)
  b = places(sizes, 1)
  return ops.ts.add(ops.ts.mul(k, splat(k, dilation)), ops.ts.mul(b, splat(b, stride)))


def block_count(extent: int, kernel: int, dilation: int, padding: int, stride: int) -> int:
  return (extent + 2 * padding - dilation * (kernel - 1) - 1) // stride + 1


@op("aten::im2col")
def im2col(self: Tensor, kernel_size: List[int], dilation: List[int], padding: List[int], stride: List[int]) -> Tensor:
  single = self.dim() == 3
  x = torch.unsqueeze(self, 0) if single else self
  p = padding
  padded = ops.ts.pad(x, [0, 0, p[0], p[1]], [0, 0, p[0], p[1]], scalar(0, x.dtype))
  h = block_count(x.size(2), kernel_size[0], dilation[0], p[0], stride[0])
  w = block_count(x.size(3), kernel_size[1], dilation[1], p[1], stride[1])
  if ops.ts.known(h) and ops.ts.known(w):
    if (h < 1) or (w < 1):
      raise RuntimeError(torch.format("Given input with spatial size ({}, {}), kernel_size=({}, {}), dilation=({}, {}), padding=({}, {}), calculated shape of the array of sliding blocks as ({}, {}), but its components must be at least one.", x.size(2), x.size(3), kernel_size[0], kernel_size[1], dilation[0], dilation[1], p[0], p[1], h, w))
  sizes = [kernel_size[0], kernel_size[1], h, w]
  rows = ops.ts.broadcast(window_places(kernel_size[0], h, stride[0], dilation[0]), sizes, [0, 2])
  columns = ops.ts.broadcast(window_places(kernel_size[1], w, stride[1], dilation[1]), sizes, [1, 3])
  y = ops.ts.permute(ops.ts.index(padded, [2, 3], [rows, columns]), [4, 5, 0, 1, 2, 3])
  y = torch.reshape(y, [x.size(0), x.size(1) * kernel_size[0] * kernel_size[1], h * w])
  return torch.squeeze(y, 0) if single else y


@op("aten::col2im")
def col2im(self: Tensor, output_size: List[int], kernel_size: List[int], dilation: List[int], padding: List[int], stride: List[int]) -> Tensor:
  single = self.dim() == 2
  x = torch.unsqueeze(self, 0) if single else self
  p = padding
  h = block_count(output_size[0], kernel_size[0], dilation[0], p[0], stride[0])
  w = block_count(output_size[1], kernel_size[1], dilation[1], p[1], stride[1])
  block = kernel_size[0] * kernel_size[1]
  channels = x.size(1) // block
  if ops.ts.known(x.size(1)) and (not ops.ts.same(channels * block, x.size(1))):
    raise RuntimeError(torch.format("Expected size of input's dimension 1 to be divisible by the product of kernel_size, but got input.size(1)={} and kernel_size=({}, {}).", x.size(1), kernel_size[0], kernel_size[1]))
  sizes = [kernel_size[0], kernel_size[1], h, w]
  rows = ops.ts.broadcast(window_places(kernel_size[0], h, stride[0], dilation[0]), sizes, [0, 2])
  columns = ops.ts.broadcast(window_places(kernel_size[1], w, stride[1], dilation[1]), sizes, [1, 3])
  blocks = torch.reshape(x, [x.size(0), channels, kernel_size[0], kernel_size[1], h, w])
  base = ops.ts.full([x.size(0), channels, output_size[0] + 2 * p[0], output_size[1] + 2 * p[1]], 0, opmath_dtype(x.dtype))
  y = ops.ts.scatter(base, [2, 3], [rows, columns], opmath(ops.ts.permute(blocks, [2, 3, 4, 5, 0, 1])), "add")
  y = ops.ts.slice(ops.ts.slice(y, 2, p[0], output_size[0], 1), 3, p[1], output_size[1], 1)
  y = ops.ts.copy(cast(y, x.dtype))
  return torch.squeeze(y, 0) if single else y
