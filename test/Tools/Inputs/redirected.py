"""Compares the functions that the C headers declare with those that Redirect.h reaches: redirected.py ROOT."""
import pathlib
import re
import sys

folder = pathlib.Path(sys.argv[1], "include", "sconce-c")
declared = set()
for name in ("Context", "Model", "Tensor", "Value", "Version"):
    text = re.sub(r"//[^\n]*", "", (folder / (name + ".h")).read_text())
    declared |= set(re.findall(r"\b(sc_\w+)\(", text))
table = set(re.findall(r"#define (sc_\w+) \(SC_API->", (folder / "Redirect.h").read_text()))
if declared != table:
    sys.exit(f"not in both the headers and Redirect.h: {sorted(declared ^ table)}")
