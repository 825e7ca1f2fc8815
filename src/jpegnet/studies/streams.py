"""A network's bytes in the order in which they are sent, and what a beginning of them tells."""

from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np
import torch
import zstandard

from jpegnet.nets import mlp
from jpegnet.nets.mlp import Mlp
from jpegnet.nets.network import Network
from jpegnet.picture import arriving
from jpegnet.picture.layout import PictureError

_LEVEL = 19  # of zstd
_ZERO = 128  # of numbers of eight bits


@dataclass(frozen=True)
class Stream(ABC):
    """``data``: all bytes, in order; ``method``: what they are, in words."""

    method: str
    data: bytes

    @abstractmethod
    def read(self, size: int) -> Network | None:
        """The network that the first ``size`` bytes tell; None if they tell none."""


@dataclass(frozen=True)
class Pictured(Stream):
    """A network's picture."""

    def read(self, size: int) -> Network | None:
        """See `Stream` and `arriving.load`."""
        try:
            return arriving.load(self.data[:size]).network
        except PictureError:
            return None


@dataclass(frozen=True)
class Numbers(Stream):
    """The numbers of a network of one hidden layer, each of so many whole bytes.

    ``by_unit``: outputs' biases come first, and then what there is of one unit after the other;
    else tensor after tensor. ``planes``: all numbers' most significant bytes come first, or, of
    int8, their most significant bits; what has not arrived of a number is taken to be the middle.
    ``steps``: of int8, the step of each tensor; none for float32. Sizes and steps are taken to be
    known.
    """

    widths: tuple[int, int, int]
    by_unit: bool = False
    planes: bool = False
    steps: tuple[float, ...] = ()

    def read(self, size: int) -> Network | None:
        """See `Stream`."""
        some = np.frombuffer(self.data[:size], np.uint8)
        places = order(self.widths, self.by_unit)
        found = np.empty(len(places), np.float32)
        found[places] = self._whole(some, len(places)) if self.steps else self._floats(some, places)
        return _network(self.widths, found, self.steps)

    def _floats(self, some: np.ndarray, places: np.ndarray) -> np.ndarray:
        parts = np.zeros((len(places), 4), np.uint8)  # the most significant byte first
        there = np.zeros(parts.shape, bool)
        for whole, values in ((parts, some), (there, True)):
            flat = np.zeros(parts.size, whole.dtype)
            flat[: len(some)] = values
            whole[:] = flat.reshape(4, -1).T if self.planes else flat.reshape(-1, 4)
        middle = np.where(there.any(1) & ~there.all(1), there.sum(1), 0)
        parts[np.flatnonzero(middle), middle[middle > 0]] = 0x80
        return parts.view(">f4")[:, 0]

    def _whole(self, some: np.ndarray, count: int) -> np.ndarray:
        if not self.planes:
            return np.pad(some.astype(np.float32) - _ZERO, (0, count - len(some)))
        known = np.unpackbits(some)[: 8 * count]
        bits = np.pad(known, (0, 8 * count - len(known))).reshape(8, -1)
        there = np.arange(8 * count).reshape(8, -1) < len(known)
        bits = np.where(there, bits, there.cumsum(0).argmax(0) + 1 == np.arange(8)[:, None])
        numbers = (bits * (128 >> np.arange(8))[:, None]).sum(0).astype(np.float32)
        return np.where(there.any(0), numbers - _ZERO, 0)


@dataclass(frozen=True)
class Packed(Numbers):
    """Numbers in zstd's frame, which tells nothing before its end."""

    def read(self, size: int) -> Network | None:
        """See `Stream`."""
        if size < len(self.data):
            return None
        numbers = zstandard.decompress(self.data)
        return Numbers(self.method, numbers, self.widths, steps=self.steps).read(len(numbers))


def order(widths: tuple[int, int, int], by_unit: bool) -> np.ndarray:
    """Which of a network's numbers, tensor after tensor, is sent at each place: int (numbers,)."""
    shapes = list(Mlp(widths).shapes.values())
    sizes = [int(np.prod(shape)) for shape in shapes]
    first, bias, last, out = np.split(np.arange(sum(sizes)), np.cumsum(sizes)[:-1])
    if not by_unit:
        return np.concatenate([first, bias, last, out])
    units = [bias[:, None], last.reshape(shapes[2]).T, first.reshape(shapes[0])]
    return np.concatenate([out, np.concatenate(units, 1).ravel()])


def _network(widths: tuple[int, int, int], numbers: np.ndarray, steps) -> Network:
    shapes, found, at = Mlp(widths).shapes, {}, 0
    for i, (name, shape) in enumerate(shapes.items()):
        part = torch.from_numpy(numbers[at : at + int(np.prod(shape))].copy()).view(shape)
        found[name], at = part * steps[i] if steps else part, at + part.numel()
    return Network(Mlp(widths), found)


def of_numbers(network: Network) -> list[Stream]:
    """A network of one hidden layer as float32 and as int8, in several orders.

    Raises:
        TypeError: the network is no chain of linear layers.
    """
    tensors = [tensor for layer in mlp.layers(network) for tensor in layer]
    widths, usual = network.architecture.widths, order(network.architecture.widths, False)
    units = order(widths, True)
    floats = np.concatenate([t.numpy().ravel() for t in tensors]).astype(">f4")
    steps = tuple(float(t.abs().max()) / 127 or 1.0 for t in tensors)  # of zeros alone: any
    scaled = [(t / s).round().int().numpy().ravel() for t, s in zip(tensors, steps, strict=True)]
    whole = (np.concatenate(scaled) + _ZERO).astype(np.uint8)
    bits = np.unpackbits(whole[units, None], axis=1).T  # (8, numbers)
    high_first = floats[units].view(np.uint8).reshape(-1, 4).T.tobytes()
    packed = zstandard.compress(whole[usual].tobytes(), _LEVEL)
    as_int8 = {"widths": widths, "steps": steps}
    return [
        Numbers("float32, tensor after tensor", floats[usual].tobytes(), widths),
        Numbers("float32, unit by unit", floats[units].tobytes(), widths, True),
        Numbers("float32, high bytes first", high_first, widths, True, True),
        Numbers("int8, unit by unit", whole[units].tobytes(), by_unit=True, **as_int8),
        Numbers(
            "int8, high bits first",
            np.packbits(bits).tobytes(),
            by_unit=True,
            planes=True,
            **as_int8,
        ),
        Packed("int8, zstd", packed, **as_int8),
    ]
