"""What each choice of the one picture saves: bytes at equal faithfulness, step by step."""

import functools
from dataclasses import replace
from itertools import product

import numpy as np
import pandas as pd

from jpegnet.data.labelled import Dataset
from jpegnet.jpeg.dct import BLOCK
from jpegnet.kept.artifacts import stage
from jpegnet.kept.parallel import each
from jpegnet.methods.article import Article
from jpegnet.methods.measure import Judge
from jpegnet.methods.method import Graded
from jpegnet.methods.posttraining import Choices, PostTraining
from jpegnet.nets.train import Recipe, trained

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
BEFORE: dict[str, Graded] = {
    "a file a tile, the rest as float16": Article("tiles", "per-tile"),
    "one mosaic, the rest as float16": Article("mosaic", "per-tile"),
    "everything in one plain picture": PostTraining(),
}


@stage
def cost_run(method: Graded, recipe: Recipe, seed: int, data: Dataset, limit: float) -> dict:
    """How many bytes a network takes at a given faithfulness on the validation images.

    Faithfulness, because it tells choices apart that accuracy on 5,000 images does not.

    Returns:
        ``cost.json``: quality, the one that halving finds at which the answers diverge
        (`divergence`) from the float32 network's by at most ``limit``, but by more at the one
        below; and bytes at the limit. Divergence wavers with quality, so these are those of a
        power law through several qualities around. Both None if quality 100 diverges more.
    """
    judge = Judge(trained(recipe, seed, data), {"val": data.validation})

    @functools.cache
    def at(quality: int) -> tuple[float, float]:
        row = judge.measure(method.at(quality))
        return row["val_divergence"], row["bytes"]

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


def costs(
    methods: list[Graded], recipe: Recipe, seeds: int, data: Dataset, limit: float
) -> np.ndarray:
    """`cost_run`'s bytes, float64 (methods, seeds); NaN where the limit is not reached."""
    jobs = list(product(methods, range(seeds)))
    runs = each(functools.partial(_cost, recipe, data, limit), jobs, "choices")
    found = [run["cost.json"]["bytes"] for run in runs]
    return np.array(found, float).reshape(len(methods), seeds)


def _cost(recipe: Recipe, data: Dataset, limit: float, job: tuple[Graded, int]) -> dict:
    method, seed = job
    return cost_run(method, recipe, seed, data, limit)


def ladder(
    recipe: Recipe, seeds: int, data: Dataset, limit: float
) -> tuple[pd.DataFrame, PostTraining]:
    """Take `STEPS` one after the other, each alternative measured alone and on top of the rest.

    Returns:
        The steps, a row an alternative, after those of `BEFORE`: step, setting; bytes at the
        limit, of all so far, mean over seeds; ``alone`` and ``together``, the mean of bytes in
        per cent of those of the plain picture and of those of the steps taken before; taken.
        And the method with the choices taken.
    """
    before = costs(list(BEFORE.values()), recipe, seeds, data, limit)
    rows = [{"step": n, "bytes": b.mean()} for n, b in zip(BEFORE, before, strict=True)]
    plain = taken = Choices()
    start = now = before[-1]
    for name, changes in STEPS:
        fits = [change for change in changes if "damping" not in change or taken.crop % BLOCK == 0]
        together = [replace(taken, **change) for change in fits]
        # Rounding needs whole blocks, so by itself it is no choice.
        alone = [replace(plain, **change) for change in fits if "damping" not in change]
        tried = [PostTraining(choices, data.train) for choices in together + alone]
        measured = costs(tried, recipe, seeds, data, limit)
        sums, singles = measured[: len(together)], measured[len(together) :]
        means = np.nan_to_num([now.mean(), *sums.mean(1)], nan=np.inf)
        best = int(means.argmin()) - 1  # -1: none is better
        for i, change in enumerate(fits):
            setting = " ".join(f"{k} {v}" for k, v in change.items())
            share = 100 * (singles[i] / start).mean() if len(singles) else np.nan
            row = {"step": name, "setting": setting, "bytes": sums[i].mean(), "alone": share}
            together_share = 100 * (sums[i] / now).mean()
            rows.append(row | {"together": together_share, "taken": "yes" if i == best else "no"})
        if best >= 0:
            taken, now = together[best], sums[best]
    return pd.DataFrame(rows), PostTraining(taken, data.train)
