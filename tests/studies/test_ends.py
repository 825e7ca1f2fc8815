"""Matrices of several networks on one scale."""

import numpy as np
import pandas as pd
import pytest

from jpegnet.data import minilm
from jpegnet.nets import train
from jpegnet.nets.mlp import Mlp
from jpegnet.studies import after_training, embeddings, ends, transformer
from jpegnet.studies.survey import ATTENTION, FIRST, LINEAR, surveyed

RNG = np.random.default_rng(0)
NOISE = RNG.normal(size=(128, 128)).astype(np.float32)
SMOOTH = (np.sin(np.arange(128) / 9)[:, None] * np.cos(np.arange(128) / 7)).astype(np.float32)
SMOOTH += 0.02 * NOISE


def layers() -> pd.DataFrame:
    rows = [("smooth", FIRST, SMOOTH), ("noise", LINEAR, NOISE), ("small", LINEAR, NOISE[:9, :64])]
    return pd.DataFrame(
        {"network": "one", "layer": layer, "kind": kind, "weights": matrix.size} | surveyed(matrix)
        for layer, kind, matrix in rows
    )


def test_noise_costs_more_than_int4_and_a_picture_less():
    placed = ends.placed(layers(), pd.DataFrame(columns=transformer.GAINS))
    assert placed["matrix"].tolist() == ["smooth", "noise"]  # the third has no figures
    smooth, noise = (row for _, row in placed.iterrows())
    cost = ends.of_noise(placed[1:])
    assert noise["more_bits"] == pytest.approx(cost, abs=0.1)
    assert 0.3 < cost < 1.5
    assert smooth["more_bits"] < 0
    assert smooth["saved"] > 30 > 2 > abs(noise["saved"])
    kinds = ends.by_kind(placed)
    assert kinds["kind"].tolist() == [FIRST, LINEAR]
    assert kinds["matrices"].tolist() == [1, 1]


def test_a_ratio_of_divergences_is_a_geometric_mean():
    table = pd.DataFrame(
        {
            "kind": [LINEAR, LINEAR, FIRST, ATTENTION],
            "int4_divergence": [1.0, 2.0, 4.0, np.nan],
            "jpeg_as_int4_divergence": [4.0, 2.0, 1.0, np.nan],
        }
    )
    found = ends.divergences(table).set_index("kind")
    assert found.index.tolist() == [FIRST, LINEAR]
    assert found.ratio.tolist() == pytest.approx([0.25, 2])


def test_orders_are_compared_at_one_error():
    told = [
        ("as it is", 2.0, 0.25, 2.1),
        ("as it is", 4.0, 0.0625, 3.9),
        ("shuffled", 3.0, 0.25, 2.1),
        ("shuffled", 4.0, 0.125, 3.0),
    ]
    rates = pd.DataFrame(
        told, columns=["order", "bits_per_weight", "relative_error", "uniform_bits_per_weight"]
    ).assign(matrix="m", codec="c")
    (row,) = ends.by_order(rates).to_dict("records")
    assert row == {"matrix": "m", "codec": "c", "shuffled": 1.0, "uniform": pytest.approx(0.0)}


@pytest.mark.slow
def test_pieces_are_of_the_matrices_that_they_stand_for(kept, few):
    recipe = train.Recipe(1, 3e-3, True, 20, Mlp((784, 64, 40, 10)))
    found = after_training.runs([recipe], 0, few)
    placed = ends.placed(found["layers"], pd.DataFrame(columns=transformer.GAINS))
    pieces = ends.pieces(placed, [recipe], few, None)
    weight = train.trained(recipe, 0, few).tensors
    assert len(pieces) == len(placed) == 2
    first = pieces[0]
    np.testing.assert_array_equal(first[:28, :28], weight["0.weight"][0].reshape(28, 28))
    assert first.shape == (56, 56)
    assert pieces[1].shape == (40, 40)
    grey = ends.grey(first)
    assert grey.dtype == np.uint8
    assert abs(float(grey.mean()) - 128) < 30


def test_without_the_model_tables_are_empty_and_the_rest_goes_on():
    assert transformer.names(None, 5) == []
    gains = transformer.gains([], None)
    rates = transformer.rates([], transformer.codecs((50,), (30,)), None)
    assert (len(gains), len(rates), len(embeddings.answers(("A b c.",), None))) == (0, 0, 0)
    assert np.isnan(gains["gain_db"].astype(float).max())
    assert len(ends.by_order(rates)) == 0
    assert len(ends.placed(layers(), gains)) == 2


@pytest.mark.skipif(minilm.load() is None, reason="the package is not installed")
def test_the_model_s_matrices_are_all_there_and_of_their_kinds():
    names = transformer.names(minilm.load(), 40)
    assert len(names) == 40
    assert names[0] == "embeddings.word_embeddings.weight"
    kinds = pd.Series([transformer.kind(name) for name in names]).value_counts()
    assert kinds[ATTENTION] == 24
    assert kinds["positions"] == 1
