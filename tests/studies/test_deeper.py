"""The study of convolutional networks: what it trains, and what it tells of files."""

import pytest

from jpegnet.kept.chapters.deeper import Deeper, Kernels
from jpegnet.kept.settings import PROFILES
from jpegnet.nets import train
from jpegnet.nets.convolutional import Convolutional
from jpegnet.picture import file as picture
from jpegnet.picture.inspect import segment_bytes
from jpegnet.studies import deeper

TINY = Deeper((Kernels(1e-4, ((2, 8, 3), (3, 4, 2)), 1, 2),), 1, 1, 1, (50,))
REFERENCE = train.Recipe(epochs=1, learning_rate=3e-3, cosine=True)


def test_ways_differ_in_kernels_and_not_in_what_they_hand_on():
    first, second, _ = (Convolutional(layers) for layers in deeper.WAYS.values())
    assert first.shapes["7.weight"] == (10, 128)
    assert second.shapes["7.weight"] == (10, 128)


def test_headlines_are_of_the_full_profile_three_seeds_each():
    found = deeper.headlines(PROFILES["full"].deeper)
    assert {headline.seed for headline in found} == {0, 1, 2}
    assert len({headline.recipe for headline in found}) == len(deeper.AIMS)


@pytest.mark.slow
def test_networks_are_trained_and_ways_compared(kept, few):
    runs = deeper.runs(TINY, REFERENCE, few)
    assert runs.bytes.tolist() == [len(file) for file in runs.file]
    assert all(
        picture.decode(f).architecture.name == w
        for f, w in zip(runs.file, runs.widths, strict=True)
    )
    sizes = [len(file) - segment_bytes(file)["scans"] for file in runs.file]
    assert deeper.headers(runs.file.to_list()) == pytest.approx(sum(sizes) / 2)
    ways = deeper.ways(TINY, REFERENCE, few)
    assert ways.kernels.tolist() == list(deeper.WAYS)
    assert ways.parameters.between(5_000, 20_000).all()
