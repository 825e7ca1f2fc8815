"""Devices and cores."""

import os

import pytest
import torch

from jpegnet.kept import compute


def test_cores_counts_what_the_process_may_use(monkeypatch):
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: {0, 3, 5}, raising=False)
    assert compute.cores() == 3


def test_cores_works_where_affinity_is_unknown(monkeypatch):
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: 7)
    assert compute.cores() == 7
    monkeypatch.setattr(os, "cpu_count", lambda: None)
    assert compute.cores() == 1


@pytest.mark.parametrize(("there", "name"), [(True, "cuda"), (False, "cpu")])
def test_the_device_is_cuda_where_there_is_one(monkeypatch, there, name):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: there)
    assert compute.device() == torch.device(name)
