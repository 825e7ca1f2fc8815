"""What each chapter may be asked to do: how many networks, which qualities, how long."""

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


@dataclass(frozen=True)
class OtherBases:
    """Tiles in few coefficients of several bases, and picture codecs on the mosaic.

    ``counts``: coefficients a tile that are kept after training; ``seeds``: of these and of the
    codecs; ``qualities`` of the codecs, ``decibels`` of JPEG 2000. Trained from the start with
    ``trained`` coefficients a tile: networks of the hidden ``widths``, and ``dense`` ones of these
    widths; ``trained_seeds`` of each, for ``epochs``.
    """

    counts: tuple[int, ...]
    seeds: int
    qualities: tuple[int, ...]
    decibels: tuple[int, ...]
    trained: tuple[int, ...]
    widths: tuple[int, ...]
    dense: tuple[int, ...]
    trained_seeds: int
    epochs: int


@dataclass(frozen=True)
class CrossSection:
    """The methods that are trained for their form, and how: ``seeds`` of each, for ``epochs``.

    ``densities`` of pruning; hidden units of ``binary`` weights and of networks of ``signs``;
    ``factors`` of sharing; ``ranks``; ``sides`` of random subspaces; Fourier ``coefficients`` a
    tile; widths of ``narrow`` networks. ``rate``: what Adam's usual rates are multiplied by;
    ``shift``: by how many pixels training moves the images.
    """

    seeds: int
    epochs: int
    densities: tuple[float, ...]
    binary: tuple[int, ...]
    signs: tuple[int, ...]
    factors: tuple[int, ...]
    ranks: tuple[int, ...]
    sides: tuple[int, ...]
    coefficients: tuple[int, ...]
    narrow: tuple[int, ...]
    rate: float = 1.0
    shift: int = 0


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


@dataclass(frozen=True)
class Performance:
    """How often each thing is timed (``rounds``); ``units`` of networks whose steps are.

    ``counts``: of seeds and of qualities that are computed at once.
    """

    rounds: int
    units: tuple[int, ...]
    counts: tuple[int, ...]


@dataclass(frozen=True)
class Settings:
    """What the notebooks ask of the package, chapter by chapter.

    ``enforce``: whether a claim that leaves its band stops the build.
    """

    profile: str
    enforce: bool
    training: Training
    sweep: Sweep
    one_picture: OnePicture
    through_codec: ThroughCodec
    other_bases: OtherBases
    cross_section: CrossSection
    deeper: Deeper
    ends: Ends
    performance: Performance
