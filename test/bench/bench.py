#!/usr/bin/env python3
"""Measures Sconce and its peers side by side: `./dev bench` builds and calls this.

  bench.py --build build                                  # everything, into docs/performance.md: some hours
  bench.py --build build --models resnet18,lstm --kernels none --peers onnxruntime,openvino --threads 1,2 --seconds 1
  bench.py --build build --models all --kernels none --first
  bench.py --build build --models none --kernels none --publish    # writes what earlier runs measured

For each model all peers are loaded, each in a process of its own on the same cores, their results are compared with PyTorch's, and then
they take turns: the figure is the median of the rounds' medians. A peer that cannot be installed, cannot take the model, or gives
another result is reported with the reason. Figures are kept in BUILD/bench/results.json; a later run replaces those that it measures.
What is measured lies in models.py and kernels.py, how a peer is called in peers.py, aot.cpp and jit.cpp, what a machine can do at most
is measured by machine.c, and tables are made in publish.py.
"""
import argparse
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time

from publish import PEERS

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
# What a peer needs from PyPI; `models` is what exports the models, without which nothing is measured.
PACKAGES = {
    "models": ["torch==2.13.0", "torchvision==0.28.0", "transformers==5.23.0", "numpy==2.4.6"],
    "onnx": ["onnx==1.23.2", "onnxscript==0.7.2"],
    "onnxruntime": ["onnxruntime==1.32.0"],
    "openvino": ["openvino==2026.4.1"],
    "ncnn": ["ncnn==1.0.20261020", "pnnx==20261020"],
    "iree": ["iree-base-compiler==3.13.0", "iree-base-runtime==3.13.0"],
}
SCONCE = ["sconce", "sconce_jit"]
TOLERANCE = 1e-3  # of the largest result: what another order of summation gives over the layers of a network
PATIENCE = 900  # seconds for a peer to convert
FIRST_CALL = 300  # seconds for a peer to load and make its first call


def say(text):
    print(f"==> {text}", file=sys.stderr, flush=True)


def set_up(bench):
    """The virtual environment's Python; what could not be installed is kept as the reason that its peers are missing."""
    python, facts = bench / "venv/bin/python", bench / "installed.json"
    wanted = json.dumps(PACKAGES)
    if facts.exists() and json.loads(facts.read_text())["wanted"] == wanted:
        return python
    bench.mkdir(parents=True, exist_ok=True)
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", bench / "venv"], check=True)
    missing = {}
    for group, packages in PACKAGES.items():
        say("installing " + " ".join(packages))
        done = subprocess.run([python, "-m", "pip", "install", "-q", *packages], capture_output=True, text=True)
        if done.returncode != 0:
            missing[group] = "not installed: " + (done.stderr.strip().splitlines() or ["pip fails"])[-1]
            if group == "models":
                sys.exit(f"error: {missing[group]}")
    facts.write_text(json.dumps({"wanted": wanted, "missing": missing}))
    return python


class Bench:
    def __init__(self, options):
        self.options = options
        self.build = pathlib.Path(options.build).resolve()
        self.folder = self.build / "bench"
        self.missing = json.loads((self.folder / "installed.json").read_text())["missing"]
        self.path = self.folder / "results.json"

    def results(self):
        return json.loads(self.path.read_text()) if self.path.exists() else {"machine": {}, "models": {}, "kernels": {}, "first": {}}

    def keep(self, table, name, label, figures, facts=None):
        """Adds figures to those of other runs; each is kept as soon as it is there."""
        results = self.results()
        entry = results[table].setdefault(name, {})
        entry.setdefault(label, {}).update(figures)
        if facts:
            entry["facts"] = facts
        beside = self.path.with_suffix(".new")
        beside.write_text(json.dumps(results, indent=1) + "\n")
        beside.rename(self.path)

    # --- what the models are made into -----------------------------------------------------------------------------------------

    def peers_program(self, *arguments):
        return [sys.executable, HERE / "peers.py", *arguments]

    def convert(self, name, peer, folder):
        """The reason why the peer cannot take the model; None where it can. What was tried before is not tried again."""
        if peer in self.missing:
            return self.missing[peer]
        work = folder / peer
        done = work / "done"
        if not done.exists():
            shutil.rmtree(work, ignore_errors=True)
            work.mkdir(parents=True)
            with open(work / "convert.log", "w") as log:
                try:
                    failed = subprocess.run(self.peers_program("convert", peer, name, folder), stdout=log, stderr=log, timeout=PATIENCE, cwd=work, check=False).returncode
                    reason = f"the conversion ends with exit code {failed}"
                except subprocess.TimeoutExpired:
                    failed, reason = True, f"the conversion does not end in {PATIENCE} s"
            if failed and not (work / "error.txt").exists():
                (work / "error.txt").write_text(reason + "\n")
            done.touch()
        error = work / "error.txt"
        return error.read_text().strip() if error.exists() else None

    def prepare(self, name, peers):
        """The model's folder, and for each peer the reason why it cannot take the model or None."""
        folder = self.folder / "models" / name
        if self.options.fresh:
            shutil.rmtree(folder, ignore_errors=True)
        if not (folder / "model.json").exists():
            done = subprocess.run([sys.executable, HERE / "models.py", name, folder], capture_output=True, text=True, errors="replace")
            if done.returncode != 0:
                return folder, {peer: "no model: " + (done.stderr.strip().splitlines() or ["the export crashes"])[-1] for peer in peers}
        if any(peer in ("onnxruntime", "openvino", "iree") for peer in peers):
            self.convert(name, "onnx", folder)
        return folder, {peer: None if peer in SCONCE else self.convert(name, peer, folder) for peer in peers}

    def compile(self, folder):
        """Compiles the model ahead of time; the reason why not, or None."""
        out = folder / "sconce"
        shutil.rmtree(out, ignore_errors=True)
        out.mkdir()
        command = [self.build / "bin/sconce", "compile", folder / "model.pt", "-o", out / "model.so", "--name", "model", "--inputs", folder / "inputs.pt"]
        if self.options.mcpu != "native":
            command += ["--mcpu", self.options.mcpu]
        if self.options.direct:
            command += ["--convolution=direct"]
        start = time.perf_counter()
        done = subprocess.run(command, capture_output=True, text=True, errors="replace")
        if done.returncode != 0:
            return (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]
        self.compile_seconds = time.perf_counter() - start
        return None

    # --- processes ---------------------------------------------------------------------------------------------------------------

    def start(self, name, peer, folder, threads, cache=None):
        out = folder / peer / "out"
        shutil.rmtree(out, ignore_errors=True)
        out.mkdir(parents=True)
        if peer == "sconce":
            command = [self.build / "bin/sconce-bench-aot", folder / "sconce/model.so", folder, str(threads), out]
        elif peer == "sconce_jit":
            command = [self.build / "bin/sconce-bench-jit", folder / "model.pt", folder, str(threads), out]
        else:
            command = self.peers_program("run", peer, name, folder, str(threads), out)
        return Worker(command, folder / peer / "run.log", threads, cache or self.folder / "cache", out)

    # --- measuring ---------------------------------------------------------------------------------------------------------------

    def check(self, folder, worker):
        """Compares a peer's results with PyTorch's: the relative L2 error; raises where they differ."""
        import numpy
        count = json.loads((folder / "model.json").read_text())["outputs"]
        error = size = 0.0
        for i in range(count):
            expected = numpy.load(folder / f"out{i}.npy").astype(numpy.float64)
            given = numpy.load(worker.out / f"o{i}.npy").astype(numpy.float64)
            if given.size != expected.size:
                raise Failure(f"result {i} has shape {given.shape}, not {expected.shape}")
            given = given.reshape(expected.shape)
            worst = numpy.abs(given - expected).max() / max(numpy.abs(expected).max(), 1e-30)
            if not worst <= TOLERANCE:
                raise Failure(f"result {i} differs by {worst:.2g} of the largest value")
            error += ((given - expected) ** 2).sum()
            size += (expected**2).sum()
        return float((error / max(size, 1e-300)) ** 0.5)

    def measure(self, name, threads, peers):
        """peer -> figures, or {"error": reason}."""
        folder, reasons = self.prepare(name, peers)
        figures = {peer: {"error": reason} for peer, reason in reasons.items() if reason}
        if "sconce" in peers and "sconce" not in figures:
            reason = self.compile(folder)
            if reason:
                figures["sconce"] = {"error": reason}
            else:
                figures["sconce"] = {"compile_s": self.compile_seconds}
        workers = {}
        for peer in peers:
            if "error" in figures.get(peer, {}):
                continue
            try:
                workers[peer] = self.start(name, peer, folder, threads)
                workers[peer].ready()
                figures.setdefault(peer, {})["l2"] = self.check(folder, workers[peer])
                figures[peer]["rounds"] = []
            except Failure as failure:
                figures[peer] = {"error": str(failure)}
                workers.pop(peer).close()
        try:
            for _ in range(self.options.rounds):
                for peer, worker in list(workers.items()):
                    try:
                        figures[peer]["rounds"].append(worker.ask(self.options.seconds / self.options.rounds))
                    except Failure as failure:
                        figures[peer] = {"error": str(failure)}
                        workers.pop(peer).close()
        finally:
            for worker in workers.values():
                worker.close()
        for peer, figure in figures.items():
            rounds = figure.pop("rounds", [])
            if rounds:
                figure["median_ns"] = statistics.median(one["median_ns"] for one in rounds)
                figure["min_ns"] = min(one["min_ns"] for one in rounds)
        return figures

    def first(self, name, peers):
        """peer -> seconds from the start of a process to its first result, the median of some processes."""
        folder, reasons = self.prepare(name, peers)
        figures = {peer: {"error": reason} for peer, reason in reasons.items() if reason}
        reason = reasons["sconce"] or self.compile(folder)
        if reason:
            figures["sconce"] = {"error": reason}
        # Just in time: with an empty cache of compiled code, and with what an earlier process left in it.
        ways = [(peer, peer, None) for peer in peers if peer != "sconce_jit" and "error" not in figures.get(peer, {})]
        if "sconce_jit" in peers and "sconce_jit" not in figures:
            ways += [("sconce_jit", "sconce_jit", "empty"), ("sconce_jit_cached", "sconce_jit", None)]
        if "openvino" in peers and "openvino" not in self.missing:
            ways.append(("openvino_archive", "openvino_archive", None))
        for label, peer, cache in ways:
            times = []
            try:
                for attempt in range(self.options.processes + 1):
                    with tempfile.TemporaryDirectory() as empty:
                        worker = self.start(name, peer, folder, self.options.cores, empty if cache else None)
                        try:
                            times.append(worker.first())
                            worker.finish_first()
                            self.check(folder, worker)
                        finally:
                            worker.close()
                # The first process brought the files into the page cache.
                figures[label] = {"seconds": statistics.median(times[1:])}
            except Failure as failure:
                figures[label] = {"error": str(failure)}
        return figures


class Failure(Exception):
    pass


class Worker:
    """A process that has a model loaded and measures it when asked."""

    def __init__(self, command, log, threads, cache, out):
        cores = sorted(os.sched_getaffinity(0))[-threads:]
        environment = dict(os.environ, XDG_CACHE_HOME=str(cache), TORCHINDUCTOR_CACHE_DIR=str(cache) + "/inductor")
        environment.pop("SCONCE_CACHE_DIR", None)
        for variable in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
            environment[variable] = str(threads)
        self.log, self.out, self.begun = log, out, time.perf_counter()
        log.parent.mkdir(parents=True, exist_ok=True)
        with open(log, "w") as errors:
            self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, env=environment, text=True,
                                            preexec_fn=lambda: os.sched_setaffinity(0, cores))

    def line(self, patience):
        timer = threading.Timer(patience, self.process.kill)
        timer.start()
        try:
            for line in self.process.stdout:
                if line.startswith("{"):
                    return json.loads(line)
        finally:
            expired = not timer.is_alive()
            timer.cancel()
        if expired:
            raise Failure(f"no answer in {patience} s")
        lines = [line for line in self.log.read_text(errors="replace").splitlines() if line.strip()]
        raise Failure(lines[-1][:300] if lines else f"exit code {self.process.wait()}")

    def first(self):
        self.line(FIRST_CALL)
        return time.perf_counter() - self.begun

    def finish_first(self):
        self.line(FIRST_CALL)

    def ready(self):
        self.first()
        self.finish_first()

    def ask(self, seconds):
        time.sleep(0.02)  # until the threads of the one before have stopped spinning
        try:
            self.process.stdin.write(f"{seconds}\n")
            self.process.stdin.flush()
        except OSError:
            pass
        return self.line(60 + 100 * seconds)

    def close(self):
        try:
            self.process.stdin.close()
            self.process.wait(10)
        except (OSError, subprocess.TimeoutExpired):
            self.process.kill()
            self.process.wait()


def machine(bench, mcpu):
    """The processor's name and caches, and what it can do at most."""
    program = bench.folder / "machine"
    subprocess.run(["clang-22", "-O3", f"-march={mcpu}", HERE / "machine.c", "-o", program], check=True)
    core = max(os.sched_getaffinity(0))
    facts = json.loads(subprocess.run([program], capture_output=True, text=True, check=True, preexec_fn=lambda: os.sched_setaffinity(0, [core])).stdout)
    with open("/proc/cpuinfo") as file:
        info = dict(line.split(":", 1) for line in file.read().split("\n\n")[0].splitlines() if ":" in line)
    info = {key.strip(): value.strip() for key, value in info.items()}
    facts["processor"] = f"{info.get('model name', 'unknown')}, family {info.get('cpu family', '?')} model {info.get('model', '?')}"
    facts["cores"] = len(os.sched_getaffinity(0))
    facts["caches"] = {}
    for index in sorted(pathlib.Path(f"/sys/devices/system/cpu/cpu{core}/cache").glob("index*")):
        if (index / "type").read_text().strip() != "Instruction":
            facts["caches"]["L" + (index / "level").read_text().strip()] = (index / "size").read_text().strip()
    facts["mcpu"] = mcpu
    return facts


def versions():
    import importlib.metadata
    found = {}
    for package in (text.split("==")[0] for packages in PACKAGES.values() for text in packages):
        try:
            found[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            found[package] = "missing"
    return found


def chosen(text, names, what):
    if text in ("all", "none"):
        return list(names) if text == "all" else []
    picked = text.split(",")
    unknown = [name for name in picked if name not in names]
    if unknown:
        sys.exit(f"error: no such {what}: {', '.join(unknown)}; there are {', '.join(names)}")
    return picked


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", default=str(ROOT / "build"), help="the build folder: bin/sconce is measured, bench/ is written")
    parser.add_argument("--models", help="names, all or none")
    parser.add_argument("--kernels", help="names, all or none")
    parser.add_argument("--peers", default="all", help="names, all or none; Sconce is measured always")
    parser.add_argument("--threads", default="1,2", help="for models; kernels are measured on one")
    parser.add_argument("--seconds", type=float, default=2.0, help="of calls for each peer, in all rounds together")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--first", action="store_true", help="measure the time from process start to the first result instead")
    parser.add_argument("--processes", type=int, default=3, help="with --first, how many of each")
    parser.add_argument("--cores", type=int, default=len(os.sched_getaffinity(0)), help="with --first, how many a process may use")
    parser.add_argument("--mcpu", default="native", help="the processor that Sconce compiles for, as clang's -march")
    parser.add_argument("--direct", action="store_true", help="Sconce without Winograd's algorithm")
    parser.add_argument("--fresh", action="store_true", help="export and convert the models again")
    parser.add_argument("--publish", action="store_true", help="write docs/performance.md also after a part was measured")
    return parser.parse_args()


def main():
    options = arguments()
    folder = pathlib.Path(options.build).resolve() / "bench"
    python = set_up(folder)
    if pathlib.Path(sys.prefix).resolve() != (folder / "venv").resolve():
        os.execv(python, [str(python), str(HERE / "bench.py"), *sys.argv[1:]])

    import publish
    from kernels import KERNELS
    from models import MODELS
    whole = options.models is None and options.kernels is None
    models = chosen(options.models or ("all" if whole else "none"), MODELS, "model")
    kernels = chosen(options.kernels or ("all" if whole else "none"), KERNELS, "kernel")
    peers = chosen(options.peers, PEERS, "peer")
    bench = Bench(options)
    found = versions()
    print(" ".join(f"{package} {version}" for package, version in found.items()), flush=True)
    for group, reason in bench.missing.items():
        print(f"{group}: {reason}")
    failed = []

    def note(table, name, label, figures):
        print(f"{name:28} {label}: " + publish.one_line(figures), flush=True)
        model = bench.folder / "models" / name / "model.json"
        bench.keep(table, name, label, figures, json.loads(model.read_text()) if model.exists() else None)
        failed.extend(f"{name}: {peer}: {figures[peer]['error']}" for peer in figures if peer.startswith("sconce") and "error" in figures[peer])

    suffix = "" if options.mcpu == "native" and not options.direct else f" {options.mcpu}" + (" direct" if options.direct else "")
    bench.keep("machine", suffix.strip() or "native", "facts", dict(machine(bench, options.mcpu), versions=found))
    for name in models + kernels if not options.first or whole else []:
        kernel = name in KERNELS
        for threads in [1] if kernel else [int(text) for text in options.threads.split(",")]:
            figures = bench.measure(name, threads, (SCONCE[:1] if kernel or options.mcpu != "native" else SCONCE) + peers)
            note("kernels" if kernel else "models", name, str(threads) + suffix, figures)
    for name in models if options.first or whole else []:
        note("first", name, "first" + suffix, bench.first(name, SCONCE + peers))
    results = bench.results()
    print(publish.report(results))
    if whole or options.publish:
        publish.write(results, ROOT / "docs/performance.md", ROOT / "docs/performance.svg")
    if failed:
        sys.exit("error: " + "\n".join(failed))


if __name__ == "__main__":
    main()
