# Bessel functions, in float64: power series near zero, asymptotic expansions or integrals farther out.


# sum of (-q)^k / (k! (k + order)!) times harmonic numbers where weighted, with q = x^2 / 4 (sign 1) or -x^2 / 4 (sign -1).
def bessel_series(x: Tensor, order: int, sign: float, harmonic: bool) -> Tensor:
  q = ops.ts.mul(ops.ts.mul(x, x), splat(x, -0.25 * sign))
  term = splat(x, 1)
  total = splat(x, 0)
  below = 0.0
  above = 0.0
  if order == 1:
    above = 1.0
  for k in range(60):
    if harmonic:
      total = ops.ts.add(total, ops.ts.mul(term, splat(term, below + above)))
    else:
      total = ops.ts.add(total, term)
    step = float(k + 1)
    term = ops.ts.mul(term, ops.ts.mul(q, splat(q, 1.0 / (step * (step + float(order))))))
    below = below + 1.0 / step
    above = above + 1.0 / (step + float(order))
  if order == 1:
    return ops.ts.mul(total, ops.ts.mul(x, splat(x, 0.5)))
  return total


# The amplitude's two series in 1 / x of Hankel's expansion.
def hankel_series(x: Tensor, order: int) -> Tuple[Tensor, Tensor]:
  mu = 4.0 * float(order)
  p = splat(x, 1)
  q = splat(x, 0)
  term = splat(x, 1)
  for k in range(1, 17):
    odd = float(2 * k - 1)
    term = ops.ts.div(ops.ts.mul(term, splat(term, (mu - odd * odd) / (8.0 * float(k)))), x)
    phase = k % 4
    if phase == 0:
      p = ops.ts.add(p, term)
    elif phase == 1:
      q = ops.ts.add(q, term)
    elif phase == 2:
      p = ops.ts.sub(p, term)
    else:
      q = ops.ts.sub(q, term)
  return p, q


def bessel_j_far(x: Tensor, order: int, second: bool) -> Tensor:
  p, q = hankel_series(x, order)
  angle = ops.ts.sub(x, splat(x, 0.78539816339744831 + 1.5707963267948966 * float(order)))
  size = ops.ts.sqrt(ops.ts.div(splat(x, 0.63661977236758134), x))
  c = ops.ts.cos(angle)
  s = ops.ts.sin(angle)
  if second:
    return ops.ts.mul(size, ops.ts.add(ops.ts.mul(p, s), ops.ts.mul(q, c)))
  return ops.ts.mul(size, ops.ts.sub(ops.ts.mul(p, c), ops.ts.mul(q, s)))


def bessel_j(self: Tensor, order: int) -> Tensor:
  x = ops.ts.convert(floating(self), 7)
  size = ops.ts.abs(x)
  near = ops.ts.le(size, splat(size, 15))
  low = bessel_series(ops.ts.select(near, size, splat(size, 1)), order, 1.0, False)
  high = bessel_j_far(ops.ts.select(near, splat(size, 15), size), order, False)
  y = ops.ts.select(near, low, high)
  y = ops.ts.select(ops.ts.eq(size, splat(size, inf)), splat(y, 0), y)
  if order == 1:
    y = ops.ts.mul(y, ops.ts.sign(x))
  y = ops.ts.select(ops.ts.ne(x, x), x, y)
  return cast(y, floating_dtype(self.dtype))


@op("aten::special_bessel_j0")
def special_bessel_j0(self: Tensor) -> Tensor:
  return bessel_j(self, 0)


@op("aten::special_bessel_j1")
def special_bessel_j1(self: Tensor) -> Tensor:
  return bessel_j(self, 1)


def bessel_y(self: Tensor, order: int) -> Tensor:
  x = ops.ts.convert(floating(self), 7)
  near = ops.ts.le(x, splat(x, 15))
  positive = ops.ts.gt(x, splat(x, 0))
  a = ops.ts.select(ops.ts.and_(near, positive), x, splat(x, 1))
  log_half = ops.ts.log(ops.ts.mul(a, splat(a, 0.5)))
  first = bessel_series(a, order, 1.0, False)
  weighted_sum = bessel_series(a, order, 1.0, True)
  low = splat(a, 0)
  if order == 0:
    low = ops.ts.sub(ops.ts.mul(ops.ts.add(log_half, splat(a, 0.57721566490153287)), first), ops.ts.mul(weighted_sum, splat(a, 0.5)))
  else:
    low = ops.ts.sub(ops.ts.mul(ops.ts.add(log_half, splat(a, 0.57721566490153287)), first), ops.ts.mul(weighted_sum, splat(a, 0.5)))
    low = ops.ts.sub(low, ops.ts.div(splat(a, 1), a))
  low = ops.ts.mul(low, splat(low, 0.63661977236758134))
  high = bessel_j_far(ops.ts.select(near, splat(x, 15), x), order, True)
  y = ops.ts.select(near, low, high)
  y = ops.ts.select(ops.ts.eq(x, splat(x, inf)), splat(y, 0), y)
  y = ops.ts.select(ops.ts.eq(x, splat(x, 0)), splat(y, -inf), y)
  y = ops.ts.select(ops.ts.lt(x, splat(x, 0)), splat(y, nan), y)
  y = ops.ts.select(ops.ts.ne(x, x), x, y)
  return cast(y, floating_dtype(self.dtype))


@op("aten::special_bessel_y0")
def special_bessel_y0(self: Tensor) -> Tensor:
  return bessel_y(self, 0)


@op("aten::special_bessel_y1")
def special_bessel_y1(self: Tensor) -> Tensor:
  return bessel_y(self, 1)


# exp(x) K(x) as the integral of exp(-x (cosh t - 1)) cosh(order t) over t > 0: the trapezoid rule is exact to the last digits for x >= 1.
def scaled_k_far(x: Tensor, order: float) -> Tensor:
  points = 64
  last = x.dim()
  sizes = x.size() + [points]
  t = ops.ts.mul(ops.ts.iota(points, 7), ops.ts.full([points], 0.08, 7))
  grow = ops.ts.sub(ops.ts.cosh(t), splat(t, 1))
  weight = ops.ts.mul(ops.ts.cosh(ops.ts.mul(t, splat(t, order))), ops.ts.select(ops.ts.eq(t, splat(t, 0)), splat(t, 0.04), splat(t, 0.08)))
  wide = ops.ts.broadcast(x, sizes, iota_list(0, last))
  e = ops.ts.exp(ops.ts.neg(ops.ts.mul(wide, along(grow, sizes, last))))
  return ops.ts.reduce(ops.ts.mul(e, along(weight, sizes, last)), [last], "sum")


def bessel_k(self: Tensor, order: int, with_exp: bool) -> Tensor:
  x = ops.ts.convert(floating(self), 7)
  near = ops.ts.le(x, splat(x, 1))
  positive = ops.ts.gt(x, splat(x, 0))
  a = ops.ts.select(ops.ts.and_(near, positive), x, splat(x, 1))
  log_half = ops.ts.log(ops.ts.mul(a, splat(a, 0.5)))
  first = bessel_series(a, order, -1.0, False)
  weighted_sum = bessel_series(a, order, -1.0, True)
  low = ops.ts.sub(ops.ts.mul(weighted_sum, splat(a, 0.5)), ops.ts.mul(ops.ts.add(log_half, splat(a, 0.57721566490153287)), first))
  if order == 1:
    low = ops.ts.add(ops.ts.neg(low), ops.ts.div(splat(a, 1), a))
  far = ops.ts.select(near, splat(x, 1), x)
  high = scaled_k_far(far, float(order))
  y = low
  if with_exp:
    y = ops.ts.select(near, ops.ts.mul(low, ops.ts.exp(a)), high)
  else:
    y = ops.ts.select(near, low, ops.ts.mul(high, ops.ts.exp(ops.ts.neg(far))))
  y = ops.ts.select(ops.ts.eq(x, splat(x, 0)), splat(y, inf), y)
  y = ops.ts.select(ops.ts.lt(x, splat(x, 0)), splat(y, nan), y)
  y = ops.ts.select(ops.ts.ne(x, x), x, y)
  return cast(y, floating_dtype(self.dtype))


@op("aten::special_modified_bessel_k0")
def special_modified_bessel_k0(self: Tensor) -> Tensor:
  return bessel_k(self, 0, False)


@op("aten::special_modified_bessel_k1")
def special_modified_bessel_k1(self: Tensor) -> Tensor:
  return bessel_k(self, 1, False)


@op("aten::special_scaled_modified_bessel_k0")
def special_scaled_modified_bessel_k0(x: Tensor) -> Tensor:
  return bessel_k(x, 0, True)


@op("aten::special_scaled_modified_bessel_k1")
def special_scaled_modified_bessel_k1(x: Tensor) -> Tensor:
  return bessel_k(x, 1, True)


@op("aten::special_spherical_bessel_j0")
def special_spherical_bessel_j0(x: Tensor) -> Tensor:
  y = floating(x)
  small = ops.ts.lt(ops.ts.abs(y), splat(y, 0.5))
  s = ops.ts.mul(y, y)
  series = splat(y, 1)
  for k in range(7):
    n = 7 - k
    series = ops.ts.sub(splat(y, 1), ops.ts.mul(ops.ts.mul(s, splat(s, 1.0 / float(2 * n * (2 * n + 1)))), series))
  r = ops.ts.select(small, series, ops.ts.div(ops.ts.sin(y), ops.ts.select(small, splat(y, 1), y)))
  return ops.ts.select(ops.ts.eq(ops.ts.abs(y), splat(y, inf)), splat(y, 0), r)


# Airy's function: the Maclaurin series inside [-8, 3], K of order 1/3 right of it, Hankel's form left of it.


@op("aten::special_airy_ai")
def special_airy_ai(x: Tensor) -> Tensor:
  y = ops.ts.convert(floating(x), 7)
  left = ops.ts.lt(y, splat(y, -8))
  right = ops.ts.gt(y, splat(y, 3))
  inner = ops.ts.select(ops.ts.or_(left, right), splat(y, 0), y)
  cube = ops.ts.mul(ops.ts.mul(inner, inner), inner)
  f = splat(y, 1)
  g = inner
  even = splat(y, 1)
  odd = inner
  for k in range(1, 50):
    n = float(3 * k)
    even = ops.ts.mul(even, ops.ts.mul(cube, splat(cube, 1.0 / (n * (n - 1.0)))))
    odd = ops.ts.mul(odd, ops.ts.mul(cube, splat(cube, 1.0 / (n * (n + 1.0)))))
    f = ops.ts.add(f, even)
    g = ops.ts.add(g, odd)
  middle = ops.ts.sub(ops.ts.mul(f, splat(f, 0.35502805388781724)), ops.ts.mul(g, splat(g, 0.25881940379280680)))
  big = ops.ts.select(right, y, splat(y, 3))
  zeta = ops.ts.mul(ops.ts.mul(big, ops.ts.sqrt(big)), splat(big, 0.66666666666666663))
  k_third = ops.ts.mul(scaled_k_far(zeta, 0.33333333333333331), ops.ts.exp(ops.ts.neg(zeta)))
  far = ops.ts.mul(ops.ts.mul(ops.ts.sqrt(ops.ts.div(big, splat(big, 3))), k_third), splat(big, 0.31830988618379069))
  low = ops.ts.select(left, ops.ts.neg(y), splat(y, 8))
  z = ops.ts.mul(ops.ts.mul(low, ops.ts.sqrt(low)), splat(low, 0.66666666666666663))
  p = splat(z, 1)
  q = splat(z, 0)
  term = splat(z, 1)
  for k in range(1, 11):
    n = float(k)
    # u(k) = u(k - 1) (6 k - 5) (6 k - 3) (6 k - 1) / (216 k (2 k - 1))
    term = ops.ts.div(ops.ts.mul(term, splat(term, (6.0 * n - 5.0) * (6.0 * n - 3.0) * (6.0 * n - 1.0) / (216.0 * n * (2.0 * n - 1.0)))), z)
    phase = k % 4
    if phase == 0:
      p = ops.ts.add(p, term)
    elif phase == 1:
      q = ops.ts.add(q, term)
    elif phase == 2:
      p = ops.ts.sub(p, term)
    else:
      q = ops.ts.sub(q, term)
  angle = ops.ts.sub(z, splat(z, 0.78539816339744831))
  wave = ops.ts.add(ops.ts.mul(p, ops.ts.cos(angle)), ops.ts.mul(q, ops.ts.sin(angle)))
  outer = ops.ts.div(ops.ts.mul(wave, splat(wave, 0.56418958354775628)), ops.ts.sqrt(ops.ts.sqrt(low)))
  r = ops.ts.select(left, outer, ops.ts.select(right, far, middle))
  return cast(ops.ts.select(ops.ts.ne(y, y), y, r), floating_dtype(x.dtype))
