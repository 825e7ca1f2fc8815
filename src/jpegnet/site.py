"""The site: the executed notebooks and the pages, built by Jupyter Book and checked.

    python -m jpegnet.site

builds ``_build/html``, or says that it is up to date. The pages are rendered whole each time
something changed, so that none keeps an old number; what costs time is in the stages and the
executed notebooks, which are kept.
"""

import html.parser
import json
import platform
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote, urlsplit

import yaml

from jpegnet import chain, keys, paths, results

CONFIG, TOC = "_config.yml", "_toc.yml"
STAMP = "site.json"


class SiteError(Exception):
    """The site cannot be built; the message names the culprit."""


def _sources() -> list[Path]:
    """Every file but the notebooks that a page is made of."""
    pages = [p for p in paths.BOOK.rglob("*") if p.is_file() and p.suffix != ".ipynb"]
    hidden = (".ipynb_checkpoints", "__pycache__")
    kept = [p for p in pages if not any(part in hidden for part in p.parts)]
    return sorted([paths.ROOT / CONFIG, paths.ROOT / TOC, *kept])


def _key(executions: dict[str, chain.Execution]) -> str:
    parts = {
        "notebooks": {name: execution.digest for name, execution in executions.items()},
        "seconds": {name: execution.seconds for name, execution in executions.items()},
        "files": {str(p.relative_to(paths.ROOT)): keys.file_digest(p) for p in _sources()},
        "site": keys.source_digests({"site"}),
    }
    return keys.digest(parts)


def _digests(folder: Path) -> dict[str, str]:
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {str(path.relative_to(folder)): keys.file_digest(path) for path in files}


def _up_to_date(key: str, site: Path) -> bool:
    try:
        stamp = json.loads((site.parent / STAMP).read_text("utf-8"))
        return stamp["key"] == key and stamp["files"] == _digests(site)
    except (OSError, ValueError, KeyError):
        return False


def execution_table(executions: dict[str, chain.Execution]) -> str:
    """What ran, for how long, on what: a page fragment in Markdown."""
    rows = [f"| `{name}` | {run.seconds:.1f} |" for name, run in executions.items()]
    total = sum(run.seconds for run in executions.values())
    used = [f"{name} {version}" for name, version in keys.versions().items()]
    machine = f"{platform.system()} {platform.machine()}, {_processor()}"
    return "\n".join(
        [
            f"Profile `{paths.profile()}`; {machine}; {', '.join(used)}.",
            "",
            "| notebook | seconds |",
            "|---|--:|",
            *rows,
            f"| all | {total:.1f} |",
            "",
        ]
    )


def _processor() -> str:
    from jpegnet.compute import cores, device  # here: torch takes seconds to import

    return f"{cores()} cores, computing on {'a GPU' if device().type == 'cuda' else 'the CPU'}"


def _stage(executions: dict[str, chain.Execution], stage: Path) -> None:
    """Lay out what Jupyter Book reads: the pages, with the executed notebooks in place."""
    shutil.rmtree(stage, ignore_errors=True)
    for path in _sources():
        target = stage / path.relative_to(paths.ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)
    for name in executions:
        shutil.copy(chain.executed_path(name), stage / "book" / f"{name}.ipynb")
    generated = stage / "book" / "_generated"
    generated.mkdir()
    (generated / "execution.md").write_text(execution_table(executions), "utf-8")
    config = yaml.safe_load((stage / CONFIG).read_text("utf-8"))
    config.setdefault("execute", {})["execute_notebooks"] = "off"  # they are executed
    (stage / CONFIG).write_text(yaml.safe_dump(config, allow_unicode=True), "utf-8")


def _render(stage: Path) -> Path:
    command = [str(Path(sys.executable).with_name("jupyter-book")), "build", str(stage)]
    command += ["--all", "-W", "-n", "--keep-going"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        lines = (done.stdout + done.stderr).replace(f"{stage}/", "").splitlines()
        told = [line for line in lines if "WARNING" in line or "ERROR" in line] or lines[-15:]
        raise SiteError("Jupyter Book: " + "\n".join(told))
    return stage / "_build" / "html"


def _publish(executions: dict[str, chain.Execution], site: Path) -> None:
    """Copy what the notebooks made public, and the executed notebooks, below ``downloads/``."""
    downloads = site / "downloads"
    public = [f for run in executions.values() for f in run.files if f.startswith("public/")]
    for name in public:
        target = downloads / name.removeprefix("public/")
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(results.results_dir() / name, target)
    (downloads / "notebooks").mkdir(parents=True, exist_ok=True)
    for name in executions:
        shutil.copy(chain.executed_path(name), downloads / "notebooks")


class _Links(html.parser.HTMLParser):
    """Collects the links of a page and the anchors that it offers."""

    def __init__(self):
        super().__init__()
        self.links: list[str] = []
        self.anchors: set[str] = set()

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        self.anchors |= {found[k] for k in ("id", "name") if found.get(k)}
        self.links += [found[k] for k in ("href", "src") if found.get(k)]


def broken_links(site: Path) -> list[str]:
    """Links within the site to a file or an anchor that is not there: ``page: link``."""
    pages = {}
    for path in sorted(site.rglob("*.html")):
        if "_static" in path.relative_to(site).parts:
            continue  # the theme's templates, which are no pages
        pages[path] = _Links()
        pages[path].feed(path.read_text("utf-8"))
    broken = []
    for page, parsed in pages.items():
        for link in parsed.links:
            url = urlsplit(link)
            if url.scheme or url.netloc:
                continue
            target = (page.parent / unquote(url.path)).resolve() if url.path else page
            target = target / "index.html" if target.is_dir() else target
            anchors = pages[target].anchors if target in pages else None
            missing = anchors is not None and url.fragment and url.fragment not in anchors
            if not target.exists() or missing:
                broken.append(f"{page.relative_to(site)}: {link}")
    return sorted(set(broken))


def build() -> tuple[Path, bool]:
    """Build the site; returns its folder, and whether there was anything to do.

    The new site takes the old one's place when it is whole; a failed build leaves the old one
    and is tried again the next time.

    Raises:
        chain.ChainError: a notebook failed.
        SiteError: Jupyter Book warned or failed, or a link within the site is broken.
    """
    executions = chain.run()
    site, key = paths.build_dir() / "html", _key(executions)
    if _up_to_date(key, site):
        return site, False
    print("rendering the pages …", flush=True)
    stage = paths.build_dir() / "stage"
    _stage(executions, stage)
    rendered = _render(stage)
    _publish(executions, rendered)
    if broken := broken_links(rendered):
        raise SiteError("broken links:\n" + "\n".join(broken))
    (site.parent / STAMP).unlink(missing_ok=True)
    shutil.rmtree(site, ignore_errors=True)
    rendered.rename(site)
    stamp = {"key": key, "files": _digests(site)}
    (site.parent / STAMP).write_text(json.dumps(stamp), "utf-8")
    return site, True


def main() -> int:
    """Build, and say in the last line where to open it or what is wrong."""
    try:
        site, changed = build()
    except (chain.ChainError, SiteError, ValueError) as error:
        print(f"make book failed: {error}", file=sys.stderr)
        return 1
    print("The book is built." if changed else "The book is up to date; nothing changed.")
    print(f"Open {site / 'index.html'} (or: make serve)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
