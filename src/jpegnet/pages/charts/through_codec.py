"""The charts of the page on training through the codec."""

import numpy as np
import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from jpegnet.pages import figures
from jpegnet.pages.catalogue import THIS_RUN
from jpegnet.pages.charts.axes import accuracy_bands, crosses, frequency_panels, log_ticks
from jpegnet.studies.through_codec import MARKS

PUBLISHED = "published"
_LOOKS = {  # a point's marker, color, size, and label, by the beginning of its kind
    PUBLISHED: ("o", figures.BLUE, 4, None),
    THIS_RUN: ("o", figures.BLUE, 6, "the same, by this run"),
    "JPEG": ("s", figures.ORANGE, 6, None),
    "LeNet": ("s", figures.GREEN, 6, "LeNet-300-100"),
    "float32": ("*", figures.INK, 10, "float32"),
}


def curve(points: pd.DataFrame, ranged: pd.Series, post: pd.DataFrame) -> Figure:
    """Test accuracy against bytes: the report in one picture.

    Args:
        points: see `codec_points`; each bears its row's place as ``point-N``, see
            `interactive.explorer`. A kind begins as one of the chart's.
        ranged: the bytes of the rows of this run with a range coder instead of JPEG's.
        post: summary of post-training pictures, by quality.
    """
    figure, axes = plt.subplots(figsize=(7.2, 4.8))
    carried = points[points["kind"].str.startswith(PUBLISHED)]
    accuracy_bands(axes, [(carried, "trained through the codec, published", figures.BLUE)])
    accuracy_bands(axes, [(post, "JPEG after training", figures.ORANGE)])
    told = set()
    for i, row in enumerate(points.itertuples()):
        kind = next(kind for kind in _LOOKS if row.kind.startswith(kind))
        marker, color, size, label = _LOOKS[kind]
        style = "none" if kind == THIS_RUN else "full"
        (mark,) = axes.plot(
            row.bytes, row.test_accuracy, marker, color=color, markersize=size, fillstyle=style
        )
        mark.set_gid(f"point-{i}")
        mark.set_label(None if kind in told else label)
        told.add(kind)
    reads = points[points["kind"] == THIS_RUN]["test_accuracy"]
    axes.plot(ranged, reads, ":", color=figures.BLUE, label="those, range coder for Huffman")
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
