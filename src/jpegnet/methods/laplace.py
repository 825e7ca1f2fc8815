"""Whole numbers in few bytes: a range coder whose columns each have a Laplace distribution."""

import constriction
import numpy as np

stream = constriction.stream

_STEPS = 4  # a scale is a power of 2 ** (1 / _STEPS)
_NONE = 255  # a column of zeros alone


def encode(q: np.ndarray) -> bytes:
    """Whole numbers, (rows, columns), in bytes.

    The largest magnitude (2 bytes), a byte a column for its scale, then words of 4 bytes.

    Raises:
        ValueError: a magnitude beyond 32,767.
    """
    most = int(np.abs(q).max(initial=0))
    if most > np.iinfo("<i2").max:
        raise ValueError(f"{most} is more than two bytes hold")
    mean = np.abs(q).mean(0)  # the maximum-likelihood scale of a Laplace distribution
    with np.errstate(divide="ignore"):
        codes = np.where(mean > 0, np.clip(np.rint(_STEPS * np.log2(mean)) + 128, 0, 254), _NONE)
    codes, coder = codes.astype(np.uint8), stream.queue.RangeEncoder()
    numbers = q[:, codes != _NONE].astype(np.int32)
    if numbers.size:
        coder.encode(numbers.ravel(), *_model(most, codes, len(q)))
    words = coder.get_compressed().astype("<u4").tobytes()
    return np.array(most, "<u2").tobytes() + codes.tobytes() + words


def decode(data: bytes, shape: tuple[int, int]) -> np.ndarray:
    """The inverse of `encode`: → int32, of the shape that was encoded."""
    rows, columns = shape
    most, codes = int(np.frombuffer(data[:2], "<u2")[0]), np.frombuffer(data[2 : 2 + columns], "u1")
    found, some = np.zeros(shape, np.int32), codes != _NONE
    if some.any():
        coder = stream.queue.RangeDecoder(np.frombuffer(data[2 + columns :], "<u4").astype("u4"))
        found[:, some] = coder.decode(*_model(most, codes, rows)).reshape(rows, -1)
    return found


def _model(most: int, codes: np.ndarray, rows: int) -> tuple:
    """The family of distributions, and mean and scale of each number."""
    scales = 2.0 ** ((codes[codes != _NONE].astype(float) - 128) / _STEPS)
    scales = np.tile(scales, rows)
    return stream.model.QuantizedLaplace(-most, most), np.zeros(len(scales)), scales
