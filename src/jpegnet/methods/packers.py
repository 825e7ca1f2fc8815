"""Symbols in bytes: as many bits as they need, general compressors, or a range coder."""

import lzma

import brotli
import constriction
import numpy as np
import zstandard

PACKERS = ("plain", "zstd", "xz", "brotli", "range coding")
_COUNTS = "<u4"  # how often each symbol stands among them, before range-coded ones

queue, model = constriction.stream.queue, constriction.stream.model


def _width(levels: int) -> int:
    return max(1, (levels - 1).bit_length())


def packed(symbols: np.ndarray, levels: int, packer: str) -> bytes:
    """Symbols, whole numbers from 0 to below levels (at most 256), in bytes.

    Raises:
        ValueError: the packer is none of `PACKERS`.
    """
    symbols = symbols.astype(np.uint8).ravel()
    match packer:
        case "plain":
            bits = np.unpackbits(symbols[:, None], axis=1)[:, 8 - _width(levels) :]
            return np.packbits(bits).tobytes()
        case "zstd":
            return zstandard.ZstdCompressor(level=19).compress(symbols.tobytes())
        case "xz":
            return lzma.compress(symbols.tobytes(), preset=9 | lzma.PRESET_EXTREME)
        case "brotli":
            return brotli.compress(symbols.tobytes(), quality=11, lgwin=24)
        case "range coding":
            counts = np.bincount(symbols, minlength=levels).astype(_COUNTS)
            if np.count_nonzero(counts) < 2:  # nothing to tell apart
                return counts.tobytes()
            coder = queue.RangeEncoder()
            coder.encode(symbols.astype(np.int32), _model(counts))
            return counts.tobytes() + coder.get_compressed().astype("<u4").tobytes()
    raise ValueError(f"{packer} is none of {', '.join(PACKERS)}")


def unpacked(data: bytes, count: int, levels: int, packer: str) -> np.ndarray:
    """The inverse of `packed`: → uint8 (count,)."""
    match packer:
        case "plain":
            width = _width(levels)
            bits = np.unpackbits(np.frombuffer(data, np.uint8))[: count * width]
            padded = np.zeros((count, 8), np.uint8)
            padded[:, 8 - width :] = bits.reshape(count, width)
            return np.packbits(padded, axis=1)[:, 0]
        case "zstd":
            return np.frombuffer(zstandard.ZstdDecompressor().decompress(data), np.uint8)
        case "xz":
            return np.frombuffer(lzma.decompress(data), np.uint8)
        case "brotli":
            return np.frombuffer(brotli.decompress(data), np.uint8)
        case "range coding":
            counts = np.frombuffer(data[: 4 * levels], _COUNTS)
            if np.count_nonzero(counts) < 2:
                return np.full(count, counts.argmax(), np.uint8)
            words = np.frombuffer(data[4 * levels :], "<u4").astype(np.uint32)
            return queue.RangeDecoder(words).decode(_model(counts), count).astype(np.uint8)
    raise ValueError(f"{packer} is none of {', '.join(PACKERS)}")


def _model(counts: np.ndarray) -> model.Categorical:
    return model.Categorical(counts / counts.sum(), perfect=False)


def joined(parts: list[bytes]) -> bytes:
    """Pieces of bytes, each after its length (4 bytes)."""
    return b"".join(len(part).to_bytes(4, "little") + part for part in parts)


def split(data: bytes) -> list[bytes]:
    """The inverse of `joined`."""
    parts, at = [], 0
    while at < len(data):
        end = at + 4 + int.from_bytes(data[at : at + 4], "little")
        parts.append(data[at + 4 : end])
        at = end
    return parts
