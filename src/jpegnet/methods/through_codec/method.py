"""Training through the codec as a method."""

from dataclasses import dataclass

from jpegnet.data.labelled import Labelled
from jpegnet.methods.method import changed
from jpegnet.methods.through_codec.recipe import CodecRecipe
from jpegnet.methods.through_codec.training import codec_run
from jpegnet.nets.network import Network
from jpegnet.picture import file as picture


@dataclass(frozen=True)
class ThroughCodec:
    """A network trained as a picture, on the images ``inputs``, in place of a given one.

    Nothing of the given network is used; it is only what a `Judge` compares the other with.
    """

    recipe: CodecRecipe
    seed: int
    inputs: Labelled
    name = "through-codec"

    @property
    def settings(self) -> dict[str, str | float]:
        """See `Method`; start: hidden units at the beginning; changed: what else is unusual."""
        *hidden, _ = [s[0] for s in self.recipe.architecture.shapes.values() if len(s) > 1]
        start = "-".join(map(str, hidden))
        shown = {"start": start, "price": self.recipe.price, "epochs": self.recipe.epochs}
        return {**shown, "changed": changed(self.recipe, ("architecture", "price", "epochs"))}

    def encode(self, network: Network) -> bytes:
        """See `Method` and `codec_run`."""
        return codec_run(self.recipe, self.seed, self.inputs)["network.jpg"]

    def decode(self, data: bytes) -> Network:
        """See `Method`."""
        return picture.decode(data)

    def parts(self, data: bytes) -> dict[str, int]:
        """See `Method`."""
        return {}
