"""Tables that lie in the repository, in ``book/published/``: what no run has the time to make.

Whoever reads one imports this, by which a notebook's key knows that it uses what lies there.
"""

from pathlib import Path

import pandas as pd


def table(path: Path, columns: list[str]) -> pd.DataFrame:
    """These columns of a table.

    Raises:
        ValueError: it cannot be read, or lacks one; the message says how to mend it.
    """
    try:
        return pd.read_csv(path)[columns]
    except (OSError, KeyError, ValueError) as error:
        told = f"{type(error).__name__}: {error}"
        raise ValueError(
            f"book/published/{path.name} cannot be read ({told}); restore it with: "
            f"git checkout -- book/published/{path.name}"
        ) from error
