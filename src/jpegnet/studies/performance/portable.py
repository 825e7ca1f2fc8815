"""What digits that do not depend on the processor cost: the same work in two processes.

One has the settings of `kept.numerics`; the other imports torch first, so that all is left to the
machine. Each is told by a line when it is its turn, and answers with its seconds.
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import torch

from jpegnet.data import mnist
from jpegnet.data.labelled import Labelled
from jpegnet.kept import numerics
from jpegnet.methods.through_codec.recipe import CodecRecipe
from jpegnet.methods.through_codec.training import Training
from jpegnet.nets.mlp import Mlp

RECIPE = CodecRecipe(Mlp((784, 84, 10)), price=8e-6, epochs=200)  # of the smallest networks of 06
_SERVE = "from jpegnet.studies.performance import portable; portable.serve({images})"
_LEFT = "import torch; torch.set_num_threads(1); "  # before jpegnet, which then sets nothing


def started(data: Labelled, images: int) -> Training:
    """A network at the beginning of its training through the codec, on the first images."""
    return Training(RECIPE, torch.Generator().manual_seed(0), data.first(images))


def serve(images: int) -> None:
    """An epoch for each line that comes in; its seconds go out."""
    torch.set_num_threads(1)
    training = started(mnist.load().train, images)
    training.epoch()
    print("ready", flush=True)
    for _ in sys.stdin:
        began = time.perf_counter()
        training.epoch()
        print(time.perf_counter() - began, flush=True)


@contextmanager
def _process(script: str, env: dict[str, str]) -> Iterator[subprocess.Popen]:
    command = [sys.executable, "-W", "ignore", "-c", script]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, env=env, **pipes) as process:
        try:
            yield process
        finally:
            process.stdin.close()  # which ends it


def cost(images: int, rounds: int) -> dict[str, float]:
    """Seconds of a step through the codec, least of the rounds: ``portable``, and ``left``.

    Args:
        images: those of an epoch; the two processes compute one after the other, in turns.
    """
    bare = {k: v for k, v in os.environ.items() if k not in numerics.PORTABLE}
    script = _SERVE.format(images=images)
    with (
        _process(script, bare | numerics.PORTABLE) as portable,
        _process(_LEFT + script, bare) as left,
    ):
        pair = {"portable": portable, "left": left}
        for process in pair.values():
            process.stdout.readline()
        taken = [{name: _turn(process) for name, process in pair.items()} for _ in range(rounds)]
    steps = images // RECIPE.batch
    return {name: min(turn[name] for turn in taken) / steps for name in pair}


def _turn(process: subprocess.Popen) -> float:
    process.stdin.write("\n")
    process.stdin.flush()
    return float(process.stdout.readline())
