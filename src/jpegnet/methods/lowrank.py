"""A trained network whose first layer is cut to a low rank, with no training after it."""

from dataclasses import dataclass

from jpegnet.methods.coarse import Coarse
from jpegnet.nets.lowrank import factored
from jpegnet.nets.network import Network


@dataclass(frozen=True)
class Factored:
    """The first layer as the nearest product of two narrow matrices; ``coding`` keeps the factors.

    ``coding``: of networks of the architecture `nets.lowrank.LowRank` of this ``rank``.
    """

    rank: int
    coding: Coarse
    name = "low rank"

    @property
    def settings(self) -> dict[str, str | float]:
        """See `Method`."""
        return {"setting": f"rank {self.rank}, {self.coding.settings['setting']}"}

    def encode(self, network: Network) -> bytes:
        """See `Method`."""
        return self.coding.encode(factored(network, self.rank))

    def decode(self, data: bytes) -> Network:
        """See `Method`."""
        return self.coding.decode(data)

    def parts(self, data: bytes) -> dict[str, int]:
        """See `Method`."""
        return {}
