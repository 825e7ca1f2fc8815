"""What the figures that look into a network give the page, before JavaScript."""

import json
import re
from base64 import b64decode

import numpy as np
import pytest
import torch

from jpegnet.data import mnist as data
from jpegnet.jpeg import arriving, dct
from jpegnet.kept import paths
from jpegnet.nets import mlp
from jpegnet.nets.convolutional import Convolutional
from jpegnet.nets.mlp import Mlp
from jpegnet.nets.network import Architecture, fresh
from jpegnet.pages import insight, way
from jpegnet.picture import file as picture
from jpegnet.picture.plan import plan

FILE = (paths.BOOK / "published" / "784-48-10-price36-seed0.jpg").read_bytes()
FIGURES = {"tiles": insight.tiles, "coefficient": insight.coefficient, "way": way.way}


def file_of(architecture: Architecture, crop: int = 24) -> bytes:
    network = fresh(architecture, torch.Generator().manual_seed(0))
    return picture.encode(network, plan(network, crop), np.full((8, 8), 3))


def facts_in(content: str) -> dict:
    return json.loads(re.search(r'<script type="application/json">(.*?)</script>', content)[1])


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_comes_with_its_file_its_digits_and_a_sentence(shown, name):
    FIGURES[name](FILE, data.load().test)
    [(bundle, _)] = shown
    content = bundle["text/html"]
    facts = facts_in(content)
    assert b64decode(facts["file"]) == FILE
    assert [example["digit"] for example in facts["examples"]] == list(range(10))
    assert f'<div class="jpegnet-{name}">' in content
    assert f'<script type="module" src="../_static/{name}.mjs"></script>' in content
    assert (paths.BOOK / "_static" / f"{name}.mjs").exists()
    assert bundle["text/plain"] in content
    assert "JavaScript" in bundle["text/plain"]


def test_the_tiles_picture_stands_still_without_scripts(shown):
    insight.tiles(FILE, data.load().test)
    content = shown[0][0]["text/html"]
    found = re.search(r'src="data:image/jpeg;base64,([^"]+)"', content)
    assert b64decode(found[1]) == FILE
    assert 'width="192" height="152"' in content
    assert f"of {len(FILE)} bytes" in content


def test_the_table_holds_a_block_of_the_file_as_its_scan_has_it(shown):
    insight.coefficient(FILE, data.load().test)
    content = shown[0][0]["text/html"]
    cells = re.findall(r"<td>(.*?)</td>", content)
    numbers = np.array([int(cell.replace("−", "-")) for cell in cells])
    facts = facts_in(content)
    tile, block, place = (facts[name] for name in ("tile", "block", "place"))
    part = picture.load(FILE).layout.parts[0]
    y, x = 3 * (tile // part.across) + block // 3, 3 * (tile % part.across) + block % 3
    coefficients = arriving.read(FILE).coefficients
    assert numbers.tolist() == coefficients[y, x].ravel().tolist()
    assert abs(numbers[place]) == abs(numbers[1:]).max()
    first = coefficients[: 3 * 48 // part.across].reshape(-1, 64)  # 48 tiles of 3 × 3 blocks
    assert (numbers != 0).sum() == (first != 0).sum(1).max()
    assert f"block {block + 1} of tile {tile + 1}" in content


def test_the_gradients_by_a_blocks_numbers_are_those_of_torch():
    """Straight through: the loss of the weights that the numbers, as they are, stand for."""
    shown, network = picture.load(FILE), picture.decode(FILE)
    x, label = way.example(data.load().test, 3)
    by_weights, _ = way.gradients(network, x, label)
    tile, block = 5, 7
    at, scale = way.weights_of(shown, block), shown.layout.parts[0].scale
    found = way.by_numbers(shown, by_weights[tile][at])
    numbers = torch.tensor(insight.first_blocks(FILE)[tile, block], dtype=torch.float64)
    basis = np.kron(dct.dct_matrix().T, dct.dct_matrix().T)  # pixels by frequencies
    numbers.requires_grad_()
    waves = torch.from_numpy(basis) @ (numbers * torch.from_numpy(shown.table.ravel()))
    (weight, bias), (second, last) = ([t.double() for t in pair] for pair in mlp.layers(network))
    unit = weight[tile].index_put((torch.from_numpy(at),), scale * waves)
    rounded = weight.clone()  # the value is the file's, the way back that of the numbers
    rounded[tile] = weight[tile] + unit - unit.detach()
    hidden = (x.flatten(1).double() @ rounded.T + bias).relu()
    loss = torch.nn.functional.cross_entropy(hidden @ second.T + last, torch.tensor([label]))
    (wanted,) = torch.autograd.grad(loss, numbers)
    assert np.abs(found - wanted.numpy()).max() < 1e-6 * np.abs(wanted.numpy()).max() + 1e-9


def test_what_a_figure_cannot_show_is_refused():
    test = data.load().test
    for figure in FIGURES.values():
        with pytest.raises(TypeError, match="no chain"):
            figure(file_of(Convolutional(((8, 8, 3), (16, 4, 2)))), test)
        with pytest.raises(ValueError, match="16-8-3"):
            figure(file_of(Mlp((16, 8, 3))), test)
        with pytest.raises(ValueError, match="784-20-3"):
            figure(file_of(Mlp((784, 20, 3))), test)
        with pytest.raises(picture.PictureError):
            figure(FILE[:-50], test)
    with pytest.raises(ValueError, match="784-20-15-10"):
        insight.tiles(file_of(Mlp((784, 20, 15, 10))), test)
    with pytest.raises(ValueError, match="784-20-15-10"):
        way.way(file_of(Mlp((784, 20, 15, 10))), test)
    with pytest.raises(ValueError, match="28 × 28 pixels are no whole blocks"):
        insight.coefficient(file_of(Mlp((784, 20, 10)), 28), test)
