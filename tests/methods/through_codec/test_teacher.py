"""What a teacher says of the images, beside their labels."""

import torch

from jpegnet.data import mnist
from jpegnet.methods.through_codec import teacher
from jpegnet.nets.mlp import Mlp


def test_without_a_teacher_the_labels_are_sure():
    few = mnist.load().train.first(50)
    truth = teacher.truth(Mlp((784, 100, 10)), 0, few)
    assert torch.equal(truth.argmax(1), few.labels)
    assert truth.unique().tolist() == [0, 1]


def test_a_teacher_answers_with_probabilities_that_mostly_agree(kept):
    few = mnist.load().train.first(3000)
    truth = teacher.truth(Mlp((784, 100, 10)), 1, few)
    torch.testing.assert_close(truth.sum(1), torch.ones(3000))
    assert (truth.argmax(1) == few.labels).double().mean() > 0.85
    assert 0 < truth.max(1).values.min() < 0.9


def test_copies_are_the_same_at_each_call():
    few = mnist.load().train.first(30)
    first, again = teacher.copies(few.inputs), teacher.copies(few.inputs)
    assert all(map(torch.equal, first, again))
    assert not torch.equal(first[0], first[1])
