# QR factors by Householder reflections, LDL factors, least squares, and the old names of factorizations.


# The sign that a reflection moves a column's head to is opposite to the head's, as LAPACK has it.
# Q and R, the vectors below their heads, and their factors tau.
def reflected_triangle(a: Tensor) -> Tuple[Tensor, Tensor, Tensor, Tensor]:
  batch, m, n = a.size(0), a.size(1), a.size(2)
  r = a
  q = ops.ts.broadcast(torch.eye(m, dtype=a.dtype), [batch, m, m], [1, 2])
  rows = [batch, m]
  i = places(rows, 1)
  packed = splat(a, 0)
  taus = ops.ts.full([batch, ops.prim.min(m, n)], 0, a.dtype)
  steps = ops.prim.min(m - (0 if is_complex_dtype(a.dtype) else 1), n)
  for k in range(steps):
    column = column_of(r, k)
    below = ops.ts.select(ops.ts.ge(i, splat(i, k)), column, splat(column, 0))
    size = torch.abs(below)
    norm = ops.ts.sqrt(ops.ts.reduce(ops.ts.mul(size, size), [1], "sum"))
    head = ops.ts.reshape(ops.ts.slice(column, 1, k, 1, 1), [batch])
    real_head = ops.ts.real(head) if is_complex_dtype(head.dtype) else head
    target = ops.ts.select(ops.ts.ge(real_head, splat(real_head, 0)), ops.ts.neg(norm), norm)
    at = ops.ts.eq(i, splat(i, k))
    v = ops.ts.select(at, ops.ts.sub(below, along(cast(target, a.dtype), rows, 0)), below)
    # H = I - tau v v^H with tau = (target - head) / target, v scaled to have 1 at its head
    first = ops.ts.sub(head, cast(target, a.dtype))
    dead = ops.ts.eq(torch.abs(first), splat(norm, 0))
    safe = ops.ts.select(dead, splat(first, 1), first)
    w = ops.ts.div(v, along(safe, rows, 0))
    live = ops.ts.select(dead, splat(norm, 1), target)
    tau = ops.ts.div(ops.ts.sub(cast(live, a.dtype), head), cast(live, a.dtype))
    tau = ops.ts.select(dead, splat(tau, 0), tau)
    seen = ops.ts.contract(conjugate_if_complex(w), r, [0], [0], [1], [1])
    wide = r.size()
    packed = ops.ts.select(ops.ts.eq(places(wide, 2), ops.ts.full(wide, k, 4)), ops.ts.broadcast(w, wide, [0, 1]), packed)
    taus = ops.ts.select(ops.ts.eq(places(taus.size(), 1), ops.ts.full(taus.size(), k, 4)), along(tau, taus.size(), 0), taus)
    moved = ops.ts.mul(ops.ts.broadcast(w, wide, [0, 1]), ops.ts.broadcast(seen, wide, [0, 2]))
    r = ops.ts.sub(r, ops.ts.mul(ops.ts.broadcast(conjugate_if_complex(tau), wide, [0]), moved))
    back = ops.ts.contract(q, w, [0], [0], [2], [1])
    square = q.size()
    turned = ops.ts.mul(ops.ts.broadcast(back, square, [0, 1]), ops.ts.broadcast(conjugate_if_complex(w), square, [0, 2]))
    q = ops.ts.sub(q, ops.ts.mul(ops.ts.broadcast(tau, square, [0]), turned))
  return q, r, packed, taus


def qr_factors(a: Tensor, mode: str) -> Tuple[Tensor, Tensor]:
  if is_integral_dtype(a.dtype) or (a.dim() < 2):
    raise RuntimeError("linalg.qr: The input tensor A must have at least 2 dimensions.")
  m, n = a.size(-2), a.size(-1)
  k = ops.prim.min(m, n)
  lead = lead_of(a)
  q, r, packed, taus = reflected_triangle(as_batch(a))
  tall = m if mode == "complete" else k
  upper = torch.triu(torch.reshape(r, lead + [m, n]))
  triangle = torch.narrow(upper, -2, 0, tall)
  if mode == "r":
    return ops.ts.full([0], 0, a.dtype), triangle
  return torch.narrow(torch.reshape(q, lead + [m, m]), -1, 0, tall), triangle


# The reflections H = I - tau v v^H of LAPACK's packed form: v has 1 in row k of column k and the rest below it.
def reflectors_of(a: Tensor) -> Tensor:
  sizes = a.size()
  row, column = places(sizes, a.dim() - 2), places(sizes, a.dim() - 1)
  one = ops.ts.select(ops.ts.eq(row, column), splat(a, 1), splat(a, 0))
  return ops.ts.select(ops.ts.gt(row, column), a, one)


# H1 H2 … Hk x, or its adjoint's product, for packed reflections [batch, m, >= k] and x [batch, m, r].
def times_reflections(packed: Tensor, tau: Tensor, x: Tensor, adjoint: bool) -> Tensor:
  v = reflectors_of(packed)
  count = tau.size(1)
  y = x
  for i in range(count):
    k = i if adjoint else count - 1 - i
    w = column_of(v, k)
    t = ops.ts.reshape(ops.ts.slice(tau, 1, k, 1, 1), [tau.size(0)])
    t = conjugate_if_complex(t) if adjoint else t
    seen = ops.ts.contract(conjugate_if_complex(w), y, [0], [0], [1], [1])
    seen = ops.ts.mul(seen, along(t, seen.size(), 0))
    y = ops.ts.sub(y, ops.ts.mul(ops.ts.broadcast(w, y.size(), [0, 1]), ops.ts.broadcast(seen, y.size(), [0, 2])))
  return y


def tau_batch(tau: Tensor) -> Tensor:
  return torch.reshape(tau, [numel_of(tau.size()[0:tau.dim() - 1]), tau.size(-1)])


@op("aten::geqrf")
def geqrf(self: Tensor) -> Tuple[Tensor, Tensor]:
  x = as_batch(self)
  batch, m, n = x.size(0), x.size(1), x.size(2)
  k = ops.prim.min(m, n)
  q, r, packed, taus = reflected_triangle(x)
  if ops.ts.same(k, 0):
    return self, ops.ts.full(lead_of(self) + [0], 0, self.dtype)
  upper = ops.ts.le(places(x.size(), 1), places(x.size(), 2))
  return torch.reshape(ops.ts.select(upper, r, packed), self.size()), torch.reshape(taus, lead_of(self) + [k])


@op("aten::linalg_householder_product")
def linalg_householder_product(input: Tensor, tau: Tensor) -> Tensor:
  x = as_batch(input)
  first = ops.ts.broadcast(torch.eye(x.size(1), x.size(2), dtype=x.dtype), x.size(), [1, 2])
  return torch.reshape(times_reflections(x, tau_batch(tau), first, False), input.size())


@op("aten::orgqr")
def orgqr(self: Tensor, input2: Tensor) -> Tensor:
  return torch.linalg_householder_product(self, input2)


@op("aten::ormqr")
def ormqr(self: Tensor, input2: Tensor, input3: Tensor, left: bool, transpose: bool) -> Tensor:
  packed = as_batch(self)
  tau = tau_batch(input2)
  if left:
    return torch.reshape(times_reflections(packed, tau, as_batch(input3), transpose), input3.size())
  # x Q is the adjoint of Q^H x^H
  other = as_batch(adjoint_of(input3))
  return torch.reshape(adjoint_of(times_reflections(packed, tau, other, not transpose)), input3.size())


@op("aten::linalg_qr")
def linalg_qr(A: Tensor, mode: str) -> Tuple[Tensor, Tensor]:
  return qr_factors(A, mode)


@op("aten::qr")
def qr(self: Tensor, some: bool) -> Tuple[Tensor, Tensor]:
  return qr_factors(self, "reduced" if some else "complete")


@op("aten::linalg_lstsq")
def linalg_lstsq(self: Tensor, b: Tensor, rcond: Optional[float], driver: Optional[str]) -> Tuple[Tensor, Tensor, Tensor, Tensor]:
  vector = is_vector_side(self, b)
  y = torch.unsqueeze(b, -1) if vector else b
  x = torch.matmul(pseudo_inverse(self, None, optional_scalar(rcond), False), y)
  none = ops.ts.full([0], 0, real_dtype(self.dtype))
  gap = torch.sub(torch.matmul(self, x), y)
  rest = none
  if ops.ts.known(self.size(-2)) and ops.ts.known(self.size(-1)):
    if self.size(-2) > self.size(-1):
      rest = torch.sum(torch.mul(torch.abs(gap), torch.abs(gap)), [-2])
  way = "gelsy" if driver is None else driver
  rank = ops.ts.full([0], 0, 4)
  values = none
  if way != "gels":
    rank = rank_of(self, None, optional_scalar(rcond), False)
  if (way == "gelss") or (way == "gelsd"):
    values = torch.linalg_svdvals(self)
  return torch.squeeze(x, -1) if vector else x, rest, rank, values


@op("aten::svd")
def svd(self: Tensor, some: bool, compute_uv: bool) -> Tuple[Tensor, Tensor, Tensor]:
  u, s, vh = reduced_parts(self) if (some and compute_uv) else singular_parts(self)
  if not compute_uv:
    u = splat(u, 0)
    vh = splat(vh, 0)
  return cast(u, self.dtype), cast(s, real_dtype(self.dtype)), cast(adjoint_of(vh), self.dtype)


@op("aten::_linalg_svd")
def _linalg_svd(A: Tensor, full_matrices: bool, compute_uv: bool, driver: Optional[str]) -> Tuple[Tensor, Tensor, Tensor]:
  return torch.linalg_svd(A, full_matrices, driver=driver)


@op("aten::_cholesky_solve_helper")
def _cholesky_solve_helper(self: Tensor, A: Tensor, upper: bool) -> Tensor:
  return cholesky_solution(self, A, upper)


@op("aten::linalg__powsum")
def linalg__powsum(self: Tensor, ord: number, dim: Optional[List[int]], keepdim: bool, dtype: Optional[int]) -> Tensor:
  x = self if dtype is None else cast(self, dtype)
  size = torch.abs(opmath(x))
  dims = reduced_dims(dim, x.dim())
  total = ops.ts.reduce(ops.ts.pow(size, splat(size, ord)), dims, "sum")
  return cast(reduction_result(total, x, dims, keepdim), real_dtype(x.dtype))


@op("aten::norm_except_dim")
def norm_except_dim(v: Tensor, pow: int, dim: int) -> Tensor:
  if dim == -1:
    return vector_norm(v, float(pow), None, False, None)
  d = wrap_dim(dim, v.dim())
  return vector_norm(v, float(pow), other_dims([d], v.dim()), True, None)


@op("aten::native_norm")
def native_norm(self: Tensor, p: number) -> Tensor:
  return vector_norm(self, float(p), None, False, None)


@op("aten::native_norm.ScalarOpt_dim_dtype")
def native_norm_ScalarOpt_dim_dtype(self: Tensor, p: Optional[number], dim: List[int], keepdim: bool, dtype: Optional[int]) -> Tensor:
  return vector_norm(self, order_of(p), dim, keepdim, dtype)


@op("aten::_pdist_forward")
def _pdist_forward(self: Tensor, p: float) -> Tensor:
  return torch.pdist(self, p)


@op("aten::_aminmax")
def _aminmax(self: Tensor) -> Tuple[Tensor, Tensor]:
  return extreme(self, iota_list(0, self.dim()), "min"), extreme(self, iota_list(0, self.dim()), "max")


@op("aten::_aminmax.dim")
def _aminmax_dim(self: Tensor, dim: int, keepdim: bool) -> Tuple[Tensor, Tensor]:
  dims = reduced_dims([dim], self.dim())
  low = reduction_result(extreme(self, dims, "min"), self, dims, keepdim)
  return low, reduction_result(extreme(self, dims, "max"), self, dims, keepdim)


# L D L^T of symmetric or Hermitian matrices, packed as LAPACK does, with its pivots and the first step (from 1) that met a zero.
def ldl_parts(a: Tensor, hermitian: bool) -> Tuple[Tensor, Tensor, Tensor]:
  checked = check_square(a, "torch.linalg.ldl_factor_ex")
  packed, pivots, none = ops.ts.decompose(as_batch(cast(a, 10)), "ldl_hermitian" if hermitian and is_complex_dtype(a.dtype) else "ldl")
  sizes = a.size()[0:a.dim() - 1]
  ld = torch.tril(torch.reshape(cast(plain(packed, a), a.dtype), a.size()))
  p = torch.reshape(ops.ts.convert(ops.ts.real(pivots), 3), sizes)
  diagonal = torch.diagonal(ld, 0, -2, -1)
  n = a.size(-1)
  dead = ops.ts.and_(ops.ts.gt(p, splat(p, 0)), ops.ts.eq(diagonal, splat(diagonal, 0)))
  at = ops.ts.select(dead, places(sizes, len(sizes) - 1), ops.ts.full(sizes, n, 4))
  first = ops.ts.reduce(ops.ts.concatenate([at, ops.ts.full(with_at(sizes, len(sizes) - 1, 1), n, 4)], len(sizes) - 1), [len(sizes) - 1], "min")
  info = ops.ts.select(ops.ts.eq(first, splat(first, n)), splat(first, 0), ops.ts.add(first, splat(first, 1)))
  return ld, p, ops.ts.convert(info, 3)


@op("aten::linalg_ldl_factor_ex")
def linalg_ldl_factor_ex(self: Tensor, hermitian: bool, check_errors: bool) -> Tuple[Tensor, Tensor, Tensor]:
  return ldl_parts(self, hermitian)


@op("aten::linalg_ldl_factor")
def linalg_ldl_factor(self: Tensor, hermitian: bool) -> Tuple[Tensor, Tensor]:
  ld, pivots, info = ldl_parts(self, hermitian)
  return ld, pivots


# One row of each matrix exchanged with another.
def rows_exchanged(x: Tensor, first: Tensor, second: Tensor) -> Tensor:
  rows = [x.size(0), x.size(1)]
  i = places(rows, 1)
  a = along(first, rows, 0)
  b = along(second, rows, 0)
  return rows_taken(x, ops.ts.select(ops.ts.eq(i, a), b, ops.ts.select(ops.ts.eq(i, b), a, i)))


@op("aten::linalg_ldl_solve")
def linalg_ldl_solve(LD: Tensor, pivots: Tensor, B: Tensor, hermitian: bool) -> Tensor:
  flip = hermitian and is_complex_dtype(LD.dtype)
  lead = broadcast_sizes(lead_of(LD), lead_of(B))
  n = LD.size(-1)
  ld = as_batch(torch.expand(LD, lead + [n, n]))
  p = cast(torch.reshape(torch.expand(pivots, lead + [n]), [ld.size(0), n]), 4)
  x = as_batch(torch.expand(B, lead + [n, B.size(-1)]))
  batch = [ld.size(0)]
  # where blocks of two begin: at negative pivots, but for the second of a pair
  begins = annotate(List[Tensor], [])
  before = ops.ts.full(batch, False, 11)
  for k in range(n):
    pivot = ops.ts.reshape(ops.ts.slice(p, 1, k, 1, 1), batch)
    before = ops.ts.and_(ops.ts.lt(pivot, splat(pivot, 0)), ops.ts.not_(before))
    begins.append(ops.ts.reshape(before, [ld.size(0), 1]))
  if len(begins) == 0:
    return torch.reshape(x, lead + [n, B.size(-1)])
  first = ops.ts.concatenate(begins, 1)
  double = ops.ts.lt(p, splat(p, 0))
  second = ops.ts.and_(double, ops.ts.not_(first))
  k = places(p.size(), 1)
  one = ops.ts.select(first, ops.ts.add(k, splat(k, 1)), k)
  other = ops.ts.select(second, k, ops.ts.sub(ops.ts.abs(p), splat(p, 1)))
  row, column = places(ld.size(), 1), places(ld.size(), 2)
  inner = ops.ts.and_(ops.ts.broadcast(first, ld.size(), [0, 2]), ops.ts.eq(row, ops.ts.add(column, splat(column, 1))))
  lower = ops.ts.select(ops.ts.and_(ops.ts.gt(row, column), ops.ts.not_(inner)), ld, splat(ld, 0))
  for i in range(n):
    x = rows_exchanged(x, torch.select(one, 1, i), torch.select(other, 1, i))
    x = ops.ts.sub(x, ops.ts.mul(ops.ts.broadcast(column_of(lower, i), x.size(), [0, 1]), ops.ts.broadcast(row_of(x, i), x.size(), [0, 2])))
  # the blocks of D: every row with the one that shares its block
  d = torch.diagonal(ld, 0, -2, -1)
  e = ops.ts.reduce(ops.ts.select(inner, ld, splat(ld, 0)), [1], "sum")
  partner = ops.ts.select(first, ops.ts.add(k, splat(k, 1)), ops.ts.select(second, ops.ts.sub(k, splat(k, 1)), k))
  across = ops.ts.select(second, torch.gather(e, 1, partner), conjugate_if_complex(e) if flip else e)
  far = torch.gather(d, 1, partner)
  back = conjugate_if_complex(across) if flip else across
  determinant = ops.ts.sub(ops.ts.mul(d, far), ops.ts.mul(across, back))
  near = ops.ts.select(double, ops.ts.div(far, determinant), ops.ts.div(splat(d, 1), d))
  cross = ops.ts.select(double, ops.ts.div(across, determinant), splat(d, 0))
  size = x.size()
  x = ops.ts.sub(ops.ts.mul(ops.ts.broadcast(near, size, [0, 1]), x), ops.ts.mul(ops.ts.broadcast(cross, size, [0, 1]), rows_taken(x, partner)))
  for s in range(n):
    i = n - 1 - s
    column = column_of(lower, i)
    sum = ops.ts.contract(conjugate_if_complex(column) if flip else column, x, [0], [0], [1], [1])
    mine = ops.ts.eq(places(size, 1), ops.ts.full(size, i, 4))
    x = ops.ts.select(mine, ops.ts.sub(x, ops.ts.broadcast(sum, size, [0, 2])), x)
    x = rows_exchanged(x, torch.select(one, 1, i), torch.select(other, 1, i))
  return torch.reshape(x, lead + [n, B.size(-1)])
