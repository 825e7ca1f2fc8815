"""From single runs to what is reported: means with intervals, and what is chosen by them.

Apart from the runs, so that a change here computes none of them again.
"""

from collections.abc import Sequence

import pandas as pd

from jpegnet.kept.estimates import DIGITS, Estimate, mean_ci

ESTIMATED = ("test_accuracy", "test_loss")


def summarise(table: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """One row a setting: means over seeds, and 95 % intervals.

    The columns ``by``; the means of all other numbers but seed; ``*_low`` and ``*_high`` of
    test_accuracy and test_loss, as far as the table has them. A setting may be missing (NaN), as
    the quality of a method that has none is.

    Raises:
        ValueError: a seed has two rows of one setting, so ``by`` does not tell settings apart.
    """
    if table.duplicated([*by, "seed"]).any():
        raise ValueError(f"{', '.join(by)} do not tell the rows of a seed apart")
    groups = table.groupby(list(by), dropna=False)
    means = groups.mean(numeric_only=True).drop(columns="seed").round(DIGITS)
    for name in table.columns.intersection(ESTIMATED):
        estimates = groups[name].apply(lambda values: mean_ci(values.to_list()))
        means[f"{name}_low"] = [e.ci_low for e in estimates]
        means[f"{name}_high"] = [e.ci_high for e in estimates]
    return means.reset_index()


def estimate(row: pd.Series, name: str) -> Estimate:
    """A summary row's test_accuracy or test_loss with its interval."""
    return Estimate(row[name], row[f"{name}_low"], row[f"{name}_high"])


def knee(rows: pd.DataFrame, tolerance: float) -> pd.Series | None:
    """The lowest quality from which on no quality loses more than ``tolerance`` points.

    Chosen on the mean loss over the validation images (``val_loss``); the row that is returned
    holds the test figures to report. None, if even the highest quality loses more.
    """
    good = rows["val_loss"] <= tolerance
    from_here_on = good[::-1].cummin()[::-1]
    return rows[from_here_on].iloc[0] if from_here_on.any() else None


def chosen(rows: pd.DataFrame, tolerance: float) -> pd.Series:
    """The `knee`; the last row where there is none."""
    found = knee(rows, tolerance)
    return rows.iloc[-1] if found is None else found


def mean_bands(table: pd.DataFrame, by: str, column: str) -> pd.DataFrame:
    """The mean of a column over the rows of each value of ``by``, and its 95 % interval.

    Returns:
        ``by``, mean, low, high.
    """
    estimates = table.groupby(by)[column].apply(lambda values: mean_ci(values.to_list()))
    rows = [(key, e.value, e.ci_low, e.ci_high) for key, e in estimates.items()]
    return pd.DataFrame(rows, columns=[by, "mean", "low", "high"])
