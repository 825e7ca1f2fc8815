"""Networks over rows after training: their matrices, alone as pictures, and what that does."""

import numpy as np
import pytest
import torch

from jpegnet.nets.attention import Attention
from jpegnet.nets.network import fresh
from jpegnet.nets.recurrent import Recurrent
from jpegnet.studies import recurrence

GRU = Recurrent("gru", 12)


def test_matrices_are_cut_out_and_put_back():
    network = fresh(GRU, torch.Generator().manual_seed(0))
    found = dict(recurrence.matrices(network))
    shapes = {name: matrix.shape for name, matrix in found.items()}
    assert shapes == {
        recurrence.INPUT: (36, 28),
        recurrence.RECURRENT: (36, 12),
        "out.weight": (10, 12),
    }
    changed = recurrence.replaced(network, recurrence.RECURRENT, np.zeros((36, 12), np.float32))
    again = dict(recurrence.matrices(changed))
    assert not again[recurrence.RECURRENT].any()
    assert np.array_equal(again[recurrence.INPUT], found[recurrence.INPUT])
    assert found[recurrence.RECURRENT].any()  # the network itself stays as it was


def test_the_radius_is_that_of_the_candidates():
    network = fresh(GRU, torch.Generator().manual_seed(0))
    network.tensors["cell.weight"][24:, 28:] = torch.diag(torch.linspace(-3, 2, 12))
    assert recurrence.radius(network) == pytest.approx(3)


@pytest.mark.slow
def test_each_matrix_goes_through_jpeg_alone(kept, few):
    tables = recurrence.runs(recurrence.recipe(GRU, 1), 2, (5, 99), few)
    one = {name: table[table.seed.eq(0)] for name, table in tables.items()}
    quality = one["qualities"].set_index(["matrix", "quality"])
    rows = one["rows"].set_index(["matrix", "quality", "row"])
    for name in (recurrence.INPUT, recurrence.RECURRENT):
        assert quality.bytes[name, 5] < quality.bytes[name, 99]
        assert rows.error[name, 99, 28] < rows.error[name, 5, 28]
        assert rows.divergence[name, 5, 28] > 0
    assert abs(quality.test_loss[recurrence.INPUT, 99]) < 1
    assert quality.radius["out.weight", 5] == quality.radius["out.weight", 99]
    table = recurrence.tolerated(one)
    assert table.matrix.tolist() == [recurrence.INPUT, recurrence.RECURRENT, "out.weight"]
    assert table.bits_per_weight[0] == pytest.approx(
        8 * quality.bytes[recurrence.INPUT, int(table.quality[0])] / (36 * 28)
    )
    gains = tables["matrices"][tables["matrices"].matrix.eq(recurrence.RECURRENT)].gain_db
    assert recurrence.gain(tables).value == pytest.approx(gains.mean())
    mixing = recurrence.runs(recurrence.recipe(Attention(8, 2, 8, 1), 1), 1, (50,), few)
    assert "rows" not in mixing
    assert mixing["matrices"].matrix.tolist()[:2] == ["embed.weight", "0.match"]
