"""A forward pass on bits, for networks whose weights and activations are signs."""

import math

import numpy as np

from jpegnet.nets.binary import BinaryNetwork
from jpegnet.nets.network import Network


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
