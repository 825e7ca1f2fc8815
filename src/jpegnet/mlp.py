"""The article's network, Linear(784, 512), ReLU, Linear(512, 10), and others of its kind."""

import math
from itertools import pairwise

import torch
from torch import nn

from jpegnet.compute import device
from jpegnet.data import Split

WIDTHS = (784, 512, 10)  # inputs, hidden units, outputs

# A network's weights, by the names of its Sequential, whose even members are the linear layers:
# 0.weight (512, 784), 0.bias (512,), 2.weight (10, 512), 2.bias (10,).
State = dict[str, torch.Tensor]
Layer = tuple[torch.Tensor, torch.Tensor]  # weight (out, in), bias (out,)


def build(
    widths: tuple[int, ...] = WIDTHS, generator: torch.Generator | None = None
) -> nn.Sequential:
    """A fresh network on the CPU, weights and biases uniform in ±1/√fan_in (torch's default).

    Given a generator, it alone determines the weights.
    """
    linear = [nn.Linear(*pair) for pair in pairwise(widths)]
    with torch.no_grad():
        for layer in linear:
            bound = 1 / math.sqrt(layer.in_features)
            layer.weight.uniform_(-bound, bound, generator=generator)
            layer.bias.uniform_(-bound, bound, generator=generator)
    # A ReLU between each two linear layers.
    return nn.Sequential(*[module for layer in linear for module in (nn.ReLU(), layer)][1:])


def layers(state: State) -> list[Layer]:
    """Weight (out, in) and bias (out,) of each linear layer, from the input on.

    Raises:
        ValueError: the state is not that of linear layers which follow on each other.
    """
    names = [f"{2 * i}" for i in range(len(state) // 2)]
    if not state or state.keys() != {f"{n}.{kind}" for n in names for kind in ("weight", "bias")}:
        raise ValueError(f"not the state of a chain of linear layers: {', '.join(state)}")
    found = [(state[f"{name}.weight"], state[f"{name}.bias"]) for name in names]
    inputs = None
    for name, (weight, bias) in zip(names, found, strict=True):
        fits = weight.ndim == 2 and bias.shape == weight.shape[:1]
        if not fits or inputs not in (None, weight.shape[1]):
            shapes = f"{tuple(weight.shape)} and {tuple(bias.shape)}"
            raise ValueError(f"layer {name} does not fit: {shapes} after {inputs} units")
        inputs = weight.shape[0]
    return found


def from_layers(found: list[Layer]) -> State:
    """The inverse of `layers`."""
    return {
        f"{2 * i}.{kind}": tensor
        for i, layer in enumerate(found)
        for kind, tensor in zip(("weight", "bias"), layer, strict=True)
    }


def parameters(state: State) -> int:
    """Number of weights and biases (407,050 for 784-512-10)."""
    return sum(tensor.numel() for tensor in state.values())


@torch.no_grad()
def forward(state: State, x: torch.Tensor) -> torch.Tensor:
    """Scores of the ten digits, (n, 10), for inputs (n, 784), on the inputs' device."""
    for i, (weight, bias) in enumerate(layers(state)):
        x = torch.addmm(bias.to(x.device), x.relu_() if i else x, weight.to(x.device).T)
    return x


class Evaluator:
    """Evaluates many networks on the same images."""

    def __init__(self, split: Split):
        self.inputs = split.x.to(device())  # (n, 784)
        self.labels = split.labels.to(device())

    def logits(self, state: State) -> torch.Tensor:
        """Scores of the ten digits: float32, shape (n, 10), on the CPU."""
        return forward(state, self.inputs).cpu()

    def accuracy(self, state: State) -> float:
        """Per cent of the images that are read rightly."""
        right = self.logits(state).argmax(1) == self.labels.cpu()
        return 100 * right.sum().item() / len(right)
