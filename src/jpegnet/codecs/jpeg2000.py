"""JPEG 2000 as a codec: wavelets of the whole picture, by Pillow (OpenJPEG)."""

from dataclasses import dataclass

from jpegnet.codecs.pillow import PillowCodec, box_extent


@dataclass(frozen=True)
class Jpeg2000(PillowCodec):
    """JPEG 2000; the quality is the signal-to-noise ratio of grey levels in dB (PSNR), 1 to 100."""

    name = "JPEG 2000"
    format = "JPEG2000"
    library = "OpenJPEG", "jpg_2000"

    @property
    def options(self) -> dict:
        """See `PillowCodec`."""
        layers = {"quality_mode": "dB", "quality_layers": [self.quality]}
        return layers | {"irreversible": True}

    def extent(self, data: bytes, start: int) -> tuple[int, int]:
        """See `Codec`."""
        return box_extent(data, start, b"jp2c")
