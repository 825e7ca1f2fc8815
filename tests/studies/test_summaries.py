"""From runs to what is reported, on tables small enough to do by hand."""

import numpy as np
import pandas as pd
import pytest
import torch

from jpegnet.methods.article import VARIANTS, Article
from jpegnet.studies import summaries, sweep_tables, training
from jpegnet.studies.sweep import SETTING

TILES = Article("tiles", "per-tile")


def runs() -> pd.DataFrame:
    """Two seeds of one setting, validated once, and of another base."""
    names = ["seed", *SETTING, "bytes", "picture_bytes"]
    names += ["header_bytes", "bits_per_weight", "test_accuracy", "test_loss", "val_loss"]
    setting = ("tiles", "per-tile", "jpeg", 20, TILES.label)
    rows = [
        (0, "reference", *setting, 100, 80, 60, 2.0, 97.0, 1.0, 0.5),
        (1, "reference", *setting, 110, 90, 60, 2.2, 99.0, 0.0, np.nan),
        (0, "article97", *setting, 100, 80, 60, 2.0, 90.0, 7.0, 7.5),
        (1, "article97", *setting, 100, 80, 60, 2.0, 90.0, 7.0, 8.5),
    ]
    return pd.DataFrame(rows, columns=names)


def summary(losses: dict, base: str = "reference") -> pd.DataFrame:
    """A summary with a list of (quality, bytes, val_loss) for each variant."""
    rows = [
        {
            "base": base,
            "layout": variant.packing,
            "scaling": variant.scaling,
            "variant": variant.label,
            "quality": quality,
            "bytes": size,
            "bits_per_weight": size / 100,
            "test_accuracy": 98.0 - loss,
            "test_accuracy_low": 97.9 - loss,
            "test_accuracy_high": 98.1 - loss,
            "test_loss": loss + 0.01,
            "test_loss_low": loss,
            "test_loss_high": loss + 0.02,
            "val_loss": loss,
        }
        for variant, points in losses.items()
        for quality, size, loss in points
    ]
    return pd.DataFrame(rows)


def test_a_summary_has_means_and_intervals_over_seeds():
    rows = summaries.summarise(runs(), SETTING).set_index("base")
    assert rows.index.tolist() == ["article97", "reference"]
    row = rows.loc["reference"]
    assert (row.quality, row.bytes, row.picture_bytes, row.header_bytes) == (20, 105, 85, 60)
    assert row.bits_per_weight == pytest.approx(2.1)
    # Two values that differ by d: mean ± t(0.975, 1) · d / 2, and t is 12.7062.
    assert summaries.estimate(row, "test_accuracy").value == 98
    assert row.test_accuracy_low == pytest.approx(98 - 12.7062, abs=1e-4)
    assert row.test_accuracy_high == pytest.approx(98 + 12.7062, abs=1e-4)
    loss = summaries.estimate(row, "test_loss")
    assert f"{loss:.2f}" == "0.50 [-5.85, 6.85]"
    assert row.val_loss == 0.5  # of the one seed that was validated
    same = rows.loc["article97"]
    assert (same.test_loss_low, same.test_loss, same.test_loss_high) == (7, 7, 7)
    assert same.val_loss == 8
    assert "seed" not in rows


def test_a_setting_that_does_not_tell_the_rows_apart_is_refused():
    with pytest.raises(ValueError, match="layout do not tell the rows of a seed apart"):
        summaries.summarise(runs(), ["layout"])


def test_a_method_without_a_quality_has_its_row():
    table = pd.DataFrame({"seed": [0, 0], "quality": [20, np.nan], "bytes": [3, 5]})
    assert summaries.summarise(table, ["quality"]).bytes.tolist() == [3, 5]


def test_select_takes_one_base_and_variant_by_rising_quality():
    table = summary({v: [(50, n, 0.1), (5, n + 10, 0.2)] for n, v in enumerate(VARIANTS)})
    other = summary({TILES: [(1, 1, 1)]}, base="article97")
    rows = sweep_tables.select(pd.concat([table, other]), "reference", VARIANTS[2].label)
    assert rows.quality.tolist() == [5, 50]
    assert rows.bytes.tolist() == [12, 2]
    assert rows.index.tolist() == [0, 1]


def test_at_quality_takes_one_row_a_seed_and_refuses_what_was_not_measured():
    rows = sweep_tables.at_quality(runs(), "reference", TILES.label, 20)
    assert rows.test_accuracy.tolist() == [97, 99]
    with pytest.raises(KeyError, match=r"no run of reference.*quality 21"):
        sweep_tables.at_quality(runs(), "reference", TILES.label, 21)


@pytest.mark.parametrize(
    ("losses", "tolerance", "quality"),
    [
        ([3.0, 0.4, 0.6, 0.2], 0.5, 40),  # 30 loses too much again
        ([3.0, 0.4, 0.5, 0.2], 0.5, 20),  # the tolerance itself is allowed
        ([0.1, 0.1, -0.1, 0.0], 0.5, 10),
        ([3.0, 2.0, 1.0, 0.5], 0.5, 40),
    ],
)
def test_the_knee_is_the_lowest_quality_from_which_on_all_are_good(losses, tolerance, quality):
    points = [(10 * (n + 1), 100 * n, loss) for n, loss in enumerate(losses)]
    row = summaries.knee(summary({TILES: points}), tolerance)
    assert row.quality == quality
    assert row.test_loss == pytest.approx(row.val_loss + 0.01)


@pytest.mark.parametrize("last", [0.6, np.nan])
def test_there_is_no_knee_where_even_the_highest_quality_loses_more(last):
    assert summaries.knee(summary({TILES: [(10, 1, 0.1), (20, 2, last)]}), 0.5) is None


def test_knees_are_those_of_the_reference_network_the_smallest_first():
    good = {
        TILES: [(10, 500, 0.9), (20, 900, 0.1)],
        Article("tiles", "global"): [(10, 400, 0.1), (20, 800, 0.9)],
        Article("mosaic", "per-tile"): [(10, 300, 0.2), (20, 700, 0.1)],
        Article("mosaic", "global"): [(10, 200, 0.7), (20, 600, 0.1)],
        Article("tiles", "min-max"): [(20, 1, 0.0)],  # at few qualities: it has no knee
    }
    table = pd.concat([summary(good), summary({TILES: [(5, 1, 0)]}, base="article97")])
    knees = sweep_tables.knees(table, 0.5)
    assert knees.bytes.tolist() == [300, 600, 900]
    assert knees.layout.tolist() == ["mosaic", "mosaic", "tiles"]
    shown = sweep_tables.knee_table(table, [0.5, 0.15])
    assert shown.tolerance.tolist() == [0.5, 0.5, 0.5, 0.15, 0.15, 0.15]
    assert shown.bytes.tolist() == [300, 600, 900, 600, 700, 900]
    assert shown["points lost"].iloc[0] == "0.21 [0.20, 0.22]"
    assert shown.variant.iloc[0] == "mosaic, per-tile"


def test_a_table_without_knees_is_empty():
    table = summary({variant: [(10, 500, 0.9)] for variant in VARIANTS})
    knees = sweep_tables.knees(table, 0.5)
    assert len(knees) == 0
    assert "bytes" in knees


def test_what_a_quality_costs_is_shown_for_each_network():
    table = pd.concat(
        [
            summary({TILES: [(20, 900, 0.5), (30, 950, 0.1)]}, base)
            for base in ("reference", "article97")
        ]
    )
    shown = sweep_tables.loss_table(table, 20)
    assert shown.network.tolist() == ["reference", "97 %"]
    assert shown.before.tolist() == pytest.approx([98.01, 98.01])
    assert shown.after.tolist() == [97.5, 97.5]
    assert shown["points lost"].tolist() == ["0.51 [0.50, 0.52]"] * 2


def test_accuracies_are_shown_by_quality_and_variant():
    table = summary({v: [(20, 1, n / 10), (30, 2, 0)] for n, v in enumerate(VARIANTS)})
    table = table[~(table.scaling.eq("min-max") & table.quality.eq(30))]
    shown = sweep_tables.quality_table(table, [30, 20])
    assert shown.quality.tolist() == [30, 20]
    assert shown["tiles, per-tile"].tolist() == ["98.00 [97.90, 98.10]"] * 2
    assert shown["mosaic, global"].tolist()[1] == "97.60 [97.50, 97.70]"
    assert shown["tiles, min-max"].tolist() == ["–", "97.80 [97.70, 97.90]"]


def test_runs_are_shown_a_row_a_seed_and_their_mean():
    results = [{"val_accuracy": 97.0, "test_accuracy": 96.0}]
    results += [{"val_accuracy": 99.0, "test_accuracy": 96.0}]
    shown = training.runs_table({"reference": [{"result.json": result} for result in results]})
    assert shown.to_dict("list") == {
        "seed": ["0", "1", "mean"],
        "reference, validation": ["97.00", "99.00", "98.00 [85.29, 110.71]"],
        "reference, test": ["96.00", "96.00", "96.00 [96.00, 96.00]"],
    }


def test_the_confusion_counts_true_digits_down_and_read_digits_across():
    read = [1, 1, 7, 9, 9]
    logits = torch.zeros(5, 10)
    logits[range(5), read] = 3.0
    counts = training.confusion(logits, torch.tensor([1, 7, 7, 9, 4]))
    assert counts.shape == (10, 10)
    assert counts.dtype == np.int64
    found = {(row, column): int(counts[row, column]) for row, column in np.argwhere(counts)}
    assert found == {(1, 1): 1, (7, 1): 1, (7, 7): 1, (9, 9): 1, (4, 9): 1}
