#!/usr/bin/env python3
"""Checks what an archive leaves undefined: undefined_symbols.py NM ARCHIVE.

Artifacts are linked with the runtime and nothing but libc, libm and pthread,
so no symbol of the C++ library or of a compiler's support library may be left.
"""
import subprocess
import sys

# Calls that compilers make of their own support libraries start with two
# underscores, as do a few of glibc's own names.
GLIBC_OWN = {
    "__errno_location",
    "__isoc99_fscanf",
    "__isoc23_fscanf",
    "__libc_single_threaded",
    "__sched_cpucount",
    "__tls_get_addr",
}


def main() -> int:
    nm, archive = sys.argv[1:]
    lines = subprocess.run([nm, archive], check=True, capture_output=True, text=True).stdout.splitlines()
    undefined, defined = set(), set()
    for fields in map(str.split, lines):
        if len(fields) == 2 and fields[0] in "Uw":
            undefined.add(fields[1])
        elif len(fields) == 3:
            defined.add(fields[2])
    left = sorted(
        name
        for name in undefined - defined
        if name.startswith("_Z") or (name.startswith("__") and name not in GLIBC_OWN)
    )
    for name in left:
        print(f"{archive}: needs '{name}', which is neither libc's nor libm's")
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main())
