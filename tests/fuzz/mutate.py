"""Small damage to real bytes."""

from __future__ import annotations

import random

_TOKENS = (b"../", b"\0", b"/etc/passwd", b"99999999999", b"-1", b'"', b"\n", b"\xff\xfe", b"(1, 2)", b"{", b"%s" * 9)
_BYTES = (0x00, 0x01, 0x7F, 0x80, 0xFF)


class Mutator:
    """Damages what it is given, at one of two depths: inside checksums and packing, or outside."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._inside = rng.random() < 0.7

    def inner(self, data: bytes) -> bytes:
        """For content that is packed afterwards; some of several are damaged."""
        return damaged(data, self._rng) if self._inside and self._rng.random() < 0.3 else data

    def outer(self, data: bytes) -> bytes:
        """For a file as it lies."""
        return data if self._inside else damaged(data, self._rng)


def damaged(data: bytes, rng: random.Random) -> bytes:
    """One to four changes."""
    for _ in range(rng.randint(1, 4)):
        data = rng.choice(_WAYS)(bytearray(data), rng)
    return data


def _flip(data: bytearray, rng: random.Random) -> bytes:
    if data:
        data[_near_start(data, rng)] ^= 1 << rng.randrange(8)
    return bytes(data)


def _extreme(data: bytearray, rng: random.Random) -> bytes:
    if data:
        data[_near_start(data, rng)] = rng.choice(_BYTES)
    return bytes(data)


def _cut(data: bytearray, rng: random.Random) -> bytes:
    return bytes(data[: rng.randint(0, len(data))])


def _drop(data: bytearray, rng: random.Random) -> bytes:
    start = rng.randint(0, len(data))
    return bytes(data[:start] + data[start + rng.randint(1, 40) :])


def _double(data: bytearray, rng: random.Random) -> bytes:
    start, end = sorted(rng.randint(0, len(data)) for _ in range(2))
    return bytes(data[:end] + data[start:end] + data[end:])


def _insert(data: bytearray, rng: random.Random) -> bytes:
    place = rng.randint(0, len(data))
    return bytes(data[:place] + rng.choice(_TOKENS) + data[place:])


def _overwrite(data: bytearray, rng: random.Random) -> bytes:
    place, token = rng.randint(0, len(data)), rng.choice(_TOKENS)
    return bytes(data[:place] + token + data[place + len(token) :])


def _near_start(data: bytearray, rng: random.Random) -> int:
    """Anywhere, and as often among the first bytes: headers are there."""
    return rng.randrange(min(len(data), 200) if rng.random() < 0.5 else len(data))


_WAYS = (_flip, _extreme, _cut, _drop, _double, _insert, _overwrite)
