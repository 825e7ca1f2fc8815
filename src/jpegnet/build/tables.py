"""Tables are numbered over the whole book, as its figures are, and each can be taken away.

Jupyter Book numbers the tables of its own markup alone; those that a notebook shows are HTML. Here
each finished page is rewritten: a table's caption begins with its number, and ends with a link to
the table as a CSV file, and where its rows are files, to all of them as one archive.
"""

import csv
import html
import itertools
import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from jpegnet.build import zips

FOLDER = "downloads/tables"
FILES = 20  # rows that are files from which on they are worth an archive
# What `pages.figures.drawn_table` writes; tables within what a script replaces are none of these.
_TABLE = re.compile(
    r'(<div class="table-scroll"(?:(?!</?table).)*<table\b[^>]*>\s*)'
    r"<caption>(.*?)</caption>(.*?</table>)",
    re.DOTALL,
)
_ROW = re.compile(r"<tr\b[^>]*>(.*?)</tr>", re.DOTALL)
_CELL = re.compile(r"<(t[hd])\b[^>]*>(.*?)</\1>", re.DOTALL)


def number(site: Path, order: list[str]) -> int:
    """Number the tables with a caption, and write their files below ``FOLDER``.

    Args:
        site: folder of the pages and of what they offer below ``downloads/``.
        order: the pages' names, see `toc.pages`.

    Returns:
        how many tables there are.
    """
    (site / FOLDER).mkdir(parents=True, exist_ok=True)
    offered = {path.name: path for path in (site / "downloads").rglob("*") if path.is_file()}
    numbers = itertools.count(1)
    for name in order:
        page = site / f"{name}.html"
        files = (f"{'../' * name.count('/')}{FOLDER}/{page.stem}-{n}" for n in itertools.count(1))
        change = partial(_numbered, numbers=numbers, files=files, page=page, offered=offered)
        page.write_text(_TABLE.sub(change, page.read_text("utf-8")), "utf-8")
    return next(numbers) - 1


def _numbered(
    found: re.Match,
    numbers: Iterator[int],
    files: Iterator[str],
    page: Path,
    offered: dict[str, Path],
) -> str:
    """A table with its number and links; its files, which are written."""
    before, caption, after = found.groups()
    links = "".join(
        f' <a class="table-file" href="{address}" download>{told}</a>'
        for address, told in _written(cells(found[0]), next(files), page.parent, offered)
    )
    number = f'<span class="caption-number">Table {next(numbers)} </span>'
    caption = f'{number}<span class="caption-text">{caption}</span>{links}'
    return f"{before}<caption>{caption}</caption>{after}"


def cells(table: str) -> list[list[str]]:
    """The rows of a table's HTML, its header's first, each the texts of its cells as shown."""
    return [[_shown(cell) for _, cell in _CELL.findall(row)] for row in _ROW.findall(table)]


def _shown(text: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", "", text)).split())


def _written(
    rows: list[list[str]], address: str, folder: Path, offered: dict[str, Path]
) -> list[tuple[str, str]]:
    """Write a table's files: their addresses as a page in a folder has them, and the links' words.

    Args:
        address: without an ending.
        offered: the files that the site offers, by name.
    """
    with (folder / f"{address}.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    written = [(f"{address}.csv", "CSV")]
    files = {cell: offered[cell] for row in rows for cell in row if cell in offered}
    if len(files) >= FILES:
        archive = folder / f"{address}.zip"
        zips.write(archive, files)
        size = archive.stat().st_size
        written.append((f"{address}.zip", f"ZIP of the {len(files)} files, {size:,} bytes"))
    return written
