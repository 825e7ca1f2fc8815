"""The charts of the page on networks of which only the first bytes have arrived."""

from collections.abc import Sequence

import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from jpegnet.pages import figures
from jpegnet.pages.charts.axes import accuracy_bands, log_ticks
from jpegnet.studies.prefixes import USEFUL

_STYLES = ("-", "--", ":", "-.")
_COLORS = (figures.BLUE, figures.GREEN, figures.ORANGE, figures.PURPLE)


def beginnings(curve: pd.DataFrame, groups: Sequence[str]) -> Figure:
    """Accuracy so far over the bytes that have arrived: a line a file.

    Args:
        curve: see `prefixes.curves`; a file whose accuracy is not known yet reads one in ten.
        groups: what methods' names begin with; those of a group share a color.
    """
    figure, axes = plt.subplots(figsize=(7.2, 5.2))
    for group, color in zip(groups, _COLORS, strict=False):
        some = curve[curve["method"].str.startswith(group)]
        for (method, part), style in zip(some.groupby("method", sort=False), _STYLES, strict=False):
            line = part.sort_values("bytes").fillna({"test_accuracy": 10.0})
            axes.plot(line["bytes"], line["test_accuracy"], style, color=color, label=method)
            axes.plot(*line.iloc[-1][["bytes", "test_accuracy"]], "o", color=color, markersize=4)
    axes.axhline(USEFUL, color=figures.INK, linewidth=0.6)
    axes.set(xlabel="bytes that have arrived", ylabel="test accuracy (%)", xscale="log")
    axes.set(ylim=(0, 101))
    log_ticks(axes.xaxis, (1,))
    figure.legend(loc="outside lower center", ncols=2, fontsize=9)
    return figure


def cut(
    nested: pd.DataFrame,
    made: Sequence[tuple[pd.DataFrame, str, str]],
    others: pd.DataFrame,
    aims: dict[int, float],
) -> Figure:
    """Accuracy so far of networks that were trained for being cut, near the top.

    Args:
        nested: see `prefixes.curves`; a line a file.
        made: summaries (`summarise`) of networks that were made for their sizes each, with their
            labels and colors.
        others: curves of networks that were not trained for it.
        aims: per cent that so many bytes are to read.
    """
    figure, axes = plt.subplots(figsize=(7.2, 4.8))
    accuracy_bands(axes, made)
    for i, (_, part) in enumerate(nested.groupby("file", sort=False)):
        label = "trained for being cut" if i == 0 else None
        part = part.sort_values("bytes")
        axes.plot(part["bytes"], part["test_accuracy"], "-", color=figures.ORANGE, label=label)
        axes.plot(*part.iloc[-1][["bytes", "test_accuracy"]], "o", color=figures.ORANGE)
    for (method, part), style in zip(others.groupby("method", sort=False), _STYLES, strict=False):
        axes.plot(part["bytes"], part["test_accuracy"], style, color=figures.PURPLE, label=method)
    axes.plot(
        list(aims), list(aims.values()), "x", color=figures.INK, label="what was to be reached"
    )
    axes.set(xlabel="bytes that have arrived", ylabel="test accuracy (%)")
    axes.set(xlim=(350, 1550), ylim=(80, 100))
    figure.legend(loc="outside lower center", ncols=2, fontsize=9)
    return figure
