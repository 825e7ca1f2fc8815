"""The three profiles: how much a run of the whole book does. One frozen object each."""

from dataclasses import dataclass, replace

from jpegnet import paths


@dataclass(frozen=True)
class Settings:
    """What the notebooks ask of the package.

    ``seeds``: number of networks a study trains; ``epochs``: of the reference network;
    ``qualities``: the JPEG qualities of the sweep; ``qualities97``: those at which the
    article's 97 % network is measured; ``picture_qualities`` and ``ladder_seeds``: the qualities
    of the one picture, and on how many networks its choices are measured; ``codec_grid``: prices,
    hidden units and epochs of the networks that are trained through the codec, ``codec_seeds``: how
    many of each, ``codec_passes``: how often their coefficients are chosen anew; ``lenet_epochs``:
    of LeNet-300-100, through the codec, ``step_epochs``: where steps of that method are compared;
    ``enforce``: whether a claim that leaves its band stops the build.
    """

    profile: str
    seeds: int
    epochs: int
    qualities: tuple[int, ...]
    qualities97: tuple[int, ...]
    picture_qualities: tuple[int, ...]
    ladder_seeds: int
    codec_grid: tuple[tuple[float, int, int], ...]
    codec_seeds: int
    codec_passes: int
    lenet_epochs: int
    step_epochs: int
    enforce: bool


_COARSE = (1, 2, 3, 5, 7, 10, 15, 20, 25, 30, 40, 50, 60, 70, 80, 90, 95, 100)
_ALL = tuple(range(1, 101))

# A network that pays much needs few units and little training. The longest runs come first.
_GRID = (
    *((8e-6, 84, 200), (5e-6, 92, 150), (1.55e-5, 68, 150)),
    *((1.05e-5, 76, 100), (3.5e-5, 44, 80), (2e-4, 20, 60)),
)

_REPORT = Settings(
    profile="report",
    seeds=10,
    epochs=10,
    qualities=_ALL,
    qualities97=_COARSE,
    picture_qualities=_ALL,
    ladder_seeds=5,
    codec_grid=_GRID,
    codec_seeds=3,
    codec_passes=2,
    lenet_epochs=40,
    step_epochs=70,
    enforce=True,
)
_SMOKE = Settings(
    profile="smoke",
    seeds=2,
    epochs=1,
    qualities=(1, 5, 20, 50, 95),
    qualities97=(5, 20),
    picture_qualities=(50, 75),
    ladder_seeds=1,
    codec_grid=((8e-5, 16, 1), (2e-5, 32, 1)),
    codec_seeds=2,
    codec_passes=0,
    lenet_epochs=1,
    step_epochs=1,
    enforce=False,
)
_FULL = replace(
    _REPORT,
    profile="full",
    qualities97=_ALL,
    ladder_seeds=10,
    codec_seeds=5,
    codec_grid=tuple((price, units, 2 * epochs) for price, units, epochs in _GRID),
    codec_passes=4,
    lenet_epochs=80,
    step_epochs=140,
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
