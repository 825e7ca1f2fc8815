"""What chapter 10 may be asked to do: networks that read a digit row by row."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Rows:
    """Networks over rows of one ``price``, trained through the codec.

    ``cell``: that of `Recurrent`, or ``attention``; ``units``: of the former, or the latter's
    width and its ReLUs a block; ``epochs``, and how many (``seeds``); ``warped``: the share of
    their batches that are of warped images; ``teacher``: the epochs of the network whose answers
    stand for the labels, 0 for none; ``filters``: its layers, as `Convolutional` has them.
    """

    price: float
    cell: str
    units: int
    epochs: int
    seeds: int
    warped: float = 0.0
    teacher: int = 0
    filters: tuple[tuple[int, int, int], ...] = ()


@dataclass(frozen=True)
class Sequences:
    """``grid``: networks that are pictures; ``passes``: rounds in which coefficients are chosen.

    After training: ``epochs`` and ``seeds`` of a recurrent and an attention network of ``units``,
    whose matrices go through JPEG at these ``qualities``. A task that needs memory, over sequences
    of these ``lengths``: ``steps`` of training.
    """

    grid: tuple[Rows, ...]
    passes: int
    epochs: int
    seeds: int
    units: int
    qualities: tuple[int, ...]
    lengths: tuple[int, ...]
    steps: int
