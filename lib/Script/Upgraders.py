# What operators meant in older archives. `@upgrade(old schema, last version)`: in a method of an archive of that
# version or an older one, a call that matches the old schema runs the function instead. The old schema's
# arguments are passed in its order.

@upgrade("aten::div.Scalar(Tensor self, Scalar other) -> Tensor", 3)
def div_Scalar_0_3(self: Tensor, other: number) -> Tensor:
  if self.is_floating_point() or isinstance(other, float):
    return self.true_divide(other)
  return self.divide(other, rounding_mode="trunc")

@upgrade("aten::div.Scalar_mode(Tensor self, Scalar other, *, str? rounding_mode) -> Tensor", 3)
def div_Scalar_mode_0_3(self: Tensor, other: number, *, rounding_mode: Optional[str]) -> Tensor:
  return self.divide(other, rounding_mode=rounding_mode)

@upgrade("aten::div.Tensor(Tensor self, Tensor other) -> Tensor", 3)
def div_Tensor_0_3(self: Tensor, other: Tensor) -> Tensor:
  if self.is_floating_point() or other.is_floating_point():
    return self.true_divide(other)
  return self.divide(other, rounding_mode="trunc")

@upgrade("aten::div.Tensor_mode(Tensor self, Tensor other, *, str? rounding_mode) -> Tensor", 3)
def div_Tensor_mode_0_3(self: Tensor, other: Tensor, *, rounding_mode: Optional[str]) -> Tensor:
  return self.divide(other, rounding_mode=rounding_mode)

@upgrade("aten::div.out(Tensor self, Tensor other, *, Tensor(a!) out) -> Tensor(a!)", 3)
def div_out_0_3(self: Tensor, other: Tensor, *, out: Tensor) -> Tensor:
  if self.is_floating_point() or other.is_floating_point() or out.is_floating_point():
    return self.true_divide(other, out=out)
  return self.divide(other, rounding_mode="trunc", out=out)

@upgrade("aten::div.out_mode(Tensor self, Tensor other, *, str? rounding_mode, Tensor(a!) out) -> Tensor(a!)", 3)
def div_out_mode_0_3(self: Tensor, other: Tensor, *, rounding_mode: Optional[str], out: Tensor) -> Tensor:
  return self.divide(other, rounding_mode=rounding_mode, out=out)

@upgrade("aten::div_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)", 3)
def div__Scalar_0_3(self: Tensor, other: number) -> Tensor:
  if self.is_floating_point() or isinstance(other, float):
    return self.true_divide_(other)
  return self.divide_(other, rounding_mode="trunc")

@upgrade("aten::div_.Scalar_mode(Tensor(a!) self, Scalar other, *, str? rounding_mode) -> Tensor(a!)", 3)
def div__Scalar_mode_0_3(self: Tensor, other: number, *, rounding_mode: Optional[str]) -> Tensor:
  return self.divide_(other, rounding_mode=rounding_mode)

@upgrade("aten::div_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)", 3)
def div__Tensor_0_3(self: Tensor, other: Tensor) -> Tensor:
  if self.is_floating_point() or other.is_floating_point():
    return self.true_divide_(other)
  return self.divide_(other, rounding_mode="trunc")

@upgrade("aten::div_.Tensor_mode(Tensor(a!) self, Tensor other, *, str? rounding_mode) -> Tensor(a!)", 3)
def div__Tensor_mode_0_3(self: Tensor, other: Tensor, *, rounding_mode: Optional[str]) -> Tensor:
  return self.divide_(other, rounding_mode=rounding_mode)

@upgrade("aten::full(int[] size, Scalar fill_value, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor", 4)
def full_0_4(size: List[int], fill_value: number, *, dtype: Optional[int], layout: Optional[int], device: Optional[Device], pin_memory: Optional[bool]) -> Tensor:
  if dtype is None:
    fill_value = float(fill_value)
  return torch.full(size, fill_value, dtype=dtype, layout=layout, device=device, pin_memory=pin_memory)

@upgrade("aten::full.out(int[] size, Scalar fill_value, *, Tensor(a!) out) -> Tensor(a!)", 4)
def full_out_0_4(size: List[int], fill_value: number, *, out: Tensor) -> Tensor:
  return torch.full(size, fill_value, out=out)

@upgrade("aten::gelu(Tensor self) -> Tensor", 9)
def gelu_0_9(self: Tensor) -> Tensor:
  return torch.gelu(self, approximate="none")

@upgrade("aten::gelu.out(Tensor self, *, Tensor(a!) out) -> Tensor", 9)
def gelu_out_0_9(self: Tensor, *, out: Tensor) -> Tensor:
  return torch.gelu(self, approximate="none", out=out)

@upgrade("aten::linspace(Scalar start, Scalar end, int? steps=None, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor", 7)
def linspace_0_7(start: number, end: number, steps: Optional[int], *, dtype: Optional[int], layout: Optional[int], device: Optional[Device], pin_memory: Optional[bool]) -> Tensor:
  if steps is None:
    return torch.linspace(start=start, end=end, steps=100, dtype=dtype, layout=layout, device=device, pin_memory=pin_memory)
  return torch.linspace(start=start, end=end, steps=steps, dtype=dtype, layout=layout, device=device, pin_memory=pin_memory)

@upgrade("aten::linspace.out(Scalar start, Scalar end, int? steps=None, *, Tensor(a!) out) -> Tensor(a!)", 7)
def linspace_out_0_7(start: number, end: number, steps: Optional[int], *, out: Tensor) -> Tensor:
  if steps is None:
    return torch.linspace(start=start, end=end, steps=100, out=out)
  return torch.linspace(start=start, end=end, steps=steps, out=out)

@upgrade("aten::logspace(Scalar start, Scalar end, int? steps=None, float base=10.0, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor", 8)
def logspace_0_8(start: number, end: number, steps: Optional[int], base: float, *, dtype: Optional[int], layout: Optional[int], device: Optional[Device], pin_memory: Optional[bool]) -> Tensor:
  if steps is None:
    return torch.logspace(start=start, end=end, steps=100, base=base, dtype=dtype, layout=layout, device=device, pin_memory=pin_memory)
  return torch.logspace(start=start, end=end, steps=steps, base=base, dtype=dtype, layout=layout, device=device, pin_memory=pin_memory)

@upgrade("aten::logspace.out(Scalar start, Scalar end, int? steps=None, float base=10.0, *, Tensor(a!) out) -> Tensor(a!)", 8)
def logspace_out_0_8(start: number, end: number, steps: Optional[int], base: float, *, out: Tensor) -> Tensor:
  if steps is None:
    return torch.logspace(start=start, end=end, steps=100, base=base, out=out)
  return torch.logspace(start=start, end=end, steps=steps, base=base, out=out)
