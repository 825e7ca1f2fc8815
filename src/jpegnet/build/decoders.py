"""``python -m jpegnet.build.decoders``: read the published networks with programs of other people.

It needs ``ffmpeg``, a C compiler and the header ``stb/stb_image.h`` (Debian: ffmpeg, gcc,
libstb-dev). The result is ``book/published/decoders.csv``, see `studies.decoders`.
"""

import io
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from PIL import Image

from jpegnet.data import mnist
from jpegnet.kept import files
from jpegnet.studies import decoders, headlines

_STB = """
#define STB_IMAGE_IMPLEMENTATION
#define STBI_ONLY_JPEG
#include <stb/stb_image.h>
int main(int count, char **names) {
  int width, height, channels;
  unsigned char *samples = stbi_load(names[1], &width, &height, &channels, 1);
  if (!samples) return 1;
  printf("%d %d\\n", height, width);
  return fwrite(samples, 1, (size_t)width * height, stdout) != (size_t)width * height;
}
"""


def _output(*command: str, given: bytes = b"") -> bytes:
    return subprocess.run(command, input=given, capture_output=True, check=True).stdout


class _Stb:
    """stb_image, compiled in a folder."""

    def __init__(self, folder: Path):
        self.folder, self.program = folder, folder / "stb"
        source = folder / "stb.c"
        source.write_text(_STB, "utf-8")
        _output("cc", "-O2", "-o", str(self.program), str(source), "-lm")

    def __call__(self, file: bytes) -> np.ndarray:
        path = self.folder / "network.jpg"
        path.write_bytes(file)
        size, _, samples = _output(str(self.program), str(path)).partition(b"\n")
        return np.frombuffer(samples, np.uint8).reshape(*map(int, size.split()))


def _ffmpeg(file: bytes) -> np.ndarray:
    as_pgm = ("-f", "image2pipe", "-c:v", "pgm", "-pix_fmt", "gray", "-")
    found = _output("ffmpeg", "-v", "error", "-f", "mjpeg", "-i", "-", *as_pgm, given=file)
    with Image.open(io.BytesIO(found)) as image:
        return np.asarray(image)


def _version(*command: str) -> str:
    words = _output(*command).decode().split()
    return words[words.index("version") + 1] if "version" in words else words[0]


def main() -> int:
    """Measure, and write the file; on failure, say in the last line what is wrong."""
    try:
        pictures = headlines.pictures()
        with tempfile.TemporaryDirectory() as folder:
            ffmpeg = f"ffmpeg {_version('ffmpeg', '-version')}"
            found = decoders.compared(
                pictures, {"stb_image": _Stb(Path(folder)), ffmpeg: _ffmpeg}, mnist.load().test
            )
    except ValueError as error:
        print(f"decoders: {error}", file=sys.stderr)
        return 1
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"decoders: {error}; are ffmpeg, cc and stb_image.h installed?", file=sys.stderr)
        return 1
    with files.replacing(decoders.PATH) as temporary:
        found.to_csv(temporary, index=False)
    print(f"Measured {len(pictures)} files in {decoders.PATH}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
