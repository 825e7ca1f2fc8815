"""The files of one picture, on networks of 32 hidden units."""

import pytest
import torch

from jpegnet import codecs, compress, data, mlp, one_picture, picture, train
from jpegnet.compress import RECOMMENDED, Choices

pytestmark = pytest.mark.usefixtures("kept")
TINY = train.Recipe(epochs=1, learning_rate=1e-2, cosine=True, widths=(784, 32, 10))


@pytest.fixture(autouse=True)
def tiny(monkeypatch):
    monkeypatch.setattr(one_picture, "recipe", lambda base, epochs: TINY)


def network(seed: int = 0) -> mlp.State:
    return train.train_run(TINY, seed)["network.safetensors"]


def logits(state: mlp.State, split: data.Split) -> torch.Tensor:
    return mlp.Evaluator(split).logits(state)


def test_a_curve_measures_the_network_that_its_bytes_hold():
    run = train.train_run(TINY, 0)
    before = run["result.json"]
    table = one_picture.curve_run(1, 0, RECOMMENDED, (5, 60))["curve.csv"]
    losses = ["val_accuracy", "val_loss", "test_accuracy", "test_loss"]
    assert list(table) == ["quality", "bytes", *losses]
    assert table.quality.tolist() == [5, 60]
    for row in table.itertuples():
        file = compress.compress(run["network.safetensors"], row.quality, RECOMMENDED)
        assert row.bytes == len(file)
        decoded = picture.decode(file)
        for name, split in (("val", data.load().validation), ("test", data.load().test)):
            read = logits(decoded, split).argmax(1)
            shown = 100 * (read == split.labels).double().mean().item()
            assert getattr(row, f"{name}_accuracy") == pytest.approx(shown, abs=1e-6)
            lost = before[f"{name}_accuracy"] - shown
            assert getattr(row, f"{name}_loss") == pytest.approx(lost, abs=1e-6)
    assert table.bytes[0] < table.bytes[1]
    assert table.test_loss[0] > table.test_loss[1]


def test_curves_are_those_of_each_seed():
    table = one_picture.curves(1, 2, Choices(), (5, 60))
    assert table[["seed", "quality"]].to_numpy().tolist() == [[0, 5], [0, 60], [1, 5], [1, 60]]
    one = one_picture.curve_run(1, 1, Choices(), (5, 60))["curve.csv"]
    assert table[table.seed == 1].bytes.tolist() == one.bytes.tolist()


@pytest.mark.parametrize("choices", [Choices(), Choices(coding="progressive"), RECOMMENDED])
def test_the_parts_of_a_file_are_all_of_its_bytes(choices):
    state = network()
    file = compress.compress(state, 50, choices)
    parts = one_picture.byte_parts(state, 50, choices)
    assert list(parts) == [
        "first layer",
        "later layers, biases",
        "quantisation table",
        "Huffman tables",
        "layout",
        "other headers",
    ]
    assert sum(parts.values()) == len(file)
    assert min(parts.values()) > 0
    found = codecs.segments(file)
    assert parts["first layer"] + parts["later layers, biases"] == sum(s.scan for s in found)
    assert parts["quantisation table"] == 4 + 1 + 64  # marker, length; its number; its steps
    assert parts["layout"] == 4 + len(picture.load(file).layout.to_bytes())


def test_published_files_are_those_that_were_measured(monkeypatch):
    table = one_picture.curves(1, 2, RECOMMENDED, (5, 60))
    monkeypatch.setattr(one_picture, "SEVERAL", (5,))
    rows, files = one_picture.network_files(1, RECOMMENDED, table, 60)
    assert [*zip(rows.seed, rows.quality, strict=True)] == [(0, 5), (0, 60), (1, 60)]
    assert set(one_picture.PUBLIC_COLUMNS) <= set(rows)
    assert rows.file.tolist() == list(files)
    assert rows.bytes.tolist() == [len(file) for file in files.values()]
    assert set(rows.architecture) == {"784-32-10"}
    for row in rows.itertuples():
        read = logits(picture.decode(files[row.file]), data.load().test).argmax(1)
        right = (read == data.load().test.labels).double().mean().item()
        assert row.test_accuracy == pytest.approx(100 * right, abs=1e-6)


def test_prepare_trains_what_the_study_needs(kept):
    one_picture.prepare(1, 2)
    assert len(list((kept / "train.train_run").iterdir())) == 2
