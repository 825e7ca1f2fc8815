"""What the first page weighs, and how long a phone on a slow line waits for the first answer.

    python tests/landing.py [FOLDER OF THE SITE]

In Chromium with a line as slow as "slow 4G" (1.4 Mbit/s, 560 ms a request) and a quarter of this
machine's speed, from a server that compresses as the usual ones do. Times are printed; what the
page weighs and how much it shifts while it loads is held to its bounds.
"""

import argparse
import gzip
import io
from pathlib import Path

from playwright.sync_api import sync_playwright

from jpegnet.build.browser import FIRST_ANSWER, PAGE, Handler, launch, served
from jpegnet.kept import paths

PHONE = {"viewport": {"width": 375, "height": 667}, "is_mobile": True, "has_touch": True}
LINE = {"latency": 562.5, "downloadThroughput": 184_320, "uploadThroughput": 86_400}  # bytes/s
SLOWER = 4
MOST, MOST_SENT, MOST_SHIFT = 700_000, 250_000, 0.05
_WATCH = """
window.shift = window.blocked = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shift += entry.value;
}).observe({ type: "layout-shift", buffered: true });
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) window.blocked += Math.max(0, entry.duration - 50);
}).observe({ type: "longtask", buffered: true });"""
_SIZES = """() => ["navigation", "resource"].flatMap((kind) => performance.getEntriesByType(kind))
  .map((entry) => [entry.name, entry.decodedBodySize, entry.encodedBodySize])"""


class Compressed(Handler):
    """Sends text compressed."""

    def send_head(self):
        path = Path(self.translate_path(self.path))
        if path.suffix not in (".html", ".css", ".js", ".mjs", ".svg") or not path.is_file():
            return super().send_head()
        content = gzip.compress(path.read_bytes())
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(path))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        return io.BytesIO(content)


def measured(site: Path) -> dict[str, float]:
    """Seconds until the first answer, and of blocking; layout shift; bytes, and bytes sent."""
    with served(site, how=Compressed) as address, sync_playwright() as playwright:
        browser = launch(playwright)
        context = browser.new_context(**PHONE)
        context.add_init_script(FIRST_ANSWER + _WATCH)
        page = context.new_page()
        session = context.new_cdp_session(page)
        session.send("Network.enable")
        session.send("Network.emulateNetworkConditions", {"offline": False, **LINE})
        session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        page.goto(f"{address}/{PAGE}")
        page.wait_for_function("window.firstAnswer", timeout=120_000)
        page.wait_for_load_state("networkidle")
        found = page.evaluate("[firstAnswer / 1000, blocked / 1000, shift]")
        sizes = {name: rest for name, *rest in page.evaluate(_SIZES) if "blob:" not in name}
        browser.close()
    loaded, sent = (sum(sizes) for sizes in zip(*sizes.values(), strict=True))
    names = "first answer, s", "blocked, s", "layout shift", "bytes", "bytes sent"
    return dict(zip(names, [*found, loaded, sent], strict=True))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("site", nargs="?", type=Path, default=paths.build_dir() / "html")
    found = measured(parser.parse_args().site)
    for name, value in found.items():
        print(f"{name}: {value:,.0f}" if value > 100 else f"{name}: {value:.3f}")
    assert found["bytes"] <= MOST
    assert found["bytes sent"] <= MOST_SENT
    assert found["layout shift"] <= MOST_SHIFT
