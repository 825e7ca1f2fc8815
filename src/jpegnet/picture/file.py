"""One picture, one network: a chain of linear layers as a single grey JPEG file.

The file is an ordinary JPEG, baseline or progressive, of one component, with one APP10 segment
that holds a `layout.Layout`: where in the picture each matrix of the network stands, and what its
grey levels mean. Nothing else is needed to read the network back.
"""

import io
from dataclasses import dataclass

import mozjpeg_lossless_optimization
import numpy as np
import torch
from PIL import Image, UnidentifiedImageError

from jpegnet.jpeg import markers
from jpegnet.jpeg.markers import Segment, segments
from jpegnet.nets import mlp
from jpegnet.nets.network import Network
from jpegnet.picture import tiles
from jpegnet.picture.layout import MAX_PIXELS, NAME, Layout, Part, PictureError
from jpegnet.picture.tiles import ZERO

CODINGS = ("standard", "optimised", "progressive", "smallest")
MAX_BYTES, MAX_SCANS, MAX_MARKERS = 1 << 22, 100, 1 << 16
# The segments after SOI that decoding needs.
_NEEDED = {*markers.HUFFMAN, markers.DHT, markers.EOI, markers.SOS, markers.DQT, markers.DRI}


@dataclass(frozen=True)
class Picture:
    """A network's picture: layout, grey levels uint8 (h, w), quantisation table int (8, 8)."""

    layout: Layout
    image: np.ndarray
    table: np.ndarray


def place(image: np.ndarray, part: Part, shown: np.ndarray, blank: int = 0) -> None:
    """Put a part's tiles, (rows, height, width), into the picture; unused places become blank."""
    height, width = part.extent(len(shown))
    across = width // part.width
    mosaic = np.full((height // part.height * across, *shown.shape[1:]), blank, shown.dtype)
    mosaic[: len(shown)] = shown
    image[part.area(len(shown))] = tiles.to_mosaic(mosaic, across)


def render(network: Network, layout: Layout) -> np.ndarray:
    """A network as grey levels, uint8, cut off at 0 and 255; pixels of no entry are 128."""
    image = np.zeros(layout.size)
    matrices = [tensor for layer in mlp.layers(network) for tensor in layer]
    for tensor, part in zip(matrices, layout.parts, strict=True):
        matrix = np.atleast_2d(tensor.double().numpy())  # (rows, columns)
        entries = part.entries(matrix.shape[1])
        place(image, part, np.where(entries < 0, 0, matrix[:, entries]) / part.scale)
    return np.clip(np.rint(image) + ZERO, 0, 255).astype(np.uint8)


def read_part(image: np.ndarray, part: Part, rows: int, columns: int) -> np.ndarray:
    """One matrix of the network, float32 (rows, columns), from the picture's grey levels."""
    shown = tiles.from_mosaic(image[part.area(rows)], part.height, part.width)[:rows]
    entries = part.entries(columns)
    matrix = np.zeros((rows, columns), np.float32)
    grey = shown[:, entries >= 0].astype(np.float32) - ZERO
    matrix[:, entries[entries >= 0]] = np.float32(part.scale) * grey
    return matrix


def read(image: np.ndarray, layout: Layout) -> Network:
    """The network, float32, from grey levels that cover `Layout.extent`."""
    tensors = [
        torch.from_numpy(read_part(image, part, *shape))
        for part, shape in zip(layout.parts, layout.shapes, strict=True)
    ]
    pairs = zip(tensors[::2], tensors[1::2], strict=True)
    return mlp.from_layers([(weight, bias[0]) for weight, bias in pairs])


def _pieces(data: bytes, found: list[Segment]) -> list[bytes]:
    return [data[segment.start : segment.end + segment.scan] for segment in found]


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
        image: grey levels, uint8, that cover `Layout.extent`; see `render`.
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
    body = layout.to_bytes()
    segment = bytes((0xFF, markers.APP10)) + (2 + len(body)).to_bytes(2, "big") + body
    start, *rest = _pieces(plain, [s for s in segments(plain) if s.marker != markers.APP0])
    return start + segment + b"".join(rest)


def encode(network: Network, layout: Layout, table: np.ndarray, coding: str = "smallest") -> bytes:
    """A network as one JPEG file: `render`, then `write`."""
    return write(render(network, layout), layout, table, coding)


def _checked(data: bytes) -> tuple[Layout, bytes]:
    """The layout, and the file without the segments that a decoder does not need."""
    if len(data) > MAX_BYTES:
        raise PictureError(f"{len(data)} bytes; no network's picture has more than {MAX_BYTES}")
    if data.count(b"\xff") - data.count(b"\xff\0") > MAX_MARKERS:
        raise PictureError(f"more than {MAX_MARKERS} markers")
    try:
        found = segments(data)
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
    notes = [s.body for s in found if s.marker == markers.APP10 and s.body.startswith(NAME)]
    if len(notes) != 1:
        raise PictureError(f"{len(notes)} segments that say how to read a network; one is needed")
    layout = Layout.from_bytes(notes[0])
    if layout.extent[0] > height or layout.extent[1] > width:
        need = "{} × {}".format(*layout.extent)
        raise PictureError(f"{height} × {width} pixels; the network needs {need}")
    # Pillow and `segments` may read other markers differently, and so find different frames.
    kept = [found[0], *(s for s in found[1:] if s.marker in _NEEDED)]
    return layout, b"".join(_pieces(data, kept))


def load(data: bytes) -> Picture:
    """Decode a network's picture.

    Raises:
        PictureError: the file is damaged, or not a network's; the message says what is wrong.
            Sizes are checked before a pixel is decoded.
    """
    layout, plain = _checked(data)
    try:
        with Image.open(io.BytesIO(plain), formats=["jpeg"]) as opened:
            image = np.asarray(opened)
            table = np.array(opened.quantization[opened.layer[0][3]]).reshape(8, 8)
    except UnidentifiedImageError as error:  # its own text names an object in memory
        raise PictureError("the headers of the JPEG file are damaged") from error
    except (OSError, SyntaxError, ValueError, LookupError) as error:
        raise PictureError(f"the JPEG file is damaged: {error}") from error
    return Picture(layout, image, table)


def decode(data: bytes) -> Network:
    """The network, float32, from a file's bytes.

    Raises:
        PictureError: see `load`.
    """
    picture = load(data)
    return read(picture.image, picture.layout)
