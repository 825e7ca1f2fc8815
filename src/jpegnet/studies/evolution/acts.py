"""The story as it is told, in four acts, and what remains of each where something is left out."""

import math
from dataclasses import replace

import pandas as pd

from jpegnet.kept.chapters.evolution import Evolution, Inherited
from jpegnet.kept.estimates import Estimate, mean_ci
from jpegnet.kept.parallel import each
from jpegnet.studies.evolution.genes import Genes
from jpegnet.studies.evolution.history import Day, Story, evolved
from jpegnet.studies.evolution.rules import Rules

MINES = Rules()
FRUIT = Rules(fruit=25, lifespan=250)
TOLD, UNSELECTED = "as it is told", "without selection"
LEFT_OUT = {
    TOLD: {},
    "without mines": {"mines": 0},
    "without variation": {"variation": 0.0},
    UNSELECTED: {"fair": False},
}
END = 0.1  # the share of the second day that is its end


def genes(inherited: Inherited) -> Genes:
    """Genes by a chapter's settings."""
    return Genes(inherited.kind, inherited.hidden, inherited.kept)


def seeds(settings: Evolution) -> tuple[int, ...]:
    """The worlds' seeds."""
    return tuple(range(settings.worlds))


def story(settings: Evolution, left_out: str = TOLD) -> Story:
    """Both days, the second in two parts, of which the first is its beginning."""
    changed = LEFT_OUT[left_out]
    second = settings.second if left_out == TOLD else settings.control
    mines, fruit = replace(MINES, **changed), replace(FRUIT, **changed)
    parts = (mines, settings.first), (fruit, settings.early), (fruit, second - settings.early)
    days = tuple(Day(rules, steps, settings.generation) for rules, steps in parts)
    return Story(genes(settings.genes), days)


def told(settings: Evolution) -> pd.DataFrame:
    """All worlds' histories, see `evolved`; ``rules``: one of `LEFT_OUT`."""
    work = [(story(settings, name), seeds(settings)) for name in LEFT_OUT]
    found = each(history, work, "worlds")
    named = zip(LEFT_OUT, found, strict=True)
    return pd.concat([table.assign(rules=name) for name, table in named], ignore_index=True)


def history(work: tuple[Story, tuple[int, ...]]) -> pd.DataFrame:
    """Of a story's worlds of these seeds."""
    return evolved(*work)["history.csv"]


def measures(history: pd.DataFrame, settings: Evolution) -> pd.DataFrame:
    """What tells each act, a row a world and rules (see `told`).

    ``contacts``: mines touched in the first day's last generation, in per cent of its first;
    ``early`` and ``late``: mines touched in a thousand steps of a robot, `Evolution.early` steps
    after the second day began, and at its end; there also ``to_green``, ``away_red``, ``speed``
    (where nothing is seen) and ``fruit`` (of a thousand steps).
    """
    groups = history.groupby(["rules", "world"], sort=False)
    rows = [{"rules": r, "world": w, **_measured(part, settings)} for (r, w), part in groups]
    return pd.DataFrame(rows)


def _measured(history: pd.DataFrame, settings: Evolution) -> dict[str, float]:
    one, two = history[history["day"].eq(1)], history[history["day"].gt(1)]
    late = two.iloc[-max(1, round(END * len(two))) :].mean(numeric_only=True)
    early = two.loc[two["step"].eq(settings.first + settings.early)].squeeze()
    thousand = 1000 / (settings.generation * late["population"])
    first, last = one["deaths_mine"].iloc[[0, -1]]
    return {
        "contacts": 100 * last / first if first else math.nan,
        "early": thousand * early["deaths_mine"],
        "late": thousand * late["deaths_mine"],
        "to_green": late["to_green"],
        "away_red": late["away_red"],
        "speed": late["base_speed"],
        "fruit": thousand * late["fruit"],
    }


def verdicts(found: pd.DataFrame) -> dict[str, Estimate]:
    """The four acts of the story as it is told, by `measures`; means over worlds.

    ``contacts``: see there, in %; ``senses``: the smaller one of ``to_green`` and ``away_red``, in
    % of the greatest turn; ``rush``: mines touched early in the second day, in % of those touched
    then in the same worlds without selection; ``caution``: those touched at its end, in % of the
    early ones.
    """
    here, chance = (
        found[found["rules"].eq(rules)].set_index("world") for rules in (TOLD, UNSELECTED)
    )
    senses = [mean_ci(100 * here[name]) for name in ("to_green", "away_red")]
    return {
        "contacts": mean_ci(here["contacts"]),
        "senses": min(senses, key=lambda estimate: estimate.value),
        "rush": mean_ci(100 * here["early"] / chance["early"]),
        "caution": mean_ci(100 * here["late"] / here["early"]),
    }
