"""Fully connected networks that are trained for being cut: tile after tile, or bit after bit."""

from abc import abstractmethod
from dataclasses import dataclass
from typing import ClassVar

import torch

from jpegnet.data.labelled import Labelled
from jpegnet.jpeg.progressive import Band
from jpegnet.kept.artifacts import stage
from jpegnet.methods.through_codec.chain import ChainPicture
from jpegnet.methods.through_codec.parts import file_order, trained_parts
from jpegnet.methods.through_codec.picturenet import PictureNetwork
from jpegnet.methods.through_codec.recipe import CodecRecipe
from jpegnet.methods.through_codec.training import Training
from jpegnet.picture.order import in_scans, outputs_first

ACROSS = 6  # tiles side by side
_CUT = 0.4  # share of the steps that see a beginning of the file alone
# All DCs, then the other coefficients without their last bit, then these bits.
SCRIPT = [Band(0, 0), Band(1, 63, 0, 1), Band(1, 63, 1, 0)]


@dataclass(frozen=True)
class CutRecipe(CodecRecipe):
    """How a chain with one hidden layer is trained for being cut.

    ``by``: ``unit``, for a baseline file in which the scores' weights stand before the tiles; or
    ``bit``, for a progressive one, see `SCRIPT`. ``passes`` are none.
    """

    by: str = "unit"
    passes: int = 0


class CutPicture(ChainPicture):
    """See `PictureNetwork`; some steps see what a beginning of the file tells, by chance how long.

    ``LEARNS``: whether such a step trains what lacks something, as if it were whole.
    """

    LEARNS: ClassVar[bool]

    def __init__(self, *how):
        super().__init__(*how)
        self.chance = torch.Generator().manual_seed(0)

    @abstractmethod
    def lacking(self, share: float) -> torch.Tensor:
        """Which blocks are not whole yet, bool (blocks,), when this share of the time is over."""

    @abstractmethod
    def begun(self, q: torch.Tensor) -> torch.Tensor:
        """Coefficients, (blocks, 64), as they are of blocks that are not whole."""

    @torch.no_grad()
    def descend(self, *how, **also) -> float:
        """See `PictureNetwork`."""
        if torch.rand(1, generator=self.chance) > _CUT:
            return super().descend(*how, **also)
        whole, lacking = self.q.data, self.lacking(torch.rand(1, generator=self.chance).item())
        self.q.data = torch.where(lacking[:, None], self.begun(whole), whole)
        loss = super().descend(*how, **also)
        self.q.data = whole
        if not self.LEARNS:
            self.q.grad[lacking] = 0
        return loss


class UnitPicture(CutPicture):
    """Tiles arrive block after block, in the order of the file, behind all that the scores need."""

    LEARNS = False

    def __init__(self, *how):
        super().__init__(*how)
        self.layout = outputs_first(self.layout, ACROSS)
        self.parts = trained_parts(self.layout, self.architecture.shapes)
        self.file_places, self.file_blocks = file_order(self.layout)
        self._before = self._blocks_before()

    def lacking(self, share: float) -> torch.Tensor:
        """See `CutPicture`."""
        tiles = next(iter(self.parts.values())).blocks
        turn = self.file_places.argsort().argsort() - (len(self.q) - tiles)
        return torch.from_numpy(turn >= int(share * tiles))

    def begun(self, q: torch.Tensor) -> torch.Tensor:
        """See `CutPicture`."""
        return torch.zeros_like(q)

    def file(self, coding: str = "optimised") -> bytes:
        """See `PictureNetwork`; baseline."""
        return super().file(coding)


class BitPicture(CutPicture):
    """Last bits arrive block after block; in half of the steps that lack some, none has come."""

    LEARNS = True

    def lacking(self, share: float) -> torch.Tensor:
        """See `CutPicture`."""
        return torch.from_numpy(self.file_places >= int((2 * share - 1) * self.file_blocks))

    def begun(self, q: torch.Tensor) -> torch.Tensor:
        """See `CutPicture`."""
        return without_last_bits(q)

    def file(self, coding: str = "optimised") -> bytes:
        """See `PictureNetwork`; progressive, its scans are those of `SCRIPT`."""
        return in_scans(super().file(coding), SCRIPT)


def without_last_bits(q: torch.Tensor) -> torch.Tensor:
    """Coefficients (blocks, 64) of which all but the DCs lack the last bit of their magnitude."""
    whole = q.round()
    cut = 2 * (whole / 2).trunc()
    cut[:, 0] = whole[:, 0]
    return cut


_PICTURES: dict[str, type[CutPicture]] = {"unit": UnitPicture, "bit": BitPicture}


class _CutTraining(Training):
    """See `Training`."""

    def _take(self, net: PictureNetwork) -> None:
        how = net.network(), self.recipe.table(), net.log_scales.detach()
        cut = _PICTURES[self.recipe.by](*how)
        cut.log_costs.data.copy_(net.log_costs.detach())
        super()._take(cut)


@stage
def cut_run(recipe: CutRecipe, seed: int, data: Labelled) -> dict:
    """Train one network for being cut, and write its file, ``network.jpg``."""
    training = _CutTraining(recipe, torch.Generator().manual_seed(seed), data)
    for epoch in range(recipe.epochs):
        training.epoch()
        if epoch < recipe.epochs // 2:
            training.drop_dead_units()
    return {"network.jpg": training.net.file()}
