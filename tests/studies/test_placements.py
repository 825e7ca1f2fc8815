"""Ways to put a layer's kernels into a picture."""

import numpy as np
import pytest

from jpegnet.nets.convolutional import Convolutional
from jpegnet.nets.train import Recipe
from jpegnet.picture.plan import arranged
from jpegnet.studies import placements

SHAPE = (6, 8, 4, 4)


@pytest.mark.parametrize("name", placements.PLACEMENTS)
def test_each_weight_has_one_place(name):
    weight = np.random.default_rng(0).normal(size=SHAPE)
    index = placements.PLACEMENTS[name](weight)
    assert np.array_equal(np.sort(index.ravel()), np.arange(weight.size))


def test_four_kernels_share_a_block_as_in_the_format():
    weight = np.arange(np.prod(SHAPE), dtype=float).reshape(SHAPE)
    index = placements.PLACEMENTS["four kernels a block"](weight)
    architecture = Convolutional(((8, 8, 3), (6, 4, 2)))
    part = arranged(architecture, 64)[2]
    of_format = part.entries(weight[0].size).reshape(part.height, part.width)
    for filter_, tile in enumerate(index.reshape(6, 8, -1)):
        assert np.array_equal(tile, weight[0].size * filter_ + of_format)


def test_by_likeness_the_next_is_the_most_alike():
    rng = np.random.default_rng(0)
    strokes = rng.normal(size=(2, 5, 4, 4))
    weight = np.stack([strokes[i % 2] for i in range(6)], 1) + 0.01 * rng.normal(size=(5, 6, 4, 4))
    order = placements._by_likeness(weight)
    assert sorted(order.tolist()) == list(range(6))
    assert (np.diff(order % 2) != 0).sum() == 1  # one kind after the other


@pytest.mark.slow
def test_placements_are_measured_on_a_trained_network(kept, few):
    recipe = Recipe(
        epochs=1,
        learning_rate=3e-3,
        cosine=True,
        architecture=Convolutional(((8, 8, 3), (4, 4, 2))),
    )
    table = placements.placements(recipe, 2, (5, 95), few)
    assert table.placement.tolist() == list(placements.PLACEMENTS)
    assert table.bytes.between(150, 3000).all()
    assert table.quality.isin([5, 50, 95]).all()  # means of two
    assert (table.val_loss <= 2).all()
