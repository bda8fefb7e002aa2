# Normalization over batches, layers, groups, instances and channels.
def invstd_of(variance: Tensor, eps: float) -> Tensor:
  return ops.ts.rsqrt(ops.ts.add(variance, splat(variance, eps)))


# A per-channel vector against [N, C, ...]; rank 0 and 1 inputs do not occur.
def per_channel(v: Tensor, x: Tensor) -> Tensor:
  return along(cast(v, x.dtype), x.size(), 1)


# (x - mean) * invstd * weight + bias, with statistics of the channels.
def normalized_channels(x: Tensor, mean: Tensor, invstd: Tensor, weight: Optional[Tensor], bias: Optional[Tensor]) -> Tensor:
  alpha = invstd if weight is None else ops.ts.mul(invstd, cast(weight, invstd.dtype))
  beta = ops.ts.neg(ops.ts.mul(mean, alpha))
  if bias is not None:
    beta = ops.ts.add(cast(bias, beta.dtype), beta)
  return ops.ts.add(ops.ts.mul(x, per_channel(alpha, x)), per_channel(beta, x))


# Running statistics move by momentum; their variance is the unbiased one. Returns output, mean, invstd.
def batch_norm_any(input: Tensor, weight: Optional[Tensor], bias: Optional[Tensor], running_mean: Optional[Tensor], running_var: Optional[Tensor],
    training: bool, momentum: float, eps: float) -> Tuple[Tensor, Tensor, Tensor]:
  if input.dim() < 2:
    if ops.ts.same(numel_of(input.size()), 0):
      return input, input, input
    raise RuntimeError(torch.format("batch_norm expects an input of at least 2 dimensions, got {}", input.dim()))
  x = opmath(input)
  if not training:
    if (running_mean is None) or (running_var is None):
      raise RuntimeError("running_mean and running_var must be defined in evaluation mode")
    mean = cast(running_mean, x.dtype)
    invstd = invstd_of(cast(running_var, x.dtype), eps)
    return cast(normalized_channels(x, mean, invstd, weight, bias), input.dtype), cast(mean, input.dtype), cast(invstd, input.dtype)
  dims = other_dims([1], x.dim())
  variance, mean = variance_mean(x, dims, 0.0)
  if running_mean is not None:
    old = opmath(running_mean)
    fresh = ops.ts.add(ops.ts.mul(mean_cast(mean, old), splat(old, momentum)), ops.ts.mul(old, splat(old, 1.0 - momentum)))
    written = ops.ts.write(running_mean, cast(fresh, running_mean.dtype))
  if running_var is not None:
    old = opmath(running_var)
    count = float(numel_of(sizes_at(x, dims)))
    unbiased = ops.ts.mul(variance, splat(variance, count / (count - 1.0)))
    fresh = ops.ts.add(ops.ts.mul(mean_cast(unbiased, old), splat(old, momentum)), ops.ts.mul(old, splat(old, 1.0 - momentum)))
    written = ops.ts.write(running_var, cast(fresh, running_var.dtype))
  invstd = invstd_of(variance, eps)
  return cast(normalized_channels(x, mean, invstd, weight, bias), input.dtype), cast(mean, input.dtype), cast(invstd, input.dtype)


def mean_cast(x: Tensor, like: Tensor) -> Tensor:
  return cast(x, like.dtype)


@op("aten::batch_norm")
def batch_norm(input: Tensor, weight: Optional[Tensor], bias: Optional[Tensor], running_mean: Optional[Tensor], running_var: Optional[Tensor],
    training: bool, momentum: float, eps: float, cudnn_enabled: bool) -> Tensor:
  return batch_norm_any(input, weight, bias, running_mean, running_var, training, momentum, eps)[0]


def saved_statistics(training: bool, mean: Tensor, invstd: Tensor) -> Tuple[Tensor, Tensor]:
  if training:
    return mean, invstd
  return ops.ts.full([0], 0, mean.dtype), ops.ts.full([0], 0, mean.dtype)


@op("aten::native_batch_norm")
def native_batch_norm(input: Tensor, weight: Optional[Tensor], bias: Optional[Tensor], running_mean: Optional[Tensor],
    running_var: Optional[Tensor], training: bool, momentum: float, eps: float) -> Tuple[Tensor, Tensor, Tensor]:
  y, mean, invstd = batch_norm_any(input, weight, bias, running_mean, running_var, training, momentum, eps)
  a, b = saved_statistics(training, mean, invstd)
  return y, a, b


@op("aten::_native_batch_norm_legit")
def _native_batch_norm_legit(input: Tensor, weight: Optional[Tensor], bias: Optional[Tensor], running_mean: Tensor, running_var: Tensor,
    training: bool, momentum: float, eps: float) -> Tuple[Tensor, Tensor, Tensor]:
  y, mean, invstd = batch_norm_any(input, weight, bias, running_mean, running_var, training, momentum, eps)
  a, b = saved_statistics(training, mean, invstd)
  return y, a, b


@op("aten::_native_batch_norm_legit.no_stats")
def _native_batch_norm_legit_no_stats(input: Tensor, weight: Optional[Tensor], bias: Optional[Tensor], training: bool, momentum: float,
    eps: float) -> Tuple[Tensor, Tensor, Tensor]:
  y, mean, invstd = batch_norm_any(input, weight, bias, None, None, training, momentum, eps)
  return y, mean, invstd


@op("aten::_native_batch_norm_legit_no_training")
def _native_batch_norm_legit_no_training(input: Tensor, weight: Optional[Tensor], bias: Optional[Tensor], running_mean: Tensor,
    running_var: Tensor, momentum: float, eps: float) -> Tuple[Tensor, Tensor, Tensor]:
  y, mean, invstd = batch_norm_any(input, weight, bias, running_mean, running_var, False, momentum, eps)
  a, b = saved_statistics(False, mean, invstd)
  return y, a, b


@op("aten::_batch_norm_with_update")
def _batch_norm_with_update(input: Tensor, weight: Optional[Tensor], bias: Optional[Tensor], running_mean: Tensor, running_var: Tensor,
    momentum: float, eps: float) -> Tuple[Tensor, Tensor, Tensor, Tensor]:
  y, mean, invstd = batch_norm_any(input, weight, bias, running_mean, running_var, True, momentum, eps)
  return y, mean, invstd, ops.ts.full([0], 0, 0)


@op("aten::_batch_norm_no_update")
def _batch_norm_no_update(input: Tensor, weight: Optional[Tensor], bias: Optional[Tensor], running_mean: Optional[Tensor],
    running_var: Optional[Tensor], momentum: float, eps: float) -> Tuple[Tensor, Tensor, Tensor, Tensor]:
  y, mean, invstd = batch_norm_any(input, weight, bias, running_mean, running_var, False, momentum, eps)
  a, b = saved_statistics(False, mean, invstd)
  return y, a, b, ops.ts.full([0], 0, 0)


@op("aten::_batch_norm_impl_index")
def _batch_norm_impl_index(input: Tensor, weight: Optional[Tensor], bias: Optional[Tensor], running_mean: Optional[Tensor],
    running_var: Optional[Tensor], training: bool, momentum: float, eps: float, cudnn_enabled: bool) -> Tuple[Tensor, Tensor, Tensor, Tensor, int]:
  y, mean, invstd = batch_norm_any(input, weight, bias, running_mean, running_var, training, momentum, eps)
  a, b = saved_statistics(training, mean, invstd)
  return y, a, b, ops.ts.full([0], 0, 0), 0


@op("aten::instance_norm")
def instance_norm(input: Tensor, weight: Optional[Tensor], bias: Optional[Tensor], running_mean: Optional[Tensor],
    running_var: Optional[Tensor], use_input_stats: bool, momentum: float, eps: float, cudnn_enabled: bool) -> Tensor:
  if input.dim() < 2:
    raise RuntimeError("Expected more than 1 spatial element when training, got input size " + str(input.size()))
  x = opmath(input)
  if not use_input_stats:
    return batch_norm_any(input, weight, bias, running_mean, running_var, False, momentum, eps)[0]
  dims = iota_list(2, x.dim() - 2)
  variance, mean = variance_mean(x, dims, 0.0)
  if running_mean is not None:
    average = mean_of(mean, [0])
    old = cast(running_mean, average.dtype)
    written = ops.ts.write(running_mean, cast(ops.ts.add(ops.ts.mul(average, splat(old, momentum)), ops.ts.mul(old, splat(old, 1.0 - momentum))), running_mean.dtype))
  if running_var is not None:
    count = float(numel_of(sizes_at(x, dims)))
    average = mean_of(ops.ts.mul(variance, splat(variance, count / (count - 1.0))), [0])
    old = cast(running_var, average.dtype)
    written = ops.ts.write(running_var, cast(ops.ts.add(ops.ts.mul(average, splat(old, momentum)), ops.ts.mul(old, splat(old, 1.0 - momentum))), running_var.dtype))
  y = ops.ts.mul(ops.ts.sub(x, unreduce(mean, x, dims)), unreduce(invstd_of(variance, eps), x, dims))
  if weight is not None:
    y = ops.ts.mul(y, per_channel(weight, y))
  if bias is not None:
    y = ops.ts.add(y, per_channel(bias, y))
  return cast(y, input.dtype)


# Over the trailing dimensions. Returns output, mean and invstd with those dimensions kept as 1.
def layer_norm_any(input: Tensor, shape: List[int], weight: Optional[Tensor], bias: Optional[Tensor], eps: float) -> Tuple[Tensor, Tensor, Tensor]:
  n = len(shape)
  lead = input.dim() - n
  fits = lead >= 0
  if fits:
    for d in range(n):
      fits = fits and input.size(lead + d) == shape[d]
  if not fits:
    raise RuntimeError(torch.format("Given normalized_shape={}, expected input with shape [*, {}], but got input of size{}", shape, torch.slice(str(shape), 1, -1, 1), input.size()))
  x = opmath(input)
  dims = iota_list(lead, n)
  variance, mean = variance_mean(x, dims, 0.0)
  invstd = invstd_of(variance, eps)
  y = ops.ts.mul(ops.ts.sub(x, unreduce(mean, x, dims)), unreduce(invstd, x, dims))
  if weight is not None:
    y = ops.ts.mul(y, expand_to(cast(weight, y.dtype), y.size()))
  if bias is not None:
    y = ops.ts.add(y, expand_to(cast(bias, y.dtype), y.size()))
  return cast(y, input.dtype), cast(keep_dims(mean, x, dims), input.dtype), cast(keep_dims(invstd, x, dims), input.dtype)


@op("aten::layer_norm")
def layer_norm(input: Tensor, normalized_shape: List[int], weight: Optional[Tensor], bias: Optional[Tensor], eps: float, cudnn_enable: bool) -> Tensor:
  return layer_norm_any(input, normalized_shape, weight, bias, eps)[0]


@op("aten::native_layer_norm")
def native_layer_norm(input: Tensor, normalized_shape: List[int], weight: Optional[Tensor], bias: Optional[Tensor], eps: float) -> Tuple[Tensor, Tensor, Tensor]:
  return layer_norm_any(input, normalized_shape, weight, bias, eps)


@op("aten::rms_norm")
def rms_norm(input: Tensor, normalized_shape: List[int], weight: Optional[Tensor], eps: Optional[float]) -> Tensor:
  x = opmath(input)
  n = len(normalized_shape)
  dims = iota_list(x.dim() - n, n)
  power = mean_of(ops.ts.mul(x, x), dims)
  small = dtype_epsilon(x.dtype) if eps is None else eps
  y = ops.ts.mul(x, unreduce(invstd_of(power, small), x, dims))
  if weight is not None:
    y = ops.ts.mul(y, expand_to(cast(weight, y.dtype), y.size()))
  return cast(y, input.dtype)


# Returns output, mean and invstd as [N, groups].
def group_norm_any(input: Tensor, groups: int, weight: Optional[Tensor], bias: Optional[Tensor], eps: float) -> Tuple[Tensor, Tensor, Tensor]:
  channels = input.size(1)
  if channels % groups != 0:
    raise RuntimeError(torch.format("Expected number of channels in input to be divisible by num_groups, but got input of shape {} and num_groups={}", input.size(), groups))
  x = opmath(input)
  parts = torch.reshape(x, [x.size(0), groups, channels // groups] + x.size()[2:])
  dims = iota_list(2, parts.dim() - 2)
  variance, mean = variance_mean(parts, dims, 0.0)
  invstd = invstd_of(variance, eps)
  y = ops.ts.mul(ops.ts.sub(parts, unreduce(mean, parts, dims)), unreduce(invstd, parts, dims))
  y = ops.ts.reshape(y, x.size())
  if weight is not None:
    y = ops.ts.mul(y, per_channel(weight, y))
  if bias is not None:
    y = ops.ts.add(y, per_channel(bias, y))
  return cast(y, input.dtype), cast(mean, input.dtype), cast(invstd, input.dtype)


@op("aten::group_norm")
def group_norm(input: Tensor, num_groups: int, weight: Optional[Tensor], bias: Optional[Tensor], eps: float, cudnn_enabled: bool) -> Tensor:
  return group_norm_any(input, num_groups, weight, bias, eps)[0]


@op("aten::native_group_norm")
def native_group_norm(input: Tensor, weight: Optional[Tensor], bias: Optional[Tensor], N: int, C: int, HxW: int, group: int, eps: float) -> Tuple[Tensor, Tensor, Tensor]:
  return group_norm_any(input, group, weight, bias, eps)


@op("aten::_weight_norm")
def _weight_norm(v: Tensor, g: Tensor, dim: int) -> Tensor:
  return weight_norm_any(v, g, dim)[0]


@op("aten::_weight_norm_interface")
def _weight_norm_interface(v: Tensor, g: Tensor, dim: int) -> Tuple[Tensor, Tensor]:
  return weight_norm_any(v, g, dim)


def weight_norm_any(v: Tensor, g: Tensor, dim: int) -> Tuple[Tensor, Tensor]:
  x = opmath(v)
  dims = iota_list(0, x.dim())
  if dim != -1:
    dims = other_dims([wrap_dim(dim, x.dim())], x.dim())
  size = ops.ts.sqrt(ops.ts.reduce(ops.ts.mul(x, x), dims, "sum"))
  kept = keep_dims(size, x, dims)
  factor = ops.ts.div(expand_to(cast(g, x.dtype), kept.size()) if dim != -1 else cast(torch.reshape(g, kept.size()), x.dtype), kept)
  return cast(ops.ts.mul(x, expand_to(factor, x.size())), v.dtype), kept


@op("aten::batch_norm_elemt")
def batch_norm_elemt(input: Tensor, weight: Optional[Tensor], bias: Optional[Tensor], mean: Tensor, invstd: Tensor, eps: float) -> Tensor:
  x = opmath(input)
  return cast(normalized_channels(x, cast(mean, x.dtype), cast(invstd, x.dtype), weight, bias), input.dtype)
