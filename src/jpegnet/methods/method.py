"""What a method is: a network to bytes and back."""

from typing import Protocol

from jpegnet.nets.network import Network


class Method(Protocol):
    """A way to keep a network in bytes, as a value: a frozen dataclass, one file a method.

    Tables tell methods apart by ``name`` and ``settings``, a column a setting. All that `decode`
    needs is in the bytes or in the method itself.
    """

    name: str

    @property
    def settings(self) -> dict[str, str | float]: ...

    def encode(self, network: Network) -> bytes:
        """The whole network as bytes, which are all that counts as its size."""

    def decode(self, data: bytes) -> Network:
        """The network, float32, from the bytes."""

    def parts(self, data: bytes) -> dict[str, int]:
        """What the bytes are spent on, a column a part; empty where a method tells no parts."""


class Graded(Method, Protocol):
    """A method with a quality of 1 (smallest) to 100 (most faithful)."""

    def at(self, quality: int) -> "Graded":
        """The same method at another quality."""
