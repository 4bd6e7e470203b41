"""The file of a checkpoint: the safetensors format (huggingface.co/docs/safetensors), read without trust.

Eight bytes with the length of the header, a JSON header with type, shape and place of every array, the arrays one after
the other. Nothing in it can be executed, and nothing is believed that does not add up.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from math import prod
from pathlib import Path
from typing import Any, BinaryIO

import ml_dtypes
import numpy as np
import numpy.typing as npt

from ..state import Arrays

MAX_HEADER_BYTES = 16 << 20
MAX_ARRAYS = 100_000
MAX_DIMENSIONS = 16
_METADATA, _DOCUMENT = "__metadata__", "transferjob"
_LENGTH_BYTES = 8

_TYPES: dict[str, Any] = {
    "F64": np.float64,
    "F32": np.float32,
    "F16": np.float16,
    "BF16": ml_dtypes.bfloat16,
    "I64": np.int64,
    "I32": np.int32,
    "I16": np.int16,
    "I8": np.int8,
    "U64": np.uint64,
    "U32": np.uint32,
    "U16": np.uint16,
    "U8": np.uint8,
    "BOOL": np.bool_,
}
_NAMES = {np.dtype(kind): name for name, kind in _TYPES.items()}


class BrokenCheckpoint(ValueError):
    """A file that is no whole checkpoint; the text says why."""


def write_file(file: BinaryIO, document: str, arrays: Arrays) -> None:
    """Writes a document and its arrays.

    Args:
        file: where to; from its start.
        document: JSON text.
        arrays: by name; types that TensorFlow's variables have.
    """
    entries: dict[str, Any] = {_METADATA: {_DOCUMENT: document}}
    place = 0
    for name, array in arrays.items():
        end = place + array.nbytes
        entries[name] = {"dtype": _NAMES[array.dtype], "shape": list(array.shape), "data_offsets": [place, end]}
        place = end
    header = json.dumps(entries, separators=(",", ":")).encode()
    header += b" " * (-len(header) % _LENGTH_BYTES)
    file.write(len(header).to_bytes(_LENGTH_BYTES, "little"))
    file.write(header)
    for array in arrays.values():
        # By its bytes: not every type (bfloat16) has a buffer of its own.
        file.write(np.ascontiguousarray(array).reshape(-1).view(np.uint8).data)


def read_file(path: Path) -> tuple[str, Arrays]:
    """The document and the arrays of a file.

    Raises:
        BrokenCheckpoint: the file does not add up.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        length = int.from_bytes(file.read(_LENGTH_BYTES), "little")
        if not 0 < length <= min(MAX_HEADER_BYTES, size - _LENGTH_BYTES):
            raise BrokenCheckpoint(f"a header of {length} bytes cannot be in a file of {size}")
        header = _header(file.read(length))
        document = _document(header.pop(_METADATA, None))
        layout = [_entry(name, entry) for name, entry in header.items()]
        _must_fill(layout, size - _LENGTH_BYTES - length)
        return document, {name: _array(file, kind, shape) for name, kind, shape, _ in sorted(layout, key=_place)}


_Entry = tuple[str, "np.dtype[Any]", tuple[int, ...], tuple[int, int]]


def _header(data: bytes) -> dict[str, Any]:
    try:
        header = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise BrokenCheckpoint("the header is not JSON") from error
    if not isinstance(header, dict) or len(header) > MAX_ARRAYS:
        raise BrokenCheckpoint(f"the header must be an object of at most {MAX_ARRAYS} arrays")
    return header


def _document(metadata: object) -> str:
    document = metadata.get(_DOCUMENT) if isinstance(metadata, Mapping) else None
    if not isinstance(document, str):
        raise BrokenCheckpoint("the header holds no document")
    return document


def _entry(name: str, entry: object) -> _Entry:
    if not isinstance(entry, Mapping):
        raise BrokenCheckpoint(f"array {name[:80]!r} is not described by an object")
    kind = _TYPES.get(str(entry.get("dtype")))
    shape: Any = entry.get("shape")
    place: Any = entry.get("data_offsets")
    if kind is None or not _sizes(shape, MAX_DIMENSIONS) or not _sizes(place, 2) or len(place) != 2:
        raise BrokenCheckpoint(f"array {name[:80]!r} has no plain type, shape and place")
    if prod(shape) * np.dtype(kind).itemsize != place[1] - place[0]:
        raise BrokenCheckpoint(f"array {name[:80]!r} has another size than its shape")
    return name, np.dtype(kind), tuple(shape), (place[0], place[1])


def _sizes(value: Any, most: int) -> bool:
    return (
        isinstance(value, list)
        and len(value) <= most
        and all(isinstance(item, int) and not isinstance(item, bool) and 0 <= item < 1 << 62 for item in value)
    )


def _must_fill(layout: list[_Entry], size: int) -> None:
    """The arrays must lie one after the other and fill the file."""
    at = 0
    for _, _, _, (first, last) in sorted(layout, key=_place):
        if first != at:
            raise BrokenCheckpoint("the arrays overlap or leave gaps")
        at = last
    if at != size:
        raise BrokenCheckpoint(f"the arrays take {at} bytes and the file holds {size}")


def _place(entry: _Entry) -> tuple[int, int]:
    return entry[3]


def _array(file: BinaryIO, kind: np.dtype[Any], shape: tuple[int, ...]) -> npt.NDArray[Any]:
    count = prod(shape) * kind.itemsize
    data = file.read(count)
    if len(data) != count:
        raise BrokenCheckpoint("the file ends early")
    return np.frombuffer(bytearray(data), np.uint8).view(kind).reshape(shape)
