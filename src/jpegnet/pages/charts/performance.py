"""The charts of the page on performance."""

import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from jpegnet.pages import figures
from jpegnet.pages.charts.axes import log_ticks


def ratios(table: pd.DataFrame) -> Figure:
    """Each row's time and the naive way's, as multiples of the floor, on a log axis."""
    figure, axes = plt.subplots(figsize=(6.4, 0.5 * len(table) + 1.2))
    naive = table["naive_seconds"] / table["floor_seconds"]
    axes.axvline(1, color=figures.INK, linestyle="--", linewidth=1, label="floor")
    axes.hlines(table["what"], table["ratio_to_floor"], naive, color=figures.INK, alpha=0.3)
    axes.plot(table["ratio_to_floor"], table["what"], "o", color=figures.BLUE, label="here")
    axes.plot(naive, table["what"], "s", color=figures.ORANGE, label="naive way")
    axes.set(xlabel="times the floor", xscale="log", ylim=(len(table) - 0.5, -0.5))
    low, high = axes.get_xlim()
    axes.set_xlim(min(0.5, low), max(12, high))
    log_ticks(axes.xaxis, (1, 2, 5) if high < 50 else (1, 3))
    axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=3)
    return figure


def units(table: pd.DataFrame) -> Figure:
    """Milliseconds against hidden units, both on log axes; see `growth.units`."""
    figure, axes = plt.subplots()
    series = {
        "step_seconds": ("a training step", figures.BLUE, "o-"),
        "products_seconds": ("its products", figures.BLUE, ":"),
        "files_seconds": ("a file a tile, and back", figures.ORANGE, "o-"),
    }
    for column, (name, color, style) in series.items():
        axes.plot(table["units"], 1000 * table[column], style, color=color, label=name, ms=3)
    axes.set(xlabel="hidden units", ylabel="milliseconds", xscale="log", yscale="log")
    axes.set_xticks(table["units"], [f"{n:,}" for n in table["units"]], rotation=45)
    axes.minorticks_off()
    log_ticks(axes.yaxis, (1,))
    axes.legend()
    return figure


def together(table: pd.DataFrame) -> Figure:
    """Seconds against how many seeds or qualities, a panel each, a line a number of cores."""
    figure, panels = plt.subplots(1, 2, figsize=(6.4, 3.2), layout="constrained")
    for axes, (kind, rows) in zip(panels, table.groupby("kind", sort=False), strict=True):
        for n, (cores, line) in enumerate(rows.groupby("cores")):
            name = f"{cores} core{'s' if cores > 1 else ''}"
            axes.plot(line["count"], line["seconds"], "o-", color=f"C{n}", label=name, ms=3)
        axes.set(xlabel=kind, ylabel="seconds", xticks=line["count"], ylim=(0, None))
    panels[0].legend()
    return figure
