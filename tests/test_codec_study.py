"""The study of training through the codec, on networks of seconds."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import torch

from jpegnet import codec_study, compute, data, mlp, picture, rangecode, ratetrain
from jpegnet.picturenet import PictureNetwork
from jpegnet.ratetrain import Recipe, first_network

QUICK = Recipe(widths=(784, 6, 10), price=5e-5, epochs=1, passes=0)
SUMMARY = pd.DataFrame(
    {"price": [4, 2, 1], "bytes": [900.0, 1400.0, 2600.0], "val_accuracy": [97.1, 98.2, 98.6]}
)


@pytest.fixture
def few(kept, monkeypatch):
    """A tenth of the images to train on, in this process, results in the test's own folder."""
    whole = data.load()
    train = data.Split(whole.train.images[:6000], whole.train.labels[:6000])
    part = data.Mnist(train, whole.validation, whole.test)
    monkeypatch.setattr(ratetrain.data, "load", lambda: part)
    monkeypatch.setattr(codec_study, "process_map", compute.thread_map)


@pytest.fixture(scope="module")
def files() -> list[bytes]:
    generator = torch.Generator().manual_seed(0)
    nets = []
    for widths in ((784, 6, 10), (784, 20, 7, 10)):
        net = PictureNetwork(first_network(widths, generator), Recipe().table())
        net.q.data *= 0.6
        nets.append(net)
    return [net.file() for net in nets]


def test_runs_are_a_row_a_recipe_and_seed(few):
    table = codec_study.runs([QUICK, replace(QUICK, price=4e-4)], 2)
    assert table.seed.tolist() == [0, 1, 0, 1]
    assert table.price.tolist() == [5e-5, 5e-5, 4e-4, 4e-4]
    assert table.start.tolist() == ["6"] * 4
    assert [len(file) for file in table.file] == table.bytes.tolist()
    rows, found = codec_study.files(table)
    assert list(found.values()) == table.file.to_list()
    assert rows.file.to_list() == list(found) and rows.file.is_unique
    assert rows.setting.tolist() == ["price 50", "price 50", "price 400", "price 400"]
    assert (rows.architecture == "784-6-10").all()


@pytest.mark.parametrize(("budget", "price"), [(3000, 1), (2600, 1), (2000, 2), (1000, 4), (1, 4)])
def test_within_a_budget_validation_chooses(budget, price):
    assert codec_study.within(SUMMARY, budget).price == price


def test_within_a_budget_the_best_is_chosen_not_the_largest():
    worse = SUMMARY.assign(val_accuracy=[97.1, 98.2, 98.0])
    assert codec_study.within(worse, 3000).price == 2


def test_a_step_is_compared_at_equal_loss(monkeypatch):
    n = len(codec_study.WITHOUT) + 1
    table = pd.DataFrame(
        {
            "recipe": range(n),
            "bytes": [1000.0] * n,
            "val_loss": 0.1,
            "val_accuracy": 98.0,
            "test_accuracy": 98.0,
        }
    )
    table.loc[1, "bytes"] = 1100
    table.loc[2, "val_loss"] = 0.2  # the curve has half of the bytes there
    curve = pd.DataFrame({"val_loss": [0.4, 0.05], "bytes": [200.0, 1600.0]})
    asked = []
    monkeypatch.setattr(codec_study, "runs", lambda recipes, seeds: asked.extend(recipes) or table)
    steps = codec_study.steps(3, 2, curve)
    assert steps["without"].tolist() == [*codec_study.WITHOUT, codec_study.AFTER]
    assert steps.more.tolist()[:4] == pytest.approx([0, 10, 100, 0])
    assert len(set(asked)) == len(asked)  # each step changes something
    assert {recipe.epochs for recipe in asked} == {3}
    assert [recipe.passes for recipe in asked] == [0] * (n - 1) + [2]


def test_blocks_and_kinds_are_those_of_the_picture(files):
    for file in files:
        shown = picture.load(file)
        height, width = shown.image.shape
        kinds, blocks = codec_study.kinds(file), codec_study.blocks(file)
        assert kinds.shape == blocks.shape[:2] == (height // 8, width // 8)
        units = shown.layout.widths[1]
        first = shown.layout.parts[0]
        assert kinds[:3, :3].tolist() == [[0, 1, 2], [3, 4, 5], [6, 7, 8]]
        assert (kinds[first.area(units)[0].stop // 8 :] <= 8 + len(shown.layout.parts)).all()
        assert set(np.unique(kinds)) >= {9 + i for i in range(1, len(shown.layout.parts))}
        places = codec_study.first_blocks(file)
        assert len(places) == 9 * -(-units // first.across) * min(units, first.across)


def test_what_is_spent_adds_up_and_can_be_read_back(files):
    for file in files:
        spent = codec_study.spent(file)
        assert spent["scans"] + spent["Huffman tables"] + spent["rest"] == len(file)
        kinds = ("DC", "AC symbols", "AC values", "end of block")
        assert sum(spent[kind] for kind in kinds) == pytest.approx(spent["scans"], abs=12)
        blocks, kinds = codec_study.blocks(file), codec_study.kinds(file)
        coded = rangecode.range_coded(blocks, kinds)
        assert len(coded) == spent["range coded"]
        assert (rangecode.range_decoded(coded, blocks.shape, kinds) == blocks).all()


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
    assert survey.scans.tolist() == [codec_study.spent(file)["scans"] for file in files]


def test_tiles_are_the_first_layer_s_weights(files):
    (weight, _), *_ = mlp.layers(picture.decode(files[0]))
    shown = codec_study.first_tiles(files[0], 6)
    assert shown.shape == (6, 24, 24)
    assert (shown[2] == weight[2].reshape(28, 28)[2:26, 2:26].numpy()).all()


def test_frequencies_are_shares_of_blocks(files):
    shares = codec_study.frequencies(files)
    first = np.concatenate([codec_study.first_blocks(file) for file in files])
    assert shares.shape == (8, 8)
    assert shares[0, 1] == pytest.approx(100 * np.count_nonzero(first[:, 1]) / len(first))


def test_published_figures_name_their_accounting():
    assert set(codec_study.PUBLISHED.columns) == {"network", "bytes", "test_accuracy", "kind"}
