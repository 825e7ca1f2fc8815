"""Pruning: small weights become 0, the others are trained again, shared, and entropy-coded."""

from dataclasses import dataclass

import numpy as np
import torch
from torch.nn import functional

from jpegnet.data.labelled import Labelled
from jpegnet.data.moved import moved
from jpegnet.methods import grids, packers
from jpegnet.nets import mlp
from jpegnet.nets.mlp import Mlp
from jpegnet.nets.network import Network

_BATCH = 256
_GAPS = 255  # a gap of this symbol means: 255 zeros and no weight after them
_MLP = Mlp()


@dataclass(frozen=True)
class Pruned:
    """After Han, Mao and Dally, Deep Compression, 2016.

    ``density``: the share of the first matrix that is kept, the largest; of later ones, which are
    small, its square root. It is reached step by step in the first half of the ``epochs`` of
    training on ``inputs``, in which what is 0 stays 0 (Zhu and Gupta 2017). ``rate``: Adam's, which
    falls to 0; ``shift``: see `train.Recipe`. ``codes``: numbers a matrix by k-means. Places are
    kept as gaps; these and the numbers are range-coded.
    """

    density: float
    inputs: Labelled
    epochs: int = 6
    codes: int = 32
    architecture: Mlp = _MLP
    rate: float = 2e-3
    shift: int = 0
    name = "pruning"

    @property
    def settings(self) -> dict[str, str | float]:
        """See `Method`."""
        return {"setting": f"{100 * self.density:g} % kept, {self.codes} numbers"}

    def encode(self, network: Network) -> bytes:
        """See `Method`."""
        parts = []
        found = _trained(self, network)
        for name in self.architecture.shapes:
            values = found[name].numpy()
            if values.ndim < 2:
                parts.append(values.astype("<f2").tobytes())
            else:
                parts += self._coded(values)
        return packers.joined(parts)

    def _coded(self, matrix: np.ndarray) -> list[bytes]:
        """The codes, which of them each weight has, and the gaps before them."""
        flat = matrix.ravel()
        places = np.flatnonzero(flat)
        codes = grids.centres(flat[places], self.codes).astype("<f2")
        which = grids.nearest(flat[places], codes.astype(np.float32))
        gaps = np.diff(places, prepend=-1) - 1
        steps = []
        for gap in gaps:
            steps += [_GAPS] * (gap // _GAPS) + [gap % _GAPS]
        coded = [packers.packed(which, self.codes, "range coding")]
        coded.append(packers.packed(np.array(steps), _GAPS + 1, "range coding"))
        sizes = np.array([len(which), len(steps)], "<u4").tobytes()
        return [codes.tobytes(), sizes, *coded]

    def decode(self, data: bytes) -> Network:
        """See `Method`."""
        parts, tensors = iter(packers.split(data)), {}
        for name, shape in self.architecture.shapes.items():
            if len(shape) < 2:
                values = np.frombuffer(next(parts), "<f2")
            else:
                values = self._matrix([next(parts) for _ in range(4)], shape)
            tensors[name] = torch.from_numpy(values.astype(np.float32))
        return Network(self.architecture, tensors)

    def _matrix(self, parts: list[bytes], shape: tuple[int, int]) -> np.ndarray:
        codes = np.frombuffer(parts[0], "<f2")
        sizes = np.frombuffer(parts[1], "<u4").tolist()
        which = packers.unpacked(parts[2], sizes[0], self.codes, "range coding")
        steps = packers.unpacked(parts[3], sizes[1], _GAPS + 1, "range coding").astype(int)
        # A step is its zeros and, unless it is the longest, a weight.
        ends = np.cumsum(steps + (steps < _GAPS)) - 1
        flat = np.zeros(int(np.prod(shape)), np.float32)
        flat[ends[steps < _GAPS]] = codes[which]
        return flat.reshape(shape)

    def parts(self, data: bytes) -> dict[str, int]:
        """See `Method`."""
        return {}


def _mask(weight: torch.Tensor, density: float) -> torch.Tensor:
    """1 for the largest magnitudes, a share ``density`` of all, else 0."""
    count = max(1, round(density * weight.numel()))
    least = weight.abs().flatten().kthvalue(weight.numel() - count + 1).values
    return (weight.abs() >= least).float()


class _Training:
    """A network that is trained while its small weights are 0."""

    def __init__(self, network: Network):
        self.network = network
        layers = mlp.layers(network)
        self.tensors = [tensor.clone().requires_grad_() for layer in layers for tensor in layer]
        self.optimizer = torch.optim.Adam(self.tensors, fused=True)

    @torch.no_grad()
    def prune(self, density: float) -> None:
        """Keep the largest magnitudes of each matrix, see `Pruned`."""
        first, *rest = self.tensors[::2]
        self.masks = [_mask(first, density), *(_mask(weight, density**0.5) for weight in rest)]
        self._hold()

    @torch.no_grad()
    def _hold(self) -> None:
        """Put back to 0 what is pruned."""
        for weight, mask in zip(self.tensors[::2], self.masks, strict=True):
            weight *= mask

    def step(self, inputs: torch.Tensor, labels: torch.Tensor, rate: float) -> None:
        """A step on these images."""
        self.optimizer.param_groups[0]["lr"] = rate
        tensors = dict(zip(self.network.architecture.shapes, self.tensors, strict=True))
        logits = self.network.architecture.forward(tensors, inputs)
        self.optimizer.zero_grad()
        functional.cross_entropy(logits, labels).backward()
        self.optimizer.step()
        self._hold()


def _trained(how: Pruned, network: Network) -> dict:
    """The network's tensors, pruned and trained again; the same ones at each call."""
    training, generator = _Training(network), torch.Generator().manual_seed(0)
    x, labels, epochs, density = how.inputs.x, how.inputs.labels, how.epochs, how.density
    per_epoch = len(labels) // _BATCH
    training.prune(density if not epochs else 1.0)
    for epoch in range(epochs):
        training.prune(density ** min(1.0, 2 * (epoch + 1) / epochs))
        order = torch.randperm(len(labels), generator=generator)[: per_epoch * _BATCH]
        for i, batch in enumerate(order.split(_BATCH)):
            inputs = x.index_select(0, batch)
            if how.shift:
                inputs = moved(inputs, how.shift, generator)
            rate = how.rate * (1 - (epoch + i / per_epoch) / epochs)
            training.step(inputs, labels[batch], rate)
    names = network.architecture.shapes
    return {name: t.detach() for name, t in zip(names, training.tensors, strict=True)}
