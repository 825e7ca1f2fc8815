"""Pages that bring their modules along, as one script each.

A browser asks for a module, then for what that imports, and so on, which takes a slow line a second
and more; and for a page that is itself a file it loads none. So each page has its modules, and all
that they import, in it. What is rewritten is the part of JavaScript that ours are written in: they
import names from files beside them, and export what they declare.
"""

import re
from pathlib import Path

_ENTRY = re.compile(r'\s*<script type="module"( async)? src="([^"?]+)[^"]*"></script>')
_IMPORT = re.compile(r'^import \{([^}]*)\} from "\./([^"]+)";$', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:const|class|function) (\w+))", re.MULTILINE)
_EXPORTED = re.compile(r"^export \{([^}]*)\};$", re.MULTILINE)
_LEFT = re.compile(r"^(?:import|export)\b.*|.*\bimport\.meta\b.*|.*</script.*", re.MULTILINE)


def bring(text: str, page: Path) -> str:
    """A page with its modules in it: at its end, but those that are ``async``, where they stand.

    Raises:
        ValueError: a module cannot be rewritten; the message names it, and the line.
    """
    late = []

    def moved(found: re.Match) -> str:
        module = page.parent / found[2]
        if found[1]:
            return _script([module], " async")
        late.append(module)
        return ""

    text = _ENTRY.sub(moved, text)
    body, end = text.rsplit("</body>", 1)
    return f"{body}{_script(late) if late else ''}</body>{end}"


def _script(entries: list[Path], how: str = "") -> str:
    return f'<script type="module"{how}>\n{bundle(entries)}</script>\n'


def bundle(entries: list[Path]) -> str:
    """Modules as one: first all that they import, then each in turn, whose errors are its own.

    Raises:
        ValueError: see `bring`; or modules import each other in a circle.
    """
    parts: dict[Path, str] = {}
    for path in dict.fromkeys(entries):
        _collect(path.resolve(), parts, ())
    own = {path.resolve() for path in entries}
    return "".join(
        f"(async () => {{\n{source}}})();\n"
        if path in own
        else f"const {_name(path.name)} = (() => {{\n{source}}})();\n"
        for path, source in parts.items()
    )


def _collect(path: Path, parts: dict[Path, str], importers: tuple[Path, ...]) -> None:
    """Add a module to the parts, behind what it imports."""
    if path in importers:
        circle = " → ".join(other.name for other in (*importers, path))
        raise ValueError(f"modules import each other in a circle: {circle}")
    if path in parts:
        return
    source = path.read_text("utf-8")
    for _, other in _IMPORT.findall(source):
        _collect(path.with_name(other), parts, (*importers, path))
    parts[path] = _rewritten(source, path.name)


def _rewritten(source: str, name: str) -> str:
    """A module as the body of a function that returns what it exports."""
    names = [*_EXPORT.findall(source), *_EXPORTED.findall(source)]
    source = _IMPORT.sub(lambda found: f"const {{{found[1]}}} = {_name(found[2])};", source)
    source = _EXPORTED.sub("", _EXPORT.sub("", source))
    if left := _LEFT.search(source):
        raise ValueError(f"{name} cannot stand in a page: {left[0].strip()}")
    return f"{source}return {{{', '.join(map(str.strip, names))}}};\n"


def _name(file: str) -> str:
    """What a module's exports are called in a bundle."""
    return "$" + re.sub(r"\W", "_", file.removesuffix(".mjs"))
