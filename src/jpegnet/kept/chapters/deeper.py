"""What chapter 9 may be asked to do: convolutional and deeper networks."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Kernels:
    """Convolutional networks of one ``price``.

    ``layers``: as `Convolutional` has them; ``epochs``, and how many (``seeds``); ``warped``: the
    share of their batches that are of warped images.
    """

    price: float
    layers: tuple[tuple[int, int, int], ...]
    epochs: int
    seeds: int
    warped: float = 0.0


@dataclass(frozen=True)
class Deeper:
    """Convolutional networks that are trained through the codec.

    ``grid``: these networks; ``passes``: the rounds in which their coefficients are chosen anew. By
    networks of ``way_epochs`` and ``way_seeds`` ways to put filters into a picture are compared:
    trained so, and, at these ``qualities``, after training.
    """

    grid: tuple[Kernels, ...]
    passes: int
    way_epochs: int
    way_seeds: int
    qualities: tuple[int, ...]


@dataclass(frozen=True)
class Ends:
    """Deeper networks after training, and a language model.

    ``epochs``: a share of each network's usual ones, on ``trained`` images; ``seen``: test images
    that these read; ``images``: that are distorted. Of the model: matrices that are ``surveyed``;
    ``matrices`` that go through picture codecs, all where none is named, at which ``qualities``,
    and JPEG 2000's ``decibels``; ``sentences`` that it reads, at ``rates`` in bits a weight.
    """

    epochs: float
    trained: int
    seen: int
    images: int
    surveyed: int
    matrices: tuple[str, ...]
    qualities: tuple[int, ...]
    decibels: tuple[int, ...]
    sentences: int
    rates: tuple[int, ...]
