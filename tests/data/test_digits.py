"""A stranger's digit becomes one of MNIST's kind."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from jpegnet.data import digits
from jpegnet.data import mnist as data
from jpegnet.nets import train
from jpegnet.nets.mlp import Mlp


def scan(i: int) -> np.ndarray:
    return data.load().test.inputs[i].numpy()


def on_canvas(digit: np.ndarray, side: int, top: int, left: int) -> np.ndarray:
    """A digit enlarged to side × side, bright somewhere on a large black canvas."""
    canvas = np.zeros((500, 600), np.uint8)
    large = Image.fromarray(digit).resize((side, side), Image.Resampling.BICUBIC)
    canvas[top : top + side, left : left + side] = large
    return canvas


CANVASES = st.builds(
    lambda i, *place: on_canvas(scan(i), *place),
    st.integers(0, 9_999),
    st.integers(60, 400),
    st.integers(0, 100),
    st.integers(0, 200),
)


@given(CANVASES)
def test_a_digit_comes_to_the_middle_of_28_by_28_in_a_box_of_20(canvas):
    found = digits.normalise(canvas)
    assert (found.shape, found.dtype) == ((28, 28), np.uint8)
    sides, centres = [], []
    for axis in (0, 1):
        along = found.sum(1 - axis, dtype=float)
        drawn = np.flatnonzero(along)
        sides.append(drawn[-1] + 1 - drawn[0])
        # Pixel 14, as in MNIST's own images; a box at the edge cannot go on.
        apart = abs(np.average(np.arange(28), weights=along) - 14)
        centres.append(apart <= 0.6 or drawn[0] == 0 or drawn[-1] == 27)
    assert max(sides) == 20
    assert all(centres)


def test_the_centres_of_mnist_s_own_digits_are_where_a_stranger_s_are_put():
    images = data.load().test.inputs.double()
    for axis in (1, 2):
        along = images.sum(3 - axis)
        centres = along @ torch.arange(28.0).double() / along.sum(1)
        assert centres.mean() == pytest.approx(14, abs=0.02)
        assert (centres - 14).abs().quantile(0.99) < 0.52


@given(CANVASES)
def test_dark_on_white_is_as_bright_on_black(canvas):
    assert np.array_equal(digits.normalise(255 - canvas), digits.normalise(canvas))


@given(CANVASES, st.integers(140, 255), st.integers(0, 115))
def test_black_on_grey_paper_and_white_on_a_grey_board_are_as_bright_on_black(canvas, paper, board):
    drawn = canvas > 127
    wanted = digits.normalise(np.where(drawn, 255, 0).astype(np.uint8))
    for ground, ink in ((paper, 0), (board, 255)):
        grey = np.where(drawn, ink, ground).astype(np.uint8)
        assert np.array_equal(digits.normalise(grey), wanted)


def test_a_line_of_one_pixel_stays_a_line():
    canvas = np.zeros((200, 300), np.uint8)
    canvas[30:130, 250] = 255
    wanted = np.zeros((28, 28))
    wanted[5:25, 14] = 255
    assert np.array_equal(digits.normalise(canvas), wanted)
    assert np.array_equal(digits.normalise(canvas.T), wanted.T)


def test_a_dot_fills_the_box():
    canvas = np.full((50, 40), 255, np.uint8)
    canvas[3, 30] = 0
    found = digits.normalise(canvas)
    assert np.all(found[5:25, 5:25] == 255)
    assert np.count_nonzero(found) == 400


def test_specks_too_fine_for_the_box_do_not_matter():
    canvas = np.zeros((2000, 2000), np.uint8)
    canvas[5, 5] = canvas[-9, -9] = 255  # each is a hundredth of a pixel of the box
    assert digits.normalise(canvas).max() <= 1


@pytest.mark.parametrize("grey", [0, 20, 127, 128, 255])
def test_a_blank_picture_is_refused(grey):
    with pytest.raises(ValueError, match="blank"):
        digits.normalise(np.full((40, 60), grey, np.uint8))


def test_enlarged_digits_are_read_as_the_originals_are(kept):
    recipe = train.Recipe(
        epochs=1, learning_rate=1e-2, cosine=True, architecture=Mlp((784, 32, 10))
    )
    network = train.trained(recipe, 0, data.load())

    def read(images: list[np.ndarray]) -> torch.Tensor:
        return network.logits(torch.from_numpy(np.array(images)) / 255).argmax(1)

    originals = [scan(i) for i in range(200)]
    for side in (60, 150, 400):
        enlarged = [digits.normalise(on_canvas(digit, side, 30, 150)) for digit in originals]
        assert (read(enlarged) == read(originals)).double().mean() >= 0.95


def test_at_most_two_in_a_thousand_of_mnist_s_images_is_doubted():
    images = data.load().test.inputs.numpy()
    doubted = sum(digits.doubt(image) is not None for image in images)
    assert doubted <= 2 * len(images) // 1000
