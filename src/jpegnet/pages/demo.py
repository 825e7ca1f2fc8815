"""The demo for the page: networks' pictures and example digits, which the browser brings to life.

What stands here is what a reader without JavaScript sees, and the data that
``book/_static/demo.mjs`` needs.
"""

import html
import json
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import asdict

import pandas as pd

from jpegnet.data.labelled import Labelled
from jpegnet.pages import results
from jpegnet.studies.wires import Wire

EXAMPLES = 10  # one a digit


def _examples(split: Labelled) -> list[dict]:
    """The first image of each digit: the digit, and its 784 grey levels in hexadecimal."""
    first = [split.labels.tolist().index(digit) for digit in range(EXAMPLES)]
    return [
        {"digit": digit, "hex": bytes(split.inputs[i].flatten().tolist()).hex()}
        for digit, i in enumerate(first)
    ]


def glue(name: str, networks: pd.DataFrame, start: int, test: Labelled) -> None:
    """Name the demo, so that a page can show it with ``{glue}``; shown here too.

    Args:
        networks: published files, by bytes, a row each: file, method, setting, bytes,
            test_accuracy.
        start: row of the network that is shown first, and without JavaScript.
        test: the split that example digits come from.
    """
    rows = [
        {
            "file": f"../downloads/{row.file}",
            "about": f"{row.method}, {row.setting}",
            "bytes": row.bytes,
            "accuracy": f"{row.test_accuracy:.2f}",
        }
        for row in networks.itertuples()
    ]
    shown = rows[start]
    facts = json.dumps({"networks": rows, "start": start, "examples": _examples(test)})
    alt = f"The weights of a network as one grey JPEG picture of {shown['bytes']:,} bytes"
    results.glue_html(
        name,
        '<div class="jpegnet-demo"><div class="demo-left"><figure>'
        f'<img class="dark-light" src="{html.escape(shown["file"])}" alt="{alt}">'
        f'<figcaption class="demo-about">{shown["bytes"]:,} bytes, {shown["about"]}: '
        f"reads {shown['accuracy']} % of the test images.</figcaption></figure></div>"
        '<div class="demo-right"><p>This picture is a neural network. With JavaScript, on a page '
        "that comes from a web server (<code>make serve</code>), you could draw a digit here, and "
        "the network that your browser decodes from the picture would read it.</p></div>"
        f'<script type="application/json">{facts}</script>'
        '<script type="module" src="../_static/demo.mjs"></script></div>',
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
    text = "On a page from a web server, with JavaScript, your own browser would be timed here."
    show("stopwatch", facts, text)


def rows(file: bytes, test: Labelled) -> None:
    """Let the reader draw a digit that a recurrent network reads row by row.

    ``book/_static/rows.mjs`` does it; without JavaScript the page says so.

    Args:
        file: a recurrent network's picture.
        test: the split that example digits come from.
    """
    facts = {"file": b64encode(file).decode(), "examples": _examples(test)}
    text = (
        "On a page from a web server, with JavaScript, you could draw a digit here and see what "
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
    facts = {"files": offered, "wires": [*map(asdict, wires), own], "examples": _examples(test)}
    text = (
        "On a page from a web server, with JavaScript, you could choose a wire here, watch a "
        "network's picture arrive, and see from which byte on it reads a digit."
    )
    show("wire", facts, text)
