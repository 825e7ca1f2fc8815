"""The points of the chart of training through the codec: means over seeds, and a file of each."""

import pandas as pd

from jpegnet.studies.summaries import summarise

MEANS = ["bytes", "val_accuracy", "test_accuracy", "test_accuracy_low", "test_accuracy_high"]


def settings(table: pd.DataFrame, kinds: pd.Series, files: str) -> pd.DataFrame:
    """A row a price: the means over its seeds, by bytes, and the file of the first one.

    Args:
        table: networks, columns price, seed, bytes, val_accuracy, test_accuracy and ``files``.
        kinds: of each of these rows, what kind of point it is; where those of a price differ, the
            last one by name marks it.
        files: the column that holds the pictures, in bytes.

    Returns:
        columns kind, price, those of `MEANS`, and file.
    """
    found = summarise(table, ["price"]).sort_values("bytes", ignore_index=True)
    first = table[table["seed"] == 0].set_index("price")[files]
    kind = found["price"].map(kinds.groupby(table["price"]).max())
    return found[["price", *MEANS]].assign(file=found["price"].map(first)).assign(kind=kind)


def single(kind: str, means: pd.Series, file: bytes) -> pd.DataFrame:
    """A row of `settings` for what has no price: of a summary, with a picture, empty if none."""
    row = means.reindex(MEANS).to_frame().T.astype(float)
    return row.assign(kind=kind, price=float("nan"), file=file)
