"""The study of training through the codec: prices, widths, steps of the method, what is left."""

from dataclasses import replace

import numpy as np
import pandas as pd

from jpegnet import entropy, matrixform, mlp, picture, rangecode
from jpegnet.codecs import segments
from jpegnet.compute import process_map
from jpegnet.dct import BLOCK
from jpegnet.ratetrain import Recipe, codec_run

# Steps of the method: what training does without; and what comes after it.
WITHOUT: dict[str, dict] = {
    "nothing": {},
    "few units from the beginning": {"widths": (784, 512, 10)},
    "shifts of one pixel": {"shift": 0},
    "whole grey levels in training": {"grey": False},
    "a scale for each frequency in the estimate": {"per_frequency": False},
    "larger steps for higher frequencies": {"exponent": 0.0},
    "fast learning of coefficients": {"rate": 4e-3},
    "price from the beginning": {"ramp": 0.5},
}
AFTER = "nothing, and coefficients chosen anew"
STEP_SEEDS = 2
MIDDLE = (1.8e-5, 64)  # price and units that each step is measured at
LENET_PRICE = 1.1e-5
# Budgets of bytes, and what a file within them should read of the test images, in per cent.
AIMS = {2500: 98.5, 2000: 98.5, 1900: 98.0, 1500: 98.0, 1200: 97.0, 1000: 97.0}
_DHT = 0xC4
# As read in the authors' own texts; bytes as they count them.
PUBLISHED = pd.DataFrame(
    [
        ("Oktay et al. 2020, LeNet-300-100", 8560, 98.1, "fully connected"),
        ("Oktay et al. 2020, LeNet-5", 2840, 99.0, "convolutional"),
        ("BitNetMCU 2024, 256-64-64-64-10", 12300, 99.01, "fully connected, augmented"),
    ],
    columns=["network", "bytes", "test_accuracy", "kind"],
)


def recipe(price: float, units: int, epochs: int, passes: int) -> Recipe:
    """For a network of one hidden layer."""
    return Recipe((784, units, 10), price, epochs, passes=passes)


def lenet(epochs: int) -> Recipe:
    """For LeNet-300-100: small batches, as many units need many steps to die."""
    return Recipe((784, 300, 100, 10), LENET_PRICE, epochs, batch=128)


def _run(job: tuple[Recipe, int]) -> dict:
    return codec_run(*job)


def runs(recipes: list[Recipe], seeds: int) -> pd.DataFrame:
    """`codec_run` of each recipe and seed, a row each.

    Columns: recipe (its place in the list), start (hidden units), price, epochs, seed, those of
    ``result.json``, and file (bytes of the network's picture).
    """
    jobs = [(recipe, seed) for recipe in recipes for seed in range(seeds)]
    rows = []
    for i, done in enumerate(process_map(_run, jobs, "through the codec")):
        recipe, seed = jobs[i]
        start = "-".join(map(str, recipe.widths[1:-1]))
        facts = {"recipe": i // seeds, "start": start, "price": recipe.price}
        facts |= {"epochs": recipe.epochs, "seed": seed}
        rows.append(facts | done["result.json"] | {"file": done["network.jpg"]})
    return pd.DataFrame(rows)


def within(summary: pd.DataFrame, budget: float) -> pd.Series:
    """Of the rows whose mean bytes are within a budget, the best on validation.

    The smallest one if none is within it.
    """
    fitting = summary[summary["bytes"] <= budget]
    if fitting.empty:
        return summary.loc[summary["bytes"].idxmin()]
    return fitting.loc[fitting["val_accuracy"].idxmax()]


def steps(epochs: int, passes: int, curve: pd.DataFrame) -> pd.DataFrame:
    """What each step of the method is worth: one row a run without it, means over seeds.

    Columns: without; bytes, val_loss, val_accuracy, test_accuracy; ``more``: by how many per
    cent the file is larger than with all steps, at equal cross-entropy on the validation images.
    A run's bytes are for that divided by those that ``curve`` has at its cross-entropy, between
    its points along power laws. The last row has ``passes`` of `refine.refine` in addition; the
    others have none.

    Args:
        curve: bytes and val_loss of networks of several prices.
    """
    middle = recipe(*MIDDLE, epochs, 0)
    changed = [replace(middle, **change) for change in WITHOUT.values()]
    table = runs([*changed, replace(middle, passes=passes)], STEP_SEEDS)
    means = table.groupby("recipe").mean(numeric_only=True)
    means.insert(0, "without", [*WITHOUT, AFTER])
    known = np.log(curve.sort_values("val_loss"))
    expected = np.exp(np.interp(np.log(means["val_loss"]), known["val_loss"], known["bytes"]))
    ratio = means["bytes"] / expected
    columns = ["without", "bytes", "val_loss", "val_accuracy", "test_accuracy"]
    return means[columns].assign(more=100 * (ratio / ratio[0] - 1))


def blocks(file: bytes) -> np.ndarray:
    """The coefficients of a network's picture, int (rows, columns, 64), by block.

    Raises:
        ValueError: see `matrixform.coefficients`.
    """
    shown = picture.load(file)
    found = matrixform.coefficients(shown.image, shown.table)
    return found.reshape(*found.shape[:2], -1)


def kinds(file: bytes) -> np.ndarray:
    """What each block is, int (rows, columns): its place in a first-layer tile, or a later part.

    A reader knows it from the layout. Places are 0 and up; after them come, a number each, the
    other parts; blocks of none are as the first place.
    """
    layout = picture.load(file).layout
    found = np.zeros(layout.size, int)
    first = layout.parts[0]
    places = first.height // BLOCK * (first.width // BLOCK)
    for i, (part, (rows, _)) in enumerate(zip(layout.parts, layout.shapes, strict=True)):
        found[part.area(rows)] = places + i
    area = first.area(layout.shapes[0][0])
    y, x = np.indices(found[area].shape)
    found[area] = y % first.height // BLOCK * (first.width // BLOCK) + x % first.width // BLOCK
    return found[::BLOCK, ::BLOCK]


def first_blocks(file: bytes) -> np.ndarray:
    """The first layer's coefficients, int (blocks, 64)."""
    layout = picture.load(file).layout
    lines, columns = layout.parts[0].area(layout.shapes[0][0])
    area = tuple(slice(s.start // BLOCK, s.stop // BLOCK) for s in (lines, columns))
    return blocks(file)[area].reshape(-1, BLOCK * BLOCK)


def spent(file: bytes) -> dict[str, float]:
    """What a network's picture is made of, in bytes.

    ``scans`` and ``Huffman tables``, as they are in the file; ``range coded``, what the same
    coefficients take under `rangecode.range_coded`, which needs no tables; ``rest``: headers,
    quantisation table, layout; and the scans by kind, see `entropy.jpeg_bits`.
    """
    found = segments(file)
    scans = sum(segment.scan for segment in found)
    tables = sum(s.end - s.start for s in found if s.marker == _DHT)
    q = blocks(file)
    coded = len(rangecode.range_coded(q, kinds(file)))
    rest = len(file) - scans - tables
    sums = {"scans": scans, "Huffman tables": tables, "range coded": coded, "rest": rest}
    return sums | {kind: n / 8 for kind, n in entropy.jpeg_bits(q).items()}


def survey(table: pd.DataFrame) -> pd.DataFrame:
    """Means a recipe of `runs`: price, units, nonzero, model_bits, trained_bytes, and `spent`."""
    parts = pd.DataFrame([spent(file) for file in table["file"]], index=table.index)
    means = pd.concat([table, parts], axis=1).groupby("recipe").mean(numeric_only=True)
    return means[["price", "units", "nonzero", "model_bits", "trained_bytes", *parts.columns]]


def first_tiles(file: bytes, n: int) -> np.ndarray:
    """The n tiles, evenly spread over a network's picture, of its first layer: (n, 24, 24)."""
    (weight, _), *_ = mlp.layers(picture.decode(file))
    part = picture.load(file).layout.parts[0]
    chosen = weight[np.linspace(0, len(weight) - 1, n).astype(int)]
    return chosen[:, part.entries(weight.shape[1])].numpy()


def frequencies(files: list[bytes]) -> np.ndarray:
    """In how many of the first layers' blocks, in per cent, each coefficient is not 0: (8, 8)."""
    first = np.concatenate([first_blocks(file) for file in files])
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
