"""The catalogue of networks: what notebooks hand on, and what counts no more."""

import pandas as pd
import pytest

from jpegnet.pages import catalogue, notebooks, results


@pytest.fixture
def chain(kept, monkeypatch):
    keys = {"04_x": "a", "09_y": "b"}
    monkeypatch.setattr(notebooks, "names", lambda: sorted(keys))
    monkeypatch.setattr(notebooks, "key", lambda name: keys[name])
    return keys


def rows(*names):
    return pd.DataFrame(
        [(name, "m", "784-10", 0, "s", 3, 97.0, 96.5, catalogue.THIS_RUN) for name in names],
        columns=catalogue.COLUMNS,
    ).assign(extra=1)


def test_what_notebooks_record_is_collected_in_their_order(chain):
    catalogue.record("09_y", rows("networks/c.jpg"), {"networks/c.jpg": b"abc"})
    catalogue.record("04_x", rows("networks/a.jpg"), {"networks/a.jpg": b"123"})
    found = catalogue.collected()
    assert list(found.columns) == catalogue.COLUMNS
    assert found.file.tolist() == ["networks/a.jpg", "networks/c.jpg"]
    assert (results.results_dir() / "public/networks/c.jpg").read_bytes() == b"abc"


def test_what_an_older_state_of_a_notebook_recorded_is_left_out(chain):
    catalogue.record("04_x", rows("networks/a.jpg"), {"networks/a.jpg": b"123"})
    chain["04_x"] = "changed"
    assert catalogue.collected().empty
