"""The charts on distorted images and on mistakes: each shows what it was given."""

import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt

from jpegnet.data.distorted import DISTORTIONS, distorted
from jpegnet.pages.charts import robustness as charts


@pytest.fixture(autouse=True)
def closed():
    """No figure of one test is left for the next."""
    yield
    plt.close("all")


def image(axes) -> np.ndarray:
    (shown,) = axes.images
    return np.asarray(shown.get_array())


def test_points_lost_stand_at_their_distortion():
    parts = [
        pd.DataFrame({"distortion": list(DISTORTIONS), "test_loss": loss * np.arange(9.0)})
        for loss in (1, -0.1)
    ]
    summary = pd.concat([parts[0].assign(network="b"), parts[1].assign(network="a")])
    figure = charts.lost(summary.sample(frac=1, random_state=0).sort_values("network")[::-1], ["b"])
    figure.canvas.draw()
    (axes,) = figure.axes
    first, second = axes.lines
    assert [first.get_label(), second.get_label()] == ["b", "a"]
    assert [first.get_fillstyle(), second.get_fillstyle()] == ["none", "full"]
    assert list(first.get_xdata()) == list(range(1, 9))  # nothing is lost as they are
    names = [label.get_text() for label in axes.get_yticklabels()]
    assert names == list(DISTORTIONS)[1:]
    for line in (first, second):
        assert list(np.rint(line.get_ydata())) == list(range(8))
    assert axes.get_xlim()[0] <= -0.8
    assert axes.get_ylim()[0] > axes.get_ylim()[1]  # the first on top


def test_each_mistake_is_shown_over_what_it_is_read_as(few):
    table = pd.DataFrame({"index": [5, 2, *range(10, 16)], "label": 4, "read": range(8)})
    figure = charts.mistakes(table, few.test)
    figure.canvas.draw()
    drawn = [axes for axes in figure.axes if axes.images]
    assert [axes.get_xlabel() for axes in drawn] == [f"4 read as {i}" for i in range(8)]
    assert (image(drawn[1]) == few.test.inputs[2].numpy()).all()
    assert not any(axes.axison for axes in figure.axes[8:])


def test_examples_are_a_row_a_distortion(few):
    digits = few.test.first(3)
    figure = charts.examples(digits)
    rows = np.reshape(figure.axes, (len(DISTORTIONS), 3))
    assert [row[0].get_ylabel() for row in rows] == list(DISTORTIONS)
    for name, row in zip(DISTORTIONS, rows, strict=True):
        assert (image(row[2]) == distorted(digits, name).inputs[2].numpy()).all()
