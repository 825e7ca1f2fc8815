"""Work in several processes of this machine, and on a Dask cluster."""

import json
import math
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import torch
import work
from joblib.externals.loky.process_executor import TerminatedWorkerError

from jpegnet.kept import keys, parallel, parcels

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def quiet(monkeypatch):
    monkeypatch.setenv("TQDM_DISABLE", "1")


@pytest.fixture
def two_cores(monkeypatch, one_core):
    monkeypatch.setattr(parallel, "cores", lambda: 2)


def test_results_come_in_the_order_of_the_items(two_cores):
    assert parallel.each(math.factorial, [5, 0, 3], "factorials") == [120, 1, 6]
    assert parallel.each(math.factorial, iter(range(4)), "factorials") == [1, 1, 2, 6]


def test_no_items_give_no_results():
    assert parallel.each(str, [], "nothing") == []


def test_each_item_computes_on_one_torch_thread_and_the_number_is_restored(monkeypatch):
    torch.set_num_threads(3)
    try:
        for number in (1, 2):
            monkeypatch.setattr(parallel, "cores", lambda number=number: number)
            assert parallel.each(work.threads, range(3), "threads") == [1, 1, 1]
        assert torch.get_num_threads() == 3
    finally:
        torch.set_num_threads(1)


@pytest.mark.parametrize("number", [1, 2])
def test_the_first_exception_is_raised_and_stops_what_has_not_begun(monkeypatch, tmp_path, number):
    monkeypatch.setattr(parallel, "cores", lambda: number)
    items = [tmp_path / str(n) for n in range(200)]
    items[0] = tmp_path / "none" / "0"
    with pytest.raises(FileNotFoundError, match="none"):
        parallel.each(Path.touch, items, "files")
    assert len(list(tmp_path.iterdir())) < 100


def test_a_worker_that_dies_costs_its_task_only(two_cores, tmp_path, capsys):
    items = ["", str(tmp_path / "died"), ""]
    assert parallel.each(work.fatal_once, items, "dying") == items
    assert capsys.readouterr().err == "dying: a worker died; what is missing is computed again\n"


def test_workers_that_die_again_and_again_are_an_error(two_cores, capsys):
    with pytest.raises(TerminatedWorkerError):
        parallel.each(work.fatal, range(2), "dying")
    assert capsys.readouterr().err.count("died") == 3


def test_one_bar_counts_whoever_computes(two_cores, capsys, monkeypatch):
    monkeypatch.delenv("TQDM_DISABLE", raising=False)
    parallel.each(math.factorial, range(3), "factorials")
    assert "factorials" in capsys.readouterr().err
    monkeypatch.setenv("TQDM_DISABLE", "1")
    parallel.each(math.factorial, range(3), "factorials")
    assert capsys.readouterr().err == ""


LONG_WORK = """import os
import signal
import time
from jpegnet.kept import parallel

def work(_):
    os.kill(os.getpid(), signal.SIGINT)  # what Ctrl-C sends to the whole group
    print("working", flush=True)
    time.sleep(600)

if __name__ == "__main__":
    # A shell without job control lets what it starts in the background ignore Ctrl-C.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    parallel.cores = lambda: 2
    parallel.each(work, range(5), "work")
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


def test_workers_end_with_a_parent_that_is_killed(working):
    working.kill()
    _ended(working)
    assert working.returncode == -signal.SIGKILL


def test_ctrl_c_ends_the_workers_at_once_and_only_the_parent_tells(working):
    os.killpg(working.pid, signal.SIGINT)
    told = _ended(working)
    assert told.count("KeyboardInterrupt") == 1, told
    assert told.endswith("KeyboardInterrupt\n")


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    """A Dask scheduler and two workers on loopback, with a folder of results of their own."""
    folder = tmp_path_factory.mktemp("cluster")
    bin, tests = Path(sys.executable).parent, Path(__file__).resolve().parents[1]
    found = folder / "scheduler.json"
    env = os.environ | {"JPEGNET_ARTIFACTS": str(folder / "kept"), "PYTHONPATH": str(tests)}
    env.pop("JPEGNET_PROFILE", None)
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "env": env, "cwd": folder}
    scheduler = ["scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard"]
    workers = ["worker", "--nworkers", "2", "--nthreads", "1", "--no-dashboard"]
    started = [
        subprocess.Popen([bin / "dask", *command, "--scheduler-file", found], **quiet)
        for command in (scheduler, workers)
    ]
    while not found.exists() and started[0].poll() is None:
        time.sleep(0.1)
    yield json.loads(found.read_text("utf-8"))["address"]
    for process in reversed(started):
        process.terminate()
        process.wait()


@pytest.fixture
def on_cluster(cluster, monkeypatch, kept, one_core):
    monkeypatch.setenv(parallel.SCHEDULER, cluster)
    return kept


def test_a_cluster_computes_and_its_results_are_kept_here(on_cluster, monkeypatch):
    runs = parallel.each(work.outer, range(3), "squares")
    assert [run["outer.json"][1] for run in runs] == [0, 1, 4]
    assert os.getpid() not in [run["outer.json"][0] for run in runs]
    monkeypatch.delenv(parallel.SCHEDULER)
    assert [work.outer(number) for number in range(3)] == runs  # read from the folder here
    names = sorted(path.name for path in on_cluster.iterdir())
    assert [name for name in names if "inner" in name or "outer" in name] == names[-2:]
    assert not any(name.startswith("shared") for name in names)


def test_a_clusters_worker_that_is_killed_costs_its_task_only(on_cluster, tmp_path, capsys):
    items = ["", str(tmp_path / "died"), *[""] * 6]
    assert parallel.each(work.fatal_once, items, "dying") == items
    [line] = capsys.readouterr().err.splitlines()
    assert line.startswith("dying: the worker tcp://127.0.0.1:")


def test_an_exception_of_a_cluster_is_raised(on_cluster):
    with pytest.raises(ValueError, match="negative"):
        parallel.each(math.factorial, [1, -1], "factorials")


def test_a_worker_of_other_code_is_refused(on_cluster, monkeypatch):
    monkeypatch.setattr(keys, "code", lambda: "another")
    with pytest.raises(RuntimeError, match="runs other code"):
        parallel.each(math.factorial, [1, 2], "factorials")


def test_no_scheduler_is_an_error_that_says_what_to_do(monkeypatch):
    monkeypatch.setattr(parallel, "_PATIENCE", "1s")
    monkeypatch.setenv(parallel.SCHEDULER, "tcp://127.0.0.1:1")
    with pytest.raises(RuntimeError, match="no Dask scheduler answers at DASK_SCHEDULER_ADDRESS"):
        parallel.each(math.factorial, [1], "factorials")


def test_a_scheduler_without_workers_is_an_error_that_says_how_to_start_some(
    cluster, on_cluster, monkeypatch
):
    monkeypatch.setattr(parallel, "_PATIENCE", "1s")

    def none(client, number, timeout):
        raise TimeoutError(number, timeout)

    monkeypatch.setattr("distributed.Client.wait_for_workers", none)
    with pytest.raises(RuntimeError, match=f"dask worker {cluster} --nworkers"):
        parallel.each(math.factorial, [1], "factorials")


def test_a_cluster_without_dask_is_an_error_that_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    monkeypatch.setenv(parallel.SCHEDULER, "tcp://127.0.0.1:1")
    with pytest.raises(RuntimeError, match=r"pip install 'jpegnet\[cluster\]'"):
        parallel.each(math.factorial, [1], "factorials")


def test_a_parcel_holds_what_was_computed_or_read_and_overwrites_nothing(kept, monkeypatch):
    work.inner(1)
    with parcels.recording() as folders:
        result = work.outer(1)
    parcel = parcels.pack(folders)
    assert {name.partition("/")[0] for name in parcel} == {path.name for path in kept.iterdir()} - {
        "locks"
    }
    monkeypatch.setenv("JPEGNET_ARTIFACTS", str(kept.parent / "elsewhere"))
    parcels.unpack(parcel)
    assert work.outer(1) == result
    assert parcels.pack(folders=set()) == {}
    parcels.unpack({name: {"other": b"1"} for name in parcel})
    assert work.outer(1) == result
