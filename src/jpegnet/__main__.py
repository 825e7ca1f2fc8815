"""Networks as pictures on the command line: ``python -m jpegnet --help``."""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.torch import load, save

from jpegnet.data import digits, mnist, scans
from jpegnet.jpeg.markers import HUFFMAN, segments
from jpegnet.methods import posttraining
from jpegnet.nets import mlp
from jpegnet.nets.network import Network
from jpegnet.picture import file as picture

EPILOG = """\
A network is a safetensors file with the names of its Sequential: 0.weight (512, 784), 0.bias,
2.weight, 2.bias, and so on for more layers. Its picture is one ordinary grey JPEG file: open it
with any viewer. What the file holds, and how to read it, is told in book/04_one_picture.ipynb.

example:
  python -m jpegnet encode network.safetensors network.jpg --quality 75
  python -m jpegnet info network.jpg
  python -m jpegnet classify network.jpg digit.png
  python -m jpegnet decode network.jpg again.safetensors
  python -m jpegnet qr small.jpg code.png
  python -m jpegnet classify photograph-of-code.jpg digit.png
  python -m jpegnet survey anybodys.safetensors --plot gains.png
"""


def _read(path: Path, reader: Callable[[bytes], Any]) -> Any:
    """What a reader makes of a file's bytes; an error names the file."""
    content = path.read_bytes()
    try:
        return reader(content)
    except (ValueError, OSError, SyntaxError, LookupError) as error:
        raise ValueError(f"{path}: {error}") from error


def _network(content: bytes) -> Network:
    try:
        return mlp.from_tensors(load(content))
    except SafetensorError as error:
        raise ValueError(f"not a safetensors file: {error}") from error


def _file(path: Path) -> bytes:
    """A network's file, which may be given as a picture of its QR code."""
    from jpegnet.picture import qr  # here: it takes a while, and encoding needs none

    return _read(path, qr.file_in)


def _encode(options: argparse.Namespace) -> None:
    network = _read(options.network, _network)
    choices, inputs = posttraining.RECOMMENDED, None
    if mnist.is_there():
        inputs = mnist.load().train
    else:
        choices = posttraining.without_inputs(choices)
        print("without MNIST: the eye's quantisation table, each coefficient rounded by itself")
    file = posttraining.compress(network, options.quality, choices, inputs)
    options.picture.write_bytes(file)
    count = network.parameters
    print(
        f"{options.picture}: {len(file):,} bytes for {count:,} parameters, "
        f"{8 * len(file) / count:.2f} bits each; float32 takes {4 * count:,} bytes"
    )


def _decode(options: argparse.Namespace) -> None:
    tensors = picture.decode(_file(options.picture)).tensors
    options.network.write_bytes(save({name: t.contiguous() for name, t in tensors.items()}))
    shapes = ", ".join(f"{name} {tuple(tensor.shape)}" for name, tensor in tensors.items())
    print(f"{options.network}: {shapes}")


def _info(options: argparse.Namespace) -> None:
    file = _file(options.picture)
    shown = picture.load(file)
    layout, found = shown.layout, segments(file)
    coding = next(HUFFMAN[s.marker] for s in found if s.marker in HUFFMAN)
    count = sum(rows * columns for rows, columns in layout.shapes)
    height, width = shown.image.shape
    scans = sum(segment.scan for segment in found)
    print(f"network     {layout.architecture.name}, {count:,} parameters")
    print(f"file        {len(file):,} bytes, {8 * len(file) / count:.3f} bits a parameter")
    print(f"            {scans:,} in scans, {len(file) - scans:,} in headers and tables")
    print(f"picture     {width} × {height} pixels, grey, {coding}")
    named = zip(layout.architecture.shapes, layout.parts, layout.shapes, strict=True)
    for name, part, (rows, columns) in named:
        place = f"x {8 * part.block_x}, y {8 * part.block_y}"
        tiles = f"{rows} tiles of {part.width} × {part.height}, {part.across} a row"
        print(f"{name:<12}{rows} × {columns}: {tiles}, at {place}; a grey is {part.scale:.3g}")
    print(
        "steps       " + "\n            ".join(" ".join(f"{s:3}" for s in r) for r in shown.table)
    )


def _classify(options: argparse.Namespace) -> None:
    network = picture.decode(_file(options.picture))
    try:  # a row at a time, or the whole
        network.logits(torch.zeros(1, digits.SIDE**2))
    except RuntimeError as error:
        inputs = network.architecture.inputs
        told = f"the network has {inputs} inputs, not the 784 of a picture of a digit"
        raise ValueError(told) from error
    digit, done = _read(options.image, scans.read)
    if done:
        print(f"{options.image}: {', '.join(done)}")
    if why := digits.doubt(digit):
        print(f"{options.image} does not look like a digit: {why}")
    shares = network.logits(torch.from_numpy(digit.reshape(1, -1) / np.float32(255))).softmax(1)[0]
    for name, share in enumerate(shares.tolist()):
        print(f"{name}  {100 * share:5.1f} %  {'#' * round(40 * share)}")
    print(f"It reads {shares.argmax().item()}.")


def _qr(options: argparse.Namespace) -> None:
    from jpegnet.picture import qr

    file = _file(options.picture)
    options.code.write_bytes(qr.encode(file))
    print(f"{options.code}: {len(file):,} bytes as a QR code; `classify` takes a photograph of it")


def _survey(options: argparse.Namespace) -> None:
    # Here: the other commands need neither, and each takes a second.
    from jpegnet.pages.charts.survey import gains
    from jpegnet.studies import survey

    table = survey.survey(options.network)
    print(survey.told(table))
    if left := survey.matrices(options.network)[1]:
        print(f"{left} other tensors are no matrices of floating-point numbers")
    if options.csv:
        table.to_csv(options.csv, index=False)
    if options.plot:
        gains(table).savefig(options.plot)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "python -m jpegnet",
        description="Write a neural network as one JPEG file, and read it back.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, run, told: str, *files: tuple[str, str]) -> argparse.ArgumentParser:
        one = commands.add_parser(name, help=told, description=told[0].upper() + told[1:] + ".")
        one.set_defaults(run=run)
        for file, meaning in files:
            one.add_argument(file, type=Path, help=meaning)
        return one

    network = ("network", "a safetensors file of a network")
    shown = ("picture", "a network's JPEG file, or a picture of its QR code")
    encode = command("encode", _encode, "write a network as a picture", network, shown)
    encode.add_argument(
        "--quality",
        type=int,
        default=75,
        help="JPEG quality, 1 (smallest) to 100 (most faithful); %(default)s if not given",
    )
    command("decode", _decode, "read a picture back into a network", shown, network)
    command("info", _info, "tell what is in a picture", shown)
    digit = "a picture of one digit: 28 × 28 as in MNIST, or any other size, which is then centred"
    command("classify", _classify, "read a digit with a picture", shown, ("image", digit))
    told = "write a network's picture as a QR code, to be printed"
    command("qr", _qr, told, shown, ("code", "a PNG file for the code"))
    told = "tell which matrices of any network are pictures to JPEG, beside int8 and int4"
    look = command("survey", _survey, told, ("network", "any safetensors file"))
    look.add_argument("--csv", type=Path, help="a file for the table, with all columns")
    look.add_argument("--plot", type=Path, help="a file for a chart of the gains: png, svg or pdf")
    return parser


def main(arguments: list[str] | None = None) -> int:
    """Run a command; 0 if it did what it says, else 1, with one line that says why not."""
    options = _parser().parse_args(arguments)
    try:
        options.run(options)
    except (ValueError, OSError, mnist.DataError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
