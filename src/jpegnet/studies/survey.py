"""What a picture codec sees in anybody's network: each matrix of a safetensors file, measured.

A matrix is looked at as a grey picture, an entry a pixel. The *coding gain* of the 8 × 8 DCT says
how far neighbouring entries are alike; what is left of it when all entries are shuffled is chance.
Its bytes as JPEG stand beside those of int8 and int4 under zstd, at equal error.
"""

from functools import partial
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
from safetensors import SafetensorError, safe_open

from jpegnet.codecs.jpeg import Jpeg
from jpegnet.jpeg.dct import BLOCK
from jpegnet.kept.parallel import each
from jpegnet.methods.pictured import coded, coding_gain, in_order, integers, shuffled

QUALITIES = (20, 40, 60, 75, 85, 92, 97, 100)
FLOATS = ("F64", "F32", "F16", "BF16")
# What sort of layer a matrix belongs to, in pages' words, where a study knows.
FIRST, FILTERS, LINEAR = "first layer, tiles", "filters", "linear, deeper"
ATTENTION, POSITIONS, WORDS = "attention", "positions", "words"
PICTURE, LITTLE, NOISE = "a picture", "a little of a picture", "noise to a picture codec"
_PICTURE_DB, _LITTLE_DB = 1.0, 0.2  # gain beyond that of the shuffled matrix
_BLOCKS = 16  # fewer tell nothing


def verdict(gain: float, by_chance: float) -> str:
    """In words, what a matrix is to a picture codec."""
    excess = gain - by_chance
    return PICTURE if excess >= _PICTURE_DB else LITTLE if excess >= _LITTLE_DB else NOISE


def why_not(matrix: np.ndarray) -> str | None:
    """Why a matrix has no figures."""
    if odd := matrix.size - int(np.isfinite(matrix).sum()):
        return f"{odd:,} entries are no finite numbers"
    if matrix.min() == matrix.max():
        return "all entries are equal"
    rows, columns = (side // BLOCK for side in matrix.shape)
    return f"too small to tell: fewer than {_BLOCKS} blocks" if rows * columns < _BLOCKS else None


def surveyed(matrix: np.ndarray) -> dict:
    """All figures of a matrix, float32 (rows, columns); see `survey`."""
    if why := why_not(matrix):
        return {"verdict": why}
    pictures = {"jpeg": matrix, "shuffled": shuffled(matrix)}
    told = {"gain_db": coding_gain(matrix), "shuffled_db": coding_gain(pictures["shuffled"])}
    told["ordered_db"] = coding_gain(in_order(matrix))
    power, kept = float(np.square(matrix, dtype=np.float64).sum()), {}
    for name, levels in (("int8", 255), ("int4", 15)):
        kept[name] = integers(matrix, levels)
    for (kind, picture), quality in product(pictures.items(), QUALITIES):
        kept[f"{kind}_{quality}"] = coded(picture, Jpeg(quality, optimize=True))
    for name, (size, error) in kept.items():
        told[f"{name}_bits"] = 8 * size / matrix.size
        told[f"{name}_error"] = (error / power) ** 0.5
    for kind, name in product(pictures, ("int8", "int4")):
        told[f"{kind}_at_{name}_bits"] = _at(told, kind, told[f"{name}_error"])
    return told | {"verdict": verdict(told["gain_db"], told["shuffled_db"])}


def _at(told: dict, kind: str, error: float) -> float:
    """JPEG's bits a weight at a relative error, between its qualities; NaN beyond them."""
    errors = [told[f"{kind}_{quality}_error"] for quality in QUALITIES][::-1]
    bits = [told[f"{kind}_{quality}_bits"] for quality in QUALITIES][::-1]
    known = np.log(np.maximum(errors, 1e-12))  # rising: the best quality comes first
    return float(np.interp(np.log(error), known, bits, left=np.nan, right=np.nan))


def _read(path: Path, name: str) -> np.ndarray:
    with safe_open(path, "pt") as file:
        tensor = file.get_tensor(name)
    return tensor.reshape(len(tensor), -1).float().numpy()


def _row(path: Path, name: str) -> dict:
    matrix = _read(path, name)
    shape = "{} × {}".format(*matrix.shape)
    return {"matrix": name, "shape": shape, "weights": matrix.size} | surveyed(matrix)


def matrices(path: Path) -> tuple[list[str], int]:
    """Names of the floating-point tensors of two dimensions or more; how many others there are.

    Raises:
        ValueError: it is no whole safetensors file, or there is none in it.
    """
    try:
        with safe_open(path, "pt") as file:
            told = {name: file.get_slice(name) for name in file.keys()}  # noqa: SIM118
            kept = [
                name
                for name, tensor in told.items()
                if tensor.get_dtype() in FLOATS
                and len(shape := tensor.get_shape()) > 1
                and 0 not in shape
            ]
    except SafetensorError as error:
        raise ValueError(f"{path}: not a whole safetensors file: {error}") from error
    if not kept:
        raise ValueError(
            f"{path}: no matrix of floating-point numbers in it, of {len(told)} tensors"
        )
    return kept, len(told) - len(kept)


def survey(path: Path) -> pd.DataFrame:
    """Each matrix of a safetensors file, a row each, in the order of the file.

    Of a tensor of more dimensions, such as a convolution's kernels, the first are the rows. One
    matrix a core is in memory at a time.

    Columns: matrix (its name), shape, weights; gain_db (`coding_gain`), shuffled_db (of the
    shuffled entries), ordered_db (rows and columns in an order of likeness, whose bytes are not
    counted: it is free where the layer before or after takes the same order); for int8, int4, and
    jpeg_Q (Q being a quality) and shuffled_Q (of the shuffled entries), ``_bits`` a weight and
    ``_error``, the root of the squared error over the squares; jpeg_at_int8_bits, shuffled_at_…,
    …: what JPEG takes at their error, NaN where it is beyond the qualities; verdict. One without
    figures has a verdict that says why.

    Raises:
        ValueError: see `matrices`.
        OSError: the file cannot be read.
    """
    names, _ = matrices(path)
    return pd.DataFrame(each(partial(_row, path), names, "matrices"))


def told(table: pd.DataFrame) -> str:
    """A survey's rows as text, for a terminal: gains (dB), bits a weight, verdicts."""
    names = {"matrix": "matrix", "shape": "shape", "gain_db": "gain", "shuffled_db": "shuffled"}
    names |= {"ordered_db": "in order", "int4_bits": "int4", "int4_error": "its error"}
    names |= {"jpeg_at_int4_bits": "jpeg", "verdict": "verdict"}
    shown = table.reindex(columns=list(names)).rename(columns=names)
    lines = shown.to_string(index=False, na_rep="", float_format="{:.2f}".format)
    return f"{lines}\ngain in dB; int4, and jpeg at its error, in bits a weight"
