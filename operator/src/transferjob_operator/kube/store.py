"""What is known of one kind of object: projected records by key, and by the UID of their owner."""

from __future__ import annotations

import threading
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Generic, NamedTuple, Protocol, TypeVar

REMEMBERED_ENDS = 1024


class Key(NamedTuple):
    """Name of an object."""

    namespace: str
    name: str

    def __str__(self) -> str:
        return f"{self.namespace}/{self.name}"


class Record(Protocol):
    """What every projected object has."""

    @property
    def namespace(self) -> str:
        """metadata.namespace."""

    @property
    def name(self) -> str:
        """metadata.name."""

    @property
    def uid(self) -> str:
        """metadata.uid."""

    @property
    def resource_version(self) -> str:
        """metadata.resourceVersion."""


R = TypeVar("R", bound=Record)


@dataclass(frozen=True, slots=True)
class Change(Generic[R]):
    """A record before and after; one of them is None where the object is new or gone."""

    old: R | None
    new: R | None


def key_of(record: Record) -> Key:
    """The key of a record."""
    return Key(record.namespace, record.name)


class Store(Generic[R]):
    """Records of one kind. All methods may be called from any thread.

    The reflector writes what the server tells; `learn` takes in the answer to a write of our own, so that the next
    decision does not rest on what was there before it.
    """

    def __init__(self, owner: Callable[[R], str | None] = lambda _record: None) -> None:
        """Makes an empty store.

        Args:
            owner: UID under which a record is found by `owned_by`; None for none.
        """
        self._owner = owner
        self._lock = threading.Lock()
        self._records: dict[Key, R] = {}
        self._by_owner: defaultdict[str, set[Key]] = defaultdict(set)
        self._ended: OrderedDict[str, str] = OrderedDict()

    def __len__(self) -> int:
        return len(self._records)

    def get(self, key: Key) -> R | None:
        """The record of this name."""
        return self._records.get(key)

    def all(self) -> list[R]:
        """Every record, in no order."""
        with self._lock:
            return list(self._records.values())

    def owned_by(self, uid: str) -> tuple[R, ...]:
        """The records whose owner has this UID, by name."""
        with self._lock:
            return tuple(self._records[key] for key in sorted(self._by_owner.get(uid, ())))

    def put(self, record: R) -> Change[R]:
        """Takes in what the watch says, unless something newer is known: by a write of our own, or a watch replayed."""
        with self._lock:
            return self._advance(record)

    def remove(self, record: R) -> Change[R]:
        """Forgets an object that was deleted, or lost the labels that are followed. A newer one of the name stays."""
        with self._lock:
            self._note_end(record.uid, record.resource_version)
            known = self._records.get(key_of(record))
            if known is None or known.uid != record.uid or is_newer(known.resource_version, record.resource_version):
                return Change(None, None)
            self._unset(known)
            return Change(known, None)

    def learn(self, record: R) -> None:
        """Takes in the answer to a write, unless the watch has told something newer or the object's end already."""
        with self._lock:
            if not self._has_ended(record):
                known = self._records.get(key_of(record))
                if known is None or is_newer(record.resource_version, known.resource_version):
                    self._set(record)

    def learn_end(self, record: R) -> None:
        """Takes in that the server has deleted this object at our word, ahead of the watch."""
        with self._lock:
            known = self._records.get(key_of(record))
            if known is not None and known.uid == record.uid:
                self._note_end(known.uid, known.resource_version)
                self._unset(known)

    def replace(self, namespace: str | None, records: Iterable[R], version: str) -> list[Change[R]]:
        """Takes in a whole list and returns what it changed.

        Args:
            namespace: the list's namespace; None means all. Records of other namespaces stay.
            records: everything that the list holds.
            version: resource version of the list. What is known to be newer stays, also where the list lacks it: it was
                made after the list was, or the list is an old one.
        """
        listed = {key_of(record): record for record in records}
        with self._lock:
            gone = [
                record for record in self._missing(namespace, listed) if not is_newer(record.resource_version, version)
            ]
            for record in gone:
                self._note_end(record.uid, version)
                self._unset(record)
            changes = [Change(record, None) for record in gone]
            changes += [self._advance(record) for record in listed.values()]
        return [change for change in changes if _version(change.old) != _version(change.new)]

    def _missing(self, namespace: str | None, listed: Mapping[Key, R]) -> list[R]:
        return [
            record
            for key, record in self._records.items()
            if key not in listed and (namespace is None or key.namespace == namespace)
        ]

    def _advance(self, record: R) -> Change[R]:
        known = self._records.get(key_of(record))
        older = known is not None and is_newer(known.resource_version, record.resource_version)
        if older or self._has_ended(record):
            return Change(known, known)
        return Change(self._set(record), record)

    def _set(self, record: R) -> R | None:
        key = key_of(record)
        old = self._records.get(key)
        if old is not None:
            self._unset(old)
        self._records[key] = record
        owner = self._owner(record)
        if owner:
            self._by_owner[owner].add(key)
        return old

    def _unset(self, record: R) -> None:
        key = key_of(record)
        del self._records[key]
        owner = self._owner(record)
        if owner:
            self._by_owner[owner].discard(key)
            if not self._by_owner[owner]:
                del self._by_owner[owner]

    def _note_end(self, uid: str, version: str) -> None:
        self._ended[uid] = version
        while len(self._ended) > REMEMBERED_ENDS:
            self._ended.popitem(last=False)

    def _has_ended(self, record: R) -> bool:
        """Whether the end of this object is known, and later than this version of it."""
        end = self._ended.get(record.uid)
        return end is not None and not is_newer(record.resource_version, end)


def is_newer(version: str, than: str) -> bool:
    """Whether one resource version of an object is later than another: the API compares them as whole numbers."""
    try:
        return int(version) > int(than)
    except ValueError:
        return version != than


def _version(record: Record | None) -> tuple[str, str] | None:
    return None if record is None else (record.uid, record.resource_version)
