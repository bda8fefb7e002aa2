# Broadcasting of sizes. An extent may be a run-time value: ops.ts.known and ops.ts.same
# answer at compile time, and only what stays open is compared at run time.
def broadcast_extent(a: int, b: int, dim: int) -> int:
  if ops.ts.same(a, b):
    return a
  if ops.ts.known(a):
    if a == 1:
      return b
  if ops.ts.known(b):
    if b == 1:
      return a
  if ops.ts.known(a):
    if (b != a) and (b != 1):
      raise RuntimeError(torch.format("The size of tensor a ({}) must match the size of tensor b ({}) at non-singleton dimension {}", a, b, dim))
    return a
  if (a != b) and (a != 1) and (b != 1):
    raise RuntimeError(torch.format("The size of tensor a ({}) must match the size of tensor b ({}) at non-singleton dimension {}", a, b, dim))
  if ops.ts.known(b):
    return b
  return a if b == 1 else b


# From the last dimension on: where several do not match, PyTorch names that one.
def broadcast_sizes(a: List[int], b: List[int]) -> List[int]:
  rank = ops.prim.max(len(a), len(b))
  sizes = annotate(List[int], [])
  for k in range(rank):
    i = rank - 1 - k
    ia = i - (rank - len(a))
    ib = i - (rank - len(b))
    if ia < 0:
      sizes.insert(0, b[ib])
    elif ib < 0:
      sizes.insert(0, a[ia])
    else:
      sizes.insert(0, broadcast_extent(a[ia], b[ib], i))
  return sizes


@op("aten::broadcast_shapes")
def broadcast_shapes(a: List[int], b: List[int]) -> List[int]:
  return broadcast_sizes(b, a)


@op("aten::Size")
def size_of_list(sizes: List[int]) -> List[int]:
  return sizes


def same_sizes(a: List[int], b: List[int]) -> bool:
  if len(a) != len(b):
    return False
  for i in range(len(a)):
    if not ops.ts.same(a[i], b[i]):
      return False
  return True


def iota_list(start: int, count: int) -> List[int]:
  dims = annotate(List[int], [])
  for i in range(count):
    dims.append(start + i)
  return dims


# x stretched to sizes, aligned at the last dimension.
def expand_to(x: Tensor, sizes: List[int]) -> Tensor:
  if same_sizes(x.size(), sizes):
    return x
  return ops.ts.broadcast(x, sizes, iota_list(len(sizes) - x.dim(), x.dim()))


# The same where x's sizes may not fit: what is written is stretched, never the place that it is written to.
def expand_into(x: Tensor, sizes: List[int]) -> Tensor:
  if same_sizes(x.size(), sizes):
    return x
  together = broadcast_sizes(sizes, x.size())
  if len(together) > len(sizes):
    raise RuntimeError(torch.format("output with shape {} doesn't match the broadcast shape {}", sizes, together))
  for i in range(len(sizes)):
    if not ops.ts.same(together[i], sizes[i]):
      if together[i] != sizes[i]:
        raise RuntimeError(torch.format("output with shape {} doesn't match the broadcast shape {}", sizes, together))
  return expand_to(x, sizes)


def broadcast2(a: Tensor, b: Tensor) -> Tuple[Tensor, Tensor]:
  sizes = broadcast_sizes(a.size(), b.size())
  return expand_to(a, sizes), expand_to(b, sizes)


def broadcast3(a: Tensor, b: Tensor, c: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
  sizes = broadcast_sizes(broadcast_sizes(a.size(), b.size()), c.size())
  return expand_to(a, sizes), expand_to(b, sizes), expand_to(c, sizes)


# A tensor of x's sizes and dtype filled with a scalar.
def splat(x: Tensor, value: number) -> Tensor:
  return ops.ts.full(x.size(), value, x.dtype)


# A vector laid along dimension dim of a tensor of these sizes.
def along(x: Tensor, sizes: List[int], dim: int) -> Tensor:
  return ops.ts.broadcast(x, sizes, [dim])


def numel_of(sizes: List[int]) -> int:
  n = 1
  for s in sizes:
    n = n * s
  return n


# A dimension number in [0, rank), as PyTorch wraps it (a 0-dim tensor counts as one of rank 1).
def wrap_dim(dim: int, rank: int) -> int:
  r = ops.prim.max(rank, 1)
  if (dim < -r) or (dim >= r):
    raise IndexError(torch.format("Dimension out of range (expected to be in range of [{}, {}], but got {})", -r, r - 1, dim))
  return dim + r if dim < 0 else dim


def wrap_dims(dims: List[int], rank: int) -> List[int]:
  out = annotate(List[int], [])
  for d in dims:
    w = wrap_dim(d, rank)
    if w in out:
      raise RuntimeError(torch.format("dim {} appears multiple times in the list of dims", w))
    if rank > 0:
      out.append(w)
  return out


def sorted_dims(dims: List[int], rank: int) -> List[int]:
  out = annotate(List[int], [])
  for d in range(rank):
    if d in dims:
      out.append(d)
  return out


# The dims of a reduction: none given means all.
def reduced_dims(dims: Optional[List[int]], rank: int) -> List[int]:
  if dims is None:
    return iota_list(0, rank)
  if len(dims) == 0:
    return iota_list(0, rank)
  return sorted_dims(wrap_dims(dims, rank), rank)


def other_dims(dims: List[int], rank: int) -> List[int]:
  out = annotate(List[int], [])
  for d in range(rank):
    if not (d in dims):
      out.append(d)
  return out


def sizes_at(x: Tensor, dims: List[int]) -> List[int]:
  out = annotate(List[int], [])
  for d in dims:
    out.append(x.size(d))
  return out


# A list with one element replaced.
def with_at(l: List[int], i: int, v: int) -> List[int]:
  out = annotate(List[int], [])
  for k in range(len(l)):
    out.append(v if k == i else l[k])
  return out


# int[N] arguments: one element stands for all.
def repeat_to(l: List[int], n: int) -> List[int]:
  if len(l) == 1:
    out = annotate(List[int], [])
    for i in range(n):
      out.append(l[0])
    return out
  return l


def ints(n: int, v: int) -> List[int]:
  out = annotate(List[int], [])
  for i in range(n):
    out.append(v)
  return out


# A reduced tensor with extent-1 dimensions put back where dims were.
def keep_dims(y: Tensor, x: Tensor, dims: List[int]) -> Tensor:
  sizes = annotate(List[int], [])
  for d in range(x.dim()):
    sizes.append(1 if d in dims else x.size(d))
  return ops.ts.reshape(y, sizes)


def reduction_result(y: Tensor, x: Tensor, dims: List[int], keepdim: bool) -> Tensor:
  if keepdim:
    return keep_dims(y, x, dims)
  return y


# A reduced tensor stretched back over the dims it was reduced along.
def unreduce(y: Tensor, x: Tensor, dims: List[int]) -> Tensor:
  return ops.ts.broadcast(y, x.size(), other_dims(dims, x.dim()))


# The place of each element along dimension dim, as int64 of x's sizes.
def places(sizes: List[int], dim: int) -> Tensor:
  return along(ops.ts.iota(sizes[dim], 4), sizes, dim)
