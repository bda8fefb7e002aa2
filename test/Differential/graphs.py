#!/usr/bin/env python3
"""Random graphs of tensor operators, traced by PyTorch and compared with it.

The generated programs of generate.py are about control flow and objects, and their tensors are small. Here tensors are as large as it takes
for ops to be merged row by row, tiled and put into each other's memory, and each is read by several others. Needs PyTorch.

  graphs.py --program build/bin/sconce --seeds 0:500 [--aot] [--jobs 2] [--keep FOLDER]

Prints the seeds that differ, and keeps their archives, arguments and expected results in FOLDER.
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


class Graph(torch.nn.Module):
    """Applies random operators to tensors that it has; each seed has its own."""

    def __init__(self, seed):
        super().__init__()
        self.seed = seed
        self.layers = torch.nn.ModuleList()
        self.is_built = False

    def layer(self, chooser, make):
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
            y = self.step(chooser, chooser.choice(tensors[-5:]), tensors)
            if 0 < y.numel() < 300000:
                tensors.append(y)
        self.is_built = True
        return tuple(tensors[len(arguments):][-4:]) or (arguments[0] + 1,)

    def step(self, chooser, x, tensors):
        dim = chooser.randrange(x.dim())
        size = x.shape[dim]
        kind = chooser.randrange(28)
        if kind == 0:
            return torch.relu(x)
        if kind == 1:
            return torch.sigmoid(x) * x
        if kind in (2, 3, 4):
            same = [t for t in tensors if t.shape == x.shape]
            other = chooser.choice(same)
            return chooser.choice([torch.add, torch.mul, torch.maximum])(x, other)
        if kind == 5:
            return torch.flip(x, [dim])
        if kind == 6:
            return torch.roll(x, chooser.randint(-3, 3), dim)
        if kind in (7, 8):
            fitting = [t for t in tensors if t.dim() == x.dim() and all(a == b or i == dim for i, (a, b) in enumerate(zip(t.shape, x.shape)))]
            return torch.cat([chooser.choice(fitting) for _ in range(chooser.randint(1, 2))] + [x], dim)
        if kind == 9:
            start = chooser.randrange(size)
            return x.narrow(dim, start, chooser.randint(1, size - start))
        if kind == 10:
            return torch.softmax(x, dim)
        if kind == 11:
            return x - x.mean(dim, keepdim=True)
        if kind == 12:
            return x.sum(dim, keepdim=chooser.random() < 0.5) * 0.1 if x.dim() > 2 else x * 2
        if kind == 13:
            return torch.cumsum(x, dim) * 0.1
        if kind == 14:
            return x.transpose(dim, chooser.randrange(x.dim()))
        if kind == 15:
            return torch.index_select(x, dim, torch.tensor([chooser.randrange(size) for _ in range(chooser.randint(1, 9))]))
        if kind == 16 and x.dim() in (3, 4):
            pad = [chooser.randint(0, 3) for _ in range(2 * (x.dim() - 2))]
            mode = chooser.choice(["constant", "replicate", "reflect"])
            return F.pad(x, pad, mode if min(x.shape[2:]) > 3 else "constant")
        if kind in (17, 18, 19) and x.dim() == 4 and x.shape[1] <= 64:
            channels, out, taps = x.shape[1], chooser.choice([3, 8, 16, 24, 64]), chooser.choice([1, 1, 3, 5])
            groups = channels if chooser.random() < 0.2 else 1
            make = lambda: torch.nn.Conv2d(channels, channels if groups != 1 else out, taps, padding=taps // 2, groups=groups)
            return self.layer(chooser, make)(x)
        if kind == 20 and x.dim() == 4 and min(x.shape[2:]) > 3:
            return chooser.choice([lambda: F.max_pool2d(x, 3, 2, 1), lambda: F.avg_pool2d(x, 2)])()
        if kind == 21 and x.dim() == 4:
            return F.interpolate(x, scale_factor=2.0, mode=chooser.choice(["nearest", "bilinear"]))
        if kind == 22:
            features = x.shape[-1]
            return F.layer_norm(x, [features])
        if kind == 23:
            features, out = x.shape[-1], chooser.choice([5, 16, 40])
            return self.layer(chooser, lambda: torch.nn.Linear(features, out))(x)
        if kind == 24 and x.dim() == 4:
            channels = x.shape[1]
            return self.layer(chooser, lambda: torch.nn.BatchNorm2d(channels))(x)
        if kind == 25:
            return x.reshape(-1, x.shape[-1]) if chooser.random() < 0.5 else x.unsqueeze(dim) if x.dim() < 4 else x.flatten(1, 2)
        if kind == 26:
            y = x.clone()
            at = chooser.randrange(size)
            y.select(dim, at).mul_(chooser.choice([2.0, -1.0])).add_(x.select(dim, size - 1 - at))
            return y
        if kind == 27 and x.dim() >= 3 and x.shape[-1] == x.shape[-2]:
            return torch.matmul(x, x.transpose(-1, -2)) * 0.1
        return x * 0.5 + 1


def make_case(seed, folder):
    """Writes the archive of a seed, its arguments and what PyTorch makes of them."""
    chooser = random.Random(seed + 1000003)
    torch.manual_seed(seed)
    extents = [1, 2, 3, 7, 8, 11, 14, 16, 17, 24, 28, 33]
    rank = chooser.choice([2, 3, 4, 4, 4])
    shape = [chooser.choice(extents) for _ in range(rank)]
    arguments = tuple(torch.randn(shape) for _ in range(chooser.randint(1, 2)))
    graph = Graph(seed)
    with torch.no_grad():
        graph(*arguments)
        traced = torch.jit.trace(graph.eval(), arguments, check_trace=False)
        expected = traced(*arguments)
    traced.save(str(folder / "model.pt"))
    torch.save(arguments, folder / "inputs.pt")
    torch.save(expected, folder / "expected.pt")


def run_seed(seed, program, mode, keep):
    with tempfile.TemporaryDirectory() as made:
        folder = pathlib.Path(made)
        make_case(seed, folder)
        command = [program, "run", folder / "model.pt", "--inputs", folder / "inputs.pt", "--expect", folder / "expected.pt"]
        # Sums in another order; some graphs multiply large numbers.
        command += ["--rtol", "1e-3", "--atol", "1e-3"] + mode
        result = subprocess.run(command, capture_output=True, text=True, timeout=300)
        if result.returncode != 0 and keep:
            kept = pathlib.Path(keep) / str(seed)
            kept.mkdir(parents=True, exist_ok=True)
            for file in folder.iterdir():
                (kept / file.name).write_bytes(file.read_bytes())
        return seed, result.returncode, (result.stderr or result.stdout).strip().splitlines()[-1:]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", required=True, help="sconce")
    parser.add_argument("--seeds", default="0:200", help="first:end")
    parser.add_argument("--aot", action="store_true", help="compile to a shared library")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--keep", help="a folder for what differs")
    options = parser.parse_args()
    torch.set_num_threads(1)
    first, end = map(int, options.seeds.split(":"))
    bad = 0
    with concurrent.futures.ProcessPoolExecutor(options.jobs) as pool:
        runs = [pool.submit(run_seed, seed, options.program, ["--aot"] if options.aot else [], options.keep) for seed in range(first, end)]
        for run in runs:
            seed, code, message = run.result()
            if code != 0:
                bad += 1
                print(f"seed {seed}: exit code {code}: {' '.join(message)}", flush=True)
    print(f"{end - first} graphs, {bad} differ")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
