"""The laws of the simulated world."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jpegnet.studies.evolution.genes import KINDS, Genes
from jpegnet.studies.evolution.rules import Rules
from jpegnet.studies.evolution.world import Worlds
from jpegnet.studies.performance.loop import Loop

GENES = Genes("direct", 3)
DAY = Rules(fruit=40, lifespan=60, touch=0.03)

rules = st.builds(
    Rules,
    mines=st.integers(0, 40),
    fruit=st.integers(0, 40),
    lifespan=st.sampled_from([0, 1, 30, 200]),
    variation=st.sampled_from([0.0, 0.3]),
    fair=st.booleans(),
    robots=st.integers(1, 30),
    waiting=st.integers(1, 5),
    touch=st.sampled_from([0.01, 0.05]),
)
seeds = st.lists(st.integers(0, 2**32 - 1), min_size=1, max_size=3, unique=True)


@given(seeds=seeds, rules=rules, steps=st.integers(1, 40))
@settings(max_examples=40, deadline=None)
def test_laws_hold_whatever_the_rules(seeds, rules, steps):
    worlds = Worlds(seeds, GENES, rules)
    for _ in range(steps):
        things, counts = worlds.things.copy(), {k: v.copy() for k, v in worlds.counts.items()}
        waited, left = worlds.waiting.copy(), worlds.left.copy()
        worlds.step()
        new = {name: worlds.counts[name] - counts[name] for name in counts}
        for place in (worlds.x, worlds.y, worlds.things):
            assert place.shape[-2] == len(seeds) and place.min(initial=0) >= 0
            assert place.max(initial=0) <= 1
        moved = (worlds.things != things).any(0)  # eaten fruit is gone, and grows elsewhere
        assert (moved.sum(1) == new["fruit"]).all() and not moved[:, : rules.mines].any()
        assert (worlds.waiting == waited + new["fruit"] - new["lost"] - new["born"]).all()
        assert ((worlds.waiting >= 0) & (worlds.waiting <= rules.waiting)).all()
        gone = new["deaths_mine"] + new["deaths_age"]
        assert (new["born"] == np.minimum(gone, waited + new["fruit"] - new["lost"])).all() or (
            not rules.fair  # where chance may name one robot twice
        )
        if rules.lifespan:
            assert ((worlds.left >= 1) & (worlds.left <= rules.lifespan)).all()
            renewed = (worlds.left != left - 1).sum(1)
            assert (renewed <= new["fruit"] + 2 * gone).all()
        else:
            assert not new["deaths_age"].any() and not worlds.left.any()


@pytest.mark.parametrize("kind", KINDS)
def test_a_copy_differs_from_its_parent_by_the_variation_only(kind):
    genes = Genes(kind, 4, 12 if kind != "direct" else 0)
    worlds, exact = (Worlds((1,), genes, replace(DAY, variation=v)) for v in (0.2, 0.0))
    before = exact.genes.copy()
    while not worlds.counts["fruit"]:  # until then both go the same way
        before = exact.genes.copy()
        worlds.step()
        exact.step()
    parent, child = exact.queue[0, 0], worlds.queue[0, 0]  # the first child's place
    assert (before == parent).all(1).any()
    apart = np.abs(child - parent)
    assert apart.min() > 0 and apart.max() < 5 * 0.2


def test_a_world_goes_the_same_way_alone_or_among_others():
    together, alone = Worlds((3, 4, 5), GENES, DAY), Worlds((4,), GENES, DAY)
    for _ in range(150):
        together.step()
        alone.step()
    assert (together.x[1] == alone.x[0]).all() and (together.left[1] == alone.left[0]).all()
    assert (together.genes[50:100] == alone.genes).all()
    assert all(together.counts[name][1] == alone.counts[name][0] for name in alone.counts)


@pytest.mark.parametrize("kind", ["direct", "mirrored"])
def test_worlds_go_the_way_of_a_loop_over_robots(kind):
    worlds = Worlds((7,), Genes(kind, 3), replace(DAY, robots=20), dtype=np.float64)
    loop = Loop(worlds)
    for _ in range(200):
        worlds.step()
        loop.step()
    assert worlds.counts["fruit"] > 20 and worlds.counts["deaths_mine"] > 20
    assert worlds.counts["deaths_age"] > 20 and worlds.counts["born"] > 20
    np.testing.assert_allclose(worlds.x[0], loop.x, atol=1e-9)
    np.testing.assert_allclose(worlds.y[0], loop.y, atol=1e-9)
    np.testing.assert_allclose(worlds.genes, loop.genes, atol=1e-9)
    assert worlds.left[0].tolist() == loop.left


def test_a_robot_that_touches_a_mine_disappears_and_fruit_is_eaten_once():
    rules = Rules(mines=1, fruit=1, lifespan=100, robots=4, waiting=2)
    worlds = Worlds((0,), GENES, rules)
    worlds.things[:, 0] = [[0.2, 0.8], [0.2, 0.8]]
    worlds.x[0] = worlds.y[0] = [0.2, 0.8, 0.8, 0.5]
    before = worlds.genes.copy()
    worlds.step()
    counts = {name: int(count[0]) for name, count in worlds.counts.items()}
    assert counts == {"deaths_mine": 1, "deaths_age": 0, "fruit": 1, "born": 1, "lost": 0}
    assert worlds.eaten[0].tolist() == [0, 1, 0, 0]
    # The child of the one that ate is where the one was that touched the mine.
    assert np.abs(worlds.genes[0] - before[1]).max() < 1.5 < np.abs(before[0] - before[1]).max()


def test_with_no_one_to_be_preferred_anyone_dies():
    rules = Rules(mines=1, robots=30, fair=False)
    worlds = Worlds(range(20), GENES, rules)
    worlds.things[:], worlds.x[:], worlds.y[:] = 0.5, 0.1, 0.1
    worlds.x[:, 0] = worlds.y[:, 0] = 0.5
    before = worlds.genes.reshape(20, 30, -1).copy()
    worlds.step()
    new = (worlds.genes.reshape(before.shape) != before).all(-1)
    assert (worlds.counts["deaths_mine"] == 1).all() and (new.sum(1) == 1).all()
    assert new[:, 0].mean() < 0.2 and (worlds.age[:, 0] == 0).all()  # it goes on elsewhere
