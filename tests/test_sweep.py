"""The sweep, on networks of 32 hidden units."""

import pytest
import torch

from jpegnet import article, codecs, data, sweep, train

pytestmark = pytest.mark.usefixtures("kept")
TINY = train.Recipe(epochs=1, learning_rate=1e-2, cosine=True, widths=(784, 32, 10))
PARAMETERS = 784 * 32 + 32 + 32 * 10 + 10
COLUMNS = [
    "quality",
    "bytes",
    "picture_bytes",
    "header_bytes",
    "bits_per_weight",
    "test_accuracy",
    "test_loss",
    "val_loss",
]
VARIANT = article.Variant("tiles", "per-tile")


@pytest.fixture(autouse=True)
def tiny(monkeypatch):
    monkeypatch.setattr(sweep, "recipe", lambda base, epochs: TINY)


def accuracy(state, split) -> float:
    """Per cent, by a dense forward pass."""
    hidden = torch.relu(split.x @ state["0.weight"].T + state["0.bias"])
    read = (hidden @ state["2.weight"].T + state["2.bias"]).argmax(1)
    return 100 * (read == split.labels).double().mean().item()


def test_the_public_columns_stay():
    assert sweep.PUBLIC_COLUMNS == [
        "seed",
        "base",
        "layout",
        "scaling",
        "quality",
        "bytes",
        "header_bytes",
        "test_accuracy",
    ]


def test_a_sweep_measures_the_network_that_its_bytes_hold():
    run = train.train_runs(TINY, [0])[0]
    state, before = run["network.safetensors"], run["result.json"]
    table = sweep.sweep_run("reference", 1, 0, VARIANT, (2, 60))["sweep.csv"]
    assert list(table) == COLUMNS
    assert table.quality.tolist() == [2, 60]
    for row in table.itertuples():
        packed = article.encode(state, codecs.Jpeg(row.quality), VARIANT)
        decoded = article.decode(packed, codecs.Jpeg(row.quality))
        assert row.bytes == sum(map(len, packed.files)) + len(packed.rest)
        assert row.picture_bytes == sum(map(len, packed.files))
        assert row.header_bytes == 32 * 330
        assert row.bits_per_weight == pytest.approx(8 * row.bytes / PARAMETERS)
        # One image more or less, where two digits tie but for rounding.
        shown = accuracy(decoded, data.load().test)
        assert row.test_accuracy == pytest.approx(shown, abs=0.0101)
        assert row.test_loss == pytest.approx(before["test_accuracy"] - row.test_accuracy)
        lost = before["val_accuracy"] - accuracy(decoded, data.load().validation)
        assert row.val_loss == pytest.approx(lost, abs=0.0201)
        logits = sweep.decoded_logits(state, row.quality, VARIANT)
        right = (logits.argmax(1) == data.load().test.labels).sum().item()
        assert right / 100 == pytest.approx(row.test_accuracy)
    assert table.bytes[0] < table.bytes[1]
    assert table.test_loss[0] > table.test_loss[1]


def test_the_table_has_every_base_variant_seed_and_quality():
    table = sweep.sweep_table(1, 2, {"reference": (10, 60), "article97": (30,)})
    assert list(table) == ["seed", "base", "layout", "scaling", *COLUMNS]
    assert set(sweep.PUBLIC_COLUMNS) <= set(table)
    assert len(table) == 2 * 4 * (2 + 1)  # seeds, variants, qualities of both bases
    assert not table.duplicated(["seed", *sweep.SETTING]).any()
    grids = table.groupby("base").quality.unique().map(list).to_dict()
    assert grids == {"article97": [30], "reference": [10, 60]}
    assert table.notna().all(axis=None)
    one = sweep.sweep_run("reference", 1, 1, article.VARIANTS[2], (10, 60))["sweep.csv"]
    wanted = {"seed": 1, "base": "reference", "layout": "mosaic", "scaling": "per-tile"}
    rows = table
    for name, value in wanted.items():
        rows = rows[rows[name] == value]
    assert rows.bytes.tolist() == one.bytes.tolist()
    assert rows.test_accuracy.tolist() == one.test_accuracy.tolist()
