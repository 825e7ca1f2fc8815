"""The three profiles: how much a run of the whole book does. One frozen object each."""

from dataclasses import dataclass, replace

from jpegnet import paths


@dataclass(frozen=True)
class Settings:
    """What the notebooks ask of the package.

    ``seeds``: number of networks a study trains; ``epochs``: of the reference network;
    ``qualities``: the JPEG qualities of the sweep; ``qualities97``: those at which the
    article's 97 % network is measured; ``picture_qualities`` and ``ladder_seeds``: the qualities
    of the one picture, and on how many networks its choices are measured; ``codec_grid``: prices
    and hidden units of the networks that are trained through the codec, ``codec_seeds`` and
    ``codec_epochs``: how many of each, and how long, ``codec_passes``: how often their
    coefficients are chosen anew, ``step_epochs``: how long where steps of that method are
    compared; ``enforce``: whether a claim that leaves its band stops the build.
    """

    profile: str
    seeds: int
    epochs: int
    qualities: tuple[int, ...]
    qualities97: tuple[int, ...]
    picture_qualities: tuple[int, ...]
    ladder_seeds: int
    codec_grid: tuple[tuple[float, int], ...]
    codec_seeds: int
    codec_epochs: int
    codec_passes: int
    step_epochs: int
    enforce: bool


_COARSE = (1, 2, 3, 5, 7, 10, 15, 20, 25, 30, 40, 50, 60, 70, 80, 90, 95, 100)
_ALL = tuple(range(1, 101))

# From dear bits to cheap ones; a network that pays much for its bits needs few units.
_GRID = (
    *((2e-4, 20), (3.4e-5, 44), (2.6e-5, 52), (1.7e-5, 68)),
    *((1.1e-5, 80), (5.5e-6, 88)),
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
    codec_epochs=40,
    codec_passes=2,
    step_epochs=20,
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
    codec_grid=((8e-5, 16), (2e-5, 32)),
    codec_seeds=2,
    codec_epochs=1,
    codec_passes=0,
    step_epochs=1,
    enforce=False,
)
_FULL = replace(
    _REPORT,
    profile="full",
    qualities97=_ALL,
    ladder_seeds=10,
    codec_seeds=5,
    codec_epochs=80,
    codec_passes=4,
    step_epochs=40,
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
