# QR factors by Householder reflections, least squares, and the old names of factorizations.


# The sign that a reflection moves a column's head to is opposite to the head's, as LAPACK has it.
def reflected_triangle(a: Tensor) -> Tuple[Tensor, Tensor]:
  batch, m, n = a.size(0), a.size(1), a.size(2)
  r = a
  q = ops.ts.broadcast(torch.eye(m, dtype=a.dtype), [batch, m, m], [1, 2])
  rows = [batch, m]
  i = places(rows, 1)
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
    moved = ops.ts.mul(ops.ts.broadcast(w, wide, [0, 1]), ops.ts.broadcast(seen, wide, [0, 2]))
    r = ops.ts.sub(r, ops.ts.mul(ops.ts.broadcast(conjugate_if_complex(tau), wide, [0]), moved))
    back = ops.ts.contract(q, w, [0], [0], [2], [1])
    square = q.size()
    turned = ops.ts.mul(ops.ts.broadcast(back, square, [0, 1]), ops.ts.broadcast(conjugate_if_complex(w), square, [0, 2]))
    q = ops.ts.sub(q, ops.ts.mul(ops.ts.broadcast(tau, square, [0]), turned))
  return q, r


def qr_factors(a: Tensor, mode: str) -> Tuple[Tensor, Tensor]:
  if is_integral_dtype(a.dtype) or (a.dim() < 2):
    raise RuntimeError("linalg.qr: The input tensor A must have at least 2 dimensions.")
  m, n = a.size(-2), a.size(-1)
  k = ops.prim.min(m, n)
  lead = lead_of(a)
  q, r = reflected_triangle(as_batch(a))
  tall = m if mode == "complete" else k
  upper = torch.triu(torch.reshape(r, lead + [m, n]))
  triangle = torch.narrow(upper, -2, 0, tall)
  if mode == "r":
    return ops.ts.full([0], 0, a.dtype), triangle
  return torch.narrow(torch.reshape(q, lead + [m, m]), -1, 0, tall), triangle


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
  return torch.squeeze(x, -1) if vector else x, rest, ops.ts.full([0], 0, 4), none


@op("aten::svd")
def svd(self: Tensor, some: bool, compute_uv: bool) -> Tuple[Tensor, Tensor, Tensor]:
  if not compute_uv:
    k = ops.prim.min(self.size(-1), self.size(-2))
    u0, s0, v0 = singular_parts(self)
    lead = lead_of(self)
    return ops.ts.full(lead + [self.size(-2), k], 0, self.dtype), cast(s0, real_dtype(self.dtype)), ops.ts.full(lead + [self.size(-1), k], 0, self.dtype)
  u, s, vh = singular_parts(self)
  return cast(u, self.dtype), cast(s, real_dtype(self.dtype)), cast(adjoint_of(vh), self.dtype)


@op("aten::_linalg_svd")
def _linalg_svd(A: Tensor, full_matrices: bool, compute_uv: bool, driver: Optional[str]) -> Tuple[Tensor, Tensor, Tensor]:
  u, s, vh = singular_parts(A)
  return cast(u, A.dtype), cast(s, real_dtype(A.dtype)), cast(vh, A.dtype)


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
