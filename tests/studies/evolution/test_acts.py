"""The story in four acts, and genes of several kinds at equal births."""

import numpy as np
import pandas as pd
import pytest
import torch

from jpegnet.kept.chapters.evolution import Inherited
from jpegnet.kept.settings import PROFILES
from jpegnet.picture import file
from jpegnet.studies.evolution import acts, compared, fittest
from jpegnet.studies.evolution.genes import Genes

SETTINGS = PROFILES["smoke"].evolution


def test_measures_are_of_the_moments_that_they_name():
    steps = np.arange(100, 700, 100)
    mines = [40, 10, 20, 80, 60, 20]  # two generations of the first day, four of the second
    turns = np.linspace(0, 0.5, 6)
    history = pd.DataFrame(
        {
            "rules": acts.TOLD,
            "world": 0,
            "day": [1, 1, 2, 2, 3, 3],
            "step": steps,
            "population": 50,
            "deaths_mine": mines,
            "fruit": 100,
            "to_green": turns,
            "away_red": turns / 2,
            "base_speed": 0.9,
        }
    )
    found = acts.measures(history, SETTINGS).iloc[0]
    assert found.contacts == 25 and found.early == pytest.approx(80 / 5)
    assert found.late == pytest.approx(20 / 5) and found.fruit == pytest.approx(100 / 5)
    assert found.to_green == 0.5 and found.away_red == 0.25

    two = pd.concat([history, history.assign(world=1)])
    other = two.assign(rules=acts.UNSELECTED, deaths_mine=two.deaths_mine / 2)
    verdicts = acts.verdicts(acts.measures(pd.concat([two, other]), SETTINGS))
    values = {name: estimate.value for name, estimate in verdicts.items()}
    assert values == pytest.approx({"contacts": 25, "senses": 25, "rush": 200, "caution": 25})


def test_genes_are_compared_at_births_that_all_of_them_saw():
    step = np.arange(100, 600, 100)
    fast, slow = np.arange(10, 60, 10), np.arange(5, 30, 5)
    rows = []
    for kind, births, rate in (("direct", fast, fast / 10), ("mirrored", slow, slow)):
        senses = {"to_green": [0, 0.1, 0.3, 0.4, 0.5], "away_red": [0, 0.1, 0.1, 0.3, 0.3]}
        genes = {"kind": kind, "hidden": 8, "coefficients": 16, "weights": 218}
        told = {"step": step, "births": births, "rate": rate, **senses}
        rows += [pd.DataFrame({"world": world, **genes, **told}) for world in range(2)]
    births, found = compared.at_equal_births(pd.concat(rows))
    assert births == 25
    means = compared.summary(found).set_index("kind")
    assert means.rate.to_dict() == pytest.approx({"direct": 2.5, "mirrored": 25})
    assert means.births.to_dict() == {"direct": 40, "mirrored": 20}
    assert means.steps.eq(400).all() and means.reached.eq(2).all()
    rates = compared.rates(found, Inherited("mirrored", 8, 16))
    assert rates.to_dict() == pytest.approx({0: 25, 1: 25})


def test_the_fittest_ate_most_of_those_that_are_old_enough():
    age, eaten = [[300, 10, 400], [20, 10, 0]], [[3, 5, 8], [1, 1, 0]]
    end = {"age": torch.tensor(age), "eaten": torch.tensor(eaten)}
    end["genes"] = torch.arange(6.0)[:, None]
    assert fittest.fittest(end, robots=3, lifespan=250).ravel().tolist() == [2, 4]


def test_a_robot_s_network_is_a_jpeg_and_its_genes_make_it_again(kept):
    direct = Genes("direct", 4)
    values = np.random.default_rng(0).normal(size=direct.count)
    network = fittest.network(direct, values)
    np.testing.assert_allclose(fittest.genes_of(network), values, atol=1e-6)

    inherited = SETTINGS.pictured[1]
    story, seeds = compared.story(SETTINGS, acts.genes(inherited)), acts.seeds(SETTINGS)
    pictures = fittest.pictures(fittest.networks(story, seeds), 95)
    assert file.decode(pictures[0]).architecture == acts.genes(inherited).architecture

    tried = fittest.tried(story, seeds, (5, 95), 60)["tried.csv"]
    assert tried.groupby("quality").size().to_dict() == {0: 2, 5: 2, 95: 2}
    sizes = tried.groupby("quality")["bytes"].mean()
    assert sizes[5] < sizes[95] < sizes[0] and (tried.fruit >= 0).all()
