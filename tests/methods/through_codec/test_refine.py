"""Choosing coefficients anew: what is counted is what a file spends, and the sum falls."""

import copy

import numpy as np
import pytest
import torch
from torch.nn import functional

from jpegnet.data import mnist
from jpegnet.data.labelled import Labelled
from jpegnet.jpeg.coefficients import ZIGZAG
from jpegnet.jpeg.entropy import jpeg_bits
from jpegnet.methods.through_codec import refine
from jpegnet.methods.through_codec.chain import ChainPicture
from jpegnet.methods.through_codec.recipe import CodecRecipe
from jpegnet.methods.through_codec.training import fit
from jpegnet.nets.mlp import Mlp
from jpegnet.picture import file as picture
from jpegnet.picture import inspect

RECIPE = CodecRecipe(architecture=Mlp((784, 8, 10)), price=1e-4, epochs=12)


@pytest.fixture(scope="module")
def part() -> Labelled:
    images = mnist.load().train
    return Labelled(images.inputs[:6000], images.labels[:6000])


@pytest.fixture(scope="module")
def trained(part) -> ChainPicture:
    return fit(RECIPE, 0, part)[0]


def copied(net: ChainPicture) -> ChainPicture:
    again = copy.copy(net)
    again.q = net.q.detach().clone()
    return again


def wanted(images: Labelled, n: int) -> tuple[torch.Tensor, torch.Tensor]:
    """The first n images, (n, 784), and the probabilities of their classes, (n, 10)."""
    few = images.first(n)
    return few.x.flatten(1), functional.one_hot(few.labels, 10).float()


def total(file: bytes, images: Labelled) -> float:
    """Cross-entropy of the images as they are, plus the price of the file's bits."""
    logits = picture.decode(file).logits(images.x)
    return functional.cross_entropy(logits, images.labels).item() + RECIPE.price * 8 * len(file)


def test_the_sum_falls_and_the_file_shrinks(trained, part):
    net = copied(trained)
    before = net.file()
    refine.refine(net, RECIPE.price, *wanted(part, 6000), passes=1)
    after = net.file()
    assert len(after) < len(before)
    assert total(after, part) < total(before, part)
    unseen = mnist.load().validation
    assert total(after, unseen) < total(before, unseen)
    assert torch.equal(net.q, net.q.round())


def test_the_same_choice_each_time(trained, part):
    nets = [copied(trained), copied(trained)]
    for net in nets:
        refine.refine(net, RECIPE.price, *wanted(part, 900), passes=1)
    assert torch.equal(nets[0].q, nets[1].q)


def test_blocks_stand_in_the_file_where_the_picture_has_them(trained):
    places, blocks = trained.file_places, trained.file_blocks
    found = inspect.blocks(trained.file())
    assert blocks == len(found.reshape(-1, 64))
    whole = trained.q.detach().round().int().numpy()
    assert (found.reshape(-1, 64)[places] == whole).all()


def test_bits_are_counted_as_a_file_spends_them(trained):
    blocks = inspect.blocks(trained.file())
    counted = refine.Bits(blocks.reshape(-1, 64)[:, ZIGZAG].tolist())
    spent = sum(counted.lengths[s] for i in range(len(counted.blocks)) for s in counted._symbols(i))
    used = {s for i in range(len(counted.blocks)) for s in counted._symbols(i)}
    real = sum(jpeg_bits(blocks).values()) + 8 * len(used)  # each stands in the file's tables
    assert spent == pytest.approx(real, rel=0.03)  # ideal lengths here, whole ones there
    rng = np.random.default_rng(0)
    for _ in range(10):
        i, place, value = rng.integers(len(counted.blocks)), rng.integers(64), rng.integers(-3, 4)
        more = counted.more(i, place, int(value))
        old = counted.blocks[i][place]
        counted.blocks[i][place] = int(value)
        sums = [counted.lengths[s] for j in range(len(counted.blocks)) for s in counted._symbols(j)]
        assert more == pytest.approx(sum(sums) - spent, abs=1e-6)
        counted.blocks[i][place] = old


@pytest.fixture
def search(trained, part) -> refine._Search:
    """At random logits of 60 images, with bits that cost nothing."""
    truth = 0.9 * wanted(part, 60)[1] + 0.01  # a teacher's, never quite sure
    found = refine._Search(copied(trained), 0.0, truth)
    found.start(torch.randn(10, 60, generator=torch.Generator().manual_seed(0)))
    return found


def test_the_change_of_the_loss_is_that_of_the_cross_entropy(search):
    generator = torch.Generator().manual_seed(1)
    w, d = torch.randn(10, generator=generator), torch.randn(3, 60, generator=generator)
    d[:, ::4] = 0
    truth = search.truth.T
    before = functional.cross_entropy(search.logits.T, truth)
    moved = [search.logits + w[:, None] * row for row in d]
    changes = torch.stack([functional.cross_entropy(m.T, truth) - before for m in moved])
    torch.testing.assert_close(
        search._losses(d, w, w @ search.truth), changes, rtol=1e-4, atol=1e-5
    )


@pytest.mark.parametrize("hidden", [True, False])
def test_moves_are_tried_if_the_loss_falls_to_second_order(search, hidden):
    generator = torch.Generator().manual_seed(2)
    x, unit = torch.randn(64, 60, generator=generator), torch.rand(64, generator=generator) / 4
    w = torch.randn(10, generator=generator) if hidden else torch.eye(10)[3]
    active = torch.arange(60) % 3 > 0 if hidden else torch.ones(60, dtype=torch.bool)

    def loss(delta: torch.Tensor) -> torch.Tensor:
        d = active * ((unit * delta).double() @ x.double())
        moved = search.logits.double() + w.double()[:, None] * d
        return functional.cross_entropy(moved.T, search.truth.T.double())

    zero = torch.zeros(64, dtype=torch.float64)
    slope = torch.autograd.functional.jacobian(loss, zero)
    bend = torch.autograd.functional.hessian(loss, zero).diagonal()
    search.q[5] = torch.randint(-2, 3, (64,), generator=generator).float()
    wanted = {
        (k, new)
        for k, old in enumerate(search.q[5].int().tolist())
        for new in {old - 1, old + 1, 0} - {old}
        if slope[k] * (new - old) + bend[k] * (new - old) ** 2 / 2 < 0
    }
    found = search._promising(5, x, x.square(), unit, w, w @ search.truth, active if hidden else 1)
    assert 20 < len(wanted) < 150
    assert sorted(found) == sorted(wanted)


def test_the_logits_follow_the_coefficients(trained, part):
    net = copied(trained)
    refine.refine(net, RECIPE.price, *wanted(part, 900), passes=1)
    search = refine._Search(net, RECIPE.price, wanted(part, 90)[1])
    x = part.x[:90].flatten(1)[:, net.seen].T.contiguous()
    W1, b1, W2, b2 = net.matrices().values()
    z = torch.addmm(b1.T, W1, x)
    search.start(torch.addmm(b2.T, W2, z.relu()))
    order = torch.searchsorted(net.seen, net.parts["0.weight"].entries)
    coefficients = (refine._DCT @ x[order].view(-1, 64, 90))[4]
    before = search.logits.clone()
    scale = net.log_scales.exp().tolist()[0]
    search.block(4, coefficients, coefficients.square(), scale, W2[:, 0], z[0])  # of unit 0
    net.q.copy_(search.q)
    assert not torch.equal(search.logits, before)
    torch.testing.assert_close(search.logits, net.logits(x.T).T, rtol=1e-4, atol=1e-4)
