"""Methods measured on trained networks: the runs that several chapters are made of."""

from collections.abc import Sequence
from functools import partial

import pandas as pd

from jpegnet.data.labelled import Dataset
from jpegnet.kept.artifacts import stage
from jpegnet.kept.parallel import each
from jpegnet.methods.measure import Judge
from jpegnet.methods.method import Method
from jpegnet.nets.train import Recipe, train_runs, trained

Job = tuple[tuple[Method, ...], int]  # methods, and the seed of the network that they encode


@stage
def measure_run(
    methods: tuple[Method, ...], recipe: Recipe, seed: int, data: Dataset, choosing: bool = True
) -> dict:
    """Each method on one trained network: on the test images, and on those that one chooses by.

    Args:
        choosing: whether something is chosen by the result, so that the validation images count.

    Returns:
        ``measured.csv``: a row a method, with the columns of `Judge.measure`, ``test_…`` and, if
        choosing, ``val_…``.
    """
    kinds = {"val": data.validation} if choosing else {}
    judge = Judge(trained(recipe, seed, data), kinds | {"test": data.test})
    return {"measured.csv": pd.DataFrame([judge.measure(method) for method in methods])}


def measured(
    jobs: Sequence[Job],
    recipe: Recipe,
    data: Dataset,
    label: str,
    choosing: bool = True,
) -> pd.DataFrame:
    """`measure_run` of each job, several at once, with the column seed.

    Args:
        jobs: the methods of one job are measured one after the other.
        recipe: of the networks that are encoded; what is not trained yet, is trained first.
        label: of the progress bar.
        choosing: see `measure_run`.
    """
    train_runs(recipe, sorted({seed for _, seed in jobs}), data)
    tables = each(partial(_measured, recipe, data, choosing), jobs, label)
    seeds = [seed for _, seed in jobs]
    parts = [table.assign(seed=seed) for table, seed in zip(tables, seeds, strict=True)]
    return pd.concat(parts, ignore_index=True)


def _measured(recipe: Recipe, data: Dataset, choosing: bool, job: Job) -> pd.DataFrame:
    methods, seed = job
    return measure_run(methods, recipe, seed, data, choosing)["measured.csv"]
