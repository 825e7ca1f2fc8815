"""The demo: a second reader of the format, in JavaScript, and the page around it."""

import base64
import io
import json
import shutil
import subprocess
import sys

import fuzz
import numpy as np
import pandas as pd
import pytest
import torch
from browser import open_page
from PIL import Image

from jpegnet.data import digits
from jpegnet.data import mnist as data
from jpegnet.jpeg.markers import segments
from jpegnet.kept import settings
from jpegnet.nets.attention import Attention
from jpegnet.nets.cells import CELLS
from jpegnet.nets.convolutional import Convolutional
from jpegnet.nets.mlp import Mlp
from jpegnet.nets.nested import Nested
from jpegnet.nets.network import Architecture, Network
from jpegnet.nets.network import fresh as untrained
from jpegnet.nets.recurrent import Recurrent
from jpegnet.picture import file as picture
from jpegnet.picture.plan import plan

pytestmark = pytest.mark.book

DESKTOP = {"viewport": {"width": 1440, "height": 900}}


@pytest.fixture(scope="module")
def landing(browser, smoke_address):
    """The first page, loaded, with what went wrong."""
    page, wrong = open_page(browser, f"{smoke_address}/book/index.html", **DESKTOP)
    page.wait_for_selector(".demo-bars li.best")
    yield page, wrong
    page.context.close()


@pytest.fixture
def fresh(browser, smoke_address):
    """The first page for a test that changes it."""
    page, wrong = open_page(browser, f"{smoke_address}/book/index.html", **DESKTOP)
    page.wait_for_selector(".demo-bars li.best")
    yield page, wrong
    page.context.close()


KERNELS = Convolutional(((8, 8, 3), (16, 4, 2)))


def network(architecture: Architecture | tuple[int, ...], seed: int = 0) -> Network:
    chain = Mlp(architecture) if isinstance(architecture, tuple) else architecture
    return untrained(chain, torch.Generator().manual_seed(seed))


def file_of(architecture: Architecture | tuple[int, ...], coding: str = "smallest") -> bytes:
    state = network(architecture)
    return picture.encode(state, plan(state, 24), np.full((8, 8), 3), coding)


def old_file() -> bytes:
    """Of version 1 of the format."""
    state = network((784, 24, 10))
    return picture.encode(state, fuzz.old(state), np.full((8, 8), 3))


def text64(values: bytes) -> str:
    return base64.b64encode(values).decode()


# ---------------------------------------------------------------- the reader

READ = """async ([file, images]) => {
  const { load, readNetwork, run } = await import("../_static/picture.mjs");
  const bytes = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  const loaded = await load(bytes(file));
  const layers = readNetwork(loaded);
  const pixels = bytes(images);
  const logits = [];
  for (let i = 0; i < pixels.length; i += 784) {
    const inputs = Float64Array.from(pixels.subarray(i, i + 784), (p) => p / 255);
    logits.push(Array.from(run(layers, inputs).logits));
  }
  let samples = "";
  for (const sample of loaded.samples) samples += String.fromCharCode(sample);
  return { samples: btoa(samples), logits };
}"""


def read_in_browser(page, file: bytes, images: np.ndarray) -> tuple[bytes, np.ndarray]:
    found = page.evaluate(READ, [text64(file), text64(images.tobytes())])
    return base64.b64decode(found["samples"]), np.array(found["logits"])


def published(smoke) -> list:
    return sorted((smoke / "downloads" / "networks").glob("*.jpg"))


def test_the_browser_answers_as_python_does_on_1000_digits(landing, smoke):
    page, _ = landing
    test = data.load().test
    images = test.inputs[:1000].numpy()
    files = [path.read_bytes() for path in published(smoke)[:2]]
    files += [file_of((784, 300, 100, 10)), file_of(KERNELS), old_file()]
    files.append(file_of(Convolutional(((5, 3, 2), (7, 5, 1), (4, 1, 2)))))
    files += [file_of(Recurrent(cell, 30)) for cell in CELLS] + [file_of(Attention())]
    files += [file_of(Nested()), file_of(Nested((5, 4, 2), (7, 3, 1), outputs=3))]
    for file in files:
        _, logits = read_in_browser(page, file, images)
        expected = picture.decode(file).logits(test.x[:1000]).numpy()
        assert np.array_equal(logits.argmax(1), expected.argmax(1))
        assert np.abs(logits - expected).max() < 1e-3


BY_THE_BROWSER = """async (file) => {
  const bytes = Uint8Array.from(atob(file), (c) => c.charCodeAt(0));
  const bitmap = await createImageBitmap(new Blob([bytes], { type: "image/jpeg" }));
  const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d");
  context.drawImage(bitmap, 0, 0);
  const { data } = context.getImageData(0, 0, bitmap.width, bitmap.height);
  let samples = "";
  for (let i = 0; i < data.length; i += 4) samples += String.fromCharCode(data[i]);
  return btoa(samples);
}"""


def with_restarts(file: bytes, every: int) -> bytes:
    """A network's file as Pillow saves its picture with a restart marker every so many blocks."""
    shown, buffer = picture.load(file), io.BytesIO()
    tables = {0: shown.table.ravel().tolist()}
    image = Image.fromarray(shown.image)
    image.save(buffer, "jpeg", qtables=tables, restart_marker_blocks=every)
    (note,) = (s for s in segments(file) if s.marker == 0xEA)
    return buffer.getvalue()[:2] + file[note.start : note.end] + buffer.getvalue()[2:]


def test_every_decoder_gives_the_same_samples(landing, built):
    page, _ = landing
    files = [path.read_bytes() for path in published(built)]
    files += [file_of((784, 24, 10), coding) for coding in picture.CODINGS]
    files += [with_restarts(files[-1], every) for every in (1, 7, 10**4)]
    assert len(files) >= 9
    for file in files:
        expected = picture.load(file).image
        assert base64.b64decode(page.evaluate(BY_THE_BROWSER, text64(file))) == expected.tobytes()
        with Image.open(io.BytesIO(file)) as whole:  # with its segment, as any viewer opens it
            assert np.array_equal(np.asarray(whole), expected)
        samples, _ = read_in_browser(page, file, np.zeros((0, 784), np.uint8))
        assert samples == expected.tobytes()
        if shutil.which("djpeg"):
            pnm = subprocess.run(["djpeg", "-pnm"], input=file, capture_output=True, check=True)
            assert pnm.stdout.endswith(expected.tobytes())


BROKEN = {
    "empty": lambda file: b"",
    "no JPEG": lambda file: b"GIF89a" + file,
    "cut off": lambda file: file[:-100],
    "no segment": lambda file: file.replace(b"jpegnet", b"jpegnot"),
    "version": lambda file: file.replace(b"jpegnet\x02", b"jpegnet\x03"),
    "kind": lambda file: file.replace(b"jpegnet\x02", b"jpegnet\x72"),
    "layers": lambda file: file.replace(b"jpegnet\x02\x02", b"jpegnet\x02\x00"),
    "short": lambda file: file.replace(b"jpegnet\x02\x02", b"jpegnet\x02\x03"),
    "damaged": lambda file: file[:-40] + bytes([file[-40] ^ 1]) + file[-39:],
    "old, layers": lambda file: old_file().replace(b"jpegnet\x01\x02", b"jpegnet\x01\x00"),
    "old, short": lambda file: old_file().replace(b"jpegnet\x01\x02", b"jpegnet\x01\x03"),
    "kernels": lambda file: file_of(KERNELS).replace(b"jpegnet\x12\x1c", b"jpegnet\x12\x05"),
    "colour": lambda file: colour(file),
    "huge": lambda file: resized(file, 65535, 65535),
    "segments": lambda file: file[:2] + b"\xff\xd0" * 70_000 + file[2:],
    "too small": lambda file: resized(file, 8, 8),
}


def resized(file: bytes, height: int, width: int) -> bytes:
    frame = next(i for i in range(len(file)) if file[i] == 0xFF and file[i + 1] in (0xC0, 0xC2))
    size = height.to_bytes(2, "big") + width.to_bytes(2, "big")
    return file[: frame + 5] + size + file[frame + 9 :]


def colour(file: bytes) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(picture.load(file).image).convert("RGB").save(buffer, "jpeg")
    start = file.index(b"\xff\xea")
    segment = file[start : start + 2 + int.from_bytes(file[start + 2 : start + 4], "big")]
    return buffer.getvalue()[:2] + segment + buffer.getvalue()[2:]


@pytest.mark.parametrize("kind", BROKEN)
def test_a_broken_file_is_refused_in_words_by_both_readers(landing, kind):
    page, _ = landing
    file = BROKEN[kind](file_of((784, 24, 10)))
    with pytest.raises(picture.PictureError):
        picture.decode(file)
    told = page.evaluate(
        """async (file) => {
          const { load, PictureError } = await import("../_static/picture.mjs");
          const bytes = Uint8Array.from(atob(file), (c) => c.charCodeAt(0));
          try { await load(bytes); } catch (error) {
            return [error instanceof PictureError, error.message];
          }
        }""",
        text64(file),
    )
    assert told[0], told
    assert len(told[1]) > 10


def test_a_digit_is_centred_as_python_centres_it(landing):
    page, _ = landing
    for index, size, offset in ((0, 140, (30, 60)), (7, 84, (5, 190)), (4, 200, (70, 10))):
        drawn = Image.fromarray(data.load().test.inputs[index].numpy()).resize((size, size))
        canvas = Image.new("L", (280, 280))
        canvas.paste(drawn, offset)
        ink = np.asarray(canvas)
        found = page.evaluate(
            """async (ink) => {
              const { normalise } = await import("../_static/digit.mjs");
              return Array.from(normalise(Uint8Array.from(atob(ink), (c) => c.charCodeAt(0)), 280));
            }""",
            text64(ink.tobytes()),
        )
        expected = digits.normalise(ink).reshape(-1) / 255
        assert np.abs(np.array(found) - expected).max() < 3 / 255


def test_nothing_drawn_is_nothing_to_read(landing):
    page, _ = landing
    script = "import('../_static/digit.mjs').then((m) => m.normalise(new Uint8Array(784), 28))"
    assert page.evaluate(script) is None


# ---------------------------------------------------------------- the page


def verdict(page, other_than: str = "") -> str:
    """What the demo says, once it says something else."""
    page.wait_for_function(
        "(old) => document.querySelector('.demo-verdict').textContent !== old", arg=other_than
    )
    return page.locator(".demo-verdict").inner_text()


def middle(page) -> tuple[float, float, float]:
    box = page.locator(".demo-pad").bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, box["height"]


def test_a_digit_is_drawn_with_the_mouse_and_read(browser, address):
    page, wrong = open_page(browser, f"{address}/book/index.html", **DESKTOP)
    page.wait_for_selector(".demo-bars li.best")
    page.get_by_role("button", name="Clear").click()
    assert verdict(page).startswith("Draw") or verdict(page, verdict(page)).startswith("Draw")
    x, y, height = middle(page)
    page.mouse.move(x, y - height / 3)
    page.mouse.down()
    page.mouse.move(x, y + height / 3, steps=10)
    page.mouse.up()
    assert verdict(page, "Draw a digit.").startswith("It reads ")
    if settings.current().enforce:  # the smoke profile's networks are hardly trained
        assert "It reads 1 " in page.locator(".demo-verdict").inner_text()
    assert wrong == []
    page.context.close()


def test_a_digit_is_drawn_with_keys_alone(fresh):
    page, wrong = fresh
    pad = page.locator(".demo-pad")
    assert "Arrow keys" in pad.get_attribute("aria-label")
    pad.focus()
    page.keyboard.press("Delete")
    verdict(page, "")
    page.wait_for_function("document.querySelector('.demo-verdict').textContent[0] === 'D'")
    page.keyboard.press("Space")
    for _ in range(20):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    assert verdict(page, "Draw a digit.").startswith("It reads ")
    assert page.evaluate("window.scrollY") == 0  # the keys draw; they do not scroll
    assert wrong == []


def test_a_finger_draws_and_does_not_scroll(browser, smoke_address):
    phone = {"viewport": {"width": 375, "height": 700}, "has_touch": True, "is_mobile": True}
    page, wrong = open_page(browser, f"{smoke_address}/book/index.html", **phone)
    page.wait_for_selector(".demo-bars li.best")
    page.get_by_role("button", name="Clear").click()
    page.wait_for_function("document.querySelector('.demo-verdict').textContent[0] === 'D'")
    page.locator(".demo-pad").scroll_into_view_if_needed()
    before = page.evaluate("window.scrollY")
    x, y, height = middle(page)
    session = page.context.new_cdp_session(page)
    for kind, at in (("touchStart", 0.3), *[("touchMove", s / 20) for s in range(5, -7, -1)]):
        points = [{"x": x, "y": y - at * height}]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    assert verdict(page, "Draw a digit.").startswith("It reads ")
    assert page.evaluate("window.scrollY") == before
    assert wrong == []
    page.context.close()


def test_the_slider_changes_picture_bytes_and_accuracy(fresh, smoke):
    page, wrong = fresh
    table = pd.read_csv(smoke / "downloads" / "networks.csv")
    facts = json.loads(page.locator(".jpegnet-demo script[type='application/json']").inner_text())
    offered = [row["file"].removeprefix("../downloads/") for row in facts["networks"]]
    table = table.set_index("file", drop=False).loc[offered]
    assert table.bytes.is_monotonic_increasing
    tiled = table.architecture.str.startswith("784-")
    assert (
        facts["start"] == (tiled & table.val_accuracy.ge(97)).argmax()
    )  # the smallest that reads well
    slider, about = page.get_by_label("Other networks, small to large"), page.locator(".demo-about")
    slider.focus()
    for key, row in (("End", table.iloc[-1]), ("Home", table.iloc[0])):
        before = page.locator(".demo-picture-box img").get_attribute("src")
        page.keyboard.press(key)
        page.get_by_text(f"{row.architecture}, {row.method}, {row.setting}").wait_for()
        assert f"{row.bytes:,} bytes" in about.inner_text()
        assert f"{row.test_accuracy:.2f} %" in about.inner_text()
        assert page.locator(".demo-picture-box img").get_attribute("src") != before
        assert row.file in about.locator("a").get_attribute("href")
        assert f"{row.bytes} bytes" in slider.get_attribute("aria-valuetext")
    assert wrong == []


def test_examples_are_read_as_python_reads_them(fresh, smoke):
    page, wrong = fresh
    facts = json.loads(page.locator(".jpegnet-demo script[type='application/json']").inner_text())
    file = smoke / "book" / facts["networks"][facts["start"]]["file"]
    network, test = picture.decode(file.resolve().read_bytes()), data.load().test
    for digit in (0, 4, 9):
        i = test.labels.tolist().index(digit)
        page.get_by_role("button", name=f"A {digit} from the test images").click()
        read = network.logits(test.x[i : i + 1]).argmax().item()
        page.wait_for_function(
            "(d) => document.querySelector('.demo-bars li.best b').textContent === d", arg=str(read)
        )
    assert wrong == []


def lit(page) -> int:
    return page.evaluate(
        """() => {
          const c = document.querySelector(".demo-lights");
          const { data } = c.getContext("2d").getImageData(0, 0, c.width, c.height);
          return data.filter((v, i) => i % 4 === 3 && v > 0).length;
        }"""
    )


def test_the_tiles_that_fire_light_up(fresh):
    page, _ = fresh
    page.get_by_role("button", name="A 3 from").click()
    assert lit(page) >= 8 * 8  # a filter is no smaller
    page.get_by_label("light up the tiles").uncheck()
    assert lit(page) == 0


def test_a_file_is_caught_beside_the_box_and_there_is_a_way_back(fresh):
    page, wrong = fresh
    page.evaluate(
        """(file) => {
          const bytes = Uint8Array.from(atob(file), (c) => c.charCodeAt(0));
          const dataTransfer = new DataTransfer();
          dataTransfer.items.add(new File([bytes], "mine.jpg", { type: "image/jpeg" }));
          const options = { dataTransfer, bubbles: true, cancelable: true };
          document.querySelector("h1").dispatchEvent(new DragEvent("drop", options));
        }""",
        text64(file_of((784, 24, 10))),
    )
    about = page.locator(".demo-about")
    about.get_by_text("mine.jpg").wait_for()
    slider = page.get_by_label("Other networks, small to large")
    assert "mine.jpg" in slider.get_attribute("aria-valuetext")
    page.get_by_role("button", name="Back to the report's networks").click()
    about.get_by_text("trained as a picture").wait_for()
    assert "mine.jpg" not in slider.get_attribute("aria-valuetext")
    assert not page.get_by_role("button", name="Back to the report's networks").is_visible()
    assert wrong == []


def test_an_error_leaves_when_one_draws(fresh):
    page, _ = fresh
    broken = {"name": "broken.jpg", "mimeType": "image/jpeg", "buffer": b"no picture"}
    page.locator(".demo-file input").set_input_files(broken)
    page.get_by_role("alert").get_by_text("this is not a JPEG file").wait_for()
    page.get_by_role("button", name="A 3 from").click()
    assert not page.get_by_role("alert").is_visible()


def test_a_phone_shows_picture_drawing_area_and_answer_together(browser, smoke_address):
    phone = {"viewport": {"width": 375, "height": 667}, "has_touch": True, "is_mobile": True}
    page, wrong = open_page(browser, f"{smoke_address}/book/index.html", **phone)
    page.wait_for_selector(".demo-bars li.best")
    for part in (".demo-picture-box img", ".demo-pad", ".demo-bars"):
        box = page.locator(part).bounding_box()
        assert box["y"] + box["height"] < 667
    assert wrong == []
    page.context.close()


def test_a_file_of_the_reader_s_own_runs_and_a_broken_one_is_named(fresh):
    page, wrong = fresh
    chooser = page.locator(".demo-file input")
    own = {"name": "own.jpg", "mimeType": "image/jpeg", "buffer": file_of((784, 300, 100, 10))}
    chooser.set_input_files(own)
    page.get_by_text("own.jpg").first.wait_for()
    page.wait_for_function("document.querySelector('.demo-about').textContent.includes('own.jpg')")
    broken = own | {"name": "broken.jpg", "buffer": own["buffer"][:-50]}
    chooser.set_input_files(broken)
    page.get_by_role("alert").get_by_text("cut off").wait_for()
    assert "own.jpg" in page.locator(".demo-about").inner_text()
    page.get_by_role("button", name="A 3 from").click()
    assert verdict(page).startswith("It reads ")
    other = own | {"name": "other.jpg", "buffer": file_of((16, 8, 3))}
    chooser.set_input_files(other)
    page.get_by_role("alert").get_by_text("28 × 28").wait_for()
    assert wrong == []


def test_without_javascript_the_picture_and_words_stay(browser, smoke_address):
    page, _ = open_page(browser, f"{smoke_address}/book/index.html", java_script_enabled=False)
    assert page.locator(".demo-picture-box img").is_visible()
    assert page.evaluate("1") == 1
    text = page.locator(".jpegnet-demo").inner_text()
    assert "JavaScript" in text
    assert "bytes" in text
    page.context.close()


def test_the_page_s_own_files_are_small(browser, smoke_address, smoke):
    page = browser.new_context(**DESKTOP).new_page()
    loaded = []
    page.on("response", lambda response: loaded.append(response.url.split(smoke_address)[-1]))
    page.goto(f"{smoke_address}/book/index.html", wait_until="networkidle")
    mine = {name.split("?")[0] for name in loaded if name.startswith("/")}
    assert not any(name.endswith(".mjs") for name in mine)  # they stand in the page
    mine = {n for n in mine if n.endswith("favicon.svg") or not n.startswith("/_static")}
    facts = json.loads(page.locator(".jpegnet-demo script[type='application/json']").inner_text())
    sizes = [(smoke / name.lstrip("/")).stat().st_size for name in mine]
    assert any(name.endswith("index.html") for name in mine)
    # With every picture that the slider can ask for.
    assert sum(sizes) + sum(row["bytes"] for row in facts["networks"]) < 300_000
    page.context.close()


# ---------------------------------------------------------------- how long it takes


def test_the_page_on_performance_times_the_reader_s_own_browser(browser, smoke_address):
    page, wrong = open_page(browser, f"{smoke_address}/book/91_performance.html", **DESKTOP)
    told = page.locator(".jpegnet-stopwatch p")
    page.wait_for_function(
        "document.querySelector('.jpegnet-stopwatch p').textContent.includes('just now')"
    )
    label = data.load().test.labels[0].item()
    assert f"for an answer ({label})" in told.inner_text()
    assert wrong == []
    page.context.close()


def test_the_first_answer_is_waited_for_and_its_bytes_are_counted(smoke):
    # In a process of its own: a second Playwright in this one would find the first one's loop.
    script = (
        "import json, sys, pathlib; from jpegnet.build import browser; "
        "print(json.dumps(browser.first_answer(pathlib.Path(sys.argv[1]), 2)))"
    )
    command = [sys.executable, "-c", script, str(smoke)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found = json.loads(done.stdout)
    page = (smoke / "book" / "index.html").stat().st_size
    assert page <= found["bytes"] < page + 50_000  # and a picture, should it have come
    assert found["bytes"] < found["page_bytes"]
    assert found["milliseconds"] > 0


# ---------------------------------------------------------------- a network in a link


def fragment(file: bytes) -> str:
    return "#network=" + base64.urlsafe_b64encode(file).decode().rstrip("=")


def test_a_network_comes_in_a_link(browser, smoke_address):
    file = file_of((784, 24, 10))
    page, wrong = open_page(browser, f"{smoke_address}/book/index.html{fragment(file)}", **DESKTOP)
    page.wait_for_function(
        "document.querySelector('.demo-about').textContent.includes('The network in your link')"
    )
    assert f"{len(file):,} bytes" in page.text_content(".demo-about")
    image = data.load().test
    shown = image.x[image.labels.tolist().index(2)][None]
    wanted = picture.decode(file).logits(shown).argmax().item()
    page.wait_for_function(
        f"document.querySelector('.demo-bars li.best b').textContent === '{wanted}'"
    )
    assert not wrong
    page.context.close()


@pytest.mark.parametrize("change", ["a byte", "cut off", "no base64url", "no network"])
def test_an_altered_link_gets_a_clear_message_and_the_demo_goes_on(browser, smoke_address, change):
    file = file_of((784, 24, 10))
    damaged = file[:-40] + bytes([file[-40] ^ 8]) + file[-39:]
    links = {
        "a byte": fragment(damaged),
        "cut off": fragment(file[:700]),
        "no base64url": fragment(file)[:300] + "%3Cscript%3E",
        "no network": fragment(b"hello"),
    }
    address = f"{smoke_address}/book/index.html{links[change]}"
    page, wrong = open_page(browser, address, **DESKTOP)
    page.wait_for_selector(".demo-problem:not([hidden])")
    assert "This is not used: " in page.text_content(".demo-problem")
    page.wait_for_selector(".demo-bars li.best")
    assert not wrong
    page.context.close()


def test_a_link_to_the_network_is_copied(browser, smoke_address, smoke):
    page, _ = open_page(browser, f"{smoke_address}/book/index.html", **DESKTOP)
    page.wait_for_selector(".demo-bars li.best")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    facts = json.loads(page.locator(".jpegnet-demo script[type='application/json']").inner_text())
    smallest = facts["networks"][0]["file"]
    page.get_by_label("Other networks, small to large").focus()
    page.keyboard.press("Home")
    page.wait_for_selector(f".demo-about a[href='{smallest}']")
    page.wait_for_selector(".demo-copy:not([hidden])")
    page.click(".demo-copy")
    page.wait_for_selector(".demo-more [role=status]")
    link = page.evaluate("navigator.clipboard.readText()")
    name = smallest.removeprefix("../downloads/")
    file = (smoke / "downloads" / name).read_bytes()
    assert link == f"{smoke_address}/book/index.html{fragment(file)}"
    page.context.close()


def test_a_digit_is_read_row_by_row(browser, smoke_address):
    page, wrong = open_page(browser, f"{smoke_address}/book/10_sequences.html", **DESKTOP)
    page.wait_for_selector(".jpegnet-rows li.best")
    rows = Recurrent("gru", 30)
    logits = page.evaluate(
        """async ([file, image]) => {
          const bytes = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
          const { load, readNetwork } = await import("../_static/picture.mjs");
          const { byRow } = await import("../_static/sequences.mjs");
          const inputs = Float64Array.from(bytes(image), (pixel) => pixel / 255);
          return byRow(readNetwork(await load(bytes(file))), inputs).map((row) => Array.from(row));
        }""",
        [text64(file_of(rows)), text64(data.load().test.inputs[:1].numpy().tobytes())],
    )
    net = picture.decode(file_of(rows))
    states = net.architecture.states(net.tensors, data.load().test.x[:1])
    wanted = torch.stack([net.architecture.scores(net.tensors, state)[0] for state in states])
    assert np.abs(np.array(logits) - wanted.numpy()).max() < 1e-4
    slider = page.locator(".rows-reading input[type=range]")
    slider.focus()
    page.keyboard.press("Home")
    page.wait_for_function("!document.querySelector('.jpegnet-rows li.best')")
    page.keyboard.press("End")
    page.wait_for_selector(".jpegnet-rows li.best")
    assert not wrong
    page.context.close()
