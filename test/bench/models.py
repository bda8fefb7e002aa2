"""The models that Sconce and its peers are measured on: whole models, and kernels (models of one operation; kernels.py).

  models.py NAME DIR     # writes DIR/model.pt, inputs.pt, inN.npy, outN.npy and model.json

Weights are random and seeded, so a second export gives the same. The results beside the inputs are PyTorch's, of the loaded
archive; those of a kernel are computed in double precision, so that errors of algorithms can be told from those of summation.
"""
import dataclasses
import json
import pathlib
import sys
import warnings

import numpy
import torch
from torch import Tensor, nn

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "fixtures"))


@dataclasses.dataclass
class Model:
    make: object  # () -> module
    inputs: object  # () -> tuple of tensors
    script: bool = False  # torch.jit.script rather than trace
    onnx_script: bool = False  # ONNX from TorchScript rather than from torch.export: loops, `if`, and LSTM as one operator
    branches: bool = False  # what it computes depends on values, which a trace loses
    operations: int = 0  # where PyTorch does not count them: a multiply-add is two
    bound: str = ""  # of a kernel: what its figure is compared with, "arithmetic" or "memory"


def import_torchvision():
    """Where the library has no operators for this PyTorch, their schemas are enough to import it; transformers imports it, too."""
    try:
        import torchvision
    except RuntimeError:
        import zoo
        for module in [name for name in sys.modules if name.startswith("torchvision")]:
            del sys.modules[module]
        import_torchvision.operators = zoo.register_torchvision_operators()
        import torchvision
    return torchvision


def torchvision_model(name):
    return getattr(import_torchvision().models, name)(weights=None)


class FirstOutput(nn.Module):
    """A model of transformers as a function of its tokens to the first of its outputs."""

    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, tokens):
        return self.model(tokens, return_dict=True)[0]


def transformers_model(model, config, **settings):
    import_torchvision()
    import transformers
    return FirstOutput(getattr(transformers, model)(getattr(transformers, config)(**settings)))


class Rnn(nn.Module):
    """A cell whose next step depends on the value of this one."""

    def __init__(self):
        super().__init__()
        self.input = nn.Linear(64, 128)
        self.hidden = nn.Linear(128, 128)
        self.output = nn.Linear(128, 10)

    def forward(self, x: Tensor) -> Tensor:
        h = torch.zeros(1, 128)
        for t in range(x.size(0)):
            candidate = torch.tanh(self.input(x[t]) + self.hidden(h))
            if bool(candidate.sum() > 0):
                h = candidate
            else:
                h = 0.5 * (h + candidate)
        return self.output(h)


class Pointwise(nn.Module):
    """Elementwise operators on a million elements, with a softmax and a layer norm over rows."""

    def __init__(self):
        super().__init__()
        self.norm = nn.LayerNorm(1024)
        self.scale = nn.Parameter(torch.rand(1024) + 0.5)

    def forward(self, x: Tensor) -> Tensor:
        y = torch.sigmoid(x * self.scale + 0.5) * x
        y = torch.softmax(torch.relu(y - 0.1), dim=-1) * 1024.0
        y = self.norm(torch.tanh(y) + x)
        return torch.exp(-torch.abs(y)) * y + x


class VoiceActivity(nn.Module):
    """A step of a voice activity detector: a window of sound and the state so far give a probability and the next state."""

    def __init__(self):
        super().__init__()
        self.spectrum = nn.Conv1d(1, 258, 256, stride=128, bias=False)
        self.encoder = nn.Sequential(nn.Conv1d(129, 128, 3, padding=1), nn.ReLU(), nn.Conv1d(128, 64, 3, stride=2, padding=1), nn.ReLU(),
                                     nn.Conv1d(64, 64, 3, stride=2, padding=1), nn.ReLU(), nn.Conv1d(64, 128, 3, padding=1), nn.ReLU())
        self.input = nn.Linear(128, 512)
        self.hidden = nn.Linear(128, 512)
        self.decoder = nn.Linear(128, 1)

    def forward(self, sound: Tensor, hidden: Tensor, cell: Tensor):
        spectrum = self.spectrum(sound.unsqueeze(1))
        real, imaginary = spectrum[:, :129], spectrum[:, 129:]
        features = self.encoder(torch.sqrt(real * real + imaginary * imaginary)).mean(-1)
        i, f, g, o = (self.input(features) + self.hidden(hidden)).chunk(4, 1)
        cell = torch.sigmoid(f) * cell + torch.sigmoid(i) * torch.tanh(g)
        hidden = torch.sigmoid(o) * torch.tanh(cell)
        return torch.sigmoid(self.decoder(torch.relu(hidden))), hidden, cell


class Lstm(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(256, 256, num_layers=2, batch_first=True)

    def forward(self, x: Tensor) -> Tensor:
        return self.lstm(x)[0]


def image(size=224):
    return lambda: (torch.randn(1, 3, size, size),)


def tokens(count, vocabulary):
    return lambda: (torch.randint(0, vocabulary, (1, count)),)


def vision(name):
    return Model(lambda: torchvision_model(name), image(), script=True)


MODELS = {
    "resnet18": vision("resnet18"),
    "resnet50": vision("resnet50"),
    "mobilenet_v2": vision("mobilenet_v2"),
    "efficientnet_b0": vision("efficientnet_b0"),
    "densenet121": vision("densenet121"),
    "convnext_tiny": vision("convnext_tiny"),
    "bert_base": Model(lambda: transformers_model("BertModel", "BertConfig"), tokens(128, 30522)),
    "distilbert": Model(lambda: transformers_model("DistilBertModel", "DistilBertConfig"), tokens(128, 30522)),
    "vit_b_16": vision("vit_b_16"),
    "gpt2": Model(lambda: transformers_model("GPT2LMHeadModel", "GPT2Config", use_cache=False), tokens(64, 50257)),
    "lstm": Model(Lstm, lambda: (torch.randn(1, 100, 256),), script=True, onnx_script=True, operations=2 * 100 * 2 * 4 * 256 * 512),
    "rnn": Model(Rnn, lambda: (torch.randn(64, 1, 64),), script=True, onnx_script=True, branches=True, operations=2 * 64 * 128 * (64 + 128)),
    "pointwise": Model(Pointwise, lambda: (torch.randn(1024, 1024),)),
    "voice_activity": Model(VoiceActivity, lambda: (torch.randn(1, 576), torch.randn(1, 128), torch.randn(1, 128)), script=True),
    "linear_relu": Model(lambda: nn.Sequential(nn.Linear(10, 5), nn.ReLU()), lambda: (torch.randn(1, 10),)),
}


def find(name):
    from kernels import KERNELS
    return MODELS.get(name) or KERNELS[name]


def build(name):
    """The module and its inputs, the same in every process."""
    model = find(name)
    torch.manual_seed(0)
    module = model.make().eval()
    inputs = model.inputs()
    return model, module, inputs


def flat(results):
    return [results] if isinstance(results, Tensor) else [tensor for result in results for tensor in flat(result)]


def in_double(tensors):
    return [tensor.double() if tensor.is_floating_point() else tensor for tensor in tensors]


def count_operations(module, inputs):
    from torch.utils.flop_counter import FlopCounterMode
    counter = FlopCounterMode(display=False)
    # PyTorch's one operator for all of attention is not counted, those that it stands for are.
    torch.backends.mha.set_fastpath_enabled(False)
    with counter:
        module(*inputs)
    torch.backends.mha.set_fastpath_enabled(True)
    return counter.get_total_flops()


def export(name, folder):
    model, module, inputs = build(name)
    folder.mkdir(parents=True, exist_ok=True)
    with torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        archive = torch.jit.script(module) if model.script else torch.jit.trace(module, inputs, check_trace=False, strict=False)
        torch.jit.save(archive, str(folder / "model.pt"))
        torch.save(inputs, folder / "inputs.pt")
        operations = model.operations or count_operations(module, inputs)
        results = flat(torch.jit.load(str(folder / "model.pt"))(*inputs))
        if model.bound:
            results = flat(module.double()(*in_double(inputs)))
    for prefix, tensors in (("in", inputs), ("out", results)):
        for i, tensor in enumerate(tensors):
            numpy.save(folder / f"{prefix}{i}.npy", tensor.numpy())
    weights = sum(tensor.numel() for tensor in module.parameters())
    elements = sum(tensor.numel() for tensor in (*inputs, *results))
    facts = {"operations": operations, "bytes": 4 * (weights + elements), "bound": model.bound, "inputs": len(inputs), "outputs": len(results)}
    (folder / "model.json").write_text(json.dumps(facts) + "\n")


if __name__ == "__main__":
    export(sys.argv[1], pathlib.Path(sys.argv[2]))
