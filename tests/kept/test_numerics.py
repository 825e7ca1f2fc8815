import json
import os
import subprocess
import sys

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from jpegnet.kept import compute, keys, numerics

TELL = """
import json, os, warnings
with warnings.catch_warnings(record=True) as told:
    import {first}
    import jpegnet, torch, numpy
settings = {{name: os.environ.get(name) for name in {names}}}
kernels = torch.backends.cpu.get_cpu_capability()
print(json.dumps([settings, kernels, [str(w.message) for w in told]]))
"""
NAMES = [*numerics.PORTABLE, "OPENBLAS_CORETYPE"]
x86 = pytest.mark.skipif(torch.backends.cpu.get_cpu_capability() != "AVX2", reason="no AVX2")


def fresh(first: str, **set_before: str) -> tuple[dict, str, list[str]]:
    """Settings, torch's kernels and warnings of a new process that imports ``first`` first."""
    clean = {k: v for k, v in os.environ.items() if k not in NAMES}
    script = TELL.format(first=first, names=NAMES)
    done = subprocess.run(
        [sys.executable, "-c", script], env=clean | set_before, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return tuple(json.loads(done.stdout))


@x86
def test_an_import_of_the_package_decides_on_torchs_digits_and_numpys():
    settings, kernels, told = fresh("jpegnet")
    assert settings == numerics.PORTABLE | {"OPENBLAS_CORETYPE": "Haswell"}
    assert kernels == "AVX2"
    assert told == []


@x86
def test_what_is_set_already_stays():
    settings, kernels, _ = fresh("jpegnet", ATEN_CPU_CAPABILITY="default", MKL_CBWR="AUTO")
    assert (settings["ATEN_CPU_CAPABILITY"], settings["MKL_CBWR"]) == ("default", "AUTO")
    assert kernels in ("DEFAULT", "NO AVX")


@x86
def test_after_numpy_only_torchs_are_set():
    settings, kernels, told = fresh("numpy")
    assert settings == numerics.PORTABLE | {"OPENBLAS_CORETYPE": None}
    assert (kernels, told) == ("AVX2", [])


@x86
def test_torch_imported_first_is_told_and_leaves_all_to_the_machine():
    settings, _, told = fresh("torch")
    assert set(settings.values()) == {None}
    assert len(told) == 1
    assert "import jpegnet first" in told[0]


def test_results_of_other_settings_have_other_keys(monkeypatch):
    before = keys.versions(["torch"])
    assert numerics.PORTABLE.items() <= before.items()
    monkeypatch.setenv("MKL_CBWR", "AUTO")
    assert keys.versions(["torch"]) == before | {"MKL_CBWR": "AUTO"}
    assert "MKL_CBWR" not in keys.versions(["numpy"])


@given(st.integers(1, 40), st.integers(1, 40), st.integers(1, 40))
def test_a_product_is_that_of_matrices_whatever_their_shapes(m, k, n):
    generator = torch.Generator().manual_seed(m + 41 * (k + 41 * n))
    a, b = (torch.randn(*shape, generator=generator) for shape in ((m, k), (k, n)))
    torch.testing.assert_close(compute.product(a, b), a @ b)


@pytest.mark.parametrize(("m", "n"), [(1, 1), (3, 512), (512, 3), (512, 10), (10, 512), (20, 20)])
def test_mkl_only_sees_products_that_it_keeps_its_promise_for(monkeypatch, m, n):
    seen, matmul = [], torch.Tensor.__matmul__

    def spy(a, b):
        seen.append((*a.shape, b.shape[1]))
        return matmul(a, b)

    monkeypatch.setattr(torch.Tensor, "__matmul__", spy)
    assert compute.product(torch.zeros(m, 7), torch.zeros(7, n)).shape == (m, n)
    [(rows, _, columns)] = seen
    assert rows >= 4
    assert columns >= min(rows, 16) or columns == max(m, n)


def test_a_product_hands_its_gradient_on():
    a, b = torch.randn(2, 5, requires_grad=True), torch.randn(5, 3, requires_grad=True)
    grads = torch.autograd.grad(compute.product(a, b).square().sum(), (a, b))
    expected = torch.autograd.grad((a @ b).square().sum(), (a, b))
    torch.testing.assert_close(grads, expected)


def test_exp_is_exp():
    x = torch.linspace(-20, 20, 1000)
    torch.testing.assert_close(compute.exp(x), torch.exp(x), rtol=1e-5, atol=0)
