"""The article's way: W1 as JPEG pictures, everything else beside them in half precision.

What the bytes hold is complete: `decode` needs nothing but `Packed`, and the accuracy that a
study reports is that of the decoded network.
"""

from dataclasses import dataclass

import numpy as np
import torch
from safetensors.torch import load, save

from jpegnet import tiles
from jpegnet.codecs import Codec, jpeg_header_bytes
from jpegnet.mlp import State

LAYOUTS = ("tiles", "mosaic")
SCALINGS = ("per-tile", "global")


@dataclass(frozen=True)
class Variant:
    """How W1 becomes pictures: one file a tile or one mosaic; a scale a tile or one for all.

    Raises:
        ValueError: no such layout or scaling.
    """

    layout: str
    scaling: str

    def __post_init__(self):
        if self.layout not in LAYOUTS or self.scaling not in SCALINGS:
            raise ValueError(f"{self} is none of {LAYOUTS} with one of {SCALINGS}")


VARIANTS = tuple(Variant(layout, scaling) for layout in LAYOUTS for scaling in SCALINGS)


@dataclass(frozen=True)
class Packed:
    """A network as bytes: the picture files, and a safetensors file with all the rest.

    ``rest`` holds the scales, both biases and the second layer as float16.
    """

    files: tuple[bytes, ...]
    rest: bytes

    @property
    def picture_bytes(self) -> int:
        return sum(map(len, self.files))

    @property
    def header_bytes(self) -> int:
        """Bytes of the JPEG files that are headers and tables, not scans."""
        return sum(map(jpeg_header_bytes, self.files))

    @property
    def bytes(self) -> int:
        """Bytes of the whole network."""
        return self.picture_bytes + len(self.rest)


def _half(name: str, tensor: torch.Tensor) -> torch.Tensor:
    half = tensor.half()
    if not half.isfinite().all():
        raise ValueError(f"{name} holds a value that is not finite, or too large for float16")
    return half


def encode(state: State, codec: Codec, variant: Variant) -> Packed:
    """Compress W1 with a codec.

    Raises:
        ValueError: a weight is not finite, or too large for float16.
    """
    pictures = tiles.to_tiles(state["0.weight"].numpy())  # (hidden, 28, 28)
    per_tile = variant.scaling == "per-tile"
    # The rounded scale, which the reader will have, is the one that the greys are made with.
    scale = _half("0.weight", torch.from_numpy(tiles.scales(pictures, per_tile).copy()))
    grey = tiles.to_grey(pictures, scale.float().numpy())
    images = grey if variant.layout == "tiles" else [tiles.to_mosaic(grey)]
    rest = {name: _half(name, state[name]) for name in ("0.bias", "2.weight", "2.bias")}
    rest["scale"] = scale.flatten() if per_tile else scale.flatten()[:1]
    return Packed(tuple(codec.encode(image) for image in images), save(rest))


def decode(packed: Packed, codec: Codec) -> State:
    """The network, float32, from the bytes alone."""
    rest = {name: tensor.float() for name, tensor in load(packed.rest).items()}
    pictures = [codec.decode(data) for data in packed.files]
    grey = np.stack(pictures) if len(pictures) > 1 else tiles.from_mosaic(pictures[0])
    weights = tiles.from_grey(grey, rest.pop("scale").numpy().reshape(-1, 1, 1))
    return {"0.weight": torch.from_numpy(weights.reshape(len(weights), -1)), **rest}
