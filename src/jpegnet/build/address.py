"""Where the book's source is to be found, told to all that needs it:

    python -m jpegnet.build.address https://github.com/someone/network

writes the address into ``_config.yml``, from which pages get their buttons, and gives each notebook
a first code cell, so that it runs where it is opened alone, as Colab opens it: the cell fetches the
book then. Anywhere else it does nothing. Another address takes the place of the first; an empty
one removes all of it.
"""

import json
import re
import sys

import yaml

from jpegnet.build.site import CONFIG
from jpegnet.kept import files, paths
from jpegnet.pages import notebooks

CELL = "alone"  # the cell's id
FOLDER = "jpegnet-book"  # what a notebook that was opened alone fetches the book into
_SETTING = re.compile(r"^(repository:\n +url: )(\"[^\"\n]*\"|\S+)", re.MULTILINE)
_SOURCE = """import importlib.util

if importlib.util.find_spec("jpegnet") is None:  # opened alone, as Colab does: fetch the book
    import subprocess
    import sys
    from pathlib import Path

    source = ["--branch", "{branch}", "{address}", "{folder}"]
    subprocess.run(["git", "clone", "--quiet", "--depth", "1", *source], check=True)
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "-e", "./{folder}[notebooks]"]
    subprocess.run(pip, check=True)
    sys.path.insert(0, str(Path("{folder}/src").resolve()))  # this kernel began without it
"""


def cell(address: str, branch: str) -> dict:
    """The code cell, which no page shows."""
    source = _SOURCE.format(address=address, branch=branch, folder=FOLDER)
    return {
        "cell_type": "code",
        "execution_count": None,
        "id": CELL,
        "metadata": {"tags": ["remove-cell"]},
        "outputs": [],
        "source": source.rstrip("\n").splitlines(keepends=True),
    }


def _notebook(name: str, address: str, branch: str) -> str:
    """A notebook's text with the cell before its first code; without an address, without it."""
    others = [cell for cell in notebooks.cells(name) if cell.get("id") != CELL]
    if address:
        first = next(i for i, other in enumerate(others) if other["cell_type"] == "code")
        others.insert(first, cell(address, branch))
    whole = json.loads((paths.BOOK / f"{name}.ipynb").read_text("utf-8")) | {"cells": others}
    return json.dumps(whole, indent=1, ensure_ascii=False) + "\n"


def tell(address: str) -> None:
    """Write the source's address where it belongs; see the module's text.

    Raises:
        ValueError: it is no address of a repository, ``_config.yml`` has no place for it, or a
            file is no notebook.
    """
    if address and not re.fullmatch(r"https://[\w.-]+(/[\w.-]+){2,}", address):
        raise ValueError(f"{address!r} is no address like https://github.com/someone/network")
    path = paths.ROOT / CONFIG
    text, found = _SETTING.subn(rf'\g<1>"{address}"', path.read_text("utf-8"))
    if not found:
        raise ValueError(f"{path.name} has no `repository:` with a line `url:`")
    branch = yaml.safe_load(text)["repository"].get("branch", "main")
    written = {paths.BOOK / f"{n}.ipynb": _notebook(n, address, branch) for n in notebooks.names()}
    for name, content in (written | {path: text}).items():
        with files.replacing(name) as temporary:
            temporary.write_text(content, "utf-8")


def main(arguments: list[str]) -> int:
    """The command line; returns its exit status."""
    if len(arguments) != 1:
        print("usage: make address URL=https://github.com/someone/network", file=sys.stderr)
        print("       make address URL=   (takes the address back)", file=sys.stderr)
        return 2
    try:
        tell(arguments[0].removesuffix("/").removesuffix(".git"))
    except (ValueError, OSError) as error:
        print(f"make address failed: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
