"""Fully connected networks that are trained for being cut: tile after tile, or scan after scan."""

from collections.abc import Callable
from dataclasses import dataclass

import torch

from jpegnet.data.labelled import Labelled
from jpegnet.jpeg.progressive import Band
from jpegnet.kept.artifacts import stage
from jpegnet.kept.compute import product
from jpegnet.methods.through_codec.chain import ChainPicture
from jpegnet.methods.through_codec.choose import choose
from jpegnet.methods.through_codec.nested import NestedPicture
from jpegnet.methods.through_codec.parts import file_order, trained_parts
from jpegnet.methods.through_codec.picturenet import PictureNetwork
from jpegnet.methods.through_codec.recipe import CodecRecipe
from jpegnet.methods.through_codec.teacher import truth
from jpegnet.methods.through_codec.training import Training
from jpegnet.picture.order import in_scans, outputs_first

ACROSS = 6  # tiles side by side: so many arrive together, for a baseline file goes line by line
_CUT = 0.4  # share of the steps in which last bits are missing
# All DCs, then the other coefficients without their last bit, then these bits.
SCRIPT = [Band(0, 0), Band(1, 63, 0, 1), Band(1, 63, 1, 0)]


@dataclass(frozen=True)
class CutRecipe(CodecRecipe):
    """How a chain with one hidden layer is trained for being cut.

    ``by``: ``unit``, for a baseline file in which the scores' weights stand before the tiles; or
    ``scan``, for a progressive one, see `SCRIPT`.
    """

    by: str = "unit"


class UnitPicture(ChainPicture):
    """See `PictureNetwork`; its scores are those of every number of first tiles."""

    def __init__(self, *how):
        super().__init__(*how)
        self.layout = outputs_first(self.layout, ACROSS)
        self.parts = trained_parts(self.layout, self.architecture.shapes)
        self.file_places, self.file_blocks = file_order(self.layout)
        self._before = self._blocks_before()

    def logits(self, x: torch.Tensor, **how) -> torch.Tensor:
        """Scores of the digits by the first tile, by the first two, …: (n, units, 10).

        A unit whose tile has not come yet has weights of 0, and hands on relu(its bias).
        """
        weight, bias, last, out = self.matrices(**how).values()
        silent = bias[0].relu()
        more = (product(x, weight.T) + bias[0]).relu() - silent  # (n, units)
        scores = (more.T[:, :, None] * last.T[:, None]).cumsum(0)  # (units, n, 10)
        return scores.transpose(0, 1) + (out[0] + last @ silent)

    loss = NestedPicture.loss
    descend = PictureNetwork.descend

    def file(self, coding: str = "optimised") -> bytes:
        """See `PictureNetwork`; baseline."""
        return super().file(coding)


class ScanPicture(ChainPicture):
    """See `PictureNetwork`; some steps see it without its coefficients' last bits."""

    def __init__(self, *how):
        super().__init__(*how)
        self.chance = torch.Generator().manual_seed(0)

    @torch.no_grad()
    def descend(self, *how, **also) -> float:
        """See `PictureNetwork`."""
        if torch.rand(1, generator=self.chance) > _CUT:
            return super().descend(*how, **also)
        whole = self.q.data
        self.q.data = without_last_bits(whole)
        loss = super().descend(*how, **also)
        self.q.data = whole
        return loss

    def file(self, coding: str = "optimised") -> bytes:
        """See `PictureNetwork`; progressive, its scans are those of `SCRIPT`."""
        return in_scans(super().file(coding), SCRIPT)


def without_last_bits(q: torch.Tensor) -> torch.Tensor:
    """Coefficients (blocks, 64) of which all but the DCs lack the last bit of their magnitude."""
    whole = q.round()
    cut = 2 * (whole / 2).trunc()
    cut[:, 0] = whole[:, 0]
    return cut


_PICTURES: dict[str, Callable[..., ChainPicture]] = {"unit": UnitPicture, "scan": ScanPicture}


class _CutTraining(Training):
    """See `Training`."""

    def _take(self, net: PictureNetwork) -> None:
        how = net.network(), self.recipe.table(), net.log_scales.detach()
        cut = _PICTURES[self.recipe.by](*how)
        cut.log_costs.data.copy_(net.log_costs.detach())
        super()._take(cut)


@stage
def cut_run(recipe: CutRecipe, seed: int, data: Labelled) -> dict:
    """Train one network for being cut, and write its file, ``network.jpg``.

    Of those that are cut by unit, coefficients are chosen anew afterwards (`choose`), by the loss
    of all numbers of units.
    """
    training = _CutTraining(recipe, torch.Generator().manual_seed(seed), data)
    for epoch in range(recipe.epochs):
        training.epoch()
        if epoch < recipe.epochs // 2:
            training.drop_dead_units()
    net = training.net
    if recipe.by == "unit" and recipe.passes:
        wanted = truth(recipe.teaches, recipe.teacher, data)
        choose(net, recipe.price, data.inputs, wanted, recipe.passes)
    return {"network.jpg": net.file()}
