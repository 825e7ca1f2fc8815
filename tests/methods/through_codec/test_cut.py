"""Fully connected networks that are trained for being cut: what each beginning of a file says."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from jpegnet.data import mnist
from jpegnet.jpeg import arriving as coefficients
from jpegnet.methods.through_codec import cut
from jpegnet.methods.through_codec.cut import BitPicture, CutRecipe, UnitPicture, cut_run
from jpegnet.methods.through_codec.training import first_network
from jpegnet.nets.evaluation import evaluator
from jpegnet.nets.mlp import Mlp
from jpegnet.picture import arriving
from jpegnet.picture import file as picture

SMALL = CutRecipe(Mlp((784, 13, 10)), price=2e-5, epochs=6, batch=64)


def net_of(kind):
    generator = torch.Generator().manual_seed(0)
    return kind(first_network(SMALL.architecture, generator), SMALL.table())


def as_it_is(net, share: float) -> np.ndarray:
    """The picture's grey levels when a share of what may be missing has come."""
    whole, lacking = net.q.data, net.lacking(share)
    net.q.data = torch.where(lacking[:, None], net.begun(whole), whole)
    image = net.image()
    net.q.data = whole
    return image


def test_by_unit_a_beginning_is_what_has_arrived_of_the_file():
    net = net_of(UnitPicture)
    blocks, file = 13 * 9, net.file()
    met = 0
    for size in range(300, len(file)):
        begun = arriving.load(file[:size])
        # Blocks of the picture that hold a tile's, and have come.
        first = len(net.file_places) - blocks
        order = np.sort(net.file_places)
        tiles = int(np.searchsorted(order, begun.scans[0])) - first if begun.scans else 0
        if tiles <= met:
            continue
        met = tiles
        lacking = net.lacking((tiles + 0.5) / blocks)
        assert int(lacking.sum()) == blocks - tiles
        image = as_it_is(net, (tiles + 0.5) / blocks)
        assert abs(image.astype(int) - begun.image).max() <= 1  # a half, and one another way
    assert met > 100
    assert net.layout.parts[0].across == cut.ACROSS
    assert not net.lacking(0.999)[blocks:].any()  # biases and scores' weights are there


def test_by_bit_a_beginning_is_what_has_arrived_before_the_last_scan():
    net = net_of(BitPicture)
    file = net.file()
    assert len(coefficients.read(file).scans) == 3
    begun = arriving.load(file[: file.rindex(b"\xff\xda")])
    assert net.lacking(0.3).all()
    assert abs(as_it_is(net, 0.3).astype(int) - begun.image).max() <= 1
    assert abs(as_it_is(net, 1.0).astype(int) - arriving.load(file).image).max() <= 1
    cut_off = cut.without_last_bits(net.q.detach())
    assert torch.equal(cut_off[:, 0], net.q.detach()[:, 0].round())
    assert (cut_off[:, 1:] % 2 == 0).all()


@pytest.mark.parametrize("kind", [UnitPicture, BitPicture])
def test_some_steps_see_a_beginning_and_the_network_stays_whole(kind):
    net = net_of(kind)
    images, truth = torch.randint(256, (9, 28, 28), dtype=torch.uint8), torch.full((9, 10), 0.1)
    before, x = net.q.detach().clone(), net.window(images, 0, 0).float().div(255)
    losses, still = set(), []
    for _ in range(20):
        losses.add(net.descend(x, truth))
        still.append(int((net.q.grad == 0).all(1).sum()))
    assert len(losses) > 1
    assert torch.equal(net.q.detach(), before)
    assert kind.LEARNS or max(still) > min(still)  # what has not come is not trained


@pytest.mark.slow
def test_a_beginning_reads_better_than_that_of_a_network_not_trained_for_it(kept, monkeypatch):
    data = mnist.load()
    part, read = data.train.first(6000), evaluator(data.validation)
    for by, size in (("unit", 0.75), ("bit", 0.8)):
        recipe, found = replace(SMALL, by=by, architecture=Mlp((784, 24, 10))), []
        for share, seed in ((cut._CUT, 0), (0.0, 1)):
            monkeypatch.setattr(cut, "_CUT", share)
            file = cut_run(recipe, seed, part)["network.jpg"]
            some = arriving.load(file[: int(size * len(file))]).network
            found.append((read.accuracy(some), read.accuracy(picture.decode(file))))
        monkeypatch.undo()
        (begun, whole), (other, _) = found
        assert begun > other + 3, by
        assert whole > 85, by
