"""The study of one picture: what a file costs, by its parts, by quality, and by each choice."""

import functools
from dataclasses import replace
from itertools import product

import numpy as np
import pandas as pd
import torch
from torch.nn import functional

from jpegnet import data, mlp, picture
from jpegnet.artifacts import stage
from jpegnet.codecs import segments
from jpegnet.compress import Choices, compress, input_moments
from jpegnet.compute import thread_map
from jpegnet.mlp import Evaluator, State
from jpegnet.train import recipe, train_run, train_runs

# What is tried, in this order, each on top of what was taken before: name, and alternatives of
# which the best, if it saves bytes, is taken.
STEPS: list[tuple[str, list[dict]]] = [
    ("Huffman tables made for the file", [{"coding": "optimised"}]),
    ("progressive scans", [{"coding": "progressive"}]),
    ("unlit weights to zero", [{"unlit": True}]),
    ("tiles cropped to whole blocks", [{"crop": 24}, {"crop": 16}]),
    ("a table for the network", [{"exponent": 0.5}, {"exponent": 1.0}]),
    ("another scaling of tiles", [{"scaling": "gain"}, {"scaling": "global"}]),
    ("tiles in order of likeness", [{"order": True}]),
    ("later layers finer or coarser", [{"ratio": 0.5}, {"ratio": 2.0}, {"ratio": 4.0}]),
    ("rounding that makes up for errors", [{"damping": 0.3}, {"damping": 1.0}, {"damping": 3.0}]),
]


@functools.cache
def _evaluators() -> tuple[Evaluator, Evaluator]:
    split = data.load()
    return Evaluator(split.validation), Evaluator(split.test)


def prepare(epochs: int, seeds: int) -> None:
    """Train what is missing, and compute once what several threads will want."""
    train_runs(recipe("reference", epochs), range(seeds))
    _evaluators()
    input_moments()


def divergence(before: torch.Tensor, after: torch.Tensor) -> float:
    """Mean Kullback-Leibler divergence, in nats, of answers from logits (n, 10) and (n, 10)."""
    logs = functional.log_softmax(after.double(), 1), functional.log_softmax(before.double(), 1)
    return functional.kl_div(*logs, reduction="batchmean", log_target=True).item()


@stage
def cost_run(epochs: int, seed: int, choices: Choices, limit: float) -> dict:
    """How many bytes a network takes at a given faithfulness on the validation images.

    Faithfulness, because it tells choices apart that accuracy on 5,000 images does not.

    Returns:
        ``cost.json``: quality, the lowest one at which the answers diverge (`divergence`) from
        the float32 network's by at most ``limit``, and bytes there, interpolated between it and
        the quality below; both None if quality 100 diverges more.
    """
    state = train_run(recipe("reference", epochs), seed)["network.safetensors"]
    validation, _ = _evaluators()
    reference = validation.logits(state)

    @functools.cache
    def at(quality: int) -> tuple[float, float]:
        file = compress(state, quality, choices)
        return divergence(reference, validation.logits(picture.decode(file))), len(file)

    if at(100)[0] > limit:
        return {"cost.json": {"quality": None, "bytes": None}}
    low, high = 0, 100  # diverges more, or is no quality; diverges at most by the limit
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if at(middle)[0] <= limit else (middle, high)
    size = at(high)[1]
    if low:
        logs = np.log([at(low), at(high)])  # a power law between the two
        size = np.exp(np.interp(np.log(limit), logs[::-1, 0], logs[::-1, 1]))
    return {"cost.json": {"quality": high, "bytes": float(size)}}


def costs(epochs: int, seeds: int, options: list[Choices], limit: float) -> np.ndarray:
    """`cost_run`'s bytes, float64 (options, seeds); NaN where the limit is not reached."""
    jobs = list(product(options, range(seeds)))
    runs = thread_map(lambda job: cost_run(epochs, job[1], job[0], limit), jobs, "choices")
    found = [run["cost.json"]["bytes"] for run in runs]
    return np.array(found, float).reshape(len(options), seeds)


def ladder(epochs: int, seeds: int, limit: float) -> tuple[pd.DataFrame, Choices]:
    """Take `STEPS` one after the other, each alternative measured alone and on top of the rest.

    Returns:
        A row an alternative (step, setting, alone and together: mean over seeds of the bytes in
        per cent of those without it; bytes, of all so far; taken), and the choices taken.
    """
    plain = Choices()
    rows, taken = [], plain
    start = now = costs(epochs, seeds, [plain], limit)[0]
    for name, changes in STEPS:
        fits = [change for change in changes if not ("damping" in change and taken.crop % 8)]
        together = [replace(taken, **change) for change in fits]
        alone = [replace(plain, **change) for change in fits if "damping" not in change]
        measured = costs(epochs, seeds, together + alone, limit)
        sums, singles = measured[: len(together)], measured[len(together) :]
        best = int(np.nanargmin(sums.mean(1))) if np.isfinite(sums.mean(1)).any() else None
        better = best is not None and sums[best].mean() < now.mean()
        for i, change in enumerate(fits):
            rows.append(
                {
                    "step": name,
                    "setting": ", ".join(f"{k} {v}" for k, v in change.items()),
                    "alone": 100 * (singles[i] / start).mean() if len(singles) else np.nan,
                    "together": 100 * (sums[i] / now).mean(),
                    "bytes": sums[i].mean(),
                    "taken": better and i == best,
                }
            )
        if better:
            taken, now = together[best], sums[best]
    first = {"step": "one plain picture", "setting": "", "bytes": start.mean(), "taken": True}
    return pd.DataFrame([first, *rows]), taken


@stage
def curve_run(epochs: int, seed: int, choices: Choices, qualities: tuple[int, ...]) -> dict:
    """One network's picture at each quality, decoded from its bytes and evaluated.

    Returns:
        ``curve.csv``: quality, bytes, val_accuracy, test_accuracy, and the losses val_loss and
        test_loss, in points under the float32 network.
    """
    trained = train_run(recipe("reference", epochs), seed)
    state, before = trained["network.safetensors"], trained["result.json"]
    rows = []
    for quality in qualities:
        file = compress(state, quality, choices)
        decoded = picture.decode(file)
        row = {"quality": quality, "bytes": len(file)}
        for name, evaluator in zip(("val", "test"), _evaluators(), strict=True):
            row[f"{name}_accuracy"] = evaluator.accuracy(decoded)
            row[f"{name}_loss"] = before[f"{name}_accuracy"] - row[f"{name}_accuracy"]
        rows.append(row)
    return {"curve.csv": pd.DataFrame(rows).round(2)}


def curves(epochs: int, seeds: int, choices: Choices, qualities: tuple[int, ...]) -> pd.DataFrame:
    """`curve_run` of each seed, with the column seed."""

    def run(seed: int) -> pd.DataFrame:
        return curve_run(epochs, seed, choices, qualities)["curve.csv"].assign(seed=seed)

    return pd.concat(thread_map(run, range(seeds), "qualities"), ignore_index=True)


def byte_parts(state: State, quality: int, choices: Choices) -> dict[str, int]:
    """Bytes of a network's picture by part; they add up to the file.

    The tiles' share of the scans is that of the same picture with all else blank.
    """
    file = compress(state, quality, choices)
    found = segments(file)
    scans = sum(segment.scan for segment in found)
    shown = picture.load(file)
    decoded = mlp.layers(picture.decode(file))
    blank = [(decoded[0][0], 0 * decoded[0][1]), *[(0 * w, 0 * b) for w, b in decoded[1:]]]
    alone = picture.encode(mlp.from_layers(blank), shown.layout, shown.table, choices.coding)
    tiles = min(scans, sum(segment.scan for segment in segments(alone)))
    sizes = dict.fromkeys((219, 196, 234), 0)
    for segment in found:
        if segment.marker in sizes:
            sizes[segment.marker] += segment.end - segment.start
    parts = {
        "first layer": tiles,
        "later layers, biases": scans - tiles,
        "quantisation table": sizes[0xDB],
        "Huffman tables": sizes[0xC4],
        "layout": sizes[0xEA],
    }
    return parts | {"other headers": len(file) - sum(parts.values())}
