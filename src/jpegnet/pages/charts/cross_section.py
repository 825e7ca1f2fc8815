"""The charts of the cross-section's page."""

import numpy as np
import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from jpegnet.pages import figures
from jpegnet.pages.charts.axes import log_ticks

_COLORS = (figures.BLUE, figures.ORANGE, figures.GREEN, figures.PURPLE)
_MARKERS = ("o", "s", "^", "D", "v", "P")


def front(summary: pd.DataFrame, on_front: pd.Series) -> Figure:
    """Accuracy over bytes, a point a method and setting; the line joins those none is better than.

    Each point bears its row's place in the summary as ``point-N``, see `interactive.explorer`.

    Args:
        summary: method, retrained, bytes, test_accuracy, and its interval.
        on_front: which rows are on the Pareto front.
    """
    figure, axes = plt.subplots(figsize=(6.6, 5.4))
    for n, (kind, rows) in enumerate(summary.groupby("method", sort=False)):
        color, marker = _COLORS[n % 4], _MARKERS[n % 6]
        for i, row in rows.iterrows():
            face = color if row["retrained"] else "none"
            (point,) = axes.plot(
                row["bytes"], row["test_accuracy"], marker, color=color, markerfacecolor=face
            )
            point.set_gid(f"point-{i}")
        axes.plot([], [], marker, color=color, label=kind)
    best = summary[on_front].sort_values("bytes")
    axes.plot(best["bytes"], best["test_accuracy"], color=figures.INK, linewidth=0.8, zorder=0)
    low = summary["test_accuracy"].quantile(0.03) - 0.5  # the worst would press the others together
    axes.set(xlabel="bytes", ylabel="test accuracy (%)", xscale="log", ylim=(low, 99.2))
    log_ticks(axes.xaxis, (1,))
    figure.legend(loc="outside lower center", ncols=3, fontsize=9)
    return figure


def directions(rows: pd.DataFrame) -> Figure:
    """Angles between weight vectors and the nearest signs, against the number of dimensions.

    Args:
        rows: dimensions; trained, random (mean angles in degrees).
    """
    figure, axes = plt.subplots(figsize=(4.6, 3.0))
    for name, color in (("trained", figures.BLUE), ("random", figures.ORANGE)):
        axes.plot(rows["dimensions"], rows[name], "o-", color=color, label=name, markersize=3)
    limit = np.degrees(np.arccos(np.sqrt(2 / np.pi)))
    axes.axhline(limit, color=figures.INK, linestyle="--", linewidth=0.8)
    axes.set(xlabel="dimensions", ylabel="angle (degrees)", xscale="log", ylim=(0, 60))
    log_ticks(axes.xaxis, (1, 3))
    axes.legend(loc="lower right", fontsize=9)
    return figure
