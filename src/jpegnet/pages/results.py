"""What a notebook hands on: numbers for other pages, files for the reader, marks for the build."""

import html
import os
from pathlib import Path

from IPython.display import HTML, display
from myst_nb import glue

from jpegnet.kept import artifacts, files, keys, paths

FEW = 6  # files that are listed one by one


def results_dir() -> Path:
    """Folder of what the profile's notebooks handed on: ``public/`` and ``claims/``."""
    return paths.artifacts_dir() / "results"


def keep(name: str, value) -> Path:
    """Write a file below `results_dir`, renamed into place; the ending chooses the format."""
    path = results_dir() / name
    with files.replacing(path) as temporary:
        artifacts.write(temporary, value)
    return path


def show_html(content: str, text: str, *names: str) -> None:
    """Show HTML (and text where HTML cannot be shown).

    With ``names``, the output bears the marks by which the build knows the files that the cell
    handed on and would notice if one were changed or gone.
    """
    marks = {name: keys.file_digest(results_dir() / name) for name in names}
    metadata = {"jpegnet": marks} if marks else {}
    display({"text/html": content, "text/plain": text}, raw=True, metadata=metadata)


def publish(name: str, value) -> None:
    """Make a file public: the site serves it as ``downloads/NAME``; a link to it is shown."""
    size = keep(f"public/{name}", value).stat().st_size
    link = f'<a href="../downloads/{html.escape(name)}" download>{html.escape(name)}</a>'
    show_html(
        f'<p class="download">Download {link} ({size:,} bytes)</p>',
        f"{name}: {size:,} bytes, in {os.path.relpath(results_dir() / 'public', paths.ROOT)}",
        f"public/{name}",
    )


def publish_all(contents: dict[str, bytes]) -> None:
    """Make many files public at once; links to them are shown in one line, if they are few."""
    for name, value in contents.items():
        keep(f"public/{name}", value)
    links = ", ".join(
        f'<a href="../downloads/{html.escape(name)}" download>{html.escape(Path(name).name)}</a>'
        for name in contents
    )
    text = f"{len(contents)} files: {', '.join(contents)}"
    shown = links if len(contents) <= FEW else f"{len(contents)} files"
    show_html(f'<p class="download">{shown}</p>', text, *[f"public/{name}" for name in contents])


def share(**values: float | int | str) -> None:
    """Name numbers, so that another page can show them with ``{glue:text}``; they are printed too.

    A notebook's own prose needs no names: it shows variables, ``{eval}`name```.
    """
    plain = {k: v.item() if hasattr(v, "item") else v for k, v in values.items()}  # numpy's scalars
    for name, value in plain.items():
        glue(name, value, display=False)
    for name, value in plain.items():
        print(f"{name} = {value:.6g}" if isinstance(value, float) else f"{name} = {value}")


def glue_html(name: str, content: str) -> None:
    """Name a piece of HTML, so that other pages can show it with ``{glue}``; shown here too."""
    glue(name, HTML(content), display=True)
