"""The three profiles: how much a run of the whole book does. One frozen object each."""

from dataclasses import dataclass, replace

from jpegnet.kept import paths


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

    ``seeds``: how many networks become pictures; ``ladder_seeds``: on how many its choices are
    measured.
    """

    qualities: tuple[int, ...]
    seeds: int
    ladder_seeds: int


@dataclass(frozen=True)
class Point:
    """Networks of one ``price``: their hidden ``units``, ``epochs``, and how many (``seeds``).

    ``warped``: the share of their batches that are of warped images; ``teacher``: the epochs of the
    network whose answers stand for the labels, 0 for none.
    """

    price: float
    units: int
    epochs: int
    seeds: int
    warped: float = 0.0
    teacher: int = 0


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
class Performance:
    """How long the page on performance measures.

    ``rounds``: how often each thing is timed; ``units``: sizes of networks whose steps are;
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
    performance: Performance


_COARSE = (1, 2, 3, 5, 7, 10, 15, 20, 25, 30, 40, 50, 60, 70, 80, 90, 95, 100)
_ALL = tuple(range(1, 101))
# Where curves are flat, every second one.
_FINE = tuple(sorted({*range(1, 31), *range(32, 101, 2), *_COARSE}))

# A network that pays much needs few units, and can learn little by heart that warped images would
# keep it from. Five seeds where an aim is met, or not; the longest runs come first.
_GRID = (
    Point(6.3e-6, 84, 140, seeds=5, warped=0.5, teacher=3),
    Point(4.7e-6, 92, 80, seeds=2, warped=0.5, teacher=3),
    Point(1.31e-5, 64, 130, seeds=5, warped=0.5),
    Point(4.2e-5, 48, 160, seeds=5),
    Point(2e-4, 20, 50, seeds=2),
)

_REPORT = Settings(
    profile="report",
    enforce=True,
    training=Training(seeds=7, epochs=7),
    sweep=Sweep(_FINE, _COARSE, seeds=5),
    one_picture=OnePicture(_FINE, seeds=5, ladder_seeds=3),
    through_codec=ThroughCodec(_GRID, passes=2, lenet_epochs=30, lenet_seeds=2, step_epochs=16),
    performance=Performance(4, (128, 256, 512, 1024, 2048, 4096, 8192), counts=(1, 2, 4, 8)),
)
_SMOKE = Settings(
    profile="smoke",
    enforce=False,
    training=Training(seeds=2, epochs=1),
    sweep=Sweep((1, 5, 20, 50, 95), (1, 5, 20), seeds=2),
    one_picture=OnePicture((50, 75), seeds=2, ladder_seeds=1),
    through_codec=ThroughCodec(
        (Point(8e-5, 16, 1, seeds=2), Point(2e-5, 32, 1, seeds=2, warped=0.5, teacher=3)),
        passes=0,
        lenet_epochs=1,
        lenet_seeds=2,
        step_epochs=1,
    ),
    performance=Performance(1, (128, 512, 2048), counts=(1, 2)),
)
_FULL = replace(
    _REPORT,
    profile="full",
    sweep=Sweep(_ALL, _ALL, seeds=10),
    training=Training(seeds=10, epochs=10),
    one_picture=OnePicture(_ALL, seeds=10, ladder_seeds=10),
    through_codec=ThroughCodec(
        tuple(replace(point, epochs=2 * point.epochs, seeds=10) for point in _GRID),
        passes=4,
        lenet_epochs=80,
        lenet_seeds=5,
        step_epochs=140,
    ),
)
PROFILES = {settings.profile: settings for settings in (_SMOKE, _REPORT, _FULL)}


def current() -> Settings:
    """The settings of ``$JPEGNET_PROFILE`` (default: ``report``).

    Raises:
        ValueError: the variable names no profile.
    """
    name = paths.profile()
    if name not in PROFILES:
        raise ValueError(f"JPEGNET_PROFILE is {name!r}; choose one of {', '.join(PROFILES)}")
    return PROFILES[name]
