"""In which order a network's picture is told: which part stands first, and which bits."""

from collections.abc import Sequence
from dataclasses import replace

from jpegnet.jpeg import arriving, progressive
from jpegnet.jpeg.dct import BLOCK
from jpegnet.picture import segment
from jpegnet.picture.layout import Layout


def outputs_first(layout: Layout, across: int | None = None) -> Layout:
    """A layout with its parts from the last to the first, one below the other.

    In a baseline file, what it takes to read anything then comes first, and tiles of the first
    layer come last.

    Args:
        across: so many tiles of the first part side by side; by default, as many as there are.
    """
    parts, y = [], 0
    for part, (rows, _) in reversed(list(zip(layout.parts, layout.shapes, strict=True))):
        if across and part is layout.parts[0]:
            part = replace(part, across=min(across, rows))
        parts.insert(0, replace(part, block_y=y, block_x=0))
        y += -(-part.extent(rows)[0] // BLOCK)
    return replace(layout, parts=tuple(parts))


def in_scans(file: bytes, script: Sequence[progressive.Band]) -> bytes:
    """A picture's coefficients as a progressive file of these scans."""
    found = arriving.read(file)
    own = segment.only(found.segments)
    note = file[own.start : own.end]
    return progressive.encode(found.coefficients, found.table, script, note)
