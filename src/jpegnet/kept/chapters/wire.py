"""What chapter 11 may be asked to do: networks of which only the first bytes have arrived."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Cut:
    """Nested networks of one ``price``: ``epochs`` of training, and how many (``seeds``).

    ``warped``: the share of their batches that are of warped images.
    """

    price: float
    epochs: int
    seeds: int
    warped: float = 0.0


@dataclass(frozen=True)
class SlowWire:
    """``grid``: nested networks; ``passes``: rounds in which their coefficients are chosen.

    ``points``: at how many beginnings each file is read, ``seen``: by how many test images;
    ``quality``: of the article's network as
    a picture; ``patience``: how many seconds a wire may take, to be measured and not computed.
    """

    grid: tuple[Cut, ...]
    passes: int
    points: int
    seen: int
    quality: int
    patience: float
