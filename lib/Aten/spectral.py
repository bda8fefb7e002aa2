# Fourier transforms in stages that are small matrix products, and the short-time transform over frames.


# The dtype transforms compute in, and its complex partner.
def spectral_input(x: Tensor) -> Tensor:
  return floating(x)


def as_complex(x: Tensor) -> Tensor:
  return cast(x, complex_dtype(x.dtype))


# Cut or filled with zeros to extent n.
def fitted(x: Tensor, d: int, n: int) -> Tensor:
  have = x.size(d)
  if ops.ts.same(have, n):
    return x
  if n < have:
    return ops.ts.slice(x, d, 0, n, 1)
  zero = ints(x.dim(), 0)
  return ops.ts.pad(x, zero, with_at(zero, d, n - have), scalar(0, x.dtype))


# The power of n that a transform is divided by: 0, 1/2 or 1, by the norm's name.
def norm_power(norm: Optional[str], forward: bool) -> float:
  if norm is None:
    return 0.0 if forward else 1.0
  if norm == "ortho":
    return 0.5
  if norm == "backward":
    return 0.0 if forward else 1.0
  if norm == "forward":
    return 1.0 if forward else 0.0
  raise RuntimeError(torch.format("Invalid normalization mode: \"{}\"", norm))


def check_points(n: int) -> bool:
  if n < 1:
    raise RuntimeError(torch.format("Invalid number of data points ({}) specified", n))
  return True


# cos and sin of sign 2 pi j k / n as [rows, columns]; j k is taken modulo n, so that the angle stays exact.
def unit_parts(rows: int, columns: int, n: int, sign: float, dtype: int) -> Tuple[Tensor, Tensor]:
  sizes = [rows, columns]
  jk = ops.ts.mul(places(sizes, 0), places(sizes, 1))
  turn = ops.ts.convert(ops.ts.remainder(jk, splat(jk, n)), 7)
  angle = ops.ts.mul(turn, splat(turn, sign * 6.2831853071795862 / float(n)))
  return cast(ops.ts.cos(angle), dtype), cast(ops.ts.sin(angle), dtype)


# What one stage multiplies by: of `count` results over f elements the table [parts of the result, count, f, parts of the element].
def stage_table(f: int, count: int, parts: int, out_parts: int, sign: float, scale: float, dtype: int) -> Tensor:
  c, s = unit_parts(count, f, f, sign, dtype)
  if scale != 1.0:
    c = ops.ts.mul(c, splat(c, scale))
    s = ops.ts.mul(s, splat(s, scale))
  rows = [[c, ops.ts.neg(s)], [s, c]]
  table = annotate(List[Tensor], [])
  for p in range(out_parts):
    table.append(torch.stack(rows[p][0:parts], 2))
  return torch.stack(table, 0)


def largest_prime(n: int) -> int:
  rest = n
  p = 2
  largest = 1
  while rest > 1:
    if p * p > rest:
      return rest
    if rest % p == 0:
      largest = p
      rest = rest // p
    else:
      p = p + 1
  return largest


# Factors of n of which each sums some 32 elements at most, where it has such: so many are a matrix product worth its name, and more
# would be more work than another stage.
def stage_factors(n: int) -> List[int]:
  factors = annotate(List[int], [])
  rest = n
  while rest > 40:
    stages = 1
    power = 40
    while power < rest:
      power = power * 40
      stages = stages + 1
    # the divisor nearest to the root of that many stages, from above
    f = 2
    reached = False
    while not reached:
      product = 1
      for k in range(stages):
        product = product * f
      if (rest % f == 0) and (product >= rest):
        reached = True
      else:
        f = f + 1
    factors.append(f)
    rest = rest // f
  if (rest > 1) or (len(factors) == 0):
    factors.append(rest)
  return factors


# The transform of the last dimension but one, n elements of one part or two: the parts of its first `kept` results, or the real ones
# alone, in dimension 0. A stage takes the elements j R + r, for each of R numbers r, of which there are f, to results of f; what is left is a
# transform of length R for each of these, turned by r k / (f R). Results k of all stages so far are the last dimension.
def staged(x: Tensor, n: int, sign: float, kept: int, out_parts: int, scale: float) -> Tensor:
  lead = x.dim() - 2
  rest = x.size()[0:lead]
  parts = x.size(lead + 1)
  factors = stage_factors(n)
  none = annotate(List[int], [])
  state = x
  length = n
  done = 1
  for i in range(len(factors) - 1):
    f = factors[i]
    left = length // f
    y = ops.ts.contract(stage_table(f, f, parts, 2, sign, 1.0, x.dtype), torch.reshape(state, rest + [f, left, parts, done]), none, none, [2, 3], [lead, lead + 2])
    # [parts, f, rest, left, done]
    y = ops.ts.permute(y, [0] + iota_list(2, lead + 1) + [1, lead + 3])
    re = torch.select(y, 0, 0)
    im = torch.select(y, 0, 1)
    c, s = unit_parts(left, f, length, sign, x.dtype)
    c = torch.unsqueeze(c, 2)
    s = torch.unsqueeze(s, 2)
    turned = [torch.sub(torch.mul(re, c), torch.mul(im, s)), torch.add(torch.mul(re, s), torch.mul(im, c))]
    done = done * f
    state = torch.reshape(torch.stack(turned, lead + 1), rest + [left, 2, done])
    parts = 2
    length = left
  count = (kept - 1) // done + 1
  w = stage_table(length, count, parts, out_parts, sign, scale, x.dtype)
  y = ops.ts.contract(w, torch.reshape(state, rest + [length, parts, done]), none, none, [2, 3], [lead, lead + 1])
  y = ops.ts.permute(y, [0] + iota_list(2, lead) + [1, lead + 2])
  return ops.ts.slice(torch.reshape(y, [out_parts] + rest + [count * done]), lead + 1, 0, kept, 1)


def from_parts(y: Tensor) -> Tensor:
  return ops.ts.complex(torch.select(y, 0, 0), torch.select(y, 0, 1))


# All results of the transform of the last dimension, complex to complex.
def staged_whole(z: Tensor, n: int, sign: float, scale: float) -> Tensor:
  return from_parts(staged(ops.ts.view_as_real(z), n, sign, n, 2, scale))


# With a prime factor larger than this, a transform is a convolution with a chirp (Bluestein): its sums would be long.
def is_chirp(n: int) -> bool:
  return largest_prime(n) > 256


def chirp_transform(x: Tensor, n: int, sign: float, kept: int, scale: float) -> Tensor:
  points = 1
  while points < 2 * n - 1:
    points = points * 2
  j = ops.ts.iota(n, 4)
  turn = ops.ts.convert(ops.ts.remainder(ops.ts.mul(j, j), splat(j, 2 * n)), 7)
  angle = ops.ts.mul(turn, splat(turn, sign * 3.1415926535897931 / float(n)))
  c = cast(ops.ts.complex(ops.ts.cos(angle), ops.ts.sin(angle)), x.dtype)
  back = conjugate(c)
  mirrored = ops.ts.reverse(ops.ts.slice(back, 0, 1, n - 1, 1), [0])
  h = ops.ts.concatenate([back, ops.ts.full([points - 2 * n + 1], 0, x.dtype), mirrored], 0)
  d = x.dim() - 1
  a = fitted(torch.mul(x, c), d, points)
  product = torch.mul(staged_whole(a, points, 1.0, 1.0), staged_whole(h, points, 1.0, 1.0))
  y = staged_whole(product, points, -1.0, scale / float(points))
  return ops.ts.slice(torch.mul(ops.ts.slice(y, d, 0, n, 1), c), d, 0, kept, 1)


# Where the number of points is known only at run time.
def transformed_by_table(z: Tensor, n: int, sign: float, power: float, kept: int) -> Tensor:
  c, s = unit_parts(n, n, n, sign, 7)
  last = z.dim() - 1
  y = ops.ts.contract(z, cast(ops.ts.complex(c, s), z.dtype), annotate(List[int], []), annotate(List[int], []), [last], [0])
  y = ops.ts.slice(y, last, 0, kept, 1)
  return y if power == 0.0 else ops.ts.mul(y, splat(y, 1.0 / (float(n) ** power)))


# The first `kept` results of the transform of dimension d, which is real or complex; their real parts alone where that is wanted.
def transformed_part(x: Tensor, d: int, forward: bool, power: float, kept: int, as_real: bool) -> Tensor:
  n = x.size(d)
  sign = -1.0 if forward else 1.0
  last = x.dim() - 1
  z = ops.ts.permute(x, iota_list(0, d) + iota_list(d + 1, last - d) + [d])
  if not ops.ts.known(n):
    y = transformed_by_table(as_complex(z), n, sign, power, kept)
    y = ops.ts.real(y) if as_real else y
  else:
    scale = 1.0 if power == 0.0 else 1.0 / (float(n) ** power)
    if is_chirp(n):
      y = chirp_transform(as_complex(z), n, sign, kept, scale)
      y = ops.ts.real(y) if as_real else y
    else:
      parts = ops.ts.view_as_real(z) if is_complex_dtype(x.dtype) else torch.unsqueeze(z, last + 1)
      out = staged(parts, n, sign, kept, 1 if as_real else 2, scale)
      y = torch.select(out, 0, 0) if as_real else from_parts(out)
  order = iota_list(0, last)
  order.insert(d, last)
  return ops.ts.permute(y, order)


# The complex transform of one dimension.
def transformed(x: Tensor, d: int, forward: bool, power: float) -> Tensor:
  return transformed_part(x, d, forward, power, x.size(d), False)


def fft_along(x: Tensor, n: Optional[int], dim: int, forward: bool, norm: Optional[str]) -> Tensor:
  d = wrap_dim(dim, x.dim())
  points = x.size(d) if n is None else n
  checked = check_points(points)
  return transformed(fitted(as_complex(spectral_input(x)), d, points), d, forward, norm_power(norm, forward))


# Of a real signal only the first half is kept.
def half_spectrum(x: Tensor, n: Optional[int], dim: int, norm: Optional[str], forward: bool) -> Tensor:
  if is_complex_dtype(x.dtype):
    raise RuntimeError(torch.format("rfft expects a real input tensor, but got {}", dtype_name(x.dtype)))
  d = wrap_dim(dim, x.dim())
  points = x.size(d) if n is None else n
  checked = check_points(points)
  return transformed_part(fitted(spectral_input(x), d, points), d, forward, norm_power(norm, forward), points // 2 + 1, False)


# The real signal whose half spectrum this is: the other half is its mirror image, conjugated.
def real_signal(x: Tensor, n: Optional[int], dim: int, norm: Optional[str], forward: bool) -> Tensor:
  d = wrap_dim(dim, x.dim())
  z = as_complex(spectral_input(x))
  points = 2 * (z.size(d) - 1) if n is None else n
  checked = check_points(points)
  kept = fitted(z, d, points // 2 + 1)
  mirrored = (points - 1) // 2
  whole = kept
  if mirrored > 0:
    tail = conjugate(ops.ts.reverse(ops.ts.slice(kept, d, 1, mirrored, 1), [d]))
    whole = ops.ts.concatenate([kept, tail], d)
  return transformed_part(whole, d, forward, norm_power(norm, forward), points, True)


@op("aten::fft_fft")
def fft_fft(self: Tensor, n: Optional[int], dim: int, norm: Optional[str]) -> Tensor:
  return fft_along(self, n, dim, True, norm)


@op("aten::fft_ifft")
def fft_ifft(self: Tensor, n: Optional[int], dim: int, norm: Optional[str]) -> Tensor:
  return fft_along(self, n, dim, False, norm)


@op("aten::fft_rfft")
def fft_rfft(self: Tensor, n: Optional[int], dim: int, norm: Optional[str]) -> Tensor:
  return half_spectrum(self, n, dim, norm, True)


@op("aten::fft_irfft")
def fft_irfft(self: Tensor, n: Optional[int], dim: int, norm: Optional[str]) -> Tensor:
  return real_signal(self, n, dim, norm, False)


@op("aten::fft_hfft")
def fft_hfft(self: Tensor, n: Optional[int], dim: int, norm: Optional[str]) -> Tensor:
  return real_signal(self, n, dim, norm, True)


@op("aten::fft_ihfft")
def fft_ihfft(self: Tensor, n: Optional[int], dim: int, norm: Optional[str]) -> Tensor:
  return half_spectrum(self, n, dim, norm, False)


# Dimensions and extents of a transform over several.
def spectral_dims(x: Tensor, s: Optional[List[int]], dim: Optional[List[int]]) -> List[int]:
  if dim is not None:
    return wrap_dims(dim, x.dim())
  if s is not None:
    return iota_list(x.dim() - len(s), len(s))
  return iota_list(0, x.dim())


def spectral_extent(s: Optional[List[int]], k: int) -> Optional[int]:
  if s is None:
    return None
  if s[k] == -1:
    return None
  return s[k]


def fft_many(x: Tensor, s: Optional[List[int]], dims: List[int], forward: bool, norm: Optional[str]) -> Tensor:
  y = as_complex(spectral_input(x))
  for k in range(len(dims)):
    y = fft_along(y, spectral_extent(s, k), dims[k], forward, norm)
  return y


# All dimensions but the last, which the half transforms treat apart.
def fft_leading(x: Tensor, s: Optional[List[int]], dims: List[int], forward: bool, norm: Optional[str]) -> Tensor:
  y = x
  for k in range(len(dims) - 1):
    y = fft_along(y, spectral_extent(s, k), dims[k], forward, norm)
  return y


def half_spectrum_many(x: Tensor, s: Optional[List[int]], dims: List[int], norm: Optional[str], forward: bool) -> Tensor:
  if len(dims) == 0:
    raise RuntimeError("rfftn must transform at least one axis")
  last = len(dims) - 1
  return fft_leading(half_spectrum(x, spectral_extent(s, last), dims[last], norm, forward), s, dims, forward, norm)


def real_signal_many(x: Tensor, s: Optional[List[int]], dims: List[int], norm: Optional[str], forward: bool) -> Tensor:
  if len(dims) == 0:
    raise RuntimeError("irfftn must transform at least one axis")
  last = len(dims) - 1
  return real_signal(fft_leading(as_complex(spectral_input(x)), s, dims, forward, norm), spectral_extent(s, last), dims[last], norm, forward)


@op("aten::fft_fftn")
def fft_fftn(self: Tensor, s: Optional[List[int]], dim: Optional[List[int]], norm: Optional[str]) -> Tensor:
  return fft_many(self, s, spectral_dims(self, s, dim), True, norm)


@op("aten::fft_ifftn")
def fft_ifftn(self: Tensor, s: Optional[List[int]], dim: Optional[List[int]], norm: Optional[str]) -> Tensor:
  return fft_many(self, s, spectral_dims(self, s, dim), False, norm)


@op("aten::fft_fft2")
def fft_fft2(self: Tensor, s: Optional[List[int]], dim: List[int], norm: Optional[str]) -> Tensor:
  return fft_many(self, s, wrap_dims(dim, self.dim()), True, norm)


@op("aten::fft_ifft2")
def fft_ifft2(self: Tensor, s: Optional[List[int]], dim: List[int], norm: Optional[str]) -> Tensor:
  return fft_many(self, s, wrap_dims(dim, self.dim()), False, norm)


@op("aten::fft_rfftn")
def fft_rfftn(self: Tensor, s: Optional[List[int]], dim: Optional[List[int]], norm: Optional[str]) -> Tensor:
  return half_spectrum_many(self, s, spectral_dims(self, s, dim), norm, True)


@op("aten::fft_rfft2")
def fft_rfft2(self: Tensor, s: Optional[List[int]], dim: List[int], norm: Optional[str]) -> Tensor:
  return half_spectrum_many(self, s, wrap_dims(dim, self.dim()), norm, True)


@op("aten::fft_irfftn")
def fft_irfftn(self: Tensor, s: Optional[List[int]], dim: Optional[List[int]], norm: Optional[str]) -> Tensor:
  return real_signal_many(self, s, spectral_dims(self, s, dim), norm, False)


@op("aten::fft_irfft2")
def fft_irfft2(self: Tensor, s: Optional[List[int]], dim: List[int], norm: Optional[str]) -> Tensor:
  return real_signal_many(self, s, wrap_dims(dim, self.dim()), norm, False)


@op("aten::fft_hfftn")
def fft_hfftn(self: Tensor, s: Optional[List[int]], dim: Optional[List[int]], norm: Optional[str]) -> Tensor:
  return hermitian_many(self, s, spectral_dims(self, s, dim), norm)


@op("aten::fft_hfft2")
def fft_hfft2(self: Tensor, s: Optional[List[int]], dim: List[int], norm: Optional[str]) -> Tensor:
  return hermitian_many(self, s, wrap_dims(dim, self.dim()), norm)


def hermitian_many(x: Tensor, s: Optional[List[int]], dims: List[int], norm: Optional[str]) -> Tensor:
  last = len(dims) - 1
  y = fft_leading(as_complex(spectral_input(x)), s, dims, True, norm)
  return real_signal(y, spectral_extent(s, last), dims[last], norm, True)


@op("aten::fft_ihfftn")
def fft_ihfftn(self: Tensor, s: Optional[List[int]], dim: Optional[List[int]], norm: Optional[str]) -> Tensor:
  return half_spectrum_many(self, s, spectral_dims(self, s, dim), norm, False)


@op("aten::fft_ihfft2")
def fft_ihfft2(self: Tensor, s: Optional[List[int]], dim: List[int], norm: Optional[str]) -> Tensor:
  return half_spectrum_many(self, s, wrap_dims(dim, self.dim()), norm, False)


def shift_dims(x: Tensor, dim: Optional[List[int]]) -> List[int]:
  if dim is None:
    return iota_list(0, x.dim())
  return wrap_dims(dim, x.dim())


@op("aten::fft_fftshift")
def fft_fftshift(self: Tensor, dim: Optional[List[int]]) -> Tensor:
  y = ops.ts.copy(self)
  for d in shift_dims(self, dim):
    y = rolled(y, d, self.size(d) // 2)
  return y


@op("aten::fft_ifftshift")
def fft_ifftshift(self: Tensor, dim: Optional[List[int]]) -> Tensor:
  y = ops.ts.copy(self)
  for d in shift_dims(self, dim):
    y = rolled(y, d, (self.size(d) + 1) // 2)
  return y


@op("aten::fft_fftfreq")
def fft_fftfreq(n: int, d: float, dtype: Optional[int], layout: Optional[int], device: Optional[Device], pin_memory: Optional[bool]) -> Tensor:
  i = ops.ts.iota(n, 4)
  k = ops.ts.select(ops.ts.lt(i, splat(i, (n + 1) // 2)), i, ops.ts.sub(i, splat(i, n)))
  x = ops.ts.convert(k, default_dtype(dtype))
  return ops.ts.mul(x, splat(x, 1.0 / (float(n) * d)))


@op("aten::fft_rfftfreq")
def fft_rfftfreq(n: int, d: float, dtype: Optional[int], layout: Optional[int], device: Optional[Device], pin_memory: Optional[bool]) -> Tensor:
  x = ops.ts.iota(n // 2 + 1, default_dtype(dtype))
  return ops.ts.mul(x, splat(x, 1.0 / (float(n) * d)))


# A window of n_fft points: the given one in the middle, or ones.
def stft_window(window: Optional[Tensor], win_length: int, n_fft: int, dtype: int) -> Tensor:
  w = ops.ts.full([win_length], 1, dtype)
  if window is not None:
    w = cast(window, dtype)
  left = (n_fft - win_length) // 2
  if win_length == n_fft:
    return w
  return ops.ts.pad(w, [left], [n_fft - win_length - left], scalar(0, dtype))


def short_time(self: Tensor, n_fft: int, hop_length: Optional[int], win_length: Optional[int], window: Optional[Tensor], normalized: bool,
    onesided: Optional[bool], return_complex: Optional[bool]) -> Tensor:
  hop = n_fft // 4 if hop_length is None else hop_length
  width = n_fft if win_length is None else win_length
  x = torch.unsqueeze(self, 0) if self.dim() == 1 else self
  if (n_fft <= 0) or (n_fft > x.size(1)):
    raise RuntimeError(torch.format("stft({}, n_fft={}, hop_length={}, win_length={}): expected 0 < n_fft < {}, but got n_fft={}", self.size(), n_fft, hop, width, x.size(1), n_fft))
  if hop <= 0:
    raise RuntimeError("stft: expected hop_length > 0")
  w = stft_window(window, width, n_fft, real_dtype(x.dtype))
  frames = torch.unfold(x, 1, n_fft, hop)
  taken = torch.mul(frames, w)
  both = is_complex_dtype(taken.dtype)
  half = not both
  if onesided is not None:
    half = onesided
  norm: Optional[str] = None
  if normalized:
    norm = "ortho"
  y = half_spectrum(taken, None, 2, norm, True) if half else fft_along(taken, None, 2, True, norm)
  y = ops.ts.permute(y, [0, 2, 1])
  y = torch.squeeze(y, 0) if self.dim() == 1 else y
  as_pairs = not (is_complex_dtype(self.dtype) or both)
  if return_complex is not None:
    as_pairs = not return_complex
  return ops.ts.view_as_real(ops.ts.copy(y)) if as_pairs else y


@op("aten::stft")
def stft(self: Tensor, n_fft: int, hop_length: Optional[int], win_length: Optional[int], window: Optional[Tensor], normalized: bool,
    onesided: Optional[bool], return_complex: Optional[bool], align_to_window: Optional[bool]) -> Tensor:
  return short_time(self, n_fft, hop_length, win_length, window, normalized, onesided, return_complex)


@op("aten::stft.center")
def stft_center(self: Tensor, n_fft: int, hop_length: Optional[int], win_length: Optional[int], window: Optional[Tensor], center: bool,
    pad_mode: str, normalized: bool, onesided: Optional[bool], return_complex: Optional[bool], align_to_window: Optional[bool]) -> Tensor:
  x = self
  if center:
    reach = n_fft // 2
    y = torch.reshape(self, ints(3 - self.dim(), 1) + self.size())
    x = torch.reshape(torch.pad(y, [reach, reach], pad_mode), self.size()[0:self.dim() - 1] + [self.size(-1) + 2 * reach])
  return short_time(x, n_fft, hop_length, win_length, window, normalized, onesided, return_complex)


# Frames are transformed back, windowed, added where they overlap, and divided by the sum of the squared windows.


@op("aten::istft")
def istft(self: Tensor, n_fft: int, hop_length: Optional[int], win_length: Optional[int], window: Optional[Tensor], center: bool,
    normalized: bool, onesided: Optional[bool], length: Optional[int], return_complex: bool) -> Tensor:
  hop = n_fft // 4 if hop_length is None else hop_length
  width = n_fft if win_length is None else win_length
  spectrum = self if is_complex_dtype(self.dtype) else ops.ts.view_as_complex(self)
  x = torch.unsqueeze(spectrum, 0) if spectrum.dim() == 2 else spectrum
  x = ops.ts.permute(x, [0, 2, 1])
  half = not return_complex
  if onesided is not None:
    half = onesided
  else:
    half = x.size(2) != n_fft
  norm: Optional[str] = None
  if normalized:
    norm = "ortho"
  # a real signal is that of one half of the spectrum
  frames = fft_along(x, None, 2, False, norm) if return_complex else real_signal(x if half else torch.narrow(x, 2, 0, n_fft // 2 + 1), n_fft, 2, norm, False)
  w = stft_window(window, width, n_fft, real_dtype(frames.dtype))
  count = frames.size(1)
  total = n_fft + hop * (count - 1)
  sizes = [count, n_fft]
  place = ops.ts.add(ops.ts.mul(places(sizes, 0), ops.ts.full(sizes, hop, 4)), places(sizes, 1))
  windowed = torch.mul(frames, w)
  y = ops.ts.scatter(ops.ts.full([x.size(0), total], 0, windowed.dtype), [1], [place], ops.ts.permute(windowed, [1, 2, 0]), "add")
  envelope = ops.ts.scatter(ops.ts.full([total], 0, w.dtype), [0], [place], along(ops.ts.mul(w, w), sizes, 1), "add")
  start = n_fft // 2 if center else 0
  end = total - (n_fft // 2 if center else 0)
  if length is not None:
    end = start + length
  kept = ops.prim.min(end, total) - start
  y = ops.ts.slice(y, 1, start, kept, 1)
  e = ops.ts.slice(envelope, 0, start, kept, 1)
  y = torch.div(y, e)
  if end > total:
    y = constant_padded(y, [0, end - total], 0.0)
  return torch.squeeze(y, 0) if spectrum.dim() == 2 else y


# The internal transforms give the power by number: 0 none, 1 by the root of n, 2 by n.
def power_of_mode(normalization: int) -> float:
  return 0.5 * float(normalization)


@op("aten::_fft_c2c")
def _fft_c2c(self: Tensor, dim: List[int], normalization: int, forward: bool) -> Tensor:
  y = self
  for d in wrap_dims(dim, self.dim()):
    y = transformed(y, d, forward, power_of_mode(normalization))
  return y


@op("aten::_fft_r2c")
def _fft_r2c(self: Tensor, dim: List[int], normalization: int, onesided: bool) -> Tensor:
  dims = wrap_dims(dim, self.dim())
  last = dims[len(dims) - 1]
  kept = self.size(last) // 2 + 1 if onesided else self.size(last)
  y = transformed_part(self, last, True, power_of_mode(normalization), kept, False)
  for k in range(len(dims) - 1):
    y = transformed(y, dims[k], True, power_of_mode(normalization))
  return y


@op("aten::_fft_c2r")
def _fft_c2r(self: Tensor, dim: List[int], normalization: int, last_dim_size: int) -> Tensor:
  dims = wrap_dims(dim, self.dim())
  y = self
  for k in range(len(dims) - 1):
    y = transformed(y, dims[k], False, power_of_mode(normalization))
  names = ["forward", "ortho", "backward"]
  return real_signal(y, last_dim_size, dims[len(dims) - 1], names[normalization], False)
