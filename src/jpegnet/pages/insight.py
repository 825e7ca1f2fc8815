"""Figures that look into a network's picture: what a tile does, what a coefficient does.

What stands here is what a reader without JavaScript sees, and the data that
``book/_static/tiles.mjs`` and ``book/_static/coefficient.mjs`` need. Both show chains of linear
layers that see the pixels of an image.
"""

import json
from base64 import b64encode

import numpy as np

from jpegnet.data.labelled import Labelled
from jpegnet.jpeg.dct import BLOCK
from jpegnet.nets import mlp
from jpegnet.pages import demo, results
from jpegnet.picture import file as picture
from jpegnet.picture import inspect
from jpegnet.picture.tiles import SIDE


def show(name: str, given: dict, still: str, text: str) -> None:
    """What ``book/_static/NAME.mjs`` brings to life; until then, HTML and a text stand there."""
    results.show_html(
        f'<div class="insight"><div class="jpegnet-{name}">{still}<p>{text}</p>'
        f'<script type="application/json">{json.dumps(given)}</script>'
        f'<script type="module" src="../_static/{name}.mjs"></script></div></div>',
        text,
    )


def facts(file: bytes, test: Labelled) -> dict:
    """What each of the figures needs: the file as base64, and an example of each digit."""
    return {"file": b64encode(file).decode(), "examples": demo.examples_of(test)}


def checked(file: bytes, layers: int | None = None) -> picture.Picture:
    """A network's picture, once it is known that it reads digits of 28 × 28 in so many layers.

    Raises:
        PictureError, TypeError, ValueError: see `tiles`.
    """
    shown, network = picture.load(file), picture.decode(file)
    found = mlp.layers(network)
    ends = found[0][0].shape[1], len(found[-1][1])
    if ends != (SIDE * SIDE, demo.EXAMPLES) or layers not in (None, len(found)):
        raise ValueError(f"{network.architecture.name} is not shown in this figure")
    return shown


def tiles(file: bytes, test: Labelled) -> None:
    """Let the reader see what each tile of a network's first layer makes of a drawing.

    ``book/_static/tiles.mjs`` does it; without JavaScript the page shows the network's picture and
    says so.

    Args:
        file: the picture of a network of two linear layers for 28 × 28 pixels and ten digits.
        test: the split that example digits come from.

    Raises:
        PictureError: see `picture.file.load`.
        TypeError: the network is no chain of linear layers.
        ValueError: it has more or fewer than two of them, or does not read digits of 28 × 28
            pixels.
    """
    height, width = checked(file, 2).image.shape
    given = facts(file, test)
    still = (
        f'<img class="dark-light insight-still" src="data:image/jpeg;base64,{given["file"]}" '
        f'alt="The weights of a network as one grey JPEG picture of {len(file):,} bytes" '
        f'width="{width}" height="{height}">'
    )
    text = (
        "Each large tile of this picture holds the weights of one unit of the first layer. On "
        "the site, with JavaScript, you could draw a digit here, choose a tile, and see weight "
        "times drawing, pixel by pixel, and the tile's votes for the ten digits."
    )
    show("tiles", given, still, text)


def busiest(file: bytes) -> tuple[int, int, int]:
    """Tile, block of it and place in the block where a look at the coefficients begins.

    The block is the one of the first layer with the most coefficients that are not zero, the place
    that of its largest one but the first; all are counted in reading order from 0.

    Raises:
        PictureError, TypeError, ValueError: see `coefficient`.
    """
    part = checked(file).layout.parts[0]
    if part.height % BLOCK or part.width % BLOCK:
        raise ValueError(f"tiles of {part.height} × {part.width} pixels are no whole blocks")
    blocks = first_blocks(file)
    tile, block = divmod(int((blocks != 0).sum(-1).argmax()), blocks.shape[1])
    largest = np.abs(blocks[tile, block, 1:]).argmax() + 1
    return tile, block, int(largest)


def first_blocks(file: bytes) -> np.ndarray:
    """The first layer's coefficients, int (tiles, blocks of a tile, 64)."""
    layout = picture.load(file).layout
    part, (rows, _) = layout.parts[0], layout.shapes[0]
    found, high, wide = inspect.blocks(file), part.height // BLOCK, part.width // BLOCK
    y, x = np.divmod(np.arange(rows), part.across)
    down, right = np.divmod(np.arange(high * wide), wide)
    lines = part.block_y + high * y[:, None] + down
    return found[lines, part.block_x + wide * x[:, None] + right]


def _table(numbers: np.ndarray, caption: str) -> str:
    """HTML of 64 coefficients as eight rows."""
    rows = (
        "".join(f"<td>{number}</td>" for number in row) for row in numbers.reshape(BLOCK, BLOCK)
    )
    lines = "".join(f"<tr>{row}</tr>" for row in rows).replace("<td>-", "<td>−")
    return (
        f'<table class="insight-still"><caption>{caption}</caption><tbody>{lines}</tbody></table>'
    )


def coefficient(file: bytes, test: Labelled) -> None:
    """Let the reader change the coefficients in a network's file, and see what comes of it.

    ``book/_static/coefficient.mjs`` does it; without JavaScript the page shows the coefficients of
    one block, see `busiest`, and says so.

    Args:
        file: the picture of a chain of linear layers for 28 × 28 pixels, in the format's second
            version, its first layer in tiles of whole blocks.
        test: the split that example digits come from.

    Raises:
        PictureError: see `picture.file.load`.
        TypeError: the network is no chain of linear layers.
        ValueError: it does not read digits of 28 × 28 pixels, its tiles are no whole blocks, or its
            samples do not tell its coefficients.
    """
    tile, block, place = busiest(file)
    still = _table(
        first_blocks(file)[tile, block],
        f"The 64 coefficients of block {block + 1} of tile {tile + 1}, as the file of "
        f"{len(file):,} bytes has them; further right and down their patterns are finer.",
    )
    text = (
        "A coefficient says how much of one pattern of waves is in the block. On a page from a web "
        "server, with JavaScript, you could change one here, and see what becomes of the tile, of "
        "the file's bytes, and of what the network reads."
    )
    show(
        "coefficient",
        facts(file, test) | {"tile": tile, "block": block, "place": place},
        still,
        text,
    )
