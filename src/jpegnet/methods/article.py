"""The article's way: W1 as pictures, everything else beside them in half precision."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import torch
from safetensors.torch import load, save

from jpegnet.codecs.codec import Codec
from jpegnet.codecs.jpeg import Jpeg
from jpegnet.nets import mlp
from jpegnet.nets.network import Network
from jpegnet.picture import tiles

PACKINGS = ("tiles", "mosaic")
SCALINGS = ("per-tile", "global", "min-max")
_JPEG = Jpeg(20)  # the article's quality


@dataclass(frozen=True)
class Article:
    """How W1 becomes pictures; the rest of the network is a safetensors file as float16.

    ``packing``: ``tiles``, one file each, or one ``mosaic``. ``scaling``: which weights span the
    grey levels: those within ± the largest magnitude of each tile (``per-tile``) or of all
    (``global``), or those from the least to the largest of each tile (``min-max``).

    The bytes are the safetensors file and, after it, the pictures, one after the other. The file's
    header and the pictures' codec tell where each of them ends.

    Raises:
        ValueError: no such packing or scaling.
    """

    packing: str = "tiles"
    scaling: str = "per-tile"
    codec: Codec = _JPEG
    name = "article"

    def __post_init__(self):
        if self.packing not in PACKINGS or self.scaling not in SCALINGS:
            raise ValueError(f"{self} is none of {PACKINGS} with one of {SCALINGS}")

    @property
    def label(self) -> str:
        """Packing and scaling, and the codec if it is not JPEG, as charts and tables show them."""
        own = () if self.codec.name == _JPEG.name else (self.codec.name,)
        return ", ".join((self.packing, self.scaling, *own))

    @property
    def settings(self) -> dict[str, str | float]:
        """See `Method`; the packing's public column is ``layout``."""
        shown = {"layout": self.packing, "scaling": self.scaling}
        return {"codec": self.codec.name, **shown, "quality": self.codec.quality}

    def at(self, quality: int) -> "Article":
        """See `Graded`."""
        return replace(self, codec=replace(self.codec, quality=quality))

    def encode(self, network: Network) -> bytes:
        """See `Method`.

        Raises:
            ValueError: the network does not see 784 pixels, its tiles do not fill the rows of a
                mosaic, or a weight is not finite or too large for float16.
            TypeError: the network is no chain of linear layers.
        """
        (weight, _), *_ = mlp.layers(network)
        if weight.shape[1] != tiles.SIDE**2:
            raise ValueError(f"the network has {weight.shape[1]} inputs, not the 784 of an image")
        pictures = tiles.to_tiles(weight.numpy())  # (hidden, 28, 28)
        ends = self._ends(pictures)
        kept = {name: tensor for name, tensor in network.tensors.items() if name != "0.weight"}
        rest = {name: _half(name, tensor) for name, tensor in kept.items()}
        rest |= {name: _half("0.weight", end) for name, end in ends.items()}
        # The rounded ends, which the reader will have, are those that the greys are made with.
        to_grey = tiles.stretched if self.scaling == "min-max" else tiles.to_grey
        grey = to_grey(pictures, *(_column(rest[name]) for name in ends))
        images = grey if self.packing == "tiles" else tiles.to_mosaic(grey)[None]
        return save(rest) + b"".join(self.codec.encode_all(images))

    def _ends(self, pictures: np.ndarray) -> dict[str, torch.Tensor]:
        """What the grey levels span, a number a tile or one for all, by the names in the file."""
        if self.scaling == "min-max":
            ends = {"low": pictures.min((1, 2)), "high": pictures.max((1, 2))}
        else:
            peaks = tiles.peaks(pictures, self.scaling == "per-tile").ravel()
            ends = {"scale": peaks[:1] if self.scaling == "global" else peaks}
        return {name: torch.from_numpy(end.copy()) for name, end in ends.items()}

    def decode(self, data: bytes) -> Network:
        """See `Method`."""
        start = _length(data)
        rest = {name: tensor.float() for name, tensor in load(data[:start]).items()}
        pictures = [self.codec.decode(data[a:b]) for a, b, _ in self._files(data)]
        grey = np.stack(pictures) if self.packing == "tiles" else tiles.from_mosaic(pictures[0])
        if self.scaling == "min-max":
            low, high = _column(rest.pop("low")), _column(rest.pop("high"))
            weights = tiles.unstretched(grey, low, high)
        else:
            weights = tiles.from_grey(grey, _column(rest.pop("scale")))
        return mlp.from_tensors(
            {"0.weight": torch.from_numpy(weights.reshape(len(weights), -1)), **rest}
        )

    def parts(self, data: bytes) -> dict[str, int]:
        """Bytes of the picture files, and of their headers and tables."""
        files = [(end - start, headers) for start, end, headers in self._files(data)]
        sizes, headers = zip(*files, strict=True)
        return {"picture_bytes": sum(sizes), "header_bytes": sum(headers)}

    def files(self, data: bytes) -> list[bytes]:
        """The picture files, one a tile or one in all."""
        return [data[start:end] for start, end, _ in self._files(data)]

    def _files(self, data: bytes) -> Iterator[tuple[int, int, int]]:
        """Where each picture file begins and ends, and how much of it is headers."""
        start = _length(data)
        while start < len(data):
            end, headers = self.codec.extent(data, start)
            yield start, end, headers
            start = end


# Each way to pack with each to scale.
VARIANTS = tuple(Article(packing, scaling) for packing in PACKINGS for scaling in SCALINGS)


def _half(name: str, tensor: torch.Tensor) -> torch.Tensor:
    half = tensor.half()
    if not half.isfinite().all():
        raise ValueError(f"{name} holds a value that is not finite, or too large for float16")
    return half


def _column(half: torch.Tensor) -> np.ndarray:
    """A number a tile, or one for all, as float32 of shape (n, 1, 1)."""
    return half.float().numpy().reshape(-1, 1, 1)


def _length(data: bytes) -> int:
    """Bytes of the safetensors file that data begins with: 8, its header, and its tensors."""
    header = int.from_bytes(data[:8], "little")
    entries = json.loads(data[8 : 8 + header])
    return 8 + header + max(entry["data_offsets"][1] for entry in entries.values())
