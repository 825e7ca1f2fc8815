"""What chapters 1 to 6 may be asked to do: one hidden layer, after training and during it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Training:
    """The networks that all chapters begin with: how many (``seeds``), and for how long."""

    seeds: int
    epochs: int


@dataclass(frozen=True)
class Sweep:
    """The JPEG qualities at which networks are measured.

    ``qualities``: of the reference network; ``coarse``: of the article's 97 % network, and of the
    reference network in min-max scaling; ``seeds``: how many networks of each.
    """

    qualities: tuple[int, ...]
    coarse: tuple[int, ...]
    seeds: int


@dataclass(frozen=True)
class OnePicture:
    """The one picture, its ``qualities``, and the first layer that computes from it.

    ``seeds``: networks that become pictures; ``ladder_seeds``: on which choices are measured.
    """

    qualities: tuple[int, ...]
    seeds: int
    ladder_seeds: int


@dataclass(frozen=True)
class Point:
    """Networks of one ``price``: their hidden ``units``, ``epochs``, and how many (``seeds``).

    ``warped``: the share of their batches that are of warped images; ``teacher``: the epochs of the
    network whose answers stand for the labels, 0 for none; ``filters``: its layers, as
    `Convolutional` has them, none for 784-512-10.
    """

    price: float
    units: int
    epochs: int
    seeds: int
    warped: float = 0.0
    teacher: int = 0
    filters: tuple[tuple[int, int, int], ...] = ()


@dataclass(frozen=True)
class ThroughCodec:
    """Networks that are trained through the codec.

    ``grid``: the networks of one hidden layer; ``passes``: how often their coefficients are chosen
    anew; ``lenet_epochs``, ``lenet_seeds``: of LeNet-300-100; ``step_epochs``: where the steps of
    the method are compared.
    """

    grid: tuple[Point, ...]
    passes: int
    lenet_epochs: int
    lenet_seeds: int
    step_epochs: int
