# Linear algebra by elimination: LU, Cholesky, triangular systems and what follows from them.
# Matrices are the last two dimensions; steps update whole matrices under masks, so that a step is a few elementwise operations.


# All leading dimensions as one.
def as_batch(x: Tensor) -> Tensor:
  n = x.dim()
  return torch.reshape(x, [numel_of(x.size()[0:n - 2]), x.size(n - 2), x.size(n - 1)])


def lead_of(x: Tensor) -> List[int]:
  return x.size()[0:x.dim() - 2]


def check_square(x: Tensor, name: str) -> bool:
  if x.dim() < 2:
    raise RuntimeError(torch.format("{}: The input tensor A must have at least 2 dimensions.", name))
  if x.size(-1) != x.size(-2):
    raise RuntimeError(torch.format("{}: A must be batches of square matrices, but they are {} by {} matrices", name, x.size(-2), x.size(-1)))
  if is_integral_dtype(x.dtype):
    raise RuntimeError(torch.format("{}: Expected a floating point or complex tensor as input. Got {}", name, dtype_name(x.dtype)))
  return True


def column_of(x: Tensor, k: int) -> Tensor:
  return ops.ts.reshape(ops.ts.slice(x, 2, k, 1, 1), [x.size(0), x.size(1)])


def row_of(x: Tensor, k: int) -> Tensor:
  return ops.ts.reshape(ops.ts.slice(x, 1, k, 1, 1), [x.size(0), x.size(2)])


# Rows of x in another order, one order for each matrix.
def rows_taken(x: Tensor, order: Tensor) -> Tensor:
  return ops.ts.index(x, [0, 1], [places(order.size(), 0), order])


# What LAPACK compares pivots by.
def pivot_size(x: Tensor) -> Tensor:
  if is_complex_dtype(x.dtype):
    return ops.ts.add(ops.ts.abs(ops.ts.real(x)), ops.ts.abs(ops.ts.imag(x)))
  return ops.ts.abs(x)


# LU with partial pivoting of [batch, m, n]: the factors in one matrix, the order of the rows, the row swapped at each step (from 0),
# and the first step (from 1) whose pivot is zero, 0 if none.
def eliminated(a: Tensor, pivot: bool) -> Tuple[Tensor, Tensor, Tensor, Tensor]:
  batch, m, n = a.size(0), a.size(1), a.size(2)
  steps = ops.prim.min(m, n)
  x = a
  rows = [batch, m]
  i = places(rows, 1)
  order = i
  swaps = ops.ts.full([batch, steps], 0, 4)
  info = ops.ts.full([batch], 0, 4)
  wide = a.size()
  for k in range(steps):
    here = splat(i, k)
    below = ops.ts.gt(i, here)
    if pivot:
      size = pivot_size(column_of(x, k))
      p = ops.ts.arg_reduce(ops.ts.select(ops.ts.ge(i, here), size, splat(size, -1)), 1, "max")
      swaps = ops.ts.select(ops.ts.eq(places(swaps.size(), 1), splat(swaps, k)), along(p, swaps.size(), 0), swaps)
      at = along(p, rows, 0)
      source = ops.ts.select(ops.ts.eq(i, here), at, ops.ts.select(ops.ts.eq(i, at), here, i))
      x = rows_taken(x, source)
      order = ops.ts.index(order, [0, 1], [places(rows, 0), source])
    else:
      swaps = ops.ts.select(ops.ts.eq(places(swaps.size(), 1), splat(swaps, k)), splat(swaps, k), swaps)
    top = row_of(x, k)
    head = ops.ts.reshape(ops.ts.slice(top, 1, k, 1, 1), [batch])
    dead = ops.ts.eq(head, splat(head, 0))
    info = ops.ts.select(ops.ts.and_(dead, ops.ts.eq(info, splat(info, 0))), splat(info, k + 1), info)
    safe = ops.ts.select(dead, splat(head, 1), head)
    column = column_of(x, k)
    factor = ops.ts.select(below, ops.ts.div(column, along(safe, rows, 0)), splat(column, 0))
    right = ops.ts.gt(places(wide, 2), ops.ts.full(wide, k, 4))
    product = ops.ts.mul(ops.ts.broadcast(factor, wide, [0, 1]), ops.ts.broadcast(top, wide, [0, 2]))
    x = ops.ts.sub(x, ops.ts.select(right, product, splat(product, 0)))
    mine = ops.ts.and_(ops.ts.eq(places(wide, 2), ops.ts.full(wide, k, 4)), ops.ts.broadcast(below, wide, [0, 1]))
    x = ops.ts.select(mine, ops.ts.broadcast(factor, wide, [0, 1]), x)
  return x, order, swaps, info


# The solution of t x = b for triangular t [batch, n, n] and b [batch, n, r].
def triangular_solution(t: Tensor, b: Tensor, upper: bool, unit: bool) -> Tensor:
  n = t.size(1)
  x = splat(b, 0)
  at = places(b.size(), 1)
  for s in range(n):
    k = n - 1 - s if upper else s
    coefficients = row_of(t, k)
    known = ops.ts.contract(coefficients, x, [0], [0], [1], [1])
    rest = ops.ts.sub(row_of(b, k), known)
    if not unit:
      head = ops.ts.reshape(ops.ts.slice(coefficients, 1, k, 1, 1), [t.size(0)])
      rest = ops.ts.div(rest, along(head, rest.size(), 0))
    x = ops.ts.select(ops.ts.eq(at, splat(at, k)), ops.ts.broadcast(rest, b.size(), [0, 2]), x)
  return x


# Solves with a factored matrix; rows of b are taken in the order of the elimination.
def lu_solution(lu: Tensor, order: Tensor, b: Tensor) -> Tensor:
  y = triangular_solution(lu, rows_taken(b, order), False, True)
  return triangular_solution(lu, y, True, False)


def row_order(pivots: Tensor, m: int) -> Tensor:
  rows = [pivots.size(0), m]
  i = places(rows, 1)
  order = i
  for k in range(pivots.size(1)):
    at = along(ops.ts.sub(cast(ops.ts.reshape(ops.ts.slice(pivots, 1, k, 1, 1), [pivots.size(0)]), 4), ops.ts.full([pivots.size(0)], 1, 4)), rows, 0)
    here = splat(i, k)
    source = ops.ts.select(ops.ts.eq(i, here), at, ops.ts.select(ops.ts.eq(i, at), here, i))
    order = ops.ts.index(order, [0, 1], [places(rows, 0), source])
  return order


def lu_factors(a: Tensor, pivot: bool) -> Tuple[Tensor, Tensor, Tensor]:
  lu, order, swaps, info = eliminated(as_batch(a), pivot)
  lead = lead_of(a)
  pivots = ops.ts.convert(ops.ts.add(swaps, splat(swaps, 1)), 3)
  return torch.reshape(lu, a.size()), torch.reshape(pivots, lead + [swaps.size(1)]), torch.reshape(ops.ts.convert(info, 3), lead)


def check_info(info: Tensor, message: str) -> bool:
  ops.ts.check(bool(ops.ts.item(ops.ts.reduce(ops.ts.eq(info, splat(info, 0)), iota_list(0, info.dim()), "and"))), message, "RuntimeError")
  return True


@op("aten::linalg_lu_factor_ex")
def linalg_lu_factor_ex(A: Tensor, pivot: bool, check_errors: bool) -> Tuple[Tensor, Tensor, Tensor]:
  return lu_factors(A, pivot)


@op("aten::linalg_lu_factor")
def linalg_lu_factor(A: Tensor, pivot: bool) -> Tuple[Tensor, Tensor]:
  lu, pivots, info = lu_factors(A, pivot)
  return lu, pivots


@op("aten::_lu_with_info")
def _lu_with_info(self: Tensor, pivot: bool, check_errors: bool) -> Tuple[Tensor, Tensor, Tensor]:
  return lu_factors(self, pivot)


def unpacked(lu: Tensor, pivots: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
  m, n = lu.size(-2), lu.size(-1)
  k = ops.prim.min(m, n)
  lower = torch.tril(torch.narrow(lu, -1, 0, k), -1)
  l = torch.add(lower, torch.eye(m, k, dtype=lu.dtype))
  u = torch.triu(torch.narrow(lu, -2, 0, k))
  flat = torch.reshape(pivots, [numel_of(lead_of(lu)), k])
  order = row_order(flat, m)
  wide = [order.size(0), m, m]
  p = ops.ts.convert(ops.ts.eq(ops.ts.broadcast(order, wide, [0, 2]), places(wide, 1)), lu.dtype)
  return torch.reshape(p, lead_of(lu) + [m, m]), l, u


@op("aten::lu_unpack")
def lu_unpack(LU_data: Tensor, LU_pivots: Tensor, unpack_data: bool, unpack_pivots: bool) -> Tuple[Tensor, Tensor, Tensor]:
  p, l, u = unpacked(LU_data, LU_pivots)
  none = ops.ts.full([0], 0, LU_data.dtype)
  return p if unpack_pivots else none, l if unpack_data else none, u if unpack_data else none


@op("aten::linalg_lu")
def linalg_lu(A: Tensor, pivot: bool) -> Tuple[Tensor, Tensor, Tensor]:
  lu, pivots, info = lu_factors(A, pivot)
  return unpacked(lu, pivots)


# b is one vector, or a batch of vectors, when it has a dimension less than a.
def is_vector_side(a: Tensor, b: Tensor) -> bool:
  if b.dim() == 1:
    return True
  if b.dim() != a.dim() - 1:
    return False
  return same_sizes(b.size(), a.size()[0:a.dim() - 1])


def solution(a: Tensor, b: Tensor, left: bool) -> Tuple[Tensor, Tensor, Tensor, Tensor]:
  vector = is_vector_side(a, b)
  y = torch.unsqueeze(b, -1) if vector else b
  x = a
  if not left:
    x = swapped(a, a.dim() - 2, a.dim() - 1)
    y = y if vector else swapped(y, y.dim() - 2, y.dim() - 1)
  lead = broadcast_sizes(lead_of(x), lead_of(y))
  fx = as_batch(expand_to(x, lead + x.size()[x.dim() - 2:]))
  fy = as_batch(expand_to(y, lead + y.size()[y.dim() - 2:]))
  lu, order, swaps, info = eliminated(fx, True)
  z = torch.reshape(lu_solution(lu, order, fy), lead + [x.size(-1), y.size(-1)])
  if (not left) and (not vector):
    z = swapped(z, z.dim() - 2, z.dim() - 1)
  z = torch.squeeze(z, -1) if vector else z
  pivots = ops.ts.convert(ops.ts.add(swaps, splat(swaps, 1)), 3)
  return z, torch.reshape(lu, lead + x.size()[x.dim() - 2:]), torch.reshape(pivots, lead + [swaps.size(1)]), torch.reshape(ops.ts.convert(info, 3), lead)


@op("aten::linalg_solve")
def linalg_solve(A: Tensor, B: Tensor, left: bool) -> Tensor:
  checked = check_square(A, "linalg.solve")
  z, lu, pivots, info = solution(A, B, left)
  checked = check_info(info, "torch.linalg.solve: The solver failed because the input matrix is singular.")
  return z


@op("aten::linalg_solve_ex")
def linalg_solve_ex(A: Tensor, B: Tensor, left: bool, check_errors: bool) -> Tuple[Tensor, Tensor]:
  checked = check_square(A, "linalg.solve")
  z, lu, pivots, info = solution(A, B, left)
  return z, info


@op("aten::_linalg_solve_ex")
def _linalg_solve_ex(A: Tensor, B: Tensor, left: bool, check_errors: bool) -> Tuple[Tensor, Tensor, Tensor, Tensor]:
  return solution(A, B, left)


def lu_solve_any(lu: Tensor, pivots: Tensor, b: Tensor) -> Tensor:
  lead = broadcast_sizes(lead_of(lu), lead_of(b))
  m = lu.size(-1)
  fl = as_batch(expand_to(lu, lead + [m, m]))
  fp = torch.reshape(expand_to(pivots, lead + [m]), [numel_of(lead), m])
  fb = as_batch(expand_to(b, lead + b.size()[b.dim() - 2:]))
  return torch.reshape(lu_solution(fl, row_order(fp, m), fb), lead + b.size()[b.dim() - 2:])


@op("aten::lu_solve")
def lu_solve(self: Tensor, LU_data: Tensor, LU_pivots: Tensor) -> Tensor:
  return lu_solve_any(LU_data, LU_pivots, self)


@op("aten::linalg_lu_solve")
def linalg_lu_solve(LU: Tensor, pivots: Tensor, B: Tensor, left: bool, adjoint: bool) -> Tensor:
  p, l, u = unpacked(LU, pivots)
  if left and (not adjoint):
    return lu_solve_any(LU, pivots, B)
  a = torch.matmul(torch.matmul(p, l), u)
  if adjoint:
    a = conjugate_if_complex(swapped(a, a.dim() - 2, a.dim() - 1))
  return solution(a, B, left)[0]


def identity_like(a: Tensor) -> Tensor:
  n = a.size(-1)
  return expand_to(torch.eye(n, dtype=a.dtype), a.size())


def inverse_of(a: Tensor, name: str) -> Tuple[Tensor, Tensor]:
  checked = check_square(a, name)
  z, lu, pivots, info = solution(a, identity_like(a), True)
  return z, info


@op("aten::linalg_inv")
def linalg_inv(A: Tensor) -> Tensor:
  z, info = inverse_of(A, "linalg.inv")
  checked = check_info(info, "linalg.inv: The diagonal element is zero, the inversion could not be completed because the input matrix is singular.")
  return z


@op("aten::inverse")
def inverse(self: Tensor) -> Tensor:
  return torch.linalg_inv(self)


@op("aten::linalg_inv_ex")
def linalg_inv_ex(A: Tensor, check_errors: bool) -> Tuple[Tensor, Tensor]:
  return inverse_of(A, "linalg.inv")


# The sign of a row order is the parity of the swaps that moved a row.
def determinant_parts(a: Tensor, name: str) -> Tuple[Tensor, Tensor, Tensor, Tensor]:
  checked = check_square(a, name)
  lu, order, swaps, info = eliminated(as_batch(a), True)
  moved = ops.ts.ne(swaps, places(swaps.size(), 1))
  odd = ops.ts.remainder(ops.ts.reduce(ops.ts.convert(moved, 4), [1], "sum"), ops.ts.full([swaps.size(0)], 2, 4))
  sign = ops.ts.select(ops.ts.eq(odd, splat(odd, 1)), ops.ts.full(odd.size(), -1, a.dtype), ops.ts.full(odd.size(), 1, a.dtype))
  diagonal = torch.diagonal(lu, 0, 1, 2)
  pivots = ops.ts.convert(ops.ts.add(swaps, splat(swaps, 1)), 3)
  return sign, diagonal, lu, pivots


@op("aten::linalg_det")
def linalg_det(A: Tensor) -> Tensor:
  sign, diagonal, lu, pivots = determinant_parts(A, "linalg.det")
  return torch.reshape(ops.ts.mul(ops.ts.reduce(diagonal, [1], "prod"), sign), lead_of(A))


@op("aten::det")
def det(self: Tensor) -> Tensor:
  return torch.linalg_det(self)


@op("aten::_linalg_det")
def _linalg_det(A: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
  sign, diagonal, lu, pivots = determinant_parts(A, "linalg.det")
  return torch.reshape(ops.ts.mul(ops.ts.reduce(diagonal, [1], "prod"), sign), lead_of(A)), torch.reshape(lu, A.size()), torch.reshape(pivots, lead_of(A) + [A.size(-1)])


def sign_and_log(a: Tensor) -> Tuple[Tensor, Tensor]:
  sign, diagonal, lu, pivots = determinant_parts(a, "linalg.slogdet")
  size = torch.abs(diagonal)
  s = ops.ts.mul(ops.ts.reduce(torch.sgn(diagonal), [1], "prod"), sign)
  return torch.reshape(s, lead_of(a)), torch.reshape(ops.ts.reduce(ops.ts.log(size), [1], "sum"), lead_of(a))


@op("aten::linalg_slogdet")
def linalg_slogdet(A: Tensor) -> Tuple[Tensor, Tensor]:
  return sign_and_log(A)


@op("aten::slogdet")
def slogdet(self: Tensor) -> Tuple[Tensor, Tensor]:
  return sign_and_log(self)


@op("aten::_linalg_slogdet")
def _linalg_slogdet(A: Tensor) -> Tuple[Tensor, Tensor, Tensor, Tensor]:
  sign, diagonal, lu, pivots = determinant_parts(A, "linalg.slogdet")
  s, l = sign_and_log(A)
  return s, l, torch.reshape(lu, A.size()), torch.reshape(pivots, lead_of(A) + [A.size(-1)])


@op("aten::logdet")
def logdet(self: Tensor) -> Tensor:
  s, l = sign_and_log(self)
  if is_complex_dtype(self.dtype):
    return torch.add(torch.log(s), l)
  y = ops.ts.select(ops.ts.lt(s, splat(s, 0)), splat(l, nan), l)
  return y


# Lower factor of Hermitian positive definite matrices, column by column; info is the first bad leading minor.
def cholesky_factor(a: Tensor) -> Tuple[Tensor, Tensor]:
  x = as_batch(a)
  batch, n = x.size(0), x.size(1)
  l = splat(x, 0)
  info = ops.ts.full([batch], 0, 3)
  wide = x.size()
  rows = [batch, n]
  i = places(rows, 1)
  for k in range(n):
    mine = row_of(l, k)
    known = ops.ts.contract(l, conjugate_if_complex(mine), [0], [0], [2], [1])
    rest = ops.ts.sub(column_of(x, k), known)
    head = ops.ts.reshape(ops.ts.slice(rest, 1, k, 1, 1), [batch])
    real_head = ops.ts.real(head) if is_complex_dtype(head.dtype) else head
    bad = ops.ts.not_(ops.ts.gt(real_head, splat(real_head, 0)))
    info = ops.ts.select(ops.ts.and_(bad, ops.ts.eq(info, splat(info, 0))), splat(info, k + 1), info)
    root = cast(ops.ts.sqrt(real_head), x.dtype)
    column = ops.ts.div(rest, along(root, rows, 0))
    column = ops.ts.select(ops.ts.eq(i, splat(i, k)), along(root, rows, 0), column)
    column = ops.ts.select(ops.ts.ge(i, splat(i, k)), column, splat(column, 0))
    l = ops.ts.select(ops.ts.eq(places(wide, 2), ops.ts.full(wide, k, 4)), ops.ts.broadcast(column, wide, [0, 1]), l)
  return torch.reshape(l, a.size()), torch.reshape(info, lead_of(a))


def adjoint_of(x: Tensor) -> Tensor:
  return conjugate_if_complex(swapped(x, x.dim() - 2, x.dim() - 1))


def cholesky_any(a: Tensor, upper: bool, name: str) -> Tuple[Tensor, Tensor]:
  checked = check_square(a, name)
  l, info = cholesky_factor(adjoint_of(a) if upper else a)
  return adjoint_of(l) if upper else l, info


@op("aten::linalg_cholesky_ex")
def linalg_cholesky_ex(self: Tensor, upper: bool, check_errors: bool) -> Tuple[Tensor, Tensor]:
  return cholesky_any(self, upper, "linalg.cholesky")


@op("aten::linalg_cholesky")
def linalg_cholesky(self: Tensor, upper: bool) -> Tensor:
  l, info = cholesky_any(self, upper, "linalg.cholesky")
  checked = check_info(info, "linalg.cholesky: The factorization could not be completed because the input is not positive-definite.")
  return l


@op("aten::cholesky")
def cholesky(self: Tensor, upper: bool) -> Tensor:
  l, info = cholesky_any(self, upper, "cholesky")
  checked = check_info(info, "cholesky: The factorization could not be completed because the input is not positive-definite.")
  return l


# t x = b with batches that broadcast.
def triangular_any(t: Tensor, b: Tensor, upper: bool, unit: bool) -> Tensor:
  lead = broadcast_sizes(lead_of(t), lead_of(b))
  ft = as_batch(expand_to(t, lead + t.size()[t.dim() - 2:]))
  fb = as_batch(expand_to(b, lead + b.size()[b.dim() - 2:]))
  return torch.reshape(triangular_solution(ft, fb, upper, unit), lead + b.size()[b.dim() - 2:])


@op("aten::linalg_solve_triangular")
def linalg_solve_triangular(self: Tensor, B: Tensor, upper: bool, left: bool, unitriangular: bool) -> Tensor:
  if left:
    return triangular_any(self, B, upper, unitriangular)
  t = swapped(self, self.dim() - 2, self.dim() - 1)
  y = triangular_any(t, swapped(B, B.dim() - 2, B.dim() - 1), not upper, unitriangular)
  return swapped(y, y.dim() - 2, y.dim() - 1)


@op("aten::triangular_solve")
def triangular_solve(self: Tensor, A: Tensor, upper: bool, transpose: bool, unitriangular: bool) -> Tuple[Tensor, Tensor]:
  t = swapped(A, A.dim() - 2, A.dim() - 1) if transpose else A
  lead = broadcast_sizes(lead_of(A), lead_of(self))
  return triangular_any(t, self, upper != transpose, unitriangular), ops.ts.copy(expand_to(A, lead + A.size()[A.dim() - 2:]))


# A factor l gives l l^H = a; an upper one u gives u^H u.
def cholesky_solution(b: Tensor, factor: Tensor, upper: bool) -> Tensor:
  l = adjoint_of(factor) if upper else factor
  y = triangular_any(l, b, False, False)
  return triangular_any(adjoint_of(l), y, True, False)


@op("aten::cholesky_solve")
def cholesky_solve(self: Tensor, input2: Tensor, upper: bool) -> Tensor:
  return cholesky_solution(self, input2, upper)


@op("aten::cholesky_inverse")
def cholesky_inverse(self: Tensor, upper: bool) -> Tensor:
  return cholesky_solution(identity_like(self), self, upper)


@op("aten::linalg_tensorinv")
def linalg_tensorinv(self: Tensor, ind: int) -> Tensor:
  n = numel_of(self.size()[ind:])
  z, info = inverse_of(torch.reshape(self, [-1, n]), "linalg.tensorinv")
  return torch.reshape(z, self.size()[ind:] + self.size()[0:ind])


@op("aten::linalg_tensorsolve")
def linalg_tensorsolve(self: Tensor, other: Tensor, dims: Optional[List[int]]) -> Tensor:
  a = self
  if dims is not None:
    moved = wrap_dims(dims, self.dim())
    a = ops.ts.permute(self, other_dims(moved, self.dim()) + moved)
  shape = a.size()[other.dim():]
  n = numel_of(other.size())
  z, lu, pivots, info = solution(torch.reshape(a, [n, n]), torch.reshape(other, [n]), True)
  return torch.reshape(z, shape)


def crossed(a: Tensor, b: Tensor, dim: int) -> Tensor:
  x, y = promote2(a, b)
  d = wrap_dim(dim, x.dim())
  if x.size(d) != 3:
    raise RuntimeError(torch.format("linalg.cross: inputs dimension {} must have length 3. Got {} and {}", dim, a.size(dim), b.size(dim)))
  p = ops.ts.mul(rolled(x, d, 2), rolled(y, d, 1))
  return ops.ts.sub(p, ops.ts.mul(rolled(x, d, 1), rolled(y, d, 2)))


@op("aten::linalg_cross")
def linalg_cross(self: Tensor, other: Tensor, dim: int) -> Tensor:
  return crossed(self, other, dim)


@op("aten::cross")
def cross(self: Tensor, other: Tensor, dim: Optional[int]) -> Tensor:
  if dim is not None:
    return crossed(self, other, dim)
  found = -1
  for d in range(self.dim()):
    if (found < 0) and ops.ts.same(self.size(d), 3):
      found = d
  if found < 0:
    raise RuntimeError("no dimension of size 3 in input")
  return crossed(self, other, found)


# Scaling and squaring of a Taylor polynomial: in the matrix divided by 2^s, then squared s times. s is fixed, its surplus harmless.


@op("aten::linalg_matrix_exp")
def linalg_matrix_exp(self: Tensor) -> Tensor:
  checked = check_square(self, "linalg.matrix_exp")
  if ops.ts.same(numel_of(self.size()), 0):
    return ops.ts.copy(self)
  wide = 10 if is_complex_dtype(self.dtype) else 7
  x = ops.ts.convert(self, wide)
  x = ops.ts.mul(x, splat(x, 0.0009765625))
  term = identity_like(x)
  y = term
  for k in range(1, 13):
    term = torch.matmul(term, x)
    term = ops.ts.div(term, splat(term, k))
    y = ops.ts.add(y, term)
  for k in range(10):
    y = torch.matmul(y, y)
  return ops.ts.convert(y, self.dtype)


@op("aten::matrix_exp")
def matrix_exp(self: Tensor) -> Tensor:
  return torch.linalg_matrix_exp(self)
