"""Networks whose first layer is few coefficients a unit, in a basis of pictures, from the start."""

from dataclasses import dataclass

import torch
from torch import nn

from jpegnet.kept.compute import product
from jpegnet.nets import bases
from jpegnet.nets.mlp import Mlp
from jpegnet.nets.network import Tensors


class _Chain(nn.Sequential):
    def __init__(self, rows: torch.Tensor, *layers: nn.Module):
        super().__init__(*layers)
        self.register_buffer("rows", rows, persistent=False)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return super().forward(product(x.flatten(1), self.rows.T))


@dataclass(frozen=True)
class InBasis:
    """A 784-hidden-10 network whose tiles have the lowest ``coefficients`` of a fixed basis.

    Its tensors are those of `Mlp`, but 0.weight is (hidden, coefficients): C of W = C B, where the
    rows of B (coefficients, 784) are the basis's first pictures. As W x = C (B x), an image is
    transformed once for all units, and W is never made.
    """

    basis: str
    coefficients: int
    hidden: int

    @property
    def name(self) -> str:
        return f"{self.coefficients} of {self.basis}-{self.hidden}-10"

    @property
    def _rest(self) -> Mlp:
        return Mlp((self.coefficients, self.hidden, 10))

    @property
    def shapes(self) -> dict[str, tuple[int, ...]]:
        return self._rest.shapes

    @property
    def operations(self) -> int:
        """Multiplications and additions an image."""
        return 2 * (784 * self.coefficients + self.hidden * (self.coefficients + 10))

    def _rows(self) -> torch.Tensor:
        return torch.from_numpy(bases.fixed(self.basis).matrix[: self.coefficients]).float()

    def module(self, generator: torch.Generator | None = None) -> nn.Module:
        """See `Architecture`."""
        return _Chain(self._rows(), *self._rest.module(generator))

    def forward(self, tensors: Tensors, x: torch.Tensor) -> torch.Tensor:
        """See `Architecture`."""
        return self._rest.forward(tensors, product(x.flatten(1), self._rows().to(x).T))
