"""How a network that was read back from bytes compares with the one that was written."""

import functools

import torch
from torch.nn import functional

from jpegnet import data
from jpegnet.mlp import Evaluator


@functools.cache
def evaluators() -> tuple[Evaluator, Evaluator]:
    """On the validation images, from which all is chosen; on the test images, for what is told."""
    split = data.load()
    return Evaluator(split.validation), Evaluator(split.test)


def divergence(before: torch.Tensor, after: torch.Tensor) -> float:
    """Mean Kullback-Leibler divergence, in nats, of answers from logits (n, 10) and (n, 10)."""
    logs = functional.log_softmax(after.double(), 1), functional.log_softmax(before.double(), 1)
    return functional.kl_div(*logs, reduction="batchmean", log_target=True).item()
