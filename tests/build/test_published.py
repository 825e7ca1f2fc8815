"""Same as published? What is kept of a run, and what is said of another one beside it."""

import json

import pytest

from jpegnet.build import published
from jpegnet.build.chain import Execution
from jpegnet.build.published import PublishedError, Run
from jpegnet.kept import keys, paths
from jpegnet.kept.estimates import Estimate
from jpegnet.pages import results

CLAIMS = """[assumption]
A1 = "Given."
"""
for name, quantity in (("accuracy", "test accuracy of a | b"), ("bytes", "bytes of the *file*")):
    CLAIMS += f"""
[[claim]]
id = "{name}"
statement = "It is so."
source = "this report"
assumptions = ["A1"]
quantity = "{quantity}"
unit = "units"
low = 0
high = 1e9
notebook = "01_first"
"""
RUN = Run(
    {"accuracy": Estimate(98.0, 97.5, 98.5), "bytes": Estimate(1234.0, 1200.0, 1300.0)},
    {"claims.json": "c" * 64, "networks/one.jpg": "a" * 64, "sweep.csv": "b" * 64},
)


@pytest.fixture(autouse=True)
def book(kept, tmp_path, monkeypatch):
    """An empty book with two claims, under the report profile."""
    folder = tmp_path / "book"
    folder.mkdir()
    monkeypatch.setattr(paths, "BOOK", folder)
    (folder / "claims.toml").write_text(CLAIMS, "utf-8")
    return folder


def with_value(value: float) -> Run:
    """The run, but another value of its accuracy."""
    return Run(RUN.claims | {"accuracy": Estimate(value, 97.0, 99.0)}, RUN.files)


def rows(fragment: str) -> dict[str, list[str]]:
    """The table's cells by the claim's id."""
    lines = [line for line in fragment.splitlines() if line.startswith("| `")]
    cells = [[cell.strip() for cell in line[1:-1].split(" | ")] for line in lines]
    return {line[0].split("`")[1]: line for line in cells}


def test_what_is_written_is_read_and_an_equal_run_is_identical(book):
    assert published.write(RUN) == book / "published.json"
    assert published.read() == RUN
    line, fragment = published.comparison(RUN)
    assert line == "This run is identical to the published one; claims: 2 same; files: 3 same"
    assert fragment.startswith(f"{line}.\n")
    assert rows(fragment)["bytes"] == [
        r"`bytes`: bytes of the \*file\*, units",
        "1,234.00 [1,200.00, 1,300.00]",
        "1,234.00",
        "same",
    ]
    assert r"test accuracy of a \| b, units" in fragment
    assert "Files that differ" not in fragment


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (98.25, "differs by +0.25, within the interval"),
        (97.5, "differs by -0.5, within the interval"),
        (98.75, "differs by +0.75, outside the interval"),
        (98.000001, "differs by +1e-06, within the interval"),
    ],
)
def test_another_value_is_told_with_its_difference_and_the_published_interval(value, told):
    published.write(RUN)
    line, fragment = published.comparison(with_value(value))
    kind = told.partition(", ")[2]
    assert line.startswith("This run is not identical to the published one; ")
    assert f"claims: 1 same, 1 {kind}; files: 3 same" in line
    assert rows(fragment)["accuracy"][1:] == ["98.00 [97.50, 98.50]", f"{value:.2f}", told]
    assert rows(fragment)["bytes"][-1] == "same"


def test_claims_measured_in_one_of_the_two_runs_alone_are_told():
    published.write(RUN)
    line, fragment = published.comparison(Run({"new": Estimate(1.0, 1.0, 1.0)}, RUN.files))
    assert "claims: 1 only in this run, 2 only in the published one" in line
    assert rows(fragment)["new"][1:] == ["–", "1.00", "only in this run"]
    assert rows(fragment)["accuracy"][2:] == ["–", "only in the published one"]


def test_files_that_changed_or_are_in_one_of_the_two_runs_alone_are_named():
    published.write(RUN)
    here = {"claims.json": "c" * 64, "sweep.csv": "d" * 64, "networks/two.jpg": "a" * 64}
    line, fragment = published.comparison(Run(RUN.claims, here))
    told = "files: 1 same, 1 changed, 1 only in this run, 1 only in the published one"
    assert line == f"This run is not identical to the published one; claims: 2 same; {told}"
    assert (
        "Files that differ: `sweep.csv` (changed), `networks/one.jpg` (only in the published one), "
        "`networks/two.jpg` (only in this run).\n"
    ) in fragment


def test_of_many_files_that_differ_the_first_are_named():
    published.write(Run({}, {f"networks/{i:03}.jpg": "a" for i in range(100)}))
    line, fragment = published.comparison(
        Run({}, {f"networks/{i:03}.jpg": "b" for i in range(100)})
    )
    assert line.endswith("claims: none; files: 100 changed")
    assert "`networks/007.jpg` (changed), and 92 more." in fragment
    assert "`networks/008.jpg`" not in fragment


def test_before_anything_is_published_the_page_says_so():
    line, fragment = published.comparison(RUN)
    assert line == "Nothing has been published yet; `make publish` publishes this run"
    assert fragment == f"{line}.\n"


@pytest.mark.parametrize(
    "text",
    [
        *("", "{", "[]", "null", "{}", '{"claims": {}}', '{"claims": [], "files": {}}'),
        *('{"claims": {"a": 1}, "files": {}}', '{"claims": {"a": {"value": 1}}, "files": {}}'),
        '{"claims": {"a": {"value": "x|`\\n", "ci_low": 1, "ci_high": 1}}, "files": {}}',
        '{"claims": {"a": {"value": 1%s, "ci_low": 1, "ci_high": 1}}, "files": {}}' % ("0" * 400),
        "[" * 100_000,
        "<<<<<<< HEAD\n{}",
        b"\xff\xfe",
    ],
)
def test_a_damaged_file_is_told_in_one_line_with_what_to_do(book, text):
    (book / "published.json").write_bytes(text if isinstance(text, bytes) else text.encode())
    line, fragment = published.comparison(RUN)
    assert line.startswith("`book/published.json` cannot be read (`")
    assert "`git checkout -- book/published.json` restores it, `make publish` writes it" in line
    assert len(line.splitlines()) == 1 and line.count("`") == 8
    assert fragment == f"{line}.\n"
    published.write(RUN)
    assert published.read() == RUN


def test_a_folder_in_the_file_s_place_is_told(book):
    (book / "published.json").mkdir()
    assert "IsADirectoryError" in published.comparison(RUN)[0]


def test_odd_names_in_the_file_are_no_markup(book):
    odd = "a`{cite}`nobody`|\n\n# b"
    published.write(Run({odd: Estimate(1.0, 1.0, 1.0)}, {odd: "x"}))
    fragment = published.comparison(Run({}, {}))[1]
    assert "| `a {cite} nobody # b` | 1.00 [1.00, 1.00] | – | only in the" in fragment
    assert "Files that differ: `a {cite} nobody # b` (only" in fragment


@pytest.mark.parametrize("profile", ["smoke", "full"])
def test_another_profile_is_neither_compared_nor_published(book, monkeypatch, profile):
    published.write(RUN)
    before = (book / "published.json").read_bytes()
    monkeypatch.setenv("JPEGNET_PROFILE", profile)
    line, fragment = published.comparison(with_value(1.0))
    assert line == ""
    assert fragment == f"Only the `report` profile is compared; this is `{profile}`.\n"
    with pytest.raises(PublishedError, match=f"only a run of the report .* is of {profile}"):
        published.write(with_value(1.0))
    assert (book / "published.json").read_bytes() == before


def test_of_a_run_the_public_files_without_seconds_and_the_measured_claims_count():
    row = {"id": "accuracy", "statement": "…", "value": 98.0, "ci_low": 97.5, "ci_high": 98.5}
    unmeasured = {"id": "wait", "value": None, "ci_low": None, "ci_high": None}
    results.keep("public/claims.json", [row, unmeasured])
    for name, text in {
        "table.csv": "what,bytes\nseconds,1\n",
        "performance.csv": "what,floor_seconds\nsweep,1.5\n",
        "05/times.csv": "layer,milliseconds\n1,2\n",
        "networks/one.jpg": "seconds",
        "of another run.csv": "x\n",
    }.items():
        path = results.results_dir() / "public" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    handed_on = {
        f"public/{name}": keys.file_digest(results.results_dir() / "public" / name)
        for name in ("table.csv", "performance.csv", "05/times.csv", "networks/one.jpg")
    }
    first = Execution("", "", 1.0, handed_on | {"claims/accuracy.json": "0"})
    last = Execution("", "", 1.0, {"public/claims.json": "1"})
    run = published.this_run({"01": first, "90": last})
    assert run.claims == {"accuracy": Estimate(98.0, 97.5, 98.5)}
    assert list(run.files) == ["claims.json", "networks/one.jpg", "table.csv"]
    assert run.files["table.csv"] == handed_on["public/table.csv"]


def test_the_file_is_a_line_a_digest_and_ends_with_one(book):
    published.write(RUN)
    text = (book / "published.json").read_text("utf-8")
    assert text.endswith("}\n")
    assert f'\n  "sweep.csv": "{"b" * 64}"\n' in text
    assert json.loads(text)["claims"]["bytes"] == {
        "value": 1234.0,
        "ci_low": 1200.0,
        "ci_high": 1300.0,
    }
