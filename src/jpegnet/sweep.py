"""The sweep: JPEG quality against accuracy and bytes, for every variant, base and seed."""

from itertools import product

import pandas as pd
import torch

from jpegnet.article import VARIANTS, Variant, decode, encode
from jpegnet.artifacts import stage
from jpegnet.codecs import Jpeg
from jpegnet.compute import thread_map
from jpegnet.evaluation import evaluators
from jpegnet.mlp import State, parameters
from jpegnet.train import recipe, train_run, train_runs

PUBLIC_COLUMNS = [
    *("seed", "base", "layout", "scaling", "quality"),
    *("bytes", "header_bytes", "test_accuracy"),
]
SETTING = ["base", "layout", "scaling", "quality"]


@stage
def sweep_run(
    base: str, epochs: int, seed: int, variant: Variant, qualities: tuple[int, ...]
) -> dict:
    """Encode, decode and evaluate one network at each quality.

    Returns:
        ``sweep.csv``: quality, bytes (of the whole network), picture_bytes, header_bytes,
        bits_per_weight, test_accuracy, test_loss and val_loss (points under the
        float32 network, on the test and on the validation images).
    """
    trained = train_run(recipe(base, epochs), seed)
    state, before = trained["network.safetensors"], trained["result.json"]
    validation, test = evaluators()
    rows = []
    for quality in qualities:
        packed = encode(state, Jpeg(quality), variant)
        decoded = decode(packed, Jpeg(quality))
        accuracy = test.accuracy(decoded)
        val_loss = before["val_accuracy"] - validation.accuracy(decoded)
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


def sweep_table(epochs: int, seeds: int, grids: dict[str, tuple[int, ...]]) -> pd.DataFrame:
    """Every run: the columns of `sweep_run` after seed, base, layout, scaling.

    Args:
        epochs: of the reference networks.
        grids: qualities of each base network.
    """
    for base in grids:
        train_runs(recipe(base, epochs), range(seeds))
    evaluators()  # once, before the threads want them

    def run(job: tuple[str, Variant, int]) -> pd.DataFrame:
        base, variant, seed = job
        result = sweep_run(base, epochs, seed, variant, grids[base])
        labels = {"seed": seed, "base": base, "layout": variant.layout, "scaling": variant.scaling}
        return result["sweep.csv"].assign(**labels)

    jobs = list(product(grids, VARIANTS, range(seeds)))
    table = pd.concat(thread_map(run, jobs, "sweep"), ignore_index=True)
    return table[["seed", *SETTING, *table.columns.drop(["seed", *SETTING])]]


def decoded_logits(state: State, quality: int, variant: Variant) -> torch.Tensor:
    """Test logits (10000, 10) of the network decoded from its JPEG bytes at a quality."""
    packed = encode(state, Jpeg(quality), variant)
    return evaluators()[1].logits(decode(packed, Jpeg(quality)))
