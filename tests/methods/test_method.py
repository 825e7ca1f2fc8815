"""Methods: each takes a network to bytes and back, and says what it is."""

from dataclasses import dataclass, replace

import pytest
import torch

from jpegnet.data.labelled import Labelled
from jpegnet.methods.article import VARIANTS
from jpegnet.methods.method import Graded, Method, changed
from jpegnet.methods.posttraining import RECOMMENDED, SCALINGS, Choices, PostTraining
from jpegnet.methods.through_codec.method import ThroughCodec
from jpegnet.methods.through_codec.recipe import CodecRecipe
from jpegnet.nets import mlp
from jpegnet.nets.network import Network, fresh
from jpegnet.picture.file import CODINGS

WIDTHS = (784, 32, 10)
RANDOM = torch.Generator().manual_seed(0)
# Noise around a bright middle, so that its moments are those of no two pixels alike.
LIGHT = torch.linspace(-1, 1, 28).square()
SEEN = (255 * torch.rand(300, 28, 28, generator=RANDOM) * (2 - LIGHT - LIGHT[:, None]) / 2).byte()
INPUTS = Labelled(SEEN, torch.arange(300) % 10)
RECIPE = CodecRecipe(mlp.Mlp(WIDTHS), epochs=1, batch=50, passes=0)

GRADED: dict[str, Graded] = {
    **{f"article, {variant.label}": variant for variant in VARIANTS},
    "plain picture": PostTraining(),
    "recommended": PostTraining(RECOMMENDED, INPUTS),
    **{f"coding {coding}": PostTraining(Choices(coding=coding)) for coding in CODINGS},
    **{f"scaling {scaling}": PostTraining(Choices(scaling=scaling)) for scaling in SCALINGS},
    "damped": PostTraining(Choices(crop=24, damping=1.0), INPUTS),
}
METHODS: dict[str, Method] = {**GRADED, "through the codec": ThroughCodec(RECIPE, 0, INPUTS)}

pytestmark = pytest.mark.usefixtures("kept")  # training through the codec is a stage


def network(seed: int = 0) -> Network:
    return fresh(mlp.Mlp(WIDTHS), torch.Generator().manual_seed(seed))


@pytest.fixture(params=METHODS)
def method(request) -> Method:
    return METHODS[request.param]


@pytest.fixture(params=GRADED)
def graded(request) -> Graded:
    return GRADED[request.param]


def test_a_network_of_the_same_architecture_is_decoded_from_the_bytes(method):
    data = method.encode(network())
    assert isinstance(data, bytes)
    decoded = method.decode(data)
    assert isinstance(decoded, Network)
    assert decoded.architecture == network().architecture
    for tensor in decoded.tensors.values():
        assert tensor.dtype == torch.float32
        assert tensor.isfinite().all()
    assert decoded.logits(INPUTS.x).std() > 0


def test_encoding_leaves_the_network_as_it_is(method):
    given, before = network(), network()
    method.encode(given)
    for name, tensor in before.tensors.items():
        assert torch.equal(given.tensors[name], tensor)


def test_the_same_network_gives_the_same_bytes(method):
    assert method.encode(network()) == method.encode(network())


def test_the_decoded_network_does_not_depend_on_what_was_encoded_before(method):
    data = method.encode(network())
    before = method.decode(data).tensors
    method.encode(network(1))
    after = method.decode(bytes(bytearray(data))).tensors
    assert all(torch.equal(before[name], after[name]) for name in before)


def test_name_and_settings_are_words_and_numbers_for_a_table(method):
    assert method.name
    assert method.settings
    assert {type(value) for value in method.settings.values()} <= {str, int, float}


def test_parts_are_no_more_than_the_bytes(method):
    data = method.encode(network())
    parts = method.parts(data)
    assert parts.keys().isdisjoint(method.settings)
    assert all(0 < part < len(data) for part in parts.values())


def test_a_method_is_a_value(method):
    assert replace(method) == method
    assert hash(replace(method)) == hash(method)


def test_each_kind_has_one_name_of_its_own():
    kinds = {(type(method), method.name) for method in METHODS.values()}
    assert len(kinds) == len({name for _, name in kinds}) == len({kind for kind, _ in kinds})


def test_settings_tell_methods_apart():
    settings = {(method.name, *method.settings.items()) for method in METHODS.values()}
    assert len(settings) == len(set(METHODS.values()))


def test_what_differs_from_the_defaults_is_told_in_words():
    assert changed(Choices()) == "plain"
    assert changed(Choices(crop=24, damping=1.0)) == "crop 24, damping 1.0"
    assert changed(Choices(crop=24, damping=1.0), ("crop",)) == "damping 1.0"


def test_at_another_quality_a_method_is_the_same_but_for_the_quality(graded):
    low, high = graded.at(10), graded.at(90)
    assert low != high
    assert low.at(90) == high
    assert low.settings == {**high.settings, "quality": 10}
    assert high.settings["quality"] == 90
    sizes = [len(method.encode(network())) for method in (low, high)]
    assert sizes[0] < sizes[1]


def test_a_higher_quality_is_nearer_to_the_network(graded):
    before = network().logits(INPUTS.x)
    errors = []
    for quality in (5, 95):
        method = graded.at(quality)
        after = method.decode(method.encode(network())).logits(INPUTS.x)
        errors.append((after - before).square().mean().item())
    assert errors[1] < errors[0] / 4


def test_training_through_the_codec_does_not_look_at_the_network_it_is_given():
    method = METHODS["through the codec"]
    assert method.encode(network(0)) == method.encode(network(1))
    other = replace(method, seed=1)
    assert other.encode(network(0)) != method.encode(network(0))


@dataclass(frozen=True)
class _Other:
    """An architecture that is no chain of linear layers."""

    name = "other"

    @property
    def shapes(self) -> dict[str, tuple[int, ...]]:
        return {"0.weight": (8, 784), "0.bias": (8,)}


def test_what_is_no_chain_of_linear_layers_is_refused(graded):
    shapes = _Other().shapes.items()
    other = Network(_Other(), {name: torch.zeros(shape) for name, shape in shapes})
    with pytest.raises(TypeError, match="other is no chain of linear layers"):
        graded.encode(other)
