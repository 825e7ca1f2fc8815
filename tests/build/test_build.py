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

from jpegnet.kept import paths

pytestmark = pytest.mark.slow

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
FIRST = """from jpegnet.pages import claims, results
from jpegnet.kept.estimates import Estimate
number = 5.25
results.share(number=number)
claims.record("ours", Estimate(number, 5.0, 5.5))"""
SECOND = """import pandas as pd
from jpegnet.pages import results
results.publish("table.csv", pd.DataFrame({"x": [0.1, 1 / 3]}))"""
LEDGER = """from jpegnet.pages import claims, results
rows = claims.ledger()
results.publish("claims.json", rows)
claims.enforce(rows)"""
SAID = 'Here it is {eval}`f"{number:.1f}"`, or\n{eval}`number`.'
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
        static = paths.BOOK / "_static"
        scripts = ("steps-slider.mjs", "explorer.mjs", "access.mjs", "preview.mjs")
        for path in (*static.glob("*.css"), *(static / n for n in scripts), static / "favicon.svg"):
            shutil.copy(path, root / "book" / "_static")
        shutil.copytree(paths.PUBLISHED, root / "book" / "published")  # else they were trained
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

    def notebook(self, name: str, code: str, prose: str = SAID) -> None:
        cells = [nbformat.v4.new_markdown_cell(f"# {name}"), nbformat.v4.new_code_cell(code)]
        cells.append(nbformat.v4.new_markdown_cell(prose if "number" in code else "Said."))
        for number, cell in enumerate(cells):
            cell["id"] = f"cell-{number}"
        metadata = {"kernelspec": {"name": "python3", "display_name": "", "language": "python"}}
        nbformat.write(
            nbformat.v4.new_notebook(cells=cells, metadata=metadata),
            self.root / "book" / f"{name}.ipynb",
        )

    def start(self, source: Path = paths.SOURCE.parent, *arguments: str) -> subprocess.Popen:
        kept = {k: v for k, v in os.environ.items() if not k.startswith("JPEGNET_")}
        kept["PYTHONPATH"] = str(source)
        return subprocess.Popen(
            [sys.executable, "-m", "jpegnet.build", *arguments],
            env=kept | {"JPEGNET_ROOT": str(self.root)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,  # Ctrl-C is sent to all of a session's processes
        )

    def run(self, module: str, *arguments: str) -> None:
        """Run another command of the package on this book."""
        kept = os.environ | {"JPEGNET_ROOT": str(self.root)}
        subprocess.run([sys.executable, "-m", module, *arguments], env=kept, check=True)

    def build(self, source: Path = paths.SOURCE.parent, *arguments: str) -> tuple[int, str, str]:
        """Exit code, output, and errors of a build, with the package below ``source``."""
        process = self.start(source, *arguments)
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
    build = book.root / "_build"
    lock = (build, build / "lock")
    before = {path: path.stat().st_mtime_ns for path in book.root.rglob("*") if path not in lock}
    code, out, _ = book.build()
    assert code == 0
    assert "nothing changed" in out
    after = {path: path.stat().st_mtime_ns for path in book.root.rglob("*") if path not in lock}
    assert after == before


def test_an_edited_docstring_of_the_package_runs_no_notebook(book, tmp_path):
    source = shutil.copytree(paths.SOURCE, tmp_path / "src" / "jpegnet")
    module = source / "kept" / "estimates.py"
    assert book.build(source.parent)[1].count("nothing changed") == 1
    text = module.read_text("utf-8")
    module.write_text(text.replace('"""', '"""In other words: ', 1) + "# and a comment\n", "utf-8")
    assert "nothing changed" in book.build(source.parent)[1]
    module.write_text(text + "ANOTHER = 1\n", "utf-8")
    assert "01_first: running" in book.build(source.parent)[1]


def _compares(book, *arguments: str) -> tuple[str, str]:
    """The output of a build that succeeds, and how its last lines say that the run compares."""
    code, out, err = book.build(paths.SOURCE.parent, *arguments)
    assert (code, err) == (0, "")
    _, compared, where = out.splitlines()[-3:]
    assert where.startswith("Open ")
    assert compared in (book.site / "book" / "index.html").read_text("utf-8").replace(
        '<code class="docutils literal notranslate"><span class="pre">', "`"
    ).replace("</span></code>", "`").replace('</span> <span class="pre">', " ")
    return out, compared


def test_a_build_says_how_its_run_compares_with_the_published_one(book):
    book.write("book/index.md", f"{INDEX}\n```{{include}} _generated/published.md\n```\n")
    assert _compares(book)[1].startswith("Nothing has been published yet")
    out, compared = _compares(book, "--publish")
    same = "This run is identical to the published one; claims: 1 same; files: 2 same"
    assert compared == same
    assert "running" not in out  # what was published is no part of a notebook's key
    assert _compares(book)[0].startswith(f"The book is up to date; nothing changed.\n{same}\n")
    book.notebook("01_first", FIRST.replace("5.25", "5.375"))
    told = "claims: 1 within the interval; files: 1 same, 1 changed"
    assert _compares(book)[1] == f"This run is not identical to the published one; {told}"
    assert "differs by +0.125, within" in (book.site / "book/index.html").read_text("utf-8")
    book.write("book/published.json", "{")
    out, compared = _compares(book)
    assert "running" not in out
    assert compared.startswith("`book/published.json` cannot be read (`JSONDecodeError")
    assert _compares(book, "--publish")[1] == same


def test_another_profile_publishes_nothing_and_runs_nothing(book):
    process = subprocess.run(
        [sys.executable, "-m", "jpegnet.build", "--publish"],
        env=os.environ | {"JPEGNET_ROOT": str(book.root), "JPEGNET_PROFILE": "smoke"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (process.returncode, process.stdout) == (1, "")
    assert process.stderr == (
        "make publish failed: only a run of the report profile is published, and this one is of "
        "smoke: unset JPEGNET_PROFILE\n"
    )
    assert not (book.root / "book" / "published.json").exists()
    assert not (book.root / "_build-smoke").exists()


def test_edited_page_runs_no_notebook(book):
    book.write("book/index.md", INDEX + "\nA new sentence.\n")
    code, out, _ = book.build()
    assert code == 0
    assert "running" not in out
    assert "A new sentence" in (book.site / "book" / "index.html").read_text("utf-8")


def test_with_the_address_of_the_source_each_notebook_has_its_buttons(book):
    address, name = "https://github.com/someone/network", "book/01_first.ipynb"
    book.run("jpegnet.build.address", f"{address}.git")
    code, _, err = book.build()
    assert code == 0, err
    text = (book.site / "book" / "01_first.html").read_text("utf-8")
    assert f'href="{address}"' in text
    binder = f"https://mybinder.org/v2/gh/someone/network/main?urlpath=lab/tree/{name}"
    assert f'href="{binder}"' in text
    colab = f"https://colab.research.google.com/github/someone/network/blob/main/{name}"
    assert f'href="{colab}"' in text
    assert "find_spec" not in text  # the cell that Colab needs
    assert "mybinder" not in (book.site / "book" / "index.html").read_text("utf-8")


def test_edited_notebook_runs_with_what_looks_back_on_it_and_no_old_number_stays(book):
    assert ">5.25<" in (book.site / "book" / "index.html").read_text("utf-8")
    book.notebook("01_first", FIRST.replace("5.25", "5.75"))
    code, out, _ = book.build()
    assert code == 0
    ran = [line.split(":")[0] for line in out.splitlines() if "running" in line]
    assert ran == ["01_first", "90_ledger"]
    assert ">5.75<" in (book.site / "book" / "index.html").read_text("utf-8")
    page = (book.site / "book" / "01_first.html").read_text("utf-8")
    assert "Here it is 5.8, or\n5.75." in page
    executed = nbformat.read(book.site / "downloads" / "notebooks" / "01_first.ipynb", 4)
    assert SAID in executed.cells[2].source  # for JupyterLab, with the kernel's answers
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


def _say_what_is_not_there(book):
    book.notebook("02_second", "number = 1", "It is {eval}`f'{nunber:.1f}'`.")
    name = "NameError: name 'nunber' is not defined"
    return f"book/02_second.ipynb, cell 3, {{eval}}`f'{{nunber:.1f}}'`: {name}"


def _say_a_table(book):
    book.notebook("02_second", "import numpy as np\nnumber = np.ones(2)")
    said = '{eval}`f"{number:.1f}"`: TypeError: unsupported format string passed to numpy.ndarray'
    return f"book/02_second.ipynb, cell 3, {said}"


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
    book.notebook("02_second", "from jpegnet.data import mnist")
    folder = book.root / "data" / "mnist" / "raw"
    folder.mkdir(parents=True)
    for source in paths.MNIST.glob("*.gz"):
        shutil.copy(source, folder)
    damaged = folder / "t10k-labels-idx1-ubyte.gz"
    damaged.write_bytes(damaged.read_bytes()[:-100])
    return f"{damaged} is truncated or altered"


def _lose_cells(book):
    book.write("book/02_second.ipynb", '{"metadata": {}, "nbformat": 4}')
    return "book/02_second.ipynb is no notebook (KeyError: 'cells')"


def _lose_source(book):
    book.write("book/02_second.ipynb", '{"cells": [{"cell_type": "code", "metadata": {}}]}')
    return "book/02_second.ipynb is no notebook (KeyError: 'source')"


def _lose_nbformat(book):
    book.notebook("02_second", "changed = True")  # else nobody reads it again
    path = book.root / "book" / "02_second.ipynb"
    whole = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps({k: v for k, v in whole.items() if k != "nbformat"}))
    return "book/02_second.ipynb is no notebook ("


def _make_a_cell_weird(book):
    path = book.root / "book" / "02_second.ipynb"
    path.write_text(path.read_text("utf-8").replace('"markdown"', '"weird"'))
    return "book/02_second.ipynb is no notebook ("


def _write_no_python(book):
    book.notebook("02_second", "for x in:")
    return "book/02_second.ipynb, cell 2: SyntaxError"


def _claim_no_table(book):
    book.write("book/claims.toml", 'claim = ["all"]\n[assumption]\nA1 = "Given."\n')
    return "book/claims.toml, claim 'all' is no table"


def _claims_no_toml(book):
    book.write("book/claims.toml", CLAIMS + "[[")
    return "book/claims.toml cannot be read (TOMLDecodeError: "


IN_ONE_LINE = (
    *(_say_what_is_not_there, _say_a_table, _use_damaged_data, _lose_cells, _lose_source),
    *(_lose_nbformat, _make_a_cell_weird, _write_no_python, _claim_no_table, _claims_no_toml),
)


@pytest.mark.parametrize(
    "spoil",
    [
        *(_raise, _say_what_is_not_there, _say_a_table, _lose_glue_key, _break_link, _break_anchor),
        *(_break_claim, _forget_claim, _cite_nobody, _use_damaged_data),
        *(_lose_cells, _lose_source, _lose_nbformat, _make_a_cell_weird),
        *(_write_no_python, _claim_no_table, _claims_no_toml),
    ],
)
def test_build_fails_and_names_the_culprit_also_on_the_second_try(book, spoil):
    culprit = spoil(book)
    for _ in range(2):
        code, _, err = book.build()
        assert code != 0
        assert "make book failed: " in err
        assert culprit in err
        if spoil in IN_ONE_LINE:
            assert len(err.splitlines()) == 1


def _folder_for_a_file(book):
    executed = book.root / "_build" / "executed" / "02_second.ipynb"
    executed.unlink()
    executed.mkdir()
    return str(executed), "move it away"


def _file_for_a_folder(book):
    kept = book.root / "artifacts"
    shutil.rmtree(kept)
    kept.write_text("")
    return f"{kept} is a file where a folder should be", "move it away"


def _file_for_the_build_folder(book):
    shutil.rmtree(book.root / "_build")
    (book.root / "_build").write_text("")
    return str(book.root / "_build"), "move it away"


def _full_disk(book):
    told = "OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), '/kept/x')"
    book.notebook("02_second", f"import errno, os\nraise {told}")
    return "02_second.ipynb, cell 2: OSError", "'/kept/x'", "make room"


@pytest.mark.parametrize(
    "spoil", [_folder_for_a_file, _file_for_a_folder, _file_for_the_build_folder, _full_disk]
)
def test_a_fault_of_the_machine_is_one_line_with_the_path_and_what_to_do(book, spoil):
    told = spoil(book)
    code, _, err = book.build()
    assert code == 1
    assert err.startswith("make book failed: ")
    assert len(err.splitlines()) == 1
    assert all(part in err for part in told)


@pytest.mark.parametrize("text", ["[]", "null", '{"key": 1, "seconds": null}', "{"])
def test_records_of_a_build_that_are_not_what_they_were_are_made_again(book, text):
    before = book.results()
    record = book.root / "_build" / "executed" / "02_second.json"
    facts = json.loads(record.read_text("utf-8"))
    (book.root / "_build" / "site.json").write_text(text)
    record.write_text(json.dumps(facts | {"seconds": None}) if "seconds" in text else text)
    code, out, err = book.build()
    assert code == 0, err
    assert "02_second: running" in out
    assert book.results() == before


def test_a_folder_in_the_place_of_a_record_is_replaced(book):
    for record in (
        book.root / "_build" / "site.json",
        book.root / "_build/executed/90_ledger.json",
    ):
        record.unlink()
        (record / "folder").mkdir(parents=True)
    before = book.results()
    code, _, err = book.build()
    assert (code, err) == (0, "")
    assert book.results() == before
    assert "nothing changed" in book.build()[1]


def test_what_a_cell_says_aside_is_for_who_builds_and_not_in_the_page(book):
    book.notebook("02_second", "import sys\nprint('aside', file=sys.stderr)\nprint('said')")
    code, _, err = book.build()
    assert (code, err) == (0, "02_second: aside\n")
    page = (book.site / "book" / "02_second.html").read_text("utf-8")
    output = page.partition("cell_output")[2]
    assert "said" in output
    assert "aside" not in output


POOL = """import time
from pathlib import Path
from jpegnet.kept.parallel import each
Path("started").touch()
each(time.sleep, [60, 60], "sleeping")"""


@pytest.mark.parametrize(
    "code", ["import time\nfrom pathlib import Path\nPath('started').touch()\ntime.sleep(60)", POOL]
)
def test_ctrl_c_is_one_line_and_leaves_no_process(book, code):
    book.notebook("02_second", code)
    process = book.start()
    started = book.root / "book" / "started"
    while not started.exists() and process.poll() is None:
        time.sleep(0.05)
    time.sleep(3)  # the pool's processes begin
    os.killpg(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert err == "make book was interrupted; what was finished is kept\n"
    while _with_folder(book.root):  # the kernel's own processes end when it does
        time.sleep(0.1)


def _with_folder(root: Path) -> list[str]:
    """The processes whose working folder is below a folder (none where there is no /proc)."""
    found = []
    for link in Path("/proc").glob("[0-9]*/cwd"):
        try:
            if link.readlink().is_relative_to(root):
                found.append(link.parent.name)
        except OSError:
            continue  # it has ended, or is another user's
    return found


def test_two_builds_at_once_wait_for_each_other(whole, tmp_path):
    book = Book(tmp_path / "book")
    processes = [book.start() for _ in range(2)]
    told = [process.communicate(timeout=300) for process in processes]
    assert [process.returncode for process in processes] == [0, 0], told
    waited, worked = sorted((out for out, _ in told), key=lambda out: "waiting for it" not in out)
    assert "waiting for it" in waited and "nothing changed" in waited
    assert worked.count("running") == 3
    assert book.results() == whole.results()


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
        book.root / "_build" / "pages" / "_build",
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
