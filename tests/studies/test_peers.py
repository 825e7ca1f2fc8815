"""Peers that are published: how they are chosen, and what is made of the file."""

from dataclasses import replace

import pandas as pd
import pytest

from jpegnet.kept import paths
from jpegnet.kept.profiles.full import RACE
from jpegnet.nets import train
from jpegnet.studies import cross_section, peers

TINY = train.Recipe(epochs=1, learning_rate=3e-3, cosine=True)
SETTINGS = replace(
    RACE,
    seeds=2,
    epochs=5,
    densities=(0.02,),
    binary=(),
    factors=(),
    ranks=(),
    sides=(),
    narrow=(8,),
)


def test_the_repository_holds_peers_of_every_kind():
    table = peers.read()
    assert not table.duplicated(["method", "setting", "seed"]).any()
    assert {"standard", "pruning", "narrow", "low rank", "sharing"} <= set(table.method)
    assert (table.groupby(["method", "setting"]).seed.nunique() >= 3).all()
    assert (table.bits_per_weight - 8 * table.bytes / cross_section.PARAMETERS).abs().max() < 1e-3
    assert table.test_accuracy.between(80, 100).all()


@pytest.mark.slow
def test_each_is_trained_at_what_is_best_on_validation(kept, few, monkeypatch):
    tried = []
    real = peers.measured

    def measured(jobs, data):
        table = real(jobs, data)
        tried.append((data.name, [(entry.label, seed) for entry, seed in jobs], table))
        return table

    monkeypatch.setattr(peers, "measured", measured)
    table = peers.trained_long(SETTINGS, TINY, few)
    assert len(table) == 2 * len(list(cross_section.trained_anew(SETTINGS, TINY, few)))
    assert table.setting.str.endswith(", 5 epochs").all()
    short = tried[:6]
    assert {name for name, *_ in short} == {few.name, f"{few.name}, warped"}
    tops = pd.DataFrame([found["val_accuracy"].tolist() for *_, found in short]).idxmax()
    # The i-th try's winners are what its long runs are of.
    for jobs, which in zip([jobs for _, jobs, _ in tried[6:]], sorted(set(tops)), strict=True):
        labels = {label.removesuffix(", 5 epochs") for label, _ in jobs}
        assert labels == {short[0][1][i][0] for i in tops.index[tops == which]}


def test_what_is_written_is_read(tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "PUBLISHED", tmp_path)
    row = dict.fromkeys(peers.COLUMNS, 1) | {"method": "narrow", "setting": "one"}
    peers.write(pd.DataFrame([row]).drop(columns="measured"))
    assert list(peers.read()) == peers.COLUMNS
    assert peers.read().measured.str.fullmatch(r"\d{4}-\d\d-\d\d").all()


@pytest.mark.parametrize("content", [None, "", "method,setting\na,b\n"])
def test_a_broken_file_says_how_to_restore_it(tmp_path, monkeypatch, content):
    monkeypatch.setattr(paths, "PUBLISHED", tmp_path)
    if content is not None:
        (tmp_path / "cross_section.csv").write_text(content, "utf-8")
    with pytest.raises(ValueError, match=r"git checkout -- book/published/cross_section\.csv"):
        peers.read()
