"""A network's file taken apart: blocks and bytes are those of the file."""

import numpy as np
import pytest
import torch

from jpegnet.jpeg import rangecode
from jpegnet.jpeg.dct import quality_table
from jpegnet.jpeg.markers import segments
from jpegnet.methods.posttraining import Choices, compress
from jpegnet.methods.through_codec.chain import ChainPicture
from jpegnet.methods.through_codec.recipe import CodecRecipe
from jpegnet.methods.through_codec.training import first_network
from jpegnet.nets import mlp
from jpegnet.nets.network import Network, fresh
from jpegnet.picture import file as picture
from jpegnet.picture import inspect
from jpegnet.picture.plan import plan

CODINGS = [coding for coding in picture.CODINGS if coding != "smallest"]


def network(*widths: int) -> Network:
    return fresh(mlp.Mlp(widths), torch.Generator().manual_seed(0))


def coefficient_network(*widths: int) -> ChainPicture:
    generator = torch.Generator().manual_seed(0)
    net = ChainPicture(first_network(mlp.Mlp(widths), generator), CodecRecipe().table())
    net.q.data *= 0.6  # no grey level is cut off
    return net


@pytest.fixture(scope="module", params=[(784, 6, 10), (784, 20, 7, 10)], ids=str)
def net(request) -> ChainPicture:
    return coefficient_network(*request.param)


@pytest.fixture(scope="module")
def file(net) -> bytes:
    return net.file()


def test_blocks_hold_the_coefficients_that_were_written(net, file):
    found = inspect.blocks(file)
    height, width = picture.load(file).image.shape
    assert found.shape == (height // 8, width // 8, 64)
    whole = net.q.detach().round().int().numpy()
    assert (found.reshape(-1, 64)[net.file_places] == whole).all()
    assert np.count_nonzero(found) == np.count_nonzero(whole)  # blank blocks are blank


def test_the_first_blocks_are_those_of_the_first_layer(net, file):
    first = net.parts["0.weight"]
    across = min(first.part.across, first.rows)
    found = inspect.first_blocks(file)
    assert len(found) == 9 * -(-first.rows // across) * across  # with the mosaic's blank places
    q = net.q.detach()[: first.blocks].round().int().numpy()
    assert sorted(map(tuple, q[q.any(1)])) == sorted(map(tuple, found[found.any(1)]))


def test_samples_that_were_cut_off_tell_no_blocks():
    cut = network(784, 6, 10)
    layout = plan(cut, levels=(1000, 127))
    with pytest.raises(ValueError, match="do not tell the coefficients"):
        inspect.blocks(picture.encode(cut, layout, quality_table(50)))


def test_kinds_are_places_in_a_tile_and_then_parts(net, file):
    layout = picture.load(file).layout
    kinds = inspect.kinds(layout)
    assert kinds.shape == inspect.blocks(file).shape[:2]
    assert kinds[:3, :3].tolist() == [[0, 1, 2], [3, 4, 5], [6, 7, 8]]
    expected = np.zeros(net.file_blocks, int)
    for i, part in enumerate(net.parts.values()):
        mine = net.file_places[part.first : part.first + part.blocks]
        expected[mine] = 9 + i if i else np.tile(range(9), part.rows)
    own = np.zeros(net.file_blocks, bool)
    own[net.file_places] = True
    assert (kinds.ravel()[own] == expected[own]).all()


def test_tiles_are_the_first_layer_s_weights(net, file):
    (weight, _), *_ = mlp.layers(picture.decode(file))
    pictures = weight.reshape(-1, 28, 28)[:, 2:26, 2:26].numpy()
    assert np.array_equal(inspect.first_tiles(file, len(weight)), pictures)
    assert np.array_equal(inspect.first_tiles(file, 3), pictures[[0, (len(weight) - 1) // 2, -1]])


def test_what_is_spent_adds_up_and_can_be_read_back(file):
    spent = inspect.spent(file)
    assert spent["scans"] + spent["Huffman tables"] + spent["rest"] == len(file)
    assert spent["scans"] == sum(segment.scan for segment in segments(file))
    names = ("DC", "AC symbols", "AC values", "end of block")
    assert sum(spent[name] for name in names) == pytest.approx(spent["scans"], abs=12)
    blocks, kinds = inspect.blocks(file), inspect.kinds(picture.load(file).layout)
    coded = rangecode.range_coded(blocks, kinds)
    assert len(coded) == spent["range coded"]
    assert (rangecode.range_decoded(coded, blocks.shape, kinds) == blocks).all()


@pytest.mark.parametrize("coding", CODINGS)
@pytest.mark.parametrize("widths", [(784, 32, 10), (784, 20, 7, 10)])
def test_the_parts_of_a_file_are_all_of_its_bytes(coding, widths):
    file = compress(network(*widths), 50, Choices(coding=coding), None)
    sizes, parts = inspect.segment_bytes(file), inspect.byte_parts(file, coding)
    assert sum(sizes.values()) == sum(parts.values()) == len(file)
    assert min(parts.values()) > 0
    found = segments(file)
    scans = sum(segment.scan for segment in found)
    assert parts["first layer"] + parts["later layers, biases"] == sizes["scans"] == scans
    assert parts["quantisation table"] == 4 + 1 + 64  # marker, length; its number; its steps
    (note,) = [s.body for s in found if s.marker == 0xEA]
    assert parts["layout"] == 4 + len(note)
    tables = sum(s.end - s.start for s in found if s.marker == 0xC4)
    assert parts["Huffman tables"] == tables


def test_the_first_layer_s_bytes_do_not_depend_on_what_stands_beside_it():
    bare = network(784, 32, 10)
    shares = []
    for factor in (1, 0):
        weight, bias = mlp.layers(bare)[1]
        other = mlp.from_layers([mlp.layers(bare)[0], (factor * weight, bias)])
        choices = Choices(scaling="global")
        file = compress(other, 50, choices, None)
        shares.append(inspect.byte_parts(file, choices.coding))
    assert shares[0]["first layer"] == pytest.approx(shares[1]["first layer"], abs=2)
    assert shares[0]["later layers, biases"] > 3 * shares[1]["later layers, biases"]
