"""The charts of the pages on the one picture and on its matrix form."""

import numpy as np
import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from jpegnet.pages import figures
from jpegnet.pages.charts.axes import band, frequency_panels, log_ticks


def accuracy(
    summary: pd.DataFrame, x: str, label: str, float32: float, chosen: pd.Series, bar: float
) -> Figure:
    """Mean test accuracy against a column, with its 95 % band, and the chosen row.

    Dashed: the float32 network; dotted: ``bar`` points below it.
    """
    figure, axes = plt.subplots()
    low, high = summary["test_accuracy_low"], summary["test_accuracy_high"]
    name = "decoded from the picture"
    band(axes, summary[x], summary["test_accuracy"], low, high, name, figures.BLUE)
    axes.plot(chosen[x], chosen["test_accuracy"], "o", color=figures.ORANGE, label="chosen")
    axes.axhline(float32, color=figures.INK, linestyle="--", linewidth=1, label="float32")
    axes.axhline(float32 - bar, color=figures.INK, linestyle=":", linewidth=1)
    axes.set(xlabel=label, ylabel="test accuracy (%)", ylim=(94, 98.8))
    if x == "bytes":
        axes.set_xscale("log")
        log_ticks(axes.xaxis, (1, 3))
    axes.legend(loc="lower right")
    return figure


def parts(sizes: dict[str, int]) -> Figure:
    """Bars of bytes, one a part of the file."""
    figure, axes = plt.subplots(figsize=(4.6, 2.4))
    bars = axes.barh(list(sizes), list(sizes.values()), color=figures.BLUE)
    axes.bar_label(bars, [f"{size:,}" for size in sizes.values()], padding=3, fontsize=9)
    axes.set(xlabel="bytes", xlim=(0, 1.2 * max(sizes.values())))
    axes.xaxis.set_major_locator(MaxNLocator(4))
    axes.invert_yaxis()
    return figure


def ladder(steps: pd.DataFrame) -> Figure:
    """Bars, on a log axis, of the bytes after each step that was taken."""
    taken = steps[steps["taken"].ne("no")]
    figure, axes = plt.subplots(figsize=(5.6, 0.36 * len(taken) + 1))
    bars = axes.barh(taken["step"], taken["bytes"], color=figures.BLUE)
    axes.bar_label(bars, [f"{size:,.0f}" for size in taken["bytes"]], padding=3, fontsize=9)
    axes.set(xlabel="bytes", xscale="log", xlim=(5_000, 2.5 * taken["bytes"].max()))
    log_ticks(axes.xaxis, (1,))
    axes.invert_yaxis()
    return figure


def tables(steps: list[np.ndarray], titles: list[str]) -> Figure:
    """Quantisation tables (8, 8) side by side, in one scale."""
    figure, panels = plt.subplots(1, len(steps), figsize=(5.4, 3.0))
    for axes, table in zip(panels, steps, strict=True):
        axes.imshow(table, cmap=figures.HEAT, vmin=0, vmax=1.5 * np.max(steps))
        for (row, column), step in np.ndenumerate(table):
            axes.text(column, row, f"{step}", ha="center", va="center", size=7)
    frequency_panels(panels, titles)
    return figure


def transform(T: np.ndarray, numbers: np.ndarray) -> Figure:
    """A block DCT as a matrix, and below it one tile's whole numbers, block by block."""
    figure, (above, below) = plt.subplots(
        2, 1, figsize=(4.6, 5.6), gridspec_kw={"height_ratios": (4, 1)}
    )
    scale = np.abs(T).max()
    above.imshow(T, cmap=figures.DIVERGING, vmin=-scale, vmax=scale)
    above.set(xlabel="pixel of the tile, block by block", ylabel="coefficient")
    below.vlines(np.arange(len(numbers)), 0, numbers, color=figures.BLUE, linewidth=1)
    below.set(xlabel="coefficient", ylabel="whole number", xlim=(0, len(numbers)))
    above.grid(False)
    return figure


def memory(table: pd.DataFrame) -> Figure:
    """Points of test accuracy lost against resident bytes, a point a quality."""
    figure, axes = plt.subplots()
    kilobytes = table["resident_bytes"] / 1000
    axes.plot(kilobytes, table["test_loss"], "o-", color=figures.BLUE, label="coefficients, int8")
    for x, y, quality in zip(kilobytes, table["test_loss"], table["quality"], strict=True):
        axes.annotate(f"{quality:.0f}", (x, y), (4, 4), textcoords="offset points", fontsize=8)
    for size, name, color in (
        (table["float32_bytes"].iloc[0], "dense float32", figures.ORANGE),
        (table["float32_bytes"].iloc[0] / 4, "dense int8", figures.GREEN),
    ):
        axes.axvline(size / 1000, color=color, linestyle="--", label=name)
    axes.set(xscale="log", xlabel="thousand bytes of weights in memory")
    axes.set(ylabel="accuracy lost (points)")
    log_ticks(axes.xaxis, (1, 3))
    figure.legend(loc="outside lower center", ncols=3, fontsize=9)
    return figure
