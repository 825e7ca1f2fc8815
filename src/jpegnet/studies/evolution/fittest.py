"""The robot of a world that eats most, its network as a JPEG file, and what either is worth."""

from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd
import torch

from jpegnet.jpeg import dct
from jpegnet.kept.artifacts import stage
from jpegnet.kept.parallel import each
from jpegnet.nets.network import Network
from jpegnet.picture import file
from jpegnet.picture.plan import plan
from jpegnet.studies.evolution.genes import Genes
from jpegnet.studies.evolution.history import Story, evolved
from jpegnet.studies.evolution.rules import Rules
from jpegnet.studies.evolution.world import Worlds


def network(genes: Genes, values: np.ndarray) -> Network:
    """The network that genes, (genes,), make."""
    layers = genes.split(genes.made(values))
    names = zip(genes.architecture.shapes, layers, strict=True)
    tensors = {name: torch.tensor(layer, dtype=torch.float32) for name, layer in names}
    return Network(genes.architecture, tensors)


def genes_of(found: Network) -> np.ndarray:
    """The direct genes that make a network, (weights,): the inverse of `network`."""
    first, bias, second, last = (tensor.double().numpy() for tensor in found.tensors.values())
    units = np.concatenate([first, bias[:, None], second.T], 1)
    scale = Genes("direct", len(bias)).made(np.ones(units.size + len(last)))
    return np.concatenate([units.ravel(), last]) / scale


def fittest(end: dict[str, torch.Tensor], robots: int, lifespan: int) -> np.ndarray:
    """Genes, (worlds, genes), of the robot of each world that ate most a step of its life.

    Args:
        end: see `Worlds.state`.
        lifespan: of robots of that age at least; if there is none, of all.
    """
    age, eaten = end["age"].numpy(), end["eaten"].numpy()
    grown = (age >= lifespan) | (age < lifespan).all(1, keepdims=True)
    best = np.where(grown, eaten / np.maximum(age, 1), -1).argmax(1)
    return end["genes"].numpy()[np.arange(len(best)) * robots + best]


def networks(story: Story, worlds: tuple[int, ...]) -> list[Network]:
    """The network of each world's `fittest` robot."""
    end, rules = evolved(story, worlds)["end.safetensors"], story.days[-1].rules
    return [network(story.genes, v) for v in fittest(end, rules.robots, rules.lifespan)]


def pictures(found: list[Network], quality: int) -> list[bytes]:
    """Networks as one JPEG file each, of this quality."""
    table = dct.quality_table(quality)
    return [file.encode(brain, plan(brain), table) for brain in found]


@stage
def tried(story: Story, worlds: tuple[int, ...], qualities: tuple[int, ...], steps: int) -> dict:
    """What each world's fittest robot is worth, and its network decoded from JPEG files.

    A new world is peopled by its like alone, by the rules of the last day without variation.

    Returns:
        ``tried.csv``: world, quality (0: as it is), bytes (float32's, for 0), and what a thousand
        steps of such a robot bring: fruit, deaths_mine, deaths_age.
    """
    rules = replace(story.days[-1].rules, variation=0.0)
    direct = networks(story, worlds)
    brains, sizes = list(direct), [4 * brain.parameters for brain in direct]
    for quality in qualities:
        files = pictures(direct, quality)
        brains += [file.decode(data) for data in files]
        sizes += [len(data) for data in files]
    table = _alone(brains, worlds * (1 + len(qualities)), rules, steps)
    qualities = np.repeat([0, *qualities], len(worlds))
    return {"tried.csv": table.assign(quality=qualities, bytes=sizes)}


def _alone(
    brains: list[Network], worlds: tuple[int, ...], rules: Rules, steps: int
) -> pd.DataFrame:
    """Worlds of these seeds, each peopled by robots of one network."""
    founders = np.stack([genes_of(brain) for brain in brains])
    hidden = brains[0].architecture.widths[1]
    running = Worlds(worlds, Genes("direct", hidden), rules, founders=founders)
    for _ in range(steps):
        running.step()
    names = "fruit", "deaths_mine", "deaths_age"
    share = 1000 / (steps * rules.robots)
    return pd.DataFrame({"world": worlds} | {name: running.counts[name] * share for name in names})


def all_tried(
    stories: dict[str, Story], worlds: tuple[int, ...], qualities: tuple[int, ...], steps: int
) -> pd.DataFrame:
    """What the fittest of these stories are worth, see `tried`; ``genes``: which story's."""
    work = partial(tried, worlds=worlds, qualities=qualities, steps=steps)
    found = each(work, stories.values(), "files")
    named = zip(stories, found, strict=True)
    return pd.concat([kept["tried.csv"].assign(genes=name) for name, kept in named])
