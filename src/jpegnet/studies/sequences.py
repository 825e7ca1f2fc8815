"""The study of recurrent and attention networks as pictures, trained through the codec."""

import pandas as pd

from jpegnet.data.labelled import Dataset
from jpegnet.kept.chapters.sequences import Rows, Sequences
from jpegnet.methods.through_codec.recipe import CodecRecipe
from jpegnet.nets.attention import Attention
from jpegnet.nets.convolutional import Convolutional
from jpegnet.nets.network import Architecture
from jpegnet.nets.recurrent import Recurrent
from jpegnet.nets.train import Recipe
from jpegnet.studies import through_codec
from jpegnet.studies.headlines import Headline, of_each
from jpegnet.studies.summaries import summarise

ATTENTION = "attention"
# Budgets of bytes, and what a network within them should read of the test images (%).
AIMS = {2300: 99.0, 1250: 98.5, 1000: 98.0}  # recurrent ones
ATTENTION_AIMS = {2100: 98.5}
SEEDS = 3  # from which on a setting is judged
# What others published of networks that read a digit row by row, of which we ran the public code
# again: it gave this.
MARKS = pd.DataFrame(
    [("ATtiny85 recurrent 28-5-8-10", 472, 92.16, "int8 weights and biases")],
    columns=["network", "bytes", "test_accuracy", "counted"],
)


def architecture(cell: str, units: int) -> Architecture:
    """The network over the rows of an image that settings mean."""
    return Attention(units, inner=units) if cell == ATTENTION else Recurrent(cell, units)


def recipe(point: Rows, passes: int) -> CodecRecipe:
    """For networks over rows: small batches, and gradients that many steps do not swell."""
    usual = {"batch": 256, "shift": 2, "clip": 5.0, "jitter": 0.1, "passes": passes}
    aids = {"warped": point.warped, "teacher": point.teacher}
    if point.filters:
        aids["teaches"] = Convolutional(point.filters)
    network = architecture(point.cell, point.units)
    return CodecRecipe(network, point.price, point.epochs, **usual, **aids)


def grid(settings: Sequences) -> list[tuple[CodecRecipe, int]]:
    """The recipes of the grid, and how many seeds of each."""
    return [(recipe(point, settings.passes), point.seeds) for point in settings.grid]


def headlines(settings: Sequences) -> list[Headline]:
    """All networks of the grid."""
    return of_each(grid(settings))


def judged(table: pd.DataFrame) -> pd.DataFrame:
    """Means of the settings that were trained with at least `SEEDS` seeds, see `summarise`."""
    seeds = table.groupby("price")["seed"].transform("nunique")
    return summarise(table[seeds >= SEEDS], ["price"])


def runs(settings: Sequences, reference: Recipe, data: Dataset) -> pd.DataFrame:
    """The grid, trained by this run: see `through_codec.runs`."""
    return through_codec.runs(grid(settings), reference, data)
