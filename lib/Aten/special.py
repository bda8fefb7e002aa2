# Special functions: error, gamma, normal distribution, orthogonal polynomials.


@op("aten::erf")
def erf(self: Tensor) -> Tensor:
  return ops.ts.erf(floating(self))


@op("aten::special_erf")
def special_erf(self: Tensor) -> Tensor:
  return torch.erf(self)


@op("aten::erfc")
def erfc(self: Tensor) -> Tensor:
  return ops.ts.erfc(floating(self))


@op("aten::special_erfc")
def special_erfc(self: Tensor) -> Tensor:
  return torch.erfc(self)


@op("aten::erfinv")
def erfinv(self: Tensor) -> Tensor:
  return ops.ts.erfinv(floating(self))


@op("aten::special_erfinv")
def special_erfinv(self: Tensor) -> Tensor:
  return torch.erfinv(self)


@op("aten::lgamma")
def lgamma(self: Tensor) -> Tensor:
  return ops.ts.lgamma(floating(self))


@op("aten::special_gammaln")
def special_gammaln(self: Tensor) -> Tensor:
  return torch.lgamma(self)


@op("aten::digamma")
def digamma(self: Tensor) -> Tensor:
  return ops.ts.digamma(floating(self))


@op("aten::special_psi")
def special_psi(self: Tensor) -> Tensor:
  return torch.digamma(self)


@op("aten::special_digamma")
def special_digamma(self: Tensor) -> Tensor:
  return torch.digamma(self)


@op("aten::igamma")
def igamma(self: Tensor, other: Tensor) -> Tensor:
  a, b = promote2_float(self, other)
  return ops.ts.igamma(a, b)


@op("aten::special_gammainc")
def special_gammainc(self: Tensor, other: Tensor) -> Tensor:
  return torch.igamma(self, other)


@op("aten::igammac")
def igammac(self: Tensor, other: Tensor) -> Tensor:
  a, b = promote2_float(self, other)
  return ops.ts.igammac(a, b)


@op("aten::special_gammaincc")
def special_gammaincc(self: Tensor, other: Tensor) -> Tensor:
  return torch.igammac(self, other)


@op("aten::i0")
def i0(self: Tensor) -> Tensor:
  return ops.ts.i0(floating(self))


@op("aten::special_i0")
def special_i0(self: Tensor) -> Tensor:
  return torch.i0(self)


@op("aten::special_i0e")
def special_i0e(self: Tensor) -> Tensor:
  return ops.ts.i0e(floating(self))


@op("aten::special_i1")
def special_i1(self: Tensor) -> Tensor:
  return ops.ts.i1(floating(self))


@op("aten::special_i1e")
def special_i1e(self: Tensor) -> Tensor:
  return ops.ts.i1e(floating(self))


@op("aten::special_modified_bessel_i0")
def special_modified_bessel_i0(self: Tensor) -> Tensor:
  return ops.ts.i0(floating(self))


@op("aten::special_modified_bessel_i1")
def special_modified_bessel_i1(self: Tensor) -> Tensor:
  return ops.ts.i1(floating(self))


@op("aten::special_ndtri")
def special_ndtri(self: Tensor) -> Tensor:
  return ops.ts.ndtri(floating(self))


def zeta_of(x: Tensor, y: Tensor) -> Tensor:
  a, b = promote2_float(x, y)
  return ops.ts.zeta(a, b)


@op("aten::special_zeta")
def special_zeta(self: Tensor, other: Tensor) -> Tensor:
  return zeta_of(self, other)


@op("aten::special_zeta.self_scalar")
def special_zeta_self_scalar(self: number, other: Tensor) -> Tensor:
  return zeta_of(ops.ts.tensor_of(self), other)


@op("aten::special_zeta.other_scalar")
def special_zeta_other_scalar(self: Tensor, other: number) -> Tensor:
  return zeta_of(self, ops.ts.tensor_of(other))


# By reflection where x < 0.5, then recurrence and an asymptotic series.
def trigamma(x: Tensor) -> Tensor:
  one = splat(x, 1)
  low = ops.ts.lt(x, splat(x, 0.5))
  s = ops.ts.sin(ops.ts.mul(x, splat(x, 3.1415926535897931)))
  mirror = ops.ts.div(splat(x, 9.8696044010893586), ops.ts.mul(s, s))
  z = ops.ts.select(low, ops.ts.sub(one, x), x)
  sum = splat(x, 0)
  for i in range(6):
    sum = ops.ts.add(sum, ops.ts.div(one, ops.ts.mul(z, z)))
    z = ops.ts.add(z, one)
  q = ops.ts.div(one, ops.ts.mul(z, z))
  t = ops.ts.sub(splat(x, 1.0 / 30.0), ops.ts.div(q, splat(x, 42.0)))
  t = ops.ts.sub(splat(x, 1.0 / 6.0), ops.ts.mul(q, t))
  t = ops.ts.add(ops.ts.add(one, ops.ts.div(splat(x, 0.5), z)), ops.ts.mul(q, t))
  sum = ops.ts.add(sum, ops.ts.div(t, z))
  return ops.ts.select(low, ops.ts.sub(mirror, sum), sum)


# (-1)^(n + 1) n! zeta(n + 1, x)
def polygamma_of(n: int, self: Tensor) -> Tensor:
  if n < 0:
    raise RuntimeError("polygamma(n, x) does not support negative n.")
  x = floating(self)
  if n == 0:
    return ops.ts.digamma(x)
  y = opmath(x)
  if n == 1:
    return cast(trigamma(y), x.dtype)
  factor = 1.0
  for k in range(2, n + 1):
    factor = factor * float(k)
  if n % 2 == 0:
    factor = -factor
  z = ops.ts.zeta(splat(y, n + 1), y)
  return cast(ops.ts.mul(z, splat(z, factor)), x.dtype)


@op("aten::polygamma")
def polygamma(n: int, self: Tensor) -> Tensor:
  return polygamma_of(n, self)


@op("aten::special_polygamma")
def special_polygamma(n: int, self: Tensor) -> Tensor:
  return polygamma_of(n, self)


@op("aten::polygamma_")
def polygamma_(self: Tensor, n: int) -> Tensor:
  return ops.ts.write(self, polygamma_of(n, self))


@op("aten::mvlgamma")
def mvlgamma(self: Tensor, p: int) -> Tensor:
  if p < 1:
    raise RuntimeError("p has to be greater than or equal to 1")
  x = floating(self)
  y = splat(x, float(p * (p - 1)) * 0.28618247146235004)
  for j in range(p):
    y = ops.ts.add(y, ops.ts.lgamma(ops.ts.sub(x, splat(x, 0.5 * float(j)))))
  return y


@op("aten::special_multigammaln")
def special_multigammaln(self: Tensor, p: int) -> Tensor:
  return torch.mvlgamma(self, p)


@op("aten::sinc")
def sinc(self: Tensor) -> Tensor:
  x = opmath(floating(self))
  if is_complex_dtype(x.dtype):
    p = ops.ts.mul(x, splat(x, 3.1415926535897931))
    zero = ops.ts.eq(x, splat(x, 0))
    return ops.ts.select(zero, splat(x, 1), ops.ts.div(ops.ts.sin(p), ops.ts.select(zero, splat(x, 1), p)))
  return cast(sinc_of(x), floating_dtype(self.dtype))


@op("aten::special_sinc")
def special_sinc(self: Tensor) -> Tensor:
  return torch.sinc(self)


@op("aten::special_entr")
def special_entr(self: Tensor) -> Tensor:
  x = floating(self)
  y = ops.ts.select(ops.ts.eq(x, splat(x, 0)), splat(x, 0), splat(x, -inf))
  y = ops.ts.select(ops.ts.gt(x, splat(x, 0)), ops.ts.mul(ops.ts.neg(x), ops.ts.log(x)), y)
  return ops.ts.select(ops.ts.ne(x, x), x, y)


@op("aten::special_ndtr")
def special_ndtr(self: Tensor) -> Tensor:
  x = floating(self)
  z = ops.ts.mul(x, splat(x, 0.70710678118654757))
  half = splat(x, 0.5)
  low = ops.ts.mul(half, ops.ts.erfc(ops.ts.neg(z)))
  high = ops.ts.mul(half, ops.ts.add(splat(x, 1), ops.ts.erf(z)))
  return ops.ts.select(ops.ts.lt(z, splat(z, -0.70710678118654757)), low, high)


# exp(x^2) erfc(x): direct in float64 while exp is finite, an asymptotic series beyond.
def erfcx_of(x: Tensor) -> Tensor:
  y = ops.ts.convert(x, 7)
  direct = ops.ts.mul(ops.ts.exp(ops.ts.mul(y, y)), ops.ts.erfc(y))
  far = ops.ts.gt(y, splat(y, 8))
  z = ops.ts.select(far, y, splat(y, 8))
  r = ops.ts.div(splat(z, 0.5), ops.ts.mul(z, z))
  # 1 - r + 3 r^2 - 15 r^3 + 105 r^4 - 945 r^5 …
  series = splat(r, 0)
  for k in range(12):
    odd = float(2 * (11 - k) + 1)
    series = ops.ts.sub(splat(r, 1), ops.ts.mul(ops.ts.mul(r, splat(r, odd)), series if k > 0 else splat(r, 1)))
  tail = ops.ts.div(ops.ts.mul(series, splat(z, 0.56418958354775628)), z)
  return cast(ops.ts.select(far, tail, direct), x.dtype)


@op("aten::special_erfcx")
def special_erfcx(self: Tensor) -> Tensor:
  return erfcx_of(floating(self))


@op("aten::special_log_ndtr")
def special_log_ndtr(self: Tensor) -> Tensor:
  x = floating(self)
  z = ops.ts.mul(x, splat(x, 0.70710678118654757))
  half = splat(x, 0.5)
  low = ops.ts.sub(ops.ts.log(ops.ts.mul(erfcx_of(ops.ts.neg(z)), half)), ops.ts.mul(z, z))
  high = ops.ts.log1p(ops.ts.neg(ops.ts.mul(half, ops.ts.erfc(z))))
  return ops.ts.select(ops.ts.lt(x, splat(x, -1)), low, high)


# Polynomials by their three-term recurrences. The degree is a tensor: the loop runs to the largest, each element stops at its own.
# p(k + 1) = (a x + b) p(k) / d - c p(k - 1) / d with the family's coefficients at k.
# kind: 0 Chebyshev T, 1 U, 2 V, 3 W, 4 Hermite H, 5 Hermite He, 6 Laguerre, 7 Legendre.
def polynomial(x: Tensor, n: Tensor, kind: int, shifted: bool) -> Tensor:
  a, b = promote2_float(x, n)
  t = ops.ts.sub(ops.ts.add(a, a), splat(a, 1)) if shifted else a
  degree = ops.ts.convert(b, 4)
  one = splat(t, 1)
  two = ops.ts.add(t, t)
  before = one
  now = t
  if kind == 1:
    now = two
  elif kind == 2:
    now = ops.ts.sub(two, one)
  elif kind == 3:
    now = ops.ts.add(two, one)
  elif kind == 4:
    now = two
  elif kind == 6:
    now = ops.ts.sub(one, t)
  y = ops.ts.select(ops.ts.lt(degree, splat(degree, 0)), splat(t, 0), one)
  y = ops.ts.select(ops.ts.eq(degree, splat(degree, 1)), now, y)
  if ops.ts.same(numel_of(t.size()), 0):
    return y
  top = int(ops.ts.item(ops.ts.reduce(degree, iota_list(0, degree.dim()), "max")))
  for i in range(ops.prim.max(top - 1, 0)):
    k = i + 1
    next = ops.ts.sub(ops.ts.mul(two, now), before)
    if kind == 4:
      next = ops.ts.sub(ops.ts.mul(two, now), ops.ts.mul(before, splat(before, 2 * k)))
    elif kind == 5:
      next = ops.ts.sub(ops.ts.mul(t, now), ops.ts.mul(before, splat(before, k)))
    elif kind == 6:
      next = ops.ts.sub(ops.ts.mul(ops.ts.sub(splat(t, 2 * k + 1), t), now), ops.ts.mul(before, splat(before, k)))
      next = ops.ts.div(next, splat(next, k + 1))
    elif kind == 7:
      next = ops.ts.sub(ops.ts.mul(ops.ts.mul(t, splat(t, 2 * k + 1)), now), ops.ts.mul(before, splat(before, k)))
      next = ops.ts.div(next, splat(next, k + 1))
    before = now
    now = next
    y = ops.ts.select(ops.ts.eq(degree, splat(degree, k + 1)), now, y)
  return y


@op("aten::special_chebyshev_polynomial_t")
def special_chebyshev_polynomial_t(x: Tensor, n: Tensor) -> Tensor:
  return polynomial(x, n, 0, False)


@op("aten::special_chebyshev_polynomial_t.n_scalar")
def special_chebyshev_polynomial_t_n_scalar(x: Tensor, n: number) -> Tensor:
  return polynomial(x, ops.ts.tensor_of(n), 0, False)


@op("aten::special_chebyshev_polynomial_t.x_scalar")
def special_chebyshev_polynomial_t_x_scalar(x: number, n: Tensor) -> Tensor:
  return polynomial(ops.ts.tensor_of(x), n, 0, False)


@op("aten::special_chebyshev_polynomial_u")
def special_chebyshev_polynomial_u(x: Tensor, n: Tensor) -> Tensor:
  return polynomial(x, n, 1, False)


@op("aten::special_chebyshev_polynomial_u.n_scalar")
def special_chebyshev_polynomial_u_n_scalar(x: Tensor, n: number) -> Tensor:
  return polynomial(x, ops.ts.tensor_of(n), 1, False)


@op("aten::special_chebyshev_polynomial_u.x_scalar")
def special_chebyshev_polynomial_u_x_scalar(x: number, n: Tensor) -> Tensor:
  return polynomial(ops.ts.tensor_of(x), n, 1, False)


@op("aten::special_chebyshev_polynomial_v")
def special_chebyshev_polynomial_v(x: Tensor, n: Tensor) -> Tensor:
  return polynomial(x, n, 2, False)


@op("aten::special_chebyshev_polynomial_v.n_scalar")
def special_chebyshev_polynomial_v_n_scalar(x: Tensor, n: number) -> Tensor:
  return polynomial(x, ops.ts.tensor_of(n), 2, False)


@op("aten::special_chebyshev_polynomial_v.x_scalar")
def special_chebyshev_polynomial_v_x_scalar(x: number, n: Tensor) -> Tensor:
  return polynomial(ops.ts.tensor_of(x), n, 2, False)


@op("aten::special_chebyshev_polynomial_w")
def special_chebyshev_polynomial_w(x: Tensor, n: Tensor) -> Tensor:
  return polynomial(x, n, 3, False)


@op("aten::special_chebyshev_polynomial_w.n_scalar")
def special_chebyshev_polynomial_w_n_scalar(x: Tensor, n: number) -> Tensor:
  return polynomial(x, ops.ts.tensor_of(n), 3, False)


@op("aten::special_chebyshev_polynomial_w.x_scalar")
def special_chebyshev_polynomial_w_x_scalar(x: number, n: Tensor) -> Tensor:
  return polynomial(ops.ts.tensor_of(x), n, 3, False)


@op("aten::special_hermite_polynomial_h")
def special_hermite_polynomial_h(x: Tensor, n: Tensor) -> Tensor:
  return polynomial(x, n, 4, False)


@op("aten::special_hermite_polynomial_h.n_scalar")
def special_hermite_polynomial_h_n_scalar(x: Tensor, n: number) -> Tensor:
  return polynomial(x, ops.ts.tensor_of(n), 4, False)


@op("aten::special_hermite_polynomial_h.x_scalar")
def special_hermite_polynomial_h_x_scalar(x: number, n: Tensor) -> Tensor:
  return polynomial(ops.ts.tensor_of(x), n, 4, False)


@op("aten::special_hermite_polynomial_he")
def special_hermite_polynomial_he(x: Tensor, n: Tensor) -> Tensor:
  return polynomial(x, n, 5, False)


@op("aten::special_hermite_polynomial_he.n_scalar")
def special_hermite_polynomial_he_n_scalar(x: Tensor, n: number) -> Tensor:
  return polynomial(x, ops.ts.tensor_of(n), 5, False)


@op("aten::special_hermite_polynomial_he.x_scalar")
def special_hermite_polynomial_he_x_scalar(x: number, n: Tensor) -> Tensor:
  return polynomial(ops.ts.tensor_of(x), n, 5, False)


@op("aten::special_laguerre_polynomial_l")
def special_laguerre_polynomial_l(x: Tensor, n: Tensor) -> Tensor:
  return polynomial(x, n, 6, False)


@op("aten::special_laguerre_polynomial_l.n_scalar")
def special_laguerre_polynomial_l_n_scalar(x: Tensor, n: number) -> Tensor:
  return polynomial(x, ops.ts.tensor_of(n), 6, False)


@op("aten::special_laguerre_polynomial_l.x_scalar")
def special_laguerre_polynomial_l_x_scalar(x: number, n: Tensor) -> Tensor:
  return polynomial(ops.ts.tensor_of(x), n, 6, False)


@op("aten::special_legendre_polynomial_p")
def special_legendre_polynomial_p(x: Tensor, n: Tensor) -> Tensor:
  return polynomial(x, n, 7, False)


@op("aten::special_legendre_polynomial_p.n_scalar")
def special_legendre_polynomial_p_n_scalar(x: Tensor, n: number) -> Tensor:
  return polynomial(x, ops.ts.tensor_of(n), 7, False)


@op("aten::special_legendre_polynomial_p.x_scalar")
def special_legendre_polynomial_p_x_scalar(x: number, n: Tensor) -> Tensor:
  return polynomial(ops.ts.tensor_of(x), n, 7, False)


@op("aten::special_shifted_chebyshev_polynomial_t")
def special_shifted_chebyshev_polynomial_t(x: Tensor, n: Tensor) -> Tensor:
  return polynomial(x, n, 0, True)


@op("aten::special_shifted_chebyshev_polynomial_t.n_scalar")
def special_shifted_chebyshev_polynomial_t_n_scalar(x: Tensor, n: number) -> Tensor:
  return polynomial(x, ops.ts.tensor_of(n), 0, True)


@op("aten::special_shifted_chebyshev_polynomial_t.x_scalar")
def special_shifted_chebyshev_polynomial_t_x_scalar(x: number, n: Tensor) -> Tensor:
  return polynomial(ops.ts.tensor_of(x), n, 0, True)


@op("aten::special_shifted_chebyshev_polynomial_u")
def special_shifted_chebyshev_polynomial_u(x: Tensor, n: Tensor) -> Tensor:
  return polynomial(x, n, 1, True)


@op("aten::special_shifted_chebyshev_polynomial_u.n_scalar")
def special_shifted_chebyshev_polynomial_u_n_scalar(x: Tensor, n: number) -> Tensor:
  return polynomial(x, ops.ts.tensor_of(n), 1, True)


@op("aten::special_shifted_chebyshev_polynomial_u.x_scalar")
def special_shifted_chebyshev_polynomial_u_x_scalar(x: number, n: Tensor) -> Tensor:
  return polynomial(ops.ts.tensor_of(x), n, 1, True)


@op("aten::special_shifted_chebyshev_polynomial_v")
def special_shifted_chebyshev_polynomial_v(x: Tensor, n: Tensor) -> Tensor:
  return polynomial(x, n, 2, True)


@op("aten::special_shifted_chebyshev_polynomial_v.n_scalar")
def special_shifted_chebyshev_polynomial_v_n_scalar(x: Tensor, n: number) -> Tensor:
  return polynomial(x, ops.ts.tensor_of(n), 2, True)


@op("aten::special_shifted_chebyshev_polynomial_v.x_scalar")
def special_shifted_chebyshev_polynomial_v_x_scalar(x: number, n: Tensor) -> Tensor:
  return polynomial(ops.ts.tensor_of(x), n, 2, True)


@op("aten::special_shifted_chebyshev_polynomial_w")
def special_shifted_chebyshev_polynomial_w(x: Tensor, n: Tensor) -> Tensor:
  return polynomial(x, n, 3, True)


@op("aten::special_shifted_chebyshev_polynomial_w.n_scalar")
def special_shifted_chebyshev_polynomial_w_n_scalar(x: Tensor, n: number) -> Tensor:
  return polynomial(x, ops.ts.tensor_of(n), 3, True)


@op("aten::special_shifted_chebyshev_polynomial_w.x_scalar")
def special_shifted_chebyshev_polynomial_w_x_scalar(x: number, n: Tensor) -> Tensor:
  return polynomial(ops.ts.tensor_of(x), n, 3, True)
