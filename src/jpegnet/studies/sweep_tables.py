"""What the sweep's page reports of its runs: rows, knees, tables.

Apart from the runs, so that a change here computes none of them again.
"""

from collections.abc import Sequence

import pandas as pd

from jpegnet.methods.article import VARIANTS, Article
from jpegnet.studies.summaries import estimate, knee

# A knee is looked for at every quality; min-max scaling is measured at a few.
_WITH_KNEE = [variant for variant in VARIANTS if variant.scaling != "min-max"]


def select(table: pd.DataFrame, base: str, variant: Article) -> pd.DataFrame:
    """The rows of one base and variant, by rising quality."""
    wanted = (
        (table["base"] == base)
        & (table["layout"] == variant.packing)
        & (table["scaling"] == variant.scaling)
    )
    return table[wanted].sort_values("quality", ignore_index=True)


def at_quality(table: pd.DataFrame, base: str, variant: Article, quality: int) -> pd.DataFrame:
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
    """The reference network's knees, a row a variant that has one, by rising bytes."""
    found = [knee(select(summary, "reference", variant), tolerance) for variant in _WITH_KNEE]
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
        rows = select(summary, "reference", variant).set_index("quality")
        shown[variant.label] = [
            f"{estimate(rows.loc[quality], 'test_accuracy'):.2f}" if quality in rows.index else "–"
            for quality in qualities
        ]
    return pd.DataFrame(shown)
