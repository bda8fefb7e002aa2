"""One peer in a process of its own.

  peers.py convert PEER NAME DIR            # DIR/PEER/: what the peer loads; prints the seconds that it took
  peers.py run PEER NAME DIR THREADS OUT    # loads and calls the model, then measures what is asked for on stdin

`run` writes the first results to OUT/oN.npy, prints a line of JSON, and then for each line on stdin, a number of seconds, a line with
the median and the minimum of that many seconds of calls. worker.h does the same for Sconce.
"""
import json
import os
import pathlib
import re
import subprocess
import sys
import time

import numpy

SMALLEST_SAMPLE = 20_000  # nanoseconds: shorter calls are timed several at once


def onnx_file(folder):
    path = folder / "model.onnx"
    if not path.exists():
        raise RuntimeError("no ONNX file: " + (folder / "onnx" / "error.txt").read_text().strip())
    return str(path)


def with_torch(threads):
    import torch
    torch.set_num_threads(threads)
    torch.set_grad_enabled(False)
    return torch


class Onnx:
    """Not a peer: the file that several of them load."""

    @staticmethod
    def convert(name, folder):
        import models
        torch = with_torch(1)
        model, module, inputs = models.build(name)
        if model.onnx_script or not export_program(torch, module, inputs, folder):
            program = torch.jit.script(module) if model.script else module
            torch.onnx.export(program, inputs, str(folder / "model.onnx"), dynamo=False, opset_version=18)


def export_program(torch, module, inputs, folder):
    """Through torch.export; False where that does not take the model."""
    try:
        torch.onnx.export(module, inputs, str(folder / "model.onnx"), dynamo=True, external_data=False, verbose=False, optimize=True)
        return True
    except torch.onnx.errors.OnnxExporterError:
        return False


class FromOnnx:
    @staticmethod
    def convert(name, folder):
        onnx_file(folder)


class OnnxRuntime(FromOnnx):
    def __init__(self, name, folder, threads, arrays):
        import onnxruntime
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
        options.log_severity_level = 3
        self.session = onnxruntime.InferenceSession(onnx_file(folder), options, providers=["CPUExecutionProvider"])
        self.inputs = {value.name: array for value, array in zip(self.session.get_inputs(), arrays)}

    def call(self):
        return self.session.run(None, self.inputs)


class OpenVino(FromOnnx):
    def __init__(self, name, folder, threads, arrays):
        import openvino
        core = openvino.Core()
        model = self.read(core, folder, arrays)
        options = {"INFERENCE_NUM_THREADS": threads, "NUM_STREAMS": 1, "INFERENCE_PRECISION_HINT": "f32", "PERFORMANCE_HINT": "LATENCY"}
        self.request = core.compile_model(model, "CPU", options).create_infer_request()
        for i, array in enumerate(arrays):
            self.request.set_input_tensor(i, openvino.Tensor(array, shared_memory=True))

    @staticmethod
    def read(core, folder, arrays):
        return core.read_model(onnx_file(folder))

    def call(self):
        self.request.infer(share_outputs=True)
        return [self.request.get_output_tensor(i).data for i in range(len(self.request.model_outputs))]


class OpenVinoArchive(OpenVino):
    """OpenVINO on the file that Sconce reads, which it converts when it loads it."""
    @staticmethod
    def convert(name, folder):
        pass

    @staticmethod
    def read(core, folder, arrays):
        import openvino
        torch = with_torch(1)
        return openvino.convert_model(torch.jit.load(str(folder / "model.pt")), example_input=tuple(torch.from_numpy(array) for array in arrays))


class Ncnn:
    @staticmethod
    def convert(name, folder):
        import models
        torch = with_torch(1)
        model, module, inputs = models.build(name)
        work = folder / "ncnn"
        # pnnx reads traces best; but a trace has lost what depends on values.
        archive = torch.jit.script(module) if model.branches else torch.jit.trace(module, inputs, check_trace=False, strict=False)
        torch.jit.save(archive, str(work / "model.pt"))
        kinds = {torch.float32: "f32", torch.int64: "i64"}
        shapes = ",".join("[" + ",".join(map(str, tensor.shape)) + "]" + kinds[tensor.dtype] for tensor in inputs)
        program = pathlib.Path(sys.executable).parent / "pnnx"
        done = subprocess.run([program, "model.pt", "inputshape=" + shapes, "fp16=0"], cwd=work, capture_output=True, text=True, errors="replace")
        if done.returncode != 0 or not (work / "model.ncnn.param").exists():
            raise RuntimeError("pnnx: " + (done.stderr.strip().splitlines() or ["no file"])[-1])
        unknown = set(re.findall(r"^((?:aten|prim|pnnx|torch|Tensor|nn|F)[.:][^\s]*)", (work / "model.ncnn.param").read_text(), re.MULTILINE))
        if unknown:
            raise RuntimeError("pnnx leaves operators that ncnn lacks: " + " ".join(sorted(unknown)))

    def __init__(self, name, folder, threads, arrays):
        import ncnn
        self.ncnn, self.net = ncnn, ncnn.Net()
        options = self.net.opt
        options.num_threads, options.use_vulkan_compute = threads, False
        options.use_fp16_packed = options.use_fp16_storage = options.use_fp16_arithmetic = options.use_bf16_storage = False
        if self.net.load_param(str(folder / "ncnn/model.ncnn.param")) or self.net.load_model(str(folder / "ncnn/model.ncnn.bin")):
            raise RuntimeError("ncnn does not load what pnnx wrote")
        # ncnn's arrays have no dimension for the batch: the program that pnnx writes says which one it was.
        program = (folder / "ncnn/model_ncnn.py").read_text()
        self.mats = {}
        for i, array in enumerate(arrays):
            array = array.astype(numpy.int32) if array.dtype == numpy.int64 else array
            batch = re.search(rf'"in{i}", ncnn\.Mat\(in{i}\.numpy\(\), batch_index=(\d+)\)', program)
            mat = ncnn.Mat(array, batch_index=int(batch[1])) if batch else ncnn.Mat(array)
            self.mats[f"in{i}"] = mat.clone()
        self.outputs = re.findall(r'ex\.extract\("(out\d+)"\)', program)

    def call(self):
        with self.net.create_extractor() as extractor:
            for name, mat in self.mats.items():
                extractor.input(name, mat)
            results = []
            for name in self.outputs:
                status, mat = extractor.extract(name)
                if status:
                    raise RuntimeError(f"ncnn gives status {status} for {name}")
                results.append(mat.numpy())
            return results


class Iree:
    @staticmethod
    def convert(name, folder):
        tools, work = pathlib.Path(sys.executable).parent, folder / "iree"
        for command in ([tools / "iree-import-onnx", onnx_file(folder), "-o", "model.mlir"],
                        [tools / "iree-compile", "model.mlir", "-o", "model.vmfb", "--iree-hal-target-device=local", "--iree-hal-local-target-device-backends=llvm-cpu",
                         "--iree-llvmcpu-target-cpu=host", "--iree-opt-level=O3"]):
            done = subprocess.run(command, cwd=work, capture_output=True, text=True, errors="replace")
            if done.returncode != 0:
                errors = [line for line in done.stderr.splitlines() if "rror" in line] or done.stderr.splitlines() or ["fails"]
                raise RuntimeError(f"{command[0].name}: {errors[0][:300]}")
        (work / "model.mlir").unlink()

    def __init__(self, name, folder, threads, arrays):
        import iree.runtime as runtime
        if threads == 1:
            config = runtime.Config("local-sync")
        else:
            runtime.flags.parse_flags(f"--task_topology_group_count={threads}")
            config = runtime.Config("local-task")
        module = runtime.load_vm_module(runtime.VmModule.mmap(config.vm_instance, str(folder / "iree/model.vmfb")), config)
        entry = [name for name in module.vm_module.function_names if not name.startswith("__") and not name.endswith("$async")][0]
        self.function = getattr(module, entry)
        self.arrays = [runtime.asdevicearray(config.device, array) for array in arrays]

    def call(self):
        result = self.function(*self.arrays)
        return [value.to_host() for value in (result if isinstance(result, (tuple, list)) else [result])]


class TorchJit:
    @staticmethod
    def convert(name, folder):
        pass

    def __init__(self, name, folder, threads, arrays):
        self.torch = with_torch(threads)
        self.module = self.load(self.torch, name, folder)
        self.inputs = [self.torch.from_numpy(array) for array in arrays]

    @staticmethod
    def load(torch, name, folder):
        return torch.jit.freeze(torch.jit.load(str(folder / "model.pt")).eval())

    def call(self):
        with self.torch.inference_mode():
            result = self.module(*self.inputs)
        return [result] if isinstance(result, self.torch.Tensor) else list(result)


class TorchCompile(TorchJit):
    @staticmethod
    def load(torch, name, folder):
        import models
        import torch._inductor.config
        torch._inductor.config.freezing = True
        return torch.compile(models.build(name)[1])


PEERS = {"onnxruntime": OnnxRuntime, "openvino": OpenVino, "openvino_archive": OpenVinoArchive, "ncnn": Ncnn, "iree": Iree, "torch_jit": TorchJit, "torch_compile": TorchCompile}


def convert(peer, name, folder):
    work = folder / peer
    work.mkdir(parents=True, exist_ok=True)
    start = time.perf_counter()
    try:
        {"onnx": Onnx, **PEERS}[peer].convert(name, folder)
    except Exception as error:
        first = (str(error).strip().splitlines() or [""])[0]
        (work / "error.txt").write_text(f"{type(error).__name__}: {first}\n")
        sys.exit(1)
    print(time.perf_counter() - start)


def measure(call, seconds):
    """Nanoseconds of a call: the median, the minimum, and how many were made."""
    now = time.perf_counter_ns
    start, batch = now(), 0
    while batch < 3 or now() - start < min(0.2, seconds / 4) * 1e9:  # until caches and clocks are warm
        call()
        batch += 1
    batch = max(1, int(SMALLEST_SAMPLE * batch / (now() - start)))
    times, end = [], now() + int(seconds * 1e9)
    while len(times) < 3 or now() < end:
        begun = now()
        for _ in range(batch):
            call()
        times.append((now() - begun) / batch)
    times.sort()
    return {"median_ns": times[len(times) // 2], "min_ns": times[0], "calls": len(times) * batch}


def run(peer, name, folder, threads, out):
    arrays = [numpy.load(folder / f"in{i}.npy") for i in range(json.loads((folder / "model.json").read_text())["inputs"])]
    model = PEERS[peer](name, folder, threads, arrays)
    results = [numpy.array(result) for result in model.call()]
    print(json.dumps({"ready": True}), flush=True)
    out.mkdir(parents=True, exist_ok=True)
    for _ in range(2):  # what tunes itself does so in the first calls
        results = [numpy.array(result) for result in model.call()]
    for i, result in enumerate(results):
        numpy.save(out / f"o{i}.npy", result)
    print(json.dumps({"results": len(results)}), flush=True)
    for line in sys.stdin:
        print(json.dumps(measure(model.call, float(line))), flush=True)


if __name__ == "__main__":
    command, peer, name, folder, *rest = sys.argv[1:]
    if command == "convert":
        convert(peer, name, pathlib.Path(folder).resolve())
    else:
        run(peer, name, pathlib.Path(folder).resolve(), int(rest[0]), pathlib.Path(rest[1]))
    # Some libraries crash when their threads end after the interpreter.
    sys.stdout.flush()
    os._exit(0)
