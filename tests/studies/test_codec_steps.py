"""What each step of training through the codec is worth, and what the waves are."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import torch

from jpegnet.data.labelled import Labelled
from jpegnet.jpeg import dct
from jpegnet.kept.settings import PROFILES
from jpegnet.nets import train
from jpegnet.nets.mlp import Mlp
from jpegnet.studies import codec_steps

TINY = train.Recipe(epochs=1, learning_rate=1e-2, cosine=True, architecture=Mlp((784, 8, 10)))
CURVE = pd.DataFrame({"val_loss": [0.4, 0.05], "bytes": [200.0, 1600.0]})


def test_a_step_is_compared_at_equal_loss(monkeypatch):
    n = len(codec_steps.CHANGED) + 3
    table = pd.DataFrame(
        {
            "recipe": range(n),
            "bytes": [1000.0] * n,
            "val_loss": 0.1,
            "val_accuracy": 98.0,
            "test_accuracy": 98.0,
        }
    )
    table.loc[1, "bytes"] = 1100
    table.loc[2, "val_loss"] = 0.2  # the curve has half of the bytes there
    asked = []
    monkeypatch.setattr(
        codec_steps, "runs", lambda recipes, *_: asked.extend(r for r, _ in recipes) or table
    )
    settings = replace(PROFILES["report"].through_codec, step_epochs=3)
    steps = codec_steps.steps(settings, CURVE, TINY, None)
    assert steps["changed"].tolist()[: n - 3] == list(codec_steps.CHANGED)
    assert steps.more.tolist()[:4] == pytest.approx([0, 10, 100, 0])
    assert len(set(asked)) == len(asked)  # each step changes something
    assert {recipe.epochs for recipe in asked} == {3}
    assert [recipe.passes for recipe in asked] == [0] * (n - 3) + [2, 0, 0]


def test_coefficients_times_an_image_as_waves_are_pixels_times_the_image():
    generator = np.random.default_rng(0)
    images = torch.from_numpy(generator.integers(0, 256, (5, 28, 28), dtype=np.uint8))
    seen = codec_steps.as_waves(Labelled(images, torch.zeros(5, dtype=torch.int64)), edge=2)
    numbers = generator.normal(size=(3, 3, 8, 8))  # a tile's, block by block
    tile = dct.inverse(numbers).swapaxes(1, 2).reshape(24, 24)
    sums = (seen.inputs[:, 2:26, 2:26].numpy() * tile).sum((1, 2))
    wanted = numbers.swapaxes(1, 2).reshape(24, 24)
    assert sums == pytest.approx((images[:, 2:26, 2:26].numpy() * wanted).sum((1, 2)), rel=1e-4)
    assert torch.equal(seen.inputs[:, :2], images[:, :2].float())  # what no tile shows


def test_waves_and_pixels_are_one_training_on_two_kinds_of_images(kept, few):
    settings = replace(PROFILES["report"].through_codec, step_epochs=1)
    found = codec_steps.bases(settings, CURVE, few)
    assert found["changed"].tolist() == ["waves", "pixels"]
    assert found["bytes"].between(300, 10_000).all()
    assert found["val_accuracy"].gt(50).all()
    assert found["more"].iloc[0] == 0
