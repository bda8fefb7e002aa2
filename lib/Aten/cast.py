# Changes of dtype and of memory layout.


# The strides of a dense tensor whose last place is the innermost: order lists dimensions from outermost.
def strides_in_order(sizes: List[int], order: List[int]) -> List[int]:
  out = ints(len(sizes), 1)
  step = 1
  for i in range(len(order)):
    d = order[len(order) - 1 - i]
    out[d] = step
    step = step * (sizes[d] if not ops.ts.same(sizes[d], 0) else 1)
  return out


def channels_last_strides(sizes: List[int]) -> List[int]:
  if len(sizes) == 4:
    return strides_in_order(sizes, [0, 2, 3, 1])
  if len(sizes) == 5:
    return strides_in_order(sizes, [0, 2, 3, 4, 1])
  raise RuntimeError("required rank 4 tensor to use channels_last format")


# Every element of the storage between the first and the last is one of the tensor's.
def is_dense(sizes: List[int], strides: List[int]) -> bool:
  expected = 1
  left = annotate(List[int], [])
  for d in range(len(sizes)):
    if not ops.ts.same(sizes[d], 1):
      left.append(d)
  for i in range(len(left)):
    found = -1
    for d in left:
      if (found < 0) and ops.ts.same(strides[d], expected):
        found = d
    if found < 0:
      return False
    expected = expected * sizes[found]
    left.remove(found)
  return True


# A fresh tensor in the given memory format; 1 keeps the strides of a dense tensor.
def cloned(x: Tensor, memory_format: int) -> Tensor:
  if memory_format == 0:
    return ops.ts.copy(x)
  if (memory_format == 2) or (memory_format == 3):
    return ops.ts.copy_strided(x, channels_last_strides(x.size()))
  if x.is_contiguous():
    return ops.ts.copy(x)
  if is_dense(x.size(), ops.ts.strides(x)):
    return ops.ts.copy_strided(x, ops.ts.strides(x))
  return ops.ts.copy(x)


@op("aten::clone")
def clone(self: Tensor, memory_format: Optional[int]) -> Tensor:
  return cloned(self, 1 if memory_format is None else memory_format)


@op("aten::contiguous")
def contiguous(self: Tensor, memory_format: int) -> Tensor:
  if (memory_format == 2) or (memory_format == 3):
    if same_sizes(ops.ts.strides(self), channels_last_strides(self.size())):
      return self
    return cloned(self, memory_format)
  if self.is_contiguous():
    return self
  return ops.ts.copy(self)


def converted(x: Tensor, dtype: Optional[int], copy: bool, memory_format: Optional[int]) -> Tensor:
  target = x.dtype if dtype is None else dtype
  format = 1 if memory_format is None else memory_format
  if (target == x.dtype) and (not copy):
    if format == 1:
      return x
    return torch.contiguous(x, memory_format=format)
  if target == x.dtype:
    return cloned(x, format)
  y = ops.ts.convert(x, target)
  return y if format == 1 else torch.contiguous(y, memory_format=format)


@op("aten::to.device")
def to_device(self: Tensor, device: Device, dtype: int, non_blocking: bool, copy: bool, memory_format: Optional[int]) -> Tensor:
  return converted(self, dtype, copy, memory_format)


@op("aten::to.dtype")
def to_dtype(self: Tensor, dtype: int, non_blocking: bool, copy: bool, memory_format: Optional[int]) -> Tensor:
  return converted(self, dtype, copy, memory_format)


@op("aten::to.dtype_layout")
def to_dtype_layout(self: Tensor, dtype: Optional[int], layout: Optional[int], device: Optional[Device], pin_memory: Optional[bool],
    non_blocking: bool, copy: bool, memory_format: Optional[int]) -> Tensor:
  return converted(self, dtype, copy, memory_format)


@op("aten::to.other")
def to_other(self: Tensor, other: Tensor, non_blocking: bool, copy: bool, memory_format: Optional[int]) -> Tensor:
  return converted(self, other.dtype, copy, memory_format)


@op("aten::to.prim_Device")
def to_prim_Device(self: Tensor, device: Optional[Device], dtype: Optional[int], non_blocking: bool, copy: bool) -> Tensor:
  return converted(self, dtype, copy, None)


@op("aten::to.prim_dtype")
def to_prim_dtype(self: Tensor, dtype: Optional[int], non_blocking: bool, copy: bool) -> Tensor:
  return converted(self, dtype, copy, None)


@op("aten::to.prim_other")
def to_prim_other(self: Tensor, non_blocking: bool, copy: bool) -> Tensor:
  return converted(self, None, copy, None)


@op("aten::_to_copy")
def _to_copy(self: Tensor, dtype: Optional[int], layout: Optional[int], device: Optional[Device], pin_memory: Optional[bool],
    non_blocking: bool, memory_format: Optional[int]) -> Tensor:
  return converted(self, dtype, True, memory_format)


@op("aten::type_as")
def type_as(self: Tensor, other: Tensor) -> Tensor:
  return converted(self, other.dtype, False, None)


@op("aten::cpu")
def cpu(self: Tensor) -> Tensor:
  return self


@op("aten::cuda")
def cuda(self: Tensor) -> Tensor:
  return self


@op("aten::to_dense")
def to_dense(self: Tensor, dtype: Optional[int], masked_grad: Optional[bool]) -> Tensor:
  return cast(self, self.dtype if dtype is None else dtype)


@op("aten::_autocast_to_full_precision")
def _autocast_to_full_precision(self: Tensor, cuda_enabled: bool, cpu_enabled: bool) -> Tensor:
  return self


@op("aten::_autocast_to_reduced_precision")
def _autocast_to_reduced_precision(self: Tensor, cuda_enabled: bool, cpu_enabled: bool, cuda_dtype: int, cpu_dtype: int) -> Tensor:
  return self


@op("aten::_cast_Byte")
def _cast_Byte(self: Tensor, non_blocking: bool) -> Tensor:
  return cast(self, 0)


@op("aten::_cast_Char")
def _cast_Char(self: Tensor, non_blocking: bool) -> Tensor:
  return cast(self, 1)


@op("aten::_cast_Short")
def _cast_Short(self: Tensor, non_blocking: bool) -> Tensor:
  return cast(self, 2)


@op("aten::_cast_Int")
def _cast_Int(self: Tensor, non_blocking: bool) -> Tensor:
  return cast(self, 3)


@op("aten::_cast_Long")
def _cast_Long(self: Tensor, non_blocking: bool) -> Tensor:
  return cast(self, 4)


@op("aten::_cast_Half")
def _cast_Half(self: Tensor, non_blocking: bool) -> Tensor:
  return cast(self, 5)


@op("aten::_cast_Float")
def _cast_Float(self: Tensor, non_blocking: bool) -> Tensor:
  return cast(self, 6)


@op("aten::_cast_Double")
def _cast_Double(self: Tensor, non_blocking: bool) -> Tensor:
  return cast(self, 7)


@op("aten::chalf")
def chalf(self: Tensor, memory_format: Optional[int]) -> Tensor:
  return cast(self, 8)


@op("aten::as_tensor")
def as_tensor(data: Tensor, dtype: Optional[int], device: Optional[Device]) -> Tensor:
  return converted(data, dtype, False, None)


@op("aten::_assert_tensor_metadata")
def _assert_tensor_metadata(a: Tensor, size: Optional[List[int]], stride: Optional[List[int]], dtype: Optional[int], device: Optional[Device],
    layout: Optional[int]) -> None:
  if dtype is not None:
    if a.dtype != dtype:
      raise RuntimeError("Tensor dtype mismatch!")
