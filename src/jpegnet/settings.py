"""The three profiles: how much a run of the whole book does. One frozen object each."""

from dataclasses import dataclass

from jpegnet import paths


@dataclass(frozen=True)
class Settings:
    """What the notebooks ask of the package.

    ``seeds``: number of networks a study trains; ``epochs``: of the reference network;
    ``qualities``: the JPEG qualities of the sweep; ``qualities97``: those at which the
    article's 97 % network is measured; ``picture_qualities`` and ``ladder_seeds``: the qualities
    of the one picture, and on how many networks its choices are measured; ``enforce``: whether a
    claim that leaves its band stops the build.
    """

    profile: str
    seeds: int
    epochs: int
    qualities: tuple[int, ...]
    qualities97: tuple[int, ...]
    picture_qualities: tuple[int, ...]
    ladder_seeds: int
    enforce: bool


_COARSE = (1, 2, 3, 5, 7, 10, 15, 20, 25, 30, 40, 50, 60, 70, 80, 90, 95, 100)
_ALL = tuple(range(1, 101))

PROFILES = {
    "smoke": Settings("smoke", 2, 1, (1, 5, 20, 50, 95), (5, 20), (50, 75), 1, enforce=False),
    "report": Settings("report", 10, 10, _ALL, _COARSE, _ALL, 5, enforce=True),
    "full": Settings("full", 10, 10, _ALL, _ALL, _ALL, 10, enforce=True),
}


def current() -> Settings:
    """The settings of ``$JPEGNET_PROFILE`` (default: ``report``).

    Raises:
        ValueError: the variable names no profile.
    """
    name = paths.profile()
    if name not in PROFILES:
        raise ValueError(f"JPEGNET_PROFILE is {name!r}; choose one of {', '.join(PROFILES)}")
    return PROFILES[name]
