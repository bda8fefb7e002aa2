# Eigenvalues and singular values, by way of the decomposition of complex128 matrices, and what follows from them.


# The factors of the decomposition in float64 or complex128, as the matrix is real or not.
def plain(x: Tensor, a: Tensor) -> Tensor:
  return x if is_complex_dtype(a.dtype) else ops.ts.real(x)


# u [.., m, m], s [.., k], vh [.., n, n].
def singular_parts(a: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
  if is_integral_dtype(a.dtype):
    raise RuntimeError(torch.format("linalg.svd: Expected a floating point or complex tensor as input. Got {}", dtype_name(a.dtype)))
  if a.dim() < 2:
    raise RuntimeError("linalg.svd: The input tensor A must have at least 2 dimensions.")
  m, n = a.size(-2), a.size(-1)
  k = ops.prim.min(m, n)
  x = as_batch(cast(a, 10))
  lead = lead_of(a)
  u, s, v = ops.ts.decompose(x if m >= n else adjoint_of(x), "singular")
  left = u if m >= n else v
  right = v if m >= n else u
  return torch.reshape(plain(left, a), lead + [m, m]), torch.reshape(ops.ts.real(s), lead + [k]), torch.reshape(plain(adjoint_of(right), a), lead + [n, n])


# The first k columns of u and rows of vh.
def reduced_parts(a: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
  u, s, vh = singular_parts(a)
  k = ops.prim.min(a.size(-1), a.size(-2))
  return torch.narrow(u, -1, 0, k), s, torch.narrow(vh, -2, 0, k)


@op("aten::linalg_svdvals")
def linalg_svdvals(A: Tensor, driver: Optional[str]) -> Tensor:
  return cast(singular_parts(A)[1], real_dtype(A.dtype))


@op("aten::linalg_svd")
def linalg_svd(A: Tensor, full_matrices: bool, driver: Optional[str]) -> Tuple[Tensor, Tensor, Tensor]:
  u, s, vh = singular_parts(A) if full_matrices else reduced_parts(A)
  return cast(u, A.dtype), cast(s, real_dtype(A.dtype)), cast(vh, A.dtype)


# Rising values and their vectors, from one triangle.
def symmetric_parts(a: Tensor, uplo: str) -> Tuple[Tensor, Tensor]:
  checked = check_square(a, "linalg.eigh")
  u, s, v = ops.ts.decompose(as_batch(cast(a, 10)), "hermitian" if (uplo == "L") or (uplo == "l") else "hermitian_upper")
  return torch.reshape(ops.ts.real(s), a.size()[0:a.dim() - 1]), torch.reshape(plain(u, a), a.size())


@op("aten::linalg_eigvalsh")
def linalg_eigvalsh(self: Tensor, UPLO: str) -> Tensor:
  values, vectors = symmetric_parts(self, UPLO)
  return cast(values, real_dtype(self.dtype))


@op("aten::linalg_eigh")
def linalg_eigh(self: Tensor, UPLO: str) -> Tuple[Tensor, Tensor]:
  values, vectors = symmetric_parts(self, UPLO)
  return cast(values, real_dtype(self.dtype)), cast(vectors, self.dtype)


@op("aten::_linalg_eigh")
def _linalg_eigh(A: Tensor, UPLO: str, compute_v: bool) -> Tuple[Tensor, Tensor]:
  values, vectors = symmetric_parts(A, UPLO)
  return cast(values, real_dtype(A.dtype)), cast(vectors, A.dtype)


@op("aten::linalg_eig")
def linalg_eig(self: Tensor) -> Tuple[Tensor, Tensor]:
  checked = check_square(self, "linalg.eig")
  u, s, v = ops.ts.decompose(as_batch(cast(self, 10)), "general")
  dtype = complex_dtype(self.dtype)
  return cast(torch.reshape(s, self.size()[0:self.dim() - 1]), dtype), cast(torch.reshape(u, self.size()), dtype)


@op("aten::linalg_eigvals")
def linalg_eigvals(self: Tensor) -> Tensor:
  return torch.linalg_eig(self)[0]


@op("aten::_linalg_eigvals")
def _linalg_eigvals(self: Tensor) -> Tensor:
  return torch.linalg_eig(self)[0]


# Singular values at or below max(atol, rtol * largest) count as zero.
def cutoff_of(s: Tensor, a: Tensor, atol: Optional[Tensor], rtol: Optional[Tensor]) -> Tensor:
  lead = s.size()[0:s.dim() - 1]
  relative = ops.ts.full(annotate(List[int], []), dtype_epsilon(real_dtype(a.dtype)) * float(ops.prim.max(a.size(-1), a.size(-2))), 7)
  absolute = ops.ts.full(annotate(List[int], []), 0, 7)
  if atol is not None:
    absolute = ops.ts.convert(atol, 7)
    if rtol is None:
      positive = ops.ts.gt(absolute, splat(absolute, 0))
      relative = torch.where(positive, splat(absolute, 0), relative)
  if rtol is not None:
    relative = ops.ts.convert(rtol, 7)
  top = ops.ts.full(lead, 0, 7)
  if not ops.ts.same(s.size(-1), 0):
    top = torch.amax(s, [-1])
  return torch.unsqueeze(torch.maximum(torch.mul(relative, top), absolute), -1)


def optional_scalar(v: Optional[float]) -> Optional[Tensor]:
  if v is None:
    return None
  return ops.ts.full(annotate(List[int], []), v, 7)


# Of Hermitian matrices only the lower triangle counts.
def lower_hermitian(a: Tensor, hermitian: bool) -> Tensor:
  if not hermitian:
    return a
  half = torch.tril(a, -1)
  diagonal = torch.diagonal(a, 0, -2, -1)
  if is_complex_dtype(a.dtype):
    diagonal = cast(ops.ts.real(diagonal), a.dtype)
  return torch.add(torch.add(half, adjoint_of(half)), torch.diag_embed(diagonal))


def pseudo_inverse(whole: Tensor, atol: Optional[Tensor], rtol: Optional[Tensor], hermitian: bool) -> Tensor:
  a = lower_hermitian(whole, hermitian)
  if ops.ts.same(numel_of(a.size()), 0):
    return ops.ts.full(lead_of(a) + [a.size(-1), a.size(-2)], 0, a.dtype)
  u, s, vh = reduced_parts(a)
  keep = torch.gt(s, cutoff_of(s, a, atol, rtol))
  inverse = ops.ts.select(keep, ops.ts.div(splat(s, 1), ops.ts.select(keep, s, splat(s, 1))), splat(s, 0))
  return cast(torch.matmul(torch.mul(adjoint_of(vh), torch.unsqueeze(cast(inverse, u.dtype), -2)), adjoint_of(u)), a.dtype)


@op("aten::linalg_pinv.atol_rtol_float")
def linalg_pinv_atol_rtol_float(self: Tensor, atol: Optional[float], rtol: Optional[float], hermitian: bool) -> Tensor:
  return pseudo_inverse(self, optional_scalar(atol), optional_scalar(rtol), hermitian)


@op("aten::linalg_pinv.atol_rtol_tensor")
def linalg_pinv_atol_rtol_tensor(self: Tensor, atol: Optional[Tensor], rtol: Optional[Tensor], hermitian: bool) -> Tensor:
  return pseudo_inverse(self, atol, rtol, hermitian)


@op("aten::linalg_pinv")
def linalg_pinv(self: Tensor, rcond: float, hermitian: bool) -> Tensor:
  return pseudo_inverse(self, optional_scalar(0.0), optional_scalar(rcond), hermitian)


@op("aten::linalg_pinv.rcond_tensor")
def linalg_pinv_rcond_tensor(self: Tensor, rcond: Tensor, hermitian: bool) -> Tensor:
  return pseudo_inverse(self, optional_scalar(0.0), rcond, hermitian)


@op("aten::pinverse")
def pinverse(self: Tensor, rcond: float) -> Tensor:
  return pseudo_inverse(self, optional_scalar(0.0), optional_scalar(rcond), False)


def rank_of(whole: Tensor, atol: Optional[Tensor], rtol: Optional[Tensor], hermitian: bool) -> Tensor:
  a = lower_hermitian(whole, hermitian)
  u, s, vh = singular_parts(a)
  return torch.sum(torch.gt(s, cutoff_of(s, a, atol, rtol)), [-1])


@op("aten::linalg_matrix_rank")
def linalg_matrix_rank(self: Tensor, tol: float, hermitian: bool) -> Tensor:
  return rank_of(self, optional_scalar(tol), optional_scalar(0.0), hermitian)


@op("aten::linalg_matrix_rank.atol_rtol_float")
def linalg_matrix_rank_atol_rtol_float(self: Tensor, atol: Optional[float], rtol: Optional[float], hermitian: bool) -> Tensor:
  return rank_of(self, optional_scalar(atol), optional_scalar(rtol), hermitian)


@op("aten::linalg_matrix_rank.atol_rtol_tensor")
def linalg_matrix_rank_atol_rtol_tensor(input: Tensor, atol: Optional[Tensor], rtol: Optional[Tensor], hermitian: bool) -> Tensor:
  return rank_of(input, atol, rtol, hermitian)


@op("aten::linalg_matrix_rank.tol_tensor")
def linalg_matrix_rank_tol_tensor(input: Tensor, tol: Tensor, hermitian: bool) -> Tensor:
  return rank_of(input, tol, optional_scalar(0.0), hermitian)


@op("aten::linalg_cond")
def linalg_cond(self: Tensor, p: Optional[number]) -> Tensor:
  if p is not None:
    if (float(p) != 2.0) and (float(p) != -2.0):
      return torch.mul(torch.linalg_matrix_norm(self, p), torch.linalg_matrix_norm(inverse_of(self, "linalg.cond")[0], p))
    if float(p) == -2.0:
      t = singular_parts(self)[1]
      return cast(torch.div(torch.amin(t, [-1]), torch.amax(t, [-1])), real_dtype(self.dtype))
  s = singular_parts(self)[1]
  return cast(torch.div(torch.amax(s, [-1]), torch.amin(s, [-1])), real_dtype(self.dtype))


@op("aten::linalg_cond.p_str")
def linalg_cond_p_str(self: Tensor, p: str) -> Tensor:
  return torch.mul(torch.linalg_matrix_norm(self, p), torch.linalg_matrix_norm(inverse_of(self, "linalg.cond")[0], p))
