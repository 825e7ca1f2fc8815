"""The bytes and the blocks of a file light each other; damage to a network shows in its score."""

import json
import re
import shutil

import pytest
from browser import open_page

from jpegnet.build.browser import served
from jpegnet.data import mnist
from jpegnet.jpeg.spans import spans
from jpegnet.kept import paths
from jpegnet.pages import anatomy, results
from jpegnet.picture import file as picture

pytestmark = pytest.mark.book  # no book, but a browser
NAMES = ("784-48-10-price36-seed0", "conv-8x8-12x4-price52-seed0")
FILE = (paths.BOOK / f"published/{NAMES[0]}.jpg").read_bytes()
TOLD = ".damage-told"


def figures(file: bytes) -> str:
    outputs = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(results, "display", lambda data, **_: outputs.append(data["text/html"]))
        anatomy.hexed(file)
        anatomy.damaged(file, mnist.load().test)
    return "".join(outputs)


def progressive() -> bytes:
    shown = picture.load(FILE)
    return picture.write(shown.image, shown.layout, shown.table, "progressive")


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A page for each of some files, with nothing on it but the figures."""
    folder = tmp_path_factory.mktemp("site")
    ours = shutil.ignore_patterns("mathjax")
    shutil.copytree(paths.BOOK / "_static", folder / "_static", ignore=ours)
    (folder / "book").mkdir()
    files = {name: (paths.BOOK / f"published/{name}.jpg").read_bytes() for name in NAMES}
    for name, file in (files | {"progressive": progressive()}).items():
        text = (
            '<!doctype html><html lang="en"><meta charset="utf-8"><title>Try</title>'
            '<link rel="icon" href="data:,"><link rel="stylesheet" href="../_static/custom.css">'
            '<link rel="stylesheet" href="../_static/anatomy.css">'
            f'<main class="bd-content">{figures(file)}</main></html>'
        )
        (folder / f"book/{name}.html").write_text(text, "utf-8")
    with served(folder, "/somewhere") as url:
        yield url


@pytest.fixture
def opened(browser, site):
    """Opens a page as a reader of some sort, once both figures have started; nothing goes wrong."""
    pages = []

    def opened(name: str = NAMES[0], **options):
        page, wrong = open_page(browser, f"{site}/book/{name}.html", **options)
        page.wait_for_function(f"document.querySelector('{TOLD} strong')")
        pages.append((page, wrong))
        return page

    yield opened
    for page, wrong in pages:
        assert wrong == []
        page.context.close()


def status(page) -> str:
    return page.locator(".hex-told").inner_text()


def point(page, at: int) -> None:
    page.locator(f"[data-at='{at}']").hover()


def lit_boxes(page) -> list[dict]:
    """The blocks that are lit, by their corners in blocks."""
    picture_box = page.locator(".hex-picture img").bounding_box()
    width = page.locator(".hex-picture img").evaluate("(image) => image.naturalWidth")
    block = picture_box["width"] * 8 / width
    boxes = [one.bounding_box() for one in page.locator(".hex-lit").all()]
    return [
        (round((b["y"] - picture_box["y"]) / block), round((b["x"] - picture_box["x"]) / block))
        for b in boxes
    ]


@pytest.mark.parametrize("name", [*NAMES, "progressive"])
def test_a_byte_lights_the_blocks_whose_bits_it_holds(opened, name):
    page = opened(name, viewport={"width": 1440, "height": 900})
    facts = json.loads(page.locator(".jpegnet-hex script").first.inner_text())
    file = bytes.fromhex("".join(page.locator("[role=gridcell]").all_inner_texts()))
    found = spans(file)[0]
    across = picture.load(file).image.shape[1] // 8
    start = next(first for kind, first, *_ in facts["parts"] if kind == "data")
    for at in (start, start + 1, len(file) // 2, len(file) - 3):
        point(page, at)
        held = {s.block for s in found if s.start < 8 * at + 8 and s.end > 8 * at}
        assert sorted(lit_boxes(page)) == sorted(divmod(block, across) for block in held)
        assert status(page).startswith(f"Byte {at + 1} of {len(file)}, {file[at]:02x}: bits of ")
    point(page, 0)
    assert "start of image" in status(page)
    assert lit_boxes(page) == []


def test_the_picture_lights_the_bytes_of_the_block_under_the_pointer(opened):
    for name in (NAMES[0], "progressive"):
        page = opened(name, viewport={"width": 1440, "height": 900})
        file = FILE if name in NAMES else progressive()
        box = page.locator(".hex-picture img").bounding_box()
        across = picture.load(file).image.shape[1] // 8
        size = box["width"] / across
        row, column = 4, 10  # third tile of the second row of tiles, of 3 × 3 blocks
        page.mouse.move(box["x"] + size * (column + 0.5), box["y"] + size * (row + 0.5))
        unit = row // 3 * (across // 3) + column // 3 + 1
        own = [s for s in spans(file)[0] if s.block == row * across + column]
        bits = sum(s.bits for s in own)
        number = row % 3 * 3 + column % 3 + 1
        assert status(page).startswith(f"Unit {unit}'s tile, block {number} of 9: {bits} bit")
        lit = [int(i) for i in page.locator(".lit").evaluate_all("(a) => a.map(e => e.dataset.at)")]
        wanted = {at for s in own for at in range(s.start // 8, (s.end - 1) // 8 + 1)}
        assert lit == sorted(wanted)
        assert lit_boxes(page) == [(row, column)]


@pytest.mark.parametrize("width, columns", [(1440, 24), (375, 16)])
def test_arrow_keys_move_the_current_byte(opened, width, columns):
    page = opened(viewport={"width": width, "height": 900})
    grid = page.get_by_role("grid")
    assert grid.get_by_role("row").first.locator("[data-at]").count() == columns
    grid.focus()

    def current() -> int:
        named = grid.get_attribute("aria-activedescendant")
        cell = page.locator(f"#{named}")
        assert "current" in cell.get_attribute("class").split()
        assert status(page).startswith(f"Byte {int(cell.get_attribute('data-at')) + 1} of ")
        return int(cell.get_attribute("data-at"))

    steps = [("ArrowRight", 1), ("ArrowDown", columns + 1), ("ArrowLeft", columns), ("ArrowUp", 0)]
    steps += [("ArrowLeft", 0), ("ArrowUp", 0), ("End", columns - 1), ("Home", 0), ("PageDown", 2)]
    steps += [("PageDown", 29), ("PageUp", 2), ("Control+End", len(FILE) - 1)]
    steps += [("ArrowRight", len(FILE) - 1), ("ArrowDown", len(FILE) - 1), ("Control+Home", 0)]
    page.keyboard.press("Control+Home")
    scrolled = page.evaluate("scrollY")
    for key, at in steps:
        page.keyboard.press(key)
        assert current() == at, key
    assert page.evaluate("scrollY") == scrolled


def test_a_finger_lights_both_ways(opened):
    page = opened(viewport={"width": 375, "height": 800}, has_touch=True, is_mobile=True)
    page.locator("[data-at='200']").tap()
    assert status(page).startswith("Byte 201 of ")
    page.locator(".hex-picture").tap(position={"x": 30, "y": 30})
    assert status(page).startswith("Unit ")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def score(page, wanted: str) -> int:
    """The score, once what the figure tells has these words."""
    page.wait_for_function(
        f"(wanted) => document.querySelector('{TOLD}').textContent.includes(wanted)", arg=wanted
    )
    return int(re.search(r"Reads (\d+) of 200 digits", page.locator(TOLD).inner_text())[1])


@pytest.mark.parametrize("name", NAMES)
def test_the_undamaged_network_reads_as_in_python(opened, name):
    page = opened(name)
    file = (paths.BOOK / f"published/{name}.jpg").read_bytes()
    few = mnist.load().test.first(200)
    read = picture.decode(file).logits(few.x).argmax(1)
    assert score(page, "undamaged") == (read == few.labels).sum().item()
    assert page.locator(".damage-wrong").count() == (read != few.labels).sum().item()


def test_each_damage_is_told_and_undone(opened):
    page = opened()
    whole = score(page, "undamaged")
    press = lambda name: page.get_by_role("button", name=name, exact=True).click()  # noqa: E731
    press("10")
    poor = score(page, "quality 10")
    assert poor < whole - 20
    assert page.locator(".damage-wrong").count() == 200 - poor
    press("Start again")
    assert score(page, "undamaged") == whole
    page.evaluate(
        "() => { let at = 1; Math.random = () => (at = (at * 16807) % 0x7fffffff) / 0x7fffffff; }"
    )
    for _ in range(4):
        press("the coded file")
    assert score(page, "Bit ") <= whole
    assert "every reader of the format refuses the picture" in page.locator(TOLD).inner_text()
    press("the grey levels")
    score(page, " became ")
    assert "That changed 1 grey level in 1 of 60 tiles" in page.locator(TOLD).inner_text()
    assert page.locator(".damage-mark").count() == 1
    press("95")
    score(page, "quality 95")
    press("the coded file")  # of the file that the browser saved
    score(page, "Bit ")
    press("Start again")
    assert score(page, "undamaged") == whole
    assert page.locator(".damage-mark").count() == 0


def test_tiles_are_blanked_by_click_and_by_key(opened):
    page = opened()
    whole = score(page, "undamaged")
    canvas = page.locator(".damage-frame canvas")
    canvas.click(position={"x": 5, "y": 5})
    score(page, "Unit 1's tile became grey 128")
    canvas.focus()
    for i in range(2, 40):
        page.keyboard.press("ArrowRight")
        page.keyboard.press("Space")
        page.wait_for_function(
            f"document.querySelector('{TOLD}').textContent.includes(\"Unit {i}'s tile became\")"
        )
    assert score(page, "Unit 39's") < whole - 20
    page.keyboard.press("ArrowDown")
    assert "Unit 47's tile" in page.locator(".damage-pointed").inner_text()
    grey = canvas.evaluate("(c) => Array.from(c.getContext('2d').getImageData(0, 0, 24, 24).data)")
    assert set(grey[::4]) == {128}
    page.get_by_role("button", name="Start again").click()
    assert score(page, "undamaged") == whole
