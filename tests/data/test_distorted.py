"""Distorted images: each distortion does what its name says, and always the same."""

import pytest
import torch

from jpegnet.data.distorted import DISTORTIONS, distorted
from jpegnet.data.labelled import Labelled


@pytest.fixture(scope="module")
def digits(few) -> Labelled:
    return few.test.first(100)


def under(name: str, images: torch.Tensor) -> torch.Tensor:
    """The images under the one distortion whose name begins so."""
    (change,) = [change for full, change in DISTORTIONS.items() if full.startswith(name)]
    return change(images)


def ink(images: torch.Tensor) -> float:
    return images.float().mean().item()


@pytest.mark.parametrize("name", DISTORTIONS)
def test_images_stay_images_and_are_not_changed_in_place(digits, name):
    before = digits.inputs.clone()
    found = DISTORTIONS[name](digits.inputs)
    assert found.shape == before.shape
    assert found.dtype == torch.uint8
    assert torch.equal(digits.inputs, before)
    assert torch.equal(found, before) == (name == "as they are")
    assert torch.equal(found, DISTORTIONS[name](before))


def test_labels_stay_with_their_images(digits):
    found = distorted(digits, "noise")
    assert torch.equal(found.inputs, DISTORTIONS["noise"](digits.inputs))
    assert torch.equal(found.labels, digits.labels)
    with pytest.raises(KeyError):
        distorted(digits, "upside down")


def test_every_fourth_image_goes_the_same_way_by_two_pixels():
    images = torch.zeros(8, 28, 28, dtype=torch.uint8)
    images[:, 10, 20] = 200
    at = [tuple(image.nonzero()[0].tolist()) for image in under("moved", images)]
    assert at == 2 * [(10, 22), (10, 18), (12, 20), (8, 20)]
    assert (under("moved", images).amax((1, 2)) == 200).all()


def test_left_is_counter_clockwise_and_right_turns_it_back(digits):
    bar = torch.zeros(1, 28, 28, dtype=torch.uint8)
    bar[:, 4:24, 13:15] = 255
    columns = torch.arange(28.0)
    top = under("turned left", bar)[0, 6].float()
    assert (top * columns).sum() / top.sum() < 13
    back = under("turned right", under("turned left", digits.inputs)).float()
    once = under("turned left", digits.inputs).float()
    original = digits.inputs.float()
    assert (back - original).abs().mean() < 0.4 * (once - original).abs().mean()


def test_sizes_are_fifteen_per_cent_more_and_less():
    square = torch.zeros(1, 28, 28, dtype=torch.uint8)
    square[:, 4:24, 4:24] = 255
    assert ink(under("15 % larger", square)) == pytest.approx(1.15**2 * ink(square), rel=0.02)
    assert ink(under("15 % smaller", square)) == pytest.approx(0.85**2 * ink(square), rel=0.02)


def test_thin_strokes_have_less_ink_than_thick_ones_and_none_vanishes(digits):
    thin, thick = under("thinner", digits.inputs), under("thicker", digits.inputs)
    assert ink(thin) < 0.7 * ink(digits.inputs)
    assert ink(thick) > 1.3 * ink(digits.inputs)
    assert (thin.amax((1, 2)) > 60).all()


def test_noise_is_everywhere_and_has_its_deviation():
    grey = torch.full((50, 28, 28), 128, dtype=torch.uint8)
    noise = under("noise", grey).float() - 128
    assert noise.mean().abs() < 2
    assert 55 < noise.std() < 65  # of 64, where it is not cut off
    assert not torch.equal(noise[0], noise[1])
