"""A network as the coefficients of its picture: what training through the codec trains."""

import math
from abc import ABC, abstractmethod
from dataclasses import replace
from typing import ClassVar

import numpy as np
import torch
from torch.nn import functional

from jpegnet.jpeg import diffjpeg
from jpegnet.jpeg.coefficients import PIXELS
from jpegnet.jpeg.dct import block_order
from jpegnet.kept.compute import exp
from jpegnet.methods.through_codec.parts import TrainedPart, file_order, trained_parts
from jpegnet.nets.network import Network
from jpegnet.picture import file as picture
from jpegnet.picture import greys
from jpegnet.picture.layout import Layout
from jpegnet.picture.plan import plan
from jpegnet.picture.segment import half
from jpegnet.picture.tiles import ALIGNED, ZERO

# Grey levels at the start: the standard deviation of a matrix's entries, the largest bias.
_MATRIX_LEVELS, _BIAS_LEVELS = 8, 60


class PictureNetwork(ABC):
    """A network as the coefficients of its picture, which can be trained.

    Trained are ``q``: coefficients in units of their steps, (blocks, 64), one part after the other;
    ``log_scales``: the logarithm of each part's scale, (parts,); and ``log_costs``: that of the
    widths of `diffjpeg.bits`, (groups, 64), a group being a place in a tile of the first part, or
    of one that ``PLACED`` names, or one of the other parts.

    ``parts``: by the names of the network's tensors, the first being that of the layer that sees
    the image; ``file_places`` and ``file_blocks``: see `file_order`.
    """

    PLACED: ClassVar[tuple[str, ...]] = ()

    def __init__(self, network: Network, table: np.ndarray, scales: torch.Tensor | None = None):
        """Lay out a network; by default its numbers' sizes determine the scales."""
        self.layout: Layout = plan(network, ALIGNED)
        self.table, self.architecture = table, network.architecture
        self.steps = torch.from_numpy(table.ravel()).float()
        self.parts: dict[str, TrainedPart] = trained_parts(self.layout, self.architecture.shapes)
        self.file_places, self.file_blocks = file_order(self.layout)
        self.counts = [part.blocks for part in self.parts.values()]
        q, groups, logs = [], [], []
        for i, (name, part) in enumerate(self.parts.items()):
            matrix = network.tensors[name].numpy().reshape(part.rows, -1)
            if len(self.architecture.shapes[name]) == 1:  # a bias
                size = np.abs(matrix).max() / _BIAS_LEVELS
            else:
                size = matrix.std() / _MATRIX_LEVELS
            logs.append(math.log(max(size, 1e-6)) if scales is None else float(scales[i]))
            q.append(part.start(matrix, math.exp(logs[-1])) / table.ravel())
            places = part.blocks // part.rows if i == 0 or name in self.PLACED else 1
            first = groups[-1] + 1 if groups else 0
            groups += [*range(first, first + places)] * (part.blocks // places)
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

    @property
    def hidden(self) -> list[int]:
        """How many units, or filters, each hidden layer has."""
        return [part.rows for part in list(self.parts.values())[:-2:2]]

    def scales(self) -> torch.Tensor:
        """What the numbers of each part are multiplied by, (parts,)."""
        return exp(self.log_scales)

    def matrices(self, jitter: torch.Tensor | None = None, **how) -> dict[str, torch.Tensor]:
        """Each part's matrix as a reader decodes it; ``how`` as in `diffjpeg.samples`.

        That of the first layer has a column for each entry that its tiles show. ``jitter``: grey
        levels by which another reader's samples differ, (blocks, 64).
        """
        shown = diffjpeg.samples(self.q, self.steps, **how)
        shown = (shown if jitter is None else shown + jitter).split(self.counts)
        found = {}
        parts = zip(self.parts.items(), shown, self.scales(), strict=True)
        for (name, part), blocks, scale in parts:
            found[name] = part.matrix(blocks) * scale
        return found

    @abstractmethod
    def window(self, images: torch.Tensor, dy: int, dx: int) -> torch.Tensor:
        """What the network sees, (n, …), of images, uint8 (n, 28, 28), that are moved so far."""

    @abstractmethod
    def logits(self, x: torch.Tensor, **how) -> torch.Tensor:
        """Scores of the digits, (n, 10), for what it sees of images; see `matrices`."""

    @abstractmethod
    def smaller(self) -> Network:
        """The same function of the input, as a network without dead units."""

    def descend(
        self, x: torch.Tensor, truth: torch.Tensor, grey: bool, jitter: torch.Tensor | None
    ) -> float:
        """Cross-entropy; its gradients become those of ``q`` and ``log_scales``.

        Args:
            x: what the network sees of images, (n, …).
            truth: the wanted probabilities of their classes, (n, 10).
            grey: see `diffjpeg.samples`.
            jitter: see `matrices`.
        """
        self.q.grad = self.log_scales.grad = None
        loss = self.loss(self.logits(x, grey=grey, jitter=jitter), truth)
        loss.backward()
        return loss.item()

    def loss(self, logits: torch.Tensor, truth: torch.Tensor) -> torch.Tensor:
        """The cross-entropy of scores, as `logits` has them, and the wanted probabilities."""
        return functional.cross_entropy(logits, truth)

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
        found = {}
        for (name, matrix), size in zip(self.matrices().items(), self.layout.shapes, strict=True):
            part, whole = self.parts[name], torch.zeros(size)
            whole[:, part.entries[part.pixels]] = matrix
            found[name] = whole.reshape(self.architecture.shapes[name])
        return Network(self.architecture, found)

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
            greys.place(image, part, tiles.reshape(-1, part.height, part.width), ZERO)
        return image

    def file(self, coding: str = "smallest") -> bytes:
        """The network's picture as a JPEG file."""
        scales = map(half, self.scales().tolist())
        parts = [replace(p, scale=s) for p, s in zip(self.layout.parts, scales, strict=True)]
        layout = replace(self.layout, parts=tuple(parts))
        return picture.write(self.image(), layout, self.table, coding)
