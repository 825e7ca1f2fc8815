"""Slow wires: what has arrived when, computed and sent."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jpegnet.studies import wires
from jpegnet.studies.wires import Wire

FAST = Wire("fast", 800_000, "a line for tests")
FRAMES = Wire("frames", 800_000, "frames for tests", 100, 0.05)


@given(st.sampled_from(wires.WIRES), st.integers(1, 5000), st.integers(1, 5000))
def test_what_has_arrived_is_the_inverse_of_the_time(wire, size, more):
    whole = size + more
    when = wire.seconds(size, whole)
    there = wire.arrived(when + 1e-9, whole)
    assert size <= there <= size + (wire.frame or 1)
    assert wire.arrived(0.999 * when - 1e-9, whole) < size
    assert wire.arrived(1e9, whole) == whole


def test_frames_come_as_a_whole():
    text = next(wire for wire in wires.WIRES if wire.name == "SMS")
    assert text.seconds(140) == 8 * 140 / text.bits_per_second
    assert text.seconds(141) == text.every + 8 / text.bits_per_second
    assert text.seconds(280) - text.seconds(140) == text.every
    assert text.seconds(1, 200) == text.seconds(140)
    assert [text.arrived(t, 200) for t in (0.0, 0.79, 0.81, 5.9, 6.3, 6.5)] == [
        0,
        0,
        140,
        140,
        140,
        200,
    ]


@pytest.mark.parametrize("wire", [FAST, FRAMES])
def test_what_is_sent_arrives_in_order_and_not_before_its_time(wire):
    data = bytes(range(250)) * 4
    sizes = [1, 500, 990, 1000]
    found = wires.received(data, wire, sizes)
    assert found == sorted(found)
    assert all(t >= 0.99 * wire.seconds(n, 1000) for t, n in zip(found, sizes, strict=True))


def test_bytes_are_written_as_they_are():
    written = []
    wires.trickle(written.append, bytes(range(200)), FRAMES)
    assert b"".join(written) == bytes(range(200))
    assert len(written) == 2


def test_a_size_beyond_the_data_is_refused():
    with pytest.raises(ValueError, match="sizes are 1 to 10"):
        wires.received(bytes(10), FAST, [11])


def test_what_takes_too_long_is_computed():
    slow = Wire("slow", 8, "a byte a second")
    table = wires.times({"file": (bytes(1000), 400)}, (FAST, slow), 10)
    assert table["sent"].tolist() == [True, True, False, False]
    assert table["bytes"].tolist() == [400, 1000] * 2
    assert table["seconds"].tolist()[2:] == [400, 1000]


SECONDS = {0: "0.0000 s", 0.0213: "0.021 s", 0.5: "0.50 s", 4.21: "4.2 s", 34: "34 s", 89: "89 s"}
HOURS = {100: "1.7 min", 900: "15 min", 7200: "2.0 h", 43_000: "12 h"}


@pytest.mark.parametrize(("seconds", "told"), (SECONDS | HOURS).items())
def test_times_are_told_in_two_digits(seconds, told):
    assert wires.clock(seconds) == told
