# Vector and matrix norms, distances.
def vector_norm(self: Tensor, ord: float, dim: Optional[List[int]], keepdim: bool, dtype: Optional[int]) -> Tensor:
  x = self if dtype is None else cast(self, dtype)
  if is_integral_dtype(x.dtype):
    raise RuntimeError(torch.format("linalg.vector_norm: Expected a floating point or complex tensor as input. Got {}", dtype_name(x.dtype)))
  dims = reduced_dims(dim, x.dim())
  size = torch.abs(opmath(x))
  y = size
  if (ord == inf) or (ord == -inf):
    empty = False
    for d in dims:
      if ops.ts.same(x.size(d), 0):
        empty = True
    if empty:
      y = ops.ts.reduce(size, dims, "sum")
      y = splat(y, 0.0 if ord == inf else inf)
    else:
      y = ops.ts.reduce(size, dims, "max" if ord == inf else "min")
  elif ord == 0.0:
    y = ops.ts.reduce(ops.ts.convert(ops.ts.ne(size, splat(size, 0)), size.dtype), dims, "sum")
  elif ord == 1.0:
    y = ops.ts.reduce(size, dims, "sum")
  elif ord == 2.0:
    y = ops.ts.sqrt(ops.ts.reduce(ops.ts.mul(size, size), dims, "sum"))
  else:
    total = ops.ts.reduce(ops.ts.pow(size, splat(size, ord)), dims, "sum")
    y = ops.ts.pow(total, splat(total, 1.0 / ord))
  return cast(reduction_result(y, x, dims, keepdim), real_dtype(x.dtype))


@op("aten::linalg_vector_norm")
def linalg_vector_norm(self: Tensor, ord: number, dim: Optional[List[int]], keepdim: bool, dtype: Optional[int]) -> Tensor:
  return vector_norm(self, float(ord), dim, keepdim, dtype)


def order_of(p: Optional[number]) -> float:
  if p is None:
    return 2.0
  return float(p)


# torch.norm names itself where a dtype has no norm.
def old_norm(self: Tensor, ord: float, dim: Optional[List[int]], keepdim: bool, dtype: Optional[int]) -> Tensor:
  kind = self.dtype if dtype is None else dtype
  if is_integral_dtype(kind):
    raise RuntimeError(torch.format("norm(): input dtype should be either floating point or complex. Got {} instead.", dtype_name(kind)))
  return vector_norm(self, ord, dim, keepdim, dtype)


@op("aten::norm.Scalar")
def norm_Scalar(self: Tensor, p: number) -> Tensor:
  return old_norm(self, float(p), None, False, None)


@op("aten::norm.ScalarOpt_dtype")
def norm_ScalarOpt_dtype(self: Tensor, p: Optional[number], dtype: int) -> Tensor:
  return old_norm(self, order_of(p), None, False, dtype)


@op("aten::norm.ScalarOpt_dim")
def norm_ScalarOpt_dim(self: Tensor, p: Optional[number], dim: List[int], keepdim: bool) -> Tensor:
  return old_norm(self, order_of(p), dim, keepdim, None)


@op("aten::norm.ScalarOpt_dim_dtype")
def norm_ScalarOpt_dim_dtype(self: Tensor, p: Optional[number], dim: List[int], keepdim: bool, dtype: int) -> Tensor:
  return old_norm(self, order_of(p), dim, keepdim, dtype)


@op("aten::frobenius_norm.dim")
def frobenius_norm_dim(self: Tensor, dim: List[int], keepdim: bool) -> Tensor:
  return vector_norm(self, 2.0, dim, keepdim, None)


# Of numbers that are not negative; of none it is 0.
def largest(x: Tensor, dim: int, keepdim: bool) -> Tensor:
  if ops.ts.same(x.size(dim), 0):
    return torch.sum(x, [dim], keepdim)
  return torch.amax(x, [dim], keepdim)


@op("aten::linalg_matrix_norm")
def linalg_matrix_norm(self: Tensor, ord: number, dim: List[int], keepdim: bool, dtype: Optional[int]) -> Tensor:
  p = float(ord)
  if (p == 2.0) or (p == -2.0):
    x = torch.movedim(self if dtype is None else cast(self, dtype), dim, [-2, -1])
    s = torch.linalg_svdvals(x)
    y = largest(s, -1, False) if p > 0.0 else torch.amin(s, [-1])
    return torch.reshape(y, keep_sizes(self, dim)) if keepdim else y
  a = wrap_dim(dim[0], self.dim())
  b = wrap_dim(dim[1], self.dim())
  if (p == inf) or (p == -inf):
    a, b = b, a
  sums = vector_norm(self, 1.0, [a], True, dtype)
  y = largest(sums, b, True) if p > 0.0 else torch.amin(sums, [b], True)
  return y if keepdim else torch.squeeze(y, [a, b])


def keep_sizes(x: Tensor, dims: List[int]) -> List[int]:
  wrapped = wrap_dims(dims, x.dim())
  sizes = annotate(List[int], [])
  for d in range(x.dim()):
    sizes.append(1 if d in wrapped else x.size(d))
  return sizes


@op("aten::linalg_matrix_norm.str_ord")
def linalg_matrix_norm_str_ord(self: Tensor, ord: str, dim: List[int], keepdim: bool, dtype: Optional[int]) -> Tensor:
  if ord == "fro":
    return vector_norm(self, 2.0, dim, keepdim, dtype)
  if ord == "nuc":
    x = torch.movedim(self if dtype is None else cast(self, dtype), dim, [-2, -1])
    y = torch.sum(torch.linalg_svdvals(x), [-1])
    return torch.reshape(y, keep_sizes(self, dim)) if keepdim else y
  raise RuntimeError(torch.format("linalg.matrix_norm: Order {} not supported.", ord))


def check_norm_rank(x: Tensor) -> bool:
  if (x.dim() != 1) and (x.dim() != 2):
    raise RuntimeError(torch.format("linalg.norm: If dim is not specified but ord is, the input must be 1D or 2D. Got {}D.", x.dim()))
  return True


@op("aten::linalg_norm")
def linalg_norm(self: Tensor, ord: Optional[number], dim: Optional[List[int]], keepdim: bool, dtype: Optional[int]) -> Tensor:
  if ord is None:
    return vector_norm(self, 2.0, dim, keepdim, dtype)
  if dim is None:
    checked = check_norm_rank(self)
    if self.dim() == 2:
      return torch.linalg_matrix_norm(self, ord, [-2, -1], keepdim, dtype=dtype)
    return torch.linalg_vector_norm(self, ord, dim, keepdim, dtype=dtype)
  if len(dim) == 2:
    return torch.linalg_matrix_norm(self, ord, dim, keepdim, dtype=dtype)
  return torch.linalg_vector_norm(self, ord, dim, keepdim, dtype=dtype)


@op("aten::linalg_norm.ord_str")
def linalg_norm_ord_str(self: Tensor, ord: str, dim: Optional[List[int]], keepdim: bool, dtype: Optional[int]) -> Tensor:
  checked = check_norm_rank(self) if dim is None else True
  return torch.linalg_matrix_norm(self, ord, [-2, -1] if dim is None else dim, keepdim, dtype=dtype)


@op("aten::nuclear_norm")
def nuclear_norm(self: Tensor, keepdim: bool) -> Tensor:
  return torch.linalg_matrix_norm(self, "nuc", [-2, -1], keepdim)


@op("aten::nuclear_norm.dim")
def nuclear_norm_dim(self: Tensor, dim: List[int], keepdim: bool) -> Tensor:
  return torch.linalg_matrix_norm(self, "nuc", dim, keepdim)


@op("aten::dist")
def dist(self: Tensor, other: Tensor, p: number) -> Tensor:
  return vector_norm(torch.sub(self, other), float(p), None, False, None)


@op("aten::renorm")
def renorm(self: Tensor, p: number, dim: int, maxnorm: number) -> Tensor:
  d = wrap_dim(dim, self.dim())
  dims = other_dims([d], self.dim())
  size = vector_norm(opmath(self), float(p), dims, False, None)
  over = ops.ts.gt(size, splat(size, maxnorm))
  factor = ops.ts.select(over, ops.ts.div(splat(size, maxnorm), ops.ts.add(size, splat(size, 1e-7))), splat(size, 1))
  y = opmath(self)
  return cast(ops.ts.mul(y, cast(along(factor, self.size(), d), y.dtype)), self.dtype)


@op("aten::pairwise_distance")
def pairwise_distance(x1: Tensor, x2: Tensor, p: float, eps: float, keepdim: bool) -> Tensor:
  gap = torch.add(torch.sub(x1, x2), eps)
  return vector_norm(gap, p, [gap.dim() - 1], keepdim, None)


def distances(a: Tensor, b: Tensor, p: float) -> Tensor:
  if a.size(-1) != b.size(-1):
    raise RuntimeError(torch.format("X1 and X2 must have the same number of columns. X1: {} X2: {}", a.size(-1), b.size(-1)))
  gap = torch.sub(torch.unsqueeze(a, -2), torch.unsqueeze(b, -3))
  return vector_norm(gap, p, [gap.dim() - 1], False, None)


@op("aten::cdist")
def cdist(x1: Tensor, x2: Tensor, p: float, compute_mode: Optional[int]) -> Tensor:
  if (x1.dim() < 2) or (x2.dim() < 2):
    raise RuntimeError(torch.format("cdist only supports at least 2D tensors, X1 got: {}D", x1.dim()))
  return distances(x1, x2, p)


@op("aten::_cdist_forward")
def _cdist_forward(x1: Tensor, x2: Tensor, p: float, compute_mode: Optional[int]) -> Tensor:
  return distances(x1, x2, p)


@op("aten::_euclidean_dist")
def _euclidean_dist(x1: Tensor, x2: Tensor) -> Tensor:
  return distances(x1, x2, 2.0)


@op("aten::pdist")
def pdist(self: Tensor, p: float) -> Tensor:
  n = self.size(0)
  pairs = ops.ts.nonzero(ops.ts.not_(lower_mask([n, n], 0)))
  a = torch.index_select(self, 0, torch.select(pairs, 1, 0))
  b = torch.index_select(self, 0, torch.select(pairs, 1, 1))
  return vector_norm(torch.sub(a, b), p, [1], False, None)


@op("aten::cosine_similarity")
def cosine_similarity(x1: Tensor, x2: Tensor, dim: int, eps: float) -> Tensor:
  dtype = ops.ts.result_type([x1, x2])
  if is_integral_dtype(dtype):
    raise RuntimeError("expected common dtype to be floating point, yet common dtype is " + dtype_name(dtype))
  a, b = broadcast2(opmath(cast(x1, dtype)), opmath(cast(x2, dtype)))
  d = wrap_dim(dim, a.dim())
  dims = [d] if a.dim() > 0 else annotate(List[int], [])
  na = ops.ts.sqrt(ops.ts.reduce(ops.ts.mul(a, a), dims, "sum"))
  nb = ops.ts.sqrt(ops.ts.reduce(ops.ts.mul(b, b), dims, "sum"))
  ua = ops.ts.div(a, unreduce(ops.ts.maximum(na, splat(na, eps)), a, dims))
  ub = ops.ts.div(b, unreduce(ops.ts.maximum(nb, splat(nb, eps)), b, dims))
  return cast(ops.ts.reduce(ops.ts.mul(ua, ub), dims, "sum"), dtype)


def covariance(self: Tensor, correction: int, fweights: Optional[Tensor], aweights: Optional[Tensor]) -> Tensor:
  x = torch.unsqueeze(self, 0) if self.dim() < 2 else self
  if self.dim() == 0:
    x = torch.reshape(self, [1, 1])
  x = floating(x)
  n = x.size(1)
  weights: Optional[Tensor] = None
  if fweights is not None:
    weights = fweights
  if aweights is not None:
    weights = aweights if weights is None else torch.mul(weights, aweights)
  if weights is None:
    average = mean_of(x, [1])
    rest = ops.ts.sub(x, unreduce(average, x, [1]))
    c = torch.matmul(rest, conjugate_if_complex(torch.t(rest)))
    return torch.squeeze(torch.div(c, ops.prim.max(n - correction, 0)))
  total = torch.sum(weights)
  average = torch.div(torch.sum(torch.mul(x, weights), [1]), total)
  rest = torch.sub(x, torch.unsqueeze(average, 1))
  factor = torch.sub(total, correction)
  if aweights is not None:
    if correction != 0:
      factor = torch.sub(total, torch.mul(torch.div(torch.sum(torch.mul(weights, aweights)), total), correction))
  c = torch.matmul(rest, conjugate_if_complex(torch.t(torch.mul(rest, weights))))
  return torch.squeeze(torch.div(c, torch.clamp_min(factor, 0)))


@op("aten::cov")
def cov(self: Tensor, correction: int, fweights: Optional[Tensor], aweights: Optional[Tensor]) -> Tensor:
  return covariance(self, correction, fweights, aweights)


@op("aten::corrcoef")
def corrcoef(self: Tensor) -> Tensor:
  c = covariance(self, 1, None, None)
  if c.dim() == 0:
    return torch.div(c, c)
  d = torch.diagonal(c)
  s = torch.sqrt(torch.real(d) if is_complex_dtype(c.dtype) else d)
  y = torch.div(torch.div(c, torch.unsqueeze(s, 1)), torch.unsqueeze(s, 0))
  if is_complex_dtype(y.dtype):
    return torch.complex(torch.clamp(torch.real(y), -1, 1), torch.clamp(torch.imag(y), -1, 1))
  return torch.clamp(y, -1, 1)
