"""A network's picture in several orders, for a reader who has the first bytes of it alone."""

from dataclasses import replace

import numpy as np

from jpegnet.data.labelled import Labelled
from jpegnet.jpeg import arriving, markers, progressive
from jpegnet.jpeg.dct import BLOCK
from jpegnet.methods import posttraining
from jpegnet.nets import mlp
from jpegnet.nets.network import Network
from jpegnet.picture import file as picture
from jpegnet.picture import segment
from jpegnet.picture.tiles import ZERO
from jpegnet.studies.streams import Pictured, Stream

SCRIPTS = {
    "by frequency": progressive.by_frequency(),
    "by bit": progressive.by_bit(),
    "by both": progressive.by_both(),
}


def by_worth(network: Network, inputs: Labelled) -> Network:
    """A network of one hidden layer whose units stand by what they are worth, the dearest first.

    A unit's worth is how much what it hands on to the scores varies: the deviation of its output
    over these images, times the length of its outgoing weights.
    """
    (weight, bias), (last, out) = mlp.layers(network)
    hidden = (inputs.x.flatten(1) @ weight.T + bias).relu()
    best = (hidden.std(0) * last.norm(dim=0)).argsort(descending=True, stable=True)
    return mlp.from_layers([(weight[best], bias[best]), (last[:, best], out)])


def outputs_first(file: bytes) -> bytes:
    """The same picture, baseline, with its parts from the last to the first, one below the other.

    What it takes to read anything then comes first, and tiles of the first layer come last. As a
    picture that is written again, it may be some grey levels off where they were cut off.
    """
    old = picture.load(file)
    parts, shapes, y = [], old.layout.shapes, 0
    for part, (rows, _) in reversed(list(zip(old.layout.parts, shapes, strict=True))):
        parts.insert(0, replace(part, block_y=y, block_x=0))
        y += -(-part.extent(rows)[0] // BLOCK)
    layout = replace(old.layout, parts=tuple(parts))
    image = np.full(layout.size, ZERO, np.uint8)
    for before, after, (rows, _) in zip(old.layout.parts, parts, shapes, strict=True):
        image[after.area(rows)] = old.image[before.area(rows)]
    return picture.write(image, layout, old.table, "optimised")


def after_training(network: Network, quality: int, inputs: Labelled) -> bytes:
    """A trained network's picture with its units by worth; see `outputs_first`."""
    choices = replace(posttraining.RECOMMENDED, coding="optimised", order=False)
    file = posttraining.compress(by_worth(network, inputs), quality, choices, inputs)
    return outputs_first(file)


def scanned(file: bytes) -> dict[str, bytes]:
    """The same coefficients as progressive files, by their scripts' names."""
    found = arriving.read(file)
    own = segment.only(found.segments)
    note = file[own.start : own.end]
    return {
        name: progressive.encode(found.coefficients, found.table, script, note)
        for name, script in SCRIPTS.items()
    }


def headers(file: bytes) -> int:
    """The bytes of a baseline file that stand before its picture: headers and tables."""
    return next(s.end for s in markers.segments(file) if s.marker == markers.SOS)


def pictures(label: str, file: bytes) -> dict[str, Stream]:
    """A picture, baseline, and the same coefficients in scans, as streams by their methods."""
    found = {"tile by tile": file} | scanned(file)
    return {f"{label}, {how}": Pictured(f"{label}, {how}", data) for how, data in found.items()}
