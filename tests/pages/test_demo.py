"""What the demo gives the page, before JavaScript."""

import json
import re
from base64 import b64decode

import pandas as pd
import torch

from jpegnet.data import mnist as data
from jpegnet.pages import demo

NETWORKS = pd.DataFrame(
    {
        "file": ["networks/a.jpg", "networks/b.jpg"],
        "method": ["post-training", "through-codec"],
        "setting": ["quality 40", "price 7.5"],
        "bytes": [5000, 13000],
        "test_accuracy": [94.5, 98.1],
    }
)


def test_the_demo_holds_a_still_picture_and_what_the_script_needs(monkeypatch):
    glued = {}
    monkeypatch.setattr(demo.results, "glue_html", glued.__setitem__)
    test = data.load().test
    demo.glue("demo", NETWORKS, 1, test)
    content = glued["demo"]
    assert '<img class="dark-light" src="../downloads/networks/b.jpg"' in content
    assert "13,000 bytes, through-codec, price 7.5: reads 98.10 % of the test images." in content
    facts = json.loads(re.search(r'<script type="application/json">(.*?)</script>', content)[1])
    assert facts["start"] == 1
    assert facts["networks"][0] == {
        "file": "../downloads/networks/a.jpg",
        "about": "post-training, quality 40",
        "bytes": 5000,
        "accuracy": "94.50",
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
