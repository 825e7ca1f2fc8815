"""The exercises' solutions: what a reader copies from a page runs, and prints something."""

import json
import os
import re
import subprocess
import sys

import pytest

from jpegnet.kept import paths

pytestmark = pytest.mark.book
_SNIPPET = re.compile(r"^~~~python\n(.*?)^~~~$", re.MULTILINE | re.DOTALL)


def _solutions() -> dict[str, str]:
    """The code in the exercises of each page, by page and number."""
    found = {}
    for path in sorted(paths.BOOK.glob("*.ipynb")):
        cells = ["".join(cell["source"]) for cell in json.loads(path.read_text())["cells"]]
        text = "\n".join(text for text in cells if text.startswith("## Exercises"))
        for i, snippet in enumerate(_SNIPPET.findall(text)):
            found[f"{path.stem}-{i + 1}"] = snippet
    return found


SOLUTIONS = _solutions()


def test_every_chapter_has_solutions():
    chapters = {path.stem for path in paths.BOOK.glob("[01]*.ipynb")}
    assert {name.rpartition("-")[0] for name in SOLUTIONS} == chapters


@pytest.mark.parametrize("name", SOLUTIONS)
def test_a_solution_runs_as_it_stands(built, tmp_path, name):
    done = subprocess.run(
        [sys.executable, "-c", SOLUTIONS[name]],
        cwd=tmp_path,  # where what it writes may lie
        env=os.environ | {"JPEGNET_PROFILE": paths.profile()},
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()
