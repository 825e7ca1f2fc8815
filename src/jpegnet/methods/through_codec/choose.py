"""Coefficients chosen anew, many at a time: for networks where one move's effect is dear to know.

As in `refine`, a move changes one coefficient by one, or to zero, and pays if it lowers

    cross-entropy + price · bits.

What all moves do to the cross-entropy is foretold by its slopes and bends in the coefficients. A
bend is the mean square of an image's slope, the diagonal of the empirical Fisher information
(Kunstner et al. 2019, arXiv:1905.12558, eq. 3). The best move of each of the most promising blocks
is made; then the network is decoded as a reader decodes it, and its file written. Moves that do not
pay together are taken back, and fewer are tried.
"""

import torch

from jpegnet.methods.through_codec.picturenet import PictureNetwork
from jpegnet.methods.through_codec.refine import PLACE, Bits

_BATCH = 256
_FIRST = 64  # blocks that are changed at once, to begin with


def _slopes(net: PictureNetwork, x: torch.Tensor, truth: torch.Tensor) -> tuple[torch.Tensor, ...]:
    """Means over the images of the slopes and bends in each coefficient, both (blocks, 64)."""
    slopes, bends = torch.zeros_like(net.q), torch.zeros_like(net.q)
    parts = list(zip(x.split(_BATCH), truth.split(_BATCH), strict=True))
    for some, wanted in parts:
        net.descend(some, wanted, grey=True, jitter=None)
        slopes += net.q.grad
        bends += len(some) * net.q.grad.square()  # of a batch's mean: that of an image, over n
    net.q.grad = net.log_scales.grad = None
    return slopes / len(parts), bends / len(parts)


@torch.no_grad()
def _loss(net: PictureNetwork, x: torch.Tensor, truth: torch.Tensor) -> float:
    logits = torch.cat([net.logits(some) for some in x.split(8 * _BATCH)])
    return net.loss(logits, truth).item()


def _moves(
    net: PictureNetwork, bits: Bits, price: float, slopes: torch.Tensor, bends: torch.Tensor
) -> list[tuple[float, int, int, int]]:
    """The best move of each block that has one: gain, block, coefficient, new value."""
    q, best = net.q.detach().int(), {}
    for step in (-1, 1):
        loss = step * slopes + bends / 2
        # A new coefficient takes at least two bits: to know that spares most counting.
        for i, k in ((q != 0) | (loss < -2 * price)).nonzero().tolist():
            old = int(q[i, k])
            for new in {old + step, 0 if old * step < 0 else old + step}:
                d = new - old
                change = float(d * slopes[i, k] + d * d * bends[i, k] / 2)
                gain = -change - price * bits.more(net.file_places[i], PLACE[k], new)
                if gain > max(0.0, best.get(i, (0.0,))[0]):
                    best[i] = (gain, i, k, new)
    return sorted(best.values(), reverse=True)


def choose(
    net: PictureNetwork, price: float, images: torch.Tensor, truth: torch.Tensor, rounds: int
) -> None:
    """Choose a network's coefficients anew, in place.

    Args:
        net: its ``q``, (blocks, 64), are whole numbers afterwards.
        price: nats of cross-entropy that a bit is worth, as in `recipe.CodecRecipe`.
        images: the training images, uint8 (n, height, width).
        truth: the wanted probabilities of their classes, (n, 10).
        rounds: how often slopes are taken and moves are made.
    """
    x = net.window(images, 0, 0).float().div_(255)
    net.q.data.round_()

    def cost() -> float:
        return _loss(net, x, truth) + price * 8 * len(net.file())

    now, many = cost(), _FIRST
    for _ in range(rounds):
        moves = _moves(net, Bits.of(net), price, *_slopes(net, x, truth))
        while many and moves:
            before = net.q.detach().clone()
            for _, i, k, value in moves[:many]:
                net.q.data[i, k] = value
            after = cost()
            if after < now:
                now, many = after, min(2 * many, len(net.q))
                break
            net.q.data.copy_(before)
            many = min(many, len(moves)) // 2
        else:  # nothing pays any more
            return
