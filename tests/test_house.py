"""The house rules that a machine can check: sizes, docstrings. See pyproject.toml for imports."""

import ast

import pytest

from jpegnet.kept import keys, paths

FILES = sorted(paths.SOURCE.rglob("*.py"))
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
each_file = pytest.mark.parametrize(
    "path", FILES, ids=[str(path.relative_to(paths.SOURCE)) for path in FILES]
)


@each_file
def test_a_module_fits_in_the_head(path):
    text = path.read_text("utf-8")
    assert len(text.splitlines()) <= 200
    functions = [node for node in ast.walk(ast.parse(text)) if isinstance(node, FUNCTIONS)]
    lines = {node.name: node.end_lineno - node.lineno + 1 for node in functions}
    assert {name: n for name, n in lines.items() if n > 40} == {}


@each_file
def test_every_public_function_and_class_says_what_it_does(path):
    module = ast.parse(path.read_text("utf-8"))
    assert ast.get_docstring(module)
    kinds = (*FUNCTIONS, ast.ClassDef)
    public = [n for n in module.body if isinstance(n, kinds) and not n.name.startswith("_")]
    assert [node.name for node in public if not ast.get_docstring(node)] == []


def test_every_room_says_what_it_knows_and_imports_nothing():
    rooms = [path for path in FILES if path.name == "__init__.py"]
    assert len(rooms) >= 11
    for path in rooms:
        _, imported = keys.parse(path.read_text("utf-8"))
        assert imported == frozenset(), path


@pytest.mark.parametrize(
    "module", ["studies.one_picture", "studies.through_codec", "studies.sweep", "methods.measure"]
)
def test_what_computes_knows_neither_figures_nor_claims(module):
    libraries = keys.closure({f"jpegnet.{module}"}).versions
    assert libraries.keys().isdisjoint({"matplotlib", "myst-nb", "ipython", "nbclient"})
