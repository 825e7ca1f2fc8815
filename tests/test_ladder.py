"""What choices save, on networks of 32 hidden units."""

import numpy as np
import pytest

from jpegnet import article, codecs, compress, data, evaluation, ladder, mlp, picture, train
from jpegnet.article import Variant
from jpegnet.compress import RECOMMENDED, Choices

pytestmark = pytest.mark.usefixtures("kept")
TINY = train.Recipe(epochs=1, learning_rate=1e-2, cosine=True, widths=(784, 32, 10))
LIMIT = 0.01
MOSAIC = Variant("mosaic", "per-tile")


@pytest.fixture(autouse=True)
def tiny(monkeypatch):
    monkeypatch.setattr(ladder, "recipe", lambda base, epochs: TINY)


def written(how: Choices | Variant, quality: int) -> tuple[float, int]:
    """Divergence of the network that is read back, on the validation images, and bytes."""
    state = train.train_run(TINY, 0)["network.safetensors"]
    if isinstance(how, Variant):
        packed = article.encode(state, codecs.Jpeg(quality), how)
        decoded = article.decode(packed, codecs.Jpeg(quality))
        size = sum(map(len, packed.files)) + len(packed.rest)
    else:
        file = compress.compress(state, quality, how)
        decoded, size = picture.decode(file), len(file)
    before, after = (mlp.Evaluator(data.load().validation).logits(s) for s in (state, decoded))
    return evaluation.divergence(before, after), size


@pytest.mark.parametrize("how", [Choices(), RECOMMENDED, MOSAIC])
def test_a_cost_is_that_of_a_quality_that_is_faithful_enough_where_the_one_below_is_not(how):
    cost = ladder.cost_run(1, 0, how, LIMIT)["cost.json"]
    quality = cost["quality"]
    assert 1 < quality < 100
    assert written(how, quality)[0] <= LIMIT < written(how, quality - 1)[0]
    fewest, most = (written(how, min(100, max(1, quality + i)))[1] for i in (-9, 9))
    assert fewest < cost["bytes"] < most


def test_bytes_lie_on_a_power_law_through_the_qualities_around():
    cost = ladder.cost_run(1, 0, Choices(), LIMIT)["cost.json"]
    around = [cost["quality"] + i for i in (-9, -6, -3, 0, 3, 6, 9)]
    far, sizes = np.log([written(Choices(), quality) for quality in around]).T
    slope = np.cov(far, sizes)[0, 1] / np.var(far, ddof=1)  # least squares
    expected = sizes.mean() + slope * (np.log(LIMIT) - far.mean())
    assert cost["bytes"] == pytest.approx(np.exp(expected))


def test_where_quality_1_is_faithful_enough_it_is_the_cost():
    cost = ladder.cost_run(1, 0, Choices(), 50.0)["cost.json"]
    assert cost == {"quality": 1, "bytes": written(Choices(), 1)[1]}


def test_a_limit_out_of_reach_has_no_cost():
    cost = ladder.cost_run(1, 0, Choices(), 1e-12)["cost.json"]
    assert cost == {"quality": None, "bytes": None}
    assert np.isnan(ladder.costs(1, 1, [Choices()], 1e-12)).all()


def test_costs_are_those_of_each_option_and_seed():
    options = [Choices(), MOSAIC]
    found = ladder.costs(1, 2, options, LIMIT)
    runs = [[ladder.cost_run(1, seed, how, LIMIT) for seed in (0, 1)] for how in options]
    assert found.tolist() == [[run["cost.json"]["bytes"] for run in row] for row in runs]
    assert found.shape == (2, 2)


def test_a_ladder_takes_what_saves_bytes_and_nothing_else(monkeypatch):
    steps = [
        ("tables", [{"coding": "optimised"}, {"coding": "smallest"}]),
        ("back again", [{"coding": "standard"}]),
        ("windows", [{"crop": 24}]),
        ("rounding", [{"damping": 1.0}]),
    ]
    monkeypatch.setattr(ladder, "STEPS", steps)
    rows, taken = ladder.ladder(1, 2, LIMIT)
    before = len(ladder.BEFORE)
    assert list(rows) == ["step", "bytes", "setting", "alone", "together", "taken"]
    assert rows.step[:before].tolist() == list(ladder.BEFORE)
    assert rows.step[before:].tolist() == ["tables", "tables", "back again", "windows", "rounding"]
    now, chosen = rows.bytes[before - 1], {}
    assert now == ladder.costs(1, 2, [Choices()], LIMIT).mean()
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
    assert ladder.costs(1, 2, [taken], LIMIT).mean() == now
    assert rows[rows.setting == "coding smallest"].alone.item() < 100
    assert np.isnan(rows[rows.step == "rounding"].alone.item())


def test_a_ladder_leaves_out_rounding_where_tiles_are_not_whole_blocks(monkeypatch):
    monkeypatch.setattr(ladder, "STEPS", [("rounding", [{"damping": 1.0}])])
    rows, taken = ladder.ladder(1, 1, LIMIT)
    assert rows.step.tolist() == list(ladder.BEFORE)
    assert taken == Choices()


def test_a_ladder_takes_nothing_where_the_limit_is_out_of_reach(monkeypatch):
    monkeypatch.setattr(ladder, "STEPS", [("tables", [{"coding": "optimised"}])])
    rows, taken = ladder.ladder(1, 1, 1e-12)
    assert rows.bytes.isna().all()
    assert taken == Choices()


def test_the_steps_of_the_study_are_choices_in_their_order():
    taken = {}
    for _, changes in ladder.STEPS:
        for change in changes:
            assert Choices(**(taken | change)) != Choices(**taken)
        taken |= changes[0]
    assert taken.keys() == set(Choices.__dataclass_fields__)
