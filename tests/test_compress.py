"""From a network to its picture: exact rewritings, tables, rounding, and every choice."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from jpegnet import compress, data, dct, mlp, picture, train
from jpegnet.compress import RECOMMENDED, SCALINGS, Choices

TINY = train.Recipe(epochs=1, learning_rate=1e-2, cosine=True, widths=(784, 16, 10))
SEEDS = st.integers(0, 2**32 - 1)
CROPS = st.sampled_from([8, 16, 24])


@pytest.fixture(scope="module")
def state(tmp_path_factory):
    """A small trained network."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JPEGNET_ARTIFACTS", str(tmp_path_factory.mktemp("kept")))
        return train.train_run(TINY, 0)["network.safetensors"]


def images(n: int = 500) -> torch.Tensor:
    return data.load().validation.x[:n].clone()


def random_state(seed: int, *hidden: int) -> mlp.State:
    return mlp.build((784, *hidden, 10), torch.Generator().manual_seed(seed)).state_dict()


def same_logits(state: mlp.State, layers: list[mlp.Layer]) -> bool:
    before, after = (mlp.forward(s, images(50)) for s in (state, mlp.from_layers(layers)))
    return torch.allclose(before, after, rtol=1e-4, atol=1e-5)


@st.composite
def networks(draw):
    """Random networks of two or three layers, some units of which see or say nothing."""
    state = random_state(draw(SEEDS), *draw(st.lists(st.integers(2, 9), min_size=1, max_size=2)))
    dead = st.lists(st.integers(0, 1))
    state["0.weight"][draw(dead)] = 0
    state["2.weight"][:, draw(dead)] = 0
    return state


@given(networks(), st.sampled_from(SCALINGS))
def test_rescaling_does_not_change_what_a_network_computes(state, scaling):
    assert same_logits(state, compress._rescaled(mlp.layers(state), scaling))


@given(networks())
def test_reordering_does_not_change_what_a_network_computes(state):
    layers = compress._ordered(mlp.layers(state))
    assert same_logits(state, layers)
    rows = {tuple(row.tolist()) for row in state["0.weight"]}
    assert {tuple(row.tolist()) for row in layers[0][0]} == rows


def test_units_stand_in_the_order_of_their_means():
    state = random_state(0, 6)
    means = torch.tensor([3.0, -1, 2, 0, 5, 1])
    state["0.weight"] = means[:, None].expand(6, 784)
    weight = compress._ordered(mlp.layers(state))[0][0]
    assert weight[:, 0].tolist() == sorted(means.tolist())


@given(SEEDS)
def test_per_tile_scaling_gives_all_tiles_the_same_largest_magnitude(seed):
    (weight, _), _ = compress._rescaled(mlp.layers(random_state(seed, 7)), "per-tile")
    assert torch.allclose(weight.abs().amax(1), torch.ones(7))


@given(SEEDS)
def test_gain_gives_the_outgoing_weights_of_each_unit_length_one(seed):
    layers = compress._rescaled(mlp.layers(random_state(seed, 7, 5)), "gain")
    for weight, _ in layers[1:]:
        assert torch.allclose(weight.norm(dim=0), torch.ones(weight.shape[1]))


def test_input_moments_are_those_of_the_training_images():
    mean, second = compress.input_moments()
    x = data.load().train.images.flatten(1).double().numpy() / 255
    some = np.random.default_rng(0).choice(784, 20, replace=False)
    assert np.allclose(mean, x.mean(0), atol=1e-7)
    assert np.allclose(second[some], x[:, some].T @ x / len(x), atol=1e-7)


@pytest.mark.parametrize("crop", [8, 16, 24, 28])
@pytest.mark.parametrize("exponent", [0.5, 1.0])
def test_a_table_for_the_network_rises_away_from_the_mean(crop, exponent):
    table = compress.network_table(crop, exponent)
    assert table.shape == (8, 8)
    assert np.issubdtype(table.dtype, np.integer)
    assert table.mean() == pytest.approx(dct.LUMINANCE.mean(), abs=0.5)
    for axis in (0, 1):
        assert np.all(np.diff(table, axis=axis) >= 0)
    assert table[7, 7] > 2 * table[0, 0]


def test_with_exponent_0_the_table_is_flat():
    assert np.all(compress.network_table(24, 0) == round(dct.LUMINANCE.mean()))


def window(weights: np.ndarray, crop: int) -> np.ndarray:
    """The middle crop × crop pixels of each tile, by blocks: (n, rows, columns, 8, 8)."""
    start = (28 - crop) // 2
    inside = weights.reshape(-1, 28, 28)[:, start : start + crop, start : start + crop]
    return np.array([dct.to_blocks(tile) for tile in inside])


@st.composite
def roundings(draw):
    """Weights of five units, steps, and a crop."""
    random = np.random.default_rng(draw(SEEDS))
    steps = draw(st.floats(0.1, 4)) * random.uniform(0.5, 2, (8, 8))
    return random.normal(size=(5, 784)), steps, draw(CROPS)


@settings(max_examples=30)
@given(roundings(), st.sampled_from([0.01, 1, 10]))
def test_rounded_weights_are_multiples_of_the_steps_in_the_window_alone(case, damping):
    weights, steps, crop = case
    found = compress.rounded(weights, steps, crop, damping)
    levels = dct.forward(window(found, crop)) / steps
    assert np.abs(levels - np.rint(levels)).max() < 1e-9
    assert np.count_nonzero(found) == np.count_nonzero(window(found, crop))


@settings(max_examples=30)
@given(roundings())
def test_with_endless_damping_each_coefficient_is_rounded_to_the_nearest(case):
    weights, steps, crop = case
    found = compress.rounded(weights, steps, crop, 1e12)
    nearest = dct.quantise(dct.forward(window(weights, crop)), steps)
    assert np.allclose(dct.forward(window(found, crop)), nearest * steps, atol=1e-9)


@settings(max_examples=30)
@given(roundings(), st.sampled_from([0.01, 0.3, 1]))
def test_rounding_makes_up_for_errors_that_the_next_layer_would_see(case, damping):
    weights, steps, crop = case
    mean, second = compress.input_moments()
    H = second - np.outer(mean, mean)
    inside = window(np.arange(784), crop).ravel()

    def cost(kept: np.ndarray) -> float:
        error = (kept - weights)[:, inside]
        return np.einsum("ni,ij,nj", error, H[np.ix_(inside, inside)], error)

    plain = compress.rounded(weights, steps, crop, 1e12)
    assert cost(compress.rounded(weights, steps, crop, damping)) < cost(plain)


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
def test_each_choice_gives_a_network_near_the_original(state, change):
    decoded = picture.decode(compress.compress(state, 95, Choices(**change)))
    before, after = mlp.forward(state, images()), mlp.forward(decoded, images())
    assert (before - after).std() < 0.1 * before.std()
    assert (before.argmax(1) == after.argmax(1)).double().mean() > 0.96


def size(state: mlp.State, quality: int = 60, **change) -> int:
    return len(compress.compress(state, quality, Choices(**change)))


def test_codings_differ_in_bytes_alone(state):
    sizes = {coding: size(state, coding=coding) for coding in picture.CODINGS}
    assert sizes["optimised"] < sizes["standard"]
    assert sizes["smallest"] == min(sizes["optimised"], sizes["progressive"])
    decoded = [
        picture.decode(compress.compress(state, 60, Choices(coding=coding)))
        for coding in picture.CODINGS
    ]
    for name, tensor in decoded[0].items():
        assert all(torch.equal(tensor, other[name]) for other in decoded[1:])


def test_smaller_windows_take_fewer_bytes(state):
    sizes = [size(state, crop=crop) for crop in (28, 24, 16, 8)]
    assert sizes == sorted(sizes, reverse=True)


@pytest.mark.parametrize("choices", [Choices(), RECOMMENDED])
def test_a_lower_quality_takes_fewer_bytes(state, choices):
    sizes = [len(compress.compress(state, quality, choices)) for quality in (5, 20, 50, 80, 100)]
    assert sizes == sorted(set(sizes))


def test_what_is_recommended_takes_far_fewer_bytes_than_a_plain_picture(state):
    assert len(compress.compress(state, 60, RECOMMENDED)) < 0.8 * size(state)


def test_weights_of_pixels_that_no_image_lights_become_zero(state):
    unlit = data.load().train.images.flatten(1).amax(0) == 0
    assert unlit.sum() > 50
    zeros = state | {"0.weight": torch.where(unlit, 0, state["0.weight"])}
    plain = Choices(scaling="global")
    wanted = compress.compress(zeros, 75, plain)
    assert compress.compress(state, 75, replace(plain, unlit=True)) == wanted
    assert compress.compress(state, 75, plain) != wanted


@pytest.mark.parametrize("change", [{"crop": 12}, {"crop": 16, "damping": 1.0}])
def test_the_bias_makes_up_for_what_a_window_leaves_out(change):
    state = random_state(0, 5)
    state["0.weight"] += 0.05  # so that what is left out is far from nothing on the mean image
    x = torch.from_numpy(compress.input_moments()[0]).float()
    decoded = picture.decode(compress.compress(state, 100, Choices(scaling="global", **change)))
    before, after = (s["0.weight"] @ x + s["0.bias"] for s in (state, decoded))
    assert (state["0.weight"] - decoded["0.weight"]).matmul(x).abs().min() > 0.3
    assert torch.allclose(before, after, atol=0.05)


def test_the_same_network_gives_the_same_bytes(state):
    once = compress.compress(state, 75, RECOMMENDED)
    compress._rounding_order.cache_clear()
    assert compress.compress(state, 75, RECOMMENDED) == once
    doubled = {name: tensor.double() for name, tensor in state.items()}
    assert compress.compress(doubled, 75, RECOMMENDED) == once


def test_a_network_of_one_layer_or_of_four_has_a_picture_too():
    for hidden in ((), (9, 8, 7)):
        before = random_state(0, *hidden)
        decoded = picture.decode(compress.compress(before, 95, RECOMMENDED))
        assert {n: t.shape for n, t in decoded.items()} == {n: t.shape for n, t in before.items()}


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
        ({"0.weight": torch.zeros(4, 100)}, "100 inputs, not the 784"),
        ({"0.weight": torch.full((4, 784), torch.nan)}, "not finite"),
        ({"2.bias": torch.full((10,), torch.inf)}, "not finite"),
        ({"2.weight": torch.zeros(0, 4), "2.bias": torch.zeros(0)}, "a layer without units"),
        ({"1.weight": torch.zeros(4)}, "not the state of a chain"),
    ],
)
def test_networks_that_have_no_picture_are_named(choices, change, message):
    with pytest.raises(ValueError, match=message):
        compress.compress(random_state(0, 4) | change, 75, choices)


@pytest.mark.parametrize("quality", [0, 101])
def test_a_quality_outside_1_to_100_is_refused(quality):
    with pytest.raises(ValueError, match=f"1 to 100, got {quality}"):
        compress.compress(random_state(0, 4), quality, RECOMMENDED)
