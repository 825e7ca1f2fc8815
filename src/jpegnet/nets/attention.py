"""A small attention network over rows: its scores are those of the mean of what the rows become."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import nn
from torch.nn import functional

from jpegnet.kept.compute import product
from jpegnet.nets.named import Named
from jpegnet.nets.network import Tensors

_AT_ONCE = 1024  # sequences; of each, 28 rows of 32 numbers and their answers take 50 kB
MAX_BLOCKS = 3  # whose tensors a picture has room for
_SLOWEST = 10_000.0  # of the positions' waves, in steps over 2π


@dataclass(frozen=True)
class Attention:
    """Blocks of attention and of two linear layers, each beside the identity and after a norm.

    A row of ``inputs`` numbers becomes ``width`` numbers by ``embed``, and waves that tell its
    position are added (Vaswani et al. 2017, section 3.5). A block adds attention with so many
    ``heads``, then a hidden layer of ``inner`` ReLUs, to every row; each sees the rows with mean 0
    and variance 1. ``out`` scores the mean of all rows.

    What a block has of one unit stands in one row, so that at a width of 32 it is one block of
    8 × 8 of a picture: in ``I.match`` a unit's weights as a query and as a key; in ``I.hand`` the
    weights by which it takes a value, and those by which it hands that on; in ``I.inner`` a ReLU's
    incoming and outgoing ones. ``I.bias`` has those of queries, of what attention hands on, of
    ReLUs, and of what these hand on. Biases of keys and values are left out: the former change
    nothing, the latter no more than those of what is handed on.

    Raises:
        ValueError: the heads do not share the width evenly, or a number is below 1.
    """

    width: int = 32
    heads: int = 2
    inner: int = 32
    blocks: int = 2
    inputs: int = 28
    outputs: int = 10
    kind: ClassVar[int] = 3  # in the format of pictures

    def __post_init__(self):
        if min(self.numbers) < 1 or self.width % self.heads:
            raise ValueError(f"no attention network: {self}")

    @property
    def name(self) -> str:
        shape = f"{self.blocks}x{self.width}x{self.inner}x{self.heads}"
        return f"attention-{self.inputs}-{shape}-{self.outputs}"

    @property
    def shapes(self) -> dict[str, tuple[int, ...]]:
        width, pair = self.width, 2 * self.width
        found = {"embed.weight": (width, self.inputs), "embed.bias": (width,)}
        for i in range(self.blocks):
            found[f"{i}.match"] = found[f"{i}.hand"] = (width, pair)
            found[f"{i}.inner"] = (self.inner, pair)
            found[f"{i}.bias"] = (3 * width + self.inner,)
        return found | {"out.weight": (self.outputs, width), "out.bias": (self.outputs,)}

    @property
    def numbers(self) -> list[int]:
        """What a picture says of it, see `from_numbers`."""
        return [self.inputs, self.width, self.heads, self.inner, self.blocks, self.outputs]

    @classmethod
    def from_numbers(cls, take: Callable[[], int]) -> "Attention":
        """From inputs, width, heads, ReLUs of a block, blocks and outputs.

        Raises:
            ValueError: there is no such network.
        """
        inputs, width, heads, inner, blocks, outputs = (take() for _ in range(6))
        if blocks > MAX_BLOCKS:
            raise ValueError(f"{blocks} blocks of attention; 1 to {MAX_BLOCKS} are allowed")
        return cls(width, heads, inner, blocks, inputs, outputs)

    def operations(self, steps: int) -> int:
        """Multiplications and additions a sequence of so many steps, those of products."""
        block = 2 * 2 * self.width**2 + 2 * self.inner * self.width + 2 * steps * self.width
        rows = self.width * self.inputs + self.blocks * block
        return 2 * (steps * rows + self.outputs * self.width)

    def module(self, generator: torch.Generator | None = None) -> nn.Module:
        """See `Architecture`; weights are uniform in ±1/√fan_in, biases 0."""
        module = Named(self)
        with torch.no_grad():
            for name, tensor in module.tensors.items():
                fan_in = self.inputs if name == "embed.weight" else self.width
                bound = 1 / math.sqrt(fan_in) if tensor.ndim > 1 else 0.0
                tensor.uniform_(-bound, bound, generator=generator)
        return module

    def forward(self, tensors: Tensors, x: torch.Tensor) -> torch.Tensor:
        """See `Architecture`; inputs are sequences (n, steps, inputs), or flattened.

        Sums over pairs of rows are torch's own here, so that, other than with `Recurrent`, the last
        digits may differ from one make of processor to another.
        """
        found = {name: tensor.to(x.device) for name, tensor in tensors.items()}
        parts = x.reshape(len(x), -1, self.inputs).split(_AT_ONCE)
        return torch.cat([self._scores(found, part) for part in parts])

    def _scores(self, tensors: Tensors, x: torch.Tensor) -> torch.Tensor:
        n, steps, _ = x.shape
        rows = product(x.reshape(-1, self.inputs), tensors["embed.weight"].T)
        rows = (rows + tensors["embed.bias"]).view(n, steps, -1) + self.positions(steps).to(x)
        rows = rows.flatten(0, 1)  # (n · steps, width)
        sizes = [self.width, self.width, self.inner, self.width]
        for i in range(self.blocks):
            query, after, relu, last = tensors[f"{i}.bias"].split(sizes)
            asks, tells = tensors[f"{i}.match"].split(self.width, 1)
            takes, gives = tensors[f"{i}.hand"].split(self.width, 1)
            seen = _normal(rows)
            q, k, v = (
                (product(seen, weight.T) + bias).view(n, steps, self.heads, -1).transpose(1, 2)
                for weight, bias in ((asks, query), (tells, 0.0), (takes, 0.0))
            )
            mixed = functional.scaled_dot_product_attention(q, k, v)
            rows = rows + product(mixed.transpose(1, 2).reshape(n * steps, -1), gives) + after
            into, out_of = tensors[f"{i}.inner"].split(self.width, 1)
            hidden = (product(_normal(rows), into.T) + relu).relu()
            rows = rows + product(hidden, out_of) + last
        mean = rows.view(n, steps, -1).mean(1)
        return product(mean, tensors["out.weight"].T) + tensors["out.bias"]

    def positions(self, steps: int) -> torch.Tensor:
        """Waves that tell a row's position, (steps, width): sines and cosines of slower and slower.

        Of column 2j sin(position / 10,000^(2j / width)), of column 2j + 1 the cosine.
        """
        pairs = -(-self.width // 2)
        slower = _SLOWEST ** (-2 * torch.arange(pairs, dtype=torch.float64) / self.width)
        angles = torch.arange(steps, dtype=torch.float64)[:, None] * slower
        waves = torch.stack([angles.sin(), angles.cos()], 2).flatten(1)
        return waves[:, : self.width].float()


def _normal(rows: torch.Tensor) -> torch.Tensor:
    """Rows with mean 0 and variance 1."""
    return functional.layer_norm(rows, rows.shape[-1:])
