"""Expressions in the prose: what the kernel is asked, and what the page shows for its answers."""

import nbformat
import pytest

from jpegnet.build import expressions

CODE = """import numpy as np
import pandas as pd
bytes_, loss, name = 1420, np.float64(0.1234), "per-tile_*"
row = pd.Series({"loss": loss})
nothing, yes, empty, lines, table = None, True, "", "a\\nb", pd.DataFrame(row)"""


def run(*cells: str | tuple[str]) -> nbformat.NotebookNode:
    """A notebook run in a kernel: strings are code cells, tuples of one string are prose."""
    made = [
        nbformat.v4.new_code_cell(cell)
        if isinstance(cell, str)
        else nbformat.v4.new_markdown_cell(cell[0])
        for cell in cells
    ]
    notebook = nbformat.v4.new_notebook(cells=made)
    expressions.Client(notebook, kernel_name="python3", timeout=60).execute()
    return notebook


def answered(source: str, **answers: str) -> nbformat.NotebookNode:
    """A cell of prose with a kernel's answers, as plain text, to its expressions."""
    cell = nbformat.v4.new_markdown_cell(source)
    cell.metadata[expressions.METADATA] = [
        {"expression": e, "result": {"status": "ok", "data": {"text/plain": told}}}
        for e, told in answers.items()
    ]
    return cell


def test_expressions_are_those_outside_of_code_each_once_in_their_order():
    text = "{eval}`b` {eval}`a`\n\n```\n{eval}`code`\n```\n\n```{tip}\n{eval}`c`\n```\n{eval}`b`"
    assert expressions.found(text) == ["b", "a", "c"]
    assert expressions.found("{glue:text}`b`, `a`, {cite}`c`") == []


@pytest.mark.parametrize(
    "expression", ["loss", "row.loss", 'f"{loss:.2f}"', 'f"{row.a.b:,.0f}"', "f'{n}'"]
)
def test_a_name_or_a_name_with_a_format_is_plain(expression):
    assert expressions.is_plain(expression)


@pytest.mark.parametrize(
    "expression",
    [
        *("100 * loss", "f()", "rows[0]", 'f"{100 * a:.1f}"', 'f"{a} and {b}"', 'f"a {b}"'),
        *('f"{a!r}"', '"text"', "3", "a b", ""),
    ],
)
def test_what_needs_more_is_not_plain(expression):
    assert not expressions.is_plain(expression)


def test_each_is_asked_where_it_stands_and_the_answers_are_kept_as_jupyterlab_keeps_them():
    later = 'Now {eval}`a` {eval}`f"{a:.1f}"`.'
    notebook = run("a = 1", ("It is {eval}`a`.",), "a = 2", (later,))
    assert [expressions.texts(cell) for cell in notebook.cells[1::2]] == [
        {"a": "1"},
        {"a": "2", 'f"{a:.1f}"': "2.0"},
    ]
    (kept,) = notebook.cells[1].metadata[expressions.METADATA]
    assert kept["expression"] == "a"
    assert kept["result"]["data"] == {"text/plain": "1"}
    assert notebook.cells[2].execution_count == 2  # a question is no input
    assert [*map(expressions.substituted, notebook.cells[1::2])] == ["It is 1.", "Now 2 2.0."]


def test_an_answer_of_another_run_does_not_stay():
    cell = answered("nothing is asked", a="1")
    notebook = nbformat.v4.new_notebook(cells=[cell])
    expressions.Client(notebook, kernel_name="python3", timeout=60).execute()
    assert expressions.METADATA not in notebook.cells[0].metadata


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("nobody", "NameError: name 'nobody' is not defined"),
        ("row.gain", "AttributeError"),
        ("loss", r"gives np.float64\(0.1234\): neither a text nor a number"),
        ("row", "gives loss 0.1234"),
        ("nothing", "gives None"),
        ("yes", "gives True"),
        ("empty", "gives ''"),
        ("lines", "neither a text nor a number"),
        ("table", "neither a text nor a number"),
        ("100 * bytes_", "is no name and no name with a format: compute it in the cell above"),
    ],
)
def test_what_cannot_be_shown_is_named_with_its_cell(expression, message):
    with pytest.raises(expressions.ExpressionError, match=message) as raised:
        run(CODE, (f"It is {{eval}}`{expression}`.",))
    assert f"cell 2, {{eval}}`{expression}`" in str(raised.value)
    assert "\n" not in str(raised.value)


def test_a_text_is_put_in_its_place_as_text():
    source = "{eval}`number`. is {eval}`name` of {eval}`number`\n{eval}`sign`"
    source += "\n\n```\n{eval}`code`\n```\n"
    cell = answered(source, number="98", name="'per_tile* [a](b)'", sign="'-0.5'")
    assert expressions.substituted(cell) == (
        "&#57;8. is per\\_tile\\* \\[a\\](b) of 98\n&#45;0.5\n\n```\n{eval}`code`\n```\n"
    )
