"""A coarser grid of possible weights: fewer bits a weight, with no training after it."""

from dataclasses import dataclass

import numpy as np
import torch

from jpegnet.methods import packers
from jpegnet.methods.grids import Grid, Halves
from jpegnet.nets.mlp import Mlp
from jpegnet.nets.network import Architecture, Network

_HALVES, _MLP = Halves(), Mlp()


@dataclass(frozen=True)
class Coarse:
    """Each matrix on a grid; vectors, and what the grid's symbols mean, as float16.

    ``packer``: one of `packers.PACKERS`, for the symbols. ``architecture``: of the networks, which
    the reader knows.
    """

    grid: Grid = _HALVES
    packer: str = "plain"
    architecture: Architecture = _MLP
    name = "coarse grid"

    @property
    def settings(self) -> dict[str, str | float]:
        """See `Method`."""
        packer = "" if self.packer == "plain" else f", {self.packer}"
        return {"setting": self.grid.name + packer}

    def encode(self, network: Network) -> bytes:
        """See `Method`.

        Raises:
            ValueError: the network is of another architecture, or there is no such packer.
        """
        if network.architecture != self.architecture:
            names = network.architecture.name, self.architecture.name
            raise ValueError("a network of {}, not of {}".format(*names))
        sides, symbols = [], []
        for tensor in (network.tensors[name] for name in self.architecture.shapes):
            if tensor.ndim < 2:
                sides.append(tensor.numpy().astype("<f2"))
                continue
            side, found = self.grid.code(tensor.numpy())
            sides.append(side)
            symbols.append(found.ravel())
        whole = packers.packed(np.concatenate(symbols), self.grid.levels, self.packer)
        return b"".join(side.tobytes() for side in sides) + whole

    def decode(self, data: bytes) -> Network:
        """See `Method`."""
        shapes, at, sides = self.architecture.shapes, 0, {}
        for name, shape in shapes.items():
            size = shape[0] if len(shape) < 2 else self.grid.sides(shape[0])
            sides[name] = np.frombuffer(data[at : at + 2 * size], "<f2").astype(np.float32)
            at += 2 * size
        sizes = [self.grid.symbols(int(np.prod(s))) if len(s) > 1 else 0 for s in shapes.values()]
        symbols = packers.unpacked(data[at:], sum(sizes), self.grid.levels, self.packer)
        pieces, tensors = np.split(symbols, np.cumsum(sizes)[:-1]), {}
        for (name, shape), piece in zip(shapes.items(), pieces, strict=True):
            values = sides[name]
            if len(shape) > 1:
                values = self.grid.shown(piece, values, shape[0])
            tensors[name] = torch.from_numpy(values.astype(np.float32))
        return Network(self.architecture, tensors)

    def parts(self, data: bytes) -> dict[str, int]:
        """See `Method`."""
        return {}
