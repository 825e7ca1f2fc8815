"""The study of training through the codec, on networks of seconds."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import torch

from jpegnet.methods.through_codec.chain import ChainPicture
from jpegnet.methods.through_codec.recipe import CodecRecipe
from jpegnet.methods.through_codec.training import first_network
from jpegnet.nets import train
from jpegnet.nets.mlp import Mlp
from jpegnet.picture import inspect
from jpegnet.studies import through_codec as codec_study

TINY = train.Recipe(epochs=1, learning_rate=1e-2, cosine=True, architecture=Mlp((784, 8, 10)))
QUICK = CodecRecipe(architecture=Mlp((784, 6, 10)), price=5e-5, epochs=1, passes=0)
SUMMARY = pd.DataFrame(
    {"price": [4, 2, 1], "bytes": [900.0, 1400.0, 2600.0], "val_accuracy": [97.1, 98.2, 98.6]}
)


@pytest.fixture(scope="module")
def files() -> list[bytes]:
    generator = torch.Generator().manual_seed(0)
    nets = []
    for widths in ((784, 6, 10), (784, 20, 7, 10)):
        net = ChainPicture(first_network(Mlp(widths), generator), CodecRecipe().table())
        net.q.data *= 0.6
        nets.append(net)
    return [net.file() for net in nets]


def test_runs_are_a_row_a_recipe_and_seed(kept, few):
    table = codec_study.runs([(QUICK, 2), (replace(QUICK, price=4e-4), 1)], TINY, few)
    assert table.seed.tolist() == [0, 1, 0]
    assert table.price.tolist() == [5e-5, 5e-5, 4e-4]
    assert table.start.tolist() == [6] * 3
    assert [len(file) for file in table.file] == table.bytes.tolist()
    rows, found = codec_study.files(table)
    assert list(found.values()) == table.file.to_list()
    assert rows.file.to_list() == list(found) and rows.file.is_unique
    assert rows.setting.tolist() == ["price 50", "price 50", "price 400"]
    assert (rows.architecture == "784-6-10").all()


@pytest.mark.parametrize(("budget", "price"), [(3000, 1), (2600, 1), (2000, 2), (1000, 4), (1, 4)])
def test_within_a_budget_validation_chooses(budget, price):
    assert codec_study.within(SUMMARY, budget).price == price


def test_within_a_budget_the_best_is_chosen_not_the_largest():
    worse = SUMMARY.assign(val_accuracy=[97.1, 98.2, 98.0])
    assert codec_study.within(worse, 3000).price == 2


def test_an_aim_is_reached_by_the_lower_end_of_the_interval_not_by_the_mean():
    best = SUMMARY.assign(units=6, epochs=1, test_accuracy=98.7, test_accuracy_low=[96.9, 98.0, 98])
    table = pd.DataFrame({"price": [4, 4, 4, 2, 2, 1]})
    found = codec_study.verdicts(
        {900: best.iloc[0], 1400: best.iloc[1], 2000: best.iloc[2]}, table
    ).set_index("budget")
    assert found.reached.to_dict() == {900: "no, by 0.100", 1400: "yes", 2000: "no, by 0.500"}
    assert found.seeds.to_dict() == {900: 3, 1400: 2, 2000: 1}
    assert found.price.tolist() == [4e6, 2e6, 1e6]


def test_the_survey_has_a_row_a_recipe(files):
    table = pd.DataFrame(
        {
            "recipe": [0, 0, 1],
            "price": [1e-5, 1e-5, 2e-5],
            "seed": [0, 1, 0],
            "units": 6,
            "nonzero": [10, 20, 7],
            "model_bits": 100.0,
            "trained_bytes": 900,
            "file": [files[0], files[0], files[1]],
        }
    )
    survey = codec_study.survey(table)
    assert survey.nonzero.tolist() == [15, 7]
    assert survey.scans.tolist() == [inspect.spent(file)["scans"] for file in files]


def test_frequencies_are_shares_of_blocks(files):
    shares = codec_study.frequencies(files)
    first = np.concatenate([inspect.first_blocks(file) for file in files])
    assert shares.shape == (8, 8)
    assert shares[0, 1] == pytest.approx(100 * np.count_nonzero(first[:, 1]) / len(first))
