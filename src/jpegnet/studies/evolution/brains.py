"""The networks of all robots at once."""

import numpy as np

from jpegnet.studies.evolution.genes import Genes


class Brains:
    """Networks of one shape, one a robot: robots are the last dimension of each array."""

    def __init__(self, robots: int, genes: Genes, dtype):
        self.genes = genes
        weights = np.zeros((1, genes.weights), dtype)
        self.layers = [
            np.zeros((*layer.shape[1:], robots), dtype) for layer in genes.split(weights)
        ]

    def set(self, robots: np.ndarray, genes: np.ndarray) -> None:
        """Give these robots the networks of these genes, (robots, genes)."""
        for mine, layer in zip(self.layers, self.genes.split(self.genes.made(genes)), strict=True):
            mine[..., robots] = layer.transpose(*range(1, layer.ndim), 0)

    def decide(self, view: np.ndarray) -> np.ndarray:
        """Speed (0 to 1) and turn (-1, to the right, to 1), of each robot, for its view.

        Args:
            view: (robots, 24).

        Returns:
            (2, robots).
        """
        first, bias, second, last = self.layers
        hidden = np.einsum("hir,ir->hr", first, np.ascontiguousarray(view.T)) + bias
        scores = np.einsum("ohr,hr->or", second, np.maximum(hidden, 0)) + last
        decided = np.tanh(scores)
        decided[0] = (1 + decided[0]) / 2
        return decided
