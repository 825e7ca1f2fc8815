"""Damaged pictures: each must give a network, or a `PictureError` that says what is wrong.

    python tests/fuzz.py [--files 100000] [--seed 0]

changes real files at random and decodes them, on all cores. A seed and a number determine a file
(`damaged`); those that fail are named and kept.
"""

import argparse
import faulthandler
import resource
import signal
import struct
import sys
import tempfile
import traceback
import warnings
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import astuple, replace
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from random import Random

import numpy as np
import torch

from jpegnet.jpeg import dct, markers
from jpegnet.jpeg.markers import Segment, segments
from jpegnet.nets.attention import Attention
from jpegnet.nets.cells import CELLS
from jpegnet.nets.convolutional import Convolutional
from jpegnet.nets.mlp import Mlp
from jpegnet.nets.nested import Nested
from jpegnet.nets.network import Network, fresh
from jpegnet.nets.recurrent import Recurrent
from jpegnet.picture import file as picture
from jpegnet.picture import segment
from jpegnet.picture.layout import Layout, PictureError
from jpegnet.picture.plan import plan
from jpegnet.picture.tiles import ALIGNED

SECONDS, MEGABYTES = 10, 200  # what one file may take; what all may take of memory
SMALL = [Mlp(widths) for widths in ((5, 3, 2), (36, 8, 10), (784, 8, 10), (36, 8, 6, 10))]
SMALL += [Convolutional(((4, 8, 3), (6, 4, 2))), Convolutional(((3, 3, 2),), 12, 4)]
SMALL += [*(Recurrent(cell, 6) for cell in CELLS), Attention(6, 2, 5, 1)]
SMALL += [Nested((4, 8, 3), (6, 4, 2))]
LARGE = [Mlp()]
MARKERS = range(0xC0, 0x100)
BYTES = (0, 1, 2, 7, 8, 12, 0x7F, 0x80, 0xC0, 0xD8, 0xD9, 0xDA, 0xFF)
NUMBERS = (0, 1, 2, 7, 8, 9, 12, 255, 256, 13_000, 32_768, 65_500, 65_535)
WHOLE = (*NUMBERS, 65_536, 65_537, 1 << 21, 1 << 28, (1 << 35) - 1, 1 << 35, 1 << 64)
HALVES = tuple(struct.pack("<H", n) for n in (0, 1, 0x3C00, 0x7BFF, 0x7C00, 0x7E00, 0x8001, 0xFFFF))
SCALES = (float("nan"), float("inf"), -float("inf"), -1.0, 0.0, -0.0, 1e-45, 1e3, 1e30)


@cache
def originals() -> dict[bytes, int]:
    """Real files, baseline and progressive, and how often each is taken."""
    files = {}
    for architecture in SMALL + LARGE:
        network = fresh(architecture, torch.Generator().manual_seed(0))
        for coding in ("standard", "progressive"):
            for layout in (plan(network, ALIGNED), old(network)):
                if layout:
                    file = picture.encode(network, layout, dct.quality_table(70), coding)
                    files[file] = 12 if architecture in SMALL else 1
    return files


def old(network: Network) -> Layout | None:
    """A layout that version 2 of the format cannot say, as its scales are no float16."""
    layout = plan(network)
    if not isinstance(network.architecture, Mlp):
        return None
    parts = [replace(p, scale=float(np.float32(1.0001 * p.scale))) for p in layout.parts]
    return replace(layout, parts=tuple(parts))


def _position(random: Random, data: bytes) -> int:
    """Somewhere in the file, as often as not among its headers."""
    return random.randrange(min(len(data), random.choice((700, len(data)))))


def bits(random: Random, data: bytes) -> bytes:
    changed = bytearray(data)
    for _ in range(random.choice((1, 1, 2, 8, 50))):
        changed[_position(random, data)] ^= 1 << random.randrange(8)
    return bytes(changed)


def substitutions(random: Random, data: bytes) -> bytes:
    changed = bytearray(data)
    for _ in range(random.choice((1, 1, 2, 8, 50))):
        byte = random.choice((random.choice(BYTES), random.randrange(256)))
        changed[_position(random, data)] = byte
    return bytes(changed)


def deletion(random: Random, data: bytes) -> bytes:
    start = _position(random, data)
    return data[:start] + data[start + random.choice((1, 1, 2, 8, 100, 1000)) :]


def insertion(random: Random, data: bytes) -> bytes:
    start = _position(random, data)
    piece = random.choice((random.randbytes(random.randint(1, 40)), _marker(random, b"")))
    return data[:start] + piece * random.choice((1, 1, 1, 2, 50)) + data[start:]


def truncation(random: Random, data: bytes) -> bytes:
    return data[: random.choice((random.randrange(len(data)), _position(random, data)))] + (
        random.choice((b"", b"\xff\xd9"))
    )


def splice(random: Random, data: bytes) -> bytes:
    other = random.choice(list(originals()))
    return data[: _position(random, data)] + other[_position(random, other) :]


def noise(random: Random, data: bytes) -> bytes:
    kept = random.choice((0, 2, _position(random, data)))
    return data[:kept] + random.randbytes(random.randint(0, 2000))


def _marker(random: Random, body: bytes) -> bytes:
    return bytes((0xFF, random.choice(MARKERS))) + struct.pack(">H", 2 + len(body)) + body


def order(random: Random, data: bytes) -> bytes:
    """Segments swapped, removed, repeated (rarely very often), or hidden in another's body."""
    pieces = [data[s.start : s.end + s.scan] for s in segments(data)]
    i, j = random.randrange(len(pieces)), random.randrange(len(pieces))
    change = random.randrange(4)
    if change == 0:
        pieces[i], pieces[j] = pieces[j], pieces[i]
    elif change == 1:
        del pieces[i]
    elif change == 2:
        often = random.choices((2, 150, 1_500_000), (20, 5, 1))[0]
        small = random.choice((b"\xff\xd0", b"\xff\xe1\0\2", b"\xff\xff", pieces[i]))
        pieces.insert(i, small * min(often, picture.MAX_BYTES // len(small)))
    else:
        frame = struct.pack(">BHHB", 8, *random.choices(NUMBERS, k=2), random.choice((1, 3, 4)))
        inner = random.choice((b"\xff\xc0" + struct.pack(">H", 8) + frame, pieces[j][:1000]))
        pieces.insert(i, _marker(random, inner))
    return b"".join(pieces)


def field(random: Random, data: bytes) -> bytes:
    """Another length of a segment, or another number in a frame, a table, a scan's header."""
    segment = random.choice([s for s in segments(data) if s.body])
    places = [(2, ">H"), *[(4 + random.randrange(len(segment.body)), "B")] * 3]
    if segment.marker in (0xC0, 0xC2):  # precision, height, width, components, and of the first
        places = [(2, ">H"), (4, "B"), (5, ">H"), (7, ">H"), *[(n, "B") for n in (9, 10, 11, 12)]]
    offset, kind = random.choice(places)
    near = data[segment.start + offset] + random.choice((-1, 1))
    value = random.choice((random.choice(NUMBERS), random.randrange(65_536), near))
    coded = struct.pack(kind, value & (0xFF if kind == "B" else 0xFFFF))
    start = segment.start + offset
    return data[:start] + coded + data[start + len(coded) :]


def _varint(number: int) -> bytes:
    more = bytes([number & 0x7F | 0x80]) + _varint(number >> 7) if number > 0x7F else b""
    return more or bytes([number])


def layout(random: Random, data: bytes) -> bytes:
    """Other numbers, or another length, of the segment that says where the matrices stand."""
    note = _note(data)
    known, check = segment.from_bytes(note.body, _width(data))
    if check is None:
        places = [number for part in known.parts for number in astuple(part)[:-1]]
        first, ends = 1, []
    else:
        places, ends = [], [struct.pack("<e", part.scale) for part in known.parts]
        ends.append(struct.pack("<H", random.choice((check, check, check, 0, 65_535))))
        first = note.body[len(segment.NAME)]
    numbers = [*known.architecture.numbers, *places]
    for _ in range(random.choice((0, 1, 1, 1, 2, 4))):
        i = random.randrange(len(numbers))
        if isinstance(numbers[i], float):
            numbers[i] = random.choice(SCALES)
        else:
            near = abs(numbers[i] + random.choice((-8, -1, 1, 8)))
            numbers[i] = random.choice((random.choice(WHOLE), near))
    if ends and random.randrange(3) == 0:
        ends[random.randrange(len(ends))] = random.choice(HALVES)
    first = random.choice((first,) * 20 + (0, 1, 2, 3, 17, 18, 34, 255))
    coded = [struct.pack("<f", n) if isinstance(n, float) else _varint(n) for n in numbers]
    body = segment.NAME + bytes([first]) + b"".join(coded + ends)
    shorter = body[: random.randrange(len(body))]
    body = random.choice((body, body, body, body, shorter, body + random.randbytes(3)))
    return data[: note.start + 2] + struct.pack(">H", 2 + len(body)) + body + data[note.end :]


def _width(data: bytes) -> int:
    """Of the picture, in pixels; 0 where there is no frame."""
    frames = [s.body for s in segments(data) if s.marker in markers.FRAMES]
    return int.from_bytes(frames[0][3:5], "big") if frames else 0


def _note(data: bytes) -> Segment:
    """The segment of a network; ValueError where there is none."""
    notes = [s for s in segments(data) if s.body.startswith(segment.NAME)]
    return notes[0] if notes else segments(b"")[0]


CHANGES = (
    *(bits, substitutions, deletion, insertion, truncation, splice, noise),
    *(order, order, field, field, layout, layout, layout),
)


def damaged(seed: int, number: int) -> bytes:
    """A real file with one change or a few; never a real file again."""
    random = Random(f"{seed} {number}")
    files = originals()
    data = random.choices(list(files), list(files.values()))[0]
    changes = random.choice((1, 1, 1, 2, 3))
    while (changes > 0 and len(data) < 1_000_000) or data in files:
        with suppress(ValueError, IndexError):  # this change is not possible any more
            data = random.choice(CHANGES)(random, data)
        changes -= 1
    return data


class _HangError(BaseException):
    """Beyond what anyone catches."""


def _hang(*_):
    raise _HangError


def outcome(data: bytes) -> tuple[str, str]:
    """One of ``network``, ``PictureError``, ``exception`` and ``hang``, and what there is to say.

    Warnings, and a network with a number that is not finite, count as exceptions.
    """
    previous = signal.signal(signal.SIGALRM, _hang)
    signal.alarm(SECONDS)
    try:
        with warnings.catch_warnings(action="error"):
            network = picture.decode(data)
        if not all(tensor.isfinite().all() for tensor in network.tensors.values()):
            raise ArithmeticError("a number of the network is not finite")
        return "network", ""
    except PictureError as error:
        return "PictureError", str(error)
    except _HangError:
        return "hang", traceback.format_exc()
    except Exception:  # these are what is looked for
        return "exception", traceback.format_exc()
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, previous)


def examine(seed: int, numbers: Iterable[int], folder: Path) -> tuple[Counter, list[str]]:
    """Decode the damaged files of a seed: how often each outcome came, and what failed.

    A file stands in the folder while it is decoded, and stays there if that fails.
    """
    counts, failures = Counter(), []
    for number in numbers:
        data = damaged(seed, number)
        file = folder / f"{seed}-{number}.jpg"
        file.write_bytes(data)
        kind, message = outcome(data)
        counts[kind] += 1
        if kind in ("network", "PictureError"):
            file.unlink()
        else:
            failures.append(f"file {number} of seed {seed}, {kind}: {file}\n{message}")
    return counts, failures


def _peak() -> float:
    """The process's largest memory so far, in MB."""
    unit = 1 if sys.platform == "darwin" else 1024  # ru_maxrss is in bytes, in KiB elsewhere
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6


START = _peak()  # of each process, which imports this module anew


def _work(seed: int, numbers: range, folder: Path) -> tuple[Counter, list[str], float]:
    torch.set_num_threads(1)
    # A library's own endless loop hears no alarm: it takes the process with it.
    faulthandler.dump_traceback_later(SECONDS * 30, exit=True)
    counts, failures = examine(seed, numbers, folder)
    faulthandler.cancel_dump_traceback_later()
    return counts, failures, _peak() - START


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--files", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="jpegnet-fuzz-"))
    work = [range(n, min(n + 500, arguments.files)) for n in range(0, arguments.files, 500)]
    counts, failed, megabytes = Counter(), False, 0.0
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        futures = [pool.submit(_work, arguments.seed, numbers, folder) for numbers in work]
        try:
            for future in futures:
                found, failures, over = future.result()
                counts += found
                megabytes = max(megabytes, over)
                print(*failures, sep="\n", end="", flush=True)
                failed |= bool(failures)
        except BrokenProcessPool:
            print("a process died or hung; its file is one of", *folder.iterdir(), sep="\n  ")
            failed = True
    if not failed:
        folder.rmdir()
    print(
        f"{counts.total():,} damaged files of seed {arguments.seed}: "
        f"{counts['network']:,} networks, {counts['PictureError']:,} PictureErrors, "
        f"{counts['exception']} other exceptions, {counts['hang']} hangs; "
        f"peak memory {megabytes:.0f} MB over the start"
    )
    return int(failed or megabytes > MEGABYTES)


if __name__ == "__main__":
    sys.exit(main())
