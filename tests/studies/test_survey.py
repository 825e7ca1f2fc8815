"""The survey of anybody's matrices: pictures and noise are told apart, and bad files named."""

import contextlib
import json
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import psutil
import pytest
import torch
from matplotlib import pyplot as plt
from safetensors.torch import save_file
from scipy.fft import idctn

from jpegnet.codecs.jpeg import Jpeg
from jpegnet.methods import pictured
from jpegnet.pages.charts.survey import gains
from jpegnet.studies import survey

RNG = np.random.default_rng(0)
NOISE = RNG.normal(size=(128, 128)).astype(np.float32)
WAVES = np.sin(np.arange(128) / 9)[:, None] * np.cos(np.arange(128) / 7) + 0.05 * NOISE
WAVES = WAVES.astype(np.float32)


def test_the_gain_is_that_of_a_process_whose_gain_is_known():
    # Coefficients of two powers, half of them each: the means are known.
    block = np.ones((8, 8))
    block[:, 4:] = 16
    coefficients = RNG.choice([-1, 1], (40, 40, 8, 8)) * block
    blocks = idctn(coefficients, axes=(2, 3), norm="ortho")
    matrix = blocks.swapaxes(1, 2).reshape(320, 320)
    expected = 10 * np.log10((1 + 256) / 2 / 16)
    assert pictured.coding_gain(matrix) == pytest.approx(expected)
    assert pictured.coding_gain(np.pad(matrix, ((0, 5), (0, 3)))) == pytest.approx(expected)


def test_rows_that_are_shuffled_are_put_in_order_again():
    angles = np.linspace(0, 3, 40)[:, None] + np.linspace(0, 1, 24)
    shuffled = np.sin(angles)[RNG.permutation(40)]
    assert sorted(pictured.by_likeness(shuffled)) == list(range(40))
    assert pictured.coding_gain(pictured.in_order(shuffled)) > 15 + pictured.coding_gain(shuffled)


@pytest.mark.parametrize("shape", [(128, 128), (2100, 40), (9, 2050)])
def test_jpeg_s_error_is_that_of_what_is_decoded(shape):
    matrix = RNG.normal(size=shape).astype(np.float32)
    size, error = pictured.coded(matrix, Jpeg(100))
    # The grey levels' own error, a sixteenth of the deviation wide, and little besides.
    assert error / matrix.size < 0.002
    coarse, more = pictured.coded(matrix, Jpeg(30))
    assert coarse < size and more > 50 * error


def test_an_outlier_is_told_apart_and_costs_its_six_bytes():
    matrix = NOISE.copy()
    matrix[5, 7] = 1000
    level = 8 * matrix.std() / 127
    _, error = pictured.coded(matrix, Jpeg(100))
    assert error < matrix.size * level**2


def test_integers_have_the_error_of_their_steps():
    size, error = pictured.integers(NOISE, 255)
    steps = np.abs(NOISE.reshape(-1, 64)).max(1) / 127
    assert error == pytest.approx(64 * np.square(steps).sum() / 12, rel=0.05)
    assert size < NOISE.size + 2 * len(steps)
    assert pictured.integers(NOISE[:, :3], 15)[1] > 0  # 384 entries: no whole groups


def test_uniform_bits_are_those_of_a_step_of_that_error():
    noise = RNG.normal(size=100_000)
    # A fine step: the differential entropy of a Gaussian less log₂ of the step.
    error = len(noise) * 0.1**2 / 12
    expected = np.log2(np.sqrt(2 * np.pi * np.e) / 0.1)
    assert pictured.uniform_bits(noise, error) == pytest.approx(expected, abs=0.02)
    assert pictured.uniform_bits(noise, 0.9 * np.square(noise).sum()) < 0.5


def test_pictures_and_noise_are_told_apart(tmp_path):
    odd = NOISE.copy()
    odd[3, 3:5] = np.nan
    tensors = {
        "waves": torch.from_numpy(WAVES),
        "noise": torch.from_numpy(NOISE).bfloat16(),
        "half": torch.from_numpy(NOISE).half(),
        "kernels": torch.from_numpy(NOISE.reshape(16, 64, 4, 4)),
        "odd": torch.from_numpy(odd),
        "zero": torch.zeros(64, 64),
        "small": torch.ones(2, 300).normal_(),
        "bias": torch.zeros(5),
        "places": torch.arange(64).reshape(8, 8),
        "none": torch.zeros(0, 4),
    }
    save_file(tensors, tmp_path / "all.safetensors")
    table = survey.survey(tmp_path / "all.safetensors").set_index("matrix")
    assert survey.matrices(tmp_path / "all.safetensors")[1] == 3
    assert table.verdict["waves"] == survey.PICTURE
    for name in ("noise", "half", "kernels"):
        assert table.verdict[name] == survey.NOISE
    assert table["shape"]["kernels"] == "16 × 1024"
    assert table.verdict["odd"] == "2 entries are no finite numbers"
    assert table.verdict["zero"] == "all entries are equal"
    assert table.verdict["small"].startswith("too small to tell")
    assert table.gain_db.notna().sum() == 4
    assert table.jpeg_at_int4_bits["waves"] < table.int4_bits["waves"]
    assert table.jpeg_at_int4_bits["noise"] > table.int4_bits["noise"]
    errors = table.loc["noise", [f"jpeg_{quality}_error" for quality in survey.QUALITIES]]
    assert errors.is_monotonic_decreasing
    shown = survey.told(table.reset_index())
    assert "a picture" in shown and "nan" not in shown.lower()
    figure = gains(table.reset_index())
    (axes,) = figure.axes
    named = [label.get_text() for label in axes.get_yticklabels()]
    assert named == table.index[table.gain_db.notna()].to_list()
    plt.close(figure)


def test_what_is_no_whole_file_is_told(tmp_path):
    save_file({"a": torch.from_numpy(NOISE)}, tmp_path / "whole.safetensors")
    whole = (tmp_path / "whole.safetensors").read_bytes()
    for name, content in (("cut", whole[:-9]), ("empty", b""), ("text", b"no tensors at all")):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(ValueError, match="not a whole safetensors file"):
            survey.survey(tmp_path / name)
    save_file({"bias": torch.zeros(9)}, tmp_path / "flat")
    with pytest.raises(ValueError, match="no matrix of floating-point numbers in it, of 1 tensors"):
        survey.survey(tmp_path / "flat")
    with pytest.raises(OSError):
        survey.survey(tmp_path / "missing")


def children(pid: int) -> list[int]:
    with contextlib.suppress(psutil.NoSuchProcess):
        return [child.pid for child in psutil.Process(pid).children(recursive=True)]
    return []


def own_memory(pid: int) -> int:
    """Bytes that a process holds beside what it has mapped of files; 0 of one that has ended."""
    with contextlib.suppress(OSError, StopIteration):
        lines = Path(f"/proc/{pid}/status").read_text("utf-8").splitlines()
        return 1024 * int(next(line for line in lines if line.startswith("RssAnon")).split()[1])
    return 0


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process's own memory so")
def test_a_file_of_two_gigabytes_takes_no_more_memory_than_its_largest_matrix(tmp_path):
    side, count = 2896, 64  # 33.5 MB each
    size = 4 * side * side
    header = {
        f"m{i:02}": {
            "dtype": "F32",
            "shape": [side, side],
            "data_offsets": [i * size, (i + 1) * size],
        }
        for i in range(count)
    }
    head = json.dumps(header).encode()
    with (tmp_path / "large").open("wb") as file:
        file.write(len(head).to_bytes(8, "little") + head)
        start = file.tell()
        file.write(RNG.normal(size=(side, side)).astype("<f4").tobytes())
        file.truncate(start + count * size)  # the rest are zeros, which take no room on disk
    assert (tmp_path / "large").stat().st_size > 2e9
    command = [sys.executable, "-m", "jpegnet", "survey", tmp_path / "large"]
    most = 0
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as run:
        while run.poll() is None:
            most = max(most, *map(own_memory, [run.pid, *children(run.pid)]))
            time.sleep(0.02)
        told = run.stdout.read()
    assert run.returncode == 0
    assert told.count("all entries are equal") == count - 1
    assert survey.NOISE in told
    assert 1e8 < most < 1e9
