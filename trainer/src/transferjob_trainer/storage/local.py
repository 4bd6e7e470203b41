"""Files in a folder of this machine: file:// and, below the folder where claims are mounted, pvc://."""

from __future__ import annotations

import errno
import os
import shutil
import stat
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from ..contract.uri import Location
from ..disk import is_full
from ..errors import RunFailure, StorageDenied, StorageUnavailable
from .base import Entry
from .paths import is_temporary, plain, temporary_name

_DENIED = {errno.EACCES, errno.EPERM, errno.EROFS, errno.ELOOP}
_ABSENT = {errno.ENOENT, errno.ENOTDIR, errno.EISDIR, errno.ENAMETOOLONG}
_COPY_CHUNK = 1 << 20


class LocalStorage:
    """A folder (or one file) and what lies below it; links that lead out of the jail are refused."""

    def __init__(self, location: Location, root: Path, *, jail: Path, absent: type[RunFailure]) -> None:
        self._location = location
        self._root = root
        self._jail = Path(os.path.realpath(jail))
        self._absent = absent

    def uri(self, path: str = "") -> str:
        """See Storage."""
        return str(self._location.child(path)) if path else str(self._location)

    def list(self, prefix: str = "") -> Iterator[Entry]:
        """See Storage. Links to folders are refused, not followed: they may be circles."""
        top = self._inside(prefix)
        if not top.is_dir():
            return
        for folder, folders, names in os.walk(top, onerror=self._raise_walk_error):
            self._refuse_links(Path(folder), folders)
            for name in names:
                entry = self._entry(Path(folder, name), Path(prefix) / Path(folder, name).relative_to(top))
                if entry is not None:
                    yield entry

    def exists(self, path: str) -> bool:
        """See Storage."""
        with self._failures(path):
            return self._inside(path).is_file()

    def read(self, path: str, limit: int | None = None) -> bytes:
        """See Storage."""
        with self.open(path) as stream:
            return stream.read() if limit is None else stream.read(limit + 1)

    def open(self, path: str) -> BinaryIO:
        """See Storage."""
        target = self._inside(path)
        with self._failures(path):
            # A named pipe would block for ever.
            if not stat.S_ISREG(target.stat().st_mode):
                raise self._absent(f"{self.uri(path)} is not a file.")
            return target.open("rb")

    def download(self, path: str, to: Path) -> None:
        """See Storage."""
        with self.open(path) as source, self._failures(path), _new_file(to) as (target, temporary):
            shutil.copyfileobj(source, target, _COPY_CHUNK)
            _settle(target, temporary, to)

    def write_new(self, path: str, source: Path | bytes) -> bool:
        """See Storage."""
        if self.exists(path):
            return False
        self._write(path, source)
        return True

    def write(self, path: str, data: bytes) -> None:
        """See Storage."""
        self._write(path, data)

    def delete(self, path: str) -> None:
        """See Storage."""
        target = self._inside(path)
        with self._failures(path):
            target.unlink(missing_ok=True)

    def delete_folder(self, path: str) -> None:
        """See Storage."""
        target = self._inside(path)
        with self._failures(path), suppress(FileNotFoundError):
            shutil.rmtree(target)

    def probe_write(self) -> None:
        """See Storage."""
        name = temporary_name("probe", uuid.uuid4().hex)
        self.write(name, b"probe")
        self.delete(name)

    def _write(self, path: str, source: Path | bytes) -> None:
        target = self._inside(path)
        with self._failures(path):
            self._make_folders(target.parent)
            with _new_file(target) as (stream, temporary):
                _fill(stream, source)
                _settle(stream, temporary, target)

    def _make_folders(self, folder: Path) -> None:
        # A claim that is not mounted must not become a folder of the container's own disk.
        if not self._jail.is_dir() and self._location.scheme == "pvc":
            raise self._absent(f"The claim {self._location.authority!r} of {self.uri()} is not mounted.")
        folder.mkdir(parents=True, exist_ok=True)

    def _inside(self, path: str) -> Path:
        target = self._root / plain(path, self.uri())
        if not Path(os.path.realpath(target)).is_relative_to(self._jail):
            raise StorageDenied(f"{self.uri(path)} is a link that leads out of {self.uri()}.")
        return target

    def _refuse_links(self, folder: Path, names: Sequence[str]) -> None:
        for name in names:
            if (folder / name).is_symlink():
                where = (folder / name).relative_to(self._root)
                raise self._absent(f"{self.uri(where.as_posix())} is a link to a folder; such links are not followed.")

    def _entry(self, file: Path, relative: Path) -> Entry | None:
        if is_temporary(file.name):
            return None
        path = relative.as_posix()
        if file.is_symlink():
            self._inside(path)
        with self._failures(path):
            facts = file.stat()
        return Entry(path, facts.st_size, "", str(facts.st_mtime_ns)) if stat.S_ISREG(facts.st_mode) else None

    def _raise_walk_error(self, error: OSError) -> None:
        raise self._failure(error, "") from error

    @contextmanager
    def _failures(self, path: str) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise self._failure(error, path) from error

    def _failure(self, error: OSError, path: str) -> RunFailure:
        uri, why = self.uri(path), error.strerror or type(error).__name__
        if error.errno in _DENIED:
            return StorageDenied(f"{uri}: {why}.")
        if error.errno in _ABSENT:
            return self._absent(f"{uri}: {why}.")
        if is_full(error):
            return StorageUnavailable(f"{uri}: the storage is full ({why}).")
        return StorageUnavailable(f"{uri}: {why}.")


@contextmanager
def _new_file(target: Path) -> Iterator[tuple[BinaryIO, Path]]:
    """A temporary file beside the target, removed when it was not renamed."""
    temporary = target.with_name(temporary_name(target.name, uuid.uuid4().hex))
    try:
        with temporary.open("xb") as stream:
            yield stream, temporary
    finally:
        with suppress(FileNotFoundError):
            temporary.unlink()


def _fill(stream: BinaryIO, source: Path | bytes) -> None:
    if isinstance(source, bytes):
        stream.write(source)
        return
    with source.open("rb") as content:
        shutil.copyfileobj(content, stream, _COPY_CHUNK)


def _settle(stream: BinaryIO, temporary: Path, target: Path) -> None:
    stream.flush()
    os.fsync(stream.fileno())
    temporary.replace(target)
    folder = os.open(target.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
