"""What the page on training reports of its runs."""

import numpy as np
import pandas as pd
import torch

from jpegnet.kept.estimates import mean_ci


def runs_table(groups: dict[str, list[dict]]) -> pd.DataFrame:
    """Accuracies of `train.train_runs`, a row a seed, then means and 95 % intervals, as shown."""
    count = len(next(iter(groups.values())))
    table = pd.DataFrame({"seed": [*map(str, range(count)), "mean"]})
    for name, runs in groups.items():
        for column, title in (("val_accuracy", "validation"), ("test_accuracy", "test")):
            values = [run["result.json"][column] for run in runs]
            table[f"{name}, {title}"] = [f"{v:.2f}" for v in values] + [f"{mean_ci(values):.2f}"]
    return table


def confusion(logits: torch.Tensor, labels: torch.Tensor) -> np.ndarray:
    """Counts, int64 (10, 10): row the true digit, column the digit that was read."""
    pairs = 10 * labels.numpy() + logits.argmax(1).numpy()
    return np.bincount(pairs, minlength=100).reshape(10, 10)
