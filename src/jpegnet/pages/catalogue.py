"""The catalogue: every network that a page made a picture of, in one table, ``networks.csv``."""

import json

import pandas as pd

from jpegnet.pages import notebooks, results

THIS_RUN = "this run"
COLUMNS = [
    *("file", "method", "architecture", "seed", "setting"),
    *("bytes", "val_accuracy", "test_accuracy", "trained"),
]


def record(notebook: str, rows: pd.DataFrame, pictures: dict[str, bytes]) -> None:
    """Make pictures public, and hand on what the catalogue says of them.

    Args:
        notebook: name of the one that this is called in.
        rows: a row a picture, with the columns ``COLUMNS``.
        pictures: the files by name, as the rows have it.
    """
    name = f"networks/{notebook}.json"
    # The key tells later whether the notebook is still the one that made these.
    kept = {"key": notebooks.key(notebook), "rows": rows[COLUMNS].to_dict("records")}
    results.publish_all(pictures)
    results.keep(name, kept)
    text = f"{len(rows)} networks for the table of them all"
    link = f'<a href="93_networks.html">{text}</a>'
    results.show_html(f'<p class="download">{link}</p>', text, name)


def collected() -> pd.DataFrame:
    """What the notebooks recorded, in their order, without what older states of them recorded."""
    found = []
    for notebook in notebooks.names():
        path = results.results_dir() / "networks" / f"{notebook}.json"
        if path.exists():
            kept = json.loads(path.read_text("utf-8"))
            found += kept["rows"] if kept["key"] == notebooks.key(notebook) else []
    return pd.DataFrame(found, columns=COLUMNS)
