"""Writes files of arguments whose lists contain themselves, or nest deeply: nested_inputs.py FOLDER."""
import pathlib
import pickle
import sys
import zipfile


def write(path, value):
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("archive/data.pkl", value if isinstance(value, bytes) else pickle.dumps(value, protocol=2))
        archive.writestr("archive/version", "3\n")


def nested(depth):
    """A tuple of one list with that many lists in each other, as a pickle: Python's own pickler stops far before."""
    return b"\x80\x02" + b"]" * depth + b"a" * (depth - 1) + b"\x85."


folder = pathlib.Path(sys.argv[1])
cycle, table, calls = [], {}, []
cycle.append(cycle)
table["itself"] = [table]
calls.append((calls,))
write(folder / "list.pt", (cycle,))
write(folder / "dict.pt", (table,))
write(folder / "calls.pt", calls)
write(folder / "deep.pt", nested(600))
write(folder / "deepest.pt", nested(1000000))
