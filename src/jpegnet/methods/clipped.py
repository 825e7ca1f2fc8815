"""An example of a method, in twenty lines: every weight in one byte of floating point."""

from dataclasses import dataclass

import torch

from jpegnet.nets import mlp
from jpegnet.nets.network import Network


@dataclass(frozen=True)
class Clipped:
    """The upper byte of each weight's float16: a sign, five bits of exponent, two of the rest."""

    widths: tuple[int, ...] = (784, 512, 10)
    name = "one byte of float16"
    settings = {}  # noqa: RUF012

    def encode(self, network: Network) -> bytes:
        """See `Method`."""
        found = [network.tensors[name].ravel() for name in mlp.Mlp(self.widths).shapes]
        halves = torch.cat(found).half()
        return halves.numpy().tobytes()[1::2]

    def decode(self, data: bytes) -> Network:
        """See `Method`."""
        halves = torch.frombuffer(bytearray(data), dtype=torch.uint8).int() << 8
        numbers, tensors = halves.to(torch.int16).view(torch.float16).float(), {}
        for name, shape in mlp.Mlp(self.widths).shapes.items():
            count = torch.Size(shape).numel()
            tensors[name], numbers = numbers[:count].view(shape), numbers[count:]
        return mlp.from_tensors(tensors)

    def parts(self, data: bytes) -> dict[str, int]:
        """See `Method`."""
        return {}
