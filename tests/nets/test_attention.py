"""The attention network: torch's own layers give the same scores; its numbers."""

import pytest
import torch
from torch import nn
from torch.nn import functional

from jpegnet.nets.attention import Attention
from jpegnet.nets.network import fresh

SMALL = Attention(width=6, heads=2, inner=5, blocks=2, inputs=4, outputs=3)


def by_torch(network, x):
    """Scores by `nn.TransformerEncoderLayer`, which has all of it but the names."""
    architecture, t = network.architecture, network.tensors
    width = architecture.width
    rows = functional.linear(x, t["embed.weight"], t["embed.bias"])
    rows = rows + architecture.positions(x.shape[1])
    for i in range(architecture.blocks):
        layer = nn.TransformerEncoderLayer(
            width, architecture.heads, architecture.inner, 0.0, batch_first=True, norm_first=True
        )
        asks, tells = t[f"{i}.match"].split(width, 1)
        takes, gives = t[f"{i}.hand"].split(width, 1)
        into, out_of = t[f"{i}.inner"].split(width, 1)
        query, after, relu, last = t[f"{i}.bias"].split([width, width, architecture.inner, width])
        state = {
            "self_attn.in_proj_weight": torch.cat([asks, tells, takes]),
            "self_attn.in_proj_bias": torch.cat([query, torch.zeros(2 * width)]),
            "self_attn.out_proj.weight": gives.T,
            "self_attn.out_proj.bias": after,
            "linear1.weight": into,
            "linear1.bias": relu,
            "linear2.weight": out_of.T,
            "linear2.bias": last,
        }
        layer.load_state_dict(layer.state_dict() | state)
        rows = layer.eval()(rows)
    return functional.linear(rows.mean(1), t["out.weight"], t["out.bias"])


@torch.no_grad()
def test_a_network_is_torchs_transformer():
    generator = torch.Generator().manual_seed(0)
    network = fresh(SMALL, generator)
    for tensor in network.tensors.values():  # biases, too
        tensor.normal_(generator=generator)
    x = torch.rand(7, 5, 4, generator=generator)
    torch.testing.assert_close(network.logits(x), by_torch(network, x), rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(network.logits(x.flatten(1)), network.logits(x))


def test_the_order_of_the_rows_counts():
    network = fresh(SMALL, torch.Generator().manual_seed(0))
    x = torch.rand(1, 5, 4, generator=torch.Generator().manual_seed(1))
    assert not torch.allclose(network.logits(x), network.logits(x.flip(1)))


def test_names_and_numbers():
    assert Attention().name == "attention-28-2x32x32x2-10"
    assert Attention.from_numbers(iter(SMALL.numbers).__next__) == SMALL
    assert Attention().operations(28) == 2 * (28 * (28 * 32 + 2 * (6 * 32 * 32 + 56 * 32)) + 320)
    with pytest.raises(ValueError, match="no attention"):
        Attention(width=32, heads=3)
    with pytest.raises(ValueError, match="4 blocks"):
        Attention.from_numbers(iter([28, 32, 2, 32, 4, 10]).__next__)
