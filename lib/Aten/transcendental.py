# Exponentials, logarithms, powers, and the trigonometric and hyperbolic functions.


@op("aten::exp")
def exp(self: Tensor) -> Tensor:
  return ops.ts.exp(floating(self))


@op("aten::exp2")
def exp2(self: Tensor) -> Tensor:
  return ops.ts.exp2(floating(self))


@op("aten::special_exp2")
def special_exp2(self: Tensor) -> Tensor:
  return torch.exp2(self)


@op("aten::expm1")
def expm1(self: Tensor) -> Tensor:
  return ops.ts.expm1(floating(self))


@op("aten::special_expm1")
def special_expm1(self: Tensor) -> Tensor:
  return torch.expm1(self)


@op("aten::log")
def log(self: Tensor) -> Tensor:
  return ops.ts.log(floating(self))


@op("aten::log2")
def log2(self: Tensor) -> Tensor:
  return ops.ts.log2(floating(self))


@op("aten::log10")
def log10(self: Tensor) -> Tensor:
  return ops.ts.log10(floating(self))


@op("aten::log1p")
def log1p(self: Tensor) -> Tensor:
  return ops.ts.log1p(floating(self))


@op("aten::special_log1p")
def special_log1p(self: Tensor) -> Tensor:
  return torch.log1p(self)


@op("aten::sqrt")
def sqrt(self: Tensor) -> Tensor:
  return ops.ts.sqrt(floating(self))


@op("aten::rsqrt")
def rsqrt(self: Tensor) -> Tensor:
  return ops.ts.rsqrt(floating(self))


@op("aten::sin")
def sin(self: Tensor) -> Tensor:
  return ops.ts.sin(floating(self))


@op("aten::cos")
def cos(self: Tensor) -> Tensor:
  return ops.ts.cos(floating(self))


@op("aten::tan")
def tan(self: Tensor) -> Tensor:
  return ops.ts.tan(floating(self))


@op("aten::asin")
def asin(self: Tensor) -> Tensor:
  return ops.ts.asin(floating(self))


@op("aten::arcsin")
def arcsin(self: Tensor) -> Tensor:
  return torch.asin(self)


@op("aten::acos")
def acos(self: Tensor) -> Tensor:
  return ops.ts.acos(floating(self))


@op("aten::arccos")
def arccos(self: Tensor) -> Tensor:
  return torch.acos(self)


@op("aten::atan")
def atan(self: Tensor) -> Tensor:
  return ops.ts.atan(floating(self))


@op("aten::arctan")
def arctan(self: Tensor) -> Tensor:
  return torch.atan(self)


@op("aten::sinh")
def sinh(self: Tensor) -> Tensor:
  return ops.ts.sinh(floating(self))


@op("aten::cosh")
def cosh(self: Tensor) -> Tensor:
  return ops.ts.cosh(floating(self))


@op("aten::tanh")
def tanh(self: Tensor) -> Tensor:
  return ops.ts.tanh(floating(self))


@op("aten::asinh")
def asinh(self: Tensor) -> Tensor:
  return ops.ts.asinh(floating(self))


@op("aten::arcsinh")
def arcsinh(self: Tensor) -> Tensor:
  return torch.asinh(self)


@op("aten::acosh")
def acosh(self: Tensor) -> Tensor:
  return ops.ts.acosh(floating(self))


@op("aten::arccosh")
def arccosh(self: Tensor) -> Tensor:
  return torch.acosh(self)


@op("aten::atanh")
def atanh(self: Tensor) -> Tensor:
  return ops.ts.atanh(floating(self))


@op("aten::arctanh")
def arctanh(self: Tensor) -> Tensor:
  return torch.atanh(self)


@op("aten::sigmoid")
def sigmoid(self: Tensor) -> Tensor:
  x = opmath(floating(self))
  one = splat(x, 1)
  return cast(ops.ts.div(one, ops.ts.add(one, ops.ts.exp(ops.ts.neg(x)))), floating_dtype(self.dtype))


def floating_dtype(dtype: int) -> int:
  if is_integral_dtype(dtype):
    return 6
  return dtype


@op("aten::special_expit")
def special_expit(self: Tensor) -> Tensor:
  return torch.sigmoid(self)


# Small integral exponents multiply, as PyTorch's kernels do; ops.ts.pow has the general case.
def powers(x: Tensor, exponent: Tensor) -> Tensor:
  a, b = promote2(x, exponent)
  if a.dtype == 11:
    raise RuntimeError("\"pow\" not implemented for 'Bool'")
  return ops.ts.pow(a, b)


@op("aten::pow.Tensor_Tensor")
def pow_Tensor_Tensor(self: Tensor, exponent: Tensor) -> Tensor:
  return powers(self, exponent)


@op("aten::pow.Tensor_Scalar")
def pow_Tensor_Scalar(self: Tensor, exponent: number) -> Tensor:
  dtype = ops.ts.result_type([self, ops.ts.tensor_of(exponent)])
  x = cast(self, dtype)
  if is_integral_dtype(dtype) and (exponent < 0):
    raise RuntimeError("Integers to negative integer powers are not allowed.")
  if is_complex_dtype(dtype):
    return ops.ts.pow(x, splat(x, exponent))
  if exponent == 2:
    return ops.ts.mul(x, x)
  if exponent == 1:
    return ops.ts.copy(x)
  if exponent == 3:
    return ops.ts.mul(ops.ts.mul(x, x), x)
  if is_float_dtype(dtype):
    y = opmath(x)
    if exponent == 0.5:
      return ops.ts.sqrt(x)
    if exponent == -0.5:
      return ops.ts.rsqrt(x)
    if exponent == -1:
      return ops.ts.div(splat(x, 1), x)
    if exponent == -2:
      return cast(ops.ts.div(splat(y, 1), ops.ts.mul(y, y)), dtype)
  return ops.ts.pow(x, splat(x, exponent))


@op("aten::pow.Scalar")
def pow_Scalar(self: number, exponent: Tensor) -> Tensor:
  return powers(ops.ts.tensor_of(self), exponent)


def float_power(base: Tensor, exponent: Tensor) -> Tensor:
  dtype = 10 if is_complex_dtype(ops.ts.result_type([base, exponent])) else 7
  a, b = broadcast2(cast(base, dtype), cast(exponent, dtype))
  return ops.ts.pow(a, b)


@op("aten::float_power.Tensor_Tensor")
def float_power_Tensor_Tensor(self: Tensor, exponent: Tensor) -> Tensor:
  return float_power(self, exponent)


@op("aten::float_power.Tensor_Scalar")
def float_power_Tensor_Scalar(self: Tensor, exponent: number) -> Tensor:
  return float_power(self, ops.ts.tensor_of(exponent))


@op("aten::float_power.Scalar")
def float_power_Scalar(self: number, exponent: Tensor) -> Tensor:
  return float_power(ops.ts.tensor_of(self), exponent)


@op("aten::atan2")
def atan2(self: Tensor, other: Tensor) -> Tensor:
  a, b = promote2_float(self, other)
  return ops.ts.atan2(a, b)


@op("aten::arctan2")
def arctan2(self: Tensor, other: Tensor) -> Tensor:
  return torch.atan2(self, other)


@op("aten::hypot")
def hypot(self: Tensor, other: Tensor) -> Tensor:
  a, b = promote2(self, other)
  return ops.ts.hypot(floats_only(a, "hypot_cpu"), b)


@op("aten::ldexp.Tensor")
def ldexp_Tensor(self: Tensor, other: Tensor) -> Tensor:
  return torch.mul(self, torch.pow(2.0, other))


@op("aten::frexp.Tensor")
def frexp_Tensor(self: Tensor) -> Tuple[Tensor, Tensor]:
  if not is_float_dtype(self.dtype):
    raise RuntimeError("torch.frexp() only supports floating-point dtypes")
  x = opmath(self)
  regular = ops.ts.and_(ops.ts.eq(x, x), ops.ts.and_(ops.ts.ne(x, splat(x, 0)), ops.ts.ne(ops.ts.abs(x), splat(x, inf))))
  safe = ops.ts.select(regular, ops.ts.abs(x), splat(x, 1))
  e = ops.ts.floor(ops.ts.log2(safe))
  m = ops.ts.div(ops.ts.div(safe, ops.ts.exp2(ops.ts.floor(ops.ts.div(e, splat(x, 2))))), ops.ts.exp2(ops.ts.sub(e, ops.ts.floor(ops.ts.div(e, splat(x, 2))))))
  # log2 may round across a power of two: m is brought into [1, 2) again
  high = ops.ts.ge(m, splat(x, 2))
  m = ops.ts.select(high, ops.ts.div(m, splat(x, 2)), m)
  e = ops.ts.select(high, ops.ts.add(e, splat(x, 1)), e)
  low = ops.ts.lt(m, splat(x, 1))
  m = ops.ts.select(low, ops.ts.mul(m, splat(x, 2)), m)
  e = ops.ts.select(low, ops.ts.sub(e, splat(x, 1)), e)
  half = ops.ts.copysign(ops.ts.mul(m, splat(x, 0.5)), x)
  mantissa = ops.ts.select(regular, half, x)
  exponent = ops.ts.select(regular, ops.ts.add(e, splat(x, 1)), splat(x, 0))
  return cast(mantissa, self.dtype), ops.ts.convert(exponent, 3)


# Ordered by real parts; the imaginary part of the greater one is kept as it is.
def log_add_exp_complex(a: Tensor, b: Tensor) -> Tensor:
  x = ops.ts.real(a)
  y = ops.ts.real(b)
  missing = ops.ts.or_(ops.ts.ne(y, y), ops.ts.ne(ops.ts.imag(b), ops.ts.imag(b)))
  lost = ops.ts.and_(ops.ts.not_(missing), ops.ts.or_(ops.ts.ne(x, x), ops.ts.ne(ops.ts.imag(a), ops.ts.imag(a))))
  rises = ops.ts.lt(x, y)
  low = ops.ts.select(missing, b, ops.ts.select(ops.ts.or_(lost, rises), a, b))
  high = ops.ts.select(missing, b, ops.ts.select(lost, a, ops.ts.select(rises, b, a)))
  r = ops.ts.real(low)
  equal = ops.ts.and_(ops.ts.eq(r, ops.ts.real(high)), ops.ts.eq(ops.ts.abs(r), splat(r, inf)))
  sum = ops.ts.add(ops.ts.log1p(ops.ts.exp(ops.ts.sub(low, high))), high)
  both = ops.ts.log(ops.ts.add(ops.ts.exp(low), ops.ts.exp(high)))
  return ops.ts.select(equal, ops.ts.select(ops.ts.lt(r, splat(r, 0)), low, both), sum)


@op("aten::logaddexp")
def logaddexp(self: Tensor, other: Tensor) -> Tensor:
  a, b = promote2(self, other)
  if is_complex_dtype(a.dtype):
    return log_add_exp_complex(a, b)
  x = opmath(a)
  y = opmath(b)
  top = ops.ts.maximum(x, y)
  equal = ops.ts.and_(ops.ts.eq(x, y), ops.ts.eq(ops.ts.abs(x), splat(x, inf)))
  gap = ops.ts.neg(ops.ts.abs(ops.ts.sub(x, y)))
  return cast(ops.ts.select(equal, x, ops.ts.add(top, ops.ts.log1p(ops.ts.exp(gap)))), a.dtype)


@op("aten::logaddexp2")
def logaddexp2(self: Tensor, other: Tensor) -> Tensor:
  a, b = promote2(self, other)
  x = opmath(a)
  y = opmath(b)
  top = ops.ts.maximum(x, y)
  equal = ops.ts.and_(ops.ts.eq(x, y), ops.ts.eq(ops.ts.abs(x), splat(x, inf)))
  gap = ops.ts.neg(ops.ts.abs(ops.ts.sub(x, y)))
  rise = ops.ts.mul(ops.ts.log1p(ops.ts.exp2(gap)), splat(x, 1.4426950408889634))
  return cast(ops.ts.select(equal, x, ops.ts.add(top, rise)), a.dtype)


def x_log_y(x: Tensor, y: Tensor) -> Tensor:
  a, b = promote2_float(x, y)
  r = ops.ts.select(ops.ts.eq(a, splat(a, 0)), splat(a, 0), ops.ts.mul(a, ops.ts.log(b)))
  return ops.ts.select(ops.ts.ne(b, b), splat(a, nan), r)


@op("aten::xlogy.Tensor")
def xlogy_Tensor(self: Tensor, other: Tensor) -> Tensor:
  return x_log_y(self, other)


@op("aten::xlogy.Scalar_Self")
def xlogy_Scalar_Self(self: number, other: Tensor) -> Tensor:
  return x_log_y(ops.ts.tensor_of(self), other)


@op("aten::xlogy.Scalar_Other")
def xlogy_Scalar_Other(self: Tensor, other: number) -> Tensor:
  return x_log_y(self, ops.ts.tensor_of(other))


@op("aten::special_xlogy")
def special_xlogy(self: Tensor, other: Tensor) -> Tensor:
  return torch.xlogy(self, other)


@op("aten::special_xlogy.self_scalar")
def special_xlogy_self_scalar(self: number, other: Tensor) -> Tensor:
  return torch.xlogy(self, other)


@op("aten::special_xlogy.other_scalar")
def special_xlogy_other_scalar(self: Tensor, other: number) -> Tensor:
  return torch.xlogy(self, other)


def x_log_1py(x: Tensor, y: Tensor) -> Tensor:
  a, b = promote2_float(x, y)
  r = ops.ts.select(ops.ts.eq(a, splat(a, 0)), splat(a, 0), ops.ts.mul(a, ops.ts.log1p(b)))
  return ops.ts.select(ops.ts.ne(b, b), splat(a, nan), r)


@op("aten::special_xlog1py")
def special_xlog1py(self: Tensor, other: Tensor) -> Tensor:
  return x_log_1py(self, other)


@op("aten::special_xlog1py.self_scalar")
def special_xlog1py_self_scalar(self: number, other: Tensor) -> Tensor:
  return x_log_1py(ops.ts.tensor_of(self), other)


@op("aten::special_xlog1py.other_scalar")
def special_xlog1py_other_scalar(self: Tensor, other: number) -> Tensor:
  return x_log_1py(self, ops.ts.tensor_of(other))
