"""A nested network as the coefficients of its picture: trained for being cut."""

from dataclasses import replace

import torch

from jpegnet.methods.through_codec.kernels import ImagePicture
from jpegnet.nets.nested import Nested
from jpegnet.nets.network import Network

_WHOLE = 0.6  # of the loss is that of all units


class NestedPicture(ImagePicture):
    """See `PictureNetwork`; its scores are those of every number of first units."""

    architecture: Nested
    PLACED = ("units.weight",)  # kernels, and behind them outgoing weights

    @property
    def hidden(self) -> list[int]:
        """See `PictureNetwork`; filters are all kept."""
        return [self.architecture.units[0]]

    def logits(self, x: torch.Tensor, **how) -> torch.Tensor:
        """Scores of the digits by the first unit, the first two, …: (n, units, 10)."""
        return self.architecture.prefixes(self.tensors(**how), x)

    def loss(self, logits: torch.Tensor, truth: torch.Tensor) -> torch.Tensor:
        """The cross-entropy of all units, and of the first k: a mean with weights of 1 / k."""
        each = -(logits.log_softmax(2) * truth[:, None]).sum(2).mean(0)  # (units,)
        shares = 1 / torch.arange(1.0, 1 + len(each))
        return _WHOLE * each[-1] + (1 - _WHOLE) * (shares * each).sum() / shares.sum()

    def smaller(self) -> Network:
        """See `without_dead_units`."""
        return without_dead_units(self.network())


def without_dead_units(network: Network) -> Network:
    """The same function of the input with no unit whose kernels, or outgoing weights, are all zero.

    One that sees nothing hands on relu(its bias), which the outputs' biases take in: those of fewer
    units, too. At least one unit is kept.
    """
    old, rows = network.architecture, network.tensors["units.weight"]
    names, plain = zip(*old.unpacked(network.tensors).items(), strict=True)
    weight, first, into, second, last, out = plain
    outgoing = last.view(old.outputs, len(into), -1)  # (outputs, units, places)
    sees = rows[:, : old.filters[0]].flatten(1).any(1)
    alive = sees & outgoing.any(2).any(0)
    if not alive.any():
        alive[0] = True
    out = out + (outgoing.sum(2) * (second.relu() * ~alive * ~sees)).sum(1)
    kept = weight, first, into[alive], second[alive], outgoing[:, alive].flatten(1), out
    architecture = replace(old, units=(int(alive.sum()), *old.units[1:]))
    return Network(architecture, architecture.packed(dict(zip(names, kept, strict=True))))
