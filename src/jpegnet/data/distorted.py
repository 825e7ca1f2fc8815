"""Images changed as a hurried hand or a sloppy scanner would: what a network was not tested on."""

import functools
from collections.abc import Callable

import numpy as np
import torch
from scipy import ndimage
from torchvision.transforms import InterpolationMode
from torchvision.transforms.v2 import functional

from jpegnet.data.labelled import Labelled

_MOVES = ((2, 0), (-2, 0), (0, 2), (0, -2))  # pixels right and down; every fourth image has one
_TURN, _STRETCH = 15, 0.15  # degrees; a share of the side
_PEN = np.ones((1, 2, 2))  # of 3 × 3, even a plus, thin strokes would vanish
_DEVIATION = 64  # grey levels, of noise


def _affine(
    images: torch.Tensor, turn: float = 0, stretch: float = 1, move: tuple[int, int] = (0, 0)
) -> torch.Tensor:
    """About the middle: ``turn`` in degrees clockwise, ``move`` in pixels right and down."""
    bilinear = InterpolationMode.BILINEAR
    return functional.affine(images, turn, list(move), stretch, [0.0, 0.0], bilinear)


def _moved(images: torch.Tensor) -> torch.Tensor:
    found = torch.empty_like(images)
    for i, move in enumerate(_MOVES):
        found[i :: len(_MOVES)] = _affine(images[i :: len(_MOVES)], move=move)
    return found


def _drawn(change: Callable, images: torch.Tensor) -> torch.Tensor:
    return torch.from_numpy(change(images.numpy(), footprint=_PEN))


def _noisy(images: torch.Tensor) -> torch.Tensor:
    # NumPy's generator, as torch's normal numbers depend on the processor's logarithm.
    noise = np.random.default_rng(0).normal(0, _DEVIATION, images.shape)
    return torch.from_numpy(np.rint(images.numpy() + noise).clip(0, 255).astype(np.uint8))


# Each takes images, uint8 (n, 28, 28), bright on black, to such images, always to the same.
DISTORTIONS: dict[str, Callable[[torch.Tensor], torch.Tensor]] = {
    "as they are": torch.clone,
    "moved by 2 pixels": _moved,
    f"turned left by {_TURN}°": functools.partial(_affine, turn=-_TURN),
    f"turned right by {_TURN}°": functools.partial(_affine, turn=_TURN),
    f"{100 * _STRETCH:.0f} % larger": functools.partial(_affine, stretch=1 + _STRETCH),
    f"{100 * _STRETCH:.0f} % smaller": functools.partial(_affine, stretch=1 - _STRETCH),
    "thinner strokes": functools.partial(_drawn, ndimage.grey_erosion),
    "thicker strokes": functools.partial(_drawn, ndimage.grey_dilation),
    "noise": _noisy,
}


@functools.cache
def distorted(labelled: Labelled, name: str) -> Labelled:
    """The same images under one of `DISTORTIONS`, with their labels; made once a process.

    Raises:
        KeyError: no distortion has this name.
    """
    return Labelled(DISTORTIONS[name](labelled.inputs), labelled.labels)
