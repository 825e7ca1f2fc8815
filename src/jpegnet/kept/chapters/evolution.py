"""What chapter 12 may be asked to do: worlds of robots, and how their networks are inherited."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Inherited:
    """A ``kind`` of genes, see `Genes`: for ``hidden`` units, and how many are ``kept``, 0 all."""

    kind: str
    hidden: int
    kept: int = 0


@dataclass(frozen=True)
class Evolution:
    """``worlds``: how many of each; ``generation``: steps after which they are looked at.

    ``genes``: of the story as it is told: ``first`` and ``second`` are the steps of its days, of
    the second's first ``early`` steps it is told apart; ``control``: the second's steps where
    something is left out. ``compared``: genes whose second day, from the first step on, takes
    ``race`` steps; ``pictured``: two of them, the networks of whose fittest robots become JPEG
    files of these ``qualities``, each tried for ``trial`` steps.
    """

    worlds: int
    generation: int
    genes: Inherited
    first: int
    early: int
    second: int
    control: int
    compared: tuple[Inherited, ...]
    race: int
    pictured: tuple[Inherited, Inherited]
    qualities: tuple[int, ...]
    trial: int
