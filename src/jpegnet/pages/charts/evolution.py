"""The charts of the page on worlds of robots."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import torch
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from jpegnet.nets.network import Network
from jpegnet.pages import figures
from jpegnet.pages.charts.axes import band, no_ticks, panels, weights_image
from jpegnet.studies.evolution.acts import TOLD
from jpegnet.studies.evolution.rules import COLOURS, SECTORS, Rules
from jpegnet.studies.summaries import mean_bands

_RED = "#d1352f"
_STYLES = (
    (figures.BLUE, "-"),
    (figures.ORANGE, "--"),
    (figures.PURPLE, "-."),
    (figures.GREEN, ":"),
)
_KINDS = {
    "direct": figures.BLUE,
    "one picture": figures.ORANGE,
    "parts": figures.GREEN,
    "mirrored": figures.PURPLE,
}
_FEW = 64  # genes, beyond which they are called all of a kind
COURSE = {
    "mean_speed": "speed, share of the greatest",
    "mines": "mines touched\nin 1,000 steps of a robot",
    "rate": "fruit eaten\nin 1,000 steps of a robot",
    "to_green": "turn towards fruit",
    "away_red": "turn away from mines",
    "roamed": "sides of the plane in 100 steps",
}


def planes(states: Mapping[str, tuple[dict[str, torch.Tensor], Rules]], world: int = 0) -> Figure:
    """One world at several moments: its title, its `Worlds.state`, and the rules of the day."""
    figure, grid = plt.subplots(2, 2, figsize=(7.2, 7.4))
    for axes, (title, (state, rules)) in zip(grid.flat, states.items(), strict=True):
        across, up = state["things"][:, world].numpy()
        mines = slice(rules.mines), "o", _RED
        fruit = slice(rules.mines, None), "s", figures.GREEN
        for which, marker, color in (mines, fruit):
            axes.plot(across[which], up[which], marker, color=color, markersize=4)
        x, y, heading = (state[name][world].numpy() for name in ("x", "y", "heading"))
        axes.quiver(
            x, y, np.cos(heading), np.sin(heading), color=figures.BLUE, pivot="mid", scale=34
        )
        axes.set(xlim=(0, 1), ylim=(0, 1), aspect="equal", title=title)
        for spine in axes.spines.values():
            spine.set_visible(True)
        no_ticks(axes)
    return figure


def course(history: pd.DataFrame, day_two: int) -> Figure:
    """How worlds go on, as they are told and where something is left out.

    Args:
        history: see `acts.told`, with the columns of `COURSE`.
        day_two: the step at which the second day begins.
    """
    figure, grid = plt.subplots(3, 2, figsize=(7.6, 8.4), sharex=True)
    for axes, (column, label) in zip(grid.flat, COURSE.items(), strict=True):
        groups = history.groupby("rules", sort=False)
        for (rules, part), (color, style) in zip(groups, _STYLES, strict=False):
            means = mean_bands(part, "step", column)
            axes.plot(means["step"], means["mean"], style, color=color, label=rules)
            if rules == TOLD:
                axes.fill_between(
                    means["step"], means["low"], means["high"], color=color, alpha=0.25
                )
        axes.axvline(day_two, color=figures.INK, linewidth=0.6)
        axes.set(ylabel=label)
    for axes in grid[-1]:
        axes.set(xlabel="step")
    handles, labels = grid.flat[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=2)
    return figure


def compared(histories: pd.DataFrame, hidden: Sequence[int]) -> Figure:
    """Fruit over births, a panel a size of network, a line a kind of genes; see `compared`."""
    figure, grid = plt.subplots(2, 2, figsize=(7.6, 7.2), sharex=True, sharey=True)
    lines = {}
    for axes, size, _ in panels(grid, hidden, hidden):
        some = histories[histories["hidden"].eq(size)]
        for (kind, count, weights), part in some.groupby(
            ["kind", "coefficients", "weights"], sort=False
        ):
            means = mean_bands(part, "step", "rate")
            births = part.groupby("step")["births"].mean()
            number = "all" if count == weights or count > _FEW else f"{count}"
            label, style = f"{number}, {kind}", {"all": "-" if kind == "direct" else "--", "4": ":"}
            around = means[["mean", "low", "high"]].T.to_numpy()
            band(axes, births, *around, label, _KINDS[kind], style.get(number, "-"))
        axes.set(title=f"{size} units, {some['weights'].iloc[0]:,} weights")
        handles, labels = axes.get_legend_handles_labels()
        lines |= dict(zip(labels, handles, strict=True))
    for axes in grid[:, 0]:
        axes.set(ylabel="fruit in 1,000 steps of a robot")
    for axes in grid[-1]:
        axes.set(xlabel="births")
    figure.legend(lines.values(), lines, loc="outside lower center", ncols=3)
    return figure


def brains(networks: Mapping[str, Network]) -> Figure:
    """Networks as pictures: a line a hidden unit, its weights of red, green and walls."""
    figure, grid = plt.subplots(len(networks), 1, figsize=(7.2, 2.4 * len(networks)))
    for axes, (title, found) in zip(grid, networks.items(), strict=True):
        weights = found.tensors["0.weight"].numpy()
        scale = float(np.abs(weights).max())
        weights_image(axes, weights, scale, figures.DIVERGING, "weight")
        for line in range(1, len(COLOURS)):
            axes.axvline(line * SECTORS - 0.5, color=figures.INK, linewidth=0.8)
        middles = [(i + 0.5) * SECTORS - 0.5 for i in range(len(COLOURS))]
        axes.set(title=title, ylabel="hidden unit", yticks=[])
        axes.set_xticks(middles, [f"{colour}, right to left" for colour in COLOURS])
    return figure


def qualities(tried: pd.DataFrame, names: Mapping[str, str]) -> Figure:
    """Fruit over bytes of networks as JPEG files; ``tried``: see `fittest.tried`, and ``genes``.

    Args:
        names: of the genes, as the legend has them; the first row of each is float32's.
    """
    figure, axes = plt.subplots(figsize=(6.2, 3.8))
    for (genes, name), color in zip(names.items(), (figures.BLUE, figures.PURPLE), strict=True):
        part = tried[tried["genes"].eq(genes)]
        means = mean_bands(part, "quality", "fruit").merge(
            part.groupby("quality")["bytes"].mean().reset_index()
        )
        whole, files = means[means["quality"].eq(0)], means[means["quality"].gt(0)]
        band(axes, files["bytes"], files["mean"], files["low"], files["high"], name, color)
        axes.axhline(whole["mean"].item(), color=color, linestyle="--", linewidth=1)
    axes.set(xlabel="bytes of the file", ylabel="fruit in 1,000 steps of a robot", ylim=(0, None))
    axes.legend(loc="lower right")
    return figure
