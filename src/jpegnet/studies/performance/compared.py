"""What the report computes most, each beside its floor and beside the naive way: all in one run."""

import tempfile
from pathlib import Path

import pandas as pd
import torch

from jpegnet.data.labelled import Dataset, Labelled
from jpegnet.kept.compute import device
from jpegnet.methods.article import Article
from jpegnet.methods.measure import Judge
from jpegnet.nets import mlp, train
from jpegnet.nets.network import Network
from jpegnet.picture import file as picture
from jpegnet.picture import tiles
from jpegnet.studies import matrix_form
from jpegnet.studies.performance import floors, naive, portable
from jpegnet.studies.performance.clock import fastest

QUALITY = 20  # the article's
STEPS = 50  # of a training epoch that are timed; the rest is taken to be like them
CODEC_STEPS = 32  # of those through the codec
SWEEP, EPOCH = "sweep: one quality", "training: an epoch"
CODEC, PORTABLE = "through the codec: a step", "through the codec: portable digits"
# The most that something may take over its floor; the least by which it is faster than naively.
BARS = {SWEEP: (1.3, 6.0), EPOCH: (1.3, 3.0), CODEC: (2.5, None)}
COLUMNS = [
    *("what", "seconds", "floor_seconds", "ratio_to_floor", "naive_seconds", "speedup"),
    *("floor", "naive", "most_ratio", "least_speedup"),
]


def _row(
    what: str, seconds: float, floor: tuple[str, float], naively: tuple[str, float | None]
) -> dict:
    """A row of the table, see `COLUMNS`; floor and naive way are told in words, with seconds."""
    (least, floor_seconds), (naive_way, naive_seconds) = floor, naively
    most_ratio, least_speedup = BARS.get(what, (None, None))
    speedup = naive_seconds and naive_seconds / seconds
    found = [seconds, floor_seconds, seconds / floor_seconds, naive_seconds, speedup]
    return dict(
        zip(COLUMNS, [what, *found, least, naive_way, most_ratio, least_speedup], strict=True)
    )


def sweep(network: Network, test: Labelled, folder: Path, rounds: int) -> dict:
    """One quality of the sweep on these test images, which are all of MNIST's."""
    judge, method = Judge(network, {"test": test}), Article().at(QUALITY)
    (weight, _), *_ = mlp.layers(network)
    pictures = tiles.to_tiles(weight.numpy())
    grey = tiles.to_grey(pictures, tiles.peaks(pictures, per_tile=True))
    x, images = test.x.flatten(1).to(device()), naive.dataset(folder, train=False)
    judge.measure(method)  # the network's own answers are found once for all qualities
    seconds = fastest(
        {
            "ours": lambda: judge.measure(method),
            "products": lambda: floors.evaluation(network, x),
            "libjpeg": lambda: floors.libjpeg(grey, QUALITY),
            "naive": lambda: naive.quality(network, QUALITY, folder, images),
        },
        rounds,
    )
    floor = (
        "products of the evaluation, and libjpeg-turbo",
        seconds["products"] + seconds["libjpeg"],
    )
    naively = "a file a tile on disk by Pillow, a DataLoader of 64", seconds["naive"]
    return _row(SWEEP, seconds["ours"], floor, naively)


class Training:
    """Training of a network of one hidden layer, some steps at a time."""

    def __init__(self, recipe: train.Recipe, seed: int, part: Labelled):
        generator = torch.Generator().manual_seed(seed)
        self.recipe, self.images = recipe, (part.x.to(device()), part.labels.to(device()))
        self.network = recipe.architecture.module(generator).to(device())
        self.optimizer = torch.optim.Adam(self.network.parameters(), fused=True)
        order = torch.randperm(len(part.labels), generator=generator).to(device())
        self.batches = order[: len(order) // recipe.batch * recipe.batch].split(recipe.batch)

    def steps(self, count: int) -> float:
        """The epoch's next steps, again from its beginning on; returns their mean loss."""
        rates, batches = [self.recipe.learning_rate] * count, self.batches[:count]
        self.batches = self.batches[count:] + batches
        return train.epoch(self.network, self.optimizer, self.images, batches, rates)


def epoch(recipe: train.Recipe, part: Labelled, folder: Path, rounds: int) -> dict:
    """An epoch of training on these images, from `STEPS` of its steps."""
    ours = Training(recipe, 0, part)
    step = floors.step(recipe.architecture.widths, recipe.batch)
    naively = naive.Training(naive.dataset(folder, train=True), recipe.batch)
    count, many = min(STEPS, len(ours.batches)), len(ours.batches)
    found = fastest(
        {
            "ours": lambda: ours.steps(count),
            "products": lambda: [step() for _ in range(count)],
            "naive": lambda: naively.steps(count),
        },
        rounds,
    )
    seconds = {name: some * many / count for name, some in found.items()}
    floor = "products, forward and backward", seconds["products"]
    way = "a DataLoader that shuffles, plain Adam", seconds["naive"]
    return _row(EPOCH, seconds["ours"], floor, way)


def codec_step(part: Labelled, rounds: int) -> dict:
    """A step of training through the codec beside a plain step of the same size."""
    ours = portable.started(part, CODEC_STEPS * portable.RECIPE.batch)
    plain = floors.PlainTraining(ours)
    found = fastest({"ours": ours.epoch, "plain": plain.epoch}, rounds)
    seconds = {name: some / ours.per_epoch for name, some in found.items()}
    return _row(
        CODEC, seconds["ours"], ("a plain step of the same size", seconds["plain"]), ("", None)
    )


def layers(file: bytes, test: Labelled, rounds: int) -> list[dict]:
    """The compressed first layer of 05 beside the dense one."""
    times = matrix_form.timings({0: file}, test).set_index("batch")
    decoding = fastest({"decode": lambda: picture.decode(file)}, rounds)["decode"]
    rows = []
    for batch, row in times.iterrows():
        dense = row.milliseconds / 1000
        what = f"compressed layer: {batch:,} image{'s' if batch > 1 else ''}"
        naively = "the picture decoded, then the dense layer", decoding + dense
        rows.append(_row(what, row.compressed * dense, ("the dense float32 layer", dense), naively))
    return rows


def portable_digits(rounds: int) -> dict:
    """A step through the codec with portable digits, beside one with all left to the machine."""
    seconds = portable.cost(CODEC_STEPS * portable.RECIPE.batch, rounds)
    floor = "the same with all left to the machine", seconds["left"]
    return _row(PORTABLE, seconds["portable"], floor, ("", None))


def table(
    network: Network, file: bytes, recipe: train.Recipe, data: Dataset, rounds: int
) -> pd.DataFrame:
    """All comparisons, a row each; see `COLUMNS`.

    Args:
        network: one of 512 hidden units that was trained by the recipe; file: its picture.
        rounds: how often each thing is timed.
    """
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        rows = [sweep(network, data.test, folder, rounds)]
        rows.append(epoch(recipe, data.train, folder, rounds))
    rows.append(codec_step(data.train, rounds))
    rows += layers(file, data.test, rounds)
    rows.append(portable_digits(rounds))
    return pd.DataFrame(rows, columns=COLUMNS)


def verdict(row: pd.Series) -> str:
    """Whether a row keeps its bars, in words; empty where it has none."""
    told = []
    if pd.notna(row["most_ratio"]):
        met = "met" if row["ratio_to_floor"] <= row["most_ratio"] else "missed"
        told.append(f"≤ {row['most_ratio']:g} × floor {met}")
    if pd.notna(row["least_speedup"]):
        met = "met" if row["speedup"] >= row["least_speedup"] else "missed"
        told.append(f"≥ {row['least_speedup']:g} × naive {met}")
    return ", ".join(told)
