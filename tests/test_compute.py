"""Devices, cores and work on all of them."""

import math
import os
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import torch

from jpegnet import compute


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
