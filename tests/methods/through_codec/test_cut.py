"""Fully connected networks that are trained for being cut: what each beginning of a file says."""

from dataclasses import replace

import pytest
import torch

from jpegnet.data import mnist
from jpegnet.jpeg import arriving as coefficients
from jpegnet.methods.through_codec import cut
from jpegnet.methods.through_codec.cut import CutRecipe, ScanPicture, UnitPicture, cut_run
from jpegnet.methods.through_codec.training import first_network
from jpegnet.nets.evaluation import evaluator
from jpegnet.nets.mlp import Mlp
from jpegnet.picture import arriving
from jpegnet.picture import file as picture

SMALL = CutRecipe(Mlp((784, 13, 10)), price=2e-5, epochs=6, batch=64, passes=1)


def net_of(kind):
    generator = torch.Generator().manual_seed(0)
    return kind(first_network(SMALL.architecture, generator), SMALL.table())


def seen(net, images: torch.Tensor) -> torch.Tensor:
    return net.window(images, 0, 0).float().div(255)


def test_the_scores_of_first_tiles_are_those_of_the_file_s_beginning():
    net = net_of(UnitPicture)
    images = torch.randint(256, (9, 28, 28), dtype=torch.uint8)
    scores, file = net.logits(seen(net, images)), net.file()
    assert scores.shape == (9, 13, 10)
    rows = 0
    for size in range(len(file)):
        try:
            weight = (read := arriving.load(file[:size]).network).tensors["0.weight"]
        except ValueError:
            continue
        if (whole := int(weight.any(1).sum())) % cut.ACROSS or not whole or whole == rows:
            continue
        if not weight[whole - 1].view(28, 28)[18:, 18:].any():  # its last block is to come
            continue
        rows = whole
        found = read.logits(images.float() / 255)
        torch.testing.assert_close(found, scores[:, whole - 1], rtol=0.02, atol=0.02)
    assert rows == 12
    torch.testing.assert_close(
        picture.decode(file).logits(images.float() / 255), scores[:, -1], rtol=0.02, atol=0.02
    )


def test_without_last_bits_a_network_is_what_has_arrived_before_the_last_scan():
    net = net_of(ScanPicture)
    whole = net.q.detach().clone()
    file = net.file()
    found = coefficients.read(file)
    assert len(found.scans) == 3
    last = file.rindex(b"\xff\xda")
    image = arriving.load(file[:last]).image
    net.q.data = cut.without_last_bits(whole)
    assert abs(net.image().astype(int) - image).max() <= 1  # a half, and one another way
    assert torch.equal(net.q[:, 0], whole[:, 0].round())
    assert (net.q[:, 1:] % 2 == 0).all()


def test_some_steps_lack_last_bits_and_none_loses_them():
    net = net_of(ScanPicture)
    images, truth = torch.randint(256, (9, 28, 28), dtype=torch.uint8), torch.full((9, 10), 0.1)
    before, x = net.q.detach().clone(), seen(net, images)
    losses = {net.descend(x, truth) for _ in range(20)}
    assert len(losses) == 2
    assert torch.equal(net.q.detach(), before)


@pytest.mark.slow
def test_a_beginning_reads_better_than_that_of_a_network_not_trained_for_it(kept, monkeypatch):
    data = mnist.load()
    part, read = data.train.first(6000), evaluator(data.validation)
    for by, size in (("unit", 0.75), ("scan", 0.7)):
        recipe = replace(SMALL, by=by, architecture=Mlp((784, 24, 10)))
        found = []
        for trained in (True, False):
            if not trained:  # the same picture, and the loss of all of it
                monkeypatch.setattr("jpegnet.methods.through_codec.nested._WHOLE", 1.0)
                monkeypatch.setattr(cut, "_CUT", 0.0)
                recipe = replace(recipe, ramp=0.051)  # another run
            file = cut_run(recipe, 0, part)["network.jpg"]
            some = arriving.load(file[: int(size * len(file))]).network
            found.append((read.accuracy(some), read.accuracy(picture.decode(file))))
        monkeypatch.undo()
        (cut_read, whole), (other, _) = found
        assert cut_read > other + 3, by
        assert whole > 85, by
