"""Devices, cores and work on all of them."""

import math
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

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


def test_results_come_in_the_order_of_the_items_whatever_ends_first(monkeypatch):
    monkeypatch.setattr(compute, "cores", lambda: 2)
    last_is_done = threading.Event()

    def square(number):
        if number == 0:
            assert last_is_done.wait(60)
        else:
            last_is_done.set()
        return number * number

    assert compute.thread_map(square, range(4), "squares") == [0, 1, 4, 9]


def test_no_items_give_no_results():
    assert compute.thread_map(str, [], "nothing") == []


def test_each_item_computes_on_one_torch_thread_and_the_number_is_restored():
    torch.set_num_threads(3)
    try:
        inside = compute.thread_map(lambda _: torch.get_num_threads(), range(5), "threads")
        after = torch.get_num_threads()
    finally:
        torch.set_num_threads(1)
    assert inside == [1] * 5
    assert after == 3


def test_the_first_exception_is_raised_and_stops_what_has_not_begun(monkeypatch):
    monkeypatch.setattr(compute, "cores", lambda: 1)
    stopping = threading.Event()

    class Pool(ThreadPoolExecutor):
        def shutdown(self, wait=True, *, cancel_futures=False):
            super().shutdown(wait=False, cancel_futures=cancel_futures)
            stopping.set()
            super().shutdown(wait=wait)

    monkeypatch.setattr(compute, "ThreadPoolExecutor", Pool)
    begun = []

    def work(item):
        begun.append(item)
        if item == 0:
            raise KeyError("the first")
        assert stopping.wait(60)  # the one worker may have taken this item before the stop

    with pytest.raises(KeyError, match="the first"):
        compute.thread_map(work, range(50), "work")
    assert begun in ([0], [0, 1])


def test_processes_give_results_in_the_order_of_the_items_each_on_one_torch_thread():
    assert compute.process_map(math.factorial, [5, 0, 3], "factorials") == [120, 1, 6]
    assert compute.process_map(str, [], "nothing") == []
    assert compute.process_map(_torch_threads, range(2), "threads") == [1, 1]


def _torch_threads(_) -> int:
    return torch.get_num_threads()


def test_an_exception_of_a_process_is_raised():
    with pytest.raises(ValueError, match="negative"):
        compute.process_map(math.factorial, [1, -1], "factorials")


LONG_WORK = """import os
import signal
import time
from jpegnet.kept import compute

def work(_):
    os.kill(os.getpid(), signal.SIGINT)  # what Ctrl-C sends to the whole group
    print("working", flush=True)
    time.sleep(600)

if __name__ == "__main__":
    compute.cores = lambda: 2
    compute.process_map(work, range(5), "work")
"""


@pytest.fixture
def working(tmp_path):
    """A process of its own group whose two workers have begun what takes ten minutes."""
    script = tmp_path / "long_work.py"
    script.write_text(LONG_WORK)
    parent = subprocess.Popen(
        [sys.executable, script],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env=os.environ | {"TQDM_DISABLE": "1"},
    )
    assert [parent.stdout.readline() for _ in range(2)] == ["working\n"] * 2
    yield parent
    try:
        os.killpg(parent.pid, signal.SIGKILL)
    except ProcessLookupError:
        return  # as it should be: all have ended
    parent.communicate()


def _ended(parent) -> str:
    # The workers write where their parent does, so this returns when the last of them has ended.
    return parent.communicate(timeout=120)[1]


def test_processes_end_with_a_parent_that_is_killed(working):
    working.kill()
    _ended(working)
    assert working.returncode == -signal.SIGKILL


def test_ctrl_c_ends_the_processes_at_once_and_only_the_parent_tells(working):
    os.killpg(working.pid, signal.SIGINT)
    told = _ended(working)
    assert told.count("Traceback") == 1
    assert told.endswith("KeyboardInterrupt\n")
    assert "spawn_main" not in told


def test_ctrl_c_leaves_processes_that_are_not_the_pools(monkeypatch):
    context = multiprocessing.get_context("spawn")
    told = context.Event()
    other = context.Process(target=told.wait)
    other.start()

    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(compute, "_results", interrupted)
    with pytest.raises(KeyboardInterrupt):
        compute.process_map(str, [1], "nothing")
    told.set()
    other.join()
    assert other.exitcode == 0  # a killed one has the signal's


@pytest.mark.skipif(not hasattr(signal, "pthread_sigmask"), reason="there are no signal masks")
def test_processes_are_deaf_to_ctrl_c_from_their_beginning_and_the_parent_is_not():
    assert compute.process_map(_is_deaf, range(2), "masks") == [True, True]
    assert not _is_deaf(0)


def _is_deaf(_) -> bool:
    return signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, [])
