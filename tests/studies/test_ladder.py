"""What choices save, on networks of 32 hidden units."""

import numpy as np
import pytest

from jpegnet.methods.article import Article
from jpegnet.methods.method import Graded
from jpegnet.methods.posttraining import RECOMMENDED, Choices, PostTraining
from jpegnet.nets import evaluation, train
from jpegnet.nets.mlp import Mlp
from jpegnet.studies import ladder

pytestmark = pytest.mark.usefixtures("kept")
TINY = train.Recipe(epochs=2, learning_rate=1e-2, cosine=True, architecture=Mlp((784, 32, 10)))
LIMIT = 0.01
PLAIN, MOSAIC = PostTraining(), Article("mosaic", "per-tile")


def written(method: Graded, quality: int, few) -> tuple[float, int]:
    """Divergence of the network that is read back, on the validation images, and bytes."""
    network = train.trained(TINY, 0, few)
    file = method.at(quality).encode(network)
    x = few.validation.x
    before, after = network.logits(x), method.at(quality).decode(file).logits(x)
    return evaluation.divergence(before, after), len(file)


@pytest.mark.parametrize("choices", [Choices(), RECOMMENDED, None])
def test_a_cost_is_that_of_a_quality_that_is_faithful_enough_where_the_one_below_is_not(
    few, choices
):
    how = MOSAIC if choices is None else PostTraining(choices, few.train)
    cost = ladder.cost_run(how, TINY, 0, few, LIMIT)["cost.json"]
    quality = cost["quality"]
    assert 1 < quality < 100
    assert written(how, quality, few)[0] <= LIMIT < written(how, quality - 1, few)[0]
    fewest, most = (written(how, min(100, max(1, quality + i)), few)[1] for i in (-9, 9))
    assert fewest < cost["bytes"] < most


def test_bytes_lie_on_a_power_law_through_the_qualities_around(few):
    cost = ladder.cost_run(PLAIN, TINY, 0, few, LIMIT)["cost.json"]
    around = [cost["quality"] + i for i in (-9, -6, -3, 0, 3, 6, 9)]
    far, sizes = np.log([written(PLAIN, quality, few) for quality in around]).T
    slope = np.cov(far, sizes)[0, 1] / np.var(far, ddof=1)  # least squares
    expected = sizes.mean() + slope * (np.log(LIMIT) - far.mean())
    assert cost["bytes"] == pytest.approx(np.exp(expected))


def test_where_quality_1_is_faithful_enough_it_is_the_cost(few):
    cost = ladder.cost_run(PLAIN, TINY, 0, few, 50.0)["cost.json"]
    assert cost == {"quality": 1, "bytes": written(PLAIN, 1, few)[1]}


def test_a_limit_out_of_reach_has_no_cost(few):
    cost = ladder.cost_run(PLAIN, TINY, 0, few, 1e-12)["cost.json"]
    assert cost == {"quality": None, "bytes": None}
    assert np.isnan(ladder.costs([PLAIN], TINY, 1, few, 1e-12)).all()


def test_costs_are_those_of_each_option_and_seed(few):
    options = [PLAIN, MOSAIC]
    found = ladder.costs(options, TINY, 2, few, LIMIT)
    runs = [[ladder.cost_run(how, TINY, seed, few, LIMIT) for seed in (0, 1)] for how in options]
    assert found.tolist() == [[run["cost.json"]["bytes"] for run in row] for row in runs]
    assert found.shape == (2, 2)


def test_a_ladder_takes_what_saves_bytes_and_nothing_else(few, monkeypatch):
    steps = [
        ("tables", [{"coding": "optimised"}, {"coding": "smallest"}]),
        ("back again", [{"coding": "standard"}]),
        ("windows", [{"crop": 24}]),
        ("rounding", [{"damping": 1.0}]),
    ]
    monkeypatch.setattr(ladder, "STEPS", steps)
    rows, taken = ladder.ladder(TINY, 2, few, LIMIT)
    before = len(ladder.BEFORE)
    assert list(rows) == ["step", "bytes", "setting", "alone", "together", "taken"]
    assert rows.step[:before].tolist() == list(ladder.BEFORE)
    assert rows.step[before:].tolist() == ["tables", "tables", "back again", "windows", "rounding"]
    now, chosen = rows.bytes[before - 1], {}
    assert now == ladder.costs([PLAIN], TINY, 2, few, LIMIT).mean()
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
    assert taken == PostTraining(Choices(**chosen), few.train)
    assert ladder.costs([taken], TINY, 2, few, LIMIT).mean() == now
    assert rows[rows.setting == "coding smallest"].alone.item() < 100
    assert np.isnan(rows[rows.step == "rounding"].alone.item())


def test_a_ladder_leaves_out_rounding_where_tiles_are_not_whole_blocks(few, monkeypatch):
    monkeypatch.setattr(ladder, "STEPS", [("rounding", [{"damping": 1.0}])])
    rows, taken = ladder.ladder(TINY, 1, few, LIMIT)
    assert rows.step.tolist() == list(ladder.BEFORE)
    assert taken.choices == Choices()


def test_a_ladder_takes_nothing_where_the_limit_is_out_of_reach(few, monkeypatch):
    monkeypatch.setattr(ladder, "STEPS", [("tables", [{"coding": "optimised"}])])
    rows, taken = ladder.ladder(TINY, 1, few, 1e-12)
    assert rows.bytes.isna().all()
    assert taken.choices == Choices()


def test_the_steps_of_the_study_are_choices_in_their_order():
    taken = {}
    for _, changes in ladder.STEPS:
        for change in changes:
            assert Choices(**(taken | change)) != Choices(**taken)
        taken |= changes[0]
    assert taken.keys() == set(Choices.__dataclass_fields__)
