"""The cross-section: many methods on one network, one data split, one accounting."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import product

import pandas as pd

from jpegnet.codecs.avif import Avif
from jpegnet.codecs.jpeg import Jpeg
from jpegnet.codecs.webp import WebP
from jpegnet.data.labelled import Dataset
from jpegnet.kept.artifacts import stage
from jpegnet.kept.chapters.comparing import CrossSection
from jpegnet.kept.chapters.compressing import ThroughCodec
from jpegnet.kept.parallel import each
from jpegnet.methods.article import Article
from jpegnet.methods.coarse import Coarse
from jpegnet.methods.grids import Codes, Halves, Signs, Steps
from jpegnet.methods.lowrank import Factored
from jpegnet.methods.measure import Judge
from jpegnet.methods.method import Method
from jpegnet.methods.posttraining import PostTraining
from jpegnet.methods.pruned import Pruned
from jpegnet.methods.through_codec import method as codec_method
from jpegnet.nets.binary import BinaryNetwork, BinaryWeights
from jpegnet.nets.hashed import Hashed
from jpegnet.nets.inbasis import InBasis
from jpegnet.nets.lowrank import LowRank
from jpegnet.nets.mlp import Mlp
from jpegnet.nets.network import Architecture
from jpegnet.nets.subspace import Masked, Subspace
from jpegnet.nets.train import Recipe, trained
from jpegnet.studies import costs, through_codec

PUBLIC_COLUMNS = [
    *("method", "setting", "retrained", "seed", "bytes", "bits_per_weight", "test_accuracy"),
    *("operations_per_image", "resident_bytes"),
]
PARAMETERS = 407_050  # of 784-512-10, whose weights "a weight" means in every row
_MEASURED = ("bytes", "val_accuracy", "test_accuracy")
_RANGE = "range coding"
# Large batches where weights are made anew in each step, which takes as long as to use them.
_BATCH, _RATE = 512, 2.4e-2
# As read in the authors' own texts, or as another document quotes them.
PUBLISHED = pd.DataFrame(
    [
        ("Deep Compression 2015, LeNet-300-100", "27 KB", "40×; quoted"),
        ("Oktay et al. 2020, LeNet-300-100", "8.56 KB at 1.9 % error", "authors' text"),
        ("HashedNets 2015, 1,000 hidden units", "1/8 at 1.45 %, 1/64 at 2.79 % error", "quoted"),
        ("BinaryConnect 2015, 3 × 1,024", "1 bit a weight at 1.18 % error", "authors' text"),
        ("Intrinsic dimension 2018, 784-200-200-10", "3.2 kB, to 90 % of the accuracy", "quoted"),
    ],
    columns=["network", "figure", "how sure"],
)


@dataclass(frozen=True)
class Entry:
    """A method and a setting of it, as the table has them.

    ``kind``: the heading that the method stands under. ``method`` encodes the network that
    ``recipe`` trains; ``retrained``: whether that, or the method, trains anew.
    """

    kind: str
    label: str
    method: Method
    recipe: Recipe
    retrained: bool


Job = tuple[Entry, int]  # and the seed of the network


def after_training(recipe: Recipe) -> Iterator[Entry]:
    """What becomes of the reference network without a further step of training."""
    for packer in ("plain", "zstd", "xz", "brotli"):
        yield Entry("grid", f"float16, {packer}", Coarse(Halves(), packer), recipe, False)
    for grid in (Steps(255), Steps(15), Steps(3)):
        for packer in ("plain", "brotli", _RANGE):
            yield Entry("grid", f"{grid.name}, {packer}", Coarse(grid, packer), recipe, False)
    for grid in (Codes(32), Codes(16), Codes(4)):
        yield Entry("grid", f"{grid.name}, {_RANGE}", Coarse(grid, _RANGE), recipe, False)
    for rank in (16, 32, 64):
        coding = Coarse(Steps(255), _RANGE, LowRank(rank))
        yield Entry("low rank", f"SVD {rank}, int8", Factored(rank, coding), recipe, False)
    for codec in (Jpeg(20), Jpeg(10), WebP(5), Avif(20)):
        method = Article("mosaic", "per-tile", codec)
        name = "JPEG" if codec.name == "jpeg" else codec.name
        yield Entry("pictures", f"mosaic, {name} {codec.quality}", method, recipe, False)


def _recipe(settings: CrossSection, architecture: Architecture, share: float = 1.0) -> Recipe:
    rate = share * _RATE * settings.rate
    return Recipe(settings.epochs, rate, True, _BATCH, architecture, settings.shift)


def trained_anew(settings: CrossSection, reference: Recipe, data: Dataset) -> Iterator[Entry]:
    """What is trained, or trained again, for its form."""

    def halves(kind: str, label: str, architecture) -> Entry:
        method = Coarse(Halves(), _RANGE, architecture)
        return Entry(kind, label, method, _recipe(settings, architecture), True)

    def signs(kind: str, label: str, architecture, scaled: bool = False) -> Entry:
        method = Coarse(Signs(scaled), architecture=architecture)
        share = 1.0 if scaled else 0.5  # by validation: what can only flip is trained more gently
        return Entry(kind, label, method, _recipe(settings, architecture, share), True)

    def int8(kind: str, label: str, architecture) -> Entry:
        method = Coarse(Steps(255), _RANGE, architecture)
        how = {"epochs": settings.epochs, "learning_rate": reference.learning_rate * settings.rate}
        usual = replace(reference, architecture=architecture, shift=settings.shift, **how)
        return Entry(kind, label, method, usual, True)

    for density in settings.densities:
        how = {"rate": 2e-3 * settings.rate, "shift": settings.shift}
        method = Pruned(density, data.train, settings.epochs, **how)
        yield Entry("pruning", f"{100 * density:g} % kept", method, reference, True)
    for hidden in settings.binary:
        yield signs("binary", f"±1 weights, {hidden}", BinaryWeights(hidden), scaled=True)
    for hidden in settings.signs:
        yield signs("binary", f"±1 weights and activations, {hidden}", BinaryNetwork(hidden))
    for factor in settings.factors:
        yield halves("sharing", f"hashed, {factor} a value", Hashed(factor))
    for factor in settings.factors[1:2]:
        yield halves("sharing", f"hashed frequencies, {factor} a value", Hashed(factor, True))
    for rank in settings.ranks:
        yield int8("low rank", f"trained {rank}, int8", LowRank(rank))
    for side in settings.sides:
        yield halves("search space", f"random subspace, {side} × {side}", Subspace(side))
    yield signs("search space", "random, masked", Masked())
    for count in settings.coefficients:
        label = f"{count} Fourier coefficients, int8"
        yield int8("search space", label, InBasis("Fourier", count, 512))
    for width in settings.narrow:
        yield int8("narrow", f"784-{width}-10, int8", Mlp((784, width, 10)))


@stage
def entry_run(method: Method, recipe: Recipe, seed: int, data: Dataset) -> dict:
    """A method on one network.

    Returns:
        ``row.json``: bytes; val_accuracy, test_accuracy (per cent); and `costs.COLUMNS`.
    """
    judge = Judge(trained(recipe, seed, data), {"val": data.validation, "test": data.test})
    row = judge.measure(method, also=costs.columns)
    return {"row.json": {name: row[name] for name in (*_MEASURED, *costs.COLUMNS)}}


def _row(data: Dataset, job: tuple[Method, Recipe, int]) -> dict:
    return entry_run(*job, data)["row.json"]


def measured(jobs: list[Job], data: Dataset) -> pd.DataFrame:
    """Each entry on its network: a row a job, with the columns of ``cross_section.csv``."""
    jobs = sorted(jobs, key=lambda job: not job[0].retrained)  # the longest first
    rows = each(partial(_row, data), [(e.method, e.recipe, seed) for e, seed in jobs], "methods")
    table = pd.DataFrame([_told(*job) | row for job, row in zip(jobs, rows, strict=True)])
    return table.assign(bits_per_weight=8 * table["bytes"] / PARAMETERS)


def _told(entry: Entry, seed: int) -> dict:
    told = {"method": entry.kind, "setting": entry.label}
    return told | {"retrained": entry.retrained, "seed": seed}


def ours(
    post: PostTraining, points: ThroughCodec, reference: Recipe, seeds: int, data: Dataset
) -> Iterator[Job]:
    """This report's pictures: after training, at several qualities, and trained as what they are.

    Args:
        post: the one picture of 04, at the quality that was chosen there.
        points: the settings of 06, whose networks these are.
    """
    for quality, seed in product(sorted({30, 50, post.quality, 90}), range(seeds)):
        label = f"one JPEG after training, quality {quality}"
        yield Entry("our pictures", label, post.at(quality), reference, False), seed
    for point in points.grid:
        recipe = through_codec.recipe(point, points.passes)
        label = f"trained as a JPEG, price {1e6 * point.price:g}"
        for seed in range(min(seeds, point.seeds)):
            method = codec_method.ThroughCodec(recipe, seed, data.train)
            yield Entry("our pictures", label, method, reference, True), seed


def front(summary: pd.DataFrame) -> pd.Series:
    """Whether no other row has both fewer bytes and a higher accuracy (the Pareto front)."""
    table = summary.sort_values(["bytes", "test_accuracy"], ascending=[True, False])
    best = table["test_accuracy"].cummax().shift(fill_value=-1.0)
    return (table["test_accuracy"] > best).reindex(summary.index)
