"""`make book` on a small book of its own: what it does again, and what makes it fail."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest

from jpegnet import paths

CLAIMS = """
[assumption]
A1 = "Given."

[[claim]]
id = "ours"
statement = "The number is about five."
source = "this report"
assumptions = ["A1"]
quantity = "the number"
unit = "points"
low = 4
high = 6
notebook = "01_first"
"""
FIRST = """from jpegnet import claims, results
from jpegnet.estimates import Estimate
number = 5.25
results.numbers(number=number)
claims.record("ours", Estimate(number, 5.0, 5.5))"""
SECOND = """import pandas as pd
from jpegnet import results
results.publish("table.csv", pd.DataFrame({"x": [0.1, 1 / 3]}))"""
LEDGER = """from jpegnet import claims, results
rows = claims.ledger()
results.publish("claims.json", rows)
claims.enforce(rows)"""
INDEX = """# Small

The number is {glue:text}`01_first.ipynb::number:.2f`, says {cite}`someone`; see [](02_second).

```{bibliography}
```
"""


class Book:
    """A book in a folder of its own, built by the real code in processes of their own."""

    def __init__(self, root: Path):
        self.root = root
        self.site = root / "_build" / "html"
        (root / "book" / "_static").mkdir(parents=True)
        shutil.copy(paths.ROOT / "_config.yml", root)
        for name in ("custom.css", "quality-slider.mjs", "favicon.svg"):
            shutil.copy(paths.BOOK / "_static" / name, root / "book" / "_static")
        toc = ["format: jb-book", "root: book/index", "chapters:"]
        toc += [f"  - file: book/{n}" for n in ("01_first", "02_second", "90_ledger")]
        self.write("_toc.yml", "\n".join(toc))
        self.write("book/index.md", INDEX)
        self.write("book/claims.toml", CLAIMS)
        self.write("book/references.bib", "@misc{someone, author={S. One}, title={T}, year={2000}}")
        for name, code in (("01_first", FIRST), ("02_second", SECOND), ("90_ledger", LEDGER)):
            self.notebook(name, code)

    def write(self, name: str, text: str) -> None:
        (self.root / name).write_text(text, "utf-8")

    def notebook(self, name: str, code: str) -> None:
        cells = [nbformat.v4.new_markdown_cell(f"# {name}"), nbformat.v4.new_code_cell(code)]
        for number, cell in enumerate(cells):
            cell["id"] = f"cell-{number}"
        metadata = {"kernelspec": {"name": "python3", "display_name": "", "language": "python"}}
        nbformat.write(
            nbformat.v4.new_notebook(cells=cells, metadata=metadata),
            self.root / "book" / f"{name}.ipynb",
        )

    def start(self) -> subprocess.Popen:
        kept = {k: v for k, v in os.environ.items() if not k.startswith("JPEGNET_")}
        return subprocess.Popen(
            [sys.executable, "-m", "jpegnet.site"],
            env=kept | {"JPEGNET_ROOT": str(self.root)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def build(self) -> tuple[int, str, str]:
        """Exit code, output, and errors of a build."""
        process = self.start()
        out, err = process.communicate(timeout=300)
        return process.returncode, out, err

    def results(self) -> dict[str, bytes]:
        return {n: (self.site / "downloads" / n).read_bytes() for n in ("claims.json", "table.csv")}


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> Book:
    book = Book(tmp_path_factory.mktemp("book"))
    code, out, err = book.build()
    assert code == 0, err
    assert out.splitlines()[-1].startswith(f"Open {book.site}/index.html")
    return book


@pytest.fixture
def book(whole, tmp_path) -> Book:
    """A copy of the built book, to be changed."""
    copy = Book.__new__(Book)
    copy.root = tmp_path / "book"
    shutil.copytree(whole.root, copy.root)
    copy.site = copy.root / "_build" / "html"
    return copy


def test_nothing_changed_nothing_done(book):
    before = {path: path.stat().st_mtime_ns for path in book.root.rglob("*")}
    code, out, _ = book.build()
    assert code == 0
    assert "nothing changed" in out
    assert {path: path.stat().st_mtime_ns for path in book.root.rglob("*")} == before


def test_edited_page_runs_no_notebook(book):
    book.write("book/index.md", INDEX + "\nA new sentence.\n")
    code, out, _ = book.build()
    assert code == 0
    assert "running" not in out
    assert "A new sentence" in (book.site / "book" / "index.html").read_text("utf-8")


def test_edited_notebook_runs_with_what_looks_back_on_it_and_no_old_number_stays(book):
    assert ">5.25<" in (book.site / "book" / "index.html").read_text("utf-8")
    book.notebook("01_first", FIRST.replace("5.25", "5.75"))
    code, out, _ = book.build()
    assert code == 0
    ran = [line.split(":")[0] for line in out.splitlines() if "running" in line]
    assert ran == ["01_first", "90_ledger"]
    assert ">5.75<" in (book.site / "book" / "index.html").read_text("utf-8")
    assert json.loads(book.results()["claims.json"])[0]["value"] == 5.75
    assert not [p for p in book.site.rglob("*.html") if "5.25" in p.read_text("utf-8")]


def test_lost_public_file_is_made_again(book):
    before = book.results()
    (book.root / "artifacts" / "report" / "results" / "public" / "table.csv").write_text("x\n")
    shutil.rmtree(book.site)
    code, out, _ = book.build()
    assert code == 0
    assert "02_second: running" in out
    assert book.results() == before


def _raise(book):
    book.notebook("02_second", "1 / 0")
    return "book/02_second.ipynb, cell 2: ZeroDivisionError: division by zero"


def _lose_glue_key(book):
    book.write("book/index.md", INDEX.replace("::number", "::nunber"))
    return "nunber"


def _break_link(book):
    book.write("book/index.md", INDEX + "\n[there](no_such_page.md)\n")
    return "no_such_page"


def _break_anchor(book):
    book.write("book/index.md", INDEX + '\n<a href="02_second.html#nowhere">there</a>\n')
    return "02_second.html#nowhere"


def _break_claim(book):
    book.notebook("01_first", FIRST.replace("5.25", "6.25"))
    return "claim ours does not hold: 6.25 against 4 to 6"


def _forget_claim(book):
    book.notebook("01_first", "\n".join(FIRST.splitlines()[:-1]))
    return "claim ours not measured"


def _cite_nobody(book):
    book.write("book/index.md", INDEX.replace("{cite}`someone`", "{cite}`nobody`"))
    return "nobody"


def _use_damaged_data(book):
    book.notebook("02_second", "from jpegnet import data")
    folder = book.root / "data" / "mnist" / "raw"
    folder.mkdir(parents=True)
    for source in paths.MNIST.glob("*.gz"):
        shutil.copy(source, folder)
    damaged = folder / "t10k-labels-idx1-ubyte.gz"
    damaged.write_bytes(damaged.read_bytes()[:-100])
    return f"{damaged} is truncated or altered"


@pytest.mark.parametrize(
    "spoil",
    [
        *(_raise, _lose_glue_key, _break_link, _break_anchor),
        *(_break_claim, _forget_claim, _cite_nobody, _use_damaged_data),
    ],
)
def test_build_fails_and_names_the_culprit_also_on_the_second_try(book, spoil):
    culprit = spoil(book)
    for _ in range(2):
        code, _, err = book.build()
        assert code != 0
        assert "make book failed: " in err
        assert culprit in err


def test_mended_book_builds_after_a_failure(book):
    before = book.results()
    _raise(book)
    assert book.build()[0] != 0
    book.notebook("02_second", SECOND)
    code, _, err = book.build()
    assert code == 0, err
    assert book.results() == before


def test_killed_build_completes_at_the_next_call_with_the_same_results(whole, tmp_path):
    """Killed once after each sign of progress, the last one in the middle of rendering."""
    book = Book(tmp_path / "book")
    executed = book.root / "_build" / "executed"
    signs = [
        executed,
        executed / "01_first.json",
        executed / "02_second.ipynb",
        book.root / "_build" / "stage" / "_build",
    ]
    for sign in signs:
        process = book.start()
        while not sign.exists() and process.poll() is None:
            time.sleep(0.002)
        assert process.poll() is None, "the build ended before it could be killed"
        process.send_signal(signal.SIGKILL)
        process.communicate()
    code, _, err = book.build()
    assert code == 0, err
    assert book.results() == whole.results()
