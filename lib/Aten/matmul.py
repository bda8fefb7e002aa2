# ts.contract; of complex numbers one of their parts, real and imaginary, which are one more dimension that is summed over and one more of
# the result: b is there twice, as (re, im) and (-im, re).
def sum_of_products(a: Tensor, b: Tensor, a_batch: List[int], b_batch: List[int], a_dims: List[int], b_dims: List[int]) -> Tensor:
  if not is_complex_dtype(a.dtype):
    return ops.ts.contract(a, b, a_batch, b_batch, a_dims, b_dims)
  re = ops.ts.real(b)
  im = ops.ts.imag(b)
  last = b.dim()
  both = torch.stack([torch.stack([re, im], last), torch.stack([ops.ts.neg(im), re], last)], 0)
  y = ops.ts.contract(ops.ts.view_as_real(a), both, a_batch, [d + 1 for d in b_batch], a_dims + [a.dim()], [d + 1 for d in b_dims] + [0])
  return ops.ts.view_as_complex(y)


# Products of vectors, matrices and batches of them: all of them one contraction.
def contraction(a: Tensor, b: Tensor, a_batch: List[int], b_batch: List[int], a_dims: List[int], b_dims: List[int]) -> Tensor:
  if a.dtype != b.dtype:
    raise RuntimeError(torch.format("expected m1 and m2 to have the same dtype, but got: {} != {}", dtype_word(a.dtype), dtype_word(b.dtype)))
  return sum_of_products(a, b, a_batch, b_batch, a_dims, b_dims)


def check_inner(a: Tensor, b: Tensor, i: int, j: int) -> bool:
  if ops.ts.known(a.size(i)) and ops.ts.known(b.size(j)):
    if a.size(i) != b.size(j):
      raise RuntimeError(torch.format("mat1 and mat2 shapes cannot be multiplied ({}x{} and {}x{})", a.size(0), a.size(1), b.size(0), b.size(1)))
  return True


def matrix_product(a: Tensor, b: Tensor) -> Tensor:
  if a.dim() != 2:
    raise RuntimeError("self must be a matrix")
  if b.dim() != 2:
    raise RuntimeError("mat2 must be a matrix")
  checked = check_inner(a, b, 1, 0)
  return contraction(a, b, annotate(List[int], []), annotate(List[int], []), [1], [0])


def batch_product(a: Tensor, b: Tensor) -> Tensor:
  if a.dim() != 3:
    raise RuntimeError("batch1 must be a 3D tensor")
  if b.dim() != 3:
    raise RuntimeError("batch2 must be a 3D tensor")
  if ops.ts.known(a.size(2)) and ops.ts.known(b.size(1)):
    if (a.size(2) != b.size(1)):
      raise RuntimeError(torch.format("Expected size for first two dimensions of batch2 tensor to be: [{}, {}] but got: [{}, {}].", a.size(0), a.size(2), b.size(0), b.size(1)))
  return contraction(a, b, [0], [0], [2], [1])


@op("aten::mm")
def mm(self: Tensor, mat2: Tensor) -> Tensor:
  return matrix_product(self, mat2)


@op("aten::mm.dtype")
def mm_dtype(self: Tensor, mat2: Tensor, out_dtype: int) -> Tensor:
  return matrix_product(cast(self, out_dtype), cast(mat2, out_dtype))


@op("aten::bmm")
def bmm(self: Tensor, mat2: Tensor) -> Tensor:
  return batch_product(self, mat2)


@op("aten::bmm.dtype")
def bmm_dtype(self: Tensor, mat2: Tensor, out_dtype: int) -> Tensor:
  return batch_product(cast(self, out_dtype), cast(mat2, out_dtype))


@op("aten::mv")
def mv(self: Tensor, vec: Tensor) -> Tensor:
  if (self.dim() != 2) or (vec.dim() != 1):
    raise RuntimeError(torch.format("vector + matrix @ vector expected, got {}, {}, {}", 1, self.dim(), vec.dim()))
  if ops.ts.known(self.size(1)) and ops.ts.known(vec.size(0)):
    if self.size(1) != vec.size(0):
      raise RuntimeError(torch.format("size mismatch, got input ({}), mat ({}x{}), vec ({})", self.size(0), self.size(0), self.size(1), vec.size(0)))
  return contraction(self, vec, annotate(List[int], []), annotate(List[int], []), [1], [0])


@op("aten::dot")
def dot(self: Tensor, tensor: Tensor) -> Tensor:
  if (self.dim() != 1) or (tensor.dim() != 1):
    raise RuntimeError(torch.format("1D tensors expected, but got {}D and {}D tensors", self.dim(), tensor.dim()))
  if self.dtype != tensor.dtype:
    raise RuntimeError(torch.format("dot : expected both vectors to have same dtype, but found {} and {}", dtype_name(self.dtype), dtype_name(tensor.dtype)))
  if ops.ts.known(self.size(0)) and ops.ts.known(tensor.size(0)):
    if self.size(0) != tensor.size(0):
      raise RuntimeError(torch.format("inconsistent tensor size, expected tensor [{}] and src [{}] to have the same number of elements, but got {} and {} elements respectively", self.size(0), tensor.size(0), self.size(0), tensor.size(0)))
  return contraction(self, tensor, annotate(List[int], []), annotate(List[int], []), [0], [0])


@op("aten::vdot")
def vdot(self: Tensor, other: Tensor) -> Tensor:
  return torch.dot(conjugate_if_complex(self), other)


@op("aten::linalg_vecdot")
def linalg_vecdot(x: Tensor, y: Tensor, dim: int) -> Tensor:
  a, b = promote2(conjugate_if_complex(x), y)
  return torch.sum(ops.ts.mul(a, b), [dim])


@op("aten::outer")
def outer(self: Tensor, vec2: Tensor) -> Tensor:
  if self.dim() != 1:
    raise RuntimeError(torch.format("outer: Expected 1-D argument self, but got {}-D", self.dim()))
  if vec2.dim() != 1:
    raise RuntimeError(torch.format("outer: Expected 1-D argument vec2, but got {}-D", vec2.dim()))
  dtype = ops.ts.result_type([self, vec2])
  sizes = [self.size(0), vec2.size(0)]
  a = along(cast(self, dtype), sizes, 0)
  b = along(cast(vec2, dtype), sizes, 1)
  return ops.ts.and_(a, b) if dtype == 11 else ops.ts.mul(a, b)


@op("aten::ger")
def ger(self: Tensor, vec2: Tensor) -> Tensor:
  return torch.outer(self, vec2)


@op("aten::inner")
def inner(self: Tensor, other: Tensor) -> Tensor:
  if (self.dim() == 0) or (other.dim() == 0):
    return torch.mul(self, other)
  return contraction(self, other, annotate(List[int], []), annotate(List[int], []), [self.dim() - 1], [other.dim() - 1])


# Batches of matrices whose batch dimensions broadcast. A right operand without a batch takes part as one matrix.


@op("aten::matmul")
def matmul(self: Tensor, other: Tensor) -> Tensor:
  a = self
  b = other
  if (a.dim() == 0) or (b.dim() == 0):
    raise RuntimeError("both arguments to matmul need to be at least 1D, but they are " + str(a.dim()) + "D and " + str(b.dim()) + "D")
  if (a.dim() == 1) and (b.dim() == 1):
    return torch.dot(a, b)
  if b.dim() == 1:
    if ops.ts.known(a.size(-1)) and ops.ts.known(b.size(0)):
      if a.size(-1) != b.size(0):
        raise RuntimeError(torch.format("size mismatch, got input ({}), mat ({}x{}), vec ({})", a.size(-2), a.size(-2), a.size(-1), b.size(0)))
    return contraction(a, b, annotate(List[int], []), annotate(List[int], []), [a.dim() - 1], [0])
  if ops.ts.known(a.size(-1)) and ops.ts.known(b.size(-2)):
    if a.size(-1) != b.size(-2):
      rows = 1 if a.dim() == 1 else numel_of(a.size()) // ops.prim.max(a.size(-1), 1)
      raise RuntimeError(torch.format("mat1 and mat2 shapes cannot be multiplied ({}x{} and {}x{})", rows, a.size(-1), b.size(-2), b.size(-1)))
  if b.dim() == 2:
    return contraction(a, b, annotate(List[int], []), annotate(List[int], []), [a.dim() - 1], [0])
  if a.dim() == 1:
    return contraction(a, b, annotate(List[int], []), annotate(List[int], []), [0], [b.dim() - 2])
  if a.dim() == 2:
    # a [n, k] with b [..., k, m]: the contraction gives [n, ..., m]
    y = contraction(a, b, annotate(List[int], []), annotate(List[int], []), [1], [b.dim() - 2])
    order = iota_list(1, b.dim() - 2) + [0, b.dim() - 1]
    return ops.ts.permute(y, order)
  batch = broadcast_sizes(a.size()[0:a.dim() - 2], b.size()[0:b.dim() - 2])
  x = expand_to(a, batch + [a.size(-2), a.size(-1)])
  y = expand_to(b, batch + [b.size(-2), b.size(-1)])
  lead = iota_list(0, len(batch))
  return contraction(x, y, lead, lead, [x.dim() - 1], [y.dim() - 2])


@op("aten::linalg_matmul")
def linalg_matmul(self: Tensor, other: Tensor) -> Tensor:
  return torch.matmul(self, other)


@op("aten::linear")
def linear(input: Tensor, weight: Tensor, bias: Optional[Tensor]) -> Tensor:
  if (input.dim() == 0) or (weight.dim() == 0):
    raise RuntimeError(torch.format("both arguments to linear need to be at least 1D, but they are {}D and {}D", input.dim(), weight.dim()))
  if weight.dim() == 1:
    y = torch.matmul(input, weight)
    return y if bias is None else torch.add(y, bias)
  if ops.ts.known(input.size(-1)) and ops.ts.known(weight.size(-1)):
    if input.size(-1) != weight.size(-1):
      rows = numel_of(input.size()) // ops.prim.max(input.size(-1), 1)
      raise RuntimeError(torch.format("mat1 and mat2 shapes cannot be multiplied ({}x{} and {}x{})", rows, input.size(-1), weight.size(1), weight.size(0)))
  if input.dtype != weight.dtype:
    raise RuntimeError(torch.format("mat1 and mat2 must have the same dtype, but got {} and {}", dtype_name(input.dtype), dtype_name(weight.dtype)))
  return linear_sum(input, weight, bias)


# x w^T + b, rounded once.
def linear_sum(x: Tensor, weight: Tensor, bias: Optional[Tensor]) -> Tensor:
  none = annotate(List[int], [])
  if bias is None:
    return ops.ts.contract(x, weight, none, none, [x.dim() - 1], [1])
  wide = opmath_dtype(x.dtype)
  y = ops.ts.contract(cast(x, wide), cast(weight, wide), none, none, [x.dim() - 1], [1])
  return cast(ops.ts.add(y, expand_to(cast(bias, wide), y.size())), x.dtype)


# beta * c + alpha * product, rounded once; beta 0 leaves c out, NaN and all.
def scaled_sum(c: Tensor, product: Tensor, beta: number, alpha: number, dtype: int) -> Tensor:
  y = scaled(product, alpha)
  together = broadcast_sizes(c.size(), y.size())
  if is_number(beta, 0):
    return cast(y, dtype)
  if c.dtype != dtype:
    raise RuntimeError(torch.format("self and mat2 must have the same dtype, but got {} and {}", dtype_name(c.dtype), dtype_name(dtype)))
  return cast(ops.ts.add(scaled(expand_to(cast(c, y.dtype), y.size()), beta), y), dtype)


@op("aten::addmm")
def addmm(self: Tensor, mat1: Tensor, mat2: Tensor, beta: number, alpha: number) -> Tensor:
  wide = opmath_dtype(mat1.dtype)
  return scaled_sum(self, matrix_product(cast(mat1, wide), cast(mat2, wide)), beta, alpha, mat1.dtype)


@op("aten::_addmm_activation")
def _addmm_activation(self: Tensor, mat1: Tensor, mat2: Tensor, beta: number, alpha: number, use_gelu: bool) -> Tensor:
  y = torch.addmm(self, mat1, mat2, beta=beta, alpha=alpha)
  return torch.gelu(y, approximate="tanh") if use_gelu else torch.relu(y)


@op("aten::baddbmm")
def baddbmm(self: Tensor, batch1: Tensor, batch2: Tensor, beta: number, alpha: number) -> Tensor:
  wide = opmath_dtype(batch1.dtype)
  return scaled_sum(self, batch_product(cast(batch1, wide), cast(batch2, wide)), beta, alpha, batch1.dtype)


@op("aten::addbmm")
def addbmm(self: Tensor, batch1: Tensor, batch2: Tensor, beta: number, alpha: number) -> Tensor:
  wide = opmath_dtype(batch1.dtype)
  if (wide != batch1.dtype) and ops.ts.known(batch1.size(0)):
    # PyTorch adds one product after the other and rounds each time
    y = expand_to(self, [batch1.size(1), batch2.size(2)])
    for i in range(batch1.size(0)):
      y = torch.addmm(y, torch.select(batch1, 0, i), torch.select(batch2, 0, i), beta=beta if i == 0 else 1, alpha=alpha)
    return y
  y = contraction(cast(batch1, wide), cast(batch2, wide), annotate(List[int], []), annotate(List[int], []), [0, 2], [0, 1])
  return scaled_sum(self, y, beta, alpha, batch1.dtype)


@op("aten::addmv")
def addmv(self: Tensor, mat: Tensor, vec: Tensor, beta: number, alpha: number) -> Tensor:
  if (mat.dim() != 2) or (vec.dim() != 1):
    raise RuntimeError(torch.format("vector + matrix @ vector expected, got {}, {}, {}", self.dim(), mat.dim(), vec.dim()))
  wide = opmath_dtype(mat.dtype)
  y = contraction(cast(mat, wide), cast(vec, wide), annotate(List[int], []), annotate(List[int], []), [1], [0])
  return scaled_sum(self, y, beta, alpha, mat.dtype)


@op("aten::addr")
def addr(self: Tensor, vec1: Tensor, vec2: Tensor, beta: number, alpha: number) -> Tensor:
  dtype = ops.ts.result_type([self, vec1, vec2])
  y = cast(torch.outer(vec1, vec2), dtype)
  if dtype == 11:
    taken = y if not is_number(alpha, 0) else splat(y, False)
    return taken if is_number(beta, 0) else ops.ts.or_(expand_to(self, y.size()), taken)
  return scaled_sum(cast(self, dtype), y, beta, alpha, dtype)


@op("aten::_int_mm")
def _int_mm(self: Tensor, mat2: Tensor) -> Tensor:
  return matrix_product(ops.ts.convert(self, 3), ops.ts.convert(mat2, 3))


@op("aten::chain_matmul")
def chain_matmul(matrices: List[Tensor]) -> Tensor:
  y = matrices[0]
  for i in range(1, len(matrices)):
    y = torch.mm(y, matrices[i])
  return y


@op("aten::linalg_multi_dot")
def linalg_multi_dot(tensors: List[Tensor]) -> Tensor:
  n = len(tensors)
  if n < 2:
    raise RuntimeError(torch.format("multi_dot(): expected at least 2 tensors but got {}", n))
  y = tensors[0]
  for i in range(1, n):
    y = torch.matmul(y, tensors[i])
  return y


@op("aten::linalg_matrix_power")
def linalg_matrix_power(self: Tensor, n: int) -> Tensor:
  if n < 0:
    return torch.linalg_matrix_power(torch.linalg_inv(self), -n)
  y = expand_to(torch.eye(self.size(-1), dtype=self.dtype), self.size())
  for i in range(n):
    y = self if i == 0 else torch.matmul(y, self)
  return ops.ts.copy(y)


@op("aten::matrix_power")
def matrix_power(self: Tensor, n: int) -> Tensor:
  return torch.linalg_matrix_power(self, n)


@op("aten::tensordot")
def tensordot(self: Tensor, other: Tensor, dims_self: List[int], dims_other: List[int]) -> Tensor:
  if len(dims_self) != len(dims_other):
    raise RuntimeError("both dimension lists should have same length")
  a = wrap_dims(dims_self, self.dim())
  b = wrap_dims(dims_other, other.dim())
  x = self
  y = other
  # an extent of 1 against a larger one: the larger one is summed out
  for i in range(len(a)):
    if ops.ts.same(self.size(a[i]), 1) and not ops.ts.same(other.size(b[i]), 1):
      y = torch.sum(y, [b[i]], True, dtype=other.dtype)
    elif ops.ts.same(other.size(b[i]), 1) and not ops.ts.same(self.size(a[i]), 1):
      x = torch.sum(x, [a[i]], True, dtype=self.dtype)
    elif ops.ts.known(self.size(a[i])) and ops.ts.known(other.size(b[i])):
      if self.size(a[i]) != other.size(b[i]):
        raise RuntimeError(torch.format("contracted dimensions need to match, but first has size {} in dim {} and second has size {} in dim {}", self.size(a[i]), dims_self[i], other.size(b[i]), dims_other[i]))
  return contraction(x, y, annotate(List[int], []), annotate(List[int], []), a, b)


@op("aten::kron")
def kron(self: Tensor, other: Tensor) -> Tensor:
  rank = ops.prim.max(self.dim(), other.dim())
  a = torch.reshape(self, ints(rank - self.dim(), 1) + self.size())
  b = torch.reshape(other, ints(rank - other.dim(), 1) + other.size())
  sizes = annotate(List[int], [])
  merged = annotate(List[int], [])
  da = annotate(List[int], [])
  db = annotate(List[int], [])
  for d in range(rank):
    sizes.append(a.size(d))
    sizes.append(b.size(d))
    merged.append(a.size(d) * b.size(d))
    da.append(2 * d)
    db.append(2 * d + 1)
  y = torch.mul(ops.ts.broadcast(a, sizes, da), ops.ts.broadcast(b, sizes, db))
  return ops.ts.reshape(y, merged)


@op("aten::bilinear")
def bilinear(input1: Tensor, input2: Tensor, weight: Tensor, bias: Optional[Tensor]) -> Tensor:
  # y[n, o] = x1[n, i] w[o, i, j] x2[n, j] + b[o]
  a = torch.reshape(input1, [-1, input1.size(-1)])
  b = torch.reshape(input2, [-1, input2.size(-1)])
  t = ops.ts.contract(a, weight, annotate(List[int], []), annotate(List[int], []), [1], [1])
  y = ops.ts.contract(t, b, [0], [0], [2], [1])
  if bias is not None:
    y = torch.add(y, bias)
  return torch.reshape(y, input1.size()[0:input1.dim() - 1] + [weight.size(0)])


@op("aten::_trilinear")
def _trilinear(i1: Tensor, i2: Tensor, i3: Tensor, expand1: List[int], expand2: List[int], expand3: List[int], sumdim: List[int], unroll_dim: int) -> Tensor:
  a = i1
  for d in expand1:
    a = torch.unsqueeze(a, d)
  b = i2
  for d in expand2:
    b = torch.unsqueeze(b, d)
  c = i3
  for d in expand3:
    c = torch.unsqueeze(c, d)
  y = torch.mul(torch.mul(a, b), c)
  # a dimension that no operand has counts as empty where PyTorch loops over it
  if (unroll_dim in expand1) and (unroll_dim in expand2) and (unroll_dim in expand3):
    y = torch.narrow(y, unroll_dim, 0, 0)
  return y if len(sumdim) == 0 else torch.sum(y, sumdim)


@op("aten::_grouped_mm")
def _grouped_mm(self: Tensor, mat2: Tensor, offs: Optional[Tensor], bias: Optional[Tensor], out_dtype: Optional[int]) -> Tensor:
  if offs is None:
    return torch.bmm(self, mat2)
  target = self.dtype if out_dtype is None else out_dtype
  if (self.dim() == 2) and (mat2.dim() == 3):
    # rows of self belong to the group whose end lies behind them
    rows = self.size(0)
    groups = mat2.size(0)
    row = places([rows, groups], 0)
    ends = along(cast(offs, 4), [rows, groups], 1)
    group = ops.ts.reduce(ops.ts.convert(ops.ts.ge(row, ends), 4), [1], "sum")
    y = ops.ts.full([rows, mat2.size(2)], 0, opmath_dtype(self.dtype))
    for g in range(groups):
      part = matrix_product(opmath(self), opmath(torch.select(mat2, 0, g)))
      mine = ops.ts.eq(group, splat(group, g))
      y = ops.ts.select(along(mine, y.size(), 0), part, y)
    return cast(y, target)
  outs = annotate(List[Tensor], [])
  start = 0
  for g in range(offs.size(0)):
    end = int(torch.select(offs, 0, g))
    if self.dim() == 2:
      outs.append(torch.mm(torch.slice(self, 1, start, end), torch.slice(mat2, 0, start, end)))
    else:
      outs.append(torch.mm(torch.select(self, 0, g), torch.slice(mat2, 1, start, end)))
    start = end
  return torch.stack(outs, 0) if self.dim() == 2 else torch.cat(outs, 1)


@op("aten::_scaled_mm")
def _scaled_mm(self: Tensor, mat2: Tensor, scale_a: Tensor, scale_b: Tensor, bias: Optional[Tensor], scale_result: Optional[Tensor],
    out_dtype: Optional[int], use_fast_accum: bool) -> Tensor:
  y = matrix_product(ops.ts.mul(ops.ts.convert(self, 6), expand_to(scale_a, self.size())), ops.ts.mul(ops.ts.convert(mat2, 6), expand_to(scale_b, mat2.size())))
  if bias is not None:
    y = ops.ts.add(y, expand_to(ops.ts.convert(bias, 6), y.size()))
  return cast(y, self.dtype if out_dtype is None else out_dtype)


@op("aten::addmm.dtype")
def addmm_dtype(self: Tensor, mat1: Tensor, mat2: Tensor, out_dtype: int, beta: number, alpha: number) -> Tensor:
  return scaled_sum(cast(self, out_dtype), matrix_product(cast(mat1, out_dtype), cast(mat2, out_dtype)), beta, alpha, out_dtype)


@op("aten::baddbmm.dtype")
def baddbmm_dtype(self: Tensor, batch1: Tensor, batch2: Tensor, out_dtype: int, beta: number, alpha: number) -> Tensor:
  return scaled_sum(cast(self, out_dtype), batch_product(cast(batch1, out_dtype), cast(batch2, out_dtype)), beta, alpha, out_dtype)
