"""The charts of the page on other bases."""

import numpy as np
import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.figure import Figure
from scipy.optimize import isotonic_regression

from jpegnet.data.digits import SIDE
from jpegnet.nets.bases import Basis
from jpegnet.pages import figures
from jpegnet.pages.charts.axes import band, log_ticks

# Colour, line and marker of each basis: kinds by colour, one kind by its line.
LOOKS = {
    "pixels": (figures.INK, "-", "o"),
    "random": (figures.INK, ":", "x"),
    "Fourier": (figures.ORANGE, "--", "s"),
    "DCT": (figures.BLUE, "-", "o"),
    "block DCT": (figures.BLUE, "--", "s"),
    "Haar": (figures.GREEN, "--", "s"),
    "Daubechies 4": (figures.GREEN, "-", "o"),
    "Hadamard": (figures.ORANGE, ":", "x"),
    "PCA of the tiles": (figures.PURPLE, "-", "o"),
    "PCA of the inputs": (figures.PURPLE, "--", "s"),
}
CODEC_LOOKS = {
    "jpeg": (figures.BLUE, "-"),
    "WebP": (figures.ORANGE, "-"),
    "AVIF": (figures.GREEN, "-"),
    "JPEG XL": (figures.PURPLE, "-"),
    "JPEG 2000": (figures.INK, "--"),
}


def pictures(found: list[Basis], count: int) -> Figure:
    """The first pictures of each basis, a basis a row."""
    figure, rows = plt.subplots(len(found), figsize=(4.6, 0.78 * len(found)))
    for axes, basis in zip(rows, found, strict=True):
        shown = basis.matrix[:count].reshape(-1, SIDE, SIDE)
        peak = np.abs(shown).max((1, 2), keepdims=True)
        strip = np.hstack([np.pad(tile, 1, constant_values=np.nan) for tile in shown / peak])
        axes.imshow(strip, cmap="gray", vmin=-1, vmax=1)
        axes.set_title(basis.name, fontsize=9, loc="left", pad=2)
        axes.axis("off")
    return figure


def kept(summary: pd.DataFrame, titles: dict[str, str], dense: float) -> Figure:
    """Test accuracy over coefficients a tile: a panel a rule, a line a basis.

    Args:
        summary: chosen_by, basis, coefficients, test_accuracy.
        titles: of the panels, by rule.
        dense: accuracy with all coefficients.
    """
    size = (4.6, 2.5 * len(titles) + 1.2)
    figure, panels = plt.subplots(len(titles), figsize=size, sharex=True, sharey=True)
    for axes, (rule, title) in zip(panels, titles.items(), strict=True):
        rows = summary[summary["chosen_by"] == rule]
        for name, (color, line, marker) in LOOKS.items():
            some = rows[rows["basis"] == name]
            x, y = some["coefficients"], some["test_accuracy"]
            axes.plot(x, y, line, color=color, marker=marker, markersize=3, label=name)
        axes.axhline(dense, color=figures.INK, linestyle="--", linewidth=0.8)
        axes.set(title=title, ylabel="test accuracy (%)", xscale="log", ylim=(0, 101))
    axes.set_xticks(sorted(rows["coefficients"].unique()))
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:.0f}")
    axes.minorticks_off()
    axes.set_xlabel("coefficients kept, of 784 a tile")
    names = axes.get_legend_handles_labels()
    figure.legend(*names, loc="outside lower center", ncols=3, fontsize=8)
    return figure


def _name(axes, rows: pd.DataFrame, gap: float = 0.08) -> None:
    """Names of bases, rows from low to high, in a column beside the chart; lines lead to points.

    A name stands as near to its point's height as a gap (of the chart's height) to the next allows:
    least squares under an order, which is isotonic regression.
    """
    low, high = axes.get_ylim()
    steps = gap * np.arange(len(rows))
    heights = (rows["saved"].to_numpy() - low) / (high - low)
    heights = isotonic_regression(heights - steps).x + steps
    line = {"arrowstyle": "-", "linewidth": 0.5, "color": figures.INK, "alpha": 0.5}
    place = {"textcoords": "axes fraction", "va": "center", "fontsize": 9, "arrowprops": line}
    for height, row in zip(heights, rows.itertuples(), strict=True):
        axes.annotate(row.basis, (row.expected, row.saved), (1.03, height), **place)


def gains(table: pd.DataFrame, titles: dict[str, str]) -> Figure:
    """Bits that a basis saves: as predicted, and as measured; a panel a kind of weighing.

    Args:
        table: weights, weighing, basis, expected, saved (bits a weight less than the pixels).
        titles: of the panels, by weighing.
    """
    figure, panels = plt.subplots(len(titles), figsize=(4.6, 3.3 * len(titles)))
    colors = {"trained": figures.BLUE, "shuffled": figures.ORANGE, "random": figures.GREEN}
    for axes, (weighing, title) in zip(panels, titles.items(), strict=True):
        rows = table[table["weighing"] == weighing]
        for kind, some in rows.groupby("weights", sort=False):
            axes.plot(some["expected"], some["saved"], "o", color=colors[kind], label=kind)
        ends = [rows[["expected", "saved"]].min().min(), rows[["expected", "saved"]].max().max()]
        axes.plot(ends, ends, color=figures.INK, linewidth=0.8)
        axes.set(title=title, xlabel="bits a weight, predicted", ylabel="bits a weight, measured")
        _name(axes, rows[rows["weights"] == "trained"].sort_values("saved"))
    panels[0].legend(loc="upper left", fontsize=9)
    return figure


def few(summary: pd.DataFrame) -> Figure:
    """Test accuracy over parameters: few coefficients a unit, beside narrow dense networks."""
    figure, axes = plt.subplots(figsize=(4.6, 3.6))
    counts = sorted(summary.loc[summary["basis"] == "DCT", "coefficients"].unique())
    lines = [("pixels", 784, figures.INK, "all 784 weights")]
    for count, color in zip(counts, (figures.ORANGE, figures.GREEN, figures.BLUE), strict=False):
        lines.append(("DCT", count, color, f"{count} DCT coefficients"))
    for basis, count, color, label in lines:
        some = summary[(summary["basis"] == basis) & (summary["coefficients"] == count)]
        some = some.sort_values("parameters")
        x, mean = some["parameters"], some["test_accuracy"]
        band(axes, x, mean, some["test_accuracy_low"], some["test_accuracy_high"], label, color)
    axes.set(xlabel="free parameters", ylabel="test accuracy (%)", xscale="log")
    low = summary["test_accuracy"].min()
    axes.set_ylim(low - 0.05 * (100 - low), 100)
    log_ticks(axes.xaxis, (1,))
    axes.legend(loc="lower right", fontsize=9)
    return figure


def codecs(summary: pd.DataFrame, limits: tuple[float, float] = (94, 98.6)) -> Figure:
    """Test accuracy over bytes of the mosaic's file, a line a codec.

    Args:
        summary: codec, picture_bytes, test_accuracy and its interval.
    """
    figure, axes = plt.subplots(figsize=(4.6, 3.6))
    for name, (color, line) in CODEC_LOOKS.items():
        some = summary[summary["codec"] == name].sort_values("picture_bytes")
        x, mean = some["picture_bytes"], some["test_accuracy"]
        low, high = some["test_accuracy_low"], some["test_accuracy_high"]
        label = "JPEG" if name == "jpeg" else name
        band(axes, x, mean, low, high, label, color, line)
    axes.set(xlabel="bytes of the mosaic", ylabel="test accuracy (%)", xscale="log", ylim=limits)
    log_ticks(axes.xaxis, (1, 3))
    axes.legend(loc="lower right", fontsize=9)
    return figure


def parts(tiles: list[np.ndarray]) -> np.ndarray:
    """Four tiles of weights in a square, each stretched about the middle grey.

    Returns:
        Grey and opacity, uint8 (57, 57, 2): the page is seen between the tiles.
    """
    seen = np.zeros((2 * SIDE + 1, 2 * SIDE + 1, 2), np.uint8)
    for tile, (y, x) in zip(tiles, ((0, 0), (0, 1), (1, 0), (1, 1)), strict=True):
        peak = np.abs(tile).max() or 1.0
        at = np.s_[y * (SIDE + 1) : y * (SIDE + 1) + SIDE, x * (SIDE + 1) : x * (SIDE + 1) + SIDE]
        seen[at] = np.dstack([np.rint(tile / peak * 127 + 128), np.full_like(tile, 255)])
    return seen
