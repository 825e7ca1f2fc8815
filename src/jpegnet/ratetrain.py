"""Training through the codec: networks trained as the standard JPEG files that they become.

What is trained are the coefficients of the network's picture, in units of their steps, and one
scale a part. Each step of training decodes the picture as a reader will (`diffjpeg.samples`: whole
coefficients, whole grey levels, cut off at 0 and 255) and minimises

    cross-entropy + price · bits,

bits being what `diffjpeg.bits` estimates that the file spends on the coefficients. The file is
then written by `picture.write`, and what is reported is the network that is decoded from it.
"""

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
import torch
from torch.nn import functional

from jpegnet import data, mlp, picture
from jpegnet.artifacts import stage
from jpegnet.dct import LUMINANCE
from jpegnet.evaluation import evaluators
from jpegnet.mlp import State
from jpegnet.picturenet import PictureNetwork, without_dead_units
from jpegnet.refine import refine
from jpegnet.tiles import SIDE

_GAIN = 2.0  # first weights, over those of `mlp.build`: large enough to survive the first steps
_SCALE_RATE, _COST_RATE = 3e-3, 3e-2  # Adam's, for logarithms of scales
_OVERFLOW = 1e-3  # price of a grey level beyond what a picture holds


@dataclass(frozen=True)
class Recipe:
    """How a network is trained through the codec.

    ``widths``: inputs, hidden units at the start, outputs. ``price``: nats of cross-entropy that
    a bit of the file is worth; from 0 it rises to this over the first ``ramp`` of the steps.
    ``shift``: each batch is moved by up to so many pixels, both ways. ``smallest``: the least
    quantisation step, in grey levels; the others follow the eye's table (T.81, K.1) to the power
    ``exponent``. ``rate``: Adam's, for the coefficients, in units of their steps; it falls to
    zero along half a cosine. ``batch``: images a step. ``every``: the bits are estimated at every
    so-manieth step, with as much more weight. ``per_frequency``: whether the estimate has a scale
    for each frequency, or one a part. ``grey``: whether training knows that grey levels are whole
    numbers of 0 to 255. ``passes``: how often each coefficient is chosen anew afterwards
    (`refine.refine`), which is done for networks of one hidden layer.
    """

    widths: tuple[int, ...] = (784, 64, 10)
    price: float = 2e-5
    epochs: int = 100
    ramp: float = 0.05
    shift: int = 1
    smallest: int = 20
    exponent: float = 0.3
    rate: float = 4e-2
    batch: int = 512
    every: int = 4
    per_frequency: bool = True
    grey: bool = True
    passes: int = 2

    def rates(self, done: float) -> tuple[float, float, float]:
        """Adam's rates for coefficients, scales and costs, at a share of the steps, 0 to 1."""
        share = min(1.0, done / 0.02) * (1 + math.cos(math.pi * done)) / 2
        return self.rate * share, _SCALE_RATE * share, _COST_RATE

    def table(self) -> np.ndarray:
        """Quantisation steps, int (8, 8)."""
        steps = LUMINANCE**self.exponent
        return np.clip(np.rint(steps * self.smallest / steps.min()), 1, 255).astype(int)


def first_network(widths: tuple[int, ...], generator: torch.Generator) -> State:
    """A fresh network, its weights larger than those of `mlp.build`."""
    state = mlp.build(widths, generator).state_dict()
    return {k: _GAIN * v if k.endswith("weight") else v for k, v in state.items()}


def _optimizer(net: PictureNetwork) -> torch.optim.Adam:
    groups = [{"params": [p]} for p in (net.q, net.log_scales, net.log_costs)]
    return torch.optim.Adam(groups, lr=0.0, fused=True)


def fit(recipe: Recipe, seed: int, split: data.Split) -> tuple[PictureNetwork, pd.DataFrame]:
    """Train a network; the seed determines its first weights and the order of the images.

    Returns:
        The network; and, an epoch a row: epoch, cross_entropy (nats, mean over the batches),
        bits (estimated, likewise), units (hidden ones).
    """
    generator = torch.Generator().manual_seed(seed)
    net = PictureNetwork(first_network(recipe.widths, generator), recipe.table())
    optimizer = _optimizer(net)
    x, labels = split.x, split.labels
    per_epoch = len(x) // recipe.batch
    rows, step = [], 0
    for epoch in range(recipe.epochs):
        order = torch.randperm(len(x), generator=generator)[: per_epoch * recipe.batch]
        losses, estimates = [], []
        for batch in order.split(recipe.batch):
            done = step / (recipe.epochs * per_epoch)
            for group, rate in zip(optimizer.param_groups, recipe.rates(done), strict=True):
                group["lr"] = rate
            moves = torch.randint(-recipe.shift, recipe.shift + 1, (2,), generator=generator)
            dy, dx = moves.tolist()
            pixels = net.entries[0] + SIDE * dy + dx  # the tile's window moves over the image
            seen = x.index_select(0, batch).index_select(1, pixels)
            logits = net.logits(seen, grey=recipe.grey)
            loss = functional.cross_entropy(logits, labels[batch])
            losses.append(loss.item())
            if step % recipe.every == 0:
                noise = torch.rand(net.q.shape, generator=generator) - 0.5
                # To pay for differences draws a DC to its neighbour's, not to 0: no unit would die.
                bits = net.bits(noise, recipe.per_frequency, differences=done >= 0.5)
                estimates.append(bits.item())
                price = recipe.price * min(1.0, 0.02 + done / recipe.ramp)
                loss = loss + recipe.every * (price * bits + _OVERFLOW * net.overflow())
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            step += 1
        hidden = net.layout.widths[1:-1]
        rows.append([epoch + 1, np.mean(losses), np.mean(estimates), sum(hidden)])
        if epoch < recipe.epochs // 2:
            smaller = without_dead_units(net.state())
            left = [len(bias) for _, bias in mlp.layers(smaller)][:-1]
            if any(8 * n <= 7 * before for n, before in zip(left, hidden, strict=True)):
                # Fewer units stand otherwise in the blocks of the next layer, and learn anew.
                costs = net.log_costs.detach()
                net = PictureNetwork(smaller, recipe.table(), net.log_scales.detach())
                net.log_costs.data.copy_(costs)
                optimizer = _optimizer(net)
    columns = ["epoch", "cross_entropy", "bits", "units"]
    return net, pd.DataFrame(rows, columns=columns)


@stage
def codec_run(recipe: Recipe, seed: int) -> dict:
    """Train one network through the codec, write its file, and evaluate what is decoded from it.

    Returns:
        ``network.jpg``; ``curves.csv`` (see `fit`); and ``result.json``: bytes, val_accuracy and
        test_accuracy (per cent), val_loss (cross-entropy on the validation images, nats), units,
        nonzero (coefficients), widths (of the network in the file); and of the file before
        coefficients were chosen anew, trained_bytes and model_bits, as training estimated them.
    """
    split = data.load().train
    net, curves = fit(recipe, seed, split)
    trained = net.file()
    if recipe.passes and len(recipe.widths) == 3:
        refine(net, recipe.price, split, passes=recipe.passes)
    file = net.file()
    decoded = picture.decode(file)
    validation, test = evaluators()
    loss = functional.cross_entropy(validation.logits(decoded), validation.labels.cpu())
    return {
        "network.jpg": file,
        "curves.csv": curves,
        "result.json": {
            "bytes": len(file),
            "trained_bytes": len(trained),
            "val_accuracy": validation.accuracy(decoded),
            "test_accuracy": test.accuracy(decoded),
            "val_loss": loss.item(),
            "units": int(curves.units.iloc[-1]),
            "nonzero": int(net.q.detach().round().count_nonzero()),
            "model_bits": float(curves.bits.iloc[-1]),
            "widths": "-".join(map(str, net.layout.widths)),
        },
    }
