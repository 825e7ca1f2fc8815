"""The house rules that a machine can check: floors, sizes, docstrings."""

import ast

import pytest

from jpegnet import paths

# Floors from the ground up. Within a floor, too, a module imports only from steps before its
# own: each tuple is a step.
FLOORS = [
    [("paths",), ("settings", "compute", "estimates", "keys"), ("artifacts",)],
    [
        ("data", "tiles", "codecs", "dct"),
        ("mlp", "digits", "layout", "diffjpeg", "entropy"),
        ("plan", "rangecode"),
    ],
    [
        ("train", "article", "picture", "evaluation"),
        ("compress", "matrixform"),
        ("picturenet",),
        ("refine",),
        ("ratetrain",),
    ],
    [("sweep", "one_picture", "ladder", "matrix_study", "codec_study"), ("summaries",)],
    [
        ("results", "notebooks"),
        ("claims", "figures", "demo"),
        ("charts", "picture_charts", "codec_charts"),
    ],
    [("chain",), ("site", "__main__")],
]
STEPS = [step for floor in FLOORS for step in floor]
RANK = {name: rank for rank, step in enumerate(STEPS) for name in step}
FLOOR = {name: n for n, floor in enumerate(FLOORS) for step in floor for name in step}
FILES = sorted(paths.SOURCE.rglob("*.py"))
MODULES = [path.stem for path in FILES if path.stem != "__init__"]
LINES = 220


def tree(name: str) -> ast.Module:
    return ast.parse((paths.SOURCE / f"{name}.py").read_text("utf-8"))


def imports(name: str) -> set[str]:
    """Full names of what a module imports from jpegnet, wherever in it."""
    names = set()
    for node in ast.walk(tree(name)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            start = "." * node.level + (node.module or "")
            whole = start == "jpegnet"
            names |= {f"{start}.{alias.name}" for alias in node.names} if whole else {start}
    return {name for name in names if name.split(".")[0] in ("jpegnet", "")}


def test_every_module_has_one_place_in_the_table():
    assert len(RANK) == sum(map(len, STEPS))
    assert set(MODULES) - RANK.keys() == set()
    assert all(path.parent == paths.SOURCE for path in FILES)


@pytest.mark.parametrize("name", MODULES)
def test_a_module_imports_only_from_below(name):
    below = {f"jpegnet.{other}" for other, rank in RANK.items() if rank < RANK[name]}
    # A relative import, or the package whole, would hide a module from the stages' keys.
    assert imports(name) - below == set()


def test_the_package_itself_imports_no_module():
    assert imports("__init__") == set()


@pytest.mark.parametrize("name", [name for name in MODULES if FLOOR.get(name, 0) <= 3])
def test_what_computes_knows_neither_figures_nor_claims(name):
    seen, waiting = set(), {name}
    while waiting:
        module = waiting.pop()
        seen.add(module)
        waiting |= {full.removeprefix("jpegnet.") for full in imports(module)} - seen
    assert seen.isdisjoint({"figures", "claims", "charts", "results"})


@pytest.mark.parametrize("name", MODULES)
def test_a_module_fits_in_the_head(name):
    assert len((paths.SOURCE / f"{name}.py").read_text("utf-8").splitlines()) <= LINES


@pytest.mark.parametrize("name", MODULES)
def test_every_public_function_and_class_says_what_it_does(name):
    module = tree(name)
    assert ast.get_docstring(module)
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    public = [n for n in module.body if isinstance(n, kinds) and not n.name.startswith("_")]
    assert public
    assert [node.name for node in public if not ast.get_docstring(node)] == []
