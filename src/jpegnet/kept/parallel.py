"""Independent pieces of work, several at once: on the cores of this machine, or on a cluster.

`each` hands them to joblib, for processes of this machine; or, where ``DASK_SCHEDULER_ADDRESS``
names the scheduler of a Dask cluster, to its workers. One that shares its caller's folder of
results (``JPEGNET_ARTIFACTS``) leaves them there; from any other they travel back with its answer.
"""

import importlib
import os
import signal
import socket
import sys
import threading
import time
import uuid
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial

import torch
from joblib import Parallel, delayed, parallel_config
from joblib.externals.loky.process_executor import TerminatedWorkerError
from tqdm.auto import tqdm

from jpegnet.kept import files, keys, parcels, paths
from jpegnet.kept.compute import cores, one_thread

# A worker whose memory has grown is replaced by a fresh one, which is as it should be.
warnings.filterwarnings("ignore", "A worker stopped while some jobs were given", UserWarning)

SCHEDULER = "DASK_SCHEDULER_ADDRESS"
_DEATHS = 3  # of workers at one call: more are no accident
_PATIENCE = "20s"  # until a scheduler answers


def each(function: Callable, items: Iterable, label: str) -> list:
    """``[function(item) for item in items]``, one item a core, results in order.

    Each item computes on one torch thread, so that results do not depend on the number of cores.
    It is in another process: the function is one of a module (or a `functools.partial` of one),
    and it, the items and the results can be pickled. The first exception stops what has not begun
    and is raised. If a worker dies (for want of memory, say), a line says so, and what is missing
    is computed again; what stages have kept is not.

    Args:
        label: of the progress bar, which counts items, whoever computes them.

    Raises:
        TerminatedWorkerError: workers die again and again.
        RuntimeError: there is no cluster at ``$DASK_SCHEDULER_ADDRESS``, or its workers run other
            code or other versions.
    """
    items = list(items)
    done: dict[int, object] = {}
    run = _on_cluster if os.environ.get(SCHEDULER) else _here
    quiet = bool(os.environ.get("TQDM_DISABLE"))  # tqdm does not heed it where it draws a widget
    with tqdm(desc=label, total=len(items), leave=False, disable=quiet) as bar:
        for deaths in range(_DEATHS + 1):
            left = {i: item for i, item in enumerate(items) if i not in done}
            try:
                for i, result in run(function, left, label) if left else ():
                    done[i] = result
                    bar.update()
                break
            except TerminatedWorkerError:
                if deaths == _DEATHS:
                    raise
                _say(f"{label}: a worker died; what is missing is computed again")
    return [done[i] for i in range(len(items))]


def _say(line: str) -> None:
    tqdm.write(line, file=sys.stderr)


def _here(function: Callable, items: dict[int, object], label: str) -> Iterator[tuple]:
    """Number and result of each item, in processes of this machine, as they are done."""
    workers = min(cores(), len(items))
    with parallel_config(
        "loky", n_jobs=workers, initializer=_begin_worker, initargs=(os.getpid(),)
    ):
        parallel = Parallel(return_as="generator_unordered", batch_size=1, max_nbytes=None)
    with one_thread():  # where there is one core, the work is done here
        yield from parallel(delayed(_numbered)(function, i, item) for i, item in items.items())


def _numbered(function: Callable, i: int, item: object) -> tuple[int, object]:
    return i, function(item)


def _begin_worker(parent: int) -> None:
    torch.set_num_threads(1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to answer
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(1)  # the work itself goes on in another thread, and would for minutes


@contextmanager
def _client(address: str) -> Iterator[tuple]:
    """Yields a client of the scheduler, which has workers, and how its work arrives."""
    try:
        # By name: who computes decides on no result, so it must not be in a key.
        distributed = importlib.import_module("distributed")
    except ImportError as error:
        raise RuntimeError(
            f"{SCHEDULER} is set, but Dask is not installed: pip install 'jpegnet[cluster]'"
        ) from error
    try:
        client = distributed.Client(address, timeout=_PATIENCE, set_as_default=False)
    except (OSError, ValueError) as error:
        raise RuntimeError(
            f"no Dask scheduler answers at {SCHEDULER}={address}: start one there with "
            "`dask scheduler`, or unset the variable to compute on this machine"
        ) from error
    with client:
        try:
            client.wait_for_workers(1, timeout=_PATIENCE)
        except TimeoutError as error:
            raise RuntimeError(
                f"the Dask scheduler at {SCHEDULER}={address} has no workers: start some with "
                f"`dask worker {address} --nworkers auto --nthreads 1`"
            ) from error
        yield client, partial(distributed.as_completed, loop=client.loop, with_results=True)


@contextmanager
def _token() -> Iterator[str]:
    """A file that only those see who share this process's folder of results; yields its name."""
    path = paths.artifacts_dir() / f"shared-{uuid.uuid4().hex}"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    try:
        yield path.name
    finally:
        files.remove(path)


def _on_cluster(function: Callable, items: dict[int, object], label: str) -> Iterator[tuple]:
    """As `_here`, by the workers of a cluster; what they kept is kept here, too.

    By Dask's own client: joblib's would compute here where the cluster has one worker.
    """
    with _client(os.environ[SCHEDULER]) as (client, as_completed), _token() as token:
        known = _workers(client)
        given = {"token": token, "code": keys.code(), "pure": False}
        jobs = [client.submit(_there, function, i, item, **given) for i, item in items.items()]
        for _, (i, result, parcel) in as_completed(jobs):
            parcels.unpack(parcel)
            now = _workers(client)
            for gone in sorted(known - now):
                _say(f"{label}: the worker {gone} is gone; others compute what it was at")
            known = now
            yield i, result


def _workers(client) -> set[str]:
    return set(client.scheduler_info(n_workers=-1)["workers"])


def _there(function: Callable, i: int, item: object, token: str, code: str) -> tuple:
    """A worker's part: number, result, and what it kept that the caller cannot see."""
    if code != keys.code():
        raise RuntimeError(
            f"the Dask worker on {socket.gethostname()} runs other code, other versions of "
            "libraries or other numeric settings than its caller: bring its checkout up to date "
            "and start it anew"
        )
    with one_thread(), parcels.recording() as folders:
        result = function(item)
    shared = (paths.artifacts_dir() / token).exists()
    return i, result, {} if shared else parcels.pack(folders)
