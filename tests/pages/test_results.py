"""What a notebook hands on: files, marks, numbers."""

import hashlib
import json

import numpy as np
import pandas as pd
import pytest
import torch

from jpegnet.kept import paths
from jpegnet.pages import results

pytestmark = pytest.mark.usefixtures("kept")


@pytest.fixture
def glued(monkeypatch):
    """What is glued: name, value, and whether it is displayed."""
    found = []
    monkeypatch.setattr(results, "glue", lambda name, value, display: found.append((name, value)))
    return found


class BrokenTable:
    """A table that the disk has no room for."""

    def to_csv(self, path, index):
        path.write_text("seed,bytes\n0,1", "utf-8")
        raise OSError("no space left on device")


def test_results_lie_in_the_profile_s_folder(kept, monkeypatch):
    assert results.results_dir() == kept / "results"
    monkeypatch.setenv("JPEGNET_PROFILE", "smoke")
    assert results.results_dir() == kept.parent / "smoke" / "results"


def test_keep_writes_the_format_that_the_ending_names(kept):
    path = results.keep("public/networks/first.jpg", b"\xff\xd8\xff\xd9")
    assert path == kept / "results" / "public" / "networks" / "first.jpg"
    assert path.read_bytes() == b"\xff\xd8\xff\xd9"
    table = pd.DataFrame({"seed": [0, 1], "bytes": [10, 20]})
    assert results.keep("a.csv", table).read_text("utf-8") == "seed,bytes\n0,10\n1,20\n"
    with pytest.raises(ValueError, match=r"a\.pickle"):
        results.keep("a.pickle", 1)


def test_keep_replaces_what_was_there_and_leaves_nothing_else(kept):
    results.keep("a.json", [1])
    path = results.keep("a.json", [2])
    assert json.loads(path.read_text("utf-8")) == [2]
    assert [p.name for p in path.parent.iterdir()] == ["a.json"]


def test_a_write_that_fails_leaves_the_old_file_and_no_other(kept):
    path = results.keep("a.csv", pd.DataFrame({"seed": [7]}))
    with pytest.raises(OSError, match="no space"):
        results.keep("a.csv", BrokenTable())
    assert path.read_text("utf-8") == "seed\n7\n"
    assert [p.name for p in path.parent.iterdir()] == ["a.csv"]


def test_publish_writes_the_file_and_shows_a_link(kept, shown):
    results.publish("networks/a&b.jpg", bytes(1234))
    path = kept / "results" / "public" / "networks" / "a&b.jpg"
    assert path.read_bytes() == bytes(1234)
    ((data, _),) = shown
    link = '<a href="../downloads/networks/a&amp;b.jpg" download>networks/a&amp;b.jpg</a>'
    assert data["text/html"] == f'<p class="download">Download {link} (1,234 bytes)</p>'
    assert data["text/plain"].startswith("networks/a&b.jpg: 1,234 bytes, in ")


def test_publish_tells_no_path_of_this_machine(tmp_path, monkeypatch, shown):
    monkeypatch.delenv("JPEGNET_ARTIFACTS")
    monkeypatch.setattr(paths, "ROOT", tmp_path)
    results.publish("a.json", [])
    assert (tmp_path / "artifacts" / "report" / "results" / "public" / "a.json").is_file()
    assert shown[0][0]["text/plain"] == "a.json: 3 bytes, in artifacts/report/results/public"


def test_publish_marks_the_output_with_file_and_digest(shown):
    results.publish("a.json", {"b": 1})
    digest = hashlib.sha256(b'{\n "b": 1\n}\n').hexdigest()
    assert shown[0][1] == {"jpegnet": {"public/a.json": digest}}


def test_many_files_are_published_with_a_link_and_a_mark_each(kept, shown):
    results.publish_all({"networks/a.jpg": b"one", "networks/b.jpg": b"two"})
    ((data, metadata),) = shown
    folder = kept / "results" / "public" / "networks"
    assert [(folder / f"{name}.jpg").read_bytes() for name in "ab"] == [b"one", b"two"]
    assert '<a href="../downloads/networks/b.jpg" download>b.jpg</a>' in data["text/html"]
    assert data["text/plain"] == "2 files: networks/a.jpg, networks/b.jpg"
    files = {"a": b"one", "b": b"two"}.items()
    digests = {f"public/networks/{n}.jpg": hashlib.sha256(b).hexdigest() for n, b in files}
    assert metadata == {"jpegnet": digests}


def test_a_crowd_of_files_is_counted_and_each_has_its_mark(kept, shown):
    crowd = {f"networks/{n}.jpg": b"one" for n in range(results.FEW + 1)}
    results.publish_all(crowd)
    ((data, metadata),) = shown
    assert data["text/html"] == f'<p class="download">{len(crowd)} files</p>'
    assert metadata["jpegnet"].keys() == {f"public/{name}" for name in crowd}


def test_html_that_hands_on_nothing_has_no_mark(shown):
    results.show_html("<p>a</p>", "a")
    assert shown == [({"text/html": "<p>a</p>", "text/plain": "a"}, {})]


def test_html_cannot_name_a_file_that_is_not_there(shown):
    with pytest.raises(FileNotFoundError):
        results.show_html("<p>a</p>", "a", "public/gone.json")
    assert shown == []


@pytest.mark.parametrize(
    ("value", "plain", "printed"),
    [
        (np.float64(98.123456789), 98.123456789, "98.1235"),
        (np.float32(0.25), 0.25, "0.25"),
        (np.int64(407050), 407050, "407050"),
        (torch.tensor(3), 3, "3"),
        (np.mean([1.0, 2.0]), 1.5, "1.5"),
        (1628200, 1628200, "1628200"),
        ("12,345", "12,345", "12,345"),
    ],
)
def test_numbers_are_glued_as_plain_values_and_printed(glued, capsys, value, plain, printed):
    results.share(this=value)
    ((name, found),) = glued
    assert name == "this"
    assert found == plain
    assert type(found) is type(plain)
    assert capsys.readouterr().out == f"this = {printed}\n"


def test_numbers_come_in_the_order_given(glued, capsys):
    results.share(b=1, a=2.5, c="x")
    assert glued == [("b", 1), ("a", 2.5), ("c", "x")]
    assert capsys.readouterr().out == "b = 1\na = 2.5\nc = x\n"


def test_numbers_are_glued_out_of_sight_and_pictures_in_sight(monkeypatch):
    found = []
    monkeypatch.setattr(results, "glue", lambda name, value, display: found.append((name, display)))
    results.share(a=1)
    results.glue_html("picture", "<p>b</p>")
    assert found == [("a", False), ("picture", True)]


def test_html_is_glued_as_html(glued):
    results.glue_html("picture", "<p>b</p>")
    ((name, value),) = glued
    assert name == "picture"
    assert value._repr_html_() == "<p>b</p>"
