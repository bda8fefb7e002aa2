#!/usr/bin/env python3
"""Compares interpreted results of generated programs with those of PyTorch, which must be there: finds what all our ways have wrong.

  compare_torch.py --program build/bin/sconce-differential --seeds 0:300
"""
import argparse
import collections
import json
import math
import os
import re
import subprocess
import sys
import tempfile

import torch

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import generate

RTOL = {torch.float16: 1e-2, torch.float32: 2e-4, torch.float64: 1e-9}


def close(a, b, tolerance):
    return a == b or (math.isnan(a) and math.isnan(b)) or abs(a - b) <= tolerance


def difference(ours, theirs, place):
    """Where a result of ours, as JSON, is not PyTorch's; None where it is."""
    if isinstance(theirs, torch.Tensor):
        dtype = str(theirs.dtype).split(".")[-1]
        if not isinstance(ours, dict) or ours.get("dtype") != dtype or ours["sizes"] != list(theirs.shape):
            return f"{place}: {ours} is not {theirs}"
        values = [float(value) for value in theirs.reshape(-1).tolist()]
        scale = max([1.0] + [abs(value) for value in values if math.isfinite(value)])
        tolerance = RTOL.get(theirs.dtype, 0) * scale
        if all(close(float(a), b, tolerance) for a, b in zip(ours["data"], values)):
            return None
        return f"{place}: {ours['data']} is not {values}"
    if isinstance(theirs, (list, tuple)):
        if not isinstance(ours, list) or len(ours) != len(theirs):
            return f"{place}: {ours} is not {theirs}"
        return next(filter(None, (difference(a, b, f"{place}[{i}]") for i, (a, b) in enumerate(zip(ours, theirs)))), None)
    if isinstance(theirs, dict):
        if not isinstance(ours, dict) or "dict" not in ours:
            return f"{place}: {ours} is not {theirs}"
        return difference([list(pair) for pair in ours["dict"]], [list(pair) for pair in theirs.items()], place)
    if isinstance(theirs, float):
        same = isinstance(ours, dict) and "float" in ours and close(float(ours["float"]), theirs, 2e-4 * max(1.0, abs(theirs)))
        return None if same else f"{place}: {ours} is not {theirs}"
    return None if ours == theirs and isinstance(ours, bool) == isinstance(theirs, bool) else f"{place}: {ours!r} is not {theirs!r}"


def run(module, seed):
    """The three results in PyTorch; an exception as its last line."""
    import copy
    results = []
    for call in range(3):
        arguments = []
        while hasattr(module, f"p{seed}_{call}_{len(arguments)}"):
            arguments.append(getattr(module, f"p{seed}_{call}_{len(arguments)}"))
        try:
            results.append(copy.deepcopy(getattr(module, f"p{seed}")(*copy.deepcopy(arguments))))
        except Exception as error:
            results.append(error)
    return results


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", required=True)
    parser.add_argument("--seeds", required=True, metavar="A:B")
    options = parser.parse_args()
    first, last = (int(number) for number in options.seeds.split(":"))
    counts = collections.Counter()
    with tempfile.TemporaryDirectory() as folder, subprocess.Popen([options.program, "--show"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                                                   stderr=subprocess.DEVNULL, text=True, errors="replace") as process:
        path = os.path.join(folder, "p.pt")
        for seed in range(first, last):
            generate.build(path, [seed])
            try:
                module = torch.jit.load(path)
            except Exception as error:
                counts["not loaded by PyTorch"] += 1
                print(f"seed {seed}: PyTorch does not load it: {[line for line in str(error).splitlines() if line.strip()][0]}")
                continue
            process.stdin.write("0 " + path + "\n")
            process.stdin.flush()
            lines = []
            for line in process.stdout:
                if line == "done\n":
                    break
                lines.append(line)
            shown = next((line.split(" ", 2)[2] for line in lines if line.startswith("show ")), None)
            if shown is None:
                counts["died"] += 1
                print(f"seed {seed}: our program died")
                break
            try:
                ours = json.loads(shown, strict=False)
            except ValueError as error:
                counts["unreadable"] += 1
                continue
            wrong = None
            for call, (a, b) in enumerate(zip(ours, run(module, seed))):
                if isinstance(b, Exception):
                    message = re.sub(r"^builtins\.", "", [line for line in str(b).splitlines() if line.strip()][-1].strip())
                    text = a["raised"] if isinstance(a, dict) and "raised" in a else None
                    if text is None or message.split(": ", 1)[-1].strip() not in text:
                        wrong = f"call {call} raises '{message}', ours gives {a}"
                elif isinstance(a, dict) and "raised" in a:
                    wrong = f"call {call} returns, ours raises {a}"
                else:
                    wrong = difference(a, b, f"call {call}")
                if wrong:
                    break
            counts["differs" if wrong else "same"] += 1
            if wrong:
                print(f"seed {seed}: {wrong[:400]}")
    print(f"seeds {options.seeds}: " + ", ".join(f"{count} {kind}" for kind, count in sorted(counts.items())))
    return 0 if set(counts) <= {"same"} else 1


if __name__ == "__main__":
    sys.exit(main())
