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
class Chain:
    """Fully connected networks of one ``price`` and so many ``units``, which can be cut.

    ``by``: see `CutRecipe`; ``epochs`` of training, and how many (``seeds``).
    """

    by: str
    price: float
    units: int
    epochs: int
    seeds: int


@dataclass(frozen=True)
class SlowWire:
    """``grid``: nested networks; ``passes``: rounds in which coefficients are chosen.

    ``points``: at how many beginnings each file is read, ``seen``: by how many test images;
    ``quality``: of the article's network as a picture; ``patience``: how many seconds a wire may
    take, to be measured and not computed; ``chains``: fully connected networks.
    """

    grid: tuple[Cut, ...]
    passes: int
    points: int
    seen: int
    quality: int
    patience: float
    chains: tuple[Chain, ...] = ()
