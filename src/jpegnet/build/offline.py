"""The built site as one archive, to be read where there is no network.

    python -m jpegnet.build.offline

writes ``_build/jpegnet-book.zip``: the site, a text that says how to read it, and `read.py`. A
browser runs the pages as files, but fetches others for them from a server alone; so that one comes
along.
"""

import sys
from pathlib import Path

from jpegnet.build import zips
from jpegnet.kept import files, paths

NAME = "jpegnet-book.zip"
FOLDER = "jpegnet-book"  # what the archive is unpacked to
_README = """A neural network that is a JPEG: the whole book, to be read without a network.

    python3 read.py

serves the pages on this machine, to this machine alone, and opens them in a browser. It needs
Python 3.7 or newer and nothing else; Ctrl+C ends it.

Without Python: open site/book/index.html in a browser. It draws and reads digits there, and all
figures answer. What a page fetches needs a server: the other networks of the first page's slider,
the files of the slow wire, and what other pages show when a pointer rests on a link to them.
"""
_READ = '''"""Serve the book that lies beside this file, and open it: python3 read.py"""

import functools
import http.server
import pathlib
import webbrowser

SITE = pathlib.Path(__file__).resolve().parent / "site"


class Handler(http.server.SimpleHTTPRequestHandler):
    """Serves files; a browser takes a module only if it is told that it is JavaScript."""

    extensions_map = {
        **http.server.SimpleHTTPRequestHandler.extensions_map,
        ".js": "text/javascript",
        ".mjs": "text/javascript",
    }

    def log_message(self, *_):
        """Be silent."""


def main():
    """Serve until Ctrl+C, at a port that is free, for this machine alone."""
    handler = functools.partial(Handler, directory=str(SITE))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        address = f"http://127.0.0.1:{server.server_port}/book/index.html"
        print(f"The book is at {address} (Ctrl+C ends this)", flush=True)
        webbrowser.open(address)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            print()


if __name__ == "__main__":
    main()
'''


def pack(site: Path, path: Path) -> int:
    """Write the archive of a site; the same site makes the same bytes.

    Args:
        site: folder of the built pages.
        path: of the archive.

    Returns:
        how many files of the site are in it.

    Raises:
        FileNotFoundError: there is no site; the message says how to make one.
    """
    if not (site / "index.html").exists():
        raise FileNotFoundError(f"there is no site in {site} yet: run `make book`")
    pages = [file for file in site.rglob("*") if file.is_file()]
    contents: dict[str, bytes | Path] = {
        f"{FOLDER}/site/{file.relative_to(site).as_posix()}": file for file in pages
    }
    contents[f"{FOLDER}/README.txt"] = _README.encode()
    contents[f"{FOLDER}/read.py"] = _READ.encode()
    with files.replacing(path) as temporary:
        zips.write(temporary, contents)
    return len(pages)


def main() -> int:
    """Write the archive of the profile's site, and say where; what stands in the way is told."""
    path = paths.build_dir() / NAME
    try:
        count = pack(paths.build_dir() / "html", path)
    except FileNotFoundError as error:
        print(error, file=sys.stderr)
        return 1
    size = path.stat().st_size / 1e6
    print(f"{path.relative_to(paths.ROOT)}: {count} files, {size:.1f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
