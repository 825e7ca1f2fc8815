"""The chart of 06: a point's network reads what is drawn, as Python reads it."""

from base64 import b64decode

import numpy as np
import pytest
from browser import open_page

from jpegnet.data import mnist
from jpegnet.picture import file as picture

pytestmark = pytest.mark.book
READER = "document.querySelector('.jpegnet-reader').reader"


@pytest.fixture(params=[375, 1440])
def opened(browser, address, request):
    """The page, and its files, one a row of the chart's table."""
    view = {"width": request.param, "height": 900}
    page, wrong = open_page(browser, f"{address}/book/06_through_the_codec.html", viewport=view)
    page.wait_for_function(READER)
    files, first = page.evaluate(f"[{READER}.files, {READER}.first]")
    yield page, [b64decode(file) for file in files], first
    page.context.close()
    assert wrong == []


def expected(file: bytes, digit: int) -> np.ndarray:
    test = mnist.load().test
    i = test.labels.tolist().index(digit)
    return picture.decode(file).logits(test.x[i : i + 1])[0].numpy()


def logits(page) -> np.ndarray:
    return np.array(page.evaluate(f"{READER}.logits"))


def test_the_first_network_reads_an_example_as_python_does(opened):
    page, files, start = opened
    assert np.abs(logits(page) - expected(files[start], 4)).max() < 1e-3
    page.locator(".jpegnet-reader").get_by_role("button", name="A 7 from").click()
    assert np.abs(logits(page) - expected(files[start], 7)).max() < 1e-3


def test_a_point_that_is_clicked_lets_its_network_read(opened):
    page, files, start = opened
    rows = page.locator(".explorer:has(.jpegnet-reader) tbody tr")
    assert rows.count() == len(files)
    other = next(i for i, file in enumerate(files) if file and i != start)
    mark = page.locator(f".explorer:has(.jpegnet-reader) [id$='-point-{other}']")
    mark.scroll_into_view_if_needed()
    mark.click(force=True)  # other marks may lie on it: the nearest one is meant
    chosen = page.evaluate(f"{READER}.row")
    assert files[chosen] and chosen != start
    assert np.abs(logits(page) - expected(files[chosen], 4)).max() < 1e-3
    words = rows.nth(chosen).locator("td").first.inner_text()
    assert words in page.locator(".reader-told").inner_text()


def test_keys_alone_choose_a_point(opened):
    page, files, start = opened
    other = next(i for i, file in enumerate(files) if file and i != start)
    page.locator(f".explorer:has(.jpegnet-reader) [id$='-point-{other}']").focus()
    page.keyboard.press("Enter")
    assert page.evaluate(f"{READER}.row") == other
    assert np.abs(logits(page) - expected(files[other], 4)).max() < 1e-3


def test_a_point_without_a_file_leaves_the_network_before_it(opened):
    page, files, start = opened
    page.locator(f".explorer:has(.jpegnet-reader) [id$='-point-{files.index(b'')}']").focus()
    page.keyboard.press("Enter")
    assert "No file of this one" in page.locator(".reader-told").inner_text()
    assert page.evaluate(f"{READER}.row") == start
