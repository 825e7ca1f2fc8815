"""The study of files of which only the first bytes have arrived: accuracy so far."""

from collections.abc import Sequence
from functools import partial

import numpy as np
import pandas as pd

from jpegnet.data.labelled import Dataset, Labelled
from jpegnet.kept.chapters.wire import Cut, SlowWire
from jpegnet.kept.parallel import each
from jpegnet.methods.through_codec.cut import CutRecipe
from jpegnet.methods.through_codec.recipe import CodecRecipe
from jpegnet.nets.evaluation import evaluator
from jpegnet.nets.mlp import Mlp
from jpegnet.nets.nested import Nested
from jpegnet.nets.train import Recipe
from jpegnet.studies import through_codec
from jpegnet.studies.headlines import Headline, of_each
from jpegnet.studies.streams import Pictured, Stream
from jpegnet.studies.summaries import summarise

USEFUL = 90.0  # per cent of the test images: an answer that is worth having
# What the first bytes of a file of at most LIMIT bytes are to read of the test images, in per cent.
LIMIT = 1500
AIMS = {600: 93.0, 800: 97.3, 1000: 98.2, LIMIT: 98.9}
_PICTURED, _NUMBERS = 8, 500  # the least share of a file that is looked at: one in so many bytes
_BETWEEN = 3  # more beginnings, where answers become useful


def recipe(cut: Cut, passes: int) -> CodecRecipe:
    """For networks that are trained for being cut: as convolutional ones are."""
    usual = {"batch": 256, "jitter": 0.1, "passes": passes, "warped": cut.warped}
    return CodecRecipe(Nested(), cut.price, cut.epochs, **usual)


def grid(settings: SlowWire) -> list[tuple[CodecRecipe, int]]:
    """The recipes of the grid, and how many seeds of each."""
    return [(recipe(cut, settings.passes), cut.seeds) for cut in settings.grid]


def headlines(settings: SlowWire) -> list[Headline]:
    """All networks of the grid."""
    return of_each(grid(settings))


def chains(settings: SlowWire) -> list[Headline]:
    """The fully connected networks that are trained for being cut."""
    found = []
    for chain in settings.chains:
        network = Mlp((784, chain.units, 10))
        found.append((CutRecipe(network, chain.price, chain.epochs, by=chain.by), chain.seeds))
    return of_each(found)


def runs(settings: SlowWire, reference: Recipe, data: Dataset) -> pd.DataFrame:
    """The grid, trained by this run: see `through_codec.runs`."""
    return through_codec.runs(grid(settings), reference, data)


def sizes(stream: Stream, points: int) -> list[int]:
    """How many bytes are looked at: so many beginnings, and the whole."""
    whole = len(stream.data)
    first = max(1, whole // (_PICTURED if isinstance(stream, Pictured) else _NUMBERS))
    return sorted({int(n) for n in np.geomspace(first, whole, points)} | {whole})


def _measured(test: Labelled, job: tuple[Stream, int]) -> float | None:
    stream, size = job
    network = stream.read(size)
    return None if network is None else evaluator(test).accuracy(network)


def curves(
    streams: dict[str, Stream], wanted: dict[str, Sequence[int]], test: Labelled
) -> pd.DataFrame:
    """Every beginning, decoded and evaluated: file, method, bytes, test_accuracy.

    What tells no network yet is a row without accuracy.

    Args:
        streams: by the names of their files.
        wanted: of each, how many bytes are looked at.
    """
    jobs = [(name, size) for name in streams for size in wanted[name]]
    told = [(streams[name], size) for name, size in jobs]
    read = each(partial(_measured, test), told, "beginnings")
    table = pd.DataFrame(jobs, columns=["file", "bytes"])
    table.insert(1, "method", [streams[name].method for name in table["file"]])
    return table.assign(test_accuracy=np.array(read, float))


def refined(curve: pd.DataFrame, streams: dict[str, Stream], test: Labelled) -> pd.DataFrame:
    """A curve with more beginnings of each file, just before its answers become useful."""
    wanted = {}
    for name, useful in first_useful(curve).items():
        before = curve[curve["file"].eq(name) & curve["bytes"].lt(useful)]["bytes"].max()
        between = np.linspace(np.nan_to_num(before), useful, _BETWEEN + 2)[1:-1]
        wanted[name] = sorted({int(size) for size in between} - {0, useful})
    return pd.concat([curve, curves(streams, wanted, test)], ignore_index=True)


def cut_curves(
    files: dict[str, bytes], test: Labelled, method: str = "trained for being cut"
) -> pd.DataFrame:
    """`curves` of files that were trained for it, at the sizes of `AIMS` and between them."""
    known = {name: Pictured(method, file) for name, file in files.items()}
    steps = [*range(400, 700, 50), *range(700, LIMIT, 100)]
    wanted = {
        name: sorted({size for size in steps if size < len(file)} | {len(file)})
        for name, file in files.items()
    }
    return refined(curves(known, wanted, test), known, test)


def verdicts(curve: pd.DataFrame, seeds: dict[str, int]) -> pd.DataFrame:
    """What first bytes read: a row an aim, for the mean over the seeds.

    Args:
        curve: see `cut_curves`.
        seeds: that of each file.

    Returns:
        first_bytes, aim, reached (by the mean), test_accuracy (the mean), lower_end and upper_end
        (of its 95 % interval), seeds.
    """
    rows = []
    for budget, aim in AIMS.items():
        for name, seed in seeds.items():
            part = curve[curve["file"].eq(name) & curve["bytes"].le(budget)]
            read = part.loc[part["bytes"].idxmax(), "test_accuracy"]
            rows.append((budget, aim, seed, read))
    columns = ["first_bytes", "aim", "seed", "test_accuracy"]
    means = summarise(pd.DataFrame(rows, columns=columns), columns[:2])
    short = means["aim"] - means["test_accuracy"]
    reached = ["yes" if gap <= 0 else f"no, by {gap:.2f}" for gap in short]
    names = {"test_accuracy_low": "lower_end", "test_accuracy_high": "upper_end"}
    means = means.rename(columns=names).assign(reached=reached, seeds=len(seeds))
    ends = list(names.values())
    return means[[*columns[:2], "reached", "test_accuracy", *ends, "seeds"]]


def first_useful(curve: pd.DataFrame) -> dict[str, int]:
    """Of each file, the bytes from which on it always reads `USEFUL` per cent; all, if never."""
    found = {}
    for name, part in curve.groupby("file", sort=False):
        short = part.loc[~part["test_accuracy"].ge(USEFUL), "bytes"].max()  # NaN: none is
        later = part["bytes"][~part["bytes"].le(short)]
        found[name] = int(later.min() if len(later) else part["bytes"].max())
    return found
