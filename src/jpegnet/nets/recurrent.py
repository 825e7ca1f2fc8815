"""Recurrent networks that read a digit row by row: gated units, then a linear layer."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import nn

from jpegnet.kept.compute import product
from jpegnet.nets.cells import CELLS
from jpegnet.nets.named import Named
from jpegnet.nets.network import Tensors

_AT_ONCE = 1024  # sequences; of each, 28 steps of a GRU of 36 units take 26 kB


@dataclass(frozen=True)
class Recurrent:
    """``units`` that are updated after each row of ``inputs`` numbers; the last state is scored.

    With x a row and h the state before it, 0 at first, both cells have h' = z h + (1 - z) c.

    ``gru`` (Cho et al. 2014, arXiv:1406.1078, eq. 5 to 8): r and z are sigmoids of W [x, h] + b,
    and the candidate is c = tanh(W_c [x, r h] + b_c); rows of r stand first, then z, then c.
    ``fastgrnn`` (Kusupati et al. 2018, arXiv:1901.02358, with its ζ = 1 and ν = 0): gate and
    candidate share W [x, h], z = sigmoid(W [x, h] + b_z), c = tanh(W [x, h] + b_c).

    A row of ``cell.weight`` is one gate of one unit: its weights for the inputs, then for the
    units. ``cell.bias`` has a number for each row, or for z and c; the linear layer is ``out``.

    Raises:
        ValueError: there is no such cell, or a number is below 1.
    """

    cell: str = "gru"
    units: int = 36
    inputs: int = 28
    outputs: int = 10
    kind: ClassVar[int] = 2  # in the format of pictures

    def __post_init__(self):
        if self.cell not in CELLS:
            raise ValueError(f"no cell {self.cell!r}; there are {', '.join(CELLS)}")
        if min(self.units, self.inputs, self.outputs) < 1:
            raise ValueError(f"no recurrent network: {self}")

    @property
    def name(self) -> str:
        return f"{self.cell}-{self.inputs}-{self.units}-{self.outputs}"

    @property
    def gates(self) -> int:
        """Rows of the cell's weights that each unit has."""
        return 3 if self.cell == "gru" else 1

    @property
    def shapes(self) -> dict[str, tuple[int, ...]]:
        return {
            "cell.weight": (self.gates * self.units, self.inputs + self.units),
            "cell.bias": (max(2, self.gates) * self.units,),
            "out.weight": (self.outputs, self.units),
            "out.bias": (self.outputs,),
        }

    @property
    def numbers(self) -> list[int]:
        """What a picture says of it, see `from_numbers`."""
        return [list(CELLS).index(self.cell), self.inputs, self.units, self.outputs]

    @classmethod
    def from_numbers(cls, take: Callable[[], int]) -> "Recurrent":
        """From the cell (0 for ``gru``, 1 for ``fastgrnn``), inputs, units and outputs.

        Raises:
            ValueError: there is no such cell.
        """
        if (cell := take()) >= len(CELLS):
            raise ValueError(f"cell {cell} of a recurrent network is unknown")
        inputs, units, outputs = take(), take(), take()
        return cls(list(CELLS)[cell], units, inputs, outputs)

    def operations(self, steps: int) -> int:
        """Multiplications and additions a sequence of so many steps."""
        sizes = [math.prod(shape) for shape in self.shapes.values() if len(shape) > 1]
        return 2 * (steps * sizes[0] + sizes[1])

    def module(self, generator: torch.Generator | None = None) -> nn.Module:
        """See `Architecture`; weights are uniform in ±1/√fan_in, biases 0 but z's, which are 1.

        So a fresh unit remembers some rows (Jozefowicz et al. 2015 begin LSTM's gate likewise).
        """
        module = Named(self)
        with torch.no_grad():
            for name, tensor in module.tensors.items():
                bound = 1 / math.sqrt(tensor.shape[-1]) if tensor.ndim > 1 else 0.0
                tensor.uniform_(-bound, bound, generator=generator)
                if name == "cell.bias":
                    tensor[-2 * self.units : -self.units] = 1.0
        return module

    def forward(self, tensors: Tensors, x: torch.Tensor) -> torch.Tensor:
        """See `Architecture`; inputs are sequences (n, steps, inputs), or flattened."""
        found = {name: tensor.to(x.device) for name, tensor in tensors.items()}
        parts = x.reshape(len(x), -1, self.inputs).split(_AT_ONCE)
        return torch.cat([self.scores(found, self.last(found, part)) for part in parts])

    def last(self, tensors: Tensors, x: torch.Tensor) -> torch.Tensor:
        """The state after the last step, (units, n), of sequences (n, steps, inputs)."""
        weight, bias = tensors["cell.weight"], tensors["cell.bias"][:, None]
        return CELLS[self.cell].apply(weight, bias, x.permute(1, 2, 0))

    def states(self, tensors: Tensors, x: torch.Tensor) -> torch.Tensor:
        """The state after each step, (steps, units, n), of sequences (n, steps, inputs)."""
        weight, bias = tensors["cell.weight"], tensors["cell.bias"][:, None]
        states, *_ = CELLS[self.cell].steps(weight, bias, x.permute(1, 2, 0))
        return states[1:]

    def scores(self, tensors: Tensors, state: torch.Tensor) -> torch.Tensor:
        """Scores of the classes, (n, outputs), of a state (units, n)."""
        return (product(tensors["out.weight"], state) + tensors["out.bias"][:, None]).T
