"""The charts of the page on training."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from jpegnet.kept.estimates import mean_ci
from jpegnet.pages import figures
from jpegnet.pages.charts.axes import band, no_ticks, panels


def curves(runs: Sequence[dict]) -> Figure:
    """Loss and validation accuracy by epoch: mean and 95 % band over the runs."""
    figure, (above, below) = plt.subplots(2, 1, figsize=(4.6, 4.8), sharex=True)
    every = pd.concat(run["curves.csv"] for run in runs).groupby("epoch")
    columns = {"train_loss": above, "val_loss": above, "val_accuracy": below}
    names = ("training images", "validation images", "validation images")
    colors = (figures.BLUE, figures.ORANGE, figures.ORANGE)
    for (column, axes), name, color in zip(columns.items(), names, colors, strict=True):
        estimates = every[column].apply(lambda values: mean_ci(values.to_list()))
        rows = [(e.value, e.ci_low, e.ci_high) for e in estimates]
        band(axes, estimates.index, *zip(*rows, strict=True), name, color)
    above.set(ylabel="cross-entropy", yscale="log")
    above.legend()
    below.set(xlabel="epoch", ylabel="accuracy (%)")
    return figure


def confusion(counts: np.ndarray) -> Figure:
    """A confusion matrix (10, 10); the right answers on the diagonal are left uncoloured."""
    figure, axes = plt.subplots(figsize=(4.6, 4.4))
    wrong = np.where(np.eye(10, dtype=bool), 0, counts)
    axes.imshow(wrong, cmap=figures.HEAT, vmin=0, vmax=1.5 * wrong.max())
    for (row, column), count in np.ndenumerate(counts):
        weight = "bold" if row == column else "normal"
        style = {"ha": "center", "va": "center", "size": 8, "weight": weight}
        axes.text(column, row, f"{count}", **style)
    axes.set(xticks=range(10), yticks=range(10), xlabel="digit read", ylabel="true digit")
    axes.grid(False)
    return figure


def digits(images: np.ndarray, titles: Sequence[str], columns: int = 4) -> Figure:
    """Images (n, 28, 28) in rows, each under its title."""
    rows = -(-len(images) // columns)
    figure, grid = plt.subplots(rows, columns, figsize=(4.8, 1.5 * rows), squeeze=False)
    for axes, image, title in panels(grid, images, titles):
        axes.imshow(image, cmap=figures.STROKES)
        axes.set_title(title, size=9)
        no_ticks(axes)
    return figure
