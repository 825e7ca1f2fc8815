"""What genes make of a network."""

import numpy as np
import pytest

from jpegnet.studies.evolution.brains import Brains
from jpegnet.studies.evolution.genes import KINDS, Genes
from jpegnet.studies.evolution.rules import INPUTS, SECTORS


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("hidden", [1, 4, 5])
def test_genes_of_all_kinds_begin_equally_far(kind, hidden):
    genes = Genes(kind, hidden)
    matrix = genes.matrix.copy()
    assert matrix.shape == (genes.weights, genes.count)
    assert genes.weights == sum(np.prod(s) for s in genes.architecture.shapes.values())
    assert genes.count == genes.weights or kind == "mirrored"
    first, bias, second, last = genes.split(matrix.T)
    plain = np.concatenate([first.ravel(), bias.ravel(), second.ravel() * np.sqrt(hidden)])
    mean_square = (np.square(plain).sum() + np.square(last).sum()) / genes.weights
    assert mean_square == pytest.approx(1)
    scaled = np.concatenate(
        [a.reshape(genes.count, -1) for a in (first, bias, second * np.sqrt(hidden), last)], 1
    )
    products = scaled @ scaled.T
    np.testing.assert_allclose(products, np.eye(genes.count) * products[0, 0], atol=1e-9)


def test_mirrored_networks_answer_a_mirrored_view_with_the_opposite_turn():
    genes = Genes("mirrored", 6, 30)
    rng = np.random.default_rng(0)
    brains = Brains(8, genes, np.float64)
    brains.set(np.arange(8), rng.normal(size=(8, 30)))
    view = rng.uniform(size=(8, INPUTS))
    mirrored = view.reshape(8, -1, SECTORS)[:, :, ::-1].reshape(8, INPUTS)
    speed, turn = brains.decide(view)
    other_speed, other_turn = brains.decide(mirrored)
    np.testing.assert_allclose(speed, other_speed)
    np.testing.assert_allclose(turn, -other_turn)
    assert np.abs(turn).max() > 0.3


def test_low_frequencies_come_first():
    wide, narrow = Genes("parts", 5).matrix, Genes("parts", 5, 20).matrix
    ratio = wide[:, :20] / np.where(narrow, narrow, 1)
    np.testing.assert_allclose(ratio[narrow != 0], ratio[narrow != 0][0])


@pytest.mark.parametrize("kind", KINDS)
def test_a_matrix_tells_what_genes_make(kind):
    genes = Genes(kind, 3)
    values = np.random.default_rng(0).normal(size=(2, genes.count))
    np.testing.assert_allclose(genes.made(values), values @ genes.matrix.T, atol=1e-12)


@pytest.mark.parametrize("kept", [-1, 1000])
def test_as_many_genes_as_there_are(kept):
    with pytest.raises(ValueError, match=r"0 to 137 genes"):
        Genes("parts", 5, kept)


def test_a_kind_that_there_is():
    with pytest.raises(ValueError, match="no genes of kind 'wavelets'; there are direct"):
        Genes("wavelets", 5)
