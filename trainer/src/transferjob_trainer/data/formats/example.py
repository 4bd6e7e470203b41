"""Features of a tf.train.Example, read from its bytes.

Messages are those of tensorflow/core/example/{example,feature}.proto, in protobuf's wire format: Example.features = 1,
Features.feature = 1 (a map: key = 1, value = 2), Feature.{bytes_list = 1, float_list = 2, int64_list = 3}, each list's
value = 1. Nothing is copied that nobody asked for.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Literal

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_LONGEST_VARINT = 10
_KINDS: dict[int, Literal["bytes", "float", "int64"]] = {1: "bytes", 2: "float", 3: "int64"}
_SIGN, _RANGE = 1 << 63, 1 << 64


class Malformed(ValueError):
    """Bytes that are no tf.train.Example."""

    def __init__(self, why: str) -> None:
        super().__init__(f"is no tf.train.Example: {why}")


@dataclass(slots=True)
class Feature:
    """A feature's values: bytes or int64; of floats nothing but that they are there."""

    kind: Literal["bytes", "float", "int64"] | None = None
    values: list[bytes | int] = field(default_factory=list)


def feature_names(record: bytes) -> list[str]:
    """Names of all features. Raises Malformed."""
    return [name for name, _ in _features(record)]


def read_features(record: bytes, names: Collection[str]) -> dict[str, Feature]:
    """The named features that the example has. Raises Malformed."""
    return {name: _feature(value) for name, value in _features(record) if name in names}


def _features(record: bytes) -> Iterator[tuple[str, memoryview]]:
    for number, features in _messages(memoryview(record)):
        if number == 1:
            for inner, entry in _messages(features):
                if inner == 1:
                    yield _entry(entry)


def _entry(entry: memoryview) -> tuple[str, memoryview]:
    parts = dict(_messages(entry))
    try:
        return str(parts.get(1, b""), "utf-8"), parts.get(2, memoryview(b""))
    except UnicodeDecodeError as error:
        raise Malformed("the name of a feature is not UTF-8") from error


def _feature(value: memoryview) -> Feature:
    feature = Feature()
    for number, body in _messages(value):
        feature.kind = _KINDS.get(number)
        if feature.kind == "bytes":
            feature.values += [bytes(item) for inner, item in _messages(body) if inner == 1]
        elif feature.kind == "int64":
            feature.values += _integers(body)
    return feature


def _integers(body: memoryview) -> Iterator[int]:
    for number, value in _fields(body):
        if number != 1:
            continue
        if isinstance(value, int):
            yield _signed(value)
            continue
        position = 0
        while position < len(value):
            item, position = _varint(value, position)
            yield _signed(item)


def _signed(value: int) -> int:
    return value - _RANGE if value >= _SIGN else value


def _messages(view: memoryview) -> Iterator[tuple[int, memoryview]]:
    """Fields that hold bytes."""
    for number, value in _fields(view):
        if not isinstance(value, int):
            yield number, value


def _fields(view: memoryview) -> Iterator[tuple[int, int | memoryview]]:
    """Number and value of each field; those of a fixed width are passed over."""
    position = 0
    while position < len(view):
        key, position = _varint(view, position)
        kind = key & 7
        if kind == _VARINT:
            value, position = _varint(view, position)
            yield key >> 3, value
            continue
        if kind == _BYTES:
            length, position = _varint(view, position)
        elif kind in (_FIXED64, _FIXED32):
            length = 8 if kind == _FIXED64 else 4
        else:
            raise Malformed(f"a field of the unknown type {kind}")
        if length > len(view) - position:
            raise Malformed("a field ends behind its message")
        if kind == _BYTES:
            yield key >> 3, view[position : position + length]
        position += length


def _varint(view: memoryview, position: int) -> tuple[int, int]:
    value = 0
    for count in range(_LONGEST_VARINT):
        if position + count >= len(view):
            raise Malformed("a number is cut off")
        byte = view[position + count]
        value |= (byte & 0x7F) << (7 * count)
        if byte < 0x80:
            return value & (_RANGE - 1), position + count + 1
    raise Malformed("a number is too long")
