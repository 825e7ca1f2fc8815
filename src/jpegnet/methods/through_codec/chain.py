"""A chain of linear layers as the coefficients of its picture."""

import torch
from torch.nn import functional

from jpegnet.jpeg import diffjpeg
from jpegnet.kept.compute import product
from jpegnet.methods.through_codec.picturenet import PictureNetwork
from jpegnet.nets import mlp
from jpegnet.nets.network import Network


class ChainPicture(PictureNetwork):
    """See `PictureNetwork`; it sees the pixels ``seen`` of an image."""

    @property
    def seen(self) -> torch.Tensor:
        """The pixels of an image that the first layer's tiles show, in their order."""
        first = next(iter(self.parts.values()))
        return first.entries[first.pixels]

    def window(self, images: torch.Tensor, dy: int, dx: int) -> torch.Tensor:
        """See `PictureNetwork`.

        Raises:
            ValueError: they are moved beyond their own edge, which tiles are some pixels short of.
        """
        part = self.layout.parts[0]
        top, left = part.top + dy, part.left + dx
        if max(abs(dy), abs(dx)) > part.top:
            raise ValueError(f"tiles can be moved by {part.top} pixels at most, not by {dy}, {dx}")
        return images[:, top : top + part.height, left : left + part.width].flatten(1)

    def logits(self, x: torch.Tensor, **how) -> torch.Tensor:
        """See `PictureNetwork`; x: (n, pixels)."""
        found = list(self.matrices(**how).values())
        for i, (weight, bias) in enumerate(zip(found[::2], found[1::2], strict=True)):
            x = product(torch.relu(x) if i else x, weight.T) + bias[0]
        return x

    @torch.no_grad()
    def descend(
        self,
        x: torch.Tensor,
        truth: torch.Tensor,
        grey: bool = True,
        jitter: torch.Tensor | None = None,
    ) -> float:
        """See `PictureNetwork`.

        By hand, as it is most of the training, and takes autograd a fifth longer.
        """
        found, parts = list(self.matrices(jitter, grey=grey).values()), self.parts.values()
        inputs, logits = [], x
        for i, (weight, bias) in enumerate(zip(found[::2], found[1::2], strict=True)):
            inputs.append(logits.relu_() if i else x)
            logits = product(inputs[-1], weight.T).add_(bias[0])
        error, gradients = (logits.softmax(1) - truth).div_(len(x)), []
        for i in range(len(found) - 2, -1, -2):
            below = inputs[i // 2]
            gradients[:0] = [product(error.T, below), error.sum(0, keepdim=True)]
            if i:
                error = product(error, found[i]).mul_(below > 0)
        scaled = zip(parts, gradients, self.scales(), strict=True)
        blocks = torch.cat([part.blocks_of(by * scale) for part, by, scale in scaled])
        self.q.grad = diffjpeg.gradient(blocks, self.q, self.steps, grey)
        by_log = [(by * matrix).sum() for by, matrix in zip(gradients, found, strict=True)]
        self.log_scales.grad = torch.stack(by_log)
        return functional.cross_entropy(logits, truth).item()

    def smaller(self) -> Network:
        """See `without_dead_units`."""
        return without_dead_units(self.network())


def without_dead_units(network: Network) -> Network:
    """The same function of the input with no hidden unit whose incoming weights are all zero.

    Such a unit gives relu(its bias) whatever the input; the next layer's bias takes that in.
    At least one unit of each layer is kept.
    """
    found = mlp.layers(network)
    for i in range(len(found) - 1):
        (weight, bias), (following, next_bias) = found[i : i + 2]
        alive = weight.any(1)
        if not alive.any():
            alive[0] = True
        constant = (following[:, ~alive] * bias[~alive].relu()).sum(1)
        found[i] = (weight[alive], bias[alive])
        found[i + 1] = (following[:, alive], next_bias + constant)
    return mlp.from_layers(found)
