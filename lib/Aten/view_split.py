# Views that cut a tensor into parts.


@op("aten::unbind.int")
def unbind_int(self: Tensor, dim: int) -> List[Tensor]:
  d = wrap_dim(dim, self.dim())
  if self.dim() == 0:
    raise IndexError("Dimension specified as 0 but tensor has no dimensions")
  out = annotate(List[Tensor], [])
  sizes = dropped(self.size(), d)
  for i in range(self.size(d)):
    out.append(ops.ts.reshape(ops.ts.slice(self, d, i, 1, 1), sizes))
  return out


def split_at(x: Tensor, d: int, sizes: List[int]) -> List[Tensor]:
  out = annotate(List[Tensor], [])
  start = 0
  for s in sizes:
    out.append(ops.ts.slice(x, d, start, s, 1))
    start = start + s
  return out


@op("aten::split_with_sizes")
def split_with_sizes(self: Tensor, split_sizes: List[int], dim: int) -> List[Tensor]:
  d = wrap_dim(dim, self.dim())
  total = 0
  for s in split_sizes:
    total = total + s
  n = self.size(d)
  if total != n:
    raise RuntimeError(torch.format("split_with_sizes expects split_sizes to sum exactly to {} (input tensor's size at dimension {}), but got split_sizes={}", n, dim, split_sizes))
  return split_at(self, d, split_sizes)


@op("aten::split.sizes")
def split_sizes(self: Tensor, split_size: List[int], dim: int) -> List[Tensor]:
  return torch.split_with_sizes(self, split_size, dim)


@op("aten::split")
def split(self: Tensor, split_sizes: List[int], dim: int) -> List[Tensor]:
  return torch.split_with_sizes(self, split_sizes, dim)


def split_every(x: Tensor, size: int, dim: int) -> List[Tensor]:
  if x.dim() == 0:
    raise RuntimeError("split expects at least a 1-dimensional tensor")
  if size < 0:
    raise RuntimeError(torch.format("split expects split_size be non-negative, but got split_size={}", size))
  d = wrap_dim(dim, x.dim())
  n = x.size(d)
  parts = 1
  if size == 0:
    if n != 0:
      raise RuntimeError(torch.format("split_size can only be 0 if dimension size is 0, but got dimension size of {}", n))
  if size > 0:
    parts = ops.prim.max((n + size - 1) // size, 1)
  out = annotate(List[Tensor], [])
  for i in range(parts):
    out.append(ops.ts.slice(x, d, i * size, size if i < parts - 1 else n - i * size, 1))
  return out


@op("aten::split.Tensor")
def split_Tensor(self: Tensor, split_size: int, dim: int) -> List[Tensor]:
  return split_every(self, split_size, dim)


@op("aten::chunk")
def chunk(self: Tensor, chunks: int, dim: int) -> List[Tensor]:
  if self.dim() == 0:
    raise RuntimeError("chunk expects at least a 1-dimensional tensor")
  if chunks <= 0:
    raise RuntimeError(torch.format("chunk expects `chunks` to be greater than 0, got: {}", chunks))
  d = wrap_dim(dim, self.dim())
  n = self.size(d)
  size = (n + chunks - 1) // chunks
  if size == 0:
    return split_at(self, d, ints(chunks, 0))
  return split_every(self, size, d)


@op("aten::unsafe_chunk")
def unsafe_chunk(self: Tensor, chunks: int, dim: int) -> List[Tensor]:
  return [ops.ts.copy(x) for x in torch.chunk(self, chunks, dim)]


@op("aten::unsafe_split.Tensor")
def unsafe_split_Tensor(self: Tensor, split_size: int, dim: int) -> List[Tensor]:
  return [ops.ts.copy(x) for x in torch.split(self, split_size, dim)]


@op("aten::unsafe_split_with_sizes")
def unsafe_split_with_sizes(self: Tensor, split_sizes: List[int], dim: int) -> List[Tensor]:
  return [ops.ts.copy(x) for x in torch.split_with_sizes(self, split_sizes, dim)]


@op("aten::tensor_split.indices")
def tensor_split_indices(self: Tensor, indices: List[int], dim: int) -> List[Tensor]:
  d = wrap_dim(dim, self.dim())
  out = annotate(List[Tensor], [])
  start = 0
  for i in indices:
    out.append(sliced(self, d, start, i, 1))
    start = i
  out.append(sliced(self, d, start, None, 1))
  return out


@op("aten::tensor_split.sections")
def tensor_split_sections(self: Tensor, sections: int, dim: int) -> List[Tensor]:
  d = wrap_dim(dim, self.dim())
  if sections <= 0:
    raise RuntimeError(torch.format("number of sections must be larger than 0, got {}", sections))
  n = self.size(d)
  sizes = annotate(List[int], [])
  for i in range(sections):
    sizes.append(n // sections + (1 if i < n % sections else 0))
  return split_at(self, d, sizes)


@op("aten::tensor_split.tensor_indices_or_sections")
def tensor_split_tensor_indices_or_sections(self: Tensor, tensor_indices_or_sections: Tensor, dim: int) -> List[Tensor]:
  if tensor_indices_or_sections.dim() == 0:
    return torch.tensor_split(self, int(tensor_indices_or_sections), dim)
  indices = annotate(List[int], [])
  for i in range(tensor_indices_or_sections.size(0)):
    indices.append(int(torch.select(tensor_indices_or_sections, 0, i)))
  return torch.tensor_split(self, indices, dim)


@op("aten::hsplit.int")
def hsplit_int(self: Tensor, sections: int) -> List[Tensor]:
  if self.dim() < 1:
    raise RuntimeError(torch.format("torch.hsplit requires a tensor with at least 1 dimension, but got a tensor with {} dimensions!", self.dim()))
  return torch.tensor_split(self, sections, 0 if self.dim() == 1 else 1)


@op("aten::hsplit.array")
def hsplit_array(self: Tensor, indices: List[int]) -> List[Tensor]:
  return torch.tensor_split(self, indices, 0 if self.dim() == 1 else 1)


@op("aten::vsplit.int")
def vsplit_int(self: Tensor, sections: int) -> List[Tensor]:
  if self.dim() < 2:
    raise RuntimeError(torch.format("torch.vsplit requires a tensor with at least 2 dimension, but got a tensor with {} dimensions!", self.dim()))
  return torch.tensor_split(self, sections, 0)


@op("aten::vsplit.array")
def vsplit_array(self: Tensor, indices: List[int]) -> List[Tensor]:
  return torch.tensor_split(self, indices, 0)


@op("aten::dsplit.int")
def dsplit_int(self: Tensor, sections: int) -> List[Tensor]:
  if self.dim() < 3:
    raise RuntimeError(torch.format("torch.dsplit requires a tensor with at least 3 dimension, but got a tensor with {} dimensions!", self.dim()))
  return torch.tensor_split(self, sections, 2)


@op("aten::dsplit.array")
def dsplit_array(self: Tensor, indices: List[int]) -> List[Tensor]:
  return torch.tensor_split(self, indices, 2)


# The copying twins of views.


@op("aten::alias_copy")
def alias_copy(self: Tensor) -> Tensor:
  return ops.ts.copy(self)


@op("aten::detach_copy")
def detach_copy(self: Tensor) -> Tensor:
  return ops.ts.copy(self)


@op("aten::lift_fresh_copy")
def lift_fresh_copy(self: Tensor) -> Tensor:
  return ops.ts.copy(self)


@op("aten::as_strided_copy")
def as_strided_copy(self: Tensor, size: List[int], stride: List[int], storage_offset: Optional[int]) -> Tensor:
  return ops.ts.copy(torch.as_strided(self, size, stride, storage_offset))


@op("aten::diagonal_copy")
def diagonal_copy(self: Tensor, offset: int, dim1: int, dim2: int) -> Tensor:
  return ops.ts.copy(torch.diagonal(self, offset, dim1, dim2))


@op("aten::expand_copy")
def expand_copy(self: Tensor, size: List[int], implicit: bool) -> Tensor:
  return ops.ts.copy(torch.expand(self, size))


@op("aten::permute_copy")
def permute_copy(self: Tensor, dims: List[int]) -> Tensor:
  return ops.ts.copy(torch.permute(self, dims))


@op("aten::select_copy.int")
def select_copy_int(self: Tensor, dim: int, index: int) -> Tensor:
  return ops.ts.copy(torch.select(self, dim, index))


@op("aten::slice_copy.Tensor")
def slice_copy_Tensor(self: Tensor, dim: int, start: Optional[int], end: Optional[int], step: int) -> Tensor:
  return ops.ts.copy(torch.slice(self, dim, start, end, step))


@op("aten::squeeze_copy")
def squeeze_copy(self: Tensor) -> Tensor:
  return ops.ts.copy(torch.squeeze(self))


@op("aten::squeeze_copy.dim")
def squeeze_copy_dim(self: Tensor, dim: int) -> Tensor:
  return ops.ts.copy(torch.squeeze(self, dim))


@op("aten::squeeze_copy.dims")
def squeeze_copy_dims(self: Tensor, dim: List[int]) -> Tensor:
  return ops.ts.copy(torch.squeeze(self, dim))


@op("aten::t_copy")
def t_copy(self: Tensor) -> Tensor:
  return ops.ts.copy(torch.t(self))


@op("aten::transpose_copy.int")
def transpose_copy_int(self: Tensor, dim0: int, dim1: int) -> Tensor:
  return ops.ts.copy(torch.transpose(self, dim0, dim1))


@op("aten::unbind_copy.int")
def unbind_copy_int(self: Tensor, dim: int) -> List[Tensor]:
  return [ops.ts.copy(x) for x in torch.unbind(self, dim)]


@op("aten::split_copy.Tensor")
def split_copy_Tensor(self: Tensor, split_size: int, dim: int) -> List[Tensor]:
  return [ops.ts.copy(x) for x in torch.split(self, split_size, dim)]


@op("aten::split_with_sizes_copy")
def split_with_sizes_copy(self: Tensor, split_sizes: List[int], dim: int) -> List[Tensor]:
  return [ops.ts.copy(x) for x in torch.split_with_sizes(self, split_sizes, dim)]


@op("aten::unfold_copy")
def unfold_copy(self: Tensor, dimension: int, size: int, step: int) -> Tensor:
  return ops.ts.copy(torch.unfold(self, dimension, size, step))


@op("aten::unsqueeze_copy")
def unsqueeze_copy(self: Tensor, dim: int) -> Tensor:
  return ops.ts.copy(torch.unsqueeze(self, dim))


@op("aten::view_as_real_copy")
def view_as_real_copy(self: Tensor) -> Tensor:
  return ops.ts.copy(ops.ts.view_as_real(self))


@op("aten::view_as_complex_copy")
def view_as_complex_copy(self: Tensor) -> Tensor:
  return ops.ts.copy(ops.ts.view_as_complex(self))


# Functional writes through a view: a copy of self with src stored where the view looks.
def stored(view: Tensor, src: Tensor) -> Tensor:
  return ops.ts.write(view, expand_into(cast(src, view.dtype), view.size()))


@op("aten::select_scatter")
def select_scatter(self: Tensor, src: Tensor, dim: int, index: int) -> Tensor:
  out = ops.ts.copy(self)
  view = stored(torch.select(out, dim, index), src)
  return out


@op("aten::slice_scatter")
def slice_scatter(self: Tensor, src: Tensor, dim: int, start: Optional[int], end: Optional[int], step: int) -> Tensor:
  out = ops.ts.copy(self)
  view = stored(torch.slice(out, dim, start, end, step), src)
  return out


@op("aten::diagonal_scatter")
def diagonal_scatter(self: Tensor, src: Tensor, offset: int, dim1: int, dim2: int) -> Tensor:
  out = ops.ts.copy(self)
  view = stored(torch.diagonal(out, offset, dim1, dim2), src)
  return out


@op("aten::as_strided_scatter")
def as_strided_scatter(self: Tensor, src: Tensor, size: List[int], stride: List[int], storage_offset: Optional[int]) -> Tensor:
  out = torch.clone(self)
  view = stored(torch.as_strided(out, size, stride, storage_offset), src)
  return out


@op("aten::copy_")
def copy_(self: Tensor, src: Tensor, non_blocking: bool) -> Tensor:
  return stored(self, src)


@op("aten::copy")
def copy(self: Tensor, src: Tensor, non_blocking: bool) -> Tensor:
  return torch.clone(expand_into(cast(src, self.dtype), self.size()))


@op("aten::set_.source_Tensor")
def set__source_Tensor(self: Tensor, source: Tensor) -> Tensor:
  return ops.ts.set_data(self, source)


@op("aten::as_strided_")
def as_strided_(self: Tensor, size: List[int], stride: List[int], storage_offset: Optional[int]) -> Tensor:
  return ops.ts.set_data(self, torch.as_strided(self, size, stride, storage_offset))


@op("aten::squeeze_")
def squeeze_(self: Tensor) -> Tensor:
  return ops.ts.set_data(self, torch.squeeze(self))


@op("aten::squeeze_.dim")
def squeeze__dim(self: Tensor, dim: int) -> Tensor:
  return ops.ts.set_data(self, torch.squeeze(self, dim))


@op("aten::squeeze_.dims")
def squeeze__dims(self: Tensor, dim: List[int]) -> Tensor:
  return ops.ts.set_data(self, torch.squeeze(self, dim))


@op("aten::unsqueeze_")
def unsqueeze_(self: Tensor, dim: int) -> Tensor:
  return ops.ts.set_data(self, torch.unsqueeze(self, dim))


@op("aten::transpose_")
def transpose_(self: Tensor, dim0: int, dim1: int) -> Tensor:
  return ops.ts.set_data(self, torch.transpose(self, dim0, dim1))


@op("aten::swapaxes_")
def swapaxes_(self: Tensor, axis0: int, axis1: int) -> Tensor:
  return ops.ts.set_data(self, torch.transpose(self, axis0, axis1))


@op("aten::swapdims_")
def swapdims_(self: Tensor, dim0: int, dim1: int) -> Tensor:
  return ops.ts.set_data(self, torch.transpose(self, dim0, dim1))


@op("aten::t_")
def t_(self: Tensor) -> Tensor:
  return ops.ts.set_data(self, torch.t(self))


@op("aten::detach_")
def detach_(self: Tensor) -> Tensor:
  return self


@op("aten::resize_")
def resize_(self: Tensor, size: List[int], memory_format: Optional[int]) -> Tensor:
  return ops.ts.resize(self, size)


@op("aten::resize_as_")
def resize_as_(self: Tensor, the_template: Tensor, memory_format: Optional[int]) -> Tensor:
  return ops.ts.resize(self, the_template.size())
