"""Worlds: robots on a square plane, all worlds of a study at once in arrays.

A step: each robot looks; its network tells speed and turn, and it moves. Who touched a mine, or has
come to the end of its lifespan, disappears, and its place is taken by the child that has waited
longest or, if there is none, by a robot of random genes. Whoever touched fruit has its whole
lifespan before it again, and a child waits: a copy of its genes with a random variation. New fruit
grows elsewhere. Nothing else is rewarded.
"""

from collections.abc import Sequence

import numpy as np
import torch

from jpegnet.studies.evolution import chance, senses
from jpegnet.studies.evolution.brains import Brains
from jpegnet.studies.evolution.genes import Genes
from jpegnet.studies.evolution.rules import Rules

COUNTS = ("deaths_mine", "deaths_age", "fruit", "born", "lost")
_STATE = (
    *("seeds", "x", "y", "heading", "left", "eaten", "age", "things"),
    *("genes", "queue", "first", "waiting"),
)
_ROUND = 2 * np.pi


class Worlds:
    """Some worlds, each told by its seed alone, whichever others are beside it.

    Arrays of ``worlds`` × ``robots``: ``x``, ``y`` (0 to 1), ``heading`` (radians), ``left`` (steps
    of the lifespan that are left), ``eaten`` (fruit), ``age`` (steps). ``things`` (2, worlds, mines
    + fruit): where they lie. ``genes`` (worlds × robots, genes). ``counts``: of each of `COUNTS`,
    how many a world has had; ``travelled`` (worlds,): the sum of all speeds, as shares of the
    greatest. With ``founders``, (worlds, genes), robots of chance have a world's founder's genes.
    """

    def __init__(
        self,
        seeds: Sequence[int],
        genes: Genes,
        rules: Rules,
        dtype=np.float32,
        founders: np.ndarray | None = None,
    ):
        self.seeds = np.asarray(seeds, np.uint32)
        self.kind, self.dtype, self.now, self.robots = genes, dtype, 0, rules.robots
        self.founders = founders
        shape = worlds, robots = len(self.seeds), rules.robots
        self.x, self.y, self.heading = (np.empty(shape, dtype) for _ in range(3))
        self.left, self.eaten, self.age = (np.zeros(shape, np.int64) for _ in range(3))
        self.genes = np.empty((worlds * robots, genes.count), dtype)
        self.brains = Brains(worlds * robots, genes, dtype)
        self.queue = np.zeros((worlds, rules.waiting, genes.count), dtype)
        self.first, self.waiting = (np.zeros(worlds, np.int64) for _ in range(2))
        self.counts = {name: np.zeros(worlds, np.int64) for name in COUNTS}
        self.travelled = np.zeros(worlds)
        self.rules, self.moment = rules, chance.words(self.seeds, self.now)
        everyone = np.arange(worlds * robots)
        self._place(everyone, self._random(everyone))
        self.begin(rules)

    def begin(self, rules: Rules) -> None:
        """A new day: other rules, mines and fruit laid out, lifespans begun somewhere."""
        self.rules = rules
        every, axes = self.moment[:, None], np.arange(2)[:, None, None]
        mines = chance.uniform(every, chance.MINE, np.arange(rules.mines), axes)
        fruit = chance.uniform(every, chance.FRUIT, np.arange(rules.fruit), axes)
        self.things = np.concatenate([mines, fruit], 2).astype(self.dtype)  # (2, worlds, both)
        share = chance.uniform(every, chance.AGE, np.arange(self.robots))
        self.left[:] = np.ceil(share * rules.lifespan)

    def step(self) -> None:
        """Let a step pass in each world; see the module's text."""
        rules = self.rules
        view, robot, thing, far = senses.look(self)
        near = far < rules.touch
        robot, thing = robot[near], thing[near]
        at_mine = thing % self.things.shape[2] < rules.mines
        ended = np.zeros(self.x.size, bool)
        ended[robot[at_mine]] = True
        struck = np.flatnonzero(ended)
        eating = ~(at_mine | ended[robot])
        fruit, which = np.unique(thing[eating], return_index=True)
        eaters = robot[eating][which]  # of several at one fruit the first in number
        self._move(self.brains.decide(view))
        self.now += 1
        self.moment = chance.words(self.seeds, self.now)
        self.age += 1
        if rules.lifespan:
            self.left -= 1
        if fruit.size:
            self._eat(eaters, fruit)
        aged = np.flatnonzero((self.left.ravel() == 0) & ~ended) if rules.lifespan else struck[:0]
        if struck.size or aged.size:
            self._die(struck, aged)

    def state(self) -> dict[str, torch.Tensor]:
        """All that worlds go on from, but the kind of genes and the rules; see the class."""
        found = {name: torch.from_numpy(getattr(self, name).copy()) for name in _STATE}
        return found | {"now": torch.tensor(self.now)}

    def _move(self, decided: np.ndarray) -> None:
        """Turn and go, by ``decided`` (2, robots of all worlds); a wall holds up who meets it."""
        rules, (speed, turn) = self.rules, decided.reshape(2, *self.x.shape)
        heading = self.heading + self.dtype(rules.top_turn) * turn
        self.heading = heading - self.dtype(_ROUND) * np.rint(heading / self.dtype(_ROUND))
        far = self.dtype(rules.top_speed) * speed
        self.x += far * np.cos(self.heading)
        self.y += far * np.sin(self.heading)
        np.clip(self.x, 0, 1, out=self.x)
        np.clip(self.y, 0, 1, out=self.y)
        self.travelled += speed.sum(1)

    def _eat(self, eaters: np.ndarray, fruit: np.ndarray) -> None:
        """Robots ``eaters`` touched fruit, each one of its own, in ascending order of fruit."""
        rules, total = self.rules, self.things.shape[2]
        world, number = np.divmod(fruit, total)
        self.eaten.ravel()[eaters] += 1
        self.left.ravel()[eaters] = rules.lifespan
        self._count("fruit", world)
        number -= rules.mines
        asked = chance.words(self.moment[world], chance.FRUIT, number)
        self.things[:, world, rules.mines + number] = chance.uniform(asked, np.arange(2)[:, None])
        parents = eaters if rules.fair else self._anyone(world, chance.PARENT, number)
        rank = _rank(world)
        there = self.waiting[world] + rank < rules.waiting
        self._count("lost", world[~there])
        world, rank, parents, number = (a[there] for a in (world, rank, parents, number))
        asked = chance.words(self.moment[world], chance.VARIED, number)[:, None]
        changes = chance.normal(asked, np.arange(self.genes.shape[1]))
        child = self.genes[parents] + (rules.variation * changes).astype(self.dtype)
        at = (self.first[world] + self.waiting[world] + rank) % rules.waiting
        self.queue[world, at] = child
        np.add.at(self.waiting, world, 1)

    def _die(self, struck: np.ndarray, aged: np.ndarray) -> None:
        """Robots disappear, in ascending order; others take their places."""
        self._count("deaths_mine", struck // self.robots)
        self._count("deaths_age", aged // self.robots)
        gone = np.sort(np.concatenate([struck, aged]))
        if not self.rules.fair:  # who would have gone goes on elsewhere, and anyone goes
            self._place(gone, self.genes[gone])
            gone = np.unique(self._anyone(gone // self.robots, chance.VICTIM, gone % self.robots))
        world = gone // self.robots
        rank = _rank(world)
        child = rank < self.waiting[world]
        theirs = world[child]
        at = (self.first[theirs] + rank[child]) % self.rules.waiting
        genes = np.empty((len(gone), self.genes.shape[1]), self.dtype)
        genes[child], genes[~child] = self.queue[theirs, at], self._random(gone[~child])
        np.add.at(self.first, theirs, 1)
        np.add.at(self.waiting, theirs, -1)
        self._count("born", theirs)
        self._place(gone, genes)

    def _place(self, robots: np.ndarray, genes: np.ndarray) -> None:
        """Robots of these genes appear somewhere."""
        world, number = np.divmod(robots, self.robots)
        asked = chance.words(self.moment[world], chance.PLACE, number)
        x, y, heading = chance.uniform(asked, np.arange(3)[:, None])
        self.x.ravel()[robots], self.y.ravel()[robots] = x, y
        self.heading.ravel()[robots] = _ROUND * (heading - 0.5)
        self.left.ravel()[robots] = self.rules.lifespan
        self.eaten.ravel()[robots] = self.age.ravel()[robots] = 0
        self.genes[robots] = genes
        self.brains.set(robots, genes)

    def _random(self, robots: np.ndarray) -> np.ndarray:
        """Genes of chance for each of these robots, (robots, genes)."""
        world, number = np.divmod(robots, self.robots)
        if self.founders is not None:
            return self.founders[world].astype(self.dtype)
        asked = chance.words(self.moment[world], chance.GENE, number)[:, None]
        return chance.normal(asked, np.arange(self.genes.shape[1])).astype(self.dtype)

    def _anyone(self, world: np.ndarray, why: int, number: np.ndarray) -> np.ndarray:
        """A robot of chance of each world."""
        chosen = chance.uniform(self.moment[world], why, number) * self.robots
        return world * self.robots + chosen.astype(np.int64)

    def _count(self, name: str, world: np.ndarray) -> None:
        self.counts[name] += np.bincount(world, minlength=len(self.seeds))


def going_on(state: dict[str, torch.Tensor], genes: Genes, rules: Rules, dtype) -> Worlds:
    """Worlds that go on from a `Worlds.state`, by the same rules."""
    worlds = Worlds(state["seeds"].numpy(), genes, rules, dtype)
    for name in _STATE:
        array = state[name].numpy().copy()
        setattr(worlds, name, array.astype(dtype) if array.dtype.kind == "f" else array)
    worlds.now = int(state["now"])
    worlds.moment = chance.words(worlds.seeds, worlds.now)
    worlds.brains.set(np.arange(worlds.x.size), worlds.genes)
    return worlds


def _rank(groups: np.ndarray) -> np.ndarray:
    """For each of ascending numbers, how many before it are the same."""
    return np.arange(len(groups)) - np.searchsorted(groups, groups)
