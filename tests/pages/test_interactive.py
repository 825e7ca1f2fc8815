"""A chart with the table of its points."""

import pandas as pd
from matplotlib import pyplot as plt

from jpegnet.pages import interactive


def test_a_chart_and_its_table_are_one(shown):
    figure, axes = plt.subplots()
    for i in range(3):
        (mark,) = axes.plot(i, i, "o")
        mark.set_gid(f"point-{i}")
    rows = pd.DataFrame({"method": ["a", "b", "<c>"], "bytes": [1, 20, 3000]})
    seen = [f"data:image/jpeg;base64,{i}" for i in range(3)]
    formats = {"bytes": "{:,.0f}"}
    interactive.explorer(figure, 'three "marks"', rows, formats, "Three rows.", seen)
    ((data, _),) = shown
    content = data["text/html"]
    assert content.startswith('<div class="explorer')
    assert all(f'-point-{i}"' in content for i in range(3))
    assert "3,000" in content
    assert all(f'data-src="{picture}"' in content for picture in seen)
    assert "&lt;c&gt;" in content
    assert 'aria-label="three &quot;marks&quot;"' in content
    assert "Three rows." in content
    assert data["text/plain"].startswith('three "marks"\n')
