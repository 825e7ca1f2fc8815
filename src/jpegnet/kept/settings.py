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
class ThroughCodec:
    """Networks that are trained through the codec.

    ``grid``: their prices, hidden units and epochs; ``seeds``: how many of each; ``passes``: how
    often their coefficients are chosen anew; ``lenet_epochs``: of LeNet-300-100;
    ``step_epochs``: where the steps of the method are compared.
    """

    grid: tuple[tuple[float, int, int], ...]
    seeds: int
    passes: int
    lenet_epochs: int
    step_epochs: int


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


_COARSE = (1, 2, 3, 5, 7, 10, 15, 20, 25, 30, 40, 50, 60, 70, 80, 90, 95, 100)
_ALL = tuple(range(1, 101))
_FINE = (*range(1, 31), *range(32, 101, 2))  # where curves are flat, every second one

# A network that pays much needs few units and little training. The longest runs come first.
_GRID = (
    *((8e-6, 84, 200), (5e-6, 92, 150), (1.55e-5, 68, 150)),
    *((1.05e-5, 76, 100), (3.5e-5, 44, 80), (2e-4, 20, 60)),
)

_REPORT = Settings(
    profile="report",
    enforce=True,
    training=Training(seeds=10, epochs=7),
    sweep=Sweep(_FINE, _COARSE, seeds=5),
    one_picture=OnePicture(_FINE, seeds=5, ladder_seeds=3),
    through_codec=ThroughCodec(_GRID, seeds=3, passes=2, lenet_epochs=40, step_epochs=40),
)
_SMOKE = Settings(
    profile="smoke",
    enforce=False,
    training=Training(seeds=2, epochs=1),
    sweep=Sweep((1, 5, 20, 50, 95), (1, 5, 20), seeds=2),
    one_picture=OnePicture((50, 75), seeds=2, ladder_seeds=1),
    through_codec=ThroughCodec(
        ((8e-5, 16, 1), (2e-5, 32, 1)), seeds=2, passes=0, lenet_epochs=1, step_epochs=1
    ),
)
_FULL = replace(
    _REPORT,
    profile="full",
    sweep=Sweep(_ALL, _ALL, seeds=10),
    training=Training(seeds=10, epochs=10),
    one_picture=OnePicture(_ALL, seeds=10, ladder_seeds=10),
    through_codec=ThroughCodec(
        tuple((price, units, 2 * epochs) for price, units, epochs in _GRID),
        seeds=5,
        passes=4,
        lenet_epochs=80,
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
