"""The charts of the page on deeper networks after training, and on a language model."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from jpegnet.methods.pictured import shuffled
from jpegnet.pages import figures
from jpegnet.pages.charts.axes import no_ticks, panels
from jpegnet.studies.survey import ATTENTION, FILTERS, FIRST, LINEAR, POSITIONS, WORDS
from jpegnet.studies.transformer import PLAIN

DB_A_BIT = 20 * np.log10(2)  # halving the error takes a bit
_LOOKS = {
    FIRST: ("s", figures.BLUE),
    FILTERS: ("^", figures.GREEN),
    LINEAR: ("o", figures.ORANGE),
    ATTENTION: ("D", figures.PURPLE),
    POSITIONS: ("P", figures.INK),
    WORDS: ("X", figures.INK),
}
_COLORS = (figures.BLUE, figures.ORANGE, figures.GREEN, figures.PURPLE, figures.INK)


def where(table: pd.DataFrame, noise: float) -> Figure:
    """Bits that JPEG takes more than int4 under zstd, over the coding gain: a mark a matrix.

    Each bears its row's place as ``point-N``, see `interactive.explorer`.

    Args:
        table: kind, gain_db, more_bits.
        noise: the bits that it takes more for noise; the line is what theory makes of them.
    """
    figure, axes = plt.subplots(figsize=(6.6, 5.0))
    for kind, (marker, color) in _LOOKS.items():
        for i, row in table[table["kind"] == kind].iterrows():
            (point,) = axes.plot(row["gain_db"], row["more_bits"], marker, color=color, alpha=0.75)
            point.set_gid(f"point-{i}")
        axes.plot([], [], marker, color=color, label=kind)
    gain = np.linspace(0, 8, 200)
    axes.plot(gain, noise - gain / DB_A_BIT, "--", color=figures.INK, linewidth=0.8)
    axes.axhline(0, color=figures.INK, linewidth=0.8)
    axes.annotate("JPEG takes more", (0.01, 0.03), va="bottom", fontsize=9)
    axes.annotate("int4 takes more", (0.01, -0.03), va="top", fontsize=9)
    axes.set_xscale("symlog", linthresh=0.1, linscale=0.5)
    axes.set_xticks([0, 0.1, 0.3, 1, 3, 8], ["0", "0.1", "0.3", "1", "3", "8"])
    axes.set(
        xlabel="coding gain of the DCT (dB)", ylabel="bits a weight more than int4", xlim=(0, 8)
    )
    figure.legend(loc="outside lower center", ncols=3, fontsize=9)
    return figure


def pairs(pictures: Sequence[tuple[str, np.ndarray]]) -> Figure:
    """Pieces of matrices, each with a title, above their own entries, shuffled."""
    figure, grid = plt.subplots(2, len(pictures), figsize=(7.4, 3.3))
    for column, (title, piece) in zip(grid.T, pictures, strict=True):
        scale = 3 * piece.std()
        for axes, some in zip(column, (piece, shuffled(piece)), strict=True):
            axes.imshow(some, cmap="gray", vmin=-scale, vmax=scale)
            no_ticks(axes)
        column[0].set_title(title, fontsize=8.5)
    grid[0, 0].set_ylabel("as it is")
    grid[1, 0].set_ylabel("shuffled")
    return figure


def depth(table: pd.DataFrame) -> Figure:
    """The error of what each layer hands on: a panel a network, a line a way.

    Args:
        table: network, way (int4 or jpeg_as_int4), layer, error (a share).
    """
    names = list(dict.fromkeys(table["network"]))
    figure, grid = plt.subplots(2, -(-len(names) // 2), figsize=(7.4, 4.6), sharey=True)
    parts = [table[table["network"] == name] for name in names]
    looks = {
        "int4": (figures.ORANGE, "int4"),
        "jpeg_as_int4": (figures.BLUE, "JPEG, as many bytes"),
    }
    for axes, part, name in panels(grid, parts, names):
        for way, (color, label) in looks.items():
            errors = part["error"][part["way"] == way].to_numpy()
            axes.plot(range(1, len(errors) + 1), 100 * errors, ".-", color=color, label=label)
        axes.set_title(name.replace(", ", ",\n"), fontsize=9)
        axes.xaxis.set_major_locator(MaxNLocator(5, integer=True))
    grid[0, 0].set_ylim(0, 105 * table["error"].max())
    for axes in grid[-1]:
        axes.set_xlabel("layer")
    for axes in grid[:, 0]:
        axes.set_ylabel("error (%)")
    handles = grid[0, 0].get_legend_handles_labels()
    figure.legend(*handles, loc="outside lower center", ncols=2, fontsize=9)
    return figure


def rates(table: pd.DataFrame) -> Figure:
    """Bits a weight over the relative error: a panel a matrix, a color a codec.

    Filled marks are of the matrix, hollow ones of its shuffled entries. The lines: the fewest bits
    that Gaussian noise can take, and a uniform quantiser with an ideal entropy coder on the matrix.
    What is `transformer.PLAIN` has crosses.

    Args:
        table: as `transformer.rates` has it.
    """
    names = list(dict.fromkeys(table["matrix"]))
    across = 2 if len(names) > 1 else 1
    down = max(1, -(-len(names) // across))
    size = (7.4, 0.9 + 2.7 * down)
    figure, grid = plt.subplots(down, across, figsize=size, squeeze=False, sharex=True, sharey=True)
    parts = [table[table["matrix"] == name] for name in names]
    plain = {name: mark for (name, *_), mark in zip(PLAIN, "xx++++", strict=True)}
    coded = dict.fromkeys(codec for codec in table["codec"] if codec not in plain)
    looks = {codec: ("o", color) for codec, color in zip(coded, _COLORS, strict=False)}
    looks |= {name: (mark, figures.INK) for name, mark in plain.items()}
    error = np.geomspace(0.004, 1, 50)
    for axes, part, name in panels(grid, parts, names):
        axes.plot(error, -np.log2(error), "--", color=figures.INK, linewidth=0.8)
        as_is = part[part["order"] == "as it is"].sort_values("relative_error")
        axes.plot(as_is["relative_error"], as_is["uniform_bits_per_weight"], ":", color=figures.INK)
        for codec, (mark, color) in looks.items():
            for order, fill, label in (("as it is", "full", codec), ("shuffled", "none", None)):
                rows = part[(part["codec"] == codec) & (part["order"] == order)]
                look = {"color": color, "fillstyle": fill, "markersize": 5, "label": label}
                axes.plot(rows["relative_error"], rows["bits_per_weight"], mark, **look)
        axes.set_title(name.removeprefix("encoder.").removesuffix(".weight"), fontsize=8.5)
        axes.set(xscale="log", xlim=(0.004, 1), ylim=(0, 8.5))
        axes.set_xticks([0.01, 0.03, 0.1, 0.3, 1], ["0.01", "0.03", "0.1", "0.3", "1"])
    figure.supxlabel("relative error", fontsize=10)
    figure.supylabel("bits a weight", fontsize=10)
    if names:
        handles = grid[0, 0].get_legend_handles_labels()
        figure.legend(*handles, loc="outside upper center", ncols=4, fontsize=9)
    return figure


def answers(table: pd.DataFrame) -> Figure:
    """How often the nearest sentence stays the same, over bits a weight: a line a way."""
    figure, axes = plt.subplots(figsize=(5.4, 3.4))
    for color, (way, rows) in zip(_COLORS, table.groupby("way", sort=False), strict=False):
        bits, same = rows["bits_per_weight"], rows["same_neighbour"]
        axes.plot(bits, same, "o-", color=color, label=way, markersize=4)
    axes.set(xlabel="bits a weight", ylabel="same neighbour (%)", ylim=(0, 101))
    if len(table):
        axes.legend(loc="lower right", fontsize=9)
    return figure
