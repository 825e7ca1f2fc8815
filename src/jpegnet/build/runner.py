"""One notebook, run in a kernel of its own; and what went wrong, in one line."""

import asyncio
import os
import signal
import sys
import threading
import time

import nbformat
from nbclient.exceptions import CellExecutionError, DeadKernelError

from jpegnet.build import expressions, faults
from jpegnet.kept import paths
from jpegnet.pages import notebooks

CELL_TIMEOUT = 3600  # seconds; a cell that hangs ends the build


class NotebookError(Exception):
    """A notebook failed; the message names it, the cell and the error."""


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


def _execute(client: expressions.Client) -> None:
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


def _read(name: str) -> nbformat.NotebookNode:
    try:
        notebook = nbformat.read(paths.BOOK / f"{name}.ipynb", as_version=4)
        nbformat.validate(notebook)
    except OSError:
        raise
    except Exception as error:  # nbformat stumbles in many ways over what is no notebook
        raise NotebookError(notebooks.broken(name, error)) from error
    return notebook


def run(name: str) -> tuple[nbformat.NotebookNode, float]:
    """Run one notebook in a kernel of its own; returns it with its outputs, and the seconds.

    Raises:
        NotebookError: the file is no notebook, a cell raised, an expression in the prose gave
            nothing that can be shown, or the kernel died or hung.
    """
    notebook = _read(name)
    client = expressions.Client(
        notebook,
        timeout=CELL_TIMEOUT,
        kernel_name="python3",
        extra_arguments=["--log-level=CRITICAL"],  # else it tells of its ports, and of its own end
        resources={"metadata": {"path": str(paths.BOOK)}},
    )
    began = time.perf_counter()
    try:
        _execute(client)
    except expressions.ExpressionError as error:
        raise NotebookError(f"book/{name}.ipynb, {error}") from error
    except (CellExecutionError, DeadKernelError, TimeoutError, RuntimeError) as error:
        raise NotebookError(_failure(name, notebook, error)) from error
    return notebook, round(time.perf_counter() - began, 1)
