"""The sweep: JPEG quality against accuracy and bytes, for every variant, base and seed."""

import functools
from itertools import product

import numpy as np
import pandas as pd
import torch

from jpegnet import data
from jpegnet.article import VARIANTS, Variant, decode, encode
from jpegnet.artifacts import stage
from jpegnet.codecs import Jpeg
from jpegnet.compute import thread_map
from jpegnet.estimates import mean_ci
from jpegnet.mlp import Evaluator, State, parameters
from jpegnet.settings import Settings
from jpegnet.train import recipe, train_run, train_runs

PUBLIC_COLUMNS = [
    *("seed", "base", "layout", "scaling", "quality"),
    *("bytes", "header_bytes", "test_accuracy"),
]
SETTING = ["base", "layout", "scaling", "quality"]


@functools.cache
def _evaluators() -> tuple[Evaluator, Evaluator]:
    split = data.load()
    return Evaluator(split.validation), Evaluator(split.test)


@stage
def sweep_run(
    base: str, epochs: int, seed: int, variant: Variant, qualities: tuple[int, ...], validate: bool
) -> dict:
    """Encode, decode and evaluate one network at each quality.

    Returns:
        ``sweep.csv``: quality, bytes (of the whole network), picture_bytes, header_bytes,
        bits_per_weight, test_accuracy, test_loss (points under the float32 network), and
        with ``validate`` val_loss, likewise (else empty).
    """
    trained = train_run(recipe(base, epochs), seed)
    state, before = trained["network.safetensors"], trained["result.json"]
    validation, test = _evaluators()
    rows = []
    for quality in qualities:
        packed = encode(state, Jpeg(quality), variant)
        decoded = decode(packed, Jpeg(quality))
        accuracy = test.accuracy(decoded)
        val_loss = before["val_accuracy"] - validation.accuracy(decoded) if validate else np.nan
        rows.append(
            {
                "quality": quality,
                "bytes": packed.bytes,
                "picture_bytes": packed.picture_bytes,
                "header_bytes": packed.header_bytes,
                "bits_per_weight": 8 * packed.bytes / parameters(state),
                "test_accuracy": accuracy,
                "test_loss": round(before["test_accuracy"] - accuracy, 2),
                "val_loss": round(val_loss, 2),
            }
        )
    return {"sweep.csv": pd.DataFrame(rows)}


def sweep_table(settings: Settings) -> pd.DataFrame:
    """Every run of a profile: the columns of `sweep_run` after seed, base, layout, scaling."""
    grids = {"reference": settings.qualities, "article97": settings.qualities97}
    for base in grids:
        train_runs(recipe(base, settings.epochs), range(settings.seeds))
    _evaluators()  # once, before the threads want them

    def run(job: tuple[str, Variant, int]) -> pd.DataFrame:
        base, variant, seed = job
        validate = seed < settings.validation_seeds
        result = sweep_run(base, settings.epochs, seed, variant, grids[base], validate)
        labels = {"seed": seed, "base": base, "layout": variant.layout, "scaling": variant.scaling}
        return result["sweep.csv"].assign(**labels)

    jobs = list(product(grids, VARIANTS, range(settings.seeds)))
    table = pd.concat(thread_map(run, jobs, "sweep"), ignore_index=True)
    return table[["seed", *SETTING, *table.columns.drop(["seed", *SETTING])]]


def summarise(table: pd.DataFrame) -> pd.DataFrame:
    """One row a setting: means over seeds, and for accuracy and loss 95 % intervals.

    Columns: base, layout, scaling, quality; bytes, picture_bytes, header_bytes,
    bits_per_weight, test_accuracy, test_loss, val_loss (means); ``*_low`` and ``*_high`` of
    test_accuracy and test_loss.
    """
    groups = table.groupby(SETTING)
    means = groups.mean().drop(columns="seed")
    for name in ("test_accuracy", "test_loss"):
        estimates = groups[name].apply(lambda values: mean_ci(values.to_list()))
        means[f"{name}_low"] = [e.ci_low for e in estimates]
        means[f"{name}_high"] = [e.ci_high for e in estimates]
    return means.reset_index()


def select(summary: pd.DataFrame, base: str, variant: Variant) -> pd.DataFrame:
    """The rows of one base and variant, by rising quality."""
    wanted = (
        (summary["base"] == base)
        & (summary["layout"] == variant.layout)
        & (summary["scaling"] == variant.scaling)
    )
    return summary[wanted].sort_values("quality", ignore_index=True)


def knee(rows: pd.DataFrame, tolerance: float) -> pd.Series:
    """The lowest quality from which on no quality loses more than ``tolerance`` points.

    Chosen on the mean loss over the validation images (``val_loss``); the row that is returned
    holds the test figures to report.

    Raises:
        ValueError: even the highest quality loses more.
    """
    good = rows["val_loss"] <= tolerance
    from_here_on = good[::-1].cummin()[::-1]
    if not from_here_on.any():
        raise ValueError(f"no quality keeps the validation loss within {tolerance} points")
    return rows[from_here_on].iloc[0]


def cheapest(summary: pd.DataFrame, tolerance: float) -> pd.Series:
    """Of the reference network's knees in all variants, the one with the fewest bytes."""
    knees = []
    for variant in VARIANTS:
        rows = select(summary, "reference", variant)
        if rows["val_loss"].iloc[-1] <= tolerance:
            knees.append(knee(rows, tolerance))
    return min(knees, key=lambda row: row["bytes"])


def confusion(logits: torch.Tensor, labels: torch.Tensor) -> np.ndarray:
    """Counts, int64 (10, 10): row the true digit, column the digit that was read."""
    return np.bincount(10 * labels.numpy() + logits.argmax(1).numpy(), minlength=100).reshape(
        10, 10
    )


def decoded_logits(state: State, quality: int, variant: Variant) -> torch.Tensor:
    """Test logits (10000, 10) of the network decoded from its JPEG bytes at a quality."""
    packed = encode(state, Jpeg(quality), variant)
    return _evaluators()[1].logits(decode(packed, Jpeg(quality)))
