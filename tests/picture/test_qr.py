"""Networks as QR codes: as a page shows them, turned, blurred, printed; and what is refused."""

import io

import numpy as np
import pytest
import torch
from PIL import Image, ImageFilter, UnidentifiedImageError

from jpegnet.jpeg.dct import quality_table
from jpegnet.nets.mlp import Mlp
from jpegnet.nets.network import fresh
from jpegnet.picture import file as picture
from jpegnet.picture import qr
from jpegnet.picture.layout import PictureError
from jpegnet.picture.plan import plan


def network_file(units: int, quality: int = 20) -> bytes:
    network = fresh(Mlp((784, units, 10)), torch.Generator().manual_seed(0))
    return picture.encode(network, plan(network, 24), quality_table(quality))


def png(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "png")
    return buffer.getvalue()


FILE = network_file(12)
CODE = Image.open(io.BytesIO(qr.encode(FILE))).convert("L")


def on_paper(dots: int) -> Image.Image:
    """Printed 8 cm wide at so many dots an inch, then photographed at half of them."""
    side = round(8 / 2.54 * dots)
    printed = CODE.resize((side, side), Image.Resampling.NEAREST)
    page = Image.new("L", (side + dots, side + dots), 250)
    page.paste(printed, (dots // 2, dots // 2))
    return page.resize((page.width // 2, page.height // 2), Image.Resampling.BILINEAR)


CHANGES = {
    "375 pixels wide": CODE.resize((375, 375), Image.Resampling.LANCZOS),
    "turned by 10°": CODE.rotate(10, Image.Resampling.BICUBIC, expand=True, fillcolor=255),
    "upside down": CODE.rotate(180),
    "blurred by a pixel": CODE.filter(ImageFilter.GaussianBlur(1)),
    "printed at 300 dpi": on_paper(300),
    "in colour": CODE.convert("RGB"),
    "darker": CODE.point(lambda level: 30 + level // 2),
}


def test_the_code_is_of_a_network_of_a_thousand_bytes():
    assert 900 < len(FILE) < 2000


@pytest.mark.parametrize("name", CHANGES)
def test_a_picture_of_a_code_gives_the_same_bytes(name):
    assert qr.decode(png(CHANGES[name])) == FILE


def test_a_photograph_is_a_jpeg():
    buffer = io.BytesIO()
    CODE.save(buffer, "jpeg", quality=60)
    assert qr.file_in(buffer.getvalue()) == FILE
    assert qr.file_in(FILE) == FILE


def test_the_largest_code_is_full():
    content = bytes(np.random.default_rng(0).integers(0, 256, qr.MOST, np.uint8))
    assert qr.decode(qr.encode(content)) == content
    for wrong in (b"", content + b"x"):
        with pytest.raises(ValueError, match="a QR code holds 1 to 2,953"):
            qr.encode(wrong)


def test_what_is_no_network_on_paper_is_refused():
    blank = png(Image.new("L", (300, 300), 255))
    with pytest.raises(PictureError, match="shows 0 QR codes"):
        qr.decode(blank)
    with pytest.raises(UnidentifiedImageError):
        qr.decode(b"a text")
    with pytest.raises(PictureError, match=r"does not begin with FF D8$"):
        qr.file_in(b"a text")
    with pytest.raises(PictureError, match="damaged"):
        qr.decode(png(CODE)[:400])
    with pytest.raises(PictureError, match="not a JPEG file"):
        qr.file_in(blank)
    with pytest.raises(PictureError, match="not a JPEG"):
        qr.file_in(qr.encode(b"hello"))  # a code of something else
    twice = Image.new("L", (2 * CODE.width, CODE.height), 255)
    twice.paste(CODE, (0, 0))
    twice.paste(CODE, (CODE.width, 0))
    with pytest.raises(PictureError, match="shows 2 QR codes"):
        qr.decode(png(twice))
