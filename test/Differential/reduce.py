#!/usr/bin/env python3
"""Makes a failing program smaller: what remains still ends as the seed's program did.

  reduce.py --program build/bin/sconce-differential --seed 62 --save test/Differential/found/NAME.json

Statements go, with what is nested in them; an `if` becomes one of its sides; parts of the result go, and arguments and state that are
not used. How a program ends is the first words of its line, without numbers: `--match TEXT` asks for a line with this text instead.
"""
import argparse
import os
import re
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import fuzz
import generate


def depth(line):
    return len(line) - len(line.lstrip())


def endOf(lines, i):
    """Behind what is nested in the statement at i."""
    end = i + 1
    while end < len(lines) and depth(lines[end]) > depth(lines[i]):
        end += 1
    return end


def smaller(lines):
    """Programs with less in them, the most promising first."""
    last = len(lines) - 1
    for i in range(last):
        line = lines[i].strip()
        if line == "else:":
            continue
        end = endOf(lines, i)
        isIf = line.startswith("if ") and lines[end].strip() == "else:"
        whole = endOf(lines, end) if isIf else end
        space = " " * depth(lines[i])
        isOnly = i > 0 and depth(lines[i - 1]) < depth(lines[i]) and depth(lines[whole]) < depth(lines[i])
        if line != "pass":
            yield lines[:i] + ([space + "pass"] if isOnly else []) + lines[whole:]
        inner = lines[i + 1:end]
        if isIf:
            for side in (inner, lines[end + 1:whole]):
                yield lines[:i] + [text[2:] for text in side] + lines[whole:]
            if [text.strip() for text in inner] != ["pass"]:
                yield lines[:i + 1] + [space + "  pass"] + lines[end:]
            if [text.strip() for text in lines[end + 1:whole]] != ["pass"]:
                yield lines[:end + 1] + [space + "  pass"] + lines[whole:]
        elif inner:
            yield lines[:i] + [text[2:] for text in inner] + lines[end:]
    # Parts of the result; a tuple keeps two.
    parts = lines[last].strip()[len("return ("):-1].split(", ")
    if len(parts) > 2:
        for i in range(len(parts)):
            yield lines[:last] + [("drop", i)]


def partsOf(text):
    """What stands between the outermost commas."""
    parts, open = [""], 0
    for c in text:
        open += (c == "[") - (c == "]")
        if c == "," and not open:
            parts.append("")
        else:
            parts[-1] += c
    return [part.strip() for part in parts]


class Reducing:
    def __init__(self, options):
        self.options, self.worker = options, fuzz.Worker(options)
        self.original = generate.Program(options.seed)

    def withLines(self, base, lines):
        program = generate.Program(self.options.seed)
        program.lines, program.result = list(lines), base.result
        program.arguments, program.calls, program.slots = base.arguments, base.calls, base.slots
        if isinstance(program.lines[-1], tuple):
            drop = program.lines.pop()[1]
            parts = base.lines[-1].strip()[len("return ("):-1].split(", ")
            types = partsOf(base.result[len("Tuple["):-1])
            del parts[drop], types[drop]
            program.lines.append(f"    return ({', '.join(parts)})")
            program.result = f"Tuple[{', '.join(types)}]"
        return program

    def pruned(self, base):
        """Without arguments, state and class that the text does not name; the first argument says how many calls there are."""
        program = self.withLines(base, base.lines)
        text = "\n".join(base.lines)
        used = [i for i, v in enumerate(base.arguments) if i == 0 or re.search(rf"\b{v.name}\b", text)]
        program.arguments = [base.arguments[i] for i in used]
        program.calls = [[call[i] for i in used] for call in base.calls]
        program.slots = [slot for slot in base.slots if re.search(rf"\b{slot[0]}\b", text)]
        program.usesClass = f"C{program.seed}" in text
        return program

    def end(self, program):
        path = os.path.join(self.folder, "reduced.pt")
        generate.writePrograms(path, [program])
        lines = self.worker.ask(path, self.options.level)
        return "DIED" if lines is None else " ".join(lines)

    def run(self):
        with tempfile.TemporaryDirectory() as self.folder:
            kind = lambda text: re.sub(r"[0-9]+", "N", re.sub(r"call \d+", "", text))[:60]
            said = self.end(self.original)
            wanted = (lambda text: self.options.match in text) if self.options.match else (lambda text: kind(text) == kind(said))
            best, found = self.original, True
            while found:
                found = False
                for lines in smaller(best.lines):
                    candidate = self.withLines(best, lines)
                    text = self.end(candidate)
                    if wanted(text):
                        best, said, found = candidate, text, True
                        break
            small = self.pruned(best)
            text = self.end(small)
            best, said = (small, text) if wanted(text) else (best, said)
            print(said + "\n\n" + best.classText() + best.method())
            if self.options.save:
                best.save(self.options.save, self.options.why)
        self.worker.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", required=True, help="sconce-differential")
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--match", help="the text that a failing program's line has")
    parser.add_argument("--level", type=int, default=0, help="LLVM's optimization level")
    parser.add_argument("--timeout", type=float, default=60, help="seconds for a program")
    parser.add_argument("--save", help="the file that the small program is left in: fuzz.py --found runs those beside it")
    parser.add_argument("--why", default="", help="what was wrong, for the file")
    Reducing(parser.parse_args()).run()


if __name__ == "__main__":
    main()
