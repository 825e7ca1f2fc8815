"""How a network is trained through the codec: the settings of `training`."""

import math
from dataclasses import dataclass

import numpy as np

from jpegnet.jpeg.dct import BLOCK, LUMINANCE
from jpegnet.nets.mlp import Mlp
from jpegnet.nets.network import Architecture

_MLP, _TEACHER = Mlp((784, 64, 10)), Mlp((784, 512, 10))

_SCALE_RATE, _COST_RATE = 3e-3, 3e-2  # Adam's, for logarithms of scales and of costs


@dataclass(frozen=True)
class CodecRecipe:
    """How a network is trained through the codec.

    ``architecture``: at the start; units and filters that die are left out. ``price``: nats of
    cross-entropy that a bit of the file is worth; from 0 it rises to this over the first ``ramp``
    of the steps.
    ``shift``: each quarter of a batch is moved by up to this many pixels, up or down, and left or
    right; half of them, by chance, are not.
    ``smallest``: the least quantisation step, in grey levels; the others follow the eye's table
    (T.81, K.1) to the power ``exponent``. ``rate``: Adam's, for the coefficients, in units of their
    steps; it falls to zero along half a cosine. ``batch``: images a step. ``every``: n; the bits
    are estimated at every n-th step, where they weigh n times as much. ``per_frequency``: whether
    the estimate has a width for each frequency of a group of blocks, or one a group. ``grey``:
    whether training knows that grey levels are whole numbers of 0 to 255; ``jitter``: which share
    of them it moves up or down by one in each step, as other decoders do. ``clip``: the norm that
    the gradient by the coefficients is cut down to (Pascanu et al. 2013, arXiv:1211.5063): through
    many steps of a sequence it may grow. ``passes``: how often
    each coefficient of a chain with one hidden layer is chosen anew afterwards (`refine.refine`);
    of other networks, the rounds in which some are (`choose.choose`). ``warped``: the share of the
    batches that are of warped copies of the images, by one of which coefficients are then chosen,
    too; ``teacher``: epochs of the network whose
    answers stand for the labels, 0 for the labels themselves; ``teaches``: what network that is
    (`teacher`).
    """

    architecture: Architecture = _MLP
    price: float = 2e-5
    epochs: int = 100
    ramp: float = 0.05
    shift: int = 1
    smallest: int = 20
    exponent: float = 0.3
    rate: float = 4e-2
    batch: int = 512
    every: int = 8
    per_frequency: bool = True
    grey: bool = True
    jitter: float = 0.0
    clip: float = math.inf
    passes: int = 2
    warped: float = 0.0
    teacher: int = 0
    teaches: Architecture = _TEACHER

    def rates(self, done: float) -> tuple[float, float, float]:
        """Adam's rates for coefficients, scales and costs, at a share of the steps, 0 to 1."""
        share = min(1.0, done / 0.02) * (1 + math.cos(math.pi * done)) / 2
        return self.rate * share, _SCALE_RATE * share, _COST_RATE

    def table(self) -> np.ndarray:
        """Quantisation steps, int (8, 8).

        The first is a multiple of 8, so that a flat block's grey level is a whole number, which all
        decoders give alike; a half is rounded up by one and down by another.
        """
        steps = LUMINANCE**self.exponent
        steps = np.clip(np.rint(steps * self.smallest / steps.min()), 1, 255).astype(int)
        steps[0, 0] = min(-(-steps[0, 0] // BLOCK) * BLOCK, 248)
        return steps
