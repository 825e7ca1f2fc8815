"""The demo for the page: networks' pictures and example digits, which the browser brings to life.

What stands here is what a reader without JavaScript sees, and the data that
``book/_static/demo.mjs`` needs.
"""

import html
import json
import math
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import asdict

import pandas as pd
from PIL import Image

from jpegnet.data.labelled import Labelled
from jpegnet.pages import results
from jpegnet.picture import qr
from jpegnet.studies.wires import Wire

EXAMPLES = 10  # one a digit


def examples_of(split: Labelled) -> list[dict]:
    """The first image of each digit: the digit, and its 784 grey levels in hexadecimal."""
    first = [split.labels.tolist().index(digit) for digit in range(EXAMPLES)]
    return [
        {"digit": digit, "hex": bytes(split.inputs[i].flatten().tolist()).hex()}
        for digit, i in enumerate(first)
    ]


_KINDS = {  # what a reader who has read no chapter may call a network, by its architecture
    "conv": "convolutional",
    "nested": "convolutional, made to be cut",
    "gru": "reads row by row",
    "attention": "compares rows",
}
_MADE = {"through-codec": "trained as a picture", "post-training": "compressed after training"}


def _in_words(row) -> str:
    """A network, by a row of the catalogue, in words that need no chapter."""
    kind = _KINDS.get(row.architecture.split("-")[0], "")
    made = ", ".join(filter(None, [kind, _MADE.get(row.method, row.method)]))
    return f"{made}: reads {math.floor(row.test_accuracy)} of 100 digits"


def _offered(row) -> dict:
    with Image.open(results.results_dir() / "public" / row.file) as picture:
        width, height = picture.size
    return {
        "file": f"../downloads/{row.file}",
        "words": _in_words(row),
        "detail": f"{row.architecture}, {row.method}, {row.setting}: {row.test_accuracy:.2f} % of "
        "the test images",
        "bytes": row.bytes,
        "width": width,
        "height": height,
    }


def glue(name: str, networks: pd.DataFrame, start: int, test: Labelled) -> None:
    """Name the demo, so that a page can show it with ``{glue}``; shown here too.

    Everything stands in the page before its script has come, at its size: the drawing area, the
    answer's ten bars, the controls.

    Args:
        networks: public files, by bytes, a row each: file, architecture, method, setting, bytes,
            test_accuracy.
        start: row of the network that is shown first, and without JavaScript.
        test: the split that example digits come from.
    """
    rows = [_offered(row) for row in networks.itertuples()]
    file = (results.results_dir() / "public" / networks.file.iloc[start]).read_bytes()
    facts = {"networks": rows, "start": start, "examples": examples_of(test)}
    # In the page, as a request takes half a second on a slow line.
    facts["content"] = b64encode(file).decode()
    results.glue_html(
        name,
        f'<div class="jpegnet-demo">{_still(rows[start])}{_on_paper(file)}'
        "<noscript><p>This picture is a neural network. With JavaScript, you could draw a digit "
        "here, and your browser would decode the network from the picture and read it.</p>"
        "</noscript>"
        f'<script type="application/json">{json.dumps(facts)}</script>'
        '<script type="module" async src="../_static/demo.mjs"></script></div>',
    )


def _still(network: dict) -> str:
    """The demo before its script has come: a network's picture, and room for all else."""
    file, size = html.escape(network["file"]), f"{network['bytes']:,} bytes"
    bars = "".join(
        f'<li><b>{digit}</b><span class="demo-bar"></span><span class="demo-share"></span></li>'
        for digit in range(EXAMPLES)
    )
    button = '<button type="button" disabled><canvas width="28" height="28"></canvas></button>'
    return (
        '<div class="demo-pad-box pst-js-only"><canvas class="demo-pad" width="280" height="280">'
        "</canvas></div>"
        f'<div class="demo-picture-box"><img class="dark-light" src="{file}" fetchpriority="high" '
        f'alt="The weights of a network as one grey JPEG picture of {size}" '
        f'width="{network["width"]}" height="{network["height"]}">'
        '<canvas class="demo-lights" aria-hidden="true"></canvas></div>'
        '<div class="demo-answer pst-js-only"><p class="demo-verdict">Draw a digit.</p>'
        f'<ol class="demo-bars">{bars}</ol></div>'
        '<div class="demo-examples pst-js-only"><button type="button" class="demo-clear" disabled>'
        f"Clear</button>{button * EXAMPLES}</div>"
        f'<p class="demo-about"><strong>{size}</strong>, {network["words"]}. '
        f'<small>{network["detail"]}. <a href="{file}" download>The file</a></small></p>'
        '<div class="demo-controls pst-js-only"></div>'
    )


def _on_paper(file: bytes) -> str:
    """A network's file as a QR code, folded away; nothing if it does not fit into one."""
    if len(file) > qr.MOST:
        return ""
    code = b64encode(qr.encode(file)).decode()
    return (
        '<details class="demo-paper"><summary>The first network, on paper</summary>'
        f"<p>This QR code holds all of its {len(file):,} bytes; <code>python -m jpegnet classify"
        "</code> reads a photograph of it.</p>"
        f'<img class="dark-light" src="data:image/png;base64,{code}" alt="A QR code that holds '
        f'the network’s file, {len(file):,} bytes"></details>'
    )


def show(name: str, facts: dict, text: str) -> None:
    """What ``book/_static/NAME.mjs`` brings to life by these facts; a text until then."""
    results.show_html(
        f'<div class="jpegnet-{name}"><p>{text}</p>'
        f'<script type="application/json">{json.dumps(facts)}</script>'
        f'<script type="module" src="../_static/{name}.mjs"></script></div>',
        text,
    )


def stopwatch(file: bytes, test: Labelled) -> None:
    """Show how long the reader's browser takes to make a network of a picture, and to answer.

    ``book/_static/stopwatch.mjs`` measures it there; without JavaScript the page says so.

    Args:
        file: a network's picture.
        test: the split whose first image is read.
    """
    facts = {"file": b64encode(file).decode(), "digit": test.inputs[0].numpy().tobytes().hex()}
    text = "On the site, with JavaScript, your own browser would be timed here."
    show("stopwatch", facts, text)


def rows(file: bytes, test: Labelled) -> None:
    """Let the reader draw a digit that a recurrent network reads row by row.

    ``book/_static/rows.mjs`` does it; without JavaScript the page says so.

    Args:
        file: a recurrent network's picture.
        test: the split that example digits come from.
    """
    facts = {"file": b64encode(file).decode(), "examples": examples_of(test)}
    text = (
        "On the site, with JavaScript, you could draw a digit here and see what "
        "the network believes after each row of it."
    )
    show("rows", facts, text)


def link(file: bytes) -> str:
    """The end of a link in which the demo finds a network: its file as base64url (RFC 4648)."""
    return "#network=" + urlsafe_b64encode(file).decode().rstrip("=")


def wire(files: list[dict], wires: Sequence[Wire], test: Labelled) -> None:
    """Let the reader watch a network arrive over a slow wire, and read.

    ``book/_static/wire.mjs`` does it; without JavaScript the page says so.

    Args:
        files: of each its ``name``, the public ``file``, ``bytes``, ``useful`` (bytes from which it
            is worth asking), and its ``curve``: pairs of bytes and accuracy in per cent, or None.
        wires: what the reader chooses from, besides the reader's own.
        test: the split that example digits come from.
    """
    own = {"name": "your own line", "about": "", "bits_per_second": 0, "frame": 0, "every": 0}
    offered = [{**file, "file": f"../downloads/{file['file']}"} for file in files]
    facts = {"files": offered, "wires": [*map(asdict, wires), own], "examples": examples_of(test)}
    text = (
        "On the site, with JavaScript, you could choose a wire here, watch a "
        "network's picture arrive, and see from which byte on it reads a digit."
    )
    show("wire", facts, text)
