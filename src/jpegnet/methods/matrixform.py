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

from jpegnet.jpeg import coefficients, dct
from jpegnet.jpeg.dct import BLOCK, block_dct_matrix
from jpegnet.picture import file as picture
from jpegnet.picture import greys, tiles
from jpegnet.picture.tiles import SIDE

_BLOCK_DCT = block_dct_matrix().astype(np.float32)  # in the precision of the layer


@dataclass(frozen=True)
class CompressedLinear:
    """A first layer that is held as the coefficients of its picture.

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
            PictureError: the file is not a network's picture.
            ValueError: its tiles are not whole blocks of an image of 784 pixels; or the samples
                do not tell the coefficients, or one of them is beyond int8.
        """
        shown = picture.load(data)
        part, (units, inputs) = shown.layout.parts[0], shown.layout.shapes[0]
        entries = part.entries(inputs)
        blank = (entries < 0).any()  # pixels of no input
        if part.height % BLOCK or part.width % BLOCK or inputs != SIDE * SIDE or blank:
            size = f"{part.height} × {part.width}"
            raise ValueError(f"tiles of {size} of {inputs} inputs are not whole blocks of an image")
        mosaic = shown.image[part.area(units)]
        q = coefficients.from_samples(mosaic, shown.table)  # (rows of blocks, blocks a row, 8, 8)
        q = tiles.from_mosaic(dct.from_blocks(q, *mosaic.shape), part.height, part.width)[:units]
        if np.abs(q).max() > 127:
            raise ValueError(f"a coefficient of {np.abs(q).max()} is beyond int8")
        order = dct.block_order(part.height, part.width)
        pixels = entries.ravel()[order]
        steps = part.scale * np.tile(shown.table.ravel(), len(order) // shown.table.size)
        (bias,) = greys.read_part(shown.image, shown.layout.parts[1], 1, units)
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
        """The float64 (units, 784) weights that the layer stands for; only for comparison."""
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
        warnings.simplefilter("ignore")  # that torch will move this to another package
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
