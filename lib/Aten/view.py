# Views: written over view primitives, so that writes reach the base.


@op("aten::alias")
def alias(self: Tensor) -> Tensor:
  return self


@op("aten::lift_fresh")
def lift_fresh(self: Tensor) -> Tensor:
  return torch.alias(self)


@op("aten::lift")
def lift(self: Tensor) -> Tensor:
  return torch.alias(self)


@op("aten::resolve_conj")
def resolve_conj(self: Tensor) -> Tensor:
  return self


@op("aten::resolve_neg")
def resolve_neg(self: Tensor) -> Tensor:
  return self


@op("aten::_lazy_clone")
def _lazy_clone(self: Tensor) -> Tensor:
  return torch.clone(self)


def dropped(sizes: List[int], dim: int) -> List[int]:
  out = annotate(List[int], [])
  for d in range(len(sizes)):
    if d != dim:
      out.append(sizes[d])
  return out


def inserted(sizes: List[int], dim: int, extent: int) -> List[int]:
  out = annotate(List[int], [])
  for d in range(len(sizes)):
    if d == dim:
      out.append(extent)
    out.append(sizes[d])
  if dim == len(sizes):
    out.append(extent)
  return out


@op("aten::select.int")
def select_int(self: Tensor, dim: int, index: int) -> Tensor:
  if self.dim() == 0:
    raise IndexError("select() cannot be applied to a 0-dim tensor.")
  d = wrap_dim(dim, self.dim())
  n = self.size(d)
  if (index < -n) or (index >= n):
    raise IndexError(torch.format("select(): index {} out of range for tensor of size {} at dimension {}", index, self.size(), d))
  place = index + n if index < 0 else index
  return ops.ts.reshape(ops.ts.slice(self, d, place, 1, 1), dropped(self.size(), d))


# A slice bound in [0, n].
def slice_bound(bound: int, n: int) -> int:
  if ops.ts.known(bound):
    if bound == 0:
      return 0
    if bound == 9223372036854775807:
      return n
    if bound > 0:
      return ops.prim.min(bound, n)
    return ops.prim.max(bound + n, 0)
  if ops.ts.same(bound, n):
    return n
  wrapped = bound + n if bound < 0 else bound
  return ops.prim.max(ops.prim.min(wrapped, n), 0)


def sliced(x: Tensor, d: int, start: Optional[int], end: Optional[int], step: int) -> Tensor:
  n = x.size(d)
  first = 0 if start is None else slice_bound(start, n)
  last = n if end is None else slice_bound(end, n)
  count = last
  if not ops.ts.same(first, 0):
    count = ops.prim.max(last - first, 0)
  if step != 1:
    count = (count + step - 1) // step
  return ops.ts.slice(x, d, first, count, step)


@op("aten::slice.Tensor")
def slice_Tensor(self: Tensor, dim: int, start: Optional[int], end: Optional[int], step: int) -> Tensor:
  if self.dim() == 0:
    raise RuntimeError("slice() cannot be applied to a 0-dim tensor.")
  if step <= 0:
    raise RuntimeError("slice step must be positive")
  return sliced(self, wrap_dim(dim, self.dim()), start, end, step)


@op("aten::narrow")
def narrow(self: Tensor, dim: int, start: int, length: int) -> Tensor:
  if self.dim() == 0:
    raise RuntimeError("narrow() cannot be applied to a 0-dim tensor.")
  d = wrap_dim(dim, self.dim())
  n = self.size(d)
  if length < 0:
    raise RuntimeError("narrow(): length must be non-negative.")
  if (start < -n) or (start > n):
    raise IndexError(torch.format("start out of range (expected to be in range of [{}, {}], but got {})", -n, n, start))
  first = start + n if start < 0 else start
  if length > n - first:
    raise RuntimeError(torch.format("start ({}) + length ({}) exceeds dimension size ({}).", first, length, n))
  return ops.ts.slice(self, d, first, length, 1)


@op("aten::narrow.Tensor")
def narrow_Tensor(self: Tensor, dim: int, start: Tensor, length: int) -> Tensor:
  return torch.narrow(self, dim, int(start), length)


@op("aten::narrow_copy")
def narrow_copy(self: Tensor, dim: int, start: int, length: int) -> Tensor:
  return ops.ts.copy(torch.narrow(self, dim, start, length))


@op("aten::permute")
def permute(self: Tensor, dims: List[int]) -> Tensor:
  if len(dims) != self.dim():
    raise RuntimeError(torch.format("permute(sparse_coo): number of dimensions in the tensor input does not match the length of the desired ordering of dimensions i.e. input.dim() = {} is not equal to len(dims) = {}", self.dim(), len(dims)))
  order = annotate(List[int], [])
  for d in dims:
    wrapped = wrap_dim(d, self.dim())
    if wrapped in order:
      raise RuntimeError("permute(): duplicate dims are not allowed.")
    order.append(wrapped)
  return ops.ts.permute(self, order)


def swapped(x: Tensor, a: int, b: int) -> Tensor:
  order = iota_list(0, x.dim())
  order[a] = b
  order[b] = a
  return ops.ts.permute(x, order)


@op("aten::transpose.int")
def transpose_int(self: Tensor, dim0: int, dim1: int) -> Tensor:
  a = wrap_dim(dim0, self.dim())
  b = wrap_dim(dim1, self.dim())
  if a == b:
    return self
  return swapped(self, a, b)


@op("aten::swapaxes")
def swapaxes(self: Tensor, axis0: int, axis1: int) -> Tensor:
  return torch.transpose(self, axis0, axis1)


@op("aten::swapdims")
def swapdims(self: Tensor, dim0: int, dim1: int) -> Tensor:
  return torch.transpose(self, dim0, dim1)


@op("aten::t")
def t(self: Tensor) -> Tensor:
  if self.dim() > 2:
    raise RuntimeError(torch.format("t() expects a tensor with <= 2 dimensions, but self is {}D", self.dim()))
  if self.dim() < 2:
    return self
  return ops.ts.permute(self, [1, 0])


def reversed_dims(x: Tensor) -> Tensor:
  order = annotate(List[int], [])
  for d in range(x.dim()):
    order.append(x.dim() - 1 - d)
  return ops.ts.permute(x, order)


@op("aten::numpy_T")
def numpy_T(self: Tensor) -> Tensor:
  return reversed_dims(self)


@op("aten::numpy_T.a")
def numpy_T_a(self: Tensor) -> Tensor:
  return reversed_dims(self)


@op("aten::mT")
def mT(self: Tensor) -> Tensor:
  if self.dim() == 0:
    return ops.ts.permute(self, annotate(List[int], []))
  if self.dim() < 2:
    raise RuntimeError(torch.format("tensor.mT is only supported on matrices or batches of matrices. Got {}-D tensor.", self.dim()))
  return swapped(self, self.dim() - 2, self.dim() - 1)


@op("aten::mT.a")
def mT_a(self: Tensor) -> Tensor:
  return torch.mT(self)


@op("aten::matrix_H")
def matrix_H(self: Tensor) -> Tensor:
  if (self.dim() != 2) and (self.dim() != 0):
    raise RuntimeError(torch.format("tensor.H is only supported on matrices (2-D tensors). Got {}-D tensor.", self.dim()))
  if self.dim() == 0:
    return conjugate_if_complex(self)
  return conjugate_if_complex(ops.ts.permute(self, [1, 0]))


@op("aten::matrix_H.a")
def matrix_H_a(self: Tensor) -> Tensor:
  return torch.matrix_H(self)


@op("aten::mH")
def mH(self: Tensor) -> Tensor:
  if self.dim() < 2:
    raise RuntimeError(torch.format("tensor.mH is only supported on matrices or batches of matrices. Got {}-D tensor.", self.dim()))
  return conjugate_if_complex(swapped(self, self.dim() - 2, self.dim() - 1))


@op("aten::mH.a")
def mH_a(self: Tensor) -> Tensor:
  return torch.mH(self)


@op("aten::adjoint")
def adjoint(self: Tensor) -> Tensor:
  return torch.mH(self)


@op("aten::movedim.intlist")
def movedim_intlist(self: Tensor, source: List[int], destination: List[int]) -> Tensor:
  if len(source) != len(destination):
    raise RuntimeError(torch.format("movedim: Invalid source or destination dims: source ({} dims) should contain the same number of dims as destination ({} dims)", source, destination))
  rank = self.dim()
  a = wrap_dims(source, rank)
  b = wrap_dims(destination, rank)
  if rank == 0:
    return self
  rest = other_dims(a, rank)
  order = annotate(List[int], [])
  next = 0
  for d in range(rank):
    from_list = False
    for k in range(len(b)):
      if b[k] == d:
        order.append(a[k])
        from_list = True
    if not from_list:
      order.append(rest[next])
      next = next + 1
  return ops.ts.permute(self, order)


@op("aten::movedim.int")
def movedim_int(self: Tensor, source: int, destination: int) -> Tensor:
  return torch.movedim(self, [source], [destination])


@op("aten::moveaxis.int")
def moveaxis_int(self: Tensor, source: int, destination: int) -> Tensor:
  return torch.movedim(self, source, destination)


@op("aten::moveaxis.intlist")
def moveaxis_intlist(self: Tensor, source: List[int], destination: List[int]) -> Tensor:
  return torch.movedim(self, source, destination)


@op("aten::unsqueeze")
def unsqueeze(self: Tensor, dim: int) -> Tensor:
  d = dim + self.dim() + 1 if dim < 0 else dim
  if (d < 0) or (d > self.dim()):
    raise IndexError(torch.format("Dimension out of range (expected to be in range of [{}, {}], but got {})", -(self.dim() + 1), self.dim(), dim))
  return ops.ts.reshape(self, inserted(self.size(), d, 1))


def squeezed_at(x: Tensor, d: int) -> Tensor:
  if x.dim() == 0:
    return x
  if x.size(d) == 1:
    return ops.ts.reshape(x, dropped(x.size(), d))
  return x


@op("aten::squeeze")
def squeeze(self: Tensor) -> Tensor:
  x = self
  rank = self.dim()
  for i in range(rank):
    x = squeezed_at(x, rank - 1 - i)
  return x


@op("aten::squeeze.dim")
def squeeze_dim(self: Tensor, dim: int) -> Tensor:
  return squeezed_at(self, wrap_dim(dim, self.dim()))


@op("aten::squeeze.dims")
def squeeze_dims(self: Tensor, dim: List[int]) -> Tensor:
  x = self
  rank = self.dim()
  dims = wrap_dims(dim, rank)
  for i in range(rank):
    if (rank - 1 - i) in dims:
      x = squeezed_at(x, rank - 1 - i)
  return x


@op("aten::expand")
def expand(self: Tensor, size: List[int], implicit: bool) -> Tensor:
  rank = len(size)
  lead = rank - self.dim()
  if lead < 0:
    raise RuntimeError(torch.format("expand({}, size={}): the number of sizes provided ({}) must be greater or equal to the number of dimensions in the tensor ({})", "torch.FloatTensor{" + str(self.size()) + "}", size, rank, self.dim()))
  sizes = annotate(List[int], [])
  # what does not fit is told of the last dimension first
  for d in range(rank - 1, -1, -1):
    s = size[d]
    open = (not ops.ts.known(s)) and ops.ts.may_be_negative(s, self.size())
    if d < lead:
      if open or ops.ts.known(s):
        if s < 0:
          raise RuntimeError(torch.format("The expanded size of the tensor ({}) isn't allowed in a leading, non-existing dimension {}", s, d))
    else:
      have = self.size(d - lead)
      if not ops.ts.same(have, s):
        if (have != s) and (have != 1) and (s != -1):
          raise RuntimeError(torch.format("The expanded size of the tensor ({}) must match the existing size ({}) at non-singleton dimension {}.  Target sizes: {}.  Tensor sizes: {}", s, have, d, size, self.size()))
      if open or ops.ts.known(s):
        if s < -1:
          raise RuntimeError("numel: integer multiplication overflow")
        if s == -1:
          s = have
    sizes.insert(0, s)
  return expand_to(self, sizes)


@op("aten::expand_as")
def expand_as(self: Tensor, other: Tensor) -> Tensor:
  return torch.expand(self, other.size())


@op("aten::broadcast_to")
def broadcast_to(self: Tensor, size: List[int]) -> Tensor:
  return torch.expand(self, size)


@op("aten::as_strided")
def as_strided(self: Tensor, size: List[int], stride: List[int], storage_offset: Optional[int]) -> Tensor:
  offset = ops.ts.storage_offset(self) if storage_offset is None else storage_offset
  return ops.ts.as_strided(self, size, stride, offset)


@op("aten::diagonal")
def diagonal(self: Tensor, offset: int, dim1: int, dim2: int) -> Tensor:
  a = wrap_dim(dim1, self.dim())
  b = wrap_dim(dim2, self.dim())
  if a == b:
    raise RuntimeError(torch.format("diagonal dimensions cannot be identical {}, {}", dim1, dim2))
  n = self.size(a)
  m = self.size(b)
  count = ops.prim.max(ops.prim.min(n, m - offset), 0) if offset >= 0 else ops.prim.max(ops.prim.min(n + offset, m), 0)
  strides = ops.ts.strides(self)
  start = ops.ts.storage_offset(self)
  if ops.ts.same(count, 0):
    start = start
  elif offset >= 0:
    start = start + offset * strides[b]
  else:
    start = start - offset * strides[a]
  sizes = annotate(List[int], [])
  out = annotate(List[int], [])
  for d in range(self.dim()):
    if (d != a) and (d != b):
      sizes.append(self.size(d))
      out.append(strides[d])
  sizes.append(count)
  out.append(strides[a] + strides[b])
  return ops.ts.as_strided(self, sizes, out, start)


@op("aten::linalg_diagonal")
def linalg_diagonal(A: Tensor, offset: int, dim1: int, dim2: int) -> Tensor:
  return torch.diagonal(A, offset, dim1, dim2)


@op("aten::unfold")
def unfold(self: Tensor, dimension: int, size: int, step: int) -> Tensor:
  d = wrap_dim(dimension, self.dim())
  strides = ops.ts.strides(self)
  n = 1 if self.dim() == 0 else self.size(d)
  if size > n:
    raise RuntimeError(torch.format("maximum size for tensor at dimension {} is {} but size is {}", d, n, size))
  if step <= 0:
    raise RuntimeError(torch.format("step is {} but must be > 0", step))
  if size < 0:
    raise RuntimeError(torch.format("size is {} but must be >= 0", size))
  sizes = annotate(List[int], [])
  out = annotate(List[int], [])
  for k in range(self.dim()):
    sizes.append((n - size) // step + 1 if k == d else self.size(k))
    out.append(strides[k] * step if k == d else strides[k])
  sizes.append(size)
  out.append(1 if self.dim() == 0 else strides[d])
  return ops.ts.as_strided(self, sizes, out, ops.ts.storage_offset(self))


@op("aten::view_as_real")
def view_as_real(self: Tensor) -> Tensor:
  if not is_complex_dtype(self.dtype):
    raise RuntimeError("view_as_real is only supported for complex tensors")
  return ops.ts.view_as_real(self)


@op("aten::view_as_complex")
def view_as_complex(self: Tensor) -> Tensor:
  if self.dim() == 0:
    raise RuntimeError("Input tensor must have one or more dimensions")
  return ops.ts.view_as_complex(self)


@op("aten::real")
def real(self: Tensor) -> Tensor:
  if is_complex_dtype(self.dtype):
    return torch.select(ops.ts.view_as_real(self), -1, 0)
  return self


@op("aten::imag")
def imag(self: Tensor) -> Tensor:
  if is_complex_dtype(self.dtype):
    return torch.select(ops.ts.view_as_real(self), -1, 1)
  raise RuntimeError("imag is not implemented for tensors with non-complex dtypes.")


@op("aten::view.dtype")
def view_dtype(self: Tensor, dtype: int) -> Tensor:
  if self.dtype == dtype:
    return self
  return ops.ts.bitcast(self, dtype)


@op("aten::atleast_1d")
def atleast_1d(self: Tensor) -> Tensor:
  return ops.ts.reshape(self, [1]) if self.dim() == 0 else self


@op("aten::atleast_2d")
def atleast_2d(self: Tensor) -> Tensor:
  if self.dim() == 0:
    return ops.ts.reshape(self, [1, 1])
  if self.dim() == 1:
    return ops.ts.reshape(self, [1, self.size(0)])
  return self


@op("aten::atleast_3d")
def atleast_3d(self: Tensor) -> Tensor:
  if self.dim() == 0:
    return ops.ts.reshape(self, [1, 1, 1])
  if self.dim() == 1:
    return ops.ts.reshape(self, [1, self.size(0), 1])
  if self.dim() == 2:
    return ops.ts.reshape(self, [self.size(0), self.size(1), 1])
  return self


@op("aten::atleast_1d.Sequence")
def atleast_1d_Sequence(tensors: List[Tensor]) -> List[Tensor]:
  return [torch.atleast_1d(x) for x in tensors]


@op("aten::atleast_2d.Sequence")
def atleast_2d_Sequence(tensors: List[Tensor]) -> List[Tensor]:
  return [torch.atleast_2d(x) for x in tensors]


@op("aten::atleast_3d.Sequence")
def atleast_3d_Sequence(tensors: List[Tensor]) -> List[Tensor]:
  return [torch.atleast_3d(x) for x in tensors]
