"""What a method is: a network to bytes and back."""

from dataclasses import MISSING, fields
from typing import Any, Protocol

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


def changed(value: Any, told: tuple[str, ...] = ()) -> str:
    """How a dataclass differs from its defaults, in words for a table; ``plain`` if it does not.

    Args:
        told: fields that the table has in other columns.
    """
    words = [
        f"{field.name} {getattr(value, field.name)}"
        for field in fields(value)
        if field.name not in told
        and field.default is not MISSING
        and getattr(value, field.name) != field.default
    ]
    return ", ".join(words) or "plain"
