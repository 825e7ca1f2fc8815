"""JPEG's own entropy coder, counted; and a better one, for comparison."""

import io

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from PIL import Image

from jpegnet.jpeg import coefficients, dct, entropy, rangecode
from jpegnet.jpeg.markers import segments

SOS = 0xDA
SHAPES = st.tuples(st.integers(1, 4), st.integers(1, 4), st.just(64))
LEVELS = st.one_of(st.just(0), st.integers(-3, 3), st.integers(-40, 40))
BLOCKS = SHAPES.flatmap(
    lambda shape: arrays.arrays(np.int64, shape, elements=LEVELS, fill=st.just(0))
)


def sparse(rows=20, columns=25, seed=0):
    """Blocks as networks have them: few, small, and mostly of low frequency."""
    rng = np.random.default_rng(seed)
    place = np.arange(64)
    scale = 4 * np.exp(-(place // 8 + place % 8) / 2)
    return np.rint(rng.laplace(0, scale, (rows, columns, 64))).astype(int)


def written(blocks, steps=16):
    """A real file of such coefficients; and those, as the file holds them."""
    unrounded = blocks.reshape(*blocks.shape[:2], 8, 8) * steps
    height, width = 8 * blocks.shape[0], 8 * blocks.shape[1]
    samples = dct.from_blocks(dct.inverse(unrounded), height, width)
    image = np.clip(np.rint(samples) + 128, 0, 255).astype(np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(image).save(buffer, "jpeg", qtables=[[steps] * 64], optimize=True)
    held = dct.quantise(dct.forward(dct.to_blocks(image.astype(float) - 128)), steps)
    return buffer.getvalue(), held.reshape(blocks.shape)


def scan_bytes(data):
    """Bytes of the entropy-coded data, without those that are stuffed."""
    (scan,) = (s for s in segments(data) if s.marker == SOS)
    return scan.scan - data[scan.end : scan.end + scan.scan].count(b"\xff\0")


def test_zigzag_is_the_order_of_the_standard():
    # T.81, figure A.6, by the place in the order of each coefficient: its first lines, its last.
    place = np.argsort(coefficients.ZIGZAG).reshape(8, 8)
    assert place[0].tolist() == [0, 1, 5, 6, 14, 15, 27, 28]
    assert place[1].tolist() == [2, 4, 7, 13, 16, 26, 29, 42]
    assert place[7].tolist() == [35, 36, 48, 49, 57, 58, 62, 63]
    assert sorted(coefficients.ZIGZAG) == list(range(64))


@pytest.mark.parametrize("seed", range(5))
def test_bits_are_those_of_the_files_that_libjpeg_writes(seed):
    blocks = np.clip(sparse(20, 25, seed), -20, 20)  # so that no grey level is cut off
    data, held = written(blocks, 10)
    assert np.array_equal(held, blocks)
    bits = entropy.jpeg_bits(held)
    assert np.ceil(sum(bits.values()) / 8) == scan_bytes(data)


def test_bits_of_long_codes_and_long_runs_are_those_of_libjpeg():
    # Symbols twice as frequent as the next ones ask for codes of more than 16 bits.
    blocks = np.zeros((150, 250, 64), int)
    categories = np.minimum(np.random.default_rng(0).geometric(0.5, blocks.shape[:2]), 17) - 1
    places = np.array([1, 2, 3, 5, 6, 9, 12, 14, 16, 20, 22, 27, 30, 33, 40, 50, 63])
    np.put_along_axis(blocks, coefficients.ZIGZAG[places][categories][..., None], 3, 2)
    data, held = written(blocks)
    assert np.array_equal(held, blocks)
    assert np.ceil(sum(entropy.jpeg_bits(held).values()) / 8) == scan_bytes(data)


def test_bits_by_kind_of_a_picture_that_one_can_count():
    blocks = np.zeros((1, 2, 64), int)
    blocks[:, :, 0] = 5  # differences 5 and 0: two symbols, and three bits of value
    blocks[0, 0, coefficients.ZIGZAG[20]] = -2  # a run of 19: ZRL, then (3, 2), and two bits
    bits = entropy.jpeg_bits(blocks)
    # The reserved code is one of the longest: 1 and 2 bits for the differences' two categories;
    # 1 bit for the end of block, which comes twice, 2 for (3, 2), 3 for ZRL.
    assert bits["AC values"] == 2
    assert bits["DC"] == 1 + 2 + 3
    assert bits["AC symbols"] == 2 + 3
    assert bits["end of block"] == 2


def test_a_blank_picture_costs_two_bits_a_block():
    bits = entropy.jpeg_bits(np.zeros((3, 5, 64), int))
    assert bits == {"DC": 15, "AC values": 0, "AC symbols": 0, "end of block": 15}


@given(BLOCKS, st.integers(0, 3))
def test_range_coding_keeps_every_coefficient(blocks, kinds):
    numbers = np.arange(blocks[..., 0].size).reshape(blocks.shape[:2]) % (kinds + 1)
    known = numbers if kinds else None
    data = rangecode.range_coded(blocks, known)
    assert np.array_equal(rangecode.range_decoded(data, blocks.shape, known), blocks)


def test_range_coding_keeps_the_largest_coefficients():
    blocks = np.zeros((1, 2, 64), np.int16)
    blocks[0, 0, :3], blocks[0, 1, 63] = (
        [coefficients.MOST, -coefficients.MOST, coefficients.MOST - 1],
        -1,
    )
    decoded = rangecode.range_decoded(rangecode.range_coded(blocks), blocks.shape)
    assert np.array_equal(decoded, blocks)


def test_range_coding_beats_jpeg_and_does_better_still_when_it_knows_the_kinds():
    kinds = np.arange(20 * 25).reshape(20, 25) % 3
    # Each kind's energy is at other frequencies.
    blocks = np.stack([sparse(), sparse()[:, :, ::-1], np.zeros((20, 25, 64), int)])
    mixed = np.take_along_axis(blocks, kinds[None, :, :, None], 0)[0]
    jpeg = sum(entropy.jpeg_bits(mixed).values()) / 8
    blind, knowing = (len(rangecode.range_coded(mixed, known)) for known in (None, kinds))
    assert knowing < blind < 0.97 * jpeg


@given(st.integers(0, 30).flatmap(lambda n: st.binary(min_size=4 * n, max_size=4 * n)))
@example(b"\xff" * 8)
def test_damaged_bytes_decode_to_something_or_are_refused(data):
    try:
        decoded = rangecode.range_decoded(data, (2, 3, 64))
    except ValueError as error:
        assert str(error) == "the bytes are no range coder's"
    else:
        assert decoded.shape == (2, 3, 64)
        assert np.abs(decoded).max() <= coefficients.MOST


@pytest.mark.parametrize("code", [entropy.jpeg_bits, rangecode.range_coded])
def test_what_is_no_picture_of_coefficients_is_refused(code):
    for shape in [(2, 64), (2, 3, 8, 8), (2, 3, 63), (0, 3, 64)]:
        with pytest.raises(ValueError, match="blocks are of shape"):
            code(np.zeros(shape, int))
    with pytest.raises(ValueError, match="whole numbers, got float64"):
        code(np.zeros((2, 3, 64)))
    with pytest.raises(ValueError, match="beyond ±2047"):
        code(np.full((2, 3, 64), -2048))


def test_jpeg_bits_refuses_what_baseline_jpeg_cannot_hold():
    blocks = np.zeros((1, 2, 64), int)
    blocks[0, :, 0] = -1024, 1024
    with pytest.raises(ValueError, match="baseline JPEG"):
        entropy.jpeg_bits(blocks)
    blocks[0, :, 0], blocks[0, 0, 1] = 0, 1024
    with pytest.raises(ValueError, match="baseline JPEG"):
        entropy.jpeg_bits(blocks)


def test_kinds_shapes_and_bytes_that_do_not_fit_are_refused():
    blocks = np.zeros((2, 3, 64), int)
    with pytest.raises(ValueError, match=r"kinds of shape \(3, 2\) for 2 × 3 blocks"):
        rangecode.range_coded(blocks, np.zeros((3, 2), int))
    with pytest.raises(ValueError, match="kinds of shape"):
        rangecode.range_decoded(b"", (2, 3, 64), np.zeros((3, 2), int))
    with pytest.raises(ValueError, match="blocks are of shape"):
        rangecode.range_decoded(b"", (2, 3))
    with pytest.raises(ValueError, match="5 bytes are not whole words"):
        rangecode.range_decoded(bytes(5), (2, 3, 64))
