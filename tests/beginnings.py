"""Every beginning of ten networks' files, through both readers: a network, or a refusal in words.

    python tests/beginnings.py [--every 1]

Both must find the same grey levels; where they do not, or one refuses what the other reads, it is
told.
"""

import argparse
import base64
import sys
import zlib
from collections import Counter
from collections.abc import Iterable

import numpy as np
from playwright.sync_api import Page, sync_playwright

from jpegnet.build.browser import launch, served
from jpegnet.jpeg.dct import quality_table
from jpegnet.kept import paths
from jpegnet.nets.attention import Attention
from jpegnet.nets.convolutional import Convolutional
from jpegnet.nets.mlp import Mlp
from jpegnet.nets.nested import Nested
from jpegnet.nets.network import fresh
from jpegnet.nets.recurrent import Recurrent
from jpegnet.picture import arriving
from jpegnet.picture import file as picture
from jpegnet.picture.layout import PictureError
from jpegnet.picture.plan import plan

import torch  # isort: skip

NETWORKS = [
    Mlp((784, 12, 10)),
    Convolutional(((6, 8, 3), (8, 4, 2))),
    Recurrent("gru", 12),
    Attention(12, 2, 12, 1),
    Nested((6, 8, 3), (16, 4, 2)),
]
CODINGS = ("optimised", "progressive")

READ = """async ([file, sizes]) => {
  const { beginning } = await import("./arriving.mjs");
  const { PictureError, readNetwork, run } = await import("./picture.mjs");
  const bytes = Uint8Array.from(atob(file), (c) => c.charCodeAt(0));
  const inputs = Float64Array.from({ length: 784 }, (_, i) => (i % 29) / 28);
  return sizes.map((size) => {
    try {
      const found = beginning(bytes.subarray(0, size));
      const { logits } = run(readNetwork(found), inputs);
      const samples = btoa(String.fromCharCode(...found.samples));
      return ["network", samples, found.scans, Array.from(logits)];
    } catch (error) {
      return [error instanceof PictureError ? "refused" : "exception", String(error.message)];
    }
  });
}"""


def files() -> dict[str, bytes]:
    """Five kinds of networks, baseline and progressive, by name."""
    found = {}
    for architecture in NETWORKS:
        network = fresh(architecture, torch.Generator().manual_seed(0))
        for coding in CODINGS:
            file = picture.encode(network, plan(network, 24), quality_table(30), coding)
            found[f"{architecture.name}, {coding}"] = file
    return found


def _in_python(file: bytes) -> tuple:
    try:
        found = arriving.load(file)
    except PictureError as error:
        return "refused", str(error)
    x = torch.tensor([(i % 29) / 28 for i in range(784)])[None]
    return "network", found.image.tobytes(), found.scans, found.network.logits(x)[0].numpy()


def disagreements(page: Page, file: bytes, sizes: Iterable[int]) -> tuple[Counter, list[str]]:
    """How often a beginning of these sizes is read or refused; where the readers do not agree.

    Args:
        page: one of ``book/_static``.
    """
    sizes = list(sizes)
    counts, wrong = Counter(), []
    found = page.evaluate(READ, [base64.b64encode(file).decode(), sizes])
    for size, (kind, *told) in zip(sizes, found, strict=True):
        wanted, *ours = _in_python(file[:size])
        counts[kind] += 1
        if kind != wanted or kind == "exception":
            wrong.append(f"{size} bytes: {wanted} here, {kind} there: {told[0][:80]}")
        elif kind == "network":
            samples, scans, logits = told
            if base64.b64decode(samples) != ours[0] or scans != ours[1]:
                wrong.append(f"{size} bytes: other levels, {zlib.crc32(ours[0]):x}, {scans}")
            elif not np.allclose(logits, ours[2], rtol=1e-3, atol=1e-3):
                wrong.append(f"{size} bytes: other scores")
    return counts, wrong


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--every", type=int, default=1)
    every, failed = parser.parse_args().every, 0
    with sync_playwright() as playwright, served(paths.BOOK / "_static") as url:
        page = launch(playwright).new_page()
        page.goto(f"{url}/picture.mjs")
        for name, file in files().items():
            counts, wrong = disagreements(page, file, range(0, len(file) + 1, every))
            print(f"{name}, {len(file)} bytes: {dict(counts)}", *wrong[:5], sep="\n  ", flush=True)
            failed += len(wrong)
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
