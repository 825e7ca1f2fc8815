"""From single runs to what is reported: means with intervals, knees, tables.

Apart from the studies, so that a change here computes none of them again.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import torch

from jpegnet.article import VARIANTS, Variant
from jpegnet.estimates import DIGITS, Estimate, mean_ci
from jpegnet.sweep import SETTING

ESTIMATED = ("test_accuracy", "test_loss")


def summarise(table: pd.DataFrame, by: Sequence[str] = SETTING) -> pd.DataFrame:
    """One row a setting: means over seeds, and 95 % intervals.

    The columns ``by``; the means of all other numbers but seed; ``*_low`` and ``*_high`` of
    test_accuracy and test_loss, as far as the table has them.
    """
    groups = table.groupby(list(by))
    means = groups.mean(numeric_only=True).drop(columns="seed").round(DIGITS)
    for name in table.columns.intersection(ESTIMATED):
        estimates = groups[name].apply(lambda values: mean_ci(values.to_list()))
        means[f"{name}_low"] = [e.ci_low for e in estimates]
        means[f"{name}_high"] = [e.ci_high for e in estimates]
    return means.reset_index()


def estimate(row: pd.Series, name: str) -> Estimate:
    """A summary row's test_accuracy or test_loss with its interval."""
    return Estimate(row[name], row[f"{name}_low"], row[f"{name}_high"])


def select(table: pd.DataFrame, base: str, variant: Variant) -> pd.DataFrame:
    """The rows of one base and variant, by rising quality."""
    wanted = (
        (table["base"] == base)
        & (table["layout"] == variant.layout)
        & (table["scaling"] == variant.scaling)
    )
    return table[wanted].sort_values("quality", ignore_index=True)


def at_quality(table: pd.DataFrame, base: str, variant: Variant, quality: int) -> pd.DataFrame:
    """The rows of one setting: one in a summary, one a seed in a table of runs.

    Raises:
        KeyError: the setting was not measured.
    """
    rows = select(table, base, variant)
    rows = rows[rows["quality"] == quality]
    if rows.empty:
        raise KeyError(f"no run of {base}, {variant}, quality {quality}")
    return rows


def knee(rows: pd.DataFrame, tolerance: float) -> pd.Series | None:
    """The lowest quality from which on no quality loses more than ``tolerance`` points.

    Chosen on the mean loss over the validation images (``val_loss``); the row that is returned
    holds the test figures to report. None, if even the highest quality loses more.
    """
    good = rows["val_loss"] <= tolerance
    from_here_on = good[::-1].cummin()[::-1]
    return rows[from_here_on].iloc[0] if from_here_on.any() else None


def knees(summary: pd.DataFrame, tolerance: float) -> pd.DataFrame:
    """The reference network's knees, a row a variant that has one, by rising bytes."""
    found = [knee(select(summary, "reference", variant), tolerance) for variant in VARIANTS]
    rows = [row for row in found if row is not None]
    return pd.DataFrame(rows, columns=summary.columns).sort_values("bytes")


def knee_table(summary: pd.DataFrame, tolerances: Sequence[float]) -> pd.DataFrame:
    """The knees at several tolerances, as they are shown."""
    rows = pd.concat(knees(summary, limit).assign(tolerance=limit) for limit in tolerances)
    return pd.DataFrame(
        {
            "tolerance": rows["tolerance"],
            "variant": rows["layout"] + ", " + rows["scaling"],
            "quality": rows["quality"],
            "bytes": rows["bytes"],
            "bits per weight": rows["bits_per_weight"],
            "points lost": [f"{estimate(row, 'test_loss'):.2f}" for _, row in rows.iterrows()],
        }
    )


def loss_table(summary: pd.DataFrame, quality: int) -> pd.DataFrame:
    """What one quality costs each base network in each variant, as it is shown."""
    rows = summary[summary["quality"] == quality]
    return pd.DataFrame(
        {
            "network": rows["base"].map({"reference": "reference", "article97": "97 %"}),
            "variant": rows["layout"] + ", " + rows["scaling"],
            "bytes": rows["bytes"],
            "before": rows["test_accuracy"] + rows["test_loss"],
            "after": rows["test_accuracy"],
            "points lost": [f"{estimate(row, 'test_loss'):.2f}" for _, row in rows.iterrows()],
        }
    )


def quality_table(summary: pd.DataFrame, qualities: Sequence[int]) -> pd.DataFrame:
    """Test accuracy of the reference network by quality and variant, as it is shown."""
    shown = {"quality": list(qualities)}
    for variant in VARIANTS:
        rows = select(summary, "reference", variant).set_index("quality").loc[list(qualities)]
        shown[f"{variant.layout}, {variant.scaling}"] = [
            f"{estimate(row, 'test_accuracy'):.2f}" for _, row in rows.iterrows()
        ]
    return pd.DataFrame(shown)


def runs_table(groups: dict[str, list[dict]]) -> pd.DataFrame:
    """Accuracies of `train.train_runs`, a row a seed, then means and 95 % intervals, as shown."""
    count = len(next(iter(groups.values())))
    table = pd.DataFrame({"seed": [*map(str, range(count)), "mean"]})
    for name, runs in groups.items():
        for column, title in (("val_accuracy", "validation"), ("test_accuracy", "test")):
            values = [run["result.json"][column] for run in runs]
            table[f"{name}, {title}"] = [f"{v:.2f}" for v in values] + [f"{mean_ci(values):.2f}"]
    return table


def confusion(logits: torch.Tensor, labels: torch.Tensor) -> np.ndarray:
    """Counts, int64 (10, 10): row the true digit, column the digit that was read."""
    pairs = 10 * labels.numpy() + logits.argmax(1).numpy()
    return np.bincount(pairs, minlength=100).reshape(10, 10)
