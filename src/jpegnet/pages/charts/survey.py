"""The chart of a survey: how far each matrix is a picture."""

import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from jpegnet.pages import figures

_NAMED = 60  # matrices whose names still have room


def gains(table: pd.DataFrame) -> Figure:
    """Coding gains in dB, a line a matrix, as `survey.survey` has them; others are left out."""
    known = table.dropna(subset="gain_db").reset_index(drop=True)
    lines = min(len(known), _NAMED)
    figure, axes = plt.subplots(figsize=(7.2, 1.2 + 0.19 * lines), layout="constrained")
    looks = {
        "shuffled_db": ("o", figures.INK, "none", "its entries shuffled"),
        "ordered_db": ("|", figures.ORANGE, "full", "its rows and columns in order"),
        "gain_db": ("o", figures.BLUE, "full", "the matrix"),
    }
    for column, (marker, color, fill, label) in looks.items():
        style = {"color": color, "fillstyle": fill, "label": label, "markersize": 5}
        axes.plot(known[column], known.index, marker, **style)
    if len(known) <= _NAMED:
        axes.set_yticks(known.index, known["matrix"], fontsize=6)
    axes.set(xlabel="coding gain of the DCT (dB)", ylim=(len(known) - 0.5, -0.5))
    axes.set_xscale("symlog", linthresh=0.1)
    axes.set_xlim(0, max(10, 1.3 * known[list(looks)].max().max()))
    axes.set_xticks([0, 0.1, 0.3, 1, 3, 10], ["0", "0.1", "0.3", "1", "3", "10"])
    axes.grid(axis="y", alpha=0.3)
    axes.legend(fontsize=8, loc="lower center", bbox_to_anchor=(0.4, 1.0), ncols=3)
    return figure
