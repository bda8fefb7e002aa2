# Activations and softmax.


@op("aten::relu")
def relu(self: Tensor) -> Tensor:
  if self.dtype == 11:
    raise RuntimeError("Boolean inputs not supported for relu")
  return ops.ts.maximum(self, splat(self, 0))


@op("aten::relu6")
def relu6(self: Tensor) -> Tensor:
  return ops.ts.minimum(ops.ts.maximum(self, splat(self, 0)), splat(self, 6))


@op("aten::hardtanh")
def hardtanh(self: Tensor, min_val: number, max_val: number) -> Tensor:
  if ops.ts.known(0) and self.dtype == 11:
    raise RuntimeError("Bool inputs not supported for hardtanh")
  return ops.ts.minimum(ops.ts.maximum(self, splat(self, min_val)), splat(self, max_val))


@op("aten::leaky_relu")
def leaky_relu(self: Tensor, negative_slope: number) -> Tensor:
  x = opmath(self)
  return cast(ops.ts.select(ops.ts.gt(x, splat(x, 0)), x, ops.ts.mul(x, splat(x, negative_slope))), self.dtype)


@op("aten::prelu")
def prelu(self: Tensor, weight: Tensor) -> Tensor:
  x = self
  w = weight
  if weight.dim() > 0 and (not ops.ts.same(numel_of(weight.size()), 1)):
    if x.dim() < 2:
      w = torch.reshape(weight, [-1])
    else:
      w = along(weight, x.size(), 1)
  elif weight.dim() > 0:
    w = torch.reshape(weight, annotate(List[int], []))
  return torch._prelu_kernel(x, expand_to(w, x.size()))


@op("aten::_prelu_kernel")
def _prelu_kernel(self: Tensor, weight: Tensor) -> Tensor:
  a, b = broadcast2(self, weight)
  return ops.ts.select(ops.ts.gt(a, splat(a, 0)), a, ops.ts.mul(a, b))


@op("aten::rrelu")
def rrelu(self: Tensor, lower: number, upper: number, training: bool, generator: Optional[Generator]) -> Tensor:
  if training:
    noise = ops.ts.random(self.size(), self.dtype, "uniform", lower, upper)
    return ops.ts.select(ops.ts.le(self, splat(self, 0)), ops.ts.mul(self, noise), self)
  return torch.leaky_relu(self, (float(lower) + float(upper)) / 2.0)


@op("aten::rrelu_with_noise")
def rrelu_with_noise(self: Tensor, noise: Tensor, lower: number, upper: number, training: bool, generator: Optional[Generator]) -> Tensor:
  if training:
    drawn = ops.ts.random(self.size(), self.dtype, "uniform", lower, upper)
    negative = ops.ts.le(self, splat(self, 0))
    written = ops.ts.write(noise, ops.ts.select(negative, drawn, splat(self, 1)))
    return ops.ts.select(negative, ops.ts.mul(self, drawn), self)
  return torch.leaky_relu(self, (float(lower) + float(upper)) / 2.0)


@op("aten::rrelu_with_noise_functional")
def rrelu_with_noise_functional(self: Tensor, noise: Tensor, lower: number, upper: number, training: bool, generator: Optional[Generator]) -> Tuple[Tensor, Tensor]:
  if training:
    drawn = ops.ts.random(self.size(), self.dtype, "uniform", lower, upper)
    negative = ops.ts.le(self, splat(self, 0))
    return ops.ts.select(negative, ops.ts.mul(self, drawn), self), ops.ts.select(negative, drawn, splat(self, 1))
  return torch.leaky_relu(self, (float(lower) + float(upper)) / 2.0), ops.ts.copy(noise)


# x where positive, else its exponential less one, scaled.
def exponential_unit(self: Tensor, alpha: number, scale: number, input_scale: number) -> Tensor:
  x = opmath(self)
  positive = ops.ts.mul(x, splat(x, scale))
  bend = ops.ts.mul(ops.ts.expm1(ops.ts.mul(x, splat(x, input_scale))), splat(x, float(alpha) * float(scale)))
  return cast(ops.ts.select(ops.ts.le(x, splat(x, 0)), bend, positive), self.dtype)


@op("aten::elu")
def elu(self: Tensor, alpha: number, scale: number, input_scale: number) -> Tensor:
  return exponential_unit(self, alpha, scale, input_scale)


@op("aten::celu")
def celu(self: Tensor, alpha: number) -> Tensor:
  if float(alpha) == 0.0:
    raise RuntimeError("ZeroDivisionError: alpha cannot be 0 for CELU")
  return exponential_unit(self, alpha, 1.0, 1.0 / float(alpha))


@op("aten::selu")
def selu(self: Tensor) -> Tensor:
  return exponential_unit(self, 1.6732632423543772848170429916717, 1.0507009873554804934193349852946, 1.0)


@op("aten::gelu")
def gelu(self: Tensor, approximate: str) -> Tensor:
  x = opmath(self)
  half = ops.ts.mul(x, splat(x, 0.5))
  if approximate == "tanh":
    cube = ops.ts.mul(ops.ts.mul(x, x), x)
    inner = ops.ts.mul(ops.ts.add(x, ops.ts.mul(cube, splat(x, 0.044715))), splat(x, 0.79788456080286541))
    return cast(ops.ts.mul(half, ops.ts.add(splat(x, 1), ops.ts.tanh(inner))), self.dtype)
  if approximate != "none":
    raise RuntimeError("approximate argument must be either none or tanh.")
  return cast(ops.ts.mul(half, ops.ts.add(splat(x, 1), ops.ts.erf(ops.ts.mul(x, splat(x, 0.70710678118654757))))), self.dtype)


@op("aten::silu")
def silu(self: Tensor) -> Tensor:
  x = opmath(self)
  return cast(ops.ts.div(x, ops.ts.add(splat(x, 1), ops.ts.exp(ops.ts.neg(x)))), self.dtype)


# log(1 + exp(x)) without overflow.
def soft_plus(x: Tensor) -> Tensor:
  return ops.ts.add(ops.ts.maximum(x, splat(x, 0)), ops.ts.log1p(ops.ts.exp(ops.ts.neg(ops.ts.abs(x)))))


@op("aten::mish")
def mish(self: Tensor) -> Tensor:
  x = opmath(self)
  return cast(ops.ts.mul(x, ops.ts.tanh(soft_plus(x))), self.dtype)


@op("aten::softplus")
def softplus(self: Tensor, beta: number, threshold: number) -> Tensor:
  x = opmath(self)
  z = ops.ts.mul(x, splat(x, beta))
  curve = ops.ts.div(ops.ts.log1p(ops.ts.exp(z)), splat(x, beta))
  return cast(ops.ts.select(ops.ts.gt(z, splat(z, threshold)), x, curve), self.dtype)


@op("aten::log_sigmoid")
def log_sigmoid(self: Tensor) -> Tensor:
  x = opmath(self)
  return cast(ops.ts.sub(ops.ts.minimum(x, splat(x, 0)), ops.ts.log1p(ops.ts.exp(ops.ts.neg(ops.ts.abs(x))))), self.dtype)


@op("aten::log_sigmoid_forward")
def log_sigmoid_forward(self: Tensor) -> Tuple[Tensor, Tensor]:
  x = opmath(self)
  buffer = ops.ts.exp(ops.ts.neg(ops.ts.abs(x)))
  return torch.log_sigmoid(self), cast(buffer, self.dtype)


@op("aten::hardsigmoid")
def hardsigmoid(self: Tensor) -> Tensor:
  x = opmath(self)
  y = ops.ts.minimum(ops.ts.maximum(ops.ts.add(x, splat(x, 3)), splat(x, 0)), splat(x, 6))
  return cast(ops.ts.div(y, splat(x, 6)), self.dtype)


@op("aten::hardswish")
def hardswish(self: Tensor) -> Tensor:
  x = opmath(self)
  y = ops.ts.minimum(ops.ts.maximum(ops.ts.add(x, splat(x, 3)), splat(x, 0)), splat(x, 6))
  return cast(ops.ts.div(ops.ts.mul(x, y), splat(x, 6)), self.dtype)


@op("aten::hardshrink")
def hardshrink(self: Tensor, lambd: number) -> Tensor:
  inside = ops.ts.and_(ops.ts.ge(self, splat(self, torch.neg(lambd))), ops.ts.le(self, splat(self, lambd)))
  return ops.ts.select(inside, splat(self, 0), self)


@op("aten::softshrink")
def softshrink(self: Tensor, lambd: number) -> Tensor:
  if float(lambd) < 0.0:
    raise RuntimeError(torch.format("lambda must be greater or equal to 0, but found to be {}.", float(lambd)))
  above = ops.ts.gt(self, splat(self, lambd))
  below = ops.ts.lt(self, splat(self, torch.neg(lambd)))
  y = ops.ts.select(below, ops.ts.add(self, splat(self, lambd)), ops.ts.select(ops.ts.ne(self, self), self, splat(self, 0)))
  return ops.ts.select(above, ops.ts.sub(self, splat(self, lambd)), y)


@op("aten::threshold")
def threshold(self: Tensor, threshold: number, value: number) -> Tensor:
  return ops.ts.select(ops.ts.le(self, splat(self, threshold)), splat(self, value), self)


@op("aten::glu")
def glu(self: Tensor, dim: int) -> Tensor:
  d = wrap_dim(dim, self.dim())
  if self.dim() == 0:
    raise RuntimeError("glu does not support 0-dimensional tensors")
  n = self.size(d)
  if n % 2 != 0:
    raise RuntimeError(torch.format("Halving dimension must be even, but dimension {} is size {}", d, n))
  a = opmath(ops.ts.slice(self, d, 0, n // 2, 1))
  b = opmath(ops.ts.slice(self, d, n // 2, n // 2, 1))
  return cast(ops.ts.div(a, ops.ts.add(splat(b, 1), ops.ts.exp(ops.ts.neg(b)))), self.dtype)


@op("aten::logit")
def logit(self: Tensor, eps: Optional[float]) -> Tensor:
  x = opmath(floating(self))
  if eps is not None:
    low = splat(x, eps)
    high = splat(x, 1.0 - eps)
    x = ops.ts.select(ops.ts.lt(x, low), low, ops.ts.select(ops.ts.gt(x, high), high, x))
  return cast(ops.ts.log(ops.ts.div(x, ops.ts.sub(splat(x, 1), x))), floating_dtype(self.dtype))


@op("aten::special_logit")
def special_logit(self: Tensor, eps: Optional[float]) -> Tensor:
  return torch.logit(self, eps)


# exp(x - max) / sum, in the precision of x.
def soft_max(x: Tensor, d: int) -> Tensor:
  if x.dim() == 0:
    return splat(x, 1)
  # NaN makes the sum NaN.
  top = ops.ts.reduce(x, [d], "max_number")
  e = ops.ts.exp(ops.ts.sub(x, unreduce(top, x, [d])))
  total = ops.ts.reduce(e, [d], "sum")
  # One division for a row, not for each of its elements.
  return ops.ts.mul(e, unreduce(ops.ts.div(splat(total, 1), total), x, [d]))


def log_soft_max(x: Tensor, d: int) -> Tensor:
  if x.dim() == 0:
    return splat(x, 0)
  top = ops.ts.reduce(x, [d], "max_number")
  y = ops.ts.sub(x, unreduce(top, x, [d]))
  return ops.ts.sub(y, unreduce(ops.ts.log(ops.ts.reduce(ops.ts.exp(y), [d], "sum")), x, [d]))


def softmax_dtype(x: Tensor, dtype: Optional[int]) -> int:
  target = x.dtype if dtype is None else dtype
  if is_integral_dtype(target):
    raise RuntimeError(torch.format("\"softmax_lastdim_kernel_impl\" not implemented for '{}'", dtype_name(target)))
  return target


@op("aten::softmax.int")
def softmax_int(self: Tensor, dim: int, dtype: Optional[int]) -> Tensor:
  target = softmax_dtype(self, dtype)
  return cast(soft_max(opmath(cast(self, target)), wrap_dim(dim, self.dim())), target)


@op("aten::special_softmax")
def special_softmax(self: Tensor, dim: int, dtype: Optional[int]) -> Tensor:
  target = softmax_dtype(self, dtype)
  return cast(soft_max(opmath(cast(self, target)), wrap_dim(dim, self.dim())), target)


@op("aten::_softmax")
def _softmax(self: Tensor, dim: int, half_to_float: bool) -> Tensor:
  target = softmax_dtype(self, 6 if half_to_float else self.dtype)
  return cast(soft_max(opmath(cast(self, target)), wrap_dim(dim, self.dim())), target)


# Rows of nothing but -inf give zeros.


@op("aten::_safe_softmax")
def _safe_softmax(self: Tensor, dim: int, dtype: Optional[int]) -> Tensor:
  target = softmax_dtype(self, dtype)
  d = wrap_dim(dim, self.dim())
  x = opmath(cast(self, target))
  masked = ops.ts.eq(x, splat(x, -inf))
  dead = ops.ts.reduce(masked, [d], "and") if x.dim() > 0 else masked
  y = soft_max(x, d)
  whole = unreduce(dead, x, [d]) if x.dim() > 0 else dead
  return cast(ops.ts.select(whole, splat(y, 0), y), target)


@op("aten::log_softmax.int")
def log_softmax_int(self: Tensor, dim: int, dtype: Optional[int]) -> Tensor:
  target = softmax_dtype(self, dtype)
  return cast(log_soft_max(opmath(cast(self, target)), wrap_dim(dim, self.dim())), target)


@op("aten::special_log_softmax")
def special_log_softmax(self: Tensor, dim: int, dtype: Optional[int]) -> Tensor:
  target = softmax_dtype(self, dtype)
  return cast(log_soft_max(opmath(cast(self, target)), wrap_dim(dim, self.dim())), target)


@op("aten::_log_softmax")
def _log_softmax(self: Tensor, dim: int, half_to_float: bool) -> Tensor:
  target = softmax_dtype(self, 6 if half_to_float else self.dtype)
  return cast(log_soft_max(opmath(cast(self, target)), wrap_dim(dim, self.dim())), target)


@op("aten::_masked_softmax")
def _masked_softmax(self: Tensor, mask: Tensor, dim: Optional[int], mask_type: Optional[int]) -> Tensor:
  d = wrap_dim(-1 if dim is None else dim, self.dim())
  m = mask
  if m.dim() != self.dim():
    if (m.dim() == 2) and (self.dim() == 4):
      if ops.ts.same(m.size(0), self.size(0)) and (mask_type is not None):
        m = torch.reshape(m, [m.size(0), 1, 1, m.size(1)])
  x = opmath(self)
  y = ops.ts.select(expand_to(truth(m), x.size()), splat(x, -inf), x)
  s = soft_max(y, d)
  return cast(ops.ts.select(ops.ts.ne(s, s), splat(s, 0), s), self.dtype)


# What backward formulas that models call by name compute.


@op("aten::_softmax_backward_data")
def _softmax_backward_data(grad_output: Tensor, output: Tensor, dim: int, input_dtype: int) -> Tensor:
  g = opmath(grad_output)
  y = opmath(output)
  d = wrap_dim(dim, y.dim())
  p = ops.ts.mul(g, y)
  dims = [d] if y.dim() > 0 else annotate(List[int], [])
  return cast(ops.ts.sub(p, ops.ts.mul(y, unreduce(ops.ts.reduce(p, dims, "sum"), y, dims))), input_dtype)


@op("aten::_log_softmax_backward_data")
def _log_softmax_backward_data(grad_output: Tensor, output: Tensor, dim: int, input_dtype: int) -> Tensor:
  g = opmath(grad_output)
  y = opmath(output)
  d = wrap_dim(dim, y.dim())
  dims = [d] if y.dim() > 0 else annotate(List[int], [])
  return cast(ops.ts.sub(g, ops.ts.mul(ops.ts.exp(y), unreduce(ops.ts.reduce(g, dims, "sum"), y, dims))), input_dtype)


@op("aten::threshold_backward")
def threshold_backward(grad_output: Tensor, self: Tensor, threshold: number) -> Tensor:
  a, b = promote2(grad_output, self)
  return ops.ts.select(ops.ts.le(b, splat(b, threshold)), splat(a, 0), a)


@op("aten::tanh_backward")
def tanh_backward(grad_output: Tensor, output: Tensor) -> Tensor:
  y = opmath(output)
  return cast(ops.ts.mul(opmath(grad_output), ops.ts.sub(splat(y, 1), ops.ts.mul(y, y))), output.dtype)


@op("aten::sigmoid_backward")
def sigmoid_backward(grad_output: Tensor, output: Tensor) -> Tensor:
  y = opmath(output)
  return cast(ops.ts.mul(opmath(grad_output), ops.ts.mul(ops.ts.sub(splat(y, 1), y), y)), output.dtype)


@op("aten::gelu_backward")
def gelu_backward(grad_output: Tensor, self: Tensor, approximate: str) -> Tensor:
  x = opmath(self)
  g = opmath(grad_output)
  if approximate == "tanh":
    cube = ops.ts.mul(ops.ts.mul(x, x), x)
    inner = ops.ts.mul(ops.ts.add(x, ops.ts.mul(cube, splat(x, 0.044715))), splat(x, 0.79788456080286541))
    t = ops.ts.tanh(inner)
    slope = ops.ts.mul(ops.ts.add(splat(x, 1), ops.ts.mul(ops.ts.mul(x, x), splat(x, 0.134145))), splat(x, 0.79788456080286541))
    left = ops.ts.mul(ops.ts.add(splat(x, 1), t), splat(x, 0.5))
    right = ops.ts.mul(ops.ts.mul(ops.ts.mul(x, splat(x, 0.5)), ops.ts.sub(splat(t, 1), ops.ts.mul(t, t))), slope)
    return cast(ops.ts.mul(g, ops.ts.add(left, right)), self.dtype)
  cdf = ops.ts.mul(ops.ts.add(splat(x, 1), ops.ts.erf(ops.ts.mul(x, splat(x, 0.70710678118654757)))), splat(x, 0.5))
  pdf = ops.ts.mul(ops.ts.exp(ops.ts.mul(ops.ts.mul(x, x), splat(x, -0.5))), splat(x, 0.3989422804014327))
  return cast(ops.ts.mul(g, ops.ts.add(cdf, ops.ts.mul(x, pdf))), self.dtype)


@op("aten::leaky_relu_backward")
def leaky_relu_backward(grad_output: Tensor, self: Tensor, negative_slope: number, self_is_result: bool) -> Tensor:
  a, b = promote2(grad_output, self)
  return ops.ts.select(ops.ts.gt(b, splat(b, 0)), a, ops.ts.mul(a, splat(a, negative_slope)))


@op("aten::rrelu_with_noise_backward")
def rrelu_with_noise_backward(grad_output: Tensor, self: Tensor, noise: Tensor, lower: number, upper: number, training: bool,
    self_is_result: bool) -> Tensor:
  if training and (float(upper) - float(lower) > 0.000001):
    return torch.mul(grad_output, noise)
  return torch.leaky_relu_backward(grad_output, self, (float(lower) + float(upper)) / 2.0, self_is_result)
