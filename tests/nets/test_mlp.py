"""The network and its evaluation."""

import math
from dataclasses import dataclass
from types import MappingProxyType

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from jpegnet.data import mnist as data
from jpegnet.data.labelled import Labelled
from jpegnet.nets import mlp
from jpegnet.nets.evaluation import Evaluator
from jpegnet.nets.mlp import Mlp
from jpegnet.nets.network import Network, fresh


def labelled(images, labels) -> Labelled:
    return Labelled(images.to(torch.uint8), torch.tensor(labels))


def seeded(seed: int, hidden: int = 512) -> Network:
    return fresh(Mlp((784, hidden, 10)), torch.Generator().manual_seed(seed))


def test_the_article_s_network_has_407050_parameters():
    network = fresh(Mlp())
    assert network.parameters == 407_050
    assert network.architecture.name == "784-512-10"
    assert {name: tuple(tensor.shape) for name, tensor in network.tensors.items()} == {
        "0.weight": (512, 784),
        "0.bias": (512,),
        "2.weight": (10, 512),
        "2.bias": (10,),
    }


def test_the_generator_alone_determines_the_weights():
    torch.manual_seed(1)
    one = seeded(5).tensors
    torch.manual_seed(2)
    same, other = seeded(5).tensors, seeded(6).tensors
    for name in one:
        assert torch.equal(one[name], same[name])
        assert not torch.equal(one[name], other[name])


def test_a_generator_leaves_torch_s_own_randomness_for_the_default_alone():
    torch.manual_seed(1)
    one = fresh(Mlp((784, 8, 10))).tensors
    torch.manual_seed(1)
    assert torch.equal(fresh(Mlp((784, 8, 10))).tensors["0.weight"], one["0.weight"])
    assert not torch.equal(fresh(Mlp((784, 8, 10))).tensors["0.weight"], one["0.weight"])


def test_first_weights_are_uniform_up_to_one_over_the_root_of_the_inputs():
    state = seeded(0).tensors
    bounds = {"0.weight": 1 / 28, "0.bias": 1 / 28, "2.weight": 1 / math.sqrt(512)}
    for name, bound in bounds.items():
        assert 0.97 * bound < state[name].abs().max() <= bound
    # The standard deviation of such weights is bound / √3; of 401,408, known to 0.2 %.
    assert state["0.weight"].std().item() == pytest.approx(1 / 28 / math.sqrt(3), rel=5e-3)


WIDTHS = st.lists(st.integers(1, 30), min_size=1, max_size=3).map(lambda w: (784, *w, 10))


@given(st.integers(0, 2**32 - 1), st.floats(0, 1), st.integers(1, 20), WIDTHS)
def test_logits_are_those_of_the_network_on_dense_images(seed, background, n, widths):
    random = torch.Generator().manual_seed(seed)
    images = torch.randint(1, 256, (n, 28, 28), generator=random)
    images *= torch.rand(n, 28, 28, generator=random) >= background
    part = labelled(images, [0] * n)
    net = Mlp(widths).module(random)
    logits = Evaluator(part).logits(Network(Mlp(widths), net.state_dict()))
    assert logits.dtype == torch.float32
    with torch.no_grad():
        assert torch.allclose(logits, net(part.x), rtol=0, atol=1e-4)


def test_logits_are_those_of_the_whole_network_on_real_images():
    test = data.load().test
    part = Labelled(test.inputs[:500], test.labels[:500])
    net = Mlp().module(torch.Generator().manual_seed(0))
    with torch.no_grad():
        expected = net(part.x)
    logits = Evaluator(part).logits(seeded(0))
    assert torch.allclose(logits, expected, rtol=0, atol=1e-4)


def test_the_accuracy_of_a_network_that_reads_one_pixel_a_digit_is_known():
    # Image i has pixel i lit; hidden unit i sees pixel i; logit i is hidden unit i.
    images = torch.zeros(8, 784)
    images[range(8), range(8)] = 255
    images = images.reshape(8, 28, 28)
    one, zero = torch.eye(10, 784), torch.zeros(10)
    network = mlp.from_layers([(one, zero), (torch.eye(10), zero)])
    assert Evaluator(labelled(images, range(8))).accuracy(network) == 100
    assert Evaluator(labelled(images, [0, 1, 2, 3, 4, 5, 7, 6])).accuracy(network) == 75
    assert Evaluator(labelled(images, [9] * 8)).accuracy(network) == 0
    # Negative hidden units are cut off: with -W1 all logits are 0 and the first digit wins.
    negative = mlp.from_layers([(-one, zero), (torch.eye(10), zero)])
    assert Evaluator(labelled(images, [0, 0, 2, 3, 4, 5, 6, 7])).accuracy(negative) == 25


@pytest.mark.parametrize(("digit", "accuracy"), [(3, 10.10), (1, 11.35)])
def test_a_network_that_always_says_one_digit_is_right_as_often_as_it_occurs(digit, accuracy):
    state = {name: torch.zeros_like(t) for name, t in seeded(0, 4).tensors.items()}
    state["2.bias"][digit] = 1
    assert Evaluator(data.load().test).accuracy(Network(Mlp((784, 4, 10)), state)) == pytest.approx(
        accuracy
    )


@given(WIDTHS)
def test_layers_take_a_network_apart_and_put_it_together(widths):
    network = fresh(Mlp(widths))
    found = mlp.layers(network)
    assert [tuple(weight.shape) for weight, _ in found] == list(
        zip(widths[1:], widths, strict=False)
    )
    mixed = dict(sorted(network.tensors.items(), key=lambda item: item[0][::-1]))
    for again in (mlp.from_layers(found), mlp.from_tensors(mixed)):
        assert again.architecture == network.architecture
        assert list(again.tensors) == list(network.tensors)
        assert all(torch.equal(again.tensors[n], t) for n, t in network.tensors.items())


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda s: s.clear(), "not a chain of linear layers"),
        (lambda s: s.pop("2.bias"), "not a chain of linear layers"),
        (lambda s: s.update({"1.weight": torch.zeros(3)}), "not a chain of linear layers"),
        (lambda s: s.update({"2.weight": torch.zeros(10, 7)}), "are not the tensors of"),
        (lambda s: s.update({"0.bias": torch.zeros(7)}), "are not the tensors of"),
        (lambda s: s.update({"0.weight": torch.zeros(8)}), "weights are matrices"),
    ],
)
def test_what_is_no_chain_of_layers_is_named(change, message):
    tensors = dict(fresh(Mlp((784, 8, 10))).tensors)
    change(tensors)
    with pytest.raises(ValueError, match=message):
        mlp.from_tensors(tensors)


@dataclass(frozen=True)
class Convolution:
    """Another architecture: whoever needs no layers takes it as it takes a chain."""

    name = "conv"
    shapes = MappingProxyType({"weight": (3, 1, 5, 5), "bias": (3,)})

    def module(self, generator=None):
        return torch.nn.Conv2d(1, 3, 5)

    def forward(self, tensors, x):
        return torch.conv2d(x[:, None], tensors["weight"], tensors["bias"]).mean((2, 3))


def test_another_architecture_is_evaluated_as_a_chain_is_but_has_no_layers():
    network = fresh(Convolution())
    part = labelled(torch.randint(0, 256, (4, 28, 28)), [0, 1, 2, 0])
    assert Evaluator(part).logits(network).shape == (4, 3)
    assert network.parameters == 3 * 25 + 3
    with pytest.raises(TypeError, match="conv is no chain"):
        mlp.layers(network)
