"""An architecture's tensors as the parameters of a module."""

import torch
from torch import nn

from jpegnet.nets.network import Architecture, Tensors


class Named(nn.Module):
    """The tensors by their names in the architecture, which computes with them; none is set yet."""

    def __init__(self, architecture: Architecture):
        super().__init__()
        self.architecture = architecture
        for name, shape in architecture.shapes.items():
            layer, kind = name.split(".")
            if layer not in dict(self.named_children()):
                self.add_module(layer, nn.Module())
            self.get_submodule(layer).register_parameter(kind, nn.Parameter(torch.empty(shape)))

    @property
    def tensors(self) -> Tensors:
        """The parameters, by name."""
        return dict(self.named_parameters())

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Scores (n, classes) for inputs (n, …)."""
        return self.architecture.forward(self.tensors, x)
