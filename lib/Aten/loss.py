# Losses. reduction: 0 none, 1 mean, 2 sum.
def reduced_loss(x: Tensor, reduction: int) -> Tensor:
  if reduction == 1:
    return mean_over(x, iota_list(0, x.dim()), False, x.dtype)
  if reduction == 2:
    return sum_over(x, iota_list(0, x.dim()), False, x.dtype)
  return x


@op("aten::l1_loss")
def l1_loss(self: Tensor, target: Tensor, reduction: int) -> Tensor:
  return reduced_loss(torch.abs(torch.sub(self, target)), reduction)


@op("aten::mse_loss")
def mse_loss(self: Tensor, target: Tensor, reduction: int) -> Tensor:
  a, b = promote2(self, target)
  d = ops.ts.sub(a, b)
  return reduced_loss(ops.ts.mul(d, d), reduction)


@op("aten::smooth_l1_loss")
def smooth_l1_loss(self: Tensor, target: Tensor, reduction: int, beta: float) -> Tensor:
  if beta < 0.0:
    raise RuntimeError("smooth_l1_loss does not support negative values for beta.")
  a, b = promote2(self, target)
  if beta == 0.0:
    return reduced_loss(ops.ts.abs(ops.ts.sub(a, b)), reduction)
  z = ops.ts.abs(opmath(ops.ts.sub(a, b)))
  near = ops.ts.div(ops.ts.mul(ops.ts.mul(z, z), splat(z, 0.5)), splat(z, beta))
  y = ops.ts.select(ops.ts.lt(z, splat(z, beta)), near, ops.ts.sub(z, splat(z, 0.5 * beta)))
  return reduced_loss(cast(y, a.dtype), reduction)


@op("aten::huber_loss")
def huber_loss(self: Tensor, target: Tensor, reduction: int, delta: float) -> Tensor:
  if delta <= 0.0:
    raise RuntimeError("huber_loss does not support non-positive values for delta.")
  a, b = promote2(self, target)
  z = ops.ts.abs(opmath(ops.ts.sub(a, b)))
  near = ops.ts.mul(ops.ts.mul(z, z), splat(z, 0.5))
  far = ops.ts.mul(ops.ts.sub(z, splat(z, 0.5 * delta)), splat(z, delta))
  y = ops.ts.select(ops.ts.le(z, splat(z, delta)), near, far)
  return reduced_loss(cast(y, a.dtype), reduction)


# Logarithms are cut at -100.


@op("aten::binary_cross_entropy")
def binary_cross_entropy(self: Tensor, target: Tensor, weight: Optional[Tensor], reduction: int) -> Tensor:
  x = opmath(self)
  t = opmath(target)
  floor_of = splat(x, -100)
  one = splat(x, 1)
  a = ops.ts.maximum(ops.ts.log1p(ops.ts.neg(x)), floor_of)
  b = ops.ts.maximum(ops.ts.log(x), floor_of)
  y = ops.ts.sub(ops.ts.mul(ops.ts.sub(t, one), a), ops.ts.mul(t, b))
  y = cast(y, self.dtype)
  if weight is not None:
    y = torch.mul(y, weight)
  return reduced_loss(y, reduction)


@op("aten::binary_cross_entropy_with_logits")
def binary_cross_entropy_with_logits(self: Tensor, target: Tensor, weight: Optional[Tensor], pos_weight: Optional[Tensor], reduction: int) -> Tensor:
  if self.size() != target.size():
    raise RuntimeError(torch.format("Target size ({}) must be the same as input size ({})", target.size(), self.size()))
  dtype = ops.ts.result_type([self, target])
  x = opmath(cast(self, dtype))
  t = opmath(cast(target, dtype))
  soft = ops.ts.add(ops.ts.log1p(ops.ts.exp(ops.ts.neg(ops.ts.abs(x)))), ops.ts.maximum(ops.ts.neg(x), splat(x, 0)))
  one = splat(x, 1)
  y = ops.ts.mul(ops.ts.sub(one, t), x)
  if pos_weight is not None:
    w = expand_to(cast(pos_weight, x.dtype), x.size())
    factor = ops.ts.add(ops.ts.mul(ops.ts.sub(w, one), t), one)
    y = ops.ts.add(y, ops.ts.mul(factor, soft))
  else:
    y = ops.ts.add(y, soft)
  y = cast(y, dtype)
  if weight is not None:
    y = torch.mul(y, weight)
  return reduced_loss(y, reduction)


# The weight of each target class (0 where ignored) and the log-probability picked for it; classes are dimension 1 of x.
def picked_classes(x: Tensor, target: Tensor, weight: Optional[Tensor], ignore_index: int) -> Tuple[Tensor, Tensor]:
  t = cast(target, 4)
  used = ops.ts.ne(t, splat(t, ignore_index))
  safe = ops.ts.select(used, t, splat(t, 0))
  checked = checked_range(safe, 0, x.size(1), "Target {} is out of bounds.", annotate(List[int], []))
  picked = torch.squeeze(torch.gather(x, 1, torch.unsqueeze(safe, 1)), 1)
  one = splat(picked, 1)
  w = one
  if weight is not None:
    w = ops.ts.index(cast(weight, picked.dtype), [0], [safe])
  return ops.ts.select(used, w, splat(one, 0)), picked


# Loss and total weight.
def negative_log_likelihood(self: Tensor, target: Tensor, weight: Optional[Tensor], reduction: int, ignore_index: int) -> Tuple[Tensor, Tensor]:
  single = self.dim() == 1
  x = opmath(torch.unsqueeze(self, 0) if single else self)
  t = torch.reshape(target, [1]) if single else target
  w, picked = picked_classes(x, t, weight, ignore_index)
  used = ops.ts.ne(w, splat(w, 0))
  y = ops.ts.neg(ops.ts.mul(picked, w))
  y = ops.ts.select(ops.ts.ne(t, splat(t, ignore_index)), y, splat(y, 0))
  all_dims = iota_list(0, y.dim())
  if reduction == 0:
    y = cast(y, self.dtype)
    if single:
      return torch.reshape(y, target.size()), cast(torch.reshape(w, annotate(List[int], [])), self.dtype)
    return y, ops.ts.full(annotate(List[int], []), 0, self.dtype)
  total = ops.ts.reduce(y, all_dims, "sum")
  mass = ops.ts.reduce(w, all_dims, "sum")
  if reduction == 1:
    total = ops.ts.div(total, mass)
  return cast(total, self.dtype), cast(mass, self.dtype)


@op("aten::nll_loss")
def nll_loss(self: Tensor, target: Tensor, weight: Optional[Tensor], reduction: int, ignore_index: int) -> Tensor:
  return negative_log_likelihood(self, target, weight, reduction, ignore_index)[0]


@op("aten::nll_loss_nd")
def nll_loss_nd(self: Tensor, target: Tensor, weight: Optional[Tensor], reduction: int, ignore_index: int) -> Tensor:
  return negative_log_likelihood(self, target, weight, reduction, ignore_index)[0]


@op("aten::nll_loss2d")
def nll_loss2d(self: Tensor, target: Tensor, weight: Optional[Tensor], reduction: int, ignore_index: int) -> Tensor:
  return negative_log_likelihood(self, target, weight, reduction, ignore_index)[0]


@op("aten::nll_loss_forward")
def nll_loss_forward(self: Tensor, target: Tensor, weight: Optional[Tensor], reduction: int, ignore_index: int) -> Tuple[Tensor, Tensor]:
  return negative_log_likelihood(self, target, weight, reduction, ignore_index)


@op("aten::nll_loss2d_forward")
def nll_loss2d_forward(self: Tensor, target: Tensor, weight: Optional[Tensor], reduction: int, ignore_index: int) -> Tuple[Tensor, Tensor]:
  return negative_log_likelihood(self, target, weight, reduction, ignore_index)


@op("aten::nll_loss_backward")
def nll_loss_backward(grad_output: Tensor, self: Tensor, target: Tensor, weight: Optional[Tensor], reduction: int, ignore_index: int,
    total_weight: Tensor) -> Tensor:
  single = self.dim() == 1
  x = torch.unsqueeze(self, 0) if single else self
  t = torch.narrow(torch.reshape(target, [-1]), 0, 0, 1) if single else target
  used = ops.ts.ne(t, splat(t, ignore_index))
  safe = ops.ts.select(used, t, splat(t, 0))
  w = ops.ts.full(t.size(), 1, x.dtype)
  if weight is not None:
    w = ops.ts.index(weight, [0], [safe])
  g = expand_to(grad_output, t.size())
  if reduction == 1:
    g = ops.ts.div(g, expand_to(total_weight, t.size()))
  u = ops.ts.select(used, ops.ts.neg(ops.ts.mul(g, w)), splat(w, 0))
  i = torch.unsqueeze(safe, 1)
  y = ops.ts.scatter(splat(x, 0), iota_list(0, x.dim()), element_places(i, 1), torch.unsqueeze(u, 1), "set")
  return torch.squeeze(y, 0) if single else y


# Targets are classes, or probabilities when their shape is the input's.


@op("aten::cross_entropy_loss")
def cross_entropy_loss(self: Tensor, target: Tensor, weight: Optional[Tensor], reduction: int, ignore_index: int, label_smoothing: float) -> Tensor:
  single = self.dim() == 1
  d = 0 if single else 1
  x = opmath(self)
  logs = log_soft_max(x, d)
  classes = self.size(d)
  if (target.dim() == self.dim()) and is_float_dtype(target.dtype):
    t = cast(target, x.dtype)
    if label_smoothing > 0.0:
      t = ops.ts.add(ops.ts.mul(t, splat(t, 1.0 - label_smoothing)), splat(t, label_smoothing / float(classes)))
    y = ops.ts.mul(logs, t)
    if weight is not None:
      y = ops.ts.mul(y, along(cast(weight, x.dtype), y.size(), d))
    y = ops.ts.neg(y)
    if reduction == 0:
      return cast(ops.ts.reduce(y, [d], "sum"), self.dtype)
    total = ops.ts.reduce(y, iota_list(0, y.dim()), "sum")
    if reduction == 1:
      total = ops.ts.div(total, splat(total, numel_of(self.size()) // classes))
    return cast(total, self.dtype)
  if (not single) and (target.dim() > 0):
    if self.size(0) != target.size(0):
      raise RuntimeError(torch.format("Expected input batch_size ({}) to match target batch_size ({}).", self.size(0), target.size(0)))
  loss, mass = negative_log_likelihood(logs, target, weight, reduction, ignore_index)
  if label_smoothing == 0.0:
    return cast(loss, self.dtype)
  smooth = logs
  if weight is not None:
    smooth = ops.ts.mul(logs, along(cast(weight, x.dtype), logs.size(), d))
  flat = ops.ts.neg(ops.ts.reduce(smooth, [d], "sum"))
  flat = ops.ts.select(ops.ts.ne(target, splat(target, ignore_index)), flat, splat(flat, 0))
  rest = flat
  if reduction != 0:
    rest = ops.ts.reduce(flat, iota_list(0, flat.dim()), "sum")
    if reduction == 1:
      rest = ops.ts.div(rest, mass)
  a = ops.ts.mul(loss, splat(loss, 1.0 - label_smoothing))
  return cast(ops.ts.add(a, ops.ts.mul(rest, splat(rest, label_smoothing / float(classes)))), self.dtype)


@op("aten::kl_div")
def kl_div(self: Tensor, target: Tensor, reduction: int, log_target: bool) -> Tensor:
  a, b = promote2(self, target)
  y = b
  if log_target:
    y = ops.ts.mul(ops.ts.exp(b), ops.ts.sub(b, a))
  else:
    y = ops.ts.sub(torch.xlogy(b, b), ops.ts.mul(b, a))
  return reduced_loss(y, reduction)


@op("aten::poisson_nll_loss")
def poisson_nll_loss(input: Tensor, target: Tensor, log_input: bool, full: bool, eps: float, reduction: int) -> Tensor:
  a, b = promote2(input, target)
  x = floating(a)
  t = floating(b)
  y = x
  if log_input:
    y = ops.ts.sub(ops.ts.exp(x), ops.ts.mul(t, x))
  else:
    y = ops.ts.sub(x, ops.ts.mul(t, ops.ts.log(ops.ts.add(x, splat(x, eps)))))
  if full:
    stirling = ops.ts.add(ops.ts.sub(ops.ts.mul(t, ops.ts.log(t)), t), ops.ts.mul(ops.ts.log(ops.ts.mul(t, splat(t, 6.2831853071795862))), splat(t, 0.5)))
    y = ops.ts.add(y, ops.ts.select(ops.ts.le(t, splat(t, 1)), splat(t, 0), stirling))
  return reduced_loss(y, reduction)


@op("aten::cosine_embedding_loss")
def cosine_embedding_loss(input1: Tensor, input2: Tensor, target: Tensor, margin: float, reduction: int) -> Tensor:
  d = input1.dim() - 1
  a = opmath(floating(input1))
  b = opmath(floating(input2))
  a, b = promote2(a, b)
  dims = [a.dim() - 1] if a.dim() > 0 else annotate(List[int], [])
  dot = ops.ts.reduce(ops.ts.mul(a, b), dims, "sum")
  small = splat(dot, 1e-12)
  na = ops.ts.add(ops.ts.reduce(ops.ts.mul(a, a), dims, "sum"), small)
  nb = ops.ts.add(ops.ts.reduce(ops.ts.mul(b, b), dims, "sum"), small)
  cosine = ops.ts.div(dot, ops.ts.sqrt(ops.ts.mul(na, nb)))
  one = splat(cosine, 1)
  zero = splat(cosine, 0)
  same_loss = ops.ts.sub(one, cosine)
  other_loss = ops.ts.maximum(ops.ts.sub(cosine, splat(cosine, margin)), zero)
  t = cast(target, cosine.dtype)
  sizes = broadcast_sizes(cosine.size(), t.size())
  t = expand_to(t, sizes)
  p = ops.ts.select(ops.ts.eq(t, splat(t, 1)), expand_to(same_loss, sizes), splat(t, 0))
  q = ops.ts.select(ops.ts.eq(t, splat(t, -1)), expand_to(other_loss, sizes), splat(t, 0))
  return reduced_loss(cast(ops.ts.add(p, q), floating_dtype(ops.ts.result_type([input1, input2]))), reduction)


@op("aten::hinge_embedding_loss")
def hinge_embedding_loss(self: Tensor, target: Tensor, margin: float, reduction: int) -> Tensor:
  x, t = broadcast2(self, cast(target, self.dtype))
  zero = splat(x, 0)
  far = ops.ts.maximum(ops.ts.sub(splat(x, margin), x), zero)
  a = ops.ts.select(ops.ts.ne(t, splat(t, 1)), far, zero)
  b = ops.ts.select(ops.ts.ne(t, splat(t, -1)), x, zero)
  return reduced_loss(ops.ts.add(a, b), reduction)


@op("aten::margin_ranking_loss")
def margin_ranking_loss(input1: Tensor, input2: Tensor, target: Tensor, margin: float, reduction: int) -> Tensor:
  d = torch.mul(torch.neg(target), torch.sub(input1, input2))
  return reduced_loss(torch.clamp_min(torch.add(d, margin), 0), reduction)


@op("aten::soft_margin_loss")
def soft_margin_loss(self: Tensor, target: Tensor, reduction: int) -> Tensor:
  z = torch.exp(torch.mul(torch.neg(target), self))
  return reduced_loss(torch.log1p(z), reduction)


@op("aten::multi_margin_loss")
def multi_margin_loss(self: Tensor, target: Tensor, p: number, margin: number, weight: Optional[Tensor], reduction: int) -> Tensor:
  x = torch.unsqueeze(self, 0) if self.dim() < 2 else self
  x = torch.reshape(x, [1, 1]) if self.dim() == 0 else x
  t = cast(torch.reshape(target, [-1]), 4)
  n, c = x.size(0), x.size(1)
  checked = checked_index(t, c, "target out of range")
  own = ops.ts.index(x, [0, 1], [ops.ts.iota(n, 4), t])
  z = ops.ts.add(ops.ts.sub(x, along(own, x.size(), 0)), splat(x, margin))
  z = ops.ts.maximum(z, splat(z, 0))
  if float(p) == 2.0:
    z = ops.ts.mul(z, z)
  if weight is not None:
    z = ops.ts.mul(z, along(ops.ts.index(weight, [0], [t]), z.size(), 0))
  other = ops.ts.ne(places(z.size(), 1), along(t, z.size(), 0))
  rows = ops.ts.div(ops.ts.reduce(ops.ts.select(other, z, splat(z, 0)), [1], "sum"), ops.ts.full([n], c, z.dtype))
  if (reduction == 0) and (self.dim() < 2):
    return torch.reshape(rows, target.size())
  return reduced_loss(rows, reduction)


# Targets are lists of classes ended by -1. Each class of the list is compared with each that is not in it.
def multilabel_margin(self: Tensor, target: Tensor, reduction: int) -> Tuple[Tensor, Tensor]:
  c = 1 if self.dim() == 0 else self.size(-1)
  x = torch.reshape(self, [-1, c])
  t = cast(torch.reshape(target, [-1, c]), 4)
  n = x.size(0)
  checked = checked_range(t, -1, c, "argument #2 'target' is out of range", annotate(List[int], []))
  ended = ops.ts.scan(ops.ts.convert(ops.ts.lt(t, splat(t, 0)), 4), 1, "sum")
  valid = ops.ts.eq(ended, splat(ended, 0))
  safe = ops.ts.select(valid, t, splat(t, 0))
  deep = [n, c, c]
  hit = ops.ts.and_(ops.ts.broadcast(valid, deep, [0, 1]), ops.ts.eq(ops.ts.broadcast(safe, deep, [0, 1]), places(deep, 2)))
  member = ops.ts.reduce(hit, [1], "or")
  own = ops.ts.index(x, [0, 1], [places(t.size(), 0), safe])
  z = ops.ts.sub(ops.ts.full(deep, 1, x.dtype), ops.ts.sub(ops.ts.broadcast(own, deep, [0, 1]), ops.ts.broadcast(x, deep, [0, 2])))
  counted = ops.ts.and_(ops.ts.broadcast(valid, deep, [0, 1]), ops.ts.broadcast(ops.ts.not_(member), deep, [0, 2]))
  z = ops.ts.select(counted, ops.ts.maximum(z, splat(z, 0)), splat(z, 0))
  rows = ops.ts.reduce(z, [1, 2], "sum")
  rows = ops.ts.div(rows, splat(rows, c))
  flags = torch.reshape(ops.ts.convert(member, self.dtype), target.size())
  if (reduction == 0) and (self.dim() < 2):
    return torch.reshape(rows, annotate(List[int], [])), flags
  return reduced_loss(rows, reduction), flags


@op("aten::multilabel_margin_loss")
def multilabel_margin_loss(self: Tensor, target: Tensor, reduction: int) -> Tensor:
  return multilabel_margin(self, target, reduction)[0]


@op("aten::multilabel_margin_loss_forward")
def multilabel_margin_loss_forward(self: Tensor, target: Tensor, reduction: int) -> Tuple[Tensor, Tensor]:
  return multilabel_margin(self, target, reduction)


@op("aten::triplet_margin_loss")
def triplet_margin_loss(anchor: Tensor, positive: Tensor, negative: Tensor, margin: float, p: float, eps: float, swap: bool, reduction: int) -> Tensor:
  near = torch.pairwise_distance(anchor, positive, p, eps)
  far = torch.pairwise_distance(anchor, negative, p, eps)
  if swap:
    far = torch.minimum(far, torch.pairwise_distance(positive, negative, p, eps))
  return reduced_loss(torch.clamp_min(torch.sub(torch.add(near, margin), far), 0), reduction)


# Connectionist temporal classification: the forward variables over the target with blanks between, in log space.
def ctc_costs(log_probs: Tensor, targets: Tensor, input_lengths: List[int], target_lengths: List[int], blank: int) -> Tensor:
  steps = log_probs.size(0)
  costs = annotate(List[Tensor], [])
  start = 0
  for b in range(log_probs.size(1)):
    n = target_lengths[b]
    row = torch.select(targets, 0, b) if targets.dim() == 2 else targets
    labels = ops.ts.slice(row, 0, 0 if targets.dim() == 2 else start, n, 1)
    start = start + n
    width = 2 * n + 1
    extended = ops.ts.full([width], blank, 4)
    if n > 0:
      filled = stored(torch.slice(extended, 0, 1, None, 2), cast(labels, 4))
    x = opmath(ops.ts.index(torch.select(log_probs, 1, b), [1], [extended]))
    x = ops.ts.permute(x, [1, 0])
    i = ops.ts.iota(width, 4)
    low = splat(torch.select(x, 0, 0), -inf)
    alpha = ops.ts.select(ops.ts.le(i, splat(i, 1)), torch.select(x, 0, 0), low)
    before = ops.ts.concatenate([ops.ts.full([ops.prim.min(2, width)], blank, 4), ops.ts.slice(extended, 0, 0, ops.prim.max(width - 2, 0), 1)], 0)
    skips = ops.ts.and_(ops.ts.ne(extended, splat(i, blank)), ops.ts.ne(extended, before))
    skips = ops.ts.and_(skips, ops.ts.ge(i, splat(i, 2)))
    for t in range(1, input_lengths[b]):
      one = shifted_down(alpha, 1)
      two = ops.ts.select(skips, shifted_down(alpha, 2), low)
      top = ops.ts.maximum(ops.ts.maximum(alpha, one), two)
      safe = ops.ts.select(ops.ts.eq(top, low), splat(top, 0), top)
      total = ops.ts.add(ops.ts.exp(ops.ts.sub(alpha, safe)), ops.ts.add(ops.ts.exp(ops.ts.sub(one, safe)), ops.ts.exp(ops.ts.sub(two, safe))))
      alpha = ops.ts.add(ops.ts.add(ops.ts.log(total), safe), torch.select(x, 0, t))
    last = ops.ts.slice(alpha, 0, ops.prim.max(width - 2, 0), ops.prim.min(2, width), 1)
    costs.append(torch.neg(torch.logsumexp(last, [0])))
  return torch.stack(costs, 0)


def shifted_down(x: Tensor, k: int) -> Tensor:
  n = x.size(0)
  m = ops.prim.min(k, n)
  return ops.ts.concatenate([ops.ts.full([m], -inf, x.dtype), ops.ts.slice(x, 0, 0, n - m, 1)], 0)


def ctc_reduced(costs: Tensor, target_lengths: List[int], reduction: int, zero_infinity: bool) -> Tensor:
  y = costs
  if zero_infinity:
    y = ops.ts.select(ops.ts.eq(y, splat(y, inf)), splat(y, 0), y)
  if reduction == 1:
    lengths = annotate(List[Tensor], [])
    for n in target_lengths:
      lengths.append(ops.ts.full([1], ops.prim.max(n, 1), y.dtype))
    y = ops.ts.div(y, ops.ts.concatenate(lengths, 0))
  return reduced_loss(y, reduction)


def int_items(x: Tensor) -> List[int]:
  out = annotate(List[int], [])
  for i in range(x.size(0)):
    out.append(int(ops.ts.item(torch.select(x, 0, i))))
  return out


def ctc_any(log_probs: Tensor, targets: Tensor, input_lengths: List[int], target_lengths: List[int], blank: int, reduction: int, zero_infinity: bool) -> Tensor:
  single = log_probs.dim() == 2
  x = torch.unsqueeze(log_probs, 1) if single else log_probs
  costs = cast(ctc_costs(x, targets, input_lengths, target_lengths, blank), log_probs.dtype)
  y = ctc_reduced(costs, target_lengths, reduction, zero_infinity)
  return torch.squeeze(y, 0) if single and (reduction == 0) else y


@op("aten::ctc_loss.IntList")
def ctc_loss_IntList(log_probs: Tensor, targets: Tensor, input_lengths: List[int], target_lengths: List[int], blank: int, reduction: int,
    zero_infinity: bool) -> Tensor:
  return ctc_any(log_probs, targets, input_lengths, target_lengths, blank, reduction, zero_infinity)


@op("aten::ctc_loss.Tensor")
def ctc_loss_Tensor(log_probs: Tensor, targets: Tensor, input_lengths: Tensor, target_lengths: Tensor, blank: int, reduction: int,
    zero_infinity: bool) -> Tensor:
  return ctc_any(log_probs, targets, int_items(torch.reshape(input_lengths, [-1])), int_items(torch.reshape(target_lengths, [-1])), blank, reduction, zero_infinity)
