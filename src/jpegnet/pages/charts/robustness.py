"""The charts on distorted images and on mistakes."""

from collections.abc import Collection

import numpy as np
import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from jpegnet.data.distorted import DISTORTIONS, distorted
from jpegnet.data.labelled import Labelled
from jpegnet.pages import figures
from jpegnet.pages.charts.axes import no_ticks
from jpegnet.studies.robustness import UNDISTORTED

_MARKERS = "osD^vP"
_COLORS = (figures.INK, figures.BLUE, figures.ORANGE, figures.GREEN, figures.PURPLE)
_ACROSS = 6  # mistakes in a row


def lost(summary: pd.DataFrame, hollow: Collection[str]) -> Figure:
    """Points lost to each distortion: a marker a network; linear up to 1, then logarithmic.

    Args:
        summary: `robustness.means` of at most six networks, which the legend has in this order.
        hollow: the names of those that have hollow markers, as what others are compared with.
    """
    names = [name for name in DISTORTIONS if name != UNDISTORTED]
    figure, axes = plt.subplots(figsize=(5.2, 5.2))
    parts = list(summary.groupby("network", sort=False))
    for i, (network, part) in enumerate(parts):
        points = part.set_index("distortion")["test_loss"][names]
        rows = np.arange(len(names)) + 0.6 * ((i + 0.5) / len(parts) - 0.5)  # none hides another
        look = {"color": _COLORS[i % len(_COLORS)], "markersize": 6, "label": network}
        look["fillstyle"] = "none" if network in hollow else "full"
        axes.plot(points, rows, _MARKERS[i], **look)
    axes.set_yticks(range(len(names)), names)
    axes.set(xlabel="points of accuracy lost", ylim=(len(names) - 0.5, -0.5))
    axes.set_xscale("symlog", linthresh=1, linscale=0.5)
    axes.set_xticks([0, 1, 2, 5, 10, 20], ["0", "1", "2", "5", "10", "20"])
    axes.set_xlim(left=min(0, 1.1 * summary["test_loss"].min()))
    figure.legend(loc="outside upper left", fontsize=9)
    return figure


def _digit(axes, image: np.ndarray) -> None:
    axes.imshow(image, cmap=figures.STROKES, vmin=0, vmax=255)
    no_ticks(axes)
    axes.spines[:].set_visible(False)


def mistakes(table: pd.DataFrame, images: Labelled) -> Figure:
    """Each image of `robustness.mistakes`, and under it, what it is and what it is read as."""
    rows = -(-len(table) // _ACROSS)
    figure, grid = plt.subplots(rows, _ACROSS, figsize=(5.2, 1.1 * rows), squeeze=False)
    for axes in grid.flat[len(table) :]:
        axes.set_axis_off()
    for axes, row in zip(grid.flat, table.itertuples(index=False), strict=False):
        _digit(axes, images.inputs[row.index].numpy())
        axes.set_xlabel(f"{row.label} read as {row.read}", fontsize=8.5, labelpad=3)
    return figure


def examples(images: Labelled) -> Figure:
    """Each distortion of a few images: a row a distortion, with its name."""
    figure, grid = plt.subplots(
        len(DISTORTIONS), len(images.labels), figsize=(5.2, 0.48 * len(DISTORTIONS)), squeeze=False
    )
    for name, row in zip(DISTORTIONS, grid, strict=True):
        for axes, image in zip(row, distorted(images, name).inputs.numpy(), strict=True):
            _digit(axes, image)
        row[0].set_ylabel(name, rotation=0, ha="right", va="center")
    return figure
