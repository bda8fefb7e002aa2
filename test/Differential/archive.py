"""Writes TorchScript archives without PyTorch: pickles of protocol 2 as torch.jit.save makes them, text, and a zip."""
import struct
import zipfile

DTYPES = {  # name -> storage, bytes, struct letter (None: half floats)
    "float32": ("FloatStorage", 4, "f"), "float64": ("DoubleStorage", 8, "d"), "int64": ("LongStorage", 8, "q"),
    "int32": ("IntStorage", 4, "i"), "bool": ("BoolStorage", 1, "?"), "uint8": ("ByteStorage", 1, "B"),
    "float16": ("HalfStorage", 2, "e"), "int16": ("ShortStorage", 2, "h"),
}


class Tensor:
    """A contiguous tensor by its elements in order, or a view of one: `storage` is shared by who shares memory."""

    def __init__(self, dtype, sizes, data, strides=None, offset=0, storage=None):
        self.dtype, self.sizes, self.data, self.offset = dtype, list(sizes), data, offset
        self.strides = strides if strides is not None else contiguous(sizes)
        self.storage = storage if storage is not None else data


def contiguous(sizes):
    strides, step = [], 1
    for size in reversed(sizes):
        strides.insert(0, step)
        step *= max(size, 1)
    return strides


class Pickler:
    def __init__(self, module):
        self.module, self.out, self.storages = module, bytearray(b"\x80\x02"), []

    def finish(self, value):
        self.put(value)
        self.out += b"."
        return bytes(self.out)

    def glob(self, module, name):
        self.out += b"c" + module.encode() + b"\n" + name.encode() + b"\n"

    def text(self, value):
        data = value.encode()
        self.out += b"X" + struct.pack("<I", len(data)) + data

    def all(self, values):
        self.out += b"("
        for value in values:
            self.put(value)
        self.out += b"t"

    def put(self, value):
        if value is None:
            self.out += b"N"
        elif isinstance(value, bool):
            self.out += b"\x88" if value else b"\x89"
        elif isinstance(value, int):
            self.out += b"\x8a\x08" + struct.pack("<q", value)
        elif isinstance(value, float):
            self.out += b"G" + struct.pack(">d", value)
        elif isinstance(value, str):
            self.text(value)
        elif isinstance(value, tuple):
            self.all(value)
        elif isinstance(value, Tensor):
            self.tensor(value)
        elif isinstance(value, Tagged):
            self.tagged(value)
        elif isinstance(value, Object):
            self.glob(*value.name.rsplit(".", 1))
            self.out += b")\x81}("
            for name, attribute in value.slots:
                self.text(name)
                self.put(attribute)
            self.out += b"ub"
        else:
            raise TypeError(value)

    def tagged(self, value):
        self.glob("torch.jit._pickle", "restore_type_tag")
        self.out += b"("
        if isinstance(value.value, dict):
            self.out += b"}("
            for key, element in value.value.items():
                self.put(key)
                self.put(element)
            self.out += b"u"
        else:
            self.out += b"]("
            for element in value.value:
                self.put(element)
            self.out += b"e"
        self.text(value.type)
        self.out += b"tR"

    def tensor(self, value):
        key = next((i for i, known in enumerate(self.storages) if known[1] is value.storage), None)
        if key is None:
            key = len(self.storages)
            self.storages.append((value.dtype, value.storage))
        storage, _, _ = DTYPES[value.dtype]
        self.glob("torch._utils", "_rebuild_tensor_v2")
        self.out += b"(("
        self.text("storage")
        self.glob("torch", storage)
        self.text(str(key))
        self.text("cpu")
        self.put(len(value.storage))
        self.out += b"tQ"
        self.put(value.offset)
        self.all(value.sizes)
        self.all(value.strides)
        self.out += b"\x89"
        self.glob("collections", "OrderedDict")
        self.out += b")RtR"


class Tagged:
    """A list or dict of a type in annotation syntax."""

    def __init__(self, type, value):
        self.type, self.value = type, value


class Object:
    def __init__(self, name, slots):
        self.name, self.slots = name, slots


def write(path, root, code):
    """An archive of a module and the text of code/__torch__.py."""
    pickler = Pickler("archive")
    data = pickler.finish(root)
    with zipfile.ZipFile(path, "w") as out:
        def record(name, content):
            out.writestr(zipfile.ZipInfo("archive/" + name), content)
        record("data.pkl", data)
        for key, (dtype, elements) in enumerate(pickler.storages):
            letter = DTYPES[dtype][2]
            record(f"data/{key}", struct.pack(f"<{len(elements)}{letter}", *elements))
        record("code/__torch__.py", code)
        record("constants.pkl", b"\x80\x02).")
        record("version", "10\n")
        record("byteorder", "little")
