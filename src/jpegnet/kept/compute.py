"""What computes: the device, the cores, and independent pieces of work on all of them."""

import math
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager

import torch
from torch.nn import functional
from tqdm.auto import tqdm

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


def _quiet() -> bool:
    # tqdm heeds the variable itself, but not where it draws a widget.
    return bool(os.environ.get("TQDM_DISABLE"))


def thread_map(function: Callable, items: Iterable, label: str) -> list:
    """``[function(item) for item in items]``, one item a core, results in order.

    Threads suffice: torch and Pillow release the interpreter's lock where the time goes. Each
    item computes on one torch thread, so that results do not depend on the number of cores.
    The first exception stops what has not begun and is raised.
    """
    items = list(items)
    pool = ThreadPoolExecutor(cores(), initializer=torch.set_num_threads, initargs=(1,))
    with one_thread():
        return _results(pool, function, items, label)


def process_map(function: Callable, items: Iterable, label: str) -> list:
    """Like `thread_map`, in processes: for long work whose own Python holds the lock.

    The processes begin empty ("spawn": a fork of one that computes with threads may hang), so
    the function is one of a module, and it, the items and the results can be pickled. They end
    with this one, however it ends.
    """
    items = list(items)
    context = multiprocessing.get_context("spawn")
    workers = max(1, min(cores(), len(items)))
    others = set(multiprocessing.active_children())
    pool = ProcessPoolExecutor(workers, context, _begin_worker)
    try:
        return _results(pool, function, items, label)
    except KeyboardInterrupt:
        for worker in set(multiprocessing.active_children()) - others:
            worker.kill()  # what they compute would be thrown away
        raise


@contextmanager
def _interrupts_wait() -> Iterator[None]:
    # A process begins with its parent's mask: so Ctrl-C finds no worker that still imports.
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _begin_worker() -> None:
    torch.set_num_threads(1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to answer
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    multiprocessing.parent_process().join()
    os._exit(1)  # the work itself goes on in another thread, and would for minutes


def _results(pool: Executor, function: Callable, items: list, label: str) -> list:
    wait = True
    try:
        with _interrupts_wait():
            done = pool.map(function, items)
        return list(tqdm(done, label, len(items), leave=False, disable=_quiet()))
    except KeyboardInterrupt:
        wait = False
        raise
    finally:
        pool.shutdown(wait, cancel_futures=True)
