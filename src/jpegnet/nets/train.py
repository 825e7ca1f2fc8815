"""Training: the reference network and the article's 97 % network, one stage a seed."""

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import pandas as pd
import torch
from torch import nn
from torch.nn import functional

from jpegnet.data.labelled import Dataset, Labelled
from jpegnet.data.moved import moved
from jpegnet.kept.artifacts import stage
from jpegnet.kept.compute import device
from jpegnet.kept.parallel import each
from jpegnet.nets.evaluation import accuracy, evaluator
from jpegnet.nets.mlp import Mlp
from jpegnet.nets.network import Architecture, Network

_MLP = Mlp((784, 512, 10))


@dataclass(frozen=True)
class Recipe:
    """How a network is trained: Adam on cross-entropy.

    ``learning_rate`` is constant, or with ``cosine`` rises over the first tenth of the steps
    and falls to zero along a half cosine. ``shift``: images are moved by up to this many pixels,
    see `moved`; by default they are as they are.
    """

    epochs: int
    learning_rate: float
    cosine: bool
    batch: int = 128
    architecture: Architecture = _MLP
    shift: int = 0

    def rate(self, step: int, steps: int) -> float:
        """Learning rate of a step, 0 ≤ step < steps."""
        if not self.cosine:
            return self.learning_rate
        warmup = steps / 10
        done = max(0.0, step - warmup) / (steps - warmup)
        return (
            self.learning_rate * min(1.0, (step + 1) / warmup) * (1 + math.cos(math.pi * done)) / 2
        )


REFERENCE = Recipe(epochs=10, learning_rate=3e-3, cosine=True)
# The article tells only the accuracy that it began with; Adam's default rate gets there in two
# epochs.
ARTICLE97 = Recipe(epochs=2, learning_rate=1e-3, cosine=False)


def epoch(
    net: nn.Module,
    optimizer: torch.optim.Optimizer,
    images: tuple[torch.Tensor, torch.Tensor],
    batches: Sequence[torch.Tensor],
    rates: Sequence[float],
    seen: Callable[[torch.Tensor], torch.Tensor] | None = None,
) -> float:
    """A step on each batch at its learning rate; returns the mean loss.

    Args:
        images: inputs (n, …) and labels (n,), on the network's device.
        batches: which of the images, int64 (batch,) each.
        seen: what the network sees of a batch's inputs; by default these.
    """
    x, labels = images
    total = 0.0
    for batch, rate in zip(batches, rates, strict=True):
        for group in optimizer.param_groups:
            group["lr"] = rate
        inputs = x.index_select(0, batch)
        loss = functional.cross_entropy(net(seen(inputs) if seen else inputs), labels[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item()
    return total / len(batches)


def fit(recipe: Recipe, seed: int, data: Labelled) -> Iterator[tuple[Network, float]]:
    """Train a network; after each epoch, the network as it then is, and the epoch's mean loss.

    The seed determines its first weights and the order of the images. The network's tensors go on
    changing with the next epoch.
    """
    generator = torch.Generator().manual_seed(seed)
    net = recipe.architecture.module(generator).to(device())
    optimizer = torch.optim.Adam(net.parameters(), fused=True)
    images = data.x.to(device()), data.labels.to(device())
    count, per_epoch = len(data.labels), len(data.labels) // recipe.batch
    steps = recipe.epochs * per_epoch
    seen = partial(moved, most=recipe.shift, generator=generator) if recipe.shift else None
    for done in range(recipe.epochs):
        order = torch.randperm(count, generator=generator).to(device())
        batches = order[: per_epoch * recipe.batch].split(recipe.batch)
        rates = [recipe.rate(done * per_epoch + i, steps) for i in range(per_epoch)]
        loss = epoch(net, optimizer, images, batches, rates, seen)
        yield Network(recipe.architecture, net.state_dict()), loss


@stage
def train_run(recipe: Recipe, seed: int, data: Dataset) -> dict:
    """Train one network, see `fit`.

    Returns:
        ``network.safetensors`` (its tensors), ``curves.csv`` (epoch, train_loss, val_loss,
        val_accuracy), ``logits.safetensors`` (``test``: (10000, 10)) and ``result.json``
        (val_accuracy, test_accuracy in per cent).
    """
    rows, validation = [], data.validation
    for network, loss in fit(recipe, seed, data.train):
        logits = evaluator(validation).logits(network)
        row = {"epoch": len(rows) + 1, "train_loss": loss}
        row["val_loss"] = functional.cross_entropy(logits, validation.labels).item()
        rows.append(row | {"val_accuracy": accuracy(logits, validation.labels)})
    curves, logits = pd.DataFrame(rows), evaluator(data.test).logits(network)
    return {
        "network.safetensors": {name: t.cpu() for name, t in network.tensors.items()},
        "curves.csv": curves,
        "logits.safetensors": {"test": logits},
        "result.json": {
            "val_accuracy": float(curves.val_accuracy.iloc[-1]),
            "test_accuracy": accuracy(logits, data.test.labels),
        },
    }


def train_runs(recipe: Recipe, seeds: Iterable[int], data: Dataset) -> list[dict]:
    """`train_run` of each seed, several at once."""
    return each(partial(train_run, recipe, data=data), seeds, "training")


def trained(recipe: Recipe, seed: int, data: Dataset) -> Network:
    """The network of `train_run`."""
    return Network(recipe.architecture, train_run(recipe, seed, data)["network.safetensors"])
