"""Images moved by whole pixels: what a network should read alike."""

import torch
from torch.nn import functional

_PARTS, _UNMOVED = 4, 0.5  # of a batch, each with a move; the odds that this is none


def moved(images: torch.Tensor, most: int, generator: torch.Generator) -> torch.Tensor:
    """Images (n, height, width), each quarter of them moved by up to ``most`` pixels.

    Up or down, and left or right; half of the quarters, by chance, are not. 0 comes from outside.
    """
    moves = torch.randint(-most, most + 1, (_PARTS, 2), generator=generator)
    moves *= torch.rand(_PARTS, 1, generator=generator) >= _UNMOVED
    height, width = images.shape[1:]
    wide, parts = functional.pad(images, [most] * 4).tensor_split(_PARTS), []
    for some, (dy, dx) in zip(wide, moves.tolist(), strict=True):
        top, left = most + dy, most + dx
        parts.append(some[:, top : top + height, left : left + width])
    return torch.cat(parts)
