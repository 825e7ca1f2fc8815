"""The notebooks: when one must run again, the rules that they keep, and that each runs alone."""

import ast
import html
import importlib.metadata
import json
import os
import re
import shutil
from functools import cache
from pathlib import Path

import nbformat
import pytest
import yaml

from jpegnet.build import address, expressions
from jpegnet.kept import paths
from jpegnet.pages import notebooks

pytestmark = pytest.mark.usefixtures("kept")

NAMES = notebooks.names()
PAGES = sorted(path.name for path in paths.BOOK.glob("*.md"))

# ---------------------------------------------------------------- the key of a notebook


def code(source: str, **metadata) -> dict:
    cell = {"cell_type": "code", "source": source, "metadata": metadata}
    return cell | {"outputs": [], "execution_count": None}


def write(name: str, *cells: dict) -> None:
    book = {"cells": list(cells), "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (paths.BOOK / f"{name}.ipynb").write_text(json.dumps(book), "utf-8")


@pytest.fixture
def toy(tmp_path, monkeypatch):
    """A folder with a book, a copy of the package's source, and raw data, all free to edit."""
    monkeypatch.setattr(paths, "BOOK", tmp_path / "book")
    monkeypatch.setattr(paths, "SOURCE", tmp_path / "jpegnet")
    monkeypatch.setattr(paths, "MNIST", tmp_path / "mnist")
    shutil.copytree(notebooks.paths.ROOT / "src" / "jpegnet", paths.SOURCE)
    paths.BOOK.mkdir()
    paths.MNIST.mkdir()
    (paths.MNIST / "images.gz").write_bytes(b"images")
    (paths.BOOK / "claims.toml").write_text("one", "utf-8")
    write("01_toy", CELL)
    return tmp_path


def changes(edit, name: str = "01_toy") -> bool:
    """Whether an edit changes a notebook's key."""
    before = notebooks.key(name)
    edit()
    return notebooks.key(name) != before


def append(path, text: str = "\nEDITED = 1\n") -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write(text)


def test_names_come_in_the_order_of_the_chain(toy):
    write("90_last")
    write("02_second")
    (paths.BOOK / "00_page.md").write_text("", "utf-8")
    assert notebooks.names() == ["01_toy", "02_second", "90_last"]


def test_a_cell_s_text_may_be_lines_or_one_string():
    assert notebooks.source({"source": ["a\n", "b"]}) == notebooks.source({"source": "a\nb"})


@pytest.mark.parametrize(
    "content",
    [
        *("", "[]", '{"nbformat": 4}', '{"cells": ', '{"cells": 5}', '{"cells": [5]}'),
        '{"cells": [{"cell_type": "code", "metadata": {}}]}',
        '{"cells": [{"cell_type": "code", "source": ""}]}',
        '{"cells": [{"metadata": {}, "source": ""}]}',
        '{"cells": [{"cell_type": "code", "metadata": 7, "source": ""}]}',
        '{"cells": [{"cell_type": "code", "metadata": {}, "source": 7}]}',
    ],
)
def test_a_file_that_is_no_notebook_is_named(toy, content):
    (paths.BOOK / "01_toy.ipynb").write_text(content, "utf-8")
    with pytest.raises(ValueError, match=r"book/01_toy\.ipynb is no notebook"):
        notebooks.cells("01_toy")


def modules(name: str = "01_toy") -> set[str]:
    """Those that a notebook depends on; rooms themselves, and what any import runs, apart."""
    found = notebooks.depends(name).sources
    return {module for module in found if module.count(".") > 1} - {
        "jpegnet.kept.allocator",
        "jpegnet.kept.numerics",
    }


def test_modules_are_those_imported_directly_and_through_others(toy):
    write("01_toy", code("import numpy\nfrom jpegnet.codecs import jpeg"))
    near = {"jpegnet.codecs.jpeg", "jpegnet.codecs.codec"}
    assert modules() == near | {"jpegnet.jpeg.dct", "jpegnet.jpeg.markers"}


@pytest.mark.parametrize(
    "source",
    [
        "from jpegnet.data import digits, \\\n    labelled",
        "from jpegnet.data import (\n    digits,  # of a block (8, 8)\n    labelled,\n)",
        "from jpegnet.data.digits import SIDE; from jpegnet.data.labelled import Labelled",
        "import jpegnet.data.digits, jpegnet.data.labelled as inputs",
        "def late():\n    from jpegnet.data import digits as d, labelled as t",
    ],
    ids=["next line", "comment", "contents", "import", "late"],
)
def test_no_way_to_import_a_module_is_overlooked(toy, source):
    write("01_toy", code(source))
    assert modules() == {"jpegnet.data.digits", "jpegnet.data.labelled"}


def test_prose_imports_nothing(toy):
    source = "import jpegnet.data.digits"
    write("01_toy", {"cell_type": "markdown", "metadata": {}, "source": source})
    assert modules() == set()


@pytest.mark.parametrize(
    "line", ["%matplotlib inline", "!ls", "%%time\n1 + 1", "%%bash\nls -l", "digits?"]
)
def test_a_cell_may_hold_what_is_not_python(toy, line):
    write("01_toy", CELL, code(line))
    assert modules() == {"jpegnet.data.digits"}


def test_half_a_cell_is_named_with_its_number(toy):
    write("01_toy", CELL, code("half a line ("))
    with pytest.raises(ValueError, match=r"book/01_toy\.ipynb, cell 2: SyntaxError"):
        notebooks.key("01_toy")


@pytest.mark.parametrize("magic", ["%%time\n", "%time "])
def test_what_a_timed_cell_imports_counts(toy, magic):
    write("01_toy", code(f"{magic}import jpegnet.data.digits"))
    # What stands in the line of a magic is its argument, not an import.
    assert modules() == ({"jpegnet.data.digits"} if "%%" in magic else set())


CELL = code("from jpegnet.data import digits", tags=["hide-input"])
MARKDOWN = {"cell_type": "markdown", "metadata": CELL["metadata"], "source": CELL["source"]}


@pytest.mark.parametrize(
    "cells",
    [
        [CELL | {"source": "from jpegnet.data import digits "}],
        [CELL | {"metadata": {"tags": []}}],
        [CELL | {"metadata": {"tags": ["hide-input"], "mystnb": {"figure": {"name": "fig-a"}}}}],
        [CELL, CELL],
        [MARKDOWN],
    ],
    ids=["source", "tags", "mystnb", "a cell more", "another kind"],
)
def test_the_key_changes_with_the_cells(toy, cells):
    assert changes(lambda: write("01_toy", *cells))


@pytest.mark.parametrize(
    "cell",
    [
        CELL | {"outputs": [{"output_type": "stream", "name": "stdout", "text": "1"}]},
        CELL | {"execution_count": 7},
        CELL | {"id": "0a1b2c3d"},
        CELL | {"metadata": CELL["metadata"] | {"collapsed": True, "execution": {"busy": 1}}},
        CELL | {"source": ["from jpegnet.data ", "import digits"]},
    ],
    ids=["outputs", "execution count", "id", "other metadata", "lines"],
)
def test_the_key_ignores_what_does_not_shape_the_page(toy, cell):
    assert not changes(lambda: write("01_toy", cell))


def test_the_key_changes_with_the_order_of_the_cells(toy):
    write("01_toy", code("a = 1"), code("a = 2"))
    assert changes(lambda: write("01_toy", code("a = 2"), code("a = 1")))


@pytest.mark.parametrize(
    ("imported", "edited", "changed"),
    [
        ("picture.tiles", "picture/tiles", True),
        ("methods.article", "picture/tiles", True),  # through article
        ("methods.article", "methods/__init__", True),
        ("picture.tiles", "methods/article", False),
        ("picture.tiles", "pages/figures", False),
        ("pages.figures", "pages/figures", True),
        ("nets.train", "pages/claims", False),
    ],
)
def test_the_key_changes_with_the_source_that_is_imported(toy, imported, edited, changed):
    write("01_toy", code(f"import jpegnet.{imported}"))
    path = paths.SOURCE / f"{edited}.py"
    assert not changes(lambda: append(path, "\n# words\n"))
    assert changes(lambda: append(path)) == changed


@pytest.mark.parametrize(
    ("imported", "changed"),
    [("pages.claims", True), ("picture.tiles", False), ("pages.figures", False)],
)
def test_the_key_changes_with_the_claims_where_they_are_imported(toy, imported, changed):
    write("01_toy", code(f"import jpegnet.{imported}"))
    assert changes(lambda: append(paths.BOOK / "claims.toml")) == changed
    assert changes((paths.BOOK / "claims.toml").unlink) == changed


@pytest.mark.parametrize(
    ("imported", "changed"), [("data.mnist", True), ("nets.train", False), ("jpeg.dct", False)]
)
def test_the_key_changes_with_the_data_where_they_are_imported(toy, imported, changed):
    write("01_toy", code(f"import jpegnet.{imported}"))
    assert changes(lambda: append(paths.MNIST / "images.gz")) == changed
    assert changes(lambda: append(paths.MNIST / "labels.gz")) == changed
    assert changes((paths.MNIST / "images.gz").unlink) == changed


def test_the_key_changes_with_the_profile(toy, monkeypatch):
    assert changes(lambda: monkeypatch.setenv("JPEGNET_PROFILE", "smoke"))


@pytest.mark.parametrize("library", ["ipykernel", "myst-nb", "numpy"])
def test_the_key_changes_with_the_libraries_that_shape_the_page(toy, monkeypatch, library):
    real = importlib.metadata.version

    def newer(name: str) -> str:
        return "99" if name == library else real(name)

    assert changes(lambda: monkeypatch.setattr("importlib.metadata.version", newer))


def test_a_page_that_looks_back_changes_with_each_execution_before_it(toy):
    write("90_back", code("c = 1"))
    keys = {notebooks.key("90_back", before) for before in ([], ["a"], ["b"], ["a", "b"])}
    assert len(keys) == 4
    names = ("01_toy", "89_between", "90_back", "91_back", "91_performance")
    assert [*map(notebooks.looks_back, names)] == [False, False, True, True, False]


def test_a_page_that_stands_apart_reads_nothing_that_others_handed_on():
    for name in notebooks.APART:
        assert not {"jpegnet.pages.claims"} & notebooks.depends(name).sources.keys()


# ---------------------------------------------------------------- the book as it stands


@cache
def cells(name: str, kind: str) -> list[dict]:
    """Of this type; but no cell that `make address` has put there, for Colab."""
    found = [cell for cell in notebooks.cells(name) if cell["cell_type"] == kind]
    return [cell for cell in found if cell.get("id") != address.CELL]


def calls(source: str, *functions: str) -> list[ast.Call]:
    """Calls of functions by their full names, as in ``figures.show``."""
    nodes = ast.walk(ast.parse(source))
    return [n for n in nodes if isinstance(n, ast.Call) and ast.unparse(n.func) in functions]


def figure_cells(name: str) -> list[dict]:
    shows = "figures.show", "interactive.explorer"
    return [c for c in cells(name, "code") if calls(notebooks.source(c), *shows)]


def figure(cell: dict) -> dict:
    return cell["metadata"].get("mystnb", {}).get("figure", {})


@cache
def text(page: str) -> str:
    """The Markdown of a page of the book, by the name of its file."""
    if page.endswith(".md"):
        return (paths.BOOK / page).read_text("utf-8")
    return "\n\n".join(map(notebooks.source, cells(page.removesuffix(".ipynb"), "markdown")))


def roles(page: str, *names: str) -> list[str]:
    """What stands in roles, as in ``{numref}`fig-pair```."""
    kinds = "|".join(map(re.escape, names))
    return re.findall(rf"\{{(?:{kinds})\}}`([^`]+)`", text(page))


def glued(name: str) -> set[str]:
    """Keys that a notebook's code glues."""
    found = set()
    for cell in cells(name, "code"):
        source = notebooks.source(cell)
        for call in calls(source, "results.share"):
            found |= {keyword.arg for keyword in call.keywords}
        for call in calls(source, "figures.two_pictures", "demo.glue", "results.glue_html"):
            found.add(ast.literal_eval(call.args[0]))
    return found


def shown(page: str) -> set[tuple[str, str]]:
    """Notebook and key of everything glued that a page shows."""
    found = set()
    for content in roles(page, "glue", "glue:text", "glue:figure", "glue:math", "glue:md"):
        *document, key = content.split("::")
        found.add((document[0] if document else page, key.split(":")[0]))
    for key, options in re.findall(
        r"^[`:]{3,}\{glue[\w:]*\} (\S+)\n((?::.*\n)*)", text(page), re.M
    ):
        document = re.search(r"^:doc: (\S+)", options, re.M)
        found.add((document[1] if document else page, key))
    return found


PAGES += [f"{name}.ipynb" for name in NAMES]
each_notebook = pytest.mark.parametrize("name", NAMES)
each_page = pytest.mark.parametrize("page", PAGES)


def test_notebooks_are_numbered():
    assert [name for name in NAMES if not re.fullmatch(r"\d\d_[a-z_0-9]+", name)] == []
    assert NAMES[0] == "01_train"
    # Two pages of one chapter have one number; the book has all pages in the chain's order.
    contents = yaml.safe_load((paths.repository() / "_toc.yml").read_text("utf-8"))
    pages = [Path(page["file"]).name for page in contents["chapters"]]
    assert [page for page in pages if page in NAMES] == NAMES


@each_notebook
def test_a_notebook_is_stored_without_outputs(name):
    kept = cells(name, "code")
    assert [cell for cell in kept if cell["outputs"] or cell["execution_count"] is not None] == []
    assert [cell for cell in kept if {"execution", "collapsed"} & cell["metadata"].keys()] == []
    prose = cells(name, "markdown")
    assert [cell for cell in prose if expressions.METADATA in cell["metadata"]] == []


@each_notebook
def test_cells_are_short(name):
    for cell in cells(name, "code"):
        source = notebooks.source(cell)
        imports = [n for n in ast.parse(source).body if isinstance(n, ast.Import | ast.ImportFrom)]
        lines = sum(map(bool, source.splitlines()))
        assert lines - sum(n.end_lineno - n.lineno + 1 for n in imports) <= 15, source


@each_notebook
def test_cells_define_no_more_than_a_phrase(name):
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    nodes = (n for c in cells(name, "code") for n in ast.walk(ast.parse(notebooks.source(c))))
    defined = [node for node in nodes if isinstance(node, kinds)]
    assert [node.name for node in defined if node.end_lineno - node.lineno + 1 > 3] == []


@each_notebook
def test_the_first_code_cell_holds_the_imports(name):
    first, *others = (ast.parse(notebooks.source(cell)) for cell in cells(name, "code"))
    imports = (ast.Import, ast.ImportFrom)
    assert isinstance(first.body[0], imports)
    assert [n.lineno for tree in others for n in ast.walk(tree) if isinstance(n, imports)] == []


@each_notebook
def test_no_code_stands_before_the_first_figure(name):
    for cell in cells(name, "code"):
        assert {"hide-input", "remove-input"} & set(cell["metadata"].get("tags", []))
        if figure(cell):
            break


@each_notebook
def test_the_first_code_cell_says_when_numbers_mean_nothing(name):
    assert calls(notebooks.source(cells(name, "code")[0]), "figures.banner")


@each_notebook
def test_a_box_tells_what_the_page_needs_makes_and_costs(name):
    last = notebooks.cells(name)[-1]  # at the end: a page begins with its question
    assert last["cell_type"] == "markdown"
    found = re.search(
        r"^```\{admonition\} What this page needs, makes and costs\n(.*?)^```$",
        notebooks.source(last),
        re.DOTALL | re.MULTILINE,
    )
    assert [word for word in ("Needs", "Makes", "Costs") if f"**{word}**" not in found[1]] == []


@pytest.mark.parametrize("name", [name for name in NAMES if name < "90"])
def test_a_chapter_tells_what_it_does_not_show(name):
    assert "**What this page does not show.**" in text(f"{name}.ipynb")


@each_notebook
def test_a_figure_has_its_name_and_caption_in_the_metadata(name):
    for cell in figure_cells(name):
        assert re.fullmatch(r"fig-[a-z0-9-]+", figure(cell)["name"])
        assert re.fullmatch(r".{10,}\.", figure(cell)["caption"])
    # One figure a cell, or its number would stand under two; no number without a figure.
    shows = "figures.show", "interactive.explorer"
    drawn = [len(calls(notebooks.source(cell), *shows)) for cell in cells(name, "code")]
    assert drawn == [1 if figure(cell) else 0 for cell in cells(name, "code")]


def test_no_two_figures_of_the_book_have_the_same_name():
    names = [figure(cell)["name"] for name in NAMES for cell in figure_cells(name)]
    assert len(names) > 10
    assert sorted(names) == sorted(set(names))


# What draws, and takes an ``alt``.
DRAWN = ("figures.show", *(f"interactive.{n}" for n in ("quality_slider", "slider", "explorer")))


def is_computed(alt: ast.expr) -> bool:
    """Whether a text has something of the run in it: a placeholder, or parts joined from data."""
    for node in ast.walk(alt):
        if isinstance(node, ast.FormattedValue):
            return True
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(".join"):
            return not isinstance(node.args[0], ast.Constant | ast.List | ast.Tuple)
    return False


@pytest.mark.parametrize(
    ("alt", "computed"),
    [
        ("'A line.'", False),
        ("'A ' + 'line.'", False),
        ("f'A line.'", False),
        ("' '.join(['a', 'line'])", False),
        ("f'A line to {x}.'", True),
        ("'A line to ' f'{x:.2f} %.'", True),
        ("'Digits: ' + ', '.join(map(str, labels))", True),
    ],
)
def test_a_computed_text_is_told_from_a_typed_one(alt, computed):
    assert is_computed(ast.parse(alt, mode="eval").body) == computed


@each_notebook
def test_the_alt_text_of_a_figure_is_made_from_the_run(name):
    for cell in cells(name, "code"):
        source = notebooks.source(cell)
        given = {
            node.targets[0].id: node.value
            for node in ast.walk(ast.parse(source))
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
        }
        for call in calls(source, *DRAWN):
            named = [keyword.value for keyword in call.keywords if keyword.arg == "alt"]
            alt = named[0] if named else call.args[-1]
            if isinstance(alt, ast.Name):
                alt = given[alt.id]
            assert is_computed(alt), ast.unparse(call)


@each_page
def test_what_a_page_shows_is_glued_by_the_notebook_that_it_names(page):
    known = {(f"{name}.ipynb", key) for name in NAMES for key in glued(name)}
    assert shown(page) - known == set()


def test_what_is_shown_was_found():
    assert ("03_sweep.ipynb", "float32") in shown("index.md")
    assert ("93_networks.ipynb", "demo") in shown("index.md")


def said(name: str) -> list[str]:
    """The expressions in a notebook's prose."""
    return [e for c in cells(name, "markdown") for e in expressions.found(notebooks.source(c))]


@each_notebook
def test_what_a_notebook_says_of_its_own_run_is_said_by_expressions(name):
    own = [key for document, key in shown(f"{name}.ipynb") if document == f"{name}.ipynb"]
    assert set(own) <= {"two_pictures", "demo"}
    assert len(said(name)) >= 4
    assert [expression for expression in said(name) if not expressions.is_plain(expression)] == []


@each_notebook
def test_what_expressions_say_is_printed_too_where_an_editor_shows_their_source(name):
    code = "\n".join(map(notebooks.source, cells(name, "code")))
    shared = glued(name)  # prints what it glues
    for expression in said(name):
        parts = re.sub(r'^f"\{|[:}].*$', "", expression).split(".")
        names = [".".join(parts[:n]) for n in range(1, len(parts) + 1)]
        assert any(f'"{{{n}=' in code or n in shared for n in names), expression


def bound(source: str) -> set[str]:
    """Names that a code cell binds."""
    nodes = list(ast.walk(ast.parse(source)))
    imported = {
        a.asname or a.name.split(".")[0]
        for n in nodes
        for a in getattr(n, "names", [])
        if isinstance(n, ast.Import | ast.ImportFrom)
    }
    return imported | {
        n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
    }


@each_notebook
def test_what_the_prose_shows_is_bound_once_and_before_it(name):
    """JupyterLab's Run All asks for expressions after all cells, the chain where they stand."""
    whole = notebooks.cells(name)
    binds = [bound(notebooks.source(c)) if c["cell_type"] == "code" else set() for c in whole]
    for i, cell in enumerate(whole):
        if cell["cell_type"] == "markdown":
            for expression in expressions.found(notebooks.source(cell)):
                root = re.match(r'(?:f"\{)?(\w+)', expression)[1]
                places = [n for n, names in enumerate(binds) if root in names]
                assert len(places) == 1 and places[0] < i, expression


@each_page
def test_what_a_page_cites_is_in_the_bibliography(page):
    entries = re.findall(r"^@\w+\{(\w+),", (paths.BOOK / "references.bib").read_text("utf-8"), re.M)
    cited = roles(page, "cite", "cite:p", "cite:t", "cite:ps", "cite:ts")
    keys = {key.strip() for content in cited for key in content.split(",")}
    assert keys - set(entries) == set()


def test_every_entry_of_the_bibliography_is_cited():
    entries = re.findall(r"^@\w+\{(\w+),", (paths.BOOK / "references.bib").read_text("utf-8"), re.M)
    pages = "\n".join(map(text, PAGES))
    assert len(entries) >= 4
    assert [
        key for key in entries if not re.search(rf"\{{cite[:\w]*\}}`[^`]*\b{key}\b", pages)
    ] == []


@each_page
def test_what_a_page_refers_to_is_somewhere_in_the_book(page):
    figures = {figure(cell)["name"] for name in NAMES for cell in figure_cells(name)}
    labels = {label for other in PAGES for label in re.findall(r"^\((.+)\)=$", text(other), re.M)}

    def targets(*names: str) -> set[str]:
        return {re.sub(r"^.*<(.*)>$", r"\1", content) for content in roles(page, *names)}

    assert targets("numref") - figures == set()
    assert targets("ref") - figures - labels == set()


# ---------------------------------------------------------------- no typed results

RESULT = re.compile(r"\d[\d.,]* ?(?:%|per cent|(?:points?|bytes?|bits?|times|seconds?)\b)")
# What may be typed, and why. Each is a phrase, so that the same number elsewhere is still found.
TYPED = {
    "95 % interval": "the level of every confidence interval",
    "95 % band": "the level of every confidence band",
    "97 % network": "the name of the network that stands for the article's",
    "97 % become 96 %": "the article's own claim, cited",
    "at most 0.1 points": "a tolerance that is chosen",
    "Up to 100 times faster": "the talk's own claim, cited",
    "of 8 bits": "the depth of a JPEG sample",
    "to 8 bits": "the depth of a JPEG sample",
}
NO_PROSE = ("math", "code", "code-block", "code-cell", "include", "glue", "bibliography")


def prose(markdown: str) -> str:
    """The words of a page: without code, roles, formulas and addresses of links."""
    lines, fences = [], []
    for line in markdown.splitlines():
        fence = re.match(r"(`{3,}|:{3,}|~{3,})(?:\{([\w:-]+)\}(.*))?", line)
        hidden = any(not is_prose for _, is_prose in fences)
        if fence and fences and line.strip() == fences[-1][0]:
            fences.pop()
        elif fence and not hidden:
            kind = fence[2] and fence[2].split(":")[0]
            fences.append((fence[1], bool(kind) and kind not in NO_PROSE))
            lines.append(fence[3] if fences[-1][1] else "")
        elif not hidden:
            lines.append(line)
    assert fences == []
    words = " ".join(" ".join(lines).split())
    words = re.sub(r"\{[\w:]+\}`[^`]*`|`[^`]*`|\$[^$]+\$", "…", words)
    return re.sub(r"\]\([^)]*\)", "]", words)


def typed(words: str) -> list[str]:
    """Numbers that look like results, in their surroundings."""
    for phrase in TYPED:
        words = words.replace(phrase, "…")
    return [words[max(0, m.start() - 30) : m.end() + 10] for m in RESULT.finditer(words)]


def strings(source: str) -> list[str]:
    """What code says in words: captions and texts, without their placeholders."""
    nodes = ast.walk(ast.parse(source))
    return [n.value for n in nodes if isinstance(n, ast.Constant) and isinstance(n.value, str)]


def words(page: str) -> list[str]:
    """All that a page says: its prose, its captions, and what its code says."""
    if page.endswith(".md"):
        return [prose(text(page))]
    code = cells(page.removesuffix(".ipynb"), "code")
    captions = [figure(cell)["caption"] for cell in code if figure(cell)]
    return [prose(text(page)), *captions, *(s for c in code for s in strings(notebooks.source(c)))]


@pytest.mark.parametrize(
    "result",
    [
        "98.3 % of",
        "reads 97 %.",
        "1,628 bytes",
        "12 bits",
        "3 times",
        "a\n5\nseconds",
        "0.1 points",
    ],
)
def test_a_typed_result_is_found(result):
    assert typed(prose(f"It is {result} here.")) != []
    assert typed(prose(f"```{{tip}}\nIt is [{result}](02_tiles).\n```\n")) != []


def test_a_result_in_a_title_is_found():
    assert typed(prose("# It is 3 times smaller\n")) != []
    assert typed(prose(":::{card} It is 98.3 %\nYes.\n:::\n")) != []


@pytest.mark.parametrize(
    "markdown",
    [
        "```\n98.3 %\n```\n",
        "````{math}\n98 \\times 3 bytes\n````",
        "It is `98.3 %`, or $98.3 %$, or {glue:text}`a:.2f` %, or {cite}`b` 7 of 8.",
        "a 95 % interval of the 97 %\nnetwork",
        "28 × 28 pixels, 512 tiles, quality 20, seed 0, batches of 128",
        "one point; a tenth of a point",
    ],
)
def test_what_is_no_typed_result_is_not_found(markdown):
    assert typed(prose(markdown)) == []


@each_page
def test_no_result_is_typed(page):
    assert [found for said in words(page) for found in typed(said)] == []


def test_what_may_be_typed_is_typed_somewhere():
    said = "\n".join(part for page in PAGES for part in words(page))
    assert [phrase for phrase in TYPED if phrase not in said] == []


# ---------------------------------------------------------------- each runs alone


@pytest.fixture(scope="module", params=[pytest.param(n, marks=pytest.mark.slow) for n in NAMES])
def alone(request, tmp_path_factory):
    """A notebook, run from an empty folder of results under the smoke profile."""
    folder = tmp_path_factory.mktemp("alone")
    notebook = nbformat.read(paths.BOOK / f"{request.param}.ipynb", as_version=4)
    client = expressions.Client(
        notebook,
        kernel_name="python3",
        timeout=600,
        allow_errors=True,
        extra_arguments=["--log-level=ERROR"],
        resources={"metadata": {"path": str(paths.BOOK)}},
    )
    own = {"JPEGNET_PROFILE": "smoke", "JPEGNET_ARTIFACTS": str(folder), "TQDM_DISABLE": "1"}
    client.execute(env=os.environ | own)
    assert [path.name for path in folder.iterdir()] == ["smoke"]
    return request.param, notebook


def outputs(cell) -> list:
    return cell.get("outputs", [])


def page_html(cell) -> str:
    data = (output.get("data", {}) for output in outputs(cell))
    return "\n".join(bundle["text/html"] for bundle in data if "text/html" in bundle)


def test_a_notebook_runs_alone_and_says_nothing_amiss(alone):
    _, notebook = alone
    made = [output for cell in notebook.cells for output in outputs(cell)]
    assert [f"{o.ename}: {o.evalue}" for o in made if o.output_type == "error"] == []
    assert [o.text for o in made if o.output_type == "stream" and o.name == "stderr"] == []


def test_a_page_of_the_smoke_profile_bears_the_banner(alone):
    _, notebook = alone
    first = next(cell for cell in notebook.cells if cell.cell_type == "code")
    assert 'class="smoke-banner"' in page_html(first)


# Figures that answer back, and that show the network's file as a picture beside its bytes.
OWN_PICTURES = 'class="jpegnet-hex"', 'class="jpegnet-damage"'


def test_every_figure_is_one_output_whose_text_has_numbers(alone):
    name, notebook = alone
    made = [c for c in notebook.cells if c.cell_type == "code" and figure(c)]
    assert len(made) == len(figure_cells(name))
    assert [cell.metadata.mystnb.figure.name for cell in made if len(outputs(cell)) != 1] == []
    drawings = [
        drawing
        for cell in notebook.cells
        if not any(mark in page_html(cell) for mark in OWN_PICTURES)
        for drawing in re.findall(r'<svg\b[^>]*>|<img class="network[^>]*>', page_html(cell))
    ]
    assert len(drawings) == len(made)
    for drawing in drawings:
        alt = html.unescape(re.search(r' (?:aria-label|alt)="([^"]*)"', drawing)[1])
        assert re.search(r"\d", alt), alt
        assert not re.search(r"\b(?:nan|inf|None)\b|[{}]", alt), alt


def test_what_a_page_shows_of_its_own_was_glued_as_a_plain_value(alone):
    name, notebook = alone
    values = {
        output.metadata.scrapbook.name: next(
            bundle for kind, bundle in output.data.items() if kind.endswith("text/plain")
        )
        for cell in notebook.cells
        for output in outputs(cell)
        if "scrapbook" in output.get("metadata", {})
    }
    assert values.keys() == glued(name)
    plain = {key: value for key, value in values.items() if key not in ("two_pictures", "demo")}
    assert {type(ast.literal_eval(value)) for value in plain.values()} <= {int, float, str}
