"""Networks whose weights share values: many entries of a matrix are one number (HashedNets)."""

from dataclasses import dataclass
from functools import cache

import numpy as np
import torch

from jpegnet.kept.compute import product
from jpegnet.nets import bases
from jpegnet.nets.network import Tensors
from jpegnet.nets.reparametrised import Reparametrised, dense_start


@cache
def _buckets(hidden: int, values: int, by_frequency: bool) -> tuple[torch.Tensor, torch.Tensor]:
    """Which value each entry shares, int64 (hidden · 784,), and its sign, float32 (hidden, 784).

    A fixed hash: a random generator's, of seed 0. By frequency, the values are dealt out so that
    the lowest frequencies share theirs with few others: a column's share falls off as 1 / rank.
    """
    rng = np.random.default_rng(0)
    if by_frequency:
        share = 1 / np.sqrt(1 + np.arange(784))
        edges = np.rint(values * np.concatenate([[0], np.cumsum(share / share.sum())]))
        first, last = edges[:-1].astype(int), np.maximum(edges[1:].astype(int), 1)
        first = np.minimum(first, last - 1)
        index = first + (rng.random((hidden, 784)) * (last - first)).astype(int)
    else:
        index = rng.integers(0, values, (hidden, 784))
    sign = rng.choice([-1.0, 1.0], (hidden, 784))
    return torch.from_numpy(index).flatten(), torch.from_numpy(sign).float()


@dataclass(frozen=True)
class Hashed(Reparametrised):
    """The first layer's entries are ± one of 784 · hidden / factor values (Chen et al. 2015).

    ``by_frequency``: the entries are coefficients of the tile's DCT, and low frequencies share
    less (after Chen et al., FreshNets, 2016, who share in bands of convolutions' frequencies).
    """

    factor: int
    by_frequency: bool = False
    hidden: int = 512

    @property
    def name(self) -> str:
        kind = "frequencies" if self.by_frequency else "weights"
        return f"784-{self.hidden}-10, {self.factor} {kind} a value"

    @property
    def _values(self) -> int:
        return 784 * self.hidden // self.factor

    def start(self, generator: torch.Generator) -> Tensors:
        """See `Reparametrised`."""
        plain = dense_start(self.hidden, generator)
        values = plain.pop("weight1").flatten()[: self._values].clone()
        return {"values": values, **plain}

    def weights(self, tensors: Tensors) -> tuple[torch.Tensor, ...]:
        """See `Reparametrised`."""
        values, *rest = tensors.values()
        weight = self._entries(values)
        return (product(weight, _dct().to(values)) if self.by_frequency else weight, *rest)

    def _entries(self, values: torch.Tensor) -> torch.Tensor:
        index, sign = _buckets(self.hidden, self._values, self.by_frequency)
        # By index_select: the gradient of indexing with a matrix takes five times as long.
        return values.index_select(0, index.to(values.device)).view_as(sign) * sign.to(values)

    def scores(self, tensors: Tensors, x: torch.Tensor) -> torch.Tensor:
        """See `Reparametrised`; an image is transformed, so that the tiles need not be."""
        if not self.by_frequency:
            return super().scores(tensors, x)
        values, bias, following, last = tensors.values()
        seen = product(x.flatten(1), _dct().to(values).T)
        hidden = (product(seen, self._entries(values).T) + bias).relu()
        return product(hidden, following.T) + last


@cache
def _dct() -> torch.Tensor:
    return torch.from_numpy(bases.fixed("DCT").matrix).float()
