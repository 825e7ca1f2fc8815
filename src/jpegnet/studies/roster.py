"""All networks that the repository is to carry, in the order of their chapters."""

from jpegnet.kept.settings import PROFILES
from jpegnet.studies import deeper, sequences, through_codec
from jpegnet.studies.headlines import Headline


def headlines() -> list[Headline]:
    """Those of the ``full`` profile."""
    full = PROFILES["full"]
    found = through_codec.headlines(full.through_codec) + deeper.headlines(full.deeper)
    return found + sequences.headlines(full.sequences)
