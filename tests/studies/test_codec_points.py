"""The points of the chart of training through the codec."""

import pandas as pd
import pytest

from jpegnet.studies import codec_points

RUNS = pd.DataFrame(
    {
        "price": [2e-5, 2e-5, 1e-5, 1e-5],
        "seed": [1, 0, 0, 1],
        "bytes": [800, 900, 2000, 2100],
        "val_accuracy": [97.0, 97.2, 98.4, 98.6],
        "test_accuracy": [96.0, 96.4, 98.0, 98.2],
        "picture": [b"b", b"a", b"c", b"d"],
        "trained": ["published", "published, earlier code", "published", "published"],
    }
)


def test_a_setting_has_its_means_its_interval_and_the_first_seeds_file():
    found = codec_points.settings(RUNS, RUNS["trained"], "picture")
    assert found["price"].tolist() == [2e-5, 1e-5]  # by bytes
    assert found["bytes"].tolist() == [850, 2050]
    assert found["test_accuracy"].tolist() == [96.2, 98.1]
    assert (found["test_accuracy_low"] < found["test_accuracy"]).all()
    assert found["file"].tolist() == [b"a", b"c"]
    assert found["kind"].tolist() == ["published, earlier code", "published"]


def test_a_single_point_has_no_price_and_what_is_not_known_is_missing():
    means = pd.Series({"bytes": 1_628_200, "test_accuracy": 98.4, "units": 512})
    found = codec_points.single("float32", means, b"")
    assert found["bytes"].tolist() == [1_628_200]
    assert found["file"].tolist() == [b""]
    assert found[["price", "val_accuracy", "test_accuracy_low"]].isna().all(axis=None)
    both = pd.concat([codec_points.settings(RUNS, RUNS["trained"], "picture"), found])
    assert both.columns.tolist()[0] == "price"
    assert both["bytes"].sum() == pytest.approx(850 + 2050 + 1_628_200)
