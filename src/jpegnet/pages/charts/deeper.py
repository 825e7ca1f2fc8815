"""The charts of the page on convolutional networks."""

import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from jpegnet.pages import figures
from jpegnet.pages.charts.axes import accuracy_bands, crosses, log_ticks


def curve(
    carried: pd.DataFrame, trained: pd.DataFrame, fully: pd.DataFrame, marks: pd.DataFrame
) -> Figure:
    """Test accuracy over bytes: convolutional networks beside fully connected and others' ones.

    Args:
        carried: summary of the published convolutional networks, see `summarise`.
        trained: this run's convolutional networks, a row each.
        fully: summary of the published networks of one hidden layer.
        marks: what others published: network, bytes, test_accuracy.
    """
    figure, axes = plt.subplots(figsize=(7.2, 4.8))
    summaries = [
        (carried, "convolutional, published", figures.GREEN),
        (fully, "one hidden layer, published", figures.BLUE),
    ]
    accuracy_bands(axes, summaries)
    axes.plot(
        trained["bytes"],
        trained["test_accuracy"],
        "^",
        color=figures.GREEN,
        fillstyle="none",
        label="convolutional, this run",
    )
    crosses(axes, marks, [i % 2 == 1 for i in range(len(marks))])  # two stand close together
    axes.set(xlabel="bytes of the file", ylabel="test accuracy (%)", xscale="log")
    axes.set(xlim=(None, 5000), ylim=(95, 99.6))
    log_ticks(axes.xaxis, (1, 2, 3, 5, 7))
    axes.legend(loc="lower right", fontsize=9)
    return figure
