"""The study of other picture codecs on the mosaic of the first layer."""

import pandas as pd

from jpegnet.codecs import jpegxl
from jpegnet.codecs.avif import Avif
from jpegnet.codecs.codec import Codec
from jpegnet.codecs.jpeg import Jpeg
from jpegnet.codecs.jpeg2000 import Jpeg2000
from jpegnet.codecs.jpegxl import JpegXl
from jpegnet.codecs.png import Png
from jpegnet.codecs.webp import LosslessWebP, WebP
from jpegnet.data.labelled import Dataset
from jpegnet.methods.article import Article
from jpegnet.methods.posttraining import RECOMMENDED, PostTraining
from jpegnet.nets.train import Recipe, train_runs, trained
from jpegnet.studies.measured import measured

LOSSY: tuple[type[Codec], ...] = (Jpeg, WebP, Avif, JpegXl)
LOSSLESS: tuple[Codec, ...] = (Png(), LosslessWebP(), JpegXl(100))


def versions() -> pd.DataFrame:
    """Which library writes the files of each codec: codec, library."""
    found = [codec(50) for codec in (*LOSSY[1:], Jpeg2000)] + [Png()]
    return pd.DataFrame([(codec.name, codec.version) for codec in found], columns=["codec", "by"])


def curves(
    qualities: tuple[int, ...],
    decibels: tuple[int, ...],
    recipe: Recipe,
    seeds: int,
    data: Dataset,
) -> pd.DataFrame:
    """The mosaic of each network, by each codec and quality; columns as of `measured`.

    Args:
        qualities: of the lossy codecs.
        decibels: those of JPEG 2000.
    """
    graded = [tuple(kind(quality) for quality in qualities) for kind in LOSSY]
    graded += [tuple(Jpeg2000(quality) for quality in decibels), LOSSLESS]
    methods = [tuple(Article("mosaic", "per-tile", codec) for codec in some) for some in graded]
    jobs = [(some, seed) for some in methods for seed in range(seeds)]
    return measured(jobs, recipe, data, "codecs")


def recoded(quality: int, recipe: Recipe, seeds: int, data: Dataset) -> pd.DataFrame:
    """Our pictures of networks, and the same files recoded as JPEG XL: a row a seed.

    Columns: seed, bytes, recoded (bytes of the JPEG XL file, from which ours comes back).
    """
    train_runs(recipe, range(seeds), data)
    method, rows = PostTraining(RECOMMENDED, data.train, quality), []
    for seed in range(seeds):
        file = method.encode(trained(recipe, seed, data))
        smaller = jpegxl.recoded(file)
        if jpegxl.restored(smaller) != file:
            raise RuntimeError("JPEG XL does not give back the JPEG file that it was made of")
        rows.append((seed, len(file), len(smaller)))
    return pd.DataFrame(rows, columns=["seed", "bytes", "recoded"])
