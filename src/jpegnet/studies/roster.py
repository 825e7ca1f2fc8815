"""All networks that the repository is to carry, in the order of their chapters."""

from jpegnet.kept.settings import PROFILES
from jpegnet.studies import deeper, prefixes, sequences, through_codec
from jpegnet.studies.headlines import Headline


def headlines() -> list[Headline]:
    """Those of the ``full`` profile."""
    full = PROFILES["full"]
    found = through_codec.headlines(full.through_codec) + deeper.headlines(full.deeper)
    found += sequences.headlines(full.sequences)
    return found + prefixes.headlines(full.slow_wire) + prefixes.chains(full.slow_wire)
