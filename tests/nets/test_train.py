"""Training. The runs here are small: eight hidden units, one epoch."""

import math
from dataclasses import replace

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from jpegnet.data import mnist as data
from jpegnet.nets import mlp, train
from jpegnet.nets.mlp import Mlp

pytestmark = pytest.mark.usefixtures("kept")
TINY = train.Recipe(epochs=1, learning_rate=1e-2, cosine=True, architecture=Mlp((784, 8, 10)))


def test_a_constant_rate_is_constant():
    recipe = train.Recipe(epochs=2, learning_rate=1e-3, cosine=False)
    assert {recipe.rate(step, 100) for step in range(100)} == {1e-3}


def test_a_cosine_rate_warms_up_peaks_and_ends_near_zero():
    recipe = train.Recipe(epochs=1, learning_rate=2.0, cosine=True)
    # 100 steps: ten of warm-up, then (1 + cos(π (step - 10) / 90)).
    expected = {0: 0.2, 4: 1.0, 9: 2.0, 10: 2.0, 40: 1.5, 55: 1.0, 70: 0.5, 99: 6.0917e-4}
    for step, rate in expected.items():
        assert recipe.rate(step, 100) == pytest.approx(rate, rel=1e-4)


@given(st.integers(1, 5000))
def test_a_cosine_rate_rises_once_and_falls_once(steps):
    recipe = train.Recipe(epochs=1, learning_rate=1.0, cosine=True)
    rates = [recipe.rate(step, steps) for step in range(steps)]
    assert all(0 < rate <= 1 for rate in rates)
    top = rates.index(max(rates))
    assert rates[: top + 1] == sorted(rates[: top + 1])
    assert rates[top:] == sorted(rates[top:], reverse=True)
    assert top <= steps / 10
    assert rates[-1] <= (math.pi / (1.8 * steps)) ** 2  # sin²(π / (2 · 0.9 steps))


@pytest.fixture
def runs(kept):
    return train.train_runs(TINY, [3, 4], data.load())


def test_a_run_gives_the_promised_files_and_its_accuracy_is_that_of_its_logits(runs):
    run = runs[0]
    assert list(run) == [
        "network.safetensors",
        "curves.csv",
        "logits.safetensors",
        "result.json",
    ]
    state = run["network.safetensors"]
    assert mlp.from_tensors(state).architecture == TINY.architecture
    curves, result = run["curves.csv"], run["result.json"]
    assert list(curves) == ["epoch", "train_loss", "val_loss", "val_accuracy"]
    assert curves.epoch.tolist() == [1]
    assert curves.val_accuracy.tolist() == [result["val_accuracy"]]
    # log 10 is the loss of a network that knows nothing.
    assert 0 < curves.val_loss[0] < curves.train_loss[0] < math.log(10)
    logits = run["logits.safetensors"]["test"]
    test = data.load().test
    assert logits.shape == (10_000, 10)
    right = (logits.argmax(1) == test.labels).sum().item()
    assert result["test_accuracy"] == pytest.approx(right / 100)
    assert 80 < result["test_accuracy"] < 97
    hidden = torch.relu(test.x.flatten(1) @ state["0.weight"].T + state["0.bias"])
    dense = hidden @ state["2.weight"].T + state["2.bias"]
    assert torch.allclose(logits, dense, rtol=0, atol=1e-3)


def test_the_seed_determines_a_run(runs, monkeypatch, tmp_path):
    monkeypatch.setenv("JPEGNET_ARTIFACTS", str(tmp_path / "elsewhere"))
    again = train.train_runs(TINY, [3], data.load())[0]
    other = runs[1]
    for name, tensor in runs[0]["network.safetensors"].items():
        assert torch.equal(tensor, again["network.safetensors"][name])
        assert not torch.equal(tensor, other["network.safetensors"][name])
    assert again["result.json"] == runs[0]["result.json"]
    assert again["curves.csv"].equals(runs[0]["curves.csv"])


def test_a_run_by_itself_is_the_run_in_a_pool_whatever_the_number_of_threads(monkeypatch, tmp_path):
    # They have the same key, so they must have the same result.
    recipe = train.Recipe(epochs=1, learning_rate=1e-3, cosine=False, batch=5_500)
    pooled = train.train_runs(recipe, [0], data.load())[0]["network.safetensors"]
    monkeypatch.setenv("JPEGNET_ARTIFACTS", str(tmp_path / "elsewhere"))
    torch.set_num_threads(2)
    try:
        alone = train.train_run(recipe, 0, data.load())["network.safetensors"]
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(1)
    for name in pooled:
        assert torch.equal(pooled[name], alone[name])


def test_moved_images_are_another_training(few):
    tiny, moved = TINY, replace(TINY, shift=1)
    *_, (still, _) = train.fit(tiny, 0, few.train.first(640))
    *_, (other, _) = train.fit(moved, 0, few.train.first(640))
    assert not torch.equal(still.tensors["0.weight"], other.tensors["0.weight"])
