"""WebP as a codec, lossy and lossless, written and read by Pillow (libwebp)."""

from dataclasses import dataclass

from jpegnet.codecs.pillow import PillowCodec, riff_extent


@dataclass(frozen=True)
class WebP(PillowCodec):
    """Lossy WebP at a quality of 1 to 100; it has colours, which are all grey here."""

    name = "WebP"
    format = "WEBP"
    library = "libwebp", "webp"

    @property
    def options(self) -> dict:
        """See `PillowCodec`."""
        return {"quality": self.quality, "method": 6}

    def extent(self, data: bytes, start: int) -> tuple[int, int]:
        """See `Codec`."""
        return riff_extent(data, start)


@dataclass(frozen=True)
class LosslessWebP(WebP):
    """Lossless WebP; the quality is the effort: 100 takes twenty times as long for nothing."""

    quality: int = 99
    name = "WebP, lossless"

    @property
    def options(self) -> dict:
        """See `PillowCodec`."""
        return super().options | {"lossless": True}
