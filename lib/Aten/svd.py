# Singular values and symmetric eigenvalues by one-sided Jacobi rotations, in float64.


# Pairs of columns of a tournament: in round r column 0 meets p(0), and p(k) meets p(n - 1 - k), where p(k) = 1 + (k + r) mod (n - 1).
def tournament(n: int, r: int) -> Tuple[Tensor, Tensor]:
  k = ops.ts.iota(n // 2, 4)
  left = ops.ts.add(ops.ts.remainder(ops.ts.add(k, splat(k, r)), splat(k, n - 1)), splat(k, 1))
  other = ops.ts.sub(splat(k, n - 1 + r), k)
  right = ops.ts.add(ops.ts.remainder(other, splat(k, n - 1)), splat(k, 1))
  first = ops.ts.eq(k, splat(k, 0))
  # the fixed column's partner is p(0)
  return ops.ts.select(first, splat(k, 0), left), ops.ts.select(first, left, right)


def columns_taken(x: Tensor, at: Tensor) -> Tensor:
  return ops.ts.permute(ops.ts.index(x, [2], [at]), [1, 2, 0])


def columns_stored(x: Tensor, at: Tensor, v: Tensor) -> Tensor:
  return ops.ts.scatter(x, [2], [at], ops.ts.permute(v, [2, 0, 1]), "set")


def squares_of(x: Tensor) -> Tensor:
  y = torch.abs(x)
  return ops.ts.reduce(ops.ts.mul(y, y), [1], "sum")


# Rotations that make each pair of columns orthogonal; returns what rotates left and right columns.
def rotated(a: Tensor, b: Tensor, cosine: Tensor, sine: Tensor, phase: Tensor) -> Tuple[Tensor, Tensor]:
  sizes = a.size()
  turned = ops.ts.mul(b, ops.ts.broadcast(phase, sizes, [0, 2]))
  c = ops.ts.broadcast(cosine, sizes, [0, 2])
  s = ops.ts.broadcast(sine, sizes, [0, 2])
  return ops.ts.sub(ops.ts.mul(c, a), ops.ts.mul(s, turned)), ops.ts.add(ops.ts.mul(s, a), ops.ts.mul(c, turned))


# x [batch, m, n] with n even: x v has orthogonal columns. Returns that product and v.
def orthogonal_columns(x: Tensor) -> Tuple[Tensor, Tensor]:
  n = x.size(2)
  g = x
  v = ops.ts.broadcast(torch.eye(n, dtype=x.dtype), [x.size(0), n, n], [1, 2])
  for r in range(14 * (n - 1)):
    left, right = tournament(n, r)
    a = columns_taken(g, left)
    b = columns_taken(g, right)
    dot = ops.ts.reduce(ops.ts.mul(conjugate_if_complex(a), b), [1], "sum")
    size = torch.abs(dot)
    parallel = ops.ts.gt(size, splat(size, 1e-290))
    safe = ops.ts.select(parallel, size, splat(size, 1))
    zeta = ops.ts.div(ops.ts.sub(squares_of(b), squares_of(a)), ops.ts.add(safe, safe))
    reach = ops.ts.add(ops.ts.abs(zeta), ops.ts.sqrt(ops.ts.add(ops.ts.mul(zeta, zeta), splat(zeta, 1))))
    tangent = ops.ts.div(ops.ts.select(ops.ts.lt(zeta, splat(zeta, 0)), splat(zeta, -1), splat(zeta, 1)), reach)
    tangent = ops.ts.select(parallel, tangent, splat(tangent, 0))
    cosine = ops.ts.rsqrt(ops.ts.add(ops.ts.mul(tangent, tangent), splat(tangent, 1)))
    sine = ops.ts.mul(cosine, tangent)
    one = splat(dot, 1)
    wide = ops.ts.broadcast(parallel, dot.size(), [0, 1])
    phase = ops.ts.select(wide, ops.ts.div(conjugate_if_complex(dot), cast(safe, dot.dtype)), one)
    c = cast(cosine, x.dtype)
    s = cast(sine, x.dtype)
    na, nb = rotated(a, b, c, s, phase)
    va, vb = rotated(columns_taken(v, left), columns_taken(v, right), c, s, phase)
    g = columns_stored(columns_stored(g, left, na), right, nb)
    v = columns_stored(columns_stored(v, left, va), right, vb)
  return g, v


# u, s, v of x [batch, m, n] with m >= n: singular values fall; v is not conjugated.
def tall_svd(x: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
  n = x.size(2)
  even = ops.prim.max(n + n % 2, 2)
  y = ops.ts.pad(x, [0, 0, 0], [0, 0, even - n], scalar(0, x.dtype))
  g, v = orthogonal_columns(y)
  sizes = ops.ts.sqrt(squares_of(g))
  # columns that only fill up are the last of the zeros
  s, order = ops.ts.sort(sizes, 1, True)
  spare = ops.ts.reduce(torch.abs(ops.ts.slice(v, 1, n, even - n, 1)), [1], "sum")
  key = ops.ts.select(ops.ts.gt(spare, splat(spare, 0.5)), splat(sizes, -1), sizes)
  order = ops.ts.slice(ops.ts.sort(key, 1, True)[1], 1, 0, n, 1)
  s = torch.gather(sizes, 1, order)
  gs = torch.gather(g, 2, ops.ts.broadcast(order, [g.size(0), g.size(1), n], [0, 2]))
  vs = torch.gather(ops.ts.slice(v, 1, 0, n, 1), 2, ops.ts.broadcast(order, [v.size(0), n, n], [0, 2]))
  safe = ops.ts.select(ops.ts.gt(s, splat(s, 0)), s, splat(s, 1))
  u = ops.ts.div(gs, ops.ts.broadcast(cast(safe, gs.dtype), gs.size(), [0, 2]))
  return u, s, vs


# u [.., m, k], s [.., k], vh [.., k, n] in float64.
def singular_parts(a: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
  if is_integral_dtype(a.dtype):
    raise RuntimeError(torch.format("linalg.svd: Expected a floating point or complex tensor as input. Got {}", dtype_name(a.dtype)))
  if a.dim() < 2:
    raise RuntimeError("linalg.svd: The input tensor A must have at least 2 dimensions.")
  x = as_batch(cast(a, 10 if is_complex_dtype(a.dtype) else 7))
  m, n = a.size(-2), a.size(-1)
  k = ops.prim.min(m, n)
  lead = lead_of(a)
  if ops.ts.same(numel_of(a.size()), 0):
    s0 = ops.ts.full(lead + [k], 0, 7)
    return ops.ts.full(lead + [m, k], 0, x.dtype), s0, ops.ts.full(lead + [k, n], 0, x.dtype)
  if m >= n:
    u, s, v = tall_svd(x)
    return torch.reshape(u, lead + [m, k]), torch.reshape(s, lead + [k]), torch.reshape(adjoint_of(v), lead + [k, n])
  u, s, v = tall_svd(adjoint_of(x))
  return torch.reshape(v, lead + [m, k]), torch.reshape(s, lead + [k]), torch.reshape(adjoint_of(u), lead + [k, n])


@op("aten::linalg_svdvals")
def linalg_svdvals(A: Tensor, driver: Optional[str]) -> Tensor:
  u, s, vh = singular_parts(A)
  return cast(s, real_dtype(A.dtype))


@op("aten::linalg_svd")
def linalg_svd(A: Tensor, full_matrices: bool, driver: Optional[str]) -> Tuple[Tensor, Tensor, Tensor]:
  if full_matrices and (not ops.ts.same(A.size(-1), A.size(-2))):
    raise RuntimeError("linalg.svd: full_matrices of matrices that are not square is not supported")
  u, s, vh = singular_parts(A)
  return cast(u, A.dtype), cast(s, real_dtype(A.dtype)), cast(vh, A.dtype)


# Symmetric eigenvalues rise; the matrix is shifted to be positive, so that they are singular values less the shift.
def symmetric_parts(a: Tensor, uplo: str) -> Tuple[Tensor, Tensor]:
  checked = check_square(a, "linalg.eigh")
  x = cast(a, 10 if is_complex_dtype(a.dtype) else 7)
  half = torch.tril(x, -1) if (uplo == "L") or (uplo == "l") else adjoint_of(torch.triu(x, 1))
  diagonal = torch.diagonal(x, 0, -2, -1)
  if is_complex_dtype(x.dtype):
    diagonal = cast(ops.ts.real(diagonal), x.dtype)
  whole = torch.add(torch.add(half, adjoint_of(half)), torch.diag_embed(diagonal))
  bound = vector_norm(whole, 2.0, [-2, -1], True, None)
  moved = torch.add(whole, torch.mul(torch.eye(a.size(-1), dtype=x.dtype), cast(bound, x.dtype)))
  u, s, vh = singular_parts(moved)
  values = torch.sub(s, torch.squeeze(bound, -1))
  return ops.ts.reverse(values, [values.dim() - 1]), ops.ts.reverse(adjoint_of(vh), [vh.dim() - 1])


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
  u, s, vh = singular_parts(a)
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
