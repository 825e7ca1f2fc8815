"""The study of a language model's weights, on matrices that are known."""

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from jpegnet.codecs.jpeg import Jpeg
from jpegnet.data import minilm
from jpegnet.kept.keys import file_digest
from jpegnet.studies import transformer

RNG = np.random.default_rng(0)
NOISE = RNG.normal(size=(96, 64)).astype(np.float32)
SMOOTH = (np.sin(np.arange(96) / 9)[:, None] + np.cos(np.arange(64) / 7)).astype(np.float32)


@pytest.fixture
def weights(tmp_path, kept):
    path = tmp_path / "two.safetensors"
    save_file({"noise": torch.from_numpy(NOISE), "smooth": torch.from_numpy(SMOOTH)}, path)
    return minilm.Weights(path, file_digest(path))


def test_orders_keep_the_entries_and_gaussian_keeps_their_size():
    for order in ("shuffled", "ordered"):
        found = transformer.arranged(SMOOTH, order)
        assert not np.array_equal(found, SMOOTH)
        assert np.array_equal(np.sort(found, None), np.sort(SMOOTH, None))
    gaussian = transformer.arranged(SMOOTH, "gaussian")
    assert gaussian.std() == pytest.approx(SMOOTH.std(), rel=0.05)
    with pytest.raises(ValueError, match="none of as it is"):
        transformer.arranged(SMOOTH, "sorted")


def test_scaling_makes_all_rows_and_columns_of_one_size_and_is_counted(weights):
    loud = NOISE * np.geomspace(0.01, 10, 96, dtype=np.float32)[:, None]
    loud *= np.geomspace(1, 30, 64, dtype=np.float32)
    level = loud / transformer.scales(loud)
    for axis in (0, 1):
        sizes = np.sqrt(np.square(level).mean(axis))
        assert sizes == pytest.approx(np.ones(len(sizes)), abs=0.05)
    found = transformer.rates(["smooth"], (Jpeg(90),), weights).query("codec == 'jpeg'")
    found = found.set_index("order")
    counted = found.bits_per_weight["scaled"]
    assert counted > 16 * (96 + 64) / (96 * 64)
    assert found.relative_error["scaled"] < 0.1


def test_an_order_of_lines_costs_the_logarithm_of_their_orders():
    assert transformer.order_bits((3, 4)) == pytest.approx((np.log2(6) + np.log2(24)) / 12)


def test_noise_costs_what_its_shuffled_self_costs_and_a_picture_less(weights):
    kinds = (Jpeg(60), Jpeg(90))
    table = transformer.rates(["noise", "smooth"], kinds, weights)
    assert list(table.columns) == transformer.COLUMNS
    ways = len(kinds) + len(transformer.PLAIN)
    assert len(table) == 2 * len(transformer.ORDERS) * ways
    found = table[table["codec"] == "jpeg"].set_index(["matrix", "order", "quality"]).sort_index()
    bits = found.bits_per_weight
    noise, smooth = bits["noise"], bits["smooth"]
    assert noise["as it is", 90] == pytest.approx(noise["shuffled", 90], rel=0.02)
    assert smooth["as it is", 90] < 0.5 * smooth["shuffled", 90]
    assert (found.uniform_bits_per_weight < bits).loc["noise"].all()
    assert (found.uniform_bits_per_weight > bits)["smooth", "as it is"].all()
    gains = found.coding_gain_db
    assert gains["noise"].drop("ordered").abs().max() < 0.5 < 5 < gains["smooth", "as it is", 90]


def test_weights_are_those_that_users_know_or_none(monkeypatch, tmp_path):
    def installed(*files):
        monkeypatch.setattr(minilm.importlib.metadata, "files", lambda name: files)

    def missing(name):
        raise minilm.importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(minilm.importlib.metadata, "files", missing)
    assert minilm.load() is None

    class File:
        name = "model.safetensors"

        def locate(self):
            return tmp_path / self.name

    (tmp_path / "model.safetensors").write_bytes(b"other weights")
    installed(File())
    with pytest.raises(ValueError, match="does not hold the weights"):
        minilm.load()
    installed()
    with pytest.raises(ValueError, match="does not hold the weights"):
        minilm.load()
    monkeypatch.setattr(minilm, "DIGEST", file_digest(tmp_path / "model.safetensors"))
    installed(File())
    assert minilm.load().path == tmp_path / "model.safetensors"
