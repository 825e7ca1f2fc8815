"""The charts of the page on convolutional networks."""

import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from jpegnet.pages import figures
from jpegnet.pages.charts.axes import band, log_ticks


def curve(
    carried: pd.DataFrame, trained: pd.DataFrame, fully: pd.DataFrame, marks: pd.DataFrame
) -> Figure:
    """Test accuracy over bytes: convolutional networks beside fully connected and others' ones.

    Args:
        carried: summary of the published convolutional networks, see `summarise`.
        trained: this run's convolutional networks, a row each.
        fully: summary of this run's networks of one hidden layer.
        marks: what others published: network, bytes, test_accuracy.
    """
    figure, axes = plt.subplots(figsize=(7.2, 4.8))
    for table, name, color in (
        (carried, "convolutional, published", figures.GREEN),
        (fully, "one hidden layer, this run", figures.BLUE),
    ):
        table = table.sort_values("bytes")
        low, high = table["test_accuracy_low"], table["test_accuracy_high"]
        band(axes, table["bytes"], table["test_accuracy"], low, high, name, color)
    axes.plot(
        trained["bytes"],
        trained["test_accuracy"],
        "^",
        color=figures.GREEN,
        fillstyle="none",
        label="convolutional, this run",
    )
    for i, row in enumerate(marks.itertuples()):
        axes.plot(row.bytes, row.test_accuracy, "x", color=figures.INK)
        place = {"xytext": (6, -11 if i % 2 else 5), "textcoords": "offset points", "fontsize": 8}
        axes.annotate(row.network.split(",")[0], (row.bytes, row.test_accuracy), **place)
    axes.set(xlabel="bytes of the file", ylabel="test accuracy (%)", xscale="log")
    axes.set(xlim=(None, 5000), ylim=(95, 99.6))
    log_ticks(axes.xaxis, (1, 2, 3, 5, 7))
    axes.legend(loc="lower right", fontsize=9)
    return figure
