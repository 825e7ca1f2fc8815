"""Weights as genes, or coefficients: at equal births, for brains of several sizes."""

import numpy as np
import pandas as pd

from jpegnet.kept.chapters.evolution import Evolution, Inherited
from jpegnet.kept.estimates import mean_ci
from jpegnet.kept.parallel import each
from jpegnet.studies.evolution import acts
from jpegnet.studies.evolution.genes import Genes
from jpegnet.studies.evolution.history import Day, Story

SENSES = 0.2  # of the greatest turn: from here on a world is in the second act
SMOOTH = 3  # generations of which fruit is the mean
KEYS = ["kind", "hidden", "coefficients", "weights"]


def story(settings: Evolution, genes: Genes) -> Story:
    """The second day alone."""
    return Story(genes, (Day(acts.FRUIT, settings.race, settings.generation),))


def compared(settings: Evolution) -> pd.DataFrame:
    """Histories of worlds that begin with the second day, see `evolved`; more columns.

    ``kind`` and ``hidden``: of the genes; ``coefficients``: how many genes there are, ``weights``
    of the network; ``births``: robots that appeared since the beginning, of parents or of chance;
    ``rate``: fruit in a thousand steps of a robot, the mean of the last `SMOOTH` generations.
    """
    kinds = [acts.genes(inherited) for inherited in settings.compared]
    longest = sorted(kinds, key=lambda kind: -kind.weights)  # first, so that no core waits for it
    work = [(story(settings, kind), acts.seeds(settings)) for kind in longest]
    found = dict(zip(longest, each(acts.history, work, "genes"), strict=True))
    tables = []
    for kind in kinds:
        table = found[kind]
        worlds = table.groupby("world")
        births = worlds["deaths_mine"].cumsum() + worlds["deaths_age"].cumsum()
        fruit = worlds["fruit"].rolling(SMOOTH, min_periods=1).mean().droplevel(0)
        rate = 1000 * fruit / (settings.generation * table["population"])
        named = {"kind": kind.kind, "hidden": kind.hidden, "coefficients": kind.count}
        tables.append(table.assign(**named, weights=kind.weights, births=births, rate=rate))
    return pd.concat(tables, ignore_index=True)


def at_equal_births(histories: pd.DataFrame) -> tuple[int, pd.DataFrame]:
    """Fruit of worlds of all genes after equally many births: as many as all of them saw.

    Returns:
        The births; and a row a kind of genes and world: `KEYS`, world, ``rate`` at these births,
        ``last``, the same at the end; ``senses`` (the smaller one of ``to_green`` and
        ``away_red``) at these births; ``births`` and ``steps`` until they were above `SENSES`,
        missing where they never were.
    """
    groups = histories.groupby([*KEYS, "world"], sort=False)
    births = int(groups["births"].max().min())
    rows = [
        dict(zip([*KEYS, "world"], key, strict=True)) | _at(part, births) for key, part in groups
    ]
    return births, pd.DataFrame(rows)


def _at(history: pd.DataFrame, births: int) -> dict[str, float]:
    senses = np.minimum(history["to_green"], history["away_red"])
    there = history[senses > SENSES].head(1)
    return {
        "rate": np.interp(births, history["births"], history["rate"]),
        "last": history["rate"].iloc[-1],
        "senses": np.interp(births, history["births"], senses),
        "births": there["births"].squeeze() if len(there) else np.nan,
        "steps": there["step"].squeeze() if len(there) else np.nan,
    }


def summary(found: pd.DataFrame) -> pd.DataFrame:
    """Means over worlds, a row a kind of genes; see `at_equal_births`.

    `KEYS`; ``rate`` with its 95 % interval, ``low`` and ``high``; ``last``, ``senses``; in how many
    worlds these came above `SENSES`, ``reached``, and after how many ``births`` and ``steps``.
    """
    groups = found.groupby(KEYS, sort=False)
    table = groups[["last", "senses", "births", "steps"]].mean()
    table.insert(2, "reached", groups["births"].count())
    estimates = groups["rate"].apply(lambda values: mean_ci(values.to_list()))
    for at, name in enumerate(("value", "ci_low", "ci_high")):
        column = ("rate", "low", "high")[at]
        table.insert(at, column, [getattr(estimate, name) for estimate in estimates])
    return table.reset_index()


def rates(found: pd.DataFrame, inherited: Inherited) -> pd.Series:
    """Fruit at equal births of worlds of such genes, by world; see `at_equal_births`."""
    genes = acts.genes(inherited)
    which = found["kind"].eq(genes.kind) & found["hidden"].eq(genes.hidden)
    return found[which & found["coefficients"].eq(genes.count)].set_index("world")["rate"]
