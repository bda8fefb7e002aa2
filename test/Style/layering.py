# RUN: %python %s %source
"""Reads every include and fails on an edge that goes up the table of rooms (house rule: strictly downwards)."""
import pathlib
import re
import sys

# room -> the rooms it may include besides itself and the public C headers
ALLOWED = {
    "include": [],
    "runtime": ["include"],
    "lib/Support": [],
    "lib/Archive": ["lib/Support", "runtime"],
    "lib/Script": ["lib/Support"],
    "dialects": ["lib/Support", "runtime"],
    "lib/Aten": [],
    "lib/Import": ["lib/Archive", "lib/Script", "lib/Support", "runtime", "dialects"],
    "lib/Specialize": ["lib/Import", "lib/Aten", "lib/Script", "lib/Support", "runtime", "dialects"],
    "codegen": ["dialects", "lib/Support", "include"],
    "lib/Driver": ["include", "lib", "runtime", "dialects", "codegen"],
    "tools": ["include", "lib/Driver", "lib/Support"],
}
# The text tools register every dialect and pass.
ALLOWED_FILES = {"tools/sconce-opt/main.cpp": ["dialects", "codegen", "lib"]}
FORBIDDEN_STEMS = {"Utils", "Misc", "Common", "Helpers", "Uncategorized", "Basic", "Stuff"}


def room_of(path):
    return max((r for r in ALLOWED if path == r or path.startswith(r + "/")), key=len, default=None)


def main(root):
    errors = []
    for top in ("include", "runtime", "lib", "dialects", "codegen", "tools"):
        for file in sorted((root / top).rglob("*")):
            if file.suffix not in (".h", ".cpp", ".c", ".td"):
                continue
            name = file.relative_to(root).as_posix()
            if file.stem in FORBIDDEN_STEMS:
                errors.append(f"{name}: a file is named for its subject, not '{file.stem}'")
            room = room_of(name)
            allowed = ALLOWED[room] + ALLOWED_FILES.get(name, [])
            for number, line in enumerate(file.read_text().splitlines(), 1):
                match = re.match(r'\s*#?\s*include\s+"([^"]+)"', line)
                if not match:
                    continue
                target = match.group(1)
                if target.startswith(("sconce/", "sconce-c/")):
                    target = "include/" + target
                target_room = room_of(target)
                if target_room is None or target_room == room:
                    continue
                if target.startswith("include/sconce-c/") or any(
                        target_room == a or target_room.startswith(a + "/") for a in allowed):
                    continue
                errors.append(f"{name}:{number}: {room} must not include {target}")
    print("\n".join(errors))
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1])))
