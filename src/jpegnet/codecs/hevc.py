"""HEVC as a codec: a still picture of H.265 in a HEIF file, written by x265, read by libde265."""

from dataclasses import dataclass

import pillow_heif

from jpegnet.codecs.pillow import PillowCodec, box_extent

pillow_heif.register_heif_opener()


@dataclass(frozen=True)
class Hevc(PillowCodec):
    """Grey HEVC, intra alone, at a quality of 1 to 100."""

    name = "HEVC"
    format = "HEIF"
    library = "x265", "heif"

    @property
    def version(self) -> str:
        """The library and its version."""
        return pillow_heif.libheif_info()["HEIF"]

    @property
    def options(self) -> dict:
        """See `PillowCodec`."""
        return {"quality": self.quality, "enc_params": {"x265:pools": "none"}}

    def extent(self, data: bytes, start: int) -> tuple[int, int]:
        """See `Codec`."""
        return box_extent(data, start, b"mdat")
