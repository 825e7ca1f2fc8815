"""What networks read of distorted images, and which images they read wrongly."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np
import pandas as pd
import torch
from torch.nn import functional

from jpegnet.data.distorted import DISTORTIONS, distorted
from jpegnet.data.labelled import Dataset, Labelled
from jpegnet.kept.artifacts import stage
from jpegnet.kept.parallel import each
from jpegnet.methods.posttraining import RECOMMENDED, PostTraining
from jpegnet.nets.evaluation import Evaluator, evaluator
from jpegnet.nets.network import Architecture, Network
from jpegnet.nets.train import Recipe, trained
from jpegnet.picture import file as picture
from jpegnet.studies.summaries import summarise

_QUALITY = 75
UNDISTORTED = next(iter(DISTORTIONS))


@dataclass(frozen=True, eq=False)
class Reader:
    """A network with what a table says of it.

    ``kind``: what it has in common with those of other seeds; ``bytes``: of its file.
    """

    kind: str
    seed: int
    bytes: int
    network: Network


def before_and_after(recipe: Recipe, seeds: int, data: Dataset) -> list[Reader]:
    """Trained networks, float32, and each as one JPEG after training, as page 04 recommends it."""
    method, found = PostTraining(RECOMMENDED, data.train, _QUALITY), []
    for seed in range(seeds):
        network = trained(recipe, seed, data)
        file, name = method.encode(network), network.architecture.name
        found.append(Reader(f"{name}, JPEG after training", seed, len(file), method.decode(file)))
    return float32(recipe, seeds, data) + found


def float32(recipe: Recipe, seeds: int, data: Dataset) -> list[Reader]:
    """Trained networks as they are."""
    networks = [trained(recipe, seed, data) for seed in range(seeds)]
    return [
        Reader(f"{net.architecture.name}, float32", seed, 4 * net.parameters, net)
        for seed, net in enumerate(networks)
    ]


def carried(kind: str, rows: pd.DataFrame) -> list[Reader]:
    """Published networks, as `headlines.measured` has them, as readers of one kind."""
    return [
        Reader(kind, row.seed, row.bytes, picture.decode(row.picture)) for row in rows.itertuples()
    ]


@dataclass(frozen=True, eq=False)
class Weights:
    """A network's tensors, as arrays by name: these travel to other processes, and have a key."""

    arrays: dict[str, np.ndarray]

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the arrays with their names and shapes."""
        whole = hashlib.sha256()
        for name, array in self.arrays.items():
            whole.update(repr((name, array.shape)).encode())
            whole.update(np.ascontiguousarray(array))
        return whole.hexdigest()


@stage
def distorted_run(architecture: Architecture, weights: Weights, images: Labelled) -> dict:
    """One network on each of the `DISTORTIONS` of images.

    Returns:
        ``accuracy.csv``: a row a distortion: distortion, test_accuracy (per cent).
    """
    tensors = {name: torch.from_numpy(array) for name, array in weights.arrays.items()}
    network = Network(architecture, tensors)
    rows = [(name, Evaluator(distorted(images, name)).accuracy(network)) for name in DISTORTIONS]
    return {"accuracy.csv": pd.DataFrame(rows, columns=["distortion", "test_accuracy"])}


def _read(images: Labelled, job: tuple[Architecture, Weights]) -> pd.DataFrame:
    return distorted_run(*job, images)["accuracy.csv"]


def accuracies(readers: Sequence[Reader], images: Labelled) -> pd.DataFrame:
    """Each network on each of the `DISTORTIONS` of images, several networks at once.

    Columns: network (its kind), bytes, seed, distortion, test_accuracy (per cent), and test_loss
    (points less than the same network reads of the images as they are).
    """
    jobs = [
        (net.architecture, Weights({name: t.cpu().numpy() for name, t in net.tensors.items()}))
        for net in (reader.network for reader in readers)
    ]
    parts = []
    tables = each(partial(_read, images), jobs, "distortions")
    for reader, table in zip(readers, tables, strict=True):
        at_first = table.set_index("distortion")["test_accuracy"][UNDISTORTED]
        table = table.assign(test_loss=at_first - table["test_accuracy"])
        named = {"network": reader.kind, "bytes": reader.bytes, "seed": reader.seed}
        for place, (column, value) in enumerate(named.items()):
            table.insert(place, column, value)
        parts.append(table)
    return pd.concat(parts, ignore_index=True)


def means(table: pd.DataFrame) -> pd.DataFrame:
    """`accuracies` over seeds: a row a network and distortion, in their order, see `summarise`.

    Raises:
        ValueError: a network has one seed, or two rows of one.
    """
    by = ["network", "distortion"]
    return table[by].drop_duplicates().merge(summarise(table, by), on=by)


def mistakes(networks: Sequence[Network], images: Labelled, count: int) -> pd.DataFrame:
    """Images that some of the networks read wrongly, those first that most of them do.

    Of as many networks, the surer mistakes come first. Columns: index (which image), label;
    networks (how many read it wrongly); read (the wrong digit that they find likeliest) and
    probability (which they give it), by the mean of their answers.

    Args:
        count: how many images, at most.
    """
    labels = images.labels[:, None]
    answers = [functional.softmax(evaluator(images).logits(net), 1) for net in networks]
    wrong = sum(answer.argmax(1) != images.labels for answer in answers)
    others = torch.stack(answers).mean(0).scatter(1, labels, -1)  # no label is a wrong digit
    probability, read = others.max(1)
    columns = {"label": images.labels, "networks": wrong, "read": read, "probability": probability}
    table = pd.DataFrame({name: values.numpy() for name, values in columns.items()})
    table = table.rename_axis("index").reset_index()
    order = ["networks", "probability"]
    return table[table["networks"] > 0].sort_values(order, ascending=False).head(count)
