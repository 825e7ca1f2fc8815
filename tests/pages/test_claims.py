"""The ledger: what claims.toml may say, what a run records, and what stops the build."""

import ast
import json

import pytest

from jpegnet.kept import paths
from jpegnet.kept.estimates import Estimate
from jpegnet.pages import claims, notebooks, results

pytestmark = pytest.mark.usefixtures("kept")

ASSUMPTIONS = {"A1": "The split is fixed.", "A2": "Seeds differ."}
OURS = {
    "id": "ours",
    "statement": "The network is small & quick.",
    "source": "this report",
    "assumptions": ["A1"],
    "quantity": "bytes of the network",
    "unit": "bytes",
    "low": 100,
    "high": 200.5,
    "notebook": "01_measure",
}
ARTICLE = OURS | {"id": "article", "source": "the article", "assumptions": ["A2", "A1"]}
COLUMNS = ["id", "statement", "source", "assumptions"]
COLUMNS += ["value", "ci_low", "ci_high", "low", "high", "verdict"]
CODE = "from jpegnet.pages import claims\n\nclaims.record('ours', 1)"


def without(name: str) -> dict:
    return {k: v for k, v in OURS.items() if k != name}


def toml(*entries: dict, assumptions: dict = ASSUMPTIONS) -> str:
    """claims.toml with these claims; JSON's strings, numbers and lists are TOML's too."""
    blocks = [("[assumption]", assumptions), *(("[[claim]]", entry) for entry in entries)]
    return "\n".join(
        line
        for head, values in blocks
        for line in (head, *(f"{name} = {json.dumps(value)}" for name, value in values.items()))
    )


@pytest.fixture
def book(tmp_path, monkeypatch):
    """A book of one notebook, with two claims that it measures."""
    folder = tmp_path / "book"
    folder.mkdir()
    monkeypatch.setattr(paths, "BOOK", folder)
    (folder / "claims.toml").write_text(toml(OURS, ARTICLE), "utf-8")
    write_notebook(CODE)
    return folder


def write_notebook(code: str, outputs: tuple = ()) -> None:
    cell = {"cell_type": "code", "source": code, "metadata": {}, "outputs": list(outputs)}
    path = paths.BOOK / "01_measure.ipynb"
    path.write_text(json.dumps({"cells": [cell], "nbformat": 4, "nbformat_minor": 5}), "utf-8")


def test_claims_are_read_in_the_order_of_the_file(book):
    assert claims.assumptions() == ASSUMPTIONS
    assert list(claims.claims()) == ["ours", "article"]
    assert claims.claims()["ours"] == claims.Claim(**OURS)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (without("low"), r"claim ours: .*'low'"),
        (without("id"), r"claim without an id: .*'id'"),
        (OURS | {"lwo": 3}, r"claim ours: .*'lwo'"),
        (OURS | {"assumptions": ["A1", "A9", "A8"]}, r"claim ours: .*\['A8', 'A9'\]"),
        (OURS | {"low": 201}, r"claim ours: the band 201 to 200\.5 is empty"),
        (ARTICLE, r"claim article stands twice"),
        (OURS | {"low": "little"}, r"claim ours: "),
    ],
    ids=["missing", "no id", "unknown", "assumptions", "band", "twice", "words"],
)
def test_an_entry_that_is_wrong_is_named(book, wrong, message):
    (book / "claims.toml").write_text(toml(ARTICLE, wrong), "utf-8")
    with pytest.raises(claims.ClaimError, match=message):
        claims.claims()


def test_a_band_may_be_one_number(book):
    (book / "claims.toml").write_text(toml(OURS | {"low": 7, "high": 7}), "utf-8")
    assert claims.verdict(claims.claims()["ours"], 7) == "holds"


@pytest.mark.parametrize(
    "content",
    [b"[[claim]\n", b"[assumption]\nA1 = '\xff'\n", b"[assumption]\nA1 = 'one'\n", b"claim = []\n"],
    ids=["no TOML", "no UTF-8", "no claims", "no assumptions"],
)
def test_a_file_that_is_wrong_is_named(book, content):
    (book / "claims.toml").write_bytes(content)
    with pytest.raises(claims.ClaimError, match=r"book/claims\.toml"):
        claims.claims()


def test_a_file_that_is_missing_is_named(book):
    (book / "claims.toml").unlink()
    with pytest.raises(claims.ClaimError, match=r"book/claims\.toml"):
        claims.claims()


@pytest.mark.parametrize(
    ("value", "verdict"),
    [
        (None, "not measured"),
        (99.99, "does not hold"),
        (100, "holds"),
        (150.0, "holds"),
        (200.5, "holds"),
        (200.51, "does not hold"),
        (0, "does not hold"),
        (float("nan"), "does not hold"),
    ],
)
def test_the_verdict_includes_the_bounds(value, verdict):
    assert claims.verdict(claims.Claim(**OURS), value) == verdict


def test_an_unknown_claim_is_not_recorded(book, shown):
    with pytest.raises(claims.ClaimError, match="'theirs'"):
        claims.record("theirs", Estimate(1, 0, 2))
    assert not results.results_dir().exists()
    assert shown == []


def test_what_is_recorded_stands_in_the_ledger(book, shown):
    claims.record("ours", Estimate(150.0, 140.0, 160.0))
    rows = claims.ledger()
    assert [list(row) for row in rows] == [COLUMNS, COLUMNS]
    told = {name: OURS[name] for name in ("id", "statement", "source", "assumptions")}
    band = {"low": 100, "high": 200.5}
    measured = {"value": 150.0, "ci_low": 140.0, "ci_high": 160.0}
    assert rows[0] == told | measured | band | {"verdict": "holds"}
    assert rows[1] == told | {
        "id": "article",
        "source": "the article",
        "assumptions": ["A2", "A1"],
        "value": None,
        "ci_low": None,
        "ci_high": None,
        **band,
        "verdict": "not measured",
    }


def test_what_is_recorded_is_shown_beside_the_claim_and_marked(book, shown):
    claims.record("ours", Estimate(99.0, 98.126, 99.5))
    ((data, metadata),) = shown
    assert data["text/plain"] == (
        "Claim ours, “The network is small & quick.” (this report). Measured: bytes of the "
        "network: 99 [98, 100] bytes; band 100 to 200.5: does not hold."
    )
    assert "small &amp; quick" in data["text/html"]
    assert metadata["jpegnet"].keys() == {"claims/ours.json"}
    assert (results.results_dir() / "claims" / "ours.json").is_file()


def test_a_later_record_replaces_the_earlier(book, shown):
    claims.record("ours", Estimate(150.0, 140.0, 160.0))
    claims.record("ours", Estimate(1.0, 0.0, 2.0))
    assert [claims.ledger()[0][name] for name in ("value", "verdict")] == [1.0, "does not hold"]


def test_what_an_older_notebook_recorded_counts_as_not_measured(book, shown):
    claims.record("ours", Estimate(150.0, 140.0, 160.0))
    write_notebook(f"{CODE}  # edited")
    row = claims.ledger()[0]
    assert [row[name] for name in COLUMNS[4:7]] == [None, None, None]
    assert row["verdict"] == "not measured"
    write_notebook(CODE, outputs=({"output_type": "stream", "name": "stdout", "text": "1"},))
    assert claims.ledger()[0]["verdict"] == "holds"


def test_what_was_recorded_under_other_bands_counts_as_not_measured(book, shown):
    claims.record("ours", Estimate(150.0, 140.0, 160.0))
    (book / "claims.toml").write_text(toml(OURS | {"high": 149}), "utf-8")
    assert claims.ledger()[0]["verdict"] == "not measured"


def test_what_a_notebook_that_is_gone_recorded_counts_as_not_measured(book, shown):
    claims.record("ours", Estimate(150.0, 140.0, 160.0))
    (book / "01_measure.ipynb").unlink()
    assert claims.ledger()[0]["verdict"] == "not measured"


def test_the_profiles_have_their_own_ledgers(book, shown, monkeypatch):
    claims.record("ours", Estimate(150.0, 140.0, 160.0))
    monkeypatch.setenv("JPEGNET_PROFILE", "smoke")
    assert claims.ledger()[0]["verdict"] == "not measured"


def test_the_ledger_is_shown_with_units_and_verdicts(book, shown):
    claims.record("ours", Estimate(150.0, 140.0, 160.0))
    assert claims.shown(claims.ledger()).to_dict("records") == [
        {
            "claim": "The network is small & quick. (this report; A1)",
            "band": "bytes of the network: 100 to 200.5 bytes",
            "measured": "150 [140, 160] bytes",
            "verdict": "holds",
        },
        {
            "claim": "The network is small & quick. (the article; A2, A1)",
            "band": "bytes of the network: 100 to 200.5 bytes",
            "measured": "–",
            "verdict": "not measured",
        },
    ]


def test_the_ledger_tells_an_interval_that_reaches_beyond_the_band(book, shown):
    claims.record("ours", Estimate(150.0, 90.0, 160.0))
    said = claims.shown(claims.ledger())["verdict"][0]
    assert said == "holds; its interval reaches beyond the band"
    claims.record("ours", Estimate(150.0, float("nan"), float("nan")))  # of a single network
    assert claims.shown(claims.ledger())["verdict"][0] == "holds"


@pytest.mark.parametrize("profile", ["report", "full"])
def test_a_claim_of_ours_that_leaves_its_band_stops_the_build(book, shown, monkeypatch, profile):
    monkeypatch.setenv("JPEGNET_PROFILE", profile)
    claims.record("ours", Estimate(99.5, 99.0, 100.0))
    with pytest.raises(claims.ClaimError) as error:
        claims.enforce(claims.ledger())
    assert str(error.value) == "claim ours does not hold: 99.5 against 100 to 200.5"


def test_a_claim_of_ours_that_no_run_measured_stops_the_build(book):
    with pytest.raises(claims.ClaimError) as error:
        claims.enforce(claims.ledger())
    assert str(error.value) == "claim ours not measured: None against 100 to 200.5"


def test_every_claim_of_ours_that_is_broken_is_named(book):
    second = OURS | {"id": "second", "low": 1, "high": 2}
    (book / "claims.toml").write_text(toml(OURS, second), "utf-8")
    with pytest.raises(claims.ClaimError, match=r"claim ours .* claim second .* 1 to 2"):
        claims.enforce(claims.ledger())


def test_a_claim_of_the_article_never_stops_the_build(book, shown):
    claims.record("ours", Estimate(150.0, 140.0, 160.0))
    claims.enforce(claims.ledger())
    claims.record("article", Estimate(1.0, 0.0, 2.0))
    rows = claims.ledger()
    assert rows[1]["verdict"] == "does not hold"
    claims.enforce(rows)


def test_the_smoke_profile_enforces_nothing(book, shown, monkeypatch):
    monkeypatch.setenv("JPEGNET_PROFILE", "smoke")
    claims.enforce(claims.ledger())
    claims.record("ours", Estimate(1.0, 0.0, 2.0))
    rows = claims.ledger()
    assert [row["verdict"] for row in rows] == ["does not hold", "not measured"]
    claims.enforce(rows)


def recorded(name: str) -> list[str]:
    """The ids that a notebook of the book records, each written out in its `claims.record`."""
    code = (notebooks.source(c) for c in notebooks.cells(name) if c["cell_type"] == "code")
    calls = (node for cell in code for node in ast.walk(ast.parse(cell)))
    return [
        ast.literal_eval(node.args[0])
        for node in calls
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "claims.record"
    ]


def test_the_book_has_claims_of_the_article_and_of_its_own():
    sources = [claim.source for claim in claims.claims().values()]
    assert sources.count("the article") >= 5
    assert sources.count(claims.OURS) >= 1
    assert set(claims.assumptions()) == {
        name for claim in claims.claims().values() for name in claim.assumptions
    }


@pytest.mark.parametrize("claim", claims.claims().values(), ids=lambda claim: claim.id)
def test_a_claim_is_recorded_by_its_notebook_alone(claim):
    at = [name for name in notebooks.names() for found in recorded(name) if found == claim.id]
    planned = claim.notebook not in notebooks.names()
    assert at == ([] if planned else [claim.notebook])
    # A page still to come may owe the article a verdict; what we claim ourselves is measured.
    assert not (planned and claim.source == claims.OURS)


@pytest.mark.parametrize("name", notebooks.names())
def test_what_a_notebook_records_is_claimed(name):
    assert set(recorded(name)) - claims.claims().keys() == set()
