"""The naive ways: what one writes first, and what the report's own ways are compared with."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import nn
from torch.utils.data import DataLoader
from torchvision.datasets import MNIST
from torchvision.transforms import ToTensor

from jpegnet.data import mnist
from jpegnet.nets import mlp
from jpegnet.nets.network import Network
from jpegnet.picture import tiles


def dataset(folder: Path, train: bool) -> MNIST:
    """MNIST as torchvision reads it, one image at a time; its files are laid in a folder."""
    raw = folder / "MNIST" / "raw"
    raw.mkdir(parents=True, exist_ok=True)
    for name in mnist.CONTENT_MD5:
        if not (raw / name).exists():
            (raw / name).write_bytes(mnist.read_original(name))
    return MNIST(folder, train, transform=ToTensor())


def model(widths: tuple[int, ...] = (784, 512, 10)) -> nn.Sequential:
    """A network of one hidden layer in torch's own modules, as the article has it."""
    inputs, hidden, outputs = widths
    layers = nn.Linear(inputs, hidden), nn.ReLU(), nn.Linear(hidden, outputs)
    return nn.Sequential(nn.Flatten(), *layers)


def quality(network: Network, level: int, folder: Path, test: MNIST) -> tuple[list[bytes], float]:
    """One quality of the sweep: a file a tile, written and read by Pillow; then all test images.

    Returns:
        The files' bytes, and the accuracy of the network that is read from them, per cent.
    """
    (weight, bias), (following, following_bias) = mlp.layers(network)
    rows = weight.numpy()
    peaks = [np.float16(np.abs(row).max()).astype(np.float32) for row in rows]
    files = [folder / f"{unit:03}.jpg" for unit in range(len(weight))]
    for row, peak, file in zip(rows, peaks, files, strict=True):
        grey = tiles.to_grey(row.reshape(tiles.SIDE, tiles.SIDE), peak)
        Image.fromarray(grey).save(file, quality=level)
    read = []
    for peak, file in zip(peaks, files, strict=True):
        with Image.open(file) as picture:
            read.append(tiles.from_grey(np.asarray(picture), peak).ravel())
    rest = [tensor.half().float() for tensor in (bias, following, following_bias)]
    network = model((weight.shape[1], *following.T.shape))
    tensors = [torch.from_numpy(np.stack(read)), *rest]
    network.load_state_dict(dict(zip(network.state_dict(), tensors, strict=True)))
    return [file.read_bytes() for file in files], _accuracy(network, test)


def _accuracy(network: nn.Module, test: MNIST) -> float:
    right = 0
    with torch.no_grad():
        for images, labels in DataLoader(test, batch_size=64):
            right += (network(images).argmax(1) == labels).sum().item()
    return 100 * right / len(test)


class Training:
    """The naive training loop: a `DataLoader` that shuffles, plain Adam, the loss of each step."""

    def __init__(self, train: MNIST, batch: int):
        self.network = model()
        self.optimizer = torch.optim.Adam(self.network.parameters())
        self.batches = _again_and_again(DataLoader(train, batch_size=batch, shuffle=True))

    def steps(self, count: int) -> float:
        """Some steps more; returns their mean loss."""
        losses = []
        for _ in range(count):
            images, labels = next(self.batches)
            loss = nn.functional.cross_entropy(self.network(images), labels)
            self.optimizer.zero_grad()
            loss.backward()
            self.optimizer.step()
            losses.append(loss.item())
        return float(np.mean(losses))


def _again_and_again(loader: DataLoader) -> Iterator:
    while True:
        yield from loader
