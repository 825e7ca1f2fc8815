"""Same as published? This run beside the one that the repository's author published.

``book/published.json`` holds that run: what it measured for each claim, and the SHA-256 of each
file that its notebooks made public. It is of the ``report`` profile, and only such runs are
compared with it. Tables that hold seconds are left out, for no two runs share them. A difference
is told and never fails a build: another processor, or another version, may be the reason.
"""

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from jpegnet.build import chain, expressions
from jpegnet.kept import artifacts, files, paths
from jpegnet.kept.estimates import Estimate
from jpegnet.pages import claims, results

NAME = "published.json"
PROFILE = "report"
SHOWN = 8  # names of files that differ; more would bury the rest of the page
# What a claim's value, or a file, is beside the published one.
SAME, WITHIN, OUTSIDE = "same", "within the interval", "outside the interval"
CHANGED, HERE, GONE = "changed", "only in this run", "only in the published one"


class PublishedError(Exception):
    """The published run cannot be read, or this one not be published; the message says why."""


@dataclass(frozen=True)
class Run:
    """What a run found, as far as another run can find the same.

    ``claims``: what was measured, by the claim's id; ``files``: SHA-256 by name below
    ``downloads/``.
    """

    claims: dict[str, Estimate]
    files: dict[str, str]


def _path() -> Path:
    return paths.BOOK / NAME


def _estimate(kept: dict) -> Estimate:
    return Estimate(*(float(kept[key]) for key in ("value", "ci_low", "ci_high")))


def _has_times(path: Path) -> bool:
    """Whether a table has a column of seconds (``seconds``, ``floor_seconds``, …)."""
    if path.suffix != ".csv":
        return False
    with path.open("rb") as file:
        return b"seconds" in file.readline()


def this_run(executions: dict[str, chain.Execution]) -> Run:
    """What the executed notebooks measured and made public."""
    folder = results.results_dir() / "public"
    marks = {name: digest for run in executions.values() for name, digest in run.files.items()}
    public = {
        name.removeprefix("public/"): digest
        for name, digest in sorted(marks.items())
        if name.startswith("public/")
    }
    ledger = folder / "claims.json"
    rows = json.loads(ledger.read_text("utf-8")) if ledger.name in public else []
    return Run(
        {row["id"]: _estimate(row) for row in rows if row["value"] is not None},
        {name: digest for name, digest in public.items() if not _has_times(folder / name)},
    )


def check_profile() -> None:
    """Refuse to publish a run with which nobody would be compared.

    Raises:
        PublishedError: the profile that runs is not ``report``.
    """
    if paths.profile() != PROFILE:
        raise PublishedError(
            f"only a run of the {PROFILE} profile is published, and this one is of "
            f"{paths.profile()}: unset JPEGNET_PROFILE"
        )


def write(run: Run) -> Path:
    """Publish a run: write the file anew; returns its path.

    Raises:
        PublishedError: see `check_profile`.
    """
    check_profile()
    kept = {name: asdict(found) for name, found in run.claims.items()}
    with files.replacing(_path()) as temporary:
        artifacts.write(temporary, {"claims": kept, "files": run.files})
    return _path()


def read() -> Run | None:
    """The published run, or None where none has been published.

    Raises:
        PublishedError: the file is not as `write` left it.
    """
    try:
        kept = json.loads(_path().read_text("utf-8"))
        found = {name: _estimate(claim) for name, claim in kept["claims"].items()}
        return Run(found, dict(kept["files"].items()))
    except FileNotFoundError:
        return None
    except Exception as error:  # whatever is wrong with it: that must not fail the build
        told = f"{type(error).__name__}: {error}"
        raise PublishedError(
            f"`book/{NAME}` cannot be read ({_code(told[:100])}): `git checkout -- book/{NAME}` "
            "restores it, `make publish` writes it anew"
        ) from error


def _of_claim(published: Estimate, here: Estimate) -> str:
    if here.value == published.value:
        return SAME
    return WITHIN if published.ci_low <= here.value <= published.ci_high else OUTSIDE


def _of_file(published: str, here: str) -> str:
    return SAME if published == here else CHANGED


def _compared(published: dict, here: dict, told: Callable[..., str]) -> dict[str, str]:
    """What is told of each that stands in both, and of others where they stand; by name."""
    found = {
        name: told(published[name], here[name]) if name in published else HERE for name in here
    }
    return found | {name: GONE for name in published if name not in here}


def _counts(compared: dict[str, str]) -> str:
    counts = Counter(compared.values())
    kinds = (SAME, WITHIN, OUTSIDE, CHANGED, HERE, GONE)
    return ", ".join(f"{counts[kind]} {kind}" for kind in kinds if counts[kind]) or "none"


def _code(text: str) -> str:
    """Text as code in Markdown, in one line; nothing in it is markup."""
    return f"`{' '.join(text.replace('`', ' ').replace('|', ' ').split()) or '?'}`"


def _row(name: str, published: Estimate | None, here: Estimate | None, told: str) -> list[str]:
    if told in (WITHIN, OUTSIDE):
        told = f"differs by {here.value - published.value:+.4g}, {told}"
    then = f"{published:,.2f}" if published else "–"
    return [name, then, f"{here.value:,.2f}" if here else "–", told]


def _claims_table(published: Run, run: Run, compared: dict[str, str]) -> list[str]:
    """A row a claim, in Markdown; named by its id and, where the claim is known, its quantity."""
    known = claims.claims() if run.claims else {}
    rows = [["claim", "published", "here", "compared"], ["---"] * 4]
    for name, told in compared.items():
        claim = known.get(name)
        what = expressions.as_text(f": {claim.quantity}, {claim.unit}") if claim else ""
        both = published.claims.get(name), run.claims.get(name)
        rows.append(_row(_code(name) + what, *both, told))
    return [f"| {' | '.join(row)} |" for row in rows] if compared else []


def _different_files(compared: dict[str, str]) -> list[str]:
    names = sorted(compared, key=lambda name: ("/" in name, name))  # tables before pictures
    differ = [f"{_code(name)} ({compared[name]})" for name in names if compared[name] != SAME]
    more = f", and {len(differ) - SHOWN} more" if len(differ) > SHOWN else ""
    return [f"Files that differ: {', '.join(differ[:SHOWN])}{more}.", ""] if differ else []


def comparison(run: Run) -> tuple[str, str]:
    """How a run compares with the published one: in a line, and as a fragment of a page.

    Both are Markdown. A run of another profile is not compared: its line is empty.
    """
    if paths.profile() != PROFILE:
        return "", f"Only the `{PROFILE}` profile is compared; this is `{paths.profile()}`.\n"
    try:
        published = read()
    except PublishedError as error:
        return str(error), f"{error}.\n"
    if published is None:
        line = "Nothing has been published yet; `make publish` publishes this run"
        return line, f"{line}.\n"
    values = _compared(published.claims, run.claims, _of_claim)
    digests = _compared(published.files, run.files, _of_file)
    same = {*values.values(), *digests.values()} <= {SAME}
    line = f"This run is {'identical' if same else 'not identical'} to the published one; "
    line += f"claims: {_counts(values)}; files: {_counts(digests)}"
    table = _claims_table(published, run, values)
    return line, "\n".join([f"{line}.", "", *_different_files(digests), *table, ""])
