"""The three profiles: how much a run of the whole book does. One frozen object each."""

from dataclasses import replace

from jpegnet.kept import paths
from jpegnet.kept.chapters import (
    CrossSection,
    Deeper,
    Kernels,
    OnePicture,
    OtherBases,
    Performance,
    Point,
    Settings,
    Sweep,
    ThroughCodec,
    Training,
)

_COARSE = (1, 2, 3, 5, 7, 10, 15, 20, 25, 30, 40, 50, 60, 70, 80, 90, 95, 100)
_ALL = tuple(range(1, 101))
# Where curves are flat, every second one.
_FINE = tuple(sorted({*range(1, 31), *range(32, 101, 2), *_COARSE}))

# A network that pays much needs few units, and can learn little by heart that warped images would
# keep it from. The longest runs come first. `_FULL` trains longer, and more seeds, as an aim
# is met or not.
_GRID = (
    Point(6.3e-6, 84, 140, seeds=2, warped=0.5, teacher=3),
    Point(1.38e-5, 64, 120, seeds=2, warped=0.5),
    Point(4.2e-5, 48, 150, seeds=2),
    Point(2e-4, 20, 40, seeds=2),
)

_TEACHER = ((16, 5, 2), (32, 5, 2))  # of filters: reads better than any network that it teaches

# What a run of half an hour has time for; `_FULL` trains for longer.
_KERNELS = (
    Kernels(1e-5, ((12, 8, 3), (32, 4, 2)), 6, seeds=2),
    Kernels(1.8e-5, ((12, 8, 3), (32, 4, 2)), 6, seeds=2),
    Kernels(5e-5, ((8, 8, 3), (12, 4, 2)), 6, seeds=2),
)

_REPORT = Settings(
    profile="report",
    enforce=True,
    training=Training(seeds=7, epochs=7),
    sweep=Sweep(_FINE, _COARSE, seeds=5),
    one_picture=OnePicture(_FINE, seeds=5, ladder_seeds=3),
    through_codec=ThroughCodec(_GRID, passes=2, lenet_epochs=26, lenet_seeds=2, step_epochs=12),
    other_bases=OtherBases(
        counts=(1, 4, 8, 16, 32, 64, 128),
        seeds=3,
        qualities=(5, 10, 20, 30, 40, 50, 70, 90),
        decibels=(20, 22, 24, 26, 28, 30, 34, 40),
        trained=(16, 64, 128),
        widths=(512, 2048, 8192),
        dense=(4, 8, 16, 32, 64, 128, 256),
        trained_seeds=2,
        epochs=4,
    ),
    cross_section=CrossSection(
        seeds=3,
        epochs=5,
        densities=(0.1, 0.05, 0.01),
        binary=(512, 1024),
        signs=(512, 1024),
        factors=(4, 16, 64),
        ranks=(8, 16, 32),
        sides=(16, 64),
        coefficients=(16, 64),
        narrow=(8, 16, 32, 64),
    ),
    deeper=Deeper(
        _KERNELS,
        passes=0,
        way_epochs=6,
        way_seeds=1,
        qualities=(10, 20, 30, 40, 50, 60, 75, 90),
    ),
    performance=Performance(4, (128, 256, 512, 1024, 2048, 4096, 8192), counts=(1, 2, 4, 8)),
)
_SMOKE = Settings(
    profile="smoke",
    enforce=False,
    training=Training(seeds=2, epochs=1),
    sweep=Sweep((1, 5, 20, 50, 95), (1, 5, 20), seeds=2),
    one_picture=OnePicture((50, 75), seeds=2, ladder_seeds=1),
    through_codec=ThroughCodec(
        (Point(8e-5, 16, 1, seeds=2), Point(2e-5, 32, 1, seeds=2, warped=0.5, teacher=1)),
        passes=0,
        lenet_epochs=1,
        lenet_seeds=2,
        step_epochs=1,
    ),
    other_bases=OtherBases(
        counts=(4, 64),
        seeds=2,
        qualities=(20, 60),
        decibels=(26, 33),
        trained=(4, 16),
        widths=(64, 256),
        dense=(2, 64),
        trained_seeds=2,
        epochs=1,
    ),
    cross_section=CrossSection(
        seeds=2,
        epochs=1,
        densities=(0.05,),
        binary=(32,),
        signs=(64,),
        factors=(16, 64),
        ranks=(8,),
        sides=(16,),
        coefficients=(16,),
        narrow=(16,),
    ),
    deeper=Deeper(
        (
            Kernels(6e-5, ((4, 8, 3), (8, 4, 2)), 1, seeds=2),
            Kernels(2e-5, ((8, 8, 3), (8, 4, 2)), 1, seeds=2),
        ),
        passes=1,
        way_epochs=1,
        way_seeds=1,
        qualities=(30, 75),
    ),
    performance=Performance(1, (128, 512, 2048), counts=(1, 2)),
)
_FULL = replace(
    _REPORT,
    profile="full",
    sweep=Sweep(_ALL, _ALL, seeds=10),
    training=Training(seeds=10, epochs=10),
    one_picture=OnePicture(_ALL, seeds=10, ladder_seeds=10),
    other_bases=replace(
        _REPORT.other_bases, seeds=5, qualities=_COARSE, trained_seeds=5, epochs=10
    ),
    cross_section=replace(_REPORT.cross_section, seeds=5, epochs=20, signs=(512, 1024, 2048, 4096)),
    through_codec=ThroughCodec(
        (
            Point(6.5e-6, 84, 280, seeds=7, warped=0.5, teacher=5, filters=_TEACHER),
            Point(1.42e-5, 64, 240, seeds=7, warped=0.5, teacher=5, filters=_TEACHER),
            Point(3.6e-5, 48, 300, seeds=5),
            Point(2e-4, 20, 80, seeds=3),
        ),
        passes=4,
        lenet_epochs=80,
        lenet_seeds=5,
        step_epochs=140,
    ),
    deeper=Deeper(
        (
            Kernels(9e-6, ((12, 8, 3), (32, 4, 2)), 120, seeds=3, warped=0.5),
            Kernels(1.8e-5, ((12, 8, 3), (32, 4, 2)), 120, seeds=3),
            Kernels(5e-5, ((8, 8, 3), (12, 4, 2)), 120, seeds=3),
        ),
        passes=20,
        way_epochs=30,
        way_seeds=3,
        qualities=_COARSE,
    ),
)
# The other methods trained as long as our pictures, with as much augmentation; see `peers`.
RACE = CrossSection(
    seeds=3,
    epochs=120,
    densities=(0.05, 0.02, 0.01),
    binary=(512,),
    signs=(),
    factors=(64,),
    ranks=(8,),
    sides=(16,),
    coefficients=(16,),
    narrow=(8, 16, 32),
    shift=1,
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
