"""The charts of the one picture: each shows the numbers that it was given."""

import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt
from matplotlib.colors import to_hex

from jpegnet.methods import matrixform
from jpegnet.pages import figures
from jpegnet.pages.charts import one_picture as picture_charts

SUMMARY = pd.DataFrame(
    {
        "quality": [10, 50, 90],
        "bytes": [2000.0, 9000.0, 30000.0],
        "test_accuracy": [95.0, 97.0, 98.0],
        "test_accuracy_low": [94.5, 96.8, 97.9],
        "test_accuracy_high": [95.5, 97.2, 98.1],
        "test_loss": [3.1, 1.1, 0.1],
        "resident_bytes": [50_000, 90_000, 200_000],
        "float32_bytes": [1_600_000] * 3,
    }
)


@pytest.fixture(autouse=True)
def closed():
    """No figure of one test is left for the next."""
    yield
    plt.close("all")


@pytest.mark.parametrize(("x", "scale"), [("bytes", "log"), ("quality", "linear")])
def test_accuracy_is_drawn_with_the_chosen_row_float32_and_the_bar(x, scale):
    figure = picture_charts.accuracy(SUMMARY, x, "label", 98.1, SUMMARY.iloc[1], 0.3)
    (axes,) = figure.axes
    curve, chosen, float32, bar = axes.lines
    assert list(curve.get_xdata()) == SUMMARY[x].to_list()
    assert list(curve.get_ydata()) == [95, 97, 98]
    assert (chosen.get_xdata()[0], chosen.get_ydata()[0]) == (SUMMARY[x][1], 97)
    assert float32.get_ydata()[0] == 98.1
    assert bar.get_ydata()[0] == pytest.approx(97.8)
    assert (axes.get_xlabel(), axes.get_xscale()) == ("label", scale)


def test_parts_are_bars_with_their_bytes():
    figure = picture_charts.parts({"tiles": 9000, "tables": 70})
    (axes,) = figure.axes
    assert [bar.get_width() for bar in axes.patches] == [9000, 70]
    assert [text.get_text() for text in axes.texts] == ["9,000", "70"]


def test_a_ladder_shows_what_was_taken_and_what_came_before():
    steps = pd.DataFrame(
        {
            "step": ["plain", "crop", "crop", "order"],
            "bytes": [30_000.0, 20_000.0, np.nan, 19_000.0],
            "taken": [np.nan, "yes", "no", "no"],
        }
    )
    (axes,) = picture_charts.ladder(steps).axes
    assert [bar.get_width() for bar in axes.patches] == [30_000, 20_000]
    assert axes.get_xscale() == "log"


def test_tables_show_every_step():
    one, two = np.arange(64).reshape(8, 8), np.full((8, 8), 9)
    left, right = picture_charts.tables([one, two], ["one", "two"]).axes
    assert [text.get_text() for text in left.texts] == [str(i) for i in range(64)]
    assert {text.get_text() for text in right.texts} == {"9"}
    assert (left.get_title(), right.get_title()) == ("one", "two")


def test_a_transform_is_drawn_whole_above_the_numbers():
    T = matrixform.block_dct_matrix(1)
    above, below = picture_charts.transform(T, np.arange(576) % 5).axes
    assert np.array_equal(np.asarray(above.images[0].get_array()), T)
    ends = [segment[1][1] for segment in below.collections[0].get_segments()]
    assert ends == [i % 5 for i in range(576)]


def test_memory_stands_beside_that_of_dense_layers():
    (axes,) = picture_charts.memory(SUMMARY).axes
    curve, float32, int8 = axes.lines
    assert list(curve.get_xdata()) == [50, 90, 200]
    assert list(curve.get_ydata()) == [3.1, 1.1, 0.1]
    assert (float32.get_xdata()[0], int8.get_xdata()[0]) == (1600, 400)
    assert [text.get_text() for text in axes.texts] == ["10", "50", "90"]
    assert to_hex(curve.get_color()) == figures.BLUE
