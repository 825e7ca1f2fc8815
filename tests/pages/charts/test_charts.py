"""The charts: each shows the numbers that it was given, under their own names."""

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.text import Text

from jpegnet.kept.estimates import mean_ci
from jpegnet.methods.article import VARIANTS
from jpegnet.pages import figures
from jpegnet.pages.charts import catalogue, training
from jpegnet.pages.charts import other_bases as base_charts
from jpegnet.pages.charts import sweep as charts
from jpegnet.pages.charts import tiles as tile_charts


@pytest.fixture(autouse=True)
def closed():
    """No figure of one test is left for the next."""
    yield
    plt.close("all")


def drawn(figure: Figure) -> Figure:
    """The figure, after it was really drawn: tick labels and layout are made only then."""
    assert isinstance(figure, Figure)
    figure.canvas.draw()
    return figure


def lines(axes) -> dict[str, tuple[list, list]]:
    """Label of each line → its x and y."""
    return {
        line.get_label(): (list(line.get_xdata()), list(line.get_ydata())) for line in axes.lines
    }


def texts(axes) -> dict[tuple[int, int], str]:
    """(column, row) → what is written there."""
    return {tuple(map(int, text.get_position())): text.get_text() for text in axes.texts}


def picture(axes) -> np.ndarray:
    (image,) = axes.images
    return np.asarray(image.get_array())


def spread(axes, line: int, x: float) -> tuple[float, float]:
    """Lower and upper edge, at x, of the band that belongs to a line."""
    points = axes.collections[line].get_paths()[0].vertices
    here = points[points[:, 0] == x, 1]
    return here.min(), here.max()


def tick_labels(axis) -> list[str]:
    return [label.get_text() for label in axis.get_ticklabels()]


def legend(axes) -> list[str]:
    return [text.get_text() for text in axes.get_legend().get_texts()]


def pictures(n: int) -> np.ndarray:
    return np.random.default_rng(0).normal(size=(n, 28, 28)).astype(np.float32)


def test_curves_show_losses_above_and_accuracy_below():
    runs = [
        {"train_loss": [0.4, 0.2], "val_loss": [0.5, 0.42], "val_accuracy": [90.0, 95.0]},
        {"train_loss": [0.6, 0.3], "val_loss": [0.7, 0.44], "val_accuracy": [92.0, 95.5]},
    ]
    runs = [{"curves.csv": pd.DataFrame({"epoch": [1, 2], **run})} for run in runs]
    above, below = drawn(training.curves(runs)).axes
    assert lines(above) == {
        "training images": ([1, 2], pytest.approx([0.5, 0.25])),
        "validation images": ([1, 2], pytest.approx([0.6, 0.43])),
    }
    assert lines(below) == {"validation images": ([1, 2], pytest.approx([91.0, 95.25]))}
    for axes, line, values in (
        (above, 0, (0.4, 0.6)),
        (above, 1, (0.5, 0.7)),
        (below, 0, (90, 92)),
    ):
        expected = mean_ci(values)
        assert spread(axes, line, 1) == pytest.approx((expected.ci_low, expected.ci_high))
    assert (above.get_ylabel(), above.get_yscale()) == ("cross-entropy", "log")
    assert (below.get_ylabel(), below.get_xlabel()) == ("accuracy (%)", "epoch")
    assert legend(above) == ["training images", "validation images"]
    # One colour for the validation images in both, another for the training images.
    assert above.lines[1].get_color() == below.lines[0].get_color()
    assert above.lines[0].get_color() != above.lines[1].get_color()


def test_confusion_writes_every_count_and_colours_only_the_mistakes():
    counts = np.arange(100).reshape(10, 10)  # count 10 t + r: true t, read r
    (axes,) = drawn(training.confusion(counts)).axes
    assert texts(axes) == {(r, t): str(10 * t + r) for t in range(10) for r in range(10)}
    assert np.array_equal(picture(axes), counts - np.diag(np.diag(counts)))
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("digit read", "true digit")
    bold = [tuple(map(int, t.get_position())) for t in axes.texts if t.get_weight() == "bold"]
    assert bold == [(digit, digit) for digit in range(10)]


def test_confusion_of_a_perfect_network_can_be_drawn():
    (axes,) = drawn(training.confusion(np.eye(10, dtype=int))).axes
    assert picture(axes).max() == 0


def test_digits_stand_under_their_titles():
    images = pictures(8)
    figure = drawn(training.digits(images, list("abcdefgh")))
    assert [axes.get_title() for axes in figure.axes] == list("abcdefgh")
    assert all(map(np.array_equal, map(picture, figure.axes), images))
    assert {axes.images[0].get_cmap().name for axes in figure.axes} == {"strokes"}


def test_digits_may_leave_their_last_row_unfilled():
    images = pictures(3)
    figure = drawn(training.digits(images, ["one", "two", "three"], columns=2))
    full = [axes for axes in figure.axes if axes.images]
    assert [axes.get_title() for axes in full] == ["one", "two", "three"]
    assert all(map(np.array_equal, map(picture, full), images))
    assert not any(axes.axison for axes in figure.axes if not axes.images)


def test_a_pair_shows_tile_jpeg_difference_and_a_row():
    tile, decoded = pictures(2)
    figure = drawn(tile_charts.pair(tile, decoded, size=321, quality=20))
    before, after, difference, row = figure.axes[:4]
    assert np.array_equal(picture(before), tile)
    assert np.array_equal(picture(after), decoded)
    assert np.array_equal(picture(difference), decoded - tile)
    titles = [axes.get_title() for axes in figure.axes[:4]]
    assert titles == ["uncompressed", "quality 20, 321 bytes", "difference", "row 14"]
    assert lines(row) == {
        "as trained": (list(range(28)), pytest.approx(tile[14])),
        "JPEG": (list(range(28)), pytest.approx(decoded[14])),
    }
    assert legend(row) == ["as trained", "JPEG"]
    largest = np.abs(tile).max()
    assert before.images[0].get_clim() == after.images[0].get_clim() == (-largest, largest)
    error = np.abs(decoded - tile).max()
    assert difference.images[0].get_clim() == (-error, error)


def test_contact_sheets_share_one_scale():
    before, after = pictures(2)
    figure = drawn(tile_charts.contact_sheets(before, after))
    above, below = figure.axes[:2]
    assert np.array_equal(picture(above), before)
    assert np.array_equal(picture(below), after)
    assert [above.get_title(), below.get_title()] == ["as trained", "after JPEG"]
    scale = pytest.approx(np.quantile(np.abs(before), 0.999))
    assert above.images[0].get_clim() == below.images[0].get_clim()
    assert above.images[0].get_clim()[1] == scale


def test_a_tile_row_is_drawn_in_the_scale_of_the_first():
    tiles = pictures(6) * np.arange(1, 7)[:, None, None]
    figure = drawn(tile_charts.tile_row(tiles, list("abcdef"), label="weight / largest"))
    shown, bar = figure.axes[:6], figure.axes[6]
    assert [axes.get_title() for axes in shown] == list("abcdef")
    assert all(map(np.array_equal, map(picture, shown), tiles))
    largest = np.abs(tiles[0]).max()
    assert {axes.images[0].get_clim() for axes in shown} == {(-largest, largest)}
    assert bar.get_ylabel() == "weight / largest"
    assert bar.get_ylim() == pytest.approx((-largest, largest))


def test_a_tile_row_may_be_left_unfilled():
    tiles = pictures(4)
    figure = drawn(tile_charts.tile_row(tiles, list("abcd")))
    full = [axes for axes in figure.axes if axes.get_title()]
    assert [axes.get_title() for axes in full] == list("abcd")
    assert all(map(np.array_equal, map(picture, full), tiles))
    assert sum(axes.axison for axes in figure.axes) == 5  # the tiles and the bar


def test_block_coefficients_before_and_after_rounding():
    coefficients = np.zeros((8, 8))
    coefficients[0, 0] = -300.0  # step 16 at quality 50: -18.75 steps
    coefficients[0, 1] = 40.0  # step 11: 3.64 steps
    coefficients[1, 0] = 7.0  # step 12: 0.58 steps
    coefficients[7, 6] = 30.0  # step 103: 0.29 steps
    coefficients[2, 3] = 0.4  # too small to be written
    left, right = drawn(tile_charts.block_coefficients(coefficients, 50)).axes
    assert texts(left) == {(0, 0): "-300", (1, 0): "40", (0, 1): "7", (6, 7): "30"}
    assert texts(right) == {(0, 0): "-304", (1, 0): "44", (0, 1): "12"}
    assert np.array_equal(picture(left), coefficients)
    assert picture(right)[0, :2].tolist() == [-304, 44]
    assert [left.get_title(), right.get_title()] == ["DCT", "kept"]
    assert left.images[0].get_clim() == right.images[0].get_clim() == (-300, 300)
    assert (left.get_xlabel(), left.get_ylabel()) == ("horizontal frequency", "vertical frequency")
    ink = {text.get_text(): to_hex(text.get_color()) for text in left.texts}
    faint = figures.INK  # the page's, which can be read where little colour is
    assert ink == {"-300": "#000000", "40": faint, "7": faint, "30": faint}


def summary(base: str, shift: float = 0) -> pd.DataFrame:
    """Two qualities of each variant; accuracies 91, 92, … in the variants' order."""
    rows = [
        {
            "base": base,
            "variant": variant.label,
            "quality": quality,
            "bytes": 1000 * quality * (n + 1),
            "bits_per_weight": quality / 50 * (n + 1),
            "test_accuracy": 91 + n + quality / 100 + shift,
            "test_loss": 97 - (91 + n + quality / 100),  # before: 97 in every variant
            "test_accuracy_low": 90.5 + n + quality / 100 + shift,
            "test_accuracy_high": 92 + n + quality / 100 + shift,
        }
        for n, variant in enumerate(VARIANTS)
        for quality in (50, 5)
    ]
    return pd.DataFrame(rows)


def test_the_sweep_draws_each_variant_of_its_base_under_its_name():
    table = pd.concat([summary("article97", shift=-40), summary("reference")])
    (axes,) = drawn(charts.sweep(table, "reference", "bytes", "bytes of the network")).axes
    assert lines(axes) == {
        "tiles, per-tile": ([5000, 50000], pytest.approx([91.05, 91.5])),
        "tiles, global": ([10000, 100000], pytest.approx([92.05, 92.5])),
        "tiles, min-max": ([15000, 150000], pytest.approx([93.05, 93.5])),
        "mosaic, per-tile": ([20000, 200000], pytest.approx([94.05, 94.5])),
        "mosaic, global": ([25000, 250000], pytest.approx([95.05, 95.5])),
        "mosaic, min-max": ([30000, 300000], pytest.approx([96.05, 96.5])),
        "float32": ([0, 1], pytest.approx([97, 97])),  # from edge to edge
    }
    assert legend(axes) == list(lines(axes))
    assert len({(line.get_color(), line.get_linestyle()) for line in axes.lines}) == 7
    assert spread(axes, 2, 150000) == pytest.approx((93.0, 94.5))
    assert (axes.get_xlabel(), axes.get_xscale()) == ("bytes of the network", "log")
    assert (axes.get_ylabel(), axes.get_ylim()) == ("test accuracy (%)", (90, 99))


def test_the_sweep_may_be_enlarged_and_has_its_base_s_own_float32():
    table = pd.concat([summary("article97", shift=-1), summary("reference")])
    (axes,) = drawn(charts.sweep(table, "article97", "quality", "x", (88, 97.5))).axes
    assert axes.get_ylim() == (88, 97.5)
    assert lines(axes)["float32"] == ([0, 1], pytest.approx([96, 96]))
    assert lines(axes)["tiles, per-tile"] == ([5, 50], pytest.approx([90.05, 90.5]))


@pytest.mark.parametrize(
    ("column", "some"),
    [
        ("quality", {"5", "10", "20", "50"}),
        ("bytes", {"5,000", "10,000", "200,000"}),
        ("bits_per_weight", {"0.1", "0.2", "0.5", "1", "2"}),
    ],
)
def test_the_sweep_s_ticks_are_plain_numbers(column, some):
    (axes,) = drawn(charts.sweep(summary("reference"), "reference", column, "x")).axes
    low, high = axes.get_xlim()
    ticks = zip(axes.get_xticks(), tick_labels(axes.xaxis), strict=True)
    inside = {label: tick for tick, label in ticks if low <= tick <= high}
    assert some <= inside.keys()
    assert {label: float(label.replace(",", "")) for label in inside} == pytest.approx(inside)


def test_byte_parts_are_headers_then_scans_then_the_rest():
    rows = pd.DataFrame(
        {"header_bytes": [600, 60], "picture_bytes": [800, 700], "bytes": [1100, 1200]}
    )
    (axes,) = drawn(charts.byte_parts(rows, ["files", "mosaic"])).axes
    bars = {
        bar.get_label(): [(round(b.get_x(), 6), round(b.get_width(), 6)) for b in bar]
        for bar in axes.containers
    }
    assert bars == {
        "JPEG headers": [(0, 0.6), (0, 0.06)],
        "JPEG scans": [(0.6, 0.2), (0.06, 0.64)],
        "all but W1": [(0.8, 0.3), (0.7, 0.5)],
    }
    assert legend(axes) == ["JPEG headers", "JPEG scans", "all but W1"]
    assert tick_labels(axes.yaxis) == ["files", "mosaic"]
    assert axes.get_ylim()[0] > axes.get_ylim()[1]  # the first row on top
    assert axes.get_xlabel() == "thousand bytes"


def test_each_digit_s_accuracy_is_its_share_of_the_true_digit():
    before = np.zeros((2, 10, 10), dtype=int)
    before[:, range(10), range(10)] = 4
    before[1, 3, 5] = 4  # half of the threes are read as fives
    after = before.copy()
    after[0, 7, 0] = 12  # three quarters of the sevens are read as zeros
    figure = drawn(charts.per_digit(before, after, ["seed 0", "seed 1"]))
    assert [axes.get_title() for axes in figure.axes] == ["seed 0", "seed 1"]
    for axes, falls in zip(figure.axes, ({7: (100, 25)}, {3: (50, 50)}), strict=True):
        old, new = axes.containers
        assert [old.get_label(), new.get_label()] == ["float32", "quality 1"]
        for bars, side, shift in ((old, 0, -0.2), (new, 1, 0.2)):
            expected = [falls.get(digit, (100, 100))[side] for digit in range(10)]
            assert [bar.get_height() for bar in bars] == pytest.approx(expected)
            middles = [bar.get_x() + bar.get_width() / 2 for bar in bars]
            assert middles == pytest.approx(np.arange(10) + shift)
    (key,) = figure.legends
    assert [text.get_text() for text in key.get_texts()] == ["float32", "quality 1"]


def test_one_seed_alone_can_be_drawn():
    counts = np.eye(10, dtype=int)[None]
    (axes,) = drawn(charts.per_digit(counts, counts, ["seed 0"])).axes
    assert axes.get_title() == "seed 0"


@pytest.mark.parametrize(
    ("architecture", "kind"),
    [
        ("784-48-10", "through-codec"),
        ("784-512-10", "post-training"),
        ("conv-12x8-32x4", "convolutional"),
        ("nested-12x8-32x4", "convolutional"),
        ("gru-28-36-10", "over rows"),
        ("fastgrnn-28-36-10", "over rows"),
        ("attention-28-2x32x32x2-10", "over rows"),
    ],
)
def test_only_chains_of_linear_layers_are_called_fully_connected(architecture, kind):
    method = "post-training" if kind == "post-training" else "through-codec"
    assert catalogue.kind(architecture, method) == kind


def test_the_page_is_seen_between_the_four_tiles_of_a_step():
    seen = base_charts.parts([np.full((28, 28), value) for value in (-1.0, 0.0, 0.5, 1.0)])
    grey, opacity = np.moveaxis(seen, 2, 0)
    assert [grey[0, 0], grey[0, -1], grey[-1, 0], grey[-1, -1]] == [1, 128, 255, 255]
    assert np.flatnonzero(opacity[0] == 0).tolist() == [28]
    assert np.unique(opacity[28]).tolist() == [0]


def test_names_of_bases_lie_over_none_and_lead_to_their_points():
    names = ["random", "pixels", "DCT", "block DCT", "Haar", "Fourier", "Daubechies 4"]
    saved = [-0.5, 0.0, 0.38, 0.38, 0.381, 0.39, 0.4]
    trained = pd.DataFrame({"basis": names, "expected": 0.45, "saved": saved, "weights": "trained"})
    tables = [trained.assign(weighing="plain"), trained.assign(weighing="other", saved=saved[::-1])]
    figure = drawn(base_charts.gains(pd.concat(tables), {"plain": "A", "other": "B"}))
    for axes, table in zip(figure.axes, tables, strict=True):
        told = {text.get_text(): tuple(text.xy) for text in axes.texts}
        assert told == {row.basis: (row.expected, row.saved) for row in table.itertuples()}
        # Of the words alone: an annotation's own extent has its line, too.
        boxes = sorted((Text.get_window_extent(text) for text in axes.texts), key=lambda b: b.y0)
        assert all(below.y1 <= above.y0 for below, above in pairwise(boxes))
