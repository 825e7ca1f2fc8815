"""The address of the source: in the settings, and in a cell for who opens a notebook alone."""

import json
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml

from jpegnet.build import address
from jpegnet.kept import paths
from jpegnet.pages import notebooks

URL = "https://github.com/someone/network"
BOOK = paths.BOOK


@pytest.fixture
def copy(monkeypatch, tmp_path):
    """A copy of the book's settings and notebooks."""
    (tmp_path / "book").mkdir()
    for path in (paths.ROOT / "_config.yml", *paths.BOOK.glob("*.ipynb")):
        shutil.copy(path, tmp_path / path.relative_to(paths.ROOT))
    monkeypatch.setattr(paths, "ROOT", tmp_path)
    monkeypatch.setattr(paths, "BOOK", tmp_path / "book")
    address.tell("")  # whatever this repository's is
    return tmp_path


def whole(root):
    return {path.name: path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_each_notebook_gets_one_cell_and_an_empty_address_takes_it_back(copy):
    before = whole(copy)
    address.tell("https://example.org/somebody/else")
    address.tell(URL)
    assert yaml.safe_load((copy / "_config.yml").read_text("utf-8"))["repository"]["url"] == URL
    for name in notebooks.names():
        code = [cell for cell in notebooks.cells(name) if cell["cell_type"] == "code"]
        assert [cell.get("id") for cell in code].count(address.CELL) == 1
        assert code[0]["id"] == address.CELL
        assert URL in notebooks.source(code[0])
    address.tell("")
    assert whole(copy) == before


@pytest.mark.parametrize(
    "wrong", ["github.com/a/b", "https://github.com/a", "https://a/b/c d", "x"]
)
def test_what_is_no_address_changes_nothing(copy, capsys, wrong):
    before = whole(copy)
    assert address.main([wrong]) == 1
    assert f"{wrong!r} is no address like https://github.com/someone/" in capsys.readouterr().err
    assert whole(copy) == before


def test_without_a_url_make_says_what_to_give_and_changes_nothing(copy, capsys):
    """An empty one takes the address away, so a forgotten one must not."""
    before = whole(copy)
    assert address.main([]) == 2
    assert "usage: make address URL=https://" in capsys.readouterr().err
    assert whole(copy) == before
    make = ["make", "--dry-run", "--directory", str(Path(__file__).parents[2]), "address"]
    said = [
        subprocess.run([*make, *url], capture_output=True, text=True, check=True).stdout
        for url in ([], ["URL="], [f"URL={URL}"])
    ]
    arguments = [line.partition("jpegnet.build.address")[2].split("\n")[0].strip() for line in said]
    assert arguments == ["", '""', f'"{URL}"']


def test_a_broken_notebook_is_named_and_nothing_changes(copy, capsys):
    (copy / "book" / "93_networks.ipynb").write_text("{", "utf-8")
    before = whole(copy)
    assert address.main([URL]) == 1
    assert "book/93_networks.ipynb is no notebook" in capsys.readouterr().err
    assert whole(copy) == before


def test_where_the_package_is_the_cell_does_nothing(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    exec(compile(notebooks.source(address.cell(URL, "main")), address.CELL, "exec"), {})
    assert list(tmp_path.iterdir()) == []


def test_the_extra_that_the_cell_installs_has_all_that_the_notebooks_import():
    with (paths.repository() / "pyproject.toml").open("rb") as file:
        project = tomllib.load(file)["project"]
    listed = project["dependencies"] + project["optional-dependencies"]["notebooks"]
    names = {re.split(r"[<>=\[]", line)[0].lower().replace("_", "-") for line in listed}
    imported = set().union(*(notebooks.depends(n).versions for n in notebooks.names()))
    imported = {name.lower().replace("_", "-") for name in imported if not name.isupper()}
    assert imported - names == {"python", "ipykernel"}  # which run it


def test_of_a_notebook_nothing_else_changes(copy):
    for name in notebooks.names():
        original = BOOK / f"{name}.ipynb"
        kept = json.loads(original.read_text("utf-8"))
        kept["cells"] = [cell for cell in kept["cells"] if cell.get("id") != address.CELL]
        assert json.loads((copy / "book" / original.name).read_text("utf-8")) == kept
