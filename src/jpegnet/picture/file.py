"""One picture, one network: as a single grey JPEG file.

The file is an ordinary JPEG, baseline or progressive, of one component, with one APP10 segment
(`segment`) that says where in the picture each matrix of the network stands, and what its grey
levels mean. Nothing else is needed to read the network back.
"""

import io
from dataclasses import dataclass
from itertools import groupby

import mozjpeg_lossless_optimization
import numpy as np
from PIL import Image, UnidentifiedImageError

from jpegnet.jpeg import dct, markers
from jpegnet.jpeg.markers import Segment, segments
from jpegnet.nets.network import Network
from jpegnet.picture import greys, segment
from jpegnet.picture.layout import MAX_PIXELS, Layout, PictureError
from jpegnet.picture.tiles import ZERO

CODINGS = ("standard", "optimised", "progressive", "smallest")
NUDGE = 1e-6  # decides which way a half goes, not the last bit of somebody's arithmetic
MAX_BYTES, MAX_SCANS, MAX_MARKERS = 1 << 22, 100, 1 << 16
# The segments after SOI that decoding needs.
_NEEDED = {*markers.HUFFMAN, markers.DHT, markers.EOI, markers.SOS, markers.DQT, markers.DRI}


@dataclass(frozen=True)
class Picture:
    """A network's picture: layout, grey levels uint8 (h, w), quantisation table int (8, 8)."""

    layout: Layout
    image: np.ndarray
    table: np.ndarray


def _pieces(data: bytes, found: list[Segment]) -> list[bytes]:
    return [data[s.start : s.end + s.scan] for s in found]


def _assembled(data: bytes, found: list[Segment], note: bytes) -> bytes:
    """A file of these segments, a note behind its start, neighbouring Huffman tables in one."""
    first, *rest = found
    whole = _pieces(data, [first])[0] + note
    for kind, some in groupby(rest, lambda s: s.marker):
        if kind == markers.DHT:
            whole += markers.with_length(kind, b"".join(s.body for s in some))
        else:
            whole += b"".join(_pieces(data, list(some)))
    return whole


def _decoded(plain: bytes) -> tuple[np.ndarray, np.ndarray]:
    """Samples, uint8 (height, width), and the quantisation table, int (8, 8)."""
    with Image.open(io.BytesIO(plain), formats=["jpeg"]) as opened:
        image = np.asarray(opened)
        return image, np.array(opened.quantization[opened.layer[0][3]]).reshape(8, 8)


def _coefficients(image: np.ndarray, table: np.ndarray) -> np.ndarray:
    """The nearest whole coefficients, int (rows, columns, 8, 8), to what samples show.

    A block whose levels were cut off may show a half.
    """
    shown = dct.forward(dct.to_blocks(image.astype(float) - ZERO)) / table
    return np.floor(shown + 0.5 + NUDGE).astype(int)


def _jpeg(image: np.ndarray, table: np.ndarray, coding: str) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(image).save(
        buffer, "jpeg", qtables=[table.ravel().tolist()], optimize=coding != "standard"
    )
    sequential = buffer.getvalue()
    if coding in ("standard", "optimised"):
        return sequential
    # mozjpeg chooses the scans; the coefficients stay as they are.
    progressive = mozjpeg_lossless_optimization.optimize(sequential)
    return progressive if coding == "progressive" else min(sequential, progressive, key=len)


def write(image: np.ndarray, layout: Layout, table: np.ndarray, coding: str = "smallest") -> bytes:
    """Write a network's picture as one JPEG file.

    Args:
        image: grey levels, uint8, that cover `Layout.extent`; see `greys.render`.
        table: quantisation steps, whole numbers of 1 to 255, shape (8, 8).
        coding: ``standard`` (baseline, with the standard's own Huffman tables), ``optimised``
            (baseline, with tables made for the file), ``progressive`` (with scans chosen for
            the file), or ``smallest`` (the smaller one of the last two).

    Raises:
        ValueError: the table is no quantisation table of JPEG, or there is no such coding.
    """
    if (
        table.shape != (8, 8)
        or table.dtype.kind != "i"
        or not 1 <= table.min() <= table.max() < 256
    ):
        raise ValueError("a quantisation table is 8 × 8 whole numbers of 1 to 255")
    if coding not in CODINGS:
        raise ValueError(f"no coding {coding!r}; there are {', '.join(CODINGS)}")
    plain = _jpeg(image, table, coding)
    shown, _ = _decoded(plain)
    body = segment.sealed(segment.to_bytes(layout, 0), table, _coefficients(shown, table))
    found = [s for s in segments(plain) if s.marker != markers.APP0]
    return _assembled(plain, found, markers.with_length(markers.APP10, body))


def encode(network: Network, layout: Layout, table: np.ndarray, coding: str = "smallest") -> bytes:
    """A network as one JPEG file: `greys.render`, then `write`."""
    return write(greys.render(network, layout), layout, table, coding)


def _checked(data: bytes) -> tuple[Layout, bytes, bytes]:
    """Layout, its segment's payload, and the file without the segments that no decoder needs."""
    if len(data) > MAX_BYTES:
        raise PictureError(f"{len(data)} bytes; no network's picture has more than {MAX_BYTES}")
    try:
        found = segments(data, most=MAX_MARKERS)
    except ValueError as error:
        raise PictureError(str(error)) from error
    frames = [s for s in found if s.marker in markers.FRAMES]
    if len(frames) != 1 or len(frames[0].body) < 6 or frames[0].marker not in markers.HUFFMAN:
        raise PictureError("not a baseline or progressive JPEG file with a single frame")
    bits, components = frames[0].body[0], frames[0].body[5]
    height, width = (int.from_bytes(frames[0].body[i : i + 2], "big") for i in (1, 3))
    if bits != 8 or components != 1:
        raise PictureError(f"{components} components of {bits} bits; a network is grey, 1 of 8")
    if not 1 <= height * width <= MAX_PIXELS:
        raise PictureError(f"{height} × {width} pixels; 1 to {MAX_PIXELS} are allowed")
    if sum(s.marker == markers.SOS for s in found) > MAX_SCANS:
        raise PictureError(f"more than {MAX_SCANS} scans")
    note = segment.only(found).body
    layout, _ = segment.from_bytes(note, width)
    if segment.has_checksum(note) and (height % dct.BLOCK or width % dct.BLOCK):
        raise PictureError(f"{height} × {width} pixels are no whole blocks")
    layout.check_fits(height, width)
    # Pillow and `segments` may read other markers differently, and so find different frames.
    kept = [found[0], *(s for s in found[1:] if s.marker in _NEEDED)]
    return layout, note, b"".join(_pieces(data, kept))


def load(data: bytes) -> Picture:
    """Decode a network's picture.

    Raises:
        PictureError: the file is damaged, or not a network's; the message says what is wrong.
            Sizes are checked before a pixel is decoded.
    """
    layout, note, plain = _checked(data)
    try:
        image, table = _decoded(plain)
    except UnidentifiedImageError as error:  # its own text names an object in memory
        raise PictureError("the headers of the JPEG file are damaged") from error
    except (OSError, SyntaxError, ValueError, LookupError) as error:
        raise PictureError(f"the JPEG file is damaged: {error}") from error
    if segment.has_checksum(note):
        if not table.all():
            raise PictureError("the JPEG file is damaged: a quantisation step is 0")
        if note != segment.sealed(note, table, _coefficients(image, table)):
            raise PictureError("the file is damaged: its checksum is another one")
    return Picture(layout, image, table)


def decode(data: bytes) -> Network:
    """The network, float32, from a file's bytes.

    Raises:
        PictureError: see `load`.
    """
    picture = load(data)
    return greys.read(picture.image, picture.layout)
