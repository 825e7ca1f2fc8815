"""Worlds of robots for the page, which goes on with them."""

from base64 import b64encode
from dataclasses import asdict

import torch

from jpegnet.pages import demo
from jpegnet.studies.evolution.rules import Rules


def snapshot(name: str, state: dict[str, torch.Tensor], rules: Rules, world: int = 0) -> dict:
    """A world's state as ``book/_static/evolution.mjs`` reads it.

    Genes and places are base64 of float32; whoever waits stands in the order of waiting.

    Args:
        name: what the reader sees of it.
        state: see `Worlds.state`, of direct genes.
        rules: the day's.
        world: its number among those of the state.
    """
    count, first = int(state["waiting"][world]), int(state["first"][world])
    order = (torch.arange(count) + first) % rules.waiting
    genes = state["genes"].view(len(state["seeds"]), rules.robots, -1)[world]
    places = torch.stack([state[name][world] for name in ("x", "y", "heading")])
    arrays = {
        "places": places,  # (3, robots)
        "things": state["things"][:, world].T,  # (mines + fruit, 2)
        "genes": genes,  # (robots, weights)
        "queue": state["queue"][world, order],
    }
    facts = {"name": name, "rules": asdict(rules), "weights": genes.shape[1]}
    facts |= {"seed": int(state["seeds"][world]), "now": int(state["now"])}
    facts |= {key: state[key][world].tolist() for key in ("left", "eaten", "age")}
    return facts | {key: _packed(array) for key, array in arrays.items()}


def _packed(array: torch.Tensor) -> str:
    return b64encode(array.float().contiguous().numpy().tobytes()).decode()


def worlds(snapshots: list[dict]) -> None:
    """Let the reader watch worlds go on, follow a robot, and drop mines and fruit."""
    text = (
        "On the site, with JavaScript, these worlds would go on here, and you could follow a "
        "robot and drop mines and fruit."
    )
    demo.show("evolution", {"worlds": snapshots}, text)
