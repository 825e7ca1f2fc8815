"""What all tests share: a folder of the test's own for results, the site in a browser,
hypothesis without a clock."""

import os
import subprocess
import sys
from pathlib import Path

import browser as browsers
import pytest
from hypothesis import HealthCheck, settings
from playwright.sync_api import sync_playwright

import jpegnet  # noqa: F401, before torch: it decides on the digits

import torch  # isort: skip

from jpegnet.build.browser import served
from jpegnet.data import mnist
from jpegnet.data.labelled import Dataset
from jpegnet.kept import parallel, paths
from jpegnet.pages import results

settings.register_profile(
    "jpegnet",
    deadline=None,
    derandomize=True,  # the same examples each time: a failure in CI is a failure at home
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
settings.load_profile("jpegnet")
torch.set_num_threads(1)  # small products: more threads only wait for each other


@pytest.fixture
def kept(tmp_path, monkeypatch):
    """Folder of the stages' results, empty at first, under the default profile."""
    monkeypatch.setenv("JPEGNET_ARTIFACTS", str(tmp_path / "kept"))
    monkeypatch.delenv("JPEGNET_PROFILE", raising=False)
    return tmp_path / "kept" / "report"


@pytest.fixture(autouse=True)
def one_core(monkeypatch):
    """Tests run several at once already, so what one of them does at once, it does by itself."""
    monkeypatch.setattr(parallel, "cores", lambda: 1)
    monkeypatch.delenv(parallel.SCHEDULER, raising=False)


@pytest.fixture
def shown(monkeypatch):
    """What is displayed: data and metadata of each output."""
    outputs = []
    monkeypatch.setattr(
        results, "display", lambda data, raw, metadata: outputs.append((data, metadata))
    )
    return outputs


@pytest.fixture(scope="session")
def few() -> Dataset:
    """A tenth of MNIST's images: enough for networks that read most digits."""
    whole = mnist.load()
    parts = [(whole.train, 6000), (whole.validation, 1000), (whole.test, 1000)]
    return Dataset("few", *[part.first(n) for part, n in parts])


PREFIX = "/somewhere/else"  # the site must not care under which path it is served


def _site(profile: str) -> Path:
    """The site of a profile, brought up to date; other tests that want it, too, wait."""
    done = subprocess.run(
        [sys.executable, "-m", "jpegnet.build"],
        env=os.environ | {"JPEGNET_PROFILE": profile},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JPEGNET_PROFILE", profile)
        return paths.build_dir() / "html"


@pytest.fixture(scope="session")
def built() -> Path:
    """The site of the profile that runs: half an hour from nothing, so `make test` builds first."""
    return _site(paths.profile())


@pytest.fixture(scope="session")
def smoke() -> Path:
    """The site of the smoke profile: minutes from nothing, else seconds."""
    return _site("smoke")


@pytest.fixture(scope="session")
def address(built):
    with served(built, PREFIX) as url:
        yield url


@pytest.fixture(scope="session")
def smoke_address(smoke):
    with served(smoke, PREFIX) as url:
        yield url


@pytest.fixture(scope="session")
def browser():
    with sync_playwright() as playwright:
        started = browsers.launch(playwright)
        yield started
        started.close()
