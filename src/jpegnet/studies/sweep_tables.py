"""What the sweep's page reports of its runs: rows, knees, tables.

Apart from the runs, so that a change here computes none of them again.
"""

from collections.abc import Sequence

import pandas as pd

from jpegnet.methods.article import VARIANTS
from jpegnet.studies.summaries import estimate, knee


def variants(table: pd.DataFrame, base: str) -> list[str]:
    """Labels of the variants in which a base was measured; those of `VARIANTS` come first."""
    known = [variant.label for variant in VARIANTS]
    found = table.loc[table["base"] == base, "variant"].unique().tolist()
    return sorted(found, key=lambda label: known.index(label) if label in known else len(known))


def select(table: pd.DataFrame, base: str, variant: str) -> pd.DataFrame:
    """The rows of one base and variant (its label), by rising quality."""
    wanted = (table["base"] == base) & (table["variant"] == variant)
    return table[wanted].sort_values("quality", ignore_index=True)


def at_quality(table: pd.DataFrame, base: str, variant: str, quality: int) -> pd.DataFrame:
    """The rows of one setting: one in a summary, one a seed in a table of runs.

    Raises:
        KeyError: the setting was not measured.
    """
    rows = select(table, base, variant)
    rows = rows[rows["quality"] == quality]
    if rows.empty:
        raise KeyError(f"no run of {base}, {variant}, quality {quality}")
    return rows


def knees(summary: pd.DataFrame, tolerance: float) -> pd.DataFrame:
    """The reference network's knees, a row a variant that has one, by rising bytes.

    A knee is looked for at every quality: a variant that was measured at fewer has none.
    """
    curves = [select(summary, "reference", label) for label in variants(summary, "reference")]
    most = max(map(len, curves))
    found = [knee(rows, tolerance) for rows in curves if len(rows) == most]
    rows = [row for row in found if row is not None]
    return pd.DataFrame(rows, columns=summary.columns).sort_values("bytes")


def knee_table(summary: pd.DataFrame, tolerances: Sequence[float]) -> pd.DataFrame:
    """The knees at several tolerances, as they are shown."""
    rows = pd.concat(knees(summary, limit).assign(tolerance=limit) for limit in tolerances)
    return pd.DataFrame(
        {
            "tolerance": rows["tolerance"],
            "variant": rows["variant"],
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
            "variant": rows["variant"],
            "bytes": rows["bytes"],
            "before": rows["test_accuracy"] + rows["test_loss"],
            "after": rows["test_accuracy"],
            "points lost": [f"{estimate(row, 'test_loss'):.2f}" for _, row in rows.iterrows()],
        }
    )


def quality_table(summary: pd.DataFrame, qualities: Sequence[int]) -> pd.DataFrame:
    """Test accuracy of the reference network by quality and variant, as it is shown."""
    shown = {"quality": list(qualities)}
    for variant in variants(summary, "reference"):
        rows = select(summary, "reference", variant).set_index("quality")
        shown[variant] = [
            f"{estimate(rows.loc[quality], 'test_accuracy'):.2f}" if quality in rows.index else "–"
            for quality in qualities
        ]
    return pd.DataFrame(shown)
