"""What each choice of the one picture saves: bytes at equal faithfulness, step by step."""

import functools
from dataclasses import replace
from itertools import product

import numpy as np
import pandas as pd

from jpegnet import article, picture
from jpegnet.article import Variant
from jpegnet.artifacts import stage
from jpegnet.codecs import Jpeg
from jpegnet.compress import Choices, compress
from jpegnet.compute import thread_map
from jpegnet.dct import BLOCK
from jpegnet.evaluation import divergence, evaluators
from jpegnet.mlp import State
from jpegnet.train import recipe, train_run

# What is tried, in this order, each on top of what was taken before: name, and alternatives of
# which the best, if it saves bytes, is taken.
STEPS: list[tuple[str, list[dict]]] = [
    ("another scaling of the tiles", [{"scaling": "gain"}, {"scaling": "global"}]),
    ("Huffman tables made for the file", [{"coding": "optimised"}]),
    ("progressive, or the smaller of both", [{"coding": "progressive"}, {"coding": "smallest"}]),
    ("weights of unlit pixels to zero", [{"unlit": True}]),
    ("tiles cropped to whole blocks", [{"crop": 24}, {"crop": 16}]),
    ("a table for the network", [{"exponent": 0.3}, {"exponent": 0.5}, {"exponent": 1.0}]),
    ("rounding that makes up for errors", [{"damping": 0.3}, {"damping": 1.0}, {"damping": 3.0}]),
    ("tiles in order of likeness", [{"order": True}]),
    ("later layers finer or coarser", [{"ratio": 2.0}, {"ratio": 0.5}]),
]
BEFORE = {
    "a file a tile, the rest as float16": Variant("tiles", "per-tile"),
    "one mosaic, the rest as float16": Variant("mosaic", "per-tile"),
    "everything in one plain picture": Choices(),
}


def _written(state: State, quality: int, how: Choices | Variant) -> tuple[int, State]:
    """Bytes of the whole network at a quality, and the network decoded from them."""
    if isinstance(how, Variant):
        packed = article.encode(state, Jpeg(quality), how)
        return packed.bytes, article.decode(packed, Jpeg(quality))
    file = compress(state, quality, how)
    return len(file), picture.decode(file)


@stage
def cost_run(epochs: int, seed: int, how: Choices | Variant, limit: float) -> dict:
    """How many bytes a network takes at a given faithfulness on the validation images.

    Faithfulness, because it tells choices apart that accuracy on 5,000 images does not.

    Returns:
        ``cost.json``: quality, the one that halving finds at which the answers diverge
        (`divergence`) from the float32 network's by at most ``limit``, but by more at the one
        below; and bytes at the limit. Divergence wavers with quality, so these are those of a
        power law through several qualities around. Both None if quality 100 diverges more.
    """
    state = train_run(recipe("reference", epochs), seed)["network.safetensors"]
    validation, _ = evaluators()
    reference = validation.logits(state)

    @functools.cache
    def at(quality: int) -> tuple[float, float]:
        size, decoded = _written(state, quality, how)
        return divergence(reference, validation.logits(decoded)), size

    if at(100)[0] > limit:
        return {"cost.json": {"quality": None, "bytes": None}}
    low, high = 0, 100  # diverges more, or is no quality; diverges at most by the limit
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if at(middle)[0] <= limit else (middle, high)
    if high == 1:
        return {"cost.json": {"quality": 1, "bytes": at(1)[1]}}
    near = [quality for quality in range(high - 9, high + 10, 3) if 1 <= quality <= 100]
    logs = np.log([at(quality) for quality in near])
    slope, intercept = np.polyfit(logs[:, 0], logs[:, 1], 1)
    size = np.exp(intercept + slope * np.log(limit))
    return {"cost.json": {"quality": high, "bytes": float(size)}}


def costs(epochs: int, seeds: int, options: list[Choices | Variant], limit: float) -> np.ndarray:
    """`cost_run`'s bytes, float64 (options, seeds); NaN where the limit is not reached."""
    jobs = list(product(options, range(seeds)))
    runs = thread_map(lambda job: cost_run(epochs, job[1], job[0], limit), jobs, "choices")
    found = [run["cost.json"]["bytes"] for run in runs]
    return np.array(found, float).reshape(len(options), seeds)


def ladder(epochs: int, seeds: int, limit: float) -> tuple[pd.DataFrame, Choices]:
    """Take `STEPS` one after the other, each alternative measured alone and on top of the rest.

    Returns:
        The steps, a row an alternative, after those of `BEFORE`: step, setting; bytes at the
        limit, of all so far, mean over seeds; ``alone`` and ``together``, the mean of bytes in
        per cent of those of the plain picture and of those of the steps taken before; taken.
        And the choices taken.
    """
    before = costs(epochs, seeds, list(BEFORE.values()), limit)
    rows = [{"step": n, "bytes": b.mean()} for n, b in zip(BEFORE, before, strict=True)]
    plain = taken = Choices()
    start = now = before[-1]
    for name, changes in STEPS:
        fits = [change for change in changes if "damping" not in change or taken.crop % BLOCK == 0]
        together = [replace(taken, **change) for change in fits]
        # Rounding needs whole blocks, so by itself it is no choice.
        alone = [replace(plain, **change) for change in fits if "damping" not in change]
        measured = costs(epochs, seeds, together + alone, limit)
        sums, singles = measured[: len(together)], measured[len(together) :]
        means = np.nan_to_num([now.mean(), *sums.mean(1)], nan=np.inf)
        best = int(means.argmin()) - 1  # -1: none is better
        rows += [
            {
                "step": name,
                "setting": " ".join(f"{k} {v}" for k, v in change.items()),
                "bytes": sums[i].mean(),
                "alone": 100 * (singles[i] / start).mean() if len(singles) else np.nan,
                "together": 100 * (sums[i] / now).mean(),
                "taken": "yes" if i == best else "no",
            }
            for i, change in enumerate(fits)
        ]
        if best >= 0:
            taken, now = together[best], sums[best]
    return pd.DataFrame(rows), taken
