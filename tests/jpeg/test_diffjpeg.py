"""The differentiable JPEG against a real one, a real entropy coder's bound, and differences."""

import numpy as np
import pytest
import torch
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

from jpegnet.codecs.jpeg import Jpeg
from jpegnet.jpeg import diffjpeg
from jpegnet.jpeg.dct import quality_table
from jpegnet.methods.through_codec.chain import ChainPicture
from jpegnet.methods.through_codec.recipe import CodecRecipe
from jpegnet.methods.through_codec.training import first_network
from jpegnet.nets.mlp import Mlp

TABLE = torch.from_numpy(quality_table(50).ravel()).double()


def test_straight_through_rounds_and_lets_gradients_pass():
    x = torch.tensor([-1.6, 0.4, 2.5], requires_grad=True)
    rounded = diffjpeg.straight_through(x)
    assert rounded.tolist() == [-2, 0, 2]
    (rounded * torch.tensor([1.0, 2.0, 3.0])).sum().backward()
    assert x.grad.tolist() == [1, 2, 3]


@given(seed=st.integers(0, 10_000), quality=st.integers(20, 70))
def test_samples_are_those_of_a_real_decoder(seed, quality):
    rng = np.random.default_rng(seed)
    table = quality_table(quality)
    q = rng.integers(-3, 4, 64) * (rng.random(64) < 0.1)
    q[0] = rng.integers(-9, 10)
    samples = diffjpeg.samples(torch.from_numpy(q).double(), torch.from_numpy(table.ravel()))
    assume(samples.abs().max() < 127)
    codec = Jpeg(quality)
    grey = samples.numpy().reshape(8, 8).astype(int) + 128
    decoded = codec.decode(codec.encode(grey.astype(np.uint8))).astype(int)
    assert np.abs(grey - decoded).max() <= 1


def test_samples_stay_within_a_picture_unless_told_otherwise():
    q = torch.zeros(2, 64)
    q[:, 0] = torch.tensor([100.0, -100.0])
    assert diffjpeg.samples(q, TABLE.float()).unique().tolist() == [-128, 127]
    assert diffjpeg.samples(q, TABLE.float(), grey=False).abs().min() == 200


def test_overflow_is_what_goes_beyond_the_room_that_is_left():
    q = torch.zeros(64)
    q[0] = 61  # × 16 / 8 = 122 grey levels
    assert diffjpeg.overflow(q, TABLE.float(), room=8).item() == pytest.approx(64 * 2, abs=1e-3)
    assert diffjpeg.overflow(q, TABLE.float(), room=4).item() == 0


def test_bits_are_those_of_the_laplace_distribution():
    q = torch.tensor([-40.0, -2.3, -0.5, 0.0, 0.2, 0.49, 0.5, 1.0, 7.7]).double()
    for scale in (0.3, 1.0, 5.0):
        found = diffjpeg.bits(q, torch.tensor(np.log(scale)), torch.zeros(len(q)))
        laplace = stats.laplace(scale=scale)
        mass = laplace.cdf(-q.abs() + 0.5) - laplace.cdf(-q.abs() - 0.5)  # no cancellation
        np.testing.assert_allclose(found, -np.log2(np.maximum(mass, 1e-9)), atol=1e-6)


def test_bits_are_at_least_the_entropy_of_what_is_coded():
    generator = torch.Generator().manual_seed(0)
    u = torch.rand(200_000, generator=generator).double() - 0.5
    q = (-u.sign() * torch.log1p(-2 * u.abs())).round()  # a Laplace distribution of scale 1
    counts = q.unique(return_counts=True)[1] / len(q)
    entropy = -(counts * counts.log2()).sum().item()
    noise = torch.rand(len(q), generator=generator) - 0.5
    best = min(
        diffjpeg.bits(q, torch.tensor(s), noise).mean().item() for s in np.linspace(-1, 1, 21)
    )
    assert entropy <= best <= entropy + 0.3


def relaxed_loss(net, x, labels, noise, price=1e-3):
    """The loss with noise for rounding, in double precision: truly differentiable."""
    logits = net.logits(x, noise=noise)
    return torch.nn.functional.cross_entropy(logits, labels) + price * net.bits(noise)


@pytest.mark.parametrize("widths", [(784, 3, 10), (784, 5, 4, 10)])
@pytest.mark.parametrize("name", ["q", "log_scales", "log_costs"])
def test_gradients_are_those_of_differences(widths, name):
    generator = torch.Generator().manual_seed(0)
    first = first_network(Mlp(widths), generator)
    net = ChainPicture(first, CodecRecipe().table())
    for each in ("q", "log_scales", "log_costs"):
        setattr(net, each, getattr(net, each).detach().double().requires_grad_())
    x = torch.rand(20, len(net.seen), generator=generator).double()
    labels = torch.randint(0, 10, (20,), generator=generator)
    noise = torch.rand(net.q.shape, generator=generator).double() - 0.5
    value = getattr(net, name)
    (gradient,) = torch.autograd.grad(relaxed_loss(net, x, labels, noise), value)
    for _ in range(5):
        direction = torch.randn(value.shape, generator=generator).double()
        ends = []
        for step in (1e-6, -1e-6):
            setattr(net, name, value.detach() + step * direction)
            ends.append(relaxed_loss(net, x, labels, noise).item())
        slope = (ends[0] - ends[1]) / 2e-6
        assert (gradient * direction).sum().item() == pytest.approx(slope, rel=1e-4, abs=1e-7)
