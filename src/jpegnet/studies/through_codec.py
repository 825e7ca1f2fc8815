"""The study of training through the codec: prices, widths, what is left."""

import numpy as np
import pandas as pd

from jpegnet.data.labelled import Dataset
from jpegnet.jpeg.dct import BLOCK
from jpegnet.kept.chapters.compressing import Point, ThroughCodec
from jpegnet.methods.through_codec import method
from jpegnet.methods.through_codec.recipe import CodecRecipe
from jpegnet.methods.through_codec.training import codec_run
from jpegnet.nets.convolutional import Convolutional
from jpegnet.nets.mlp import Mlp
from jpegnet.nets.train import Recipe
from jpegnet.picture import inspect
from jpegnet.studies.headlines import Headline, of_each
from jpegnet.studies.measured import measured

LENET_PRICE = 1.1e-5
# Budgets of bytes, and what a file within them should read of the test images, in per cent.
AIMS = {2000: 98.5, 1400: 98.0, 900: 97.0}
# As read in the authors' own texts; bytes as they count them.
MARKS = pd.DataFrame(
    [
        ("Oktay et al. 2020, LeNet-300-100", 8560, 98.1, "fully connected"),
        ("Oktay et al. 2020, LeNet-5", 2840, 99.0, "convolutional"),
        ("BitNetMCU 2024, 256-64-64-64-10", 12300, 99.01, "fully connected, augmented"),
    ],
    columns=["network", "bytes", "test_accuracy", "kind"],
)


def recipe(point: Point, passes: int) -> CodecRecipe:
    """For networks of one hidden layer."""
    aids = {"warped": point.warped, "teacher": point.teacher}
    if point.filters:
        aids["teaches"] = Convolutional(point.filters)
    architecture = Mlp((784, point.units, 10))
    return CodecRecipe(architecture, point.price, point.epochs, passes=passes, **aids)


def lenet(epochs: int) -> CodecRecipe:
    """For LeNet-300-100: small batches, as many units need many steps to die."""
    return CodecRecipe(Mlp((784, 300, 100, 10)), LENET_PRICE, epochs, batch=128, passes=0)


def grid(settings: ThroughCodec) -> list[tuple[CodecRecipe, int]]:
    """The recipes of the grid, and how many seeds of each."""
    return [(recipe(point, settings.passes), point.seeds) for point in settings.grid]


def headlines(settings: ThroughCodec) -> list[Headline]:
    """All networks of the grid."""
    return of_each(grid(settings))


def runs(recipes: list[tuple[CodecRecipe, int]], reference: Recipe, data: Dataset) -> pd.DataFrame:
    """Each recipe and seed, trained through the codec and measured, a row each.

    Columns: recipe (its place in the list), seed; start (hidden units), price, epochs; bytes,
    val_accuracy and test_accuracy (per cent), val_loss (cross-entropy on the validation images,
    nats); those of ``result.json`` of `codec_run`; and file (bytes of the network's picture).

    Args:
        recipes: and how many seeds of each.
        reference: recipe of the float32 networks beside which they are measured.
    """
    jobs = [
        ((method.ThroughCodec(recipe, seed, data.train),), seed)
        for recipe, seeds in recipes
        for seed in range(seeds)
    ]
    table = measured(jobs, reference, data, "through the codec")
    done = [codec_run(run.recipe, run.seed, run.inputs) for (run,), _ in jobs]
    facts = pd.DataFrame([run["result.json"] for run in done])
    columns = ["start", "price", "epochs", "seed", "bytes", "val_accuracy", "test_accuracy"]
    table = table[columns].assign(val_loss=table["val_cross_entropy"])
    table.insert(5, "trained_bytes", facts.pop("trained_bytes"))  # as ``through_codec.csv`` has it
    table = pd.concat([table, facts], axis=1)
    table.insert(0, "recipe", np.repeat(range(len(recipes)), [seeds for _, seeds in recipes]))
    return table.assign(file=[run["network.jpg"] for run in done])


def within(summary: pd.DataFrame, budget: float) -> pd.Series:
    """Of the rows whose mean bytes are within a budget, the best on validation.

    The smallest one if none is within it.
    """
    fitting = summary[summary["bytes"] <= budget]
    if fitting.empty:
        return summary.loc[summary["bytes"].idxmin()]
    return fitting.loc[fitting["val_accuracy"].idxmax()]


def verdicts(
    best: dict[int, pd.Series], table: pd.DataFrame, aims: dict[int, float] = AIMS
) -> pd.DataFrame:
    """Whether the best networks within each budget reach their aims, a row a budget.

    An aim is reached if the lower end of the mean test accuracy's 95 % interval is at or above it.

    Args:
        best: rows of a summary by budget, see `within`.
        table: the runs that were summarised.
        aims: see `AIMS`.
    """
    rows = []
    for budget, row in best.items():
        short = aims[budget] - row["test_accuracy_low"]
        told = {"aim": aims[budget], "reached": "yes" if short <= 0 else f"no, by {short:.3f}"}
        told |= {"budget": budget, "seeds": (table["price"] == row["price"]).sum()}
        told |= {"price": 1e6 * row["price"], "lower_end": row["test_accuracy_low"]}
        rows.append(row.to_dict() | told)
    columns = ["budget", "aim", "reached", "lower_end", "test_accuracy", "bytes", "price"]
    return pd.DataFrame(rows)[[*columns, "seeds", "val_accuracy"]]


def survey(table: pd.DataFrame) -> pd.DataFrame:
    """Means a recipe of `runs`: price, units, nonzero, model_bits, trained_bytes, and bytes.

    The latter by what they are spent on, see `inspect.spent`.
    """
    parts = pd.DataFrame([inspect.spent(file) for file in table["file"]], index=table.index)
    means = pd.concat([table, parts], axis=1).groupby("recipe").mean(numeric_only=True)
    return means[["price", "units", "nonzero", "model_bits", "trained_bytes", *parts.columns]]


def frequencies(files: list[bytes]) -> np.ndarray:
    """In how many of the first layers' blocks, in per cent, each coefficient is not 0: (8, 8)."""
    first = np.concatenate([inspect.first_blocks(file) for file in files])
    return 100 * (first != 0).mean(0).reshape(BLOCK, BLOCK)


def files(table: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, bytes]]:
    """Rows of `runs` as rows of ``networks.csv``, and their files by name."""
    names = [
        f"networks/through-codec-{row.widths}-price{1e6 * row.price:g}-seed{row.seed}.jpg"
        for row in table.itertuples()
    ]
    public = table.drop(columns="file").assign(
        file=names,
        method="through-codec",
        architecture=table["widths"],
        setting=[f"price {1e6 * price:g}" for price in table["price"]],
    )
    return public, dict(zip(names, table["file"], strict=True))
