"""What a method costs and loses on a network: one way to measure all of them."""

import time
from collections.abc import Callable
from functools import cached_property

import torch
from torch.nn import functional

from jpegnet.data.labelled import Labelled
from jpegnet.methods.method import Method
from jpegnet.nets.evaluation import accuracy, divergence, evaluator
from jpegnet.nets.network import Network

Also = Callable[[Method, bytes, Network], dict[str, float]]


class Judge:
    """Measures methods on one network, by inputs of one or several kinds.

    ``network``: what is encoded, and what answers are compared with; ``inputs``: such as
    ``{"val": data.validation, "test": data.test}``.
    """

    def __init__(self, network: Network, inputs: dict[str, Labelled]):
        self.network, self.inputs = network, inputs

    @cached_property
    def before(self) -> dict[str, torch.Tensor]:
        """The network's own logits, (n, classes), by kind of inputs."""
        return {kind: evaluator(some).logits(self.network) for kind, some in self.inputs.items()}

    def measure(self, method: Method, also: Also | None = None) -> dict[str, str | float]:
        """Encode the network, decode it from these bytes alone, and compare the two networks.

        Args:
            also: more columns, from the method, the bytes and the decoded network.

        Returns:
            The method's name and settings; bytes, and those of its parts; bits_per_weight (8 ·
            bytes / parameters of the network); encode_seconds and decode_seconds; and by kind of
            inputs, named ``KIND_…``: accuracy of the decoded network (per cent), loss (by how
            many points that is under the network's own), cross_entropy (nats), divergence (of the
            decoded network's answers from the network's own, nats).
        """
        began = time.perf_counter()
        data = method.encode(self.network)
        encoded = time.perf_counter()
        decoded = method.decode(data)
        finished = time.perf_counter()
        row = {
            "method": method.name,
            **method.settings,
            "bytes": len(data),
            **method.parts(data),
            "bits_per_weight": 8 * len(data) / self.network.parameters,
            "encode_seconds": encoded - began,
            "decode_seconds": finished - encoded,
        }
        for kind, some in self.inputs.items():
            before, after = self.before[kind], evaluator(some).logits(decoded)
            right = accuracy(after, some.labels)
            row[f"{kind}_accuracy"] = right
            row[f"{kind}_loss"] = round(accuracy(before, some.labels) - right, 2)
            row[f"{kind}_cross_entropy"] = functional.cross_entropy(after, some.labels).item()
            row[f"{kind}_divergence"] = divergence(before, after)
        return row | (also(method, data, decoded) if also else {})
