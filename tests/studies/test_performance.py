"""What is timed against each other computes the same; and the tables. No test asserts a time."""

import pandas as pd
import pytest
import torch
from torch.nn import functional

from jpegnet.data import mnist
from jpegnet.methods.article import Article
from jpegnet.methods.measure import Judge
from jpegnet.methods.posttraining import RECOMMENDED, PostTraining
from jpegnet.nets import mlp, train
from jpegnet.nets.evaluation import evaluator
from jpegnet.nets.mlp import Mlp
from jpegnet.nets.network import Network
from jpegnet.nets.network import fresh as untrained
from jpegnet.picture import tiles
from jpegnet.studies.performance import bindings, compared, floors, growth, naive, portable

pytestmark = pytest.mark.usefixtures("kept")
TINY = train.Recipe(epochs=1, learning_rate=1e-2, cosine=True, architecture=Mlp((784, 32, 10)))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """MNIST's files as torchvision wants them."""
    return tmp_path_factory.mktemp("mnist")


def fresh(seed: int = 0) -> Network:
    return untrained(TINY.architecture, torch.Generator().manual_seed(seed))


def test_the_naive_way_has_the_same_images(folder, few):
    for part, of in ((few.test, False), (few.train, True)):
        images = naive.dataset(folder, train=of)
        for i in (0, 1, 500):
            x, label = images[i]
            assert torch.equal(x[0], part.x[i])
            assert label == part.labels[i]


def test_the_naive_way_writes_the_same_files_and_reads_the_same_digits(folder, tmp_path, few):
    network, method = train.trained(TINY, 0, few), Article().at(20)
    files, accuracy = naive.quality(network, 20, tmp_path, naive.dataset(folder, train=False))
    data = method.encode(network)
    assert files == method.files(data)
    judge = Judge(network, {"test": mnist.load().test})
    assert accuracy == pytest.approx(judge.measure(method)["test_accuracy"], abs=0.011)


def test_the_floor_of_an_evaluation_has_its_products(few):
    network = fresh()
    (weight, bias), (following, following_bias) = mlp.layers(network)
    no_bias = mlp.from_layers([(weight.abs(), 0 * bias), (following, 0 * following_bias)])
    expected = evaluator(few.test).logits(no_bias)  # no sum is under 0, so the ReLU does nothing
    torch.testing.assert_close(floors.evaluation(no_bias, few.test.x.flatten(1)), expected)


def test_the_floor_of_a_step_has_its_products(few):
    (weight, _), (following, _) = mlp.layers(fresh())
    weight, following = (w.clone().requires_grad_() for w in (weight, following))
    x, labels = few.train.x.flatten(1)[:128], few.train.labels[:128]
    sums = x @ weight.T
    hidden = sums.relu()
    logits = hidden @ following.T
    for tensor in (sums, hidden, logits):
        tensor.retain_grad()
    functional.cross_entropy(logits, labels).backward()
    found = floors.products(x, weight, following, sums.grad, logits.grad)
    torch.testing.assert_close(found[2], hidden.grad)
    torch.testing.assert_close(found[3], weight.grad)
    plain = [x @ weight.T @ following.T, logits.grad.T @ (x @ weight.T)]
    torch.testing.assert_close(found[:2], plain)
    shapes = [tuple(product.shape) for product in floors.step((784, 32, 10), 128)()]
    assert shapes == [tuple(product.shape) for product in found]


def test_the_naive_loop_takes_the_same_steps(folder, few):
    recipe = train.Recipe(epochs=1, learning_rate=1e-3, cosine=False)
    ours = compared.Training(recipe, 0, few.train)
    naively = naive.Training(naive.dataset(folder, train=True), recipe.batch)
    naively.network.load_state_dict(
        dict(zip(naively.network.state_dict(), ours.network.state_dict().values(), strict=True))
    )
    x, labels = few.train.x, few.train.labels
    naively.batches = iter([(x[batch][:, None], labels[batch]) for batch in ours.batches[:5]])
    assert ours.steps(5) == pytest.approx(naively.steps(5), rel=1e-4)
    pairs = zip(ours.network.parameters(), naively.network.parameters(), strict=True)
    for own, other in pairs:
        torch.testing.assert_close(own, other, rtol=1e-3, atol=1e-4)


def test_steps_go_on_through_the_epoch(few):
    training = compared.Training(TINY, 0, few.train.first(4 * 128))
    first = training.batches[0]
    training.steps(3)
    assert training.batches[1] is first


def test_a_plain_step_has_the_size_of_one_through_the_codec(few):
    twin = portable.started(few.train, 4 * portable.RECIPE.batch)
    plain = floors.PlainTraining(twin)
    shapes = [tuple(p.shape) for p in plain.network.parameters()]
    assert shapes == [(84, 576), (84,), (10, 84), (10,)]
    assert [tuple(m.shape) for m in twin.net.matrices().values()] == [
        *((84, 576), (1, 84), (10, 84), (1, 10))
    ]
    losses = [plain.epoch() for _ in range(4)]
    assert losses[-1] < losses[0]


def test_every_binding_reads_the_same_samples():
    (weight, _), *_ = mlp.layers(fresh())
    pictures = tiles.to_tiles(weight.numpy())
    grey = tiles.to_grey(pictures, tiles.peaks(pictures, per_tile=True))
    table = bindings.compare(grey, 20, rounds=1).set_index("binding")
    assert table.same_samples.all()
    assert table.same_bytes.to_dict() == {
        "Pillow": True,
        "simplejpeg": False,
        "torchvision.io": True,
    }
    assert len(floors.libjpeg(grey, 20)) == len(grey)


@pytest.mark.slow
def test_the_table_has_its_columns_and_a_row_each(few, monkeypatch):
    monkeypatch.setattr(compared, "STEPS", 2)
    monkeypatch.setattr(compared, "CODEC_STEPS", 4)
    monkeypatch.setattr(compared.matrix_form, "BATCHES", {1: 2, 1000: 2})
    recipe = train.Recipe(epochs=1, learning_rate=1e-2, cosine=True)
    network = train.trained(recipe, 0, few)
    file = PostTraining(RECOMMENDED, few.train).encode(network)
    table = compared.table(network, file, recipe, few, rounds=1)
    public = ["what", "seconds", "floor_seconds", "ratio_to_floor", "naive_seconds", "speedup"]
    assert list(table)[:6] == public
    layers = ["compressed layer: 1 image", "compressed layer: 1,000 images"]
    rows = [compared.SWEEP, compared.EPOCH, compared.CODEC, *layers, compared.PORTABLE]
    assert table.what.tolist() == rows
    assert table.ratio_to_floor.tolist() == (table.seconds / table.floor_seconds).tolist()
    has_naive = table.naive_seconds.notna()
    assert table.what[~has_naive].tolist() == [compared.CODEC, compared.PORTABLE]
    assert (table.speedup == table.naive_seconds / table.seconds)[has_naive].all()
    assert (table.most_ratio.notna() == table.what.isin(compared.BARS)).all()


def test_a_verdict_tells_each_bar():
    row = {"ratio_to_floor": 1.2, "most_ratio": 1.3, "speedup": 5.0, "least_speedup": 6.0}
    assert compared.verdict(pd.Series(row)) == "≤ 1.3 × floor met, ≥ 6 × naive missed"
    assert compared.verdict(pd.Series({**row, "least_speedup": None})) == "≤ 1.3 × floor met"
    assert compared.verdict(pd.Series(dict.fromkeys(row))) == ""


def test_growth_has_a_row_a_size_and_a_setting(few, monkeypatch):
    monkeypatch.setattr(growth, "cores", lambda: 3)
    assert growth.workers() == [1, 2, 3]
    monkeypatch.setattr(growth, "STEPS", 2)
    sizes = growth.units((16, 32), few.train, rounds=1)
    assert list(sizes) == ["units", "step_seconds", "products_seconds", "files_seconds"]
    assert sizes.units.tolist() == [16, 32]
    table = growth.together((1, 2), fresh(), few, TINY, rounds=1)
    settings = [(kind, n, k) for kind in ("seeds", "qualities") for n in (1, 2) for k in (1, 2, 3)]
    assert list(table[["kind", "count", "cores"]].itertuples(index=False, name=None)) == settings
    assert (table.seconds > 0).all()


def test_a_study_is_its_core_hours_over_its_cores():
    table = growth.study(training=36.0, measuring=0.36, cores=(1, 4))
    assert table.to_numpy().tolist() == [[1, 10, 100, 110], [4, 2.5, 25, 27.5]]
