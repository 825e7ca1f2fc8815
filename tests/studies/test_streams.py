"""A network's numbers in several orders: what a beginning of them tells."""

import numpy as np
import pytest
import torch

from jpegnet.nets.convolutional import Convolutional
from jpegnet.nets.mlp import Mlp
from jpegnet.nets.network import Network, fresh
from jpegnet.studies import streams

WIDTHS = (6, 5, 3)
NUMBERS = 6 * 5 + 5 + 5 * 3 + 3


@pytest.fixture
def network() -> Network:
    return fresh(Mlp(WIDTHS), torch.Generator().manual_seed(0))


@pytest.fixture
def sent(network) -> dict[str, streams.Stream]:
    return {stream.method: stream for stream in streams.of_numbers(network)}


def same(found: Network, wanted: Network, **how) -> None:
    for name, tensor in wanted.tensors.items():
        torch.testing.assert_close(found.tensors[name], tensor, **how)


def test_all_bytes_tell_the_network(network, sent):
    for method, stream in sent.items():
        read = stream.read(len(stream.data))
        if method.startswith("float32"):
            assert len(stream.data) == 4 * NUMBERS
            same(read, network, rtol=0, atol=0)
        else:
            half = max(float(tensor.abs().max()) for tensor in network.tensors.values()) / 254
            same(read, network, rtol=0, atol=1.01 * half)
    as_int8 = [stream.read(len(stream.data)) for stream in sent.values() if "int8" in stream.method]
    same(as_int8[0], as_int8[1], rtol=0, atol=0)
    same(as_int8[0], as_int8[2], rtol=0, atol=0)


def test_a_tensor_of_zeros_is_sent_like_any_other(network):
    network.tensors["0.bias"].zero_()
    for stream in streams.of_numbers(network):
        read = stream.read(len(stream.data))
        torch.testing.assert_close(read.tensors["0.bias"], torch.zeros(WIDTHS[1]))


def test_nothing_is_nothing(sent):
    for method, stream in sent.items():
        read = stream.read(0)
        assert (read is None) == ("zstd" in method)
        assert read is None or not any(tensor.any() for tensor in read.tensors.values())


def test_tensors_come_one_after_the_other(network, sent):
    stream = sent["float32, tensor after tensor"]
    read = stream.read(4 * 30 + 3).tensors  # of the next number three bytes
    assert torch.equal(read["0.weight"], network.tensors["0.weight"])
    near = network.tensors["0.bias"][0]
    assert abs(read["0.bias"][0] - near) < 1e-4 * abs(near)
    assert not read["0.bias"][1:].any()
    assert not read["2.weight"].any()


@pytest.mark.parametrize(
    ("method", "size"), [("float32, unit by unit", 4), ("int8, unit by unit", 1)]
)
def test_units_come_one_after_the_other(sent, method, size):
    stream = sent[method]
    whole = stream.read(len(stream.data)).tensors
    read = stream.read(size * (3 + 2 * (1 + 3 + 6))).tensors
    assert torch.equal(read["2.bias"], whole["2.bias"])
    for name, units in (("0.weight", whole["0.weight"]), ("0.bias", whole["0.bias"])):
        assert torch.equal(read[name][:2], units[:2])
        assert not read[name][2:].any()
    assert torch.equal(read["2.weight"][:, :2], whole["2.weight"][:, :2])
    assert not read["2.weight"][:, 2:].any()


def test_high_bytes_tell_sign_and_size(network, sent):
    stream = sent["float32, high bytes first"]
    for name, tensor in stream.read(NUMBERS).tensors.items():
        ratio = tensor / network.tensors[name]
        assert (ratio > 0.5).all()
        assert (ratio <= 2).all()
    same(stream.read(3 * NUMBERS), network, rtol=1e-4, atol=0)


def test_high_bits_halve_the_error_one_by_one(sent):
    stream = sent["int8, high bits first"]
    whole = stream.read(len(stream.data)).tensors["0.weight"]
    step, most = stream.steps[0], []
    for bits in range(1, 9):
        read = stream.read(-(-bits * NUMBERS // 8)).tensors["0.weight"]
        most.append(float((read - whole).abs().max()) / step)
        assert most[-1] <= 128 / 2**bits + 0.01 or bits == 8
    assert most[-1] < 0.01
    part = stream.read(3).tensors  # bits of the first 24 numbers: biases, and two units
    assert part["0.weight"][0].all()
    assert not part["0.weight"][3:].any()


def test_the_order_is_one_of_all_numbers():
    for by_unit in (False, True):
        assert np.array_equal(np.sort(streams.order(WIDTHS, by_unit)), np.arange(NUMBERS))


def test_what_is_no_chain_is_refused():
    with pytest.raises(TypeError, match="no chain"):
        streams.of_numbers(fresh(Convolutional()))
