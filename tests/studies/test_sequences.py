"""The study of networks over rows as pictures: what is trained, and what is published."""

import pandas as pd
import pytest

from jpegnet.kept.chapters.sequences import Rows, Sequences
from jpegnet.kept.settings import PROFILES
from jpegnet.nets import train
from jpegnet.nets.attention import Attention
from jpegnet.nets.recurrent import Recurrent
from jpegnet.picture import file as picture
from jpegnet.studies import sequences

TINY = Sequences(
    (Rows(1e-4, "fastgrnn", 6, 1, 1), Rows(1e-4, "attention", 6, 1, 1)),
    passes=1,
    epochs=1,
    seeds=1,
    units=8,
    qualities=(50,),
    lengths=(4,),
    steps=1,
)
REFERENCE = train.Recipe(epochs=1, learning_rate=3e-3, cosine=True)


def test_settings_mean_architectures():
    assert sequences.architecture("gru", 36) == Recurrent("gru", 36)
    assert sequences.architecture("attention", 24) == Attention(24, inner=24)


def test_headlines_have_a_price_of_their_own():
    found = sequences.headlines(PROFILES["full"].sequences)
    recipes = {headline.recipe for headline in found}
    assert len({recipe.price for recipe in recipes}) == len(recipes)  # tables tell them apart by it
    assert len({headline.file for headline in found}) == len(found)


def test_a_setting_is_judged_by_several_seeds_alone():
    rows = {"price": [1e-5] * 3 + [2e-5] * 2, "seed": [0, 1, 2, 0, 1], "bytes": 2000}
    table = pd.DataFrame(rows | {"test_accuracy": [99.0, 99.1, 99.2, 98.0, 98.0]})
    found = sequences.judged(table)
    assert found["price"].tolist() == [1e-5]
    assert found["test_accuracy"].tolist() == pytest.approx([99.1])


@pytest.mark.slow
def test_networks_are_trained_and_are_their_files(kept, few):
    runs = sequences.runs(TINY, REFERENCE, few)
    assert runs.bytes.tolist() == [len(file) for file in runs.file]
    names = [picture.decode(file).architecture.name for file in runs.file]
    assert names == runs.widths.tolist()
    assert [name.partition("-")[0] for name in names] == ["fastgrnn", "attention"]
