"""The study of one picture, on networks of 32 hidden units."""

import pytest

from jpegnet.kept.chapters.compressing import OnePicture
from jpegnet.methods.posttraining import Choices, PostTraining
from jpegnet.nets import train
from jpegnet.nets.mlp import Mlp
from jpegnet.pages import catalogue
from jpegnet.picture import file as picture
from jpegnet.studies import ladder, one_picture

pytestmark = pytest.mark.usefixtures("kept")
TINY = train.Recipe(epochs=2, learning_rate=1e-2, cosine=True, architecture=Mlp((784, 32, 10)))


@pytest.fixture
def study(few, monkeypatch):
    monkeypatch.setattr(ladder, "STEPS", [("tables", [{"coding": "smallest"}])])
    monkeypatch.setattr(one_picture, "SEVERAL", (5,))
    return one_picture.study(TINY, OnePicture((5, 60, 90), seeds=2, ladder_seeds=1), few)


def accuracy(network, part) -> float:
    return 100 * (network.logits(part.x).argmax(1) == part.labels).double().mean().item()


def test_a_study_takes_the_ladder_s_choices_and_measures_each_seed_and_quality(study, few):
    assert study.method.choices == Choices(coding="smallest")
    assert study.method.inputs == few.train
    found = study.curve[["seed", "quality"]].to_numpy().tolist()
    assert found == [[seed, quality] for seed in (0, 1) for quality in (5, 60, 90)]
    method = PostTraining(Choices(coding="smallest"), few.train)
    for row in study.curve.itertuples():
        file = method.at(row.quality).encode(train.trained(TINY, row.seed, few))
        assert row.bytes == len(file)
        assert row.test_accuracy == pytest.approx(accuracy(picture.decode(file), few.test))


def test_a_study_chooses_the_quality_on_validation(study, few):
    good = study.summary[study.summary.val_loss <= one_picture.TOLERANCE]
    assert study.chosen.quality in (90, *good.quality)
    assert study.method.quality == study.chosen.quality
    float32 = [accuracy(train.trained(TINY, seed, few), few.test) for seed in (0, 1)]
    assert study.float32 == pytest.approx(sum(float32) / 2, abs=0.01)


def test_published_files_are_those_that_were_measured(study, few):
    rows, files = one_picture.network_files(study, TINY, few)
    chosen = study.method.quality
    expected = sorted({(0, 5), (0, chosen), (1, chosen)})
    assert sorted(zip(rows.seed, rows.quality, strict=True)) == expected
    assert set(catalogue.COLUMNS) - {"trained"} <= set(rows)
    assert rows.file.tolist() == list(files)
    assert rows.bytes.tolist() == [len(file) for file in files.values()]
    assert set(rows.architecture) == {"784-32-10"}
    for row in rows.itertuples():
        network = picture.decode(files[row.file])
        assert row.test_accuracy == pytest.approx(accuracy(network, few.test))
