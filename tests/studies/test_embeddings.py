"""The study of a language model's answers, on a small model of the same kind."""

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from jpegnet.codecs.jpeg import Jpeg
from jpegnet.data import minilm
from jpegnet.kept.keys import file_digest
from jpegnet.methods import pictured
from jpegnet.methods.packers import packed, unpacked
from jpegnet.nets.bert import Bert
from jpegnet.studies import embeddings
from jpegnet.studies.embeddings import INTEGERS, JPEG, LEVELS, UNIFORM, ZSTD

RNG = np.random.default_rng(0)
NOISE = [RNG.normal(size=shape).astype(np.float32) for shape in ((256, 200), (128, 256))]
SMALL = Bert(words=200, width=96, layers=1, heads=3, inner=128, positions=16)
SAID = tuple(f"sentence {i}" for i in range(20))


@pytest.mark.parametrize("share", [0.06, 0.5, 2])
def test_multiples_are_what_a_range_decoder_gives_and_what_is_beyond_is_told_apart(
    share, monkeypatch
):
    files = []
    monkeypatch.setattr(
        pictured, "packed", lambda *how: files.append((packed(*how), *how[1:])) or files[0][0]
    )
    matrix = NOISE[0].copy()
    matrix[3, 5] = 50
    size, shown = pictured.as_multiples(matrix, share)
    ((file, levels, packer),), step = files, float(share * matrix.std())
    apart = np.abs(matrix) > 127.5 * step
    assert size == len(file) + 5 + 6 * apart.sum()
    read = unpacked(file, matrix.size, levels, packer).reshape(matrix.shape) - float(levels // 2)
    assert np.allclose(shown[~apart], (read * step)[~apart], atol=1e-5)
    assert np.abs(shown - matrix).max() <= 0.501 * step
    ideal = pictured.uniform_bits(matrix, pictured.squared_error(shown, matrix))
    assert 8 * size / matrix.size == pytest.approx(ideal, abs=0.2)


def test_what_is_measured_of_a_picture_and_of_integers_is_what_is_decoded():
    matrix = NOISE[0].copy()
    matrix[0, 0] = 100  # beyond the grey levels
    codec = Jpeg(90)
    size, shown = pictured.as_picture(matrix, codec)
    assert shown.shape == matrix.shape and shown.dtype == np.float32
    assert shown[0, 0] == pytest.approx(100, abs=0.05)
    assert pictured.coded(matrix, codec) == (size, pictured.squared_error(shown, matrix))
    size, shown = pictured.as_integers(matrix, 15)
    assert shown.shape == matrix.shape and shown.dtype == np.float32
    assert pictured.integers(matrix, 15) == (size, pictured.squared_error(shown, matrix))


@pytest.mark.parametrize("bits", LEVELS)
def test_a_setting_takes_about_so_many_bits(bits):
    def rate(way):
        setting = embeddings.setting_of(way, bits, NOISE)
        return embeddings.rate(embeddings.kept_by(way, setting, NOISE))

    assert rate(UNIFORM) == pytest.approx(bits, abs=0.06)
    assert rate(JPEG) == pytest.approx(bits, abs=0.5)  # where a quality more is a bit more
    assert bits - 0.8 < rate(INTEGERS) <= rate(ZSTD) * 1.02


def test_the_nearest_other_one_is_a_neighbour():
    found = torch.nn.functional.normalize(torch.tensor([[1.0, 0], [1, 0.1], [0, 1], [0.2, 1]]))
    assert embeddings.neighbours(found).tolist() == [1, 0, 3, 2]


def test_embeddings_do_not_depend_on_who_is_beside_whom():
    torch.manual_seed(0)
    tensors = {name: torch.randn(shape) / 4 for name, shape in SMALL.shapes.items()}
    network = embeddings.Network(SMALL, tensors)
    ids = _ids(SAID)
    found = embeddings.embeddings(network, ids)
    alone = torch.cat([network.logits(row[row != 0][None]) for row in ids])
    assert torch.allclose(found, alone, atol=1e-5)


def _ids(sentences):
    ids = torch.randint(1, 200, (len(sentences), 12), generator=torch.Generator().manual_seed(0))
    return ids * (torch.arange(12) < torch.arange(len(ids))[:, None] % 9 + 3)


@pytest.fixture
def weights(tmp_path, kept, monkeypatch):
    torch.manual_seed(0)
    path = tmp_path / "small.safetensors"
    tensors = {name: torch.randn(shape) / 4 for name, shape in SMALL.shapes.items()}
    save_file(tensors | {"pooler.dense.weight": torch.zeros(2, 2)}, path)
    monkeypatch.setattr(embeddings, "Bert", lambda: SMALL)
    monkeypatch.setattr(embeddings, "tokens", _ids)
    # Here, as other processes have another model.
    monkeypatch.setattr(embeddings, "each", lambda run, items, label: [run(i) for i in items])
    return minilm.Weights(path, file_digest(path))


def test_more_bits_give_more_of_the_same_answers(weights):
    table = embeddings.answers(SAID, weights)
    assert list(table.columns) == embeddings.COLUMNS
    assert table.way.unique().tolist() == [JPEG, INTEGERS, UNIFORM]
    for _, some in table.groupby("way"):
        assert some.bits_per_weight.is_monotonic_increasing
        assert some.relative_error.is_monotonic_decreasing
        assert some.cosine.is_monotonic_increasing
        assert some.cosine.iloc[-1] > 0.99 and some.same_neighbour.iloc[-1] >= 80
    assert table.same_neighbour.between(0, 100).all()
