"""The charts of the page on training through the codec."""

import numpy as np
import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from jpegnet.pages import figures
from jpegnet.pages.charts.axes import accuracy_bands, crosses, frequency_panels, log_ticks
from jpegnet.studies.through_codec import MARKS


def curve(
    carried: pd.DataFrame,
    trained: pd.DataFrame,
    ranged: pd.Series,
    post: pd.DataFrame,
    lenet: pd.Series,
    float32: tuple[float, float],
) -> Figure:
    """Test accuracy against bytes: the report in one picture.

    Args:
        carried: summary of the published networks, which were trained through the codec.
        trained: summary of those that this run trained so, by falling price.
        ranged: the latter's bytes with a range coder instead of JPEG's, in the same order.
        post: summary of post-training pictures, by quality.
        lenet: summary row of LeNet-300-100.
        float32: bytes and test accuracy of the float32 network.
    """
    figure, axes = plt.subplots(figsize=(7.2, 4.8))
    accuracy_bands(axes, [(carried, "trained through the codec, published", figures.BLUE)])
    reads, blue = trained["test_accuracy"], {"color": figures.BLUE}
    axes.plot(trained["bytes"], reads, "o", fillstyle="none", label="the same, by this run", **blue)
    axes.plot(ranged, reads, ":", label="those, range coder for Huffman", **blue)
    accuracy_bands(axes, [(post, "JPEG after training", figures.ORANGE)])
    axes.plot(
        lenet["bytes"], lenet["test_accuracy"], "s", color=figures.GREEN, label="LeNet-300-100"
    )
    axes.plot(*float32, "*", color=figures.INK, markersize=10, label="float32")
    crosses(axes, MARKS, [False] * len(MARKS))
    axes.set(xlabel="bytes of the file", ylabel="test accuracy (%)", xscale="log", ylim=(92, 99.4))
    log_ticks(axes.xaxis, (1, 3))
    axes.legend(loc="lower right", fontsize=9)
    return figure


def networks(strips: list[np.ndarray], titles: list[str]) -> Figure:
    """Networks' tiles, each (n, h, w), one network a row, each stretched to its own contrast."""
    figure, panels = plt.subplots(len(strips), figsize=(7.2, 0.98 * len(strips)))
    for axes, tiles, title in zip(np.atleast_1d(panels), strips, titles, strict=True):
        strip = np.hstack([np.pad(tile, 1, constant_values=np.nan) for tile in tiles])
        limit = np.nanquantile(np.abs(strip), 0.998) or 1.0
        axes.imshow(strip, cmap="gray", vmin=-limit, vmax=limit)
        axes.set_title(title, fontsize=9, loc="left", pad=2)
        axes.axis("off")
    return figure


def frequencies(grids: list[np.ndarray], titles: list[str]) -> Figure:
    """Shares (8, 8), in per cent, side by side, on one logarithmic scale; numbers from 1 % on."""
    figure, panels = plt.subplots(1, len(grids), figsize=(7.2, 3.0))
    for axes, grid in zip(panels, grids, strict=True):
        axes.imshow(np.log10(np.maximum(grid, 0.1)), cmap="viridis", vmin=-1, vmax=2)
        for (y, x), share in np.ndenumerate(grid):
            ink = "white" if share < 15 else "black"
            text = f"{share:.0f}" if share >= 1 else ""
            axes.text(x, y, text, ha="center", va="center", fontsize=6.5, color=ink)
    frequency_panels(panels, titles)
    return figure


def spending(table: pd.DataFrame) -> Figure:
    """Stacked bars, one a row of the table (its index names it), one colour a column: bytes."""
    figure, axes = plt.subplots(figsize=(6.4, 0.42 * len(table) + 1.2))
    left = np.zeros(len(table))
    colors = plt.cm.viridis(np.linspace(0.1, 0.9, len(table.columns)))
    for name, color in zip(table, colors, strict=True):
        axes.barh(table.index, table[name], left=left, label=name, color=color)
        left += table[name].to_numpy()
    axes.bar_label(axes.containers[-1], [f"{n:,.0f}" for n in left], padding=3, fontsize=9)
    axes.set(xlabel="bytes", xlim=(0, 1.12 * left.max()))
    axes.legend(fontsize=8, ncols=3, loc="lower center", bbox_to_anchor=(0.5, 1.0))
    axes.invert_yaxis()
    return figure
