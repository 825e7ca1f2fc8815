"""Files of which only the first bytes have arrived: coefficients as Pillow's decoder has them."""

import io

import mozjpeg_lossless_optimization
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from jpegnet.jpeg import arriving, coefficients
from jpegnet.jpeg.dct import quality_table


def files(seed: int = 0, quality: int = 60) -> dict[str, bytes]:
    """One picture in each coding, of smooth and of noisy blocks."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[:48, :72]
    smooth = 60 * np.sin(x / 9) + 40 * np.cos(y / 5)
    image = np.clip(128 + smooth + rng.normal(0, 12, smooth.shape), 20, 235).astype(np.uint8)
    table = quality_table(quality).ravel().tolist()
    found = {}
    for name, how in (
        ("standard", {}),
        ("optimised", {"optimize": True}),
        ("progressive", {"progressive": True, "optimize": True}),
    ):
        buffer = io.BytesIO()
        Image.fromarray(image).save(buffer, "jpeg", qtables=[table], **how)
        found[name] = buffer.getvalue()
    return found | {"mozjpeg": mozjpeg_lossless_optimization.optimize(found["optimised"])}


def of_pillow(file: bytes) -> tuple[np.ndarray, np.ndarray]:
    with Image.open(io.BytesIO(file)) as opened:
        table = np.array(opened.quantization[0]).reshape(8, 8)
        return coefficients.from_samples(np.asarray(opened), table), table


@pytest.mark.parametrize("coding", files())
@pytest.mark.parametrize("quality", [30, 85])
def test_a_whole_file_tells_all_coefficients(coding, quality):
    file = files(quality=quality)[coding]
    wanted, table = of_pillow(file)
    found = arriving.read(file)
    assert np.array_equal(found.coefficients, wanted)
    assert np.array_equal(found.table, table)
    assert set(found.scans) == {54}
    assert (len(found.scans) > 1) == (coding in ("progressive", "mozjpeg"))


def test_a_baseline_file_s_blocks_arrive_one_by_one():
    file = files()["optimised"]
    whole, counts = arriving.read(file).coefficients.reshape(-1, 64), []
    for size in range(len(file) + 1):
        try:
            found = arriving.read(file[:size])
        except arriving.TooLittleError:
            assert not counts
            continue
        (count,) = found.scans
        blocks = found.coefficients.reshape(-1, 64)
        assert np.array_equal(blocks[:count], whole[:count])
        assert not blocks[count:].any()
        counts.append(count)
    assert counts == sorted(counts)
    assert (counts[0], counts[-1]) == (0, 54)
    assert len(set(counts)) > 40


@pytest.mark.parametrize("coding", ["progressive", "mozjpeg"])
def test_a_progressive_file_comes_closer_with_each_scan(coding):
    file = files()[coding]
    whole, errors, scans = arriving.read(file), [], 0
    for size in range(len(file) + 1):
        try:
            found = arriving.read(file[:size])
        except arriving.TooLittleError:
            continue
        if len(found.scans) > scans or size == len(file):
            scans = len(found.scans)
            off = (found.coefficients - whole.coefficients) * whole.table
            errors.append(float(np.square(off).sum()))
    assert errors == sorted(errors, reverse=True)
    assert errors[-1] == 0 < errors[0]


@given(st.data())
def test_damaged_bytes_are_read_or_refused(data):
    file = bytearray(files()[data.draw(st.sampled_from(["optimised", "progressive"]))])
    for _ in range(data.draw(st.integers(1, 4))):
        file[data.draw(st.integers(0, len(file) - 1))] = data.draw(st.integers(0, 255))
    try:
        arriving.read(bytes(file[: data.draw(st.integers(0, len(file)))]))
    except ValueError as error:
        assert len(str(error)) > 10


def test_what_is_not_read_is_told():
    with pytest.raises(arriving.TooLittleError, match="not the beginning"):
        arriving.read(b"")
    with pytest.raises(arriving.TooLittleError, match="none is the picture's"):
        arriving.read(files()["standard"][:100])
    buffer = io.BytesIO()
    Image.new("RGB", (16, 16)).save(buffer, "jpeg")
    with pytest.raises(ValueError, match="one component"):
        arriving.read(buffer.getvalue())
