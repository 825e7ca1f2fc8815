"""Moments of a network's inputs, by which errors of its weights are judged.

For an error e of a unit's weights and inputs of second moments M = E[x xᵀ], what the next layer
sees of it is E[(e·x)²] = eᵀ M e. An orthonormal transform T of weights and inputs gives the same
number with T e and T M Tᵀ.
"""

from functools import cache

import numpy as np

from jpegnet.data.labelled import Labelled
from jpegnet.jpeg.dct import BLOCK, LUMINANCE, block_dct_matrix, block_order
from jpegnet.picture.tiles import ALIGNED, SIDE, margin

_BLOCK_DCT = block_dct_matrix()


@cache
def input_moments(inputs: Labelled) -> tuple[np.ndarray, np.ndarray]:
    """Of images of 28 × 28: mean, float64 (784,), and second moments E[x xᵀ], (784, 784)."""
    x = inputs.x.flatten(1)
    parts = [part.double().numpy() for part in x.split(10_000)]
    second = sum(part.T @ part for part in parts) / len(x)
    return x.double().mean(0).numpy(), second


def window(crop: int) -> np.ndarray:
    """Indices, of the 784 pixels, of the middle window, block by block: (blocks, 64)."""
    inside = np.arange(SIDE * SIDE).reshape(SIDE, SIDE)[margin(crop) :, margin(crop) :]
    return inside[:crop, :crop].ravel()[block_order(crop, crop)].reshape(-1, BLOCK * BLOCK)


def moments_in_dct(crop: int, matrix: np.ndarray) -> np.ndarray:
    """T A Tᵀ, (crop², crop²), for a matrix (784, 784) of the inputs: T is the block DCT."""
    seen = window(crop)
    blocks = matrix[np.ix_(seen.ravel(), seen.ravel())].reshape(2 * seen.shape)
    turned = np.einsum("ki,aibj,lj->akbl", _BLOCK_DCT, blocks, _BLOCK_DCT, optimize=True)
    return turned.reshape(seen.size, seen.size)


@cache
def network_table(inputs: Labelled, crop: int, exponent: float) -> np.ndarray:
    """A table for the network instead of the eye: steps ∝ h^(-exponent / 2), int (8, 8).

    h is the second moment of the input's coefficient, its mean over the blocks. With exponent 1
    each frequency's rounding then costs the next layer the same. The mean step is that of the
    eye's table, so that qualities are comparable.
    """
    moments = moments_in_dct(crop if crop % BLOCK == 0 else ALIGNED, input_moments(inputs)[1])
    h = np.diag(moments).reshape(-1, BLOCK, BLOCK).mean(0)
    steps = h ** (-exponent / 2)
    return np.rint(steps * LUMINANCE.mean() / steps.mean()).astype(int)


@cache
def _rounding_order(inputs: Labelled, crop: int, damping: float) -> tuple[np.ndarray, np.ndarray]:
    """Coefficients by falling variance of the input's, and the Cholesky factor for `rounded`."""
    mean, second = input_moments(inputs)
    H = moments_in_dct(crop, second - np.outer(mean, mean))
    order = np.argsort(-np.diag(H))
    H += damping * np.diag(H).mean() * np.eye(len(H))
    return order, np.linalg.cholesky(np.linalg.inv(H[np.ix_(order, order)])).T


def rounded(
    weights: np.ndarray, steps: np.ndarray, inputs: Labelled, crop: int, damping: float
) -> np.ndarray:
    """Weights whose coefficients are multiples of the steps; later ones make up for errors.

    Each coefficient in turn is rounded, and those that are still to come move to where the error
    e of all has the least variance eᵀ H e; H is the covariance of the input's coefficients, with
    ``damping`` times its mean diagonal added to the diagonal (Frantar et al., GPTQ, 2022,
    algorithm 1; there H is made from a layer's inputs themselves).

    Args:
        weights: (n, 784); those outside the window are not read, and become zero.
        steps: (8, 8), in units of weights.
    """
    seen, (order, U) = window(crop), _rounding_order(inputs, crop, damping)
    step = np.tile(steps.ravel(), len(seen))[order]
    left = (weights[:, seen] @ _BLOCK_DCT.T).reshape(len(weights), -1).T[order]  # (crop², n)
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
    result[:, seen] = coefficients.T.reshape(-1, *seen.shape) @ _BLOCK_DCT
    return result
