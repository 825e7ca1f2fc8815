"""What holds in a world: lengths in sides of the plane, times in steps, angles in radians."""

import math
from dataclasses import dataclass

COLOURS = ("red", "green", "wall")
SECTORS = 8
INPUTS = len(COLOURS) * SECTORS  # red from right to left, then green, then walls
OUTPUTS = 2  # speed, turn


@dataclass(frozen=True)
class Rules:
    """A day's rules.

    ``mines`` and ``fruit``: how many of each the plane bears; ``lifespan``: for how many steps a
    robot lives without fruit, 0 for ever; ``variation``: standard deviation of what a copy's gene
    differs by; ``fair``: whether mines and age take those whom they meet, and whoever eats has the
    child; if not, as many of chance.
    """

    mines: int = 25
    fruit: int = 0
    lifespan: int = 0
    variation: float = 0.2
    fair: bool = True
    robots: int = 50
    waiting: int = 10  # children for whom there is no place yet; who comes later is lost
    sight: float = 0.25  # how far a robot sees
    half_view: float = math.radians(108)  # to either side
    touch: float = 0.0125
    top_speed: float = 0.01  # a step
    top_turn: float = 0.3  # a step
