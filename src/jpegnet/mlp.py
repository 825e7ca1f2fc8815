"""The article's network: Linear(784, 512), ReLU, Linear(512, 10), and how well it reads."""

import math

import torch
from torch import nn

from jpegnet.compute import device
from jpegnet.data import Split

# A network's weights: 0.weight (512, 784), 0.bias (512,), 2.weight (10, 512), 2.bias (10,).
State = dict[str, torch.Tensor]


def build(hidden: int = 512, generator: torch.Generator | None = None) -> nn.Sequential:
    """A fresh network on the CPU, weights and biases uniform in ±1/√fan_in (torch's default).

    Given a generator, it alone determines the weights.
    """
    net = nn.Sequential(nn.Linear(784, hidden), nn.ReLU(), nn.Linear(hidden, 10))
    with torch.no_grad():
        for layer in (net[0], net[2]):
            bound = 1 / math.sqrt(layer.in_features)
            layer.weight.uniform_(-bound, bound, generator=generator)
            layer.bias.uniform_(-bound, bound, generator=generator)
    return net


def parameters(state: State) -> int:
    """Number of weights and biases (407,050 for 784-512-10)."""
    return sum(tensor.numel() for tensor in state.values())


class Evaluator:
    """Evaluates many networks on the same images."""

    def __init__(self, split: Split):
        self.inputs = split.x.to(device())  # (n, 784)
        self.labels = split.labels.to(device())

    @torch.no_grad()
    def logits(self, state: State) -> torch.Tensor:
        """Scores of the ten digits: float32, shape (n, 10), on the CPU."""
        W1, b1, W2, b2 = (
            state[k].to(device()) for k in ("0.weight", "0.bias", "2.weight", "2.bias")
        )
        hidden = torch.addmm(b1, self.inputs, W1.T).relu_()  # (n, hidden)
        return torch.addmm(b2, hidden, W2.T).cpu()

    def accuracy(self, state: State) -> float:
        """Per cent of the images that are read rightly."""
        right = self.logits(state).argmax(1) == self.labels.cpu()
        return 100 * right.sum().item() / len(right)
