"""``python -m jpegnet.build.bench``: what the page on performance measures, in more rounds.

And what that page cannot: the demo in a browser. A bar that is missed is told; it fails nothing.
"""

import sys
import time
from dataclasses import replace

import pandas as pd

from jpegnet.build import browser
from jpegnet.data import mnist
from jpegnet.kept import paths, settings
from jpegnet.kept.compute import cores
from jpegnet.methods.posttraining import RECOMMENDED, PostTraining
from jpegnet.nets import mlp, train
from jpegnet.picture import tiles
from jpegnet.studies.performance import bindings, compared, growth, robots

ROUNDS = 12


def _say(title: str, table: pd.DataFrame | str) -> None:
    told = table if isinstance(table, str) else table.to_string(index=False, na_rep="–")
    print(f"\n{title}\n{told}", flush=True)


def _shown(table: pd.DataFrame) -> pd.DataFrame:
    """The comparisons as a table for a terminal, in milliseconds."""
    shown = pd.DataFrame({"what": table["what"]})
    for name, column in (("ms", "seconds"), ("floor ms", "floor_seconds")):
        shown[name] = [f"{1000 * seconds:,.3f}" for seconds in table[column]]
    shown["× floor"] = [f"{ratio:.2f}" for ratio in table["ratio_to_floor"]]
    shown["× faster than naive"] = [f"{x:.1f}" if pd.notna(x) else "" for x in table["speedup"]]
    return shown.assign(bars=[compared.verdict(row) for _, row in table.iterrows()])


def _browser() -> str:
    site = paths.build_dir() / "html"
    if not (site / browser.PAGE).is_file():
        return "not measured: there is no site; run make book"
    try:
        found = browser.first_answer(site, ROUNDS)
    except RuntimeError as error:
        return f"not measured: {error}"
    return (
        f"{found['milliseconds']:.0f} ms to the first answer; the demo's page, scripts and picture "
        f"are {found['bytes']:,} bytes, all that the page loads {found['page_bytes']:,}"
    )


def _robots() -> str:
    found = robots.steps_per_second(steps=500, rounds=ROUNDS // 4)
    speed, ratio = found["both"], found["day two"] / found["loop"]
    told = ", ".join(f"{name} {value:,.0f}" for name, value in found.items())
    fast, far = ("met" if good else "missed" for good in (speed >= 15_000, ratio >= 50))
    return f"{told}: both days ≥ 15,000 {fast}; {ratio:.0f} × a loop over robots, ≥ 50 {far}"


def main() -> int:
    """Measure, and print tables; the exit status is 0 also where a bar is missed."""
    began, profile = time.perf_counter(), settings.current()
    data = mnist.load()
    recipe = replace(train.REFERENCE, epochs=profile.training.epochs)
    network = train.trained(recipe, 0, data)
    file = PostTraining(RECOMMENDED, data.train).encode(network)
    print(f"{cores()} cores; least of {ROUNDS} rounds, each on one core", flush=True)
    table = compared.table(network, file, recipe, data, ROUNDS)
    _say("Beside the floor and the naive way", _shown(table))
    (weight, _), *_ = mlp.layers(network)
    pictures = tiles.to_tiles(weight.numpy())
    grey = tiles.to_grey(pictures, tiles.peaks(pictures, per_tile=True))
    _say("JPEG, 512 tiles", bindings.compare(grey, compared.QUALITY, ROUNDS))
    _say("The demo in a browser", _browser())
    _say("Steps of a world of robots a second", _robots())
    widths, counts = profile.performance.units, profile.performance.counts
    _say("Hidden units", growth.units(widths, data.train, ROUNDS // 3))
    _say("Seeds and qualities", growth.together(counts, network, data, recipe, ROUNDS // 3))
    seconds = table.set_index("what")["seconds"]
    times = recipe.epochs * seconds[compared.EPOCH], seconds[compared.SWEEP]
    _say("1,000 seeds × 100 qualities × 10 codecs", growth.study(*times, (1, 2, 16, 256)))
    print(f"\n{time.perf_counter() - began:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
