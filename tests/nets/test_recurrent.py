"""Recurrent networks: their cells as their papers have them, their gradients, their values."""

import pytest
import torch

from jpegnet.nets.cells import CELLS
from jpegnet.nets.network import fresh
from jpegnet.nets.recurrent import Recurrent

SMALL = {"units": 5, "inputs": 3, "outputs": 4}


def plainly(architecture, tensors, x):
    """Scores of one sequence (steps, inputs), as the docstring's formulas have it."""
    units, W = architecture.units, tensors["cell.weight"]
    b, h = tensors["cell.bias"], torch.zeros(architecture.units)
    for row in x:
        if architecture.cell == "gru":
            r, z = torch.sigmoid(W[: 2 * units] @ torch.cat([row, h]) + b[: 2 * units]).split(units)
            c = torch.tanh(W[2 * units :] @ torch.cat([row, r * h]) + b[2 * units :])
        else:
            both = W @ torch.cat([row, h])
            z, c = torch.sigmoid(both + b[:units]), torch.tanh(both + b[units:])
        h = z * h + (1 - z) * c
    return tensors["out.weight"] @ h + tensors["out.bias"]


@pytest.mark.parametrize("cell", CELLS)
def test_a_network_is_its_formulas(cell):
    architecture = Recurrent(cell, **SMALL)
    network = fresh(architecture, torch.Generator().manual_seed(0))
    x = torch.rand(7, 6, 3, generator=torch.Generator().manual_seed(1))
    wanted = torch.stack([plainly(architecture, network.tensors, some) for some in x])
    torch.testing.assert_close(network.logits(x), wanted)
    torch.testing.assert_close(network.logits(x.flatten(1)), wanted)
    states = architecture.states(network.tensors, x)
    torch.testing.assert_close(architecture.scores(network.tensors, states[-1]), wanted)
    torch.testing.assert_close(states[2], architecture.last(network.tensors, x[:, :3]))


@pytest.mark.parametrize(("cell", "rows", "biases"), [("gru", 3, 3), ("fastgrnn", 1, 2)])
def test_gradients_are_those_of_differences(cell, rows, biases):
    generator = torch.Generator().manual_seed(0)
    units, inputs, steps, n = 3, 2, 4, 5
    weight = torch.randn(rows * units, inputs + units, generator=generator).double()
    bias = torch.randn(biases * units, 1, generator=generator).double()
    x = torch.randn(steps, inputs, n, generator=generator).double()
    given = weight.requires_grad_(), bias.requires_grad_(), x
    assert torch.autograd.gradcheck(CELLS[cell].apply, given)


def test_names_and_numbers():
    for cell in CELLS:
        architecture = Recurrent(cell, **SMALL)
        numbers = iter(architecture.numbers)
        assert Recurrent.from_numbers(lambda numbers=numbers: next(numbers)) == architecture
    assert Recurrent().name == "gru-28-36-10"
    assert Recurrent().shapes["cell.weight"] == (108, 64)
    assert Recurrent().operations(28) == 2 * (28 * 108 * 64 + 360)
    with pytest.raises(ValueError, match="no cell"):
        Recurrent("lstm")
    with pytest.raises(ValueError, match="cell 7"):
        Recurrent.from_numbers(iter([7, 1, 1, 1]).__next__)
    with pytest.raises(ValueError, match="no recurrent"):
        Recurrent(units=0)
