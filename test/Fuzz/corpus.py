"""Writes the seed corpora of the fuzzers from the recorded fixtures: corpus.py FIXTURES OUT.

OUT/archive, OUT/script and OUT/import get one small file for each archive, data file, pickle, array and code file. The fuzzers of
archives and scripts take their first byte as what the rest is (see the beginning of LLVMFuzzerTestOneInput in each).
OUT/specialize gets programs that are written here, each with values that lie about their types.
"""
import hashlib
import pathlib
import sys
import zipfile

# What programs do with attributes of a type; the fuzzer of specialization gives them values of other types.
USES = {
    "int": ["x + 1", "torch.add(t, x)", "[1, 2, 3][x]", "torch.sum(t, [x])", "torch.zeros([x])", "torch.reshape(t, [x])", "torch.select(t, 0, x)"],
    "float": ["x + 1.", "torch.mul(t, x)", "int(x)", "torch.dropout(t, x, False)"],
    "bool": ["not x", "torch.dropout(t, 0.5, x)", "torch.softmax(t, 0, 5 if x else 6)"],
    "str": ["torch.upper(x)", "torch.add(x, \"a\")", "torch.len(x)", "torch.format(\"{}\", x)", "torch.split(x, \",\", -1)"],
    "List[int]": ["x[0]", "torch.reshape(t, x)", "torch.sum(t, x)", "torch.append(x, n)", "torch.add(x, [1])", "torch.sort(x)", "torch.zeros(x)",
                  "torch.permute(t, x)", "torch.tensor(x)", "torch.remove(x, 1)", "torch.extend(x, x)", "x[n]"],
    "List[str]": ["torch.join(\",\", x)", "torch.sort(x)", "torch.upper(x[n])"],
    "List[Tensor]": ["torch.cat(x, 0)", "torch.stack(x)", "torch.append(x, t)", "torch.index(t, x)", "torch.add_(x[n], 1)", "torch.meshgrid(x)"],
    "List[List[int]]": ["x[0][0]", "torch.tensor(x)", "torch.append(x[n], n)"],
    "Dict[str, int]": ["x[\"ab\"]", "torch.keys(x)", "torch.values(x)", "torch.items(x)", "torch.get(x, \"a\")", "torch.update(x, x)"],
    "Tuple[int, int]": ["x[0] + x[1]", "torch.add(t, x[1])"],
    "Tuple[Tensor, Tensor]": ["torch.add(x[0], x[1])"],
    "Tensor": ["torch.add(t, x)", "torch.matmul(x, t)", "int(x)", "torch.add_(x, n)", "torch.index_select(t, 0, x)", "torch.to(x, 6)", "torch.copy_(x, t)",
               "annotate(List[float], x.tolist())", "torch.embedding(torch.zeros([3, 2]), x)", "bool(x)"],
    "Optional[Tensor]": ["torch.add(unchecked_cast(Tensor, x), 1)", "torch.linear(t, torch.zeros([2, 2]), x)"],
    "Optional[List[int]]": ["torch.sum(t, x)", "torch.len(unchecked_cast(List[int], x))"],
    "__torch__.B": ["x.v + 1", "(x).next()"],
    "__torch__.E": ["x.value", "x.name", "x == __torch__.E.P"],
    "Device": ["torch.zeros([2], dtype=6, device=x)"],
    "Any": ["unchecked_cast(int, x) + 1", "torch.append(unchecked_cast(List[int], x), 1)", "unchecked_cast(Dict[str, int], x)[\"a\"]",
            "unchecked_cast(__torch__.B, x).v", "torch.upper(unchecked_cast(str, x))", "unchecked_cast(Tuple[int, int], x)[1]",
            "torch.cat(unchecked_cast(List[Tensor], x))", "isinstance(x, List[int])", "torch.format(\"{}\", x)"],
}
CLASSES = """class B(Module):
  v : int
  def next(self: __torch__.B) -> int:
    return self.v + 1
class C(Module):
  v : str
class E(Enum):
  P : int = 1
"""
BODIES = ["    x = {value}\n    r = {use}\n    return r\n",
          "    x = {value}\n    for i in range(n):\n      r = {use}\n    return n\n",
          "    x = {value}\n    if bool(torch.gt(torch.sum(t), 0)):\n      r = {use}\n    else:\n      pass\n    self.a = x\n    return x\n"]
LARGEST = 1 << 16  # longer inputs are slow to mutate


def lying_programs():
    for number, (type, uses) in enumerate(USES.items()):
        for place, use in enumerate(uses):
            for form, body in enumerate(BODIES):
                value = f"unchecked_cast({type}, CONSTANTS.c{(number + place) % 24})" if form == 0 and place % 2 else "self.a"
                code = (CLASSES + f"class M(Module):\n  a : {type}\n  b : int\n  c : Tensor\n  d : List[int]\n"
                        "  def forward(self: __torch__.M,\n    t: Tensor,\n    n: int):\n" + body.format(value=value, use=use))
                yield bytes([(7 * number + 3 * place + form) % 30, 0, 8, 11]) + code.encode()


def main(fixtures, out):
    seeds = {"archive": [], "import": [], "script": [b"\0List[Dict[str, Optional[Tensor]]]", b"\0Tuple[int, float, Future[bool]]",
                                                     b"\1aten::add.Tensor(Tensor self, Tensor other, *, Scalar alpha=1) -> Tensor",
                                                     b"\1aten::split(Tensor(a -> *) self, int[2] sizes, int dim=0) -> Tensor(a)[]"]}
    for file in sorted(fixtures.rglob("*.pt")):
        data = file.read_bytes()
        with zipfile.ZipFile(file) as archive:
            members = {name.split("/", 1)[1]: archive.read(name) for name in archive.namelist()}
        is_model = "constants.pkl" in members
        seeds["archive"].append((b"\0" if is_model else b"\1") + data)
        seeds["archive"] += [(b"\2" if is_model else b"\3") + text for name, text in members.items() if name.endswith(".pkl")]
        for name, text in members.items():
            if name.endswith(".py"):
                seeds["script"].append(b"\2" + text)
                seeds["import"].append(text)
    seeds["archive"] += [b"\4" + file.read_bytes() for file in sorted(fixtures.rglob("*.npy"))]
    seeds["specialize"] = list(lying_programs())
    for fuzzer, inputs in seeds.items():
        folder = out / fuzzer
        folder.mkdir(parents=True, exist_ok=True)
        for data in inputs:
            if len(data) <= LARGEST:
                (folder / hashlib.sha1(data).hexdigest()).write_bytes(data)
        print(f"{fuzzer}: {len(list(folder.iterdir()))} seeds")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))
