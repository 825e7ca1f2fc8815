"""The standard for compressed networks, NNC (ISO/IEC 15938-17), by its public program.

`nncodec` needs numpy before version 2, so it lives in an environment of its own, whose interpreter
``$JPEGNET_NNC`` names; `make peers` makes one. No run of the book needs it.
"""

import io
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from jpegnet.nets.mlp import Mlp
from jpegnet.nets.network import Architecture, Network

VARIABLE = "JPEGNET_NNC"
_WORKER = Path(__file__).with_name("nnc_worker.py")
_SECONDS = 600  # far more than any network of this report takes
_MLP = Mlp()


def _worker(data: bytes, *words: str) -> bytes:
    """What the other environment makes of bytes.

    Raises:
        OSError: there is no such environment, or it failed; the message says which.
    """
    python = os.environ.get(VARIABLE)
    if not python:
        raise OSError(f"${VARIABLE} names no Python with nncodec; `make peers` makes one")
    command = [python, str(_WORKER), *words]
    run = subprocess.run(command, input=data, capture_output=True, timeout=_SECONDS, check=False)
    if run.returncode:
        told = run.stderr.decode(errors="replace").strip().splitlines() or ["no message"]
        raise OSError(f"nncodec ({python}) failed: {told[-1]}")
    return run.stdout


@dataclass(frozen=True)
class Nnc:
    """NNC with its own defaults; ``qp``: its quantisation parameter, finer where it is lower."""

    qp: int
    architecture: Architecture = _MLP
    name = "NNC"

    @property
    def settings(self) -> dict[str, str | float]:
        """See `Method`."""
        return {"setting": f"qp {self.qp}"}

    def encode(self, network: Network) -> bytes:
        """See `Method`.

        Raises:
            OSError: the environment of nncodec is missing, or it failed.
        """
        kept = io.BytesIO()
        np.savez(kept, **{name: tensor.numpy() for name, tensor in network.tensors.items()})
        return _worker(kept.getvalue(), "encode", str(self.qp))

    def decode(self, data: bytes) -> Network:
        """See `Method` and `encode`."""
        found = np.load(io.BytesIO(_worker(data, "decode")))
        shapes = self.architecture.shapes
        return Network(self.architecture, {name: torch.from_numpy(found[name]) for name in shapes})

    def parts(self, data: bytes) -> dict[str, int]:
        """See `Method`."""
        return {}
