"""What the chapters may be asked to do, all together; and how their speed is measured."""

from dataclasses import dataclass

from jpegnet.kept.chapters.comparing import CrossSection, OtherBases
from jpegnet.kept.chapters.compressing import OnePicture, Sweep, ThroughCodec, Training
from jpegnet.kept.chapters.deeper import Deeper, Ends
from jpegnet.kept.chapters.evolution import Evolution
from jpegnet.kept.chapters.sequences import Sequences
from jpegnet.kept.chapters.wire import SlowWire


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
    sequences: Sequences
    slow_wire: SlowWire
    evolution: Evolution
    performance: Performance
