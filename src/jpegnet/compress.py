"""From a trained network to its picture, with no further training.

Two rewritings change what the picture costs but not what the network computes. A hidden unit's
incoming weights and bias may be multiplied by any g > 0 if its outgoing weights are divided by
it, since relu(g z) = g relu(z); so each tile may be scaled without a number being stored. And
hidden units may stand in any order.

What compression changes is judged by the error that the next layer sees: for an error e of a
unit's weights and inputs of second moments M = E[x xᵀ] that is E[(e·x)²] = eᵀ M e. An
orthonormal transform T of weights and inputs gives the same number with T e and T M Tᵀ.
"""

from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import torch

from jpegnet import data, mlp, picture
from jpegnet.compute import one_thread
from jpegnet.dct import BLOCK, LUMINANCE, block_dct_matrix, quality_table
from jpegnet.mlp import State
from jpegnet.plan import plan
from jpegnet.tiles import LEVELS, SIDE

SCALINGS = ("global", "per-tile", "gain")
_BLOCK_DCT = block_dct_matrix()
ALIGNED = 24  # side of the largest window of whole blocks in a tile
RMS_LEVELS = 4  # grey levels of the root mean square of weights that are scaled by gain


@dataclass(frozen=True)
class Choices:
    """How a network becomes a picture; the defaults are the plain mosaic.

    ``coding``: one of `picture.CODINGS`. ``unlit``: weights of pixels that no training image
    lights become zero. ``crop``: side of the window of each tile that is kept. ``exponent``:
    None for the eye's table (T.81, K.1), else see `network_table`. ``scaling``: ``global``,
    ``per-tile`` (each tile's largest magnitude becomes that of all), or ``gain`` (each tile by
    the length of its unit's outgoing weights; their root mean square is 4 grey levels).
    ``order``: units stand so that neighbours have like means. ``ratio``: the grey levels that
    the largest number of the later parts takes over those of the first layer's largest weight;
    the larger of the two is 127. ``damping``: None for rounding each coefficient by itself,
    else see `rounded`.

    Raises:
        ValueError: a field has none of these values; a window that rounding cannot use.
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


# What the chapter's ladder takes, for those who want a file and no study.
RECOMMENDED = Choices("smallest", True, ALIGNED, 0.5, "gain", order=True, damping=1.0)


@cache
def input_moments() -> tuple[np.ndarray, np.ndarray]:
    """Of the training images: mean, float64 (784,), and second moments E[x xᵀ], (784, 784)."""
    x = data.load().train.x
    with one_thread():  # the same to the last bit on however many cores
        second = sum(part.T.double() @ part.double() for part in x.split(10_000)) / len(x)
    return x.double().mean(0).numpy(), second.numpy()


def _window(crop: int) -> np.ndarray:
    """Indices, of the 784 pixels, of the middle window, block by block: (blocks, 64)."""
    margin = (SIDE - crop) // 2
    inside = np.arange(SIDE * SIDE).reshape(SIDE, SIDE)[margin : margin + crop, margin:][:, :crop]
    n = crop // BLOCK
    return inside.reshape(n, BLOCK, n, BLOCK).swapaxes(1, 2).reshape(n * n, BLOCK * BLOCK)


def _moments_in_dct(crop: int, matrix: np.ndarray) -> np.ndarray:
    """T A Tᵀ, (crop², crop²), for a matrix (784, 784) of the inputs: T is the block DCT."""
    window = _window(crop)
    blocks = matrix[np.ix_(window.ravel(), window.ravel())].reshape(2 * window.shape)
    turned = np.einsum("ki,aibj,lj->akbl", _BLOCK_DCT, blocks, _BLOCK_DCT, optimize=True)
    return turned.reshape(window.size, window.size)


@cache
def network_table(crop: int, exponent: float) -> np.ndarray:
    """A table for the network instead of the eye: steps ∝ h^(-exponent / 2), int (8, 8).

    h is the second moment of the input's coefficient, its mean over the blocks. With exponent 1
    each frequency's rounding then costs the next layer the same. The mean step is that of the
    eye's table, so that qualities are comparable.
    """
    moments = _moments_in_dct(crop if crop % BLOCK == 0 else ALIGNED, input_moments()[1])
    h = np.diag(moments).reshape(-1, BLOCK, BLOCK).mean(0)
    steps = h ** (-exponent / 2)
    return np.rint(steps * LUMINANCE.mean() / steps.mean()).astype(int)


def _rescaled(layers: list[mlp.Layer], scaling: str) -> list[mlp.Layer]:
    found = list(layers)
    for i in range(len(found) - 2, -1, -1):  # from the last: a gain is that of the scaled next
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
    """Units of the first layer as a chain in which each is the nearest that was left."""
    (weight, bias), (following, following_bias), *rest = layers
    means = weight[:, _window(ALIGNED)].double().mean(-1)  # (units, blocks)
    distances = torch.cdist(means, means).numpy()
    chain = [int(means[:, 4].argmin())]
    while len(chain) < len(means):
        distances[:, chain[-1]] = np.inf
        chain.append(int(distances[chain[-1]].argmin()))
    return [(weight[chain], bias[chain]), (following[:, chain], following_bias), *rest]


@cache
def _rounding_order(crop: int, damping: float) -> tuple[np.ndarray, np.ndarray]:
    """Coefficients by falling variance of the input's, and the Cholesky factor for `rounded`."""
    mean, second = input_moments()
    H = _moments_in_dct(crop, second - np.outer(mean, mean))
    order = np.argsort(-np.diag(H))
    H += damping * np.diag(H).mean() * np.eye(len(H))
    return order, np.linalg.cholesky(np.linalg.inv(H[np.ix_(order, order)])).T


def rounded(weights: np.ndarray, steps: np.ndarray, crop: int, damping: float) -> np.ndarray:
    """Weights whose coefficients are multiples of the steps, errors made up for by later ones.

    Each coefficient in turn is rounded, and those that are still to come move to where they
    make the error e of least variance eᵀ H e; H is the covariance of the input's coefficients,
    with ``damping`` times its mean diagonal added to the diagonal (Frantar et al., GPTQ, 2022,
    algorithm 1; there H is that of a layer's inputs).

    Args:
        weights: (n, 784); outside the window they are not read, and the result is zero.
        steps: (8, 8), in units of weights.
    """
    window, (order, U) = _window(crop), _rounding_order(crop, damping)
    step = np.tile(steps.ravel(), len(window))[order]
    left = (weights[:, window] @ _BLOCK_DCT.T).reshape(len(weights), -1).T[order]  # (crop², n)
    done = np.empty_like(left)
    for start in range(0, len(order), 64):  # 64 at a time: most of the work is one product then
        end = start + 64
        errors = np.empty((64, len(weights)))
        for i, j in enumerate(range(start, end)):
            done[j] = np.rint(left[j] / step[j]) * step[j]
            errors[i] = (left[j] - done[j]) / U[j, j]
            left[j + 1 : end] -= U[j, j + 1 : end, None] * errors[i]
        left[end:] -= U[start:end, end:].T @ errors
    coefficients = np.empty_like(done)
    coefficients[order] = done
    result = np.zeros(weights.shape)
    result[:, window] = coefficients.T.reshape(-1, *window.shape) @ _BLOCK_DCT
    return result


def compress(state: State, quality: int, choices: Choices) -> bytes:
    """A network's picture at a JPEG quality of 1 to 100 of the chosen table.

    Raises:
        ValueError: the network does not see 784 pixels, has a layer without units, or has a
            number that is not finite.
    """
    layers = [(weight.float(), bias.float()) for weight, bias in mlp.layers(state)]
    if (inputs := layers[0][0].shape[1]) != SIDE * SIDE:
        raise ValueError(f"the network has {inputs} inputs, not the 784 of an image")
    if not all(len(bias) for _, bias in layers):
        raise ValueError("the network has a layer without units")
    layers = _rescaled(layers, choices.scaling)
    (weight, bias), *rest = _ordered(layers) if choices.order and layers[1:] else layers
    mean, second = input_moments()
    if choices.unlit:
        weight = torch.where(torch.from_numpy(np.diag(second) > 0), weight, 0)
    base = LUMINANCE if choices.exponent is None else network_table(choices.crop, choices.exponent)
    table = quality_table(quality, base)
    levels = (LEVELS / max(1, choices.ratio), LEVELS * min(1, choices.ratio))
    first = plan(mlp.from_layers([(weight, bias), *rest]), choices.crop, levels).parts[0]
    if choices.scaling == "gain" and (rms := weight.square().mean().sqrt().item()):
        scale = rms * LEVELS / (RMS_LEVELS * levels[0])  # one large weight does not rule them all
        first = replace(first, scale=float(np.float32(scale)))
    before = weight
    if choices.damping is not None:
        steps = table * first.scale
        kept = rounded(weight.double().numpy(), steps, choices.crop, choices.damping)
        weight = torch.from_numpy(kept).float()
    elif choices.crop < SIDE:
        margin = (SIDE - choices.crop) // 2
        inside = torch.zeros(SIDE, SIDE)
        inside[margin : margin + choices.crop, margin : margin + choices.crop] = 1
        weight = weight * inside.flatten()
    # What is lost on the mean image, the bias makes up for.
    bias = bias + (before - weight) @ torch.from_numpy(mean).float()
    final = mlp.from_layers([(weight, bias), *rest])
    layout = plan(final, choices.crop, levels)
    layout = replace(layout, parts=(first, *layout.parts[1:]))  # the scale of those steps
    return picture.encode(final, layout, table, choices.coding)
