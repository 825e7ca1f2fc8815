"""Means and confidence intervals; expected values from printed tables of Student's t."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jpegnet.kept.estimates import Estimate, mean_ci


@pytest.mark.parametrize(
    ("values", "mean", "half"),
    [
        # t(0.975) for 1, 2 and 9 degrees of freedom is 12.7062, 4.30265 and 2.26216.
        ([97.0, 99.0], 98.0, 12.7062),
        ([1, 2, 3], 2.0, 4.30265 / math.sqrt(3)),
        ([0] * 5 + [6] * 5, 3.0, 2.26216),  # variance 10 · 9 / 9, so s / √10 = 1
        ([5.0, 5.0, 5.0], 5.0, 0.0),
    ],
)
def test_the_interval_is_that_of_the_t_table(values, mean, half):
    estimate = mean_ci(values)
    assert estimate.value == pytest.approx(mean, abs=1e-12)
    assert estimate.ci_low == pytest.approx(mean - half, rel=1e-5)
    assert estimate.ci_high == pytest.approx(mean + half, rel=1e-5)


@pytest.mark.parametrize("values", [[], [98.0], [98.0, math.nan], [98.0, math.inf]])
def test_too_few_or_unfinite_values_have_no_interval(values):
    with pytest.raises(ValueError, match="at least two finite values"):
        mean_ci(values)


@given(
    st.lists(st.floats(-100, 100), min_size=2, max_size=12),
    st.floats(0.1, 10),
    st.floats(-100, 100),
)
def test_a_change_of_unit_changes_the_estimate_alike(values, factor, offset):
    before = mean_ci(values)
    after = mean_ci([factor * value + offset for value in values])
    for name in ("value", "ci_low", "ci_high"):
        moved = factor * getattr(before, name) + offset
        assert getattr(after, name) == pytest.approx(moved, abs=1e-6)
    assert before.ci_low <= before.value <= before.ci_high


def test_an_estimate_shows_its_interval():
    assert f"{Estimate(98.314, 98.271, 98.357):.2f}" == "98.31 [98.27, 98.36]"
