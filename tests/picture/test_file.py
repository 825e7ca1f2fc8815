"""One picture, one network: written, read by others, and damaged in every way."""

import io
import itertools
import math
import shutil
import signal
import struct
import subprocess
import tracemalloc

import fuzz
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from layouts import layouts
from PIL import Image

from jpegnet.jpeg import dct
from jpegnet.jpeg.markers import segments
from jpegnet.nets import mlp
from jpegnet.nets.convolutional import Convolutional
from jpegnet.nets.mlp import Mlp
from jpegnet.nets.network import Network, fresh
from jpegnet.picture import file as picture
from jpegnet.picture import greys, segment
from jpegnet.picture.file import CODINGS
from jpegnet.picture.layout import Layout, Part, PictureError
from jpegnet.picture.plan import plan

ONES = np.ones((8, 8), int)
WIDTHS = [(784, 512, 10), (784, 300, 100, 10), (784, 497, 10), (784, 10), (5, 3, 2), (1, 1)]
SEEDS = st.integers(0, 2**32 - 1)
TABLES = arrays.arrays(int, (8, 8), elements=st.integers(1, 255))


def network(*widths: int, seed: int = 0) -> Network:
    return fresh(mlp.Mlp(tuple(widths)), torch.Generator().manual_seed(seed))


def encode(net: Network, table: np.ndarray = ONES, coding: str = "standard") -> bytes:
    return picture.encode(net, plan(net), table, coding)


def matrices(net: Network) -> list[np.ndarray]:
    """Each tensor in two dimensions; a vector is one row."""
    found = [net.tensors[name].numpy() for name in net.architecture.shapes]
    return [t.reshape(len(t), -1) if t.ndim > 1 else t[None] for t in found]


def piece(marker: int, body: bytes) -> bytes:
    return bytes((0xFF, marker)) + struct.pack(">H", 2 + len(body)) + body


def with_note(file: bytes, *notes: bytes) -> bytes:
    """A JPEG file with these segments of a network."""
    return file[:2] + b"".join(piece(0xEA, note) for note in notes) + file[2:]


def saved(image: np.ndarray, **options) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(image).save(buffer, "jpeg", **options)
    return buffer.getvalue()


SMALL = network(5, 3, 2)
PLACES = ((3, 0, 0), (1, 1, 0), (2, 1, 1), (1, 2, 0))  # across, block_y, block_x
OLD = Layout(Mlp((5, 3, 2)), tuple(Part(8, 0, 0, 8, 8, *place, 0.0044) for place in PLACES))
FILE = picture.encode(SMALL, OLD, ONES, "standard")  # of version 1, 24 × 24 pixels
NOTE = segment.to_bytes(OLD, 0)
FRAME = next(s for s in segments(FILE) if s.marker == 0xC0)


def note(start: int, new: bytes) -> bytes:
    """The small file with other bytes in its network's segment, all of whose numbers are short."""
    return with_note(PLAIN, NOTE[:start] + new + NOTE[start + len(new) :])


def frame(offset: int, new: bytes) -> bytes:
    """The small file with other bytes in its frame: bits 1, height 2, width 2, components 1, …"""
    start = FRAME.start + 4 + offset
    return FILE[:start] + new + FILE[start + len(new) :]


PLAIN = FILE.replace(piece(0xEA, NOTE), b"")


def documented(file: bytes) -> list[np.ndarray]:
    """The network's matrices, read as the format's description says and in no other way."""
    samples = np.asarray(Image.open(io.BytesIO(file))).tolist()
    bytes_left = iter(file[file.index(b"jpegnet") + 7 :])

    def number() -> int:
        byte = next(bytes_left)
        return byte if byte < 128 else byte - 128 + 128 * number()

    first = next(bytes_left)
    if first != 1:
        return documented_2(samples, first, number, bytes_left)
    layers = number()
    widths = [number() for _ in range(layers + 1)]
    found = []
    for i in range(2 * layers):
        columns = widths[i // 2 + i % 2]
        rows = 1 if i % 2 else widths[i // 2 + 1]
        grid, top, left, height, width, across, block_y, block_x = (number() for _ in range(8))
        scale = np.frombuffer(bytes(next(bytes_left) for _ in range(4)), "<f4")[0]
        matrix = np.zeros((rows, columns), np.float32)
        for row in range(rows):
            for column in range(columns):
                y, x = column // grid - top, column % grid - left
                if 0 <= y < height and 0 <= x < width:
                    y += 8 * block_y + row // across * height
                    x += 8 * block_x + row % across * width
                    matrix[row, column] = scale * np.float32(samples[y][x] - 128)
        found.append(matrix)
    return found


def documented_2(samples, first, number, bytes_left) -> list[np.ndarray]:
    """Version 2: each tensor as a matrix, whose tiles follow each other in shelves."""
    assert first in (2, 18)
    if first == 2:
        widths = [number() for _ in range(number() + 1)]
        shapes = [s for a, b in itertools.pairwise(widths) for s in ((b, a), (b,))]
    else:
        side, layers, channels, shapes = number(), number(), 1, []
        for _ in range(layers):
            filters, kernel, pool = number(), number(), number()
            shapes += [(filters, channels, kernel, kernel), (filters,)]
            side, channels = (side - kernel + 1) // pool, filters
        outputs = number()
        shapes += [(outputs, channels * side * side), (outputs,)]
    halves = [bytes([next(bytes_left), next(bytes_left)]) for _ in shapes]
    scales = [np.frombuffer(half, "<f2")[0].astype(np.float32) for half in halves]
    found, x, y, shelf, blocks = [], 0, 0, 0, len(samples[0]) // 8
    for i, (shape, scale) in enumerate(zip(shapes, scales, strict=True)):
        rows, columns = (1, *shape) if len(shape) == 1 else (shape[0], math.prod(shape[1:]))
        kernel = shape[-1] if len(shape) == 4 and 8 % shape[-1] == 0 else 0
        window = i == 0 and columns == 784 and len(shape) == 2
        if window:
            high, wide = 3, 3
        elif kernel:
            high, wide = 1, math.ceil(shape[1] / (8 // kernel) ** 2)
        else:
            high, wide = 1, math.ceil(columns / 64)
        across = max(1, min(rows, blocks // wide))
        if x and x + across * wide > blocks:
            x, y, shelf = 0, y + shelf, 0
        matrix = np.zeros((rows, columns), np.float32)
        for row in range(rows):
            for column in range(columns):
                if window:
                    down, right = column // 28 - 2, column % 28 - 2
                elif kernel:
                    channel, inside = divmod(column, kernel * kernel)
                    block, place = divmod(channel, (8 // kernel) ** 2)
                    down = place // (8 // kernel) * kernel + inside // kernel
                    right = 8 * block + place % (8 // kernel) * kernel + inside % kernel
                else:
                    down, right = divmod(column, 8 * wide)
                if 0 <= down < 8 * high and 0 <= right < 8 * wide:
                    down += 8 * (y + row // across * high)
                    right += 8 * (x + row % across * wide)
                    matrix[row, column] = scale * np.float32(samples[down][right] - 128)
        found.append(matrix)
        x, shelf = x + across * wide, max(shelf, math.ceil(rows / across) * high)
    return found


def same(net: Network, wanted: list[np.ndarray]) -> bool:
    pairs = zip(matrices(net), wanted, strict=True)
    return all(a.dtype == np.float32 and np.array_equal(a, b) for a, b in pairs)


@pytest.mark.parametrize("widths", WIDTHS)
def test_with_a_table_of_ones_a_network_comes_back_to_about_a_grey_level(widths):
    net = network(*widths)
    read = picture.decode(encode(net))
    assert read.architecture == net.architecture
    for before, after, part in zip(matrices(net), matrices(read), plan(net).parts, strict=True):
        error = np.abs(after - before) / part.scale
        # Greys, coefficients and decoded greys are whole numbers: each rounding is off by half
        # at most and by √(1/12) on average, so that the three come to half a level or less.
        assert error.max() <= 2.5
        assert len(error) < 300 or np.sqrt(np.mean(error**2)) <= 0.5


@given(st.lists(st.integers(1, 20), min_size=2, max_size=5), SEEDS)
def test_a_picture_of_any_network_is_read_as_its_description_says(widths, seed):
    file = encode(network(*widths, seed=seed), dct.quality_table(80))
    assert same(picture.decode(file), documented(file))


@st.composite
def _convolutional(draw) -> Convolutional:
    side, layers, left = draw(st.integers(6, 28)), [], 0
    left = side
    for _ in range(draw(st.integers(1, 3))):
        kernel = draw(st.integers(1, min(9, left)))
        pool = draw(st.integers(1, min(3, left - kernel + 1)))
        layers.append((draw(st.integers(1, 9)), kernel, pool))
        left = (left - kernel + 1) // pool
    return Convolutional(tuple(layers), side, draw(st.integers(1, 11)))


@given(_convolutional(), SEEDS)
def test_a_picture_of_kernels_is_read_as_its_description_says(architecture, seed):
    net = fresh(architecture, torch.Generator().manual_seed(seed))
    file = encode(net)
    read = picture.decode(file)
    assert read.architecture == architecture
    assert same(read, documented(file))
    for before, after, part in zip(matrices(net), matrices(read), plan(net).parts, strict=True):
        assert np.abs(after - before).max() <= 2.5 * part.scale


def test_version_2_says_little():
    net = network(784, 44, 10)
    file = picture.encode(net, plan(net, 24), dct.quality_table(10), "optimised")
    found = segments(file)
    sizes = {s.marker: s.end - s.start for s in found}
    assert sizes[0xEA] <= 28
    # Start, end, a frame and a scan of one component, a table of steps; the tables of codes apart.
    assert (
        len(file) - sum(s.scan for s in found) - sizes[0xC4] == 2 + 2 + 13 + 10 + 69 + sizes[0xEA]
    )
    assert [s.marker for s in found] == [0xD8, 0xEA, 0xDB, 0xC0, 0xC4, 0xDA, 0xD9]


@pytest.mark.parametrize("coding", ["optimised", "progressive"])
def test_damage_within_a_scan_is_told(coding):
    net = network(784, 20, 10)
    file = picture.encode(net, plan(net, 24), dct.quality_table(70), coding)
    scans = [s for s in segments(file) if s.scan]
    outcomes = []
    for i in range(60):
        damaged = bytearray(file)
        scan = scans[i % len(scans)]
        damaged[scan.end + (i * 7919) % scan.scan] ^= 1 << i % 8
        if bytes(damaged) == file:
            continue
        try:
            decoded = picture.decode(bytes(damaged))
            outcomes.append(same(decoded, matrices(picture.decode(file))))
        except PictureError as error:
            outcomes.append("damaged" in str(error) or "JPEG file" in str(error))
    assert all(outcomes)


def test_a_fill_byte_before_a_restart_marker_is_read():
    buffer = io.BytesIO()
    net = network(784, 20, 10)
    plain = picture.encode(net, fuzz.old(net), dct.quality_table(70), "standard")
    shown = picture.load(plain)
    tables = [shown.table.ravel().tolist()]
    Image.fromarray(shown.image).save(buffer, "jpeg", qtables=tables, restart_marker_blocks=3)
    (note,) = [s.body for s in segments(plain) if s.marker == 0xEA]
    file = with_note(buffer.getvalue(), note)
    filled = file.replace(b"\xff\xd0", b"\xff\xff\xd0")
    assert filled.count(b"\xff\xff\xd0") > 3
    assert same(picture.decode(filled), matrices(picture.decode(file)))


@pytest.mark.parametrize("crop", [1, 9, 22, 28])
def test_a_crop_is_read_as_its_description_says_and_is_zero_outside(crop):
    net = network(784, 12, 10)
    file = picture.encode(net, plan(net, crop), ONES)
    read = picture.decode(file)
    assert same(read, documented(file))
    inside = np.zeros((28, 28), bool)
    margin = (28 - crop) // 2
    inside[margin : margin + crop, margin : margin + crop] = True
    weight = read.tensors["0.weight"].numpy().reshape(12, 28, 28)
    assert not weight[:, ~inside].any()
    before = net.tensors["0.weight"].numpy().reshape(12, 28, 28)[:, inside]
    assert np.abs(weight[:, inside] - before).max() <= 2.5 * plan(net).parts[0].scale


@settings(max_examples=50)
@given(layouts(), SEEDS)
def test_a_picture_of_any_layout_is_read_as_its_description_says(layout, seed):
    image = np.random.default_rng(seed).integers(0, 256, layout.size).astype(np.uint8)
    file = with_note(saved(image), segment.to_bytes(layout, 0))
    read = picture.load(file)
    assert read.layout == layout
    assert same(greys.read(read.image, layout), documented(file))


def test_greys_beyond_the_levels_are_cut_off():
    net = network(5, 3, 2)
    layout = plan(net, levels=(300, 127))
    scale = layout.parts[0].scale
    levels = torch.round(net.tensors["0.weight"] / scale)
    shown = greys.read(greys.render(net, layout), layout).tensors["0.weight"] / scale
    assert levels.min() < -128 and levels.max() > 127
    assert torch.round(shown).equal(levels.clip(-128, 127))


def test_pixels_that_belong_to_no_entry_are_grey_128():
    pairs = [(torch.ones_like(w), torch.ones_like(b)) for w, b in mlp.layers(SMALL)]
    ones = mlp.from_layers(pairs)
    grey = greys.render(ones, plan(ones))
    assert (grey == 255).sum() == SMALL.parameters
    assert (grey == 128).sum() == grey.size - SMALL.parameters


def samples(file: bytes) -> list[np.ndarray]:
    """What each decoder makes of a file: the reader, Pillow, and djpeg where it is installed."""
    found = [picture.load(file).image, np.asarray(Image.open(io.BytesIO(file)))]
    if djpeg := shutil.which("djpeg"):
        done = subprocess.run([djpeg, "-pnm"], input=file, capture_output=True, check=True)
        assert done.stderr == b""  # not a warning
        found.append(np.asarray(Image.open(io.BytesIO(done.stdout))))
    return found


@pytest.mark.parametrize("widths", [(784, 128, 10), (784, 30, 20, 10), (5, 3, 2)])
@pytest.mark.parametrize("quality", [10, 75, 100])
def test_all_codings_hold_the_same_samples_for_every_decoder(widths, quality):
    files = [encode(network(*widths), dct.quality_table(quality), coding) for coding in CODINGS]
    first, *others = [image for file in files for image in samples(file)]
    assert first.shape == plan(network(*widths)).size
    for other in others:
        assert np.array_equal(first, other)
    standard, optimised, progressive, smallest = map(len, files)
    assert optimised < standard
    assert smallest == min(optimised, progressive)
    frames = [{s.marker for s in segments(file)} & {0xC0, 0xC2} for file in files[:3]]
    assert frames == [{0xC0}, {0xC0}, {0xC2}]


@given(TABLES, st.sampled_from(CODINGS))
def test_the_quantisation_table_comes_back(table, coding):
    assert np.array_equal(picture.load(encode(SMALL, table, coding)).table, table)


def test_the_table_is_that_of_the_frame_and_not_just_the_first():
    table = dct.quality_table(30)
    file = encode(SMALL, table)
    found = {s.marker: s.start for s in segments(file)}
    changed = bytearray(file)
    changed[found[0xDB] + 4] = changed[found[0xC0] + 12] = 1  # its name, where made and used
    other = piece(0xDB, bytes([0] + [9] * 64))
    for both in (bytes(changed), bytes(changed[:2]) + other + bytes(changed[2:])):
        assert np.array_equal(picture.load(both).table, table)
        assert np.array_equal(picture.load(both).image, picture.load(file).image)


@pytest.mark.parametrize("coding", CODINGS)
def test_a_file_holds_the_network_s_segment_and_no_other_note(coding):
    found = segments(encode(SMALL, coding=coding))
    assert [s.body for s in found if 0xE0 <= s.marker <= 0xEF or s.marker == 0xFE] == [
        segment.to_bytes(plan(SMALL), segment.from_bytes(found[1].body, 32)[1])
    ]


def test_the_picture_may_be_larger_and_other_notes_are_passed_over():
    layout = OLD
    larger = np.pad(greys.render(SMALL, layout), ((0, 9), (0, 17)), constant_values=7)
    exif, other = piece(0xE1, b"Exif\0\0MM\0*"), piece(0xEA, b"Jpegnet")
    file = with_note(saved(larger, quality=100, comment=b"jpegnet"), NOTE)
    noted = file[:2] + exif + other + b"\xff\xff\xff" + file[2:]
    for name, tensor in picture.decode(noted).tensors.items():
        assert torch.equal(tensor, picture.decode(file).tensors[name])
        assert tensor.numpy() == pytest.approx(SMALL.tensors[name].numpy(), abs=0.02)


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (np.ones((8, 7), int), "8 × 8 whole numbers"),
        (np.ones(64, int), "8 × 8 whole numbers"),
        (np.ones((8, 8)), "8 × 8 whole numbers"),
        (ONES * 0, "8 × 8 whole numbers of 1 to 255"),
        (ONES * 256, "8 × 8 whole numbers of 1 to 255"),
        (ONES - 2 * np.eye(8, dtype=int), "8 × 8 whole numbers of 1 to 255"),
    ],
)
def test_what_is_no_table_is_refused(table, message):
    with pytest.raises(ValueError, match=message):
        encode(SMALL, table)


def test_an_unknown_coding_is_refused():
    with pytest.raises(ValueError, match="no coding 'best'; there are standard, "):
        encode(SMALL, coding="best")


def floats(value: float) -> bytes:
    return struct.pack("<f", value)


GREY = np.full((24, 24), 128, np.uint8)
# 7 the version, 8 layers, 9 to 11 widths, 12 to 19 the first part's window, 20 its scale.
BAD = {
    "empty": (b"", "not a JPEG file"),
    "text": (b"neural network", "not a JPEG file"),
    "another format": (b"\x89PNG\r\n\x1a\n" + bytes(50), "not a JPEG file"),
    "no end": (FILE[:-2], "truncated JPEG file"),
    "a scan without its middle": (FILE[:-9] + b"\xff\xda\xff\xd9", "truncated JPEG file"),
    "no scan": (FILE[: segments(FILE)[-2].start] + b"\xff\xd9", "the JPEG file is damaged: "),
    "a short table": (FILE[:2] + piece(0xDB, bytes(9)) + FILE[2:], "headers .+ are damaged"),
    "no table": (FILE.replace(b"\xff\xdb", b"\xff\xfe"), "the JPEG file is damaged"),
    "an ordinary picture": (saved(GREY), "0 segments that say how to read a network"),
    "another program's note": (with_note(PLAIN, b"Adobe"), "0 segments that say"),
    "two notes": (with_note(PLAIN, NOTE, NOTE), "2 segments that say"),
    "two notes that differ": (with_note(PLAIN, NOTE, b"jpegnet"), "2 segments that say"),
    "no more than the name": (with_note(PLAIN, b"jpegnet"), "segment is cut off"),
    "a note cut off": (with_note(PLAIN, NOTE[:-1]), "segment is cut off"),
    "a note that goes on": (with_note(PLAIN, NOTE + b"\0\0"), "2 bytes too many"),
    "a later version": (note(7, b"\3"), "version 3, kind 0 of the format is unknown"),
    "fewer layers": (note(8, b"\1"), "bytes too many"),
    "more layers": (note(8, b"\3"), "segment is cut off"),
    "no layers": (note(8, b"\0"), "0 layers"),
    "no inputs": (note(9, b"\0"), "each must be 1 to"),
    "other widths": (note(9, b"\5\x7f"), "24 × 24 pixels; the network needs"),
    "absurd widths": (with_note(PLAIN, NOTE[:9] + 3 * b"\xff\xff\x7f" + NOTE[12:]), "each must be"),
    "too many weights": (with_note(PLAIN, NOTE[:9] + 3 * b"\xff\x7f" + NOTE[12:]), "parameters"),
    "a window beyond its grid": (note(14, b"\1"), "no such window of a grid"),
    "a window without lines": (note(15, b"\0"), "no such window of a grid"),
    "a part beyond the picture": (note(19, b"\3"), "24 × 24 pixels; the network needs 24 × 48"),
    **{
        f"scale {scale}": (note(20, floats(scale)), "the scale .+ is not within 0 to 1000")
        for scale in (np.nan, np.inf, -np.inf, -1, 0, 1e30)
    },
    "a small picture": (with_note(saved(GREY[:, :23]), NOTE), "24 × 23 pixels; the network needs"),
    "colour": (with_note(saved(np.stack([GREY] * 3, 2)), NOTE), "3 components of 8 bits"),
    "12 bits": (frame(0, b"\x0c"), "1 components of 12 bits"),
    "no height": (frame(1, b"\0\0"), "0 × 24 pixels"),
    "absurd dimensions": (frame(1, b"\xff" * 4), "65535 × 65535 pixels; 1 to 2097152"),
    "arithmetic coding": (FILE.replace(b"\xff\xc0", b"\xff\xc9"), "not a baseline or progressive"),
    "lossless": (FILE.replace(b"\xff\xc0", b"\xff\xc3"), "not a baseline or progressive"),
    "no frame": (FILE.replace(b"\xff\xc0", b"\xff\xfe"), "with a single frame"),
    "two frames": (FILE[:2] + FILE[FRAME.start : FRAME.end] + FILE[2:], "with a single frame"),
    "a short frame": (FILE[:2] + piece(0xC0, b"\x08\0\x18") + PLAIN[-2:], "with a single frame"),
    "a large file": (FILE + bytes(1 << 22), "bytes; no network's picture has more"),
    "101 scans": (FILE[:-2] + 100 * piece(0xDA, b"") + FILE[-2:], "more than 100 scans"),
    "a million markers": (FILE[:2] + b"\xff\xd0" * 1_000_000 + FILE[2:], "more than 65536 markers"),
}
SEEN_WHILE_DECODING = {"no scan", "no table", "a short table"}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_refused_with_a_word_about_what_is_wrong(name, monkeypatch):
    data, message = BAD[name]
    if name not in SEEN_WHILE_DECODING:
        monkeypatch.setattr(Image, "open", None)
    tracemalloc.start()
    try:
        with pytest.raises(PictureError, match=message):
            picture.decode(data)
        assert tracemalloc.get_traced_memory()[1] < 2e7  # bytes, at the peak
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("coding", ["standard", "progressive"])
def test_every_prefix_of_a_file_is_refused(coding):
    file = encode(SMALL, coding=coding)
    for length in range(len(file)):
        with pytest.raises(PictureError, match="JPEG file"):
            picture.decode(file[:length])


@pytest.mark.parametrize("marker", [0xD8, 0xDC, 0xC8, 0xF0, 0xFE])
@pytest.mark.parametrize("place", [2, FRAME.end])
def test_what_another_segment_hides_is_no_frame(marker, place):
    # Pillow knows no length of some of these, and would take their bodies for more segments.
    frame = piece(0xC0, struct.pack(">BHHB", 8, 65_535, 65_535, 1) + b"\1\x11\0")
    file = FILE[:place] + piece(marker, frame) + FILE[place:]
    assert same(picture.decode(file), matrices(picture.decode(FILE)))


def test_what_the_largest_layout_costs_is_bounded():
    layout = Layout(Mlp((1,) * 9), (Part(1 << 16, 0, 0, 512, 4096, 1, 0, 0, 1.0),) * 16)
    file = with_note(saved(np.zeros((512, 4096), np.uint8)), segment.to_bytes(layout, 0))
    tracemalloc.start()
    try:
        picture.decode(file)
        assert tracemalloc.get_traced_memory()[1] < 100e6
    finally:
        tracemalloc.stop()


def test_damaged_files_give_a_network_or_a_picture_error(tmp_path):
    counts, failures = fuzz.examine(1, range(3000), tmp_path)
    assert failures == []
    assert counts.keys() == {"network", "PictureError"}
    assert min(counts.values()) > 300
    assert [*tmp_path.iterdir()] == []


def test_a_damaged_file_is_never_a_real_one_and_always_the_same():
    files = [fuzz.damaged(0, number) for number in range(100)]
    assert files == [fuzz.damaged(0, number) for number in range(100)]
    assert files != [fuzz.damaged(1, number) for number in range(100)]
    assert fuzz.originals().keys().isdisjoint(files)


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (lambda data: [][0], "exception"),
        (lambda data: mlp.from_layers([(torch.tensor([[np.nan]]), torch.zeros(1))]), "exception"),
        (lambda data: signal.raise_signal(signal.SIGALRM), "hang"),
    ],
)
def test_a_reader_that_fails_is_found_out(fault, kind, tmp_path, monkeypatch):
    fuzz.originals()
    monkeypatch.setattr(picture, "decode", fault)
    counts, failures = fuzz.examine(0, [7], tmp_path)
    assert counts == {kind: 1}
    assert f"file 7 of seed 0, {kind}" in failures[0]
    assert (tmp_path / "0-7.jpg").read_bytes() == fuzz.damaged(0, 7)


def test_a_block_on_a_half_has_the_same_checksum_with_any_arithmetic():
    image = np.full((8, 8), 128, np.uint8)
    image[:4] += 1  # the mean is a half: 4 in the DC coefficient, of a step of 8
    whole, table = np.zeros((1, 1, 8, 8), int), np.full((8, 8), 8)
    whole[0, 0, 0, 0] = 1
    assert np.array_equal(picture._coefficients(image, table), whole)


@pytest.mark.parametrize("marker", [0xEA, 0xDB], ids=["segment", "quantisation table"])
def test_a_bit_that_flips_in_what_says_how_to_read_is_refused(marker):
    file = encode(SMALL)
    (found,) = [s for s in segments(file) if s.marker == marker]
    network = picture.decode(file)
    for bit in range(8 * (found.start + 2), 8 * found.end):
        changed = bytearray(file)
        changed[bit // 8] ^= 1 << bit % 8
        try:
            read = picture.decode(bytes(changed))
        except PictureError:
            continue
        assert same(matrices(read), matrices(network)), bit


def xmodem(data: bytes) -> int:
    """CRC-16/XMODEM, bit by bit."""
    crc = 0
    for byte in data:
        crc ^= byte << 8
        for _ in range(8):
            crc = (crc << 1 ^ (0x1021 if crc & 0x8000 else 0)) & 0xFFFF
    return crc


def test_the_checksum_is_the_described_one():
    assert xmodem(b"123456789") == 0x31C3
    file = encode(SMALL)
    shown, (note,) = picture.load(file), [s.body for s in segments(file) if s.marker == 0xEA]
    blocks = dct.to_blocks(shown.image.astype(float) - 128)
    whole = np.floor(dct.forward(blocks) / shown.table + 0.5 + 1e-6).astype(int)
    numbers = [*shown.table.ravel().tolist(), *whole.ravel().tolist()]
    coded = b"".join((n & 0xFFFF).to_bytes(2, "big") for n in numbers)
    assert int.from_bytes(note[-2:], "little") == xmodem(note[:-2] + coded)
