# Operators that PyTorch defines as TorchScript functions. Overload resolution tries them behind the schemas
# of the same name, in this order, and inlines the one that matches.
# `BroadcastingListN[T]` is a list that a single T fills N times.

@builtin("aten::mul")
def mul_float(a: float, b: Tensor) -> Tensor:
  return b * a

@builtin("aten::add")
def add_float(a: float, b: Tensor) -> Tensor:
  return b + a

@builtin("aten::ne")
def ne_float(a: float, b: Tensor) -> Tensor:
  return b != a

@builtin("aten::eq")
def eq_float(a: float, b: Tensor) -> Tensor:
  return b == a

@builtin("aten::sub")
def sub_float(a: float, b: Tensor) -> Tensor:
  return torch.neg(b) + a

@builtin("aten::div")
def div_float(a: float, b: Tensor) -> Tensor:
  return torch.reciprocal(b) * a

@builtin("aten::mul")
def mul_int(a: int, b: Tensor) -> Tensor:
  return b * a

@builtin("aten::add")
def add_int(a: int, b: Tensor) -> Tensor:
  return b + a

@builtin("aten::ne")
def ne_int(a: int, b: Tensor) -> Tensor:
  return b != a

@builtin("aten::eq")
def eq_int(a: int, b: Tensor) -> Tensor:
  return b == a

@builtin("aten::sub")
def sub_int(a: int, b: Tensor) -> Tensor:
  return torch.neg(b) + a

@builtin("aten::div")
def div_int(a: int, b: Tensor) -> Tensor:
  return torch.reciprocal(b) * a

@builtin("aten::mul")
def mul_complex(a: complex, b: Tensor) -> Tensor:
  return b * a

@builtin("aten::add")
def add_complex(a: complex, b: Tensor) -> Tensor:
  return b + a

@builtin("aten::ne")
def ne_complex(a: complex, b: Tensor) -> Tensor:
  return b != a

@builtin("aten::eq")
def eq_complex(a: complex, b: Tensor) -> Tensor:
  return b == a

@builtin("aten::sub")
def sub_complex(a: complex, b: Tensor) -> Tensor:
  return torch.neg(b) + a

@builtin("aten::div")
def div_complex(a: complex, b: Tensor) -> Tensor:
  return torch.reciprocal(b) * a

@builtin("aten::lt")
def lt_float(a: float, b: Tensor) -> Tensor:
  return b > a

@builtin("aten::le")
def le_float(a: float, b: Tensor) -> Tensor:
  return b >= a

@builtin("aten::gt")
def gt_float(a: float, b: Tensor) -> Tensor:
  return b < a

@builtin("aten::ge")
def ge_float(a: float, b: Tensor) -> Tensor:
  return b <= a

@builtin("aten::lt")
def lt_int(a: int, b: Tensor) -> Tensor:
  return b > a

@builtin("aten::le")
def le_int(a: int, b: Tensor) -> Tensor:
  return b >= a

@builtin("aten::gt")
def gt_int(a: int, b: Tensor) -> Tensor:
  return b < a

@builtin("aten::ge")
def ge_int(a: int, b: Tensor) -> Tensor:
  return b <= a

@builtin("aten::_single")
def single_float(x: BroadcastingList1[float]) -> List[float]:
  return x

@builtin("aten::_pair")
def pair_float(x: BroadcastingList2[float]) -> List[float]:
  return x

@builtin("aten::_triple")
def triple_float(x: BroadcastingList3[float]) -> List[float]:
  return x

@builtin("aten::_quadruple")
def quadruple_float(x: BroadcastingList4[float]) -> List[float]:
  return x

@builtin("aten::_single")
def single_int(x: BroadcastingList1[int]) -> List[int]:
  return x

@builtin("aten::_pair")
def pair_int(x: BroadcastingList2[int]) -> List[int]:
  return x

@builtin("aten::_triple")
def triple_int(x: BroadcastingList3[int]) -> List[int]:
  return x

@builtin("aten::_quadruple")
def quadruple_int(x: BroadcastingList4[int]) -> List[int]:
  return x

@builtin("aten::floordiv")
def floordiv_number(self: Tensor, other: number) -> Tensor:
  return torch.floor_divide(self, other)

@builtin("aten::floordiv")
def floordiv_Tensor(self: Tensor, other: Tensor) -> Tensor:
  return torch.floor_divide(self, other)

# Does nothing; only old files call it.
@builtin("aten::_assert_int_or_pair")
def assert_int_or_pair(vals: List[int], name: str, message: str) -> None:
  pass

@builtin("aten::list_with_default")
def list_with_default(out_size: List[int], defaults: List[int]) -> List[int]:
  assert len(defaults) > len(out_size)
  return out_size

@builtin("aten::_assert")
def assert_bool(condition: bool, message: str) -> None:
  assert condition, message

@builtin("aten::_assert")
def assert_tensor(condition: Tensor, message: str) -> None:
  assert bool(condition), message

@builtin("aten::device")
def device_by_type(type: str) -> Device:
  return torch.device(type)

@builtin("aten::type")
def type_by_dtype(self: Tensor, dtype: int, non_blocking: bool=False, copy: bool=False) -> Tensor:
  return self.to(dtype, non_blocking, copy)

@builtin("aten::__contains__")
def contains_text(self: str, key: str) -> bool:
  return self.find(key, 0, len(self)) != -1

@builtin("prim::ndim")
def ndim(a: Tensor) -> int:
  return a.dim()

@builtin("prim::T")
def T(a: Tensor) -> Tensor:
  return a.numpy_T()

@builtin("prim::H")
def H(a: Tensor) -> Tensor:
  return a.matrix_H()

@builtin("prim::shape")
def shape(a: Tensor) -> List[int]:
  return a.size()
