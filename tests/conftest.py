"""What all tests share: a folder of the test's own for results, hypothesis without a clock."""

import pytest
import torch
from hypothesis import HealthCheck, settings

from jpegnet import results

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


@pytest.fixture
def shown(monkeypatch):
    """What is displayed: data and metadata of each output."""
    outputs = []
    monkeypatch.setattr(
        results, "display", lambda data, raw, metadata: outputs.append((data, metadata))
    )
    return outputs
