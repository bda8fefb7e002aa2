# Arithmetic and the elementary functions.


@op("aten::abs")
def abs(self: Tensor) -> Tensor:
  if is_complex_dtype(self.dtype):
    x = opmath(self)
    return cast(ops.ts.hypot(ops.ts.real(x), ops.ts.imag(x)), real_dtype(self.dtype))
  if (self.dtype == 11) or (self.dtype == 0):
    return ops.ts.copy(self)
  return ops.ts.abs(self)


@op("aten::absolute")
def absolute(self: Tensor) -> Tensor:
  return torch.abs(self)


@op("aten::neg")
def neg(self: Tensor) -> Tensor:
  if self.dtype == 11:
    raise RuntimeError("Negation, the `-` operator, on a bool tensor is not supported. If you are trying to invert a mask, use the `~` or `logical_not()` operator instead.")
  return ops.ts.neg(self)


@op("aten::negative")
def negative(self: Tensor) -> Tensor:
  return torch.neg(self)


@op("aten::positive")
def positive(self: Tensor) -> Tensor:
  if self.dtype == 11:
    raise RuntimeError("The `+` operator, on a bool tensor is not supported.")
  return self


@op("aten::sign")
def sign(self: Tensor) -> Tensor:
  if is_complex_dtype(self.dtype):
    raise RuntimeError("Unlike NumPy, torch.sign doesn't allow for complex input. Please use torch.sgn instead.")
  if self.dtype == 11:
    return ops.ts.copy(self)
  return ops.ts.sign(self)


@op("aten::sgn")
def sgn(self: Tensor) -> Tensor:
  if is_complex_dtype(self.dtype):
    x = opmath(self)
    size = ops.ts.hypot(ops.ts.real(x), ops.ts.imag(x))
    zero = ops.ts.eq(size, splat(size, 0))
    re = ops.ts.select(zero, splat(size, 0), ops.ts.div(ops.ts.real(x), size))
    im = ops.ts.select(zero, splat(size, 0), ops.ts.div(ops.ts.imag(x), size))
    return cast(ops.ts.complex(re, im), self.dtype)
  return torch.sign(self)


@op("aten::signbit")
def signbit(self: Tensor) -> Tensor:
  if self.dtype == 11:
    return splat(self, False)
  if is_float_dtype(self.dtype):
    one = splat(self, 1)
    return ops.ts.lt(ops.ts.copysign(one, self), splat(self, 0))
  return ops.ts.lt(self, splat(self, 0))


@op("aten::floor")
def floor(self: Tensor) -> Tensor:
  if is_complex_dtype(self.dtype):
    raise RuntimeError("floor is not supported for complex inputs")
  if is_float_dtype(self.dtype):
    return ops.ts.floor(self)
  return ops.ts.copy(self)


@op("aten::ceil")
def ceil(self: Tensor) -> Tensor:
  if is_float_dtype(self.dtype):
    return ops.ts.ceil(self)
  return ops.ts.copy(self)


@op("aten::round")
def round(self: Tensor) -> Tensor:
  if is_float_dtype(self.dtype):
    return ops.ts.round(self)
  return ops.ts.copy(self)


@op("aten::round.decimals")
def round_decimals(self: Tensor, decimals: int) -> Tensor:
  if not is_float_dtype(self.dtype):
    return ops.ts.copy(self)
  x = opmath(self)
  scale = splat(x, 10.0 ** float(decimals if decimals >= 0 else -decimals))
  if decimals >= 0:
    return cast(ops.ts.div(ops.ts.round(ops.ts.mul(x, scale)), scale), self.dtype)
  return cast(ops.ts.mul(ops.ts.round(ops.ts.div(x, scale)), scale), self.dtype)


@op("aten::special_round")
def special_round(self: Tensor, decimals: int) -> Tensor:
  return torch.round(self, decimals=decimals)


@op("aten::trunc")
def trunc(self: Tensor) -> Tensor:
  if is_float_dtype(self.dtype):
    return ops.ts.trunc(self)
  return ops.ts.copy(self)


@op("aten::fix")
def fix(self: Tensor) -> Tensor:
  return torch.trunc(self)


@op("aten::frac")
def frac(self: Tensor) -> Tensor:
  return ops.ts.sub(self, ops.ts.trunc(self))


@op("aten::reciprocal")
def reciprocal(self: Tensor) -> Tensor:
  x = floating(self)
  return ops.ts.div(splat(x, 1), x)


@op("aten::square")
def square(self: Tensor) -> Tensor:
  if self.dtype == 11:
    x = ops.ts.convert(self, 4)
    return ops.ts.mul(x, x)
  return ops.ts.mul(self, self)


@op("aten::deg2rad")
def deg2rad(self: Tensor) -> Tensor:
  x = floating(self)
  return ops.ts.mul(x, splat(x, 0.017453292519943295))


@op("aten::rad2deg")
def rad2deg(self: Tensor) -> Tensor:
  x = floating(self)
  return ops.ts.mul(x, splat(x, 57.295779513082323))


def is_number(value: number, n: int) -> bool:
  if is_complex_dtype(ops.ts.tensor_of(value).dtype):
    return False
  return value == n


# The product with a scalar that is usually one.
def scaled(x: Tensor, alpha: number) -> Tensor:
  if is_number(alpha, 1):
    return x
  return ops.ts.mul(x, splat(x, alpha))


def check_alpha(dtype: int, alpha: number) -> bool:
  kind = ops.ts.tensor_of(alpha).dtype
  if (kind == 11) and (dtype != 11):
    raise RuntimeError("Boolean alpha only supported for Boolean results.")
  if is_integral_dtype(dtype) and is_float_dtype(kind):
    raise RuntimeError("For integral input tensors, argument alpha must not be a floating point number.")
  if (not is_complex_dtype(dtype)) and is_complex_dtype(kind):
    raise RuntimeError("For non-complex input tensors, argument alpha must not be a complex number.")
  return True


@op("aten::add.Tensor")
def add_Tensor(self: Tensor, other: Tensor, alpha: number) -> Tensor:
  a, b = promote2(self, other)
  checked = check_alpha(a.dtype, alpha)
  if a.dtype == 11:
    if is_number(alpha, 0):
      return ops.ts.copy(a)
    return ops.ts.or_(a, b)
  if opmath_dtype(a.dtype) != a.dtype:
    if not is_number(alpha, 1):
      return cast(ops.ts.add(opmath(a), scaled(opmath(b), alpha)), a.dtype)
  return ops.ts.add(a, scaled(b, alpha))


@op("aten::_add_relu.Tensor")
def _add_relu_Tensor(self: Tensor, other: Tensor, alpha: number) -> Tensor:
  return torch.relu(torch.add(self, other, alpha=alpha))


@op("aten::sub.Tensor")
def sub_Tensor(self: Tensor, other: Tensor, alpha: number) -> Tensor:
  a, b = promote2(self, other)
  if (self.dtype == 11) and (other.dtype == 11):
    raise RuntimeError("Subtraction, the `-` operator, with two bool tensors is not supported. Use the `^` or `logical_xor()` operator instead.")
  if (self.dtype == 11) or (other.dtype == 11):
    if a.dtype == 11:
      raise RuntimeError("Subtraction, the `-` operator, with a bool tensor is not supported. If you are trying to invert a mask, use the `~` or `logical_not()` operator instead.")
  checked = check_alpha(a.dtype, alpha)
  if opmath_dtype(a.dtype) != a.dtype:
    if not is_number(alpha, 1):
      return cast(ops.ts.sub(opmath(a), scaled(opmath(b), alpha)), a.dtype)
  return ops.ts.sub(a, scaled(b, alpha))


@op("aten::subtract.Tensor")
def subtract_Tensor(self: Tensor, other: Tensor, alpha: number) -> Tensor:
  return torch.sub(self, other, alpha=alpha)


@op("aten::rsub.Tensor")
def rsub_Tensor(self: Tensor, other: Tensor, alpha: number) -> Tensor:
  return torch.sub(other, self, alpha=alpha)


@op("aten::rsub.Scalar")
def rsub_Scalar(self: Tensor, other: number, alpha: number) -> Tensor:
  dtype = ops.ts.result_type([self, ops.ts.tensor_of(other)])
  if self.dtype == 11:
    raise RuntimeError("Subtraction, the `-` operator, with a bool tensor is not supported. If you are trying to invert a mask, use the `~` or `logical_not()` operator instead.")
  x = cast(self, dtype)
  return ops.ts.sub(splat(x, other), scaled(x, alpha))


@op("aten::mul.Tensor")
def mul_Tensor(self: Tensor, other: Tensor) -> Tensor:
  a, b = promote2(self, other)
  if a.dtype == 11:
    return ops.ts.and_(a, b)
  return ops.ts.mul(a, b)


@op("aten::multiply.Tensor")
def multiply_Tensor(self: Tensor, other: Tensor) -> Tensor:
  return torch.mul(self, other)


@op("aten::div.Tensor")
def div_Tensor(self: Tensor, other: Tensor) -> Tensor:
  a, b = promote2_float(self, other)
  return ops.ts.div(a, b)


@op("aten::divide.Tensor")
def divide_Tensor(self: Tensor, other: Tensor) -> Tensor:
  return torch.div(self, other)


@op("aten::true_divide.Tensor")
def true_divide_Tensor(self: Tensor, other: Tensor) -> Tensor:
  return torch.div(self, other)


@op("aten::div.Tensor_mode")
def div_Tensor_mode(self: Tensor, other: Tensor, rounding_mode: Optional[str]) -> Tensor:
  if rounding_mode is None:
    return torch.div(self, other)
  if rounding_mode == "trunc":
    a, b = promote2(self, other)
    if is_complex_dtype(a.dtype):
      raise RuntimeError("div: rounding_mode is not supported for complex")
    if is_float_dtype(a.dtype):
      # the quotient is rounded before what follows its point goes
      return cast(ops.ts.trunc(opmath(cast(ops.ts.div(opmath(a), opmath(b)), a.dtype))), a.dtype)
    return ops.ts.div(arithmetic(a, "div_trunc_cpu"), divisor(b))
  if rounding_mode == "floor":
    return torch.floor_divide(self, other)
  raise RuntimeError(torch.format("div expected rounding_mode to be one of None, 'trunc', or 'floor' but found '{}'", rounding_mode))


@op("aten::divide.Tensor_mode")
def divide_Tensor_mode(self: Tensor, other: Tensor, rounding_mode: Optional[str]) -> Tensor:
  return torch.div(self, other, rounding_mode=rounding_mode)


def cast_bool(x: Tensor, dtype: int) -> Tensor:
  if x.dtype == 11:
    return ops.ts.convert(x, dtype)
  return x


# What a kernel that has no bools computes with.
def arithmetic(x: Tensor, kernel: str) -> Tensor:
  if x.dtype == 11:
    raise NotImplementedError(torch.format("\"{}\" not implemented for 'Bool'", kernel))
  return x


# What a kernel of fractions, real or complex, computes with.
def floats_only(x: Tensor, kernel: str) -> Tensor:
  if is_integral_dtype(x.dtype):
    raise NotImplementedError(torch.format("\"{}\" not implemented for '{}'", kernel, dtype_name(x.dtype)))
  return x


# Integers cannot be divided by zero.
def divisor(x: Tensor) -> Tensor:
  if is_integral_dtype(x.dtype):
    ops.ts.check(bool(ops.ts.item(ops.ts.reduce(ops.ts.ne(x, splat(x, 0)), iota_list(0, x.dim()), "and"))), "ZeroDivisionError", "RuntimeError")
  return x


@op("aten::floor_divide")
def floor_divide(self: Tensor, other: Tensor) -> Tensor:
  a, b = promote2(self, other)
  return ops.ts.floordiv(arithmetic(a, "div_floor_cpu"), divisor(b))


@op("aten::remainder.Tensor")
def remainder_Tensor(self: Tensor, other: Tensor) -> Tensor:
  a, b = promote2(self, other)
  return ops.ts.remainder(arithmetic(a, "remainder_cpu"), divisor(b))


@op("aten::remainder.Scalar_Tensor")
def remainder_Scalar_Tensor(self: number, other: Tensor) -> Tensor:
  a, b = promote2(ops.ts.tensor_of(self), other)
  return ops.ts.remainder(arithmetic(a, "remainder_cpu"), divisor(b))


@op("aten::fmod.Tensor")
def fmod_Tensor(self: Tensor, other: Tensor) -> Tensor:
  a, b = promote2(self, other)
  return ops.ts.fmod(arithmetic(a, "fmod_cpu"), divisor(b))


@op("aten::copysign.Tensor")
def copysign_Tensor(self: Tensor, other: Tensor) -> Tensor:
  a, b = promote2_float(self, other)
  return ops.ts.copysign(a, b)


@op("aten::nextafter")
def nextafter(self: Tensor, other: Tensor) -> Tensor:
  a, b = promote2(self, other)
  return ops.ts.nextafter(a, b)


@op("aten::gcd")
def gcd(self: Tensor, other: Tensor) -> Tensor:
  a, b = promote2(self, other)
  if (not is_integral_dtype(a.dtype)) or (a.dtype == 11):
    raise NotImplementedError(torch.format("\"gcd_cpu\" not implemented for '{}'", dtype_name(a.dtype)))
  return ops.ts.gcd(a, b)


@op("aten::lcm")
def lcm(self: Tensor, other: Tensor) -> Tensor:
  a, b = promote2(self, other)
  if (not is_integral_dtype(a.dtype)) or (a.dtype == 11):
    raise NotImplementedError(torch.format("\"lcm_cpu\" not implemented for '{}'", dtype_name(a.dtype)))
  g = ops.ts.gcd(a, b)
  zero = ops.ts.eq(g, splat(g, 0))
  r = ops.ts.mul(ops.ts.div(a, ops.ts.select(zero, splat(g, 1), g)), b)
  return torch.abs(ops.ts.select(zero, splat(g, 0), r))


@op("aten::lerp.Tensor")
def lerp_Tensor(self: Tensor, end: Tensor, weight: Tensor) -> Tensor:
  floating = floats_only(self, "lerp_kernel_tensor" if weight.dim() > 0 else "lerp_kernel_scalar")
  if self.dtype != end.dtype:
    raise RuntimeError(torch.format("expected dtype {} for `end` but got dtype {}", dtype_word(self.dtype), dtype_word(end.dtype)))
  a, b, w = broadcast3(opmath(self), opmath(end), opmath(cast(weight, self.dtype)))
  size = torch.abs(w)
  step = ops.ts.sub(b, a)
  near = ops.ts.add(a, ops.ts.mul(w, step))
  far = ops.ts.sub(b, ops.ts.mul(step, ops.ts.sub(splat(w, 1), w)))
  return cast(ops.ts.select(ops.ts.lt(size, splat(size, 0.5)), near, far), self.dtype)


@op("aten::lerp.Scalar")
def lerp_Scalar(self: Tensor, end: Tensor, weight: number) -> Tensor:
  return torch.lerp(self, end, scalar(weight, self.dtype))


def dtype_word(dtype: int) -> str:
  names = ["unsigned char", "signed char", "short", "int", "long int", "c10::Half", "float", "double", "c10::complex<c10::Half>", "c10::complex<float>", "c10::complex<double>", "bool"]
  if dtype < 12:
    return names[dtype]
  if dtype == 15:
    return "c10::BFloat16"
  return str(dtype)


@op("aten::addcmul")
def addcmul(self: Tensor, tensor1: Tensor, tensor2: Tensor, value: number) -> Tensor:
  a, b = promote2(tensor1, tensor2)
  dtype = ops.ts.result_type([self, tensor1, tensor2])
  x, y, z = promote3(self, tensor1, tensor2)
  return cast(ops.ts.add(opmath(x), ops.ts.mul(scaled(opmath(y), value), opmath(z))), dtype)


@op("aten::addcdiv")
def addcdiv(self: Tensor, tensor1: Tensor, tensor2: Tensor, value: number) -> Tensor:
  dtype = ops.ts.result_type([self, tensor1, tensor2])
  if is_integral_dtype(tensor1.dtype) and is_integral_dtype(tensor2.dtype):
    raise RuntimeError("Integer division with addcdiv is no longer supported, and in a future  release addcdiv will perform a true division of tensor1 and tensor2. The historic addcdiv behavior can be implemented as (input + value * torch.trunc(tensor1 / tensor2)).to(input.dtype) for integer inputs and as (input + value * tensor1 / tensor2) for float inputs. The future addcdiv behavior is just the latter implementation: (input + value * tensor1 / tensor2), for all dtypes.")
  x, y, z = promote3(self, tensor1, tensor2)
  return cast(ops.ts.add(opmath(x), ops.ts.div(scaled(opmath(y), value), opmath(z))), dtype)


@op("aten::maximum")
def maximum(self: Tensor, other: Tensor) -> Tensor:
  a, b = promote2(self, other)
  return ops.ts.maximum(a, b)


@op("aten::minimum")
def minimum(self: Tensor, other: Tensor) -> Tensor:
  a, b = promote2(self, other)
  return ops.ts.minimum(a, b)


@op("aten::max.other")
def max_other(self: Tensor, other: Tensor) -> Tensor:
  return torch.maximum(self, other)


@op("aten::min.other")
def min_other(self: Tensor, other: Tensor) -> Tensor:
  return torch.minimum(self, other)


@op("aten::fmax")
def fmax(self: Tensor, other: Tensor) -> Tensor:
  a, b = promote2(self, other)
  return ops.ts.maximum(a, b) if is_integral_dtype(a.dtype) else ops.ts.fmax(a, b)


@op("aten::fmin")
def fmin(self: Tensor, other: Tensor) -> Tensor:
  a, b = promote2(self, other)
  return ops.ts.minimum(a, b) if is_integral_dtype(a.dtype) else ops.ts.fmin(a, b)


# clamp(min, max) is min(max(x, low), high): where the bounds cross, high wins. NaN bounds and NaN inputs give NaN.


@op("aten::clamp.Tensor")
def clamp_Tensor(self: Tensor, min: Optional[Tensor], max: Optional[Tensor]) -> Tensor:
  if min is None:
    if max is None:
      raise RuntimeError("torch.clamp: At least one of 'min' or 'max' must not be None")
    return torch.minimum(self, max)
  if max is None:
    return torch.maximum(self, min)
  x, low, high = promote3(self, min, max)
  return ops.ts.minimum(ops.ts.maximum(x, low), high)


@op("aten::clamp")
def clamp(self: Tensor, min: Optional[number], max: Optional[number]) -> Tensor:
  if min is None:
    if max is None:
      raise RuntimeError("torch.clamp: At least one of 'min' or 'max' must not be None")
    return torch.clamp_max(self, max)
  if max is None:
    return torch.clamp_min(self, min)
  dtype = ops.ts.result_type([self, ops.ts.tensor_of(min), ops.ts.tensor_of(max)])
  x = cast(self, dtype)
  return ops.ts.minimum(ops.ts.maximum(x, splat(x, min)), splat(x, max))


@op("aten::clip")
def clip(self: Tensor, min: Optional[number], max: Optional[number]) -> Tensor:
  return torch.clamp(self, min, max)


@op("aten::clip.Tensor")
def clip_Tensor(self: Tensor, min: Optional[Tensor], max: Optional[Tensor]) -> Tensor:
  return torch.clamp(self, min, max)


@op("aten::clamp_min")
def clamp_min(self: Tensor, min: number) -> Tensor:
  x = cast(self, ops.ts.result_type([self, ops.ts.tensor_of(min)]))
  return ops.ts.maximum(x, splat(x, min))


@op("aten::clamp_min.Tensor")
def clamp_min_Tensor(self: Tensor, min: Tensor) -> Tensor:
  return torch.maximum(self, min)


@op("aten::clamp_max")
def clamp_max(self: Tensor, max: number) -> Tensor:
  x = cast(self, ops.ts.result_type([self, ops.ts.tensor_of(max)]))
  return ops.ts.minimum(x, splat(x, max))


@op("aten::clamp_max.Tensor")
def clamp_max_Tensor(self: Tensor, max: Tensor) -> Tensor:
  return torch.minimum(self, max)


@op("aten::nan_to_num")
def nan_to_num(self: Tensor, nan: Optional[float], posinf: Optional[float], neginf: Optional[float]) -> Tensor:
  if is_integral_dtype(self.dtype):
    return ops.ts.copy(self)
  if is_complex_dtype(self.dtype):
    re = torch.nan_to_num(ops.ts.real(self), nan, posinf, neginf)
    return ops.ts.complex(re, torch.nan_to_num(ops.ts.imag(self), nan, posinf, neginf))
  x = self
  top = dtype_max(x.dtype) if posinf is None else posinf
  bottom = -dtype_max(x.dtype) if neginf is None else neginf
  fill = 0.0 if nan is None else nan
  y = ops.ts.select(ops.ts.ne(x, x), splat(x, fill), x)
  y = ops.ts.select(ops.ts.eq(x, splat(x, inf)), splat(x, top), y)
  return ops.ts.select(ops.ts.eq(x, splat(x, -inf)), splat(x, bottom), y)


def dtype_max(dtype: int) -> float:
  if dtype == 5:
    return 65504.0
  if dtype == 15:
    return 3.3895313892515355e38
  if dtype == 6:
    return 3.4028234663852886e38
  return 1.7976931348623157e308


def dtype_epsilon(dtype: int) -> float:
  if dtype == 5:
    return 0.0009765625
  if dtype == 15:
    return 0.0078125
  if dtype == 6:
    return 1.1920928955078125e-07
  return 2.220446049250313e-16
