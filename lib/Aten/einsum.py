# einsum: the equation is text known at compile time; each operand in turn is contracted with what came before.


# Position of each label of one operand: letters, with the ellipsis as labels "0", "1", … counted from its end.
def operand_labels(text: str, rank: int, operand: int) -> List[str]:
  out = annotate(List[str], [])
  dots = torch.find(text, "...")
  letters = len(text) if dots < 0 else len(text) - 3
  i = 0
  while i < len(text):
    if text[i] == ".":
      extra = rank - letters
      for k in range(extra):
        out.append(str(extra - 1 - k))
      i = i + 3
    else:
      out.append(text[i])
      i = i + 1
  if len(out) != rank:
    if dots < 0:
      raise RuntimeError(torch.format("einsum(): the number of subscripts in the equation ({}) does not match the number of dimensions ({}) for operand {} and no ellipsis was given", letters, rank, operand))
    raise RuntimeError(torch.format("einsum(): the number of subscripts in the equation ({}) is more than the number of dimensions ({}) for operand {}", letters, rank, operand))
  return out


def label_place(labels: List[str], label: str) -> int:
  for i in range(len(labels)):
    if labels[i] == label:
      return i
  return -1


# A label that occurs twice in one operand takes its diagonal.
def without_repeats(x: Tensor, labels: List[str]) -> Tuple[Tensor, List[str]]:
  y = x
  out = annotate(List[str], [])
  for l in labels:
    out.append(l)
  again = True
  while again:
    again = False
    first = -1
    second = -1
    for i in range(len(out)):
      for j in range(i + 1, len(out)):
        if (first < 0) and (out[i] == out[j]):
          first = i
          second = j
    if first >= 0:
      again = True
      y = torch.diagonal(y, 0, first, second)
      label = out[first]
      rest = annotate(List[str], [])
      for i in range(len(out)):
        if (i != first) and (i != second):
          rest.append(out[i])
      rest.append(label)
      out = rest
  return y, out


# The labels of the result, and which of the labels later operands still need.
def output_labels(equation: str, inputs: List[List[str]]) -> List[str]:
  arrow = torch.find(equation, "->")
  out = annotate(List[str], [])
  widest = 0
  for labels in inputs:
    n = 0
    for l in labels:
      if torch.isdigit(l):
        n = n + 1
    widest = ops.prim.max(widest, n)
  if arrow >= 0:
    text = torch.slice(equation, arrow + 2, None, 1)
    i = 0
    while i < len(text):
      if text[i] == ".":
        for k in range(widest):
          out.append(str(widest - 1 - k))
        i = i + 3
      else:
        out.append(text[i])
        i = i + 1
    return out
  for k in range(widest):
    out.append(str(widest - 1 - k))
  seen = annotate(List[str], [])
  once = annotate(List[str], [])
  for labels in inputs:
    for l in labels:
      if not torch.isdigit(l):
        if l in seen:
          if l in once:
            once.remove(l)
        else:
          seen.append(l)
          once.append(l)
  for l in sorted(once):
    out.append(l)
  return out


# Sums out of x the labels that nobody else has.
def summed_out(x: Tensor, labels: List[str], needed: List[str]) -> Tuple[Tensor, List[str]]:
  dims = annotate(List[int], [])
  out = annotate(List[str], [])
  for i in range(len(labels)):
    if labels[i] in needed:
      out.append(labels[i])
    else:
      dims.append(i)
  return (x if len(dims) == 0 else ops.ts.reduce(x, dims, "sum")), out


def einsum_pair(a: Tensor, la: List[str], b: Tensor, lb: List[str], needed: List[str]) -> Tuple[Tensor, List[str]]:
  # extents of 1 against larger ones broadcast: such a dimension is dropped from the operand that has it
  x = a
  y = b
  kx = annotate(List[str], [])
  ky = annotate(List[str], [])
  for l in la:
    i = len(kx)
    j = label_place(lb, l)
    drop = False
    if j >= 0:
      drop = ops.ts.same(x.size(i), 1) and not ops.ts.same(b.size(j), 1)
    if drop:
      x = ops.ts.reshape(x, dropped(x.size(), i))
    else:
      kx.append(l)
  for l in lb:
    j = len(ky)
    i = label_place(la, l)
    drop = False
    if i >= 0:
      drop = ops.ts.same(y.size(j), 1) and not ops.ts.same(a.size(i), 1)
    if drop:
      y = ops.ts.reshape(y, dropped(y.size(), j))
    else:
      ky.append(l)
  ab = annotate(List[int], [])
  bb = annotate(List[int], [])
  ac = annotate(List[int], [])
  bc = annotate(List[int], [])
  out = annotate(List[str], [])
  for i in range(len(kx)):
    j = label_place(ky, kx[i])
    if j >= 0:
      if ops.ts.known(x.size(i)) and ops.ts.known(y.size(j)):
        if x.size(i) != y.size(j):
          raise RuntimeError(torch.format("einsum(): operands do not broadcast with remapped shapes [original->remapped]: {} {}", a.size(), b.size()))
      if kx[i] in needed:
        ab.append(i)
        bb.append(j)
        out.append(kx[i])
      else:
        ac.append(i)
        bc.append(j)
  for i in range(len(kx)):
    if label_place(ky, kx[i]) < 0:
      out.append(kx[i])
  for j in range(len(ky)):
    if label_place(kx, ky[j]) < 0:
      out.append(ky[j])
  return sum_of_products(x, y, ab, bb, ac, bc), out


@op("aten::einsum")
def einsum(equation: str, tensors: List[Tensor], path: Optional[List[int]]) -> Tensor:
  text = torch.replace(equation, " ", "", -1)
  arrow = torch.find(text, "->")
  left = text if arrow < 0 else torch.slice(text, 0, arrow, 1)
  parts = torch.split(left, ",", -1)
  if len(parts) != len(tensors):
    raise RuntimeError("einsum(): the number of operands does not match the number of subscripts in the equation")
  labels = annotate(List[List[str]], [])
  for i in range(len(parts)):
    labels.append(operand_labels(parts[i], tensors[i].dim(), i))
  wanted = output_labels(text, labels)
  dtype = ops.ts.result_type(tensors)
  x, lx = without_repeats(cast(tensors[0], dtype), labels[0])
  for i in range(1, len(tensors)):
    needed = annotate(List[str], [])
    for l in wanted:
      needed.append(l)
    for k in range(i + 1, len(tensors)):
      for l in labels[k]:
        needed.append(l)
    y, ly = without_repeats(cast(tensors[i], dtype), labels[i])
    x, lx = summed_out(x, lx, needed + ly)
    y, ly = summed_out(y, ly, needed + lx)
    x, lx = einsum_pair(x, lx, y, ly, needed)
  if len(lx) > len(wanted):
    # the last sum is an operator of its own, with its dtype for integers
    x = cast(x, sum_dtype(x.dtype))
  x, lx = summed_out(x, lx, wanted)
  order = annotate(List[int], [])
  for l in wanted:
    p = label_place(lx, l)
    if p < 0:
      raise RuntimeError(torch.format("einsum(): output subscript {} does not appear in the equation for any input operand", l))
    order.append(p)
  return ops.ts.permute(x, order)
