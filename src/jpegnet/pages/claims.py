"""The ledger of claims: what is claimed, in which band it must fall, and what a run measured."""

import html
import json
import tomllib
from dataclasses import asdict, dataclass

import pandas as pd

from jpegnet.kept import paths, settings
from jpegnet.kept.estimates import Estimate
from jpegnet.pages import notebooks, results

OURS = "this report"
HOLDS, FAILS, UNMEASURED = "holds", "does not hold", "not measured"


class ClaimError(Exception):
    """claims.toml is wrong, or a claim of this report is not borne out."""


@dataclass(frozen=True)
class Claim:
    """A sentence, who says it, what it rests on, and the band that its number must fall in."""

    id: str
    statement: str
    source: str
    assumptions: list[str]
    quantity: str
    unit: str
    low: float
    high: float
    notebook: str


def _tables() -> dict:
    try:
        tables = tomllib.loads((paths.BOOK / "claims.toml").read_text("utf-8"))
        return {"assumption": dict(tables["assumption"]), "claim": list(tables["claim"])}
    except (OSError, ValueError, KeyError, TypeError) as error:  # ValueError: no TOML, or no UTF-8
        told = f"{type(error).__name__}: {error}"
        raise ClaimError(f"book/claims.toml cannot be read ({told})") from error


def assumptions() -> dict[str, str]:
    """Assumption ids and texts, in the order of the file."""
    return _tables()["assumption"]


def claims() -> dict[str, Claim]:
    """The claims by id, in the order of the file.

    Raises:
        ClaimError: the file cannot be read, or an entry is incomplete, names an unknown
            assumption, has an empty band, or stands twice; the message names it.
    """
    known, found = assumptions(), {}
    for entry in _tables()["claim"]:
        name = entry.get("id", "without an id") if isinstance(entry, dict) else repr(entry)
        where = f"book/claims.toml, claim {name}"
        if not isinstance(entry, dict):
            raise ClaimError(f"{where} is no table: each begins with a line [[claim]]")
        try:
            claim = Claim(**entry)
            empty = not claim.low <= claim.high + 0  # + 0: a band of words is a TypeError too
            unknown = set(claim.assumptions) - known.keys()
            stands_twice = claim.id in found
        except TypeError as error:
            raise ClaimError(f"{where}: {error}") from error
        if unknown:
            raise ClaimError(f"{where}: unknown assumptions {sorted(unknown)}")
        if empty:
            raise ClaimError(f"{where}: the band {claim.low} to {claim.high} is empty")
        if stands_twice:
            raise ClaimError(f"{where} stands twice")
        found[name] = claim
    return found


def verdict(claim: Claim, value: float | None) -> str:
    """Whether a measured value falls in the claim's band (bounds included)."""
    if value is None:
        return UNMEASURED
    return HOLDS if claim.low <= value <= claim.high else FAILS


def record(claim_id: str, measured: Estimate) -> None:
    """Record what this run measured for a claim, and show it beside the claim.

    Raises:
        ClaimError: there is no such claim.
    """
    known = claims()
    if claim_id not in known:
        raise ClaimError(f"no claim {claim_id!r} in book/claims.toml; add it there first")
    claim = known[claim_id]
    name = f"claims/{claim_id}.json"
    # The key tells later whether the notebook is still the one that measured this.
    results.keep(name, asdict(measured) | {"key": notebooks.key(claim.notebook)})
    told = verdict(claim, measured.value)
    line = f"{claim.quantity}: {_said(measured, claim)}; band {claim.low:,g} to {claim.high:,g}"
    text = f"Claim {claim_id}, “{claim.statement}” ({claim.source}). Measured: {line}: {told}."
    results.show_html(f'<p class="claim">{html.escape(text)}</p>', text, name)


def _said(measured: Estimate, claim: Claim) -> str:
    """Mean, interval and unit; nobody counts hundredths of a byte."""
    return f"{measured:{',.0f' if claim.unit == 'bytes' else 'z.2f'}} {claim.unit}"


def _measured(claim: Claim) -> dict:
    path = results.results_dir() / "claims" / f"{claim.id}.json"
    if path.exists() and claim.notebook in notebooks.names():
        found = json.loads(path.read_text("utf-8"))
        if found.pop("key") == notebooks.key(claim.notebook):
            return found
    return {"value": None, "ci_low": None, "ci_high": None}


def ledger() -> list[dict]:
    """Every claim with what was measured: the rows of ``claims.json``.

    What an older state of a notebook recorded counts as not measured.
    """
    rows = []
    for claim in claims().values():
        measured = _measured(claim)
        rows.append(
            {
                **{k: getattr(claim, k) for k in ("id", "statement", "source", "assumptions")},
                **measured,
                "low": claim.low,
                "high": claim.high,
                "verdict": verdict(claim, measured["value"]),
            }
        )
    return rows


def shown(rows: list[dict]) -> pd.DataFrame:
    """The ledger as a table for the page, verdicts first.

    A claim holds if the mean is within its band; the verdict says so if the interval is not.
    """
    known = claims()
    lines = []
    for row in rows:
        claim = known[row["id"]]
        measured, said = "–", row["verdict"]
        if row["value"] is not None:
            value = Estimate(row["value"], row["ci_low"], row["ci_high"])
            measured = _said(value, claim)
            if said == HOLDS and (value.ci_low < claim.low or value.ci_high > claim.high):
                said += "; its interval reaches beyond the band"
        lines.append(
            {
                "verdict": said,
                "claim": f"{claim.statement} ({claim.source}; {', '.join(claim.assumptions)})",
                "band": f"{claim.quantity}: {claim.low:,g} to {claim.high:,g} {claim.unit}",
                "measured": measured,
            }
        )
    return pd.DataFrame(lines)


def enforce(rows: list[dict]) -> None:
    """Stop the build for claims of this report that do not hold or were not measured.

    The smoke profile enforces nothing: its networks are hardly trained.

    Raises:
        ClaimError: it names each such claim, its value and its band.
    """
    if not settings.current().enforce:
        return
    broken = [
        f"claim {row['id']} {row['verdict']}: {row['value']} against {row['low']} to {row['high']}"
        for row in rows
        if row["source"] == OURS and row["verdict"] != HOLDS
    ]
    if broken:
        raise ClaimError("; ".join(broken))
