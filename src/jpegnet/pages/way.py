"""A figure that follows one number of a network's file to the answer, and its gradient back.

What stands here is a table of the stations, with the numbers of one example; it is what a reader
without JavaScript sees, and ``book/_static/way.mjs`` fills it anew as the reader chooses.
"""

from dataclasses import asdict, dataclass

import numpy as np
import torch
from torch.nn import functional

from jpegnet.data.labelled import Labelled
from jpegnet.jpeg import dct
from jpegnet.jpeg.dct import BLOCK
from jpegnet.nets import mlp
from jpegnet.nets.network import Network
from jpegnet.pages import demo, insight
from jpegnet.picture import file as picture
from jpegnet.picture.greys import ZERO

# Of each station what happens there; digits behind the point; whether it rounds, and the way back
# passes over that.
STATIONS = {
    "number": ("What is trained: a number of this block", 2, False),
    "whole": ("Rounded: the whole number in the file", 0, True),
    "coefficient": ("Times its step in the table: how much of its wave", 0, False),
    "wave": ("All waves of the block added up, at this pixel", 2, False),
    "level": (f"Plus {ZERO}, rounded, cut off below 0 and above 255: a grey level", 0, True),
    "weight": (f"Minus {ZERO}, times the scale: a weight", 4, False),
    "product": ("Times the drawing’s pixel: its part of the unit’s sum", 4, False),
    "sum": ("The unit’s sum, with its bias", 3, False),
    "loss": ("Through the second layer: the loss, how much the right digit surprises", 4, False),
}
_TEXT = (
    "Downwards what a number of the file becomes, upwards what the loss asks of it. Rounding has "
    "no slope, so the gradient goes past it (↰). On the site, with JavaScript, you could choose "
    "another number here, and take steps of training."
)


@dataclass(frozen=True)
class Way:
    """Where the way begins: all counted in reading order from 0, the example by its digit."""

    tile: int
    block: int
    place: int
    pixel: int
    digit: int


def gradients(network: Network, x: torch.Tensor, label: int) -> tuple[np.ndarray, np.ndarray]:
    """What the loss of one image says of the first layer: gradients of its weights and its sums.

    Args:
        network: of two linear layers.
        x: the image, float (1, 28, 28), 0 to 1.
        label: its digit.

    Returns:
        the gradients of the cross-entropy by the weights, (units, 784), and by the sums, (units,).
    """
    (weight, bias), (second, last) = ([t.double() for t in pair] for pair in mlp.layers(network))
    x = x.double().flatten(1)  # in twice the digits, as the browser reckons
    sums = (x @ weight.T + bias).requires_grad_()
    loss = functional.cross_entropy(sums.relu() @ second.T + last, torch.tensor([label]))
    (by_sums,) = torch.autograd.grad(loss, sums)
    return (by_sums.T * x).numpy(), by_sums[0].numpy()


def by_numbers(shown: picture.Picture, by_weights: np.ndarray) -> np.ndarray:
    """The gradients by the 64 numbers of a block, from those by its weights, in reading order.

    A weight is a scale times a grey level, levels are the inverse DCT of coefficients, and that is
    orthogonal: the gradient by the coefficients is the DCT of that by the levels. Rounding is
    passed over, and so is that levels end at 0 and 255.
    """
    by_levels = shown.layout.parts[0].scale * by_weights.reshape(1, BLOCK, BLOCK)
    return (dct.forward(by_levels) * shown.table).ravel()


def weights_of(shown: picture.Picture, block: int) -> np.ndarray:
    """Which of a unit's 784 weights the 64 pixels of a block of its tile show; -1 for none."""
    part = shown.layout.parts[0]
    down, right = divmod(block, part.width // BLOCK)
    entries = part.entries(shown.layout.shapes[0][1])[BLOCK * down :, BLOCK * right :]
    return entries[:BLOCK, :BLOCK].ravel()


def begin(file: bytes, test: Labelled) -> Way:
    """Where the figure begins: where much can be seen.

    The block is `insight.busiest`'s; the digit the example whose loss depends most on the unit;
    number and pixel are those with the largest gradients.

    Raises:
        PictureError, TypeError, ValueError: see `way`.
    """
    shown = insight.checked(file, 2)
    (tile, block, _), network = insight.busiest(file), picture.decode(file)
    found = [gradients(network, *example(test, digit)) for digit in range(demo.EXAMPLES)]
    digit = int(np.argmax([abs(by_sums[tile]) for _, by_sums in found]))
    at = weights_of(shown, block)
    by_weights = np.where(at < 0, 0, found[digit][0][tile][at])
    place = int(np.abs(by_numbers(shown, by_weights))[1:].argmax()) + 1  # no block's mean
    return Way(tile, block, place, int(np.abs(by_weights).argmax()), digit)


def example(test: Labelled, digit: int) -> tuple[torch.Tensor, int]:
    """The first image of a digit, float (1, 28, 28), and the digit."""
    return test.x[test.labels.tolist().index(digit)][None], digit


def stations(file: bytes, test: Labelled, way: Way) -> dict[str, tuple[float, float]]:
    """At each station of a way the number there, and the loss's gradient by it.

    Raises:
        PictureError, TypeError, ValueError: see `insight.coefficient`.
    """
    shown, network = picture.load(file), picture.decode(file)
    (x, label), (weights, bias) = example(test, way.digit), mlp.layers(network)[0]
    at, scale = weights_of(shown, way.block), shown.layout.parts[0].scale
    whole = insight.first_blocks(file)[way.tile, way.block]
    coefficients = whole * shown.table.ravel()
    wave = dct.inverse(coefficients.reshape(1, BLOCK, BLOCK)).ravel()[way.pixel]
    weight, pixel = weights[way.tile, at[way.pixel]].item(), x.flatten()[at[way.pixel]].item()
    by_weights, by_sums = gradients(network, x, label)
    in_block = np.where(at < 0, 0, by_weights[way.tile][at])
    by_number, by_weight = by_numbers(shown, in_block)[way.place], in_block[way.pixel]
    total = (x.flatten() @ weights[way.tile] + bias[way.tile]).item()
    loss = functional.cross_entropy(network.logits(x), torch.tensor([label])).item()
    return {
        "number": (whole[way.place], by_number),
        "whole": (whole[way.place], by_number),
        "coefficient": (coefficients[way.place], by_number / shown.table.ravel()[way.place]),
        "wave": (wave, scale * by_weight),
        "level": (weight / scale + ZERO, scale * by_weight),
        "weight": (weight, by_weight),
        "product": (weight * pixel, by_sums[way.tile]),
        "sum": (total, by_sums[way.tile]),
        "loss": (loss, 1.0),
    }


def way(file: bytes, test: Labelled) -> None:
    """Let the reader follow a number of a network's file to the answer, and its gradient back.

    ``book/_static/way.mjs`` does it; without JavaScript one way stands there, see `begin`.

    Args:
        file: the picture of a network of two linear layers for 28 × 28 pixels and ten digits, in
            the format's second version, its first layer in tiles of whole blocks.
        test: the split that example digits come from.

    Raises:
        PictureError: see `picture.file.load`.
        TypeError: the network is no chain of linear layers.
        ValueError: it has more or fewer than two of them, does not read digits of 28 × 28 pixels,
            or its tiles are no whole blocks.
    """
    start = begin(file, test)
    found = stations(file, test, start)
    rows = "".join(
        f'<tr><th scope="row">{told}</th><td data-value="{name}">{_minus(found[name][0], digits)}'
        f'</td><td data-slope="{name}">{"↰ " * rounds}{_minus(found[name][1], 5)}</td></tr>'
        for name, (told, digits, rounds) in STATIONS.items()
    )
    still = (
        '<div class="way-scroller" tabindex="0"><table class="way"><caption>Tile '
        f"{start.tile + 1}, block {start.block + 1}, and the first {start.digit} of the test images"
        '</caption><thead><tr><th scope="col">Station</th><th scope="col">Number ↓</th>'
        f'<th scope="col">Gradient ↑</th></tr></thead><tbody>{rows}</tbody></table></div>'
    )
    given = insight.facts(file, test) | asdict(start) | {"stations": STATIONS}
    insight.show("way", given, still, _TEXT)


def _minus(number: float, digits: int) -> str:
    return f"{number:.{digits}f}".replace("-", "−")
