"""The sweep: JPEG quality against accuracy and bytes, for every variant, base and seed."""

from itertools import product

import pandas as pd
import torch

from jpegnet.data.labelled import Dataset
from jpegnet.methods.article import VARIANTS, Article
from jpegnet.nets.evaluation import evaluator
from jpegnet.nets.network import Network
from jpegnet.nets.train import Recipe
from jpegnet.studies.measured import measured

PUBLIC_COLUMNS = [
    *("seed", "base", "layout", "scaling", "quality"),
    *("bytes", "header_bytes", "test_accuracy", "codec"),
]
SETTING = ["base", "layout", "scaling", "codec", "quality", "variant"]


def sweep_table(
    bases: dict[str, Recipe],
    seeds: int,
    grids: dict[str, dict[Article, tuple[int, ...]]],
    data: Dataset,
) -> pd.DataFrame:
    """Every run: the columns of `measure_run` after seed and those of `SETTING`.

    ``variant`` is the `Article.label`.

    Args:
        bases: recipes of the networks, by the name of the base.
        grids: of each base the qualities of each variant. Knees are those of the reference, so
            only its networks see the validation images; ``val_…`` are missing elsewhere.
    """
    tables = []
    for base, recipe in bases.items():
        graded = [
            tuple(variant.at(quality) for quality in qualities)
            for variant, qualities in grids[base].items()
        ]
        jobs = list(product(graded, range(seeds)))
        labels = [method.label for methods, _ in jobs for method in methods]
        found = measured(jobs, recipe, data, f"sweep, {base}", choosing=base == "reference")
        tables.append(found.assign(base=base, variant=labels))
    table = pd.concat(tables, ignore_index=True)
    return table[["seed", *SETTING, *table.columns.drop(["seed", *SETTING])]]


def grid(qualities: tuple[int, ...], coarse: tuple[int, ...]) -> dict[Article, tuple[int, ...]]:
    """Qualities of each variant; min-max scaling is measured at the coarse ones."""
    return {v: coarse if v.scaling == "min-max" else qualities for v in VARIANTS}


def decoded_logits(network: Network, method: Article, data: Dataset) -> torch.Tensor:
    """Test logits (10000, 10) of the network decoded from its bytes."""
    return evaluator(data.test).logits(method.decode(method.encode(network)))
