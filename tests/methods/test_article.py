"""The article's way: a network as JPEG files and a rest in half precision."""

import io
import warnings
from dataclasses import dataclass
from itertools import product

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from safetensors.torch import load

from jpegnet.codecs.codec import Codec
from jpegnet.codecs.jpeg import Jpeg
from jpegnet.methods.article import PACKINGS, SCALINGS, VARIANTS, Article
from jpegnet.nets import mlp
from jpegnet.nets.network import Network, fresh

HEADER = 330  # bytes of a grey JPEG file that are not its scan; see test_codecs


@dataclass(frozen=True)
class Raw(Codec):
    """A codec that loses nothing: height, width, greys."""

    quality: int = 100
    name = version = "raw"

    def encode(self, image):
        return np.array(image.shape, "<u2").tobytes() + image.tobytes()

    def decode(self, data):
        return np.frombuffer(data[4:], np.uint8).reshape(np.frombuffer(data[:4], "<u2"))

    def extent(self, data, start):
        height, width = np.frombuffer(data[start : start + 4], "<u2").tolist()
        return start + 4 + height * width, 4


def network(seed: int = 0, hidden: int = 64) -> Network:
    """A network whose tiles differ in size, one of them all zero."""
    net = fresh(mlp.Mlp((784, hidden, 10)), torch.Generator().manual_seed(seed))
    net.tensors["0.weight"] *= torch.linspace(0, 3, hidden)[:, None]
    return net


def of_tiles(*tiles: torch.Tensor) -> Network:
    """A network whose first layer has these rows of 784 weights."""
    return mlp.from_layers(
        [(torch.stack(tiles), torch.zeros(len(tiles))), (torch.ones(2, len(tiles)), torch.ones(2))]
    )


def step(net: Network, variant: Article) -> torch.Tensor:
    """The weight of a grey level, by tile, before any rounding of what is stored."""
    weight = net.tensors["0.weight"]
    match variant.scaling:
        case "per-tile":
            return weight.abs().amax(1, keepdim=True) / 127
        case "global":
            return (weight.abs().max() / 127).expand(len(weight), 1)
        case "min-max":
            return (weight.amax(1, keepdim=True) - weight.amin(1, keepdim=True)) / 255


def rest(method: Article, data: bytes) -> dict[str, torch.Tensor]:
    """The safetensors file that a network's bytes begin with."""
    return load(data[: len(data) - method.parts(data)["picture_bytes"]])


@pytest.fixture(params=VARIANTS, ids=lambda v: v.label)
def variant(request):
    return request.param


def test_each_packing_with_each_scaling_is_a_variant_and_nothing_else_is():
    assert len(VARIANTS) == len(set(VARIANTS)) == 6
    assert {(v.packing, v.scaling) for v in VARIANTS} == {*product(PACKINGS, SCALINGS)}
    assert len({v.label for v in VARIANTS}) == len(VARIANTS)
    for packing, scaling in [("tile", "global"), ("mosaic", "none"), ("global", "tiles")]:
        with pytest.raises(ValueError, match="is none of"):
            Article(packing, scaling)


@given(st.sampled_from(VARIANTS), st.integers(0, 99))
def test_without_loss_in_the_pictures_a_weight_is_off_by_half_a_grey_step(variant, seed):
    net = network(seed, hidden=32)
    method = Article(variant.packing, variant.scaling, Raw())
    decoded = method.decode(method.encode(net))
    error = (decoded.tensors["0.weight"] - net.tensors["0.weight"]).abs()
    # Rounding to float16 moves the ends of the grey levels by 2⁻¹¹ of themselves.
    ends = 127 * step(net, Article("tiles", "global"))
    if variant.scaling != "global":
        ends = net.tensors["0.weight"].abs().amax(1, keepdim=True)
    assert torch.all(error <= step(net, variant) / 2 + 2**-11 * ends)


def test_at_quality_100_the_weights_come_back_within_two_grey_steps(variant):
    # A block of JPEG at quality 100 is off by ‖(1, …, 1)/2‖₂ + 6 = 10 at most (test_codecs).
    # A tile lies in 4 × 4 blocks, so its greys are off by √(16 · 100 / 784) < 1.43 in
    # the root mean square, and by at most ½ more before JPEG.
    net, method = network(), variant.at(100)
    decoded = method.decode(method.encode(net)).tensors["0.weight"]
    error = (decoded - net.tensors["0.weight"]).square().mean(1, keepdim=True).sqrt()
    assert torch.all(error[1:] <= 2 * step(net, variant)[1:])
    # The first tile is all zero. In a mosaic, blocks that it shares with others leave traces,
    # but for min-max scaling, where all grey levels of such a tile are the same weight.
    traces = {"per-tile": 1e-4, "global": 10 * step(net, variant)[0].item(), "min-max": 0}
    allowed = traces[variant.scaling] if variant.packing == "mosaic" else 0
    assert decoded[0].abs().max() <= allowed


@pytest.mark.parametrize("packing", PACKINGS)
def test_at_quality_100_min_max_weights_are_off_by_less_than_a_grey_step(packing):
    # Three roundings, of the greys, the coefficients and the decoded greys, each by √(1/12) in
    # the root mean square: half a step together.
    net, method = network(), Article(packing, "min-max", Jpeg(100))
    decoded = method.decode(method.encode(net)).tensors["0.weight"]
    error = (decoded - net.tensors["0.weight"]).square().mean(1, keepdim=True).sqrt()
    assert torch.all(error[1:] <= step(net, method)[1:])


def test_min_max_scaling_of_a_known_tile_is_known():
    tile = torch.zeros(784)
    tile[[0, 1, 783]] = torch.tensor([-1.0, 1, 3])  # (w + 1) / 4 · 255
    method = Article("tiles", "min-max", Raw())
    data = method.encode(of_tiles(tile, 2 * tile))
    first, second = (Raw().decode(file) for file in method.files(data))
    assert first[0, :3].tolist() == [0, 128, 64]  # 127.5 to the even 128, 63.75
    assert first[27, 27] == 255
    assert np.array_equal(first, second)
    kept = rest(method, data)
    assert (kept["low"].tolist(), kept["high"].tolist()) == ([-1, -2], [3, 6])
    back = method.decode(data).tensors["0.weight"]
    wanted = torch.tensor([-1, 4 * 128 / 255 - 1, 4 * 64 / 255 - 1])
    torch.testing.assert_close(back[0, :3], wanted)
    torch.testing.assert_close(back[1, :3], 2 * wanted)
    assert back[:, 783].tolist() == [3, 6]


def test_greys_are_made_with_the_ends_that_the_reader_has():
    low, high = 0.1, 0.3  # neither of them is a float16
    tile = torch.linspace(low, high, 784)
    method = Article("tiles", "min-max", Raw())
    data = method.encode(of_tiles(tile))
    ends = [rest(method, data)[name].item() for name in ("low", "high")]
    assert ends != [low, high]
    wanted = (tile.double() - ends[0]) / (ends[1] - ends[0]) * 255
    (file,) = method.files(data)
    greys = torch.from_numpy(Raw().decode(file).astype(float)).ravel()
    assert (greys - wanted.clip(0, 255)).abs().max() < 0.5001


@pytest.mark.parametrize("quality", [1, 20, 100])
@pytest.mark.parametrize("value", [-0.25, 0.0, 1.5])
def test_a_constant_tile_of_min_max_scaling_comes_back_exactly(quality, value):
    constant, other = torch.full((784,), value), torch.linspace(-1, 1, 784)
    method = Article("tiles", "min-max", Jpeg(quality))
    decoded = method.decode(method.encode(of_tiles(constant, other))).tensors["0.weight"]
    assert torch.all(decoded[0] == value)
    assert decoded[1].std() > 0.1


def test_the_rest_is_kept_in_half_precision(variant):
    net, method = network(), variant.at(50)
    decoded = method.decode(method.encode(net))
    assert decoded.architecture == net.architecture
    assert {tensor.dtype for tensor in decoded.tensors.values()} == {torch.float32}
    for name in ("0.bias", "2.weight", "2.bias"):
        assert torch.equal(decoded.tensors[name], net.tensors[name].half().float())


def test_the_network_is_decoded_from_the_bytes_alone(variant):
    net, method = network(), variant.at(75)
    data = method.encode(net)
    first = method.decode(data).tensors
    for tensor in net.tensors.values():
        tensor.zero_()
    second = variant.at(1).decode(bytes(bytearray(data))).tensors  # a file holds its own quality
    for name in first:
        assert torch.equal(first[name], second[name])


def test_the_bytes_add_up(variant):
    method = variant.at(75)
    data = method.encode(network())
    files = method.files(data)
    assert len(files) == (64 if variant.packing == "tiles" else 1)
    parts = method.parts(data)
    assert parts == {"picture_bytes": sum(map(len, files)), "header_bytes": len(files) * HEADER}
    assert data.endswith(b"".join(files))
    # safetensors: eight bytes, a header of the length that they tell, then the numbers; of those
    # a float16 a tile, one for all, or two a tile say what the grey levels mean.
    ends = {"per-tile": 64, "global": 1, "min-max": 2 * 64}[variant.scaling]
    numbers = 2 * (64 + 10 * 64 + 10 + ends)
    header = 8 + int.from_bytes(data[:8], "little")
    assert len(data) - parts["picture_bytes"] == header + numbers
    names = ("low", "high") if variant.scaling == "min-max" else ("scale",)
    kept = rest(method, data)
    assert sum(kept[name].numel() for name in names) == ends
    assert {kept[name].dtype for name in names} == {torch.float16}


@pytest.mark.parametrize("packing", PACKINGS)
def test_any_viewer_shows_the_weights_as_pictures(packing):
    net, method = network(), Article(packing, "global", Jpeg(95))
    net.tensors["0.weight"][:] = 0
    net.tensors["0.weight"][40] = 1  # row 1, column 8 of a mosaic of 32 columns
    files = method.files(method.encode(net))
    pictures = [np.asarray(Image.open(io.BytesIO(data))) for data in files]
    if packing == "mosaic":
        (mosaic,) = pictures
        assert mosaic.shape == (56, 32 * 28)
        bright, dark = mosaic[28:, 8 * 28 : 9 * 28], mosaic[:20]
    else:
        assert [picture.shape for picture in pictures] == [(28, 28)] * 64
        bright, dark = pictures[40], np.stack(pictures[:40])
    assert bright[4:-4, 4:-4].min() > 250
    assert np.all(dark == 128)


def test_a_deeper_network_and_one_of_a_single_tile_come_back():
    for widths in ((784, 1, 10), (784, 5, 4, 3)):
        net = fresh(mlp.Mlp(widths), torch.Generator().manual_seed(0))
        assert Article().decode(Article().encode(net)).architecture == net.architecture


def test_a_network_of_other_inputs_is_refused(variant):
    # 784 rows of 100 would fill 100 tiles, though these were no rows of the matrix.
    net = fresh(mlp.Mlp((100, 784, 10)))
    with pytest.raises(ValueError, match="100 inputs, not the 784"):
        variant.encode(net)


def refuse(net: Network, variant: Article) -> None:
    with pytest.raises(ValueError, match="finite"):
        variant.encode(net)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_tiles_that_are_not_finite_are_refused(variant, value):
    net = network()
    net.tensors["0.weight"][5, 3] = value
    refuse(net, variant)


@pytest.mark.parametrize("name", ["0.bias", "2.weight", "2.bias"])
def test_a_rest_that_is_not_finite_is_refused(name):
    net = network()
    net.tensors[name].view(-1)[3] = np.nan
    refuse(net, VARIANTS[0])


@pytest.mark.filterwarnings("ignore:overflow")
def test_weights_beyond_half_precision_are_refused_not_turned_into_nan(variant):
    net = network()
    net.tensors["0.weight"] *= 1e8
    refuse(net, variant)


def test_a_tile_too_faint_for_half_precision_is_a_tile_of_zeros(variant):
    net, method = network(), variant.at(100)
    net.tensors["0.weight"][5] *= 1e-8
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # nothing is divided by a span of zero
        data = method.encode(net)
        decoded = method.decode(data).tensors["0.weight"]
    assert decoded.isfinite().all()
    if variant.packing == "tiles" and variant.scaling != "global":
        grey = 0 if variant.scaling == "min-max" else 128
        assert np.all(Jpeg(100).decode(method.files(data)[5]) == grey)
        assert torch.all(decoded[5] == 0)
