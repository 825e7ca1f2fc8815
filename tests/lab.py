"""JupyterLab for the tests: the server of `make lab`, a notebook that is run, and what one reads.

It works on copies of the book and of the kept results: nothing that is run, edited or saved there
reaches the repository.
"""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, TimeoutError

from jpegnet.kept import paths

START, RUN, SHOW = 120, 600, 60  # seconds to wait: two cores may be busy with other tests
SETTINGS = {
    "docmanager-extension/plugin": '{"autosave": false}',
    "notebook-extension/tracker": '{"windowingMode": "none"}',  # every cell is in the page
    "apputils-extension/notification": '{"fetchNews": "false", "checkForUpdates": false}',
}
PANEL = "window.jupyterapp?.shell.currentWidget"
# Every expression has its answer, and none is still shown as code.
ANSWERED = f"""() => {PANEL}.content.widgets.every(({{model, node}}) => {{
  if (model.type !== "markdown" || !model.sharedModel.source.includes("{{eval}}`")) return true;
  const answers = model.getMetadata("user_expressions");
  const asked = [...node.querySelectorAll(".myst code")].map(e => e.textContent);
  return answers?.length && !answers.some(a => asked.includes(a.expression));
}})"""
# The texts of all blocks, in order. Only what must differ is replaced, by ‹what it stands for›.
READ = r"""([roots, titles]) => [...document.querySelectorAll(roots)].flatMap(root => {
  const copy = root.cloneNode(true);
  const each = (selector, change) => copy.querySelectorAll(selector).forEach(change);
  const put = (selector, text) => each(selector, e => { e.textContent = text(e); });
  // Code cells; signs and icons; JupyterLab numbers each formula, the site none.
  each(".cell, .headerlink, [title='Link to this Section'], svg", e => e.remove());
  each("[title='Link to this Equation']", e => e.remove());
  // KaTeX and MathJax draw formulas each in its way: their TeX.
  put(".katex", e => `‹${e.querySelector("annotation").textContent.replace(/\s/g, "")}›`);
  put(".math", e => `‹${e.textContent.replace(/\s|\\[()[\]]/g, "")}›`);
  // A notebook alone has neither the bibliography nor the figures' numbers: their labels.
  put("[title='Citation Not Found'], .bibtex-citation", () => "‹citation›");
  put("[title='Cross Reference Not Found']", e => `‹${e.textContent}›`);
  put("a[href^='#']:not([href='#'], [title]), a:has(.std-numref)", e => `‹${e.hash.slice(1)}›`);
  // `[](page)` shows that page's title on the site, and its file's name in JupyterLab.
  put("a", e => titles[e.textContent] ?? e.textContent);
  // A proof's head: "Proof 1" above it, or "Proof." before its first word.
  each(".myst-proof-title", e => /^Proof \d+\s*$/.test(e.textContent) && e.remove());
  put(".proof:not(.theorem) > p:first-child", e => e.textContent.replace(/^Proof\. /, ""));
  each("h1, h2, h3, h4, p, li, dt, dd, th, td, pre, div, aside, section, blockquote, figure",
    e => { e.before("\0"); e.after("\0"); });
  return copy.textContent.split("\0").map(s => s.replace(/\s+/g, " ").trim()).filter(Boolean);
})"""


@dataclass(frozen=True)
class Lab:
    """A running server; the results as a build left them, and the copy that its kernels use."""

    url: str
    kept: Path
    results: Path


@contextmanager
def serving(folder: Path) -> Iterator[Lab]:
    """Start the server in an empty folder, with the profile of the environment."""
    shutil.copytree(paths.BOOK, folder / "book")
    for name, values in SETTINGS.items():
        path = folder / f"settings/@jupyterlab/{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(values, "utf-8")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "jupyter", "lab", "--no-browser", "--ServerApp.token="]
    command += [f"--ServerApp.port={port}", "--LabApp.expose_app_in_browser=True"]
    command += ["--allow-root"] if os.geteuid() == 0 else []
    env = os.environ | {
        "JPEGNET_ARTIFACTS": str(folder / "artifacts"),
        "JUPYTER_CONFIG_DIR": str(folder / "config"),  # not what the user has set
        "JUPYTER_RUNTIME_DIR": str(folder / "runtime"),
        "JUPYTERLAB_SETTINGS_DIR": str(folder / "settings"),
    }
    url, log = f"http://127.0.0.1:{port}", folder / "log"
    with (
        log.open("w") as file,
        subprocess.Popen([*command, str(folder / "book")], env=env, stderr=file) as server,
    ):
        try:
            _wait(server, url, log)
            yield Lab(url, paths.artifacts_dir(), folder / "artifacts" / paths.profile())
        finally:
            server.terminate()  # it ends its kernels, too


def _wait(server: subprocess.Popen, url: str, log: Path) -> None:
    for _ in range(START):
        with suppress(OSError), urllib.request.urlopen(f"{url}/api/status", timeout=START):
            return
        if server.poll() is not None:
            break
        time.sleep(1)
    raise RuntimeError(f"JupyterLab does not start:\n{log.read_text('utf-8')}")


@contextmanager
def opened(browser: Browser, lab: Lab, name: str) -> Iterator[Page]:
    """A notebook in JupyterLab, its kernel ready.

    It begins with the results of the build: notebooks measure times anew and hand them on.
    """
    shutil.rmtree(lab.results, ignore_errors=True)
    shutil.copytree(lab.kept, lab.results)
    page = browser.new_page()
    page.goto(f"{lab.url}/lab/tree/{name}.ipynb?reset")
    ready = f"{PANEL}?.sessionContext?.session?.kernel?.status === 'idle'"
    try:
        page.wait_for_function(ready, timeout=1000 * START)
        yield page
    finally:
        page.evaluate("window.jupyterapp?.serviceManager.sessions.shutdownAll()")
        page.close()


def run_all(page: Page) -> None:
    """Run, Run All Cells; then wait for the expressions, which JupyterLab does not."""
    page.evaluate("""() => {
      const ran = window.jupyterapp.commands.execute("notebook:run-all-cells");
      ran.finally(() => { window.ran = true; });
    }""")
    page.wait_for_function("window.ran", timeout=1000 * RUN)
    if not errors(page):
        with suppress(TimeoutError):  # what has no answer by then is shown as code: it is told
            page.wait_for_function(ANSWERED, timeout=1000 * SHOW)


def errors(page: Page) -> list[str]:
    """What cells and expressions show as gone wrong, and code cells that have not run."""
    kinds = [f"[data-mime-type='application/vnd.jupyter.{kind}']" for kind in ("stderr", "error")]
    shown = page.locator(".jp-Notebook").locator(", ".join(kinds)).all_inner_texts()
    return shown + page.evaluate(f"""{PANEL}.content.widgets.map(cell => cell.model).filter(
      m => m.type === "code" && !m.executionCount).map(m => "not run: " + m.sharedModel.source)""")


def read(page: Page, roots: str, titles: dict[str, str]) -> list[str]:
    """The prose within some elements, block by block, but for what must differ between the two.

    Args:
        titles: by name, those of the pages that a link may show in place of the name.
    """
    return page.evaluate(READ, [roots, titles])
