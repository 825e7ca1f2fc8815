"""Wide networks with few coefficients beside narrow dense ones."""

import numpy as np
import pandas as pd
import pytest

from jpegnet.kept.settings import PROFILES
from jpegnet.studies import few_coefficients


@pytest.mark.slow
def test_a_row_a_run(kept, few):
    settings = PROFILES["smoke"].other_bases
    runs = few_coefficients.trained(settings, few)
    wide = len(settings.trained) * (len(settings.widths) + 1)
    assert len(runs) == settings.trained_seeds * (wide + len(settings.dense))
    assert not runs.duplicated(["basis", "coefficients", "width", "seed"]).any()
    one = runs[(runs.basis == "DCT") & (runs.coefficients == 4) & (runs.width == 64)].iloc[0]
    assert one.parameters == 4 * 64 + 64 + 64 * 10 + 10
    assert one.operations == 2 * (784 * 4 + 64 * 14)
    dense = runs[(runs.basis == "pixels") & (runs.width == 2)].iloc[0]
    assert (dense.coefficients, dense.parameters) == (784, 784 * 2 + 2 + 20 + 10)
    assert dense.operations == 2 * 2 * 794


def test_they_are_compared_at_equal_parameters_seed_by_seed():
    rows = [
        *[("pixels", 784, 10**i, 100 * 10**i, 80 + 5 * i + s, s) for i in (1, 2) for s in (0, 1)],
        *[("DCT", 4, n, n * 7, 90.0, s) for n in (5, 10**1.5, 500) for s in (0, 1)],
    ]
    names = ["basis", "coefficients", "parameters", "operations", "test_accuracy", "seed"]
    runs = pd.DataFrame(rows, columns=names)
    found = few_coefficients.beside_dense(runs)
    assert len(found) == 6
    middle = found[found.parameters.between(30, 40)].sort_values("seed")
    assert middle.ahead.tolist() == pytest.approx([90 - 87.5, 90 - 88.5])
    assert middle.times.tolist() == pytest.approx([0.07, 0.07])
    assert np.isnan(found[found.parameters.isin([5, 500])].ahead).all()
