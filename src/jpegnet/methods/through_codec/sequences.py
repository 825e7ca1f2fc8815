"""Recurrent and attention networks as the coefficients of their pictures."""

from dataclasses import replace

import torch

from jpegnet.methods.through_codec.kernels import ImagePicture
from jpegnet.nets.attention import Attention
from jpegnet.nets.network import Network
from jpegnet.nets.recurrent import Recurrent


class RecurrentPicture(ImagePicture):
    """See `PictureNetwork`; an image is a sequence of its rows."""

    architecture: Recurrent

    @property
    def hidden(self) -> list[int]:
        """See `PictureNetwork`."""
        return [self.architecture.units]

    def smaller(self) -> Network:
        """See `without_dead_units`."""
        return without_dead_units(self.network())


class AttentionPicture(ImagePicture):
    """See `PictureNetwork`; an image is a sequence of its rows. No unit of it is left out."""

    architecture: Attention

    @property
    def hidden(self) -> list[int]:
        """See `PictureNetwork`."""
        return [self.architecture.width, self.architecture.inner]

    def smaller(self) -> Network:
        """The network itself: a dead unit has an empty block, which costs a few bits."""
        return self.network()


def without_dead_units(network: Network) -> Network:
    """The same function of the input with no unit whose candidate is 0 whatever it sees.

    The state of such a unit stays 0, so no other unit, and no score, sees anything of it. At least
    one unit is kept.
    """
    old, tensors = network.architecture, network.tensors
    weight = tensors["cell.weight"].unflatten(0, (old.gates, old.units))
    bias = tensors["cell.bias"].unflatten(0, (-1, old.units))
    alive = weight[-1].any(1) | (bias[-1] != 0)
    if not alive.any():
        alive[0] = True
    seen = torch.cat([torch.ones(old.inputs, dtype=bool), alive])
    architecture = replace(old, units=int(alive.sum()))
    found = {
        "cell.weight": weight[:, alive][:, :, seen].flatten(0, 1),
        "cell.bias": bias[:, alive].flatten(),
        "out.weight": tensors["out.weight"][:, alive],
        "out.bias": tensors["out.bias"],
    }
    return Network(architecture, found)
