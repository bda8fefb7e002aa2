# Complex numbers.


@op("aten::conj_physical")
def conj_physical(self: Tensor) -> Tensor:
  if is_complex_dtype(self.dtype):
    return conjugate(self)
  return ops.ts.copy(self)


@op("aten::_conj_physical")
def _conj_physical(self: Tensor) -> Tensor:
  return torch.conj_physical(self)


@op("aten::_conj")
def _conj(self: Tensor) -> Tensor:
  return conjugate_if_complex(self)


@op("aten::conj")
def conj(self: Tensor) -> Tensor:
  return conjugate_if_complex(self)


@op("aten::_conj_copy")
def _conj_copy(self: Tensor) -> Tensor:
  return conjugate_if_complex(self)


@op("aten::_neg_view")
def _neg_view(self: Tensor) -> Tensor:
  return ops.ts.neg(self)


@op("aten::angle")
def angle(self: Tensor) -> Tensor:
  if is_complex_dtype(self.dtype):
    return ops.ts.atan2(ops.ts.imag(self), ops.ts.real(self))
  x = floating(self)
  y = ops.ts.select(ops.ts.lt(x, splat(x, 0)), splat(x, 3.1415926535897931), splat(x, 0))
  return ops.ts.select(ops.ts.ne(x, x), x, y)
