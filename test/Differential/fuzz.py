#!/usr/bin/env python3
"""Runs generated programs three ways (differential.cpp) and fails where the ways disagree.

  fuzz.py --program build/test/sconce-differential --seeds 0:320 --jobs 2
  fuzz.py --program … --seeds 0:100000 --keep DIR      # failing programs are left in DIR; a later range goes on
  fuzz.py --program … --found test/Differential/found  # what reduce.py left of programs that once failed

Each seed is one program; `--group` of them are the methods of one archive, and so of one shared library. What differs, crashes or does
not end is run again alone, and printed. Refused programs (unsupported) are counted by their message.
"""
import argparse
import collections
import concurrent.futures
import glob
import os
import queue
import re
import subprocess
import sys
import tempfile
import threading

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import generate


class Worker:
    """A process that is asked about one archive after the other."""

    def __init__(self, options):
        self.options, self.process, self.asked = options, None, 0

    def ask(self, path, level=0):
        """The lines about an archive, compiled at LLVM's optimization level; None where the process died or took too long."""
        # Loaded libraries stay, so a process does not live on for ever.
        self.asked += 1
        if self.asked % 64 == 0:
            self.close()
        if self.process is None:
            self.process = subprocess.Popen([self.options.program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                                            text=True, errors="replace")
        process, lines = self.process, []
        timer = threading.Timer(self.options.timeout, process.kill)
        timer.start()
        try:
            process.stdin.write(f"{level} {path}\n")
            process.stdin.flush()
            for line in process.stdout:
                if line == "done\n":
                    return lines
                lines.append(line.rstrip("\n"))
        except OSError:
            pass
        finally:
            timer.cancel()
        process.kill()
        process.wait()
        self.process = None
        return None

    def close(self):
        if self.process:
            self.process.stdin.close()
            self.process.wait()
            self.process = None


def levelOf(seed):
    """Code as LLVM makes it at once for most programs, optimized for some: it is the same code of ours, in a third of the time."""
    return 2 if seed // 1000 % 8 == 7 else 0


def examine(options, worker, folder, seeds):
    """What became of each seed: seed -> line."""
    path = os.path.join(folder, f"{seeds[0]}-{seeds[-1]}.pt")
    generate.writePrograms(path, [options.programOf(seed) for seed in seeds])
    lines = worker.ask(path, options.level if options.level is not None else levelOf(seeds[0]))
    os.unlink(path)
    alone = len(seeds) == 1
    if lines is None:
        if alone:
            return {seeds[0]: "DIED or did not end"}
        lines = []
    outcomes = {}
    for line in lines:
        match = re.match(r"(same|raises|refused|DIFFERS) p(\d+)(.*)", line)
        if match:
            outcomes[int(match[2])] = match[1] + match[3]
        elif alone:
            outcomes[seeds[0]] = line
    if len(outcomes) == len(seeds):
        return outcomes
    # Some program spoils it for all.
    return {seed: outcome for seed in seeds for seed, outcome in examine(options, worker, folder, [seed]).items()} if not alone else outcomes


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", required=True, help="sconce-differential")
    parser.add_argument("--seeds", default="0:0", metavar="A:B", help="from A up to B")
    parser.add_argument("--found", help="a folder of programs")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--group", type=int, default=32, help="programs in an archive")
    parser.add_argument("--level", type=int, help="LLVM's optimization level; else 0, and 2 for an eighth of the seeds")
    parser.add_argument("--timeout", type=float, default=120, help="seconds for an archive")
    parser.add_argument("--keep", help="where failing programs are left, as archive and text")
    parser.add_argument("--most", type=int, default=10, help="failing programs to print")
    parser.add_argument("--refused", action="store_true", help="count the messages of what is refused")
    options = parser.parse_args()
    first, last = (int(number) for number in options.seeds.split(":"))
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "too_large.txt")) as file:
        tooLarge = {int(line.split()[0]) for line in file if not line.startswith("#")}
    chosen = [seed for seed in range(first, last) if seed not in tooLarge or last - first == 1]
    options.programOf = generate.Program
    if options.found:
        found = [generate.Program.load(path) for path in sorted(glob.glob(os.path.join(options.found, "*.json")))]
        options.programOf = {program.seed: program for program in found}.__getitem__
        chosen = sorted(program.seed for program in found)
    groups = queue.SimpleQueue()
    for begin in range(0, len(chosen), options.group):
        groups.put(chosen[begin:begin + options.group])
    counts, messages, failing, lock = collections.Counter(), collections.defaultdict(list), [], threading.Lock()

    def work(folder):
        worker = Worker(options)
        while True:
            try:
                seeds = groups.get_nowait()
            except queue.Empty:
                return worker.close()
            outcomes = examine(options, worker, folder, list(seeds))
            with lock:
                for seed in seeds:
                    outcome = outcomes.get(seed, "MISSING")
                    kind = outcome.split()[0]
                    counts[kind] += 1
                    if kind == "refused" and not options.found:
                        messages[re.sub(r"[0-9]+", "N", outcome.split(".py)", 1)[-1])[:160]].append(seed)
                    elif kind not in ("same", "raises"):
                        failing.append((seed, outcome))

    with tempfile.TemporaryDirectory() as folder:
        with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
            for job in [pool.submit(work, folder) for _ in range(options.jobs)]:
                job.result()
    failing.sort()
    for seed, outcome in failing[:options.most]:
        print(f"seed {seed}: {outcome}\n")
        program = options.programOf(seed)
        print(program.classText() + program.method())
        if options.keep:
            os.makedirs(options.keep, exist_ok=True)
            generate.writePrograms(os.path.join(options.keep, f"{seed}.pt"), [program])
            with open(os.path.join(options.keep, f"{seed}.txt"), "w") as out:
                out.write(outcome + "\n\n" + program.classText() + program.method())
    if options.refused:
        for message, seeds in sorted(messages.items(), key=lambda item: -len(item[1])):
            print(f"{len(seeds):6} {message}  (such as {', '.join(str(seed) for seed in sorted(seeds)[:4])})")
    if failing:
        print("failing seeds:", " ".join(str(seed) for seed, _ in failing))
    print(f"{options.found or 'seeds ' + options.seeds}: " + ", ".join(f"{count} {kind}" for kind, count in sorted(counts.items())))
    return 1 if failing else 0


if __name__ == "__main__":
    sys.exit(main())
