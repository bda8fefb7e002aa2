# Comparisons, logic and bits.


@op("aten::eq.Tensor")
def eq_Tensor(self: Tensor, other: Tensor) -> Tensor:
  a, b = promote2(self, other)
  return ops.ts.eq(a, b)


@op("aten::ne.Tensor")
def ne_Tensor(self: Tensor, other: Tensor) -> Tensor:
  a, b = promote2(self, other)
  return ops.ts.ne(a, b)


# Complex numbers have no order.
def ordered(x: Tensor, kernel: str) -> Tensor:
  if is_complex_dtype(x.dtype):
    raise NotImplementedError(torch.format("\"{}\" not implemented for '{}'", kernel, dtype_name(x.dtype)))
  return x


@op("aten::lt.Tensor")
def lt_Tensor(self: Tensor, other: Tensor) -> Tensor:
  a, b = promote2(self, other)
  return ops.ts.lt(ordered(a, "lt_cpu"), b)


@op("aten::le.Tensor")
def le_Tensor(self: Tensor, other: Tensor) -> Tensor:
  a, b = promote2(self, other)
  return ops.ts.le(ordered(a, "le_cpu"), b)


@op("aten::gt.Tensor")
def gt_Tensor(self: Tensor, other: Tensor) -> Tensor:
  a, b = promote2(self, other)
  return ops.ts.gt(ordered(a, "gt_cpu"), b)


@op("aten::ge.Tensor")
def ge_Tensor(self: Tensor, other: Tensor) -> Tensor:
  a, b = promote2(self, other)
  return ops.ts.ge(ordered(a, "ge_cpu"), b)


@op("aten::not_equal.Tensor")
def not_equal_Tensor(self: Tensor, other: Tensor) -> Tensor:
  return torch.ne(self, other)


@op("aten::less.Tensor")
def less_Tensor(self: Tensor, other: Tensor) -> Tensor:
  return torch.lt(self, other)


@op("aten::less_equal.Tensor")
def less_equal_Tensor(self: Tensor, other: Tensor) -> Tensor:
  return torch.le(self, other)


@op("aten::greater.Tensor")
def greater_Tensor(self: Tensor, other: Tensor) -> Tensor:
  return torch.gt(self, other)


@op("aten::greater_equal.Tensor")
def greater_equal_Tensor(self: Tensor, other: Tensor) -> Tensor:
  return torch.ge(self, other)


@op("aten::equal")
def equal(self: Tensor, other: Tensor) -> bool:
  if not same_sizes(self.size(), other.size()):
    if self.dim() != other.dim():
      return False
    for d in range(self.dim()):
      if self.size(d) != other.size(d):
        return False
  return bool(torch.all(torch.eq(self, other)))


@op("aten::isnan")
def isnan(self: Tensor) -> Tensor:
  if is_complex_dtype(self.dtype):
    return ops.ts.or_(torch.isnan(ops.ts.real(self)), torch.isnan(ops.ts.imag(self)))
  return ops.ts.ne(self, self)


@op("aten::isinf")
def isinf(self: Tensor) -> Tensor:
  if is_complex_dtype(self.dtype):
    return ops.ts.or_(torch.isinf(ops.ts.real(self)), torch.isinf(ops.ts.imag(self)))
  if is_integral_dtype(self.dtype):
    return ops.ts.full(self.size(), False, 11)
  return ops.ts.eq(ops.ts.abs(self), splat(self, inf))


@op("aten::isfinite")
def isfinite(self: Tensor) -> Tensor:
  if is_complex_dtype(self.dtype):
    return ops.ts.and_(torch.isfinite(ops.ts.real(self)), torch.isfinite(ops.ts.imag(self)))
  if is_integral_dtype(self.dtype):
    return ops.ts.full(self.size(), True, 11)
  return ops.ts.lt(ops.ts.abs(self), splat(self, inf))


@op("aten::isposinf")
def isposinf(self: Tensor) -> Tensor:
  if is_integral_dtype(self.dtype):
    return ops.ts.full(self.size(), False, 11)
  return ops.ts.eq(self, splat(self, inf))


@op("aten::isneginf")
def isneginf(self: Tensor) -> Tensor:
  if is_integral_dtype(self.dtype):
    return ops.ts.full(self.size(), False, 11)
  return ops.ts.eq(self, splat(self, -inf))


@op("aten::isreal")
def isreal(self: Tensor) -> Tensor:
  if is_complex_dtype(self.dtype):
    im = ops.ts.imag(self)
    return ops.ts.eq(im, splat(im, 0))
  return ops.ts.full(self.size(), True, 11)


@op("aten::isclose")
def isclose(self: Tensor, other: Tensor, rtol: float, atol: float, equal_nan: bool) -> Tensor:
  if self.dtype != other.dtype:
    raise RuntimeError(torch.format("{} did not match {}", dtype_word(self.dtype), dtype_word(other.dtype)))
  a, b = broadcast2(self, other)
  close = ops.ts.eq(a, b)
  if equal_nan and (not is_integral_dtype(a.dtype)):
    close = ops.ts.or_(close, ops.ts.and_(torch.isnan(a), torch.isnan(b)))
  x = floating(a)
  y = floating(b)
  gap = torch.abs(torch.sub(x, y))
  allowed = torch.add(torch.abs(torch.mul(y, rtol)), atol)
  return ops.ts.or_(close, ops.ts.and_(torch.isfinite(gap), ops.ts.le(gap, allowed)))


@op("aten::allclose")
def allclose(self: Tensor, other: Tensor, rtol: float, atol: float, equal_nan: bool) -> bool:
  return bool(torch.all(torch.isclose(self, other, rtol, atol, equal_nan)))


@op("aten::logical_not")
def logical_not(self: Tensor) -> Tensor:
  return ops.ts.not_(truth(self))


@op("aten::logical_and")
def logical_and(self: Tensor, other: Tensor) -> Tensor:
  a, b = broadcast2(truth(self), truth(other))
  return ops.ts.and_(a, b)


@op("aten::logical_or")
def logical_or(self: Tensor, other: Tensor) -> Tensor:
  a, b = broadcast2(truth(self), truth(other))
  return ops.ts.or_(a, b)


@op("aten::logical_xor")
def logical_xor(self: Tensor, other: Tensor) -> Tensor:
  a, b = broadcast2(truth(self), truth(other))
  return ops.ts.xor(a, b)


# The bits of bools and integers; other numbers have none to speak of.
def bits(x: Tensor, kernel: str) -> Tensor:
  if (x.dtype > 4) and (x.dtype != 11):
    raise NotImplementedError(torch.format("\"{}\" not implemented for '{}'", kernel, dtype_name(x.dtype)))
  return x


def bits2(x: Tensor, y: Tensor, kernel: str) -> Tuple[Tensor, Tensor]:
  a, b = promote2(x, y)
  return bits(a, kernel), b


@op("aten::bitwise_not")
def bitwise_not(self: Tensor) -> Tensor:
  return ops.ts.not_(bits(self, "bitwise_not_cpu"))


@op("aten::bitwise_and.Tensor")
def bitwise_and_Tensor(self: Tensor, other: Tensor) -> Tensor:
  a, b = bits2(self, other, "bitwise_and_cpu")
  return ops.ts.and_(a, b)


@op("aten::bitwise_or.Tensor")
def bitwise_or_Tensor(self: Tensor, other: Tensor) -> Tensor:
  a, b = bits2(self, other, "bitwise_or_cpu")
  return ops.ts.or_(a, b)


@op("aten::bitwise_xor.Tensor")
def bitwise_xor_Tensor(self: Tensor, other: Tensor) -> Tensor:
  a, b = bits2(self, other, "bitwise_xor_cpu")
  return ops.ts.xor(a, b)


@op("aten::bitwise_left_shift.Tensor")
def bitwise_left_shift_Tensor(self: Tensor, other: Tensor) -> Tensor:
  a, b = bits2(self, other, "lshift_cpu")
  return ops.ts.shl(a, b)


@op("aten::bitwise_right_shift.Tensor")
def bitwise_right_shift_Tensor(self: Tensor, other: Tensor) -> Tensor:
  a, b = bits2(self, other, "rshift_cpu")
  return ops.ts.shr(a, b)


@op("aten::bitwise_and.Scalar_Tensor")
def bitwise_and_Scalar_Tensor(self: number, other: Tensor) -> Tensor:
  a, b = bits2(ops.ts.tensor_of(self), other, "bitwise_and_cpu")
  return ops.ts.and_(a, b)


@op("aten::bitwise_or.Scalar_Tensor")
def bitwise_or_Scalar_Tensor(self: number, other: Tensor) -> Tensor:
  a, b = bits2(ops.ts.tensor_of(self), other, "bitwise_or_cpu")
  return ops.ts.or_(a, b)


@op("aten::bitwise_xor.Scalar_Tensor")
def bitwise_xor_Scalar_Tensor(self: number, other: Tensor) -> Tensor:
  a, b = bits2(ops.ts.tensor_of(self), other, "bitwise_xor_cpu")
  return ops.ts.xor(a, b)


@op("aten::bitwise_left_shift.Scalar_Tensor")
def bitwise_left_shift_Scalar_Tensor(self: number, other: Tensor) -> Tensor:
  a, b = bits2(ops.ts.tensor_of(self), other, "lshift_cpu")
  return ops.ts.shl(a, b)


@op("aten::bitwise_left_shift.Tensor_Scalar")
def bitwise_left_shift_Tensor_Scalar(self: Tensor, other: number) -> Tensor:
  a, b = bits2(self, ops.ts.tensor_of(other), "lshift_cpu")
  return ops.ts.shl(a, b)


@op("aten::bitwise_right_shift.Scalar_Tensor")
def bitwise_right_shift_Scalar_Tensor(self: number, other: Tensor) -> Tensor:
  a, b = bits2(ops.ts.tensor_of(self), other, "rshift_cpu")
  return ops.ts.shr(a, b)


@op("aten::bitwise_right_shift.Tensor_Scalar")
def bitwise_right_shift_Tensor_Scalar(self: Tensor, other: number) -> Tensor:
  a, b = bits2(self, ops.ts.tensor_of(other), "rshift_cpu")
  return ops.ts.shr(a, b)


@op("aten::__and__.Tensor")
def __and___Tensor(self: Tensor, other: Tensor) -> Tensor:
  return torch.bitwise_and(self, other)


@op("aten::__or__.Tensor")
def __or___Tensor(self: Tensor, other: Tensor) -> Tensor:
  return torch.bitwise_or(self, other)


@op("aten::__xor__.Tensor")
def __xor___Tensor(self: Tensor, other: Tensor) -> Tensor:
  return torch.bitwise_xor(self, other)


@op("aten::__and__.Scalar")
def __and___Scalar(self: Tensor, other: number) -> Tensor:
  return torch.bitwise_and(self, other)


@op("aten::__or__.Scalar")
def __or___Scalar(self: Tensor, other: number) -> Tensor:
  return torch.bitwise_or(self, other)


@op("aten::__xor__.Scalar")
def __xor___Scalar(self: Tensor, other: number) -> Tensor:
  return torch.bitwise_xor(self, other)


def shifted_left(x: Tensor, y: Tensor) -> Tensor:
  a, b = promote2(x, y)
  if is_float_dtype(a.dtype):
    return ops.ts.mul(a, ops.ts.exp2(b))
  return ops.ts.shl(a, b)


@op("aten::__lshift__.Tensor")
def __lshift___Tensor(self: Tensor, other: Tensor) -> Tensor:
  return shifted_left(self, other)


def shifted_right(x: Tensor, y: Tensor) -> Tensor:
  a, b = promote2(x, y)
  if is_float_dtype(a.dtype):
    return ops.ts.div(a, ops.ts.exp2(b))
  return ops.ts.shr(a, b)


@op("aten::__rshift__.Tensor")
def __rshift___Tensor(self: Tensor, other: Tensor) -> Tensor:
  return shifted_right(self, other)


@op("aten::__lshift__.Scalar")
def __lshift___Scalar(self: Tensor, other: number) -> Tensor:
  return shifted_left(self, ops.ts.tensor_of(other))


@op("aten::__rshift__.Scalar")
def __rshift___Scalar(self: Tensor, other: number) -> Tensor:
  return shifted_right(self, ops.ts.tensor_of(other))


def chosen(condition: Tensor, x: Tensor, y: Tensor) -> Tensor:
  if (condition.dtype != 11) and (condition.dtype != 0):
    raise RuntimeError(torch.format("where expected condition to be a boolean tensor, but got a tensor with dtype {}", dtype_name(condition.dtype)))
  a, b = promote2(x, y)
  c = truth(condition)
  sizes = broadcast_sizes(c.size(), a.size())
  return ops.ts.select(expand_to(c, sizes), expand_to(a, sizes), expand_to(b, sizes))


@op("aten::where.self")
def where_self(condition: Tensor, self: Tensor, other: Tensor) -> Tensor:
  return chosen(condition, self, other)


@op("aten::where.ScalarOther")
def where_ScalarOther(condition: Tensor, self: Tensor, other: number) -> Tensor:
  return chosen(condition, self, ops.ts.tensor_of(other))


@op("aten::where.ScalarSelf")
def where_ScalarSelf(condition: Tensor, self: number, other: Tensor) -> Tensor:
  return chosen(condition, ops.ts.tensor_of(self), other)


@op("aten::where.Scalar")
def where_Scalar(condition: Tensor, self: number, other: number) -> Tensor:
  return chosen(condition, ops.ts.tensor_of(self), ops.ts.tensor_of(other))


@op("aten::where")
def where(condition: Tensor) -> List[Tensor]:
  return torch.nonzero_numpy(condition)


@op("aten::can_cast")
def can_cast(from_: int, to: int) -> bool:
  if is_complex_dtype(from_) and (not is_complex_dtype(to)):
    return False
  if is_float_dtype(from_) and is_integral_dtype(to):
    return False
  return (from_ == 11) or (to != 11)


@op("aten::heaviside")
def heaviside(self: Tensor, values: Tensor) -> Tensor:
  if self.dtype != values.dtype:
    raise RuntimeError("heaviside is not yet implemented for tensors with different dtypes.")
  a, b = broadcast2(self, values)
  zero = splat(a, 0)
  step = ops.ts.select(ops.ts.eq(a, zero), b, ops.ts.convert(ops.ts.gt(a, zero), a.dtype))
  return step


@op("aten::isin.Tensor_Tensor")
def isin_Tensor_Tensor(elements: Tensor, test_elements: Tensor, assume_unique: bool, invert: bool) -> Tensor:
  a, b = cast(elements, ops.ts.result_type([elements, test_elements])), cast(test_elements, ops.ts.result_type([elements, test_elements]))
  flat = torch.reshape(b, [-1])
  sizes = elements.size() + [flat.size(0)]
  x = ops.ts.broadcast(a, sizes, iota_list(0, elements.dim()))
  found = ops.ts.reduce(ops.ts.eq(x, along(flat, sizes, elements.dim())), [elements.dim()], "or")
  return ops.ts.not_(found) if invert else found


@op("aten::isin.Tensor_Scalar")
def isin_Tensor_Scalar(elements: Tensor, test_element: number, assume_unique: bool, invert: bool) -> Tensor:
  return torch.isin(elements, torch.reshape(ops.ts.convert(ops.ts.tensor_of(test_element), elements.dtype), [1]), assume_unique=assume_unique, invert=invert)


@op("aten::isin.Scalar_Tensor")
def isin_Scalar_Tensor(element: number, test_elements: Tensor, assume_unique: bool, invert: bool) -> Tensor:
  return torch.isin(ops.ts.convert(ops.ts.tensor_of(element), test_elements.dtype), test_elements, assume_unique=assume_unique, invert=invert)


@op("aten::_is_all_true")
def _is_all_true(self: Tensor) -> Tensor:
  return torch.all(self)


@op("aten::_is_any_true")
def _is_any_true(self: Tensor) -> Tensor:
  return torch.any(self)
