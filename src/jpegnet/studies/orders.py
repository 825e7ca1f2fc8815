"""A network's picture in several orders, for a reader who has the first bytes of it alone."""

from dataclasses import replace

import numpy as np

from jpegnet.data.labelled import Labelled
from jpegnet.jpeg import markers, progressive
from jpegnet.methods import posttraining
from jpegnet.methods.through_codec import cut
from jpegnet.nets import mlp
from jpegnet.nets.network import Network
from jpegnet.picture import file as picture
from jpegnet.picture import greys, order
from jpegnet.picture.tiles import ZERO, from_mosaic
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


def outputs_first(file: bytes, across: int | None = None) -> bytes:
    """The same picture, baseline, with its last part first: see `order.outputs_first`.

    As a picture that is written again, it may be some grey levels off where they were cut off.
    """
    old = picture.load(file)
    layout = order.outputs_first(old.layout, across)
    image = np.full(layout.size, ZERO, np.uint8)
    parts = zip(old.layout.parts, layout.parts, layout.shapes, strict=True)
    for before, after, (rows, _) in parts:
        mosaic = old.image[before.area(rows)]
        greys.place(image, after, from_mosaic(mosaic, before.height, before.width)[:rows], ZERO)
    return picture.write(image, layout, old.table, "optimised")


def after_training(network: Network, quality: int, inputs: Labelled) -> bytes:
    """A trained network's picture with its units by worth; see `outputs_first`."""
    choices = replace(posttraining.RECOMMENDED, coding="optimised", order=False)
    file = posttraining.compress(by_worth(network, inputs), quality, choices, inputs)
    return outputs_first(file)


def scanned(file: bytes) -> dict[str, bytes]:
    """The same coefficients as progressive files, by their scripts' names."""
    return {name: order.in_scans(file, script) for name, script in SCRIPTS.items()}


def headers(file: bytes) -> int:
    """The bytes of a baseline file that stand before its picture: headers and tables."""
    return next(s.end for s in markers.segments(file) if s.marker == markers.SOS)


def of_chain(label: str, file: bytes) -> dict[str, Stream]:
    """A fully connected network's picture in the orders in which others are trained to be cut."""
    orders = {
        "by unit": outputs_first(file, cut.ACROSS),
        "by bit": order.in_scans(file, cut.SCRIPT),
    }
    return {f"{label}, {how}": Pictured(f"{label}, {how}", data) for how, data in orders.items()}


def pictures(label: str, file: bytes) -> dict[str, Stream]:
    """A picture, baseline, and the same coefficients in scans, as streams by their methods."""
    found = {"tile by tile": file} | scanned(file)
    return {f"{label}, {how}": Pictured(f"{label}, {how}", data) for how, data in found.items()}
