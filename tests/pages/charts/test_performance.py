"""The charts of performance: each shows the numbers that it was given."""

import pandas as pd
import pytest
from matplotlib import pyplot as plt

from jpegnet.pages.charts import performance as charts


@pytest.fixture(autouse=True)
def closed():
    """No figure of one test is left for the next."""
    yield
    plt.close("all")


def test_ratios_are_times_the_floor():
    table = pd.DataFrame(
        {
            "what": ["a", "b"],
            "ratio_to_floor": [1.25, 2.0],
            "floor_seconds": [2.0, 1.0],
            "naive_seconds": [8.0, None],
        }
    )
    (axes,) = charts.ratios(table).axes
    lines = {line.get_label(): line for line in axes.lines}
    assert list(lines["here"].get_xdata()) == [1.25, 2]
    assert lines["naive way"].get_xdata()[0] == 4
    assert list(lines["floor"].get_xdata()) == [1, 1]
    assert axes.get_ylim() == (1.5, -0.5)  # the first row on top


def test_units_are_in_milliseconds():
    table = pd.DataFrame(
        {
            "units": [128, 1024],
            "step_seconds": [0.001, 0.008],
            "products_seconds": [0.0005, 0.006],
            "files_seconds": [0.004, 0.03],
        }
    )
    (axes,) = charts.units(table).axes
    assert list(axes.lines[0].get_ydata()) == [1, 8]
    assert [text.get_text() for text in axes.get_xticklabels()] == ["128", "1,024"]


def test_seeds_and_qualities_have_a_panel_each_and_cores_a_line():
    rows = [[k, n, c, n / c] for k in ("seeds", "qualities") for n in (1, 2, 4) for c in (1, 2)]
    table = pd.DataFrame(rows, columns=["kind", "count", "cores", "seconds"])
    left, right = charts.together(table).axes
    assert [left.get_xlabel(), right.get_xlabel()] == ["seeds", "qualities"]
    assert [line.get_label() for line in left.lines] == ["1 core", "2 cores"]
    assert list(right.lines[1].get_ydata()) == [0.5, 1, 2]
    assert left.get_ylim()[0] == 0
