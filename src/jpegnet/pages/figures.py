"""How results look: one style, figures that follow the theme, and texts for who cannot see them."""

import hashlib
import html
import io
import re
from base64 import b64encode
from collections.abc import Callable

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.colors import LinearSegmentedColormap, to_rgba
from matplotlib.figure import Figure
from PIL import Image

from jpegnet.kept import settings
from jpegnet.pages import results

# Text and axes are drawn in this colour, which becomes the page's text colour, light or dark.
INK = "#010203"
# Four colours with a contrast of at least 3 : 1 against both white and the dark page.
BLUE, ORANGE, GREEN, PURPLE = "#3b82c4", "#d1701f", "#2a9d6f", "#b8579a"
# Heat maps fade into the page, light or dark; what is drawn upon them in `INK` can be read there
# up to `FAINT` of their range, and in black beyond.
HEAT = LinearSegmentedColormap.from_list("heat", [to_rgba(ORANGE, 0), to_rgba(ORANGE)])
DIVERGING = LinearSegmentedColormap.from_list(
    "diverging",
    [(0, BLUE), (0.5, to_rgba(BLUE, 0)), (0.5, to_rgba(ORANGE, 0)), (1, ORANGE)],
)
FAINT = 0.75
STROKES = LinearSegmentedColormap.from_list("strokes", [to_rgba("0.5", 0), "0.5"])  # of digits
LEGIBLE = 9  # pixels of a screen that the smallest text has; a narrower screen scrolls the drawing
WORDS = 24  # characters from which on what a table's cell says may be broken

STYLE = {
    "figure.figsize": (4.6, 3.2),
    "figure.constrained_layout.use": True,
    "font.size": 10,
    "font.family": "sans-serif",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.titlesize": 10,
    "grid.alpha": 0.2,
    "grid.color": INK,
    "axes.prop_cycle": mpl.cycler(color=[BLUE, ORANGE, GREEN, PURPLE]),
    "legend.frameon": False,
    "image.interpolation": "none",
    "svg.fonttype": "none",
    "svg.hashsalt": "jpegnet",
    **dict.fromkeys(
        ("text.color", "axes.edgecolor", "axes.labelcolor", "xtick.color", "ytick.color"), INK
    ),
}
mpl.rcParams.update(STYLE)


def banner() -> None:
    """Say on a page of the smoke profile that its numbers mean nothing; else show nothing."""
    profile = settings.current()
    if profile.profile == "smoke":
        training = profile.training
        text = (
            f"Smoke profile: {training.seeds} networks, {training.epochs} epoch. "
            "This page shows that the chain runs; its numbers mean nothing."
        )
        results.show_html(f'<p class="smoke-banner"><strong>{text}</strong></p>', text)


def svg(figure: Figure) -> str:
    """A figure as an ``<svg>`` element for the middle of a page.

    Its ink follows the page's text colour, and its ids are its own, so that several figures in
    one page do not mix them up.
    """
    figure.draw_without_rendering()  # a second layout: the first one changes what ticks are shown
    buffer = io.StringIO()
    metadata = dict.fromkeys(("Date", "Creator", "Format", "Type"))
    figure.savefig(buffer, format="svg", transparent=True, metadata=metadata)
    plt.close(figure)
    drawing = buffer.getvalue()
    drawing = drawing[drawing.index("<svg") :].replace(INK, "currentColor")
    drawing = re.sub(r"\s*<metadata>.*?</metadata>", "", drawing, flags=re.DOTALL)
    own = "f" + hashlib.sha256(drawing.encode()).hexdigest()[:8]
    drawing = re.sub(r'( id="|url\(#|href="#)', rf"\g<1>{own}-", drawing)
    width = 6.5 * figure.get_figwidth()  # so that 10 points are about the page's small print
    least = 72 * figure.get_figwidth() * LEGIBLE / _smallest_text(drawing)
    size = f'style="width: 100%; min-width: {least:.0f}px; max-width: {width:.0f}rem; height: auto"'
    drawing, found = re.subn(
        r'(<svg [^>]*?)width="[^"]*" height="[^"]*"', rf"\g<1>{size}", drawing, count=1
    )
    assert found, "matplotlib writes the size of a drawing otherwise than it did"
    return drawing


def _smallest_text(drawing: str) -> float:
    """Size of the smallest text of an SVG drawing, in its units."""
    sizes = re.findall(r"font(?:-size)?: ([\d.]+)px", drawing)
    return min(map(float, sizes), default=STYLE["font.size"])


def labelled(figure: Figure, alt: str) -> str:
    """`svg`, with what the drawing shows for who cannot see it, in a box that scrolls."""
    label = f'role="img" aria-label="{html.escape(alt)}"'
    drawing = svg(figure).replace("<svg ", f"<svg {label} ", 1)
    return f'<div class="drawing" tabindex="0">{drawing}</div>'


def show(figure: Figure | bytes, alt: str) -> None:
    """Show a figure: a drawing, or a JPEG or PNG file as it is.

    Its caption and number stand in the cell's metadata (``mystnb.figure``). ``alt`` says what
    the picture shows, with the run's numbers; where there is no page around it, as in
    JupyterLab, it stands under the figure.
    """
    label = html.escape(alt)
    if isinstance(figure, bytes):
        kind = "png" if figure.startswith(b"\x89PNG") else "jpeg"
        name = "network dark-light" if kind == "jpeg" else "network-code dark-light"
        drawing = f'<img class="{name}" src="{data_uri(figure, kind)}" alt="{label}">'
    else:
        drawing = labelled(figure, alt)
    note = f'<p class="lab-only">{label}</p>'
    results.show_html(f'<div class="jpegnet-figure">{drawing}{note}</div>', alt)


def _written(form: str) -> Callable[[object], str]:
    """Writes a value in this format; what rounds to zero has no sign."""
    return lambda value: re.sub(r"^-(?=[0.]+$)", "", form.format(value))


def drawn_table(frame: pd.DataFrame, formats: dict[str, str], caption: str) -> str:
    """The HTML of `table`, whose headers are words."""
    frame = frame.reset_index(drop=True)  # cells' classes are told by it, so it must be unique
    written = {name: _written(form) for name, form in formats.items()}
    styler = frame.style.format(written, na_rep="–", escape="html").hide(axis="index")
    styler.format_index(lambda name: html.escape(str(name).replace("_", " ")), axis="columns")
    styler.set_caption(html.escape(caption))
    styler.set_td_classes(frame.map(lambda value: "words" if len(str(value)) > WORDS else ""))
    styler.set_uuid(hashlib.sha256(caption.encode()).hexdigest()[:8])
    return f'<div class="table-scroll" tabindex="0">{styler.to_html(cell_ids=False)}</div>'


def table(frame: pd.DataFrame, formats: dict[str, str], caption: str) -> None:
    """Show a table without its index; ``formats``, as in ``str.format``, by its columns' names."""
    results.show_html(drawn_table(frame, formats, caption), frame.to_string(index=False))


def data_uri(data: bytes, kind: str = "jpeg") -> str:
    """A file as the ``src`` of an image element."""
    return f"data:image/{kind};base64,{b64encode(data).decode()}"


def png(grey: np.ndarray) -> str:
    """A grey picture, uint8, with or without its opacity, as the ``src`` of an image element."""
    buffer = io.BytesIO()
    Image.fromarray(grey).save(buffer, "png")
    return data_uri(buffer.getvalue(), "png")


def two_pictures(name: str, grey: np.ndarray, jpeg: bytes, quality: int) -> None:
    """A tile (uint8, 28 × 28) as it is and as a JPEG file, side by side; glued under ``name``."""
    pictures = (
        (png(grey), "uncompressed", f"{4 * grey.size:,} bytes as float32"),
        (data_uri(jpeg), f"JPEG, quality {quality}", f"a file of {len(jpeg):,} bytes"),
    )
    content = "".join(
        f'<figure><img class="tile dark-light" width="280" height="280" src="{source}" '
        f'alt="The 784 weights of one hidden unit as a grey picture, {title}">'
        f"<figcaption>{title}<br>{size}</figcaption></figure>"
        for source, title, size in pictures
    )
    results.glue_html(name, f'<div class="two-pictures">{content}</div>')
