"""PNG as a codec: lossless, by Pillow (zlib)."""

from dataclasses import dataclass

from jpegnet.codecs.pillow import PillowCodec

_SIGNATURE = 8  # bytes


@dataclass(frozen=True)
class Png(PillowCodec):
    """PNG with the strongest compression; it has no other quality."""

    quality: int = 100
    name = "PNG"
    format = "PNG"
    library = "zlib", "zlib"

    @property
    def options(self) -> dict:
        """See `PillowCodec`."""
        return {"optimize": True}

    def extent(self, data: bytes, start: int) -> tuple[int, int]:
        """See `Codec`; a chunk is its length, its kind, its data and a checksum (PNG, 5.3).

        Raises:
            ValueError: there is no complete file.
        """
        at, picture = start + _SIGNATURE, 0
        while at + 12 <= len(data):
            size, kind = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
            at += 12 + size
            picture += size if kind == b"IDAT" else 0
            if kind == b"IEND" and at <= len(data):
                return at, at - start - picture
        raise ValueError("there is no complete PNG file")
