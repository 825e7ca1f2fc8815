"""The charts on networks that read a digit row by row."""

import numpy as np
import pandas as pd

from jpegnet.pages.charts import sequences as charts
from jpegnet.studies.memory import BLIND


def test_each_image_has_its_beliefs_beside_it():
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (2, 28, 28), np.uint8)
    beliefs = rng.random((2, 28, 10))
    figure = charts.reading(images, beliefs)
    shown = [np.asarray(axes.images[0].get_array()) for axes in figure.axes]
    assert np.array_equal(shown[0], images[0])
    assert np.array_equal(shown[3], beliefs[1])


def test_each_matrix_has_a_line_from_row_to_row():
    table = pd.DataFrame(
        [(name, row, 0.1 * row, 0.01 * row) for name in "ab" for row in (1, 2, 3)],
        columns=["matrix", "row", "error", "divergence"],
    )
    error, divergence = charts.growth(table).axes
    assert [line.get_label() for line in error.lines] == ["a", "b"]
    assert list(divergence.lines[1].get_ydata()) == [0.01, 0.02, 0.03]


def test_memory_stands_between_the_network_as_it_was_and_nothing():
    table = pd.DataFrame(
        [(length, q, e) for length in (50, 100) for q, e in ((0, 1e-4), (10, 0.2), (90, 1e-3))],
        columns=["length", "quality", "error"],
    )
    (axes,) = charts.memory(table).axes
    assert list(axes.lines[0].get_xdata()) == [10, 90]
    levels = {line.get_ydata()[0] for line in axes.lines if len(line.get_xdata()) == 2}
    assert {1e-4, BLIND} <= levels
