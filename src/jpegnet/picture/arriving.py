"""A network's file of which only the first bytes have arrived: the network that these tell."""

from dataclasses import dataclass

import numpy as np

from jpegnet.jpeg import arriving, dct
from jpegnet.nets.network import Network
from jpegnet.picture import greys, segment
from jpegnet.picture.file import MAX_BYTES, MAX_SCANS, NUDGE
from jpegnet.picture.layout import Layout, PictureError
from jpegnet.picture.tiles import ZERO


@dataclass(frozen=True)
class Beginning:
    """What the first bytes of a network's file tell.

    ``image``: grey levels, uint8 (h, w), 128 where nothing has arrived; ``scans``: of each scan
    that has begun, how many of the picture's blocks have arrived.
    """

    layout: Layout
    image: np.ndarray
    scans: list[int]

    @property
    def network(self) -> Network:
        """The network, whose numbers are 0 where nothing has arrived."""
        return greys.read(self.image, self.layout)


def load(data: bytes) -> Beginning:
    """Read the first bytes of a network's file, or all of them.

    There is no checksum before the end, so a byte that has changed on its way is not noticed.

    Raises:
        PictureError: the headers have not arrived, or the bytes are no network's, or damaged.
    """
    if len(data) > MAX_BYTES:
        raise PictureError(f"{len(data)} bytes; no network's picture has more than {MAX_BYTES}")
    try:
        found = arriving.read(data)
    except ValueError as error:
        raise PictureError(str(error)) from error
    if len(found.scans) > MAX_SCANS:
        raise PictureError(f"more than {MAX_SCANS} scans")
    note = segment.only(found.segments).body
    levels = dct.inverse(found.coefficients * found.table)
    height, width = (dct.BLOCK * n for n in levels.shape[:2])
    levels = np.floor(levels + ZERO + 0.5 + NUDGE)
    image = dct.from_blocks(np.clip(levels, 0, 255), height, width)
    image = image.astype(np.uint8)
    layout, _ = segment.from_bytes(note, width)
    layout.check_fits(height, width)
    return Beginning(layout, image, found.scans)
