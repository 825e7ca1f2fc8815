"""A network arrives over a slow wire, in the page: what it reads so far is what Python reads."""

import json
import time
from contextlib import suppress

import numpy as np
import pytest
import torch
from browser import open_page

from jpegnet.build.browser import Handler, served
from jpegnet.data import mnist
from jpegnet.picture import arriving
from jpegnet.picture.layout import PictureError
from jpegnet.studies import wires

pytestmark = pytest.mark.book
DESKTOP = {"viewport": {"width": 1440, "height": 900}}
WIRE = ".jpegnet-wire"


@pytest.fixture
def opened(browser, smoke_address):
    """The page, its widget ready, and what went wrong."""
    page, wrong = open_page(browser, f"{smoke_address}/book/11_slow_wire.html", **DESKTOP)
    page.wait_for_selector(f"{WIRE} li.best")
    yield page, wrong
    page.context.close()


def reading(page) -> dict:
    return page.evaluate(f"document.querySelector('{WIRE}').reading")


def shown_digit() -> torch.Tensor:
    """The example that the page shows at first."""
    test = mnist.load().test
    i = test.labels.tolist().index(2)
    return test.x[i : i + 1]


def expected(file: bytes, size: int) -> np.ndarray | None:
    try:
        return arriving.load(file[:size]).network.logits(shown_digit())[0].numpy()
    except PictureError:
        return None


def agrees(found: dict, file: bytes) -> bool:
    wanted = expected(file, found["bytes"])
    if wanted is None or found["logits"] is None:
        return wanted is None and found["logits"] is None
    return bool(np.abs(np.array(found["logits"]) - wanted).max() < 1e-2)


def test_every_file_reads_as_python_reads_it(opened, smoke):
    page, wrong = opened
    offered = page.evaluate(
        f"""async () => {{
          const text = await (await fetch(location.href)).text();
          const page = new DOMParser().parseFromString(text, "text/html");
          return page.querySelector("{WIRE} script").textContent;
        }}"""
    )
    for i, row in enumerate(json.loads(offered)["files"]):
        file = (smoke / "book" / row["file"]).resolve().read_bytes()
        assert len(file) == row["bytes"]
        page.locator(f"{WIRE} select").first.select_option(str(i))
        page.wait_for_function(
            f"(n) => document.querySelector('{WIRE} input').max === String(n)", arg=row["bytes"]
        )
        page.wait_for_function(f"document.querySelector('{WIRE}').reading?.bytes > 0")
        for share in (0.1, 0.4, 0.6, 0.8, 1.0):
            size = round(share * len(file))
            page.evaluate(
                f"""(n) => {{
                  const slider = document.querySelector("{WIRE} input");
                  slider.value = n;
                  slider.dispatchEvent(new Event("input"));
                }}""",
                size,
            )
            found = reading(page)
            assert found["bytes"] == size
            assert agrees(found, file), (row["name"], size)
    assert wrong == []


def test_wires_bring_as_much_as_python_s(opened):
    page, _ = opened
    for wire in wires.WIRES:
        moments = [0, 0.1, 0.5, 0.81, 3.3, 5.0, 5.4, 12.9, 61, 1e4]
        told = {"bits_per_second": wire.bits_per_second, "frame": wire.frame, "every": wire.every}
        found = page.evaluate(
            """async ([wire, moments]) => {
              const { brought } = await import("../_static/wire.mjs");
              return moments.map((seconds) => brought(wire, seconds, 1370));
            }""",
            [told, moments],
        )
        assert found == [wire.arrived(seconds, 1370) for seconds in moments]


class Slowly(Handler):
    """Serves pictures at 2,400 bit/s, piece by piece, and all else at once."""

    def copyfile(self, source, output):
        if not self.path.partition("?")[0].endswith(".jpg"):
            return super().copyfile(source, output)

        def write(piece: bytes) -> None:
            output.write(piece)
            output.flush()

        with suppress(OSError):  # the page has let go of it
            wires.trickle(write, source.read(), wires.WIRES[1])
        return None


@pytest.fixture
def slow_address(smoke):
    with served(smoke, how=Slowly) as address:
        yield address


def test_over_a_slow_wire_it_reads_what_has_arrived(browser, slow_address, smoke):
    page = browser.new_context(**DESKTOP).new_page()
    page.goto(f"{slow_address}/book/11_slow_wire.html")
    page.wait_for_function(f"document.querySelector('{WIRE}').reading?.bytes > 0", timeout=60_000)
    page.locator(f"{WIRE} select").nth(1).select_option(label="your own line")
    name = page.locator(f"{WIRE} select").first.locator("option").first.inner_text()
    assert name.startswith("trained for being cut")
    file = next((smoke / "downloads" / "networks").glob("published-nested-*seed0.jpg")).read_bytes()
    page.get_by_role("button", name="Send it").click()
    moments, until = [], time.monotonic() + 60
    while (not moments or moments[-1] < len(file)) and time.monotonic() < until:
        page.wait_for_timeout(150)
        found = reading(page)
        if found["bytes"] not in moments:
            moments.append(found["bytes"])
            assert agrees(found, file), found["bytes"]
    assert moments[-1] == len(file)
    assert moments == sorted(moments)
    assert len(moments) >= 5  # it came piece by piece
    page.get_by_role("button", name="Send it").wait_for()
    page.context.close()


def test_it_is_used_with_keys_alone(opened):
    page, wrong = opened
    slider = page.get_by_role("slider", name="Bytes that have arrived")
    slider.focus()
    page.keyboard.press("Home")
    assert reading(page) == {"bytes": 0, "logits": None}
    assert "No network yet" in page.locator(".wire-told").inner_text()
    page.keyboard.press("End")
    assert "Of the test images" in page.locator(".wire-told").inner_text()
    assert slider.get_attribute("aria-valuetext") == f"{reading(page)['bytes']} bytes"
    assert "have arrived" in page.locator(".wire-picture").get_attribute("aria-label")
    page.get_by_role("button", name="Send it").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Stop").wait_for()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Send it").wait_for()
    assert wrong == []


def test_who_wants_little_to_move_sees_a_picture_a_second(browser, smoke_address):
    page, wrong = open_page(
        browser, f"{smoke_address}/book/11_slow_wire.html", reduced_motion="reduce", **DESKTOP
    )
    page.wait_for_selector(f"{WIRE} li.best")
    page.locator(f"{WIRE} select").nth(1).select_option(index=1)
    page.get_by_role("button", name="Send it").click()
    page.wait_for_function(f"document.querySelector('{WIRE}').reading.bytes > 0", timeout=10_000)
    seen = {reading(page)["bytes"]}
    for _ in range(15):
        page.wait_for_timeout(100)
        seen.add(reading(page)["bytes"])
    assert len(seen) <= 4
    assert wrong == []
    page.context.close()


def test_a_file_that_cannot_be_fetched_is_told(opened):
    page, _ = opened
    page.route("**/*.jpg", lambda route: route.abort())
    page.get_by_role("button", name="Send it").click()
    page.locator(f"{WIRE} .demo-problem").wait_for()
    assert "could not be fetched" in page.locator(f"{WIRE} .demo-problem").inner_text()
    page.get_by_role("button", name="Send it").wait_for()
