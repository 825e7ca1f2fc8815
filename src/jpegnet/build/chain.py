"""The chain: runs each notebook whose key has changed, in the order of their names."""

import asyncio
import json
import os
import signal
import sys
import threading
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import nbformat
from nbclient.exceptions import CellExecutionError, DeadKernelError

from jpegnet.build import expressions, faults
from jpegnet.kept import files, keys, paths
from jpegnet.pages import notebooks, results

CELL_TIMEOUT = 3600  # seconds; a cell that hangs ends the build


class ChainError(Exception):
    """A notebook failed; the message names it, the cell and the error."""


@dataclass(frozen=True)
class Execution:
    """What is known of an executed notebook: its key, its cost, and the files it handed on."""

    key: str
    digest: str
    seconds: float
    files: dict[str, str]


def executed_path(name: str) -> Path:
    """Where the executed notebook lies; beside it, as ``.json``, its `Execution`."""
    return paths.build_dir() / "executed" / f"{name}.ipynb"


def last_execution(name: str) -> Execution | None:
    """The kept execution of a notebook, if its files are all as they were left."""
    path = executed_path(name)
    try:
        kept = Execution(**json.loads(path.with_suffix(".json").read_text("utf-8")))
        handed_on = {results.results_dir() / file: digest for file, digest in kept.files.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return None  # never run, or the run was cut off while it was being written, or changed
    digests = {path: kept.digest, **handed_on}
    whole = all(p.is_file() and keys.file_digest(p) == d for p, d in digests.items())
    return kept if whole else None


def _files(notebook: nbformat.NotebookNode) -> dict[str, str]:
    return {
        name: digest
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        for name, digest in output.get("metadata", {}).get("jpegnet", {}).items()
    }


def _failure(name: str, notebook: nbformat.NotebookNode, error: Exception) -> str:
    where = f"book/{name}.ipynb"
    if isinstance(error, CellExecutionError):
        cell = next(
            i
            for i, cell in enumerate(notebook.cells)
            if any(output.output_type == "error" for output in cell.get("outputs", []))
        )
        where, told = f"{where}, cell {cell + 1}", f"{error.ename}: {error.evalue}"
    elif isinstance(error, DeadKernelError):
        return f"{where}: its kernel died; is there enough memory?"
    else:
        told = f"{type(error).__name__}: {error}"
    if known := faults.advice(told):
        return f"{where}: {' '.join(told.split())}; {known}"
    print(error, file=sys.stderr)  # the notebook is at fault: its traceback tells where
    return f"{where}: {told}"


def _run(client: expressions.Client) -> None:
    """Run a notebook; Ctrl-C ends its kernel and is a KeyboardInterrupt here.

    nbclient's own handler takes the kernel away and leaves the run to stumble over that.
    """
    interrupted = threading.Event()

    def heed(**_) -> None:
        task = asyncio.current_task()

        def stop() -> None:
            interrupted.set()
            client.shutdown_kernel = "immediate"  # a graceful end prints the kernel's tracebacks
            task.cancel()

        asyncio.get_running_loop().add_signal_handler(signal.SIGINT, stop)

    client.on_notebook_start = client.on_cell_start = heed
    try:
        # A progress bar would leave its last state in the page.
        client.execute(env=os.environ | {"TQDM_DISABLE": "1", "JPEGNET_ROOT": str(paths.ROOT)})
    except (Exception, asyncio.CancelledError):
        if interrupted.is_set():
            raise KeyboardInterrupt from None
        raise


def _keep(name: str, key: str, notebook: nbformat.NotebookNode, seconds: float) -> Execution:
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)  # times of day, which differ in every run
    path = executed_path(name)
    path.with_suffix(".json").unlink(missing_ok=True)
    with files.replacing(path) as temporary:
        temporary.write_text(nbformat.writes(notebook), "utf-8")
    execution = Execution(key, keys.file_digest(path), seconds, _files(notebook))
    with files.replacing(path.with_suffix(".json")) as temporary:
        temporary.write_text(json.dumps(asdict(execution), indent=1), "utf-8")
    return execution


def execute(name: str, key: str) -> Execution:
    """Run one notebook in a kernel of its own and keep it, under its key, with its outputs.

    Raises:
        ChainError: a cell raised, an expression in the prose gave nothing that can be shown, or
            the kernel died or hung. Nothing is kept then.
    """
    notebook = nbformat.read(paths.BOOK / f"{name}.ipynb", as_version=4)
    client = expressions.Client(
        notebook,
        timeout=CELL_TIMEOUT,
        kernel_name="python3",
        extra_arguments=["--log-level=ERROR"],  # else each kernel warns of its own loopback ports
        resources={"metadata": {"path": str(paths.BOOK)}},
    )
    began = time.perf_counter()
    try:
        _run(client)
    except expressions.ExpressionError as error:
        raise ChainError(f"book/{name}.ipynb, {error}") from error
    except (CellExecutionError, DeadKernelError, TimeoutError, RuntimeError) as error:
        raise ChainError(_failure(name, notebook, error)) from error
    return _keep(name, key, notebook, round(time.perf_counter() - began, 1))


def _check_data(name: str) -> None:
    """Before a notebook that uses the data runs: is the data whole?"""
    from jpegnet.data import mnist  # here: torch takes seconds to import

    try:
        mnist.verify()
    except mnist.DataError as error:
        raise ChainError(f"book/{name}.ipynb needs the data: {error}") from error


def run() -> dict[str, Execution]:
    """Bring every notebook of the book up to date; returns their executions by name.

    Raises:
        ChainError: see `execute`.
    """
    executions = {}
    for name in notebooks.names():
        kept = last_execution(name)
        # As executed, which need not be as the files stand: someone may edit while this runs.
        before = [run.digest for run in executions.values()] if notebooks.looks_back(name) else []
        key = notebooks.key(name, before)
        if kept is None or kept.key != key:
            if "jpegnet.data.mnist" in notebooks.depends(name).sources:
                _check_data(name)
            print(f"{name}: running …", flush=True)
            kept = execute(name, key)
            print(f"{name}: {kept.seconds:.0f} s", flush=True)
        executions[name] = kept
    return executions
