"""Cells of gated units over all steps of sequences, with their gradients by hand.

Autograd takes four times as long: it keeps, and adds up, a dozen arrays a step. The formulas stand
in `recurrent`. Sequences are (steps, inputs, n), so that a step's numbers of all n lie side by
side. Of both kinds of numbers that a gate weighs, those of the inputs are known beforehand, so all
steps' are weighed by one product; what is not a product is computed for all steps at once, too,
where it can be.
"""

import torch

from jpegnet.kept.compute import product


def _weighed(weight: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    """The products of all steps' inputs, (steps, rows, n), for weights (rows, inputs)."""
    steps, inputs, n = x.shape
    flat = x.transpose(0, 1).reshape(inputs, steps * n)
    return product(weight, flat).view(-1, steps, n).transpose(0, 1).contiguous()


def _by_weight(errors: torch.Tensor, seen: torch.Tensor) -> torch.Tensor:
    """The sum over all steps and n of errors (steps, rows, n) times what was seen: (rows, …)."""
    errors, seen = (t.transpose(0, 1).flatten(1) for t in (errors, seen))
    return product(errors, seen.T)


def _states(x: torch.Tensor, units: int) -> torch.Tensor:
    """Room for the state before each step and after the last, (steps + 1, units, n)."""
    states = x.new_empty(len(x) + 1, units, x.shape[2])
    states[0] = 0
    return states


def _as_tanh(half: torch.Tensor, out: torch.Tensor) -> torch.Tensor:
    """tanh(x) = 2 sigmoid(2 x) - 1 of ``half`` = 2 x: `torch.tanh` is MKL's, see `numerics`."""
    return torch.sigmoid(half, out=out).mul_(2).sub_(1)


class Gru(torch.autograd.Function):
    """The last state, (units, n), of sequences (steps, inputs, n), and its gradients."""

    @staticmethod
    def steps(weight, bias, x):
        """States before each step and after the last; r and z; c; r h. All are (steps, …, n)."""
        units, inputs = len(weight) // 3, x.shape[1]
        known = _weighed(weight[:, :inputs], x).add_(bias)
        own, reset = weight[: 2 * units, inputs:], 2 * weight[2 * units :, inputs:]
        known[:, 2 * units :] *= 2
        states, gates = _states(x, units), torch.empty_like(known[:, : 2 * units])
        candidates, seen = torch.empty_like(states[1:]), torch.empty_like(states[1:])
        h = states[0]
        for now, gate, c, rh, following in zip(
            known, gates, candidates, seen, states[1:], strict=True
        ):
            torch.sigmoid(product(own, h).add_(now[: 2 * units]), out=gate)
            torch.mul(gate[:units], h, out=rh)
            _as_tanh(product(reset, rh).add_(now[2 * units :]), out=c)
            h = torch.lerp(c, h, gate[units:], out=following)
        return states, gates, candidates, seen

    @staticmethod
    def forward(ctx, weight, bias, x):
        kept = Gru.steps(weight, bias, x)
        ctx.save_for_backward(weight, x, *kept)
        return kept[0][-1].clone()

    @staticmethod
    def backward(ctx, by_h):
        weight, x, states, gates, candidates, seen = ctx.saved_tensors
        units, before = len(by_h), states[:-1]
        through = weight[:, x.shape[1] :].T.contiguous()
        own, reset = through[:, : 2 * units].contiguous(), through[:, 2 * units :].contiguous()
        r, z = gates.split(units, 1)
        errors = gates.new_empty(len(x), 3 * units, by_h.shape[1])
        # What the errors of h, of h and of r h are multiplied by.
        by_c = (1 - z) * (1 - candidates.square())
        by_z, by_r = (before - candidates) * z * (1 - z), before * r * (1 - r)
        slopes = zip(errors, r, z, by_r, by_z, by_c, strict=True)
        for error, r_, z_, by_r_, by_z_, by_c_ in reversed(list(slopes)):
            torch.mul(by_h, by_z_, out=error[units : 2 * units])
            torch.mul(by_h, by_c_, out=error[2 * units :])
            by_rh = product(reset, error[2 * units :])
            torch.mul(by_rh, by_r_, out=error[:units])
            by_h = (by_h * z_).addcmul_(by_rh, r_).add_(product(own, error[: 2 * units]))
        by_own = _by_weight(errors[:, : 2 * units], before)
        by_weight = torch.cat([by_own, _by_weight(errors[:, 2 * units :], seen)])
        return torch.cat([_by_weight(errors, x), by_weight], 1), errors.sum((0, 2))[:, None], None


class FastGrnn(torch.autograd.Function):
    """As `Gru`, of the other cell."""

    @staticmethod
    def steps(weight, bias, x):
        """States before each step and after the last; z; c. All are (steps, …, n)."""
        units, inputs = len(weight), x.shape[1]
        known, own = _weighed(weight[:, :inputs], x), weight[:, inputs:]
        states, gates = _states(x, units), torch.empty_like(known)
        candidates, (for_z, for_c) = torch.empty_like(known), bias.split(units)
        h = states[0]
        for now, z, c, following in zip(known, gates, candidates, states[1:], strict=True):
            both = product(own, h).add_(now)
            torch.sigmoid(both + for_z, out=z)
            _as_tanh(both.add_(for_c).mul_(2), out=c)
            h = torch.lerp(c, h, z, out=following)
        return states, gates, candidates

    @staticmethod
    def forward(ctx, weight, bias, x):
        kept = FastGrnn.steps(weight, bias, x)
        ctx.save_for_backward(weight, x, *kept)
        return kept[0][-1].clone()

    @staticmethod
    def backward(ctx, by_h):
        weight, x, states, z, candidates = ctx.saved_tensors
        own, before = weight[:, x.shape[1] :].T.contiguous(), states[:-1]
        by_c = (1 - z) * (1 - candidates.square())
        by_z = (before - candidates) * z * (1 - z)
        both, errors = by_c + by_z, torch.empty_like(z)
        by_states = torch.empty_like(z)
        for i in range(len(x) - 1, -1, -1):
            by_states[i] = by_h
            torch.mul(by_h, both[i], out=errors[i])
            by_h = (by_h * z[i]).add_(product(own, errors[i]))
        by_bias = torch.cat([(by_states * slope).sum((0, 2)) for slope in (by_z, by_c)])
        by_weight = torch.cat([_by_weight(errors, x), _by_weight(errors, before)], 1)
        return by_weight, by_bias[:, None], None


CELLS = {"gru": Gru, "fastgrnn": FastGrnn}
