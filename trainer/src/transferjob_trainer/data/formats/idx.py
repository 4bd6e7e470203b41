"""Arrays of bytes in the IDX format of MNIST, compressed with gzip."""

from __future__ import annotations

import gzip
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from math import prod
from typing import IO, BinaryIO, cast

import numpy as np

from ...errors import DatasetInvalid
from ..decode import MAX_PIXELS
from ..types import Images
from .labels import MAX_ROWS

_BYTES_OF = 0x0800
"""Magic number of an array of bytes; its number of axes is added."""


def idx_rows(stream: BinaryIO, name: str, axes: int) -> Iterator[Images]:
    """The rows of an array, uint8, each without the first axis.

    Args:
        stream: the compressed file.
        name: its URI, for sentences.
        axes: how many the array must have.

    Raises:
        DatasetInvalid: another array, damaged or truncated, or larger than is accepted.
    """
    with _damage(name), cast(IO[bytes], gzip.open(stream)) as content:
        magic, *shape = struct.unpack(f">{axes + 1}I", _exactly(content, 4 * (axes + 1)))
        if magic != _BYTES_OF + axes:
            raise ValueError(f"its magic number is {magic:#x}, not {_BYTES_OF + axes:#x}")
        if shape[0] > MAX_ROWS or not 0 < prod(shape[1:]) <= MAX_PIXELS:
            raise ValueError(f"its shape is {shape}")
        for _ in range(shape[0]):
            yield np.frombuffer(_exactly(content, prod(shape[1:])), np.uint8).reshape(shape[1:])
        if content.read(1):
            raise ValueError("it is longer than its shape says")


def _exactly(content: IO[bytes], count: int) -> bytes:
    data = content.read(count)
    if len(data) < count:
        raise EOFError("it ends early")
    return data


@contextmanager
def _damage(name: str) -> Iterator[None]:
    try:
        yield
    except (EOFError, OSError, ValueError, zlib.error) as error:
        raise DatasetInvalid(f"{name} is damaged, or no IDX file: {error}.") from error
