"""Networks that see whole images; a convolutional one as the coefficients of its picture."""

from dataclasses import replace

import torch
from torch.nn import functional

from jpegnet.methods.through_codec.picturenet import PictureNetwork
from jpegnet.nets.convolutional import Convolutional
from jpegnet.nets.network import Network, Tensors


class ImagePicture(PictureNetwork):
    """See `PictureNetwork`; it sees whole images, and its architecture computes the scores."""

    def window(self, images: torch.Tensor, dy: int, dx: int) -> torch.Tensor:
        """See `PictureNetwork`; 0 comes from outside."""
        return functional.pad(images, (-dx, dx, -dy, dy))

    def logits(self, x: torch.Tensor, **how) -> torch.Tensor:
        """See `PictureNetwork`; x: (n, side, side)."""
        return self.architecture.forward(self.tensors(**how), x)

    def tensors(self, **how) -> Tensors:
        """The network's tensors; see `matrices`."""
        shapes, found = self.architecture.shapes, self.matrices(**how)
        return {name: matrix.view(shapes[name]) for name, matrix in found.items()}


class KernelPicture(ImagePicture):
    """A convolutional network, see `PictureNetwork`."""

    architecture: Convolutional

    def smaller(self) -> Network:
        """See `without_dead_filters`."""
        return without_dead_filters(self.network())


def without_dead_filters(network: Network) -> Network:
    """The same function of the input with no filter whose kernels are all zero.

    Such a filter hands on relu(its bias) at every place; as no layer sees places beyond the
    image's edge, the next layer's bias takes that in. At least one filter of each layer is kept.
    """
    architecture = network.architecture
    tensors, layers = [network.tensors[name] for name in architecture.shapes], []
    for i, (_, kernel, pool) in enumerate(architecture.layers):
        weight, bias, following, next_bias = tensors[2 * i : 2 * i + 4]
        alive = weight.flatten(1).any(1)
        if not alive.any():
            alive[0] = True
        channels = following.view(len(following), len(alive), -1)  # (n, filters, numbers a filter)
        constant = (channels.sum(2) * (bias.relu() * ~alive)).sum(1)
        kept = channels[:, alive].reshape(len(following), -1, *following.shape[2:])
        if following.ndim == 2:
            kept = kept.flatten(1)
        tensors[2 * i : 2 * i + 4] = weight[alive], bias[alive], kept, next_bias + constant
        layers.append((int(alive.sum()), kernel, pool))
    smaller = replace(architecture, layers=tuple(layers))
    return Network(smaller, dict(zip(smaller.shapes, tensors, strict=True)))
