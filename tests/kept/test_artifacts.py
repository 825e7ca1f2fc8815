"""Stages: when a key changes, what is kept, and what happens when it is damaged."""

import errno
import gc
import importlib
import importlib.metadata
import itertools
import json
import math
import os
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import example, given
from hypothesis import strategies as st

import jpegnet
from jpegnet.kept import artifacts, compute, keys, paths

pytestmark = pytest.mark.usefixtures("kept")
# Modules of a package: toy imports near, near imports deep.far, nobody imports aside.
MODULES = {
    "toy": '''
import os
import time
from pathlib import Path

from jpegnet import near
from jpegnet.kept.artifacts import stage

BOX = {}
CALLS = []


@stage
def boxed(name=0, other="a"):
    """What lies in the box."""
    CALLS.append((name, other))
    return dict(BOX)


@stage
def failing(name):
    raise ArithmeticError("on the way")


def wait(path):
    for _ in range(6000):
        if Path(path).exists():
            return
        time.sleep(0.02)
    raise TimeoutError(path)


@stage
def meeting(folder):
    """Of two processes, who computes waits until the other has come."""
    (Path(folder) / f"{os.environ['NAME']}-computes").touch()
    for name in "ab":
        wait(Path(folder) / f"{name}-came")
    time.sleep(0.3)  # now it waits for the result, if it does
    return {"value.json": os.environ["NAME"], "more.json": [1, 2]}


def came(folder):
    (Path(folder) / f"{os.environ['NAME']}-came").touch()
    return meeting(folder)


class Stuck:
    def __init__(self, folder):
        self.folder = Path(folder)

    def to_csv(self, path, index):
        path.write_text("half a")
        (self.folder / "begun").touch()
        wait(self.folder / "never")


@stage
def stuck(where, folder):
    """Once, waits for its end while it computes or writes; with a file ``go``, does not."""
    if (Path(folder) / "go").exists():
        return {"value.json": 7}
    if where == "writing":
        return {"value.json": 7, "table.csv": Stuck(folder)}
    (Path(folder) / "begun").touch()
    wait(Path(folder) / "never")
''',
    "near": "def f():\n    from jpegnet.deep.far import g\n    return g\n",
    "deep/__init__": "",
    "deep/far": "def g():\n    import numpy as np\n\n    return np.ones(1)\n",
    "aside": "x = 1\n",
}
RUN = """
import json, sys
from pathlib import Path
import jpegnet
from jpegnet.kept import paths
source, function, *arguments = sys.argv[1:]
paths.SOURCE = Path(source)
jpegnet.__path__.append(source)
from jpegnet import toy
print(json.dumps(getattr(toy, function)(*arguments)))
"""


def forget():
    for name in ("toy", "near", "deep.far", "deep", "aside"):
        sys.modules.pop(f"jpegnet.{name}", None)


def load_toy():
    """The toy module, as a fresh process would import it."""
    forget()
    importlib.invalidate_caches()
    return importlib.import_module("jpegnet.toy")


@pytest.fixture
def source(tmp_path, monkeypatch):
    """Folder of that package, in the place of the real one."""
    folder = tmp_path / "source"
    (folder / "deep").mkdir(parents=True)
    for name, text in MODULES.items():
        (folder / f"{name}.py").write_text(text)
    monkeypatch.setattr(paths, "SOURCE", folder)
    monkeypatch.setattr(jpegnet, "__path__", [*jpegnet.__path__, str(folder)])
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    yield folder
    forget()
    for name in ("toy", "near", "deep", "aside"):
        vars(jpegnet).pop(name, None)


@pytest.fixture
def toy(source):
    return load_toy()


def start(source, function, *arguments, **environment):
    command = [sys.executable, "-c", RUN, str(source), function, *map(str, arguments)]
    return subprocess.Popen(
        command, env=os.environ | environment, text=True, stdout=-1, stderr=subprocess.PIPE
    )


def edit(path: Path) -> None:
    path.write_text(path.read_text("utf-8") + "EDITED = 1\n", "utf-8")


def reword(path: Path) -> None:
    """Another docstring, a comment, an empty line: words, not code."""
    text = path.read_text("utf-8").replace('"""', '"""In other words: ', 1)
    text = text if text.startswith('"""') else f'"""Words."""\n\n{text}'
    path.write_text(text + "\n# a comment\n", "utf-8")


def only_folder(kept: Path, name: str = "toy.boxed") -> Path:
    (folder,) = (kept / name).iterdir()
    return folder


# The key


def key(name="toy.boxed", module="toy", arguments=None, device="cpu") -> str:
    depends = keys.closure({f"jpegnet.{module}"})
    return keys.stage_key(name, depends, arguments or {"x": 1}, device)


@pytest.mark.parametrize(
    "change",
    [
        {"name": "toy.other"},
        {"module": "near"},
        {"arguments": {"x": 2}},
        {"arguments": {"y": 1}},
        {"arguments": {"x": 1, "y": 1}},
        {"device": "cuda"},
    ],
)
def test_the_key_changes_with_each_part_of_a_call(source, change):
    assert key() == key()
    assert key(**change) != key()


@pytest.mark.parametrize(
    ("edited", "changes"),
    [("toy", True), ("near", True), ("deep/far", True), ("deep/__init__", True), ("aside", False)],
)
def test_the_key_changes_with_imported_source_however_deep_and_with_no_other(
    source, edited, changes
):
    before = key()
    edit(source / f"{edited}.py")
    assert (key() != before) is changes


@pytest.mark.parametrize("name", MODULES)
def test_the_key_does_not_change_with_words(source, name):
    before = key()
    reword(source / f"{name}.py")
    assert key() == before


def test_a_string_that_is_no_docstring_is_code(source):
    (source / "deep" / "far.py").write_text('def g():\n    return "one"\n')
    before = key()
    (source / "deep" / "far.py").write_text('def g():\n    return "two"\n')
    assert key() != before


def closure(module: str) -> keys.Closure:
    return keys.closure({f"jpegnet.{module}"})


TRAINING, THROUGH_CODEC = "nets.train", "methods.through_codec.training"


@pytest.mark.parametrize(
    ("stage", "module", "uses"),
    [
        *((TRAINING, name, True) for name in ("nets.mlp", "data.labelled", "kept.compute")),
        *((TRAINING, name, False) for name in ("pages.figures", "methods.article", "codecs.jpeg")),
        *((THROUGH_CODEC, name, True) for name in ("jpeg.dct", "jpeg.diffjpeg", "picture.file")),
        *((THROUGH_CODEC, name, False) for name in ("methods.posttraining", "codecs.jpeg")),
        *((THROUGH_CODEC, name, False) for name in ("studies.summaries", "methods.article")),
    ],
)
def test_a_stage_depends_on_what_it_means_and_on_no_more(stage, module, uses):
    assert (f"jpegnet.{module}" in closure(stage).sources) is uses


@pytest.mark.parametrize(
    ("module", "library"),
    [
        ("picture.file", "mozjpeg-lossless-optimization"),
        ("picture.file", "pillow"),
        ("jpeg.rangecode", "constriction"),
        ("kept.artifacts", "safetensors"),
        ("kept.artifacts", "pandas"),
        (TRAINING, "torch"),
    ],
)
def test_the_key_changes_with_the_version_of_each_library_that_is_imported(
    monkeypatch, module, library
):
    before, real = key(module=module), importlib.metadata.version
    assert closure(module).versions[library] == real(library)
    versions = {library: "0.0.1"}
    monkeypatch.setattr(
        importlib.metadata, "version", lambda name: versions.get(name) or real(name)
    )
    assert key(module=module) != before


def test_libraries_that_nothing_imports_are_in_no_key():
    assert closure("kept.paths").versions.keys() == {"python"}
    assert "matplotlib" not in closure(TRAINING).versions


def test_the_key_changes_with_python(source, monkeypatch):
    before = key()
    with monkeypatch.context() as patch:
        patch.setattr(sys, "version_info", (3, 99, 0))
        assert key() != before


@pytest.mark.parametrize(
    "text",
    [
        "import jpegnet.deep.far",
        "import os, jpegnet.deep.far as f",
        "from jpegnet.deep import other as n, far",
        "from jpegnet.deep.far import g",
        "def f():\n    if True:\n        from jpegnet.deep import far",
        "from .deep import far",
        "from .deep.far import g",
    ],
)
def test_every_way_to_import_a_module_is_seen(source, text):
    (source / "toy.py").write_text(text)
    expected = {"jpegnet.toy", "jpegnet.deep", "jpegnet.deep.far"}
    assert closure("toy").sources.keys() == expected


def test_a_relative_import_counts_from_its_own_package(source):
    (source / "deep" / "far.py").write_text("from . import beside\nfrom .. import aside\n")
    (source / "deep" / "beside.py").write_text("")
    assert {"jpegnet.deep.beside", "jpegnet.aside"} <= closure("deep.far").sources.keys()


def test_what_is_no_module_of_the_package_is_not_taken_for_one(source):
    (source / "toy.py").write_text(
        "import torch\nfrom jpegnet import __version__\nfrom other import far\nx = 'near'"
    )
    assert closure("toy").sources.keys() == {"jpegnet.toy"}


def test_a_module_that_is_no_python_is_named(source):
    (source / "near.py").write_text("def f(:")
    with pytest.raises(ValueError, match=r"jpegnet\.near is no Python"):
        closure("toy")


def test_several_threads_may_call_a_stage_at_once(toy):
    # CPython 3.11 raises SystemError when two threads build syntax trees and change over in the
    # middle of one. They do when garbage is collected there and something waits for it.
    toy.BOX["a.json"] = 1

    def give_way(phase, info):
        time.sleep(0)

    before = gc.get_threshold()
    gc.callbacks.append(give_way)
    gc.set_threshold(20)
    try:
        with ThreadPoolExecutor(4) as pool:
            results = list(pool.map(toy.boxed, range(40)))
    finally:
        gc.callbacks.remove(give_way)
        gc.set_threshold(*before)
    assert results == [{"a.json": 1}] * 40
    assert sorted(name for name, _ in toy.CALLS) == list(range(40))


VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=5)
)


@given(VALUES, VALUES)
@example(1, True)
@example(1, 1.0)
@example(1, "1")
@example(None, "None")
@example(0.1, 0.1 + 2**-56)
def test_two_arguments_have_one_key_only_if_they_are_the_same(one, other):
    same = repr(one) == repr(other)  # tells 1, 1.0, True and '1' apart, and 0.0 from -0.0
    keys = [key("s", "kept.paths", {"x": value}) for value in (one, other)]
    assert (keys[0] == keys[1]) is same


@dataclass(frozen=True)
class Apple:
    size: int


@dataclass(frozen=True)
class Pear:
    size: int


def test_equal_fields_of_two_dataclasses_are_two_stages(toy):
    for argument in (Apple(1), Pear(1), Apple(2), (Apple(1),), Apple(1)):
        toy.boxed(argument)
    assert [name for name, _ in toy.CALLS] == [Apple(1), Pear(1), Apple(2), (Apple(1),)]


def test_positions_names_and_defaults_are_one_call(toy):
    toy.BOX["x.json"] = 1
    calls = [((), {}), ((0,), {}), ((0, "a"), {}), ((), {"other": "a", "name": 0})]
    for args, kwargs in calls:
        assert toy.boxed(*args, **kwargs) == {"x.json": 1}
    assert toy.CALLS == [(0, "a")]


def test_another_device_is_another_result(toy, monkeypatch):
    for name in ("cpu", "cuda", "cpu"):
        monkeypatch.setattr(compute, "device", lambda name=name: torch.device(name))
        toy.boxed()
    assert len(toy.CALLS) == 2


@pytest.mark.parametrize("value", [{1, 2}, np.float32(1), torch.zeros(2), object(), b"x"])
def test_an_argument_that_has_no_key_is_refused_and_named(toy, kept, value):
    with pytest.raises(TypeError, match=f"keyed by a {type(value).__name__}"):
        toy.boxed((1, value))
    assert toy.CALLS == []
    assert not kept.exists()


def test_code_that_was_edited_after_its_import_keeps_nothing_under_the_new_key(source):
    toy = load_toy()
    toy.boxed()
    path = source / "toy.py"
    path.write_text(path.read_text().replace("return dict(BOX)", 'return {"new.json": 1}'))
    edit(source / "deep" / "far.py")
    with pytest.raises(RuntimeError, match=r"^jpegnet\.deep\.far, jpegnet\.toy changed"):
        toy.boxed()
    assert load_toy().boxed() == {"new.json": 1}


def test_words_may_be_mended_while_a_kernel_runs(toy, source):
    toy.boxed()
    reword(source / "toy.py")
    reword(source / "near.py")
    toy.boxed()
    assert len(toy.CALLS) == 1


# What is kept


def test_a_first_call_and_a_later_one_give_the_same(toy):
    toy.BOX |= {"a.json": {"x": (1, 2)}, "t.csv": pd.DataFrame({"n": [1]}, index=[5])}
    first, later = toy.boxed(), toy.boxed()
    assert first["a.json"] == later["a.json"] == {"x": [1, 2]}
    assert first["t.csv"].equals(later["t.csv"])
    assert first["t.csv"].index.tolist() == [0]
    assert len(toy.CALLS) == 1


def test_the_manifest_tells_what_ran(toy, kept):
    toy.BOX["a.json"] = "x"
    toy.boxed(3)
    manifest = json.loads((only_folder(kept) / "manifest.json").read_text())
    assert manifest["stage"] == "toy.boxed"
    assert manifest["arguments"] == {"name": 3, "other": "a"}
    assert manifest["versions"]["numpy"] == importlib.metadata.version("numpy")
    assert manifest["seconds"] >= 0
    assert only_folder(kept).name == manifest["key"][:16]
    # sha256sum of the four bytes "x" and a line feed, in quotation marks
    digest = "79143be1c39888914af45faefd878a0c"
    assert manifest["files"]["a.json"].startswith(digest)


COUNT = itertools.count(1)


@given(st.lists(st.floats(), min_size=1, max_size=8), st.integers(-(2**63), 2**63 - 1))
@example([0.1 + 0.2, 5e-324, 1.7976931348623157e308, -0.0, 100.0, math.nan, -math.inf], 2**53 + 1)
def test_tables_come_back_to_the_last_bit(toy, floats, integer):
    table = pd.DataFrame({"x": floats, "n": integer})
    toy.BOX["t.csv"] = table
    back = toy.boxed(next(COUNT))["t.csv"]
    pd.testing.assert_frame_equal(back, table, check_exact=True)
    assert np.array_equal(np.signbit(back.x[back.x == 0]), np.signbit(table.x[table.x == 0]))


def test_words_in_tables_stay_words(toy):
    words = ["reference", "None", "NA", "null", "n/a", "nan", "Ä, “quoted”", "1e5x"]
    toy.BOX["t.csv"] = pd.DataFrame({"word": words, "x": range(8)})
    assert toy.boxed()["t.csv"]["word"].tolist() == words


def test_tensors_come_back_exactly_whatever_their_type_and_layout(toy):
    matrix = torch.arange(6, dtype=torch.float64).reshape(2, 3) / 7
    tensors = {str(t): matrix.to(t) for t in (torch.float64, torch.float32, torch.float16)}
    tensors |= {str(t): matrix.mul(9).to(t) for t in (torch.int64, torch.uint8, torch.bool)}
    tensors |= {"bfloat16": matrix.bfloat16(), "transposed": matrix.T, "column": matrix[:, 1]}
    tensors |= {"number": torch.tensor(3.5), "none": torch.zeros(0, 4)}
    tensors |= {"not finite": torch.tensor([math.inf, -math.inf, -0.0])}
    toy.BOX["t.safetensors"] = tensors
    back = toy.boxed()["t.safetensors"]
    assert back.keys() == tensors.keys()
    for name, tensor in tensors.items():
        assert back[name].dtype == tensor.dtype
        assert torch.equal(back[name], tensor)
    assert torch.signbit(back["not finite"]).tolist() == [False, True, True]


JSON = st.recursive(
    VALUES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=8,
)


@given(JSON, st.binary(max_size=50))
def test_scalars_and_pictures_come_back_exactly(toy, value, picture):
    toy.BOX |= {"v.json": value, "p.jpg": picture}
    back = toy.boxed(next(COUNT))
    assert repr(back["v.json"]) == repr(value)
    assert back["p.jpg"] == picture


def test_a_file_ending_without_a_format_is_refused_and_nothing_is_kept(toy, kept):
    toy.BOX |= {"a.json": 1, "b.pickle": 1}
    with pytest.raises(ValueError, match=r"^b\.pickle: .*\.safetensors, \.csv, \.json or \.jpg"):
        toy.boxed()
    assert list((kept / "toy.boxed").iterdir()) == []


def test_a_stage_that_fails_leaves_nothing_and_fails_again(toy, kept):
    for _ in range(2):
        with pytest.raises(ArithmeticError, match="on the way"):
            toy.failing(1)
    assert not (kept / "toy.failing").exists() or not list((kept / "toy.failing").iterdir())


# Damage


def manifest(text):
    return lambda folder: (folder / "manifest.json").write_bytes(text)


def truncate(path):
    path.write_bytes(path.read_bytes()[:-3])


def forget_file(folder, name):
    path = folder / "manifest.json"
    kept = json.loads(path.read_text())
    del kept["files"][name]
    path.write_text(json.dumps(kept))


def forge_without(folder, name):
    path = folder / "manifest.json"
    kept = json.loads(path.read_text())
    del kept["files"][name], kept["seal"]
    path.write_text(json.dumps(kept | {"seal": keys.digest(kept)}))


DAMAGE = {
    "truncated table": lambda folder: truncate(folder / "t.csv"),
    "empty tensors": lambda folder: (folder / "w.safetensors").write_bytes(b""),
    "edited number": lambda folder: (folder / "a.json").write_text("2\n"),
    "missing picture": lambda folder: (folder / "p.jpg").unlink(),
    "missing manifest": lambda folder: (folder / "manifest.json").unlink(),
    "truncated manifest": lambda folder: truncate(folder / "manifest.json"),
    "empty manifest": manifest(b""),
    "garbage manifest": manifest(b"\xff\xfe\x00\x80"),
    "manifest without files": manifest(b"{}"),
    "manifest that is a list": manifest(b"[]"),
    "manifest that is null": manifest(b"null"),
    "manifest with a list of files": manifest(b'{"files": ["a.json"]}'),
    "manifest with no files at all": manifest(b'{"files": null}'),
    "manifest with fewer files": lambda folder: forget_file(folder, "a.json"),
    "sealed manifest with fewer files": lambda folder: forge_without(folder, "a.json"),
    "file in place of the folder": lambda folder: (shutil.rmtree(folder), folder.write_text("")),
    "empty folder": lambda folder: [path.unlink() for path in folder.iterdir()],
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_damage_is_reported_in_one_line_and_computed_again(toy, kept, capsys, damage):
    toy.BOX |= {"a.json": 1, "t.csv": pd.DataFrame({"x": [0.5, 1.5]})}
    toy.BOX |= {"p.jpg": b"\xff\xd8", "w.safetensors": {"w": torch.ones(3)}}
    toy.boxed()
    folder = only_folder(kept)
    DAMAGE[damage](folder)
    capsys.readouterr()
    for calls in (2, 2):  # computed again, and then kept
        back = toy.boxed()
        assert (back["a.json"], back["p.jpg"]) == (1, b"\xff\xd8")
        assert back["t.csv"].x.tolist() == [0.5, 1.5]
        assert back["w.safetensors"]["w"].tolist() == [1, 1, 1]
        assert len(toy.CALLS) == calls
    out, err = capsys.readouterr()
    assert out == ""
    (line,) = err.splitlines()
    assert line.startswith(f"toy.boxed/{folder.name}: ")
    assert line.endswith("; computing it again")
    assert only_folder(kept) == folder


def test_the_report_names_the_file_and_what_is_wrong_with_it(toy, kept, capsys):
    toy.BOX |= {"a.json": 1}
    expected = {
        "edited number": "a.json is truncated or was changed",
        "garbage manifest": "manifest.json cannot be read",
    }
    for damage, words in expected.items():
        toy.boxed()
        capsys.readouterr()
        DAMAGE[damage](only_folder(kept))
        toy.boxed()
        assert words in capsys.readouterr().err


def test_a_half_written_folder_beside_does_no_harm(toy, kept, capsys):
    toy.BOX["a.json"] = 1
    toy.boxed()
    folder = only_folder(kept)
    half = folder.with_name(f".{folder.name}.0123")
    folder.rename(half)
    (half / "manifest.json").unlink()
    assert toy.boxed() == {"a.json": 1}
    assert toy.boxed() == {"a.json": 1}
    assert len(toy.CALLS) == 2
    assert folder.is_dir()
    assert capsys.readouterr().err == ""


# Several processes


@pytest.mark.parametrize("before", ["nothing", "damage"])
def test_of_two_processes_at_once_one_computes_and_both_get_the_result(
    source, kept, tmp_path, before, monkeypatch
):
    if before == "damage":
        for name in "ab":
            (tmp_path / f"{name}-came").touch()  # nobody waits
        monkeypatch.setenv("NAME", "a")
        load_toy().meeting(str(tmp_path))
        truncate(only_folder(kept, "toy.meeting") / "more.json")
        for path in tmp_path.glob("?-*"):
            path.unlink()
    processes = [start(source, "came", tmp_path, NAME=name) for name in "ab"]
    outputs = [process.communicate(timeout=300) for process in processes]
    assert [process.returncode for process in processes] == [0, 0], outputs
    one, other = (json.loads(out) for out, _ in outputs)
    assert one == other
    (computed,) = tmp_path.glob("?-computes")
    assert f"{one['value.json']}-computes" == computed.name
    assert one["more.json"] == [1, 2]
    folder = only_folder(kept, "toy.meeting")
    assert not folder.name.startswith(".")
    assert json.loads((folder / "value.json").read_text()) == one["value.json"]


@pytest.mark.parametrize("where", ["computing", "writing"])
def test_after_a_kill_the_next_call_completes(toy, source, kept, tmp_path, capsys, where):
    process = start(source, "stuck", where, tmp_path)
    while not (tmp_path / "begun").exists():
        assert process.poll() is None, process.communicate()
        time.sleep(0.02)
    process.kill()
    process.communicate()
    assert process.returncode == -9
    left = [path.name for path in kept.glob("toy.stuck/*")]
    assert len(left) == (where == "writing")
    assert all(name.startswith(".") for name in left)  # no name of a result
    (tmp_path / "go").touch()
    assert toy.stuck(where, str(tmp_path)) == {"value.json": 7}
    (tmp_path / "go").unlink()
    assert toy.stuck(where, str(tmp_path)) == {"value.json": 7}  # read: it would wait for ever
    assert capsys.readouterr().err == ""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no disk that is always full")
@pytest.mark.parametrize(
    ("name", "value"), [("w.safetensors", {"w": torch.ones(3)}), ("a.json", 1)]
)
def test_a_full_disk_is_an_error_of_the_operating_system(tmp_path, name, value):
    (tmp_path / name).symlink_to("/dev/full")
    with pytest.raises(OSError) as raised:
        artifacts.write(tmp_path / name, value)
    assert raised.value.errno == errno.ENOSPC
