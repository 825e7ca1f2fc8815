"""The block DCT and the quantisation tables."""

import io
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from PIL import Image

from jpegnet.jpeg import dct

BLOCKS = arrays.arrays(np.float64, (2, 3, 8, 8), elements=st.floats(-1024, 1024))
IMAGES = arrays.arrays(np.uint8, arrays.array_shapes(min_dims=2, max_dims=2, max_side=20))
QUALITIES = range(1, 101)


@given(st.integers(1, 40))
def test_the_dct_matrix_is_orthonormal(n):
    D = dct.dct_matrix(n)
    assert np.abs(D @ D.T - np.eye(n)).max() < 1e-12


def test_the_dct_matrix_holds_the_cosines_of_the_standard():
    D = dct.dct_matrix()
    assert np.allclose(D[0], 1 / math.sqrt(8), atol=1e-15)
    # Row 1: half of cos(π/16), cos(3π/16), cos(5π/16), cos(7π/16), then their negatives.
    quarter = [0.490392640, 0.415734806, 0.277785117, 0.097545161]
    assert np.allclose(D[1], quarter + [-value for value in quarter[::-1]], atol=1e-9)
    assert np.allclose(D[4], np.array([1, -1, -1, 1, 1, -1, -1, 1]) / math.sqrt(8), atol=1e-15)


def test_a_flat_block_has_only_a_mean_and_a_horizontal_wave_only_a_first_row():
    flat = dct.forward(np.full((8, 8), 100.0))
    assert flat[0, 0] == pytest.approx(800)
    assert np.abs(flat).sum() == pytest.approx(800)
    wave = dct.forward(np.tile(np.cos(np.pi * (2 * np.arange(8) + 1) * 3 / 16), (8, 1)))
    assert wave[0, 3] == pytest.approx(math.sqrt(32))  # 8 rows, √(8/2) each along √8
    assert np.abs(wave).sum() == pytest.approx(math.sqrt(32))


@given(BLOCKS)
def test_the_inverse_undoes_the_forward_transform_and_energy_is_kept(blocks):
    coefficients = dct.forward(blocks)
    assert np.abs(dct.inverse(coefficients) - blocks).max() < 1e-9
    assert np.abs(dct.forward(dct.inverse(blocks)) - blocks).max() < 1e-9
    energy = (blocks**2).sum((2, 3))
    assert (coefficients**2).sum((2, 3)) == pytest.approx(energy, rel=1e-12, abs=1e-9)


@given(IMAGES)
def test_from_blocks_undoes_to_blocks(image):
    blocks = dct.to_blocks(image)
    height, width = image.shape
    assert blocks.shape == (math.ceil(height / 8), math.ceil(width / 8), 8, 8)
    assert np.array_equal(dct.from_blocks(blocks, height, width), image)


def test_blocks_are_in_reading_order_and_a_part_block_repeats_its_edge():
    image = np.arange(9 * 10).reshape(9, 10)
    blocks = dct.to_blocks(image)
    assert np.array_equal(blocks[0, 0], image[:8, :8])
    assert blocks[0, 1, 0].tolist() == [8, 9, 9, 9, 9, 9, 9, 9]
    assert blocks[1, 0, :, 0].tolist() == [80] * 8
    assert np.all(blocks[1, 1, :, 1:] == 89)


@pytest.mark.parametrize("quality", QUALITIES)
def test_the_quality_table_is_the_one_that_pillow_writes(quality):
    buffer = io.BytesIO()
    Image.new("L", (8, 8)).save(buffer, "jpeg", quality=quality)
    written = Image.open(buffer).quantization[0]  # row by row since Pillow 8.3
    assert dct.quality_table(quality).ravel().tolist() == list(written)


def test_quality_tables_at_known_qualities():
    assert dct.quality_table(50)[0].tolist() == [16, 11, 10, 16, 24, 40, 51, 61]
    assert dct.quality_table(50)[7].tolist() == [72, 92, 95, 98, 112, 100, 103, 99]
    assert dct.quality_table(75)[0].tolist() == [8, 6, 5, 8, 12, 20, 26, 31]
    assert dct.quality_table(25)[0].tolist() == [32, 22, 20, 32, 48, 80, 102, 122]
    assert np.all(dct.quality_table(100) == 1)
    assert np.all(dct.quality_table(1) == 255)


@pytest.mark.parametrize("quality", [-1, 0, 101])
def test_a_quality_outside_1_to_100_has_no_table(quality):
    with pytest.raises(ValueError, match=f"1 to 100, got {quality}"):
        dct.quality_table(quality)


def test_quantising_takes_the_nearest_multiple():
    table = np.full((8, 8), 16)
    coefficients = np.zeros((8, 8))
    coefficients[0, :6] = [33, 25, 7.9, -7.9, -9, -33]
    levels = dct.quantise(coefficients, table)
    assert levels[0].tolist() == [2, 2, 0, 0, -1, -2, 0, 0]
    assert np.issubdtype(levels.dtype, np.integer)


@given(BLOCKS, st.sampled_from(QUALITIES))
def test_quantising_errs_by_at_most_half_a_step(blocks, quality):
    table = dct.quality_table(quality)
    error = np.abs(dct.quantise(blocks, table) * table - blocks)
    assert np.all(error <= table / 2 + 1e-9)
