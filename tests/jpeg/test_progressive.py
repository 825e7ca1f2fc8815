"""Progressive files by scripts of our own: other decoders find the coefficients in them."""

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from jpegnet.jpeg import arriving, coefficients, progressive
from jpegnet.jpeg.progressive import Band

SCRIPTS = {
    "frequency": progressive.by_frequency(),
    "bit": progressive.by_bit(),
    "both": progressive.by_both(),
    "bits of one band": [Band(0, 0), *[Band(1, 63, high, high - 1) for high in (3, 2, 1)]],
}
SCRIPTS["bits of one band"][1:1] = [Band(1, 63, 0, 3)]
STEPS = np.full((8, 8), 10)


def sparse(seed: int, share: float, most: int, rows: int = 5, columns: int = 7) -> np.ndarray:
    rng = np.random.default_rng(seed)
    numbers = rng.integers(-most, most + 1, (rows, columns, 8, 8))
    return np.where(rng.random(numbers.shape) < share, numbers, 0)


@pytest.mark.parametrize("script", SCRIPTS)
@given(st.integers(0, 2**32), st.sampled_from([0, 0.02, 0.1, 0.5]), st.sampled_from([1, 3, 5]))
def test_what_is_read_is_what_was_written(script, seed, share, most):
    wanted = sparse(seed, share, most)
    found = arriving.read(progressive.encode(wanted, STEPS, SCRIPTS[script]))
    assert np.array_equal(found.coefficients, wanted)
    assert np.array_equal(found.table, STEPS)
    assert found.scans == [35] * len(SCRIPTS[script])


@pytest.mark.parametrize("script", SCRIPTS)
def test_pillow_reads_the_same(script):
    # Few enough that no grey level is cut off, and steps that rounding does not hide.
    wanted = sparse(1, 0.05, 3, 30, 40)
    with Image.open(io.BytesIO(progressive.encode(wanted, STEPS, SCRIPTS[script]))) as opened:
        assert opened.info["progressive"]
        found = coefficients.from_samples(np.asarray(opened), STEPS)
    assert np.array_equal(found, wanted)


def test_blocks_of_nothing_are_told_together():
    nothing = np.zeros((128, 256, 8, 8), int)  # more than one run may tell
    file = progressive.encode(nothing, STEPS, progressive.by_frequency())
    assert len(file) < 6000  # a bit a DC
    assert not arriving.read(file).coefficients.any()
