"""A network as the coefficients of its picture: what training through the codec trains."""

import math
from dataclasses import replace

import numpy as np
import torch

from jpegnet import diffjpeg, mlp, picture, tiles
from jpegnet.compress import ALIGNED
from jpegnet.dct import BLOCK, block_dct_matrix, to_blocks
from jpegnet.layout import Layout
from jpegnet.mlp import State
from jpegnet.plan import plan
from jpegnet.tiles import SIDE, ZERO

_PIXELS = BLOCK * BLOCK
# Grey levels at the start: the standard deviation of a matrix's entries, the largest bias.
_MATRIX_LEVELS, _BIAS_LEVELS = 8, 60


def _block_order(height: int, width: int) -> np.ndarray:
    """Index of each pixel of a tile, block by block."""
    return to_blocks(np.arange(height * width).reshape(height, width)).ravel()


def _file_order(layout: Layout) -> tuple[np.ndarray, int]:
    """Which of a file's blocks each of the parts' blocks is, int (blocks,); how many it has."""
    height, width = (n // BLOCK for n in layout.size)
    index, found = np.arange(height * width).reshape(height, width), []
    for part, (rows, _) in zip(layout.parts, layout.shapes, strict=True):
        tall, wide = part.height // BLOCK, part.width // BLOCK
        for row in range(rows):
            down, right = divmod(row, min(part.across, rows))
            y, x = part.block_y + down * tall, part.block_x + right * wide
            found.append(index[y : y + tall, x : x + wide].ravel())
    return np.concatenate(found), index.size


class PictureNetwork:
    """A network as the coefficients of its picture, which can be trained.

    ``q``: coefficients in units of their steps, (blocks, 64), the parts one after the other, each
    tile by tile; ``log_scales``: logarithm of each part's scale, (parts,); ``log_costs``:
    logarithm of the scales of `diffjpeg.bits`, (groups, 64), a group being a place in the first
    layer's tile or one of the other parts. All three are trained. ``entries``: of each part, which
    entry of a row each pixel of a tile holds, block by block, -1 for none; ``places``: the reverse;
    ``counts``: its blocks. ``file_places``: of each block, which of the file's it is, (blocks,);
    ``file_blocks``: how many the file has.
    """

    def __init__(self, state: State, table: np.ndarray, scales: torch.Tensor | None = None):
        """Lay out a network of 784 inputs; scales by default from the sizes of its numbers."""
        self.layout: Layout = plan(state, ALIGNED)
        self.table = table
        self.steps = torch.from_numpy(table.ravel()).float()
        q, groups, logs, self.entries, self.counts, self.places = [], [], [], [], [], []
        matrices = [np.atleast_2d(t.numpy()) for layer in mlp.layers(state) for t in layer]
        for i, (part, matrix) in enumerate(zip(self.layout.parts, matrices, strict=True)):
            bias = i % 2
            size = np.abs(matrix).max() / _BIAS_LEVELS if bias else matrix.std() / _MATRIX_LEVELS
            logs.append(math.log(max(size, 1e-6)) if scales is None else float(scales[i]))
            entries = part.entries(matrix.shape[1]).ravel()[_block_order(part.height, part.width)]
            shown = np.where(entries < 0, 0, matrix[:, entries]).reshape(-1, _PIXELS)
            q.append(shown @ block_dct_matrix().T / math.exp(logs[-1]) / table.ravel())
            n = len(entries) // _PIXELS  # blocks a tile
            groups += [*range(n)] * len(matrix) if i == 0 else [groups[-1] + 1] * len(q[-1])
            self.entries.append(torch.from_numpy(entries))
            # From the order of the blocks to that of the entries; blanks, -1, come first.
            self.places.append(self.entries[-1].argsort()[-matrix.shape[1] :])
            self.counts.append(len(q[-1]))
        self.groups = torch.tensor(groups)
        self.file_places, self.file_blocks = _file_order(self.layout)
        row = np.full(1 + self.file_blocks, len(groups))  # in q; of blank blocks, one after its end
        row[1 + self.file_places] = np.arange(len(groups))
        self._before = torch.from_numpy(row[self.file_places])
        self.q = torch.from_numpy(np.concatenate(q)).float().requires_grad_()
        self.log_scales = torch.tensor(logs).requires_grad_()
        self.log_costs = torch.full((groups[-1] + 1, _PIXELS), -0.5, requires_grad=True)

    def matrices(self, **how) -> list[torch.Tensor]:
        """Each part's matrix as a reader decodes it; ``how`` as in `diffjpeg.samples`.

        That of the first layer has a column for each of the pixels ``entries[0]`` of an image.
        """
        shown = diffjpeg.samples(self.q, self.steps, **how).split(self.counts)
        found = []
        parts = zip(shown, self.log_scales.exp(), self.layout.shapes, self.places, strict=True)
        for i, (blocks, scale, (rows, _), places) in enumerate(parts):
            matrix = blocks.reshape(rows, -1) * scale
            found.append(matrix[:, places] if i else matrix)
        return found

    def logits(self, x: torch.Tensor, **how) -> torch.Tensor:
        """Scores of the digits, (n, 10), for the pixels ``entries[0]`` of images; see
        `matrices`.
        """
        found = self.matrices(**how)
        for i, (weight, bias) in enumerate(zip(found[::2], found[1::2], strict=True)):
            x = torch.addmm(bias[0], torch.relu(x) if i else x, weight.T)
        return x

    def bits(
        self, noise: torch.Tensor, per_frequency: bool = True, differences: bool = True
    ) -> torch.Tensor:
        """Estimated bits of all coefficients; arguments as in `diffjpeg.bits` and `Recipe`.

        ``differences``: of what a file codes, see `coded`; else of ``q``.
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
    def state(self) -> State:
        """The network as a reader decodes it."""
        first, *rest = self.matrices()
        weight = torch.zeros(len(first), SIDE * SIDE)
        weight[:, self.entries[0]] = first
        found = [weight, *rest]
        return mlp.from_layers([(w, b[0]) for w, b in zip(found[::2], found[1::2], strict=True)])

    @torch.no_grad()
    def image(self) -> np.ndarray:
        """The picture's grey levels, uint8; also those of pixels that belong to no entry."""
        image = np.full(self.layout.size, ZERO, np.uint8)
        shown = diffjpeg.samples(self.q, self.steps).split(self.counts)
        parts = zip(self.layout.parts, self.layout.shapes, shown, strict=True)
        for part, (rows, _), blocks in parts:
            area = part.area(rows)
            places = image[area].size // (part.height * part.width)  # the last ones may be blank
            mosaic = np.full((places, part.height * part.width), ZERO, np.uint8)
            order = _block_order(part.height, part.width)
            mosaic[:rows, order] = blocks.reshape(rows, -1).numpy() + ZERO
            across = min(part.across, rows)
            image[area] = tiles.to_mosaic(mosaic.reshape(-1, part.height, part.width), across)
        return image

    def file(self, coding: str = "smallest") -> bytes:
        """The network's picture as a JPEG file."""
        scales = self.log_scales.detach().exp().tolist()
        parts = [replace(p, scale=s) for p, s in zip(self.layout.parts, scales, strict=True)]
        layout = replace(self.layout, parts=tuple(parts))
        return picture.write(self.image(), layout, self.table, coding)


def without_dead_units(state: State) -> State:
    """The same function of the input with no hidden unit whose incoming weights are all zero.

    Such a unit gives relu(its bias) whatever the input; the next layer's bias takes that in.
    At least one unit of each layer is kept.
    """
    found = mlp.layers(state)
    for i in range(len(found) - 1):
        (weight, bias), (following, next_bias) = found[i : i + 2]
        alive = weight.any(1)
        if not alive.any():
            alive[0] = True
        constant = following[:, ~alive] @ bias[~alive].relu()
        found[i] = (weight[alive], bias[alive])
        found[i + 1] = (following[:, alive], next_bias + constant)
    return mlp.from_layers(found)
