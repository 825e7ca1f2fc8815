"""The demo for the page: networks' pictures and example digits, which the browser brings to life.

What stands here is what a reader without JavaScript sees, and the data that
``book/_static/demo.mjs`` needs.
"""

import html
import json

import pandas as pd

from jpegnet.data.labelled import Labelled
from jpegnet.pages import results

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
