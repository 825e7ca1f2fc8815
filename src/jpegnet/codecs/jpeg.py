"""JPEG as a codec: baseline, by Pillow."""

import io
from dataclasses import dataclass

import numpy as np
from PIL import Image

from jpegnet.jpeg.markers import segments


@dataclass(frozen=True)
class Jpeg:
    """Baseline grey JPEG by Pillow, with the standard's tables at a quality of 1 to 100."""

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
        with Image.open(io.BytesIO(data), formats=["jpeg"]) as picture:
            return np.asarray(picture)

    def extent(self, data: bytes, start: int) -> tuple[int, int]:
        """See `Codec`; all is header that is no scan: markers, tables, segments."""
        found = segments(data, start)
        end = found[-1].end
        return end, end - start - sum(segment.scan for segment in found)
