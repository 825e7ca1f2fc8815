"""The site: the executed notebooks and the pages, built by Jupyter Book and checked.

    python -m jpegnet.build

builds ``_build/html``, or says that it is up to date. The pages are rendered whole each time
something changed, so that none keeps an old number; what costs time is in the stages and the
executed notebooks, which are kept.
"""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import nbformat
import yaml
from filelock import FileLock, Timeout

from jpegnet.build import (
    access,
    chain,
    execution,
    expressions,
    faults,
    heads,
    links,
    published,
    slim,
    styles,
    tables,
    terms,
    toc,
)
from jpegnet.kept import files, keys, paths
from jpegnet.pages import results

CONFIG, TOC = "_config.yml", "_toc.yml"
# Both run the notebooks of a repository; see .binder, and `address`.
BINDER, COLAB = "https://mybinder.org", "https://colab.research.google.com"
STAMP = "site.json"
# Libraries that shape the site and are imported by none of our modules.
RENDERING = ("jupyter_book", "sphinx", "sphinx_book_theme", "sphinxcontrib", "myst_nb")


class SiteError(Exception):
    """The site cannot be built; the message names the culprit."""


@dataclass(frozen=True)
class Built:
    """A site: its folder, whether there was anything to do, and what its run found."""

    folder: Path
    changed: bool
    run: published.Run


def _sources() -> list[Path]:
    """Every file but the notebooks that a page is made of."""
    pages = [p for p in paths.BOOK.rglob("*") if p.is_file() and p.suffix != ".ipynb"]
    hidden = (".ipynb_checkpoints", "__pycache__")
    kept = [p for p in pages if not any(part in hidden for part in p.parts)]
    return sorted([paths.ROOT / CONFIG, paths.ROOT / TOC, *kept])


def _key(executions: dict[str, chain.Execution]) -> str:
    site = keys.closure({"jpegnet.build.site", *RENDERING})
    parts = {
        "notebooks": {name: execution.digest for name, execution in executions.items()},
        "seconds": {name: execution.seconds for name, execution in executions.items()},
        "files": {str(p.relative_to(paths.ROOT)): keys.file_digest(p) for p in _sources()},
        "site": [site.sources, site.versions],
    }
    return keys.digest(parts)


def _digests(folder: Path) -> dict[str, str]:
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {str(path.relative_to(folder)): keys.file_digest(path) for path in files}


def _up_to_date(key: str, site: Path) -> bool:
    try:
        stamp = json.loads((site.parent / STAMP).read_text("utf-8"))
        return stamp["key"] == key and stamp["files"] == _digests(site)
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _lay_out(executions: dict[str, chain.Execution], run: published.Run, folder: Path) -> None:
    """Lay out what Jupyter Book reads: pages, and executed notebooks with numbers in place."""
    files.remove(folder)
    for path in _sources():
        target = folder / path.relative_to(paths.ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)
    for name in executions:
        notebook = nbformat.read(chain.executed_path(name), as_version=4)
        for cell in notebook.cells:
            if cell.cell_type == "markdown":
                cell.source = expressions.substituted(cell)
        nbformat.write(notebook, folder / "book" / f"{name}.ipynb")
    generated = folder / "book" / "_generated"
    generated.mkdir()
    (generated / "execution.md").write_text(execution.table(executions), "utf-8")
    (generated / "published.md").write_text(published.comparison(run)[1], "utf-8")
    config = _config(folder)
    config.setdefault("execute", {})["execute_notebooks"] = "off"  # they are executed
    if url := config.get("repository", {}).get("url"):
        config["html"]["use_repository_button"] = True
        buttons = {"binderhub_url": BINDER, "notebook_interface": "jupyterlab"}
        if url.startswith("https://github.com/"):  # Colab opens no other host's
            buttons["colab_url"] = COLAB
        config["launch_buttons"] = buttons
    (folder / CONFIG).write_text(yaml.safe_dump(config, allow_unicode=True), "utf-8")


def _config(folder: Path) -> dict:
    return yaml.safe_load((folder / CONFIG).read_text("utf-8"))


def _render(folder: Path) -> Path:
    command = [str(Path(sys.executable).with_name("jupyter-book")), "build", str(folder)]
    command += ["--all", "-W", "-n", "--keep-going"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        lines = (done.stdout + done.stderr).replace(f"{folder}/", "").splitlines()
        if known := next((line for line in lines if faults.advice(line)), None):
            raise SiteError(f"Jupyter Book: {known.strip()}; {faults.advice(known)}")
        told = [line for line in lines if "WARNING" in line or "ERROR" in line] or lines[-15:]
        raise SiteError("Jupyter Book: " + "\n".join(told))
    return folder / "_build" / "html"


def _publish(executions: dict[str, chain.Execution], site: Path) -> None:
    """Copy what the notebooks made public, and the executed notebooks, below ``downloads/``."""
    downloads = site / "downloads"
    public = [f for run in executions.values() for f in run.files if f.startswith("public/")]
    for name in public:
        target = downloads / name.removeprefix("public/")
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(results.results_dir() / name, target)
    (downloads / "notebooks").mkdir(parents=True, exist_ok=True)
    for name in executions:
        shutil.copy(chain.executed_path(name), downloads / "notebooks")


def build() -> Built:
    """Bring the notebooks and the site up to date.

    The new site takes the old one's place when it is whole; a failed build leaves the old one
    and is tried again the next time.

    Raises:
        NotebookError: a notebook failed.
        SiteError: Jupyter Book warned or failed, or a link within the site is broken.
    """
    executions = chain.run()
    run = published.this_run(executions)
    site, key = paths.build_dir() / "html", _key(executions)
    if _up_to_date(key, site):
        return Built(site, False, run)
    print("rendering the pages …", flush=True)
    pages = paths.build_dir() / "pages"
    _lay_out(executions, run, pages)
    rendered = _render(pages)
    slim.slim(rendered)
    terms.mark(rendered)
    _publish(executions, rendered)
    tables.number(rendered, toc.pages(pages))
    heads.describe(rendered, _config(pages)["html"].get("baseurl", ""))
    access.mend(rendered)
    styles.join(rendered)
    if broken := links.broken(rendered):
        raise SiteError("broken links:\n" + "\n".join(broken))
    files.remove(site.parent / STAMP)
    files.remove(site)
    rendered.rename(site)
    stamp = {"key": key, "files": _digests(site)}
    with files.replacing(site.parent / STAMP) as temporary:
        temporary.write_text(json.dumps(stamp), "utf-8")
    return Built(site, True, run)


@contextmanager
def alone() -> Iterator[None]:
    """Two builds of one profile in one checkout wait for each other."""
    paths.build_dir().mkdir(parents=True, exist_ok=True)
    lock = FileLock(paths.build_dir() / "lock")
    try:
        held = lock.acquire(blocking=False)
    except Timeout:
        print("another `make book` is at work in this folder: waiting for it …", flush=True)
        held = lock.acquire()
    with held:
        yield
