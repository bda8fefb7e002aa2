"""Flips a bit in the middle of the first file of a folder, cuts the second, empties the third, and so on: damage.py FOLDER."""
import os
import sys

for number, entry in enumerate(sorted(os.scandir(sys.argv[1]), key=lambda entry: entry.name)):
    with open(entry.path, "r+b") as file:
        size = os.path.getsize(entry.path)
        if number % 3 == 0:
            file.seek(size // 2)
            byte = file.read(1)[0]
            file.seek(size // 2)
            file.write(bytes([byte ^ 4]))
        else:
            file.truncate(size - 1 if number % 3 == 1 else 0)
