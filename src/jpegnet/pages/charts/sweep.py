"""The charts of the sweep's page."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from jpegnet.pages import figures
from jpegnet.pages.charts.axes import band, log_ticks
from jpegnet.studies.sweep_tables import select, variants

# Colour and line of each variant; of another codec's, a colour of the cycle and dashes.
_LOOKS = {
    "tiles, per-tile": (figures.BLUE, "-"),
    "tiles, global": (figures.GREEN, "-"),
    "tiles, min-max": (figures.BLUE, ":"),
    "mosaic, per-tile": (figures.ORANGE, "-"),
    "mosaic, global": (figures.PURPLE, "-"),
    "mosaic, min-max": (figures.ORANGE, ":"),
}


def sweep(
    summary: pd.DataFrame, base: str, x: str, label: str, limits: tuple[float, float] = (90, 99)
) -> Figure:
    """Test accuracy of the variants against a column, with 95 % bands; dashed: float32."""
    figure, axes = plt.subplots(figsize=(4.6, 3.5))
    for n, name in enumerate(variants(summary, base)):
        rows = select(summary, base, name)
        low, high = rows["test_accuracy_low"], rows["test_accuracy_high"]
        color, style = _LOOKS.get(name, (f"C{n}", "-."))
        band(axes, rows[x], rows["test_accuracy"], low, high, name, color, style)
    float32 = (rows["test_accuracy"] + rows["test_loss"]).mean()
    axes.axhline(float32, color=figures.INK, linestyle="--", linewidth=1, label="float32")
    axes.set(xlabel=label, ylabel="test accuracy (%)", ylim=limits, xscale="log")
    log_ticks(axes.xaxis, (1, 2, 5))
    axes.legend(loc="lower right")
    return figure


def byte_parts(rows: pd.DataFrame, labels: Sequence[str]) -> Figure:
    """Bars of bytes: JPEG headers, JPEG scans, everything else; one bar a row."""
    figure, axes = plt.subplots(figsize=(4.6, 0.55 * len(rows) + 1.3))
    parts = {
        "JPEG headers": rows["header_bytes"],
        "JPEG scans": rows["picture_bytes"] - rows["header_bytes"],
        "all but W1": rows["bytes"] - rows["picture_bytes"],
    }
    left = np.zeros(len(rows))
    colors = (figures.ORANGE, figures.BLUE, figures.GREEN)
    for (name, sizes), color in zip(parts.items(), colors, strict=True):
        axes.barh(labels, sizes / 1000, left=left, label=name, color=color)
        left += sizes.to_numpy() / 1000
    axes.invert_yaxis()
    axes.set_xlabel("thousand bytes")
    axes.legend(loc="upper center", bbox_to_anchor=(0.4, -0.22), ncols=3, fontsize=9)
    return figure


def per_digit(before: np.ndarray, after: np.ndarray, titles: Sequence[str]) -> Figure:
    """Accuracy of each digit before and after; confusion matrices of shape (n, 10, 10)."""
    figure, panels = plt.subplots(len(titles), 1, figsize=(4.6, 2.1 * len(titles)), sharex=True)
    for axes, old, new, title in zip(np.atleast_1d(panels), before, after, titles, strict=True):
        for counts, shift, name in ((old, -0.2, "float32"), (new, 0.2, "quality 1")):
            axes.bar(
                np.arange(10) + shift, 100 * counts.diagonal() / counts.sum(1), 0.4, label=name
            )
        axes.set(title=title, ylabel="read correctly (%)", xticks=range(10))
    figure.legend(*axes.get_legend_handles_labels(), loc="outside lower center", ncols=2)
    return figure
