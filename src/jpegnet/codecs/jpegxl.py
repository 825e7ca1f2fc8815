"""JPEG XL as a codec, by a plugin of Pillow's (libjxl); and as a tighter coder for JPEG files."""

import importlib.metadata
from dataclasses import dataclass

import pillow_jxl

from jpegnet.codecs.pillow import PillowCodec, box_extent

_EFFORT = 7  # the library's default; 9 takes ten times as long for a few per cent


@dataclass(frozen=True)
class JpegXl(PillowCodec):
    """Lossy JPEG XL at a quality of 1 to 99; 100 is lossless."""

    name = "JPEG XL"
    format = "JXL"

    @property
    def options(self) -> dict:
        """See `PillowCodec`."""
        # In its container, which says where it ends (40 bytes).
        shared = {"effort": _EFFORT, "use_container": True, "num_threads": 0}
        return shared | ({"lossless": True} if self.quality == 100 else {"quality": self.quality})

    @property
    def version(self) -> str:
        """The package and its version, which stands for that of the libjxl within."""
        return f"pillow-jxl-plugin {importlib.metadata.version('pillow-jxl-plugin')}"

    def extent(self, data: bytes, start: int) -> tuple[int, int]:
        """See `Codec`."""
        return box_extent(data, start, b"jxlc")


def recoded(jpeg: bytes) -> bytes:
    """A grey JPEG file as JPEG XL, from which `restored` makes the same file again."""
    encoder = pillow_jxl.Encoder(mode="L", lossless=True, effort=9, num_threads=0)
    return encoder(jpeg, 0, 0, jpeg_encode=True)


def restored(data: bytes) -> bytes:
    """The JPEG file, byte by byte, of which `recoded` made these bytes.

    Raises:
        ValueError: they were not made of a JPEG file.
    """
    is_jpeg, _, file, *_ = pillow_jxl.Decoder(num_threads=0)(data)
    if not is_jpeg:
        raise ValueError("this JPEG XL file was not made of a JPEG file")
    return bytes(file)
