"""JPEG as a codec: baseline, written by Pillow and read by simplejpeg.

Both have libjpeg-turbo inside. Pillow's way to it takes ten times as long for a small picture, but
simplejpeg only writes with the library's fast, less exact transform, and so other bytes (see 91).
"""

import io
import re
from dataclasses import dataclass

import numpy as np
import simplejpeg
from PIL import Image

from jpegnet.codecs.codec import Codec
from jpegnet.jpeg.dct import BLOCK
from jpegnet.jpeg.markers import SOS, Segment, segments

_HIGHEST = 65_500  # rows of a picture that libjpeg takes


@dataclass(frozen=True)
class Jpeg(Codec):
    """Baseline grey JPEG with the standard's tables at a quality of 1 to 100.

    ``optimize``: its Huffman tables are made for the picture, as libjpeg makes them.
    """

    quality: int
    optimize: bool = False
    name = "jpeg"

    def __post_init__(self):
        if not 1 <= self.quality <= 100:  # Pillow takes others and means something else by them
            raise ValueError(f"JPEG quality is 1 to 100, got {self.quality}")

    def encode(self, image: np.ndarray, **options) -> bytes:
        """See `Codec`; ``options`` are Pillow's."""
        buffer = io.BytesIO()
        own = {"quality": self.quality, "optimize": self.optimize}
        Image.fromarray(image).save(buffer, "jpeg", **own, **options)
        return buffer.getvalue()

    def encode_all(self, images: np.ndarray) -> list[bytes]:
        """See `Codec`; many small pictures take a tenth of the time of one after the other.

        They are encoded as one tall picture, a restart marker after each: there the coder begins
        anew, and fills up the last byte, as at the end of a file (T.81, E.1.4, F.1.2.3).
        """
        count, *size = images.shape
        height, width = (-(-side // BLOCK) * BLOCK for side in size)
        if count > (most := max(1, _HIGHEST // height)):
            return self.encode_all(images[:most]) + self.encode_all(images[most:])
        first = self.encode(images[0])
        if count == 1:
            return [first]
        # A part block at an edge is filled up with the edge, as libjpeg does it.
        edges = (0, height - size[0]), (0, width - size[1])
        tall = np.pad(images, ((0, 0), *edges), "edge").reshape(-1, width)
        whole = self.encode(tall, restart_marker_blocks=height * width // BLOCK**2)
        head, scan = first[: _scan(first).end], _scan(whole)
        pieces = re.split(b"\xff[\xd0-\xd7]", whole[scan.end : scan.end + scan.scan])
        return [head + piece + first[-2:] for piece in pieces]

    def decode(self, data: bytes) -> np.ndarray:
        """See `Codec`.

        Raises:
            OSError: the data are no complete JPEG file.
        """
        try:
            return simplejpeg.decode_jpeg(data, "GRAY")[:, :, 0]
        except ValueError as error:
            raise OSError(f"no JPEG file that can be read: {error}") from error

    def extent(self, data: bytes, start: int) -> tuple[int, int]:
        """See `Codec`; all is header that is no scan: markers, tables, segments."""
        found = segments(data, start)
        end = found[-1].end
        return end, end - start - sum(segment.scan for segment in found)


def _scan(file: bytes) -> Segment:
    return next(segment for segment in segments(file) if segment.marker == SOS)
