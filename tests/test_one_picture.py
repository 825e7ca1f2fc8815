"""What one picture costs, on networks of 32 hidden units."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from jpegnet import article, codecs, compress, data, mlp, one_picture, picture, train
from jpegnet.article import Variant
from jpegnet.compress import RECOMMENDED, Choices

pytestmark = pytest.mark.usefixtures("kept")
TINY = train.Recipe(epochs=1, learning_rate=1e-2, cosine=True, widths=(784, 32, 10))
LIMIT = 0.01
MOSAIC = Variant("mosaic", "per-tile")
SEEDS = st.integers(0, 2**32 - 1)


@pytest.fixture(autouse=True)
def tiny(monkeypatch):
    monkeypatch.setattr(one_picture, "recipe", lambda base, epochs: TINY)


def network(seed: int = 0) -> mlp.State:
    return train.train_run(TINY, seed)["network.safetensors"]


def logits(state: mlp.State, split: data.Split) -> torch.Tensor:
    return mlp.Evaluator(split).logits(state)


def written(how: Choices | Variant, quality: int) -> tuple[float, int]:
    """Divergence of the network that is read back, on the validation images, and bytes."""
    state = network()
    if isinstance(how, Variant):
        packed = article.encode(state, codecs.Jpeg(quality), how)
        decoded = article.decode(packed, codecs.Jpeg(quality))
        size = sum(map(len, packed.files)) + len(packed.rest)
    else:
        file = compress.compress(state, quality, how)
        decoded, size = picture.decode(file), len(file)
    before, after = (logits(s, data.load().validation) for s in (state, decoded))
    return one_picture.divergence(before, after), size


@given(SEEDS)
def test_divergence_is_that_of_kullback_and_leibler(seed):
    before, after = torch.randn(2, 7, 10, generator=torch.Generator().manual_seed(seed)) * 3
    p, q = before.double().softmax(1), after.double().softmax(1)
    by_hand = (p * (p / q).log()).sum(1).mean().item()
    assert by_hand > 0
    assert one_picture.divergence(before, after) == pytest.approx(by_hand, rel=1e-9)
    assert one_picture.divergence(before, before) == 0
    # A constant more changes no answer.
    assert one_picture.divergence(before, before + 5) == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize("how", [Choices(), RECOMMENDED, MOSAIC])
def test_a_cost_is_that_of_the_lowest_quality_that_is_faithful_enough(how):
    cost = one_picture.cost_run(1, 0, how, LIMIT)["cost.json"]
    quality = cost["quality"]
    assert 1 < quality < 100
    (far, fewer), (near, more) = written(how, quality - 1), written(how, quality)
    assert near <= LIMIT < far
    assert fewer <= cost["bytes"] <= more


def test_a_limit_between_two_qualities_costs_a_size_on_the_power_law_between_theirs():
    (far, fewer), (near, more) = (written(Choices(), quality) for quality in (30, 31))
    cost = one_picture.cost_run(1, 0, Choices(), (far * near) ** 0.5)["cost.json"]
    assert cost["quality"] == 31
    assert cost["bytes"] == pytest.approx((fewer * more) ** 0.5)
    assert one_picture.cost_run(1, 0, Choices(), near)["cost.json"]["bytes"] == pytest.approx(more)


def test_where_quality_1_is_faithful_enough_it_is_the_cost():
    cost = one_picture.cost_run(1, 0, Choices(), 50.0)["cost.json"]
    assert cost == {"quality": 1, "bytes": written(Choices(), 1)[1]}


def test_a_limit_out_of_reach_has_no_cost():
    cost = one_picture.cost_run(1, 0, Choices(), 1e-12)["cost.json"]
    assert cost == {"quality": None, "bytes": None}
    assert np.isnan(one_picture.costs(1, 1, [Choices()], 1e-12)).all()


def test_costs_are_those_of_each_option_and_seed():
    options = [Choices(), MOSAIC]
    found = one_picture.costs(1, 2, options, LIMIT)
    runs = [[one_picture.cost_run(1, seed, how, LIMIT) for seed in (0, 1)] for how in options]
    assert found.tolist() == [[run["cost.json"]["bytes"] for run in row] for row in runs]
    assert found.shape == (2, 2)


def test_a_ladder_takes_what_saves_bytes_and_nothing_else(monkeypatch):
    steps = [
        ("tables", [{"coding": "optimised"}, {"coding": "smallest"}]),
        ("back again", [{"coding": "standard"}]),
        ("windows", [{"crop": 24}]),
        ("rounding", [{"damping": 1.0}]),
    ]
    monkeypatch.setattr(one_picture, "STEPS", steps)
    rows, taken = one_picture.ladder(1, 2, LIMIT)
    before = len(one_picture.BEFORE)
    assert list(rows) == ["step", "bytes", "setting", "alone", "together", "taken"]
    assert rows.step[:before].tolist() == list(one_picture.BEFORE)
    assert rows.step[before:].tolist() == ["tables", "tables", "back again", "windows", "rounding"]
    now, chosen = rows.bytes[before - 1], {}
    assert now == one_picture.costs(1, 2, [Choices()], LIMIT).mean()
    tried = iter(rows[before:].itertuples())
    for name, changes in steps:
        alternatives = [next(tried) for _ in changes]
        best = min(alternatives, key=lambda row: row.bytes)
        for row, change in zip(alternatives, changes, strict=True):
            assert row.step == name
            assert row.taken == ("yes" if row is best and row.bytes < now else "no")
            # Per cent of means over seeds and the mean of per cent are near each other.
            assert row.together == pytest.approx(100 * row.bytes / now, rel=0.05)
            if row.taken == "yes":
                chosen |= change
        now = min(now, best.bytes)
    assert rows.taken[before:].tolist().count("yes") >= 2
    assert rows[rows.step == "back again"].taken.item() == "no"
    assert taken == Choices(**chosen)
    assert one_picture.costs(1, 2, [taken], LIMIT).mean() == now
    assert rows[rows.setting == "coding smallest"].alone.item() < 100
    assert np.isnan(rows[rows.step == "rounding"].alone.item())


def test_a_ladder_leaves_out_rounding_where_tiles_are_not_whole_blocks(monkeypatch):
    monkeypatch.setattr(one_picture, "STEPS", [("rounding", [{"damping": 1.0}])])
    rows, taken = one_picture.ladder(1, 1, LIMIT)
    assert rows.step.tolist() == list(one_picture.BEFORE)
    assert taken == Choices()


def test_a_ladder_takes_nothing_where_the_limit_is_out_of_reach(monkeypatch):
    monkeypatch.setattr(one_picture, "STEPS", [("tables", [{"coding": "optimised"}])])
    rows, taken = one_picture.ladder(1, 1, 1e-12)
    assert rows.bytes.isna().all()
    assert taken == Choices()


def test_the_steps_of_the_study_are_choices_in_their_order():
    taken = {}
    for _, changes in one_picture.STEPS:
        for change in changes:
            assert Choices(**(taken | change)) != Choices(**taken)
        taken |= changes[0]
    assert taken.keys() == set(Choices.__dataclass_fields__)


def test_a_curve_measures_the_network_that_its_bytes_hold():
    run = train.train_run(TINY, 0)
    before = run["result.json"]
    table = one_picture.curve_run(1, 0, RECOMMENDED, (5, 60))["curve.csv"]
    losses = ["val_accuracy", "val_loss", "test_accuracy", "test_loss"]
    assert list(table) == ["quality", "bytes", *losses]
    assert table.quality.tolist() == [5, 60]
    for row in table.itertuples():
        file = compress.compress(run["network.safetensors"], row.quality, RECOMMENDED)
        assert row.bytes == len(file)
        decoded = picture.decode(file)
        for name, split in (("val", data.load().validation), ("test", data.load().test)):
            read = logits(decoded, split).argmax(1)
            shown = 100 * (read == split.labels).double().mean().item()
            assert getattr(row, f"{name}_accuracy") == pytest.approx(shown, abs=1e-6)
            lost = before[f"{name}_accuracy"] - shown
            assert getattr(row, f"{name}_loss") == pytest.approx(lost, abs=1e-6)
    assert table.bytes[0] < table.bytes[1]
    assert table.test_loss[0] > table.test_loss[1]


def test_curves_are_those_of_each_seed():
    table = one_picture.curves(1, 2, Choices(), (5, 60))
    assert table[["seed", "quality"]].to_numpy().tolist() == [[0, 5], [0, 60], [1, 5], [1, 60]]
    one = one_picture.curve_run(1, 1, Choices(), (5, 60))["curve.csv"]
    assert table[table.seed == 1].bytes.tolist() == one.bytes.tolist()


@pytest.mark.parametrize("choices", [Choices(), Choices(coding="progressive"), RECOMMENDED])
def test_the_parts_of_a_file_are_all_of_its_bytes(choices):
    state = network()
    file = compress.compress(state, 50, choices)
    parts = one_picture.byte_parts(state, 50, choices)
    assert list(parts) == [
        "first layer",
        "later layers, biases",
        "quantisation table",
        "Huffman tables",
        "layout",
        "other headers",
    ]
    assert sum(parts.values()) == len(file)
    assert min(parts.values()) > 0
    found = codecs.segments(file)
    assert parts["first layer"] + parts["later layers, biases"] == sum(s.scan for s in found)
    assert parts["quantisation table"] == 4 + 1 + 64  # marker, length; its number; its steps
    assert parts["layout"] == 4 + len(picture.load(file).layout.to_bytes())


def test_published_files_are_those_that_were_measured():
    table = one_picture.curves(1, 2, RECOMMENDED, (5, 60))
    chosen = table[table.quality == 60]
    rows, files = one_picture.network_files(1, RECOMMENDED, chosen)
    assert set(one_picture.PUBLIC_COLUMNS) <= set(rows)
    assert rows.file.tolist() == list(files)
    assert rows.bytes.tolist() == [len(file) for file in files.values()]
    assert set(rows.architecture) == {"784-32-10"}
    for row in rows.itertuples():
        read = logits(picture.decode(files[row.file]), data.load().test).argmax(1)
        right = (read == data.load().test.labels).double().mean().item()
        assert row.test_accuracy == pytest.approx(100 * right, abs=1e-6)


def test_prepare_trains_what_the_study_needs(kept):
    one_picture.prepare(1, 2)
    assert len(list((kept / "train.train_run").iterdir())) == 2
