"""What chapters 7 and 8 may be asked to do: other bases, other codecs, other methods."""

from dataclasses import dataclass


@dataclass(frozen=True)
class OtherBases:
    """Tiles in few coefficients of several bases, and picture codecs on the mosaic.

    ``counts``: coefficients a tile that are kept after training; ``seeds``: of these and of the
    codecs; ``qualities`` of the codecs, ``decibels`` of JPEG 2000. Trained from the start with
    ``trained`` coefficients a tile: networks of the hidden ``widths``, and ``dense`` ones of these
    widths; ``trained_seeds`` of each, for ``epochs``.
    """

    counts: tuple[int, ...]
    seeds: int
    qualities: tuple[int, ...]
    decibels: tuple[int, ...]
    trained: tuple[int, ...]
    widths: tuple[int, ...]
    dense: tuple[int, ...]
    trained_seeds: int
    epochs: int


@dataclass(frozen=True)
class CrossSection:
    """The methods that are trained for their form, and how: ``seeds`` of each, for ``epochs``.

    ``densities`` of pruning; hidden units of ``binary`` weights and of networks of ``signs``;
    ``factors`` of sharing; ``ranks``; ``sides`` of random subspaces; Fourier ``coefficients`` a
    tile; widths of ``narrow`` networks. ``rate``: what Adam's usual rates are multiplied by;
    ``shift``: by how many pixels training moves the images.
    """

    seeds: int
    epochs: int
    densities: tuple[float, ...]
    binary: tuple[int, ...]
    signs: tuple[int, ...]
    factors: tuple[int, ...]
    ranks: tuple[int, ...]
    sides: tuple[int, ...]
    coefficients: tuple[int, ...]
    narrow: tuple[int, ...]
    rate: float = 1.0
    shift: int = 0
