"""Other decoders: what they differ by is told, and is little."""

import hashlib

import numpy as np
import pandas as pd
import pytest
import torch

from jpegnet.jpeg.dct import LUMINANCE
from jpegnet.nets.convolutional import Convolutional
from jpegnet.nets.network import fresh
from jpegnet.picture import file as picture
from jpegnet.picture.plan import plan
from jpegnet.studies import decoders


@pytest.fixture(scope="module")
def file():
    network = fresh(Convolutional(((8, 8, 3), (16, 4, 2))), torch.Generator().manual_seed(0))
    return picture.encode(network, plan(network, levels=(90, 90)), LUMINANCE.astype(int) // 2)


@pytest.mark.parametrize("name", decoders.IN_ANY_RUN)
def test_another_decoder_is_a_few_levels_off(file, name):
    expected = picture.load(file).image.astype(int)
    samples = decoders.IN_ANY_RUN[name](file)
    assert samples.dtype == np.uint8
    assert samples.shape == expected.shape
    assert np.abs(samples - expected).max() <= (1 if "float" in name else 4)


def test_what_changes_is_counted(file, few):
    def same(data):
        return picture.load(data).image

    def dark(data):
        return picture.load(data).image // 2

    given = {"a.jpg": (hashlib.sha256(file).hexdigest(), file)}
    table = decoders.compared(given, {"same": same, "dark": dark}, few.test).set_index("decoder")
    assert table.loc["same", ["levels", "answers", "points"]].tolist() == [0, 0, 0]
    assert table.levels["dark"] == (picture.load(file).image - picture.load(file).image // 2).max()
    assert table.answers["dark"] > 0


def test_a_summary_tells_the_worst_of_any_file():
    rows = pd.DataFrame(
        [("x", "a", "", 1, 3, 0.02), ("x", "b", "", 2, 1, -0.05), ("y", "a", "", 0, 0, 0.0)],
        columns=decoders.COLUMNS,
    )
    found = decoders.summary(rows)
    assert found.decoder.tolist() == ["x", "y"]
    assert found.iloc[0][["levels", "answers", "points", "files"]].tolist() == [2, 3, 0.05, 2]


def test_a_table_that_cannot_be_read_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(decoders, "PATH", tmp_path / "decoders.csv")
    assert decoders.published().empty
    decoders.PATH.write_text("decoder\nx\n")
    with pytest.raises(ValueError, match=r"decoders\.csv cannot be read"):
        decoders.published()
