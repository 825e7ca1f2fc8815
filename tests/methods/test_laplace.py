"""The coder of whole numbers: lossless, and near what their distribution allows."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jpegnet.methods import laplace


@given(st.integers(1, 12), st.integers(1, 9), st.integers(0, 2**32 - 1), st.floats(0, 2000))
def test_what_is_decoded_is_what_was_encoded(rows, columns, seed, scale):
    rng = np.random.default_rng(seed)
    q = np.rint(rng.laplace(0, scale, (rows, columns))).clip(-32767, 32767)
    q[:, rng.random(columns) < 0.3] = 0
    np.testing.assert_array_equal(laplace.decode(laplace.encode(q), q.shape), q)


def test_bytes_are_near_the_entropy():
    rng = np.random.default_rng(0)
    q = np.rint(rng.laplace(0, np.geomspace(0.05, 20, 64), (4000, 64)))
    entropy = 0.0
    for column in q.T:
        p = np.unique(column, return_counts=True)[1] / len(column)
        entropy -= len(column) * (p * np.log2(p)).sum()
    assert entropy / 8 * 0.99 < len(laplace.encode(q)) < entropy / 8 * 1.06


def test_a_number_that_does_not_fit_is_named():
    with pytest.raises(ValueError, match="40000 is more"):
        laplace.encode(np.array([[40_000]]))
