"""The layer that computes with a picture's coefficients: it is the dense one that JPEG decodes."""

import functools
from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from jpegnet.data import mnist
from jpegnet.data.labelled import Labelled
from jpegnet.jpeg import coefficients, dct
from jpegnet.methods import matrixform
from jpegnet.methods.matrixform import CompressedLinear
from jpegnet.methods.posttraining import RECOMMENDED, Choices, compress
from jpegnet.nets import mlp
from jpegnet.nets.network import Network, fresh
from jpegnet.picture import file as picture
from jpegnet.picture.layout import PictureError
from jpegnet.picture.plan import plan

SEEDS = st.integers(0, 2**32 - 1)
COARSE = st.integers(5, 60)  # qualities


@functools.cache
def inputs() -> Labelled:
    """A part of the training images."""
    train = mnist.load().train
    return Labelled(train.inputs[:2000], train.labels[:2000])


@functools.cache
def images(n: int = 40) -> np.ndarray:
    return mnist.load().validation.x[:n].flatten(1).numpy()


def random_network(seed: int = 0, widths: tuple[int, ...] = (784, 12, 10)) -> Network:
    return fresh(mlp.Mlp(widths), torch.Generator().manual_seed(seed))


def packed(seed: int, quality: int) -> bytes:
    return compress(random_network(seed), quality, RECOMMENDED, inputs())


@pytest.mark.parametrize("blocks", [1, 9])
def test_the_block_dct_is_orthonormal_so_it_keeps_products(blocks):
    T = dct.block_dct_matrix(blocks)
    assert np.abs(T @ T.T - np.eye(64 * blocks)).max() < 1e-12
    w, x = np.random.default_rng(0).normal(size=(2, 64 * blocks))
    assert (T @ w) @ (T @ x) == pytest.approx(w @ x)


def test_the_block_dct_takes_each_block_by_itself():
    blocks = np.random.default_rng(1).normal(size=(3, 8, 8))
    found = dct.block_dct_matrix(3) @ blocks.ravel()
    assert np.allclose(found, dct.forward(blocks).ravel())


@given(SEEDS, st.floats(1, 40), st.integers(9, 255))
def test_coefficients_are_found_from_samples_where_steps_are_more_than_8(seed, contrast, largest):
    random = np.random.default_rng(seed)
    table = random.integers(9, largest, (8, 8), endpoint=True)
    noise = random.normal(random.uniform(-60, 60), contrast, (2, 3, 8, 8))
    wanted = dct.quantise(dct.forward(noise), table)
    samples = dct.from_blocks(np.rint(dct.inverse(wanted * table)) + 128, 16, 24)
    assume(samples.min() >= 0 and samples.max() <= 255)
    assert np.array_equal(coefficients.from_samples(samples.astype(np.uint8), table), wanted)


@given(SEEDS)
def test_samples_that_no_coefficients_give_are_refused(seed):
    noise = np.random.default_rng(seed).integers(0, 256, (16, 24), np.uint8)
    with pytest.raises(ValueError, match="do not tell the coefficients"):
        coefficients.from_samples(noise, np.full((8, 8), 30))


def test_a_sample_that_is_off_by_three_grey_levels_is_refused_and_by_one_is_not():
    table, samples = np.full((8, 8), 30), np.full((8, 8), 128, np.uint8)
    samples[2, 3] += 1
    assert not coefficients.from_samples(samples, table).any()
    samples[2, 3] += 2
    with pytest.raises(ValueError, match="do not tell the coefficients"):
        coefficients.from_samples(samples, table)


@settings(max_examples=20)
@given(SEEDS, COARSE)
def test_the_layer_is_the_dense_one_with_its_weights(seed, quality):
    layer = CompressedLinear.from_picture(packed(seed, quality))
    dense = images() @ layer.weights().T + layer.bias
    assert layer(images()).dtype == np.float32
    assert np.allclose(layer(images()), dense, rtol=0, atol=1e-5 * (1 + np.abs(dense).max()))


@settings(max_examples=20)
@given(SEEDS, COARSE)
def test_its_weights_are_those_that_jpeg_decodes_to_half_a_grey_level(seed, quality):
    file = packed(seed, quality)
    layer, decoded = CompressedLinear.from_picture(file), picture.decode(file)
    scale = picture.load(file).layout.parts[0].scale
    grey = decoded.tensors["0.weight"].numpy() / scale
    inside = (grey > -128) & (grey < 127)  # 0 and 255: the decoder may have cut them off
    assert inside.mean() > 0.99
    error = np.abs(layer.weights() / scale - grey)[inside]
    # Half a level for whole levels, √(1/12) in the root mean square. Between its two passes libjpeg
    # rounds to quarters of levels that are √8 times as large: by 1/8 / √8 at most, which the second
    # pass, of eight numbers, makes 1/8 at most.
    assert error.max() < 1 / 2 + 1 / 8
    assert np.sqrt(np.mean(error**2)) < np.sqrt(1 / 12) + 0.01
    assert np.array_equal(layer.bias, decoded.tensors["0.bias"].numpy())


def test_it_holds_small_whole_numbers_and_counts_their_bytes():
    layer = CompressedLinear.from_picture(packed(0, 60))
    assert layer.q.dtype == np.int8
    units, numbers = layer.q.shape
    assert (units, numbers) == (12, 24 * 24)
    assert 0 < layer.q.nnz < layer.q.toarray().size / 2
    indices = 4 * layer.q.nnz + 4 * (units + 1)
    arrays = 4 * numbers + 2 * numbers + 4 * units
    assert layer.resident_bytes == layer.q.nnz + indices + arrays + 4 * 64 * 64


def encoded(net: Network, step: int = 30, **change) -> bytes:
    """A picture, its first part changed."""
    layout = plan(net, 24)
    layout = replace(layout, parts=(replace(layout.parts[0], **change), *layout.parts[1:]))
    return picture.encode(net, layout, np.full((8, 8), step))


def test_tiles_that_are_not_whole_blocks_of_an_image_are_refused():
    with pytest.raises(ValueError, match="28 × 28 of 784 inputs are not whole blocks"):
        CompressedLinear.from_picture(compress(random_network(), 50, Choices(crop=28), None))
    with pytest.raises(ValueError, match="of 64 inputs are not whole blocks"):
        CompressedLinear.from_picture(encoded(random_network(0, (64, 12, 10))))
    with pytest.raises(ValueError, match="24 × 24 of 784 inputs are not whole blocks"):
        CompressedLinear.from_picture(encoded(random_network(), top=8))  # to line 32 of 28


def test_what_is_no_network_is_refused():
    with pytest.raises(PictureError, match="not a JPEG file"):
        CompressedLinear.from_picture(b"neural network")


def test_a_coefficient_beyond_a_byte_is_refused():
    # Tiles of grey 255 have means of 8 · 127 = 1016.
    flat = random_network()
    flat.tensors["0.weight"].fill_(0.1)
    assert CompressedLinear.from_picture(encoded(flat, 8)).q.max() == 127
    with pytest.raises(ValueError, match="a coefficient of 254 is beyond int8"):
        CompressedLinear.from_picture(encoded(flat, 4))


def test_torch_s_int8_layer_is_near_the_dense_one():
    (weight, bias), *_ = mlp.layers(random_network())
    x = torch.from_numpy(images())
    dense = x @ weight.T + bias
    with torch.no_grad():
        found = matrixform.dense_int8(weight, bias)(x)
    assert 0 < (found - dense).std() < 0.05 * dense.std()


def test_seconds_are_medians_and_the_functions_take_turns(monkeypatch):
    clock, calls = [0.0], []
    monkeypatch.setattr(matrixform.time, "perf_counter", lambda: clock[0])

    def taking(name: str, durations: list[float]):
        left = iter(durations)

        def function() -> None:
            calls.append(name)
            clock[0] += next(left)

        return function

    found = matrixform.seconds([taking("a", [9, 1, 2]), taking("b", [30, 40, 90])], 3)
    assert found.tolist() == [2, 40]
    assert "".join(calls) == "ababab"
