"""The cross-section: entries, their costs, the front, and a method of one's own."""

import inspect

import numpy as np
import pandas as pd
import pytest
import torch

from jpegnet.kept.settings import PROFILES
from jpegnet.methods import clipped
from jpegnet.methods.coarse import Coarse
from jpegnet.methods.grids import Signs, Steps
from jpegnet.methods.posttraining import RECOMMENDED, PostTraining
from jpegnet.methods.pruned import Pruned
from jpegnet.nets import mlp, train
from jpegnet.nets.binary import BinaryNetwork
from jpegnet.nets.lowrank import LowRank
from jpegnet.nets.mlp import Mlp
from jpegnet.nets.network import Network, fresh
from jpegnet.studies import binary, costs, cross_section

TINY = train.Recipe(epochs=1, learning_rate=3e-3, cosine=False)


def start(architecture, seed: int = 0):
    return fresh(architecture, torch.Generator().manual_seed(seed))


@pytest.mark.slow
def test_each_entry_of_a_kind_is_measured_from_its_bytes(kept, few):
    settings = PROFILES["smoke"].cross_section
    entries = list(cross_section.trained_anew(settings, TINY, few))
    entries += [e for e in cross_section.after_training(TINY) if e.label.endswith(("int8", "zstd"))]
    table = cross_section.measured([(entry, 0) for entry in entries], few)
    assert set(cross_section.PUBLIC_COLUMNS) <= set(table.columns)
    assert len(table) == len(entries)
    assert (table.bits_per_weight == 8 * table.bytes / 407_050).all()
    assert (table.resident_bytes > 0).all()
    assert table.test_accuracy.between(5, 100).all()


def test_settings_are_told_apart():
    few = train.Recipe(1, 1e-3, cosine=False)
    from jpegnet.data import mnist

    data = mnist.load()
    for profile in PROFILES.values():
        entries = [*cross_section.after_training(few)]
        entries += cross_section.trained_anew(profile.cross_section, few, data)
        labels = [(entry.kind, entry.label) for entry in entries]
        assert len(labels) == len(set(labels))
    assert len(labels) >= 25


def test_the_front_is_what_nothing_beats():
    table = pd.DataFrame({"bytes": [10, 20, 20, 30, 40], "test_accuracy": [90, 95, 94, 93, 97.0]})
    assert cross_section.front(table).tolist() == [True, True, False, False, True]
    shuffled = table.sample(frac=1, random_state=1)
    assert cross_section.front(shuffled).sort_index().tolist() == [True, True, False, False, True]


def test_operations_and_bytes_of_each_kind():
    dense = start(Mlp((784, 30, 10)))
    int8 = Coarse(Steps(255), "brotli", dense.architecture)
    data = int8.encode(dense)
    operations, held = costs.cost(int8, data, int8.decode(data))
    assert operations == 2 * (784 * 30 + 300)
    assert held == 784 * 30 + 300 + 2 * (30 + 10 + 30 + 10)  # steps and biases as float16

    low = start(LowRank(4, 30))
    method = Coarse(Steps(255), "plain", low.architecture)
    assert costs.cost(method, b"", low)[0] == 2 * (4 * 814 + 300)

    signs = start(BinaryNetwork(70))
    method = Coarse(Signs(False), architecture=signs.architecture)
    words = 70 * 13 + 10 * 2
    assert costs.cost(method, b"", signs) == (3 * words, 8 * words + 4 * 80)

    with pytest.raises(TypeError, match="what object costs"):
        costs.cost(object(), b"", dense)


def test_a_pruned_network_costs_what_is_left():
    from jpegnet.data import mnist

    dense = start(Mlp((784, 30, 10)))
    method = Pruned(0.1, mnist.load().train.first(10), 0, 8, dense.architecture)
    decoded = method.decode(method.encode(dense))
    left = sum(int(t.count_nonzero()) for t in decoded.tensors.values() if t.ndim > 1)
    operations, held = costs.cost(method, b"", decoded)
    assert operations == 2 * left
    assert held == 3 * left + 4 * (31 + 11 + 40 + 16)


def test_a_picture_costs_its_coefficients():
    from jpegnet.data import mnist

    dense = start(Mlp((784, 32, 10)))
    method = PostTraining(RECOMMENDED, mnist.load().train.first(500), 50)
    data = method.encode(dense)
    operations, held = costs.cost(method, data, method.decode(data))
    transform = 2 * 64 * 576  # of the image
    assert transform < operations < transform + dense.architecture.operations
    assert 0 < held < 4 * dense.parameters


def test_a_schoolbook_multiplier_is_counted():
    assert costs.operations_of_a_product() == 24 * 24 + 5 * 24 * 23 + 5 * 8


def test_angles_to_the_nearest_signs():
    weight = np.array([[1.0, 1, -1, 1], [1, 0, 0, 0]])
    assert costs.nearest_signs(weight) == pytest.approx([0, 60])
    table = binary.angles(np.random.default_rng(0).standard_normal((300, 784)))
    assert table.dimensions.iloc[-1] == 784
    assert table.trained.iloc[-1] == pytest.approx(np.degrees(np.arccos(np.sqrt(2 / np.pi))), abs=1)
    assert table.trained[:6].is_monotonic_increasing


def test_words_are_counted():
    assert binary.word_ratio(64) == 2 * (784 * 64 + 640) / (3 * (64 * 13 + 10))


def test_both_ways_are_timed():
    packed = binary.PackedNetwork(start(BinaryNetwork(16)))
    table = binary.timed(packed, Mlp((784, 16, 10)), torch.rand(5, 784), rounds=2)
    assert (table.seconds > 0).all()
    assert table.held["bits"] < table.held["float32"]


def test_the_example_of_a_method_of_ones_own_is_one():
    source = inspect.getsource(clipped.Clipped)
    code = [x for x in source.splitlines() if x.strip() and '"""' not in x]
    assert len(code) <= 24
    network = start(Mlp((784, 12, 10)))
    network = Network(network.architecture, dict(sorted(network.tensors.items())))
    method = clipped.Clipped((784, 12, 10))
    data = method.encode(network)
    assert len(data) == network.parameters
    decoded = method.decode(data)
    for before, after in zip(mlp.layers(network), mlp.layers(decoded), strict=True):
        for old, new in zip(before, after, strict=True):
            assert (new.abs() <= old.abs() * 1.001 + 1e-7).all()  # cut off, towards zero
            assert ((new - old).abs() <= 0.26 * old.abs() + 2e-5).all()
