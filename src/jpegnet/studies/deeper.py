"""The study of convolutional networks as pictures, trained through the codec."""

import math

import pandas as pd

from jpegnet.data.labelled import Dataset
from jpegnet.kept.chapters.deeper import Deeper, Kernels
from jpegnet.methods.through_codec.recipe import CodecRecipe
from jpegnet.nets.convolutional import Convolutional
from jpegnet.nets.train import Recipe
from jpegnet.picture import inspect
from jpegnet.studies import through_codec
from jpegnet.studies.headlines import Headline, of_each

# Budgets of bytes, and what a file within them should read of the test images, in per cent.
AIMS = {1400: 99.15, 1100: 99.0, 680: 98.3}
# Bytes as their authors count them; the first was run again from its public code, and gave this.
MARKS = pd.DataFrame(
    [
        ("Gural and Murmann 2019", 1525, 99.15, "all of it, in one message"),
        ("Havasi et al. 2018, MIRACLE, LeNet-5", 1520, 99.04, "the weights"),
        ("Oktay et al. 2020, LeNet-5", 2840, 99.0, "the weights"),
        ("820 parameters, 2024", 615, 98.34, "6 bits a weight, rounded by us"),
    ],
    columns=["network", "bytes", "test_accuracy", "counted"],
)
# Kernels of several sizes, on layers that see as much and hand on as much.
WAYS = {
    "8 × 8, a block each; 4 × 4, four a block": ((12, 8, 3), (32, 4, 2)),
    "5 × 5, line by line; 5 × 5, line by line": ((12, 5, 3), (32, 5, 2)),
    "4 × 4, four a block, three layers": ((8, 4, 2), (16, 4, 1), (32, 4, 2)),
}


def recipe(point: Kernels, passes: int) -> CodecRecipe:
    """For convolutional networks: small batches, and some samples a level off, as decoders are."""
    usual = {"batch": 256, "jitter": 0.1, "passes": passes, "warped": point.warped}
    return CodecRecipe(Convolutional(point.layers), point.price, point.epochs, **usual)


def grid(settings: Deeper) -> list[tuple[CodecRecipe, int]]:
    """The recipes of the grid, and how many seeds of each."""
    return [(recipe(point, settings.passes), point.seeds) for point in settings.grid]


def headlines(settings: Deeper) -> list[Headline]:
    """All networks of the grid."""
    return of_each(grid(settings))


def runs(settings: Deeper, reference: Recipe, data: Dataset) -> pd.DataFrame:
    """The grid, trained by this run: see `through_codec.runs`."""
    return through_codec.runs(grid(settings), reference, data)


def ways(settings: Deeper, reference: Recipe, data: Dataset) -> pd.DataFrame:
    """Networks of several kernels at one price: a row a way, means over seeds.

    Columns: kernels; parameters (at the start); bytes, val_loss, val_accuracy, test_accuracy.
    """
    price, long = settings.grid[0].price, (settings.way_epochs, settings.way_seeds)
    points = [Kernels(price, layers, *long) for layers in WAYS.values()]
    table = through_codec.runs([(recipe(p, 0), p.seeds) for p in points], reference, data)
    means = table.groupby("recipe").mean(numeric_only=True)
    counted = [sum(map(math.prod, Convolutional(p.layers).shapes.values())) for p in points]
    columns = ["bytes", "val_loss", "val_accuracy", "test_accuracy"]
    return means[columns].assign(kernels=list(WAYS), parameters=counted)


def headers(files: list[bytes]) -> float:
    """Mean bytes of files beside their scans: tables, layout, markers."""
    sizes = [len(file) - inspect.segment_bytes(file)["scans"] for file in files]
    return sum(sizes) / len(sizes)
