"""Small TorchScript programs, each from a seed: a method `p<seed>` of a module, its class, its state, and arguments for three calls.

Programs are well typed, and mostly do not raise. What is known of a tensor (dtype and extents) is followed where that is easy, so that
most operators get operands that fit; where it is not known, only what takes any tensor is used.
"""
import json
import random

from archive import Object, Tagged, Tensor, write

FLOATS, INTS = ("float32", "float64"), ("int64", "int32")
CODES = {"uint8": 0, "int32": 3, "int64": 4, "float16": 5, "float32": 6, "float64": 7, "bool": 11}
WORDS = ["", "a", "bc", "Ab c", "x,y,z", "0", "-12", "tensor", "zz"]


class Info:
    """What is known of a tensor."""

    def __init__(self, dtype=None, sizes=None):
        self.dtype, self.sizes = dtype, sizes

    def floating(self):
        return self.dtype in FLOATS

    def integral(self):
        return self.dtype in INTS

    def __eq__(self, other):
        return self.dtype == other.dtype and self.sizes == other.sizes


class Variable:
    def __init__(self, name, type, info=None):
        self.name, self.type, self.info = name, type, info


class Program:
    def __init__(self, seed):
        self.seed, self.random = seed, random.Random(seed)
        self.name = f"p{seed}"
        self.counter = 0
        self.lines = []
        self.loops = 0
        self.slots = []       # attributes of the module: (name, type, value)
        self.usesClass = self.random.random() < 0.35
        self.arguments = []   # Variable
        self.calls = [[] for _ in range(3)]
        self.state = []
        self.makeArguments()
        self.makeState()
        self.makeBody()

    # Choices.

    def pick(self, values):
        return self.random.choice(values)

    def chance(self, share):
        return self.random.random() < share

    def fresh(self):
        self.counter += 1
        return f"v{self.counter}"

    def number(self, dtype):
        if dtype == "bool":
            return self.chance(0.5)
        if dtype in ("float32", "float64", "float16"):
            return self.random.randint(-12, 12) / 4
        return self.random.randint(-5, 6)

    def data(self, dtype, sizes):
        count = 1
        for size in sizes:
            count *= size
        return [self.number(dtype) for _ in range(count)]

    def sizes(self):
        return [self.pick([1, 2, 2, 3, 3, 4]) for _ in range(self.pick([0, 1, 1, 2, 2, 2, 3]))]

    # Arguments and state.

    def makeArguments(self):
        for i in range(self.random.randint(1, 4)):
            type = "Tensor" if i == 0 else self.pick(["Tensor", "Tensor", "Tensor", "int", "float", "bool", "str", "List[int]", "List[Tensor]",
                                                     "Dict[str, int]", "Optional[int]", "Optional[Tensor]", "Tuple[int, Tensor]"])
            info = Info(self.pick(FLOATS[:1] * 3 + FLOATS[1:] + INTS[:1] * 2 + INTS[1:] + ("bool",)), self.sizes()) if "Tensor" in type else None
            self.arguments.append(Variable(f"a{i}", type, info if type == "Tensor" else None))
            shape = self.random.randint(0, 3)
            for call in range(3):
                value = self.argument(type, info, shape, call)
                self.calls[call].append((type, value))

    def tensor(self, info):
        data = self.data(info.dtype, info.sizes)
        if len(info.sizes) == 2 and self.chance(0.2):  # transposed
            rows, columns = info.sizes
            return Tensor(info.dtype, info.sizes, data, [1, rows])
        return Tensor(info.dtype, info.sizes, data)

    def argument(self, type, info, shape, call):
        if call == 2:
            return self.calls[0][len(self.calls[2])][1]
        if type == "Tensor":
            return self.tensor(info)
        if type == "int":
            return self.random.randint(-3, 6)
        if type == "float":
            return self.number("float64")
        if type == "bool":
            return self.chance(0.5)
        if type == "str":
            return self.pick(WORDS)
        if type == "List[int]":
            return Tagged(type, [self.random.randint(-4, 9) for _ in range(shape)])
        if type == "List[Tensor]":
            return Tagged(type, [self.tensor(info) for _ in range(shape)])
        if type == "Dict[str, int]":
            return Tagged(type, {word: self.random.randint(0, 9) for word in WORDS[1:1 + shape]})
        if type == "Optional[int]":
            return self.random.randint(0, 3) if shape else None
        if type == "Optional[Tensor]":
            return self.tensor(info) if shape else None
        return (self.random.randint(-3, 3), self.tensor(info))

    def makeState(self):
        for i in range(self.pick([0, 0, 1, 1, 2])):
            type = self.pick(["Tensor", "Tensor", "int", "float", "str", "List[int]", "Dict[str, int]"])
            info = Info(self.pick(("float32", "int64")), self.sizes()) if type == "Tensor" else None
            name = f"s{self.seed}_{i}"
            self.slots.append((name, type, self.argument(type, info, self.random.randint(0, 2), 0)))
            self.state.append(Variable("self." + name, type, info))

    # Scopes.

    def of(self, type, where=None):
        return [v for scope in self.scopes for v in scope if v.type == type and (where is None or where(v))]

    def tensors(self, where=None):
        return self.of("Tensor", (lambda v: v.info is not None and where(v.info)) if where else None)

    def emit(self, text):
        self.lines.append("    " + "  " * self.depth + text)

    def declare(self, type, text, info=None):
        name = self.fresh()
        self.emit(f"{name} = {text}")
        variable = Variable(name, type, info)
        self.scopes[-1].append(variable)
        return variable

    # Expressions of scalars.

    def int(self, depth=2):
        variables = self.of("int")
        if depth <= 0 or self.chance(0.3):
            return self.pick(variables).name if variables and self.chance(0.7) else str(self.random.randint(-3, 5))
        kind = self.random.randint(0, 13)
        if kind <= 2:
            return f"({self.int(depth - 1)} {self.pick('+-*')} {self.int(depth - 1)})"
        if kind == 3:
            return f"({self.int(depth - 1)} {self.pick(['//', '%'])} {self.pick([2, 3, 5, -3])})"
        if kind == 4 and self.chance(0.15):
            return f"({self.int(depth - 1)} // {self.int(0)})"  # PyTorch dies of % 0
        if kind == 5:
            sized = [v for t in ("List[int]", "List[Tensor]", "List[str]", "Dict[str, int]", "str") for v in self.of(t)]
            if sized:
                return f"torch.len({self.pick(sized).name})"
        if kind == 6:
            shaped = self.tensors(lambda i: i.sizes)
            if shaped:
                v = self.pick(shaped)
                return f"torch.size({v.name}, {self.random.randrange(len(v.info.sizes)) - self.pick([0, len(v.info.sizes)])})"
        if kind == 7:
            whole = self.tensors(lambda i: i.integral() or i.dtype == "bool")
            if whole:
                return f"(int(torch.sum({self.pick(whole).name})) % 7)"
        if kind == 8:
            return f"{self.pick(['ops.prim.max', 'ops.prim.min'])}({self.int(depth - 1)}, {self.int(depth - 1)})"
        if kind == 9:
            lists = self.of("List[int]")
            if lists:
                name = self.pick(lists).name
                return f"({name})[{self.pick([0, -1, 1])}]" if self.chance(0.2) else f"(({name})[0] if torch.gt(torch.len({name}), 0) else {self.int(0)})"
        if kind == 10:
            return f"int({self.bool(depth - 1)})"
        if kind == 11:
            dicts = self.of("Dict[str, int]")
            if dicts:
                name, key = self.pick(dicts).name, repr(self.pick(WORDS)).replace("'", '"')
                return f"({name})[{key}]" if self.chance(0.1) else f"(({name})[{key}] if torch.__contains__({name}, {key}) else {self.int(0)})"
        if kind == 12:
            pairs = self.of("Tuple[int, Tensor]")
            if pairs:
                return f"({self.pick(pairs).name})[0]"
        if kind == 13:
            objects = self.of(self.className())
            if objects:
                return f"({self.pick(objects).name}).count"
        return f"({self.int(depth - 1)} if {self.bool(depth - 1)} else {self.int(depth - 1)})"

    def float(self, depth=2):
        variables = self.of("float")
        if depth <= 0 or self.chance(0.3):
            return self.pick(variables).name if variables and self.chance(0.7) else repr(self.number("float64"))
        kind = self.random.randint(0, 6)
        if kind <= 2:
            return f"({self.float(depth - 1)} {self.pick('+-*')} {self.float(depth - 1)})"
        if kind == 3:
            return f"({self.float(depth - 1)} / {self.pick(['2.', '-4.', '8.'])})"
        if kind == 4:
            return f"float({self.int(depth - 1)})"
        if kind == 5:
            floating = self.tensors(lambda i: i.floating())
            if floating:
                return f"float(torch.sum({self.pick(floating).name}))"
        if kind == 6:
            return f"{self.pick(['ops.prim.max', 'ops.prim.min'])}({self.float(depth - 1)}, {self.float(depth - 1)})"
        return f"({self.float(depth - 1)} if {self.bool(depth - 1)} else {self.float(depth - 1)})"

    def bool(self, depth=2):
        variables = self.of("bool")
        kind = self.random.randint(0, 10)
        if kind == 0 and variables:
            return self.pick(variables).name
        if kind == 1 and depth > 0:
            return f"({self.bool(depth - 1)} {self.pick(['and', 'or'])} {self.bool(depth - 1)})"
        if kind == 2 and depth > 0:
            return f"(not {self.bool(depth - 1)})"
        if kind in (3, 4):
            known = self.tensors(lambda i: i.dtype in ("float32", "int64", "float64", "int32"))
            if known:
                return f"bool(torch.{self.pick(['gt', 'lt', 'ge'])}(torch.sum({self.pick(known).name}), {self.random.randint(-3, 4)}))"
        if kind == 5:
            return f"({self.str(depth - 1)} {self.pick(['==', '!=', '<'])} {self.str(depth - 1)})"
        if kind == 6:
            dicts = self.of("Dict[str, int]")
            if dicts:
                return f"torch.__contains__({self.pick(dicts).name}, {self.str(0)})"
        if kind == 7:
            options = self.of("Optional[int]") + self.of("Optional[Tensor]")
            if options:
                test, v = self.pick(["__is__", "__isnot__"]), self.pick(options)
                # Not of the name itself, which would have the narrower type where the condition holds.
                return f"torch.{test}(annotate({v.type}, {v.name}), None)"
        if kind == 8:
            return f"({self.float(depth - 1)} {self.pick(['<', '>', '<=', '=='])} {self.float(depth - 1)})"
        return f"({self.int(depth - 1)} {self.pick(['<', '>', '<=', '>=', '==', '!='])} {self.int(depth - 1)})"

    def str(self, depth=2):
        variables = self.of("str")
        if depth <= 0 or self.chance(0.35):
            return self.pick(variables).name if variables and self.chance(0.6) else f'"{self.pick(WORDS)}"'
        kind = self.random.randint(0, 7)
        if kind <= 1:
            return f"({self.str(depth - 1)} + {self.str(depth - 1)})"
        if kind == 2:
            return f'torch.format("{{}}{self.pick(["-", ":", " "])}{{}}", {self.int(depth - 1)}, {self.str(depth - 1)})'
        if kind == 3:
            return f"str({self.pick([self.int, self.bool, self.int])(depth - 1)})"
        if kind == 4:
            return f"torch.{self.pick(['upper', 'lower', 'strip', 'capitalize', 'swapcase', 'title'])}({self.str(depth - 1)})"
        if kind == 5:
            return f"torch.slice({self.str(depth - 1)}, {self.pick(['None', '0', '1', '-2'])}, {self.pick(['None', '2', '-1', '4'])}, 1)"
        if kind == 6:
            lists = self.of("List[str]")
            if lists:
                return f'torch.join("{self.pick([",", "", " "])}", {self.pick(lists).name})'
        return f'torch.replace({self.str(depth - 1)}, "{self.pick(["a", ",", "b"])}", "{self.pick(["", "q", "aa"])}")'

    # Expressions of tensors: text and what is known.

    def any(self):
        return self.pick(self.tensors())

    def same(self, info):
        """A tensor that combines with one of these extents without growing it."""
        fitting = self.tensors(lambda i: i.dtype == info.dtype and i.sizes is not None and (i.sizes == info.sizes or i.sizes == []))
        return self.pick(fitting) if fitting else None

    def make(self):
        sizes = self.sizes()
        dtype = self.pick(["float32", "float32", "float64", "int64", "int32", "bool"])
        kind = self.random.randint(0, 4)
        if kind == 0:
            return f"torch.zeros({sizes}, dtype={CODES[dtype]})", Info(dtype, sizes)
        if kind == 1:
            return f"torch.ones({sizes}, dtype={CODES[dtype]})", Info(dtype, sizes)
        if kind == 2 and dtype != "bool":
            return f"torch.full({sizes}, {self.number(dtype)}, dtype={CODES[dtype]})", Info(dtype, sizes)
        if kind == 3:
            return f"torch.tensor({self.int(1)})", Info("int64", [])
        n = self.random.randint(1, 6)
        return f"torch.arange({n}, dtype={CODES['int64']})", Info("int64", [n])

    def tensorExpr(self):
        if not self.tensors() or self.chance(0.1):
            return self.make()
        v = self.any()
        x, i = v.name, v.info or Info()
        family = self.random.randint(0, 7)
        text = None
        if family == 0:
            text = self.unary(x, i)
        elif family in (1, 2):
            text = self.binary(x, i)
        elif family in (3, 4):
            text = self.view(x, i)
        elif family == 5:
            text = self.reduce(x, i)
        elif family == 6:
            text = self.combine(x, i)
        else:
            text = self.convert(x, i)
        return text or (f"torch.clone({x})", i)

    def unary(self, x, i):
        if i.floating():
            op = self.pick(["relu", "abs", "neg", "sigmoid", "tanh", "sin", "square"])
            return (f"torch.{op}({x})", i) if self.chance(0.9) else (f"torch.exp(torch.clamp({x}, -3., 3.))", i)
        if i.integral():
            return f"torch.{self.pick(['abs', 'neg', 'relu', 'bitwise_not'])}({x})", i
        if i.dtype == "bool":
            return f"torch.logical_not({x})", i
        return f"torch.clone({x})", i

    def binary(self, x, i):
        if i.dtype is None or i.dtype == "bool":
            return f"torch.mul({x}, {self.random.randint(-2, 3)})", Info(None if i.dtype is None else "int64", i.sizes)
        if self.chance(0.4):
            scalar = self.int(1) if i.integral() else self.pick([self.int, self.float])(1)
            return f"torch.{self.pick(['add', 'sub', 'mul'])}({x}, {scalar})", i
        other = self.same(i)
        if not other:
            y = self.any()
            known = y.info and y.info.sizes is not None and i.sizes is not None
            if known and (y.info.sizes == i.sizes or self.chance(0.1)):
                return f"torch.add({x}, {y.name})", Info(None, i.sizes if y.info.sizes == i.sizes else None)
            return None
        op = self.pick(["add", "sub", "mul", "maximum", "minimum", "eq", "lt", "ge"])
        return f"torch.{op}({x}, {other.name})", Info("bool" if op in ("eq", "lt", "ge") else i.dtype, i.sizes)

    def view(self, x, i):
        if i.sizes is None:
            return f"torch.reshape({x}, [-1])", Info(i.dtype)
        rank = len(i.sizes)
        kind = self.random.randint(0, 8)
        if rank == 0:
            return f"torch.unsqueeze({x}, 0)", Info(i.dtype, [1])
        dim = self.random.randrange(rank)
        size = i.sizes[dim]
        rest = i.sizes[:dim] + i.sizes[dim + 1:]
        if kind == 0:
            index = self.random.randrange(-size, size) if self.chance(0.8) else f"({self.int(1)} % {size})"
            return f"torch.select({x}, {dim}, {index})", Info(i.dtype, rest)
        if kind == 1:
            start, step = self.random.randrange(size), self.pick([1, 1, 2])
            end = self.random.randint(start + 1, size)
            return (f"torch.slice({x}, {dim}, {start}, {end}, {step})",
                    Info(i.dtype, i.sizes[:dim] + [(end - start + step - 1) // step] + i.sizes[dim + 1:]))
        if kind == 2:
            return f"torch.slice({x}, {dim}, {self.int(1)}, None, 1)", Info(i.dtype)
        if kind == 3 and rank > 1:
            other = self.random.randrange(rank)
            sizes = list(i.sizes)
            sizes[dim], sizes[other] = sizes[other], sizes[dim]
            return f"torch.transpose({x}, {dim}, {other})", Info(i.dtype, sizes)
        if kind == 4:
            return f"torch.unsqueeze({x}, {dim})", Info(i.dtype, i.sizes[:dim] + [1] + i.sizes[dim:])
        if kind == 5:
            total = 1
            for s in i.sizes:
                total *= s
            return self.pick([(f"torch.reshape({x}, [-1])", Info(i.dtype, [total])), (f"torch.flatten({x})", Info(i.dtype, [total]))])
        if kind == 6 and rank > 1:
            order = list(range(rank))
            self.random.shuffle(order)
            return f"torch.permute({x}, {order})", Info(i.dtype, [i.sizes[d] for d in order])
        if kind == 7:
            return f"torch.expand({x}, {[2] + i.sizes})", Info(i.dtype, [2] + i.sizes)
        return f"torch.squeeze({x}, {dim})", Info(i.dtype, rest if size == 1 else i.sizes)

    def reduce(self, x, i):
        if i.dtype is None or i.sizes is None or not i.sizes:
            return None
        dim = self.random.randrange(len(i.sizes))
        rest = i.sizes[:dim] + i.sizes[dim + 1:]
        kept = i.sizes[:dim] + [1] + i.sizes[dim + 1:]
        total = i.dtype if i.floating() else "int64"
        kind = self.random.randint(0, 5)
        if kind == 0:
            return f"torch.sum({x})", Info(total, [])
        if kind == 1:
            return f"torch.sum({x}, [{dim}], True)", Info(total, kept)
        if kind == 2:
            return f"torch.amax({x}, [{dim}])", Info(i.dtype, rest)
        if kind == 3 and i.floating():
            return self.pick([(f"torch.mean({x}, [{dim}])", Info(i.dtype, rest)), (f"torch.softmax({x}, {dim})", i)])
        if kind == 4 and i.dtype != "bool":
            return f"torch.cumsum({x}, {dim})", Info(total, i.sizes)
        return f"torch.argmax(torch.to({x}, 6), {dim})", Info("int64", rest)

    def combine(self, x, i):
        if i.sizes is None:
            return None
        fitting = self.tensors(lambda k: k == i)
        other = self.pick(fitting).name
        kind = self.random.randint(0, 5)
        if kind == 0 and i.sizes:
            dim = self.random.randrange(len(i.sizes))
            return f"torch.cat([{x}, {other}], {dim})", Info(i.dtype, i.sizes[:dim] + [2 * i.sizes[dim]] + i.sizes[dim + 1:])
        if kind == 1:
            return f"torch.stack([{x}, {other}], 0)", Info(i.dtype, [2] + i.sizes)
        if kind == 2:
            masks = self.tensors(lambda k: k.dtype == "bool" and k.sizes == i.sizes)
            if masks:
                return f"torch.where({self.pick(masks).name}, {x}, {other})", i
        if kind == 3 and len(i.sizes) == 2 and i.floating():
            return f"torch.matmul({x}, torch.t({other}))", Info(i.dtype, [i.sizes[0], i.sizes[0]])
        if kind == 4 and i.sizes:
            indices = [self.random.randrange(i.sizes[0]) for _ in range(self.random.randint(1, 3))]
            return f"torch.index_select({x}, 0, torch.tensor({indices}))", Info(i.dtype, [len(indices)] + i.sizes[1:])
        if kind == 5 and i.sizes and i.dtype is not None:
            masks = self.tensors(lambda k: k.dtype == "bool" and k.sizes == i.sizes)
            if masks:
                return f"torch.masked_select({x}, {self.pick(masks).name})", Info(i.dtype)
        return f"torch.flip({x}, [{len(i.sizes) - 1}])" if i.sizes else f"torch.clone({x})", i

    def convert(self, x, i):
        kind = self.random.randint(0, 3)
        if kind == 0 and i.dtype is not None:
            return f"torch.gt({x}, {self.random.randint(-1, 2)})", Info("bool", i.sizes)
        if kind == 1 and i.dtype is not None and not i.floating():
            dtype = self.pick(["float32", "float64", "int64", "int32"])
            return f"torch.to({x}, {CODES[dtype]})", Info(dtype, i.sizes)
        if kind == 2 and i.floating():
            return f"torch.to(torch.clamp({x}, -50., 50.), {CODES['int64']})", Info("int64", i.sizes)
        objects = self.of(self.className())
        if objects:
            return f"({self.pick(objects).name}).kept", Info()
        pairs = self.of("Tuple[int, Tensor]")
        return (f"({self.pick(pairs).name})[1]", Info()) if pairs else None

    def className(self):
        return f"__torch__.C{self.seed}"

    def value(self, type):
        """An expression of a type, with what is known of it."""
        if type == "Tensor":
            return self.tensorExpr()
        if type in ("int", "float", "bool", "str"):
            return getattr(self, type)(), None
        if type == "List[int]":
            lists = self.of(type)
            if lists and self.chance(0.4):
                v = self.pick(lists).name
                return self.pick([f"torch.add({v}, [{self.int(1)}])", f"torch.slice({v}, {self.pick(['None', 1, -2])}, None, {self.pick([1, 1, 2])})",
                                  f"torch.list({v})", v]), None
            shaped = self.tensors()
            if shaped and self.chance(0.2):
                return f"torch.size({self.pick(shaped).name})", None
            return f"[{', '.join(self.int(1) for _ in range(self.random.randint(1, 3)))}]", None
        if type == "List[Tensor]":
            lists = self.of(type)
            if lists and self.chance(0.3):
                v = self.pick(lists).name
                return self.pick([v, f"torch.list({v})", f"torch.add({v}, [{self.any().name}])"]), None
            return f"[{', '.join(self.any().name for _ in range(self.random.randint(1, 3)))}]", None
        if type == "List[str]":
            return self.pick([f"[{self.str(1)}, {self.str(1)}]", f'torch.split({self.str(1)}, ",")']), None
        if type == "Dict[str, int]":
            dicts = self.of(type)
            if dicts and self.chance(0.3):
                return self.pick(dicts).name, None
            words = self.random.sample(WORDS, self.random.randint(1, 3))
            return "{" + ", ".join(f'"{word}": {self.int(1)}' for word in words) + "}", None
        if type.startswith("Optional"):
            # Cast: else the name would take the narrower type of the value, and PyTorch refuses what is assigned later.
            return f"unchecked_cast({type}, {self.pick(['None', self.int(1) if type == 'Optional[int]' else self.any().name])})", None
        if type == "Tuple[int, Tensor]":
            return f"({self.int(1)}, {self.any().name})", None
        return f"{self.className()}({self.int(1)}, {self.any().name})", None

    TYPES = ["Tensor"] * 8 + ["int", "int", "float", "bool", "str", "List[int]", "List[Tensor]", "List[str]", "Dict[str, int]", "Optional[int]",
             "Optional[Tensor]", "Tuple[int, Tensor]"]

    def type(self):
        return self.className() if self.usesClass and self.chance(0.12) else self.pick(self.TYPES)

    # Statements.

    def block(self, count):
        self.scopes.append([])
        self.depth += 1
        before = len(self.lines)
        for _ in range(count):
            self.statement()
        if len(self.lines) == before:
            self.emit("pass")
        self.depth -= 1
        self.scopes.pop()

    def statement(self):
        kind = self.random.random()
        if kind < 0.34:
            type = self.type()
            text, info = self.value(type)
            self.declare(type, text, info)
        elif kind < 0.50:
            self.reassign()
        elif kind < 0.66:
            self.mutateTensor()
        elif kind < 0.80:
            self.mutateContainer()
        elif kind < 0.88:
            self.conditional()
        elif kind < 0.95:
            self.loop()
        elif kind < 0.975:
            self.writeState()
        else:
            self.guard()

    def reassign(self):
        variables = [v for scope in self.scopes for v in scope if v not in self.fixed]
        if not variables:
            return
        v = self.pick(variables)
        text, info = self.value(v.type)
        if v.type == "Tensor":
            isInner = self.depth > 0 and not any(v is known for known in self.scopes[-1])
            # Most often what stands after an `if` is alike on both sides.
            if isInner and not (info == v.info) and self.chance(0.85):
                text, info = self.alike(v)
            if not (info and v.info and info == v.info):
                v.info = Info(info.dtype if info and v.info and info.dtype == v.info.dtype else None) if isInner else info
        self.emit(f"{v.name} = {text}")

    def alike(self, v):
        i = v.info or Info()
        if i.dtype is None or i.dtype == "bool":
            return f"torch.clone({v.name})", i
        other = self.same(i)
        if other and self.chance(0.6):
            return f"torch.{self.pick(['add', 'sub', 'mul'])}({v.name}, {other.name})", i
        return f"torch.{self.pick(['add', 'mul'])}({v.name}, {self.random.randint(-2, 3)})", i

    def mutateTensor(self):
        targets = self.tensors(lambda i: i.dtype is not None)
        if not targets:
            return
        v = self.pick(targets)
        i, x = v.info, v.name
        place, sizes = x, i.sizes
        if sizes and self.chance(0.5):  # through a view of a part
            dim = self.random.randrange(len(sizes))
            index = self.random.randrange(-sizes[dim], sizes[dim]) if self.chance(0.8) else f"({self.int(1)} % {sizes[dim]})"
            place, sizes = f"torch.select({x}, {dim}, {index})", sizes[:dim] + sizes[dim + 1:]
            if sizes and self.chance(0.3):
                end = self.random.randint(1, sizes[0])
                place, sizes = f"torch.slice({place}, 0, 0, {end}, 1)", [end] + sizes[1:]
        self.counter += 1
        kind = self.random.randint(0, 5)
        scalar = self.int(1) if not i.floating() else self.pick([self.int, self.float])(1)
        if i.dtype == "bool":
            self.emit(f"_{self.counter} = torch.{self.pick(['logical_not_', 'zero_'])}({place})")
        elif kind <= 1:
            self.emit(f"_{self.counter} = torch.{self.pick(['add_', 'mul_', 'sub_'])}({place}, {scalar})")
        elif kind == 2:
            self.emit(f"_{self.counter} = torch.fill_({place}, {scalar})")
        elif kind == 3:
            others = self.tensors(lambda k: k.dtype == i.dtype and (k.sizes == [] or k.sizes == sizes))
            if others:
                self.emit(f"_{self.counter} = torch.{self.pick(['copy_', 'add_', 'mul_'])}({place}, {self.pick(others).name})")
        elif kind == 4 and i.floating():
            self.emit(f"_{self.counter} = torch.{self.pick(['relu_', 'neg_', 'sigmoid_', 'tanh_', 'zero_'])}({place})")
        elif kind == 5 and i.sizes:
            index = [self.random.randrange(i.sizes[0]) for _ in range(2)]
            self.emit(f"_{self.counter} = torch.index_put_({x}, annotate(List[Optional[Tensor]], [torch.tensor({index})]), "
                      f"torch.tensor({self.number(i.dtype)}, dtype={CODES[i.dtype]}), {self.pick(['False', 'True'])})")

    def mutateContainer(self):
        choices = [v for t in ("List[int]", "List[Tensor]", "List[str]", "Dict[str, int]", self.className()) for v in self.of(t)
                   if v not in self.fixed or not v.type.startswith(("List", "Dict"))]
        if not choices:
            return
        v = self.pick(choices)
        x = v.name
        self.counter += 1
        t = f"_{self.counter}"
        if v.type == "Dict[str, int]":
            self.emit(self.pick([f"_ = torch._set_item({x}, {self.str(1)}, {self.int(1)})"] * 3 +
                                [f"{t} = torch.pop({x}, {self.str(0)}, 0)", f"torch.update({x}, {x})"][:1]))
        elif v.type.startswith("__torch__"):
            self.emit(self.pick([f"{t} = ({x}).add({self.int(1)})", f"{x}.count = {self.int(1)}", f"{x}.kept = {self.any().name}",
                                 f"{t} = ({x}).scale({self.random.randint(-2, 3)})"]))
        else:
            element = {"List[int]": lambda: self.int(1), "List[str]": lambda: self.str(1), "List[Tensor]": lambda: self.any().name}[v.type]
            texts = [f"{t} = torch.append({x}, {element()})"] * 3 + [f"torch.insert({x}, {self.pick([0, 1, -1])}, {element()})",
                                                                     f"torch.extend({x}, [{element()}, {element()}])", f"torch.reverse({x})"]
            self.emit(self.pick(texts))
            if self.chance(0.25):
                self.emit(f"if torch.gt(torch.len({x}), 1):")
                self.emit("  " + self.pick([f"{t}a = torch.pop({x}, {self.pick([0, -1])})", f"{t} = torch._set_item({x}, {self.pick([0, 1, -1])}, {element()})"]
                                           + ([f"torch.sort({x})"] if v.type == "List[int]" else [])))
                self.emit("else:")
                self.emit("  pass")

    def conditional(self):
        if self.depth > 2:
            return
        options = self.of("Optional[int]") + self.of("Optional[Tensor]")
        if options and self.chance(0.4):
            v = self.pick(options)
            type = v.type[len("Optional["):-1]
            inner = Variable(self.fresh(), type, Info() if type == "Tensor" else None)
            self.emit(f"if torch.__isnot__({v.name}, None):")
            self.emit(f"  {inner.name} = unchecked_cast({type}, {v.name})")
            self.scopes.append([inner])
            self.fixed.append(v)  # on each side it has the narrower type
            self.block(self.random.randint(1, 3))
            self.scopes.pop()
            self.emit("else:")
            self.block(self.random.randint(0, 2))
            self.fixed.pop()
            return
        self.emit(f"if {self.bool()}:")
        self.block(self.random.randint(1, 3))
        self.emit("else:")
        self.block(self.random.randint(0, 2))

    def loop(self):
        if self.depth > 2 or self.loops > 3:
            return
        self.loops += 1
        kind = self.random.randint(0, 4)
        if kind == 0:
            lists = self.of("List[int]")
            if lists:
                copy = self.declare("List[int]", f"torch.list({self.pick(lists).name})")
                item, index = Variable(self.fresh(), "int"), self.fresh()
                self.emit(f"for {index} in range(torch.len({copy.name})):")
                self.emit(f"  {item.name} = ({copy.name})[{index}]")
                self.inLoop([copy], [item])
                return
        if kind == 1:
            shaped = self.tensors(lambda i: i.sizes)
            if shaped:
                v = self.pick(shaped)
                copy = self.declare("Tensor", f"torch.clone({v.name})", v.info)
                item, index = Variable(self.fresh(), "Tensor", Info(v.info.dtype, v.info.sizes[1:])), self.fresh()
                self.emit(f"for {index} in range(torch.len({copy.name})):")
                self.emit(f"  {item.name} = torch.select({copy.name}, 0, {index})")
                self.inLoop([copy], [item])
                return
        if kind == 2:
            counter = self.declare("int", "0")
            limit = self.declare("int", f"({self.int(1)} % 4)")
            self.emit(f"while torch.lt({counter.name}, {limit.name}):")
            self.inLoop([counter, limit], [])
            self.emit(f"  {counter.name} = torch.add({counter.name}, 1)")
            return
        count = self.random.randint(1, 4) if self.chance(0.5) else f"({self.int(1)} % 4)"
        item = Variable(self.fresh(), "int")
        self.emit(f"for {item.name} in range({count}):")
        self.inLoop([], [item])

    def inLoop(self, fixed, items):
        self.fixed += fixed + items
        # What a loop's body does to a tensor holds for its next iteration only if it changes nothing that is known.
        known = [(v, v.info) for scope in self.scopes for v in scope if v.type == "Tensor"]
        self.scopes.append(items)
        self.block(self.random.randint(1, 3))
        self.scopes.pop()
        del self.fixed[len(self.fixed) - len(fixed) - len(items):]
        for v, info in known:
            if not (info and v.info and info == v.info):
                v.info = Info()

    def writeState(self):
        if not self.state:
            return
        v = self.pick(self.state)
        if v.type == "Tensor":
            text, info = self.alike(v)
            self.emit(f"{v.name} = {text}")
        elif v.type in ("int", "float", "str"):
            self.emit(f"{v.name} = {self.value(v.type)[0]}")

    def guard(self):
        error = self.pick(["ValueError", "RuntimeError", "AssertionError"])
        self.emit(f"if {self.bool(1)}:")
        self.emit(f"  ops.prim.RaiseException({self.str(1)}, \"builtins.{error}\")" if self.chance(0.35) else "  pass")
        self.emit("else:")
        self.emit("  pass")

    def makeBody(self):
        self.depth, self.fixed = 0, list(self.state)
        self.scopes = [list(self.arguments), list(self.state)]
        # Seeds below 100000 are of a time when compiled code did not write to the caller's own lists and dicts, and stay what they were.
        for v in self.arguments:
            if self.seed < 100000 and v.type.startswith(("List", "Dict")):
                self.emit(f"{v.name} = torch.{'list' if v.type.startswith('List') else 'copy'}({v.name})")
        if self.usesClass:
            text, _ = self.value(self.className())
            self.declare(self.className(), text)
        for _ in range(self.random.randint(5, 14)):
            self.statement()
        results = [v for v in self.state]
        own = [v for scope in self.scopes for v in scope if not v.type.startswith("__torch__") and v not in self.state]
        results += self.random.sample(own, min(len(own), 5))
        if len(results) < 2:
            results = (results + own)[:1] * 2
        objects = [v for scope in self.scopes for v in scope if v.type == self.className()]
        parts = [(v.name, v.type) for v in results]
        for v in objects[:1]:
            parts += [(f"({v.name}).count", "int"), (f"({v.name}).kept", "Tensor")]
        self.result = f"Tuple[{', '.join(type for _, type in parts)}]"
        self.emit(f"return ({', '.join(name for name, _ in parts)})")

    # Files.

    def save(self, path, why):
        """Leaves the program, with its arguments, in a file of its own."""
        content = {"why": why, "number": self.seed, "class": self.usesClass, "result": self.result, "lines": self.lines,
                   "arguments": [[v.name, v.type] for v in self.arguments],
                   "calls": [[encode(value) for _, value in call] for call in self.calls],
                   "state": [[name, type, encode(value)] for name, type, value in self.slots]}
        with open(path, "w") as out:
            out.write("{" + ",\n ".join(f"{json.dumps(key)}: " + (
                "[\n" + ",\n".join("  " + json.dumps(part) for part in value) + "]" if isinstance(value, list) and value else json.dumps(value))
                for key, value in content.items()) + "}\n")

    @staticmethod
    def load(path):
        with open(path) as file:
            content = json.load(file)
        program = Program.__new__(Program)
        program.seed, program.name, program.usesClass = content["number"], f"p{content['number']}", content["class"]
        program.result, program.lines = content["result"], content["lines"]
        program.arguments = [Variable(name, type) for name, type in content["arguments"]]
        program.calls = [[(v.type, decode(value)) for v, value in zip(program.arguments, call)] for call in content["calls"]]
        program.slots = [(name, type, decode(value)) for name, type, value in content["state"]]
        return program

    # Text.

    def method(self):
        parameters = "".join(f",\n    {v.name}: {v.type}" for v in self.arguments)
        return f"  def {self.name}(self: __torch__.Fuzz{parameters}) -> {self.result}:\n" + "\n".join(self.lines) + "\n"

    def classText(self):
        if not self.usesClass:
            return ""
        name = f"__torch__.C{self.seed}"
        return (f"class C{self.seed}:\n  count : int\n  kept : Tensor\n"
                f"  def __init__(self: {name},\n    count: int,\n    kept: Tensor) -> NoneType:\n    self.count = count\n    self.kept = kept\n    return None\n"
                f"  def add(self: {name},\n    n: int) -> int:\n    self.count = torch.add(self.count, n)\n    return self.count\n"
                f"  def scale(self: {name},\n    n: int) -> Tensor:\n    self.kept = torch.mul(self.kept, n)\n    return self.kept\n")


def encode(value):
    """A value as JSON has it."""
    if isinstance(value, Tensor):
        return {"dtype": value.dtype, "sizes": value.sizes, "strides": value.strides, "data": value.data}
    if isinstance(value, Tagged):
        whole = value.value
        return {"type": value.type, "value": whole if isinstance(whole, dict) else [encode(element) for element in whole]}
    return {"tuple": [encode(element) for element in value]} if isinstance(value, tuple) else value


def decode(value):
    if not isinstance(value, dict):
        return value
    if "dtype" in value:
        return Tensor(value["dtype"], value["sizes"], value["data"], value["strides"])
    if "tuple" in value:
        return tuple(decode(element) for element in value["tuple"])
    whole = value["value"]
    return Tagged(value["type"], whole if isinstance(whole, dict) else [decode(element) for element in whole])


def build(path, seeds):
    """Writes the archive of several programs."""
    programs = [Program(seed) for seed in seeds]
    writePrograms(path, programs)
    return programs


def writePrograms(path, programs):
    slots, types = [], []
    for program in programs:
        for name, type, value in program.slots:
            slots.append((name, value))
            types.append(f"  {name} : {type}\n")
        for call, arguments in enumerate(program.calls):
            for i, (type, value) in enumerate(arguments):
                slots.append((f"{program.name}_{call}_{i}", value))
                types.append(f"  {program.name}_{call}_{i} : {type}\n")
    code = "class Fuzz(Module):\n  __parameters__ = []\n  __buffers__ = []\n" + "".join(types)
    code += "".join(program.method() for program in programs) + "".join(program.classText() for program in programs)
    write(path, Object("__torch__.Fuzz", slots), code)


if __name__ == "__main__":
    import sys
    print(Program(int(sys.argv[1])).classText() + Program(int(sys.argv[1])).method())
    if len(sys.argv) > 2:
        build(sys.argv[2], [int(sys.argv[1])])
