"""What each step of training through the codec is worth, and what the waves are."""

from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd
import torch
from torch.nn import functional

from jpegnet.data.labelled import Dataset, Labelled
from jpegnet.jpeg import dct
from jpegnet.kept.chapters.compressing import Point, ThroughCodec
from jpegnet.kept.parallel import each
from jpegnet.methods.through_codec.recipe import CodecRecipe
from jpegnet.methods.through_codec.training import codec_run
from jpegnet.nets.evaluation import accuracy, evaluator
from jpegnet.nets.mlp import Mlp
from jpegnet.nets.train import Recipe
from jpegnet.picture import file as picture
from jpegnet.picture.tiles import ALIGNED, SIDE
from jpegnet.studies.through_codec import recipe, runs

# What each step of the method is worth is seen by changing it alone.
CHANGED: dict[str, dict] = {
    "nothing": {},
    "begins with 512 hidden units, not 64": {"architecture": Mlp((784, 512, 10))},
    "images are not shifted": {"shift": 0},
    "grey levels are not rounded in training": {"grey": False},
    "bits are estimated by one width for all frequencies": {"per_frequency": False},
    "one quantisation step for all frequencies": {"exponent": 0.0},
    "coefficients learn at a tenth of the rate": {"rate": 4e-3},
    "the price rises through the first half": {"ramp": 0.5},
}
STEP_SEEDS = 2
MIDDLE = (1.8e-5, 64)  # price and units that each step is measured at
COLUMNS = ["bytes", "val_loss", "val_accuracy", "test_accuracy"]


def _aids(settings: ThroughCodec) -> dict[str, dict]:
    """What the steps leave out for want of time, and what the largest networks have besides."""
    teacher = max(point.teacher for point in settings.grid)
    return {
        "and coefficients are chosen anew afterwards": {"passes": settings.passes},
        "and half of the images are warped": {"warped": 0.5},
        "and a teacher answers instead of the labels": {"teacher": teacher},
    }


def steps(
    settings: ThroughCodec, curve: pd.DataFrame, reference: Recipe, data: Dataset
) -> pd.DataFrame:
    """What each step of the method is worth: one row a change of one step, means over seeds.

    Columns: changed; bytes, val_loss, val_accuracy, test_accuracy; ``more``: by how many per
    cent the file is larger than with all steps, at equal cross-entropy on the validation images.
    A run's bytes are for that divided by those that ``curve`` has at its cross-entropy, between
    its points along power laws. The last three rows have something in addition; but for one of
    them, no coefficients are chosen anew.

    Args:
        curve: bytes and val_loss of networks of several prices.
    """
    middle = _middle(settings)
    changes = CHANGED | _aids(settings)
    recipes = [(replace(middle, **change), STEP_SEEDS) for change in changes.values()]
    means = runs(recipes, reference, data).groupby("recipe").mean(numeric_only=True)
    means.insert(0, "changed", list(changes))
    return _larger(means[["changed", *COLUMNS]], curve)


def _middle(settings: ThroughCodec) -> CodecRecipe:
    return recipe(Point(*MIDDLE, settings.step_epochs, STEP_SEEDS), passes=0)


def _larger(means: pd.DataFrame, curve: pd.DataFrame) -> pd.DataFrame:
    """With ``more``, see `steps`; beside the first row."""
    known = np.log(curve.sort_values("val_loss"))
    expected = np.exp(np.interp(np.log(means["val_loss"]), known["val_loss"], known["bytes"]))
    ratio = means["bytes"] / expected
    return means.assign(more=100 * (ratio / ratio.iloc[0] - 1))


def as_waves(data: Labelled, edge: int) -> Labelled:
    """Images for which the numbers of a tile's file are the weights of its pixels.

    A unit's sum is that of coefficients times what the DCT's waves find in the image. If the image
    is made of waves whose amplitudes are its pixels, that is coefficients times pixels.

    Args:
        data: images (n, 28, 28).
        edge: pixels on each side that no tile shows; blocks begin behind them.

    Returns:
        float32 images, which may be below 0 or above 255.
    """
    images = data.inputs.float()
    inner = images[:, edge : SIDE - edge, edge : SIDE - edge]
    column = inner.reshape(-1, inner.shape[2]).numpy()  # one below the other, all of whole blocks
    waves = dct.from_blocks(dct.inverse(dct.to_blocks(column)), *column.shape)
    inner.copy_(torch.from_numpy(waves).view_as(inner))
    return Labelled(images, data.labels)


def bases(settings: ThroughCodec, curve: pd.DataFrame, data: Dataset) -> pd.DataFrame:
    """The method with waves, and with pixels in their place: rows as those of `steps`.

    The first layer alone has the one or the other; both are the same training, with images that are
    not shifted and one quantisation step for all numbers, and both files are JPEG.
    """
    recipe = replace(_middle(settings), shift=0, exponent=0.0)
    jobs = [(name, seed) for name in ("waves", "pixels") for seed in range(STEP_SEEDS)]
    found = each(partial(_based, recipe, data), jobs, "waves or pixels")
    means = pd.DataFrame(found).groupby("changed", sort=False)[COLUMNS].mean().reset_index()
    return _larger(means, curve)


def _based(recipe: CodecRecipe, data: Dataset, job: tuple[str, int]) -> dict:
    (name, seed), edge = job, (SIDE - ALIGNED) // 2
    sets = [data.train, data.validation, data.test]
    train, *others = sets if name == "waves" else [as_waves(part, edge) for part in sets]
    file = codec_run(recipe, seed, train)["network.jpg"]
    network = picture.decode(file)
    validation, test = (evaluator(part).logits(network) for part in others)
    return {
        "changed": name,
        "bytes": len(file),
        "val_loss": functional.cross_entropy(validation, others[0].labels).item(),
        "val_accuracy": accuracy(validation, others[0].labels),
        "test_accuracy": accuracy(test, others[1].labels),
    }
