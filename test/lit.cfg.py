"""Configuration of the text tests: `lit build/test` or `ninja check-sconce`."""
import os
import sys

import lit.formats

config.name = "Sconce"
config.test_format = lit.formats.ShTest(execute_external=False)
config.suffixes = [".mlir", ".py", ".test"]
config.excludes = ["lit.cfg.py", "Conformance", "Differential", "fixtures", "Inputs", "bench", "Fuzz", "Unit", "CMakeLists.txt"]
config.test_source_root = os.path.join(config.sconce_source_dir, "test")
config.test_exec_root = os.path.join(config.sconce_binary_dir, "test")

config.environment["PATH"] = os.pathsep.join(
    [os.path.join(config.sconce_binary_dir, "bin"), config.llvm_tools_dir, config.environment.get("PATH", "")])
config.environment["CC"] = config.c_compiler
# A test compiles what it tests, and leaves nothing in the home directory; those of the cache name a folder.
config.environment["SCONCE_CACHE_DIR"] = ""
for setting in filter(None, config.test_environment.split(";")):
    name, _, value = setting.partition("=")
    config.environment[name] = value
if config.sanitize:
    config.available_features.add("sanitizer")

config.substitutions.append(("%fixtures", os.path.join(config.test_source_root, "fixtures")))
config.substitutions.append(("%source", config.sconce_source_dir))
config.substitutions.append(("%build", config.sconce_binary_dir))
config.substitutions.append(("%cc", config.c_compiler))
config.substitutions.append(("%cxx", config.cxx_compiler))
config.substitutions.append(("%python", sys.executable))
