"""The adding problem: its sequences, its error, and where memory is lost."""

import pandas as pd
import pytest
import torch

from jpegnet.studies import memory


def test_two_steps_are_marked_one_in_each_half_and_their_numbers_are_added():
    x, wanted = memory.sums(50, 9, torch.Generator().manual_seed(0))
    assert x.shape == (50, 9, 2)
    numbers, marks = x.unbind(2)
    assert marks[:, :4].sum(1).eq(1).all()
    assert marks[:, 4:].sum(1).eq(1).all()
    assert wanted.equal((numbers * marks).sum(1))
    _, many = memory.sums(20_000, 9, torch.Generator().manual_seed(0))
    assert (many - 1).square().mean().item() == pytest.approx(memory.BLIND, rel=0.03)


def test_memory_is_lost_at_the_highest_quality_that_costs_half_of_it():
    rows = [(0, 0.001), (5, 0.2), (20, 0.1), (50, 0.01), (90, 0.002)]
    table = pd.DataFrame(
        [(length, seed, q, e) for length in (10, 20) for seed in (0, 1) for q, e in rows],
        columns=["length", "seed", "quality", "error"],
    )
    table.loc[(table.length == 20) & (table.quality > 0), "error"] = 0.01
    found = memory.lost(table)
    assert found.quality.tolist() == [20, 0]
    assert found.error.tolist() == [0.001, 0.001]


@pytest.mark.slow
def test_a_network_learns_to_add_and_coarse_weights_forget(kept):
    table = memory.runs((10,), 1, 400, (1, 98))
    error = table.set_index("quality").error
    assert error[0] < memory.BLIND / 20
    assert error[98] < memory.BLIND / 5
    assert error[1] > 2 * error[98]
    assert table.bytes.is_monotonic_increasing is False  # float32 stands first
