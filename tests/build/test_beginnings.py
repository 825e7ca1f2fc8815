"""Beginnings of networks' files: the browser's reader and Python's find the same in them."""

import pytest
from beginnings import disagreements, files
from browser import open_page

from jpegnet.build.browser import served
from jpegnet.kept import paths

pytestmark = pytest.mark.book
FILES = files()


@pytest.fixture(scope="module")
def page(browser):
    with served(paths.BOOK / "_static") as address:
        page, _ = open_page(browser, f"{address}/picture.mjs")
        yield page
        page.context.close()


@pytest.mark.parametrize("name", FILES)
def test_both_readers_find_the_same_in_the_first_bytes(page, name):
    file = FILES[name]
    whole = range(len(file) - 3, len(file) + 1)
    counts, wrong = disagreements(page, file, [*range(0, len(file), 61), *whole])
    assert wrong == []
    assert counts["network"] > 10
    assert counts["refused"] >= 2


@pytest.mark.parametrize("marker", [b"jpegnet", b"\xff\xc4", b"\xff\xdb", b"\xff\xda"])
def test_damage_is_told_in_words_by_both(page, marker):
    for file in list(FILES.values())[:2]:
        at = file.index(marker) + 4
        for value in (0, 1, 0x7F, 0xFF):
            damaged = file[:at] + bytes([value]) + file[at + 1 :]
            _, wrong = disagreements(page, damaged, [len(file) // 2, len(file)])
            assert wrong == []
