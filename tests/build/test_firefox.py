"""The pages in Firefox: the same answers, and figures that come to life, in another engine."""

import json

import firefox
import numpy as np
import pytest
import torch
from browser import FIREFOX

from jpegnet.data import mnist
from jpegnet.kept import paths
from jpegnet.picture import file as picture

pytestmark = [
    pytest.mark.book,
    pytest.mark.skipif(
        not firefox.installed(), reason=f"no Firefox: install the package {FIREFOX[0]}"
    ),
]
PUBLISHED = paths.BOOK / "published"
SHARES = (
    "[...document.querySelectorAll('.demo-bars .demo-share')].map((e) => parseInt(e.innerText))"
)
BEST = "document.querySelector('.demo-bars li.best b')?.innerText"
ABOUT = "document.querySelector('.demo-about').innerText"


@pytest.fixture(scope="module")
def client():
    with firefox.started() as client:
        yield client


@pytest.fixture
def opened(client, smoke_address):
    """Opens a page; fails at the end if one of its scripts failed."""

    def opened(name: str):
        client.open("about:blank")
        client.open(f"{smoke_address}/book/{name}.html")
        return client

    yield opened
    assert client.errors(smoke_address) == []


def state(client, figure: str, key: str):
    return client.run(f"return document.querySelector('.jpegnet-{figure}').insight.{key}")


def expected(smoke, client, digit: int) -> np.ndarray:
    """Python's percentages for that image."""
    script = "document.querySelector('.jpegnet-demo script[type=\"application/json\"]')"
    facts = json.loads(client.wait(f"{script}.textContent"))
    file = smoke / "book" / facts["networks"][facts["start"]]["file"]
    test = mnist.load().test
    image = test.x[test.labels.tolist().index(digit)][None]
    logits = picture.decode(file.resolve().read_bytes()).logits(image)[0]
    return (100 * torch.softmax(logits, 0)).numpy()


def check_demo(client, smoke) -> None:
    """The demo reads bundled digits as Python does."""
    client.wait(BEST)
    for digit in (0, 4, 9):
        wanted = expected(smoke, client, digit)
        client.click(f"[aria-label='A {digit} from the test images']")
        told = f"({BEST}) === '{wanted.argmax()}'"
        client.wait(told)
        assert np.abs(np.array(client.wait(SHARES)) - wanted).max() < 1


def test_the_demo_answers_as_python_does(opened, smoke):
    check_demo(opened("index"), smoke)


def test_the_slider_and_a_drawing_work(opened):
    page = opened("index")
    page.wait(BEST)
    before = page.wait(ABOUT)
    page.type(".demo-slider input", firefox.END)
    page.wait(f"({ABOUT}) !== arguments[0]", before)
    page.click(".demo-clear")
    page.wait("document.querySelector('.demo-verdict').innerText.startsWith('Draw')")
    box = page.wait("document.querySelector('.demo-pad').getBoundingClientRect().toJSON()")
    x, down = int(box["x"] + box["width"] / 2), int(box["height"] / 10)
    page.drag([(x, int(box["y"]) + down * i) for i in range(2, 9)])
    page.wait("document.querySelector('.demo-verdict').innerText.startsWith('It reads')")


def test_a_network_s_file_is_chosen_and_dropped(opened):
    page = opened("index")
    page.wait(BEST)
    chosen, dropped = sorted(PUBLISHED.glob("784-48-10-*.jpg"))[:2]
    page.type(".demo-file input", str(chosen))
    page.wait(f"({ABOUT}).includes(arguments[0])", chosen.name)
    page.run(
        """const dataTransfer = new DataTransfer();
        const bytes = Uint8Array.from(arguments[0]);
        dataTransfer.items.add(new File([bytes], "dropped.jpg", { type: "image/jpeg" }));
        const options = { dataTransfer, bubbles: true, cancelable: true };
        document.querySelector("h1").dispatchEvent(new DragEvent("drop", options));""",
        list(dropped.read_bytes()),
    )
    page.wait(f"({ABOUT}).includes('dropped.jpg')")


def test_the_figures_that_look_into_a_network_answer(opened):
    page = opened("06_through_the_codec")
    for name in ("tiles", "coefficient"):
        page.wait(f"document.querySelector('.jpegnet-{name}').insight")
    page.type(".jpegnet-tiles [role=slider]", firefox.HOME + firefox.RIGHT)
    assert state(page, "tiles", "tile") == 1
    made = "Array.from(document.querySelector('.jpegnet-coefficient').insight.made.bytes)"
    whole = bytes(page.wait(made))
    assert whole == (PUBLISHED / "784-48-10-price36-seed0.jpg").read_bytes()
    page.click(".jpegnet-coefficient .insight-stepper button:last-of-type")
    page.wait(f"String({made}) !== arguments[0]", ",".join(map(str, whole)))
    changed = picture.decode(bytes(page.wait(made)))  # and the checksum holds
    assert changed.architecture == picture.decode(whole).architecture


def test_bytes_and_damage_answer(opened):
    page = opened("06_through_the_codec")
    page.type(".jpegnet-hex [role=grid]", firefox.RIGHT)
    told = "document.querySelector('.hex-told').innerText"
    page.wait(f"({told}).startsWith('Byte 2 of ')")
    told = "document.querySelector('.damage-told').innerText"
    page.wait(f"({told}).includes('undamaged')")
    page.type(".damage-frame canvas", " ")
    page.wait(f"({told}).includes('grey 128')")


# A page with a slider; what is true of it first, with the slider at its beginning, and at its end.
BEST_ROW = "document.querySelector('.jpegnet-rows li.best')"
ARRIVED = "document.querySelector('.jpegnet-wire').reading"
SLIDERS = {
    "10_sequences": (".rows-reading input[type=range]", BEST_ROW, f"!{BEST_ROW}", BEST_ROW),
    "11_slow_wire": (
        ".jpegnet-wire input[type=range]",
        f"{ARRIVED}?.bytes > 0",
        f"{ARRIVED}.bytes === 0",
        f"String({ARRIVED}.bytes) === document.querySelector('.jpegnet-wire input').max",
    ),
}


@pytest.mark.parametrize("name", SLIDERS)
def test_a_digit_is_read_row_by_row_and_a_network_arrives_over_the_wire(opened, name):
    page, (slider, *told) = opened(name), SLIDERS[name]
    page.wait(told[0])
    page.type(slider, firefox.HOME)
    page.wait(told[1])
    page.type(slider, firefox.END)
    page.wait(told[2])


def test_demo_reads_the_same_where_the_canvas_lies(smoke, smoke_address):
    with firefox.started(privacy_resistFingerprinting=True) as client:
        client.open(f"{smoke_address}/book/index.html")
        lies = """(() => {
          const context = document.createElement("canvas").getContext("2d");
          context.fillRect(0, 0, 300, 150);
          const { data } = context.getImageData(0, 0, 300, 150);
          return data.some((level, i) => level !== (i % 4 === 3 ? 255 : 0));
        })()"""
        assert client.wait(lies)
        check_demo(client, smoke)
        assert client.errors(smoke_address) == []
