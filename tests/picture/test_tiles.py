"""Weights as pictures."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from jpegnet.picture import tiles

# Zero, and magnitudes of which float32 holds a 254th with full precision.
MAGNITUDE = st.floats(2.0**-20, 2.0**20, width=32)
WEIGHT = st.one_of(st.just(0.0), MAGNITUDE, MAGNITUDE.map(lambda weight: -weight))
PICTURES = arrays.arrays(
    np.float32, st.tuples(st.integers(1, 5), *[st.integers(1, 6)] * 2), elements=WEIGHT
)


@given(st.integers(1, 4), st.integers(1, 5), st.integers(1, 5), st.randoms(use_true_random=False))
def test_a_mosaic_and_its_tiles_are_one_to_one(rows, columns, side, random):
    numbers = list(range(rows * columns * side * side))
    random.shuffle(numbers)
    pictures = np.array(numbers).reshape(rows * columns, side, side)
    mosaic = tiles.to_mosaic(pictures, columns)
    assert mosaic.shape == (rows * side, columns * side)
    assert np.array_equal(tiles.from_mosaic(mosaic, side, side), pictures)
    other = np.array(numbers).reshape(rows * side, columns * side)
    assert np.array_equal(tiles.to_mosaic(tiles.from_mosaic(other, side, side), columns), other)


def test_tiles_lie_side_by_side_row_by_row():
    pictures = np.array([[[10 * t, 10 * t + 1], [10 * t + 2, 10 * t + 3]] for t in range(4)])
    assert tiles.to_mosaic(pictures, 2).tolist() == [
        [0, 1, 10, 11],
        [2, 3, 12, 13],
        [20, 21, 30, 31],
        [22, 23, 32, 33],
    ]


def test_the_network_has_512_tiles_in_a_mosaic_of_16_rows_of_32():
    W1 = np.arange(512 * 784).reshape(512, 784)
    pictures = tiles.to_tiles(W1)
    assert pictures.shape == (512, 28, 28)
    assert pictures[3, 2, 1] == 3 * 784 + 2 * 28 + 1
    mosaic = tiles.to_mosaic(pictures)
    assert mosaic.shape == (448, 896)
    assert mosaic[28, 0] == 32 * 784  # tile 32 begins the second row
    assert np.array_equal(tiles.from_mosaic(mosaic).reshape(512, 784), W1)


@pytest.mark.parametrize("columns", [0, -2, 4])
def test_tiles_that_do_not_fill_their_rows_are_refused(columns):
    with pytest.raises(ValueError, match=f"6 tiles do not fill rows of {columns}"):
        tiles.to_mosaic(np.zeros((6, 2, 2)), columns)


@pytest.mark.parametrize("shape", [(27, 28), (28, 30)])
def test_a_mosaic_of_part_tiles_is_refused(shape):
    with pytest.raises(ValueError, match="is no mosaic of 28 × 28 tiles"):
        tiles.from_mosaic(np.zeros(shape))


def test_a_peak_is_the_largest_magnitude_of_a_tile_or_of_all():
    pictures = np.array([[[0.25, -0.5]], [[0.0, 0.0]], [[-2.0, 1.0]]], dtype=np.float32)
    one, zero, three = tiles.peaks(pictures, per_tile=True)
    assert (one.tolist(), three.tolist()) == ([[0.5]], [[2.0]])
    assert zero.item() == 0
    assert tiles.peaks(pictures, per_tile=False).tolist() == [[[2.0]]] * 3


def test_known_weights_have_known_greys():
    weights = np.array([[[-1.0, -0.5, 0.0, 1 / 127, 0.5, 1.0]]], dtype=np.float32)
    grey = tiles.to_grey(weights, np.ones((1, 1, 1), np.float32))
    assert grey.dtype == np.uint8
    assert grey.tolist() == [[[1, 64, 128, 129, 192, 255]]]  # ±63.5 rounds to the even 64
    back = tiles.from_grey(grey, np.full((1, 1, 1), 2.0, np.float32))
    assert back.dtype == np.float32
    assert back == pytest.approx(np.array([[[-2, -128 / 127, 0, 2 / 127, 128 / 127, 2]]]))


@given(PICTURES, st.booleans())
def test_greys_err_by_at_most_half_a_grey_step(pictures, per_tile):
    peak = tiles.peaks(pictures, per_tile)
    grey = tiles.to_grey(pictures, peak)
    assert grey.min() >= 1
    back = tiles.from_grey(grey, peak)
    error = np.abs(back.astype(np.float64) - pictures)
    # A step is peak / 127; 1e-6 of the peak is for float32.
    assert np.all(error <= peak.astype(np.float64) * (0.5 / 127 + 1e-6))
    assert np.all(grey[pictures == 0] == 128)
    assert np.all(back[grey == 128] == 0)


def column(*numbers: float) -> np.ndarray:
    """A number a tile, as the functions on greys take them."""
    return np.array(numbers, np.float32).reshape(-1, 1, 1)


def test_stretched_greys_of_a_known_tile_are_known():
    weights = np.array([[[-1.0, 0.0, 1.0, 3.0]]], dtype=np.float32)  # (w + 1) / 4 · 255
    grey = tiles.stretched(weights, column(-1), column(3))
    assert grey.dtype == np.uint8
    assert grey.tolist() == [[[0, 64, 128, 255]]]  # 63.75, and 127.5 to the even 128
    back = tiles.unstretched(grey, column(10), column(20))
    assert back.dtype == np.float32
    assert back == pytest.approx(np.array([[[10, 10 + 640 / 255, 10 + 1280 / 255, 20]]]))


def test_each_tile_is_stretched_between_its_own_ends():
    weights = np.array([[[1.0, 2.0]], [[-4.0, 4.0]]], dtype=np.float32)
    grey = tiles.stretched(weights, column(1, -4), column(2, 4))
    assert grey.tolist() == [[[0, 255]], [[0, 255]]]
    assert np.array_equal(tiles.unstretched(grey, column(1, -4), column(2, 4)), weights)


def test_weights_beyond_the_ends_are_cut_off():
    weights = np.array([[[-0.5, 0.5, 1.5]]], dtype=np.float32)
    assert tiles.stretched(weights, column(0), column(1)).tolist() == [[[0, 128, 255]]]


@pytest.mark.parametrize("value", [-0.3, 0.0, 7.0])
def test_a_constant_tile_has_grey_0_and_comes_back_exactly(value):
    weights = np.full((1, 2, 3), value, np.float32)
    grey = tiles.stretched(weights, column(value), column(value))
    assert not grey.any()
    assert np.array_equal(tiles.unstretched(grey, column(value), column(value)), weights)


@given(PICTURES)
def test_stretched_greys_err_by_at_most_half_a_grey_step(pictures):
    low, high = (end((1, 2), keepdims=True) for end in (pictures.min, pictures.max))
    back = tiles.unstretched(tiles.stretched(pictures, low, high), low, high)
    error = np.abs(back.astype(np.float64) - pictures)
    # A step is a 255th of the range; float32 rounds what is as large as the larger end.
    step = (high.astype(np.float64) - low) / 255
    assert np.all(error <= step / 2 + 1e-6 * np.maximum(np.abs(low), np.abs(high)))


@pytest.mark.parametrize("side", [1, 8, 23, 24, 28])
def test_a_window_has_as_much_margin_before_as_after_or_a_pixel_less(side):
    before = tiles.margin(side)
    assert 28 - side - before - before in (0, 1)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_weights_that_are_not_finite_are_refused(value):
    pictures = np.zeros((2, 3, 3), np.float32)
    pictures[1, 2, 0] = value
    for per_tile in (True, False):
        with pytest.raises(ValueError, match="finite"):
            tiles.to_grey(pictures, tiles.peaks(pictures, per_tile))
    with pytest.raises(ValueError, match="finite"):
        tiles.stretched(pictures, column(0, 0), column(1, 1))
