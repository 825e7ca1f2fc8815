"""The sweep, on networks of 32 hidden units and few images."""

import zlib
from dataclasses import dataclass

import numpy as np
import pytest

from jpegnet.codecs.codec import Codec
from jpegnet.codecs.jpeg import Jpeg
from jpegnet.data.labelled import Labelled
from jpegnet.methods.article import VARIANTS, Article
from jpegnet.methods.measure import Judge
from jpegnet.nets import train
from jpegnet.nets.mlp import Mlp
from jpegnet.pages.charts import sweep as charts
from jpegnet.studies import sweep, sweep_tables
from jpegnet.studies.measured import measure_run, measured
from jpegnet.studies.summaries import summarise

pytestmark = pytest.mark.usefixtures("kept")
TINY = train.Recipe(epochs=1, learning_rate=1e-2, cosine=True, architecture=Mlp((784, 32, 10)))
TILES = Article("tiles", "per-tile")


def accuracy(network, part: Labelled) -> float:
    return 100 * (network.logits(part.x).argmax(1) == part.labels).double().mean().item()


def test_a_sweep_measures_the_network_that_its_bytes_hold(few):
    network = train.trained(TINY, 0, few)
    methods = tuple(TILES.at(quality) for quality in (2, 60))
    table = measure_run(methods, TINY, 0, few)["measured.csv"]
    assert table.quality.tolist() == [2, 60]
    for row, method in zip(table.itertuples(), methods, strict=True):
        packed = method.encode(network)
        assert row.bytes == len(packed)
        assert row.picture_bytes == sum(map(len, method.files(packed)))
        assert row.header_bytes == 32 * 330
        assert row.bits_per_weight == pytest.approx(8 * row.bytes / network.parameters)
        decoded = method.decode(packed)
        assert row.test_accuracy == accuracy(decoded, few.test)
        lost = accuracy(network, few.test) - row.test_accuracy
        assert row.test_loss == pytest.approx(lost, abs=0.005)
        lost = accuracy(network, few.validation) - accuracy(decoded, few.validation)
        assert row.val_loss == pytest.approx(lost, abs=0.005)
        logits = sweep.decoded_logits(network, method, few)
        assert (logits.argmax(1) == decoded.logits(few.test.x).argmax(1)).all()
    assert table.bytes[0] < table.bytes[1]
    assert table.test_loss[0] > table.test_loss[1]


def test_the_table_has_every_base_variant_seed_and_quality(few):
    fine, coarse = (10, 60), (30,)
    grids = {"reference": sweep.grid(fine, coarse), "article97": sweep.grid(coarse, coarse)}
    table = sweep.sweep_table({"reference": TINY, "article97": TINY}, 2, grids, few)
    assert set(sweep.PUBLIC_COLUMNS) <= set(table)
    assert not table.duplicated(["seed", *sweep.SETTING]).any()
    found = table.groupby(["base", "scaling"]).quality.unique().map(sorted).to_dict()
    assert found == {
        **{("reference", scaling): [10, 60] for scaling in ("per-tile", "global")},
        ("reference", "min-max"): [30],
        **{("article97", scaling): [30] for scaling in ("per-tile", "global", "min-max")},
    }
    assert len(table) == 2 * 2 * (2 + 2 + 1 + 3)  # seeds, packings, qualities of each scaling
    seen = table[table.columns[table.columns.str.startswith("val_")]]
    assert len(seen.columns) == 4
    assert (seen.notna().all(axis=1) == table.base.eq("reference")).all()
    assert table.drop(columns=seen).notna().all(axis=None)


def test_every_variant_is_measured_as_a_judge_measures_it(few):
    judge = Judge(train.trained(TINY, 1, few), {"val": few.validation, "test": few.test})
    table = measured([(VARIANTS, 1)], TINY, few, "variants")
    for row, method in zip(table.to_dict("records"), VARIANTS, strict=True):
        expected = judge.measure(method)
        same = expected.keys() - {"encode_seconds", "decode_seconds"}
        assert {name: row[name] for name in same} == pytest.approx({n: expected[n] for n in same})
        assert row["seed"] == 1


def test_min_max_scaling_uses_more_of_the_grey_levels_so_it_keeps_more_at_a_low_quality(few):
    methods = tuple(Article("tiles", scaling, Jpeg(1)) for scaling in ("per-tile", "min-max"))
    table = measured([(methods, seed) for seed in range(2)], TINY, few, "scalings")
    means = table.groupby("scaling").test_divergence.mean()
    assert means["min-max"] < means["per-tile"]


@dataclass(frozen=True)
class Coarse(Codec):
    """A codec of the test's own: grey levels in steps, deflated; 12 bytes tell size and length."""

    quality: int
    name = "coarse"

    def encode(self, image: np.ndarray) -> bytes:
        step = 101 - self.quality
        packed = zlib.compress((image // step * step).tobytes())
        return np.array([*image.shape, len(packed)], "<u4").tobytes() + packed

    def decode(self, data: bytes) -> np.ndarray:
        height, width, _ = np.frombuffer(data[:12], "<u4")
        return np.frombuffer(zlib.decompress(data[12:]), np.uint8).reshape(height, width)

    def extent(self, data: bytes, start: int) -> tuple[int, int]:
        return start + 12 + int(np.frombuffer(data[start + 8 : start + 12], "<u4")[0]), 12


def test_another_codec_has_rows_a_column_and_a_curve_of_its_own(few):
    other = Article("mosaic", "per-tile", Coarse(20))
    grids = {"reference": dict.fromkeys((other, *VARIANTS), (20, 95))}
    table = sweep.sweep_table({"reference": TINY}, 2, grids, few)
    summary = summarise(table, sweep.SETTING)
    names = [*(variant.label for variant in VARIANTS), "mosaic, per-tile, coarse"]
    assert sweep_tables.variants(summary, "reference") == names
    assert [*sweep_tables.quality_table(summary, [20, 95])] == ["quality", *names]
    figure = charts.sweep(summary, "reference", "bytes", "bytes")
    assert [line.get_label() for line in figure.axes[0].lines] == [*names, "float32"]
    row = sweep_tables.at_quality(summary, "reference", other.label, 95).iloc[0]
    files = [other.at(95).encode(train.trained(TINY, seed, few)) for seed in range(2)]
    assert row.bytes == np.mean([len(file) for file in files])
    read = [accuracy(other.decode(file), few.test) for file in files]
    assert row.test_accuracy == pytest.approx(np.mean(read))
