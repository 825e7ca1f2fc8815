"""Training: the reference network and the article's 97 % network, one stage a seed."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

import pandas as pd
import torch
from torch.nn import functional

from jpegnet import data
from jpegnet.artifacts import stage
from jpegnet.compute import device, thread_map
from jpegnet.mlp import WIDTHS, Evaluator, State, build


@dataclass(frozen=True)
class Recipe:
    """How a network is trained: Adam on cross-entropy, no augmentation.

    ``learning_rate`` is constant, or with ``cosine`` rises over the first tenth of the steps
    and falls to zero along a half cosine.
    """

    epochs: int
    learning_rate: float
    cosine: bool
    batch: int = 128
    widths: tuple[int, ...] = WIDTHS

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


def recipe(base: str, epochs: int) -> Recipe:
    """The recipe of a base network: ``reference`` (with so many epochs) or ``article97``.

    Raises:
        ValueError: there is no such base.
    """
    match base:
        case "reference":
            return replace(REFERENCE, epochs=epochs)
        case "article97":
            return ARTICLE97
    raise ValueError(f"no base network {base!r}; there are reference and article97")


def _fit(recipe: Recipe, seed: int, split: data.Mnist) -> tuple[State, pd.DataFrame]:
    generator = torch.Generator().manual_seed(seed)
    net = build(recipe.widths, generator).to(device())
    optimizer = torch.optim.Adam(net.parameters(), fused=True)
    x, labels = split.train.x.to(device()), split.train.labels.to(device())
    validation = Evaluator(split.validation)
    per_epoch = len(x) // recipe.batch
    rows = []
    for epoch in range(recipe.epochs):
        order = torch.randperm(len(x), generator=generator).to(device())
        total = 0.0
        for i in range(per_epoch):
            for group in optimizer.param_groups:
                group["lr"] = recipe.rate(epoch * per_epoch + i, recipe.epochs * per_epoch)
            batch = order[i * recipe.batch : (i + 1) * recipe.batch]
            loss = functional.cross_entropy(net(x[batch]), labels[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item()
        logits = validation.logits(net.state_dict())
        rows.append(
            {
                "epoch": epoch + 1,
                "train_loss": total / per_epoch,
                "val_loss": functional.cross_entropy(logits, split.validation.labels).item(),
                "val_accuracy": validation.accuracy(net.state_dict()),
            }
        )
    return {name: tensor.cpu() for name, tensor in net.state_dict().items()}, pd.DataFrame(rows)


@stage
def train_run(recipe: Recipe, seed: int) -> dict:
    """Train one network; the seed determines its first weights and the order of the images.

    Returns:
        ``network.safetensors`` (the state), ``curves.csv`` (epoch, train_loss, val_loss,
        val_accuracy), ``logits.safetensors`` (``test``: (10000, 10)) and ``result.json``
        (val_accuracy, test_accuracy in per cent).
    """
    split = data.load()
    state, curves = _fit(recipe, seed, split)
    test = Evaluator(split.test)
    return {
        "network.safetensors": state,
        "curves.csv": curves,
        "logits.safetensors": {"test": test.logits(state)},
        "result.json": {
            "val_accuracy": float(curves.val_accuracy.iloc[-1]),
            "test_accuracy": test.accuracy(state),
        },
    }


def train_runs(recipe: Recipe, seeds: Iterable[int]) -> list[dict]:
    """`train_run` of each seed, several at once."""
    data.load()  # once, before the threads want it
    return thread_map(lambda seed: train_run(recipe, seed), seeds, "training")
