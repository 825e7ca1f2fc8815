"""A network on paper: its file as a QR code, and read from a picture of one.

A QR code (ISO/IEC 18004) holds up to 2,953 bytes as they are. That of a file of a kilobyte has
about 125 modules a side, and mends up to 7 % of them (level L).
"""

import io
import warnings

import numpy as np
import segno
import zxingcpp
from PIL import Image, ImageOps, UnidentifiedImageError

from jpegnet.picture import file as picture
from jpegnet.picture import segment
from jpegnet.picture.layout import PictureError

MOST = 2953  # bytes that the largest code holds: ISO/IEC 18004, table 7, version 40-L
MARGIN = 4  # modules of white around a code: the standard's quiet zone
_ACROSS = 900  # pixels that a code is drawn wide, about


def encode(file: bytes) -> bytes:
    """The QR code of a file, as PNG; a module is a whole number of pixels.

    Raises:
        ValueError: the file has more than 2,953 bytes, or none.
    """
    if not 1 <= len(file) <= MOST:
        raise ValueError(f"{len(file):,} bytes; a QR code holds 1 to {MOST:,}")
    code = segno.make_qr(file, error="l", mode="byte", boost_error=False)
    modules, _ = code.symbol_size(border=MARGIN)
    buffer = io.BytesIO()
    code.save(buffer, kind="png", scale=max(1, round(_ACROSS / modules)), border=MARGIN)
    return buffer.getvalue()


def decode(content: bytes) -> bytes:
    """The bytes of the QR code in a picture: a PNG, a JPEG, or whatever Pillow reads.

    Raises:
        UnidentifiedImageError: it is no picture that Pillow knows.
        PictureError: it is damaged, or shows no QR code that can be read, or several.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            grey = np.asarray(ImageOps.exif_transpose(Image.open(io.BytesIO(content))).convert("L"))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise PictureError("too large for a picture of a QR code") from error
    except UnidentifiedImageError:
        raise
    except (OSError, SyntaxError, ValueError) as error:
        raise PictureError(f"the picture is damaged: {error}") from error
    found = zxingcpp.read_barcodes(grey, zxingcpp.BarcodeFormat.QRCode)
    if len(found) != 1:
        raise PictureError(f"the picture shows {len(found)} QR codes that can be read, not one")
    return found[0].bytes


def file_in(content: bytes) -> bytes:
    """A network's file: what is given, or, if that is a picture of a QR code, what the code holds.

    Raises:
        PictureError: it is neither; the message says why not.
    """
    try:
        picture.load(content)
    except PictureError as error:
        if segment.NAME in content:  # it means to be one
            raise
        try:
            found = decode(content)
        except UnidentifiedImageError:  # no picture at all
            raise error from None
        except PictureError as other:
            raise PictureError(f"{error}; and no network on paper: {other}") from other
        picture.load(found)
        return found
    return content
