"""The charts on networks of which only the first bytes have arrived."""

import numpy as np
import pandas as pd

from jpegnet.pages.charts import wire as charts

COLUMNS = ["file", "method", "bytes", "test_accuracy"]


def test_a_line_a_file_and_a_color_a_group():
    rows = [("a", "one, x", 10, np.nan), ("a", "one, x", 20, 50.0)]
    rows += [("b", "one, y", 10, 30.0), ("c", "two", 10, 20.0)]
    axes = charts.beginnings(pd.DataFrame(rows, columns=COLUMNS), ("one", "two")).axes[0]
    lines = {line.get_label(): line for line in axes.lines if line.get_label()[0] != "_"}
    assert list(lines) == ["one, x", "one, y", "two"]
    assert list(lines["one, x"].get_ydata()) == [10, 50]  # a guess, and an answer
    assert lines["one, x"].get_color() == lines["one, y"].get_color() != lines["two"].get_color()


def test_what_was_trained_for_being_cut_stands_beside_what_was_not():
    nested = pd.DataFrame(
        [(name, "by unit", size, 90.0 + size / 1000) for name in "ab" for size in (900, 600)],
        columns=COLUMNS,
    )
    summary = pd.DataFrame({"bytes": [500, 900], "test_accuracy": [98.0, 99.0]})
    summary = summary.assign(test_accuracy_low=97.5, test_accuracy_high=99.2)
    others = pd.DataFrame([("c", "other", 700, 20.0)], columns=COLUMNS)
    figure = charts.cut(nested, [(summary, "made", "red")], others, {600: 93.0})
    lines = [line for line in figure.axes[0].lines if len(line.get_xdata()) == 2]
    assert [list(line.get_xdata()) for line in lines] == [[500, 900], [600, 900], [600, 900]]
    labels = [text.get_text() for text in figure.legends[0].get_texts()]
    assert labels == ["made", "by unit", "other", "what was to be reached"]
    both = pd.concat([nested, nested.assign(method="cut otherwise")])
    drawn = charts.cut(both, [], others, {})
    labels = [text.get_text() for text in drawn.legends[0].get_texts()]
    assert labels == ["by unit", "cut otherwise", "other"]


def test_pictures_arrive_a_row_a_file():
    tall, wide = np.zeros((30, 10)), np.zeros((10, 20))
    figure = charts.arriving([[(tall, "1 byte"), (tall, "2")], [(wide, "3"), (wide, "4")]])
    assert [axes.get_title() for axes in figure.axes] == ["1 byte", "2", "3", "4"]
