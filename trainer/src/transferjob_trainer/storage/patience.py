"""Asking a storage again when it does not answer."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import TypeVar

from ..errors import StorageUnavailable

_FIRST_DELAY = 0.25
_LONGEST_DELAY = 20.0

T = TypeVar("T")


class NoAnswer(Exception):
    """The storage did not answer, or asked to be asked again; the text says how."""


class Patience:
    """Repeats what raised NoAnswer, with jittered doubling delays between, until the time is spent."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    def retry(self, what: str, action: Callable[[], T]) -> T:
        """The action's result.

        Raises:
            StorageUnavailable: no answer in the time; the sentence begins with `what`.
        """
        start, delay = time.monotonic(), _FIRST_DELAY
        while True:
            try:
                return action()
            except NoAnswer as error:
                left = self._seconds - (time.monotonic() - start)
                if left <= 0:
                    raise StorageUnavailable(f"{what}: no answer for {self._seconds:.0f} s ({error}).") from error
                time.sleep(min(left, random.uniform(delay / 2, delay)))  # noqa: S311 - jitter
                delay = min(_LONGEST_DELAY, delay * 2)
