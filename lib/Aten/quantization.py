# Numbers rounded to a grid of steps: q = clamp(round(x / scale) + zero_point), x ≈ (q - zero_point) * scale.
def check_quantization_range(quant_min: int, quant_max: int, dtype: int) -> None:
  low = -128
  high = 127
  if dtype == 0:
    low = 0
    high = 255
  elif dtype == 2:
    low = -32768
    high = 32767
  elif dtype == 3:
    low = -2147483648
    high = 2147483647
  elif dtype == 27:
    low = 0
    high = 65535
  elif dtype == 23:
    low = -57344
    high = 57344
  elif dtype == 24:
    low = -448
    high = 448
  elif dtype != 1:
    raise ValueError(torch.format("Unsupported dtype: {}", dtype))
  if quant_min < low:
    raise AssertionError(torch.format("quant_min out of bounds for dtype, quant_min_lower_bound: {} quant_min: {}", low, quant_min))
  if quant_max > high:
    raise AssertionError(torch.format("quant_max out of bounds for dtype, quant_max_upper_bound: {} quant_max: {}", high, quant_max))


def float_to_quantize(x: Tensor) -> Tensor:
  y = opmath(x)
  if y.dtype != 6:
    raise AssertionError("Expecting input to have dtype torch.float32")
  return y


# Rounded before the zero point is added, as PyTorch's decomposed operators have it.
def quantize_by(x: Tensor, inverse: Tensor, zero_point: Tensor, quant_min: int, quant_max: int, dtype: int) -> Tensor:
  y = torch.add(torch.round(torch.mul(x, inverse)), zero_point)
  return cast(torch.clamp(y, quant_min, quant_max), dtype)


def single(x: Tensor, what: str) -> number:
  if numel_of(x.size()) != 1:
    raise AssertionError(torch.format("Expecting {} tensor to be one element, but received : {}", what, numel_of(x.size())))
  return ops.ts.item(ops.ts.reshape(x, annotate(List[int], [])))


@op("quantized_decomposed::quantize_per_tensor")
def decomposed_quantize_per_tensor(input: Tensor, scale: float, zero_point: int, quant_min: int, quant_max: int, dtype: int) -> Tensor:
  check_quantization_range(quant_min, quant_max, dtype)
  return quantize_by(float_to_quantize(input), ops.ts.tensor_of(1.0 / scale), ops.ts.tensor_of(zero_point), quant_min, quant_max, dtype)


@op("quantized_decomposed::quantize_per_tensor.tensor")
def decomposed_quantize_per_tensor_tensor(input: Tensor, scale: Tensor, zero_point: Tensor, quant_min: int, quant_max: int, dtype: int) -> Tensor:
  return ops.quantized_decomposed.quantize_per_tensor(input, float(single(scale, "scale")), int(single(zero_point, "zero_point")), quant_min, quant_max, dtype)


@op("quantized_decomposed::quantize_per_tensor.tensor2")
def decomposed_quantize_per_tensor_tensor2(input: Tensor, scale: Tensor, zero_point: Tensor, quant_min: Tensor, quant_max: Tensor, dtype: int) -> Tensor:
  return ops.quantized_decomposed.quantize_per_tensor(input, float(single(scale, "scale")), int(single(zero_point, "zero_point")),
      int(single(quant_min, "quant_min")), int(single(quant_max, "quant_max")), dtype)


@op("quantized_decomposed::dequantize_per_tensor")
def decomposed_dequantize_per_tensor(input: Tensor, scale: float, zero_point: int, quant_min: int, quant_max: int, dtype: int,
    out_dtype: Optional[int]) -> Tensor:
  if input.dtype != dtype:
    raise AssertionError(torch.format("Expecting input to have dtype: {}, but got {}", dtype, input.dtype))
  return torch.mul(torch.sub(cast(input, 6 if out_dtype is None else out_dtype), zero_point), scale)


@op("quantized_decomposed::dequantize_per_tensor.tensor")
def decomposed_dequantize_per_tensor_tensor(input: Tensor, scale: Tensor, zero_point: Tensor, quant_min: int, quant_max: int, dtype: int,
    out_dtype: Optional[int]) -> Tensor:
  return ops.quantized_decomposed.dequantize_per_tensor(input, float(single(scale, "scale")), int(single(zero_point, "zero_point")), quant_min, quant_max, dtype,
      out_dtype=out_dtype)


@op("quantized_decomposed::dequantize_per_tensor.tensor2")
def decomposed_dequantize_per_tensor_tensor2(input: Tensor, scale: Tensor, zero_point: Tensor, quant_min: Tensor, quant_max: Tensor, dtype: int,
    out_dtype: Optional[int]) -> Tensor:
  return ops.quantized_decomposed.dequantize_per_tensor(input, float(single(scale, "scale")), int(single(zero_point, "zero_point")),
      int(single(quant_min, "quant_min")), int(single(quant_max, "quant_max")), dtype, out_dtype=out_dtype)


# The step that covers the values from their least to their greatest and zero, and the integer that stands for zero.
def quantization_parameters(input: Tensor, quant_min: int, quant_max: int, eps: float, dtype: int, symmetric: bool) -> Tuple[Tensor, Tensor]:
  if quant_min >= quant_max:
    raise AssertionError("qmin must be less than qmax.")
  x = torch.reshape(input, [-1])
  low = torch.clamp_max(torch.amin(x, [0], True), 0)
  high = torch.clamp_min(torch.amax(x, [0], True), 0)
  least = ops.ts.full([1], eps, 6)
  steps = float(quant_max - quant_min)
  if symmetric:
    scale = torch.maximum(torch.div(torch.maximum(torch.neg(low), high), steps / 2.0), least)
    return cast(scale, 7), ops.ts.full([1], 128 if dtype == 0 else 0, 4)
  scale = torch.maximum(torch.div(torch.sub(high, low), steps), least)
  zero_point = torch.rsub(cast(torch.round(torch.div(low, scale)), 3), quant_min)
  return cast(scale, 7), cast(torch.clamp(zero_point, quant_min, quant_max), 4)


@op("quantized_decomposed::choose_qparams.tensor")
def decomposed_choose_qparams(input: Tensor, quant_min: int, quant_max: int, eps: float, dtype: int) -> Tuple[Tensor, Tensor]:
  return quantization_parameters(input, quant_min, quant_max, eps, dtype, False)


@op("quantized_decomposed::choose_qparams_symmetric.tensor")
def decomposed_choose_qparams_symmetric(input: Tensor, quant_min: int, quant_max: int, eps: float, dtype: int) -> Tuple[Tensor, Tensor]:
  return quantization_parameters(input, quant_min, quant_max, eps, dtype, True)


# The parameters of each place along axis, as a tensor that broadcasts with x.
def at_axis(parameters: Tensor, x: Tensor, axis: int) -> Tensor:
  if axis >= x.dim():
    raise AssertionError(torch.format("Expecting axis to be < {}", x.dim()))
  return torch.reshape(parameters, with_at(ints(x.dim(), 1), wrap_dim(axis, x.dim()), -1))


@op("quantized_decomposed::quantize_per_channel")
def decomposed_quantize_per_channel(input: Tensor, scales: Tensor, zero_points: Tensor, axis: int, quant_min: int, quant_max: int, dtype: int) -> Tensor:
  check_quantization_range(quant_min, quant_max, dtype)
  x = float_to_quantize(input)
  return quantize_by(x, torch.reciprocal(at_axis(scales, x, axis)), at_axis(zero_points, x, axis), quant_min, quant_max, dtype)


@op("quantized_decomposed::dequantize_per_channel")
def decomposed_dequantize_per_channel(input: Tensor, scales: Tensor, zero_points: Optional[Tensor], axis: int, quant_min: int, quant_max: int, dtype: int,
    out_dtype: Optional[int]) -> Tensor:
  if input.dtype != dtype:
    raise AssertionError(torch.format("Expecting input to have dtype: {}, but got dtype: {}", dtype, input.dtype))
  check_quantization_range(quant_min, quant_max, dtype)
  x = input if zero_points is None else torch.sub(input, at_axis(zero_points, input, axis))
  return cast(torch.mul(x, at_axis(scales, input, axis)), 6 if out_dtype is None else out_dtype)


@op("quantized_decomposed::fake_quant_per_channel")
def decomposed_fake_quant_per_channel(input: Tensor, scales: Tensor, zero_points: Tensor, axis: int, quant_min: int, quant_max: int) -> Tensor:
  scale = at_axis(cast(scales, 6), input, axis)
  zero = at_axis(cast(zero_points, 3), input, axis)
  y = torch.add(torch.round(torch.mul(input, torch.reciprocal(scale))), zero)
  return torch.mul(torch.sub(torch.clamp(y, quant_min, quant_max), zero), scale)


# A token is a row of the last dimension.


@op("quantized_decomposed::choose_qparams_per_token")
def decomposed_choose_qparams_per_token(input: Tensor, dtype: int) -> Tuple[Tensor, Tensor]:
  if dtype != 1:
    raise Exception(torch.format("unsupported dtype in choose_qparams_per_token: {}", dtype))
  scales = torch.amax(torch.abs(input), [-1], True)
  scales = torch.div(torch.clamp_min(cast(scales, 6) if scales.dtype == 5 else scales, 0.00001), 127)
  return scales, splat(scales, 0)


@op("quantized_decomposed::_choose_qparams_per_token_asymmetric_impl")
def decomposed_qparams_per_token_asymmetric_impl(input: Tensor, dtype: int) -> Tuple[Tensor, Tensor]:
  low = torch.clamp_max(torch.amin(input, [-1], True), 0)
  high = torch.clamp_min(torch.amax(input, [-1], True), 0)
  scale = torch.clamp_min(torch.div(torch.sub(high, low), 255.0), 1.1920928955078125e-07)
  down = torch.div(low, scale)
  up = torch.div(high, scale)
  error = torch.add(torch.add(down, -128), torch.add(up, 127))
  zero = torch.where(torch.gt(error, 0), torch.rsub(down, -128), torch.rsub(up, 127))
  return cast(scale, 7), cast(torch.round(torch.clamp(zero, -128, 127)), 4)


@op("quantized_decomposed::choose_qparams_per_token_asymmetric")
def decomposed_choose_qparams_per_token_asymmetric(input: Tensor, dtype: int) -> Tuple[Tensor, Tensor]:
  return ops.quantized_decomposed._choose_qparams_per_token_asymmetric_impl(input, dtype)


# Rounded after the zero point is added.
def quantize_rows(x: Tensor, scales: Tensor, zero_points: Tensor, quant_min: int, quant_max: int, dtype: int) -> Tensor:
  y = torch.round(torch.add(torch.mul(x, torch.reciprocal(scales)), zero_points))
  return cast(torch.clamp(y, quant_min, quant_max), dtype)


@op("quantized_decomposed::quantize_per_token")
def decomposed_quantize_per_token(input: Tensor, scales: Tensor, zero_points: Tensor, quant_min: int, quant_max: int, dtype: int) -> Tensor:
  check_quantization_range(quant_min, quant_max, dtype)
  return quantize_rows(input, scales, zero_points, quant_min, quant_max, dtype)


@op("quantized_decomposed::dequantize_per_token")
def decomposed_dequantize_per_token(input: Tensor, scales: Tensor, zero_points: Tensor, quant_min: int, quant_max: int, dtype: int, output_dtype: int) -> Tensor:
  return cast(torch.mul(torch.sub(input, zero_points), scales), output_dtype)


# Groups of neighbours in the rows of a matrix, each with its own parameters.
def quantization_group(x: Tensor, scales: Tensor, group_size: int) -> int:
  if group_size <= 1:
    raise AssertionError("group_size must be > 1")
  if x.dim() != 2:
    raise AssertionError("input must be 2-dimensional")
  size = x.size(1) if (group_size > x.size(1) and scales.size(-1) == 1) else group_size
  if x.size(1) % size != 0:
    raise AssertionError("input.shape[-1] must be divisible by group_size")
  return size


@op("quantized_decomposed::quantize_per_channel_group")
def decomposed_quantize_per_channel_group(input: Tensor, scales: Tensor, zero_points: Tensor, quant_min: int, quant_max: int, dtype: int, group_size: int) -> Tensor:
  rows = torch.reshape(input, [-1, quantization_group(input, scales, group_size)])
  y = quantize_rows(rows, torch.reshape(scales, [-1, 1]), torch.reshape(zero_points, [-1, 1]), quant_min, quant_max, dtype)
  return torch.reshape(y, input.size())


@op("quantized_decomposed::dequantize_per_channel_group")
def decomposed_dequantize_per_channel_group(input: Tensor, scales: Tensor, zero_points: Optional[Tensor], quant_min: int, quant_max: int, dtype: int,
    group_size: int, output_dtype: int) -> Tensor:
  rows = torch.reshape(input, [-1, quantization_group(input, scales, group_size)])
  x = rows if zero_points is None else torch.sub(rows, torch.reshape(zero_points, [-1, 1]))
  return cast(torch.reshape(torch.mul(x, torch.reshape(scales, [-1, 1])), input.size()), output_dtype)


@op("quantized_decomposed::convert_element_type.no_fuse")
def decomposed_convert_element_type(input: Tensor, dtype: int) -> Tensor:
  return cast(input, dtype)


# To the grid and back; with the places that were not clamped.
def fake_quantized(x: Tensor, scale: Tensor, zero_point: Tensor, quant_min: int, quant_max: int) -> Tuple[Tensor, Tensor]:
  wide = opmath(x)
  step = expand_to(cast(scale, wide.dtype), x.size())
  zero = expand_to(cast(zero_point, wide.dtype), x.size())
  q = ops.ts.round(ops.ts.add(zero, ops.ts.mul(wide, ops.ts.div(splat(step, 1), step))))
  clamped = ops.ts.minimum(ops.ts.maximum(q, splat(q, quant_min)), splat(q, quant_max))
  inside = ops.ts.and_(ops.ts.ge(q, splat(q, quant_min)), ops.ts.le(q, splat(q, quant_max)))
  return cast(ops.ts.mul(ops.ts.sub(clamped, zero), step), x.dtype), inside


@op("aten::fake_quantize_per_tensor_affine")
def fake_quantize_per_tensor_affine(self: Tensor, scale: float, zero_point: int, quant_min: int, quant_max: int) -> Tensor:
  return fake_quantized(self, ops.ts.tensor_of(scale), ops.ts.tensor_of(zero_point), quant_min, quant_max)[0]


@op("aten::fake_quantize_per_tensor_affine.tensor_qparams")
def fake_quantize_per_tensor_affine_tensor_qparams(self: Tensor, scale: Tensor, zero_point: Tensor, quant_min: int, quant_max: int) -> Tensor:
  none = annotate(List[int], [])
  return fake_quantized(self, torch.reshape(scale, none), torch.reshape(zero_point, none), quant_min, quant_max)[0]


@op("aten::fake_quantize_per_tensor_affine_cachemask")
def fake_quantize_per_tensor_affine_cachemask(self: Tensor, scale: float, zero_point: int, quant_min: int, quant_max: int) -> Tuple[Tensor, Tensor]:
  return fake_quantized(self, ops.ts.tensor_of(scale), ops.ts.tensor_of(zero_point), quant_min, quant_max)


@op("aten::_fake_quantize_per_tensor_affine_cachemask_tensor_qparams")
def _fake_quantize_cachemask_tensor_qparams(self: Tensor, scale: Tensor, zero_point: Tensor, fake_quant_enabled: Tensor, quant_min: int,
    quant_max: int) -> Tuple[Tensor, Tensor]:
  none = annotate(List[int], [])
  y, inside = fake_quantized(self, torch.reshape(scale, none), torch.reshape(zero_point, none), quant_min, quant_max)
  on = expand_to(truth(torch.reshape(fake_quant_enabled, none)), self.size())
  return ops.ts.select(on, y, self), ops.ts.or_(inside, ops.ts.not_(on))


@op("aten::fake_quantize_per_channel_affine")
def fake_quantize_per_channel_affine(self: Tensor, scale: Tensor, zero_point: Tensor, axis: int, quant_min: int, quant_max: int) -> Tensor:
  return fake_quantized(self, at_axis(scale, self, axis), at_axis(zero_point, self, axis), quant_min, quant_max)[0]


@op("aten::fake_quantize_per_channel_affine_cachemask")
def fake_quantize_per_channel_affine_cachemask(self: Tensor, scale: Tensor, zero_point: Tensor, axis: int, quant_min: int,
    quant_max: int) -> Tuple[Tensor, Tensor]:
  return fake_quantized(self, at_axis(scale, self, axis), at_axis(zero_point, self, axis), quant_min, quant_max)


# Quantized tensors: integers that carry one scale and zero point. They are made, converted back and moved.


def integer_dtype(dtype: int) -> int:
  if dtype == 12:
    return 1
  if dtype == 13:
    return 0
  if dtype == 14:
    return 3
  raise RuntimeError("quantize_per_tensor: expected a quantized dtype: torch.qint8, torch.quint8 or torch.qint32")


@op("aten::quantize_per_tensor")
def quantize_per_tensor(self: Tensor, scale: float, zero_point: int, dtype: int) -> Tensor:
  whole = integer_dtype(dtype)
  low = -128 if whole == 1 else (0 if whole == 0 else -2147483648)
  high = 127 if whole == 1 else (255 if whole == 0 else 2147483647)
  x = opmath(self)
  q = ops.ts.convert(ops.ts.round(ops.ts.mul(x, splat(x, 1.0 / scale))), 4)
  q = ops.ts.add(q, splat(q, zero_point))
  return ops.ts.quantized(ops.ts.convert(ops.ts.minimum(ops.ts.maximum(q, splat(q, low)), splat(q, high)), whole), scale, zero_point)


@op("aten::quantize_per_tensor.tensor_qparams")
def quantize_per_tensor_tensor_qparams(self: Tensor, scale: Tensor, zero_point: Tensor, dtype: int) -> Tensor:
  return torch.quantize_per_tensor(self, float(single(scale, "scale")), int(single(zero_point, "zero_point")), dtype)


# The range of the tensor decides, as for activations of dynamic layers.
@op("aten::quantize_per_tensor_dynamic")
def quantize_per_tensor_dynamic(self: Tensor, dtype: int, reduce_range: bool) -> Tensor:
  low = -128 if dtype == 12 else 0
  high = 127 if dtype == 12 else 255
  if reduce_range:
    low = low // 2
    high = high // 2
  x = torch.reshape(self, [-1])
  least = float(ops.ts.item(torch.clamp_max(torch.amin(x), 0)))
  most = float(ops.ts.item(torch.clamp_min(torch.amax(x), 0)))
  scale = (most - least) / float(high - low)
  if scale == 0.0:
    scale = 0.1
  zero = int(torch.round(float(low) - least / scale))
  return torch.quantize_per_tensor(self, scale, ops.prim.max(ops.prim.min(zero, high), low), dtype)


@op("aten::_make_per_tensor_quantized_tensor")
def _make_per_tensor_quantized_tensor(self: Tensor, scale: float, zero_point: int) -> Tensor:
  return ops.ts.quantized(ops.ts.copy(self), scale, zero_point)


@op("aten::dequantize.self")
def dequantize_self(self: Tensor) -> Tensor:
  if not self.is_quantized:
    return cast(self, 6)
  x = ops.ts.integers(self)
  whole = ops.ts.convert(ops.ts.sub(ops.ts.convert(x, 4), ops.ts.full(x.size(), ops.ts.q_zero_point(self), 4)), 6)
  return ops.ts.mul(whole, splat(whole, ops.ts.q_scale(self)))


@op("aten::dequantize.tensor")
def dequantize_tensor(qtensor: Tensor) -> Tensor:
  return torch.dequantize(qtensor)


@op("aten::dequantize.tensors")
def dequantize_tensors(tensors: List[Tensor]) -> List[Tensor]:
  out = annotate(List[Tensor], [])
  for x in tensors:
    out.append(torch.dequantize(x))
  return out


@op("aten::int_repr")
def int_repr(self: Tensor) -> Tensor:
  return ops.ts.copy(ops.ts.integers(self))


@op("aten::q_scale")
def q_scale(self: Tensor) -> float:
  return ops.ts.q_scale(self)


@op("aten::q_zero_point")
def q_zero_point(self: Tensor) -> int:
  return ops.ts.q_zero_point(self)
