"""The article's way: a network as JPEG files and a rest in half precision."""

import io
import warnings

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from safetensors.torch import load

from jpegnet import article
from jpegnet.codecs import Jpeg
from jpegnet.mlp import build

PIXELS = 28 * 28
HEADER = 330  # bytes of a grey JPEG file that are not its scan; see test_codecs


class Raw:
    """A codec that loses nothing: height, width, greys."""

    version = "raw"

    def encode(self, image):
        return bytes(np.array(image.shape, "<u2").tobytes() + image.tobytes())

    def decode(self, data):
        return np.frombuffer(data[4:], np.uint8).reshape(np.frombuffer(data[:4], "<u2"))


def network(seed: int = 0, hidden: int = 64) -> dict:
    """A network whose tiles differ in size, one of them all zero."""
    state = build((784, hidden, 10), torch.Generator().manual_seed(seed)).state_dict()
    state["0.weight"] *= torch.linspace(0, 3, hidden)[:, None]
    return state


def scale_of(state, variant) -> torch.Tensor:
    magnitude = state["0.weight"].abs()
    return magnitude.amax(1, keepdim=True) if variant.scaling == "per-tile" else magnitude.max()


@pytest.fixture(params=article.VARIANTS, ids=lambda v: f"{v.layout}, {v.scaling}")
def variant(request):
    return request.param


def test_there_are_four_variants_and_no_others():
    assert {(v.layout, v.scaling) for v in article.VARIANTS} == {
        ("tiles", "per-tile"),
        ("tiles", "global"),
        ("mosaic", "per-tile"),
        ("mosaic", "global"),
    }
    for layout, scaling in [("tile", "global"), ("mosaic", "none"), ("global", "tiles")]:
        with pytest.raises(ValueError, match="is none of"):
            article.Variant(layout, scaling)


@given(st.sampled_from(article.VARIANTS), st.integers(0, 99))
def test_without_loss_in_the_pictures_a_weight_is_off_by_half_a_grey_step(variant, seed):
    state = network(seed, hidden=32)
    decoded = article.decode(article.encode(state, Raw(), variant), Raw())
    # A step is 1/127 of the scale; rounding the scale to float16 moves it by 2⁻¹¹ of itself.
    error = (decoded["0.weight"] - state["0.weight"]).abs()
    assert torch.all(error <= scale_of(state, variant) * (0.5 / 127 + 2**-11))


def test_at_quality_100_the_weights_come_back_within_two_grey_steps(variant):
    # A block of JPEG at quality 100 is off by ‖(1, …, 1)/2‖₂ + 6 = 10 at most (test_codecs).
    # A tile lies in 4 × 4 blocks, so its greys are off by √(16 · 100 / 784) < 1.43 in
    # the root mean square, and by at most ½ more before JPEG.
    state = network()
    decoded = article.decode(article.encode(state, Jpeg(100), variant), Jpeg(100))
    error = (decoded["0.weight"] - state["0.weight"]).square().mean(1, keepdim=True).sqrt()
    assert torch.all(error[1:] <= (scale_of(state, variant) * 2 / 127).expand(64, 1)[1:])
    # The first tile is all zero. In a mosaic, blocks that it shares with others leave traces.
    traces = {"per-tile": 1e-4, "global": 10 / 127 * state["0.weight"].abs().max()}
    allowed = traces[variant.scaling] if variant.layout == "mosaic" else 0
    assert decoded["0.weight"][0].abs().max() <= allowed


def test_the_rest_is_kept_in_half_precision(variant):
    state = network()
    decoded = article.decode(article.encode(state, Jpeg(50), variant), Jpeg(50))
    assert decoded.keys() == state.keys()
    for name, tensor in decoded.items():
        assert tensor.dtype == torch.float32
        assert tensor.shape == state[name].shape
    for name in ("0.bias", "2.weight", "2.bias"):
        assert torch.equal(decoded[name], state[name].to(torch.float16).to(torch.float32))


def test_the_network_is_decoded_from_the_bytes_alone(variant):
    state = network()
    packed = article.encode(state, Jpeg(75), variant)
    first = article.decode(packed, Jpeg(75))
    for tensor in state.values():
        tensor.zero_()
    copied = article.Packed(tuple(bytes(bytearray(f)) for f in packed.files), packed.rest[:])
    second = article.decode(copied, Jpeg(1))  # a JPEG file holds its own quality
    for name in first:
        assert torch.equal(first[name], second[name])


def test_the_bytes_add_up(variant):
    packed = article.encode(network(), Jpeg(75), variant)
    files = 64 if variant.layout == "tiles" else 1
    scales = 64 if variant.scaling == "per-tile" else 1
    assert len(packed.files) == files
    assert packed.picture_bytes == len(b"".join(packed.files))
    assert packed.bytes == packed.picture_bytes + len(packed.rest)
    assert packed.header_bytes == files * HEADER
    # safetensors: eight bytes, a header of the length that they tell, then the numbers.
    numbers = 2 * (64 + 10 * 64 + 10 + scales)
    assert len(packed.rest) == 8 + int.from_bytes(packed.rest[:8], "little") + numbers
    assert load(packed.rest)["scale"].shape == (scales,)


@pytest.mark.parametrize("layout", article.LAYOUTS)
def test_any_viewer_shows_the_weights_as_pictures(layout):
    state = network()
    state["0.weight"][:] = 0
    state["0.weight"][40] = 1  # row 1, column 8 of a mosaic of 32 columns
    packed = article.encode(state, Jpeg(95), article.Variant(layout, "global"))
    pictures = [np.asarray(Image.open(io.BytesIO(data))) for data in packed.files]
    if layout == "mosaic":
        (mosaic,) = pictures
        assert mosaic.shape == (56, 32 * 28)
        bright, dark = mosaic[28:, 8 * 28 : 9 * 28], mosaic[:20]
    else:
        assert [picture.shape for picture in pictures] == [(28, 28)] * 64
        bright, dark = pictures[40], np.stack(pictures[:40])
    assert bright[4:-4, 4:-4].min() > 250
    assert np.all(dark == 128)


def refuse(state, variant):
    with pytest.raises(ValueError, match="finite"):
        article.encode(state, Jpeg(50), variant)


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_tiles_that_are_not_finite_are_refused(variant, value):
    state = network()
    state["0.weight"][5, 3] = value
    refuse(state, variant)


@pytest.mark.parametrize("name", ["0.bias", "2.weight", "2.bias"])
def test_a_rest_that_is_not_finite_is_refused(name):
    state = network()
    state[name].view(-1)[3] = np.nan
    refuse(state, article.VARIANTS[0])


@pytest.mark.filterwarnings("ignore:overflow")
def test_weights_beyond_half_precision_are_refused_not_turned_into_nan(variant):
    state = network()
    state["0.weight"] *= 1e8
    refuse(state, variant)


def test_a_tile_too_faint_for_half_precision_is_a_tile_of_zeros(variant):
    state = network()
    state["0.weight"][5] *= 1e-8
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # nothing is divided by a scale of zero
        packed = article.encode(state, Jpeg(100), variant)
        decoded = article.decode(packed, Jpeg(100))
    assert decoded["0.weight"].isfinite().all()
    if variant == article.Variant("tiles", "per-tile"):
        assert np.all(Jpeg(100).decode(packed.files[5]) == 128)
        assert torch.all(decoded["0.weight"][5] == 0)
