"""The charts on deeper networks and a language model."""

import numpy as np
import pandas as pd
import pytest

from jpegnet.pages.charts import ends as charts
from jpegnet.studies import embeddings, transformer
from jpegnet.studies.survey import FIRST, LINEAR


def ids(figure) -> list[str]:
    return [line.get_gid() for axes in figure.axes for line in axes.lines if line.get_gid()]


def test_each_matrix_has_a_mark_that_bears_its_row():
    table = pd.DataFrame(
        {"kind": [LINEAR, FIRST, LINEAR], "gain_db": [0.0, 3.0, 0.1], "more_bits": [0.8, 0.3, 0.7]}
    )
    figure = charts.where(table, 0.8)
    assert sorted(ids(figure)) == ["point-0", "point-1", "point-2"]
    (line,) = (some for some in figure.axes[0].lines if some.get_linestyle() == "--")
    gain, bits = line.get_data()
    assert bits[0] - bits[-1] == pytest.approx(gain[-1] / 6.02, rel=0.01)


def test_each_network_has_a_panel_with_a_line_a_way():
    table = pd.DataFrame(
        [
            (network, way, str(layer), 0.1 * layer)
            for network in "abc"
            for way in ("int4", "jpeg_as_int4")
            for layer in range(3)
        ],
        columns=["network", "way", "layer", "error"],
    )
    figure = charts.depth(table)
    drawn = [axes for axes in figure.axes if axes.lines]
    assert [axes.get_title() for axes in drawn] == ["a", "b", "c"]
    for axes in drawn:
        assert len(axes.lines) == 2
        for line in axes.lines:
            assert line.get_ydata() == pytest.approx([0, 10, 20])


def test_codecs_share_an_axis_and_no_rates_leave_it_empty():
    rows = [
        ("encoder.m.weight", order, codec, 50, 2.0, 0.3, 2.1, 0.0)
        for order in transformer.ORDERS
        for codec in ("jpeg", "AVIF")
    ]
    figure = charts.rates(pd.DataFrame(rows, columns=transformer.COLUMNS))
    assert figure.axes[0].get_title() == "m"
    labels = [text.get_text() for text in figure.legends[0].get_texts()]
    assert labels[:2] == ["jpeg", "AVIF"]
    assert set(labels[2:]) == {name for name, *_ in transformer.PLAIN}
    assert charts.rates(pd.DataFrame(columns=transformer.COLUMNS)).axes


def test_answers_are_a_line_a_way():
    rows = [(way, 1, bits, 0.1, 0.9, 10.0 * bits) for way in "ab" for bits in (2, 4)]
    figure = charts.answers(pd.DataFrame(rows, columns=embeddings.COLUMNS))
    assert [line.get_label() for line in figure.axes[0].lines] == ["a", "b"]
    assert charts.answers(pd.DataFrame(columns=embeddings.COLUMNS)).axes


def test_pairs_are_two_rows():
    piece = np.random.default_rng(0).normal(size=(20, 20))
    figure = charts.pairs([("one", piece), ("two", -piece)])
    above, below = (axes.images[0].get_array() for axes in (figure.axes[0], figure.axes[2]))
    assert np.array_equal(above, piece)
    assert not np.array_equal(below, piece)
    assert np.array_equal(np.sort(below, None), np.sort(piece, None))
    assert [axes.get_title() for axes in figure.axes] == ["one", "two", "", ""]
