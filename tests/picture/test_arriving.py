"""Networks of which only the first bytes have arrived."""

import io

import numpy as np
import pytest
import torch
from PIL import Image

from jpegnet.jpeg.dct import quality_table
from jpegnet.nets.convolutional import Convolutional
from jpegnet.nets.mlp import Mlp
from jpegnet.nets.nested import Nested
from jpegnet.nets.network import fresh
from jpegnet.picture import arriving
from jpegnet.picture import file as picture
from jpegnet.picture.layout import PictureError
from jpegnet.picture.plan import plan

NETWORKS = [Mlp((784, 12, 10)), Convolutional(((6, 8, 3), (8, 4, 2))), Nested()]


def encoded(architecture, coding: str) -> bytes:
    network = fresh(architecture, torch.Generator().manual_seed(0))
    return picture.encode(network, plan(network, 24), quality_table(40), coding)


@pytest.mark.parametrize("coding", ["optimised", "progressive"])
@pytest.mark.parametrize("architecture", NETWORKS, ids=lambda a: a.name)
def test_a_whole_file_is_the_network_that_a_reader_reads(architecture, coding):
    file = encoded(architecture, coding)
    found, wanted = arriving.load(file), picture.load(file)
    # Decoders may be a grey level off.
    assert np.abs(found.image.astype(int) - wanted.image).max() <= 1
    read, network = found.network.tensors, picture.decode(file).tensors
    for name, tensor in network.items():
        part = wanted.layout.parts[list(network).index(name)]
        assert (read[name] - tensor).abs().max() <= 1.01 * part.scale


@pytest.mark.parametrize("coding", ["optimised", "progressive"])
@pytest.mark.parametrize("architecture", NETWORKS, ids=lambda a: a.name)
def test_each_beginning_is_a_network_or_is_refused(architecture, coding):
    file, read, x = encoded(architecture, coding), 0, torch.rand(2, 28, 28)
    for size in range(0, len(file), 7):
        try:
            found = arriving.load(file[:size])
        except PictureError as error:
            assert not read, error  # once the headers are there each beginning is a network
            continue
        read += 1
        assert found.network.logits(x).isfinite().all()
        if not any(found.scans):
            assert (found.image == 128).all()
    assert read > 50


def test_what_is_no_network_is_refused():
    file = encoded(NETWORKS[0], "optimised")
    with pytest.raises(PictureError, match="0 segments"):
        arriving.load(file.replace(b"jpegnet", b"jpegnot"))
    with pytest.raises(PictureError, match="not the beginning"):
        arriving.load(b"a text")
    buffer = io.BytesIO()
    Image.new("L", (8, 8), 99).save(buffer, "jpeg")
    note = file[file.index(b"\xff\xea") :][:60]
    length = 2 + int.from_bytes(note[2:4], "big")
    small = buffer.getvalue()[:2] + note[:length] + buffer.getvalue()[2:]
    with pytest.raises(PictureError, match="8 × 8 pixels; the network needs"):
        arriving.load(small)


def test_of_a_nested_network_units_arrive_one_by_one():
    file = encoded(Nested(), "optimised")
    rows, before = [], torch.zeros(0, 15, 4, 4)
    for size in range(0, len(file), 40):
        try:
            tensors = arriving.load(file[:size]).network.tensors
        except PictureError:
            continue
        there = tensors["units.weight"].flatten(1).any(1)
        assert there[: there.sum()].all()  # the first ones
        rows.append(int(there.sum()))
        now = tensors["units.weight"]
        assert torch.equal(before, now[: len(before)])
        before = now[: max(0, rows[-1] - 1)]  # the last is arriving
    assert rows == sorted(rows)
    assert set(range(33)) == set(rows)
