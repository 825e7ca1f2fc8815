"""The house rules that a machine can check: sizes, docstrings. See pyproject.toml for imports."""

import ast
import re
import tomllib

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
        whole = path.parent.name == "jpegnet"  # it decides before torch is imported
        wanted = {"jpegnet.kept.allocator", "jpegnet.kept.numerics"} if whole else set()
        assert imported == wanted, path


@pytest.mark.parametrize(
    "module", ["studies.one_picture", "studies.through_codec", "studies.sweep", "methods.measure"]
)
def test_what_computes_knows_neither_figures_nor_claims(module):
    libraries = keys.closure({f"jpegnet.{module}"}).versions
    assert libraries.keys().isdisjoint({"matplotlib", "myst-nb", "ipython", "nbclient"})


@each_file
def test_nobody_asks_which_architecture_a_network_has_but_its_own_module(path):
    tree = ast.parse(path.read_text("utf-8"))
    asked = [
        ast.unparse(node)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) in ("isinstance", "type")
        and "architecture" in ast.unparse(node.args[0])
    ]
    assert asked == (["isinstance(network.architecture, Mlp)"] if path.name == "mlp.py" else [])


def test_what_the_readme_says_of_sizes_is_a_claim_that_each_build_enforces():
    said = (paths.ROOT / "README.md").read_text("utf-8").partition("```")[0]
    sizes = re.findall(r"at most\s([\d,]+)\sbytes", said)
    assert sizes == re.findall(r"([\d,]+)\sbytes", said) != []
    ledger = tomllib.loads((paths.BOOK / "claims.toml").read_text("utf-8"))["claim"]
    claimed = [claim["statement"] for claim in ledger if claim["source"] == "this report"]
    for size in sizes:
        assert any(f"at most {size} bytes" in statement for statement in claimed), size
