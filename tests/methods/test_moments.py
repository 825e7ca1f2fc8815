"""Moments of inputs, and what is made of them: tables and rounding."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from jpegnet.data import mnist
from jpegnet.data.labelled import Labelled
from jpegnet.jpeg import dct
from jpegnet.methods import moments

SEEDS = st.integers(0, 2**32 - 1)
CROPS = st.sampled_from([8, 16, 24])


@pytest.fixture(scope="module")
def inputs() -> Labelled:
    """A ninth of the training images."""
    train = mnist.load().train
    return Labelled(train.inputs[:6000], train.labels[:6000])


def test_input_moments_are_those_of_the_images(inputs):
    mean, second = moments.input_moments(inputs)
    x = inputs.inputs.flatten(1).double().numpy() / 255
    some = np.random.default_rng(0).choice(784, 20, replace=False)
    assert np.allclose(mean, x.mean(0), atol=1e-7)
    assert np.allclose(second[some], x[:, some].T @ x / len(x), atol=1e-7)


def test_moments_of_more_images_than_one_product_takes_are_those_of_all():
    generator = torch.Generator().manual_seed(0)
    pixels = torch.randint(0, 256, (10_003, 28, 28), generator=generator, dtype=torch.uint8)
    mean, second = moments.input_moments(Labelled(pixels, torch.zeros(10_003, dtype=torch.int64)))
    x = pixels.flatten(1).double().numpy() / 255
    assert np.allclose(mean, x.mean(0), atol=1e-7)
    assert np.allclose(second[:5], x[:, :5].T @ x / len(x), atol=1e-7)


def test_other_inputs_have_other_moments(inputs):
    other = Labelled(inputs.inputs[:100], inputs.labels[:100])
    assert not np.allclose(moments.input_moments(other)[0], moments.input_moments(inputs)[0])
    table = moments.network_table(inputs, 24, 0.5)
    noise = torch.randint(0, 256, (500, 28, 28), generator=torch.Generator().manual_seed(0))
    flat = moments.network_table(Labelled(noise.byte(), inputs.labels[:500]), 24, 0.5)
    assert flat[7, 7] < table[7, 7]  # noise has high frequencies as strong as any


@pytest.mark.parametrize("crop", [8, 24])
def test_moments_in_the_dct_tell_the_same_of_an_error(inputs, crop):
    _, second = moments.input_moments(inputs)
    seen = moments.window(crop)
    error = np.zeros(784)
    error[seen] = np.random.default_rng(0).normal(size=seen.shape)
    transformed = (error[seen] @ dct.block_dct_matrix().T).ravel()
    turned = moments.moments_in_dct(crop, second)
    assert transformed @ turned @ transformed == pytest.approx(error @ second @ error)


@pytest.mark.parametrize("crop", [8, 16, 24, 28])
@pytest.mark.parametrize("exponent", [0.5, 1.0])
def test_a_table_for_the_network_rises_away_from_the_mean(inputs, crop, exponent):
    table = moments.network_table(inputs, crop, exponent)
    assert table.shape == (8, 8)
    assert np.issubdtype(table.dtype, np.integer)
    assert table.mean() == pytest.approx(dct.LUMINANCE.mean(), abs=0.5)
    for axis in (0, 1):
        assert np.all(np.diff(table, axis=axis) >= 0)
    assert table[7, 7] > 2 * table[0, 0]


def test_with_exponent_0_the_table_is_flat(inputs):
    assert np.all(moments.network_table(inputs, 24, 0) == round(dct.LUMINANCE.mean()))


def window(weights: np.ndarray, crop: int) -> np.ndarray:
    """The middle crop × crop pixels of each tile, by blocks: (n, rows, columns, 8, 8)."""
    start = (28 - crop) // 2
    inside = weights.reshape(-1, 28, 28)[:, start : start + crop, start : start + crop]
    return np.array([dct.to_blocks(tile) for tile in inside])


@given(CROPS)
def test_the_window_s_pixels_come_block_by_block(crop):
    assert np.array_equal(moments.window(crop).ravel(), window(np.arange(784), crop).ravel())


@st.composite
def roundings(draw):
    """Weights of five units, steps, and a crop."""
    random = np.random.default_rng(draw(SEEDS))
    steps = draw(st.floats(0.1, 4)) * random.uniform(0.5, 2, (8, 8))
    return random.normal(size=(5, 784)), steps, draw(CROPS)


@settings(max_examples=30)
@given(roundings(), st.sampled_from([0.01, 1, 10]))
def test_rounded_weights_are_multiples_of_the_steps_in_the_window_alone(inputs, case, damping):
    weights, steps, crop = case
    found = moments.rounded(weights, steps, inputs, crop, damping)
    levels = dct.forward(window(found, crop)) / steps
    assert np.abs(levels - np.rint(levels)).max() < 1e-9
    assert np.count_nonzero(found) == np.count_nonzero(window(found, crop))


@settings(max_examples=30)
@given(roundings())
def test_with_endless_damping_each_coefficient_is_rounded_to_the_nearest(inputs, case):
    weights, steps, crop = case
    found = moments.rounded(weights, steps, inputs, crop, 1e12)
    nearest = dct.quantise(dct.forward(window(weights, crop)), steps)
    assert np.allclose(dct.forward(window(found, crop)), nearest * steps, atol=1e-9)


@settings(max_examples=30)
@given(roundings(), st.sampled_from([0.01, 0.3, 1]))
def test_rounding_makes_up_for_errors_that_the_next_layer_would_see(inputs, case, damping):
    weights, steps, crop = case
    mean, second = moments.input_moments(inputs)
    H = second - np.outer(mean, mean)
    inside = window(np.arange(784), crop).ravel()

    def cost(kept: np.ndarray) -> float:
        error = (kept - weights)[:, inside]
        return np.einsum("ni,ij,nj", error, H[np.ix_(inside, inside)], error)

    plain = moments.rounded(weights, steps, inputs, crop, 1e12)
    assert cost(moments.rounded(weights, steps, inputs, crop, damping)) < cost(plain)
