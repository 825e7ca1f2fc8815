"""JPEG files: how far a decoded picture may be off, and what of a file is header."""

import io
import re
import struct
from itertools import chain, pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from jpegnet.codecs.jpeg import Jpeg
from jpegnet.jpeg import dct
from jpegnet.jpeg.markers import segments

# SOI 2, JFIF 18, one table 69, frame 13, Huffman tables 33 + 183, scan header 10, EOI 2.
HEADER = 330
QUALITIES = st.integers(1, 100)


@st.composite
def smooth_images(draw):
    """Random sums of low waves around some grey, of any size, clipped to 0..255."""
    height, width = draw(st.integers(1, 41)), draw(st.integers(1, 41))
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    y, x = np.mgrid[:height, :width] / 40
    waves = sum(
        random.normal() * np.cos(np.pi * (i * y + j * x) + random.uniform(0, 6))
        for i in range(5)
        for j in range(5)
    )
    grey = draw(st.floats(0, 255)) + draw(st.floats(0, 60)) * waves
    return np.clip(np.rint(grey), 0, 255).astype(np.uint8)


def save(image: np.ndarray, **options) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(image).save(buffer, "jpeg", quality=50, **options)
    return buffer.getvalue()


def header_bytes(data: bytes, start: int = 0) -> int:
    return Jpeg(50).extent(data, start)[1]


def noise(height: int = 40, width: int = 40) -> np.ndarray:
    return np.random.default_rng(7).integers(0, 256, (height, width)).astype(np.uint8)


def block_errors(image: np.ndarray, decoded: np.ndarray) -> np.ndarray:
    """L2 norm of the difference within each 8 × 8 block, or the part of it in the image."""
    height, width = image.shape
    difference = decoded.astype(float) - image
    padded = np.pad(difference, ((0, -height % 8), (0, -width % 8)))
    return np.linalg.norm(dct.to_blocks(padded), axis=(2, 3))


@settings(max_examples=300)
@given(smooth_images(), QUALITIES)
def test_the_error_of_a_block_is_bounded_by_the_quantisation_table(image, quality):
    # The encoder moves each coefficient by at most half a step, so the block by at most
    # ‖table/2‖₂ (the DCT is orthonormal). Rounding 64 pixels by up to ½ adds √64 · ½ = 4, and
    # the two integer transforms of libjpeg, which carry 2 or 3 extra bits, less than 1 each.
    # Clipping to 0..255 only brings a pixel nearer to the original, which lies in there.
    # A part block obeys too: what is cut off only takes away from the sum.
    decoded = Jpeg(quality).decode(Jpeg(quality).encode(image))
    assert decoded.shape == image.shape
    assert decoded.dtype == np.uint8
    bound = np.linalg.norm(dct.quality_table(quality) / 2) + 4 + 2
    assert block_errors(image, decoded).max() <= bound


@settings(max_examples=200)
@given(smooth_images(), QUALITIES)
def test_each_coefficient_is_off_by_at_most_half_a_step_and_rounding(image, quality):
    # As above for one coefficient: half a step, rounding of the pixels (at most ‖r‖₂ ≤ 4 by
    # Parseval), and 2 for the transforms. It holds where nothing was clipped.
    decoded = Jpeg(quality).decode(Jpeg(quality).encode(image))
    height, width = (size // 8 * 8 for size in image.shape)  # whole blocks
    before = dct.forward(dct.to_blocks(image[:height, :width].astype(float)))
    shown = dct.to_blocks(decoded[:height, :width])
    after = dct.forward(shown.astype(float))
    unclipped = ((shown > 0) & (shown < 255)).all((2, 3))
    excess = np.abs(after - before) - dct.quality_table(quality) / 2
    assert np.all(excess[unclipped] <= 4 + 2)


@pytest.mark.parametrize("quality", [1, 10, 50, 75])
def test_the_matrix_form_predicts_what_libjpeg_decodes(quality):
    image = noise(64, 64)
    table = dct.quality_table(quality)
    coefficients = dct.forward(dct.to_blocks(image - 128.0))
    predicted = dct.inverse(dct.quantise(coefficients, table) * table) + 128
    # Left out: blocks with a coefficient so near to the middle of a step that libjpeg's
    # integers may round it the other way.
    steps = coefficients / table
    clear = (np.abs(steps - np.floor(steps) - 0.5) * table > 0.25).all((2, 3))
    decoded = dct.to_blocks(Jpeg(quality).decode(Jpeg(quality).encode(image)))
    assert clear.sum() >= 5
    assert np.abs(np.clip(predicted, 0, 255) - decoded)[clear].max() < 0.75  # ½ and integers


def test_a_flat_picture_comes_back_exactly_where_its_level_is_a_multiple_of_the_step():
    # Level 30 under 128 has the DC coefficient -240 = -15 · 16, and 16 is the step at 50.
    image = np.full((28, 28), 98, np.uint8)
    assert np.array_equal(Jpeg(50).decode(Jpeg(50).encode(image)), image)
    zero = np.full((28, 28), 128, np.uint8)
    for quality in (1, 33, 100):
        assert np.array_equal(Jpeg(quality).decode(Jpeg(quality).encode(zero)), zero)


@pytest.mark.parametrize("quality", [-5, 0, 101])
def test_a_quality_outside_1_to_100_is_refused(quality):
    with pytest.raises(ValueError, match=f"1 to 100, got {quality}"):
        Jpeg(quality)


def test_what_is_no_jpeg_file_is_not_decoded():
    buffer = io.BytesIO()
    Image.fromarray(noise()).save(buffer, "png")
    for data in (buffer.getvalue(), b"", b"neural network", save(noise())[:-1]):
        with pytest.raises(OSError):
            Jpeg(50).decode(data)


@settings(max_examples=200)
@given(smooth_images(), QUALITIES, st.sampled_from([{}, {"progressive": True}, {"comment": b"x"}]))
def test_samples_are_those_that_pillow_reads(image, quality, options):
    buffer = io.BytesIO()
    Image.fromarray(image).save(buffer, "jpeg", quality=quality, **options)
    data = buffer.getvalue()
    with Image.open(io.BytesIO(data)) as opened:
        assert np.array_equal(Jpeg(quality).decode(data), np.asarray(opened))
    assert (Jpeg(quality).encode(image) == data) == (options == {})


@settings(max_examples=200)
@given(smooth_images(), QUALITIES, st.integers(1, 20))
def test_many_files_are_those_of_one_after_the_other(image, quality, count):
    random = np.random.default_rng(count)
    images = np.stack(
        [image, *(random.permutation(image.ravel()).reshape(image.shape) for _ in range(count))]
    )
    codec = Jpeg(quality)
    assert codec.encode_all(images) == [codec.encode(one) for one in images]


def test_more_files_than_libjpeg_has_rows_for():
    images = np.random.default_rng(0).integers(0, 256, (70, 1000, 8)).astype(np.uint8)
    assert Jpeg(50).encode_all(images) == [Jpeg(50).encode(one) for one in images]


def test_a_grey_file_has_330_bytes_of_header():
    flat = Jpeg(50).encode(np.zeros((8, 8), np.uint8))
    assert (len(flat), header_bytes(flat)) == (332, HEADER)  # one block: 2 bytes of scan
    assert header_bytes(Jpeg(90).encode(noise(448, 896))) == HEADER


def test_a_comment_is_header():
    plain, commented = save(noise()), save(noise(), comment=b"\xff\xd9 no end \xff\xda")
    assert len(commented) - len(plain) == 4 + 12
    assert header_bytes(commented) == HEADER + 4 + 12


def test_restart_markers_belong_to_the_scan():
    data = save(noise(), restart_marker_blocks=2)
    assert sum(data.count(bytes((0xFF, marker))) for marker in range(0xD0, 0xD8)) == 12
    assert header_bytes(data) == HEADER + 6  # the segment that announces them


def test_a_progressive_file_has_several_scans():
    data = save(noise(), progressive=True)
    parts = data.split(b"\xff\xda")[1:]  # a scan escapes FF: this is found only between scans
    assert len(parts) == 6
    coded = 0
    for part in parts:  # the scan's header, its length first; the scan; tables or the end
        scan = part[struct.unpack(">H", part[:2])[0] :]
        coded += len(re.split(b"\xff[\xc4\xd9]", scan)[0])
    assert header_bytes(data) == len(data) - coded


SEGMENT = st.builds(
    lambda marker, body: bytes((0xFF, marker)) + struct.pack(">H", 2 + len(body)) + body,
    st.sampled_from([0xC0, 0xC4, 0xDB, 0xDD, 0xE0, 0xE1, 0xFE]),
    st.binary(max_size=30),
)
SCAN_HEADER = b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00"
CODED = st.lists(
    st.one_of(
        st.binary(max_size=9).map(lambda data: data.replace(b"\xff", b"\xff\x00")),
        st.integers(0xD0, 0xD7).map(lambda marker: bytes((0xFF, marker))),
    )
).map(b"".join)
# The parts of a file, each with whether it is a scan.
PARTS = st.lists(
    st.one_of(
        SEGMENT.map(lambda segment: [(segment, False)]),
        CODED.map(lambda coded: [(SCAN_HEADER, False), (coded, True)]),
    )
).map(lambda groups: [(b"\xff\xd8", False), *chain.from_iterable(groups), (b"\xff\xd9", False)])


@settings(max_examples=300)
@given(PARTS, st.binary(max_size=5))
def test_header_and_scans_make_the_file(parts, trailing):
    data = b"".join(part for part, _ in parts)
    header = sum(len(part) for part, scan in parts if not scan)
    before = trailing[::-1]
    end = len(before) + len(data)
    assert Jpeg(50).extent(before + data + trailing, len(before)) == (end, header)


@given(PARTS)
def test_every_prefix_of_an_assembled_file_is_refused(parts):
    data = b"".join(part for part, _ in parts)
    for length in range(len(data)):
        with pytest.raises(ValueError, match="JPEG file"):
            header_bytes(data[:length])


@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"restart_marker_blocks": 1}])
def test_every_prefix_of_a_real_file_is_refused(options):
    data = save(noise(), **options)
    for length in range(len(data)):
        with pytest.raises(ValueError, match="JPEG file"):
            header_bytes(data[:length])


@settings(max_examples=500)
@given(st.sampled_from([b"", b"\xff\xd8", save(noise(8, 8))[:-4]]), st.binary(max_size=80))
def test_random_bytes_are_refused_or_have_a_header_within_them(start, rest):
    data = start + rest
    try:
        header = header_bytes(data)
    except ValueError as error:
        assert "JPEG file" in str(error)
    else:
        assert 4 <= header <= len(data)
        assert data.startswith(b"\xff\xd8")


def test_fill_bytes_before_a_marker_are_header():
    # T.81, B.1.1.2: any marker may be preceded by fill bytes FF.
    data = save(noise())
    table, end = data.index(b"\xff\xdb"), len(data) - 2
    filled = data[:table] + b"\xff\xff" + data[table:end] + b"\xff" + data[end:]
    assert Jpeg(50).decode(filled).shape == (40, 40)
    assert header_bytes(filled) == HEADER + 3


@pytest.mark.parametrize("options", [{}, {"progressive": True, "comment": b"two\xff\xd9"}])
def test_segments_tell_what_a_file_is_made_of(options):
    data = save(noise(), **options)
    found = segments(data)
    assert [found[0].marker, found[-1].marker] == [0xD8, 0xD9]
    assert found[-1].end == len(data)
    for one, following in pairwise(found):
        assert following.start == one.end + one.scan
        assert data[one.start : one.start + 2] == bytes((0xFF, one.marker))
        assert data[one.start : one.end].endswith(one.body)
        assert (one.scan > 0) == (one.marker == 0xDA)
    frame = next(s for s in found if s.marker in (0xC0, 0xC2))
    assert frame.body[:5] == bytes((8, 0, 40, 0, 40))
    assert [s.body for s in found if s.marker == 0xFE] == [*filter(None, [options.get("comment")])]
