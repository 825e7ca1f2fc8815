"""What computes: the device, the cores, and products whose digits do not depend on them."""

import math
import os
from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch.nn import functional

_FEWEST_ROWS, _FEWEST_COLUMNS = 4, 16  # of a product that MKL computes as one of matrices


def cores() -> int:
    """Number of processor cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def device() -> torch.device:
    """CUDA where there is one, else the CPU."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def product(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    """``a @ b`` of matrices, (m, k) and (k, n), to the same digits on every processor with AVX2.

    What MKL promises for products of matrices (see `numerics`) it does not keep for narrow ones,
    where it takes other routines. So few columns become rows, and fewer than four rows are filled
    up; other products cost nothing more.
    """
    rows, columns = len(a), b.shape[1]
    if columns < min(rows, _FEWEST_COLUMNS):
        return product(b.T, a.T).T
    if rows < _FEWEST_ROWS:
        a = functional.pad(a, (0, 0, 0, _FEWEST_ROWS - rows))
    return (a @ b)[:rows]


def exp(x: torch.Tensor) -> torch.Tensor:
    """e to the x, by torch's own routine; `torch.exp` is MKL's, see `numerics`."""
    return torch.exp2(x / math.log(2))


@contextmanager
def one_thread() -> Iterator[None]:
    """Compute on one torch thread, so that results do not depend on the number of cores."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)
