"""Tiles in few coefficients, and what bases are worth."""

import numpy as np
import pandas as pd
import pytest

from jpegnet.methods import laplace
from jpegnet.nets import bases, train
from jpegnet.nets.evaluation import evaluator
from jpegnet.studies import coding_gain, other_bases

TINY = train.Recipe(epochs=1, learning_rate=3e-3, cosine=False)


def test_each_unit_keeps_its_own_coefficients_or_all_the_same():
    c = np.array([[3.0, -5, 1, 2], [0.5, 1, -4, 2]])
    h = np.array([1.0, 0.01, 9, 1])
    lowest = other_bases.keep(c, 2, "frequency", h)
    assert lowest.tolist() == [[3, -5, 0, 0], [0.5, 1, 0, 0]]
    assert other_bases.keep(c, 2, "magnitude", h).tolist() == [[3, -5, 0, 0], [0, 0, -4, 2]]
    assert other_bases.keep(c, 2, "effect", h).tolist() == [[3, 0, 1, 0], [0, 0, -4, 2]]
    for rule in other_bases.RULES:
        assert (other_bases.keep(c, 4, rule, h) == c).all()
    with pytest.raises(ValueError, match="luck is none of"):
        other_bases.keep(c, 2, "luck", h)


@pytest.mark.slow
def test_a_network_keeps_its_answers_with_all_coefficients(kept, few):
    table = other_bases.kept((4, 784), TINY, 1, few)
    assert set(table.columns) >= {"seed", "basis", "chosen_by", "coefficients", "test_accuracy"}
    assert len(table) == 10 * 3 * 2
    whole = table[table.coefficients == 784].test_accuracy
    accuracy = evaluator(few.test).accuracy(train.trained(TINY, 0, few))
    assert np.abs(whole - accuracy).max() < 0.3
    assert table[table.coefficients == 4].test_accuracy.mean() < accuracy


def test_the_coding_gain_is_that_of_its_formula():
    variances = np.array([4.0, 1, 0.25, 0.25])
    expected = np.log2(variances.mean() / np.prod(variances) ** 0.25) / 2
    assert coding_gain.predicted(variances, variances.mean()) == pytest.approx(expected)
    assert coding_gain.predicted(np.full(9, 3.0), 3.0) == pytest.approx(0)


def test_coefficients_are_rounded_as_coarsely_as_the_error_allows():
    c = np.random.default_rng(0).laplace(0, np.linspace(0.1, 2, 50), (300, 50))
    steps = np.linspace(1, 3, 50)
    bits, decoded = coding_gain.quantised(c, steps, 0.02)
    assert np.square((decoded - c) / steps).mean() == pytest.approx(0.02, rel=0.01)
    coarser, _ = coding_gain.quantised(c, steps, 0.08)
    assert 0 < coarser < bits
    step = np.abs(decoded[decoded != 0] / np.broadcast_to(steps, c.shape)[decoded != 0]).min()
    q = np.rint(decoded / steps / step)
    np.testing.assert_allclose(q * steps * step, decoded)
    assert bits == 8 * len(laplace.encode(q)) / c.size


def test_at_a_small_error_the_gain_is_what_is_saved():
    """The theory's own case: normal weights that are smooth, fine steps."""
    rng = np.random.default_rng(1)
    scales = np.geomspace(4, 0.25, 784)
    weight = (rng.standard_normal((512, 784)) * scales) @ bases.fixed("DCT").matrix
    power, bits, gains = np.square(weight).mean(), {}, {}
    for name in ("pixels", "DCT"):
        c = weight @ bases.fixed(name).matrix.T
        gains[name] = coding_gain.predicted(np.square(c).mean(0), power)
        bits[name], _ = coding_gain.quantised(c, np.ones(784), 1e-4 * power)
    assert gains["DCT"] > 0.7
    assert bits["pixels"] - bits["DCT"] == pytest.approx(gains["DCT"] - gains["pixels"], rel=0.05)


@pytest.mark.slow
def test_gains_stand_beside_those_of_the_pixels(kept, few):
    table = coding_gain.gains(TINY, 2, few)
    assert len(table) == 2 * 3 * 2 * 9
    pixels = table[table.basis == "pixels"]
    assert (pixels[["expected", "saved"]] == 0).all().all()
    setting = ["weights", "weighing", "seed"]
    one = table[(table[setting] == ["trained", "plain", 1]).all(axis=1)].set_index("basis")
    assert one.saved["DCT"] == pytest.approx(one.bits["pixels"] - one.bits["DCT"])
    assert one.expected["DCT"] == pytest.approx(one.predicted["DCT"] - one.predicted["pixels"])
    assert (table.test_accuracy.notna() == (table.weights == "trained")).all()


def test_the_prediction_is_judged_by_ranks():
    rows = pd.DataFrame({"weights": "trained", "weighing": "plain", "seed": [0, 0, 0, 1, 1, 1]})
    rows = rows.assign(expected=[1, 2, 3, 1, 2, 3], saved=[0.1, 5, 9, 9, 5, 0.1])
    assert coding_gain.rank_correlations(rows, "plain") == pytest.approx([1, -1])
