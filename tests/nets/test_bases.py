"""Bases of tiles: orthonormal, and with the properties that name them."""

import numpy as np
import pytest

from jpegnet.nets import bases

SIDE = 28


@pytest.mark.parametrize("name", bases.FIXED)
def test_a_basis_is_orthonormal(name):
    B = bases.fixed(name).matrix
    np.testing.assert_allclose(B @ B.T, np.eye(784), atol=1e-9)


@pytest.mark.parametrize("name", ["Fourier", "DCT", "Hadamard"])
def test_the_lowest_frequency_is_the_mean(name):
    np.testing.assert_allclose(bases.fixed(name).matrix[0], 1 / SIDE, atol=1e-12)


def test_fourier_coefficients_are_those_of_the_fast_transform():
    tile = np.random.default_rng(0).standard_normal((SIDE, SIDE))
    found = np.sort((bases.fixed("Fourier").matrix @ tile.ravel()) ** 2)
    power = np.abs(np.fft.fft2(tile, norm="ortho")) ** 2
    assert found.sum() == pytest.approx(power.sum())
    once = bases.fixed("Fourier").matrix[:9] @ tile.ravel()  # of no or one wave a side
    low = power[np.ix_([0, 1, -1], [0, 1, -1])]
    assert (once**2).sum() == pytest.approx(low.sum())


def test_smooth_tiles_have_few_coefficients_of_low_frequency():
    x = np.linspace(0, 1, SIDE)
    tile = (1 + np.outer(np.cos(2 * x), np.sin(3 * x))).ravel()
    for name in ("Fourier", "DCT", "block DCT", "Haar", "Daubechies 4", "Hadamard"):
        c = bases.fixed(name).matrix @ tile
        assert (c[:98] ** 2).sum() > 0.95 * (c**2).sum(), name
    for name in ("pixels", "random"):
        c = bases.fixed(name).matrix @ tile
        assert (c[:98] ** 2).sum() < 0.6 * (c**2).sum(), name


def test_block_dct_is_that_of_each_block():
    from jpegnet.jpeg import dct

    tile = np.random.default_rng(1).standard_normal((SIDE, SIDE))
    tile[24:], tile[:, 24:] = 0, 0
    ours = np.sort((bases.fixed("block DCT").matrix @ tile.ravel()) ** 2)[-576:]
    theirs = np.sort((dct.forward(dct.to_blocks(tile[:24, :24])) ** 2).ravel())
    np.testing.assert_allclose(ours, theirs, atol=1e-12)


@pytest.mark.parametrize("order", [12, 28, 36])
def test_hadamard_matrices(order):
    H = bases.hadamard(order)
    assert (np.abs(H) == 1).all()
    assert (order * np.eye(order) == H @ H.T).all()
    assert (H[0] == 1).all()


@pytest.mark.parametrize("order", [26, 16, 20, 44])
def test_no_hadamard_matrix_of_this_construction(order):
    with pytest.raises(ValueError, match=f"{order} is not twice a prime"):
        bases.hadamard(order)


def test_principal_components_come_by_falling_variance():
    rng = np.random.default_rng(2)
    A = rng.standard_normal((784, 784)) * np.linspace(0.1, 2, 784)
    second = A.T @ A / 784
    B = bases.principal("inputs", second)
    assert B.fitted == "inputs"
    variances = np.diag(B.matrix @ second @ B.matrix.T)
    assert (np.diff(variances) <= 1e-9).all()
    np.testing.assert_allclose(B.matrix @ B.matrix.T, np.eye(784), atol=1e-9)
