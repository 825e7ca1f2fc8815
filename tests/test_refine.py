"""Choosing coefficients anew: what is counted is what a file spends, and the sum falls."""

import copy

import numpy as np
import pytest
import torch
from torch.nn import functional

from jpegnet import codec_study, data, mlp, picture, refine
from jpegnet.dct import BLOCK
from jpegnet.entropy import ZIGZAG, jpeg_bits
from jpegnet.picturenet import PictureNetwork
from jpegnet.ratetrain import Recipe, fit

RECIPE = Recipe(widths=(784, 8, 10), price=1e-4, epochs=12)


@pytest.fixture(scope="module")
def part() -> data.Split:
    split = data.load().train
    return data.Split(split.images[:6000], split.labels[:6000])


@pytest.fixture(scope="module")
def trained(part) -> PictureNetwork:
    return fit(RECIPE, 0, part)[0]


def copied(net: PictureNetwork) -> PictureNetwork:
    again = copy.copy(net)
    again.q = net.q.detach().clone()
    return again


def total(file: bytes, split: data.Split) -> float:
    """Cross-entropy of the images as they are, plus the price of the file's bits."""
    logits = mlp.forward(picture.decode(file), split.x)
    return functional.cross_entropy(logits, split.labels).item() + RECIPE.price * 8 * len(file)


def test_the_sum_falls_and_the_file_shrinks(trained, part):
    net = copied(trained)
    before = net.file()
    refine.refine(net, RECIPE.price, part, passes=1)
    after = net.file()
    assert len(after) < len(before)
    assert total(after, part) < total(before, part)
    unseen = data.load().validation
    assert total(after, unseen) < total(before, unseen)
    assert torch.equal(net.q, net.q.round())


def test_the_same_choice_each_time(trained, part):
    nets = [copied(trained), copied(trained)]
    for net in nets:
        refine.refine(net, RECIPE.price, part, images=900, passes=1)
    assert torch.equal(nets[0].q, nets[1].q)


def test_blocks_stand_in_the_file_where_the_picture_has_them(trained):
    places, blocks = trained.file_places, trained.file_blocks
    found = codec_study.blocks(trained.file())
    assert blocks == len(found.reshape(-1, BLOCK * BLOCK))
    whole = trained.q.detach().round().int().numpy()
    assert (found.reshape(-1, BLOCK * BLOCK)[places] == whole).all()


def test_bits_are_counted_as_a_file_spends_them(trained):
    blocks = codec_study.blocks(trained.file())
    counted = refine._Bits(blocks.reshape(-1, 64)[:, ZIGZAG].tolist())
    spent = sum(counted.lengths[s] for i in range(len(counted.blocks)) for s in counted._symbols(i))
    real = sum(jpeg_bits(blocks).values())
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
