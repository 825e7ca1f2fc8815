"""The segment of a file that says what network its picture is: two versions.

Version 1 has every part's place, of chains of linear layers. Version 2 has what a reader cannot
work out: the architecture, a scale a part, and a checksum; where each part
stands follows from the architecture and the picture's width (`plan.arranged`).
"""

import binascii
import struct
from collections.abc import Iterable
from dataclasses import astuple, replace

import numpy as np

from jpegnet.jpeg import markers
from jpegnet.jpeg.markers import Segment
from jpegnet.nets.attention import Attention
from jpegnet.nets.convolutional import Convolutional
from jpegnet.nets.mlp import Mlp
from jpegnet.nets.nested import Nested
from jpegnet.nets.network import Architecture
from jpegnet.nets.recurrent import Recurrent
from jpegnet.picture.layout import Layout, Part, PictureError
from jpegnet.picture.plan import arranged

NAME, VERSIONS = b"jpegnet", (1, 2)
KINDS = {found.kind: found for found in (Mlp, Convolutional, Recurrent, Attention, Nested)}


def only(found: Iterable[Segment]) -> Segment:
    """Of a file's segments the one that says what network it is.

    Raises:
        PictureError: there is none, or there are several.
    """
    notes = [s for s in found if s.marker == markers.APP10 and s.body.startswith(NAME)]
    if len(notes) != 1:
        raise PictureError(f"{len(notes)} segments that say how to read a network; one is needed")
    return notes[0]


def has_checksum(note: bytes) -> bool:
    """Whether a payload is of a version that ends with a checksum."""
    return note[len(NAME)] % 16 != 1


def sealed(note: bytes, table: np.ndarray, coefficients: np.ndarray) -> bytes:
    """A payload of version 2 with its checksum, the last two bytes; one of version 1 has none.

    CRC-16/XMODEM (polynomial 1021₁₆, from 0) of the payload before it; of the quantisation table's
    steps, (8, 8); and of the picture's coefficients, int (rows, columns, 8, 8). The latter two as
    16-bit two's complements, the most significant byte first, block by block, in reading order.
    """
    if not has_checksum(note):
        return note
    numbers = np.concatenate([table.ravel(), coefficients.ravel()]).astype(">i2")
    return note[:-2] + struct.pack("<H", binascii.crc_hqx(note[:-2] + numbers.tobytes(), 0))


def half(scale: float) -> float:
    """A scale as version 2 holds it, an IEEE float16, from 2⁻²⁴ on."""
    return float(np.float16(max(scale, 2.0**-24)))


def to_bytes(layout: Layout, check: int) -> bytes:
    """The segment's payload: version 2 where that can say the layout, else version 1.

    Args:
        check: see `sealed`, which finds it.

    Raises:
        ValueError: neither version can say it.
    """
    architecture = layout.architecture
    if (kind := getattr(architecture, "kind", None)) not in KINDS:
        raise ValueError(f"the format has no networks such as {architecture.name}")
    scales = [part.scale for part in layout.parts]
    usual = arranged(architecture, layout.size[1])
    plain = tuple(replace(part, scale=1.0) for part in layout.parts)
    if usual == plain and scales == [half(scale) for scale in scales]:
        coded = b"".join(map(_varint, architecture.numbers))
        return (
            NAME + bytes([2 + 16 * kind]) + coded + struct.pack(f"<{len(scales)}eH", *scales, check)
        )
    if kind != Mlp.kind:
        raise ValueError(f"{architecture.name} has parts where version 2 has none")
    coded = b"".join(map(_varint, architecture.numbers))
    for part in layout.parts:
        *places, scale, _ = astuple(part)
        coded += b"".join(map(_varint, places)) + struct.pack("<f", scale)
    return NAME + bytes([1]) + coded


def from_bytes(data: bytes, width: int) -> tuple[Layout, int | None]:
    """Read a segment's payload: the layout, and in version 2 the checksum.

    It begins with the name ``jpegnet`` and one byte, the version and 16 times the kind of network.
    Whole numbers are unsigned
    LEB128: seven bits a byte, the least first, the high bit set in all but the last byte; at most
    five bytes. Nothing follows what is told here.

    Version 1, of kind 0: the number of layers; the widths, one more than layers; two parts a layer.
    A part is eight whole numbers, in the order of `Part`'s fields, and a scale, an IEEE float32,
    least byte first.

    Version 2, of kind 0 for a chain of linear layers, 1 for a convolutional, 2 for a recurrent,
    3 for an attention and 4 for a nested network: its numbers, see `from_numbers` of each; a
    scale a tensor, IEEE float16, least byte first; and the checksum, two bytes, likewise, see
    `sealed`.

    Args:
        width: of the picture, in pixels.

    Raises:
        PictureError: the bytes are no such payload.
    """
    if data[: len(NAME)] != NAME:
        raise PictureError("the segment is not a network's: it does not begin with its name")
    rest = _Bytes(data[len(NAME) :])
    kind, version = divmod(rest.take(1)[0], 16)
    if version not in VERSIONS or kind not in (KINDS if version == 2 else (Mlp.kind,)):
        raise PictureError(f"version {version}, kind {kind} of the format is unknown")
    try:
        return _version_1(rest) if version == 1 else _version_2(rest, kind, width)
    except PictureError:
        raise
    except ValueError as error:  # no such architecture
        raise PictureError(str(error)) from error


def _version_1(rest: "_Bytes") -> tuple[Layout, None]:
    architecture = Mlp.from_numbers(rest.varint)
    parts = tuple(
        Part(*[rest.varint() for _ in range(8)], *struct.unpack("<f", rest.take(4)))
        for _ in architecture.shapes
    )
    rest.end()
    return Layout(architecture, parts), None


def _version_2(rest: "_Bytes", kind: int, width: int) -> tuple[Layout, int]:
    architecture: Architecture = KINDS[kind].from_numbers(rest.varint)
    scales = [struct.unpack("<e", rest.take(2))[0] for _ in architecture.shapes]
    (check,) = struct.unpack("<H", rest.take(2))
    rest.end()
    parts = zip(arranged(architecture, width), scales, strict=True)
    return Layout(architecture, tuple(replace(part, scale=s) for part, s in parts)), check


def _varint(number: int) -> bytes:
    low, high = number & 0x7F, number >> 7
    return bytes([low | 0x80]) + _varint(high) if high else bytes([low])


class _Bytes:
    """Bytes that are read from the front."""

    def __init__(self, data: bytes):
        self.data = data

    def take(self, n: int) -> bytes:
        taken, self.data = self.data[:n], self.data[n:]
        if len(taken) < n:
            raise PictureError("the network's segment is cut off")
        return taken

    def end(self) -> None:
        if self.data:
            raise PictureError(f"{len(self.data)} bytes too many in the network's segment")

    def varint(self) -> int:
        number = shift = 0
        while True:
            byte = self.take(1)[0]
            number |= (byte & 0x7F) << shift
            if byte < 0x80:
                return number
            shift += 7
            if shift > 28:
                raise PictureError("a number in the network's segment is too large")
