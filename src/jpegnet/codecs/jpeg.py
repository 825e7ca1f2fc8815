"""JPEG as a codec: baseline, written by Pillow and read by simplejpeg.

Both have libjpeg-turbo inside. Pillow's way to it takes ten times as long for a small picture, but
simplejpeg only writes with the library's fast, less exact transform, and so other bytes (see 91).
"""

import io
from dataclasses import dataclass

import numpy as np
import simplejpeg
from PIL import Image

from jpegnet.jpeg.markers import segments


@dataclass(frozen=True)
class Jpeg:
    """Baseline grey JPEG with the standard's tables at a quality of 1 to 100."""

    quality: int
    name = "jpeg"

    def __post_init__(self):
        if not 1 <= self.quality <= 100:  # Pillow takes others and means something else by them
            raise ValueError(f"JPEG quality is 1 to 100, got {self.quality}")

    def encode(self, image: np.ndarray) -> bytes:
        buffer = io.BytesIO()
        Image.fromarray(image).save(buffer, "jpeg", quality=self.quality)
        return buffer.getvalue()

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
