"""Picture codecs besides JPEG: what comes back, where a file ends, and what they cost."""

import numpy as np
import pytest

from jpegnet.codecs import jpegxl
from jpegnet.codecs.avif import Avif
from jpegnet.codecs.hevc import Hevc
from jpegnet.codecs.jpeg import Jpeg
from jpegnet.codecs.jpeg2000 import Jpeg2000
from jpegnet.codecs.jpegxl import JpegXl
from jpegnet.codecs.png import Png
from jpegnet.codecs.webp import LosslessWebP, WebP

LOSSLESS = [Png(), LosslessWebP(), JpegXl(100)]
LOSSY = [WebP, Avif, Hevc, JpegXl, Jpeg2000]
ALL = [*LOSSLESS, *(codec(40) for codec in LOSSY)]


def picture(height: int = 56, width: int = 84, seed: int = 0) -> np.ndarray:
    """Soft waves and a little noise, uint8."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[:height, :width]
    grey = 128 + 60 * np.cos(y / 7 + seed) * np.sin(x / 9) + rng.normal(0, 3, (height, width))
    return grey.clip(0, 255).astype(np.uint8)


@pytest.mark.parametrize("codec", LOSSLESS, ids=lambda codec: codec.name)
def test_lossless_codecs_give_back_the_picture(codec):
    np.testing.assert_array_equal(codec.decode(codec.encode(picture())), picture())


@pytest.mark.parametrize("kind", LOSSY)
def test_lossy_codecs_trade_bytes_for_errors(kind):
    sizes, errors = [], []
    for quality in (25, 50, 75):
        data = kind(quality).encode(picture())
        decoded = kind(quality).decode(data).astype(float)
        assert decoded.shape == picture().shape
        sizes.append(len(data))
        errors.append(np.abs(decoded - picture()).mean())
    assert sizes == sorted(sizes)
    assert sizes[0] < sizes[2]
    assert errors == sorted(errors, reverse=True)
    assert errors[1] < 6  # grey levels, not a picture of something else


@pytest.mark.parametrize("codec", ALL, ids=lambda codec: codec.name)
def test_a_file_tells_where_it_ends(codec):
    first, second = codec.encode(picture()), codec.encode(picture(seed=1))
    both = first + second
    end, headers = codec.extent(both, 0)
    assert end == len(first)
    assert codec.extent(both, end) == (len(both), headers)
    assert 0 < headers < len(first)
    np.testing.assert_array_equal(codec.decode(both[:end]), codec.decode(first))
    with pytest.raises(ValueError, match="no complete"):
        codec.extent(first[:-1], 0)


@pytest.mark.parametrize("codec", ALL, ids=lambda codec: codec.name)
def test_what_is_no_such_file_is_refused(codec):
    with pytest.raises(OSError, match="cannot identify"):
        codec.decode(Jpeg(50).encode(picture()))


@pytest.mark.parametrize("codec", ALL, ids=lambda codec: codec.name)
def test_the_library_is_named(codec):
    assert any(c.isdigit() for c in codec.version)


def test_a_jpeg_file_comes_back_from_jpeg_xl_byte_by_byte():
    file = Jpeg(75).encode(picture(448, 896))
    smaller = jpegxl.recoded(file)
    assert len(smaller) < 0.9 * len(file)
    assert jpegxl.restored(smaller) == file


def test_what_was_no_jpeg_cannot_be_restored():
    with pytest.raises(ValueError, match="was not made of a JPEG"):
        jpegxl.restored(JpegXl(80).encode(picture()))
