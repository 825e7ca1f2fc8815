"""A mean over seeds and how sure it is."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

# Sums of accuracies leave dust in the last binary digits, which would let one mean be printed as
# 98.41 here and as 98.42 there.
DIGITS = 9


@dataclass(frozen=True)
class Estimate:
    """A value with its 95 % confidence interval, in the value's own unit."""

    value: float
    ci_low: float
    ci_high: float

    def __format__(self, spec: str) -> str:
        """``f"{estimate:.2f}"`` gives ``98.31 [98.27, 98.35]``."""
        return f"{self.value:{spec}} [{self.ci_low:{spec}}, {self.ci_high:{spec}}]"


def mean_ci(values: Sequence[float]) -> Estimate:
    """Mean and 95 % interval by Student's t over independent runs (one value a seed).

    Raises:
        ValueError: fewer than two values, or one that is not finite.
    """
    array = np.asarray(values, dtype=float)
    if array.size < 2 or not np.isfinite(array).all():
        raise ValueError(f"an interval needs at least two finite values, got {list(values)}")
    half = stats.t.ppf(0.975, array.size - 1) * array.std(ddof=1) / np.sqrt(array.size)
    mean = array.mean()
    return Estimate(*(round(float(v), DIGITS) for v in (mean, mean - half, mean + half)))
