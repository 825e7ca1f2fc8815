"""What the other environment runs for `nnc`: a network from stdin, its bytes to stdout, or back.

It has no `jpegnet`, only numpy and nncodec. Called as ``nnc_worker.py encode QP`` or ``decode``;
networks are ``.npz``.
"""

import contextlib
import io
import os
import sys
import tempfile

import numpy as np
from nncodec import nn


def _run(what: str, data: bytes, *qp: str) -> bytes:
    if what == "encode":
        tensors = dict(np.load(io.BytesIO(data)))
        return bytes(nn.encode(tensors, args={"qp": int(qp[0])}))
    kept = io.BytesIO()
    np.savez(kept, **nn.decode(bytearray(data)))
    return kept.getvalue()


if __name__ == "__main__":
    # nncodec tells its progress on stdout, and leaves a file in the folder that it runs in.
    given = sys.stdin.buffer.read()
    with contextlib.redirect_stdout(sys.stderr), tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        made = _run(sys.argv[1], given, *sys.argv[2:])
    sys.stdout.buffer.write(made)
