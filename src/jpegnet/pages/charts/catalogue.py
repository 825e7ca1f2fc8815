"""The chart of all networks that are pictures."""

import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from jpegnet.nets.cells import CELLS
from jpegnet.pages import catalogue, figures
from jpegnet.pages.charts.axes import log_ticks
from jpegnet.studies.sequences import ATTENTION

_LOOKS = {
    "post-training": ("s", figures.ORANGE, "fully connected, JPEG after training"),
    "through-codec": ("o", figures.BLUE, "fully connected, trained through the codec"),
    "convolutional": ("^", figures.GREEN, "convolutional, trained through the codec"),
    "over rows": ("D", figures.PURPLE, "over rows, trained through the codec"),
}
_ARCHITECTURES = {
    "convolutional": ("conv", "nested"),
    "over rows": (*CELLS, ATTENTION),
}


def kind(architecture: str, method: str) -> str:
    """Which of the chart's kinds a network is."""
    found = (k for k, names in _ARCHITECTURES.items() if architecture.startswith(names))
    return next(found, method)


def accuracy_over_bytes(networks: pd.DataFrame, floor: float) -> Figure:
    """Test accuracy over bytes, a point a network; filled if this run trained it.

    Args:
        networks: columns architecture, method, bytes, test_accuracy, trained, in the order of the
            table that the points' ids count.
        floor: of the axis, per cent; what is below stands on it.
    """
    figure, axes = plt.subplots(figsize=(7.2, 4.6))
    told = set()
    for i, row in enumerate(networks.itertuples()):
        marker, color, label = _LOOKS[name := kind(row.architecture, row.method)]
        axes.plot(
            row.bytes,
            max(row.test_accuracy, floor),
            marker,
            color=color,
            fillstyle="full" if row.trained == catalogue.THIS_RUN else "none",
            markersize=6,
            label=None if name in told else label,
            gid=f"point-{i}",
        )
        told.add(name)
    axes.set(xlabel="bytes of the file", ylabel="test accuracy (%)", xscale="log")
    axes.set_ylim(floor - 0.2, 100)
    log_ticks(axes.xaxis, (1, 2, 5))
    figure.legend(loc="outside lower center", ncols=2, fontsize=9)
    return figure
