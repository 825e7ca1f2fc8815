"""Peers that no run of the book has the time, or the libraries, to measure.

They are trained as long as this report's own pictures, with as much augmentation, each at the
settings that are best on validation; and the standard NNC runs in an environment of its own.
``book/published/cross_section.csv`` holds what was last measured, and when.
"""

from dataclasses import dataclass, replace
from datetime import date
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
import torch

from jpegnet.data.labelled import Dataset, Labelled
from jpegnet.kept import files, paths
from jpegnet.kept.chapters.comparing import CrossSection
from jpegnet.methods.nnc import Nnc
from jpegnet.methods.through_codec.teacher import copies
from jpegnet.nets.train import Recipe
from jpegnet.studies import carried
from jpegnet.studies.cross_section import PUBLIC_COLUMNS, Entry, measured, trained_anew

_RATES = (0.25, 1.0, 2.0)  # of the usual ones
_SHORT = 6  # what is chosen, is chosen by runs of a sixth of the epochs
_QPS = (-24, -20, -16, -12, -10)
COLUMNS = [*PUBLIC_COLUMNS, "val_accuracy", "measured"]


@dataclass(frozen=True)
class _Try:
    """A multiple of the usual learning rates; and images, or these with warped copies of them."""

    rate: float
    data: Dataset
    parts: int  # the images and their copies: an epoch of these is so many

    def entries(self, settings: CrossSection, epochs: int, reference: Recipe) -> list[Entry]:
        """Those of `trained_anew`; ``epochs`` of as many images as there are."""
        settings = replace(settings, rate=self.rate, epochs=epochs // self.parts)
        return list(trained_anew(settings, reference, self.data))


def _warped(data: Dataset) -> tuple[Dataset, int]:
    """The data with warped copies of the images it trains on; by what factor that is more."""
    more = [data.train.inputs, *copies(data.train.inputs)]
    train = Labelled(torch.cat(more), data.train.labels.repeat(len(more)))
    return replace(data, name=f"{data.name}, warped", train=train), len(more)


def trained_long(settings: CrossSection, reference: Recipe, data: Dataset) -> pd.DataFrame:
    """The entries of `trained_anew`, each at the best of several settings: rows of `measured`.

    Which learning rate, and whether to see warped images, is chosen on validation by one short
    run each.
    """
    kinds = ((data, 1), _warped(data))
    tries = [_Try(rate, *kind) for rate, kind in product(_RATES, kinds)]
    few, found = max(settings.epochs // _SHORT, tries[-1].parts), []
    for t in tries:
        jobs = [(entry, 0) for entry in t.entries(settings, few, reference)]
        found.append(measured(jobs, t.data)["val_accuracy"])
    best, tables = np.argmax(found, axis=0), []
    for i, t in enumerate(tries):
        entries = t.entries(settings, settings.epochs, reference)
        chosen = [entry for entry, which in zip(entries, best, strict=True) if which == i]
        named = [replace(e, label=f"{e.label}, {settings.epochs} epochs") for e in chosen]
        if jobs := list(product(named, range(settings.seeds))):
            tables.append(measured(jobs, t.data))
    return pd.concat(tables, ignore_index=True)


def nnc(reference: Recipe, seeds: int, data: Dataset) -> pd.DataFrame:
    """NNC on the reference networks: rows of `measured`.

    Raises:
        OSError: there is no environment with nncodec.
    """
    entries = [Entry("standard", f"NNC, qp {qp}", Nnc(qp), reference, False) for qp in _QPS]
    return measured([(entry, seed) for entry in entries for seed in range(seeds)], data)


def _path() -> Path:
    return paths.PUBLISHED / "cross_section.csv"


def write(table: pd.DataFrame) -> Path:
    """Keep rows of `measured` with today's date; returns the file's path."""
    table = table.assign(measured=date.today().isoformat())
    with files.replacing(_path()) as temporary:
        table[COLUMNS].to_csv(temporary, index=False, float_format="%.6g")
    return _path()


def read() -> pd.DataFrame:
    """What was last measured: a row a run, with the columns ``COLUMNS``.

    Raises:
        ValueError: the file is not as `write` left it; the message says how to mend it.
    """
    return carried.table(_path(), COLUMNS)
