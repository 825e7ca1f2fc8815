"""The table that says which aims the published networks reach."""

import pandas as pd

from jpegnet.pages import figures

_NAMES = {"lower_end": "lower end", "test_accuracy": "test", "val_accuracy": "validation"}
_FORMATS = {
    "kind": "{}",
    "aim": "{:.2f}",
    "reached": "{}",
    "lower end": "{:.3f}",
    "test": "{:.2f}",
    "price": "{:.3g}",
    "validation": "{:.2f}",
}


def show(table: pd.DataFrame, networks: str = "networks") -> None:
    """Show a table of `through_codec.verdicts`, which may have a column ``kind``, too.

    Args:
        networks: what they are, for the caption.
    """
    table = table.rename(columns=_NAMES)
    caption = (
        f"The best published {networks} within a budget of bytes: the aim, and whether the lower "
        "end of the 95 % interval of the test accuracy reaches it, or by how many points it does "
        "not; that end, and the mean over the seeds (%); bytes; price in micronats a bit; accuracy "
        "on validation (%)."
    )
    figures.table(table, dict.fromkeys(table, "{:,.0f}") | _FORMATS, caption)
