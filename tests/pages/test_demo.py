"""What the demo gives the page, before JavaScript."""

import io
import json
import re
from base64 import b64decode

import pandas as pd
import torch
from PIL import Image

from jpegnet.data import mnist as data
from jpegnet.pages import demo, results
from jpegnet.picture import qr

NETWORKS = pd.DataFrame(
    {
        "file": ["networks/a.jpg", "networks/b.jpg"],
        "architecture": ["784-512-10", "conv-8x8-12x4"],
        "method": ["post-training", "through-codec"],
        "setting": ["quality 40", "price 7.5"],
        "bytes": [5000, 13000],
        "test_accuracy": [94.5, 98.1],
    }
)


def picture_of(width: int, height: int) -> bytes:
    buffer = io.BytesIO()
    Image.new("L", (width, height)).save(buffer, "jpeg")
    return buffer.getvalue()


def test_the_demo_holds_a_still_picture_and_what_the_script_needs(monkeypatch, kept):
    for name in NETWORKS.file:
        results.keep(f"public/{name}", picture_of(24, 16))
    glued = {}
    monkeypatch.setattr(demo.results, "glue_html", glued.__setitem__)
    test = data.load().test
    demo.glue("demo", NETWORKS, 1, test)
    content = glued["demo"]
    assert '<img class="dark-light" src="../downloads/networks/b.jpg"' in content
    words = "convolutional, trained as a picture: reads 98 of 100 digits"
    assert f"<strong>13,000 bytes</strong>, {words}. <small>conv-8x8-12x4, through-codec" in content
    assert 'width="24" height="16"' in content
    paper = re.search(r'<details class="demo-paper">.*?base64,([^"]+)"', content, re.DOTALL)
    assert qr.decode(b64decode(paper[1])) == picture_of(24, 16)
    assert content.count("<li>") == 10
    facts = json.loads(re.search(r'<script type="application/json">(.*?)</script>', content)[1])
    assert facts["start"] == 1
    assert b64decode(facts["content"]) == picture_of(24, 16)
    assert facts["networks"][0] == {
        "file": "../downloads/networks/a.jpg",
        "words": "compressed after training: reads 94 of 100 digits",
        "detail": "784-512-10, post-training, quality 40: 94.50 % of the test images",
        "bytes": 5000,
        "width": 24,
        "height": 16,
    }
    assert [example["digit"] for example in facts["examples"]] == list(range(10))
    for example in facts["examples"]:
        pixels = list(bytes.fromhex(example["hex"]))
        found = (test.inputs.flatten(1).int() == torch.tensor(pixels)).all(1).nonzero()
        assert test.labels[found[0]] == example["digit"]


def test_the_stopwatch_holds_a_picture_and_a_digit(shown):
    test = data.load().test
    demo.stopwatch(b"a picture", test)
    [(bundle, _)] = shown
    facts = json.loads(re.search(r'json">(.*?)</script>', bundle["text/html"])[1])
    assert b64decode(facts["file"]) == b"a picture"
    assert bytes.fromhex(facts["digit"]) == test.inputs[0].numpy().tobytes()
    assert "stopwatch.mjs" in bundle["text/html"]
    assert bundle["text/plain"] in bundle["text/html"]


def test_a_network_over_rows_comes_with_its_file_and_its_digits(shown):
    demo.rows(b"a file", data.load().test)
    ((found, _),) = shown
    content = found["text/html"]
    facts = json.loads(re.search(r'<script type="application/json">(.*?)</script>', content)[1])
    assert b64decode(facts["file"]) == b"a file"
    assert [example["digit"] for example in facts["examples"]] == list(range(10))
    assert 'src="../_static/rows.mjs"' in content
