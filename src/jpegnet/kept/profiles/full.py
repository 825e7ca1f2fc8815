"""The profile whose networks are published: hours."""

from dataclasses import replace

from jpegnet.kept.chapters.comparing import CrossSection
from jpegnet.kept.chapters.compressing import OnePicture, Point, Sweep, ThroughCodec, Training
from jpegnet.kept.chapters.deeper import Deeper, Kernels
from jpegnet.kept.chapters.evolution import Inherited
from jpegnet.kept.chapters.sequences import Rows
from jpegnet.kept.chapters.wire import Chain, Cut
from jpegnet.kept.profiles.report import COARSE, REPORT

_ALL = tuple(range(1, 101))
_TEACHER = ((16, 5, 2), (32, 5, 2))  # of filters: reads better than any network that it teaches

FULL = replace(
    REPORT,
    profile="full",
    sweep=Sweep(_ALL, _ALL, seeds=10),
    training=Training(seeds=10, epochs=10),
    one_picture=OnePicture(_ALL, seeds=10, ladder_seeds=10),
    other_bases=replace(
        REPORT.other_bases,
        counts=(1, 2, 4, 8, 16, 32, 64, 128, 256),
        seeds=5,
        qualities=COARSE,
        trained=(4, 16, 64, 128),
        trained_seeds=5,
        epochs=10,
    ),
    cross_section=replace(
        REPORT.cross_section,
        seeds=5,
        epochs=20,
        densities=(0.1, 0.05, 0.02, 0.01),
        signs=(512, 1024, 2048, 4096),
        factors=(4, 16, 64),
        ranks=(8, 16, 32),
        sides=(16, 64),
    ),
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
            Kernels(1.8e-5, ((12, 8, 3), (32, 4, 2)), 120, seeds=3, warped=0.5),
            Kernels(5.2e-5, ((8, 8, 3), (12, 4, 2)), 120, seeds=3),
        ),
        passes=20,
        way_epochs=30,
        way_seeds=3,
        qualities=COARSE,
    ),
    ends=replace(
        REPORT.ends,
        epochs=4,
        seen=10_000,
        images=10_000,
        matrices=(),
        qualities=(10, 20, 35, 50, 65, 75, 85, 92, 97, 100),
        decibels=(20, 24, 28, 30, 33, 36, 39, 42, 48),
    ),
    sequences=replace(
        REPORT.sequences,
        grid=(
            Rows(1.2e-5, "attention", 32, 200, seeds=3),
            Rows(8.5e-6, "gru", 36, 120, seeds=3, warped=0.5),
            Rows(2.75e-5, "gru", 36, 200, seeds=3),
            Rows(4e-5, "gru", 36, 200, seeds=1),
            Rows(4.2e-5, "gru", 36, 240, seeds=4, teacher=5, filters=_TEACHER),
            Rows(4.5e-5, "gru", 36, 240, seeds=4, teacher=5, filters=_TEACHER),
            Rows(1.1e-5, "gru", 36, 120, seeds=1, warped=0.5),
            Rows(2.8e-5, "gru", 36, 120, seeds=1, warped=0.5),
            Rows(3.3e-5, "gru", 36, 120, seeds=1),
        ),
        passes=6,
        epochs=10,
        seeds=5,
        qualities=(5, 10, 20, 30, 40, 50, 60, 75, 90, 97),
        lengths=(50, 100, 200),
        steps=2000,
    ),
    evolution=replace(
        REPORT.evolution,
        second=60_000,
        control=20_000,
        compared=(
            *(Inherited("direct", hidden) for hidden in (2, 8, 32, 185)),
            *(Inherited("one picture", hidden, 16) for hidden in (8, 32, 185)),
            *(Inherited("parts", hidden, 16) for hidden in (8, 32, 185)),
            *(Inherited("mirrored", 8, kept) for kept in (4, 8, 16, 32, 0)),
            *(Inherited("mirrored", hidden, 16) for hidden in (2, 32, 185)),
        ),
        race=20_000,
        trial=5_000,
    ),
    slow_wire=replace(
        REPORT.slow_wire,
        grid=(Cut(1.2e-5, 60, seeds=3, warped=0.5),),
        passes=10,
        chains=(
            Chain("unit", 1.6e-5, 48, 120, seeds=3),
            Chain("bit", 3e-5, 48, 120, seeds=3),
        ),
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
    narrow=(8, 16, 32, 512),
    shift=1,
)
