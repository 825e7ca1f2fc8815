"""The charts of the page on networks of which only the first bytes have arrived."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from jpegnet.pages import figures
from jpegnet.pages.charts.axes import accuracy_bands, log_ticks, no_ticks
from jpegnet.studies.prefixes import USEFUL

_CONTRAST = 3  # most weights are within a few grey levels of the middle
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
    trained: pd.DataFrame,
    made: Sequence[tuple[pd.DataFrame, str, str]],
    others: pd.DataFrame,
    aims: dict[int, float],
) -> Figure:
    """Accuracy so far of networks that were trained for being cut, near the top.

    Args:
        trained: see `prefixes.cut_curves`; a line a file, a color a method.
        made: summaries (`summarise`) of networks that were made for their sizes each, with their
            labels and colors.
        others: curves of networks that were not trained for it.
        aims: per cent that so many bytes are to read; may be empty.
    """
    figure, axes = plt.subplots(figsize=(7.2, 4.8))
    accuracy_bands(axes, made)
    methods = trained.groupby("method", sort=False)
    for (label, some), color in zip(methods, (figures.ORANGE, figures.BLUE), strict=False):
        for i, (_, part) in enumerate(some.groupby("file", sort=False)):
            part = part.sort_values("bytes")
            own = label if i == 0 else None
            axes.plot(part["bytes"], part["test_accuracy"], "-", color=color, label=own)
            axes.plot(*part.iloc[-1][["bytes", "test_accuracy"]], "o", color=color)
    for (method, part), style in zip(others.groupby("method", sort=False), _STYLES, strict=False):
        axes.plot(part["bytes"], part["test_accuracy"], style, color=figures.PURPLE, label=method)
    if aims:
        told = {"color": figures.INK, "label": "what was to be reached"}
        axes.plot(list(aims), list(aims.values()), "x", **told)
    axes.set(xlabel="bytes that have arrived", ylabel="test accuracy (%)")
    axes.set(xlim=(350, 1550), ylim=(80, 100))
    figure.legend(loc="outside lower center", ncols=2, fontsize=9)
    return figure


def arriving(rows: Sequence[Sequence[tuple[np.ndarray, str]]]) -> Figure:
    """Pictures of which ever more has arrived, each with its title; a row a file."""
    heights = [pictures[0][0].shape[0] / pictures[0][0].shape[1] for pictures in rows]
    count = len(rows[0])
    figure, grid = plt.subplots(
        len(rows),
        count,
        figsize=(7.2, 7.2 / count * sum(heights) + 0.35 * len(rows)),
        gridspec_kw={"height_ratios": heights},
        squeeze=False,
    )
    for line, pictures in zip(grid, rows, strict=True):
        for axes, (image, title) in zip(line, pictures, strict=True):
            contrast = 128 / _CONTRAST
            axes.imshow(image, cmap="gray", vmin=128 - contrast, vmax=128 + contrast)
            axes.set_title(title, fontsize=9)
            no_ticks(axes)
    return figure
