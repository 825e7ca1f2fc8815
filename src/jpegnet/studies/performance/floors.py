"""Floors: what a piece of work cannot do without, and nothing else."""

from collections.abc import Callable
from functools import partial

import numpy as np
import simplejpeg
import torch
from torch.nn import functional

from jpegnet.kept.compute import device
from jpegnet.methods.through_codec.training import Training
from jpegnet.nets import mlp
from jpegnet.nets.mlp import Mlp
from jpegnet.nets.network import Network


def evaluation(network: Network, x: torch.Tensor) -> torch.Tensor:
    """The bare products of all inputs (n, 784) with both layers: (n, classes), up to biases."""
    (weight, _), (following, _) = mlp.layers(network)
    return (x @ weight.to(x).T) @ following.to(x).T


def libjpeg(grey: np.ndarray, level: int) -> list[np.ndarray]:
    """Pictures (n, h, w) to JPEG files and back by the binding that adds least to libjpeg-turbo."""
    files = [simplejpeg.encode_jpeg(one[..., None], level, "GRAY", "Gray") for one in grey]
    return [simplejpeg.decode_jpeg(file, "GRAY") for file in files]


def step(widths: tuple[int, ...], batch: int) -> Callable[[], list[torch.Tensor]]:
    """The products of a training step of one hidden layer: two forward, three backward.

    Returned is a function that computes them once, of numbers that are random.
    """
    inputs, hidden, outputs = widths
    generator = torch.Generator().manual_seed(0)
    shapes = (batch, inputs), (hidden, inputs), (outputs, hidden), (batch, hidden), (batch, outputs)
    made = [torch.randn(shape, generator=generator).to(device()) for shape in shapes]
    return partial(products, *made)


def products(
    x: torch.Tensor,
    weight: torch.Tensor,
    following: torch.Tensor,
    slope: torch.Tensor,
    error: torch.Tensor,
) -> list[torch.Tensor]:
    """The layers' sums, and the gradients of a hidden layer and of both weights.

    Args:
        x: inputs (n, i); weight (h, i) and following (o, h): of the layers.
        slope: gradient (n, h) of the first layer's sums; error: that of the second's (n, o).
    """
    hidden = x @ weight.T
    return [hidden @ following.T, error.T @ hidden, error @ following, slope.T @ x]


class PlainTraining:
    """A plain network that is trained on the pixels that one in training through the codec sees.

    It has the layers, the images, moved as well, and the optimiser of the other, but no picture.
    """

    def __init__(self, twin: Training):
        widths = len(twin.net.seen), *twin.net.hidden, 10
        self.twin, self.network = twin, Mlp(widths).module(twin.generator)
        self.optimizer = torch.optim.Adam(self.network.parameters(), fused=True)

    def epoch(self) -> float:
        """All images once; returns the mean loss."""
        twin, losses = self.twin, []
        order = torch.randperm(len(twin.images), generator=twin.generator)
        for batch in order[: twin.per_epoch * twin.recipe.batch].split(twin.recipe.batch):
            logits = self.network(twin.seen(batch))
            loss = functional.cross_entropy(logits, twin.truth[batch])
            self.optimizer.zero_grad()
            loss.backward()
            self.optimizer.step()
            losses.append(loss.item())
        return float(np.mean(losses))
