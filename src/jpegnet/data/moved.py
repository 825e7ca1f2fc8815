"""Images moved by whole pixels: what a network should read alike."""

import torch
from torch.nn import functional

_PARTS, _UNMOVED = 4, 0.5  # of a batch, each with a move; the odds that this is none


def moves(most: int, generator: torch.Generator) -> list[list[int]]:
    """A draw for a batch: of each quarter, how far down and right it goes, up to ``most`` pixels.

    Half of the quarters, by chance, go nowhere.
    """
    drawn = torch.randint(-most, most + 1, (_PARTS, 2), generator=generator)
    drawn *= torch.rand(_PARTS, 1, generator=generator) >= _UNMOVED
    return drawn.tolist()


def moved(images: torch.Tensor, most: int, generator: torch.Generator) -> torch.Tensor:
    """Images (n, height, width), each quarter of them moved as `moves` says; 0 comes from outside.

    Moving down by dy: what stood at row y + dy stands at row y.
    """
    height, width = images.shape[1:]
    parts, drawn = functional.pad(images, [most] * 4).tensor_split(_PARTS), moves(most, generator)
    seen = []
    for some, (dy, dx) in zip(parts, drawn, strict=True):
        top, left = most + dy, most + dx
        seen.append(some[:, top : top + height, left : left + width])
    return torch.cat(seen)
