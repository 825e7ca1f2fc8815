"""How fast worlds of robots go on, beside a loop over robots."""

import time

from jpegnet.kept.compute import one_thread
from jpegnet.studies.evolution.acts import FRUIT, MINES
from jpegnet.studies.evolution.genes import Genes
from jpegnet.studies.evolution.rules import Rules
from jpegnet.studies.evolution.world import Worlds
from jpegnet.studies.performance.loop import Loop

GENES = Genes("direct", 8)
TOGETHER = 40  # worlds in one batch of arrays
AGED = 1_000  # steps before the clock starts, so that births and deaths are as usual


def steps_per_second(steps: int, rounds: int) -> dict[str, float]:
    """Steps of a world a second, on one core: ``day one``, ``day two``, ``both``, and ``loop``.

    A step of a batch counts once for each of its worlds. ``both`` is so many steps of either day;
    the loop goes on with a world of the second day, for a hundredth of the steps.
    """
    found = {"day one": MINES, "day two": FRUIT}
    with one_thread():
        seconds = {
            name: _fastest(_aged(rules).step, steps, rounds) for name, rules in found.items()
        }
        loop = _fastest(Loop(_aged(FRUIT, (0,))).step, max(1, steps // 100), rounds)
    speeds = {name: TOGETHER / taken for name, taken in seconds.items()}
    return speeds | {"both": 2 * TOGETHER / sum(seconds.values()), "loop": 1 / loop}


def _aged(rules: Rules, seeds: tuple[int, ...] = tuple(range(TOGETHER))) -> Worlds:
    worlds = Worlds(seeds, GENES, rules)
    for _ in range(AGED):
        worlds.step()
    return worlds


def _fastest(step, steps: int, rounds: int) -> float:
    """Least seconds a step over some rounds."""
    taken = []
    for _ in range(rounds):
        began = time.perf_counter()
        for _ in range(steps):
            step()
        taken.append((time.perf_counter() - began) / steps)
    return min(taken)
