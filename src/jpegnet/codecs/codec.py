"""What a codec is."""

from typing import Protocol

import numpy as np


class Codec(Protocol):
    """A grey picture to the bytes of a complete file and back: a frozen dataclass, a subclass.

    ``name``: as tables have it. ``quality``: 1 (smallest) to 100 (most faithful), on the codec's
    own scale.
    """

    name: str
    quality: int

    def encode(self, image: np.ndarray) -> bytes:
        """uint8 (h, w) → the bytes of a complete file."""

    def encode_all(self, images: np.ndarray) -> list[bytes]:
        """The file of each picture, uint8 (n, h, w), as `encode` makes it."""
        return [self.encode(image) for image in images]

    def decode(self, data: bytes) -> np.ndarray:
        """The bytes of a file → uint8 (h, w)."""

    def extent(self, data: bytes, start: int) -> tuple[int, int]:
        """Where the file ends that begins at ``start`` of the data; how much of it is headers.

        Raises:
            ValueError: there is no complete file.
        """
