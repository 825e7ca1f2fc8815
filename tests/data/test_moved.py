"""Moved images: whole pixels, no further than asked for, and a part of them not at all."""

import pytest
import torch

from jpegnet.data.moved import moved


def place(image: torch.Tensor) -> tuple[int, int] | None:
    found = image.nonzero()
    return tuple(found[0].tolist()) if len(found) else None


@pytest.mark.parametrize("most", [1, 2])
def test_each_quarter_moves_as_one_and_no_further(most):
    images = torch.zeros(40, 9, 9)
    images[:, 4, 4] = 1
    generator, seen = torch.Generator().manual_seed(0), set()
    for _ in range(60):
        places = [place(image) for image in moved(images, most, generator)]
        for quarter in range(4):
            (one,) = set(places[10 * quarter : 10 * quarter + 10])
            seen.add((one[0] - 4, one[1] - 4))
    whole = range(-most, most + 1)
    assert seen == {(y, x) for y in whole for x in whole}


def test_half_are_not_moved_and_nothing_wraps_around():
    images = torch.zeros(4, 5, 5)
    images[:, 0, 0] = 1
    generator = torch.Generator().manual_seed(1)
    found = [place(image) for _ in range(400) for image in moved(images, 1, generator)]
    still = sum(one == (0, 0) for one in found) / len(found)
    assert still == pytest.approx(0.5 + 0.5 / 9, abs=0.05)
    assert set(found) == {None, (0, 0), (0, 1), (1, 0), (1, 1)}
