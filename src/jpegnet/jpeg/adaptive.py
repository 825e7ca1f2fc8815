"""The probabilities that an entropy coder asks for, learned from what was coded before."""

import math

# What a context weighs at first; how fast weights are learned; the bound of log-odds.
_WEIGHT, _RATE, _SURE = 0.2, 0.006, 12
# An average over n decisions takes in the next with weight 1 / (n + _FIRST), n up to _MEMORY.
_FIRST, _MEMORY, _LEAST = 1.5, 255, 1e-4


class Mixture:
    """Adaptive probabilities of yes-or-no decisions, mixed as logistic regression mixes them.

    Each decision is seen in several contexts. In each, a count-like average tells how often it
    was yes; the logarithms of the odds are added up with weights that are learned decision by
    decision (Mahoney, Adaptive weighing of context models, 2005). A context that was never met
    begins with the average of the coarsest one, which is the first.
    """

    def __init__(self):
        self.seen: dict[tuple, list[float]] = {}  # (what, which context, its value): odds, times
        self.weights: dict[str, list[float]] = {}

    def probability(self, what: str, contexts: tuple, start: float) -> float:
        """Of yes; ``start`` is that of a decision never met."""
        self.met = [self.seen.get((what, i, c)) for i, c in enumerate(contexts)]
        for i, c in enumerate(contexts):
            if self.met[i] is None:
                first = self.met[0][0] if i else start
                self.met[i] = self.seen[what, i, c] = [first, 0]
        self.odds = [math.log(p / (1 - p)) for p, _ in self.met]
        self.mixed = self.weights.setdefault(what, [_WEIGHT] * len(contexts))
        total = sum(w * x for w, x in zip(self.mixed, self.odds, strict=True))
        self.p = 1 / (1 + math.exp(-min(max(total, -_SURE), _SURE)))
        return self.p

    def learn(self, yes: bool) -> None:
        """What the decision was whose probability was asked last."""
        error = yes - self.p
        for i, x in enumerate(self.odds):
            self.mixed[i] += _RATE * error * x
        for met in self.met:
            met[0] += (yes - met[0]) / (met[1] + _FIRST)
            met[0] = min(max(met[0], _LEAST), 1 - _LEAST)
            met[1] = min(met[1] + 1, _MEMORY)
