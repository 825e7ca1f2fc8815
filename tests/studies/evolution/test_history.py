"""Worlds generation by generation."""

import numpy as np
import pytest

from jpegnet.studies.evolution import history
from jpegnet.studies.evolution.genes import Genes
from jpegnet.studies.evolution.history import Day, Story, evolved
from jpegnet.studies.evolution.rules import SECTORS, Rules
from jpegnet.studies.evolution.world import COUNTS, Worlds

STORY = Story(
    Genes("direct", 3),
    (Day(Rules(), 200, 100), Day(Rules(fruit=25, lifespan=100, waiting=1), 400, 100)),
)


def test_a_row_a_world_and_generation_and_all_is_counted(kept):
    found = evolved(STORY, (3, 9))
    table, end = found["history.csv"], found["end.safetensors"]
    assert table["step"].tolist() == np.repeat(range(100, 700, 100), 2).tolist()
    assert table["day"].tolist() == [1] * 4 + [2] * 8
    assert (table["world"].unique() == [3, 9]).all() and int(end["now"]) == 600
    days = table.groupby("day")[list(COUNTS)].sum()
    assert days.loc[1, ["deaths_age", "fruit", "born", "lost"]].eq(0).all()
    assert days.loc[2].gt(0).all()
    assert table["mean_speed"].between(0.1, 0.9).all() and table["roamed"].between(0, 1).all()


def test_whoever_turns_to_fruit_and_from_mines_is_told_so():
    worlds = Worlds((1,), Genes("direct", 2), Rules(robots=2))
    first, bias, second, last = worlds.brains.layers
    for layer in (first, bias, second, last):
        layer[:] = 0
    left = np.arange(SECTORS) >= SECTORS // 2  # a unit for each side
    first[0, :SECTORS, 0], first[1, :SECTORS, 0] = left, ~left
    first[0, SECTORS : 2 * SECTORS, 1], first[1, SECTORS : 2 * SECTORS, 1] = left, ~left
    second[1, :, 0], second[1, :, 1] = (-1, 1), (1, -1)
    found = history.measured(worlds)
    turn = np.tanh(history.NEAR) / 2  # one of two robots does so
    assert found["away_red"] == pytest.approx(turn) and found["to_green"] == pytest.approx(turn)
    assert found["base_speed"] == pytest.approx(0.5)


def test_robots_that_are_alike_have_no_diversity():
    worlds = Worlds((1, 2), Genes("direct", 2), Rules())
    assert history.measured(worlds)["diversity"] == pytest.approx(1, abs=0.1)
    worlds.genes[:] = worlds.genes[0]
    assert history.measured(worlds)["diversity"] == pytest.approx(0, abs=1e-6)
