"""Files of which only the first bytes have arrived: curves and verdicts."""

import numpy as np
import pandas as pd
import torch

from jpegnet.kept.settings import PROFILES
from jpegnet.nets.mlp import Mlp
from jpegnet.nets.network import Network, fresh
from jpegnet.studies import prefixes
from jpegnet.studies.streams import of_numbers


def seeded(architecture) -> Network:
    return fresh(architecture, torch.Generator().manual_seed(0))


def test_every_beginning_is_read(few):
    network = seeded(Mlp((784, 20, 10)))
    sent = {stream.method: stream for stream in of_numbers(network)}
    wanted = {name: prefixes.sizes(stream, 3) for name, stream in sent.items()}
    table = prefixes.curves(sent, wanted, few.test)
    assert list(table.columns) == ["file", "method", "bytes", "test_accuracy"]
    whole = table.loc[table.groupby("file")["bytes"].idxmax()].set_index("file")
    assert whole["bytes"].to_dict() == {name: len(s.data) for name, s in sent.items()}
    assert whole["test_accuracy"].notna().all()
    packed = table[table["file"].eq("int8, zstd")]
    assert packed["test_accuracy"].isna().sum() == len(packed) - 1
    more = prefixes.refined(table, sent, few.test)
    assert len(more) == len(table) + 3 * len(sent)
    assert not more.duplicated(["file", "bytes"]).any()


def test_a_useful_answer_stays_useful():
    rows = [("a", 10, np.nan), ("a", 20, 91), ("a", 30, 89), ("a", 40, 95), ("a", 50, 96)]
    rows += [("b", 10, 95), ("b", 20, 96), ("c", 10, 20), ("c", 20, 30)]
    table = pd.DataFrame(rows, columns=["file", "bytes", "test_accuracy"])
    assert prefixes.first_useful(table) == {"a": 40, "b": 10, "c": 20}


def test_an_aim_is_for_the_mean():
    rows = []
    for seed, more in ((0, 0.0), (1, 0.02), (2, 0.04)):
        read = {550: 50.0, 600: 93.1, 800: 97.0, 1000: 98.6, 1203 + seed: 99.0}
        rows += [(f"{seed}.jpg", size, value + more) for size, value in read.items()]
    curve = pd.DataFrame(rows, columns=["file", "bytes", "test_accuracy"])
    table = prefixes.verdicts(curve, {f"{seed}.jpg": seed for seed in range(3)})
    assert table["first_bytes"].tolist() == list(prefixes.AIMS)
    assert table["reached"].tolist() == ["yes", "no, by 0.28", "yes", "yes"]
    assert table["test_accuracy"].round(6).tolist() == [93.12, 97.02, 98.62, 99.02]
    assert (table["lower_end"] < table["test_accuracy"]).all()
    assert (table["test_accuracy"] < table["upper_end"]).all()


def test_headlines_are_those_of_the_full_profile():
    found = prefixes.headlines(PROFILES["full"].slow_wire)
    assert len(found) >= 3
    assert all(headline.file.startswith("nested-12x8-32x4-price") for headline in found)
