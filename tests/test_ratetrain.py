"""Training through the codec: small networks, a part of the images, seconds."""

from dataclasses import replace

import pytest
import torch

from jpegnet import data, mlp, picture, ratetrain, train
from jpegnet.compress import RECOMMENDED, compress
from jpegnet.ratetrain import Recipe, codec_run, fit

SMALL = Recipe(widths=(784, 16, 10), price=3e-5, epochs=12, batch=128, passes=0)


@pytest.fixture(scope="module")
def part() -> data.Split:
    """A sixth of the training images."""
    split = data.load().train
    return data.Split(split.images[:9000], split.labels[:9000])


def accuracy(state: mlp.State) -> float:
    split = data.load().validation
    return 100 * (mlp.forward(state, split.x).argmax(1) == split.labels).double().mean().item()


def test_a_trained_file_beats_later_compression_of_its_float32_twin(part):
    """Smaller, at no loss of accuracy: it reads better than its twin does."""
    net, _ = fit(SMALL, 0, part)
    file = net.file()
    reached = accuracy(picture.decode(file))
    recipe = replace(train.REFERENCE, widths=SMALL.widths, epochs=SMALL.epochs)
    whole = data.load()
    twin, _ = train._fit(recipe, 0, data.Mnist(part, whole.validation, whole.test))
    assert accuracy(twin) > 90  # it was trained well
    assert reached >= accuracy(twin)
    sizes = {
        len(later): accuracy(picture.decode(later))
        for later in (compress(twin, quality, RECOMMENDED) for quality in (30, 50, 70, 80, 90, 97))
    }
    best = max(sizes.values())
    assert best > 90  # and compressed well
    lossless = min(size for size, read in sizes.items() if read >= best - 0.5)
    assert len(file) < lossless / 1.5
    assert all(read < reached - 2 for size, read in sizes.items() if size < 1.3 * len(file))


def test_a_dearer_bit_makes_a_smaller_file(part):
    cheap, dear = (fit(replace(SMALL, price=price, epochs=3), 0, part)[0] for price in (1e-5, 2e-4))
    assert len(dear.file()) < 0.8 * len(cheap.file())


def test_training_is_the_same_each_time_and_another_for_another_seed(part):
    quick = replace(SMALL, epochs=1)
    files = [fit(quick, seed, part)[0].file() for seed in (0, 0, 1)]
    assert files[0] == files[1] != files[2]


def test_a_file_reads_as_well_as_the_network_in_training(part):
    net, curves = fit(replace(SMALL, epochs=3), 1, part)
    assert accuracy(picture.decode(net.file())) == pytest.approx(accuracy(net.state()), abs=0.1)
    assert curves.epoch.tolist() == [1, 2, 3]
    assert curves.cross_entropy.iloc[-1] < curves.cross_entropy.iloc[0]


def test_units_that_do_not_pay_are_dropped(part):
    net, curves = fit(replace(SMALL, widths=(784, 96, 10), price=3e-4, epochs=6), 0, part)
    assert curves.units.iloc[0] == 96
    assert net.layout.widths[1] == curves.units.iloc[-1] < 84
    assert accuracy(picture.decode(net.file())) > 70


@pytest.mark.parametrize(
    "change",
    [{"shift": 0}, {"grey": False}, {"per_frequency": False}, {"exponent": 0.0}, {"ramp": 0.5}],
)
def test_every_choice_of_the_recipe_is_one(part, change):
    quick = replace(SMALL, epochs=1)
    assert fit(replace(quick, **change), 0, part)[0].file() != fit(quick, 0, part)[0].file()


def test_tables_follow_the_eye_s_to_a_power():
    flat, steep = Recipe(exponent=0.0).table(), Recipe(exponent=1.0, smallest=20).table()
    assert (flat == flat[0, 0]).all()
    assert (steep.min(), steep.max()) == (20, 242)
    assert 1 <= Recipe(smallest=200, exponent=2.0).table().max() <= 255


def test_a_run_is_kept_and_tells_what_its_file_does(kept, part, monkeypatch):
    whole = data.load()
    monkeypatch.setattr(
        ratetrain.data, "load", lambda: data.Mnist(part, whole.validation, whole.test)
    )
    quick = replace(SMALL, epochs=1)
    run = codec_run(quick, 0)
    result, file = run["result.json"], run["network.jpg"]
    decoded = picture.decode(file)
    assert result["bytes"] == len(file)
    assert result["val_accuracy"] == pytest.approx(accuracy(decoded))
    assert result["widths"] == "-".join(map(str, picture.load(file).layout.widths))
    logits = mlp.forward(decoded, whole.validation.x)
    loss = torch.nn.functional.cross_entropy(logits, whole.validation.labels).item()
    assert result["val_loss"] == pytest.approx(loss, rel=1e-4)
    monkeypatch.setattr(ratetrain, "fit", None)  # what is kept is not computed again
    assert codec_run(quick, 0)["network.jpg"] == file
