"""Training through the codec: small networks, a part of the images, seconds."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import torch
from torch.nn import functional

from jpegnet.data import mnist
from jpegnet.data.labelled import Labelled
from jpegnet.methods.measure import Judge
from jpegnet.methods.posttraining import RECOMMENDED, compress
from jpegnet.methods.through_codec import training
from jpegnet.methods.through_codec.method import ThroughCodec
from jpegnet.methods.through_codec.recipe import CodecRecipe
from jpegnet.methods.through_codec.training import codec_run, fit
from jpegnet.nets import train
from jpegnet.nets.mlp import Mlp
from jpegnet.nets.network import Network, fresh
from jpegnet.picture import file as picture
from jpegnet.picture import inspect

SMALL = CodecRecipe(architecture=Mlp((784, 16, 10)), price=3e-5, epochs=12, batch=128, passes=0)


@pytest.fixture(scope="module")
def part() -> Labelled:
    """A sixth of the training images."""
    images = mnist.load().train
    return Labelled(images.inputs[:9000], images.labels[:9000])


def accuracy(network: Network) -> float:
    unseen = mnist.load().validation
    return 100 * (network.logits(unseen.x).argmax(1) == unseen.labels).double().mean().item()


@pytest.mark.slow
def test_a_trained_file_beats_later_compression_of_its_float32_twin(part):
    """Smaller, at no loss of accuracy: it reads better than its twin does."""
    net, _ = fit(SMALL, 0, part)
    file = net.file()
    reached = accuracy(picture.decode(file))
    architecture = SMALL.architecture
    recipe = replace(train.REFERENCE, architecture=architecture, epochs=SMALL.epochs)
    *_, (twin, _) = train.fit(recipe, 0, part)
    assert accuracy(twin) > 90  # it was trained well
    assert reached >= accuracy(twin)
    sizes = {
        len(later): accuracy(picture.decode(later))
        for later in (
            compress(twin, quality, RECOMMENDED, mnist.load().train)
            for quality in (30, 50, 70, 80, 90, 97)
        )
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
    assert accuracy(picture.decode(net.file())) == pytest.approx(accuracy(net.network()), abs=0.1)
    assert curves.epoch.tolist() == [1, 2, 3]
    assert curves.cross_entropy.iloc[-1] < curves.cross_entropy.iloc[0]


def test_units_that_do_not_pay_are_dropped(part):
    net, curves = fit(
        replace(SMALL, architecture=Mlp((784, 96, 10)), price=3e-4, epochs=6), 0, part
    )
    assert curves.units.iloc[0] == 96
    assert net.layout.architecture.widths[1] == curves.units.iloc[-1] < 84
    assert accuracy(picture.decode(net.file())) > 70


@pytest.mark.parametrize(
    "change",
    [{"shift": 0}, {"grey": False}, {"per_frequency": False}, {"exponent": 0.0}, {"ramp": 0.5}],
)
def test_every_choice_of_the_recipe_is_one(part, change):
    quick = replace(SMALL, epochs=1)
    assert fit(replace(quick, **change), 0, part)[0].file() != fit(quick, 0, part)[0].file()


def test_tables_follow_the_eye_s_to_a_power():
    flat, steep = CodecRecipe(exponent=0.0).table(), CodecRecipe(exponent=1.0, smallest=20).table()
    assert (flat.ravel()[1:] == flat[0, 1]).all()
    assert flat[0, 0] % 8 == steep[0, 0] % 8 == 0  # a flat block is no half grey level
    assert (steep.min(), steep.max()) == (20, 242)
    assert 1 <= CodecRecipe(smallest=200, exponent=2.0).table().max() <= 255


def test_a_run_is_kept_and_tells_what_its_file_is(kept, part, monkeypatch):
    quick = replace(SMALL, epochs=1, passes=1)
    few = Labelled(part.inputs[:2000], part.labels[:2000])
    run = codec_run(quick, 0, few)
    result, file = run["result.json"], run["network.jpg"]
    widths = picture.load(file).layout.architecture.widths
    assert result["widths"] == "-".join(map(str, widths))
    assert result["units"] == sum(widths[1:-1])
    assert result["nonzero"] == np.count_nonzero(inspect.blocks(file))
    trained, curves = fit(quick, 0, few)
    pd.testing.assert_frame_equal(run["curves.csv"], curves)
    assert result["model_bits"] == curves.bits.iloc[-1]
    assert result["trained_bytes"] == len(trained.file())
    assert trained.file() != file  # coefficients were chosen anew
    monkeypatch.setattr(training, "fit", None)  # what is kept is not computed again
    assert codec_run(quick, 0, few)["network.jpg"] == file


def test_coefficients_of_deeper_networks_are_chosen_anew_too(kept, part):
    deep = replace(SMALL, architecture=Mlp((784, 6, 5, 10)), epochs=1, passes=2)
    chosen, before = codec_run(deep, 0, part), codec_run(replace(deep, passes=0), 0, part)

    def cost(run: dict) -> float:
        network = picture.decode(run["network.jpg"])
        loss = functional.cross_entropy(network.logits(part.x), part.labels).item()
        return loss + deep.price * 8 * len(run["network.jpg"])

    assert before["result.json"]["trained_bytes"] == len(before["network.jpg"])
    assert chosen["result.json"]["trained_bytes"] == len(before["network.jpg"])
    assert cost(chosen) < cost(before)


def test_as_a_method_it_is_measured_by_what_is_in_its_file(kept, part):
    method = ThroughCodec(replace(SMALL, epochs=1), 0, part)
    given = fresh(Mlp((784, 4, 10)), torch.Generator().manual_seed(0))
    row = Judge(given, {"val": mnist.load().validation}).measure(method)
    file = codec_run(method.recipe, 0, part)["network.jpg"]
    assert row.items() >= {"method": "through-codec", "bytes": len(file)}.items()
    assert (row["start"], row["price"], row["epochs"]) == ("16", 3e-5, 1)
    reached = accuracy(picture.decode(file))
    assert reached > 60 > accuracy(given)
    assert row["val_accuracy"] == pytest.approx(reached)
    assert row["val_loss"] == pytest.approx(accuracy(given) - reached, abs=0.01)
