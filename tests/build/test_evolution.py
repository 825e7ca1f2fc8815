"""Worlds of robots go on in the page as they do in Python."""

import numpy as np
import pytest
from browser import open_page

from jpegnet.pages import evolution
from jpegnet.studies.evolution.genes import Genes
from jpegnet.studies.evolution.rules import Rules
from jpegnet.studies.evolution.world import Worlds, going_on

pytestmark = pytest.mark.book
BOX = ".jpegnet-evolution"
RULES = Rules(fruit=25, lifespan=150, touch=0.02)


@pytest.fixture
def opened(browser, smoke_address):
    """Opens the page as a reader of some sort; and what went wrong."""
    contexts = []

    def opened(**options):
        page, wrong = open_page(browser, f"{smoke_address}/book/12_evolution.html", **options)
        contexts.append(page.context)
        return page, wrong

    yield opened
    for context in contexts:
        context.close()


def test_the_same_state_and_the_same_brains_give_the_same_next_steps(opened):
    genes = Genes("direct", 5)
    before = Worlds((4, 11), genes, RULES)
    for _ in range(400):
        before.step()
    state = before.state()
    worlds = going_on(state, genes, RULES, np.float64)
    counted = {name: int(count[1]) for name, count in worlds.counts.items()}
    page, _ = opened()
    found = page.evaluate(
        """async (told) => {
          const { unpacked } = await import("../_static/evolution.mjs");
          const { World } = await import("../_static/evolution-world.mjs");
          const world = new World(unpacked(told));
          const found = [];
          for (let step = 0; step < 100; step += 1) {
            world.step();
            const { x, y, heading, left, counts } = world;
            found.push(structuredClone({ x, y, heading, left, counts }));
          }
          return [found, world.genes, world.queue];
        }""",
        evolution.snapshot("", state, RULES, world=1),
    )
    steps, brains, queue = found
    for told in steps:
        worlds.step()
        for name in ("x", "y", "heading", "left"):
            ours = getattr(worlds, name)[1]
            np.testing.assert_allclose(told[name], ours, atol=1e-6, err_msg=f"step {worlds.now}")
    np.testing.assert_allclose(brains, worlds.genes[50:], atol=1e-6)
    assert len(queue) == worlds.waiting[1]
    new = {name: int(worlds.counts[name][1]) - counted[name] for name in counted}
    names = {"mines": "deaths_mine", "age": "deaths_age", "fruit": "fruit", "born": "born"}
    assert steps[-1]["counts"] == {ours: new[name] for ours, name in names.items()}
    assert all(new[name] > 3 for name in ("deaths_mine", "deaths_age", "fruit", "born"))


def test_worlds_play_pause_and_begin_again_and_take_what_is_dropped(opened):
    page, wrong = opened(viewport={"width": 1440, "height": 900})
    box = page.locator(BOX)
    box.scroll_into_view_if_needed()
    page.wait_for_function(f"document.querySelector('{BOX}').worlds[0].world.now > 0")
    box.get_by_role("button", name="Pause").click()
    now = page.evaluate(f"document.querySelector('{BOX}').worlds[0].world.now")
    box.get_by_role("button", name="One step").click()
    state = f"document.querySelector('{BOX}').worlds[0]"
    assert page.evaluate(f"{state}.world.now") == now + 1
    mines = page.evaluate(f"{state}.world.mines.length")
    box.locator("select").nth(1).select_option("mines")
    plane = box.locator("canvas.evolution-plane").first
    plane.click(position={"x": 30, "y": 20})
    plane.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    first, second = page.evaluate(f"{state}.world.mines.slice({mines})")
    assert second[0] == pytest.approx(first[0] + 0.05) and second[1] == pytest.approx(first[1])
    box.locator("select").nth(1).select_option("follow")
    plane.click()
    followed = page.evaluate(f"{state}.followed")
    assert box.locator("input").first.input_value() == str(followed)
    box.get_by_role("button", name="From the beginning").click()
    assert page.evaluate(f"{state}.world.mines.length") == mines
    assert wrong == []


def test_who_wants_little_to_move_starts_with_worlds_that_stand_still(opened):
    page, _ = opened(reduced_motion="reduce")
    box = page.locator(BOX)
    box.scroll_into_view_if_needed()
    box.get_by_role("button", name="Play").wait_for()
    page.wait_for_timeout(300)
    steps = page.evaluate(f"document.querySelector('{BOX}').worlds.map((w) => w.world.travelled)")
    assert steps == [0, 0, 0]


def test_without_scripts_the_worlds_are_pictures(opened):
    page, _ = opened(java_script_enabled=False)
    assert page.locator(f"{BOX} p").is_visible()
    assert page.locator("#fig-planes svg").count() == 1
