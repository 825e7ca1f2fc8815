"""The profile that others run: the whole book in half an hour."""

from jpegnet.kept.chapters.comparing import CrossSection, OtherBases
from jpegnet.kept.chapters.compressing import OnePicture, Point, Sweep, ThroughCodec, Training
from jpegnet.kept.chapters.deeper import Deeper, Ends, Kernels
from jpegnet.kept.chapters.evolution import Evolution, Inherited
from jpegnet.kept.chapters.sequences import Rows, Sequences
from jpegnet.kept.chapters.whole import Performance, Settings
from jpegnet.kept.chapters.wire import Cut, SlowWire

COARSE = (1, 2, 3, 5, 7, 10, 15, 20, 25, 30, 40, 50, 60, 70, 80, 90, 95, 100)
# Where curves are flat, every fourth one.
_FINE = tuple(sorted({*range(1, 31), *range(32, 101, 4), *COARSE}))

# A network that pays much needs few units, and can learn little by heart that warped images would
# keep it from. The longest runs come first. `full` trains longer, and more seeds, as an aim
# is met or not.
_GRID = (
    Point(6.3e-6, 84, 60, seeds=2, warped=0.5, teacher=3),
    Point(1.38e-5, 64, 60, seeds=2, warped=0.5),
    Point(4.2e-5, 48, 60, seeds=2),
    Point(2e-4, 20, 30, seeds=2),
)


# What a run of half an hour has time for; `full` trains for longer.
_KERNELS = (
    Kernels(1e-5, ((12, 8, 3), (32, 4, 2)), 3, seeds=2),
    Kernels(1.8e-5, ((12, 8, 3), (32, 4, 2)), 3, seeds=2),
    Kernels(5e-5, ((8, 8, 3), (12, 4, 2)), 3, seeds=2),
)

REPORT = Settings(
    profile="report",
    enforce=True,
    training=Training(seeds=7, epochs=7),
    sweep=Sweep(_FINE, COARSE, seeds=5),
    one_picture=OnePicture(_FINE, seeds=5, ladder_seeds=3),
    through_codec=ThroughCodec(_GRID, passes=2, lenet_epochs=26, lenet_seeds=2, step_epochs=8),
    other_bases=OtherBases(
        counts=(1, 4, 16, 64),
        seeds=3,
        qualities=(5, 10, 20, 40, 70, 90),
        decibels=(20, 24, 28, 32, 36, 40),
        trained=(16, 64),
        widths=(512, 2048, 8192),
        dense=(4, 8, 16, 32, 64, 128, 256),
        trained_seeds=2,
        epochs=2,
    ),
    cross_section=CrossSection(
        seeds=3,
        epochs=3,
        densities=(0.05, 0.01),
        binary=(512, 1024),
        signs=(512,),
        factors=(4, 64),
        ranks=(8, 32),
        sides=(64,),
        coefficients=(16, 64),
        narrow=(8, 16, 32, 64),
    ),
    deeper=Deeper(
        _KERNELS,
        passes=0,
        way_epochs=4,
        way_seeds=1,
        qualities=(10, 20, 30, 40, 50, 60, 75, 90),
    ),
    ends=Ends(
        epochs=1,
        trained=55_000,
        seen=5_000,
        images=3_000,
        surveyed=40,
        matrices=(
            "embeddings.position_embeddings.weight",
            "encoder.layer.0.attention.self.query.weight",
            "encoder.layer.3.intermediate.dense.weight",
            "encoder.layer.5.attention.output.dense.weight",
        ),
        qualities=(50, 85, 97),
        decibels=(30, 36, 42),
        sentences=300,
        rates=(2, 3, 4, 6),
    ),
    sequences=Sequences(
        (
            Rows(3e-5, "attention", 32, 2, seeds=1),  # the longest run first
            Rows(2e-5, "gru", 36, 3, seeds=2),
            Rows(4e-5, "fastgrnn", 36, 3, seeds=2),
        ),
        passes=0,
        epochs=2,
        seeds=2,
        units=64,
        qualities=(10, 20, 30, 50, 75, 90),
        lengths=(50, 100),
        steps=500,
    ),
    slow_wire=SlowWire(
        (Cut(1.6e-5, 2, seeds=2),), passes=0, points=7, seen=10_000, quality=75, patience=20
    ),
    evolution=Evolution(
        worlds=10,
        generation=500,
        genes=Inherited("direct", 8),
        first=3_000,
        early=2_000,
        second=20_000,
        control=6_000,
        compared=(
            *(Inherited("direct", hidden) for hidden in (2, 8, 32, 185)),
            Inherited("one picture", 8, 16),
            Inherited("parts", 8, 16),
            *(Inherited("mirrored", 8, kept) for kept in (4, 16, 0)),
            *(Inherited("mirrored", hidden, 16) for hidden in (2, 32, 185)),
        ),
        race=6_000,
        pictured=(Inherited("direct", 8), Inherited("mirrored", 8, 16)),
        qualities=(5, 15, 30, 50, 75, 85, 95),
        trial=1_000,
    ),
    performance=Performance(4, (128, 256, 512, 1024, 2048, 4096, 8192), counts=(1, 2, 4, 8)),
)
