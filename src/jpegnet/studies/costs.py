"""What a network costs where it runs: operations an image, and bytes that are held.

Operations are additions and multiplications, or operations on words of 64 bits. Held is what a
forward pass keeps in memory between images: numbers as they are stored, of which one row at a time
is unpacked; entropy-coded ones first become plain symbols. What is drawn again from a seed is held.
"""

from dataclasses import replace
from functools import singledispatch

import numpy as np

from jpegnet.methods.article import Article
from jpegnet.methods.bits import PackedNetwork
from jpegnet.methods.clipped import Clipped
from jpegnet.methods.coarse import Coarse
from jpegnet.methods.lowrank import Factored
from jpegnet.methods.matrixform import CompressedLinear
from jpegnet.methods.method import Method
from jpegnet.methods.nnc import Nnc
from jpegnet.methods.posttraining import PostTraining
from jpegnet.methods.pruned import Pruned
from jpegnet.methods.through_codec.method import ThroughCodec
from jpegnet.nets.binary import BinaryNetwork
from jpegnet.nets.network import Network

_FLOAT = 4  # bytes
WORD_OPERATIONS = 3  # of 64 products of signs: exclusive or, count, add


@singledispatch
def cost(method: Method, data: bytes, decoded: Network) -> tuple[int, int]:
    """Operations an image, and bytes held, of what a method made of a network.

    Args:
        data: the bytes.
        decoded: the network that they stand for.

    Raises:
        TypeError: nobody said how such a method's networks are computed.
    """
    raise TypeError(f"what {type(method).__name__} costs is not known")


@cost.register
def _(method: Coarse, data: bytes, decoded: Network) -> tuple[int, int]:
    matrices = [shape for shape in decoded.architecture.shapes.values() if len(shape) > 1]
    if decoded.architecture == BinaryNetwork(matrices[0][0]):
        words = sum(rows * -(-columns // 64) for rows, columns in matrices)
        return WORD_OPERATIONS * words, PackedNetwork(decoded).resident_bytes
    plain = replace(method, packer="plain")
    return decoded.architecture.operations, len(plain.encode(decoded))


@cost.register
def _(method: Factored, data: bytes, decoded: Network) -> tuple[int, int]:
    return cost(method.coding, data, decoded)


@cost.register(Article)
@cost.register(Clipped)
@cost.register(Nnc)
def _(method: Method, data: bytes, decoded: Network) -> tuple[int, int]:
    return decoded.architecture.operations, _FLOAT * decoded.parameters


@cost.register
def _(method: Pruned, data: bytes, decoded: Network) -> tuple[int, int]:
    matrices = [t for t in decoded.tensors.values() if t.ndim > 1]
    left = sum(int(m.count_nonzero()) for m in matrices)
    vectors = sum(t.numel() for t in decoded.tensors.values() if t.ndim < 2)
    starts = sum(len(m) + 1 for m in matrices)
    # Of each weight its code and its column; where each row starts; the codes.
    held = 3 * left + _FLOAT * (starts + vectors + len(matrices) * method.codes)
    return 2 * left, held


@cost.register(PostTraining)
@cost.register(ThroughCodec)
def _(method: Method, data: bytes, decoded: Network) -> tuple[int, int]:
    """Computed from the coefficients, as in 05: the image is transformed once."""
    first = CompressedLinear.from_picture(data)
    rest = [t for name, t in decoded.tensors.items() if not name.startswith("0.")]
    numbers = sum(tensor.numel() for tensor in rest)
    transform = 2 * 64 * len(first.steps)
    operations = transform + 2 * (first.q.nnz + numbers)
    return operations, first.resident_bytes + _FLOAT * numbers


COLUMNS = ("operations_per_image", "resident_bytes")


def columns(method: Method, data: bytes, decoded: Network) -> dict[str, float]:
    """`cost`, as columns of a table."""
    return dict(zip(COLUMNS, cost(method, data, decoded), strict=True))


def operations_of_a_product(bits: int = 32) -> int:
    """Operations on single bits for the product of two floats of 32 bits, as a schoolbook does it.

    The significands, 24 bits each, take 24 · 24 ANDs and 23 additions of 24 bits, each bit of
    which is a full adder of 5; the exponents' 8 bits are added.
    """
    significand, exponent, adder = 24 * bits // 32, 8, 5
    return significand**2 + adder * significand * (significand - 1) + adder * exponent


def nearest_signs(weight: np.ndarray) -> np.ndarray:
    """Angle in degrees between each row, (n, d), and the nearest vector of signs: (n,).

    That is the row's own signs, and the cosine |w|₁ / (√d |w|₂).
    """
    ones = np.abs(weight).sum(1)
    twos = np.linalg.norm(weight, axis=1) * np.sqrt(weight.shape[1])
    return np.degrees(np.arccos(np.clip(ones / twos, -1, 1)))
