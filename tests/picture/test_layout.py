"""Layouts as bytes: what a segment says, and every way in which it can be wrong."""

import struct
from dataclasses import astuple, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from layouts import layouts, leb128

from jpegnet.nets.mlp import Mlp
from jpegnet.picture import segment as note
from jpegnet.picture.layout import Layout, Part, PictureError

PART = Part(8, 0, 0, 8, 8, 2, 0, 0, 0.5)
LAYOUT = Layout(Mlp((5, 3)), (PART, replace(PART, block_x=2)))
START = b"jpegnet\1"


def segment(*widths: int, part: Part = PART, layers: int | None = None) -> bytes:
    """A segment of equal parts, whatever the numbers are."""
    layers = len(widths) - 1 if layers is None else layers
    *places, scale, _ = astuple(part)
    places = b"".join(map(leb128, places)) + struct.pack("<f", scale)
    return START + b"".join(map(leb128, (layers, *widths))) + 2 * layers * places


@given(layouts())
def test_a_layout_comes_back_from_its_bytes(layout):
    assert note.from_bytes(note.to_bytes(layout, 0), 24)[0] == layout


def test_a_segment_holds_what_its_description_says():
    part = Part(300, 1, 2, 3, 4, 5, 6, 7, 0.5)
    one = bytes([0xAC, 2, 1, 2, 3, 4, 5, 6, 7]) + b"\0\0\0\x3f"
    two = bytes([8, 0, 0, 8, 8, 2, 0, 0]) + b"\0\0\0\x3f"
    layout = Layout(Mlp((200, 3)), (part, PART))
    assert note.to_bytes(layout, 0) == b"jpegnet\1" + bytes([1, 0xC8, 1, 3]) + one + two
    assert segment(5, 3) == note.to_bytes(Layout(Mlp((5, 3)), (PART, PART)), 0)


@given(layouts(), st.binary(min_size=1, max_size=9))
def test_what_is_cut_off_or_goes_on_is_refused(layout, trailing):
    data = note.to_bytes(layout, 0)
    for length in range(len(data)):
        with pytest.raises(PictureError, match="is cut off" if length > 6 else "with its name"):
            note.from_bytes(data[:length], 24)[0]
    with pytest.raises(PictureError, match=f"{len(trailing)} bytes too many"):
        note.from_bytes(data + trailing, 24)[0]


@given(st.sampled_from([b"", START, segment(5, 3)[:-9]]), st.binary(max_size=60))
def test_random_bytes_are_a_layout_or_refused(start, rest):
    try:
        layout = note.from_bytes(start + rest, 24)[0]
    except PictureError as error:
        assert str(error)
    else:
        assert note.from_bytes(note.to_bytes(layout, 0), 24)[0] == layout


@pytest.mark.parametrize("version", [0, 3, 15])
def test_another_version_is_refused(version):
    data = segment(5, 3).replace(START, b"jpegnet" + bytes([version]))
    with pytest.raises(PictureError, match=f"version {version}, kind 0 of the format is unknown"):
        note.from_bytes(data, 24)[0]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"JPEGNET" + segment(5, 3)[7:], "does not begin with its name"),
        (segment(5, layers=0), "0 layers; 1 to 8"),
        (segment(*[2] * 10), "9 layers; 1 to 8"),
        (segment(5, 3, layers=2**20), "1048576 layers"),
        (segment(0, 3), "each must be 1 to 65536"),
        (segment(5, 65_537), "each must be 1 to 65536"),
        (segment(65_536, 65_536), "more than 2097152 parameters"),
        (segment(2**35 - 1, 2**35 - 1), "each must be 1 to 65536"),
        (segment(2**35, 3), "a number in the network's segment is too large"),
        (START + b"\x80" * 100, "a number in the network's segment is too large"),
    ],
)
def test_absurd_widths_are_refused(data, message):
    with pytest.raises(PictureError, match=message):
        note.from_bytes(data, 24)[0]


@pytest.mark.parametrize(
    "change",
    [
        *[{name: 0} for name in ("grid", "height", "width", "across")],
        *[{name: 65_537} for name in ("top", "height", "across", "block_y", "block_x")],
        {"left": 1},  # the window's last column would be the next line's first
        {"width": 9},
        {"grid": 7},
    ],
)
def test_a_window_outside_its_grid_is_refused(change):
    with pytest.raises(PictureError, match="no such window of a grid"):
        note.from_bytes(segment(5, 3, part=replace(PART, **change)), 24)[0]


@pytest.mark.parametrize("scale", [np.nan, np.inf, -np.inf, -1.0, 0.0, -0.0, 1000.1, 1e30])
def test_an_absurd_scale_is_refused(scale):
    with pytest.raises(PictureError, match=r"the scale .+ is not within 0 to 1000"):
        note.from_bytes(segment(5, 3, part=replace(PART, scale=scale)), 24)[0]


@pytest.mark.parametrize(
    "change",
    [
        {"grid": 65_536, "width": 65_536, "across": 1},  # three tiles: 24 × 65,536
        {"height": 65_536, "across": 1},
        {"block_y": 10_000},
        {"block_y": 300, "block_x": 300},
    ],
)
def test_a_layout_that_needs_an_absurd_picture_is_refused(change):
    with pytest.raises(PictureError, match=r"the network needs \d+ × \d+ pixels"):
        note.from_bytes(segment(5, 3, part=replace(PART, **change)), 24)[0]


def test_a_layout_has_two_parts_a_layer_and_no_negative_number():
    with pytest.raises(PictureError, match="1 parts, not 2"):
        Layout(Mlp((5, 3)), (PART,))
    with pytest.raises(PictureError, match="no such window"):
        Layout(Mlp((5, 3)), (PART, replace(PART, top=-1)))


def test_shapes_and_size_follow_from_widths_and_parts():
    assert LAYOUT.shapes == [(3, 5), (1, 3)]
    assert [part.extent(n) for part, n in zip(LAYOUT.parts, (3, 1), strict=True)] == [
        (16, 16),
        (8, 8),
    ]
    assert LAYOUT.size == (16, 24)
    assert Layout(Mlp((5, 3)), (replace(PART, height=9), PART)).size == (24, 16)  # whole blocks


def test_a_tile_shows_its_window_of_the_grid():
    part = Part(grid=5, top=1, left=2, height=3, width=2, across=1, block_y=0, block_x=0, scale=1)
    assert part.entries(18).tolist() == [[7, 8], [12, 13], [17, -1]]
