#!/usr/bin/env python3
"""Random graphs of tensor operators, traced by PyTorch and compared with it.

The generated programs of generate.py are about control flow and objects, and their tensors are small. Here tensors are as large as it takes
for ops to be merged row by row, tiled and put into each other's memory, and each is read by several others. Needs PyTorch.

  graphs.py --program build/bin/sconce --seeds 0:500 [--aot | --varying] [--threads N] [--jobs 2] [--keep FOLDER]

`--varying` compiles ahead of time with some extents given at run time, and calls with several of them; where they do not fit each other,
PyTorch raises, and so must we. Prints the seeds that differ, and keeps their archives, arguments and expected results in FOLDER.
"""
import argparse
import concurrent.futures
import pathlib
import random
import subprocess
import sys
import tempfile

import torch
import torch.nn.functional as F

# How far results may be off, as a part of the largest element: graphs sum in another order, and round 16-bit floats between ops.
TOLERANCES = {torch.float64: 1e-9, torch.float32: 3e-4, torch.float16: 2e-2, torch.bfloat16: 1e-1}
SPELLINGS = {torch.float64: "f64", torch.float32: "f32", torch.float16: "f16", torch.bfloat16: "bf16", torch.int64: "i64",
             torch.int32: "i32", torch.int16: "i16", torch.int8: "i8", torch.uint8: "u8", torch.bool: "bool"}

OPERATORS = []


def operator(weight=1):
    """Registers a function of a Step, which gives the next tensor or, where the chosen one does not fit, None."""

    def register(function):
        OPERATORS.extend([function] * weight)
        return function

    return register


class Step:
    """What an operator is applied to: a tensor and one of its dimensions."""

    def __init__(self, graph, chooser, tensors):
        self.graph, self.chooser, self.tensors = graph, chooser, tensors
        self.x = chooser.choice(tensors[-5:])
        self.dim = chooser.randrange(self.x.dim())
        self.size = int(self.x.shape[self.dim])

    @property
    def floats(self):
        """The tensor as floats."""
        return self.x if self.x.is_floating_point() else self.x.to(self.graph.floatType)

    @property
    def numbers(self):
        """The tensor as something that is no truth value."""
        return self.x.to(torch.int64) if self.x.dtype == torch.bool else self.x

    @property
    def factor(self):
        return self.chooser.choice([2.0, -0.5]) if self.x.is_floating_point() else self.chooser.choice([2, 3])

    def choice(self, *values):
        return self.chooser.choice(values)

    def maybe(self, probability=0.5):
        return self.chooser.random() < probability

    def number(self, first, last):
        return self.chooser.randint(first, last)

    def like(self):
        """A tensor of the same shape."""
        return self.chooser.choice([t for t in self.tensors if t.shape == self.x.shape])

    def beside(self):
        """A tensor of the same shape but along the dimension."""
        return self.chooser.choice([t for t in self.tensors if t.dim() == self.x.dim() and all(
            int(a) == int(b) or i == self.dim for i, (a, b) in enumerate(zip(t.shape, self.x.shape)))])

    def indices(self, *shape):
        return torch.tensor([self.chooser.randrange(self.size) for _ in range(torch.Size(shape).numel())]).reshape(shape)

    def layer(self, make):
        return self.graph.layer(make)


@operator()
def pointwise(s):
    x = s.floats
    return s.choice(lambda: torch.relu(x), lambda: torch.sigmoid(x) * x, lambda: F.gelu(x), lambda: torch.tanh(x), lambda: torch.erf(x),
                    lambda: torch.exp(-x * x), lambda: torch.log1p(x.abs()), lambda: torch.sqrt(x * x + 1), lambda: torch.sin(x),
                    lambda: torch.clamp(x, -1, 0.5), lambda: F.hardswish(x), lambda: F.leaky_relu(x, 0.1), lambda: F.softplus(x))()


@operator(3)
def binary(s):
    return s.choice(torch.add, torch.mul, torch.maximum)(s.x, s.like())


@operator()
def binary_by_broadcast(s):
    other = s.beside().narrow(s.dim, 0, 1)
    return s.choice(torch.add, torch.mul, torch.minimum)(s.x, other)


@operator()
def selected(s):
    masks = [t for t in s.tensors if t.dtype == torch.bool and t.shape == s.x.shape]
    whole = [t for t in s.tensors if not t.is_floating_point() and t.shape == s.x.shape]
    if not whole:
        return None
    mask = s.chooser.choice(masks) if masks and s.maybe() else s.chooser.choice(whole) > 0
    return s.choice(lambda: torch.where(mask, s.x, s.like()), lambda: s.floats.masked_fill(mask, -1.5), lambda: mask)()


@operator()
def converted(s):
    if s.x.is_floating_point():
        return s.x.to(s.choice(torch.float32, torch.float64, s.graph.floatType))
    return s.numbers.to(s.choice(torch.int32, torch.int64, torch.int16, torch.float32, s.graph.floatType))


@operator()
def flipped(s):
    return torch.flip(s.x, [s.dim])


@operator()
def rolled(s):
    return torch.roll(s.x, s.number(-3, 3), s.dim)


@operator(2)
def concatenated(s):
    return torch.cat([s.beside() for _ in range(s.number(1, 2))] + [s.x], s.dim)


@operator()
def stacked(s):
    return torch.stack([s.x, s.like()], s.dim) if s.x.dim() < 4 else None


@operator()
def narrowed(s):
    start = s.number(0, s.size - 1)
    return s.x.narrow(s.dim, start, s.number(1, s.size - start))


@operator()
def strided(s):
    return s.x[(slice(None),) * s.dim + (slice(s.number(0, 1), None, 2),)]


@operator()
def halves(s):
    if s.size % 2:
        return None
    first, second = s.x.chunk(2, s.dim)
    return first * second if s.maybe() else torch.cat([second, first], s.dim)


@operator()
def softmax(s):
    return s.choice(torch.softmax, torch.log_softmax)(s.floats, s.dim)


@operator()
def centred(s):
    x = s.floats
    return x - x.mean(s.dim, keepdim=True)


@operator(2)
def reduced(s):
    if s.x.dim() < 3:
        return None
    keep = s.maybe()
    return s.choice(lambda: s.x.sum(s.dim, keepdim=keep) * 0.1, lambda: s.x.amax(s.dim, keepdim=keep), lambda: s.floats.mean(s.dim, keep),
                    lambda: s.floats.var(s.dim, unbiased=False, keepdim=keep), lambda: s.floats.logsumexp(s.dim, keep),
                    lambda: torch.linalg.vector_norm(s.floats, 2, s.dim, keep))()


@operator()
def scanned(s):
    return s.choice(lambda: torch.cumsum(s.x, s.dim) * 0.1, lambda: torch.cummax(s.x, s.dim).values)()


@operator()
def sorted_values(s):
    return s.choice(lambda: torch.sort(s.x, s.dim, s.maybe()).values, lambda: torch.topk(s.numbers, s.number(1, s.size), s.dim).values)()


@operator()
def transposed(s):
    return s.x.transpose(s.dim, s.chooser.randrange(s.x.dim()))


@operator()
def indexed(s):
    return torch.index_select(s.x, s.dim, s.indices(s.number(1, 9)))


@operator()
def gathered(s):
    return torch.gather(s.x, s.dim, s.indices(*s.x.shape)) if s.x.numel() < 5000 else None


@operator()
def added_rows(s):
    count = s.number(1, s.size)
    return torch.index_add(s.x, s.dim, s.indices(count), s.x.narrow(s.dim, 0, count))


@operator()
def padded(s):
    if s.x.dim() not in (3, 4):
        return None
    pad = [s.number(0, 3) for _ in range(2 * (s.x.dim() - 2))]
    return F.pad(s.floats, pad, s.choice("constant", "replicate", "reflect") if min(s.x.shape[2:]) > 3 else "constant")


@operator(3)
def convolution(s):
    x = s.floats
    channels = int(x.shape[1])
    if x.dim() not in (3, 4) or channels > 64:
        return None
    out, taps, isDepthwise = s.choice(3, 8, 16, 24, 64), s.choice(1, 1, 3, 5), s.maybe(0.2)
    stride, dilation, isTransposed = s.choice(1, 1, 1, 2), s.choice(1, 1, 1, 2), s.maybe(0.1)
    if min(x.shape[2:]) <= dilation * (taps - 1):
        return None
    kinds = {3: (torch.nn.Conv1d, torch.nn.ConvTranspose1d), 4: (torch.nn.Conv2d, torch.nn.ConvTranspose2d)}[x.dim()]
    return s.layer(lambda: kinds[isTransposed](channels, channels if isDepthwise else out, taps, padding=taps // 2 * dilation, stride=stride,
                                               dilation=dilation, groups=channels if isDepthwise else 1).to(x.dtype))(x)


@operator()
def pooled(s):
    x = s.floats
    if x.dim() != 4 or min(x.shape[2:]) < 4:
        return None
    return s.choice(lambda: F.max_pool2d(x, 3, 2, 1), lambda: F.avg_pool2d(x, 2), lambda: F.avg_pool2d(x, 3, 1, 1),
                    lambda: F.adaptive_avg_pool2d(x, (s.number(1, 4), 3)))()


@operator()
def resized(s):
    x = s.floats
    return F.interpolate(x, scale_factor=2.0, mode=s.choice("nearest", "bilinear")) if x.dim() == 4 else None


@operator()
def normalized(s):
    x = s.floats
    # Rows of equal elements have no deviation but what rounding makes.
    eps = 1e-5 if x.dtype.itemsize > 2 else 0.1
    if x.dim() == 4 and s.maybe():
        channels = int(x.shape[1])
        groups = 2 if channels % 2 == 0 else 1
        return s.choice(lambda: s.layer(lambda: torch.nn.BatchNorm2d(channels).to(x.dtype))(x), lambda: F.group_norm(x, groups, eps=eps),
                        lambda: F.instance_norm(x, eps=eps) if x.shape[2:].numel() > 1 else x * 3)()
    return F.layer_norm(x, [x.shape[-1]], eps=eps)


@operator()
def linear(s):
    x = s.floats
    features, out = int(x.shape[-1]), s.choice(5, 16, 40)
    return s.layer(lambda: torch.nn.Linear(features, out).to(x.dtype))(x)


@operator()
def reshaped(s):
    x = s.x
    return s.choice(lambda: x.reshape(-1, x.shape[-1]), lambda: x.unsqueeze(s.dim) if x.dim() < 4 else x.flatten(1, 2),
                    lambda: x.reshape(2, x.shape[0] // 2, *x.shape[1:]) if x.dim() < 4 and int(x.shape[0]) % 2 == 0 else x.contiguous())()


@operator()
def expanded(s):
    return s.x.unsqueeze(s.dim).expand(*x_shape(s.x, s.dim, 3)) if s.x.dim() < 4 else None


def x_shape(x, dim, extent):
    return list(x.shape[:dim]) + [extent] + list(x.shape[dim:])


@operator(2)
def written_in_place(s):
    y = s.numbers.clone()
    at = s.number(0, s.size - 1)
    start = s.number(0, s.size - 1)
    s.choice(lambda: y.select(s.dim, at).mul_(s.factor).add_(y.select(s.dim, s.size - 1 - at)),
             lambda: y.narrow(s.dim, start, s.size - start).copy_(y.narrow(s.dim, 0, s.size - start).flip([s.dim])),
             lambda: y.transpose(0, -1).narrow(0, 0, 1).fill_(1),
             lambda: y.narrow(s.dim, 0, s.size // 2 + 1).add_(s.number(1, 3)),
             lambda: y.index_fill_(s.dim, s.indices(2), 2))()
    return y


@operator()
def product_with_itself(s):
    x = s.floats
    if x.dim() < 3:
        return None
    return torch.matmul(x, x.transpose(-1, -2)) / (int(x.shape[-1]) ** 0.5)


@operator()
def attention(s):
    x = s.floats
    return F.scaled_dot_product_attention(x, s.choice(x, x * 0.5), x) if x.dim() in (3, 4) else None


@operator()
def triangular(s):
    return s.choice(torch.tril, torch.triu)(s.x, s.number(-2, 2))


@operator(2)
def parts(s):
    x = s.x
    return s.choice(lambda: x.select(s.dim, s.number(0, s.size - 1)) if x.dim() > 2 else None, lambda: x.unfold(s.dim, min(2, s.size), 1),
                    lambda: x.split(max(1, s.size // 2), s.dim)[0], lambda: torch.diff(s.numbers, dim=s.dim) if s.size > 1 else None,
                    lambda: torch.stack(x.unbind(s.dim)[::-1][:4], s.dim))()


@operator()
def repeated(s):
    times = [2 if dim == s.dim else 1 for dim in range(s.x.dim())]
    return s.choice(lambda: s.x.repeat(times), lambda: torch.repeat_interleave(s.x, 2, s.dim), lambda: s.x.tile(times))()


@operator()
def chosen(s):
    """As many elements as the data say."""
    mask = (s.numbers if not s.x.is_floating_point() else s.x.detach().round()) > 0
    return s.choice(lambda: s.x.reshape(-1, 1)[mask.reshape(-1)], lambda: s.numbers[mask].unsqueeze(0))() if s.x.numel() < 20000 else None


@operator()
def looked_up(s):
    whole = [t for t in s.tensors if t.dtype in (torch.int64, torch.int32) and t.numel() < 3000 and t.dim() < 4]
    if not whole:
        return None
    indices = s.chooser.choice(whole).clamp(0, 8)
    return s.choice(lambda: s.layer(lambda: torch.nn.Embedding(9, 12).to(s.graph.floatType))(indices), lambda: F.one_hot(indices.long(), 9))()


@operator()
def summed_products(s):
    x = s.floats
    if x.dim() == 2:
        return torch.einsum("ij,ik->jk", x, x) / 8
    return torch.einsum("bij,bkj->bik", x, x) / 8 if x.dim() == 3 else torch.einsum("nchw,nchw->nhw", x, x * 0.5)


@operator()
def channels_moved(s):
    x = s.x
    if x.dim() != 4:
        return None
    return s.choice(lambda: F.pixel_shuffle(x, 2) if int(x.shape[1]) % 4 == 0 else None, lambda: x.to(memory_format=torch.channels_last),
                    lambda: F.pixel_unshuffle(x, 2) if int(x.shape[2]) % 2 == 0 and int(x.shape[3]) % 2 == 0 else None,
                    lambda: F.unfold(s.floats, 2, padding=1))()


@operator()
def recurrent(s):
    x = s.floats
    if x.dim() != 3 or x.dtype.itemsize == 2 or x.numel() > 5000:
        return None
    features = int(x.shape[2])
    kind, isBatchFirst = s.choice(torch.nn.LSTM, torch.nn.GRU), s.maybe()
    return s.layer(lambda: kind(features, 8, batch_first=isBatchFirst).to(x.dtype))(x)[0]


@operator()
def scattered(s):
    count = s.number(1, s.size)
    rows = s.numbers.narrow(s.dim, 0, count)
    where = torch.tensor(s.chooser.sample(range(s.size), count))
    return s.choice(lambda: s.numbers.index_copy(s.dim, where, rows), lambda: s.numbers.index_fill(s.dim, where, 1))()


class Graph(torch.nn.Module):
    """Applies random operators to tensors that it has; each seed has its own."""

    def __init__(self, seed, floatType):
        super().__init__()
        self.seed = seed
        self.floatType = floatType
        self.layers = torch.nn.ModuleList()
        self.is_built = False
        self.types = set()

    def layer(self, make):
        """The next layer, which is made when the graph is walked for the first time."""
        if not self.is_built:
            self.layers.append(make().eval())
        self.next += 1
        return self.layers[self.next - 1]

    def forward(self, *arguments):
        chooser = random.Random(self.seed)
        self.next = 0
        tensors = list(arguments)
        for _ in range(chooser.randint(3, 24)):
            step = Step(self, chooser, tensors)
            y = chooser.choice(OPERATORS)(step)
            if y is None:
                y = step.x * 0.5 + 1
            if 0 < y.dim() <= 4 and 0 < y.numel() < 300000:
                tensors.append(y)
        self.is_built = True
        self.types.update(t.dtype for t in tensors)
        # No two results share memory: how they do is not compared.
        return tuple(t.clone() for t in tensors[len(arguments):][-4:]) or (arguments[0] + 1,)


def make_arguments(chooser, shape, types):
    whole = {torch.bool: (0, 1), torch.uint8: (0, 9)}
    return tuple(torch.randn(shape).to(t) if t.is_floating_point else torch.randint(*whole.get(t, (-5, 5)), shape).to(t) for t in types)


class Case:
    """The archive of a seed, its arguments and what PyTorch makes of them, in a folder."""

    def __init__(self, seed, folder, varying):
        chooser = random.Random(seed + 1000003)
        torch.manual_seed(seed)
        extents = [1, 2, 3, 7, 8, 11, 14, 16, 17, 24, 28, 33]
        shape = [chooser.choice(extents) for _ in range(chooser.choice([2, 3, 4, 4, 4]))]
        floatType = chooser.choice([torch.float32] * 6 + [torch.float64, torch.float64, torch.bfloat16, torch.float16])
        types = [floatType] * chooser.randint(1, 2)
        if chooser.random() < 0.4:
            types.append(chooser.choice([torch.int64, torch.int32, torch.int16, torch.int8, torch.uint8, torch.bool]))
        calls = [make_arguments(chooser, shape, types)]
        varied = [dim for dim in range(len(shape)) if varying and chooser.random() < 0.4] or [0]
        for _ in range(4 if varying else 0):
            other = lambda: [max(1, extent + chooser.choice([-9, -1, 1, 2, 5, 19])) if dim in varied else extent for dim, extent in enumerate(shape)]
            common = other()
            calls.append(sum((make_arguments(chooser, common if chooser.random() < 0.8 else other(), [t]) for t in types), ()))
        self.specs = ["x".join("?" if dim in varied else str(extent) for dim, extent in enumerate(shape)) + "x" + SPELLINGS[t] for t in types]
        graph = Graph(seed, floatType)
        # Ops whose results nobody wants raise, too.
        with torch.no_grad(), torch.jit.optimized_execution(False):
            graph(*calls[0])
            self.tolerance = max(TOLERANCES.get(t, 0) for t in graph.types)
            traced = torch.jit.trace(graph.eval(), calls[0], check_trace=False)
            self.calls, self.expected, self.refused = [], [], []
            for arguments in calls:
                try:
                    self.expected.append(traced(*arguments))
                    self.calls.append(arguments)
                except (RuntimeError, IndexError) as error:
                    self.refused.append(arguments)
                    self.refusal = str(error).strip().splitlines()[-1]
                    break
        traced.save(str(folder / "model.pt"))
        torch.save(self.calls, folder / "inputs.pt")
        torch.save(self.expected, folder / "expected.pt")

    def difference(self, results):
        """What differs from PyTorch's results; None where nothing does."""
        for call, (got, wanted) in enumerate(zip(results, self.expected)):
            for number, (a, b) in enumerate(zip(got, wanted)):
                where = f"call {call}, result {number}"
                if a.dtype != b.dtype or a.shape != b.shape:
                    return f"{where}: {a.dtype} {list(a.shape)}, expected {b.dtype} {list(b.shape)}"
                if not b.is_floating_point():
                    if not torch.equal(a, b):
                        return f"{where}: {int((a != b).sum())} of {b.numel()} whole numbers differ"
                    continue
                a, b = a.double(), b.double()
                # What is left of a difference of equals is rounding.
                scale = max(0.1, b[b.isfinite()].abs().max()) if b.isfinite().any() else 1.0
                off = ~torch.isclose(a, b, rtol=0, atol=float(self.tolerance * scale), equal_nan=True)
                if off.any():
                    return f"{where}: {int(off.sum())} of {b.numel()} differ, by up to {float((a - b)[off].abs().max() / scale):.1e} of the largest"
        return None


def run_program(command):
    """The exit code, and the last of what was said."""
    try:
        result = subprocess.run(command, capture_output=True, text=True, timeout=60)
        return result.returncode, " ".join((result.stderr or result.stdout).strip().splitlines()[-2:])
    except subprocess.TimeoutExpired:
        return 124, "takes too long"


def run_seed(seed, options):
    with tempfile.TemporaryDirectory() as made:
        folder = pathlib.Path(made)
        case = Case(seed, folder, options.varying)
        command = [options.program, "run", folder / "model.pt", "--threads", str(options.threads)]
        if options.aot or options.varying:
            command.append("--aot")
        if options.varying:
            for spec in case.specs:
                command += ["--input", spec]
        else:
            command.append("--no-cache")
        command += ["--inputs", folder / "inputs.pt", "--output", folder / "results.pt"]
        code, message = run_program(command)
        if code == 0:
            message = case.difference(torch.load(folder / "results.pt"))
            code = 1 if message else 0
        if code == 0 and case.refused:
            torch.save(case.refused, folder / "refused.pt")
            command[-3:] = [folder / "refused.pt", "--raises", ""]
            code, message = run_program(command)
            message += ", as PyTorch does: " + case.refusal
        if code != 0 and options.keep:
            kept = pathlib.Path(options.keep) / str(seed)
            kept.mkdir(parents=True, exist_ok=True)
            for file in folder.iterdir():
                (kept / file.name).write_bytes(file.read_bytes())
            (kept / "command").write_text(" ".join(str(kept / word.name) if isinstance(word, pathlib.Path) else f"'{word}'" for word in command))
        return seed, code, message


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", required=True, help="sconce")
    parser.add_argument("--seeds", default="0:200", help="first:end")
    parser.add_argument("--aot", action="store_true", help="compile to a shared library")
    parser.add_argument("--varying", action="store_true", help="compile ahead of time, some extents given at run time")
    parser.add_argument("--threads", type=int, default=0, help="threads that kernels are split over")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--keep", help="a folder for what differs")
    options = parser.parse_args()
    torch.set_num_threads(1)
    first, end = map(int, options.seeds.split(":"))
    bad = 0
    with concurrent.futures.ProcessPoolExecutor(options.jobs) as pool:
        runs = [pool.submit(run_seed, seed, options) for seed in range(first, end)]
        for run in runs:
            seed, code, message = run.result()
            if code != 0:
                bad += 1
                print(f"seed {seed}: exit code {code}: {message}", flush=True)
    print(f"{end - first} graphs, {bad} differ")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
