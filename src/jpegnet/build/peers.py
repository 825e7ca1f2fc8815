"""``python -m jpegnet.build.peers``: measure anew what no run of the book has time for.

Hours of it are training. The result is ``book/published/cross_section.csv``, see `studies.peers`.
"""

import sys
from dataclasses import replace

import pandas as pd

from jpegnet.data import mnist
from jpegnet.kept import settings
from jpegnet.kept.profiles.full import RACE
from jpegnet.nets.train import REFERENCE
from jpegnet.studies import peers


def main() -> int:
    """Measure, and write the file; on failure, say in the last line what is wrong."""
    profile, data = settings.current(), mnist.load()
    reference, race = replace(REFERENCE, epochs=profile.training.epochs), RACE
    try:
        # NNC first: if its environment is missing, that is known before hours are spent.
        tables = [peers.nnc(reference, race.seeds, data), peers.trained_long(race, reference, data)]
    except OSError as error:
        print(f"make peers failed: {error}", file=sys.stderr)
        return 1
    print(f"Measured the peers in {peers.write(pd.concat(tables, ignore_index=True))}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
