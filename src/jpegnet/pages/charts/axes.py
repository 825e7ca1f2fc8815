"""What several charts draw: bands, panels, ticks."""

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd
from matplotlib.ticker import LogLocator, NullFormatter

from jpegnet.pages import figures


def no_ticks(axes) -> None:
    """A picture has no axes."""
    axes.set(xticks=[], yticks=[])
    axes.grid(False)


def panels(grid: np.ndarray, pictures: Sequence, titles: Sequence[str]) -> Iterator[tuple]:
    """Axes, picture and title of each panel; panels that are left over are blank."""
    for axes in grid.flat[len(pictures) :]:
        axes.set_axis_off()
    return zip(grid.flat[: len(pictures)], pictures, titles, strict=True)


def weights_image(axes, weights: np.ndarray, scale: float, cmap: str = "gray", label: str = ""):
    """Draw weights of shape (h, w) on axes, from -scale to scale, with a bar that tells both."""
    image = axes.imshow(weights, cmap=cmap, vmin=-scale, vmax=scale)
    axes.grid(False)
    bar = axes.figure.colorbar(image, ax=axes, shrink=0.8)
    bar.set_label(label)
    bar.outline.set_visible(False)
    return image


def band(axes, x, mean, low, high, label: str, color: str, style: str = "-") -> None:
    """A line with its confidence band; a marker a point where there are few."""
    marker = "o" if len(x) < 25 else None
    axes.plot(x, mean, style, color=color, label=label, marker=marker, markersize=3)
    axes.fill_between(x, low, high, color=color, alpha=0.25, linewidth=0)


def accuracy_bands(axes, summaries: Sequence[tuple[pd.DataFrame, str, str]]) -> None:
    """Test accuracy over bytes of summaries (`summarise`), each with its label and its color."""
    for table, label, color in summaries:
        table = table.sort_values("bytes")
        low, high = table["test_accuracy_low"], table["test_accuracy_high"]
        band(axes, table["bytes"], table["test_accuracy"], low, high, label, color)


def crosses(axes, networks: pd.DataFrame, below: Sequence[bool]) -> None:
    """A named cross for each network of others: network, bytes, test_accuracy.

    ``below``: of each, whether its name stands below it, not above.
    """
    for row, under in zip(networks.itertuples(), below, strict=True):
        axes.plot(row.bytes, row.test_accuracy, "x", color=figures.INK)
        place = {"xytext": (6, -11 if under else 4), "textcoords": "offset points", "fontsize": 8}
        axes.annotate(row.network.split(",")[0], (row.bytes, row.test_accuracy), **place)


def log_ticks(axis, subs: tuple[int, ...]) -> None:
    """Ticks of a log axis at these multiples of powers of ten, as plain numbers."""
    axis.set_major_locator(LogLocator(subs=subs))
    axis.set_major_formatter(lambda value, _: f"{value:,.9g}")
    axis.set_minor_formatter(NullFormatter())


def frequency_panels(panels, titles) -> None:
    """Title and label panels that show 8 × 8 coefficients."""
    for axes, title in zip(panels, titles, strict=True):
        axes.set_title(title)
        axes.set(xticks=range(8), yticks=range(8), xlabel="horizontal frequency")
        axes.tick_params(labelsize=8)
        axes.grid(False)
    panels[0].set_ylabel("vertical frequency")
