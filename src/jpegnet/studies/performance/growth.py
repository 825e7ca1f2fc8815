"""How cost grows: with hidden units, seeds, qualities and cores; and how large a study fits."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pandas as pd
import torch

from jpegnet.data.labelled import Dataset, Labelled
from jpegnet.kept.compute import cores
from jpegnet.methods.article import Article
from jpegnet.methods.measure import Judge
from jpegnet.nets import train
from jpegnet.nets.mlp import Mlp
from jpegnet.nets.network import Network, fresh
from jpegnet.studies.performance import floors
from jpegnet.studies.performance.clock import fastest
from jpegnet.studies.performance.compared import Training

STEPS = 20  # of the training of a seed
FEW = 4  # steps that are timed for each size of a network
SEEDS, QUALITIES, CODECS = 1000, 100, 10  # of a study that is large


def units(widths: tuple[int, ...], images: Labelled, rounds: int) -> pd.DataFrame:
    """A training step, its products, and a file a tile, by hidden units.

    Returns:
        units; step_seconds, products_seconds; files_seconds, to write and read a file a tile.
    """
    return pd.DataFrame([_width(width, images, rounds) for width in widths])


def _width(units: int, images: Labelled, rounds: int) -> dict:
    recipe = replace(train.ARTICLE97, architecture=Mlp((784, units, 10)))
    ours = Training(recipe, 0, images.first(FEW * recipe.batch))
    step = floors.step(recipe.architecture.widths, recipe.batch)
    network, method = fresh(recipe.architecture, torch.Generator().manual_seed(0)), Article()
    runs = {
        "step": lambda: ours.steps(FEW),
        "products": lambda: [step() for _ in range(FEW)],
        "files": lambda: method.decode(method.encode(network)),
    }
    found = fastest(runs, rounds)
    row = {"units": units, "step_seconds": found["step"] / FEW}
    return row | {"products_seconds": found["products"] / FEW, "files_seconds": found["files"]}


def workers() -> list[int]:
    """Numbers of cores that are tried: powers of two, and all of this machine's."""
    return sorted({*(2**n for n in range(12) if 2**n < cores()), cores()})


def together(
    counts: tuple[int, ...], network: Network, data: Dataset, recipe: train.Recipe, rounds: int
) -> pd.DataFrame:
    """Seeds that are trained and qualities that are measured, several at once, by cores.

    Returns:
        kind (``seeds`` or ``qualities``), count, cores; seconds, for all of them.
    """
    judge = Judge(network, {"test": data.test})
    part = data.train.first(STEPS * recipe.batch)

    def seed(n: int) -> None:
        Training(recipe, n, part).steps(STEPS)

    def quality(n: int) -> None:
        judge.measure(Article().at(10 * (n + 1)))

    quality(0)  # what is found once for all
    runs = {
        (kind, count, many): _pieces(piece, count, many)
        for kind, piece in (("seeds", seed), ("qualities", quality))
        for count in counts
        for many in workers()
    }
    seconds = fastest(runs, rounds)
    rows = [[*setting, taken] for setting, taken in seconds.items()]
    return pd.DataFrame(rows, columns=["kind", "count", "cores", "seconds"])


def _pieces(piece: Callable[[int], None], count: int, many: int) -> Callable[[], None]:
    def run() -> None:
        with ThreadPoolExecutor(many, initializer=torch.set_num_threads, initargs=(1,)) as pool:
            list(pool.map(piece, range(count)))

    return run


def study(training: float, measuring: float, cores: tuple[int, ...]) -> pd.DataFrame:
    """Hours of the study of `SEEDS` networks, each encoded by `CODECS` at `QUALITIES`.

    Every codec is taken to cost what JPEG does, and the work to divide evenly.

    Args:
        training: seconds to train one network; measuring: to encode, decode and evaluate it.

    Returns:
        A row a number of cores: cores, training_hours, measuring_hours, hours.
    """
    work = SEEDS * training / 3600, SEEDS * QUALITIES * CODECS * measuring / 3600
    rows = [[many, *(hours / many for hours in (*work, sum(work)))] for many in cores]
    return pd.DataFrame(rows, columns=["cores", "training_hours", "measuring_hours", "hours"])
