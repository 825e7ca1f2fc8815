"""From a trained network to its picture, with no further training.

Two rewritings change what the picture costs but not what the network computes. A hidden unit's
incoming weights and bias may be multiplied by any g > 0 if its outgoing weights are divided by
it, since relu(g z) = g relu(z); so each tile may be scaled without a number being stored. And
hidden units may stand in any order. What compression changes is judged by what the inputs make of
it, see `moments`.
"""

import math
from dataclasses import dataclass, replace

import numpy as np
import torch

from jpegnet.data.labelled import Labelled
from jpegnet.jpeg.dct import BLOCK, quality_table
from jpegnet.kept.compute import product
from jpegnet.methods.method import changed
from jpegnet.methods.moments import input_moments, network_table, rounded, window
from jpegnet.nets import mlp
from jpegnet.nets.network import Network
from jpegnet.picture import file as picture
from jpegnet.picture.plan import plan
from jpegnet.picture.segment import half
from jpegnet.picture.tiles import ALIGNED, LEVELS, SIDE, margin

SCALINGS = ("global", "per-tile", "gain")
RMS_LEVELS = 4  # grey levels of the root mean square of weights that are scaled by gain


@dataclass(frozen=True)
class Choices:
    """How a network becomes a picture; the defaults are the plain mosaic.

    ``coding``: one of `picture.CODINGS`. ``unlit``: weights of pixels that are 0 in all inputs
    become zero. ``crop``: side of the window of each tile that is kept. ``exponent``: None for
    the eye's table (T.81, K.1), else see `network_table`. ``scaling``: ``global`` (tiles stay as
    they are), ``per-tile`` (each tile's largest magnitude becomes that of all), or ``gain`` (each
    tile is multiplied by the length of its unit's outgoing weights; the root mean square of all is
    4 grey levels).
    ``order``: units stand so that neighbours have like means. ``ratio``: the grey levels that
    the largest number of the later parts takes over those of the first layer's largest weight;
    the larger of the two is 127. ``damping``: None for rounding each coefficient by itself,
    else see `rounded`.

    Raises:
        ValueError: a field has none of these values, or rounding has a window of part blocks.
    """

    coding: str = "standard"
    unlit: bool = False
    crop: int = SIDE
    exponent: float | None = None
    scaling: str = "per-tile"
    order: bool = False
    ratio: float = 1.0
    damping: float | None = None

    def __post_init__(self):
        if self.scaling not in SCALINGS or self.coding not in picture.CODINGS:
            raise ValueError(f"{self} is none of {SCALINGS} and {picture.CODINGS}")
        if not (1 <= self.crop <= SIDE and self.ratio > 0):
            raise ValueError(f"{self} needs a crop of 1 to {SIDE} and a ratio above 0")
        if self.damping is not None and not (self.damping > 0 and self.crop % BLOCK == 0):
            raise ValueError(f"{self}: rounding needs a damping above 0 and tiles of whole blocks")


# For those who want a small file and no study.
RECOMMENDED = Choices("smallest", True, ALIGNED, 0.5, "gain", order=True, damping=1.0)


def without_inputs(choices: Choices) -> Choices:
    """The same choices but for those that need images.

    The table is the eye's, each coefficient is rounded by itself, and unlit pixels keep weights.
    """
    return replace(choices, unlit=False, exponent=None, damping=None)


def _rescaled(layers: list[mlp.Layer], scaling: str) -> list[mlp.Layer]:
    found = list(layers)
    for i in range(len(found) - 2, -1, -1):  # from the last: a gain depends on the next one's
        (weight, bias), (following, following_bias) = found[i], found[i + 1]
        match scaling:
            case "global":
                gain = torch.ones(len(weight))
            case "per-tile":
                gain = 1 / weight.abs().amax(1)
            case "gain":
                gain = following.norm(dim=0)
        gain = torch.where(gain.isfinite() & (gain > 0), gain, 1)
        found[i] = (weight * gain[:, None], bias * gain)
        found[i + 1] = (following / gain, following_bias)
    return found


def _ordered(layers: list[mlp.Layer]) -> list[mlp.Layer]:
    """Units of the first layer as a chain: each is followed by the nearest of those left."""
    (weight, bias), (following, following_bias), *rest = layers
    means = weight[:, window(ALIGNED)].double().mean(-1)  # (units, blocks)
    distances = torch.cdist(means, means).numpy()
    chain = [int(means[:, 4].argmin())]
    while len(chain) < len(means):
        distances[:, chain[-1]] = np.inf
        chain.append(int(distances[chain[-1]].argmin()))
    return [(weight[chain], bias[chain]), (following[:, chain], following_bias), *rest]


def compress(network: Network, quality: int, choices: Choices, inputs: Labelled | None) -> bytes:
    """A network's picture at a JPEG quality of 1 to 100 of the chosen table.

    Args:
        network: a chain of linear layers of 784 inputs.
        inputs: images that tell which errors of weights matter, such as those of the training.
            None suffices for choices that need none (see `without_inputs`); biases then stay.

    Raises:
        ValueError: the network does not see 784 pixels, has a layer without units, or has a
            number that is not finite; or the choices need inputs and there are none.
        TypeError: the network is no chain of linear layers.
    """
    if inputs is None and choices != without_inputs(choices):
        raise ValueError(f"{choices} need images to choose by")
    layers = [(weight.float(), bias.float()) for weight, bias in mlp.layers(network)]
    if (pixels := layers[0][0].shape[1]) != SIDE * SIDE:
        raise ValueError(f"the network has {pixels} inputs, not the 784 of an image")
    if not all(len(bias) for _, bias in layers):
        raise ValueError("the network has a layer without units")
    layers = _rescaled(layers, choices.scaling)
    (weight, bias), *rest = _ordered(layers) if choices.order and layers[1:] else layers
    if choices.unlit:
        weight = torch.where(torch.from_numpy(np.diag(input_moments(inputs)[1]) > 0), weight, 0)
    levels = (LEVELS / max(1, choices.ratio), LEVELS * min(1, choices.ratio))
    first = plan(mlp.from_layers([(weight, bias), *rest]), choices.crop, levels).parts[0]
    if choices.scaling == "gain" and (rms := math.sqrt(weight.square().mean())):
        scale = rms * LEVELS / (RMS_LEVELS * levels[0])  # one large weight does not rule them all
        first = replace(first, scale=half(scale))
    table = _table(quality, choices, inputs)
    kept = _kept(weight, table * first.scale, choices, inputs)
    if inputs is not None:  # the bias makes up for what is lost on the mean image
        mean = torch.from_numpy(input_moments(inputs)[0]).float()
        bias = bias + product(weight - kept, mean[:, None])[:, 0]
    final = mlp.from_layers([(kept, bias), *rest])
    layout = plan(final, choices.crop, levels)
    layout = replace(layout, parts=(first, *layout.parts[1:]))  # the scale of those steps
    return picture.encode(final, layout, table, choices.coding)


def _table(quality: int, choices: Choices, inputs: Labelled | None) -> np.ndarray:
    if choices.exponent is None:
        return quality_table(quality)
    return quality_table(quality, network_table(inputs, choices.crop, choices.exponent))


def _kept(
    weight: torch.Tensor, steps: np.ndarray, choices: Choices, inputs: Labelled | None
) -> torch.Tensor:
    """The first layer's weights as the picture is to show them."""
    if choices.damping is not None:
        whole = rounded(weight.double().numpy(), steps, inputs, choices.crop, choices.damping)
        return torch.from_numpy(whole).float()
    at = margin(choices.crop)
    inside = torch.zeros(SIDE, SIDE)
    inside[at : at + choices.crop, at : at + choices.crop] = 1
    return weight * inside.flatten() if choices.crop < SIDE else weight


@dataclass(frozen=True)
class PostTraining:
    """The whole network as one picture, made after training; see `Choices` and `compress`."""

    choices: Choices = Choices()
    inputs: Labelled | None = None
    quality: int = 75
    name = "post-training"

    @property
    def settings(self) -> dict[str, str | float]:
        """See `Method`."""
        return {"choices": changed(self.choices), "quality": self.quality}

    def at(self, quality: int) -> "PostTraining":
        """See `Graded`."""
        return replace(self, quality=quality)

    def encode(self, network: Network) -> bytes:
        """See `Method` and `compress`."""
        return compress(network, self.quality, self.choices, self.inputs)

    def decode(self, data: bytes) -> Network:
        """See `Method`."""
        return picture.decode(data)

    def parts(self, data: bytes) -> dict[str, int]:
        """See `Method`."""
        return {}
