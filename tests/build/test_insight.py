"""The figures that look into a network show what Python finds in it."""

import json
import shutil
from base64 import b64decode

import numpy as np
import pytest
import torch
from browser import open_page

from jpegnet.build.browser import served
from jpegnet.data import mnist as data
from jpegnet.jpeg import arriving, entropy, markers
from jpegnet.jpeg.coefficients import ZIGZAG
from jpegnet.kept import paths
from jpegnet.nets import mlp
from jpegnet.pages import insight, results, way
from jpegnet.picture import file as picture
from jpegnet.picture import tiles

pytestmark = pytest.mark.book
PUBLISHED = paths.BOOK / "published"
FILE = (PUBLISHED / "784-48-10-price36-seed0.jpg").read_bytes()
FIGURES = {"tiles": insight.tiles, "coefficient": insight.coefficient, "way": way.way}
DESKTOP = {"viewport": {"width": 1440, "height": 900}}
PHONE = {"viewport": {"width": 375, "height": 800}}


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The address of two pages with a figure each, and nothing else."""
    folder = tmp_path_factory.mktemp("site")
    shutil.copytree(paths.BOOK / "_static", folder / "_static")
    (folder / "book").mkdir()
    styles = "".join(
        f'<link rel="stylesheet" href="../_static/{name}.css">' for name in ("custom", "insight")
    )
    with pytest.MonkeyPatch.context() as patch:
        for name, figure in FIGURES.items():
            shown = []
            patch.setattr(results, "display", lambda bundle, shown=shown, **_: shown.append(bundle))
            figure(FILE, data.load().test)
            body = f'<p>Before.</p>{shown[0]["text/html"]}<p id="after">After.</p>'
            page = (
                '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A figure</title>'
                '<link rel="icon" href="data:,">'
                f'{styles}</head><body class="bd-content">{body}</body></html>'
            )
            (folder / "book" / f"{name}.html").write_text(page, "utf-8")
    with served(folder, "/somewhere/else") as address:  # see `open_page`
        yield address


@pytest.fixture
def opened(browser, site):
    """Opens a figure's page; fails at the end if anything went wrong in it."""
    pages = []

    def opened(name, **options):
        page, wrong = open_page(browser, f"{site}/book/{name}.html", **(DESKTOP | options))
        pages.append((page, wrong))
        if options.get("java_script_enabled", True):
            page.wait_for_function(f"document.querySelector('.jpegnet-{name}').insight")
        return page

    yield opened
    for page, wrong in pages:
        page.context.close()
        assert wrong == []


def state(page, name, key):
    return page.evaluate(f"document.querySelector('.jpegnet-{name}').insight.{key}")


def example(digit: int) -> torch.Tensor:
    test = data.load().test
    return test.x[test.labels.tolist().index(digit)][None]


# ---------------------------------------------------------------- tiles


def test_the_votes_of_all_tiles_add_up_to_what_python_answers(opened):
    page = opened("tiles")
    page.get_by_role("button", name="A 5 from the test images").click()
    found = page.evaluate(
        """async () => {
          const { explained } = await import("../_static/tiles.mjs");
          const { network, inputs } = document.querySelector(".jpegnet-tiles").insight;
          return Array.from({ length: network.layers[0].rows }, (_, tile) => {
            const { votes, response, scores, sum, bias } = explained(network, inputs, tile);
            return { votes, response, scores, sum, bias };
          });
        }"""
    )
    network = picture.decode(FILE)
    (weight, bias), (_, last) = mlp.layers(network)
    logits = network.logits(example(5))[0].numpy()
    votes = np.array([tile["votes"] for tile in found])
    assert np.abs(votes.sum(0) + last.numpy() - logits).max() < 1e-3
    assert np.abs(np.array(found[0]["scores"]) - logits).max() < 1e-3
    sums = (example(5).flatten(1) @ weight.T)[0].numpy()
    assert np.abs([tile["sum"] for tile in found] - sums).max() < 1e-3
    responses = np.maximum(0, sums + bias.numpy())
    assert np.abs([tile["response"] for tile in found] - responses).max() < 1e-3


def test_a_tile_is_chosen_by_click_by_button_and_by_key(opened):
    page = opened("tiles")
    network = picture.decode(FILE)
    weight, bias = mlp.layers(network)[0]
    responses = (example(3).flatten(1) @ weight.T + bias).relu()[0]
    most = int(responses.argmax())
    assert state(page, "tiles", "tile") == most
    picker = page.get_by_role("slider")
    box = picker.bounding_box()
    size = box["width"] / 192
    picker.click(position={"x": size * (24 * 2 + 5), "y": size * (24 * 1 + 20)})
    assert state(page, "tiles", "tile") == 10
    assert abs(state(page, "tiles", "response") - responses[10].item()) < 1e-3
    for key, tile in (("ArrowDown", 18), ("ArrowRight", 19), ("ArrowUp", 11), ("ArrowLeft", 10)):
        page.keyboard.press(key)
        assert state(page, "tiles", "tile") == tile
    page.keyboard.press("End")
    page.keyboard.press("ArrowRight")
    assert picker.get_attribute("aria-valuetext") == "tile 48 of 48"
    page.get_by_role("button", name="The tile that responds most").click()
    assert state(page, "tiles", "tile") == most
    words = f"Unit {most + 1} responds with {responses.max():.2f}; its strongest vote is for "
    page.get_by_text(words).wait_for()


def test_the_figure_follows_the_drawing(opened):
    page = opened("tiles")
    page.get_by_role("button", name="Clear").click()
    bias = mlp.layers(picture.decode(FILE))[0][1]
    tile = state(page, "tiles", "tile")
    assert abs(state(page, "tiles", "response") - max(0, bias[tile].item())) < 1e-6
    pad = page.locator(".demo-pad")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    page.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 0.2 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 0.8 * box["height"], steps=4)
    sums = state(page, "tiles", "sum")
    page.mouse.up()
    assert sums != 0
    assert max(state(page, "tiles", "pixels")) > 0.5
    read = int(np.argmax(state(page, "tiles", "scores")))
    page.get_by_text(f"together read {read}.").wait_for()


# ---------------------------------------------------------------- a coefficient

BYTES = """async () => {
  const { bytes } = document.querySelector(".jpegnet-coefficient").insight.made;
  return btoa(String.fromCharCode(...bytes));
}"""


def made(page) -> bytes:
    return b64decode(page.evaluate(BYTES))


def changed(page, press) -> bytes:
    """The file after keys or clicks that change it."""
    before = page.evaluate_handle("document.querySelector('.jpegnet-coefficient').insight.made")
    press()
    page.wait_for_function(
        "(made) => document.querySelector('.jpegnet-coefficient').insight.made !== made",
        arg=before,
    )
    return made(page)


def test_the_unchanged_file_is_made_again_byte_by_byte(opened):
    assert made(opened("coefficient")) == FILE


def test_a_coefficient_by_one_and_back_gives_the_first_state(opened):
    page = opened("coefficient")
    more = page.get_by_role("button", name="one more")
    first = state(page, "coefficient", "logits")
    other = changed(page, more.click)
    assert other != FILE
    text = page.locator(".insight-size")
    assert f"{len(other)} bytes" in text.inner_text()
    assert page.locator(".insight-field .changed").count() == 1
    less = page.get_by_role("button", name="one less")
    assert changed(page, less.click) == FILE
    assert state(page, "coefficient", "logits") == first
    assert page.locator(".insight-field .changed").count() == 0
    assert "as many as at the start" in text.inner_text()


def check(page, file: bytes) -> None:
    """Python finds in a changed file what the page shows of it."""
    shown, network = picture.load(file), picture.decode(file)  # and the checksum holds
    part, (rows, _) = shown.layout.parts[0], shown.layout.shapes[0]
    grey = tiles.from_mosaic(shown.image[part.area(rows)], part.height, part.width)
    tile = state(page, "coefficient", "tile")
    assert state(page, "coefficient", "levels") == grey[tile].ravel().tolist()
    digit = state(page, "coefficient", "digit")
    logits = network.logits(example(digit))[0].numpy()
    assert np.abs(np.array(state(page, "coefficient", "logits")) - logits).max() < 1e-3
    reads = [int(network.logits(example(d)).argmax()) for d in range(10)]
    assert state(page, "coefficient", "reads") == reads
    right = sum(read == d for d, read in enumerate(reads))
    assert page.locator(".insight-score").inner_text().startswith(f"{right} of 10 ")
    q = arriving.read(file).coefficients
    bits = sum(entropy.jpeg_bits(q.reshape(*q.shape[:2], 64)).values())
    scan = next(s for s in markers.segments(file) if s.marker == markers.SOS)
    coded = file[scan.end : scan.end + scan.scan].replace(b"\xff\x00", b"\xff")
    assert len(coded) == -(-bits // 8)  # no code of these tables is shorter


@pytest.mark.parametrize(
    ("tile", "block", "place", "value"),
    [
        (0, 4, 16, 3),
        (13, 0, 0, 40),
        (13, 8, 63, -9),
        (47, 2, 9, 17),
        (20, 7, 5, -40),
    ],
)
def test_a_changed_coefficient_shows_what_python_decodes(opened, tile, block, place, value):
    page = opened("coefficient")
    picker = page.get_by_role("slider")
    picker.focus()
    page.keyboard.press("Home")
    for _ in range(tile):
        page.keyboard.press("ArrowRight")
    page.locator(".insight-blocks button").nth(block).click()
    field = page.locator(".insight-field button").nth(place)
    field.click()
    number = page.get_by_label("The coefficient", exact=True)

    def write():
        number.fill(str(value))
        number.press("Enter")

    file = changed(page, write)
    part = picture.load(FILE).layout.parts[0]
    y, x = 3 * (tile // part.across) + block // 3, 3 * (tile % part.across) + block % 3
    was, now = (arriving.read(f).coefficients.reshape(-1, 24, 64) for f in (FILE, file))
    furthest = 1024 // picture.load(FILE).table.ravel()[place]
    wanted = was.copy()
    wanted[y, x, place] = np.clip(value, -furthest, furthest)
    assert (now == wanted).all()
    page.get_by_role("button", name="A 8 from the test images").click()
    check(page, file)
    assert changed(page, page.get_by_role("button", name="Start again").click) == FILE


def test_keys_alone_choose_and_change(opened):
    page = opened("coefficient")
    page.get_by_role("slider").focus()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowDown")
    assert state(page, "coefficient", "tile") == 8
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowUp")
    assert state(page, "coefficient", "block") == 1
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    assert state(page, "coefficient", "place") == 25
    before = arriving.read(FILE).coefficients[3, 1, 3, 1]
    changed(page, lambda: page.keyboard.press("+"))
    file = changed(page, lambda: page.keyboard.press("+"))
    assert arriving.read(file).coefficients[3, 1, 3, 1] == before + 2
    check(page, file)
    file = changed(page, lambda: page.keyboard.press("-"))
    assert arriving.read(file).coefficients[3, 1, 3, 1] == before + 1
    page.keyboard.press("Tab")  # −
    page.keyboard.press("Tab")
    file = changed(page, lambda: page.keyboard.press("ArrowUp"))
    assert arriving.read(file).coefficients[3, 1, 3, 1] == before + 2
    page.get_by_text("grey levels lighter or darker").wait_for()


@pytest.mark.parametrize("name", ["784-64-10-price14.2-seed3", "784-84-10-price6.5-seed0"])
def test_other_files_are_made_again_too(opened, name):
    page = opened("coefficient")
    file = (PUBLISHED / f"{name}.jpg").read_bytes()
    again = page.evaluate(
        """async (bytes) => {
          const { opened, rewritten } = await import("../_static/rewrite.mjs");
          const file = opened(Uint8Array.from(bytes));
          return [...rewritten(file, file.blocks).bytes];
        }""",
        list(file),
    )
    shown = picture.load(file)
    assert bytes(again) == picture.write(shown.image, shown.layout, shown.table, "optimised")


# ---------------------------------------------------------------- one number's way, and back


def stations(page) -> np.ndarray:
    """Of each station the number there, and the loss's gradient by it."""
    return np.array(list(state(page, "way", "stations").values()))


def where(page) -> way.Way:
    names = ("tile", "block", "place", "pixel", "digit")
    return way.Way(*(state(page, "way", name) for name in names))


def expected(file: bytes, at: way.Way) -> np.ndarray:
    return np.array([*way.stations(file, data.load().test, at).values()])


def test_the_way_begins_as_python_says_and_shows_what_it_finds(opened):
    page = opened("way")
    at = way.begin(FILE, data.load().test)
    assert where(page) == at
    assert np.abs(stations(page) - expected(FILE, at)).max() < 1e-3
    still = opened("way", java_script_enabled=False)
    for name in way.STATIONS:  # as the page had it before its script came
        cell = f'[data-value="{name}"]'
        assert still.locator(cell).inner_text() == page.locator(cell).inner_text()


def test_another_way_is_chosen_by_keys_alone(opened):
    page = opened("way")
    page.get_by_role("slider").focus()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    for key in ("ArrowDown", "ArrowLeft"):  # number and pixel
        page.keyboard.press("Tab")
        page.keyboard.press(key)
    page.get_by_role("button", name="A 5 from the test images").press("Enter")
    at, first = where(page), way.begin(FILE, data.load().test)
    wanted = (8, first.block + 1, first.place + 8, first.pixel - 1, 5)
    assert at == way.Way(*wanted)
    assert np.abs(stations(page) - expected(FILE, at)).max() < 1e-3


def test_steps_go_against_the_gradient_of_the_file_that_is_written(opened):
    page = opened("way")
    before = stations(page)
    page.get_by_role("button", name="Take a step").click()
    insight = "document.querySelector('.jpegnet-way').insight"
    numbers = page.evaluate(f"{insight}.numbers.map((block) => [...block])")
    y, x = divmod(where(page).block, 3)  # of the first tile
    assert where(page).tile == 0
    moved = np.array(numbers) - arriving.read(FILE).coefficients.reshape(-1, 64)[:, ZIGZAG]
    assert np.flatnonzero(moved.any(1)).tolist() == [24 * y + x]
    assert np.abs(moved).max() == pytest.approx(0.1)
    assert (stations(page)[0, 0] - before[0, 0]) * before[0, 1] < 0
    page.get_by_role("button", name="Take ten").click()
    file = bytes(page.evaluate("[...document.querySelector('.jpegnet-way').insight.made.bytes]"))
    found = expected(file, where(page))
    assert np.abs(stations(page)[1:] - found[1:]).max() < 1e-3
    assert stations(page)[-1, 0] < before[-1, 0]  # the loss
    page.get_by_text("probability went from").wait_for()
    page.get_by_role("button", name="Start again").click()
    assert np.array_equal(stations(page), before)


# ---------------------------------------------------------------- as readers meet them


@pytest.mark.parametrize("options", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("name", FIGURES)
def test_what_follows_stays_where_it_is_as_a_figure_starts(browser, site, name, options):
    context = browser.new_context(**options)
    page = context.new_page()
    page.route("**/*.mjs", lambda route: route.abort())
    place = "document.querySelector('#after').getBoundingClientRect().top"
    page.goto(f"{site}/book/{name}.html")
    before = page.evaluate(place)
    page.unroute("**/*.mjs")
    page.reload()
    page.wait_for_function(f"document.querySelector('.jpegnet-{name}').insight")
    page.wait_for_timeout(300)  # the words are told
    assert abs(page.evaluate(place) - before) < 48  # two lines of text: fonts differ
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= options["viewport"]["width"]
    context.close()


@pytest.mark.parametrize("name", FIGURES)
def test_without_scripts_a_figure_is_a_picture_and_a_sentence(opened, name):
    page = opened(name, java_script_enabled=False)
    box = page.locator(f".jpegnet-{name}")
    assert box.locator("img, table").is_visible()
    assert "JavaScript" in box.inner_text()
    facts = json.loads(box.locator("script[type='application/json']").inner_text())
    assert b64decode(facts["file"]) == FILE


@pytest.mark.parametrize("name", FIGURES)
def test_everything_that_is_worked_has_a_name(opened, name):
    page = opened(name)
    nameless = page.evaluate(
        """(name) => [...document.querySelectorAll(`.jpegnet-${name} *`)]
          .filter((e) => e.matches("button, input, [tabindex], [role=img]"))
          .filter((e) => !(e.getAttribute("aria-label") || e.textContent.trim())).length""",
        name,
    )
    assert nameless == 0
    assert page.locator("[aria-live=polite]").count() == 1
