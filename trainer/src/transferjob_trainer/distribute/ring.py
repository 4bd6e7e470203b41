"""Sums over all workers, and words of the chief to all, by way of a ring.

The sum is the ring all-reduce of Patarasuk and Yuan (2009, "Bandwidth optimal all-reduce algorithms for clusters of
workstations"): each worker sends and receives 2 (n - 1) / n times the size of the values, however many workers there
are. Each part is added up in one order and then handed round, so all workers get the same bits.
"""

from __future__ import annotations

import struct
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import PeerLost
from .link import Links

MAX_WORDS = 1 << 34
"""Bytes of what the chief may tell at once."""
_HEADER = struct.Struct("<QQ")


class Ring:
    """One worker's place in the ring. All workers must call the same methods in the same order."""

    def __init__(self, index: int, count: int, links: Links) -> None:
        """Takes the connections over.

        Args:
            index: of this worker; 0 is the chief.
            count: of workers, at least 2.
            links: to its neighbours.
        """
        self._index, self._count, self._links = index, count, links
        self._turn = 0

    def total(self, values: NDArray[Any]) -> NDArray[Any]:
        """The sum over all workers, [n] of the same type.

        Raises:
            PeerLost: a worker is gone, or does something else than this one.
        """
        result = values.copy()
        parts = np.array_split(result, self._count)
        for turn in range(self._count - 1):
            target = parts[(self._index - turn - 1) % self._count]
            more = np.empty_like(target)
            self._pass(parts[(self._index - turn) % self._count], more)
            target += more
        for turn in range(self._count - 1):
            self._pass(parts[(self._index + 1 - turn) % self._count], parts[(self._index - turn) % self._count])
        return result

    def tell(self, words: bytes | None) -> bytes:
        """The chief's words; each worker hands them on. `words` of the others are not looked at.

        Raises:
            PeerLost: as total.
        """
        header = bytearray(_HEADER.size)
        if self._index:
            self._links.move(memoryview(b""), memoryview(header))
            size = self._size(header)
            received = bytearray(size)
            self._links.move(memoryview(b""), memoryview(received))
            words = bytes(received)
        assert words is not None
        if self._index < self._count - 1:
            header[:] = _HEADER.pack(self._turn, len(words))
            self._links.move(memoryview(header), memoryview(b""))
            self._links.move(memoryview(words), memoryview(b""))
        self._turn += 1
        return words

    def be_patient(self, seconds: float) -> None:
        """From now on the others may be silent for so long."""
        self._links.patience = seconds

    def close(self) -> None:
        """Leaves the ring."""
        self._links.close()

    def _pass(self, out: NDArray[Any], into: NDArray[Any]) -> None:
        """One turn, in which every worker sends and receives; what is received must be what is expected."""
        header = bytearray(_HEADER.size)
        self._links.move(memoryview(_HEADER.pack(self._turn, out.nbytes)), memoryview(header))
        if self._size(header) != into.nbytes:
            raise PeerLost(f"the workers are out of step at exchange {self._turn}: one does something else")
        self._links.move(_bytes(out), _bytes(into))
        self._turn += 1

    def _size(self, header: bytearray) -> int:
        turn, size = _HEADER.unpack(header)
        if turn != self._turn or size > MAX_WORDS:
            raise PeerLost(f"the workers are out of step: exchange {self._turn} here, {turn} at the worker before")
        return int(size)


def _bytes(array: NDArray[Any]) -> memoryview:
    return array.view(np.uint8).data if array.size else memoryview(b"")
