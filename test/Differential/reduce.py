#!/usr/bin/env python3
"""Makes a failing program smaller: what remains still ends as the seed's program did.

  reduce.py --program build/bin/sconce-differential --seed 62 --keep DIR     # leaves DIR/62.pt and DIR/62.txt

Statements go, with what is nested in them; an `if` becomes one of its sides; parts of the result go. How a program ends is the first
words of its line, without numbers: `--match TEXT` asks for a line with this text instead.
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
        if isinstance(program.lines[-1], tuple):
            drop = program.lines.pop()[1]
            parts = base.lines[-1].strip()[len("return ("):-1].split(", ")
            types = partsOf(base.result[len("Tuple["):-1])
            del parts[drop], types[drop]
            program.lines.append(f"    return ({', '.join(parts)})")
            program.result = f"Tuple[{', '.join(types)}]"
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
            text = said + "\n\n" + best.classText() + best.method()
            print(text)
            if self.options.keep:
                os.makedirs(self.options.keep, exist_ok=True)
                generate.writePrograms(os.path.join(self.options.keep, f"{self.options.seed}.pt"), [best])
                with open(os.path.join(self.options.keep, f"{self.options.seed}.txt"), "w") as out:
                    out.write(text)
        self.worker.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", required=True, help="sconce-differential")
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--match", help="the text that a failing program's line has")
    parser.add_argument("--level", type=int, default=0, help="LLVM's optimization level")
    parser.add_argument("--timeout", type=float, default=60, help="seconds for a program")
    parser.add_argument("--keep", help="where the small program is left, as archive and text")
    Reducing(parser.parse_args()).run()


if __name__ == "__main__":
    main()
