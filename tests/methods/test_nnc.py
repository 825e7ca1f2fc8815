"""NNC by a program in another environment, whose place a small library takes here."""

import sys

import pytest
import torch

from jpegnet.methods.nnc import VARIABLE, Nnc
from jpegnet.nets.mlp import Mlp
from jpegnet.nets.network import fresh

LIBRARY = """
import io
import numpy as np

def encode(tensors, args):
    print("progress, which is no part of the bytes")
    open("left_behind.nnc", "w").close()
    coarse = {name: np.round(t, -args["qp"]).astype(np.float16) for name, t in tensors.items()}
    kept = io.BytesIO()
    np.savez(kept, **coarse)
    return bytearray(kept.getvalue())

def decode(data):
    assert isinstance(data, bytearray)
    return {name: t.astype(np.float32) for name, t in np.load(io.BytesIO(data)).items()}
"""


@pytest.fixture
def environment(tmp_path, monkeypatch):
    (tmp_path / "nncodec").mkdir()
    (tmp_path / "nncodec" / "__init__.py").touch()
    (tmp_path / "nncodec" / "nn.py").write_text(LIBRARY, "utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv(VARIABLE, sys.executable)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_network_goes_to_the_other_environment_and_comes_back(environment):
    network = fresh(Mlp((6, 4, 3)), torch.Generator().manual_seed(0))
    method = Nnc(-1, network.architecture)
    decoded = method.decode(method.encode(network))
    assert list(decoded.tensors) == list(network.architecture.shapes)
    for name, tensor in network.tensors.items():
        torch.testing.assert_close(decoded.tensors[name], tensor, rtol=0, atol=0.0505)
    assert not (environment / "left_behind.nnc").exists()


def test_without_an_environment_one_is_told_how_to_make_it(monkeypatch):
    monkeypatch.delenv(VARIABLE, raising=False)
    with pytest.raises(OSError, match="make peers"):
        Nnc(-20).encode(fresh(Mlp()))


def test_what_the_program_says_when_it_fails_is_passed_on(environment):
    with pytest.raises(OSError, match=r"nncodec .* failed: .*pickle"):
        Nnc(-20).decode(b"no network")
