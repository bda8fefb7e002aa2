# Random numbers: all from one generator, in program order.
def drawn(sizes: List[int], dtype: Optional[int], kind: str, a: number, b: number) -> Tensor:
  return ops.ts.random(checked_sizes(sizes), default_dtype(dtype), kind, a, b)


@op("aten::rand")
def rand(size: List[int], dtype: Optional[int], layout: Optional[int], device: Optional[Device], pin_memory: Optional[bool]) -> Tensor:
  return drawn(size, dtype, "uniform", 0.0, 1.0)


@op("aten::rand.generator")
def rand_generator(size: List[int], generator: Optional[Generator], dtype: Optional[int], layout: Optional[int], device: Optional[Device],
    pin_memory: Optional[bool]) -> Tensor:
  return drawn(size, dtype, "uniform", 0.0, 1.0)


@op("aten::randn")
def randn(size: List[int], dtype: Optional[int], layout: Optional[int], device: Optional[Device], pin_memory: Optional[bool]) -> Tensor:
  return drawn(size, dtype, "normal", 0.0, 1.0)


@op("aten::randn.generator")
def randn_generator(size: List[int], generator: Optional[Generator], dtype: Optional[int], layout: Optional[int], device: Optional[Device],
    pin_memory: Optional[bool]) -> Tensor:
  return drawn(size, dtype, "normal", 0.0, 1.0)


@op("aten::rand_like")
def rand_like(self: Tensor, dtype: Optional[int], layout: Optional[int], device: Optional[Device], pin_memory: Optional[bool],
    memory_format: Optional[int]) -> Tensor:
  return drawn(self.size(), self.dtype if dtype is None else dtype, "uniform", 0.0, 1.0)


@op("aten::randn_like")
def randn_like(self: Tensor, dtype: Optional[int], layout: Optional[int], device: Optional[Device], pin_memory: Optional[bool],
    memory_format: Optional[int]) -> Tensor:
  return drawn(self.size(), self.dtype if dtype is None else dtype, "normal", 0.0, 1.0)


@op("aten::randint")
def randint(high: int, size: List[int], dtype: Optional[int], layout: Optional[int], device: Optional[Device], pin_memory: Optional[bool]) -> Tensor:
  return drawn(size, 4 if dtype is None else dtype, "integers", 0, high)


@op("aten::randint.generator")
def randint_generator(high: int, size: List[int], generator: Optional[Generator], dtype: Optional[int], layout: Optional[int],
    device: Optional[Device], pin_memory: Optional[bool]) -> Tensor:
  return drawn(size, 4 if dtype is None else dtype, "integers", 0, high)


@op("aten::randint.low")
def randint_low(low: int, high: int, size: List[int], dtype: Optional[int], layout: Optional[int], device: Optional[Device],
    pin_memory: Optional[bool]) -> Tensor:
  return drawn(size, 4 if dtype is None else dtype, "integers", low, high)


@op("aten::randint.low_generator")
def randint_low_generator(low: int, high: int, size: List[int], generator: Optional[Generator], dtype: Optional[int], layout: Optional[int],
    device: Optional[Device], pin_memory: Optional[bool]) -> Tensor:
  return drawn(size, 4 if dtype is None else dtype, "integers", low, high)


@op("aten::randint_like")
def randint_like(self: Tensor, high: int, dtype: Optional[int], layout: Optional[int], device: Optional[Device], pin_memory: Optional[bool],
    memory_format: Optional[int]) -> Tensor:
  return drawn(self.size(), self.dtype if dtype is None else dtype, "integers", 0, high)


@op("aten::randint_like.low_dtype")
def randint_like_low_dtype(self: Tensor, low: int, high: int, dtype: Optional[int], layout: Optional[int], device: Optional[Device],
    pin_memory: Optional[bool], memory_format: Optional[int]) -> Tensor:
  return drawn(self.size(), self.dtype if dtype is None else dtype, "integers", low, high)


@op("aten::randperm")
def randperm(n: int, dtype: Optional[int], layout: Optional[int], device: Optional[Device], pin_memory: Optional[bool]) -> Tensor:
  return cast(ops.ts.randperm(n), 4 if dtype is None else dtype)


@op("aten::randperm.generator")
def randperm_generator(n: int, generator: Optional[Generator], dtype: Optional[int], layout: Optional[int], device: Optional[Device],
    pin_memory: Optional[bool]) -> Tensor:
  return cast(ops.ts.randperm(n), 4 if dtype is None else dtype)


@op("aten::normal.Tensor_float")
def normal_Tensor_float(mean: Tensor, std: float, generator: Optional[Generator]) -> Tensor:
  z = drawn(mean.size(), mean.dtype, "normal", 0.0, 1.0)
  return ops.ts.add(ops.ts.mul(z, splat(z, std)), mean)


@op("aten::normal.float_Tensor")
def normal_float_Tensor(mean: float, std: Tensor, generator: Optional[Generator]) -> Tensor:
  z = drawn(std.size(), std.dtype, "normal", 0.0, 1.0)
  return ops.ts.add(ops.ts.mul(z, std), splat(z, mean))


@op("aten::normal.Tensor_Tensor")
def normal_Tensor_Tensor(mean: Tensor, std: Tensor, generator: Optional[Generator]) -> Tensor:
  a, b = promote2(mean, std)
  z = drawn(a.size(), a.dtype, "normal", 0.0, 1.0)
  return ops.ts.add(ops.ts.mul(z, b), a)


@op("aten::normal.float_float")
def normal_float_float(mean: float, std: float, size: List[int], generator: Optional[Generator], dtype: Optional[int], layout: Optional[int],
    device: Optional[Device], pin_memory: Optional[bool]) -> Tensor:
  return drawn(size, dtype, "normal", mean, std)


@op("aten::normal_functional")
def normal_functional(self: Tensor, mean: float, std: float, generator: Optional[Generator]) -> Tensor:
  return drawn(self.size(), self.dtype, "normal", mean, std)


@op("aten::uniform")
def uniform(self: Tensor, from: float, to: float, generator: Optional[Generator]) -> Tensor:
  return drawn(self.size(), self.dtype, "uniform", from, to)


@op("aten::exponential")
def exponential(self: Tensor, lambd: float, generator: Optional[Generator]) -> Tensor:
  return drawn(self.size(), self.dtype, "exponential", lambd, 0.0)


@op("aten::geometric")
def geometric(self: Tensor, p: float, generator: Optional[Generator]) -> Tensor:
  return drawn(self.size(), self.dtype, "geometric", p, 0.0)


@op("aten::cauchy")
def cauchy(self: Tensor, median: float, sigma: float, generator: Optional[Generator]) -> Tensor:
  return drawn(self.size(), self.dtype, "cauchy", median, sigma)


@op("aten::log_normal")
def log_normal(self: Tensor, mean: float, std: float, generator: Optional[Generator]) -> Tensor:
  return drawn(self.size(), self.dtype, "log_normal", mean, std)


@op("aten::uniform_")
def uniform_(self: Tensor, from: float, to: float, generator: Optional[Generator]) -> Tensor:
  return ops.ts.write(self, drawn(self.size(), self.dtype, "uniform", from, to))


@op("aten::_no_grad_uniform_")
def _no_grad_uniform_(tensor: Tensor, a: float, b: float, generator: Optional[Generator]) -> Tensor:
  return ops.ts.write(tensor, drawn(tensor.size(), tensor.dtype, "uniform", a, b))


@op("aten::normal_")
def normal_(self: Tensor, mean: float, std: float, generator: Optional[Generator]) -> Tensor:
  return ops.ts.write(self, drawn(self.size(), self.dtype, "normal", mean, std))


@op("aten::_no_grad_normal_")
def _no_grad_normal_(tensor: Tensor, mean: float, std: float, generator: Optional[Generator]) -> Tensor:
  return ops.ts.write(tensor, drawn(tensor.size(), tensor.dtype, "normal", mean, std))


@op("aten::exponential_")
def exponential_(self: Tensor, lambd: float, generator: Optional[Generator]) -> Tensor:
  return ops.ts.write(self, drawn(self.size(), self.dtype, "exponential", lambd, 0.0))


@op("aten::geometric_")
def geometric_(self: Tensor, p: float, generator: Optional[Generator]) -> Tensor:
  return ops.ts.write(self, drawn(self.size(), self.dtype, "geometric", p, 0.0))


@op("aten::cauchy_")
def cauchy_(self: Tensor, median: float, sigma: float, generator: Optional[Generator]) -> Tensor:
  return ops.ts.write(self, drawn(self.size(), self.dtype, "cauchy", median, sigma))


@op("aten::log_normal_")
def log_normal_(self: Tensor, mean: float, std: float, generator: Optional[Generator]) -> Tensor:
  return ops.ts.write(self, drawn(self.size(), self.dtype, "log_normal", mean, std))


# Without bounds: everything that the dtype holds exactly.
def random_top(dtype: int) -> int:
  if dtype == 11:
    return 2
  if dtype == 5:
    return 2049
  if dtype == 15:
    return 257
  if dtype == 6:
    return 16777217
  if dtype == 7:
    return 9007199254740993
  if dtype == 4:
    return 9223372036854775807
  return highest_int(dtype) + 1


@op("aten::random")
def random(self: Tensor, generator: Optional[Generator]) -> Tensor:
  return drawn(self.size(), self.dtype, "integers", 0, random_top(self.dtype))


@op("aten::random.to")
def random_to(self: Tensor, to: int, generator: Optional[Generator]) -> Tensor:
  return drawn(self.size(), self.dtype, "integers", 0, to)


@op("aten::random.from")
def random_from(self: Tensor, from: int, to: Optional[int], generator: Optional[Generator]) -> Tensor:
  return drawn(self.size(), self.dtype, "integers", from, random_top(self.dtype) if to is None else to)


@op("aten::random_")
def random_(self: Tensor, generator: Optional[Generator]) -> Tensor:
  return ops.ts.write(self, drawn(self.size(), self.dtype, "integers", 0, random_top(self.dtype)))


@op("aten::random_.to")
def random__to(self: Tensor, to: int, generator: Optional[Generator]) -> Tensor:
  return ops.ts.write(self, drawn(self.size(), self.dtype, "integers", 0, to))


@op("aten::random_.from")
def random__from(self: Tensor, from: int, to: Optional[int], generator: Optional[Generator]) -> Tensor:
  return ops.ts.write(self, drawn(self.size(), self.dtype, "integers", from, random_top(self.dtype) if to is None else to))


@op("aten::bernoulli.p")
def bernoulli_p(self: Tensor, p: float, generator: Optional[Generator]) -> Tensor:
  return drawn(self.size(), self.dtype, "bernoulli", p, 0.0)


@op("aten::bernoulli_.float")
def bernoulli__float(self: Tensor, p: float, generator: Optional[Generator]) -> Tensor:
  return ops.ts.write(self, drawn(self.size(), self.dtype, "bernoulli", p, 0.0))


# A probability for each element: one uniform number each, in float32 unless the probability is float64.
def bernoulli_of(p: Tensor, dtype: int) -> Tensor:
  q = opmath(p)
  u = drawn(p.size(), q.dtype, "uniform", 0.0, 1.0)
  return ops.ts.convert(ops.ts.lt(u, q), dtype)


@op("aten::bernoulli")
def bernoulli(self: Tensor, generator: Optional[Generator]) -> Tensor:
  return bernoulli_of(self, self.dtype)


@op("aten::bernoulli.Tensor")
def bernoulli_Tensor(self: Tensor, p: Tensor, generator: Optional[Generator]) -> Tensor:
  return bernoulli_of(expand_to(p, self.size()), self.dtype)


@op("aten::bernoulli_.Tensor")
def bernoulli__Tensor(self: Tensor, p: Tensor, generator: Optional[Generator]) -> Tensor:
  return ops.ts.write(self, bernoulli_of(expand_to(p, self.size()), self.dtype))


def check_probability(p: float, name: str) -> bool:
  if (p < 0.0) or (p > 1.0):
    raise RuntimeError(torch.format("{} probability has to be between 0 and 1, but got {}", name, p))
  return True


# x times a mask of zeros and ones of the given sizes, scaled to keep the mean.
def dropped_out(x: Tensor, p: float, sizes: List[int]) -> Tensor:
  if p == 0.0:
    return x
  if p == 1.0:
    return ops.ts.mul(x, splat(x, 0))
  mask = ops.ts.random(sizes, x.dtype, "bernoulli", 1.0 - p, 0.0)
  scaled_mask = ops.ts.div(mask, splat(mask, 1.0 - p))
  return ops.ts.mul(x, expand_to(scaled_mask, x.size()))


@op("aten::dropout")
def dropout(input: Tensor, p: float, train: bool) -> Tensor:
  checked = check_probability(p, "dropout")
  if (not train) or (p == 0.0):
    return input
  return dropped_out(input, p, input.size())


def feature_sizes(x: Tensor) -> List[int]:
  if x.dim() < 2:
    raise RuntimeError("Feature dropout requires at least 2 dimensions in the input")
  return x.size()[0:2] + ints(x.dim() - 2, 1)


@op("aten::feature_dropout")
def feature_dropout(input: Tensor, p: float, train: bool) -> Tensor:
  checked = check_probability(p, "dropout")
  if (not train) or (p == 0.0):
    return input
  return dropped_out(input, p, feature_sizes(input))


# Dropped places get selu's negative limit; an affine map keeps mean and variance.
def alpha_dropped(x: Tensor, p: float, sizes: List[int]) -> Tensor:
  if p == 1.0:
    return ops.ts.mul(x, splat(x, 0))
  alpha = 1.7580993408473766
  a = 1.0 / float(torch.sqrt((alpha * alpha * p + 1.0) * (1.0 - p)))
  mask = ops.ts.random(sizes, x.dtype, "bernoulli", 1.0 - p, 0.0)
  one = splat(mask, 1)
  b = ops.ts.add(ops.ts.mul(ops.ts.sub(mask, one), splat(mask, alpha * a)), splat(mask, alpha * a * p))
  kept = ops.ts.mul(mask, splat(mask, a))
  return ops.ts.add(ops.ts.mul(x, expand_to(kept, x.size())), expand_to(b, x.size()))


@op("aten::alpha_dropout")
def alpha_dropout(input: Tensor, p: float, train: bool) -> Tensor:
  checked = check_probability(p, "dropout")
  if (not train) or (p == 0.0):
    return input
  return alpha_dropped(input, p, input.size())


@op("aten::feature_alpha_dropout")
def feature_alpha_dropout(input: Tensor, p: float, train: bool) -> Tensor:
  checked = check_probability(p, "dropout")
  if (not train) or (p == 0.0):
    return input
  return alpha_dropped(input, p, feature_sizes(input))


@op("aten::native_dropout")
def native_dropout(input: Tensor, p: float, train: Optional[bool]) -> Tuple[Tensor, Tensor]:
  active = True if train is None else train
  if (not active) or (p == 0.0):
    return ops.ts.copy(input), ops.ts.full(input.size(), True, 11)
  mask = ops.ts.random(input.size(), 11, "bernoulli", 1.0 - p, 0.0)
  scale = 0.0 if p == 1.0 else 1.0 / (1.0 - p)
  m = ops.ts.convert(mask, input.dtype)
  return ops.ts.mul(ops.ts.mul(input, m), splat(input, scale)), mask


@op("aten::native_dropout_backward")
def native_dropout_backward(grad_output: Tensor, mask: Tensor, scale: float) -> Tensor:
  g = cast(grad_output, ops.ts.result_type([grad_output, ops.ts.tensor_of(scale)]))
  return ops.ts.mul(ops.ts.mul(g, ops.ts.convert(mask, g.dtype)), splat(g, scale))


# Few draws: the largest of probability by exponential noise. Many with replacement: places in the running sum.


@op("aten::multinomial")
def multinomial(self: Tensor, num_samples: int, replacement: bool, generator: Optional[Generator]) -> Tensor:
  if (self.dim() != 1) and (self.dim() != 2):
    raise RuntimeError("prob_dist must be 1 or 2 dim")
  rows = torch.unsqueeze(self, 0) if self.dim() == 1 else self
  n = rows.size(1)
  y = ops.ts.full([0], 0, 4)
  if (not replacement) or (num_samples == 1):
    if num_samples > n:
      raise RuntimeError("cannot sample n_sample > prob_dist.size(-1) samples without replacement")
    q = ops.ts.random(rows.size(), rows.dtype, "exponential", 1.0, 0.0)
    order = ops.ts.sort(ops.ts.div(rows, q), 1, True, "stable", 0)[1]
    y = ops.ts.slice(order, 1, 0, num_samples, 1)
  else:
    total = ops.ts.scan(ops.ts.convert(rows, 7), 1, "sum")
    whole = ops.ts.slice(total, 1, n - 1, 1, 1)
    part = ops.ts.div(total, expand_to(whole, total.size()))
    sizes = [rows.size(0), num_samples]
    u = ops.ts.random(sizes, 7, "uniform", 0.0, 1.0)
    deep = sizes + [n]
    below = ops.ts.lt(ops.ts.broadcast(part, deep, [0, 2]), ops.ts.broadcast(u, deep, [0, 1]))
    y = ops.ts.reduce(ops.ts.convert(below, 4), [2], "sum")
    y = ops.ts.minimum(y, splat(y, n - 1))
  return torch.squeeze(y, 0) if self.dim() == 1 else y


@op("aten::rand_like.generator")
def rand_like_generator(self: Tensor, generator: Optional[Generator], dtype: Optional[int], layout: Optional[int], device: Optional[Device],
    pin_memory: Optional[bool], memory_format: Optional[int]) -> Tensor:
  return drawn(self.size(), self.dtype if dtype is None else dtype, "uniform", 0.0, 1.0)


@op("aten::randn_like.generator")
def randn_like_generator(self: Tensor, generator: Optional[Generator], dtype: Optional[int], layout: Optional[int], device: Optional[Device],
    pin_memory: Optional[bool], memory_format: Optional[int]) -> Tensor:
  return drawn(self.size(), self.dtype if dtype is None else dtype, "normal", 0.0, 1.0)


@op("aten::randint_like.generator")
def randint_like_generator(self: Tensor, high: int, generator: Optional[Generator], dtype: Optional[int], layout: Optional[int],
    device: Optional[Device], pin_memory: Optional[bool], memory_format: Optional[int]) -> Tensor:
  return drawn(self.size(), self.dtype if dtype is None else dtype, "integers", 0, high)


@op("aten::randint_like.low_generator_dtype")
def randint_like_low_generator_dtype(self: Tensor, low: int, high: int, generator: Optional[Generator], dtype: Optional[int],
    layout: Optional[int], device: Optional[Device], pin_memory: Optional[bool], memory_format: Optional[int]) -> Tensor:
  return drawn(self.size(), self.dtype if dtype is None else dtype, "integers", low, high)
