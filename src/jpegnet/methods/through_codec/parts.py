"""Parts of a picture as blocks that are trained, one part after the other, tile by tile.

The file has the same blocks in another order, that of the picture, and blank ones besides.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import torch

from jpegnet.jpeg.coefficients import PIXELS
from jpegnet.jpeg.dct import BLOCK, block_dct_matrix, block_order
from jpegnet.picture.layout import Layout, Part


@dataclass(frozen=True)
class TrainedPart:
    """A matrix of the network among the blocks that are trained.

    ``part``: where it stands in the picture, a mosaic of ``rows`` tiles. ``first``: number of its
    first block, which ``blocks`` - 1 others follow, tile by tile. ``entries``: which entry of a
    row each pixel of a tile shows, block by block, -1 for none; ``pixels``: which pixel, block by
    block, shows each entry that is shown, in the order of the entries.
    """

    part: Part
    rows: int
    first: int
    blocks: int
    entries: torch.Tensor
    pixels: torch.Tensor

    def matrix(self, shown: torch.Tensor) -> torch.Tensor:
        """The entries that tiles show, (rows, entries), in their order; shown: (blocks, 64)."""
        return shown.view(self.rows, -1).index_select(1, self.pixels)

    def blocks_of(self, matrix: torch.Tensor) -> torch.Tensor:
        """The inverse of `matrix`: → (blocks, 64), 0 where a pixel shows no entry."""
        tiles = matrix.new_zeros(self.rows, self.blocks * PIXELS // self.rows)
        return tiles.index_copy_(1, self.pixels, matrix).view(-1, PIXELS)

    def start(self, matrix: np.ndarray, scale: float) -> np.ndarray:
        """The DCT of a matrix's tiles, (blocks, 64), in grey levels of this scale."""
        entries = self.entries.numpy()
        shown = np.where(entries < 0, 0, matrix[:, entries]).reshape(-1, PIXELS)
        return shown @ block_dct_matrix().T / scale


def trained_parts(layout: Layout, names: Iterable[str]) -> dict[str, TrainedPart]:
    """The layout's parts, one after the other, by the names of the network's tensors."""
    found, first = {}, 0
    for name, part, (rows, columns) in zip(names, layout.parts, layout.shapes, strict=True):
        entries = part.entries(columns).ravel()[block_order(part.height, part.width)]
        blocks = rows * len(entries) // PIXELS
        entries = torch.from_numpy(entries)
        pixels = entries.argsort()[(entries < 0).sum() :]  # blanks, -1, come first
        found[name] = TrainedPart(part, rows, first, blocks, entries, pixels)
        first += blocks
    return found


def file_order(layout: Layout) -> tuple[np.ndarray, int]:
    """Which of the file's blocks each trained block is, int (blocks,); how many the file has."""
    height, width = (n // BLOCK for n in layout.size)
    index, found = np.arange(height * width).reshape(height, width), []
    for part, (rows, _) in zip(layout.parts, layout.shapes, strict=True):
        tall, wide = part.height // BLOCK, part.width // BLOCK
        for row in range(rows):
            down, right = divmod(row, min(part.across, rows))
            y, x = part.block_y + down * tall, part.block_x + right * wide
            found.append(index[y : y + tall, x : x + wide].ravel())
    return np.concatenate(found), index.size
