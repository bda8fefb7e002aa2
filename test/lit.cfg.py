"""Configuration of the text tests: `lit build/test` or `ninja check-sconce`."""
import os
import sys

import lit.formats

config.name = "Sconce"
config.test_format = lit.formats.ShTest(execute_external=False)
config.suffixes = [".mlir", ".test", ".py"]
config.excludes = ["lit.cfg.py", "fixtures", "Inputs", "bench", "Fuzz", "Unit", "CMakeLists.txt"]
config.test_source_root = os.path.join(config.sconce_source_dir, "test")
config.test_exec_root = os.path.join(config.sconce_binary_dir, "test")

config.environment["PATH"] = os.pathsep.join(
    [os.path.join(config.sconce_binary_dir, "bin"), config.llvm_tools_dir, config.environment.get("PATH", "")])
config.environment["CC"] = config.c_compiler
if config.sanitize:
    # LLVM's and MLIR's libraries are not instrumented: containers that they fill look overflowed and their
    # static registries leaked to an instrumented caller.
    config.environment["ASAN_OPTIONS"] = "detect_container_overflow=0:detect_leaks=0:detect_odr_violation=0"
    config.environment["UBSAN_OPTIONS"] = "print_stacktrace=1"
    config.available_features.add("sanitizer")

config.substitutions.append(("%fixtures", os.path.join(config.test_source_root, "fixtures")))
config.substitutions.append(("%source", config.sconce_source_dir))
config.substitutions.append(("%build", config.sconce_binary_dir))
config.substitutions.append(("%cc", config.c_compiler))
config.substitutions.append(("%cxx", config.cxx_compiler))
config.substitutions.append(("%python", sys.executable))
