# Attention and the fused transformer blocks.


# softmax(q k^T scale + mask) v over the last two dimensions; returns output and weights in the precision of q.
def attended(q: Tensor, k: Tensor, v: Tensor, mask: Optional[Tensor], scale: float, dropout_p: float) -> Tuple[Tensor, Tensor]:
  scores = torch.matmul(ops.ts.mul(q, splat(q, scale)), swapped(k, k.dim() - 2, k.dim() - 1))
  d = scores.dim() - 1
  weights = scores
  if mask is None:
    weights = soft_max(scores, d)
  else:
    if mask.dtype == 11:
      sizes = broadcast_sizes(scores.size(), mask.size())
      scores = ops.ts.select(expand_to(mask, sizes), expand_to(scores, sizes), ops.ts.full(sizes, -inf, scores.dtype))
    else:
      scores = torch.add(scores, cast(mask, scores.dtype))
    weights = torch._safe_softmax(scores, scores.dim() - 1)
  if dropout_p > 0.0:
    weights = dropped_out(weights, dropout_p, weights.size())
  return torch.matmul(weights, v), weights


# Heads of keys and values that several heads of the query share are repeated.
def repeated_heads(x: Tensor, heads: int) -> Tensor:
  have = x.size(-3)
  if ops.ts.same(have, heads):
    return x
  return torch.repeat_interleave(x, heads // have, -3)


def attention_any(query: Tensor, key: Tensor, value: Tensor, attn_mask: Optional[Tensor], dropout_p: float, is_causal: bool,
    scale: Optional[float], enable_gqa: bool) -> Tuple[Tensor, Tensor]:
  if (query.dim() < 2) or (key.dim() < 2) or (value.dim() < 2):
    raise RuntimeError(torch.format("scaled_dot_product_attention: Expected query, key, and value to all be at least 2 dimensional, but got query.dim(): {}, key.dim(): {} and value.dim(): {} instead.", query.dim(), key.dim(), value.dim()))
  if (query.dtype != key.dtype) or (query.dtype != value.dtype):
    raise RuntimeError("Expected query, key, and value to have the same dtype, but got query.dtype: " + dtype_word(query.dtype) + " key.dtype: " + dtype_word(key.dtype) + " and value.dtype: " + dtype_word(value.dtype) + " instead.")
  factor = 1.0 / float(torch.sqrt(float(query.size(-1)))) if scale is None else scale
  q = opmath(query)
  k = opmath(key)
  v = opmath(value)
  if enable_gqa:
    k = repeated_heads(k, query.size(-3))
    v = repeated_heads(v, query.size(-3))
  mask = attn_mask
  if is_causal:
    if attn_mask is not None:
      raise RuntimeError("scaled_dot_product_attention: Explicit attn_mask should not be set when is_causal=True")
    mask = lower_mask([query.size(-2), key.size(-2)], 0)
  y, weights = attended(q, k, v, mask, factor, dropout_p)
  return cast(y, query.dtype), cast(weights, query.dtype)


@op("aten::scaled_dot_product_attention")
def scaled_dot_product_attention(query: Tensor, key: Tensor, value: Tensor, attn_mask: Optional[Tensor], dropout_p: float, is_causal: bool,
    scale: Optional[float], enable_gqa: bool) -> Tensor:
  return attention_any(query, key, value, attn_mask, dropout_p, is_causal, scale, enable_gqa)[0]


@op("aten::_scaled_dot_product_attention_math")
def _scaled_dot_product_attention_math(query: Tensor, key: Tensor, value: Tensor, attn_mask: Optional[Tensor], dropout_p: float,
    is_causal: bool, dropout_mask: Optional[Tensor], scale: Optional[float], enable_gqa: bool) -> Tuple[Tensor, Tensor]:
  return attention_any(query, key, value, attn_mask, dropout_p, is_causal, scale, enable_gqa)


@op("aten::_scaled_dot_product_flash_attention_for_cpu")
def _scaled_dot_product_flash_attention_for_cpu(query: Tensor, key: Tensor, value: Tensor, dropout_p: float, is_causal: bool,
    attn_mask: Optional[Tensor], scale: Optional[float]) -> Tuple[Tensor, Tensor]:
  y, weights = attention_any(query, key, value, attn_mask, dropout_p, is_causal, scale, False)
  factor = 1.0 / float(torch.sqrt(float(query.size(-1)))) if scale is None else scale
  scores = torch.mul(torch.matmul(opmath(query), swapped(opmath(key), key.dim() - 2, key.dim() - 1)), factor)
  return y, torch.logsumexp(scores, [-1])


# One block of the packed projection: rows part * embed … of the weight.
def projected(x: Tensor, weight: Tensor, bias: Tensor, part: int, embed: int, heads: int) -> Tensor:
  w = ops.ts.slice(weight, 0, part * embed, embed, 1)
  b = ops.ts.slice(bias, 0, part * embed, embed, 1)
  y = linear_sum(x, w, b)
  y = ops.ts.reshape(y, [x.size(0), x.size(1), heads, embed // heads])
  return ops.ts.permute(y, [0, 2, 1, 3])


# A mask that says what to leave out, shaped against [batch, heads, queries, keys]: 0 is [queries, keys], 1 is [batch, keys], 2 has all four.
def attention_mask(mask: Tensor, mask_type: Optional[int], scores_rank: int) -> Tensor:
  kind = 2 if mask_type is None else mask_type
  m = mask
  if kind == 1:
    m = torch.reshape(mask, [mask.size(0), 1, 1, mask.size(1)])
  return m


def multi_head(query: Tensor, key: Tensor, value: Tensor, embed: int, heads: int, qkv_weight: Tensor, qkv_bias: Tensor, proj_weight: Tensor,
    proj_bias: Tensor, mask: Optional[Tensor], mask_type: Optional[int]) -> Tuple[Tensor, Tensor]:
  if embed % heads != 0:
    raise RuntimeError("expected `embed_dim` to be divisible by `num_head`")
  q = projected(query, qkv_weight, qkv_bias, 0, embed, heads)
  k = projected(key, qkv_weight, qkv_bias, 1, embed, heads)
  v = projected(value, qkv_weight, qkv_bias, 2, embed, heads)
  scale = 1.0 / float(torch.sqrt(float(embed // heads)))
  allowed: Optional[Tensor] = None
  if mask is not None:
    m = attention_mask(mask, mask_type, 4)
    allowed = ops.ts.not_(m) if m.dtype == 11 else m
  y, weights = attended(opmath(q), opmath(k), opmath(v), allowed, scale, 0.0)
  y = torch.reshape(ops.ts.permute(cast(y, query.dtype), [0, 2, 1, 3]), [query.size(0), query.size(1), embed])
  return linear_sum(y, proj_weight, proj_bias), cast(weights, query.dtype)


@op("aten::_native_multi_head_attention")
def _native_multi_head_attention(query: Tensor, key: Tensor, value: Tensor, embed_dim: int, num_head: int, qkv_weight: Tensor, qkv_bias: Tensor,
    proj_weight: Tensor, proj_bias: Tensor, mask: Optional[Tensor], need_weights: bool, average_attn_weights: bool, mask_type: Optional[int]) -> Tuple[Tensor, Tensor]:
  y, weights = multi_head(query, key, value, embed_dim, num_head, qkv_weight, qkv_bias, proj_weight, proj_bias, mask, mask_type)
  if not need_weights:
    return y, ops.ts.full([0], 0, y.dtype)
  if average_attn_weights:
    return y, mean_over(weights, [1], False, weights.dtype)
  return y, weights


@op("aten::_transformer_encoder_layer_fwd")
def _transformer_encoder_layer_fwd(src: Tensor, embed_dim: int, num_heads: int, qkv_weight: Tensor, qkv_bias: Tensor, proj_weight: Tensor,
    proj_bias: Tensor, use_gelu: bool, norm_first: bool, eps: float, norm_weight_1: Tensor, norm_bias_1: Tensor, norm_weight_2: Tensor,
    norm_bias_2: Tensor, ffn_weight_1: Tensor, ffn_bias_1: Tensor, ffn_weight_2: Tensor, ffn_bias_2: Tensor, mask: Optional[Tensor],
    mask_type: Optional[int]) -> Tensor:
  if norm_first:
    x = torch.layer_norm(src, [embed_dim], norm_weight_1, norm_bias_1, eps)
    a = multi_head(x, x, x, embed_dim, num_heads, qkv_weight, qkv_bias, proj_weight, proj_bias, mask, mask_type)[0]
    h = ops.ts.add(src, a)
    z = torch.layer_norm(h, [embed_dim], norm_weight_2, norm_bias_2, eps)
    return ops.ts.add(h, feed_forward(z, ffn_weight_1, ffn_bias_1, ffn_weight_2, ffn_bias_2, use_gelu))
  a = multi_head(src, src, src, embed_dim, num_heads, qkv_weight, qkv_bias, proj_weight, proj_bias, mask, mask_type)[0]
  h = torch.layer_norm(ops.ts.add(src, a), [embed_dim], norm_weight_1, norm_bias_1, eps)
  return torch.layer_norm(ops.ts.add(h, feed_forward(h, ffn_weight_1, ffn_bias_1, ffn_weight_2, ffn_bias_2, use_gelu)), [embed_dim], norm_weight_2, norm_bias_2, eps)


def feed_forward(x: Tensor, w1: Tensor, b1: Tensor, w2: Tensor, b2: Tensor, use_gelu: bool) -> Tensor:
  h = linear_sum(x, w1, b1)
  h = torch.gelu(h) if use_gelu else torch.relu(h)
  return linear_sum(h, w2, b2)
