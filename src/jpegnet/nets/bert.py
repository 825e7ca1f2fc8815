"""BERT as an encoder of sentences: what all-MiniLM-L6-v2 computes."""

from dataclasses import dataclass

import torch
from torch.nn import functional

from jpegnet.nets.network import Tensors

_EPSILON = 1e-12  # of BERT's layer normalisation
_TABLE = "embeddings.{}_embeddings.weight"
_ATTENTION = ("attention.self.query", "attention.self.key", "attention.self.value")
_OUT, _AFTER_ATTENTION = "attention.output.dense", "attention.output.LayerNorm"
_UP, _DOWN, _AFTER_ALL = "intermediate.dense", "output.dense", "output.LayerNorm"


@dataclass(frozen=True)
class Bert:
    """An encoder of sentences (Devlin et al. 2018, arXiv:1810.04805).

    The mean over a sentence's tokens, of length 1, is its embedding (Reimers and Gurevych 2019,
    arXiv:1908.10084). It is not trained here, so it is an architecture without a ``module``. The
    tensors have the names of BERT's own files; its pooler is not used. The defaults are
    all-MiniLM-L6-v2's.

    ``words``: tokens that there are; 0 is padding. ``width``: numbers that stand for one;
    ``inner``: those between the two linear layers; ``positions``: the longest sentence, in tokens.

    Raises:
        ValueError: the width is no multiple of the heads.
    """

    words: int = 30_522
    width: int = 384
    layers: int = 6
    heads: int = 12
    inner: int = 1536
    positions: int = 512

    def __post_init__(self):
        if self.width % self.heads:
            raise ValueError(f"{self.heads} heads do not share {self.width} numbers evenly")

    @property
    def name(self) -> str:
        return f"BERT, {self.layers} layers of {self.width}"

    @property
    def shapes(self) -> dict[str, tuple[int, ...]]:
        width, inner = self.width, self.inner
        counts = {"word": self.words, "position": self.positions, "token_type": 2}
        found = {_TABLE.format(kind): (count, width) for kind, count in counts.items()}
        linear = dict.fromkeys((*_ATTENTION, _OUT), (width, width))
        linear |= {_UP: (inner, width), _DOWN: (width, inner)}
        norms = ["embeddings.LayerNorm"]
        for i in range(self.layers):
            for name, shape in linear.items():
                found[f"encoder.layer.{i}.{name}.weight"] = shape
                found[f"encoder.layer.{i}.{name}.bias"] = shape[:1]
            norms += [f"encoder.layer.{i}.{name}" for name in (_AFTER_ATTENTION, _AFTER_ALL)]
        kinds = ("weight", "bias")
        return found | {f"{norm}.{kind}": (width,) for norm in norms for kind in kinds}

    def forward(self, tensors: Tensors, ids: torch.Tensor) -> torch.Tensor:
        """Embeddings (n, width), of length 1, of sentences of tokens, int64 (n, length).

        Raises:
            IndexError: there is no such token, or a sentence is longer than the positions.
        """
        words, positions, types = (
            tensors[_TABLE.format(kind)] for kind in ("word", "position", "token_type")
        )
        places = torch.arange(ids.shape[1], device=ids.device)
        x = functional.embedding(ids, words) + functional.embedding(places, positions) + types[0]
        x, there = _normed(tensors, "embeddings.LayerNorm", x), ids != 0
        for i in range(self.layers):
            x = self._layer(tensors, f"encoder.layer.{i}.", x, there)
        return functional.normalize((x * there[:, :, None]).sum(1), dim=1)

    def _layer(self, tensors: Tensors, at: str, x: torch.Tensor, there: torch.Tensor):
        """Attention among the tokens that are ``there``, and two linear layers; (n, length, width).

        Each is added to what it had, and the sum is normalised.
        """
        split = (
            _linear(tensors, at + name, x).unflatten(2, (self.heads, -1)).transpose(1, 2)
            for name in _ATTENTION
        )
        mixed = functional.scaled_dot_product_attention(*split, attn_mask=there[:, None, None])
        mixed = _linear(tensors, at + _OUT, mixed.transpose(1, 2).flatten(2))
        x = _normed(tensors, at + _AFTER_ATTENTION, x + mixed)
        inner = functional.gelu(_linear(tensors, at + _UP, x))
        return _normed(tensors, at + _AFTER_ALL, x + _linear(tensors, at + _DOWN, inner))


def _linear(tensors: Tensors, name: str, x: torch.Tensor) -> torch.Tensor:
    return functional.linear(x, tensors[f"{name}.weight"], tensors[f"{name}.bias"])


def _normed(tensors: Tensors, name: str, x: torch.Tensor) -> torch.Tensor:
    weight, bias = tensors[f"{name}.weight"], tensors[f"{name}.bias"]
    return functional.layer_norm(x, weight.shape, weight, bias, _EPSILON)
