"""The chain: runs each notebook whose key has changed, in the order of their names."""

import json
import os
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, DeadKernelError

from jpegnet import keys, notebooks, paths, results

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
    except (OSError, ValueError, TypeError):
        return None  # never run, or the run was cut off while it was being written
    files = {path: kept.digest}
    files |= {results.results_dir() / name: digest for name, digest in kept.files.items()}
    whole = all(p.is_file() and keys.file_digest(p) == d for p, d in files.items())
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
        return f"{where}, cell {cell + 1}: {error.ename}: {error.evalue}"
    if isinstance(error, DeadKernelError):
        return f"{where}: its kernel died; is there enough memory?"
    return f"{where}: {type(error).__name__}: {error}"


def _write(path: Path, text: str) -> None:
    temporary = path.with_suffix(f"{path.suffix}.tmp")
    temporary.write_text(text, "utf-8")
    temporary.rename(path)


def execute(name: str) -> Execution:
    """Run one notebook in a kernel of its own and keep it with its outputs.

    Raises:
        ChainError: a cell raised, or the kernel died or hung. Nothing is kept then.
    """
    key = notebooks.key(name)
    notebook = nbformat.read(paths.BOOK / f"{name}.ipynb", as_version=4)
    client = NotebookClient(
        notebook,
        timeout=CELL_TIMEOUT,
        kernel_name="python3",
        extra_arguments=["--log-level=ERROR"],  # else each kernel warns of its own loopback ports
        resources={"metadata": {"path": str(paths.BOOK)}},
    )
    began = time.perf_counter()
    try:
        # A progress bar would leave its last state in the page.
        client.execute(env=os.environ | {"TQDM_DISABLE": "1", "JPEGNET_ROOT": str(paths.ROOT)})
    except (CellExecutionError, DeadKernelError, TimeoutError, RuntimeError) as error:
        print(error, file=sys.stderr)
        raise ChainError(_failure(name, notebook, error)) from error
    seconds = round(time.perf_counter() - began, 1)
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)  # times of day, which differ in every run
    path = executed_path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.with_suffix(".json").unlink(missing_ok=True)
    _write(path, nbformat.writes(notebook))
    execution = Execution(key, keys.file_digest(path), seconds, _files(notebook))
    _write(path.with_suffix(".json"), json.dumps(asdict(execution), indent=1))
    return execution


def _check_data(name: str) -> None:
    """Before a notebook that uses the data runs: is the data whole?"""
    from jpegnet import data  # here: torch takes seconds to import

    try:
        data.verify()
    except data.DataError as error:
        raise ChainError(f"book/{name}.ipynb needs the data: {error}") from error


def run() -> dict[str, Execution]:
    """Bring every notebook of the book up to date; returns their executions by name.

    Raises:
        ChainError: see `execute`.
    """
    executions = {}
    for name in notebooks.names():
        kept = last_execution(name)
        if kept is None or kept.key != notebooks.key(name):
            if "data" in notebooks.modules(name):
                _check_data(name)
            print(f"{name}: running …", flush=True)
            kept = execute(name)
            print(f"{name}: {kept.seconds:.0f} s", flush=True)
        executions[name] = kept
    return executions
