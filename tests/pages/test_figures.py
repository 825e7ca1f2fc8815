"""How results look: drawings, tables and pictures as the HTML that a page gets."""

import html
import io
import re
from base64 import b64decode
from html.parser import HTMLParser
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt
from matplotlib.colors import to_hex, to_rgb
from PIL import Image

from jpegnet.codecs import jpeg as codecs
from jpegnet.pages import figures, interactive, results
from jpegnet.pages.charts import axes as axes_parts

pytestmark = pytest.mark.usefixtures("kept")

SVG = "{http://www.w3.org/2000/svg}"
ALT = 'A "line" of 3 points & <more>, 98.25 %'


class Elements(HTMLParser):
    """The elements of a piece of HTML: tag, attributes, and the text inside."""

    def __init__(self, content: str):
        super().__init__()
        self.found, self.open = [], []
        self.feed(content)

    def handle_starttag(self, tag, attrs):
        element = {"tag": tag, "text": "", **dict(attrs)}
        self.found.append(element)
        if tag not in ("img", "br"):
            self.open.append(element)

    def handle_endtag(self, tag):
        assert self.open.pop()["tag"] == tag

    def handle_data(self, data):
        for element in self.open:
            element["text"] += data


def elements(content: str, tag: str) -> list[dict]:
    parser = Elements(content)
    assert parser.open == []
    return [element for element in parser.found if element["tag"] == tag]


def texts(content: str, tag: str) -> list[str]:
    return [element["text"].strip() for element in elements(content, tag)]


def file(uri: str, kind: str) -> bytes:
    """The bytes of a data URI."""
    start = f"data:image/{kind};base64,"
    assert uri.startswith(start)
    return b64decode(uri.removeprefix(start), validate=True)


@pytest.fixture
def tile() -> np.ndarray:
    """Weights (28, 28): a smooth pattern with some noise, as a trained tile has."""
    y, x = np.mgrid[:28, :28]
    noise = np.random.default_rng(0).normal(size=(28, 28)) / 20
    return (np.sin(x / 4) * np.cos(y / 5) / 3 + noise).astype(np.float32)


def drawing(shift: float = 0, width: float = 5.6):
    """A figure with everything that an SVG refers to: markers, clips, a picture, a legend."""
    figure, axes = plt.subplots(figsize=(width, 3.5))
    axes.imshow(np.eye(4), extent=(0, 3, 0, 3), aspect="auto")
    axes.plot([0, 1 + shift, 2], marker="o", label="a < b & c")
    axes.bar([1], [2], hatch="/", label="bar")
    axes.fill_between([0, 1, 2], [0, 0, 0], [1, 2, 1 + shift], alpha=0.3)
    axes.legend()
    return figure


def ids(svg: str) -> list[str]:
    return re.findall(r'\bid="([^"]*)"', svg)


def references(svg: str) -> set[str]:
    return set(re.findall(r'(?:url\(|href=")#([^)"]*)', svg))


def test_a_drawing_fills_its_column_and_keeps_its_shape():
    root = ElementTree.fromstring(figures.svg(drawing()))
    assert root.tag == f"{SVG}svg"
    assert {"width", "height"}.isdisjoint(root.attrib)
    assert root.get("viewBox") == "0 0 403.2 252"  # 5.6 × 3.5 inches of 72 points
    wide = ElementTree.fromstring(figures.svg(drawing(width=7.0)))
    style = r"width: 100%; min-width: (\d+)px; max-width: (\d+)rem; height: auto"
    least, sizes = zip(
        *(map(int, re.fullmatch(style, svg.get("style")).groups()) for svg in (root, wide)),
        strict=True,
    )
    texts = re.findall(r"font-size: ([\d.]+)px|font: ([\d.]+)px", figures.svg(drawing()))
    smallest = min(float(size) for found in texts for size in found if size)
    assert least[0] / 403.2 * smallest == pytest.approx(figures.LEGIBLE, abs=0.02)
    assert sizes[1] / sizes[0] == pytest.approx(7.0 / 5.6, abs=0.03)  # type of one size


def test_no_size_in_points_is_left_in_a_drawing():
    assert re.findall(r'(?:width|height)="[\d.]+pt"', figures.svg(drawing())) == []


def test_ink_follows_the_page_s_text():
    svg = figures.svg(drawing())
    assert figures.INK not in svg
    (title,) = (t for t in ElementTree.fromstring(svg).iter(f"{SVG}text") if t.text == "a < b & c")
    assert "fill: currentColor" in title.get("style")
    assert "stroke: currentColor" in svg
    assert figures.BLUE in svg


def test_a_drawing_has_no_ground_of_its_own():
    svg = figures.svg(drawing())
    ground = ElementTree.fromstring(svg).find(f".//{SVG}g/{SVG}path")
    assert ground.get("style") == "fill: none"


def test_a_drawing_says_nothing_of_when_and_with_what_it_was_made():
    svg = figures.svg(drawing())
    assert svg.startswith("<svg ")
    assert "metadata" not in svg
    assert "Matplotlib" not in svg


def test_ids_of_two_drawings_never_meet():
    first, second = figures.svg(drawing()), figures.svg(drawing(shift=0.5))
    for svg in (first, second):
        assert len(ids(svg)) == len(set(ids(svg))) > 20
        assert len(references(svg)) >= 3  # marker, clip path, hatch
        assert references(svg) <= set(ids(svg))
    assert set(ids(first)).isdisjoint(ids(second))


def test_the_same_figure_is_drawn_the_same():
    assert figures.svg(drawing()) == figures.svg(drawing())


def test_ticks_of_a_log_axis_are_plain_numbers():
    figure, axes = plt.subplots()
    axes.set(xscale="log", xlim=(0.2, 4e6))
    axes_parts.log_ticks(axes.xaxis, (1, 3))
    figure.canvas.draw()
    labels = [label.get_text() for label in axes.get_xticklabels()]
    plt.close(figure)
    assert {"0.3", "1", "300", "1,000,000", "3,000,000"} <= set(labels)


def test_a_figure_that_was_drawn_is_closed():
    figure = drawing()
    figures.svg(figure)
    assert not plt.fignum_exists(figure.number)


def test_show_says_what_the_picture_shows(shown):
    figures.show(drawing(), ALT)
    ((data, metadata),) = shown
    assert data["text/plain"] == ALT
    assert metadata == {}
    assert f'aria-label="{html.escape(ALT)}"' in data["text/html"]
    box = ElementTree.fromstring(data["text/html"])  # well-formed, and nothing around it
    assert (box.tag, box.get("class")) == ("div", "jpegnet-figure")
    (svg,), note = box
    assert (svg.tag, svg.get("role"), svg.get("aria-label")) == (f"{SVG}svg", "img", ALT)
    assert (note.tag, note.get("class"), note.text) == ("p", "lab-only", ALT)


FRAME = pd.DataFrame(
    {"name": ["tiles", "mosaic"], "bytes": [123456.0, np.nan], "loss": [0.126, -2.0]},
    index=["hidden", "index"],
)


def test_a_table_shows_each_number_as_formatted_and_no_index(shown):
    figures.table(FRAME, {"bytes": "{:,.0f}", "loss": "{:.2f}"}, "Sizes and losses.")
    ((data, _),) = shown
    content = data["text/html"]
    assert texts(content, "caption") == ["Sizes and losses."]
    assert texts(content, "th") == ["name", "bytes", "loss"]
    assert texts(content, "td") == ["tiles", "123,456", "0.13", "mosaic", "–", "-2.00"]
    assert "hidden" not in content
    assert "hidden" not in data["text/plain"]
    (box,) = elements(content, "div")
    assert box["class"] == "table-scroll"


def test_cells_of_many_words_alone_may_be_broken(shown):
    frame = pd.DataFrame({"name": ["a", "a " * 60], "value": [1.0, 1 / 3]}, index=["x", "x"])
    figures.table(frame, {}, "Names.")
    cells = elements(shown[0][0]["text/html"], "td")
    assert ["words" in cell.get("class", "").split() for cell in cells] == [
        False,
        False,
        True,
        False,
    ]


def test_what_rounds_to_zero_has_no_sign(shown):
    frame = pd.DataFrame({"x": [-0.001, -0.009, -10.0, float("nan")]})
    figures.table(frame, {"x": "{:.2f}"}, "Losses.")
    assert texts(shown[0][0]["text/html"], "td") == ["0.00", "-0.01", "-10.00", "–"]


def test_what_a_table_says_is_text_and_no_markup(shown):
    frame = pd.DataFrame({"a <b>": ["x < y & z", "<i>p</i>"]})
    figures.table(frame, {}, "What & why <now>.")
    content = shown[0][0]["text/html"]
    assert texts(content, "th") == ["a <b>"]
    assert texts(content, "td") == ["x < y & z", "<i>p</i>"]
    assert texts(content, "caption") == ["What & why <now>."]


def test_a_table_is_drawn_the_same_each_time_and_two_have_their_own_ids(shown):
    for caption in ("One.", "One.", "Two."):
        figures.table(FRAME, {}, caption)
    one, again, two = (data["text/html"] for data, _ in shown)
    assert one == again
    assert ids(one)
    assert set(ids(one)).isdisjoint(ids(two))


def test_weights_are_drawn_from_minus_to_plus_their_scale():
    figure, axes = plt.subplots()
    image = axes_parts.weights_image(axes, np.array([[-1.0, 0.5]]), 2.0, "RdBu_r", "weight")
    assert image.get_array().tolist() == [[-1.0, 0.5]]
    assert image.get_clim() == (-2, 2)
    assert image.get_cmap().name == "RdBu_r"
    assert figure.axes[1].get_ylabel() == "weight"
    plt.close(figure)


@pytest.mark.parametrize(("points", "marker"), [(24, "o"), (25, "None")])
def test_a_band_lies_around_its_line(points, marker):
    figure, axes = plt.subplots()
    x = np.arange(points)
    axes_parts.band(axes, x, x + 1.0, x + 0.5, x + 3.0, "name", figures.GREEN)
    (line,) = axes.lines
    assert (line.get_label(), line.get_color(), line.get_marker()) == (
        "name",
        figures.GREEN,
        marker,
    )
    assert line.get_ydata().tolist() == (x + 1.0).tolist()
    edges = axes.collections[0].get_paths()[0].vertices
    assert {y for at, y in edges if at == 7} == {7.5, 10.0}
    plt.close(figure)


def test_the_slider_holds_real_jpeg_files(shown, tile):
    qualities, alt = (1, 5, 20, 95), 'Unit "7" & its <weights>'
    interactive.quality_slider(tile, qualities, 20, alt)
    ((data, _),) = shown
    assert data["text/plain"] == alt
    content = data["text/html"]
    scale = np.abs(tile).max()
    grey = (np.rint(tile / scale * 127) + 128).astype(np.uint8)
    items = elements(content, "li")
    assert len(items) == len(qualities)
    for item, quality in zip(items, qualities, strict=True):
        found = file(item["data-src"], "jpeg")
        assert found == codecs.Jpeg(quality).encode(grey)
        with Image.open(io.BytesIO(found)) as picture:
            assert (picture.format, picture.size, picture.mode) == ("JPEG", (28, 28), "L")
            weights = scale * (np.asarray(picture, dtype=float) - 128) / 127
        rms = np.sqrt(((weights - tile) ** 2).mean())
        said = re.fullmatch(
            r"quality (\d+): (\d+) bytes, root mean square error ([\d.]+)", item["text"]
        )
        assert (int(said[1]), int(said[2])) == (quality, len(found))
        assert float(said[3]) == pytest.approx(rms, abs=6e-5)
    # Without a script, the picture of the start.
    (image,) = elements(content, "img")
    assert image["src"] == items[2]["data-src"]
    assert image["alt"] == alt
    assert texts(content, "p") == [items[2]["text"]]
    assert elements(content, "div")[0]["data-start"] == "2"
    assert "hidden" in elements(content, "ul")[0]


def test_the_slider_begins_with_one_of_its_qualities(shown, tile):
    with pytest.raises(ValueError):
        interactive.quality_slider(tile, (1, 5), 20, "alt")
    assert shown == []


def test_two_pictures_are_the_greys_and_the_file(monkeypatch, tile):
    glued = []
    monkeypatch.setattr(results, "glue", lambda name, value, display: glued.append((name, value)))
    grey = (np.rint(tile / np.abs(tile).max() * 127) + 128).astype(np.uint8)
    jpeg = codecs.Jpeg(20).encode(grey)
    figures.two_pictures("pictures", grey, jpeg, 20)
    ((name, value),) = glued
    assert name == "pictures"
    content = value._repr_html_()
    before, after = elements(content, "img")
    with Image.open(io.BytesIO(file(before["src"], "png"))) as picture:
        assert picture.format == "PNG"
        assert np.array_equal(np.asarray(picture), grey)
    assert file(after["src"], "jpeg") == jpeg
    assert texts(content, "figcaption") == [
        "uncompressed3,136 bytes as float32",
        f"JPEG, quality 20a file of {len(jpeg)} bytes",
    ]
    assert "784 weights" in before["alt"]
    assert before["alt"].endswith("uncompressed")
    assert after["alt"].endswith("JPEG, quality 20")


def test_the_banner_stands_in_the_smoke_profile(shown, monkeypatch):
    monkeypatch.setenv("JPEGNET_PROFILE", "smoke")
    figures.banner()
    ((data, _),) = shown
    assert data["text/plain"].startswith("Smoke profile: 2 networks, 1 epoch. ")
    (banner,) = elements(data["text/html"], "p")
    assert (banner["class"], banner["text"]) == ("smoke-banner", data["text/plain"])


@pytest.mark.parametrize("profile", ["report", "full"])
def test_the_banner_stands_in_no_other_profile(shown, monkeypatch, profile):
    monkeypatch.setenv("JPEGNET_PROFILE", profile)
    figures.banner()
    assert shown == []


def luminance(color: str) -> float:
    """Relative luminance, WCAG 2.2."""
    channels = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return float(np.dot(linear, (0.2126, 0.7152, 0.0722)))


def contrast(one: str, other: str) -> float:
    low, high = sorted(map(luminance, (one, other)))
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_computed_as_wcag_does():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)


@pytest.mark.parametrize("page", ["#ffffff", "#121212"])
@pytest.mark.parametrize("name", ["BLUE", "ORANGE", "GREEN", "PURPLE"])
def test_series_stand_out_from_light_and_dark_pages(name, page):
    assert contrast(getattr(figures, name), page) >= 3


@pytest.mark.parametrize(("page", "ink"), [("#ffffff", "#222832"), ("#121212", "#ced6dd")])
@pytest.mark.parametrize("colors", [figures.HEAT, figures.DIVERGING, figures.STROKES])
def test_heat_maps_fade_into_the_page_and_what_is_upon_them_can_be_read(colors, page, ink):
    diverging = colors is figures.DIVERGING
    assert colors(0.5 if diverging else 0.0)[3] == pytest.approx(0, abs=0.01)
    for share in np.linspace(0, 1, 101):  # of the range
        *color, alpha = colors(0.5 + share / 2 if diverging else share)
        mixed = alpha * np.array(color) + (1 - alpha) * np.array(to_rgb(page))
        written = "#000000" if share > figures.FAINT else ink
        if colors is not figures.STROKES:
            assert contrast(to_hex(mixed), written) >= 3.5
    assert contrast(to_hex(mixed), page) >= 3


def test_a_jpeg_file_is_shown_as_it_is(shown):
    jpeg = codecs.Jpeg(20).encode(np.full((16, 24), 77, np.uint8))
    figures.show(jpeg, alt="A grey of 77 & more")
    ((data, _),) = shown
    (image,) = elements(data["text/html"], "img")
    assert file(image["src"], "jpeg") == jpeg
    assert (image["alt"], image["class"]) == ("A grey of 77 & more", "network dark-light")
    assert data["text/plain"] == "A grey of 77 & more"
