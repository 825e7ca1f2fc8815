"""A trained network's whole coefficients, chosen anew by what each costs and is worth.

Training prices coefficients by an estimate and rounds each by itself. Here, one by one, they move
by one or to zero where that lowers cross-entropy + price · bits, as a baseline file spends them.

What a move is worth. Let one coefficient, in units of its step, move by δ, and let ``unit`` be its
step times its part's scale. Its tile, a row of the part's matrix, then moves by δ · unit along one
basis picture of the DCT. The DCT is orthonormal, so the row's product with the layer's input for
image j moves by δ · unit · x_j, where x_j is the same coefficient of that input, laid out as the
tile is. Let d_j be by how much that moves what the row hands on: the product itself, a logit, for a
row of the last layer; relu(z_j), z_j being the pre-activation, for a hidden unit. The logits move
by w d_j, where w, (10,), holds the unit's outgoing weights (for the last layer: 1 for the row, else
0). With the probabilities p_cj of the classes before the move and the true class y, the
cross-entropy of image j, -log p_yj, moves by exactly

    log Σ_c p_cj exp(w_c d_j) - w_y d_j.                                                     (1)

Where the truth is probabilities t_cj, not one class, w_y stands for Σ_c t_cj w_c. The logarithm is
the cumulant generating function of w_c under p_cj: its expansion in d_j begins with the mean m_j =
Σ_c p_cj w_c and the variance v_j = Σ_c p_cj w_c² - m_j², so that (1) is

    (m_j - w_y) d_j + v_j d_j² / 2 + O(d_j³).

With d_j ≈ a_j δ · unit · x_j, where a_j is 0 for a hidden unit with z_j ≤ 0 and else 1, the mean
over the images is slope · δ + bend · δ² / 2, a parabola for each coefficient:

    slope = unit · mean_j (m_j - w_y) a_j x_j,        bend = unit² · mean_j v_j a_j x_j².

Those of a block's 64 coefficients are two products with the images (`_promising`). They leave out
the third order, the images for which the move turns the unit on or off, and that a decoder rounds
grey levels and cuts them off. All of this is small, and only decides which moves are tried: those
that pay by the parabola are decoded as a reader decodes them and priced by (1), and the best one is
taken until none pays (`block`). A move that pays only by (1) is missed.
"""

import math

import numpy as np
import torch

from jpegnet.jpeg import diffjpeg
from jpegnet.jpeg.coefficients import PIXELS, ZIGZAG
from jpegnet.jpeg.dct import block_dct_matrix
from jpegnet.jpeg.symbols import DC, symbols
from jpegnet.kept.compute import product
from jpegnet.methods.through_codec.chain import ChainPicture
from jpegnet.methods.through_codec.picturenet import PictureNetwork

_DCT = torch.from_numpy(block_dct_matrix()).float()
PLACE = np.argsort(ZIGZAG).tolist()  # where each coefficient stands in a file's order
_DECLARED = 8  # bits that a symbol takes in the file's tables, for all of its uses together


class Bits:
    """What a file spends on its blocks, lists of 64 in zigzag order.

    A symbol's code takes -log2 of its share of the symbols, as counted when this was made.
    """

    def __init__(self, blocks: list[list[int]]):
        self.blocks = blocks
        found = np.zeros(DC + 16)
        for i in range(len(blocks)):
            np.add.at(found, self._symbols(i), 1)
        totals = np.repeat([found[:DC].sum(), found[DC:].sum()], [DC, 16])  # two tables
        logs = [math.log2(total / max(n, 1)) for total, n in zip(totals, found, strict=True)]
        codes = np.array(logs) + _DECLARED / np.maximum(found, 1)
        self.lengths = (codes + np.arange(DC + 16) % 16).tolist()  # code, sign and magnitude

    @classmethod
    def of(cls, net: PictureNetwork) -> "Bits":
        """Those of a network's whole coefficients, in the order of its file."""
        file = np.zeros((net.file_blocks, PIXELS), int)  # blank blocks have none
        file[net.file_places] = net.q.detach().round().int().numpy()[:, ZIGZAG]
        return cls(file.tolist())

    def _symbols(self, i: int) -> list[int]:
        return symbols(self.blocks[i], self.blocks[i - 1][0] if i else 0)

    def more(self, i: int, place: int, value: int) -> float:
        """By how many bits the file grows if one coefficient takes this value."""
        block, bits = self.blocks[i], []
        for new in (value, block[place]):  # which also puts it back
            block[place] = new
            following = self._symbols(i + 1)[:1] if i + 1 < len(self.blocks) else []  # its DC
            bits.append(sum(self.lengths[s] for s in self._symbols(i) + following))
        return bits[0] - bits[1]


def _along(x: torch.Tensor, v: torch.Tensor) -> torch.Tensor:
    """The mean over the images of x v, (64,), for x (64, n) and v (n,)."""
    return product(x, v[:, None])[:, 0] / x.shape[1]


class _Search:
    """Whole coefficients, and the logits (10, n) of n images, which follow them."""

    def __init__(self, net: ChainPicture, price: float, truth: torch.Tensor):
        self.q, self.steps, self.price = net.q.round(), net.steps, price
        self.truth = truth.T.contiguous()  # (10, n)
        self.places, self.bits = net.file_places, Bits.of(net)

    def start(self, logits: torch.Tensor) -> None:
        """Begin a pass with these logits, (10, n), and code lengths counted anew."""
        self.logits, self.p = logits, logits.softmax(0)
        self.bits = Bits(self.bits.blocks)

    def _cost(self, i: int, k: int, value: int) -> float:
        return self.price * self.bits.more(self.places[i], PLACE[k], value)

    def _promising(self, i, x, squares, unit, w, wanted, active) -> list[tuple[int, int]]:
        """Moves of block i that pay by the parabola: which coefficient, its new value."""
        mean, second = product(torch.stack([w, w.square()]), self.p)  # (n,): m in the module's text
        slopes = _along(x, (mean - wanted) * active) * unit  # (64,); active is a
        bends = _along(squares, (second - mean.square()) * active)
        both, moves = torch.stack([slopes, bends * unit.square()], 1).tolist(), []
        for k, ((slope, bend), old) in enumerate(zip(both, self.q[i].int().tolist(), strict=True)):
            for new in {old - 1, old + 1, 0} - {old}:
                loss = slope * (new - old) + bend * (new - old) ** 2 / 2
                # A new coefficient takes at least two bits: to know that spares most counting.
                if (old or loss < -2 * self.price) and loss + self._cost(i, k, new) < 0:
                    moves.append((k, new))
        return moves

    def _losses(self, d: torch.Tensor, w: torch.Tensor, wanted: torch.Tensor) -> torch.Tensor:
        """The mean over the images of (1), (moves,), for d (moves, n) and w_y of each, (n,)."""
        seen = d.any(0)  # the other images add nothing
        part, p, grown = d[:, seen], self.p[:, seen], 0.0
        for c in w.nonzero().ravel():
            grown = grown + torch.expm1(part * w[c]).mul_(p[c])
        return (grown.log1p_() - part * wanted[seen]).sum(1) / d.shape[1]

    def block(self, i: int, x, squares, scale: float, w: torch.Tensor, z=None) -> None:
        """Choose anew the coefficients of block i, which multiply the inputs' x, (64, n).

        Args:
            squares: of x.
            scale: of the block's part.
            w: by how much what the row hands on moves the logits, (10,).
            z: the hidden unit's pre-activation, (n,), kept up to date; None in the last layer.
        """
        q, active = self.q[i], 1 if z is None else z > 0
        wanted = product(w[None], self.truth)[0]  # (n,): w_y in the module's text
        moves = self._promising(i, x, squares, self.steps * scale, w, wanted, active)
        first, so_far, taken = diffjpeg.samples(q, self.steps), 0.0, None
        while moves:
            tried, (at, values) = q.repeat(len(moves), 1), zip(*moves, strict=True)
            tried[range(len(moves)), at] = torch.tensor(values).float()
            change = product((diffjpeg.samples(tried, self.steps) - first) * scale, _DCT.T)
            moved = product(change, x)
            d = moved if z is None else (z + moved).relu_() - z.relu()
            losses = self._losses(d, w, wanted)
            gains = so_far - losses - torch.tensor([self._cost(i, *move) for move in moves])
            best = int(gains.argmax())
            if gains[best] < 1e-8:  # nats; less may be rounding
                break
            k, value = moves[best]
            q[k] = self.bits.blocks[self.places[i]][PLACE[k]] = value
            so_far, taken = losses[best], (moved[best], d[best])
            moves = [m for m, gain in zip(moves, gains, strict=True) if gain > 0 and m[0] != k]
        if taken:
            z = None if z is None else z.add_(taken[0])
            self.logits += w[:, None] * taken[1]
            self.p = self.logits.softmax(0)


@torch.no_grad()
def refine(
    net: ChainPicture, price: float, x: torch.Tensor, truth: torch.Tensor, passes: int = 3
) -> None:
    """Choose the coefficients of a network with one hidden layer anew, in place; biases stay.

    Args:
        net: its ``q``, (blocks, 64), are whole numbers afterwards.
        price: nats of cross-entropy that a bit is worth, as in `recipe.CodecRecipe`.
        x: the training images, (n, 784); with few of them the choice suits these alone.
        truth: the wanted probabilities of their classes, (n, 10).
        passes: how often each coefficient is considered.
    """
    pixels = x[:, net.seen].T.contiguous()
    first, last = net.parts["0.weight"], net.parts["2.weight"]
    block_by_block = pixels[torch.searchsorted(net.seen, first.entries)]
    x = _DCT @ block_by_block.view(-1, PIXELS, len(truth))  # (blocks a tile, 64, n)
    squares = x.square()
    search, scales = _Search(net, price, truth), net.scales().tolist()
    for _ in range(passes):
        W1, b1, W2, b2 = net.matrices().values()
        z = product(W1, pixels).add_(b1.T)  # (units, n)
        search.start(product(W2, z.relu()).add_(b2.T))
        for i in range(first.blocks):
            unit, place = divmod(i, len(x))
            search.block(i, x[place], squares[place], scales[0], W2[:, unit], z[unit])
        hidden = torch.zeros(len(last.entries), len(truth))
        hidden[last.pixels] = z.relu()
        h = _DCT @ hidden.view(-1, PIXELS, len(truth))
        for i in range(last.blocks):
            row, place = divmod(i, len(h))
            along = torch.eye(10)[row]
            search.block(last.first + i, h[place], h[place].square(), scales[2], along)
        net.q.copy_(search.q)
