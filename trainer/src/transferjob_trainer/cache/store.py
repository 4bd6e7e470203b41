"""The entries of one folder, within a size."""

from __future__ import annotations

from pathlib import Path

from .clean import default_limit, make_room, room
from .entry import CacheUnavailable, DiskEntry, Say
from .spec import MIB, EntrySpec
from .use import LEASE_SECONDS


class FeatureStore:
    """A folder of entries that any number of jobs share."""

    def __init__(
        self, root: Path, say: Say, *, limit_bytes: int | None = None, lease_seconds: float = LEASE_SECONDS
    ) -> None:
        """Makes a store.

        Args:
            root: an existing folder; only entries in it are ever removed.
            say: takes lines for the log.
            limit_bytes: most that all entries together may have. Default: half of what the disk would have free
                without them.
            lease_seconds: a job that has not renewed its mark for so long is dead.

        Raises:
            CacheUnavailable: the folder cannot be read or written.
        """
        self._root, self._say, self._lease = root, say, lease_seconds
        try:
            self._limit = default_limit(root) if limit_bytes is None else limit_bytes
        except OSError as error:
            raise CacheUnavailable(f"the feature cache cannot be used: {error.strerror or error}") from error

    def room(self, key: str = "") -> int:
        """Bytes that the entry of a key may have, when all that are not in use make way for it."""
        return room(self._root, self._limit, key)

    def open(self, spec: EntrySpec) -> DiskEntry:
        """The entry of a spec, whole or not; others are removed to make room for it.

        Raises:
            CacheUnavailable: it does not fit beside the entries in use, or the folder cannot be used.
        """
        folder = self._root / spec.key
        if folder.is_symlink():
            raise CacheUnavailable(f"{folder.name[:12]} in the feature cache is a link")
        try:
            fits, removed = make_room(self._root, spec.bytes, self._limit, spec.key, lease_seconds=self._lease)
        except OSError as error:
            raise CacheUnavailable(f"the feature cache cannot be cleaned: {error.strerror or error}") from error
        for entry in removed:
            self._say(
                f"feature cache: removed {entry.folder.name[:12]}, not used for longest, {entry.bytes // MIB:,} MiB"
            )
        if not fits:
            raise CacheUnavailable(
                f"{spec.bytes // MIB:,} MiB of features do not fit the cache's {self._limit // MIB:,} MiB"
                " beside the entries that other jobs use"
            )
        return DiskEntry(folder, spec, self._say)
