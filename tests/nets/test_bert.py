"""BERT, beside torch's own encoder and what the model's makers print."""

import pytest
import torch
from torch import nn
from torch.nn import functional

from jpegnet.data import minilm
from jpegnet.nets.bert import Bert
from jpegnet.nets.network import Network

SMALL = Bert(words=50, width=24, layers=2, heads=3, inner=40, positions=9)
PARTS = {
    "self_attn.out_proj": "attention.output.dense",
    "norm1": "attention.output.LayerNorm",
    "linear1": "intermediate.dense",
    "linear2": "output.dense",
    "norm2": "output.LayerNorm",
}


@pytest.fixture
def network():
    torch.manual_seed(0)
    return Network(SMALL, {name: torch.randn(shape) / 4 for name, shape in SMALL.shapes.items()})


def by_torch(tensors, ids):
    """The same from torch's own layers, as (n, width)."""
    kinds = {kind: f"embeddings.{kind}_embeddings.weight" for kind in ("word", "position")}
    x = tensors[kinds["word"]][ids] + tensors[kinds["position"]][: ids.shape[1]]
    x = x + tensors["embeddings.token_type_embeddings.weight"][0]
    norm = [tensors[f"embeddings.LayerNorm.{kind}"] for kind in ("weight", "bias")]
    x = functional.layer_norm(x, [SMALL.width], *norm, eps=1e-12)
    for i in range(SMALL.layers):
        layer = nn.TransformerEncoderLayer(
            *(SMALL.width, SMALL.heads, SMALL.inner, 0.0, "gelu", 1e-12), batch_first=True
        )
        at, state = f"encoder.layer.{i}.", {}
        for kind in ("weight", "bias"):
            qkv = [tensors[f"{at}attention.self.{n}.{kind}"] for n in ("query", "key", "value")]
            state[f"self_attn.in_proj_{kind}"] = torch.cat(qkv)
            state |= {f"{a}.{kind}": tensors[f"{at}{b}.{kind}"] for a, b in PARTS.items()}
        layer.load_state_dict(state)
        x = layer(x, src_key_padding_mask=ids == 0)
    pairs = zip(x, ids, strict=True)
    return functional.normalize(torch.stack([some[row != 0].mean(0) for some, row in pairs]))


def test_it_computes_what_torch_s_encoder_computes(network):
    ids = torch.tensor([[3, 7, 49, 2, 11], [5, 2, 0, 0, 0]])
    with torch.no_grad():
        expected = by_torch(network.tensors, ids)
    assert torch.allclose(network.logits(ids), expected, atol=1e-5)


def test_padding_changes_nothing(network):
    ids = torch.tensor([[3, 7, 2]])
    padded = functional.pad(ids, (0, 4))
    assert torch.allclose(network.logits(padded), network.logits(ids), atol=1e-6)


def test_what_cannot_be_is_refused(network):
    with pytest.raises(ValueError, match="do not share"):
        Bert(width=385)
    with pytest.raises(IndexError):
        network.logits(torch.ones(1, SMALL.positions + 1, dtype=torch.int64))


def test_sentences_are_as_like_as_the_model_s_makers_print():
    """https://sbert.net/docs/quickstart.html"""
    if (weights := minilm.load()) is None:
        pytest.skip(f"{minilm.PACKAGE} is not installed")
    tensors, bert = weights.tensors(), Bert()
    network = Network(bert, {name: tensors[name] for name in bert.shapes})
    said = ["The weather is lovely today.", "It's so sunny outside!", "He drove to the stadium."]
    found = network.logits(minilm.tokens(said))
    alike = [float(found[a] @ found[b]) for a, b in ((0, 1), (0, 2), (1, 2))]
    assert alike == pytest.approx([0.6660, 0.1046, 0.1411], abs=1e-3)


def test_tokens_are_those_of_the_model_or_none(monkeypatch):
    if minilm.load() is None:
        with pytest.raises(ModuleNotFoundError):
            minilm.tokens(["A word."])
        pytest.skip(f"{minilm.PACKAGE} is not installed")
    ids = minilm.tokens(["A word.", "word " * 200])
    assert ids.shape == (2, 128) and ids.dtype == torch.int64
    assert ids[0].tolist() == [101, 1037, 2773, 1012, 102] + [0] * 123
    assert ids[1, -1] == 102
    monkeypatch.setattr(minilm, "TOKENIZER", "another")
    with pytest.raises(ValueError, match="does not hold the tokenizer"):
        minilm.tokens(["A word."])
