"""Figures that answer back: a slider through pictures, a chart with the table of its points."""

import html
import json
from base64 import b64encode
from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from jpegnet.codecs.jpeg import Jpeg
from jpegnet.data.labelled import Labelled
from jpegnet.pages import demo, figures, results
from jpegnet.picture import tiles


def explorer(
    figure: Figure,
    alt: str,
    frame: pd.DataFrame,
    formats: dict[str, str],
    caption: str,
    pictures: Sequence[str] = (),
    below: str = "",
) -> None:
    """Show a chart and the table of its points, as one: point to a point, sort, and filter.

    Without JavaScript both stand as they are. In the chart, ``point-N`` is the id of what stands
    for the table's N-th row; ``pictures``, as `figures.data_uri` has them, are shown with their
    rows' points; ``below`` is HTML that stands between chart and table, such as `reader`.
    """
    drawing = figures.labelled(figure, alt)
    rows = figures.drawn_table(frame, formats, caption)
    note = f'<p class="lab-only">{html.escape(alt)}</p>'
    shown = "".join(f'<li data-src="{picture}"></li>' for picture in pictures)
    hidden = f'<ul class="explorer-pictures" hidden>{shown}</ul>' if pictures else ""
    results.show_html(
        f'<div class="explorer jpegnet-figure">{drawing}{below}{rows}{hidden}{note}</div>',
        alt + "\n" + frame.to_string(index=False),
    )


def reader(files: Sequence[bytes], start: int, test: Labelled) -> str:
    """HTML of a drawing area that a network of the chart's reads, the one of the point chosen last.

    ``book/_static/reader.mjs`` does it; without JavaScript nothing is there.

    Args:
        files: the networks' pictures, one a row of the chart's table, empty where there is none.
        start: the row whose network reads first.
        test: the split that example digits come from.

    Raises:
        ValueError: the first row to read has no file.
    """
    if not files[start]:
        raise ValueError(f"row {start} has no file")
    coded = [b64encode(file).decode() for file in files]
    facts = json.dumps({"files": coded, "start": start, "examples": demo.examples_of(test)})
    return (
        '<div class="jpegnet-reader pst-js-only">'
        f'<script type="application/json">{facts}</script>'
        '<script type="module" src="../_static/reader.mjs"></script></div>'
    )


def slider(steps: list[tuple[str, str]], start: int, label: str, alt: str) -> None:
    """A picture that a slider in the page takes through steps.

    Without JavaScript (and in JupyterLab) the first picture to be shown stays.

    Args:
        steps: each a picture, as `figures.data_uri`, and the text below it.
        start: the number of the step to begin with.
        label: what the slider chooses.
        alt: what the picture shows.
    """
    source, text = steps[start]
    options = "".join(f'<li data-src="{step}">{html.escape(told)}</li>' for step, told in steps)
    results.show_html(
        f'<div class="steps-slider" data-start="{start}" data-label="{html.escape(label)}">'
        f'<img class="tile dark-light" width="280" height="280" src="{source}" '
        f'alt="{html.escape(alt)}"><p class="step-text">{html.escape(text)}</p>'
        f"<ul hidden>{options}</ul></div>",
        alt,
    )


def quality_slider(tile: np.ndarray, qualities: tuple[int, ...], start: int, alt: str) -> None:
    """A tile as the real JPEG files of several qualities, see `slider`.

    Args:
        tile: weights, shape (28, 28).
        start: the quality to begin with; one of ``qualities``.
        alt: what the picture shows.
    """
    peak = tiles.peaks(tile[None], per_tile=True)
    grey, steps = tiles.to_grey(tile[None], peak)[0], []
    for quality in qualities:
        codec = Jpeg(quality)
        data = codec.encode(grey)
        error = tiles.from_grey(codec.decode(data)[None], peak)[0] - tile
        rms = np.sqrt(np.mean(error**2))
        text = f"quality {quality}: {len(data)} bytes, root mean square error {rms:.4f}"
        steps.append((figures.data_uri(data), text))
    slider(steps, qualities.index(start), "JPEG quality", alt)
