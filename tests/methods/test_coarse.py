"""Coarser grids: what comes back, how far off, in how many bytes."""

from itertools import product

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from jpegnet.methods import grids, packers
from jpegnet.methods.coarse import Coarse
from jpegnet.nets.mlp import Mlp
from jpegnet.nets.network import Network, fresh

SMALL = Mlp((20, 9, 10))
GRIDS = [grids.Halves(), grids.Steps(255), grids.Steps(15), grids.Steps(3), grids.Codes(16)]


@pytest.fixture
def network() -> Network:
    return fresh(SMALL, torch.Generator().manual_seed(0))


@given(
    st.lists(st.integers(0, 14), min_size=1, max_size=300),
    st.sampled_from(packers.PACKERS),
)
def test_symbols_come_back(symbols, packer):
    data = packers.packed(np.array(symbols), 15, packer)
    assert packers.unpacked(data, len(symbols), 15, packer).tolist() == symbols


def test_plain_symbols_take_as_many_bits_as_they_need():
    symbols = np.arange(64) % 5
    assert len(packers.packed(symbols, 5, "plain")) == 64 * 3 / 8
    assert len(packers.packed(symbols, 256, "plain")) == 64
    assert len(packers.packed(symbols % 2, 2, "plain")) == 8


def test_a_range_coder_takes_the_entropy():
    symbols = np.random.default_rng(0).binomial(14, 0.2, 20_000)
    p = np.bincount(symbols, minlength=15) / len(symbols)
    entropy = -(p[p > 0] * np.log2(p[p > 0])).sum() * len(symbols) / 8
    size = len(packers.packed(symbols, 15, "range coding")) - 4 * 15
    assert entropy <= size < 1.01 * entropy


def test_an_unknown_packer_is_named():
    with pytest.raises(ValueError, match="zip is none of plain"):
        packers.packed(np.zeros(3), 2, "zip")
    with pytest.raises(ValueError, match="zip is none of plain"):
        packers.unpacked(b"", 3, 2, "zip")


@pytest.mark.parametrize(("grid", "packer"), list(product(GRIDS, packers.PACKERS)))
def test_a_network_comes_back_on_its_grid(network, grid, packer):
    method = Coarse(grid, packer, SMALL)
    data = method.encode(network)
    decoded = method.decode(data)
    again = method.decode(method.encode(decoded))
    for name, tensor in decoded.tensors.items():
        if grid.name in ("float16", "int8", "int4"):  # what others are made of moves
            torch.testing.assert_close(again.tensors[name], tensor, rtol=2e-3, atol=1e-6)
        if tensor.ndim == 1:
            half = network.tensors[name].half().float()
            torch.testing.assert_close(tensor, half, rtol=0, atol=0)


@pytest.mark.parametrize(("levels", "most"), [(255, 0.5 / 127), (15, 0.5 / 7)])
def test_a_step_is_a_rows_own_and_the_error_half_of_it(network, levels, most):
    decoded = Coarse(grids.Steps(levels), "plain", SMALL).decode(
        Coarse(grids.Steps(levels), "plain", SMALL).encode(network)
    )
    for name in ("0.weight", "2.weight"):
        before, after = network.tensors[name], decoded.tensors[name]
        error = (after - before).abs() / before.abs().amax(1, keepdim=True)
        assert error.max() < 1.01 * most


def test_ternary_weights_have_three_values_a_row(network):
    method = Coarse(grids.Steps(3), "plain", SMALL)
    weight = method.decode(method.encode(network)).tensors["0.weight"]
    for before, row in zip(network.tensors["0.weight"], weight, strict=True):
        assert len(set(row.abs().tolist()) - {0.0}) == 1
        kept = row != 0
        torch.testing.assert_close(row[kept].abs()[0], before[kept].abs().mean(), rtol=1e-3, atol=0)
        assert (row[kept].sign() == before[kept].sign()).all()


def test_k_means_finds_the_clusters():
    rng = np.random.default_rng(0)
    values = np.concatenate([rng.normal(m, 0.01, 300) for m in (-1, 0, 0.5, 2)])
    np.testing.assert_allclose(grids.centres(values, 4), [-1, 0, 0.5, 2], atol=0.01)
    assert grids.nearest(np.array([-9, 0.2, 1.9]), np.array([-1, 0, 0.5, 2])).tolist() == [0, 1, 3]


def test_bytes_are_those_of_the_grid(network):
    matrices, vectors = 20 * 9 + 90, 19
    sizes = {g.name: len(Coarse(g, "plain", SMALL).encode(network)) for g in GRIDS}
    assert sizes["float16"] == 2 * (matrices + vectors)
    assert sizes["int8"] == matrices + 2 * (vectors + 19)
    assert sizes["int4"] == matrices / 2 + 2 * (vectors + 19)
    assert sizes["ternary"] == -(-matrices // 4) + 2 * (vectors + 19)
    assert sizes["k-means, 16"] == matrices / 2 + 2 * (vectors + 32)


def test_a_network_of_another_architecture_is_refused(network):
    with pytest.raises(ValueError, match="20-9-10, not of 784-512-10"):
        Coarse().encode(network)
