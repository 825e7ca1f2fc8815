"""Tables with a number and a file: small pages, and those of the built site."""

import csv
import zipfile

import pytest
from browser import open_page

from jpegnet.build import tables, toc
from jpegnet.kept import paths

TABLE = """<div class="table-scroll" tabindex="0"><style type="text/css">
</style>
<table id="T_{id}">
  <caption>{caption}</caption>
  <thead><tr><th id="T_{id}_col0" >file</th><th >rows &amp; columns</th></tr></thead>
  <tbody>{rows}</tbody>
</table>
</div>"""
STILL = '<table class="insight-still"><caption>a still form</caption><tr><td>1</td></tr></table>'
BARE = '<div class="table-scroll"><table><tr><td>no caption</td></tr></table></div>'


def table(name: str, rows: list[tuple[str, str]], caption="Bytes &lt; 900.") -> str:
    cells = "".join(f"<tr><td>{a}</td>\n<td class='x'>{b}</td></tr>" for a, b in rows)
    return TABLE.format(id=name, caption=caption, rows=cells)


@pytest.fixture
def site(tmp_path):
    """Two pages, whose order is not that of their names, and a folder of downloads."""
    (tmp_path / "book").mkdir()
    (tmp_path / "downloads" / "networks").mkdir(parents=True)
    first = table("a", [("1,000", "a &quot;word&quot;"), ("– <b>2</b>", "two\n words")])
    second = table("b", [("3", "4")])
    (tmp_path / "book" / "z.html").write_text(f"<p>{BARE}{first}{STILL}{second}</p>", "utf-8")
    (tmp_path / "book" / "a.html").write_text(table("c", [("5", "6")]), "utf-8")
    return tmp_path


def test_tables_are_counted_in_the_order_of_the_pages(site):
    assert tables.number(site, ["book/z", "book/a"]) == 3
    first, second = ((site / "book" / f"{name}.html").read_text("utf-8") for name in "za")
    number = '<caption><span class="caption-number">Table {} </span><span class="caption-text">'
    assert number.format(1) in first
    assert number.format(2) in first
    assert number.format(3) in second
    assert "Bytes &lt; 900.</span>" in first
    for name, text in (("z-1", first), ("z-2", first), ("a-1", second)):
        link = f'<a class="table-file" href="../downloads/tables/{name}.csv" download>CSV</a>'
        assert link in text
        assert (site / "downloads" / "tables" / f"{name}.csv").exists()


def test_a_table_without_a_caption_or_of_a_still_form_is_left_as_it_is(site):
    tables.number(site, ["book/z", "book/a"])
    text = (site / "book" / "z.html").read_text("utf-8")
    assert STILL in text
    assert BARE in text


def test_a_csv_file_has_the_cells_as_they_are_shown(site):
    tables.number(site, ["book/z", "book/a"])
    written = (site / "downloads" / "tables" / "z-1.csv").read_bytes()
    rows = list(csv.reader(written.decode("utf-8").splitlines()))
    assert rows == [["file", "rows & columns"], ["1,000", 'a "word"'], ["– 2", "two words"]]


@pytest.mark.parametrize(("count", "archived"), [(tables.FILES - 1, False), (tables.FILES, True)])
def test_rows_that_are_files_come_as_one_archive(site, count, archived):
    names = [f"n{i}.jpg" for i in range(count)]
    for name in names:
        (site / "downloads" / "networks" / name).write_text(name)
    page = site / "book" / "a.html"
    page.write_text(table("c", [(name, "1") for name in names] + [("gone.jpg", "2")]), "utf-8")
    tables.number(site, ["book/a"])
    archive = site / "downloads" / "tables" / "a-1.zip"
    assert archive.exists() == archived
    assert ("a-1.zip" in page.read_text("utf-8")) == archived
    if archived:
        size = f"ZIP of the {count} files, {archive.stat().st_size:,} bytes</a>"
        assert size in page.read_text("utf-8")
        with zipfile.ZipFile(archive) as opened:
            assert sorted(opened.namelist()) == sorted(names)
            assert opened.read(names[0]).decode() == names[0]


def test_the_order_of_pages_is_that_of_the_contents(tmp_path):
    (tmp_path / "_toc.yml").write_text(
        "root: a\nparts:\n- chapters:\n  - file: c\n    sections: [{file: d}]\n  - url: x\n"
        "- chapters: [{file: b}]\n"
    )
    assert toc.pages(tmp_path) == ["a", "c", "d", "b"]


# Of every table of a page: its number, its link's address, and its cells.
SHOWN = """() => [...document.querySelectorAll(".bd-article .table-scroll caption")].map((c) => ({
  number: c.querySelector(".caption-number")?.textContent,
  file: c.querySelector(".table-file")?.getAttribute("href"),
  cells: [...c.parentElement.rows].map((row) =>
    [...row.cells].map((cell) => cell.textContent.trim().replace(/\\s+/g, " "))),
}))"""


@pytest.mark.book
def test_every_table_of_the_book_has_its_number_and_its_file(browser, address, built):
    count = 0
    page = browser.new_page(java_script_enabled=False)  # the tables as they are written
    for name in toc.pages(paths.ROOT):
        page.goto(f"{address}/{name}.html")
        for shown in page.evaluate(SHOWN):
            count += 1
            assert shown["number"] == f"Table {count} "
            file = built / "downloads" / shown["file"].partition("downloads/")[2]
            with file.open(encoding="utf-8", newline="") as opened:
                assert list(csv.reader(opened)) == shown["cells"]
    page.close()
    assert count == len(list((built / "downloads" / "tables").glob("*.csv"))) > 40


@pytest.mark.book
def test_a_wide_table_scrolls_under_its_caption(browser, address):
    page, _ = open_page(
        browser, f"{address}/book/08_cross_section.html", viewport={"width": 375, "height": 800}
    )
    places = page.locator(".table-scroll").first.evaluate(
        """(box) => { const left = () => {
             const [caption, row] = ["caption", "tbody tr"].map((s) => box.querySelector(s));
             return [caption.getBoundingClientRect(), row.getBoundingClientRect().left]; };
           const before = left(); box.scrollLeft = 200; const after = left();
           return { room: box.clientWidth, width: after[0].width,
                    caption: after[0].left - before[0].left, row: after[1] - before[1] }; }"""
    )
    assert places["row"] == -200
    assert places["caption"] == 0
    assert places["width"] <= places["room"]
    page.context.close()


@pytest.mark.book
def test_all_published_networks_come_as_one_archive(built):
    with zipfile.ZipFile(built / "downloads" / "tables" / "93_networks-1.zip") as archive:
        names = archive.namelist()
        assert all(archive.read(name).startswith(b"\xff\xd8") for name in names)
    with (built / "downloads" / "tables" / "93_networks-1.csv").open(encoding="utf-8") as file:
        assert sorted(row["file"] for row in csv.DictReader(file)) == sorted(names)
