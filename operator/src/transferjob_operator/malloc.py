"""Has the C library hold no more memory than is in use; another than glibc is left as it is."""

from __future__ import annotations

import ctypes
import time
from collections.abc import Callable

GIVE_BACK_SECONDS = 60.0
_M_ARENA_MAX = -8
"""mallopt(3), malloc.h of glibc."""


def share_one_arena() -> bool:
    """Has all threads allocate from one arena, from now on; to be called before any thread starts.

    glibc gives each of up to 8 threads a core an arena of its own, and what is freed in one serves no other: of 40 MiB
    in arenas 14 were in use. They exist against contention, of which there is none under the interpreter's lock.

    Returns:
        Whether the C library did it.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    return mallopt is not None and bool(mallopt(_M_ARENA_MAX, 1))


class FreedMemory:
    """Gives freed memory back to the kernel now and then: a peak once met would count against the limit for ever."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        self._due = clock() + GIVE_BACK_SECONDS

    def give_back_when_due(self) -> bool:
        """Gives back what is free, at most once in GIVE_BACK_SECONDS. Returns whether any was given back."""
        if self._trim is None or self._clock() < self._due:
            return False
        self._due = self._clock() + GIVE_BACK_SECONDS
        return bool(self._trim(0))
