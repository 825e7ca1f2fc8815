"""A convolutional network as coefficients: it is what its file says, and it learns."""

from dataclasses import replace

import pytest
import torch

from jpegnet.data import mnist
from jpegnet.methods.through_codec.kernels import KernelPicture, without_dead_filters
from jpegnet.methods.through_codec.recipe import CodecRecipe
from jpegnet.methods.through_codec.training import codec_run, first_network, picture_of
from jpegnet.nets.convolutional import Convolutional
from jpegnet.nets.evaluation import evaluator
from jpegnet.nets.network import fresh
from jpegnet.picture import file as picture

SHAPES = [Convolutional(((6, 8, 3), (9, 4, 2))), Convolutional(((3, 3, 2), (5, 5, 1), (4, 2, 2)))]
SMALL = CodecRecipe(SHAPES[0], price=2e-5, epochs=3, shift=2, batch=64, passes=1)


def moved(architecture) -> KernelPicture:
    """With coefficients that have moved, as they do in training."""
    generator = torch.Generator().manual_seed(0)
    net = picture_of(first_network(architecture, generator), CodecRecipe().table())
    with torch.no_grad():
        net.q += torch.randn(net.q.shape, generator=generator) * (net.q.abs() > 0.5)
        net.q *= 0.6
    assert net.overflow() == 0
    return net


@pytest.mark.parametrize("architecture", SHAPES, ids=lambda a: a.name)
def test_the_network_in_training_is_the_one_in_the_file(architecture):
    net, x = moved(architecture), torch.rand(20, 28, 28)
    torch.testing.assert_close(net.logits(x), net.network().logits(x), rtol=1e-4, atol=1e-4)
    decoded = picture.decode(net.file())
    assert decoded.architecture == architecture
    torch.testing.assert_close(decoded.logits(x), net.logits(x), rtol=0.05, atol=0.05)


def test_images_are_moved_and_0_comes_from_outside():
    net, image = moved(SHAPES[0]), torch.zeros(1, 28, 28, dtype=torch.uint8)
    image[0, 5, 0] = 9
    assert net.window(image, 0, 0).equal(image)
    assert net.window(image, 2, -1)[0, 3, 1] == 9  # the window moves down, so the image goes up
    assert not net.window(image, 0, 1).any()


@pytest.mark.parametrize("architecture", SHAPES, ids=lambda a: a.name)
def test_a_network_without_its_dead_filters_is_the_same_function(architecture):
    network = fresh(architecture, torch.Generator().manual_seed(1))
    for i in range(len(architecture.layers)):
        network.tensors[f"{3 * i}.weight"][[0, 2]] = 0
    smaller, x = without_dead_filters(network), torch.rand(20, 28, 28)
    assert [n for n, *_ in smaller.architecture.layers] == [n - 2 for n, *_ in architecture.layers]
    torch.testing.assert_close(smaller.logits(x), network.logits(x), rtol=1e-4, atol=1e-5)


def test_one_filter_is_kept_where_all_are_dead():
    network = fresh(SHAPES[0], torch.Generator().manual_seed(1))
    network.tensors["0.weight"].zero_()
    smaller, x = without_dead_filters(network), torch.rand(5, 28, 28)
    assert smaller.architecture.layers[0][0] == 1
    torch.testing.assert_close(smaller.logits(x), network.logits(x), rtol=1e-4, atol=1e-5)


@pytest.mark.slow
def test_it_learns_and_a_higher_price_makes_a_smaller_file(kept):
    data = mnist.load()
    part = data.train.first(6000)
    cheap, dear = (codec_run(replace(SMALL, price=price), 0, part) for price in (1e-5, 2e-4))
    assert len(dear["network.jpg"]) < 0.8 * len(cheap["network.jpg"]) < 4000
    found = picture.decode(cheap["network.jpg"])
    assert evaluator(data.validation).accuracy(found) > 88
    assert codec_run(replace(SMALL, price=1e-5), 0, part)["network.jpg"] == cheap["network.jpg"]
