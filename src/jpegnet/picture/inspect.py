"""A network's file taken apart: its blocks, what each shows, what the bytes are spent on."""

import numpy as np

from jpegnet.jpeg import coefficients, entropy, rangecode
from jpegnet.jpeg.coefficients import PIXELS
from jpegnet.jpeg.dct import BLOCK
from jpegnet.jpeg.markers import APP10, DHT, DQT, segments
from jpegnet.nets import mlp
from jpegnet.picture import file as picture
from jpegnet.picture import greys
from jpegnet.picture.layout import Layout


def blocks(file: bytes) -> np.ndarray:
    """The coefficients of a network's picture, int (rows, columns, 64), by block.

    Raises:
        ValueError: see `coefficients.from_samples`.
    """
    shown = picture.load(file)
    found = coefficients.from_samples(shown.image, shown.table)
    return found.reshape(*found.shape[:2], -1)


def kinds(layout: Layout) -> np.ndarray:
    """What each block of the picture shows, int (rows, columns).

    A block of the first layer's weights has the number of its place in the tile, from 0 on. All
    blocks of a later part, the i-th, have one number: that of the places in a tile, plus i. Blocks
    of no part have 0.
    """
    found = np.zeros(layout.size, int)
    first = layout.parts[0]
    places = first.height // BLOCK * (first.width // BLOCK)
    for i, (part, (rows, _)) in enumerate(zip(layout.parts, layout.shapes, strict=True)):
        found[part.area(rows)] = places + i
    area = first.area(layout.shapes[0][0])
    y, x = np.indices(found[area].shape)
    found[area] = y % first.height // BLOCK * (first.width // BLOCK) + x % first.width // BLOCK
    return found[::BLOCK, ::BLOCK]


def first_blocks(file: bytes) -> np.ndarray:
    """The first layer's coefficients, int (blocks, 64)."""
    layout = picture.load(file).layout
    lines, columns = layout.parts[0].area(layout.shapes[0][0])
    area = tuple(slice(s.start // BLOCK, s.stop // BLOCK) for s in (lines, columns))
    return blocks(file)[area].reshape(-1, PIXELS)


def first_tiles(file: bytes, n: int) -> np.ndarray:
    """n tiles of a network's first layer, evenly spread over its picture: (n, height, width)."""
    shown = picture.load(file)
    part, (rows, columns) = shown.layout.parts[0], shown.layout.shapes[0]
    chosen = np.linspace(0, rows - 1, n).astype(int)
    return greys.read_part(shown.image, part, rows, columns)[chosen][:, part.entries(columns)]


def segment_bytes(file: bytes) -> dict[str, int]:
    """A file's bytes by the segments that they are in; the numbers add up to the file's size."""
    found = segments(file)
    sizes = {"scans": sum(segment.scan for segment in found)}
    for name, marker in (("Huffman tables", DHT), ("quantisation table", DQT), ("layout", APP10)):
        sizes[name] = sum(s.end - s.start for s in found if s.marker == marker)
    return sizes | {"other headers": len(file) - sum(sizes.values())}


def spent(file: bytes) -> dict[str, float]:
    """What a file's bytes are spent on, and what another entropy coder would spend.

    ``scans`` and ``Huffman tables``, as they are in the file; ``range coded``, what the same
    coefficients take under `rangecode.range_coded`, which needs no tables; ``rest``: headers,
    quantisation table, layout; and the scans by kind, in bytes, see `entropy.jpeg_bits`.
    """
    sizes = segment_bytes(file)
    scans, tables = sizes["scans"], sizes["Huffman tables"]
    q = blocks(file)
    coded = len(rangecode.range_coded(q, kinds(picture.load(file).layout)))
    rest = len(file) - scans - tables
    sums = {"scans": scans, "Huffman tables": tables, "range coded": coded, "rest": rest}
    return sums | {kind: n / 8 for kind, n in entropy.jpeg_bits(q).items()}


def byte_parts(file: bytes, coding: str) -> dict[str, int]:
    """A file's bytes by what they hold; the numbers add up to the file's size.

    The first layer's share of the scans is what they take of the same picture, in the same
    ``coding``, with all else blank.
    """
    shown = picture.load(file)
    (weight, bias), *rest = mlp.layers(picture.decode(file))
    blank = mlp.from_layers([(weight, 0 * bias), *[(0 * w, 0 * b) for w, b in rest]])
    alone = picture.encode(blank, shown.layout, shown.table, coding)
    sizes = segment_bytes(file)
    scans = sizes.pop("scans")
    tiles = min(scans, segment_bytes(alone)["scans"])
    order = ("quantisation table", "Huffman tables", "layout", "other headers")
    parts = {"first layer": tiles, "later layers, biases": scans - tiles}
    return parts | {name: sizes[name] for name in order}
