"""Runs every fixture that real PyTorch recorded: a folder under test/fixtures is a test for each way to run it.

`NAME/just_in_time`, `NAME/ahead_of_time` and `NAME/interpreted` compare with what PyTorch gave, to the case's tolerances; a case
that raises must raise that text. `NAME/same_bits` writes the results just in time and ahead of time: the files are equal. (Of a
case whose results share the arguments' memory just in time, as they do in PyTorch, the files are not, but the values.)
`NAME/run_time_extents`, of a case with `specs`, compiles for argument types of which run time gives some extents.
`NAME/from_disk` has a second process find what a first one has compiled: it compiles nothing, and its results have the same bits.
"""
import filecmp
import json
import os
import shutil

import lit.Test
import lit.formats
import lit.util

WAYS = {"just_in_time": [], "ahead_of_time": ["--aot"], "interpreted": ["--interpret"], "run_time_extents": ["--aot"], "same_bits": None, "from_disk": None}


class Fixtures(lit.formats.TestFormat):
    def getTestsInDirectory(self, suite, path, lit_config, config):
        for name in sorted(os.listdir(folder_of(config))):
            if os.path.exists(os.path.join(folder_of(config), name, "case.json")):
                with open(os.path.join(folder_of(config), name, "case.json")) as file:
                    has_specs = "specs" in json.load(file)
                for way in WAYS:
                    if way == "run_time_extents" and not has_specs:
                        continue
                    yield lit.Test.Test(suite, path + (name, way), config)

    def execute(self, test, lit_config):
        name, way = test.path_in_suite[-2:]
        folder = os.path.join(folder_of(test.config), name)
        with open(os.path.join(folder, "case.json")) as file:
            case = json.load(file)
        model = next(f for f in sorted(os.listdir(folder)) if f.endswith(".pt") and f in ("model.pt", name + ".pt"))
        command = [os.path.join(test.config.sconce_binary_dir, "bin", "sconce"), "run", os.path.join(folder, model),
                   "--inputs", os.path.join(folder, "inputs.pt"), "--method", case["method"]]
        if way == "run_time_extents":
            for spec in case["specs"]:
                command += ["--input", spec]
        commands = [command + WAYS[way]] if WAYS[way] is not None else []
        outputs = []
        if way == "same_bits":
            if "raises" in case:
                return lit.Test.UNSUPPORTED, "nothing to compare: the case raises"
            os.makedirs(os.path.dirname(test.getExecPath()), exist_ok=True)
            outputs = [f"{test.getExecPath()}.{mode}.pt" for mode in ("jit", "aot")]
            commands = [command + ["--output", outputs[0]], command + ["--output", outputs[1], "--aot"]]
            if case.get("shares_memory"):
                commands[1] = command + ["--aot", "--expect", outputs[0], "--rtol", "0", "--atol", "0"]
                outputs = []
        elif way == "from_disk":
            cache = test.getExecPath() + ".cache"
            shutil.rmtree(cache, ignore_errors=True)
            command += ["--cache", cache]
            if "raises" in case:
                commands = [command + ["--raises", case["raises"]]] * 2
            else:
                os.makedirs(os.path.dirname(test.getExecPath()), exist_ok=True)
                outputs = [f"{test.getExecPath()}.{process}.pt" for process in ("first", "second")]
                commands = [command + ["--output", outputs[0]], command + ["--output", outputs[1], "--counters"]]
        elif "raises" in case:
            commands[0] += ["--raises", case["raises"]]
        else:
            commands[0] += ["--expect", os.path.join(folder, "expected.pt"), "--rtol", str(case["rtol"]), "--atol", str(case["atol"])]
        for command in commands:
            try:
                out, err, code = lit.util.executeCommand(command, env=test.config.environment, timeout=300)
            except lit.util.ExecuteCommandTimeoutException:
                return lit.Test.TIMEOUT, " ".join(command)
            if code != 0:
                return lit.Test.FAIL, f"{' '.join(command)}\nexit code {code}\n{out}{err}"
            if "--counters" in command and ("compiles 0, loads 0," in err or "compiles 0," not in err):
                return lit.Test.FAIL, f"{' '.join(command)}\nexpected what the process before has compiled to be found\n{err}"
        if outputs and not filecmp.cmp(*outputs, shallow=False):
            return lit.Test.FAIL, f"{outputs[0]} and {outputs[1]} differ"
        return lit.Test.PASS, ""


def folder_of(config):
    return os.path.join(config.sconce_source_dir, "test", "fixtures")

