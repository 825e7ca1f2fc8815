"""A task that needs memory, and what JPEG does to it: two numbers of a long sequence are added.

The adding problem (Hochreiter and Schmidhuber 1997, section 5.4): of each step's two inputs one is
a number of 0 to 1, the other a mark that is 1 at two of the steps, one in each half, and else 0.
The last state is to tell the sum of the two marked numbers. Whoever always says 1 has a mean
squared error of 1/6.
"""

from functools import partial

import numpy as np
import pandas as pd
import torch
from torch.nn import functional

from jpegnet.codecs.jpeg import Jpeg
from jpegnet.kept.artifacts import stage
from jpegnet.kept.parallel import each
from jpegnet.methods.pictured import as_picture
from jpegnet.nets.network import Network
from jpegnet.nets.recurrent import Recurrent

BLIND = 1 / 6  # the mean squared error of one who has forgotten both numbers
_CELL = Recurrent("gru", 40, 2, 1)
_BATCH, _RATE, _CLIP, _TESTED = 64, 1e-2, 1.0, 2000


def sums(count: int, length: int, generator: torch.Generator) -> tuple[torch.Tensor, torch.Tensor]:
    """Sequences (count, length, 2) of numbers and marks, and the sums to be told, (count,)."""
    numbers, half = torch.rand(count, length, generator=generator), length // 2
    first = torch.randint(half, (count, 1), generator=generator)
    second = torch.randint(half, length, (count, 1), generator=generator)
    marks = torch.zeros(count, length).scatter_(1, first, 1.0).scatter_(1, second, 1.0)
    return torch.stack([numbers, marks], 2), (numbers * marks).sum(1)


def fit(length: int, seed: int, steps: int) -> Network:
    """A GRU that adds numbers of sequences of so many steps, after so many steps of training."""
    generator = torch.Generator().manual_seed(seed)
    module = _CELL.module(generator)
    optimizer = torch.optim.Adam(module.parameters(), _RATE)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    for _ in range(steps):
        x, wanted = sums(_BATCH, length, generator)
        optimizer.zero_grad()
        functional.mse_loss(module(x)[:, 0], wanted).backward()
        torch.nn.utils.clip_grad_norm_(module.parameters(), _CLIP)
        optimizer.step()
        schedule.step()
    return Network(_CELL, {name: t.detach() for name, t in module.state_dict().items()})


def error(network: Network, length: int) -> float:
    """The mean squared error on sequences that training has not seen."""
    x, wanted = sums(_TESTED, length, torch.Generator().manual_seed(2**31))
    return functional.mse_loss(network.logits(x)[:, 0], wanted).item()


@stage
def memory_run(length: int, seed: int, steps: int, qualities: tuple[int, ...]) -> dict:
    """Train a network that adds, and put its recurrent weights through JPEG.

    Returns:
        ``memory.csv``: quality (0 for the network as it is), bytes of the picture, error.
    """
    network = fit(length, seed, steps)
    weight = network.tensors["cell.weight"]
    matrix = weight[:, _CELL.inputs :].numpy()
    rows = [{"quality": 0, "bytes": 4 * matrix.size, "error": error(network, length)}]
    for quality in qualities:
        size, shown = as_picture(np.ascontiguousarray(matrix), Jpeg(quality, optimize=True))
        changed = torch.cat([weight[:, : _CELL.inputs], torch.from_numpy(shown)], 1)
        read = Network(_CELL, network.tensors | {"cell.weight": changed})
        rows.append({"quality": quality, "bytes": size, "error": error(read, length)})
    return {"memory.csv": pd.DataFrame(rows)}


def runs(
    lengths: tuple[int, ...], seeds: int, steps: int, qualities: tuple[int, ...]
) -> pd.DataFrame:
    """`memory_run` of each length and seed: its rows, with length and seed before them."""
    jobs = [(length, seed) for length in lengths for seed in range(seeds)]
    run = partial(_run, steps=steps, qualities=qualities)
    found = [made["memory.csv"] for made in each(run, jobs, "memory")]
    table = pd.concat(found, keys=jobs, names=["length", "seed"])
    return table.reset_index(["length", "seed"]).reset_index(drop=True)


def _run(job: tuple[int, int], **how) -> dict:
    return memory_run(*job, **how)


def lost(table: pd.DataFrame) -> pd.DataFrame:
    """Of each length: error as trained, and the quality at which memory is lost; means over seeds.

    That is the highest quality at which the error is more than half of that of one who has
    forgotten; 0 where there is none.
    """
    rows = []
    for (length, _), run in table.groupby(["length", "seed"]):
        gone = run[(run["quality"] > 0) & (run["error"] > BLIND / 2)]["quality"].max()
        plain = run.loc[run["quality"] == 0, "error"].item()
        rows.append([length, plain, 0 if np.isnan(gone) else gone])
    found = pd.DataFrame(rows, columns=["length", "error", "quality"])
    return found.groupby("length").mean().reset_index()
