"""Every byte of a file is in one part, every bit of its coded data some block's."""

import io
import json
import re
from base64 import b64decode

import numpy as np
import pytest
import torch
from PIL import Image

from jpegnet.data import mnist
from jpegnet.jpeg import arriving, markers
from jpegnet.jpeg.coefficients import ZIGZAG
from jpegnet.jpeg.spans import spans
from jpegnet.kept import paths
from jpegnet.methods.through_codec import cut
from jpegnet.nets.mlp import Mlp
from jpegnet.nets.network import fresh
from jpegnet.pages import anatomy
from jpegnet.picture import file as picture
from jpegnet.picture import inspect
from jpegnet.picture.plan import plan

PUBLISHED = sorted((paths.BOOK / "published").glob("*-seed0.jpg"))


def network_file(coding: str) -> bytes:
    network = fresh(Mlp((784, 24, 10)), torch.Generator().manual_seed(0))
    return picture.encode(network, plan(network, 24), np.full((8, 8), 3), coding)


def noise(**options) -> bytes:
    """An ordinary picture of 64 × 40 grey pixels, whose coded data have bytes 0xFF."""
    levels = np.random.default_rng(0).integers(0, 256, (40, 64), np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(levels).save(buffer, "jpeg", quality=98, **options)
    return buffer.getvalue()


def sums(file: bytes) -> dict[str, int]:
    found: dict[str, int] = {}
    for part in anatomy.parts(file):
        found[part.kind] = found.get(part.kind, 0) + part.end - part.start
    return found


@pytest.mark.parametrize("path", PUBLISHED, ids=lambda path: path.stem)
def test_the_parts_cover_each_byte_once(path):
    file = path.read_bytes()
    found = anatomy.parts(file)
    assert [part.start for part in found[1:]] == [part.end for part in found[:-1]]
    assert (found[0].start, found[-1].end) == (0, len(file))
    kinds = [part.kind for part in found]
    scans = len(cut.SCRIPT) if "by-bit" in path.stem else 1
    coded = ["codes", "scan", "data"] * scans
    assert kinds == ["start", "note", "steps", "frame", *coded, "end"]
    sizes = inspect.segment_bytes(file)
    mine = sums(file)
    assert (mine["data"], mine["codes"]) == (sizes["scans"], sizes["Huffman tables"])
    assert (mine["steps"], mine["note"]) == (sizes["quantisation table"], sizes["layout"])


def test_what_belongs_to_no_segment_is_a_part_too():
    file = noise()
    frame = next(s for s in markers.segments(file) if s.marker in markers.FRAMES)
    odd = file[: frame.start] + b"\xff\xff" + file[frame.start :] + b"behind"
    found = anatomy.parts(odd)
    assert b"".join(odd[part.start : part.end] for part in found) == odd
    assert [odd[p.start : p.end] for p in found if p.kind == "other"][1:] == [
        b"\xff\xff",
        b"behind",
    ]


def check_bits(file: bytes) -> np.ndarray:
    """That each bit of the coded data is one block's, or fills a byte; the coefficients."""
    found, told = spans(file)
    owners = np.zeros(8 * len(file), int)
    for span in found:
        owners[span.start : span.end] += 1
    bits = np.unpackbits(np.frombuffer(file, np.uint8))
    for part in anatomy.parts(file):
        if part.kind != "data":
            assert not owners[8 * part.start : 8 * part.end].any()
            continue
        free = ""
        for at in range(part.start, part.end):
            stuffed = at > part.start and file[at - 1] == 0xFF and file[at] == 0
            restart = [file[i] == 0xFF and 0xD0 <= file[i + 1] < 0xD8 for i in (at - 1, at)]
            own = owners[8 * at : 8 * at + 8]
            if any(restart):
                assert not own.any()
                free += "|"
            elif not stuffed:
                assert own.max() <= 1
                rest = bits[8 * at : 8 * at + 8][own == 0]
                free += "".join(map(str, rest)) + " " * int(own.any())
        # Ones that fill the last byte before a marker, and no others.
        assert re.fullmatch(r"( *1{0,7} (\|\||$))+", free), free
    whole = sum(span.end - span.start for span in found)
    within = sum(
        any(span.start < 8 * at and 8 * at + 8 < span.end for span in found)
        for at in range(1, len(file))
        if file[at - 1 : at + 1] == b"\xff\0"
    )
    assert whole - sum(span.bits for span in found) == 8 * within
    return told


@pytest.mark.parametrize("path", PUBLISHED, ids=lambda path: path.stem)
def test_the_bits_of_a_published_file_tell_its_coefficients(path):
    file = path.read_bytes()
    told = check_bits(file)
    assert np.array_equal(told, inspect.blocks(file).reshape(len(told), 64)[:, ZIGZAG])


@pytest.mark.parametrize("coding", picture.CODINGS)
def test_so_do_they_in_every_coding(coding):
    file = network_file(coding)
    told = check_bits(file)
    assert np.array_equal(told, inspect.blocks(file).reshape(len(told), 64)[:, ZIGZAG])
    if coding == "progressive":
        assert len({span.block for span in spans(file)[0]}) < len(spans(file)[0])


@pytest.mark.parametrize("every", [0, 1, 3, 8, 40, 100])
def test_so_do_they_between_restart_markers_and_with_stuffed_bytes(every):
    told = check_bits(noise(restart_marker_blocks=every) if every else noise())
    assert b"\xff\0" in noise()
    plain = arriving.read(noise()).coefficients.reshape(-1, 64)[:, ZIGZAG]
    assert np.array_equal(told, plain)


def test_a_scan_that_is_too_short_is_named():
    file = noise()
    with pytest.raises(ValueError, match="ends too early"):
        spans(file[:-200] + file[-2:])


def test_the_bytes_stand_in_the_page_without_a_script(shown):
    file = PUBLISHED[0].read_bytes()
    anatomy.hexed(file)
    [(bundle, _)] = shown
    content = bundle["text/html"]
    dump = re.search(r'<code class="hex-bytes">(.*?)</code>', content)[1]
    assert bytes.fromhex(re.sub("<.*?>", "", dump)) == file
    sizes = re.findall(r"</b>, ([\d,]+) bytes?:", content)
    assert sum(int(size.replace(",", "")) for size in sizes) == len(file)
    facts = json.loads(re.search(r'<script type="application/json">(.*?)</script>', content)[1])
    assert b64decode(facts["file"]) == file
    assert len(facts["parts"]) == len(sizes)
    assert facts["spans"] == [number for span in spans(file)[0] for number in span]
    assert f"{len(file):,} bytes" in bundle["text/plain"]


def test_the_digits_come_as_one_small_sheet(shown):
    file, test = (
        (paths.BOOK / "published/784-48-10-price36-seed0.jpg").read_bytes(),
        mnist.load().test,
    )
    anatomy.damaged(file, test)
    [(bundle, _)] = shown
    content = bundle["text/html"]
    assert len(content) < 120_000
    facts = json.loads(re.search(r'<script type="application/json">(.*?)</script>', content)[1])
    assert list(map(int, facts["labels"])) == test.labels[: anatomy.DIGITS].tolist()
    with Image.open(io.BytesIO(b64decode(re.search(r"png;base64,([^\"]+)", content)[1]))) as png:
        sheet = np.asarray(png)
    for i in (0, 19, 20, 199):
        y, x = 28 * (i // facts["across"]), 28 * (i % facts["across"])
        assert np.array_equal(sheet[y : y + 28, x : x + 28], test.inputs[i].numpy())
    few = test.first(anatomy.DIGITS)
    right = (picture.decode(file).logits(few.x).argmax(1) == few.labels).sum().item()
    assert f"reads {right} of these 200 test images" in content
