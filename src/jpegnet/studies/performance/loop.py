"""A world of robots as one writes it first: a loop over robots, and in it one over things."""

import math

import numpy as np

from jpegnet.studies.evolution import chance
from jpegnet.studies.evolution.rules import INPUTS, SECTORS
from jpegnet.studies.evolution.world import Worlds


class Loop:
    """The first of some worlds, goes on from where it stands, robot by robot.

    What is counted in `Worlds.counts` is not counted here.
    """

    def __init__(self, worlds: Worlds):
        self.rules, self.kind, self.now = worlds.rules, worlds.kind, worlds.now
        self.seed = worlds.seeds[:1]
        self.x, self.y, self.heading = (
            array[0].tolist() for array in (worlds.x, worlds.y, worlds.heading)
        )
        self.left = worlds.left[0].tolist()
        self.things = worlds.things[:, 0].T.tolist()  # pairs, mines first
        self.genes = list(worlds.genes[: worlds.robots].copy())
        first, count = int(worlds.first[0]), int(worlds.waiting[0])
        places = (np.arange(count) + first) % worlds.rules.waiting
        self.queue = list(worlds.queue[0, places])  # copies

    def step(self) -> None:
        """Let a step pass."""
        rules, eaters, struck = self.rules, {}, set()
        for robot in range(rules.robots):
            view, touched = self._look(robot)
            if any(thing < rules.mines for thing in touched):
                struck.add(robot)
            else:
                for thing in touched:
                    eaters.setdefault(thing, robot)
            self._move(robot, self._decide(robot, view))
        self.now += 1
        self.moment = chance.words(self.seed, self.now)
        self.left = [left - bool(rules.lifespan) for left in self.left]
        for thing in sorted(eaters):
            self._eat(eaters[thing], thing)
        for robot in range(rules.robots):
            if robot in struck or (rules.lifespan and self.left[robot] == 0):
                self._replace(robot)

    def _look(self, robot: int) -> tuple[list[float], list[int]]:
        """What a robot sees, 24 numbers, and which things it touches."""
        rules, view, touched = self.rules, [0.0] * INPUTS, []
        x, y, heading = self.x[robot], self.y[robot], self.heading[robot]
        for thing, (across, up) in enumerate(self.things):
            dx, dy = across - x, up - y
            far = math.hypot(dx, dy)
            if far >= rules.sight:
                continue
            if far < rules.touch:
                touched.append(thing)
            ahead, aside = math.cos(heading), math.sin(heading)
            angle = math.atan2(dy * ahead - dx * aside, dx * ahead + dy * aside)
            sector = math.floor((angle + rules.half_view) / (2 * rules.half_view) * SECTORS)
            if 0 <= sector < SECTORS:
                place = (thing >= rules.mines) * SECTORS + sector
                view[place] = max(view[place], 1 - far / rules.sight)
        for sector in range(SECTORS):
            angle = heading + ((sector + 0.5) / SECTORS * 2 - 1) * rules.half_view
            rooms = [
                ((1 - place) / step if step > 0 else -place / step)
                for place, step in ((x, math.cos(angle)), (y, math.sin(angle)))
            ]
            view[2 * SECTORS + sector] = max(0.0, 1 - min(rooms) / rules.sight)
        return view, touched

    def _decide(self, robot: int, view: list[float]) -> tuple[float, float]:
        first, bias, second, last = self.kind.split(self.kind.made(self.genes[robot]))
        hidden = [
            max(0.0, sum(w * v for w, v in zip(row, view, strict=True)) + b)
            for row, b in zip(first.tolist(), bias.tolist(), strict=True)
        ]
        speed, turn = (
            math.tanh(sum(w * h for w, h in zip(row, hidden, strict=True)) + b)
            for row, b in zip(second.tolist(), last.tolist(), strict=True)
        )
        return (1 + speed) / 2, turn

    def _move(self, robot: int, decided: tuple[float, float]) -> None:
        speed, turn = decided
        heading = self.heading[robot] + self.rules.top_turn * turn
        self.heading[robot] = heading - 2 * math.pi * round(heading / (2 * math.pi))
        far = self.rules.top_speed * speed
        x = self.x[robot] + far * math.cos(self.heading[robot])
        y = self.y[robot] + far * math.sin(self.heading[robot])
        self.x[robot], self.y[robot] = min(1.0, max(0.0, x)), min(1.0, max(0.0, y))

    def _eat(self, robot: int, thing: int) -> None:
        number = thing - self.rules.mines
        asked = chance.words(self.moment, chance.FRUIT, number)
        self.things[thing] = chance.uniform(asked, np.arange(2)).tolist()
        self.left[robot] = self.rules.lifespan
        if len(self.queue) < self.rules.waiting:
            asked = chance.words(self.moment, chance.VARIED, number)
            changes = chance.normal(asked, np.arange(len(self.genes[robot])))
            self.queue.append(self.genes[robot] + self.rules.variation * changes)

    def _replace(self, robot: int) -> None:
        if self.queue:
            self.genes[robot] = self.queue.pop(0)
        else:
            asked = chance.words(self.moment, chance.GENE, robot)
            self.genes[robot] = chance.normal(asked, np.arange(len(self.genes[robot])))
        asked = chance.words(self.moment, chance.PLACE, robot)
        self.x[robot], self.y[robot], heading = chance.uniform(asked, np.arange(3)).tolist()
        self.heading[robot] = 2 * math.pi * (heading - 0.5)
        self.left[robot] = self.rules.lifespan
