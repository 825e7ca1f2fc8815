"""The charts of the chapters: functions from a study's results to a figure."""

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from jpegnet import figures
from jpegnet.article import VARIANTS
from jpegnet.dct import quality_table, quantise
from jpegnet.estimates import mean_ci
from jpegnet.summaries import select

COLORS = dict(
    zip(VARIANTS, (figures.BLUE, figures.GREEN, figures.ORANGE, figures.PURPLE), strict=True)
)


def _no_ticks(axes) -> None:
    axes.set(xticks=[], yticks=[])
    axes.grid(False)


def _panels(grid: np.ndarray, pictures: Sequence, titles: Sequence[str]) -> Iterator[tuple]:
    """Axes, picture and title of each panel; panels that are left over are blank."""
    for axes in grid.flat[len(pictures) :]:
        axes.set_axis_off()
    return zip(grid.flat[: len(pictures)], pictures, titles, strict=True)


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
        figures.band(axes, estimates.index, *zip(*rows, strict=True), name, color)
    above.set(ylabel="cross-entropy", yscale="log")
    above.legend()
    below.set(xlabel="epoch", ylabel="accuracy (%)")
    return figure


def confusion(counts: np.ndarray) -> Figure:
    """A confusion matrix (10, 10); the right answers on the diagonal are left uncoloured."""
    figure, axes = plt.subplots(figsize=(4.6, 4.4))
    wrong = np.where(np.eye(10, dtype=bool), 0, counts)
    axes.imshow(np.ma.masked_equal(wrong, 0), cmap="Oranges", vmin=0, vmax=1.5 * wrong.max())
    for (row, column), count in np.ndenumerate(counts):
        # Coloured cells are light in both themes, so their ink is always dark.
        ink = "#222222" if wrong[row, column] else figures.INK
        weight = "bold" if row == column else "normal"
        style = {"ha": "center", "va": "center", "size": 8, "color": ink, "weight": weight}
        axes.text(column, row, f"{count}", **style)
    axes.set(xticks=range(10), yticks=range(10), xlabel="digit read", ylabel="true digit")
    axes.grid(False)
    return figure


def digits(images: np.ndarray, titles: Sequence[str], columns: int = 4) -> Figure:
    """Images (n, 28, 28) in rows, each under its title."""
    rows = -(-len(images) // columns)
    figure, grid = plt.subplots(rows, columns, figsize=(4.8, 1.5 * rows), squeeze=False)
    for axes, image, title in _panels(grid, images, titles):
        axes.imshow(image, cmap="gray_r")
        axes.set_title(title, size=9)
        _no_ticks(axes)
    return figure


def pair(tile: np.ndarray, decoded: np.ndarray, size: int, quality: int) -> Figure:
    """A tile, its JPEG, their difference, and one row of both: all in weights."""
    figure, grid = plt.subplots(2, 2, figsize=(5.4, 4.8))
    scale, row = np.abs(tile).max(), 14
    figures.weights_image(grid[0, 0], tile, scale)
    figures.weights_image(grid[0, 1], decoded, scale)
    error = decoded - tile
    figures.weights_image(grid[1, 0], error, np.abs(error).max(), figures.DIVERGING)
    grid[1, 1].plot(tile[row], label="as trained", color=figures.BLUE)
    grid[1, 1].plot(decoded[row], label="JPEG", color=figures.ORANGE)
    grid[1, 1].legend(fontsize=9)
    titles = ["uncompressed", f"quality {quality}, {size} bytes", "difference", f"row {row}"]
    for axes, title in zip(grid.flat, titles, strict=True):
        axes.set_title(title)
    for axes in grid.flat[:3]:
        axes.set(xticks=(0, 14, 27), yticks=(0, 14, 27))
    return figure


def contact_sheets(before: np.ndarray, after: np.ndarray) -> Figure:
    """Two mosaics of all tiles, one above the other, in one scale of weights."""
    figure, (above, below) = plt.subplots(2, 1, figsize=(7.0, 7.2))
    scale = float(np.quantile(np.abs(before), 0.999))  # a few larger weights are cut off
    for axes, mosaic, title in ((above, before, "as trained"), (below, after, "after JPEG")):
        figures.weights_image(axes, mosaic, scale)
        axes.set_title(title)
        _no_ticks(axes)
    return figure


def tile_row(
    pictures: Sequence[np.ndarray], titles: Sequence[str], label: str = "weight"
) -> Figure:
    """Tiles in rows of three, all in the scale of the first; one bar tells the weights."""
    rows = -(-len(pictures) // 3)
    figure, grid = plt.subplots(rows, 3, figsize=(5.0, 1.9 * rows), squeeze=False)
    scale = np.abs(pictures[0]).max()
    for axes, picture, title in _panels(grid, pictures, titles):
        image = axes.imshow(picture, cmap="gray", vmin=-scale, vmax=scale)
        axes.set_title(title, size=9)
        _no_ticks(axes)
    bar = figure.colorbar(image, ax=grid, shrink=0.8)
    bar.outline.set_visible(False)
    bar.set_label(label)
    return figure


def block_coefficients(coefficients: np.ndarray, quality: int) -> Figure:
    """The DCT of one block (8, 8), in grey levels, before and after quantisation."""
    table = quality_table(quality)
    kept = quantise(coefficients, table) * table
    figure, panels = plt.subplots(1, 2, figsize=(5.4, 3.0))
    scale = np.abs(coefficients).max()
    for axes, values in zip(panels, (coefficients, kept), strict=True):
        axes.imshow(values, cmap=figures.DIVERGING, vmin=-scale, vmax=scale)
        for (row, column), value in np.ndenumerate(values):
            if abs(value) >= 0.5:
                ink = "#ffffff" if abs(value) > 0.6 * scale else "#222222"
                axes.text(column, row, f"{value:.0f}", ha="center", va="center", size=7, color=ink)
    figures.frequency_panels(panels, ("DCT", "kept"))
    return figure


def sweep(
    summary: pd.DataFrame, base: str, x: str, label: str, limits: tuple[float, float] = (90, 99)
) -> Figure:
    """Test accuracy of the four variants against a column, with 95 % bands; dashed: float32."""
    figure, axes = plt.subplots(figsize=(4.6, 3.5))
    for variant, color in COLORS.items():
        rows = select(summary, base, variant)
        name = f"{variant.layout}, {variant.scaling}"
        low, high = rows["test_accuracy_low"], rows["test_accuracy_high"]
        figures.band(axes, rows[x], rows["test_accuracy"], low, high, name, color)
    float32 = (rows["test_accuracy"] + rows["test_loss"]).mean()
    axes.axhline(float32, color=figures.INK, linestyle="--", linewidth=1, label="float32")
    axes.set(xlabel=label, ylabel="test accuracy (%)", ylim=limits, xscale="log")
    figures.log_ticks(axes.xaxis, (1, 2, 5))
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
        axes.set(title=title, ylabel="read rightly (%)", xticks=range(10))
    figure.legend(*axes.get_legend_handles_labels(), loc="outside lower center", ncols=2)
    return figure
