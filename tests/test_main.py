"""The command line, on a small random network."""

import subprocess
import sys

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file, save_file

from jpegnet.__main__ import main
from jpegnet.data import mnist as data
from jpegnet.nets import mlp
from jpegnet.nets.attention import Attention
from jpegnet.nets.mlp import Mlp
from jpegnet.nets.nested import Nested
from jpegnet.nets.network import fresh
from jpegnet.nets.recurrent import Recurrent
from jpegnet.picture import file as picture

COMMANDS = ["encode", "decode", "info", "classify"]


def seeded() -> torch.Generator:
    return torch.Generator().manual_seed(0)


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """A folder with a network, its picture, a digit, and files that are none of these."""
    monkeypatch.chdir(tmp_path)
    save_file(fresh(Mlp((784, 16, 10)), seeded()).tensors, "network.safetensors")
    save_file({"weight": torch.zeros(3)}, "names.safetensors")
    save_file(fresh(Mlp((100, 16, 10))).tensors, "narrow.safetensors")
    assert main(["encode", "network.safetensors", "network.jpg"]) == 0
    whole = (tmp_path / "network.jpg").read_bytes()
    (tmp_path / "cut.jpg").write_bytes(whole[:-50])
    (tmp_path / "note.txt").write_text("neural network")
    (tmp_path / "folder").mkdir()
    digit = Image.fromarray(data.load().test.inputs[0].numpy())
    digit.save("digit.png")
    digit.save("digit.jpg")
    (tmp_path / "cut.png").write_bytes((tmp_path / "digit.png").read_bytes()[:-60])
    Image.new("L", (40, 40), 255).save("blank.png")
    Image.new("L", (28, 28), 255).save("blank28.png")
    Image.new("L", (10_000, 9_000)).save("huge.png")
    return tmp_path


@pytest.fixture
def run(folder, capsys):
    """Runs a command: exit status, and what it says."""

    def run(line: str) -> tuple[int, str, str]:
        capsys.readouterr()
        status = main(line.split())
        return status, *capsys.readouterr()

    return run


def test_a_network_goes_into_a_picture_and_comes_back(run, folder):
    status, told, errors = run("encode network.safetensors again.jpg --quality 90")
    file = (folder / "again.jpg").read_bytes()
    assert (status, errors) == (0, "")
    assert f"again.jpg: {len(file):,} bytes for 12,730 parameters" in told
    status, told, _ = run("decode again.jpg again.safetensors")
    assert status == 0
    assert "0.weight (16, 784)" in told
    again, decoded = load_file("again.safetensors"), picture.decode(file)
    assert list(again) == sorted(decoded.tensors)
    assert all(torch.equal(again[name], tensor) for name, tensor in decoded.tensors.items())


def test_quality_is_heeded_and_75_if_none_is_given(run, folder):
    sizes = {}
    for quality in (5, 75, 100):
        assert run(f"encode network.safetensors {quality}.jpg --quality {quality}")[0] == 0
        sizes[quality] = len((folder / f"{quality}.jpg").read_bytes())
    assert sizes[5] < sizes[75] < sizes[100]
    assert (folder / "75.jpg").read_bytes() == (folder / "network.jpg").read_bytes()


def test_info_tells_what_is_in_a_picture(run, folder):
    status, told, _ = run("info network.jpg")
    file = (folder / "network.jpg").read_bytes()
    assert status == 0
    assert "784-16-10, 12,730 parameters" in told
    assert f"{len(file):,} bytes" in told
    for text in ("0.weight    16 × 784", "0.bias", "2.weight    10 × 16", "2.bias", "24 × 24"):
        assert text in told
    steps = picture.load(file).table
    assert told.split("steps")[1].split() == [str(step) for step in steps.ravel()]


def shares(told: str) -> list[float]:
    return [float(line.split()[1]) for line in told.splitlines()[:10]]


def test_classify_tells_the_network_s_answer(run, folder):
    status, told, _ = run("classify network.jpg digit.png")
    network = picture.decode((folder / "network.jpg").read_bytes())
    logits = network.logits(data.load().test.x[:1])[0]
    assert status == 0
    assert shares(told) == pytest.approx((100 * logits.softmax(0)).tolist(), abs=0.051)
    assert told.endswith(f"It reads {logits.argmax().item()}.\n")


def test_a_picture_may_be_large_dark_on_white_transparent_or_turned_by_its_camera(run):
    ink = Image.fromarray(data.load().test.inputs[0].numpy()).resize((280, 280))
    ink.save("large.png")
    wanted = run("classify network.jpg large.png")
    paper = Image.fromarray(255 - np.asarray(ink))
    paper.save("paper.png")
    clear = Image.new("RGBA", ink.size, 0)
    clear.putalpha(ink)  # black ink on nothing
    clear.save("clear.png")
    turned = Image.Exif()
    turned[0x0112] = 6  # to be seen upright, turn it by 90° clockwise
    paper.rotate(90).save("turned.png", exif=turned)
    _, told, _ = wanted
    for name in ("paper", "clear", "turned"):
        status, again, _ = run(f"classify network.jpg {name}.png")
        assert (status, again.splitlines()[1:]) == (0, told.splitlines()[1:])


def test_classify_tells_what_it_did_to_the_picture(run):
    assert run("classify network.jpg digit.png")[1].startswith("0 ")  # nothing
    ink = Image.fromarray(data.load().test.inputs[0].numpy()).resize((280, 140))
    ink.save("dark.png")
    Image.merge("RGB", [ink, *[ink.point(lambda v: v // 2)] * 2]).save("colour.png")
    Image.fromarray(255 - np.asarray(ink)).save("bright.png")
    clear = Image.new("RGBA", ink.size, 0)
    clear.putalpha(ink)
    clear.save("clear.png")
    size = "brought from 280 × 140 pixels to 28 × 28 and centred"
    for name, done in (
        ("dark", size),
        ("bright", f"inverted, {size}"),
        ("colour", f"made grey, {size}"),
        ("clear", f"laid on white, inverted, {size}"),
    ):
        told = run(f"classify network.jpg {name}.png")[1]
        assert told.splitlines()[0] == f"{name}.png: {done}"
        assert "does not look like" not in told


def test_classify_says_that_a_photograph_does_not_look_like_a_digit(run):
    y, x = np.mgrid[:200, :300]
    leaves = np.random.default_rng(0).integers(0, 256, (40, 60)).astype(np.uint8)
    Image.fromarray(leaves).resize((300, 200)).save("photograph.png")
    disk = np.where((x - 150) ** 2 + (y - 100) ** 2 < 80**2, 20, 240)
    Image.fromarray(disk.astype(np.uint8)).save("disk.png")
    for name, why in (("photograph", "half-tones"), ("disk", "more ink than paper")):
        status, told, _ = run(f"classify network.jpg {name}.png")
        assert status == 0
        assert f"{name}.png does not look like a digit" in told
        assert why in told
        assert told.splitlines()[-1].startswith("It reads")


def test_encode_works_without_mnist_and_says_what_it_does_without(run, folder, monkeypatch):
    monkeypatch.setattr("jpegnet.kept.paths.MNIST", folder / "none")
    status, told, errors = run("encode network.safetensors plain.jpg --quality 90")
    assert (status, errors) == (0, "")
    assert told.startswith("without MNIST: the eye's quantisation table")
    again = picture.decode((folder / "plain.jpg").read_bytes())
    assert again.architecture == Mlp((784, 16, 10))
    assert not (folder / "none").exists()


@pytest.mark.parametrize(
    ("line", "messages"),
    [
        ("encode none.safetensors x.jpg", ["none.safetensors", "No such file"]),
        ("encode folder x.jpg", ["folder", "Is a directory"]),
        ("encode note.txt x.jpg", ["note.txt", "not a safetensors file"]),
        ("encode network.jpg x.jpg", ["network.jpg", "not a safetensors file"]),
        ("encode names.safetensors x.jpg", ["names.safetensors", "not a chain of linear layers"]),
        ("encode narrow.safetensors x.jpg", ["100 inputs, not the 784"]),
        ("encode network.safetensors x.jpg --quality 0", ["1 to 100, got 0"]),
        ("encode network.safetensors x.jpg --quality 101", ["1 to 100, got 101"]),
        ("encode network.safetensors folder", ["folder", "Is a directory"]),
        ("encode network.safetensors none/x.jpg", ["none/x.jpg", "No such file"]),
        ("decode none.jpg x.safetensors", ["none.jpg", "No such file"]),
        ("decode folder x.safetensors", ["folder", "Is a directory"]),
        ("decode note.txt x.safetensors", ["note.txt", "not a JPEG file"]),
        ("decode cut.jpg x.safetensors", ["cut.jpg", "truncated JPEG file"]),
        ("decode digit.jpg x.safetensors", ["digit.jpg", "0 segments that say how to read"]),
        ("decode network.jpg folder", ["folder", "Is a directory"]),
        ("decode network.jpg none/x.safetensors", ["none/x.safetensors", "No such file"]),
        ("info none.jpg", ["none.jpg", "No such file"]),
        ("info network.safetensors", ["network.safetensors", "not a JPEG file"]),
        ("info cut.jpg", ["cut.jpg", "truncated JPEG file"]),
        ("classify none.jpg digit.png", ["none.jpg", "No such file"]),
        ("classify cut.jpg digit.png", ["cut.jpg", "truncated JPEG file"]),
        ("classify network.jpg none.png", ["none.png", "No such file"]),
        ("classify network.jpg folder", ["folder", "Is a directory"]),
        ("classify network.jpg note.txt", ["note.txt", "not a picture"]),
        ("classify network.jpg cut.png", ["cut.png", "truncated"]),
        ("classify network.jpg blank.png", ["blank.png", "blank: no digit"]),
        ("classify network.jpg blank28.png", ["blank28.png", "blank: no digit"]),
        ("classify network.jpg huge.png", ["huge.png", "too large"]),
    ],
)
def test_what_cannot_be_done_is_told_in_one_line(run, folder, line, messages):
    status, told, error = run(line)
    assert (status, told) == (1, "")
    assert error.startswith("error: ")
    assert error.count("\n") == 1
    assert all(message in error for message in messages)
    assert not list(folder.glob("x.*"))


def test_a_network_that_sees_no_image_classifies_none(run, folder):
    from jpegnet.picture.plan import plan

    narrow = mlp.from_tensors(load_file("narrow.safetensors"))
    file = picture.encode(narrow, plan(narrow), np.full((8, 8), 9))
    (folder / "narrow.jpg").write_bytes(file)
    assert run("info narrow.jpg")[0] == 0
    status, _, error = run("classify narrow.jpg digit.png")
    assert (status, error.count("\n")) == (1, 1)
    assert "100 inputs, not the 784" in error


@pytest.mark.parametrize(
    "architecture", [Recurrent("fastgrnn", 5), Attention(6, 2, 5, 1), Nested()]
)
def test_every_kind_of_network_classifies_as_others_do(run, folder, architecture):
    from jpegnet.picture.plan import plan

    network = fresh(architecture, seeded())
    file = picture.encode(network, plan(network), np.full((8, 8), 9))
    (folder / "rows.jpg").write_bytes(file)
    assert architecture.name in run("info rows.jpg")[1]
    status, told, _ = run("classify rows.jpg digit.png")
    wanted = picture.decode(file).logits(data.load().test.x[:1]).argmax().item()
    assert (status, told.splitlines()[-1]) == (0, f"It reads {wanted}.")


def test_damaged_data_is_told_in_one_line_too(run, monkeypatch):
    def damaged():
        raise data.DataError("train-images-idx3-ubyte.gz is truncated")

    monkeypatch.setattr(data, "load", damaged)
    status, _, error = run("encode network.safetensors x.jpg")
    assert (status, error) == (1, "error: train-images-idx3-ubyte.gz is truncated\n")


@pytest.mark.parametrize("line", ["", "paint network.jpg", "encode network.safetensors", "encode"])
def test_half_a_command_is_told_how_it_goes(capsys, line):
    with pytest.raises(SystemExit) as end:
        main(line.split())
    assert end.value.code == 2
    assert "usage: python -m jpegnet" in capsys.readouterr().err


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_has_a_help_of_its_own(capsys, command):
    with pytest.raises(SystemExit) as end:
        main([command, "--help"])
    assert end.value.code == 0
    assert f"usage: python -m jpegnet {command}" in capsys.readouterr().out


def test_the_module_s_help_teaches_each_command_by_an_example():
    line = [sys.executable, "-m", "jpegnet", "--help"]
    done = subprocess.run(line, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    for command in COMMANDS:
        assert f"    {command} " in done.stdout
        assert f"\n  python -m jpegnet {command} network" in done.stdout


def test_the_module_exits_with_1_and_no_traceback_where_it_fails():
    line = [sys.executable, "-m", "jpegnet", "info", "note.txt"]
    done = subprocess.run(line, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "error: note.txt: not a JPEG file: it does not begin with FF D8\n"


def test_a_network_goes_onto_paper_and_is_read_from_it(run, folder):
    network = fresh(Mlp((784, 8, 10)), seeded())
    from jpegnet.picture.plan import plan

    file = picture.encode(network, plan(network, 24), np.full((8, 8), 60))
    (folder / "small.jpg").write_bytes(file)
    status, told, _ = run("qr small.jpg code.png")
    assert status == 0
    assert told.startswith(f"code.png: {len(file):,} bytes")
    with Image.open("code.png") as code:
        code.convert("L").rotate(7, expand=True, fillcolor=255).save("photograph.jpg")
    assert run("classify photograph.jpg digit.png") == run("classify small.jpg digit.png")
    large = picture.encode(network, plan(network, 24), np.full((8, 8), 1))
    (folder / "large.jpg").write_bytes(large)
    status, _, error = run("qr large.jpg too-large.png")
    assert (status, error.count("\n")) == (1, 1)
    assert "a QR code holds 1 to 2,953" in error
    status, _, error = run("classify digit.png digit.png")
    assert (status, error.count("\n")) == (1, 1)
    assert "digit.png: " in error
    assert "no network on paper" in error
