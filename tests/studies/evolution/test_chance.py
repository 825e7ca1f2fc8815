"""Chance that is told by where it is asked for."""

import numpy as np
from scipy import stats

from jpegnet.studies.evolution import chance


def test_it_is_uniform_and_normal_and_what_is_asked_beside_it_does_not_matter():
    seeds = chance.words(np.arange(200, dtype=np.uint32), 5)
    uniform = chance.uniform(seeds[:, None], np.arange(500))
    normal = chance.normal(seeds[:, None], np.arange(500))
    assert stats.kstest(uniform.ravel(), "uniform").pvalue > 1e-3
    assert stats.kstest(normal.ravel(), "norm").pvalue > 1e-3
    neighbours = np.corrcoef(uniform[:-1].ravel(), uniform[1:].ravel())[0, 1]
    following = np.corrcoef(normal[:, :-1].ravel(), normal[:, 1:].ravel())[0, 1]
    assert max(abs(neighbours), abs(following)) < 0.02
    assert chance.uniform(seeds[7:8], 11) == uniform[7, 11]


def test_words_scatter_each_bit():
    words = np.arange(1 << 12, dtype=np.uint32)
    for bit in range(32):
        flipped = chance.words(words, 0) ^ chance.words(words ^ np.uint32(1 << bit), 0)
        share = np.unpackbits(flipped.view(np.uint8)).mean()
        assert abs(share - 0.5) < 0.01
