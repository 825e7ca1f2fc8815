"""Memory that is freed is taken again, not fetched anew from the system."""

import subprocess
import sys

import pytest

COUNT = """
import resource
{before}
import numpy as np
np.ones(1 << 20)
first = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for _ in range(40):
    np.ones(1 << 20)  # 8 MiB
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - first)
"""
PAGES = 8 << 20 >> 12


def faults(before: str) -> int:
    command = [sys.executable, "-c", COUNT.format(before=before)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return int(done.stdout)


@pytest.mark.skipif(sys.platform != "linux", reason="glibc alone has mallopt")
def test_what_is_freed_is_kept():
    assert faults("import jpegnet") < 2 * PAGES  # of forty pieces' pages
