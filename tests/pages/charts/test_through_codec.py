"""The charts of training through the codec: each shows the numbers that it was given."""

import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt

from jpegnet.pages.charts import through_codec as codec_charts
from jpegnet.studies import through_codec as codec_study

SUMMARY = pd.DataFrame(
    {
        "bytes": [900.0, 1500.0, 2500.0],
        "test_accuracy": [97.0, 98.0, 98.5],
        "test_accuracy_low": [96.8, 97.9, 98.4],
        "test_accuracy_high": [97.2, 98.1, 98.6],
    }
)


@pytest.fixture(autouse=True)
def closed():
    """No figure of one test is left for the next."""
    yield
    plt.close("all")


def test_the_curve_has_every_series_and_every_published_network():
    post = SUMMARY.assign(bytes=SUMMARY["bytes"] * 10)[::-1]
    own = SUMMARY.assign(bytes=SUMMARY["bytes"] + 50, kind="this run")
    ranged = pd.Series([800.0, 1300.0, 2200.0])
    others = pd.DataFrame(
        {"kind": ["LeNet-300-100, this run", "JPEG after training", "float32"]}
    ).assign(bytes=[2600.0, 14_000, 1_628_200], test_accuracy=[98.3, 96.0, 98.4])
    points = pd.concat([SUMMARY.assign(kind="published"), own, others], ignore_index=True)
    figure = codec_charts.curve(points, ranged, post)
    (axes,) = figure.axes
    lines = {line.get_label(): line for line in axes.lines}
    trained, later = lines["trained through the codec, published"], lines["JPEG after training"]
    assert list(trained.get_xdata()) == SUMMARY["bytes"].to_list()
    marks = {line.get_gid(): line for line in axes.lines if line.get_gid()}
    assert [marks[f"point-{i}"].get_xdata()[0] for i in points.index] == points["bytes"].to_list()
    assert [marks[f"point-{i}"].get_fillstyle() for i in (2, 3)] == ["full", "none"]
    assert list(later.get_xdata()) == sorted(post["bytes"])  # a line does not go back
    assert list(lines["those, range coder for Huffman"].get_xdata()) == ranged.to_list()
    assert list(lines["LeNet-300-100"].get_xdata()) == [2600]
    assert list(lines["float32"].get_ydata()) == [98.4]
    assert len(axes.texts) == len(codec_study.MARKS)
    assert axes.get_xscale() == "log"
    low, high = axes.get_xlim()
    assert low < 900 and high > 1_628_200


def test_networks_are_strips_each_in_its_own_contrast():
    tiles = np.random.default_rng(0).normal(size=(4, 24, 24))
    figure = codec_charts.networks([tiles, 100 * tiles, 0 * tiles], ["a", "b", "c"])
    one, hundred, blank = (axes.images[0] for axes in figure.axes)
    assert one.get_array().shape == (26, 4 * 26)
    assert hundred.get_clim()[1] == pytest.approx(100 * one.get_clim()[1])
    assert blank.get_clim() == (-1, 1)
    assert [axes.get_title(loc="left") for axes in figure.axes] == ["a", "b", "c"]


def test_frequencies_are_written_where_they_are_seen():
    grid = np.zeros((8, 8))
    grid[0, 0], grid[2, 1] = 55.4, 0.4
    figure = codec_charts.frequencies([grid, grid], ["left", "right"])
    said = {t.get_position(): t.get_text() for t in figure.axes[0].texts}
    assert said[(0, 0)] == "55"
    assert said[(1, 2)] == ""  # less than one per cent
    assert figure.axes[1].get_title() == "right"


def test_spending_adds_up():
    table = pd.DataFrame({"scan": [700.0, 900.0], "rest": [200.0, 250.0]}, index=["a", "b"])
    (axes,) = codec_charts.spending(table).axes
    ends = [bar.get_x() + bar.get_width() for bar in axes.containers[-1]]
    assert ends == [900, 1150]
    assert [text.get_text() for text in axes.texts] == ["900", "1,150"]
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["scan", "rest"]
