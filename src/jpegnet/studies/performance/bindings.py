"""Which binding of libjpeg-turbo: how long each takes for small pictures, and do they agree."""

import io
import warnings
from collections.abc import Callable

import numpy as np
import pandas as pd
import simplejpeg
import torch
from PIL import Image
from torchvision.io import ImageReadMode, decode_jpeg, encode_jpeg

from jpegnet.studies.performance.clock import fastest

Pictures = list[np.ndarray]
Files = list[bytes]


def _pillow_writes(pictures: Pictures, level: int) -> Files:
    files = [io.BytesIO() for _ in pictures]
    for picture, file in zip(pictures, files, strict=True):
        Image.fromarray(picture).save(file, "jpeg", quality=level)
    return [file.getvalue() for file in files]


def _pillow_reads(files: Files) -> Pictures:
    return [np.asarray(Image.open(io.BytesIO(file))) for file in files]


def _simplejpeg_writes(pictures: Pictures, level: int) -> Files:
    how = {"colorspace": "GRAY", "colorsubsampling": "Gray", "fastdct": False}
    return [simplejpeg.encode_jpeg(picture[..., None], level, **how) for picture in pictures]


def _simplejpeg_reads(files: Files) -> Pictures:
    return [simplejpeg.decode_jpeg(file, "GRAY")[..., 0] for file in files]


def _torchvision_writes(pictures: Pictures, level: int) -> Files:
    tensors = [torch.from_numpy(picture)[None] for picture in pictures]
    return [encode_jpeg(tensor, level).numpy().tobytes() for tensor in tensors]


def _torchvision_reads(files: Files) -> Pictures:
    tensors = [torch.frombuffer(bytearray(file), dtype=torch.uint8) for file in files]
    return [decode_jpeg(tensor, ImageReadMode.GRAY)[0].numpy() for tensor in tensors]


BINDINGS: dict[str, tuple[Callable[[Pictures, int], Files], Callable[[Files], Pictures]]] = {
    "Pillow": (_pillow_writes, _pillow_reads),
    "simplejpeg": (_simplejpeg_writes, _simplejpeg_reads),
    "torchvision.io": (_torchvision_writes, _torchvision_reads),
}


def compare(pictures: np.ndarray, level: int, rounds: int) -> pd.DataFrame:
    """Each binding on pictures (n, h, w), a file each: a row a binding.

    Returns:
        binding; write_seconds and read_seconds, for all pictures; same_bytes, whether its files are
        Pillow's; same_samples, whether it reads Pillow's files as Pillow does.
    """
    own = list(pictures)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # torchvision's, at each picture
        files = _pillow_writes(own, level)
        writes = {name: write(own, level) for name, (write, _) in BINDINGS.items()}
        reads = {name: np.stack(read(files)) for name, (_, read) in BINDINGS.items()}
        timed = {}
        for name, (write, read) in BINDINGS.items():
            timed[name, "write"] = lambda write=write: write(own, level)
            timed[name, "read"] = lambda read=read: read(files)
        seconds = fastest(timed, rounds)
    rows = [
        {
            "binding": name,
            "write_seconds": seconds[name, "write"],
            "read_seconds": seconds[name, "read"],
            "same_bytes": writes[name] == files,
            "same_samples": np.array_equal(reads[name], reads["Pillow"]),
        }
        for name in BINDINGS
    ]
    return pd.DataFrame(rows)
