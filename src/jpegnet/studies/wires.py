"""Slow wires: how long bytes take on them, and a line on this machine that sends at their rates."""

import math
import socket
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass

import pandas as pd

_TICK = 0.02  # seconds between two looks at what should have been sent
_AT_ONCE = 64


@dataclass(frozen=True)
class Wire:
    """A way to send bytes.

    ``bits_per_second``: while it sends; ``frame``: the bytes that go at once, 0 where there are no
    frames; ``every``: seconds from one frame to the next. ``about``: what it is, in words.
    """

    name: str
    bits_per_second: float
    about: str
    frame: int = 0
    every: float = 0.0

    def seconds(self, size: int, whole: int = 0) -> float:
        """How long until so many bytes of ``whole`` have arrived, which by default are all.

        Of a frame nothing has arrived before its end.
        """
        if not self.frame:
            return 8 * size / self.bits_per_second
        before = -(-size // self.frame) - 1  # frames
        last = min(self.frame, max(size, whole) - before * self.frame)
        return before * self.every + 8 * last / self.bits_per_second

    def arrived(self, seconds: float, whole: int) -> int:
        """How many of ``whole`` bytes have arrived after a time: the inverse of `seconds`."""
        if not self.frame:
            return min(whole, int(seconds * self.bits_per_second / 8 + 1e-9))
        frames = int(seconds // self.every)
        later = min(whole, (frames + 1) * self.frame)  # with the frame that is under way
        there = later if self.seconds(later) <= seconds else frames * self.frame
        return min(whole, there)


WIRES = (
    Wire("300 bit/s", 300, "the first telephone modems"),
    Wire("2,400 bit/s", 2400, "a modem of the 1980s; data over Iridium's satellites"),
    Wire("LoRa", 5470, "radio for sensors: frames of 222 bytes, here one every 5 s", 222, 5.0),
    Wire("SMS", 1400, "messages of 140 bytes, here one every 6 s", 140, 6.0),
    Wire("3G", 384_000, "a mobile telephone of 2001, at 384 kbit/s"),
)


def trickle(write: Callable[[bytes], object], data: bytes, wire: Wire) -> None:
    """Write bytes as they would arrive over a wire."""
    began, sent = time.perf_counter(), 0
    while sent < len(data):
        upto = wire.arrived(time.perf_counter() - began, len(data))
        if upto > sent:
            write(data[sent:upto])
            sent = upto
        else:
            time.sleep(_TICK)


def received(data: bytes, wire: Wire, sizes: Iterable[int]) -> list[float]:
    """Send bytes through a socket of this machine: seconds until each size has arrived.

    Raises:
        ValueError: a size is not within 1 and the length of the data.
    """
    wanted = list(sizes)
    if not all(1 <= size <= len(data) for size in wanted):
        raise ValueError(f"sizes are 1 to {len(data)}, got {wanted}")
    ours, theirs = socket.socketpair()

    def send() -> None:
        with suppress(OSError):  # nobody waits for the rest any more
            trickle(theirs.sendall, data, wire)

    there, times, began = 0, {}, time.perf_counter()
    with ours, theirs:
        threading.Thread(target=send, daemon=True).start()
        while there < max(wanted):
            there += len(ours.recv(1 << 16))
            now = time.perf_counter() - began
            for size in wanted:
                if size <= there:
                    times.setdefault(size, now)
    return [times[size] for size in wanted]


def times(
    files: dict[str, tuple[bytes, int]], wires: Iterable[Wire], patience: float
) -> pd.DataFrame:
    """How long each file takes on each wire, until its first useful answer and in all.

    Args:
        files: bytes by name, and how many of them give a useful answer.
        patience: what takes more seconds than this is computed, not sent.

    Returns:
        wire, file, bytes, seconds; sent: whether they were measured. Two rows a wire and file.
    """
    jobs = [(wire, name) for wire in wires for name in files]

    def one(job: tuple[Wire, str]) -> list[tuple]:
        wire, name = job
        data, useful = files[name]
        sizes = [useful, len(data)]
        sent = [size for size in sizes if wire.seconds(size) <= patience]
        found = (
            dict(zip(sent, received(data[: max(sent)], wire, sent), strict=True)) if sent else {}
        )
        return [
            (wire.name, name, size, found.get(size, wire.seconds(size)), size in found)
            for size in sizes
        ]

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        rows = [row for found in pool.map(one, jobs) for row in found]
    return pd.DataFrame(rows, columns=["wire", "file", "bytes", "seconds", "sent"])


def clock(seconds: float) -> str:
    """A time in words: 0.03 s, 12 s, 4 min, 12 h."""
    for size, unit in ((3600, "h"), (60, "min")):
        if seconds >= 1.5 * size:
            return (
                f"{seconds / size:.0f} {unit}"
                if seconds >= 10 * size
                else f"{seconds / size:.1f} {unit}"
            )
    digits = max(0, 1 - math.floor(math.log10(max(seconds, 1e-3))))
    return f"{seconds:.{digits}f} s"
