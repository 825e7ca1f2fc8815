"""A network's picture in several orders."""

import pytest
import torch

from jpegnet.jpeg import arriving
from jpegnet.jpeg.dct import quality_table
from jpegnet.nets.convolutional import Convolutional
from jpegnet.nets.mlp import Mlp
from jpegnet.nets.nested import Nested
from jpegnet.nets.network import Network, fresh
from jpegnet.picture import file as picture
from jpegnet.picture.plan import plan
from jpegnet.studies import orders
from jpegnet.studies.streams import Pictured


def seeded(architecture) -> Network:
    return fresh(architecture, torch.Generator().manual_seed(0))


def pictured(architecture) -> bytes:
    network = seeded(architecture)
    return picture.encode(network, plan(network, 24), quality_table(40), "optimised")


def test_units_by_worth_are_the_same_network(few):
    network = seeded(Mlp((784, 20, 10)))
    network.tensors["2.weight"][:, 3] *= 9
    network.tensors["2.weight"][:, 5] = 0
    found = orders.by_worth(network, few.test)
    torch.testing.assert_close(found.logits(few.test.x), network.logits(few.test.x))
    assert torch.equal(found.tensors["0.weight"][0], network.tensors["0.weight"][3])
    assert torch.equal(found.tensors["0.weight"][-1], network.tensors["0.weight"][5])


@pytest.mark.parametrize("widths", [(784, 20, 10), (784, 30, 20, 10)])
def test_outputs_may_come_first(widths):
    network = seeded(Mlp(widths))
    layout = plan(network, 24, (60, 60))  # no level is cut off
    file = picture.encode(network, layout, quality_table(40), "optimised")
    turned = orders.outputs_first(file)
    before, after = picture.decode(file), picture.decode(turned)
    for name, tensor in before.tensors.items():
        assert torch.equal(after.tensors[name], tensor)
    parts = picture.load(turned).layout.parts
    assert [part.block_y for part in parts] == sorted((p.block_y for p in parts), reverse=True)


def test_scans_hold_the_same_network():
    file = pictured(Convolutional(((6, 8, 3), (8, 4, 2))))
    wanted = picture.decode(file)
    for other in orders.scanned(file).values():
        assert len(arriving.read(other).scans) > 3
        for name, tensor in picture.decode(other).tensors.items():
            assert torch.equal(tensor, wanted.tensors[name])
    assert list(orders.pictures("a", file)) == [
        "a, tile by tile",
        *(f"a, {name}" for name in orders.SCRIPTS),
    ]


def test_a_file_s_headers_tell_no_network():
    file = pictured(Nested((6, 8, 3), (8, 4, 2)))
    size = orders.headers(file)
    assert 150 < size < 400
    assert Pictured("", file).read(size - 1) is None
    read = Pictured("", file).read(size)
    assert not any(tensor.any() for tensor in read.tensors.values())


def test_a_chain_is_told_unit_by_unit_or_bit_by_bit():
    file = pictured(Mlp((784, 20, 10)))
    wanted, found = picture.decode(file), orders.of_chain("a", file)
    assert list(found) == ["a, by unit", "a, by bit"]
    by_unit, by_bit = (picture.load(stream.data) for stream in found.values())
    assert by_unit.layout.parts[0].across == 6
    assert by_bit.layout == picture.load(file).layout
    assert torch.equal(
        picture.decode(found["a, by bit"].data).tensors["0.weight"], wanted.tensors["0.weight"]
    )
    assert len(arriving.read(found["a, by bit"].data).scans) == 3
