"""A small residual network of 3 × 3 filters."""

from dataclasses import dataclass

import torch
from torch import nn
from torch.nn import functional

from jpegnet.nets.modular import Modular


class _Block(nn.Module):
    """x + filters(relu(filters(x))), from half as many channels on half as many lines if asked."""

    def __init__(self, before: int, after: int):
        super().__init__()
        stride = 1 if before == after else 2
        self.first = nn.Conv2d(before, after, 3, stride, padding=1)
        self.second = nn.Conv2d(after, after, 3, padding=1)
        self.past = nn.Identity() if stride == 1 else nn.Conv2d(before, after, 1, stride)
        # A block that adds nothing at the start trains without batch normalisation.
        nn.init.zeros_(self.second.weight)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        changed = self.second(functional.relu(self.first(x)))
        return functional.relu(self.past(x) + changed)


@dataclass(frozen=True)
class Residual(Modular):
    """Six blocks of two layers of filters, in three stages (He et al. 2015, for small images).

    ``channels``: of the first stage; each further one has twice as many. Blocks begin as the
    identity and there is no normalisation (Zhang, Dauphin and Ma 2019).
    """

    channels: int = 16

    @property
    def name(self) -> str:
        return f"residual network, {self.channels} channels"

    def build(self) -> nn.Module:
        """See `Modular`."""
        n = self.channels
        pairs = [(n, n), (n, n), (n, 2 * n), (2 * n, 2 * n), (2 * n, 4 * n), (4 * n, 4 * n)]
        return nn.Sequential(
            nn.Unflatten(1, (1, 28)),
            *(nn.Conv2d(1, n, 3, 2, padding=1), nn.ReLU()),
            *(_Block(*pair) for pair in pairs),
            *(nn.AvgPool2d(4), nn.Flatten(), nn.Linear(4 * n, 10)),
        )
