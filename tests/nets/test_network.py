"""Any architecture is built, trained, kept, read back and measured as a chain of layers is."""

from dataclasses import dataclass

import pytest
import torch
from safetensors.torch import load, save
from torch import nn
from torch.func import functional_call

from jpegnet.nets import train
from jpegnet.nets.evaluation import evaluator
from jpegnet.nets.mlp import Mlp
from jpegnet.nets.network import Network, fresh
from jpegnet.studies.measured import measure_run

pytestmark = pytest.mark.usefixtures("kept")


class _Convolutional(nn.Sequential):
    def __init__(self, width: int):
        parts = nn.Conv2d(1, width, 5, stride=3), nn.ReLU(), nn.Flatten()
        super().__init__(*parts, nn.Linear(width * 64, 10))

    def forward(self, x):
        return super().forward(x[:, None])


class _Recurrent(nn.Module):
    """Reads an image row by row."""

    def __init__(self, width: int):
        super().__init__()
        self.cell, self.out = nn.GRU(28, width, batch_first=True), nn.Linear(width, 10)

    def forward(self, x):
        return self.out(self.cell(x)[0][:, -1])


class _Attention(nn.Module):
    """Looks at all rows of an image at once."""

    def __init__(self, width: int):
        super().__init__()
        self.rows, self.places = nn.Linear(28, width), nn.Parameter(torch.zeros(28, width))
        self.heads = nn.MultiheadAttention(width, 4, batch_first=True)
        self.out = nn.Linear(width, 10)

    def forward(self, x):
        rows = self.rows(x) + self.places
        return self.out(self.heads(rows, rows, rows, need_weights=False)[0].mean(1))


KINDS = {"convolutional": _Convolutional, "recurrent": _Recurrent, "attention": _Attention}


@dataclass(frozen=True)
class Toy:
    """An architecture of torch's own modules: what a file of `nets` has to bring along."""

    kind: str
    width: int = 16

    @property
    def name(self) -> str:
        return f"{self.kind}-{self.width}"

    @property
    def shapes(self) -> dict[str, tuple[int, ...]]:
        tensors = KINDS[self.kind](self.width).state_dict()
        return {name: tuple(tensor.shape) for name, tensor in tensors.items()}

    def module(self, generator=None):
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(generator.initial_seed() if generator else 0)
            return KINDS[self.kind](self.width)

    def forward(self, tensors, x):
        return functional_call(self.module(), tensors, (x,))


@dataclass(frozen=True)
class Half:
    """A method that asks nothing of the architecture: all tensors as float16."""

    architecture: Toy | Mlp
    name = "half"

    @property
    def settings(self):
        return {"architecture": self.architecture.name}

    def encode(self, network):
        return save({name: tensor.half().contiguous() for name, tensor in network.tensors.items()})

    def decode(self, data):
        return Network(self.architecture, {name: t.float() for name, t in load(data).items()})

    def parts(self, data):
        return {}


@pytest.fixture(params=[*map(Toy, KINDS), Mlp((784, 16, 10))], ids=lambda a: a.name)
def architecture(request):
    return request.param


def test_a_network_of_any_architecture_is_trained_kept_read_back_and_measured(architecture, few):
    recipe = train.Recipe(2, 1e-2, cosine=True, batch=50, architecture=architecture)
    trained = train.trained(recipe, 1, few)
    assert trained.architecture == architecture
    assert {n: tuple(t.shape) for n, t in trained.tensors.items()} == architecture.shapes
    again = train.trained(recipe, 1, few)  # from the files
    assert all(torch.equal(t, again.tensors[name]) for name, t in trained.tensors.items())
    run = train.train_run(recipe, 1, few)
    assert torch.equal(evaluator(few.test).logits(trained), run["logits.safetensors"]["test"])
    untrained = fresh(architecture, torch.Generator().manual_seed(1))
    before = evaluator(few.validation).accuracy(untrained)
    assert run["result.json"]["val_accuracy"] > before + 10
    (row,) = measure_run((Half(architecture),), recipe, 1, few)["measured.csv"].to_dict("records")
    assert row["architecture"] == architecture.name
    assert row["bits_per_weight"] == pytest.approx(8 * row["bytes"] / trained.parameters)
    assert 16 < row["bits_per_weight"] < 24
    assert abs(row["test_loss"]) < 0.5
    assert 0 <= row["test_divergence"] < 1e-4


def test_tensors_of_another_architecture_are_refused(architecture):
    tensors = fresh(architecture).tensors
    name = next(iter(tensors))
    with pytest.raises(ValueError, match=f"not the tensors of {architecture.name}"):
        Network(architecture, tensors | {name: tensors[name][:1]})
