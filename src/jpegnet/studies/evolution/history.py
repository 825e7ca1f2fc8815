"""Worlds as they go on, and what becomes of their robots, generation by generation."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from jpegnet.kept.artifacts import stage
from jpegnet.studies.evolution.genes import Genes
from jpegnet.studies.evolution.rules import INPUTS, SECTORS, Rules
from jpegnet.studies.evolution.world import COUNTS, Worlds

NEAR = 0.5  # of the sight: where something is put before a robot
ROAM = 100  # steps


@dataclass(frozen=True)
class Day:
    """So many ``steps`` by these rules, in generations of ``every`` steps."""

    rules: Rules
    steps: int
    every: int


@dataclass(frozen=True)
class Story:
    """Days one after the other, of robots with such genes; one by the same rules goes on."""

    genes: Genes
    days: tuple[Day, ...]


@stage
def evolved(story: Story, worlds: tuple[int, ...]) -> dict:
    """Let worlds of these seeds go through all days.

    Returns:
        ``history.csv``, a row a world and generation: world, day, step (its last), population,
        mean_speed (of the greatest), deaths_mine, deaths_age, fruit, born (children that took a
        place), lost (children that found no room to wait; all five counted in this generation),
        roamed (how far from where they were `ROAM` steps ago, in sides, in the mean), then see
        `measured`. ``before1.safetensors`` and so on, before each day, and ``end.safetensors``: see
        `Worlds.state`.
    """
    running = Worlds(worlds, story.genes, story.days[0].rules)
    every, states = [], {}
    for number, day in enumerate(story.days, 1):
        if day.rules != running.rules:
            running.begin(day.rules)
        states[f"before{number}.safetensors"] = running.state()
        generations = range(day.steps // day.every)
        every += [_generation(running, day.every).assign(day=number) for _ in generations]
    return {"history.csv": pd.concat(every), **states, "end.safetensors": running.state()}


def _generation(worlds: Worlds, steps: int) -> pd.DataFrame:
    before = {name: count.copy() for name, count in worlds.counts.items()}
    travelled = worlds.travelled.copy()
    for step in range(steps):
        if step == steps - min(ROAM, steps):
            places = worlds.x.copy(), worlds.y.copy()
        worlds.step()
    row = {"world": worlds.seeds.astype(int), "step": worlds.now, "population": worlds.robots}
    row["mean_speed"] = (worlds.travelled - travelled) / (steps * worlds.robots)
    row |= {name: worlds.counts[name] - before[name] for name in COUNTS}
    stayed = worlds.age >= ROAM
    far = np.hypot(worlds.x - places[0], worlds.y - places[1])
    row["roamed"] = (far * stayed).sum(1) / np.maximum(stayed.sum(1), 1)
    return pd.DataFrame(row | measured(worlds))


def measured(worlds: Worlds) -> dict[str, np.ndarray]:
    """What the robots of each world would do, and how they differ, as means over them.

    ``away_red`` and ``to_green``: by how much of the greatest turn they turn away from a mine, and
    towards fruit, that is put before them alone, halfway to the end of their sight; in the mean of
    all sectors, left and right; ``base_speed``: where they see nothing; ``diversity``: the standard
    deviation of a weight among them, as a share of the weights' root mean square.
    """
    shape = len(worlds.seeds), worlds.robots
    found = {}
    for colour, (name, towards) in enumerate((("away_red", -1), ("to_green", 1))):
        turn = np.zeros(worlds.x.size)
        for sector in range(SECTORS):
            view = np.zeros((worlds.x.size, INPUTS), worlds.dtype)
            view[:, colour * SECTORS + sector] = NEAR
            left = 1 if sector >= SECTORS // 2 else -1
            turn += left * towards * worlds.brains.decide(view)[1] / SECTORS
        found[name] = turn.reshape(shape).mean(1)
    nothing = np.zeros((worlds.x.size, INPUTS), worlds.dtype)
    found["base_speed"] = worlds.brains.decide(nothing)[0].reshape(shape).mean(1)
    weights = worlds.kind.made(worlds.genes).reshape(*shape, -1)
    spread = weights.var(1).mean(1) / np.square(weights).mean((1, 2))
    return found | {"diversity": np.sqrt(spread)}
