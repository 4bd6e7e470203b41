"""Events that tell the same of the same object again are counted on the first one, as the Events API means it."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

REMEMBERED = 1024
"""Events, of up to 1.5 KiB each here; one that is forgotten is told anew."""
_Key = tuple[str, str, str, str]


@dataclass(slots=True)
class Series:
    """One Event and how often it was told."""

    name: str
    count: int
    last_time: str

    def patch(self) -> dict[str, Any]:
        """What changes on the Event. All else of it is immutable."""
        return {"series": {"count": self.count, "lastObservedTime": self.last_time}}


class SeriesMemory:
    """Which Events were told. It belongs to the one thread that sends; a new process begins new Events."""

    def __init__(self, limit: int = REMEMBERED) -> None:
        self._limit = limit
        self._told: OrderedDict[_Key, Series] = OrderedDict()

    def add(self, manifest: Mapping[str, Any]) -> Series | None:
        """The series that this Event belongs to, counted up; None where it is the first of its kind."""
        told = self._told.get(_key(manifest))
        if told is None:
            self.restart(manifest)
            return None
        told.count, told.last_time = told.count + 1, str(manifest["eventTime"])
        self._told.move_to_end(_key(manifest))
        return told

    def restart(self, manifest: Mapping[str, Any]) -> None:
        """This Event is the first of a series."""
        self._told[_key(manifest)] = Series(manifest["metadata"]["name"], 1, str(manifest["eventTime"]))
        self._told.move_to_end(_key(manifest))
        if len(self._told) > self._limit:
            self._told.popitem(last=False)


def _key(manifest: Mapping[str, Any]) -> _Key:
    return (manifest["regarding"]["uid"], manifest["type"], manifest["reason"], manifest["note"])
