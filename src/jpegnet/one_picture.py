"""The study of one picture: what a file costs, by its parts, by quality, and by each choice."""

import functools
from dataclasses import replace
from itertools import product

import numpy as np
import pandas as pd
import torch
from torch.nn import functional

from jpegnet import article, data, mlp, picture
from jpegnet.article import Variant
from jpegnet.artifacts import stage
from jpegnet.codecs import Jpeg, segments
from jpegnet.compress import Choices, compress, input_moments
from jpegnet.compute import thread_map
from jpegnet.dct import BLOCK
from jpegnet.mlp import Evaluator, State
from jpegnet.train import recipe, train_run, train_runs

PUBLIC_COLUMNS = [
    *("file", "method", "architecture", "seed", "setting"),
    *("bytes", "val_accuracy", "test_accuracy"),
]
# What is tried, in this order, each on top of what was taken before: name, and alternatives of
# which the best, if it saves bytes, is taken.
STEPS: list[tuple[str, list[dict]]] = [
    ("another scaling of the tiles", [{"scaling": "gain"}, {"scaling": "global"}]),
    ("Huffman tables made for the file", [{"coding": "optimised"}]),
    ("progressive, or the smaller of both", [{"coding": "progressive"}, {"coding": "smallest"}]),
    ("weights of unlit pixels to zero", [{"unlit": True}]),
    ("tiles cropped to whole blocks", [{"crop": 24}, {"crop": 16}]),
    ("a table for the network", [{"exponent": 0.5}, {"exponent": 1.0}]),
    ("tiles in order of likeness", [{"order": True}]),
    ("later layers finer or coarser", [{"ratio": 2.0}, {"ratio": 0.5}]),
    ("rounding that makes up for errors", [{"damping": 0.3}, {"damping": 1.0}, {"damping": 3.0}]),
]
BEFORE = {
    "a file a tile, the rest as float16": Variant("tiles", "per-tile"),
    "one mosaic, the rest as float16": Variant("mosaic", "per-tile"),
    "everything in one plain picture": Choices(),
}


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
        ``cost.json``: quality, the lowest one at which the answers diverge (`divergence`) from
        the float32 network's by at most ``limit``, and bytes there, interpolated between it and
        the quality below; both None if quality 100 diverges more.
    """
    state = train_run(recipe("reference", epochs), seed)["network.safetensors"]
    validation, _ = _evaluators()
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
    size = at(high)[1]
    if low:
        logs = np.log([at(low), at(high)])  # a power law between the two
        size = np.exp(np.interp(np.log(limit), logs[::-1, 0], logs[::-1, 1]))
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
        mean = np.nan_to_num(sums.mean(1), nan=np.inf)
        best = int(mean.argmin())
        better = mean[best] < now.mean()
        rows += [
            {
                "step": name,
                "setting": " ".join(f"{k} {v}" for k, v in change.items()),
                "bytes": sums[i].mean(),
                "alone": 100 * (singles[i] / start).mean() if len(singles) else np.nan,
                "together": 100 * (sums[i] / now).mean(),
                "taken": "yes" if better and i == best else "no",
            }
            for i, change in enumerate(fits)
        ]
        if better:
            taken, now = together[best], sums[best]
    return pd.DataFrame(rows), taken


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


def network_files(
    epochs: int, choices: Choices, runs: pd.DataFrame
) -> tuple[pd.DataFrame, dict[str, bytes]]:
    """The files of some rows of `curves`: the rows of ``networks.csv``, and the files by name."""
    files = {}
    for run in runs.itertuples():
        state = train_run(recipe("reference", epochs), run.seed)["network.safetensors"]
        name = f"networks/post-training-seed{run.seed}-q{run.quality:03}.jpg"
        files[name] = compress(state, run.quality, choices)
    widths = [len(bias) for _, bias in mlp.layers(state)]
    rows = runs.assign(
        file=list(files),
        method="post-training",
        architecture="-".join(map(str, [state["0.weight"].shape[1], *widths])),
        setting=[f"quality {quality}" for quality in runs.quality],
    )
    return rows, files
