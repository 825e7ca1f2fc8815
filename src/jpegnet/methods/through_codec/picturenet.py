"""A network as the coefficients of its picture: what training through the codec trains."""

import math
from dataclasses import replace

import numpy as np
import torch
from torch.nn import functional

from jpegnet.jpeg import diffjpeg
from jpegnet.jpeg.coefficients import PIXELS
from jpegnet.jpeg.dct import block_order
from jpegnet.kept.compute import exp, product
from jpegnet.methods.through_codec.parts import TrainedPart, file_order, trained_parts
from jpegnet.nets import mlp
from jpegnet.nets.network import Network
from jpegnet.picture import file as picture
from jpegnet.picture.layout import Layout
from jpegnet.picture.plan import plan
from jpegnet.picture.tiles import ALIGNED, SIDE, ZERO

# Grey levels at the start: the standard deviation of a matrix's entries, the largest bias.
_MATRIX_LEVELS, _BIAS_LEVELS = 8, 60


class PictureNetwork:
    """A network as the coefficients of its picture, which can be trained.

    Trained are ``q``: coefficients in units of their steps, (blocks, 64), one part after the other;
    ``log_scales``: the logarithm of each part's scale, (parts,); and ``log_costs``: that of the
    widths of `diffjpeg.bits`, (groups, 64), a group being a place in the first layer's tile or one
    of the other parts.

    ``parts``: by the names of the network's tensors, the first being that of the layer that sees
    the image; ``file_places`` and ``file_blocks``: see `file_order`.
    """

    def __init__(self, network: Network, table: np.ndarray, scales: torch.Tensor | None = None):
        """Lay out a network of 784 inputs; by default its numbers' sizes determine the scales."""
        self.layout: Layout = plan(network, ALIGNED)
        self.table, self.architecture = table, network.architecture
        self.steps = torch.from_numpy(table.ravel()).float()
        names = list(network.architecture.shapes)
        self.parts: dict[str, TrainedPart] = trained_parts(self.layout, names)
        self.file_places, self.file_blocks = file_order(self.layout)
        self.counts = [part.blocks for part in self.parts.values()]
        q, groups, logs = [], [], []
        for i, (name, part) in enumerate(self.parts.items()):
            matrix = np.atleast_2d(network.tensors[name].numpy())
            size = np.abs(matrix).max() / _BIAS_LEVELS if i % 2 else matrix.std() / _MATRIX_LEVELS
            logs.append(math.log(max(size, 1e-6)) if scales is None else float(scales[i]))
            q.append(part.start(matrix, math.exp(logs[-1])) / table.ravel())
            tile = part.blocks // part.rows  # blocks of one
            groups += [groups[-1] + 1] * part.blocks if i else [*range(tile)] * part.rows
        self.groups = torch.tensor(groups)
        self._before = self._blocks_before()
        self.q = torch.from_numpy(np.concatenate(q)).float().requires_grad_()
        self.log_scales = torch.tensor(logs).requires_grad_()
        self.log_costs = torch.full((groups[-1] + 1, PIXELS), -0.5, requires_grad=True)

    def _blocks_before(self) -> torch.Tensor:
        """Which block stands before each in the file, (blocks,); ``blocks`` for a blank or none."""
        blocks = len(self.file_places)
        row = np.full(1 + self.file_blocks, blocks)
        row[1 + self.file_places] = np.arange(blocks)
        return torch.from_numpy(row[self.file_places])

    def scales(self) -> torch.Tensor:
        """What the numbers of each part are multiplied by, (parts,)."""
        return exp(self.log_scales)

    def matrices(self, **how) -> dict[str, torch.Tensor]:
        """Each part's matrix as a reader decodes it; ``how`` as in `diffjpeg.samples`.

        That of the first layer has a column for each of the pixels of an image that its tiles
        show, the ``entries`` of its part.
        """
        shown = diffjpeg.samples(self.q, self.steps, **how).split(self.counts)
        found = {}
        parts = zip(self.parts.items(), shown, self.scales(), strict=True)
        for (name, part), blocks, scale in parts:
            found[name] = part.matrix(blocks) * scale
        return found

    @property
    def seen(self) -> torch.Tensor:
        """The pixels of an image that the first layer's tiles show, in their order."""
        return next(iter(self.parts.values())).entries.sort().values

    def logits(self, x: torch.Tensor, **how) -> torch.Tensor:
        """Scores of the digits, (n, 10), for the pixels ``seen`` of images; see `matrices`."""
        found = list(self.matrices(**how).values())
        for i, (weight, bias) in enumerate(zip(found[::2], found[1::2], strict=True)):
            x = product(torch.relu(x) if i else x, weight.T) + bias[0]
        return x

    @torch.no_grad()
    def descend(self, x: torch.Tensor, truth: torch.Tensor, grey: bool = True) -> float:
        """Cross-entropy; its gradients become those of ``q`` and ``log_scales``.

        By hand, as it is most of the training, and takes autograd a fifth longer.

        Args:
            x: the pixels ``seen`` of images, (n, pixels).
            truth: the wanted probabilities of their classes, (n, 10).
            grey: see `diffjpeg.samples`.
        """
        found, parts = list(self.matrices(grey=grey).values()), self.parts.values()
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

    def bits(
        self, noise: torch.Tensor, per_frequency: bool = True, differences: bool = True
    ) -> torch.Tensor:
        """Estimated bits of all coefficients; arguments as in `diffjpeg.bits`.

        ``per_frequency``: with a width for each frequency, not one a group. ``differences``: of
        what a file codes, see `coded`; else of ``q``.
        """
        costs = self.log_costs if per_frequency else self.log_costs.mean(1, keepdim=True)
        coded = self.coded() if differences else self.q
        return diffjpeg.bits(coded, costs[self.groups], noise).sum()

    def coded(self) -> torch.Tensor:
        """What a file codes, (blocks, 64): ``q``, a DC less that of the block before it there."""
        dc = self.q[:, :1]
        before = torch.cat([dc, dc.new_zeros(1, 1)]).index_select(0, self._before)
        return torch.cat([dc - before, self.q[:, 1:]], 1)

    def overflow(self) -> torch.Tensor:
        """See `diffjpeg.overflow`."""
        return diffjpeg.overflow(self.q, self.steps)

    @torch.no_grad()
    def network(self) -> Network:
        """The network as a reader decodes it."""
        found = list(self.matrices().values())
        weight = torch.zeros(len(found[0]), SIDE * SIDE)
        weight[:, self.seen] = found[0]
        found[0] = weight
        return mlp.from_layers([(w, b[0]) for w, b in zip(found[::2], found[1::2], strict=True)])

    @torch.no_grad()
    def image(self) -> np.ndarray:
        """The picture's grey levels, uint8, with those of pixels that show no entry."""
        image = np.full(self.layout.size, ZERO, np.uint8)
        shown = diffjpeg.samples(self.q, self.steps).split(self.counts)
        for trained, blocks in zip(self.parts.values(), shown, strict=True):
            part = trained.part
            tiles = np.empty((trained.rows, part.height * part.width), np.uint8)
            order = block_order(part.height, part.width)
            tiles[:, order] = blocks.reshape(trained.rows, -1).numpy() + ZERO
            picture.place(image, part, tiles.reshape(-1, part.height, part.width), ZERO)
        return image

    def file(self, coding: str = "smallest") -> bytes:
        """The network's picture as a JPEG file."""
        scales = self.scales().tolist()
        parts = [replace(p, scale=s) for p, s in zip(self.layout.parts, scales, strict=True)]
        layout = replace(self.layout, parts=tuple(parts))
        return picture.write(self.image(), layout, self.table, coding)


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
