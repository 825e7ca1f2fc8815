"""Copies of images, each a little turned, stretched, sheared and moved."""

import torch
from torch.nn import functional

# Half-widths of the uniform distributions: of stretching, of each of the two shears (of which
# opposite ones turn), both as shares, and of moves, in pixels.
_STRETCH, _SHEAR, _MOVE = 0.1, 0.24, 0.9
_AT_ONCE = 5000  # images, which then take 300 MB


def _some(images: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    height, width = images.shape[1:]
    spread = torch.tensor([_STRETCH, _SHEAR, _MOVE, _SHEAR, _STRETCH, _MOVE])
    by = (2 * torch.rand(len(images), 6, generator=generator) - 1) * spread
    xx, xy, x0, yx, yy, y0 = by.T[:, :, None, None]  # each (n, 1, 1)
    y = torch.arange(height)[:, None] - (height - 1) / 2
    x = torch.arange(width) - (width - 1) / 2
    # Where each pixel comes from, with the middle as origin; grid_sample takes -1 to 1.
    from_x = (x + xx * x + xy * y + x0) / ((width - 1) / 2)
    from_y = (y + yx * x + yy * y + y0) / ((height - 1) / 2)
    grid = torch.stack([from_x, from_y], -1)
    return functional.grid_sample(images[:, None].float(), grid, align_corners=True)[:, 0]


def warped(images: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    """A copy of images, uint8 (n, height, width), each under an affine map of its own.

    Grey levels are interpolated between the nearest four; 0 is outside.
    """
    parts = [_some(some, generator).round().to(torch.uint8) for some in images.split(_AT_ONCE)]
    return torch.cat(parts)
