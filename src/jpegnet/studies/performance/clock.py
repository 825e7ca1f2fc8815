"""Seconds of several functions that are to be compared."""

import gc
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import torch

from jpegnet.kept.compute import device, one_thread


def fastest(functions: dict[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """Least seconds of each function, on one torch thread.

    They take turns, so that all see the same machine. What disturbs a run only adds to it, so the
    least of several is nearest to what the work itself takes.
    """
    taken = {name: [] for name in functions}
    with one_thread(), _no_collection():
        for _ in range(rounds):
            for name, function in functions.items():
                began = time.perf_counter()
                function()
                _wait()
                taken[name].append(time.perf_counter() - began)
    return {name: min(times) for name, times in taken.items()}


@contextmanager
def _no_collection() -> Iterator[None]:
    """No search for what could be thrown away: it takes long, and would fall to anyone."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _wait() -> None:
    if device().type == "cuda":  # which goes on after a call has returned
        torch.cuda.synchronize()
