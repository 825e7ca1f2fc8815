"""A trained network's whole coefficients, chosen anew by what each costs and is worth.

Training prices coefficients by an estimate and rounds each by itself. Here, one by one, they move
by one or to zero where that lowers cross-entropy + price · bits, as a baseline file spends them.
"""

import numpy as np
import torch

from jpegnet import data, diffjpeg
from jpegnet.dct import block_dct_matrix
from jpegnet.entropy import ZIGZAG
from jpegnet.picturenet import PictureNetwork
from jpegnet.tiles import SIDE

_DCT = torch.from_numpy(block_dct_matrix()).float()
_PIXELS = len(_DCT)
_PLACE = np.argsort(ZIGZAG).tolist()  # where each coefficient stands in a file's order
_DC, _RUN, _DECLARED = 256, 0xF0, 8  # after all AC symbols; 16 zeros; bits a new symbol takes
_SHIFTS = [SIDE * dy + dx for dy in (-1, 0, 1) for dx in (-1, 0, 1)]


class _Bits:
    """What a file spends on its blocks, lists of 64 in zigzag order, with ideal code lengths."""

    def __init__(self, blocks: list[list[int]]):
        self.blocks = blocks
        found = np.zeros(_DC + 16)
        for i in range(len(blocks)):
            np.add.at(found, self._symbols(i), 1)
        totals = np.repeat([found[:_DC].sum(), found[_DC:].sum()], [_DC, 16])  # two tables
        codes = np.log2(totals) - np.log2(np.maximum(found, 1)) + _DECLARED * (found == 0)
        self.lengths = (codes + np.arange(_DC + 16) % 16).tolist()  # code, sign and magnitude

    def _symbols(self, i: int) -> list[int]:
        """Categories and runs, T.81, F.1.2; the DC's, a difference to the last block's, first."""
        block, last = self.blocks[i], 0
        found = [_DC + (block[0] - (self.blocks[i - 1][0] if i else 0)).bit_length()]
        for place in [p for p in range(1, _PIXELS) if block[p]]:
            runs, run = divmod(place - last - 1, 16)
            found += [_RUN] * runs + [16 * run + block[place].bit_length()]
            last = place
        return found + [0] * (last < _PIXELS - 1)

    def more(self, i: int, place: int, value: int) -> float:
        """Bits that are spent in addition if one coefficient changes."""
        block, bits = self.blocks[i], []
        for new in (value, block[place]):  # which also puts it back
            block[place] = new
            following = self._symbols(i + 1)[:1] if i + 1 < len(self.blocks) else []  # its DC
            bits.append(sum(self.lengths[s] for s in self._symbols(i) + following))
        return bits[0] - bits[1]


class _Search:
    """Whole coefficients, and the logits (10, n) of n images, which follow them."""

    def __init__(self, net: PictureNetwork, price: float, labels: torch.Tensor):
        self.q, self.steps, self.price = net.q.round(), net.steps, price
        self.truth = torch.eye(10)[:, labels]  # (10, n)
        self.places = net.file_places
        file = np.zeros((net.file_blocks, _PIXELS), int)  # blank blocks have none
        file[self.places] = self.q.int().numpy()[:, ZIGZAG]
        self.bits = _Bits(file.tolist())

    def _cost(self, i: int, k: int, value: int) -> float:
        return self.price * self.bits.more(self.places[i], _PLACE[k], value)

    def _promising(self, i, x, squares, unit, w, active) -> list[tuple[int, int]]:
        """Moves of block i that pay to second order: which coefficient, its new value."""
        mean = w @ self.p  # what follows is from the loss's derivatives by the logits along w
        slope = x @ ((mean - w @ self.truth) * active) / x.shape[1] * unit
        bend = squares @ ((w.square() @ self.p - mean.square()) * active) / x.shape[1]
        both, moves = torch.stack([slope, bend * unit.square()], 1).tolist(), []
        for k, ((a, b), old) in enumerate(zip(both, self.q[i].int().tolist(), strict=True)):
            for new in {old - 1, old + 1, 0} - {old}:
                loss = a * (new - old) + b * (new - old) ** 2 / 2
                # A new coefficient takes two bits at the least; that spares most of the counting.
                if (old or loss < -2 * self.price) and loss + self._cost(i, k, new) < 0:
                    moves.append((k, new))
        return moves

    def block(self, i: int, x, squares, scale: float, w: torch.Tensor, z=None) -> None:
        """Choose block i anew, of a part of this scale, which multiplies x, (64, n).

        The logits follow the product along w, (10,); or, given its unit's pre-activation z, (n,),
        which is kept up to date, they follow relu(z).
        """
        q, n = self.q[i], x.shape[1]
        moves = self._promising(i, x, squares, self.steps * scale, w, 1 if z is None else z > 0)
        first, so_far, taken = diffjpeg.samples(q, self.steps), 0.0, None
        while moves:
            tried, (at, values) = q.repeat(len(moves), 1), zip(*moves, strict=True)
            tried[range(len(moves)), at] = torch.tensor(values).float()
            product = (diffjpeg.samples(tried, self.steps) - first) * scale @ _DCT.T @ x
            d = product if z is None else (z + product).relu_() - z.relu()
            seen = d.any(0)  # the images that are concerned
            part, p, grown = d[:, seen], self.p[:, seen], 0.0
            for c in w.nonzero().ravel():
                grown = grown + torch.expm1(part * w[c]).mul_(p[c])
            losses = (grown.log1p_().sum(1) - part @ (w @ self.truth[:, seen])) / n
            gains = so_far - losses - torch.tensor([self._cost(i, *move) for move in moves])
            best = int(gains.argmax())
            if gains[best] < 1e-8:  # nats; less may be rounding
                break
            k, value = moves[best]
            q[k] = self.bits.blocks[self.places[i]][_PLACE[k]] = value
            so_far, taken = losses[best], (product[best], d[best])
            moves = [m for m, gain in zip(moves, gains, strict=True) if gain > 0 and m[0] != k]
        if taken:
            z = None if z is None else z.add_(taken[0])
            self.logits += w[:, None] * taken[1]
            self.p = self.logits.softmax(0)


@torch.no_grad()
def refine(
    net: PictureNetwork, price: float, split: data.Split, images: int = 55_000, passes: int = 3
) -> None:
    """Choose the coefficients of a network with one hidden layer anew, in place; biases stay.

    Args:
        net: its ``q``, (blocks, 64), are whole numbers afterwards.
        price: nats of cross-entropy that a bit is worth, as in `ratetrain.Recipe`.
        split: the training images, of which the first ``images`` are used, a ninth of them moved
            by each shift of up to a pixel; with few of them the choice suits these alone.
        passes: how often each coefficient is considered.
    """
    seen, moved = split.x[:images], enumerate(net.entries[0] + move for move in _SHIFTS)
    pixels = torch.cat([seen[i::9][:, entries] for i, entries in moved]).T.contiguous()
    labels = torch.cat([split.labels[i:images:9] for i in range(9)])
    x = _DCT @ pixels.view(-1, _PIXELS, len(labels))  # (blocks a tile, 64, n)
    squares = x.square()
    search, scales = _Search(net, price, labels), net.log_scales.exp().tolist()
    for _ in range(passes):
        W1, b1, W2, b2 = net.matrices()
        z = torch.addmm(b1.T, W1, pixels)  # (units, n)
        search.logits = torch.addmm(b2.T, W2, z.relu())
        search.p = search.logits.softmax(0)
        search.bits = _Bits(search.bits.blocks)  # code lengths for what there is now
        for i in range(net.counts[0]):
            unit, place = divmod(i, len(x))
            search.block(i, x[place], squares[place], scales[0], W2[:, unit], z[unit])
        hidden = torch.zeros(len(net.entries[2]), len(labels))
        hidden[net.places[2]] = z.relu()
        h = _DCT @ hidden.view(-1, _PIXELS, len(labels))
        for i in range(net.counts[2]):
            block, (row, place) = sum(net.counts[:2]) + i, divmod(i, len(h))
            search.block(block, h[place], h[place].square(), scales[2], torch.eye(10)[row])
        net.q.copy_(search.q)
