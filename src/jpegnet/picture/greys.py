"""A network as the grey levels of its picture, and back."""

import numpy as np
import torch

from jpegnet.nets.network import Network
from jpegnet.picture import tiles
from jpegnet.picture.layout import Layout, Part
from jpegnet.picture.tiles import ZERO


def place(image: np.ndarray, part: Part, shown: np.ndarray, blank: int = 0) -> None:
    """Put a part's tiles, (rows, height, width), into the picture; unused places become blank."""
    height, width = part.extent(len(shown))
    across = width // part.width
    mosaic = np.full((height // part.height * across, *shown.shape[1:]), blank, shown.dtype)
    mosaic[: len(shown)] = shown
    image[part.area(len(shown))] = tiles.to_mosaic(mosaic, across)


def render(network: Network, layout: Layout) -> np.ndarray:
    """A network as grey levels, uint8, cut off at 0 and 255; pixels of no entry are 128."""
    image = np.zeros(layout.size)
    tensors = [network.tensors[name] for name in layout.architecture.shapes]
    for tensor, shape, part in zip(tensors, layout.shapes, layout.parts, strict=True):
        matrix = tensor.double().numpy().reshape(shape)
        entries = part.entries(matrix.shape[1])
        place(image, part, np.where(entries < 0, 0, matrix[:, entries]) / part.scale)
    return np.clip(np.rint(image) + ZERO, 0, 255).astype(np.uint8)


def read_part(image: np.ndarray, part: Part, rows: int, columns: int) -> np.ndarray:
    """One matrix of the network, float32 (rows, columns), from the picture's grey levels."""
    shown = tiles.from_mosaic(image[part.area(rows)], part.height, part.width)[:rows]
    entries = part.entries(columns)
    matrix = np.zeros((rows, columns), np.float32)
    grey = shown[:, entries >= 0].astype(np.float32) - ZERO
    matrix[:, entries[entries >= 0]] = np.float32(part.scale) * grey
    return matrix


def read(image: np.ndarray, layout: Layout) -> Network:
    """The network, float32, from grey levels that cover `Layout.extent`."""
    found = {}
    parts = zip(layout.architecture.shapes.items(), layout.parts, layout.shapes, strict=True)
    for (name, shape), part, size in parts:
        found[name] = torch.from_numpy(read_part(image, part, *size)).reshape(shape)
    return Network(layout.architecture, found)
