"""Networks that the repository carries: dear to train, and cheap for every run to measure anew.

``book/published/`` holds the files of those that the ``full`` profile trains for the book's
headlines, and ``networks.csv``, their table. `publish` trains what is missing in it; every run of
the book decodes the files and measures them, and says which of its numbers are theirs.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import pandas as pd

from jpegnet.data.labelled import Dataset
from jpegnet.kept import files, paths
from jpegnet.kept.parallel import each
from jpegnet.methods.method import changed
from jpegnet.methods.through_codec.cut import CutRecipe, cut_run
from jpegnet.methods.through_codec.recipe import CodecRecipe
from jpegnet.methods.through_codec.training import codec_run
from jpegnet.nets.evaluation import evaluator
from jpegnet.picture import file as picture
from jpegnet.studies import carried

COLUMNS = [
    *("file", "method", "architecture", "seed", "setting", "bytes", "val_accuracy"),
    *("seconds", "key", "sha256"),
]
PRESENT, EARLIER = "published", "published, earlier code"
_RESTORE = "`git checkout -- book/published` restores it, `make publish` trains what is missing"


@dataclass(frozen=True)
class Headline:
    """A network that the repository is to carry: how it is trained."""

    recipe: CodecRecipe
    seed: int

    @property
    def file(self) -> str:
        """Name of its file, by what it begins as."""
        price = f"{1e6 * self.recipe.price:g}"
        begins = f"{_run(self.recipe)[1]}{self.recipe.architecture.name}"
        return f"{begins}-price{price}-seed{self.seed}.jpg"

    @property
    def setting(self) -> str:
        """All that is unusual about its recipe, in words."""
        told = [f"price {1e6 * self.recipe.price:g}", f"{self.recipe.epochs} epochs"]
        return ", ".join([*told, changed(self.recipe, ("architecture", "price", "epochs"))])

    def key(self, data: Dataset) -> str:
        """The key of its training by the present code."""
        return _run(self.recipe)[0].key(self.recipe, self.seed, data.train)


def _run(recipe: CodecRecipe) -> tuple[Callable[..., dict], str]:
    """The stage that trains by a recipe, and what its files' names begin with."""
    if isinstance(recipe, CutRecipe):
        return cut_run, f"cut-by-{recipe.by}-"
    return codec_run, ""


def of_each(recipes: Sequence[tuple[CodecRecipe, int]]) -> list[Headline]:
    """So many seeds of each recipe, from 0 on."""
    return [Headline(recipe, seed) for recipe, seeds in recipes for seed in range(seeds)]


def _sha256(found: bytes) -> str:
    return hashlib.sha256(found).hexdigest()


def _trained(data: Dataset, headline: Headline) -> dict:
    """Train one: its row of the table, and the file's bytes as ``picture``."""
    job = headline.recipe, headline.seed, data.train
    run, _ = _run(headline.recipe)
    found = run(*job)["network.jpg"]
    network = picture.decode(found)
    return {
        "file": headline.file,
        "method": "through-codec",
        "architecture": network.architecture.name,
        "seed": headline.seed,
        "setting": headline.setting,
        "bytes": len(found),
        "val_accuracy": evaluator(data.validation).accuracy(network),
        "seconds": round(run.seconds(*job)),
        "key": headline.key(data),
        "sha256": _sha256(found),
        "picture": found,
    }


def _table() -> pd.DataFrame:
    path = paths.PUBLISHED / "networks.csv"
    return carried.table(path, COLUMNS) if path.exists() else pd.DataFrame(columns=COLUMNS)


def _file(name: str, digest: str) -> bytes:
    path = paths.PUBLISHED / name
    if not path.is_file():
        raise ValueError(f"book/published/{name}, which its table lists, is missing: {_RESTORE}")
    found = path.read_bytes()
    if _sha256(found) != digest:
        raise ValueError(f"book/published/{name} is not the file that its table tells: {_RESTORE}")
    return found


def pictures() -> dict[str, tuple[str, bytes]]:
    """SHA-256 and bytes of each file that the table lists, by name.

    Raises:
        ValueError: as `measured` does.
    """
    return {row.file: (row.sha256, _file(row.file, row.sha256)) for row in _table().itertuples()}


def _kept() -> pd.DataFrame:
    """The rows of the table whose files are there."""
    table = _table()
    return table[table["file"].isin({path.name for path in paths.PUBLISHED.glob("*.jpg")})]


def missing(headlines: Sequence[Headline]) -> list[Headline]:
    """Those that the table or the folder lacks."""
    there = set(_kept()["file"])
    return [headline for headline in headlines if headline.file not in there]


def publish(headlines: Sequence[Headline], data: Dataset) -> int:
    """Train those that the table or the folder lacks, and add them; returns how many.

    A file that is there stays as it is, whatever the code has become since: to have it trained
    anew, remove it. Each is kept when it is trained, so that an interrupted run goes on.
    """
    kept = _kept()
    rows = each(partial(_trained, data), missing(headlines), "published networks")
    for row in rows:
        with files.replacing(paths.PUBLISHED / row["file"]) as temporary:
            temporary.write_bytes(row["picture"])
    if rows:
        whole = pd.concat([kept, pd.DataFrame(rows)[COLUMNS]]).sort_values("file")
        with files.replacing(paths.PUBLISHED / "networks.csv") as temporary:
            whole.to_csv(temporary, index=False, float_format="%.6g")
    return len(rows)


def measured(headlines: Sequence[Headline], data: Dataset) -> pd.DataFrame:
    """The published ones of these networks, each decoded and measured anew, a row each.

    Columns: price, those of ``COLUMNS``, test_accuracy (per cent), trained (`PRESENT`, or `EARLIER`
    if its key is not that of the present code), picture (bytes).

    Raises:
        ValueError: the table cannot be read, or a file of it is missing or another one.
    """
    table = _table().set_index("file", drop=False)
    found = []
    for headline in headlines:
        if headline.file not in table.index:
            continue
        row = table.loc[headline.file]
        image = _file(headline.file, row["sha256"])
        network = picture.decode(image)
        told = {"price": headline.recipe.price} | row.to_dict()
        told["val_accuracy"] = evaluator(data.validation).accuracy(network)
        told["test_accuracy"] = evaluator(data.test).accuracy(network)
        told["trained"] = PRESENT if row["key"] == headline.key(data) else EARLIER
        found.append(told | {"picture": image})
    columns = ["price", *COLUMNS, "test_accuracy", "trained", "picture"]
    return pd.DataFrame(found, columns=columns)


def rows(table: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, bytes]]:
    """Rows of `measured` as rows of the public ``networks.csv``, and their files by name."""
    names = [f"networks/published-{name}" for name in table["file"]]
    setting = [f"price {1e6 * price:g}" for price in table["price"]]
    public = table.assign(file=names, setting=setting, trained=PRESENT)
    return public, dict(zip(names, table["picture"], strict=True))
