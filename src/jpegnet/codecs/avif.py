"""AVIF as a codec: a key frame of AV1, written and read by Pillow (libavif)."""

from dataclasses import dataclass

from jpegnet.codecs.pillow import PillowCodec, box_extent


@dataclass(frozen=True)
class Avif(PillowCodec):
    """Grey AVIF at a quality of 1 to 100."""

    name = "AVIF"
    format = "AVIF"
    library = "libavif", "avif"

    @property
    def options(self) -> dict:
        """See `PillowCodec`."""
        # One thread, so that the bytes are the same on however many cores.
        return {"quality": self.quality, "subsampling": "4:0:0", "speed": 6, "max_threads": 1}

    def extent(self, data: bytes, start: int) -> tuple[int, int]:
        """See `Codec`."""
        return box_extent(data, start, b"mdat")
