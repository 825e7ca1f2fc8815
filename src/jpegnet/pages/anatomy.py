"""A network's file byte by byte, and what becomes of a network whose picture is damaged.

What stands here is what a reader without JavaScript sees, and the data that
``book/_static/hex.mjs`` and ``book/_static/damage.mjs`` need.
"""

import html
import io
import json
from base64 import b64encode
from typing import NamedTuple

from PIL import Image

from jpegnet.data.labelled import Labelled
from jpegnet.jpeg import markers
from jpegnet.jpeg.markers import segments
from jpegnet.jpeg.spans import spans
from jpegnet.pages import results
from jpegnet.picture import file as picture
from jpegnet.picture.segment import NAME

DIGITS, ACROSS = 200, 20  # test images that a damaged network reads; so many side by side
_KINDS = {  # what a part is called, and what it is for
    "start": ("start of image", "says that a JPEG file begins"),
    "note": (
        "the network's segment",
        "which network it is, the scale of each matrix, a checksum",
    ),
    "steps": ("quantisation table", "the 64 steps that the coefficients of a block are counted in"),
    "frame": ("frame header", "the picture's height and width, and that it is grey"),
    "codes": ("Huffman tables", "the code words, short ones for what is frequent"),
    "scan": ("scan header", "which tables the coded data that follow were coded with"),
    "data": ("entropy-coded data", "the blocks' coefficients as code words: the weights"),
    "end": ("end of image", "says that the file ends"),
    "other": ("other bytes", "none that the network needs"),
}
_MARKERS = {markers.SOI: "start", markers.EOI: "end", markers.DQT: "steps"}
_MARKERS |= {markers.DHT: "codes", markers.SOS: "scan"} | dict.fromkeys(markers.FRAMES, "frame")


_ONE = (
    "The blocks of the picture stand one after the other in the coded data, each as long as it "
    "needs; a byte may hold bits of several."
)
_MANY = (
    "The file is progressive: it tells the blocks of the picture in {} scans, first roughly, then "
    "in detail, so that the bits of a block stand in several places."
)


class Part(NamedTuple):
    """Bytes ``start`` to ``end`` of a file, the latter excluded; ``kind``: a key of `_KINDS`."""

    kind: str
    start: int
    end: int


def parts(file: bytes) -> list[Part]:
    """A JPEG file's bytes by what they are for, in order; each byte is in one part.

    Raises:
        ValueError: it is no complete JPEG file.
    """
    found, at = [], 0
    for segment in segments(file):
        kind = _MARKERS.get(segment.marker, "other")
        if segment.marker == markers.APP10 and segment.body.startswith(NAME):
            kind = "note"
        after = segment.end + segment.scan
        found.append(Part("other", at, segment.start))  # fill bytes before a marker
        found += [Part(kind, segment.start, segment.end), Part("data", segment.end, after)]
        at = after
    found.append(Part("other", at, len(file)))
    return [part for part in found if part.start < part.end]


def _image(data: bytes, kind: str, name: str, alt: str) -> str:
    with Image.open(io.BytesIO(data)) as opened:
        width, height = opened.size
    source = f"data:image/{kind};base64,{b64encode(data).decode()}"
    return (
        f'<img class="{name} dark-light" src="{source}" alt="{html.escape(alt)}" '
        f'width="{width}" height="{height}">'
    )


def _figure(name: str, still: str, facts: dict, text: str) -> None:
    """A figure that ``book/_static/NAME.mjs`` brings to life; until then, what stands still."""
    results.show_html(
        f'<div class="jpegnet-{name}">{still}'
        f'<script type="application/json">{json.dumps(facts, separators=(",", ":"))}</script>'
        f'<script type="module" src="../_static/{name}.mjs"></script></div>',
        text,
    )


def hexed(file: bytes) -> None:
    """Show every byte of a network's file in hexadecimal, coloured by its part; the picture too.

    ``book/_static/hex.mjs`` tells which bits are which block's. Without JavaScript the bytes, in
    their colours, and the legend stand there alone.

    Args:
        file: a network's picture, baseline or progressive.

    Raises:
        ValueError: see `spans`.
    """
    found, (bits, _) = parts(file), spans(file)
    scans = sum(part.kind == "scan" for part in found)
    shown, legend = [], []
    for part, letter in zip(found, map(_letter, range(len(found))), strict=True):
        name, about = _KINDS[part.kind]
        mark = f'class="hex-{part.kind}" data-letter="{letter}"'
        shown.append(f"<span {mark}>{file[part.start : part.end].hex(' ')}</span>")
        size = f"{(n := part.end - part.start):,} byte{'s' * (n != 1)}"
        legend.append(f"<li><b {mark}></b><span><b>{name}</b>, {size}: {about}</span></li>")
    still = (
        f'<div class="hex-box"><code class="hex-bytes">{" ".join(shown)}</code></div>'
        f'<div class="hex-picture">{_image(file, "jpeg", "network", "The file as a picture")}</div>'
        f'<p class="hex-told">{_ONE if scans == 1 else _MANY.format(scans)}</p>'
        f'<ul class="hex-legend">{"".join(legend)}</ul>'
    )
    told = [[*part, *_KINDS[part.kind]] for part in found]
    flat = [number for span in bits for number in span]
    facts = {"file": b64encode(file).decode(), "parts": told, "spans": flat}
    _figure("hex", still, facts, f"{len(file):,} bytes: {', '.join(t[3] for t in told)}")


def _letter(i: int) -> str:
    return chr(ord("A") + i) if i < 26 else f"{i + 1}"


def _sheet(test: Labelled) -> bytes:
    """Images side by side, in reading order, as a PNG file."""
    images = test.inputs.numpy()  # (n, height, width)
    n, height, width = images.shape
    rows = images.reshape(n // ACROSS, ACROSS, height, width).swapaxes(1, 2)
    buffer = io.BytesIO()
    Image.fromarray(rows.reshape(-1, ACROSS * width)).save(buffer, "png", optimize=True)
    return buffer.getvalue()


def damaged(file: bytes, test: Labelled) -> None:
    """Let the reader damage a network's picture and see how many digits it still reads.

    ``book/_static/damage.mjs`` does it; without JavaScript the picture, the digits and the
    undamaged network's score stand there.

    Args:
        file: a network's picture; the network reads images of 28 × 28 and has 10 outputs.
        test: the split whose first 200 images are read.

    Raises:
        PictureError: see `picture.load`.
    """
    few = test.first(len(test.labels) // ACROSS * ACROSS).first(DIGITS)
    right = (picture.decode(file).logits(few.x).argmax(1) == few.labels).sum().item()
    told = f"Undamaged, the network reads {right} of these {len(few.labels)} test images."
    still = (
        f'<div class="damage-picture">{_image(file, "jpeg", "network", "The network, a JPEG file")}'
        f'</div><div class="damage-digits">{_image(_sheet(few), "png", "digits", "Test images")}'
        f'</div><p class="damage-told">{told}</p>'
    )
    labels = "".join(map(str, few.labels.tolist()))
    facts = {"file": b64encode(file).decode(), "labels": labels, "across": ACROSS}
    _figure("damage", still, facts, told)
