"""What a method costs and loses: measured by one judge, on methods of which all is known."""

from dataclasses import dataclass

import pytest
import torch
from safetensors.torch import load, save
from torch.nn import functional

from jpegnet.data.labelled import Labelled
from jpegnet.methods import measure
from jpegnet.methods.article import VARIANTS
from jpegnet.methods.measure import Judge
from jpegnet.methods.posttraining import PostTraining
from jpegnet.nets import mlp
from jpegnet.nets.network import Network, fresh

NETWORK = fresh(mlp.Mlp((784, 32, 10)), torch.Generator().manual_seed(0))


def labelled(n: int, seed: int) -> Labelled:
    """Noise; for three of four inputs the label is what the network answers."""
    generator = torch.Generator().manual_seed(seed)
    inputs = torch.randint(0, 256, (n, 28, 28), generator=generator, dtype=torch.uint8)
    answers = NETWORK.logits(inputs.float() / 255).argmax(1)
    return Labelled(inputs, (answers + (torch.arange(n) % 4 == 0)) % 10)


INPUTS = {"val": labelled(200, 1), "test": labelled(100, 2)}


@dataclass(frozen=True)
class Lossless:
    """A safetensors file of the network in float32."""

    name = "lossless"

    @property
    def settings(self) -> dict[str, str | float]:
        return {"kind": "toy", "level": 3}

    def encode(self, network: Network) -> bytes:
        return save(network.tensors)

    def decode(self, data: bytes) -> Network:
        return mlp.from_tensors(load(data))

    def parts(self, data: bytes) -> dict[str, int]:
        return {"head_bytes": 8 + int.from_bytes(data[:8], "little")}


@pytest.fixture(scope="module")
def judge() -> Judge:
    return Judge(NETWORK, INPUTS)


def test_a_lossless_method_loses_nothing(judge):
    row = judge.measure(Lossless())
    for kind in INPUTS:
        assert row[f"{kind}_accuracy"] == 75
        assert row[f"{kind}_loss"] == 0
        assert row[f"{kind}_divergence"] == 0


def test_a_row_tells_method_settings_and_bytes(judge):
    row = judge.measure(Lossless())
    data = Lossless().encode(NETWORK)
    assert row["method"] == "lossless"
    assert (row["kind"], row["level"]) == ("toy", 3)
    assert row["bytes"] == len(data)
    assert row["head_bytes"] == len(data) - 4 * NETWORK.parameters
    assert row["bits_per_weight"] == pytest.approx(8 * len(data) / (784 * 32 + 32 + 320 + 10))


METHODS = [*(variant.at(3) for variant in VARIANTS), PostTraining(quality=3)]


@pytest.mark.parametrize("method", METHODS, ids=lambda m: f"{m.name} {getattr(m, 'label', '')}")
def test_what_is_measured_is_the_network_that_the_bytes_hold(judge, method):
    row = judge.measure(method)
    data = method.encode(NETWORK)
    assert row["method"] == method.name
    assert row.items() >= {"bytes": len(data), **method.settings, **method.parts(data)}.items()
    assert min(row["encode_seconds"], row["decode_seconds"]) > 0
    decoded = method.decode(data)
    for kind, some in INPUTS.items():
        before, after = NETWORK.logits(some.x), decoded.logits(some.x)
        right = 100 * (after.argmax(1) == some.labels).double().mean().item()
        assert row[f"{kind}_accuracy"] == pytest.approx(right)
        assert row[f"{kind}_loss"] == pytest.approx(75 - right, abs=0.01)
        nats = -after.log_softmax(1)[range(len(after)), some.labels].mean().item()
        assert row[f"{kind}_cross_entropy"] == pytest.approx(nats, rel=1e-5)
        p, q = before.double().softmax(1), after.double().softmax(1)
        apart = (p * (p / q).log()).sum(1).mean().item()
        assert apart > 0
        assert row[f"{kind}_divergence"] == pytest.approx(apart, rel=1e-6)
    assert row["test_accuracy"] < 75  # so that the loss is not 0 whatever is measured


def test_seconds_are_those_of_encoding_and_of_decoding_alone(judge, monkeypatch):
    clock = [0.0]
    monkeypatch.setattr(measure.time, "perf_counter", lambda: clock[0])

    class Timed(Lossless):
        def encode(self, network):
            clock[0] += 3
            return super().encode(network)

        def decode(self, data):
            clock[0] += 5
            return super().decode(data)

        def parts(self, data):
            clock[0] += 100
            return super().parts(data)

    row = judge.measure(Timed())
    assert (row["encode_seconds"], row["decode_seconds"]) == (3, 5)


def test_a_judge_reads_by_the_inputs_that_it_is_given():
    some = labelled(40, 3)
    row = Judge(NETWORK, {"few": some}).measure(Lossless())
    loss = functional.cross_entropy(NETWORK.logits(some.x), some.labels).item()
    assert row["few_cross_entropy"] == pytest.approx(loss)
    assert not [column for column in row if column.startswith(("val_", "test_"))]
