"""The profile of whoever edits: a few minutes, and numbers that mean nothing."""

from jpegnet.kept.chapters.comparing import CrossSection, OtherBases
from jpegnet.kept.chapters.compressing import OnePicture, Point, Sweep, ThroughCodec, Training
from jpegnet.kept.chapters.deeper import Deeper, Ends, Kernels
from jpegnet.kept.chapters.evolution import Evolution, Inherited
from jpegnet.kept.chapters.sequences import Rows, Sequences
from jpegnet.kept.chapters.whole import Performance, Settings
from jpegnet.kept.chapters.wire import Cut, SlowWire

SMOKE = Settings(
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
    ends=Ends(
        epochs=0.25,
        trained=3_000,
        seen=500,
        images=500,
        surveyed=3,
        matrices=("encoder.layer.0.attention.self.query.weight",),
        qualities=(85,),
        decibels=(36,),
        sentences=20,
        rates=(4,),
    ),
    sequences=Sequences(
        (
            Rows(4e-5, "gru", 20, 1, seeds=2),
            Rows(8e-5, "fastgrnn", 20, 1, seeds=2),
            Rows(6e-5, "attention", 16, 1, seeds=2),
        ),
        passes=1,
        epochs=1,
        seeds=2,
        units=16,
        qualities=(10, 50, 90),
        lengths=(10, 20),
        steps=50,
    ),
    slow_wire=SlowWire(
        (Cut(2e-5, 1, seeds=2),), passes=1, points=4, seen=300, quality=50, patience=1
    ),
    evolution=Evolution(
        worlds=2,
        generation=100,
        genes=Inherited("direct", 8),
        first=200,
        early=200,
        second=400,
        control=300,
        compared=(Inherited("direct", 8), Inherited("mirrored", 8, 16)),
        race=300,
        pictured=(Inherited("direct", 8), Inherited("mirrored", 8, 16)),
        qualities=(50, 95),
        trial=100,
    ),
    performance=Performance(1, (128, 512, 2048), counts=(1, 2)),
)
