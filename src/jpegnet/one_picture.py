"""The study of one picture: what a file costs, by its parts and by quality."""

import pandas as pd

from jpegnet import mlp, picture
from jpegnet.artifacts import stage
from jpegnet.codecs import segments
from jpegnet.compress import Choices, compress, input_moments
from jpegnet.compute import thread_map
from jpegnet.evaluation import evaluators
from jpegnet.mlp import State
from jpegnet.train import recipe, train_run, train_runs

LIMIT = 0.015  # nats: how far answers may diverge while choices are compared
TOLERANCE = 0.2  # points of accuracy on validation, to choose the quality
SEVERAL = (30, 40, 50, 60, 65, 70, 75, 80, 85, 90)  # qualities at which seed 0 is published
PUBLIC_COLUMNS = [
    *("file", "method", "architecture", "seed", "setting"),
    *("bytes", "val_accuracy", "test_accuracy"),
]


def prepare(epochs: int, seeds: int) -> None:
    """Train what is missing, and compute once what several threads will want."""
    train_runs(recipe("reference", epochs), range(seeds))
    evaluators()
    input_moments()


@stage
def curve_run(epochs: int, seed: int, choices: Choices, qualities: tuple[int, ...]) -> dict:
    """One network's picture at each quality, decoded from its bytes and evaluated.

    Returns:
        ``curve.csv``: quality, bytes, val_accuracy, test_accuracy, and the losses val_loss and
        test_loss, in points under the float32 network.
    """
    trained = train_run(recipe("reference", epochs), seed)
    state, before = trained["network.safetensors"], trained["result.json"]
    rows = []
    for quality in qualities:
        file = compress(state, quality, choices)
        decoded = picture.decode(file)
        row = {"quality": quality, "bytes": len(file)}
        for name, evaluator in zip(("val", "test"), evaluators(), strict=True):
            row[f"{name}_accuracy"] = evaluator.accuracy(decoded)
            row[f"{name}_loss"] = before[f"{name}_accuracy"] - row[f"{name}_accuracy"]
        rows.append(row)
    return {"curve.csv": pd.DataFrame(rows).round(2)}


def curves(epochs: int, seeds: int, choices: Choices, qualities: tuple[int, ...]) -> pd.DataFrame:
    """`curve_run` of each seed, with the column seed."""

    def run(seed: int) -> pd.DataFrame:
        return curve_run(epochs, seed, choices, qualities)["curve.csv"].assign(seed=seed)

    return pd.concat(thread_map(run, range(seeds), "qualities"), ignore_index=True)


def byte_parts(state: State, quality: int, choices: Choices) -> dict[str, int]:
    """Bytes of a network's picture by part; they add up to the file.

    The tiles' share of the scans is that of the same picture with all else blank.
    """
    file = compress(state, quality, choices)
    found = segments(file)
    scans = sum(segment.scan for segment in found)
    shown = picture.load(file)
    decoded = mlp.layers(picture.decode(file))
    blank = [(decoded[0][0], 0 * decoded[0][1]), *[(0 * w, 0 * b) for w, b in decoded[1:]]]
    alone = picture.encode(mlp.from_layers(blank), shown.layout, shown.table, choices.coding)
    tiles = min(scans, sum(segment.scan for segment in segments(alone)))
    sizes = {m: sum(s.end - s.start for s in found if s.marker == m) for m in (0xDB, 0xC4, 0xEA)}
    parts = {
        "first layer": tiles,
        "later layers, biases": scans - tiles,
        "quantisation table": sizes[0xDB],
        "Huffman tables": sizes[0xC4],
        "layout": sizes[0xEA],
    }
    return parts | {"other headers": len(file) - sum(parts.values())}


def network_files(
    epochs: int, choices: Choices, curve: pd.DataFrame, quality: int
) -> tuple[pd.DataFrame, dict]:
    """The files that are published: each seed's at a quality, and seed 0's at `SEVERAL`.

    Returns:
        Rows of ``networks.csv``, from rows of `curves`; and the files by name.
    """
    several = (curve["seed"] == 0) & curve["quality"].isin(SEVERAL)
    runs = curve[(curve["quality"] == quality) | several]
    files = {}
    for run in runs.itertuples():
        state = train_run(recipe("reference", epochs), run.seed)["network.safetensors"]
        name = f"networks/post-training-seed{run.seed}-q{run.quality:03}.jpg"
        file = files[name] = compress(state, run.quality, choices)
    rows = runs.assign(
        file=list(files),
        method="post-training",
        architecture="-".join(map(str, picture.load(file).layout.widths)),
        setting=[f"quality {quality}" for quality in runs["quality"]],
    )
    return rows, files
