"""How well networks read, and how much two networks differ."""

import functools

import torch
from torch.nn import functional

from jpegnet.data.labelled import Labelled
from jpegnet.kept.compute import device
from jpegnet.nets.network import Network


class Evaluator:
    """Evaluates many networks on the same inputs."""

    def __init__(self, labelled: Labelled):
        self.inputs = labelled.x.to(device())  # (n, …)
        self.labels = labelled.labels

    def logits(self, network: Network) -> torch.Tensor:
        """Scores of the classes: float32, shape (n, classes), on the CPU."""
        return network.logits(self.inputs).cpu()

    def accuracy(self, network: Network) -> float:
        """Per cent of the inputs whose label the network finds."""
        return accuracy(self.logits(network), self.labels)


@functools.cache
def evaluator(labelled: Labelled) -> Evaluator:
    """The `Evaluator` of these inputs, one a process."""
    return Evaluator(labelled)


def accuracy(logits: torch.Tensor, labels: torch.Tensor) -> float:
    """Per cent of the logits (n, classes) whose largest is that of the label (n,)."""
    return 100 * (logits.contiguous().argmax(1) == labels).sum().item() / len(labels)


def divergence(before: torch.Tensor, after: torch.Tensor) -> float:
    """Mean Kullback-Leibler divergence, in nats, of answers from logits (n, 10) and (n, 10)."""
    logs = functional.log_softmax(after.double(), 1), functional.log_softmax(before.double(), 1)
    return functional.kl_div(*logs, reduction="batchmean", log_target=True).item()
