#!/usr/bin/env python3
"""Runs the recorded conformance cases, and fails when one that passed before does not.

  check.py --sconce build/bin/sconce --cases ../shared/conformance [--part 3/10] [--aot]
  check.py --sconce build/bin/sconce --cases ../shared/conformance --zoo build/zoo --update

The cases' own runner does the work; this compares its outcomes with passing.txt beside this file. --update runs everything, just in
time and ahead of time, and writes passing.txt and docs/support.md anew.
"""
import argparse
import json
import os
import re
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
PASSING = os.path.join(HERE, "passing.txt")
SUPPORT = os.path.join(ROOT, "docs", "support.md")
SUITES = ["models", "jit_tests", "torch_mlir_e2e", "op_db"]
ABOUT = {"models": "whole models and small programs", "jit_tests": "programs of the language",
         "torch_mlir_e2e": "an operator or a small graph each, shapes often known at run time only",
         "op_db": "every operator, in several dtypes"}


def run_suite(options, suite, aot, cases=None):
    """The outcome of each case of a suite: id -> {"status", "why"}."""
    with tempfile.TemporaryDirectory() as folder:
        report = os.path.join(folder, "report.json")
        command = [sys.executable, os.path.join(options.cases, "run.py"), "--suite", suite, "--data", options.data, "--jobs", str(options.jobs),
                   "--timeout", str(options.timeout), "--json", report, "--serve", "--cmd", f"{options.sconce} run --serve"] + (["--aot"] if aot else [])
        if cases is not None:
            chosen = os.path.join(folder, "cases.txt")
            with open(chosen, "w") as file:
                file.write("\n".join(cases) + "\n")
            command += ["--list", chosen]
        # Its status says that some case failed; which ones matter is decided here.
        subprocess.run(command, stdout=subprocess.DEVNULL, check=False)
        with open(report) as file:
            return json.load(file)["results"]


def read_passing():
    with open(PASSING) as file:
        return [line for line in file.read().split() if line]


def check(options):
    part, parts = (int(n) for n in options.part.split("/"))
    chosen = [case for i, case in enumerate(read_passing()) if i % parts == part % parts]
    broken = []
    for suite in SUITES:
        cases = [case for case in chosen if case.startswith(suite + "/")]
        if not cases:
            continue
        results = run_suite(options, suite, options.aot, cases)
        missed = [(case, results.get(case, {"status": "missing", "why": ""})) for case in cases]
        missed = [(case, result) for case, result in missed if result["status"] != "pass"]
        print(f"{suite}: {len(cases) - len(missed)} of {len(cases)} cases hold", flush=True)
        broken += missed
    for case, result in broken:
        print(f"{case}: {result['status']}: {result['why']}", file=sys.stderr)
    return 1 if broken else 0


def without_path(reason, case):
    """The reason of a miss, told from the archive's point of view."""
    reason = re.sub(r"\S*" + re.escape(case) + r"/model\.pt", "model.pt", reason)
    return reason.removeprefix("error: ").replace("|", "\\|")


def run_zoo(options):
    """A row for each exported model: its name, whether it parses and resolves, and how its results compare."""
    rows = []
    for name in sorted(os.listdir(options.zoo)):
        folder = os.path.join(options.zoo, name)
        model = os.path.join(folder, "model.pt")
        if not os.path.exists(model):
            continue
        shown = subprocess.run([options.sconce, "show", model, "--ops"], capture_output=True, text=True, timeout=options.timeout)
        row = [name, "yes" if shown.returncode == 0 else "no"]
        missing = re.findall(r"(\S+)  \(not supported\)", shown.stdout)
        for extra in ([], ["--aot"]):
            if extra and "zoo" not in options.ahead:
                row.append("not run")
                continue
            if not os.path.exists(os.path.join(folder, "expected.pt")):
                row.append("needs " + ", ".join(f"`{m}`" for m in missing) if missing else "not recorded")
                continue
            with open(os.path.join(folder, "case.json")) as file:
                case = json.load(file)
            command = [options.sconce, "run", model, "--inputs", os.path.join(folder, "inputs.pt"), "--expect", os.path.join(folder, "expected.pt"),
                       "--rtol", str(case["rtol"]), "--atol", str(case["atol"])] + extra
            try:
                done = subprocess.run(command, capture_output=True, text=True, timeout=600)
                row.append("agrees" if done.returncode == 0 else "no: " + without_path((done.stderr.splitlines() or [""])[0], name))
            except subprocess.TimeoutExpired:
                row.append("no end in 600 s")
        print("  ".join(row), flush=True)
        rows.append(row)
    return rows


def table(header, rows):
    lines = ["| " + " | ".join(header) + " |", "|" + "---|" * len(header)]
    return "\n".join(lines + ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows]) + "\n"


def update(options):
    counts, misses, passing = [], [], []
    for suite in SUITES:
        results = run_suite(options, suite, aot=False)
        held = sorted(case for case, result in results.items() if result["status"] == "pass")
        runs_ahead = suite in options.ahead
        ahead = run_suite(options, suite, aot=True, cases=held) if runs_ahead else {}
        held_ahead = [case for case in held if runs_ahead and ahead[case]["status"] == "pass"]
        counts.append([suite, ABOUT[suite], len(results), f"{len(held)} ({100 * len(held) / len(results):.1f} %)",
                       f"{len(held_ahead)} ({100 * len(held_ahead) / max(len(held), 1):.1f} % of those)" if runs_ahead else "not run"])
        passing += held
        for case in sorted(results):
            if results[case]["status"] != "pass":
                misses.append([case, "just in time", results[case]["status"], without_path(results[case]["why"], case)])
            elif runs_ahead and ahead[case]["status"] != "pass":
                misses.append([case, "ahead of time", ahead[case]["status"], without_path(ahead[case]["why"], case)])
        print(*counts[-1], sep="  ", flush=True)
    with open(PASSING, "w") as file:
        file.write("\n".join(passing) + "\n")
    text = ["# What is supported\n\nWritten by `./dev conformance --update` from cases recorded with PyTorch 2.13.0.\n",
            "## Recorded cases\n", table(["suite", "what it is", "cases", "pass just in time", "pass ahead of time"], counts)]
    if options.zoo:
        text += ["## Models of torchvision, timm and transformers\n",
                 "Exported with random weights by `test/fixtures/generate.py --zoo`; batch 1, within rtol 1e-3 and atol 1e-4.\n",
                 table(["model", "parses and resolves", "just in time", "ahead of time"], run_zoo(options))]
    text += ["## Cases that do not pass\n", table(["case", "way", "outcome", "reason"], misses)]
    with open(SUPPORT, "w") as file:
        file.write("\n".join(text))
    return 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sconce", required=True, help="the tool")
    parser.add_argument("--cases", required=True, help="the folder of the recorded cases and their runner")
    parser.add_argument("--data", default=os.path.join(ROOT, "build", "conformance"), help="where the cases are, or are unpacked to")
    parser.add_argument("--part", default="0/1", metavar="I/N", help="only every N-th of the passing cases, from the I-th on")
    parser.add_argument("--aot", action="store_true", help="compile ahead of time")
    parser.add_argument("--update", action="store_true", help="write passing.txt and docs/support.md")
    parser.add_argument("--zoo", help="models exported by generate.py --zoo: into docs/support.md, too")
    parser.add_argument("--ahead", nargs="*", default=[*SUITES, "zoo"], help="with --update: the suites to compile ahead of time, too")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--timeout", type=int, default=120, help="seconds for a case")
    options = parser.parse_args()
    return update(options) if options.update else check(options)


if __name__ == "__main__":
    sys.exit(main())
