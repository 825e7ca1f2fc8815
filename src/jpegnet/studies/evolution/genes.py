"""Genes: what a robot's network is made of, and what a copy of it may differ in.

The network is the chain of linear layers inputs-hidden-2 of `mlp`, with a ReLU between. Each hidden
unit is a small picture: what it makes of red, green and walls, a line each, sector by sector. Genes
are either all of the weights, or some coefficients of the discrete cosine transform of those
pictures, which run on from unit to unit.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.fft import idct

from jpegnet.nets.mlp import Mlp
from jpegnet.studies.evolution.rules import COLOURS, INPUTS, OUTPUTS, SECTORS

_WIDTH = INPUTS + 1 + OUTPUTS  # of what a unit has: inputs, bias, speed, turn
# First column, columns, and, where units are in mirrored pairs, whether frequencies' sums are odd:
# an even wave is its own mirror image, and of turns the mirror image is the negative.
_PARTS = (
    *((colour * SECTORS, SECTORS, 0) for colour in range(len(COLOURS))),
    *((INPUTS, 1, 0), (INPUTS + 1, 1, 0), (INPUTS + 2, 1, 1)),
)
_UNTIED = tuple((start, width, None) for start, width, _ in _PARTS)

KINDS = ("direct", "one picture", "parts", "mirrored")


@dataclass(frozen=True)
class Genes:
    """``kind`` of genes for a network of ``hidden`` units; ``kept``: how many, 0 for all.

    Of ``direct`` genes each is a weight. Coefficients, low frequencies first: of ``one picture``,
    whose lines are the units and whose columns all of a unit's weights; of ``parts``, in which red,
    green, wall, bias, speed and turn are a picture each; ``mirrored``, the same, but of them only
    those by which unit i is the mirror image of unit hidden - 1 - i: what the one does for the left
    the other does for the right.

    Raises:
        ValueError: there is no such kind, or too many or too few are to be kept.
    """

    kind: str
    hidden: int
    kept: int = 0

    def __post_init__(self):
        if self.kind not in KINDS:
            raise ValueError(f"no genes of kind {self.kind!r}; there are {', '.join(KINDS)}")
        if not 0 <= self.kept <= self._most:
            raise ValueError(f"{self.kind}: 0 to {self._most} genes, got {self.kept}")
        if self.kind == "direct" and self.kept:
            raise ValueError("direct genes are all of the weights")

    @property
    def architecture(self) -> Mlp:
        """The network that they make."""
        return Mlp((INPUTS, self.hidden, OUTPUTS))

    @property
    def weights(self) -> int:
        """How many numbers the network has."""
        return self.hidden * (INPUTS + 1 + OUTPUTS) + OUTPUTS

    @property
    def _most(self) -> int:
        return self.weights if self.kind == "direct" else len(self._columns)

    @property
    def count(self) -> int:
        """How many genes there are."""
        return self.kept or self._most

    def made(self, genes: np.ndarray) -> np.ndarray:
        """The weights, (…, weights), of genes (…, genes), in the order of `split`."""
        if self.kind == "direct":
            return genes * self._sizes.astype(genes.dtype)
        return genes @ self.matrix.T.astype(genes.dtype)

    @cached_property
    def matrix(self) -> np.ndarray:
        """What each gene does to each weight, in the order of `split`: (weights, genes).

        Columns are orthogonal but for the weights' sizes, which are 1, and 1 / √hidden in the last
        layer. Standard normal genes make the weights' mean square, in their sizes, 1, so that genes
        of two kinds begin, and vary, equally far.
        """
        found = np.stack(self._columns[: self.count], 1)
        return found * np.sqrt(self.weights / np.square(found).sum()) * self._sizes[:, None]

    @cached_property
    def _sizes(self) -> np.ndarray:
        """Of the weights, when genes are standard normal."""
        units = np.ones((self.hidden, _WIDTH))
        units[:, INPUTS + 1 :] /= np.sqrt(self.hidden)
        return np.append(units, np.ones(OUTPUTS))

    @cached_property
    def _columns(self) -> list[np.ndarray]:
        """Pictures of which genes are multiples, the scores' biases first."""
        single = np.eye(self.weights)
        if self.kind == "direct":
            return list(single)
        if self.kind == "one picture":
            waves = _waves(self.hidden, ((0, _WIDTH, None),))
        else:
            waves = _waves(self.hidden, _PARTS if self.kind == "mirrored" else _UNTIED)
        biases = single[-OUTPUTS:-1] if self.kind == "mirrored" else single[-OUTPUTS:]
        return [*biases, *(np.append(wave.ravel(), [0.0] * OUTPUTS) for wave in waves)]

    def split(self, weights: np.ndarray) -> tuple[np.ndarray, ...]:
        """The layers of networks: (…, hidden, 24), (…, hidden), (…, 2, hidden), (…, 2).

        In ``weights`` (…, weights) each unit has its inputs, its bias, and what it gives to speed
        and turn; these two's biases come last.
        """
        units = weights[..., :-OUTPUTS].reshape(*weights.shape[:-1], self.hidden, _WIDTH)
        second = units[..., INPUTS + 1 :].swapaxes(-1, -2)
        return units[..., :INPUTS], units[..., INPUTS], second, weights[..., -OUTPUTS:]


def _wave(size: int, frequency: int) -> np.ndarray:
    """A basis vector of the DCT-II, of length 1."""
    return idct(np.eye(size)[frequency], norm="ortho")


def _waves(hidden: int, parts: tuple) -> list[np.ndarray]:
    """What a coefficient shows, (hidden, 27): low frequencies first, at each all parts in turn."""
    pairs = [(row, column) for row in range(hidden) for column in range(max(p[1] for p in parts))]
    found = []
    for row, column in sorted(pairs, key=sum):
        for start, width, odd in parts:
            if column < width and (odd is None or (row + column) % 2 == odd):
                wave = np.zeros((hidden, _WIDTH))
                wave[:, start : start + width] = np.outer(_wave(hidden, row), _wave(width, column))
                found.append(wave)
    return found
