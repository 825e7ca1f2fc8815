"""The charts of the worlds of robots."""

import numpy as np
import pandas as pd

from jpegnet.pages.charts import evolution as charts
from jpegnet.studies.evolution import acts
from jpegnet.studies.evolution.genes import Genes
from jpegnet.studies.evolution.world import Worlds


def test_a_plane_shows_each_robot_mine_and_fruit_where_it_is():
    worlds = Worlds((1, 2), Genes("direct", 2), acts.FRUIT)
    stills = {name: (worlds.state(), acts.FRUIT) for name in "abcd"}
    axes = charts.planes(stills, world=1).axes[0]
    mines, fruit = axes.lines
    np.testing.assert_array_equal(mines.get_xydata().T, worlds.things[:, 1, :25])
    np.testing.assert_array_equal(fruit.get_xydata().T, worlds.things[:, 1, 25:])
    (arrows,) = axes.collections
    np.testing.assert_allclose(arrows.XY.T, [worlds.x[1], worlds.y[1]])


def test_a_line_is_the_mean_of_worlds():
    steps = np.repeat([100, 200], 2)
    rows = {"step": steps, "world": [0, 1] * 2, "births": [1, 3, 5, 7], "rate": [1.0, 2, 3, 6]}
    genes = {"kind": "direct", "hidden": 8, "coefficients": 218, "weights": 218}
    figure = charts.compared(pd.DataFrame(rows | genes), [8])
    line = figure.axes[0].lines[0]
    assert line.get_xdata().tolist() == [2, 6] and line.get_ydata().tolist() == [1.5, 4.5]
    told = pd.DataFrame(rows | dict.fromkeys(charts.COURSE, rows["rate"]))
    figure = charts.course(told.assign(rules=acts.TOLD), 100)
    assert figure.axes[0].lines[0].get_ydata().tolist() == [1.5, 4.5]
