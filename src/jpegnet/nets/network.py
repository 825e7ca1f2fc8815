"""What a network is: an architecture and named tensors."""

from dataclasses import dataclass
from typing import Protocol

import torch
from torch import nn

Tensors = dict[str, torch.Tensor]
MAX_LAYERS = 8  # of a network that a file from a stranger describes


class Architecture(Protocol):
    """What a network computes, as a value: a frozen dataclass, one file an architecture.

    ``name``: as tables and files have it, such as ``784-512-10``; ``shapes``: of each tensor, by
    the names of the module's ``state_dict``, in the order of the computation.
    """

    @property
    def name(self) -> str: ...

    @property
    def shapes(self) -> dict[str, tuple[int, ...]]: ...

    def module(self, generator: torch.Generator | None = None) -> nn.Module:
        """A fresh network on the CPU, to be trained; given a generator, it alone decides."""

    def forward(self, tensors: Tensors, x: torch.Tensor) -> torch.Tensor:
        """Scores (n, classes) for inputs (n, …), on the inputs' device."""


@dataclass(frozen=True, eq=False)
class Network:
    """An architecture with its tensors: float32, on any device.

    Raises:
        ValueError: the tensors are not those that the architecture names.
    """

    architecture: Architecture
    tensors: Tensors

    def __post_init__(self):
        found = {name: tuple(tensor.shape) for name, tensor in self.tensors.items()}
        if found != self.architecture.shapes:
            raise ValueError(f"{found} are not the tensors of {self.architecture.name}")

    @property
    def parameters(self) -> int:
        """How many numbers it has (407,050 for 784-512-10)."""
        return sum(tensor.numel() for tensor in self.tensors.values())

    @torch.no_grad()
    def logits(self, x: torch.Tensor) -> torch.Tensor:
        """Scores (n, classes) for inputs (n, …), on the inputs' device."""
        return self.architecture.forward(self.tensors, x)


def layer_count(layers: int) -> int:
    """The number of layers that a file tells.

    Raises:
        ValueError: it is not within 1 to 8.
    """
    if not 1 <= layers <= MAX_LAYERS:
        raise ValueError(f"{layers} layers; 1 to {MAX_LAYERS} are allowed")
    return layers


def fresh(architecture: Architecture, generator: torch.Generator | None = None) -> Network:
    """An untrained network."""
    return Network(architecture, architecture.module(generator).state_dict())
