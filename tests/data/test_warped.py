"""Warped copies of images."""

import torch

from jpegnet.data.warped import warped


def disc(count: int) -> torch.Tensor:
    """Images of a disc in the middle, uint8 (count, 28, 28)."""
    y, x = torch.meshgrid(*[torch.arange(28) - 13.5] * 2, indexing="ij")
    return (255 * (x.square() + y.square() < 36)).to(torch.uint8).repeat(count, 1, 1)


def test_each_image_is_warped_in_its_own_way_and_stays_what_it_was():
    images = disc(6000)  # more than are warped at once
    found = warped(images, torch.Generator().manual_seed(0))
    assert found.shape == images.shape
    assert found.dtype == torch.uint8
    assert len({tuple(image.flatten().tolist()) for image in found[:50]}) == 50
    change = (found.float() - images.float()).abs().mean((1, 2)) / images.float().mean()
    assert change.max() < 0.7  # two of them side by side would be 2
    assert change.mean() > 0.05
    mass = found.float().mean((1, 2)) / images.float().mean()
    assert abs(mass.mean() - 1) < 0.05


def test_the_generator_alone_decides():
    copies = [warped(disc(20), torch.Generator().manual_seed(seed)) for seed in (1, 1, 2)]
    assert torch.equal(copies[0], copies[1])
    assert not torch.equal(copies[0], copies[2])


def test_what_comes_from_outside_is_background():
    white = torch.full((40, 28, 28), 255, dtype=torch.uint8)
    found = warped(white, torch.Generator().manual_seed(3))
    assert found[:, 0].min() == 0
    assert (found[:, 14, 14] == 255).all()
