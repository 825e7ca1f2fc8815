"""LeNet-5, as it is trained today: ReLU, and the largest of each 2 × 2 places."""

from dataclasses import dataclass

from torch import nn

from jpegnet.nets.modular import Modular


@dataclass(frozen=True)
class LeNet5(Modular):
    """Two layers of 5 × 5 filters and three linear ones (LeCun et al. 1998); 61,706 weights."""

    name = "LeNet-5"

    def build(self) -> nn.Module:
        """See `Modular`."""
        return nn.Sequential(
            nn.Unflatten(1, (1, 28)),
            *(nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2)),
            *(nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2)),
            *(nn.Flatten(), nn.Linear(400, 120), nn.ReLU()),
            *(nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10)),
        )
