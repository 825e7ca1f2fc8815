"""The damaged files of `fuzz` for the browser's reader: a network, or a `PictureError`.

    python tests/fuzz_browser.py [--files 100000] [--seed 0]

Python reads each file, too: where one of them reads a network and the other refuses, both are told.
"""

import argparse
import base64
import faulthandler
import sys
from collections import Counter

from fuzz import MEGABYTES, SECONDS, damaged, outcome
from playwright.sync_api import sync_playwright

from jpegnet.build.browser import launch, served
from jpegnet.kept import paths

AT_ONCE = 200
TOLD = 5  # files of a kind of disagreement

READ = """async (files) => {
  const { PictureError, load, readNetwork } = await import("./picture.mjs");
  const found = [];
  for (const text of files) {
    const start = performance.now();
    let told = ["network", ""];
    try {
      const loaded = await load(Uint8Array.from(atob(text), (c) => c.charCodeAt(0)));
      const finite = readNetwork(loaded).matrices.every((matrix) => matrix.every(Number.isFinite));
      if (!finite) told = ["exception", "a number of the network is not finite"];
    } catch (error) {
      told = [error instanceof PictureError ? "PictureError" : "exception", String(error.message)];
    }
    found.push([...told, performance.now() - start]);
  }
  return found;
}"""


def heap(session) -> float:
    """Memory that the page's JavaScript holds, in MB; what it has let go of is collected first."""
    session.send("HeapProfiler.collectGarbage")
    metrics = session.send("Performance.getMetrics")["metrics"]
    return next(m["value"] for m in metrics if m["name"] == "JSHeapUsedSize") / 1e6


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--files", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    counts, both, examples, most, slowest = Counter(), Counter(), {}, 0.0, 0.0
    with sync_playwright() as playwright, served(paths.BOOK / "_static") as url:
        page = launch(playwright).new_page()
        page.goto(f"{url}/picture.mjs")
        session = page.context.new_cdp_session(page)
        session.send("Performance.enable")
        before = heap(session)
        for first in range(0, arguments.files, AT_ONCE):
            numbers = range(first, min(first + AT_ONCE, arguments.files))
            files = [damaged(arguments.seed, number) for number in numbers]
            faulthandler.dump_traceback_later(SECONDS * 30, exit=True)
            found = page.evaluate(READ, [base64.b64encode(file).decode() for file in files])
            faulthandler.cancel_dump_traceback_later()
            for number, file, (kind, message, milliseconds) in zip(
                numbers, files, found, strict=True
            ):
                counts[kind] += 1
                slowest = max(slowest, milliseconds)
                if kind == "exception":
                    print(f"file {number} of seed {arguments.seed}: {message}", flush=True)
                here, why = outcome(file)
                both[here, kind] += 1
                if here != kind and both[here, kind] <= TOLD:
                    examples[number] = f"Python: {why or here}; browser: {message or kind}"
            most = max(most, heap(session) - before)
    for number, told in examples.items():
        print(f"file {number}: {told}")
    print(
        f"{counts.total():,} damaged files of seed {arguments.seed} in the browser: "
        f"{counts['network']:,} networks, {counts['PictureError']:,} PictureErrors, "
        f"{counts['exception']} other exceptions; the slowest took {slowest:.0f} ms; "
        f"peak memory {most:.0f} MB over the start; only Python reads "
        f"{both['network', 'PictureError']}, only the browser {both['PictureError', 'network']}"
    )
    return int(counts["exception"] > 0 or most > MEGABYTES)


if __name__ == "__main__":
    sys.exit(main())
