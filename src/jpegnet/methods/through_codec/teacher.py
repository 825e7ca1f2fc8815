"""A larger network, whose answers a small one is trained to give, and images a little warped.

In many passes over the images a network of 2,000 bytes learns some of them by heart. Warped copies
of the images are harder to learn so, and so are answers that say how sure a better network is,
in place of labels that are all equally sure. Nothing of either is in the file.
"""

import torch
from torch.nn import functional

from jpegnet.data.labelled import Labelled
from jpegnet.data.warped import warped
from jpegnet.kept.artifacts import stage
from jpegnet.kept.compute import device
from jpegnet.nets import train
from jpegnet.nets.network import Architecture

_COPIES = 4
_BATCH, _RATE = 256, 3e-3


def copies(images: torch.Tensor) -> list[torch.Tensor]:
    """Warped copies of images, uint8 (n, height, width); the same ones at each call."""
    generator = torch.Generator().manual_seed(0)
    return [warped(images, generator) for _ in range(_COPIES)]


@stage
def answers(architecture: Architecture, epochs: int, data: Labelled) -> dict:
    """What a network trained on images and on their warped copies says of the images.

    Args:
        epochs: of its training; each is a pass over the images and all of their copies.

    Returns:
        ``answers.safetensors``: ``train``, the probabilities of the classes, (n, 10).
    """
    inputs = torch.cat([data.inputs, *copies(data.inputs)])
    everything = Labelled(inputs, data.labels.repeat(1 + _COPIES))
    recipe = train.Recipe(epochs, _RATE, cosine=True, batch=_BATCH, architecture=architecture)
    *_, (network, _) = train.fit(recipe, 0, everything)
    logits = network.logits(data.x.to(device())).cpu()  # no `evaluator`, which keeps its inputs
    return {"answers.safetensors": {"train": logits.softmax(1)}}


def truth(architecture: Architecture, epochs: int, data: Labelled) -> torch.Tensor:
    """The wanted probabilities of the classes, (n, 10).

    Those of a teacher of this architecture and of so many epochs; with 0 epochs those of the
    labels, which are sure.
    """
    if epochs:
        return answers(architecture, epochs, data)["answers.safetensors"]["train"]
    return functional.one_hot(data.labels, 10).float()
