"""From a network to its picture: exact rewritings, and every choice."""

from dataclasses import replace

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from jpegnet.data import mnist
from jpegnet.data.labelled import Labelled
from jpegnet.methods import moments, posttraining
from jpegnet.methods.posttraining import RECOMMENDED, SCALINGS, Choices, compress, without_inputs
from jpegnet.nets import mlp, train
from jpegnet.nets.network import Network, fresh
from jpegnet.picture import file as picture

TINY = train.Recipe(1, learning_rate=1e-2, cosine=True, architecture=mlp.Mlp((784, 16, 10)))
SEEDS = st.integers(0, 2**32 - 1)


@pytest.fixture(scope="module")
def inputs() -> Labelled:
    """A ninth of the training images."""
    part = mnist.load().train
    return Labelled(part.inputs[:6000], part.labels[:6000])


@pytest.fixture(scope="module")
def net(inputs, tmp_path_factory) -> Network:
    """A small trained network."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JPEGNET_ARTIFACTS", str(tmp_path_factory.mktemp("kept")))
        return train.trained(TINY, 0, replace(mnist.load(), train=inputs))


def images(n: int = 500) -> torch.Tensor:
    return mnist.load().validation.x[:n]


def random_network(seed: int, *hidden: int) -> Network:
    return fresh(mlp.Mlp((784, *hidden, 10)), torch.Generator().manual_seed(seed))


def changed(net: Network, **tensors: torch.Tensor) -> Network:
    """The network with other tensors, ``weight_0`` for 0.weight and so on, of any shape."""
    named = {"{1}.{0}".format(*name.split("_")): tensor for name, tensor in tensors.items()}
    return mlp.from_tensors(net.tensors | named)


def same_logits(net: Network, layers: list[mlp.Layer]) -> bool:
    before, after = (each.logits(images(50)) for each in (net, mlp.from_layers(layers)))
    return torch.allclose(before, after, rtol=1e-4, atol=1e-5)


@st.composite
def networks(draw):
    """Random networks of two or three layers, some units of which see or say nothing."""
    hidden = draw(st.lists(st.integers(2, 9), min_size=1, max_size=2))
    net = random_network(draw(SEEDS), *hidden)
    dead = st.lists(st.integers(0, 1))
    net.tensors["0.weight"][draw(dead)] = 0
    net.tensors["2.weight"][:, draw(dead)] = 0
    return net


@given(networks(), st.sampled_from(SCALINGS))
def test_rescaling_does_not_change_what_a_network_computes(net, scaling):
    assert same_logits(net, posttraining._rescaled(mlp.layers(net), scaling))


@given(networks())
def test_reordering_does_not_change_what_a_network_computes(net):
    layers = posttraining._ordered(mlp.layers(net))
    assert same_logits(net, layers)
    rows = {tuple(row.tolist()) for row in net.tensors["0.weight"]}
    assert {tuple(row.tolist()) for row in layers[0][0]} == rows


def test_units_stand_in_the_order_of_their_means():
    means = torch.tensor([3.0, -1, 2, 0, 5, 1])
    net = changed(random_network(0, 6), weight_0=means[:, None].expand(6, 784))
    weight = posttraining._ordered(mlp.layers(net))[0][0]
    assert weight[:, 0].tolist() == sorted(means.tolist())


@given(SEEDS)
def test_per_tile_scaling_gives_all_tiles_the_same_largest_magnitude(seed):
    (weight, _), _ = posttraining._rescaled(mlp.layers(random_network(seed, 7)), "per-tile")
    assert torch.allclose(weight.abs().amax(1), torch.ones(7))


@given(SEEDS)
def test_gain_gives_the_outgoing_weights_of_each_unit_length_one(seed):
    layers = posttraining._rescaled(mlp.layers(random_network(seed, 7, 5)), "gain")
    for weight, _ in layers[1:]:
        assert torch.allclose(weight.norm(dim=0), torch.ones(weight.shape[1]))


SINGLE = [
    *[{"coding": coding} for coding in picture.CODINGS],
    *[{"scaling": scaling} for scaling in SCALINGS],
    *[{"exponent": exponent} for exponent in (0, 0.5, 1)],
    *[{"ratio": ratio} for ratio in (0.5, 2)],
    {"unlit": True},
    {"crop": 24},
    {"crop": 23},
    {"order": True},
    {"crop": 24, "damping": 1.0},
]


@pytest.mark.parametrize("change", SINGLE)
def test_each_choice_gives_a_network_near_the_original(net, inputs, change):
    decoded = picture.decode(compress(net, 95, Choices(**change), inputs))
    before, after = net.logits(images()), decoded.logits(images())
    assert (before - after).std() < 0.1 * before.std()
    assert (before.argmax(1) == after.argmax(1)).double().mean() > 0.96


def size(net: Network, inputs: Labelled | None, quality: int = 60, **change) -> int:
    return len(compress(net, quality, Choices(**change), inputs))


def test_codings_differ_in_bytes_alone(net):
    files = {c: compress(net, 60, Choices(coding=c), None) for c in picture.CODINGS}
    sizes = {coding: len(file) for coding, file in files.items()}
    assert sizes["optimised"] < sizes["standard"]
    assert sizes["smallest"] == min(sizes["optimised"], sizes["progressive"])
    first, *others = [picture.decode(file).tensors for file in files.values()]
    for name, tensor in first.items():
        assert all(torch.equal(tensor, other[name]) for other in others)


def test_smaller_windows_take_fewer_bytes(net, inputs):
    sizes = [size(net, inputs, crop=crop) for crop in (28, 24, 16, 8)]
    assert sizes == sorted(sizes, reverse=True)


@pytest.mark.parametrize("choices", [Choices(), RECOMMENDED])
def test_a_lower_quality_takes_fewer_bytes(net, inputs, choices):
    sizes = [len(compress(net, quality, choices, inputs)) for quality in (5, 20, 50, 80, 100)]
    assert sizes == sorted(set(sizes))


def test_what_is_recommended_takes_far_fewer_bytes_than_a_plain_picture(net, inputs):
    assert len(compress(net, 60, RECOMMENDED, inputs)) < 0.8 * size(net, inputs)


def test_weights_of_pixels_that_no_image_lights_become_zero(net, inputs):
    unlit = inputs.inputs.flatten(1).amax(0) == 0
    assert unlit.sum() > 50
    zeros = changed(net, weight_0=torch.where(unlit, 0, net.tensors["0.weight"]))
    plain = Choices(scaling="global")
    wanted = compress(zeros, 75, plain, inputs)
    assert compress(net, 75, replace(plain, unlit=True), inputs) == wanted
    assert compress(net, 75, plain, inputs) != wanted


@pytest.mark.parametrize("change", [{"crop": 12}, {"crop": 16, "damping": 1.0}])
def test_the_bias_makes_up_for_what_a_window_leaves_out(inputs, change):
    net = random_network(0, 5)
    net.tensors["0.weight"] += 0.05  # so that what is left out is far from nothing on the mean
    x = torch.from_numpy(moments.input_moments(inputs)[0]).float()
    file = compress(net, 100, Choices(scaling="global", **change), inputs)
    decoded = picture.decode(file).tensors
    before, after = (s["0.weight"] @ x + s["0.bias"] for s in (net.tensors, decoded))
    assert (net.tensors["0.weight"] - decoded["0.weight"]).matmul(x).abs().min() > 0.3
    assert torch.allclose(before, after, atol=0.05)


def test_without_inputs_the_bias_stays():
    net = random_network(0, 5)
    net.tensors["0.weight"] += 0.05
    file = compress(net, 100, Choices(scaling="global", crop=12), None)
    scale = picture.load(file).layout.parts[1].scale
    error = picture.decode(file).tensors["0.bias"] - net.tensors["0.bias"]
    assert error.abs().max() <= 2.5 * scale  # as of any matrix: see test_picture


@pytest.mark.parametrize("choices", [Choices(), RECOMMENDED, Choices(crop=12, exponent=0.3)])
def test_without_inputs_no_image_is_read(net, choices, monkeypatch):
    monkeypatch.setattr(mnist, "read_split", None)
    monkeypatch.setattr(mnist, "load", None)
    file = compress(net, 60, without_inputs(choices), None)
    assert picture.decode(file).architecture == net.architecture


def test_without_inputs_all_other_choices_are_kept():
    found = without_inputs(RECOMMENDED)
    assert found == replace(RECOMMENDED, unlit=False, exponent=None, damping=None)
    assert without_inputs(found) == found
    assert without_inputs(Choices()) == Choices()


@pytest.mark.parametrize(
    "change", [{"unlit": True}, {"exponent": 0.5}, {"crop": 24, "damping": 1.0}]
)
def test_choices_that_need_images_are_refused_without(change):
    with pytest.raises(ValueError, match="need images to choose by"):
        compress(random_network(0, 4), 75, Choices(**change), None)


@pytest.mark.parametrize("scaling", SCALINGS)
def test_where_nothing_is_left_out_images_change_nothing(net, inputs, scaling):
    choices = Choices(scaling=scaling)
    assert compress(net, 60, choices, None) == compress(net, 60, choices, inputs)


def test_the_same_network_gives_the_same_bytes(net, inputs):
    once = compress(net, 75, RECOMMENDED, inputs)
    for function in (moments._rounding_order, moments.network_table, moments.input_moments):
        function.cache_clear()
    assert compress(net, 75, RECOMMENDED, inputs) == once
    doubled = Network(net.architecture, {name: t.double() for name, t in net.tensors.items()})
    assert compress(doubled, 75, RECOMMENDED, inputs) == once


@pytest.mark.parametrize("hidden", [(), (9, 8, 7)])
def test_a_network_of_one_layer_or_of_four_has_a_picture_too(inputs, hidden):
    before = random_network(0, *hidden)
    decoded = picture.decode(compress(before, 95, RECOMMENDED, inputs))
    assert decoded.architecture == before.architecture


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"scaling": "none"}, "scaling='none'.* none of .*'gain'"),
        ({"coding": "webp"}, "coding='webp'.* none of .*'smallest'"),
        ({"crop": 0}, "crop=0.* a crop of 1 to 28"),
        ({"crop": 29}, "crop=29.* a crop of 1 to 28"),
        ({"ratio": 0.0}, "ratio=0.0.* a ratio above 0"),
        ({"ratio": float("nan")}, "ratio=nan.* a ratio above 0"),
        ({"crop": 24, "damping": 0.0}, "damping=0.0.* a damping above 0"),
        ({"damping": 1.0}, "crop=28.* tiles of whole blocks"),
    ],
)
def test_choices_that_are_none_are_named(change, message):
    with pytest.raises(ValueError, match=message):
        Choices(**change)


@pytest.mark.parametrize("choices", [Choices(), RECOMMENDED])
@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"weight_0": torch.zeros(4, 100)}, "100 inputs, not the 784"),
        ({"weight_0": torch.full((4, 784), torch.nan)}, "not finite"),
        ({"bias_2": torch.full((10,), torch.inf)}, "not finite"),
        ({"weight_2": torch.zeros(0, 4), "bias_2": torch.zeros(0)}, "a layer without units"),
    ],
)
def test_networks_that_have_no_picture_are_named(inputs, choices, change, message):
    with pytest.raises(ValueError, match=message):
        compress(changed(random_network(0, 4), **change), 75, choices, inputs)


@pytest.mark.parametrize("quality", [0, 101])
def test_a_quality_outside_1_to_100_is_refused(inputs, quality):
    with pytest.raises(ValueError, match=f"1 to 100, got {quality}"):
        compress(random_network(0, 4), quality, RECOMMENDED, inputs)
