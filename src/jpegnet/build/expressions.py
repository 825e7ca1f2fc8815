"""A chapter's numbers in its prose: MyST's inline expressions, such as {eval}`f"{loss:.2f}"`.

JupyterLab asks the kernel for them when a cell runs, and keeps the answers in the cell's metadata
(jupyterlab-myst). Here the same is asked of the same kernel, at the place where they stand, by the
``user_expressions`` of Jupyter's messages, so that no code of ours runs in it; and a page's source
gets the characters that JupyterLab shows.
"""

import ast
import re

from nbclient import NotebookClient
from nbclient.util import ensure_async
from nbformat import NotebookNode

# Code that is shown as it is, which may talk of expressions; or an expression.
_PIECE = re.compile(r"^(`{3,}|~{3,})(?!\{)[^\n]*\n.*?^\1|\{eval\}`(?P<eval>[^`]+)`", re.M | re.S)
METADATA = "user_expressions"  # where jupyterlab-myst keeps answers
_MARKUP = re.compile(r"([\\`*_{}\[\]<>&$~|#!])")


class ExpressionError(Exception):
    """An expression in the prose gives nothing that can be shown; the message names it."""


def found(markdown: str) -> list[str]:
    """The expressions of a piece of Markdown, in their order, each once."""
    return list(dict.fromkeys(m["eval"] for m in _PIECE.finditer(markdown) if m["eval"]))


def is_plain(expression: str) -> bool:
    """Whether it is a name (with a dot or not), or one such name with a format.

    More is computed in the cell above, where it can be read and changed.
    """
    try:
        node = ast.parse(expression, mode="eval").body
    except SyntaxError:
        return False
    if isinstance(node, ast.JoinedStr):
        (node, *rest) = node.values
        if rest or not isinstance(node, ast.FormattedValue) or node.conversion != -1:
            return False
        node = node.value
    while isinstance(node, ast.Attribute):
        node = node.value
    return isinstance(node, ast.Name)


def as_text(text: str) -> str:
    """Markdown that shows a text as it is: nothing in it is markup."""
    return _MARKUP.sub(r"\\\1", text)


def _text(expression: str, answer: dict) -> str:
    """What JupyterLab shows of a kernel's answer: a number as it is, a text without quotes."""
    if answer["status"] == "error":
        raise ExpressionError(f"{{eval}}`{expression}`: {answer['ename']}: {answer['evalue']}")
    told = answer["data"].get("text/plain", "")
    try:
        value = ast.literal_eval(told)
    except (ValueError, SyntaxError):
        value = None
    if len(answer["data"]) == 1 and type(value) in (int, float):
        return told
    if len(answer["data"]) == 1 and isinstance(value, str) and value == told[1:-1] != "":
        return value
    shown = " ".join(told.split())[:60] or ", ".join(answer["data"])
    raise ExpressionError(f"{{eval}}`{expression}` gives {shown}: neither a text nor a number")


def texts(cell: NotebookNode) -> dict[str, str]:
    """What the page shows for each expression of an executed Markdown cell.

    Raises:
        ExpressionError: an expression raised, or gave what is neither text nor number.
    """
    answers = cell.metadata.get(METADATA, [])
    return {a["expression"]: _text(a["expression"], a["result"]) for a in answers}


def substituted(cell: NotebookNode) -> str:
    """The cell's Markdown with each expression's text in its place, as text and not as markup."""
    shown = texts(cell)

    def put(match: re.Match) -> str:
        if match["eval"] is None:
            return match[0]
        text = as_text(shown[match["eval"]])
        starts_line = match.start() == 0 or match.string[match.start() - 1] == "\n"
        # A number or a sign at the start of a line could begin a list.
        return f"&#{ord(text[0])};{text[1:]}" if starts_line and text[0] in "0123456789+-" else text

    return _PIECE.sub(put, cell.source)


class Client(NotebookClient):
    """Runs a notebook, and asks its kernel for the expressions in its prose as it comes to them."""

    async def async_execute_cell(self, cell: NotebookNode, cell_index: int, *args, **kwargs):
        """See `NotebookClient`; the answers are kept as jupyterlab-myst keeps them.

        Raises:
            ExpressionError: see `texts`; or an expression is not plain.
        """
        cell.metadata.pop(METADATA, None)  # of another run
        if cell.cell_type == "markdown" and (asked := found(cell.source)):
            try:
                await self._ask(cell, asked)
            except ExpressionError as error:
                raise ExpressionError(f"cell {cell_index + 1}, {error}") from None
        return await super().async_execute_cell(cell, cell_index, *args, **kwargs)

    async def _ask(self, cell: NotebookNode, asked: list[str]) -> None:
        if odd := [expression for expression in asked if not is_plain(expression)]:
            told = "no name and no name with a format: compute it in the cell above"
            raise ExpressionError(f"{{eval}}`{odd[0]}` is {told}")
        expressions = {str(i): expression for i, expression in enumerate(asked)}
        request = self.kc.execute("", silent=True, user_expressions=expressions)
        reply = await self.async_wait_for_reply(await ensure_async(request), cell)
        answers = reply["content"]["user_expressions"]
        cell.metadata[METADATA] = [
            {"expression": expression, "result": answers[i]}
            for i, expression in expressions.items()
        ]
        texts(cell)
