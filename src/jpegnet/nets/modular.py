"""Architectures that are written as torch modules, with torch's own first weights."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import cached_property

import torch
from torch import nn
from torch.func import functional_call

from jpegnet.nets.network import Network, Tensors

_AT_ONCE = 500  # images, whose activations take some ten megabytes


@dataclass(frozen=True)
class Modular(ABC):
    """An architecture by its module: a subclass has a ``name`` and says what it is made of.

    Sums of products are torch's own here, so that, other than with `Mlp` and `Convolutional`, the
    last digits may differ from one make of processor to another.
    """

    @property
    @abstractmethod
    def name(self) -> str: ...

    @abstractmethod
    def build(self) -> nn.Module:
        """The module, which takes images (n, 28, 28); its state is parameters alone."""

    @cached_property
    def shapes(self) -> dict[str, tuple[int, ...]]:
        """See `Architecture`."""
        return {name: tuple(tensor.shape) for name, tensor in self._empty.state_dict().items()}

    @cached_property
    def _empty(self) -> nn.Module:
        with torch.device("meta"):
            return self.build()

    def __getstate__(self):  # neither travels to other processes
        return {k: v for k, v in self.__dict__.items() if k not in ("shapes", "_empty")}

    def module(self, generator: torch.Generator | None = None) -> nn.Module:
        """See `Architecture`."""
        with torch.random.fork_rng(devices=()):
            if generator is not None:
                torch.manual_seed(int(torch.randint(2**62, (), generator=generator)))
            return self.build()

    def forward(self, tensors: Tensors, x: torch.Tensor) -> torch.Tensor:
        """See `Architecture`."""
        found = {name: tensor.to(x.device) for name, tensor in tensors.items()}
        parts = [functional_call(self._empty, found, (some,)) for some in x.split(_AT_ONCE)]
        return torch.cat(parts)


def activations(network: Network, x: torch.Tensor) -> dict[str, torch.Tensor]:
    """What each layer with weights hands on, in the order of the computation.

    Args:
        x: inputs (n, …).

    Returns:
        By the name of the layer's weight, float32 (n, …).
    """
    module, found = network.architecture.module(), {}
    module.load_state_dict(network.tensors)
    for name, part in module.named_modules():
        if "weight" in dict(part.named_parameters(recurse=False)):

            def keep(part, inputs, output, name=f"{name}.weight"):
                found[name] = output.detach().clone()  # what follows may work in place

            part.register_forward_hook(keep)
    with torch.no_grad():
        module(x)
    return found
