"""The chain: runs each notebook whose key has changed, in the order of their names."""

import json
import sys
from dataclasses import dataclass
from pathlib import Path

import nbformat

from jpegnet.build import runner
from jpegnet.build.runner import NotebookError
from jpegnet.kept import files, keys, paths
from jpegnet.pages import claims, notebooks, results


@dataclass(frozen=True)
class Execution:
    """What is known of an executed notebook: its key, its cost, and the files it handed on.

    ``files``: their digests by name, as the notebook's own outputs have them.
    """

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
        kept = json.loads(path.with_suffix(".json").read_text("utf-8"))
        handed_on = _files(nbformat.read(path, as_version=4))
        found = Execution(kept["key"], kept["digest"], float(kept["seconds"]), handed_on)
        digests = {path: found.digest}
        digests |= {results.results_dir() / file: digest for file, digest in handed_on.items()}
        whole = all(keys.file_digest(p) == digest for p, digest in digests.items())
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None  # never run, or the run was cut off while it was being written, or changed
    return found if whole else None


def _files(notebook: nbformat.NotebookNode) -> dict[str, str]:
    return {
        name: digest
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        for name, digest in output.get("metadata", {}).get("jpegnet", {}).items()
    }


def _tell_asides(name: str, notebook: nbformat.NotebookNode) -> None:
    """What a cell wrote to stderr is for who builds, not for who reads: it leaves the page."""
    for cell in notebook.cells:
        for output in (outputs := cell.get("outputs", [])):
            if output.get("name") == "stderr":
                print(f"{name}: {output.text.strip()}", file=sys.stderr)
        if outputs:
            cell.outputs = [output for output in outputs if output.get("name") != "stderr"]


def _keep(name: str, key: str, notebook: nbformat.NotebookNode, seconds: float) -> Execution:
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)  # times of day, which differ in every run
    _tell_asides(name, notebook)
    path = executed_path(name)
    files.remove(path.with_suffix(".json"))
    with files.replacing(path) as temporary:
        temporary.write_text(nbformat.writes(notebook), "utf-8")
    execution = Execution(key, keys.file_digest(path), seconds, _files(notebook))
    with files.replacing(path.with_suffix(".json")) as temporary:
        kept = {"key": key, "digest": execution.digest, "seconds": seconds}
        temporary.write_text(json.dumps(kept, indent=1), "utf-8")
    return execution


def _check_data(name: str) -> None:
    """Before a notebook that uses the data runs: is the data whole?"""
    from jpegnet.data import mnist  # here: torch takes seconds to import

    try:
        mnist.verify()
    except mnist.DataError as error:
        raise NotebookError(f"book/{name}.ipynb needs the data: {error}") from error


def _check_claims(name: str) -> None:
    """Before a notebook that records or shows claims runs: are they in order?"""
    try:
        claims.claims()
    except claims.ClaimError as error:
        raise NotebookError(f"book/{name}.ipynb needs the claims: {error}") from error


def run() -> dict[str, Execution]:
    """Bring every notebook of the book up to date; returns their executions by name.

    Raises:
        NotebookError: see `runner.run`; or the data or the claims are not in order.
    """
    executions = {}
    for name in notebooks.names():
        kept = last_execution(name)
        # As executed, which need not be as the files stand: someone may edit while this runs.
        before = [run.digest for run in executions.values()] if notebooks.looks_back(name) else []
        key = notebooks.key(name, before)
        if kept is None or kept.key != key:
            uses = notebooks.depends(name).sources
            if "jpegnet.data.mnist" in uses:
                _check_data(name)
            if "jpegnet.pages.claims" in uses:
                _check_claims(name)
            print(f"{name}: running …", flush=True)
            kept = _keep(name, key, *runner.run(name))
            print(f"{name}: {kept.seconds:.0f} s", flush=True)
        executions[name] = kept
    return executions
