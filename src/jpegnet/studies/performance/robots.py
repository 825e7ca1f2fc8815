"""How fast worlds of robots go on, beside a loop over robots."""

from collections.abc import Callable
from functools import partial

from jpegnet.studies.evolution.acts import FRUIT, MINES
from jpegnet.studies.evolution.genes import Genes
from jpegnet.studies.evolution.rules import Rules
from jpegnet.studies.evolution.world import Worlds
from jpegnet.studies.performance.clock import fastest
from jpegnet.studies.performance.loop import Loop

GENES = Genes("direct", 8)
TOGETHER = 40  # worlds in one batch of arrays
AGED = 1_000  # steps before the clock starts, so that births and deaths are as usual


def steps_per_second(steps: int, rounds: int) -> dict[str, float]:
    """Steps of a world a second, on one core: ``day one``, ``day two``, ``both``, and ``loop``.

    A step of a batch counts once for each of its worlds. ``both`` is so many steps of either day;
    the loop goes on with a world of the second day, for a hundredth of the steps.
    """
    few = max(1, steps // 100)
    seconds = fastest(
        {
            "day one": partial(_steps, _aged(MINES).step, steps),
            "day two": partial(_steps, _aged(FRUIT).step, steps),
            "loop": partial(_steps, Loop(_aged(FRUIT, (0,))).step, few),
        },
        rounds,
    )
    speeds = {name: TOGETHER * steps / seconds[name] for name in ("day one", "day two")}
    both = 2 / sum(1 / speed for speed in speeds.values())
    return speeds | {"both": both, "loop": few / seconds["loop"]}


def _aged(rules: Rules, seeds: tuple[int, ...] = tuple(range(TOGETHER))) -> Worlds:
    worlds = Worlds(seeds, GENES, rules)
    for _ in range(AGED):
        worlds.step()
    return worlds


def _steps(step: Callable[[], None], count: int) -> None:
    for _ in range(count):
        step()
