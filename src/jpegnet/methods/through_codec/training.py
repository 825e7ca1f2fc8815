"""Training through the codec: a network trained as the standard JPEG file that it becomes.

What is trained are the coefficients of the network's picture, in units of their steps, and one
scale a part. Each step of training decodes the picture as a reader will (`diffjpeg.samples`: whole
coefficients, whole grey levels, cut off at 0 and 255) and minimises

    cross-entropy + price · bits,

bits being what `diffjpeg.bits` estimates that the file spends on the coefficients. The file is
then written by `picture.file.write`, and what is reported is the network that is decoded from it.
"""

import math

import numpy as np
import pandas as pd
import torch

from jpegnet.data.labelled import Labelled
from jpegnet.data.moved import moves
from jpegnet.kept.artifacts import stage
from jpegnet.methods.through_codec.chain import ChainPicture
from jpegnet.methods.through_codec.choose import choose
from jpegnet.methods.through_codec.kernels import KernelPicture
from jpegnet.methods.through_codec.nested import NestedPicture
from jpegnet.methods.through_codec.picturenet import PictureNetwork
from jpegnet.methods.through_codec.recipe import CodecRecipe
from jpegnet.methods.through_codec.refine import refine
from jpegnet.methods.through_codec.sequences import AttentionPicture, RecurrentPicture
from jpegnet.methods.through_codec.teacher import copies, truth
from jpegnet.nets.attention import Attention
from jpegnet.nets.convolutional import Convolutional
from jpegnet.nets.mlp import Mlp
from jpegnet.nets.nested import Nested
from jpegnet.nets.network import Architecture, Network, fresh
from jpegnet.nets.recurrent import Recurrent

_PICTURES = {
    Mlp.kind: ChainPicture,
    Convolutional.kind: KernelPicture,
    Recurrent.kind: RecurrentPicture,
    Attention.kind: AttentionPicture,
    Nested.kind: NestedPicture,
}
_GAIN = 2.0  # of first weights over the usual ones: large enough to survive the first steps
_OVERFLOW = 1e-3  # price of a grey level beyond what a picture holds


def first_network(architecture: Architecture, generator: torch.Generator) -> Network:
    """A fresh network whose weights are twice as large as usual."""
    found = fresh(architecture, generator).tensors
    tensors = {name: _GAIN * t if t.ndim > 1 else t for name, t in found.items()}
    return Network(architecture, tensors)


def picture_of(network: Network, *how) -> PictureNetwork:
    """The network as coefficients; ``how`` as in `PictureNetwork`."""
    return _PICTURES[network.architecture.kind](network, *how)


class Training:
    """A network that is being trained, its optimiser, and the step that it is at."""

    def __init__(self, recipe: CodecRecipe, generator: torch.Generator, data: Labelled):
        self.recipe, self.generator = recipe, generator
        self.images = data.inputs
        self.truth = truth(recipe.teaches, recipe.teacher, data)
        self.copies = copies(data.inputs) if recipe.warped else []
        self.per_epoch, self.step = len(self.images) // recipe.batch, 0
        self._take(picture_of(first_network(recipe.architecture, generator), recipe.table()))

    def _take(self, net: PictureNetwork) -> None:
        self.net = net
        groups = [{"params": [p]} for p in (net.q, net.log_scales, net.log_costs)]
        self.optimizer = torch.optim.Adam(groups, lr=0.0, fused=True)

    def epoch(self) -> tuple[float, float]:
        """All images once; returns means over the batches of cross-entropy and of bits."""
        count = self.per_epoch * self.recipe.batch
        order = torch.randperm(len(self.images), generator=self.generator)[:count]
        losses, estimates = zip(*map(self._batch, order.split(self.recipe.batch)), strict=True)
        return np.mean(losses), np.mean([bits for bits in estimates if bits is not None])

    def _batch(self, batch: torch.Tensor) -> tuple[float, float | None]:
        """A step on these images; returns cross-entropy, and bits where they are estimated."""
        recipe, net, done = self.recipe, self.net, self.step / (self.recipe.epochs * self.per_epoch)
        for group, rate in zip(self.optimizer.param_groups, recipe.rates(done), strict=True):
            group["lr"] = rate
        seen, wanted = self.seen(batch), self.truth[batch]
        cross_entropy = net.descend(seen, wanted, recipe.grey, self._jitter())
        if recipe.clip < math.inf:
            torch.nn.utils.clip_grad_norm_(net.q, recipe.clip)
        net.log_costs.grad, estimate = None, None
        if self.step % recipe.every == 0:
            noise = torch.rand(net.q.shape, generator=self.generator) - 0.5
            # In the first half a DC pays for itself: paying for differences draws it to its
            # neighbour's, not to 0, and no unit would die.
            bits = net.bits(noise, recipe.per_frequency, differences=done >= 0.5)
            estimate = bits.item()
            price = recipe.price * min(1.0, 0.02 + done / recipe.ramp)
            (recipe.every * (price * bits + _OVERFLOW * net.overflow())).backward()
        self.optimizer.step()
        self.step += 1
        return cross_entropy, estimate

    def _jitter(self) -> torch.Tensor | None:
        """A level more or less, for a share of the samples, as other decoders may have it."""
        if not (share := self.recipe.jitter):
            return None
        chance = torch.rand(self.net.q.shape, generator=self.generator)
        return (chance < share / 2).float() - (chance > 1 - share / 2).float()

    def seen(self, batch: torch.Tensor) -> torch.Tensor:
        """What the network sees of these images, a part of them moved by each shift."""
        drawn = moves(self.recipe.shift, self.generator)
        images, seen = self.images, []
        if self.copies and torch.rand(1, generator=self.generator) < self.recipe.warped:
            images = self.copies[torch.randint(len(self.copies), (1,), generator=self.generator)]
        images = images.index_select(0, batch).tensor_split(len(drawn))
        for some, (dy, dx) in zip(images, drawn, strict=True):
            seen.append(self.net.window(some, dy, dx))
        return torch.cat(seen).float().div_(255)

    def drop_dead_units(self) -> None:
        """Lay the network out anew without its dead units, if an eighth of a layer is dead."""
        net = self.net
        smaller = picture_of(net.smaller(), self.recipe.table(), net.log_scales.detach())
        if any(8 * n <= 7 * many for n, many in zip(smaller.hidden, net.hidden, strict=True)):
            # The next layer's blocks now hold other units, so Adam begins anew with them.
            smaller.log_costs.data.copy_(net.log_costs.detach())
            self._take(smaller)


def fit(recipe: CodecRecipe, seed: int, data: Labelled) -> tuple[PictureNetwork, pd.DataFrame]:
    """Train a network; the seed determines its first weights and the order of the images.

    Returns:
        The network; and, an epoch a row: epoch, cross_entropy (nats, mean over the batches),
        bits (estimated, likewise), units (hidden ones).
    """
    training = Training(recipe, torch.Generator().manual_seed(seed), data)
    rows = []
    for epoch in range(recipe.epochs):
        cross_entropy, bits = training.epoch()
        rows.append([epoch + 1, cross_entropy, bits, sum(training.net.hidden)])
        if epoch < recipe.epochs // 2:
            training.drop_dead_units()
    return training.net, pd.DataFrame(rows, columns=["epoch", "cross_entropy", "bits", "units"])


@stage
def codec_run(recipe: CodecRecipe, seed: int, data: Labelled) -> dict:
    """Train one network through the codec on these images, and write its file.

    Returns:
        ``network.jpg``; ``curves.csv`` (see `fit`); and ``result.json``: units, nonzero
        (coefficients), widths (of the network in the file); and of the file before coefficients
        were chosen anew, trained_bytes and model_bits, as training estimated them.
    """
    net, curves = fit(recipe, seed, data)
    trained = net.file()
    if recipe.passes:
        images, wanted = data.inputs, truth(recipe.teaches, recipe.teacher, data)
        if recipe.warped:  # what is chosen by images that were learned by heart suits these alone
            images, wanted = torch.cat([images, copies(images)[0]]), wanted.repeat(2, 1)
        if isinstance(net, ChainPicture) and len(net.hidden) == 1:
            x = images.flatten(1).float().div_(255)
            refine(net, recipe.price, x, wanted, recipe.passes)
        else:
            choose(net, recipe.price, images, wanted, recipe.passes)
    return {
        "network.jpg": net.file(),
        "curves.csv": curves,
        "result.json": {
            "trained_bytes": len(trained),
            "units": int(curves.units.iloc[-1]),
            "nonzero": int(net.q.detach().round().count_nonzero()),
            "model_bits": float(curves.bits.iloc[-1]),
            "widths": net.architecture.name,
        },
    }
