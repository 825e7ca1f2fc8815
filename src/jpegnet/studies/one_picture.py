"""The study of one picture: its choices, its bytes by quality, the files that are published."""

from dataclasses import dataclass

import pandas as pd

from jpegnet.data.labelled import Dataset
from jpegnet.kept.chapters.compressing import OnePicture
from jpegnet.methods.posttraining import PostTraining
from jpegnet.nets.train import Recipe, train_runs, trained
from jpegnet.studies.ladder import ladder
from jpegnet.studies.measured import measured
from jpegnet.studies.summaries import chosen, summarise

LIMIT = 0.015  # nats: how far answers may diverge while choices are compared
TOLERANCE = 0.2  # points of accuracy on validation, to choose the quality
SEVERAL = (30, 40, 50, 60, 65, 70, 75, 80, 85, 90)  # qualities at which seed 0 is published


@dataclass(frozen=True)
class Study:
    """What was chosen, and how it was found.

    ``steps``: see `ladder`; ``method``: the one picture with the choices taken, at the chosen
    quality; ``curve``: a row a seed and quality, see `measure_run`; ``summary``: their means by
    quality; ``chosen``: its row of the chosen quality.
    """

    steps: pd.DataFrame
    method: PostTraining
    curve: pd.DataFrame
    summary: pd.DataFrame
    chosen: pd.Series

    @property
    def float32(self) -> float:
        """Mean test accuracy of the networks before they became pictures, per cent."""
        return self.chosen.test_accuracy + self.chosen.test_loss


def study(recipe: Recipe, settings: OnePicture, data: Dataset) -> Study:
    """Choose how the network becomes a picture, and measure that at each quality.

    Args:
        recipe: of the networks.
    """
    train_runs(recipe, range(settings.seeds), data)
    steps, method = ladder(recipe, settings.ladder_seeds, data, LIMIT)
    graded = tuple(method.at(quality) for quality in settings.qualities)
    curve = measured(
        [(graded, seed) for seed in range(settings.seeds)], recipe, data, "qualities"
    ).round({"val_accuracy": 2, "test_accuracy": 2})
    summary = summarise(curve, ["quality"])
    best = chosen(summary, TOLERANCE)
    return Study(steps, method.at(int(best.quality)), curve, summary, best)


def network_files(found: Study, recipe: Recipe, data: Dataset) -> tuple[pd.DataFrame, dict]:
    """The files that are published: each seed's at the chosen quality, seed 0's at `SEVERAL`.

    Returns:
        Rows of ``networks.csv``, from those of `Study.curve`; and the files by name.
    """
    curve = found.curve
    several = (curve["seed"] == 0) & curve["quality"].isin(SEVERAL)
    runs = curve[(curve["quality"] == found.method.quality) | several]
    files = {}
    for run in runs.itertuples():
        network = trained(recipe, run.seed, data)
        name = f"networks/post-training-seed{run.seed}-q{run.quality:03}.jpg"
        files[name] = found.method.at(run.quality).encode(network)
    setting = [f"quality {quality}" for quality in runs["quality"]]
    rows = runs.assign(file=list(files), architecture=recipe.architecture.name, setting=setting)
    return rows, files
