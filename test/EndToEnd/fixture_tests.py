"""Runs every fixture that real PyTorch recorded: a folder under test/fixtures is a test for each way to run it.

`NAME/just_in_time` compares with what PyTorch gave, to the case's tolerances; a case that raises must raise that text.
"""
import json
import os

import lit.Test
import lit.formats
import lit.util

WAYS = {"just_in_time": []}


class Fixtures(lit.formats.TestFormat):
    def getTestsInDirectory(self, suite, path, lit_config, config):
        for name in sorted(os.listdir(folder_of(config))):
            if os.path.exists(os.path.join(folder_of(config), name, "case.json")):
                for way in WAYS:
                    yield lit.Test.Test(suite, path + (name, way), config)

    def execute(self, test, lit_config):
        name, way = test.path_in_suite[-2:]
        folder = os.path.join(folder_of(test.config), name)
        with open(os.path.join(folder, "case.json")) as file:
            case = json.load(file)
        model = next(f for f in sorted(os.listdir(folder)) if f.endswith(".pt") and f in ("model.pt", name + ".pt"))
        command = [os.path.join(test.config.sconce_binary_dir, "bin", "sconce"), "run", os.path.join(folder, model),
                   "--inputs", os.path.join(folder, "inputs.pt"), "--method", case["method"]]
        if "raises" in case:
            command += ["--raises", case["raises"]]
        else:
            command += ["--expect", os.path.join(folder, "expected.pt"), "--rtol", str(case["rtol"]), "--atol", str(case["atol"])]
        command += WAYS[way]
        try:
            out, err, code = lit.util.executeCommand(command, env=test.config.environment, timeout=300)
        except lit.util.ExecuteCommandTimeoutException:
            return lit.Test.TIMEOUT, " ".join(command)
        return (lit.Test.PASS, "") if code == 0 else (lit.Test.FAIL, f"{' '.join(command)}\nexit code {code}\n{out}{err}")


def folder_of(config):
    return os.path.join(config.sconce_source_dir, "test", "fixtures")

