"""MNIST: the split, and one plain error for everything that can be wrong with the files."""

import gzip
import hashlib
import http.server
import re
import shutil
import socket
import socketserver
import threading
from functools import partial

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from jpegnet.data import mnist as data
from jpegnet.data.labelled import Labelled
from jpegnet.kept import paths

NAME = "t10k-labels-idx1-ubyte"
ORIGINAL = (paths.MNIST / f"{NAME}.gz").read_bytes()
DIGITS_TRAIN = [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]
DIGITS_TEST = [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]


def closed_port() -> str:
    """Address of a mirror that refuses each connection."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}/"


@pytest.fixture(autouse=True)
def offline(monkeypatch):
    monkeypatch.setattr(data.MNIST, "mirrors", [closed_port()])
    monkeypatch.setenv("no_proxy", "127.0.0.1")


@pytest.fixture
def serve():
    """Starts a server with a handler on a port of its own, and returns its address."""
    servers = []

    def start(handler, server=http.server.ThreadingHTTPServer) -> str:
        servers.append(server(("127.0.0.1", 0), handler))
        threading.Thread(target=servers[-1].serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{servers[-1].server_address[1]}/"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args):
        pass


class Nonsense(socketserver.StreamRequestHandler):
    """Answers each request with something that is no HTTP."""

    def handle(self):
        self.request.recv(65536)
        self.request.sendall(b"good morning\r\n\r\n")


def folder_with(folder, content: bytes):
    (folder / f"{NAME}.gz").write_bytes(content)
    return folder


def problem(folder) -> str:
    """The message of the error: one line that names the file and says what to do."""
    with pytest.raises(data.DataError) as caught:
        data.read_original(NAME, folder)
    message = str(caught.value)
    assert len(message.splitlines()) == 1
    assert str(folder / f"{NAME}.gz") in message
    assert message.endswith("restore it with: git checkout -- data/")
    return message


def test_the_split_is_55000_5000_and_10000():
    mnist = data.load()
    sizes = {"train": 55_000, "validation": 5_000, "test": 10_000}
    for name, size in sizes.items():
        split = getattr(mnist, name)
        assert split.inputs.shape == (size, 28, 28)
        assert split.inputs.dtype == torch.uint8
        assert split.labels.shape == (size,)
        assert split.labels.dtype == torch.int64
    both = torch.cat([mnist.train.labels, mnist.validation.labels])
    assert both.bincount().tolist() == DIGITS_TRAIN
    assert mnist.test.labels.bincount().tolist() == DIGITS_TEST


def test_images_and_labels_are_in_the_order_of_the_files():
    mnist = data.load()
    assert mnist.train.labels[:5].tolist() == [5, 0, 4, 1, 9]
    assert mnist.test.labels[:5].tolist() == [7, 2, 1, 0, 4]
    assert mnist.validation.labels[-5:].tolist() == [8, 3, 5, 6, 8]
    # The first image, a 5: row 5 of the file.
    row = [3, 18, 18, 18, 126, 136, 175, 26, 166, 255, 247, 127, 0]
    assert mnist.train.inputs[0, 5, 12:25].tolist() == row
    pixels = torch.cat([mnist.train.inputs, mnist.validation.inputs])
    assert pixels.float().mean().item() / 255 == pytest.approx(0.1307, abs=5e-5)


def test_network_inputs_are_float32_between_0_and_1():
    images = torch.zeros(2, 28, 28, dtype=torch.uint8)
    images[0, 1, 2], images[1, 27, 27] = 255, 51
    x = Labelled(images, torch.zeros(2, dtype=torch.int64)).x
    assert x.dtype == torch.float32
    assert x.shape == (2, 28, 28)
    assert (x[0, 1, 2].item(), x[1, 27, 27].item()) == (1.0, pytest.approx(0.2))
    assert x.sum().item() == pytest.approx(1.2)
    test = data.load().test.x
    assert (test.min().item(), test.max().item()) == (0.0, 1.0)


def test_the_repository_holds_the_originals():
    data.verify()


def test_a_missing_file_without_network_is_one_clear_error(tmp_path):
    message = problem(tmp_path / "new")
    assert "is missing and no mirror serves it" in message
    assert data.MNIST.mirrors[0] in message
    assert "Connection refused" in message


CORRUPTIONS = {
    "truncated": (ORIGINAL[: len(ORIGINAL) // 2], "truncated or altered"),
    "one byte short": (ORIGINAL[:-1], "truncated or altered"),
    "only a header": (ORIGINAL[:5], "truncated or altered"),
    "altered byte": (ORIGINAL[:3000] + b"\x00\x01" + ORIGINAL[3002:], "altered"),
    "empty": (b"", "does not hold the original MNIST"),
    "other content": (gzip.compress(b"ten thousand labels"), "does not hold the original MNIST"),
    "not compressed": (gzip.decompress(ORIGINAL), "truncated or altered"),
    "a web page": (b"<html>log in to use this network</html>", "truncated or altered"),
}


@pytest.mark.parametrize("corruption", CORRUPTIONS)
def test_a_corrupted_file_is_one_clear_error(tmp_path, corruption):
    content, words = CORRUPTIONS[corruption]
    assert words in problem(folder_with(tmp_path, content))


@given(st.integers(0, len(ORIGINAL) - 1), st.integers(1, 255))
def test_a_changed_byte_is_an_error_unless_the_content_stays(tmp_path, position, change):
    changed = bytearray(ORIGINAL)
    changed[position] ^= change
    folder_with(tmp_path, bytes(changed))
    try:
        content = data.read_original(NAME, tmp_path)
    except data.DataError:
        return
    # A gzip header holds a time and a file name, which say nothing about the content.
    assert position < 34
    assert content == gzip.decompress(ORIGINAL)


@given(st.integers(0, len(ORIGINAL) - 1))
def test_a_file_cut_anywhere_is_an_error(tmp_path, length):
    folder_with(tmp_path, ORIGINAL[:length])
    with pytest.raises(data.DataError):
        data.read_original(NAME, tmp_path)


def test_one_bad_file_of_four_stops_the_reading(tmp_path):
    for path in paths.MNIST.glob("*.gz"):
        shutil.copy(path, tmp_path)
    folder_with(tmp_path, ORIGINAL[:100])
    for read in (data.verify, data.read_split):
        with pytest.raises(data.DataError, match=re.escape(f"{NAME}.gz")):
            read(tmp_path)


def mirror_md5(monkeypatch, content: bytes) -> None:
    """Let torchvision expect this archive; the repository's was packed anew."""
    md5 = hashlib.md5(content).hexdigest()
    monkeypatch.setattr(data.MNIST, "resources", [(f"{NAME}.gz", md5)])


def test_a_missing_file_is_fetched_from_the_first_mirror_that_answers(tmp_path, serve, monkeypatch):
    mirror = serve(partial(Quiet, directory=str(paths.MNIST)))
    monkeypatch.setattr(data.MNIST, "mirrors", [closed_port(), mirror, closed_port()])
    mirror_md5(monkeypatch, ORIGINAL)
    before = socket.getdefaulttimeout()
    content = data.read_original(NAME, tmp_path / "new")
    assert content[:13] == bytes([0, 0, 8, 1, 0, 0, 39, 16, 7, 2, 1, 0, 4])
    assert (tmp_path / "new" / f"{NAME}.gz").read_bytes() == ORIGINAL
    assert socket.getdefaulttimeout() == before


def test_a_mirror_that_serves_something_else_is_not_believed(tmp_path, serve, monkeypatch):
    other = gzip.compress(b"other labels")
    (tmp_path / "mirror").mkdir()
    folder_with(tmp_path / "mirror", other)
    mirror = serve(partial(Quiet, directory=str(tmp_path / "mirror")))
    monkeypatch.setattr(data.MNIST, "mirrors", [mirror])
    assert f"{mirror}: File not found or corrupted" in problem(tmp_path / "new")
    mirror_md5(monkeypatch, other)  # even with the archive's checksum, the content has its own
    assert "does not hold the original MNIST" in problem(tmp_path / "newer")


def test_a_mirror_without_the_file_is_one_clear_error(tmp_path, serve, monkeypatch):
    (tmp_path / "mirror").mkdir()
    mirror = serve(partial(Quiet, directory=str(tmp_path / "mirror")))
    monkeypatch.setattr(data.MNIST, "mirrors", [mirror])
    assert "404" in problem(tmp_path / "new")


def test_a_mirror_that_speaks_no_http_is_one_clear_error(tmp_path, serve, monkeypatch):
    mirror = serve(Nonsense, socketserver.ThreadingTCPServer)
    monkeypatch.setattr(data.MNIST, "mirrors", [mirror])
    assert f"{mirror}: good morning" in problem(tmp_path / "new")
