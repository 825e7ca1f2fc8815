"""The charts of the page on networks that read a digit row by row."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from jpegnet.pages import figures
from jpegnet.pages.charts.axes import accuracy_bands, crosses, log_ticks, no_ticks
from jpegnet.studies.memory import BLIND

_OVER_ROWS = (figures.PURPLE, figures.INK, figures.ORANGE)
_COLORS = (figures.BLUE, figures.ORANGE, figures.GREEN, figures.PURPLE)


def reading(images: Sequence[np.ndarray], beliefs: Sequence[np.ndarray]) -> Figure:
    """Images, uint8 (28, 28), each beside the shares of the digits after each row, (28, 10)."""
    figure, grid = plt.subplots(
        1, 2 * len(images), figsize=(3.1 * len(images), 2.6), width_ratios=[2, 1] * len(images)
    )
    pairs = zip(images, beliefs, strict=True)
    for (left, right), (image, belief) in zip(grid.reshape(-1, 2), pairs, strict=True):
        left.imshow(image, cmap=figures.STROKES, vmin=0, vmax=255, aspect="auto")
        right.imshow(belief, cmap=figures.HEAT, vmin=0, vmax=1, aspect="auto")
        no_ticks(left)
        right.set(xticks=range(10), yticks=[])
        right.tick_params(labelsize=8)
        right.grid(False)
        right.set_xlabel("digit")
    grid[0].set_ylabel("rows, read from the top")
    return figure


def curve(
    bands: Sequence[tuple[pd.DataFrame, str, str]],
    carried: pd.DataFrame,
    trained: pd.DataFrame,
    marks: pd.DataFrame,
) -> Figure:
    """Test accuracy over bytes of published networks, of this run's, and of others.

    Args:
        bands: summaries (`summarise`) of networks that see the image at once, each with its label
            and its color.
        carried: published networks over rows, a row each: architecture, bytes, test_accuracy.
        trained: this run's networks, a row each.
        marks: what others published: network, bytes, test_accuracy.
    """
    figure, axes = plt.subplots(figsize=(7.2, 4.8))
    accuracy_bands(axes, bands)
    cells = carried["architecture"].str.partition("-")[0]
    for (cell, part), color in zip(carried.groupby(cells), _OVER_ROWS, strict=False):
        label = f"{cell} over rows, published"
        axes.plot(part["bytes"], part["test_accuracy"], "o", color=color, label=label)
    axes.plot(
        trained["bytes"],
        trained["test_accuracy"],
        "^",
        color=figures.INK,
        fillstyle="none",
        label="over rows, this run",
    )
    crosses(axes, marks, [False] * len(marks))
    axes.set(xlabel="bytes of the file", ylabel="test accuracy (%)", xscale="log")
    axes.set(xlim=(400, 5000), ylim=(91, 99.6))
    log_ticks(axes.xaxis, (1, 2, 3, 5, 7))
    axes.legend(loc="lower right", fontsize=9)
    return figure


def mosaics(matrices: Sequence[tuple[str, np.ndarray]]) -> Figure:
    """Matrices as grey pictures, each with its name, a pixel of all of the same size."""
    widths = [matrix.shape[1] for _, matrix in matrices]
    figure, grid = plt.subplots(1, len(matrices), figsize=(7.2, 4.6), width_ratios=widths)
    for axes, (name, matrix) in zip(grid, matrices, strict=True):
        scale = 3 * matrix.std()
        axes.imshow(matrix, cmap="gray", vmin=-scale, vmax=scale)
        axes.set_title(f"{name}\n{matrix.shape[0]} × {matrix.shape[1]}", fontsize=8.5)
        axes.set_anchor("N")
        no_ticks(axes)
    return figure


def growth(table: pd.DataFrame) -> Figure:
    """After each row, the state's error and the answers' divergence: a line a matrix.

    Args:
        table: matrix, row, error (a share), divergence (nats).
    """
    figure, panels = plt.subplots(1, 2, figsize=(7.4, 3.2))
    labels = {"error": "error of the state (share)", "divergence": "divergence (nats)"}
    for axes, (column, label) in zip(panels, labels.items(), strict=True):
        for (name, part), color in zip(table.groupby("matrix", sort=False), _COLORS, strict=False):
            axes.plot(part["row"], part[column], color=color, label=name)
        axes.set(xlabel="rows read", ylabel=label, ylim=(0, None))
    figure.legend(*panels[0].get_legend_handles_labels(), loc="outside lower center", ncols=3)
    return figure


def memory(table: pd.DataFrame) -> Figure:
    """The adding problem's error over the quality of the recurrent weights: a line a length.

    Args:
        table: length, quality (0 for the network as it is), error, which are means over the seeds.
    """
    figure, axes = plt.subplots(figsize=(5.6, 3.6))
    for (length, part), color in zip(table.groupby("length"), _COLORS, strict=False):
        coded = part[part["quality"] > 0]
        axes.plot(coded["quality"], coded["error"], "o-", color=color, label=f"{length} steps")
        plain = part.loc[part["quality"] == 0, "error"].item()
        axes.axhline(plain, color=color, linewidth=0.8, linestyle=":")
    axes.axhline(BLIND, color=figures.INK, linewidth=0.8)
    axes.annotate(
        "nothing remembered",
        (0.02, BLIND),
        xycoords=("axes fraction", "data"),
        va="bottom",
        fontsize=9,
    )
    axes.set(xlabel="JPEG quality of the recurrent weights", ylabel="mean squared error")
    axes.set_yscale("log")
    axes.legend(fontsize=9)
    return figure
