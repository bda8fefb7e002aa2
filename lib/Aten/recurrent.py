# Recurrent networks. Inputs are projected for all steps at once; each step adds the state's part.
# Steps write into one output tensor, so that the loop may run a number of times that only run time knows.


# One step: gates from the input, state and the state's weights give the new hidden and cell state.
# mode: 0 lstm, 1 gru, 2 tanh, 3 relu.
def recurrent_step(gates: Tensor, h: Tensor, c: Tensor, w_hh: Tensor, b_hh: Optional[Tensor], w_hr: Optional[Tensor], mode: int) -> Tuple[Tensor, Tensor]:
  r = linear_sum(h, w_hh, b_hh)
  if mode == 0:
    z = ops.ts.add(gates, r)
    n = c.size(1)
    i = torch.sigmoid(ops.ts.slice(z, 1, 0, n, 1))
    f = torch.sigmoid(ops.ts.slice(z, 1, n, n, 1))
    g = ops.ts.tanh(ops.ts.slice(z, 1, 2 * n, n, 1))
    o = torch.sigmoid(ops.ts.slice(z, 1, 3 * n, n, 1))
    cell = ops.ts.add(ops.ts.mul(f, c), ops.ts.mul(i, g))
    hidden = ops.ts.mul(o, ops.ts.tanh(cell))
    if w_hr is not None:
      hidden = linear_sum(hidden, w_hr, None)
    return hidden, cell
  if mode == 1:
    n = h.size(1)
    reset = torch.sigmoid(ops.ts.add(ops.ts.slice(gates, 1, 0, n, 1), ops.ts.slice(r, 1, 0, n, 1)))
    update = torch.sigmoid(ops.ts.add(ops.ts.slice(gates, 1, n, n, 1), ops.ts.slice(r, 1, n, n, 1)))
    fresh = ops.ts.tanh(ops.ts.add(ops.ts.slice(gates, 1, 2 * n, n, 1), ops.ts.mul(reset, ops.ts.slice(r, 1, 2 * n, n, 1))))
    hidden = ops.ts.add(ops.ts.mul(ops.ts.sub(h, fresh), update), fresh)
    return hidden, c
  z = ops.ts.add(gates, r)
  hidden = ops.ts.tanh(z) if mode == 2 else ops.ts.maximum(z, splat(z, 0))
  return hidden, c


# One layer in one direction over x [steps, batch, features].
def recurrent_layer(x: Tensor, h0: Tensor, c0: Tensor, w_ih: Tensor, w_hh: Tensor, b_ih: Optional[Tensor], b_hh: Optional[Tensor],
    w_hr: Optional[Tensor], mode: int, backwards: bool) -> Tuple[Tensor, Tensor, Tensor]:
  steps = x.size(0)
  gates = linear_sum(x, w_ih, b_ih)
  y = ops.ts.full([steps, x.size(1), h0.size(1)], 0, x.dtype)
  h = h0
  c = c0
  for s in range(steps):
    t = steps - 1 - s if backwards else s
    g = ops.ts.reshape(ops.ts.slice(gates, 0, t, 1, 1), [x.size(1), gates.size(2)])
    h, c = recurrent_step(g, h, c, w_hh, b_hh, w_hr, mode)
    written = ops.ts.write(ops.ts.reshape(ops.ts.slice(y, 0, t, 1, 1), h.size()), h)
  return y, h, c


# The same over packed rows: step t has sizes[t] rows from starts[t] on; batches that have ended keep their state.
def packed_layer(data: Tensor, sizes: Tensor, h0: Tensor, c0: Tensor, w_ih: Tensor, w_hh: Tensor, b_ih: Optional[Tensor], b_hh: Optional[Tensor],
    w_hr: Optional[Tensor], mode: int, backwards: bool) -> Tuple[Tensor, Tensor, Tensor]:
  steps = sizes.size(0)
  batch = h0.size(0)
  rows = data.size(0)
  gates = linear_sum(data, w_ih, b_ih)
  starts = ops.ts.sub(ops.ts.scan(sizes, 0, "sum"), sizes)
  y = ops.ts.full([steps, batch, h0.size(1)], 0, data.dtype)
  b = ops.ts.iota(batch, 4)
  h = h0
  c = c0
  for s in range(steps):
    t = steps - 1 - s if backwards else s
    here = expand_to(ops.ts.slice(sizes, 0, t, 1, 1), b.size())
    first = expand_to(ops.ts.slice(starts, 0, t, 1, 1), b.size())
    alive = ops.ts.lt(b, here)
    row = ops.ts.minimum(ops.ts.add(first, b), splat(b, rows - 1))
    new_h, new_c = recurrent_step(ops.ts.index(gates, [0], [row]), h, c, w_hh, b_hh, w_hr, mode)
    h = ops.ts.select(along(alive, h.size(), 0), new_h, h)
    c = ops.ts.select(along(alive, c.size(), 0), new_c, c)
    written = ops.ts.write(ops.ts.reshape(ops.ts.slice(y, 0, t, 1, 1), h.size()), h)
  found = packed_places(sizes, steps, batch)
  return ops.ts.index(y, [0, 1], [torch.select(found, 1, 0), torch.select(found, 1, 1)]), h, c


# (step, batch) of each packed row.
def packed_places(sizes: Tensor, steps: int, batch: int) -> Tensor:
  plane = [steps, batch]
  return ops.ts.nonzero(ops.ts.lt(places(plane, 1), along(sizes, plane, 0)))


def optional_at(l: List[Tensor], i: int, there: bool) -> Optional[Tensor]:
  if there:
    return l[i]
  return None


def layer_state(h: Tensor, i: int) -> Tensor:
  return ops.ts.reshape(ops.ts.slice(h, 0, i, 1, 1), [h.size(1), h.size(2)])


# All layers and directions; params hold w_ih, w_hh, then biases and the projection if there are any, for each.
def recurrent_any(input: Tensor, sizes: Optional[Tensor], h0: Tensor, c0: Tensor, params: List[Tensor], has_biases: bool, layers: int,
    dropout: float, train: bool, bidirectional: bool, mode: int) -> Tuple[Tensor, Tensor, Tensor]:
  directions = 2 if bidirectional else 1
  projects = (mode == 0) and (not ops.ts.same(h0.size(2), c0.size(2)))
  stride = 2 + (2 if has_biases else 0) + (1 if projects else 0)
  if len(params) != layers * directions * stride:
    raise RuntimeError("got an incorrect number of RNN parameters")
  x = input
  hs = annotate(List[Tensor], [])
  cs = annotate(List[Tensor], [])
  for layer in range(layers):
    outs = annotate(List[Tensor], [])
    for d in range(directions):
      k = layer * directions + d
      p = k * stride
      b_ih = optional_at(params, p + 2, has_biases)
      b_hh = optional_at(params, p + 3, has_biases)
      w_hr = optional_at(params, p + stride - 1, projects)
      y, h, c = direction_of(x, sizes, layer_state(h0, k), layer_state(c0, k), params[p], params[p + 1], b_ih, b_hh, w_hr, mode, d == 1)
      outs.append(y)
      hs.append(torch.unsqueeze(h, 0))
      cs.append(torch.unsqueeze(c, 0))
    x = outs[0] if directions == 1 else ops.ts.concatenate(outs, outs[0].dim() - 1)
    if train and (dropout > 0.0) and (layer < layers - 1):
      x = dropped_out(x, dropout, x.size())
  return x, ops.ts.concatenate(hs, 0), ops.ts.concatenate(cs, 0)


def direction_of(x: Tensor, sizes: Optional[Tensor], h: Tensor, c: Tensor, w_ih: Tensor, w_hh: Tensor, b_ih: Optional[Tensor], b_hh: Optional[Tensor],
    w_hr: Optional[Tensor], mode: int, backwards: bool) -> Tuple[Tensor, Tensor, Tensor]:
  if sizes is None:
    return recurrent_layer(x, h, c, w_ih, w_hh, b_ih, b_hh, w_hr, mode, backwards)
  return packed_layer(x, sizes, h, c, w_ih, w_hh, b_ih, b_hh, w_hr, mode, backwards)


def recurrent_padded(input: Tensor, h0: Tensor, c0: Tensor, params: List[Tensor], has_biases: bool, layers: int, dropout: float, train: bool,
    bidirectional: bool, batch_first: bool, mode: int) -> Tuple[Tensor, Tensor, Tensor]:
  x = swapped(input, 0, 1) if batch_first else input
  y, h, c = recurrent_any(x, None, h0, c0, params, has_biases, layers, dropout, train, bidirectional, mode)
  return swapped(y, 0, 1) if batch_first else y, h, c


@op("aten::lstm.input")
def lstm_input(input: Tensor, hx: List[Tensor], params: List[Tensor], has_biases: bool, num_layers: int, dropout: float, train: bool,
    bidirectional: bool, batch_first: bool) -> Tuple[Tensor, Tensor, Tensor]:
  return recurrent_padded(input, hx[0], hx[1], params, has_biases, num_layers, dropout, train, bidirectional, batch_first, 0)


@op("aten::gru.input")
def gru_input(input: Tensor, hx: Tensor, params: List[Tensor], has_biases: bool, num_layers: int, dropout: float, train: bool,
    bidirectional: bool, batch_first: bool) -> Tuple[Tensor, Tensor]:
  y, h, c = recurrent_padded(input, hx, hx, params, has_biases, num_layers, dropout, train, bidirectional, batch_first, 1)
  return y, h


@op("aten::rnn_tanh.input")
def rnn_tanh_input(input: Tensor, hx: Tensor, params: List[Tensor], has_biases: bool, num_layers: int, dropout: float, train: bool,
    bidirectional: bool, batch_first: bool) -> Tuple[Tensor, Tensor]:
  y, h, c = recurrent_padded(input, hx, hx, params, has_biases, num_layers, dropout, train, bidirectional, batch_first, 2)
  return y, h


@op("aten::rnn_relu.input")
def rnn_relu_input(input: Tensor, hx: Tensor, params: List[Tensor], has_biases: bool, num_layers: int, dropout: float, train: bool,
    bidirectional: bool, batch_first: bool) -> Tuple[Tensor, Tensor]:
  y, h, c = recurrent_padded(input, hx, hx, params, has_biases, num_layers, dropout, train, bidirectional, batch_first, 3)
  return y, h


@op("aten::lstm.data")
def lstm_data(data: Tensor, batch_sizes: Tensor, hx: List[Tensor], params: List[Tensor], has_biases: bool, num_layers: int, dropout: float,
    train: bool, bidirectional: bool) -> Tuple[Tensor, Tensor, Tensor]:
  return recurrent_any(data, batch_sizes, hx[0], hx[1], params, has_biases, num_layers, dropout, train, bidirectional, 0)


@op("aten::gru.data")
def gru_data(data: Tensor, batch_sizes: Tensor, hx: Tensor, params: List[Tensor], has_biases: bool, num_layers: int, dropout: float,
    train: bool, bidirectional: bool) -> Tuple[Tensor, Tensor]:
  y, h, c = recurrent_any(data, batch_sizes, hx, hx, params, has_biases, num_layers, dropout, train, bidirectional, 1)
  return y, h


@op("aten::rnn_tanh.data")
def rnn_tanh_data(data: Tensor, batch_sizes: Tensor, hx: Tensor, params: List[Tensor], has_biases: bool, num_layers: int, dropout: float,
    train: bool, bidirectional: bool) -> Tuple[Tensor, Tensor]:
  y, h, c = recurrent_any(data, batch_sizes, hx, hx, params, has_biases, num_layers, dropout, train, bidirectional, 2)
  return y, h


@op("aten::rnn_relu.data")
def rnn_relu_data(data: Tensor, batch_sizes: Tensor, hx: Tensor, params: List[Tensor], has_biases: bool, num_layers: int, dropout: float,
    train: bool, bidirectional: bool) -> Tuple[Tensor, Tensor]:
  y, h, c = recurrent_any(data, batch_sizes, hx, hx, params, has_biases, num_layers, dropout, train, bidirectional, 3)
  return y, h


def cell_gates(input: Tensor, w_ih: Tensor, b_ih: Optional[Tensor]) -> Tensor:
  return linear_sum(input, w_ih, b_ih)


@op("aten::lstm_cell")
def lstm_cell(input: Tensor, hx: List[Tensor], w_ih: Tensor, w_hh: Tensor, b_ih: Optional[Tensor], b_hh: Optional[Tensor]) -> Tuple[Tensor, Tensor]:
  return recurrent_step(cell_gates(input, w_ih, b_ih), hx[0], hx[1], w_hh, b_hh, None, 0)


@op("aten::gru_cell")
def gru_cell(input: Tensor, hx: Tensor, w_ih: Tensor, w_hh: Tensor, b_ih: Optional[Tensor], b_hh: Optional[Tensor]) -> Tensor:
  return recurrent_step(cell_gates(input, w_ih, b_ih), hx, hx, w_hh, b_hh, None, 1)[0]


@op("aten::rnn_tanh_cell")
def rnn_tanh_cell(input: Tensor, hx: Tensor, w_ih: Tensor, w_hh: Tensor, b_ih: Optional[Tensor], b_hh: Optional[Tensor]) -> Tensor:
  return recurrent_step(cell_gates(input, w_ih, b_ih), hx, hx, w_hh, b_hh, None, 2)[0]


@op("aten::rnn_relu_cell")
def rnn_relu_cell(input: Tensor, hx: Tensor, w_ih: Tensor, w_hh: Tensor, b_ih: Optional[Tensor], b_hh: Optional[Tensor]) -> Tensor:
  return recurrent_step(cell_gates(input, w_ih, b_ih), hx, hx, w_hh, b_hh, None, 3)[0]


# Rows that lie within the length of their batch, step by step; lengths fall.


@op("aten::_pack_padded_sequence")
def _pack_padded_sequence(input: Tensor, lengths: Tensor, batch_first: bool) -> Tuple[Tensor, Tensor]:
  x = swapped(input, 0, 1) if batch_first else input
  n = cast(lengths, 4)
  if x.size(1) != n.size(0):
    raise RuntimeError(torch.format("Expected `len(lengths)` to be equal to batch_size, but got {} (batch_size={})", n.size(0), x.size(1)))
  plane = [x.size(0), x.size(1)]
  inside = ops.ts.lt(places(plane, 0), along(n, plane, 1))
  found = ops.ts.nonzero(inside)
  data = ops.ts.index(x, [0, 1], [torch.select(found, 1, 0), torch.select(found, 1, 1)])
  sizes = ops.ts.reduce(ops.ts.convert(inside, 4), [1], "sum")
  longest = int(ops.ts.item(torch.select(n, 0, 0)))
  return data, ops.ts.slice(sizes, 0, 0, longest, 1)


@op("aten::_pad_packed_sequence")
def _pad_packed_sequence(data: Tensor, batch_sizes: Tensor, batch_first: bool, padding_value: number, total_length: int) -> Tuple[Tensor, Tensor]:
  steps = batch_sizes.size(0)
  batch = int(ops.ts.item(torch.select(batch_sizes, 0, 0)))
  length = steps
  if total_length > 0:
    length = total_length
  found = packed_places(batch_sizes, steps, batch)
  rest = data.size()[1:]
  base = ops.ts.full([length, batch] + rest, padding_value, data.dtype)
  y = ops.ts.scatter(base, [0, 1], [torch.select(found, 1, 0), torch.select(found, 1, 1)], data, "set")
  plane = [steps, batch]
  lengths = ops.ts.reduce(ops.ts.convert(ops.ts.lt(places(plane, 1), along(batch_sizes, plane, 0)), 4), [0], "sum")
  return swapped(y, 0, 1) if batch_first else y, lengths
