"""JPEG as a matrix: a first layer that computes with the picture's coefficients, never with W.

A tile w (its window's pixels, block by block) is w = Tᵀ S q: q are the whole numbers that the file
holds, S the diagonal of steps, T the orthonormal block DCT. So w·x = qᵀ (S T x): the input is
transformed once for all units and meets numbers that are small, whole, and mostly zero.
"""

import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from scipy import sparse

from jpegnet import dct, picture, tiles
from jpegnet.dct import BLOCK, block_dct_matrix
from jpegnet.tiles import SIDE, ZERO

_BLOCK_DCT = block_dct_matrix().astype(np.float32)  # in the precision of the layer


def coefficients(image: np.ndarray, table: np.ndarray) -> np.ndarray:
    """The whole numbers that a JPEG file holds, found from its samples: int (…, 8, 8), by block.

    The samples are rounded, each by at most 1/2, so a block's coefficients are off by at most
    4 = 8/2, and a step of more than 8 leaves no doubt. The result is checked in any case: it
    must give the samples again, to within the one grey level by which decoders' arithmetic
    may differ.

    Raises:
        ValueError: it does not, because samples were cut off at 0 or 255, or steps are small.
    """
    blocks = dct.to_blocks(image.astype(float) - ZERO)
    found = dct.quantise(dct.forward(blocks), table)
    again = np.clip(dct.inverse(found * table), -ZERO, 255 - ZERO)
    if np.abs(again - blocks).max() > 1.5:
        raise ValueError("the samples do not tell the coefficients: some were cut off")
    return found


@dataclass(frozen=True)
class CompressedLinear:
    """A first layer held as the coefficients of its picture.

    ``q``: int8, sparse (units, 64 · blocks), the quantised coefficients; ``steps``: float32
    (64 · blocks,), their size in weights; ``pixels``: which of the 784 inputs the window shows,
    block by block; ``bias``: float32 (units,).
    """

    q: sparse.csr_array
    steps: np.ndarray
    pixels: np.ndarray
    bias: np.ndarray

    @classmethod
    def from_picture(cls, data: bytes) -> "CompressedLinear":
        """The first layer of a network's file.

        Raises:
            PictureError: the file is none.
            ValueError: its tiles are not of whole blocks, or see other than 784 inputs; or a
                coefficient cannot be told or is beyond int8.
        """
        shown = picture.load(data)
        part, (units, inputs) = shown.layout.parts[0], shown.layout.shapes[0]
        entries = part.entries(inputs)
        blank = (entries < 0).any()  # pixels of no input
        if part.height % BLOCK or part.width % BLOCK or inputs != SIDE * SIDE or blank:
            size = f"{part.height} × {part.width}"
            raise ValueError(f"tiles of {size} of {inputs} inputs are not whole blocks of an image")
        mosaic = shown.image[part.area(units)]
        q = coefficients(mosaic, shown.table)  # (rows of blocks, blocks a row, 8, 8)
        q = tiles.from_mosaic(dct.from_blocks(q, *mosaic.shape), part.height, part.width)[:units]
        if np.abs(q).max() > 127:
            raise ValueError(f"a coefficient of {np.abs(q).max()} is beyond int8")
        tile = np.arange(part.height * part.width).reshape(part.height, part.width)
        order = dct.to_blocks(tile).ravel()
        pixels = entries.ravel()[order]
        steps = part.scale * np.tile(shown.table.ravel(), len(order) // shown.table.size)
        (bias,) = picture.read_part(shown.image, shown.layout.parts[1], 1, units)
        return cls(
            sparse.csr_array(q.reshape(units, -1)[:, order].astype(np.int8)),
            steps.astype(np.float32),
            pixels.astype(np.int16),
            bias,
        )

    @property
    def resident_bytes(self) -> int:
        """Bytes of all that the layer holds, the 64 × 64 matrix of a block's DCT included."""
        held = (self.q.data, self.q.indices, self.q.indptr, self.steps, self.pixels, self.bias)
        return sum(array.nbytes for array in (*held, _BLOCK_DCT))

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """Scores of the units, float32 (n, units), for images as float32 (n, 784)."""
        seen = x.T[self.pixels].reshape(-1, BLOCK * BLOCK, len(x))  # (blocks, 64, n)
        transformed = (_BLOCK_DCT @ seen).reshape(-1, len(x)) * self.steps[:, None]
        return (self.q @ transformed).T + self.bias

    def weights(self) -> np.ndarray:
        """The float64 (units, 784) weights that the layer stands for; for comparison alone."""
        T = block_dct_matrix(len(self.steps) // BLOCK**2)
        dense = np.zeros((self.q.shape[0], SIDE * SIDE))
        dense[:, self.pixels] = self.q.toarray() * self.steps.astype(float) @ T
        return dense


def dense_int8(weight: torch.Tensor, bias: torch.Tensor) -> Callable[[torch.Tensor], torch.Tensor]:
    """The layer in torch's own int8: weights quantised, inputs quantised as they come."""
    from torch.ao.quantization import quantize_dynamic

    linear = torch.nn.Linear(*weight.T.shape)
    linear.weight, linear.bias = torch.nn.Parameter(weight), torch.nn.Parameter(bias)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch moves this to another package, and says so
        return quantize_dynamic(torch.nn.Sequential(linear), {torch.nn.Linear}, torch.qint8)


def seconds(functions: list[Callable[[], object]], rounds: int) -> np.ndarray:
    """Median seconds of each function; they take turns, so that all see the same machine."""
    taken = np.empty((rounds, len(functions)))
    for run in taken:
        for i, function in enumerate(functions):
            began = time.perf_counter()
            function()
            run[i] = time.perf_counter() - began
    return np.median(taken, 0)
