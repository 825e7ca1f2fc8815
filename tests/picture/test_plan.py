"""Where a network's matrices are put in its picture."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from jpegnet.nets import mlp
from jpegnet.nets.network import Network, fresh
from jpegnet.picture import file as picture
from jpegnet.picture import greys
from jpegnet.picture.layout import MAX_PIXELS, PictureError
from jpegnet.picture.plan import plan

WIDTH = st.integers(1, 40) | st.integers(1, 300)
WIDTHS = st.lists(WIDTH, min_size=2, max_size=5) | st.tuples(st.just(784), WIDTH, st.just(10))
CROP = st.integers(1, 28)


def network(*widths: int) -> Network:
    return fresh(mlp.Mlp(tuple(widths)), torch.Generator().manual_seed(0))


@given(WIDTHS, CROP)
def test_parts_lie_in_the_picture_and_never_overlap(widths, crop):
    layout = plan(network(*widths), crop)
    assert layout.architecture.widths == tuple(widths)
    times = np.zeros(layout.size, int)
    for part, (rows, _) in zip(layout.parts, layout.shapes, strict=True):
        height, width = part.extent(rows)
        y, x = 8 * part.block_y, 8 * part.block_x
        place = times[y : y + height, x : x + width]
        assert place.shape == (height, width)
        place += 1
    assert times.max() == 1


@given(WIDTHS)
def test_whole_rows_are_shown_each_entry_once(widths):
    layout = plan(network(*widths))
    for part, (_, columns) in zip(layout.parts, layout.shapes, strict=True):
        entries = part.entries(columns)
        assert sorted(entries[entries >= 0]) == [*range(columns)]


@given(CROP)
def test_a_crop_shows_the_middle_of_the_inputs(crop):
    entries = plan(network(784, 3, 2), crop).parts[0].entries(784)
    lines, columns = np.divmod(entries, 28)
    assert entries.shape == (crop, crop)
    for place in (lines[:, 0], columns[0]):
        assert [*place] == [*range(place[0], place[0] + crop)]
        assert 0 <= 28 - crop - 2 * place[0] <= 1  # as much before as after, or one less


def test_other_numbers_of_inputs_are_not_cropped():
    assert plan(network(783, 3, 2), crop=8) == plan(network(783, 3, 2))


def test_the_article_s_network_has_32_tiles_a_row_above_the_rest():
    layout = plan(network(784, 512, 10))
    first, *others = layout.parts
    assert (first.across, first.extent(512)) == (32, (448, 896))
    assert (first.block_y, first.block_x) == (0, 0)
    assert all(part.block_y == 448 // 8 for part in others)
    assert layout.size == (456, 896)


@given(WIDTHS, st.floats(1, 127), st.floats(1, 127))
def test_the_largest_magnitude_takes_the_levels_it_is_given(widths, first, rest):
    net = network(*widths)
    layout = plan(net, levels=(first, rest))
    tensors = [tensor for layer in mlp.layers(net) for tensor in layer]
    for i, (tensor, part) in enumerate(zip(tensors, layout.parts, strict=True)):
        levels = rest if i else first
        assert tensor.abs().max().item() / part.scale == pytest.approx(levels, rel=2e-3)
        assert part.scale == float(np.float16(part.scale))  # as the file holds it
        assert tensor.abs().max().item() <= levels * part.scale * (1 + 1e-6)
    grey = greys.render(net, layout).astype(int) - 128
    assert np.abs(grey).max() == pytest.approx(max(first, rest), abs=0.7)


def test_a_matrix_of_zeros_has_a_scale():
    net = network(5, 3, 2)
    net.tensors["2.bias"].zero_()
    assert plan(net).parts[-1].scale == 1


@pytest.mark.parametrize("crop", [-1, 0, 29])
def test_a_crop_outside_the_inputs_is_refused(crop):
    with pytest.raises(ValueError, match=f"1 to 28 pixels, got {crop}"):
        plan(network(784, 3, 2), crop)


@pytest.mark.parametrize("name", ["0.weight", "2.bias"])
@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_numbers_that_are_not_finite_are_refused(name, value):
    net = network(5, 3, 2)
    net.tensors[name][-1] = value
    with pytest.raises(ValueError, match="a number that is not finite"):
        plan(net)


@pytest.mark.parametrize(
    ("widths", "message"),
    [
        ([2] * 10, "9 layers"),
        ((5, 65_537), "each must be"),
        ((1500, 1500), "parameters"),
        ((5, 40_000, 3), "pixels; that is too many"),  # a tile has 64 pixels
    ],
)
def test_a_network_beyond_the_format_is_refused(widths, message):
    with pytest.raises(PictureError, match=message):
        plan(network(*widths))


def test_weights_beyond_the_format_are_refused():
    net = network(5, 3, 2)
    net.tensors["0.weight"] *= 1e6
    with pytest.raises(PictureError, match="the scale"):
        plan(net)


def test_a_network_near_the_limit_is_written_and_read():
    net = network(784, 2600)
    layout = plan(net)
    height, width = layout.size
    assert 0.95 * MAX_PIXELS < height * width <= MAX_PIXELS
    read = picture.decode(picture.encode(net, layout, np.ones((8, 8), int), "standard"))
    error = (read.tensors["0.weight"] - net.tensors["0.weight"]).abs().max().item()
    assert error <= 2.5 * layout.parts[0].scale
