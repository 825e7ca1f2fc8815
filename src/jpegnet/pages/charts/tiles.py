"""The charts of the page on tiles."""

from collections.abc import Sequence

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from jpegnet.jpeg.dct import quality_table, quantise
from jpegnet.pages import figures
from jpegnet.pages.charts.axes import frequency_panels, no_ticks, panels, weights_image


def pair(tile: np.ndarray, decoded: np.ndarray, size: int, quality: int) -> Figure:
    """A tile, its JPEG, their difference, and one row of both: all in weights."""
    figure, grid = plt.subplots(2, 2, figsize=(5.4, 4.8))
    scale, row = np.abs(tile).max(), 14
    weights_image(grid[0, 0], tile, scale)
    weights_image(grid[0, 1], decoded, scale)
    error = decoded - tile
    weights_image(grid[1, 0], error, np.abs(error).max(), figures.DIVERGING)
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
        weights_image(axes, mosaic, scale)
        axes.set_title(title)
        no_ticks(axes)
    return figure


def tile_row(
    pictures: Sequence[np.ndarray], titles: Sequence[str], label: str = "weight"
) -> Figure:
    """Tiles in rows of three, all in the scale of the first; one bar tells the weights."""
    rows = -(-len(pictures) // 3)
    figure, grid = plt.subplots(rows, 3, figsize=(5.0, 1.9 * rows), squeeze=False)
    scale = np.abs(pictures[0]).max()
    for axes, picture, title in panels(grid, pictures, titles):
        image = axes.imshow(picture, cmap="gray", vmin=-scale, vmax=scale)
        axes.set_title(title, size=9)
        no_ticks(axes)
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
                ink = "black" if abs(value) > figures.FAINT * scale else figures.INK
                axes.text(column, row, f"{value:.0f}", ha="center", va="center", size=7, color=ink)
    frequency_panels(panels, ("DCT", "kept"))
    return figure
