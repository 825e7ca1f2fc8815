"""Networks of one bit a weight: signs, or a mask; and a forward pass that works on the bits."""

import math
from dataclasses import dataclass

import numpy as np
import torch

from jpegnet.methods import packers
from jpegnet.nets.binary import BinaryNetwork, BinaryWeights
from jpegnet.nets.network import Architecture, Network

_BINARY = BinaryWeights()


@dataclass(frozen=True)
class Bits:
    """Each matrix as a bit an entry, whether it is positive; vectors as float16.

    For architectures whose matrices count by their signs alone, or by sign and a row's mean
    magnitude, which is then kept as float16 (``scales``). ``packer``: of the bits, see `packers`.
    """

    architecture: Architecture = _BINARY
    scales: bool = True
    packer: str = "plain"
    name = "bits"

    @property
    def settings(self) -> dict[str, str | float]:
        """See `Method`."""
        return {"setting": "1 bit" if self.packer == "plain" else f"1 bit, {self.packer}"}

    def encode(self, network: Network) -> bytes:
        """See `Method`."""
        sides, bits = [], []
        for name in self.architecture.shapes:
            values = network.tensors[name].numpy()
            if values.ndim > 1:
                bits.append((values >= 0).ravel())
                values = np.abs(values).mean(1) if self.scales else values[:0, 0]
            sides.append(values.astype("<f2").tobytes())
        return b"".join(sides) + packers.packed(np.concatenate(bits), 2, self.packer)

    def decode(self, data: bytes) -> Network:
        """See `Method`."""
        shapes, at, sides = self.architecture.shapes, 0, {}
        for name, shape in shapes.items():
            size = shape[0] if self.scales or len(shape) < 2 else 0
            sides[name] = np.frombuffer(data[at : at + 2 * size], "<f2").astype(np.float32)
            at += 2 * size
        count = sum(math.prod(shape) for shape in shapes.values() if len(shape) > 1)
        signs = packers.unpacked(data[at:], count, 2, self.packer).astype(np.float32) * 2 - 1
        tensors = {}
        for name, shape in shapes.items():
            values = sides[name]
            if len(shape) > 1:
                matrix, signs = signs[: math.prod(shape)].reshape(shape), signs[math.prod(shape) :]
                values = matrix * values[:, None] if self.scales else matrix
            tensors[name] = torch.from_numpy(np.ascontiguousarray(values))
        return Network(self.architecture, tensors)

    def parts(self, data: bytes) -> dict[str, int]:
        """See `Method`."""
        return {}


def _words(bits: np.ndarray) -> np.ndarray:
    """Rows of bits as 64-bit words, the last one filled up with 0."""
    packed = np.packbits(bits, axis=1)
    return np.pad(packed, ((0, 0), (0, -packed.shape[1] % 8))).view(np.uint64)


class PackedNetwork:
    """A `BinaryNetwork` that is held and computed in bits: XNOR, then counting.

    A product of two rows of n signs is n less twice the bits in which they differ. As the sum is
    whole, a unit's bias becomes a whole threshold: how many bits may differ.
    """

    def __init__(self, network: Network):
        """Take the signs and thresholds of a network.

        Raises:
            ValueError: the network's weights and activations are not signs.
        """
        numbers = [network.tensors[name].numpy() for name in network.architecture.shapes]
        if network.architecture != BinaryNetwork(len(numbers[0])):
            raise ValueError(f"{network.architecture.name} has other activations than signs")
        first, bias, second, self.last = numbers
        self.first, self.second = _words(first >= 0), _words(second >= 0)
        self.hidden = len(bias)
        # The sum is 784 - 2 d if d bits differ; in the floats that the network computes with.
        sums = (784 - 2 * np.arange(785, dtype=np.float32)) / np.float32(28)
        self.most = (sums[:, None] + bias >= 0).sum(0, dtype=np.int32) - 1

    @property
    def resident_bytes(self) -> int:
        """Bytes of all that it holds."""
        held = (self.first, self.second, self.most, self.last)
        return sum(array.nbytes for array in held)

    def scores(self, x: np.ndarray) -> np.ndarray:
        """Scores (n, 10) for images, float32 (n, 784)."""
        seen = _words(x >= 0.5)
        hidden = _words(_differing(seen, self.first) <= self.most)
        sums = self.hidden - 2 * _differing(hidden, self.second)
        return sums * np.float32(4 / math.sqrt(self.hidden)) + self.last


def _differing(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """In how many bits each row of a (n, words) differs from each of b (m, words): int32 (n, m)."""
    found = np.empty((len(a), len(b)), np.int32)
    for i, row in enumerate(b):
        found[:, i] = np.bitwise_count(a ^ row).sum(1, dtype=np.int32)
    return found
