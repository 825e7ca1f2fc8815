"""How networks are compared."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from jpegnet.data import mnist as data
from jpegnet.data.labelled import Labelled
from jpegnet.nets import evaluation


@given(st.integers(0, 2**32 - 1))
def test_divergence_is_that_of_kullback_and_leibler(seed):
    before, after = torch.randn(2, 7, 10, generator=torch.Generator().manual_seed(seed)) * 3
    p, q = before.double().softmax(1), after.double().softmax(1)
    by_hand = (p * (p / q).log()).sum(1).mean().item()
    assert by_hand > 0
    assert evaluation.divergence(before, after) == pytest.approx(by_hand, rel=1e-9)
    assert evaluation.divergence(before, before) == 0
    # A constant more changes no answer.
    assert evaluation.divergence(before, before + 5) == pytest.approx(0, abs=1e-6)


def test_equal_inputs_have_one_evaluator_a_process():
    test = data.load().test
    few, same = (Labelled(test.inputs[:9].clone(), test.labels[:9].clone()) for _ in range(2))
    assert evaluation.evaluator(few) is evaluation.evaluator(same)
    assert evaluation.evaluator(few) is not evaluation.evaluator(
        Labelled(few.inputs, test.labels[1:10])
    )
