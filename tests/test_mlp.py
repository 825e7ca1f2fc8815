"""The network and its evaluation."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from jpegnet import data, mlp


def split(images, labels) -> data.Split:
    return data.Split(images.to(torch.uint8), torch.tensor(labels))


def seeded(seed: int, hidden: int = 512) -> torch.nn.Sequential:
    return mlp.build((784, hidden, 10), torch.Generator().manual_seed(seed))


def test_the_article_s_network_has_407050_parameters():
    state = mlp.build().state_dict()
    assert mlp.parameters(state) == 407_050
    shapes = {name: tuple(tensor.shape) for name, tensor in state.items()}
    assert shapes == {
        "0.weight": (512, 784),
        "0.bias": (512,),
        "2.weight": (10, 512),
        "2.bias": (10,),
    }


def test_the_generator_alone_determines_the_weights():
    torch.manual_seed(1)
    one = seeded(5).state_dict()
    torch.manual_seed(2)
    same, other = seeded(5).state_dict(), seeded(6).state_dict()
    for name in one:
        assert torch.equal(one[name], same[name])
        assert not torch.equal(one[name], other[name])


def test_a_generator_leaves_torch_s_own_randomness_for_the_default_alone():
    torch.manual_seed(1)
    one = mlp.build((784, 8, 10)).state_dict()
    torch.manual_seed(1)
    assert torch.equal(mlp.build((784, 8, 10)).state_dict()["0.weight"], one["0.weight"])
    assert not torch.equal(mlp.build((784, 8, 10)).state_dict()["0.weight"], one["0.weight"])


def test_first_weights_are_uniform_up_to_one_over_the_root_of_the_inputs():
    state = seeded(0).state_dict()
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
    part = split(images, [0] * n)
    net = mlp.build(widths, random)
    logits = mlp.Evaluator(part).logits(net.state_dict())
    assert logits.dtype == torch.float32
    with torch.no_grad():
        assert torch.allclose(logits, net(part.x), rtol=0, atol=1e-4)


def test_logits_are_those_of_the_whole_network_on_real_images():
    part = data.Split(data.load().test.images[:500], data.load().test.labels[:500])
    net = seeded(0)
    with torch.no_grad():
        expected = net(part.x)
    logits = mlp.Evaluator(part).logits(net.state_dict())
    assert torch.allclose(logits, expected, rtol=0, atol=1e-4)


def test_the_accuracy_of_a_network_that_reads_one_pixel_a_digit_is_known():
    # Image i has pixel i lit; hidden unit i sees pixel i; logit i is hidden unit i.
    images = torch.zeros(8, 784)
    images[range(8), range(8)] = 255
    images = images.reshape(8, 28, 28)
    state = {
        "0.weight": torch.eye(10, 784),
        "0.bias": torch.zeros(10),
        "2.weight": torch.eye(10),
        "2.bias": torch.zeros(10),
    }
    assert mlp.Evaluator(split(images, range(8))).accuracy(state) == 100
    assert mlp.Evaluator(split(images, [0, 1, 2, 3, 4, 5, 7, 6])).accuracy(state) == 75
    assert mlp.Evaluator(split(images, [9] * 8)).accuracy(state) == 0
    # Negative hidden units are cut off: with -W1 all logits are 0 and the first digit wins.
    negative = state | {"0.weight": -state["0.weight"]}
    assert mlp.Evaluator(split(images, [0, 0, 2, 3, 4, 5, 6, 7])).accuracy(negative) == 25


@pytest.mark.parametrize(("digit", "accuracy"), [(3, 10.10), (1, 11.35)])
def test_a_network_that_always_says_one_digit_is_right_as_often_as_it_occurs(digit, accuracy):
    state = {name: torch.zeros_like(t) for name, t in seeded(0, 4).state_dict().items()}
    state["2.bias"][digit] = 1
    assert mlp.Evaluator(data.load().test).accuracy(state) == pytest.approx(accuracy)


@given(WIDTHS)
def test_layers_take_a_network_apart_and_put_it_together(widths):
    state = mlp.build(widths).state_dict()
    found = mlp.layers(state)
    assert [tuple(weight.shape) for weight, _ in found] == list(
        zip(widths[1:], widths, strict=False)
    )
    again = mlp.from_layers(found)
    assert list(again) == list(state)
    assert all(torch.equal(again[name], state[name]) for name in state)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda s: s.clear(), "not the state of a chain"),
        (lambda s: s.pop("2.bias"), "not the state of a chain"),
        (lambda s: s.update({"1.weight": torch.zeros(3)}), "not the state of a chain"),
        (lambda s: s.update({"2.weight": torch.zeros(10, 7)}), "layer 2 does not fit"),
        (lambda s: s.update({"0.bias": torch.zeros(7)}), "layer 0 does not fit"),
        (lambda s: s.update({"0.weight": torch.zeros(8)}), "layer 0 does not fit"),
    ],
)
def test_what_is_no_chain_of_layers_is_named(change, message):
    state = mlp.build((784, 8, 10)).state_dict()
    change(state)
    with pytest.raises(ValueError, match=message):
        mlp.layers(state)
