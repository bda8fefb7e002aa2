"""Peak memory of `sconce run MODEL` on a vector that is full of COUNT, for two counts: their difference in MB.

peak_memory.py SCONCE MODEL FOLDER FEW MANY [options of sconce]
"""
import os
import struct
import subprocess
import sys

sconce, model, folder, few, many = sys.argv[1:6]


def peak(count):
    path = os.path.join(folder, f"{count}.npy")
    header = b"{'descr': '<f4', 'fortran_order': False, 'shape': (16,), }"
    header += b" " * (64 - (10 + len(header) + 1) % 64) + b"\n"
    with open(path, "wb") as file:
        file.write(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header + struct.pack("<16f", *[float(count)] * 16))
    process = subprocess.Popen([sconce, "run", model, "--inputs", path, *sys.argv[6:]], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"exit code {os.waitstatus_to_exitcode(status)}")
    return usage.ru_maxrss / 1024


base = peak(int(few))
print(f"grows by {max(0, round(peak(int(many)) - base))} MB")
