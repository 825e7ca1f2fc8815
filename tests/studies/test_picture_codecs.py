"""Other codecs on the mosaic, and our files recoded."""

import pytest

from jpegnet.nets import train
from jpegnet.studies import picture_codecs

TINY = train.Recipe(epochs=1, learning_rate=3e-3, cosine=False)


@pytest.mark.slow
def test_every_codec_has_its_qualities_and_lossless_ones_lose_little(kept, few):
    table = picture_codecs.curves((20, 80), (30,), TINY, 1, few)
    assert table.groupby("codec").quality.count().to_dict() == {
        "jpeg": 2,
        "WebP": 2,
        "AVIF": 2,
        "JPEG XL": 3,
        "JPEG 2000": 1,
        "PNG": 1,
        "WebP, lossless": 1,
    }
    lossless = table[table.codec.isin(["PNG", "WebP, lossless"]) | (table.quality == 100)]
    assert len(lossless) == 3
    assert lossless.test_accuracy.nunique() == 1  # one mosaic, as it is
    assert (table.picture_bytes < table.bytes).all()
    low, high = (table[(table.codec == "AVIF")].picture_bytes.tolist()[i] for i in (0, 1))
    assert low < high


@pytest.mark.slow
def test_our_files_come_back_from_smaller_ones(kept, few):
    table = picture_codecs.recoded(50, TINY, 2, few)
    assert table.seed.tolist() == [0, 1]
    assert (table.recoded < table.bytes).all()


def test_libraries_are_named_with_versions():
    table = picture_codecs.versions()
    assert table.codec.tolist() == ["WebP", "AVIF", "JPEG XL", "JPEG 2000", "PNG"]
    assert table.by.str.contains(r"\d").all()
