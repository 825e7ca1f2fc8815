"""Inputs with their labels, as values that are passed to whoever trains or measures."""

import hashlib
from dataclasses import dataclass
from functools import cached_property

import torch


@dataclass(frozen=True, eq=False)
class Labelled:
    """Inputs and their labels; two are equal if their contents are.

    ``inputs``: uint8, shape (n, …), for images (n, height, width), 0 is background; ``labels``:
    int64, shape (n,).

    Raises:
        ValueError: as many labels as inputs are needed, and at least one.
    """

    inputs: torch.Tensor
    labels: torch.Tensor

    def __post_init__(self):
        if not len(self.inputs) == len(self.labels) > 0:
            raise ValueError(f"{len(self.inputs)} inputs with {len(self.labels)} labels")

    @property
    def x(self) -> torch.Tensor:
        """The inputs as networks take them: float32, shape (n, …), 0 to 1."""
        return self.inputs.float() / 255

    def first(self, count: int) -> "Labelled":
        """The first of them, ``count`` or all."""
        return Labelled(self.inputs[:count], self.labels[:count])

    @cached_property
    def digest(self) -> str:
        """SHA-256 of inputs and labels with their shapes: what a stage is keyed by."""
        whole = hashlib.sha256(repr([tuple(self.inputs.shape), len(self.labels)]).encode())
        for tensor in (self.inputs, self.labels):
            whole.update(tensor.contiguous().numpy())
        return whole.hexdigest()

    def __eq__(self, other) -> bool:
        return isinstance(other, Labelled) and self.digest == other.digest

    def __hash__(self) -> int:
        return hash(self.digest)

    def __reduce__(self):
        # As arrays: tensors would be shared between processes by files that each keeps open.
        return _from_arrays, (self.inputs.numpy(), self.labels.numpy())


def _from_arrays(inputs, labels) -> Labelled:
    return Labelled(torch.from_numpy(inputs), torch.from_numpy(labels))


@dataclass(frozen=True)
class Dataset:
    """A fixed split. Choose on ``validation``; ``test`` is read for reported numbers alone."""

    name: str
    train: Labelled
    validation: Labelled
    test: Labelled
