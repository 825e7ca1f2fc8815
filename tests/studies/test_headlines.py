"""Networks that the repository carries: trained once, refused if they are others, measured anew."""

from dataclasses import replace

import pandas as pd
import pytest

from jpegnet.data import mnist
from jpegnet.kept import paths
from jpegnet.methods.through_codec.recipe import CodecRecipe
from jpegnet.nets.convolutional import Convolutional
from jpegnet.picture import file as picture
from jpegnet.studies import headlines, roster
from jpegnet.studies.headlines import Headline

TINY = CodecRecipe(Convolutional(((2, 8, 3), (3, 4, 2))), 1e-4, 1, batch=64, passes=0)
TWO = [Headline(TINY, seed) for seed in range(2)]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "PUBLISHED", tmp_path / "published")
    (tmp_path / "published").mkdir()
    return tmp_path / "published"


@pytest.fixture
def carried(kept, few, folder):
    assert headlines.publish(TWO, few) == 2
    return folder


def test_the_repository_holds_what_its_table_lists():
    data = mnist.load()
    wanted = roster.headlines()
    table = pd.read_csv(paths.PUBLISHED / "networks.csv")
    assert len(table) == table.file.nunique() > 0
    assert set(table.file) == {path.name for path in paths.PUBLISHED.glob("*.jpg")}
    assert set(table.file) <= {headline.file for headline in wanted}
    found = headlines.measured(wanted, data)
    assert len(found) == len(table)
    told = table.set_index("file").val_accuracy
    assert (found.set_index("file").val_accuracy - told).abs().max() < 0.05
    assert sum(path.stat().st_size for path in paths.PUBLISHED.iterdir()) <= 300_000


def test_names_tell_headlines_apart():
    wanted = roster.headlines()
    assert len({headline.file for headline in wanted}) == len(wanted)


def test_what_is_published_is_measured_anew(carried, few):
    found = headlines.measured(TWO, few)
    table = pd.read_csv(carried / "networks.csv")
    assert list(table.columns) == headlines.COLUMNS
    assert found.trained.eq(headlines.PRESENT).all()
    assert found.bytes.tolist() == [len(image) for image in found.picture]
    assert found.val_accuracy.tolist() == pytest.approx(table.val_accuracy.tolist(), abs=1e-3)
    assert {picture.decode(image).architecture.name for image in found.picture} == set(
        found.architecture
    )
    rows, files = headlines.rows(found)
    assert rows.file.tolist() == list(files)
    assert set(rows.trained) == {"published"}


def test_only_what_is_missing_is_trained(carried, few):
    assert headlines.publish(TWO, few) == 0
    before = (carried / TWO[0].file).read_bytes()
    (carried / TWO[1].file).unlink()
    assert headlines.publish([*TWO, Headline(TINY, 2)], few) == 2
    assert (carried / TWO[0].file).read_bytes() == before
    assert len(headlines.measured([*TWO, Headline(TINY, 2)], few)) == 3


def test_what_another_state_of_the_code_trained_says_so(carried, few):
    longer = [Headline(replace(TINY, epochs=2), 0)]  # another key, the same name
    assert headlines.measured(longer, few).trained.tolist() == [headlines.EARLIER]


@pytest.mark.parametrize(
    ("harm", "told"),
    [
        (lambda folder: (folder / TWO[0].file).unlink(), "missing"),
        (lambda folder: _flip(folder / TWO[1].file), "not the file"),
        (
            lambda folder: (folder / "networks.csv").write_text("file,bytes\na,b\n"),
            "cannot be read",
        ),
    ],
)
def test_what_is_not_as_it_was_published_is_refused(carried, few, harm, told):
    harm(carried)
    with pytest.raises(ValueError, match=told) as error:
        headlines.measured(TWO, few)
    assert "git checkout -- book/published" in str(error.value)
    assert "\n" not in str(error.value)


def _flip(path):
    found = bytearray(path.read_bytes())
    found[-20] ^= 1
    path.write_bytes(found)
