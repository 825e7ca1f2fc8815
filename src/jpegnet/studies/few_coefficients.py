"""The study of wide networks with few coefficients a unit, beside narrow ones with all weights."""

from functools import partial
from itertools import product

import numpy as np
import pandas as pd

from jpegnet.data.labelled import Dataset
from jpegnet.kept.chapters.comparing import OtherBases
from jpegnet.kept.parallel import each
from jpegnet.nets.inbasis import InBasis
from jpegnet.nets.mlp import Mlp
from jpegnet.nets.network import fresh
from jpegnet.nets.train import Recipe, train_run

_RATE = 3e-3
BASES = ("DCT", "Fourier")  # the second for the narrowest of `OtherBases.widths` alone


def _result(data: Dataset, job: tuple[Recipe, int]) -> dict:
    return train_run(*job, data)["result.json"]


def trained(settings: OtherBases, data: Dataset) -> pd.DataFrame:
    """Networks trained with few coefficients from the start, and dense ones; a row a run.

    Columns: basis (``pixels`` for a dense network), coefficients (a tile), width (hidden units),
    parameters, operations (multiplications and additions an image), seed, val_accuracy,
    test_accuracy (per cent).
    """
    networks = [("pixels", Mlp((784, width, 10))) for width in settings.dense]
    for width, count in product(settings.widths, settings.trained):
        some = BASES[:1] if width > min(settings.widths) else BASES
        networks += [(basis, InBasis(basis, count, width)) for basis in some]
    networks.sort(key=lambda found: -found[1].operations)  # the longest runs first
    jobs, rows = [], []
    for (basis, architecture), seed in product(networks, range(settings.trained_seeds)):
        recipe = Recipe(settings.epochs, _RATE, cosine=True, architecture=architecture)
        jobs.append((recipe, seed))
        rows.append({"basis": basis, **_facts(architecture), "seed": seed})
    found = each(partial(_result, data), jobs, "few coefficients")
    return pd.concat([pd.DataFrame(rows), pd.DataFrame(found)], axis=1)


def _facts(architecture: InBasis | Mlp) -> dict[str, int]:
    width, coefficients = architecture.shapes["0.weight"]
    facts = {"coefficients": coefficients, "width": width}
    facts["parameters"] = fresh(architecture).parameters
    return facts | {"operations": architecture.operations}


def beside_dense(runs: pd.DataFrame) -> pd.DataFrame:
    """Runs with few coefficients, with ``ahead`` and ``times``.

    They compare with dense networks of as many parameters and the same seed, between those that
    were trained: ``ahead``, points of test accuracy, along the logarithm of the parameters;
    ``times``, their operations, which are proportional to these. Missing outside their range.
    """
    found = []
    for seed, few in runs[runs["basis"] != "pixels"].groupby("seed"):
        dense = runs[(runs["basis"] == "pixels") & (runs["seed"] == seed)]
        dense = dense.sort_values("parameters")
        known, size = np.log(dense["parameters"]), np.log(few["parameters"])
        level = np.interp(size, known, dense["test_accuracy"], left=np.nan, right=np.nan)
        work = np.exp(np.interp(size, known, np.log(dense["operations"])))
        found.append(few.assign(ahead=few["test_accuracy"] - level, times=few["operations"] / work))
    return pd.concat(found, ignore_index=True)
