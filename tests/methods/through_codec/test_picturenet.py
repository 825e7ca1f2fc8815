"""A network as coefficients: it is what its file says."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.nn import functional

from jpegnet.jpeg import diffjpeg
from jpegnet.jpeg.coefficients import from_samples
from jpegnet.methods.through_codec.chain import ChainPicture, without_dead_units
from jpegnet.methods.through_codec.recipe import CodecRecipe
from jpegnet.methods.through_codec.training import first_network
from jpegnet.nets import mlp
from jpegnet.nets.network import fresh
from jpegnet.picture import file as picture

WIDTHS = [(784, 64, 10), (784, 5, 10), (784, 70, 10), (784, 13, 7, 10), (784, 10)]


def network(widths: tuple[int, ...], seed: int = 0) -> ChainPicture:
    """With coefficients that have moved, as they do in training."""
    generator = torch.Generator().manual_seed(seed)
    net = ChainPicture(first_network(mlp.Mlp(widths), generator), CodecRecipe().table())
    with torch.no_grad():
        net.q += torch.randn(net.q.shape, generator=generator) * (net.q.abs() > 0.5)
        net.q *= 0.7  # within 0 to 255
    assert net.overflow() == 0
    return net


@pytest.mark.parametrize("widths", WIDTHS)
def test_the_file_holds_what_was_trained(widths):
    net = network(widths)
    shown = picture.load(net.file())
    assert np.abs(shown.image.astype(int) - net.image()).max() <= 1  # a real decoder's samples
    found = from_samples(shown.image, shown.table)
    assert np.count_nonzero(found) == net.q.detach().round().count_nonzero()
    assert (shown.table == net.table).all()
    assert shown.layout.architecture.widths == widths


@pytest.mark.parametrize("widths", WIDTHS)
def test_bits_are_counted_of_what_the_file_codes(widths):
    net = network(widths)
    net.q.data.round_()
    shown = picture.load(net.file())
    held = from_samples(shown.image, shown.table).reshape(net.file_blocks, -1)
    held[:, 0] = np.diff(held[:, 0], prepend=0)  # T.81, F.1.1.5.1: a DC less the last block's
    assert np.array_equal(held[net.file_places], net.coded().detach())


@pytest.mark.parametrize("widths", WIDTHS)
def test_the_network_in_training_is_the_one_that_is_decoded(widths):
    net = network(widths)
    x = torch.rand(50, 784, generator=torch.Generator().manual_seed(1))
    trained = net.logits(x[:, net.seen])
    torch.testing.assert_close(trained, net.network().logits(x), rtol=1e-4, atol=1e-4)
    decoded = picture.decode(net.file()).logits(x)
    # Decoders' arithmetic may differ by a grey level here and there.
    assert (trained - decoded).abs().max() < 0.05 * trained.abs().max()


@pytest.mark.parametrize("coding", picture.CODINGS)
def test_every_coding_holds_the_same_network(coding):
    net = network((784, 9, 10))
    before = picture.decode(net.file()).tensors
    after = picture.decode(net.file(coding)).tensors
    assert all(torch.equal(before[name], after[name]) for name in before)


def test_noise_takes_the_place_of_rounding():
    net = network((784, 5, 10))
    x = torch.rand(3, len(net.seen), generator=torch.Generator().manual_seed(1))
    still = net.logits(x, noise=torch.zeros(net.q.shape))
    noise = torch.rand(net.q.shape, generator=torch.Generator().manual_seed(2)) - 0.5
    moved = net.logits(x, noise=noise)
    assert not torch.equal(still, moved)
    assert not torch.equal(still, net.logits(x))


def test_bits_with_one_scale_a_place_are_an_estimate_too():
    net = network((784, 5, 10))
    noise = torch.zeros(net.q.shape)
    with torch.no_grad():
        net.log_costs += torch.randn(
            net.log_costs.shape, generator=torch.Generator().manual_seed(1)
        )
    assert net.bits(noise, per_frequency=False) != net.bits(noise)
    assert net.bits(noise, per_frequency=False) > 0


def test_bits_of_differences_know_that_neighbours_are_alike():
    net = network((784, 5, 10))
    net.q.data.zero_()
    noise = torch.zeros(net.q.shape)
    nothing = net.bits(noise)
    net.q.data[0, 0] = 3
    one = net.bits(noise, differences=False) - nothing
    net.q.data[: net.counts[0], 0] = 3
    edges = net.coded()[:, 0].count_nonzero()
    assert edges < net.counts[0] / 4
    saved = net.bits(noise, differences=False) - net.bits(noise)
    torch.testing.assert_close(saved, (net.counts[0] - edges) * one, rtol=1e-4, atol=0)


@given(
    seed=st.integers(0, 1000),
    dead=st.lists(st.booleans(), min_size=12, max_size=12),
    deep=st.lists(st.booleans(), min_size=6, max_size=6),
)
def test_dropping_dead_units_changes_no_answer(seed, dead, deep):
    net = fresh(mlp.Mlp((784, 12, 6, 10)), torch.Generator().manual_seed(seed))
    net.tensors["0.weight"][torch.tensor(dead)] = 0
    net.tensors["2.weight"][torch.tensor(deep)] = 0
    smaller = without_dead_units(net)
    (first, _), (second, _), _ = mlp.layers(smaller)
    assert len(first) == max(1, dead.count(False))
    assert len(second) == max(1, deep.count(False))
    x = torch.rand(20, 784, generator=torch.Generator().manual_seed(seed))
    torch.testing.assert_close(smaller.logits(x), net.logits(x))


@pytest.mark.parametrize("widths", [(784, 12, 10), (784, 20, 9, 10)])
@pytest.mark.parametrize("grey", [True, False])
def test_gradients_by_hand_are_those_of_autograd(widths, grey):
    generator = torch.Generator().manual_seed(3)
    recipe = CodecRecipe(widths)
    net = ChainPicture(first_network(mlp.Mlp(widths), generator), recipe.table())
    net.q.data *= 3  # some levels are cut off
    x = torch.rand(40, len(net.seen), generator=generator)
    truth = torch.rand(40, 10, generator=generator).softmax(1)
    loss = functional.cross_entropy(net.logits(x, grey=grey), truth)
    expected = torch.autograd.grad(loss, (net.q, net.log_scales))
    assert net.descend(x, truth, grey) == pytest.approx(loss.item(), rel=1e-6)
    for parameter, by in zip((net.q, net.log_scales), expected, strict=True):
        torch.testing.assert_close(parameter.grad, by, rtol=1e-3, atol=1e-7)
    assert (diffjpeg.samples(net.q, net.steps).abs() >= 127).any()
