"""What every storage can do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol


@dataclass(frozen=True, slots=True)
class Entry:
    """A file of a storage."""

    path: str
    """Path below the storage's location, with slashes."""
    size: int
    """Bytes."""
    tag: str
    """Something that changes with the content and costs nothing to know (S3: the ETag); empty where there is none."""
    stamp: str = ""
    """Where there is no tag, something that changes when the file is written again (a file's modification time, the
    checksum in an archive): a copy of the file may have another one."""


class Storage(Protocol):
    """The files below one location. The path "" is the location itself, which may be a file.

    Every method raises StorageDenied when rights are missing, StorageUnavailable when the storage does not answer, and
    the failure that was given to `open_storage` as `absent` when the bucket, folder or file is not there.
    """

    def list(self, prefix: str = "") -> Iterator[Entry]:
        """All files below a folder, at any depth, in no promised order; nothing when there is no such folder."""
        ...

    def exists(self, path: str) -> bool:
        """Whether there is a file (not a folder) at the path."""
        ...

    def read(self, path: str, limit: int | None = None) -> bytes:
        """The content of a file; of one larger than `limit` bytes, only the first `limit` + 1."""
        ...

    def open(self, path: str) -> BinaryIO:
        """The content of a file as a stream. A local file can be seeked, an S3 object cannot."""
        ...

    def download(self, path: str, to: Path) -> None:
        """Copy a file to a local path, which appears only once it is whole."""
        ...

    def write_new(self, path: str, source: Path | bytes) -> bool:
        """Write a file unless there is one already; it appears only once it is whole. False: there was one, kept."""
        ...

    def write(self, path: str, data: bytes) -> None:
        """Write a small file or replace it; readers see the old or the new content, never a mixture."""
        ...

    def delete(self, path: str) -> None:
        """Remove a file; nothing happens when there is none."""
        ...

    def delete_folder(self, path: str) -> None:
        """Remove all files below a folder, those that were never finished too; nothing happens when there is none."""
        ...

    def probe_write(self) -> None:
        """Prove that files can be written here: write a small one and remove it. Raises StorageDenied."""
        ...

    def uri(self, path: str = "") -> str:
        """The URI of a file."""
        ...
