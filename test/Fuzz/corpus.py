"""Writes the seed corpora of the fuzzers from the recorded fixtures: corpus.py FIXTURES OUT.

OUT/archive, OUT/script and OUT/import get one small file for each archive, data file, pickle, array and code file. The fuzzers of
archives and scripts take their first byte as what the rest is (see the beginning of LLVMFuzzerTestOneInput in each).
"""
import hashlib
import pathlib
import sys
import zipfile

LARGEST = 1 << 16  # longer inputs are slow to mutate


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
    for fuzzer, inputs in seeds.items():
        folder = out / fuzzer
        folder.mkdir(parents=True, exist_ok=True)
        for data in inputs:
            if len(data) <= LARGEST:
                (folder / hashlib.sha1(data).hexdigest()).write_bytes(data)
        print(f"{fuzzer}: {len(list(folder.iterdir()))} seeds")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))
