"""Distortions measured on networks whose answers are known; mistakes that are really wrong."""

import pandas as pd
import pytest
import torch

from jpegnet.data.distorted import DISTORTIONS, distorted
from jpegnet.data.labelled import Labelled
from jpegnet.nets.evaluation import evaluator
from jpegnet.nets.mlp import Mlp
from jpegnet.nets.network import Network, fresh
from jpegnet.studies import robustness
from jpegnet.studies.robustness import Reader


def shifted(by: int, sure: float = 1.0) -> Network:
    """A network that sees ten pixels and reads the brightest one's place, plus ``by``."""
    weight = torch.zeros(10, 784)
    weight[(torch.arange(10) + by) % 10, torch.arange(10)] = sure
    return Network(Mlp((784, 10)), {"0.weight": weight, "0.bias": torch.zeros(10)})


@pytest.fixture
def dots() -> Labelled:
    """Twenty images of one bright pixel each, whose place is the label."""
    labels = torch.arange(20) % 10
    inputs = torch.zeros(20, 784, dtype=torch.uint8)
    inputs[torch.arange(20), labels] = 255
    return Labelled(inputs.reshape(20, 28, 28), labels)


def test_each_network_is_measured_on_each_distortion(kept, few):
    networks = [fresh(Mlp((784, 10)), torch.Generator().manual_seed(i)) for i in range(2)]
    readers = [Reader("linear", i, 100 + i, network) for i, network in enumerate(networks)]
    table = robustness.accuracies(readers, few.test)
    assert list(table) == ["network", "bytes", "seed", "distortion", "test_accuracy", "test_loss"]
    assert table["distortion"].to_list() == 2 * list(DISTORTIONS)
    for row in table.itertuples():
        expected = evaluator(distorted(few.test, row.distortion)).accuracy(networks[row.seed])
        assert row.test_accuracy == pytest.approx(expected)
        undistorted = evaluator(few.test).accuracy(networks[row.seed])
        assert row.test_loss == pytest.approx(undistorted - expected)


def test_another_networks_accuracies_are_not_taken_for_its_own(kept, dots):
    readers = [Reader("right", 0, 1, shifted(0)), Reader("wrong", 0, 1, shifted(1))]
    table = robustness.accuracies(readers, dots)
    first = table[table["distortion"] == robustness.UNDISTORTED]
    assert first["test_accuracy"].to_list() == [100, 0]


def test_means_stand_in_the_order_of_the_table():
    rows = [
        (network, size, seed, distortion, accuracy - seed, loss)
        for network, size in (("z", 10), ("a", 20))
        for seed in (0, 1)
        for distortion, accuracy, loss in (("y", 90.0, 0.0), ("b", 80.0, 10.0))
    ]
    columns = ["network", "bytes", "seed", "distortion", "test_accuracy", "test_loss"]
    found = robustness.means(pd.DataFrame(rows, columns=columns))
    assert list(zip(found["network"], found["distortion"], strict=True)) == [
        ("z", "y"),
        ("z", "b"),
        ("a", "y"),
        ("a", "b"),
    ]
    assert found["test_accuracy"].to_list() == [89.5, 79.5, 89.5, 79.5]
    assert (found["test_accuracy_low"] < found["test_accuracy"]).all()
    assert found["test_loss"].to_list() == [0, 10, 0, 10]


def test_who_reads_everything_makes_no_mistakes(dots):
    assert robustness.mistakes([shifted(0)], dots, 5).empty


def test_mistakes_are_wrong_and_the_surest_come_first(dots):
    inputs = dots.inputs.clone()
    inputs[::2] //= 2  # half as bright: half as sure
    found = robustness.mistakes([shifted(1, 3.0)], Labelled(inputs, dots.labels), 30)
    assert len(found) == 20
    assert found["label"].to_list() == dots.labels[found["index"].to_list()].tolist()
    assert (found["read"] == (found["label"] + 1) % 10).all()
    assert found["probability"].is_monotonic_decreasing
    assert (found["index"][:10] % 2 == 1).all()
    sure = torch.tensor([3.0] + 9 * [0.0]).softmax(0)[0].item()
    assert found["probability"].iloc[0] == pytest.approx(sure)


def test_what_more_networks_read_wrongly_comes_before_what_one_is_sure_of(dots):
    right_but_of_nine, wrong_of_three = shifted(0), shifted(0)
    right_but_of_nine.tensors["0.weight"][[9, 0], 9] = torch.tensor([0.0, 50.0])
    for network in (right_but_of_nine, wrong_of_three):
        network.tensors["0.weight"][[3, 4], 3] = torch.tensor([0.0, 0.5])
    found = robustness.mistakes([right_but_of_nine, wrong_of_three], dots, 3)
    assert found["label"].to_list() == [3, 3, 9]
    assert found["networks"].to_list() == [2, 2, 1]
    assert found["read"].to_list() == [4, 4, 0]


def test_what_is_read_is_a_wrong_digit_even_where_most_are_sure_of_the_label(dots):
    found = robustness.mistakes([shifted(0, 9.0), shifted(1, 3.0)], dots, 30)
    assert (found["networks"] == 1).all()
    assert (found["read"] == (found["label"] + 1) % 10).all()
