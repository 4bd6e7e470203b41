"""https:// names one file on a web server, which can be read and nothing else."""

from __future__ import annotations

import io
import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, NoReturn, cast

from ..contract.uri import Location
from ..errors import RunFailure, StorageDenied, StorageUnavailable
from .base import Entry
from .https_reader import WebReader
from .https_request import Requester
from .paths import plain, temporary_name
from .patience import Patience

_BUFFER = 1 << 20


class HttpsStorage:
    """A file, or files whose names are known: a web server has no listing."""

    def __init__(self, location: Location, *, absent: type[RunFailure], patience_seconds: float) -> None:
        self._location, self._absent = location, absent
        self._patience = Patience(patience_seconds)

    def uri(self, path: str = "") -> str:
        """See Storage."""
        return str(self._location.child(path)) if path else str(self._location)

    def list(self, prefix: str = "") -> Iterator[Entry]:
        """See Storage. Raises what `absent` says: there is no listing."""
        raise self._absent(
            f"{self.uri(prefix)} is not there or is a folder, which has no listing over https://; name one file (an"
            " archive, .npz or TFRecord), or use s3:// or pvc://."
        )

    def exists(self, path: str) -> bool:
        """See Storage. By the first byte: servers answer GET when they answer at all."""
        try:
            self._reader(path, _Missing).close()
        except _Missing:
            return False
        return True

    def read(self, path: str, limit: int | None = None) -> bytes:
        """See Storage."""
        with self.open(path) as stream:
            return stream.read() if limit is None else stream.read(limit + 1)

    def open(self, path: str) -> BinaryIO:
        """See Storage."""
        return cast(BinaryIO, io.BufferedReader(self._reader(path, self._absent), _BUFFER))

    def download(self, path: str, to: Path) -> None:
        """See Storage. Raises StorageUnavailable before anything is written when the disk has no room for it."""
        temporary = to.with_name(temporary_name(to.name, uuid.uuid4().hex))
        reader = self._reader(path, self._absent)
        try:
            with io.BufferedReader(reader, _BUFFER) as source:
                self._check_room(path, reader.size, to.parent)
                with temporary.open("xb") as target:
                    shutil.copyfileobj(source, target, _BUFFER)
                    target.flush()
                    os.fsync(target.fileno())
            temporary.replace(to)
        finally:
            with suppress(FileNotFoundError):
                temporary.unlink()

    def write_new(self, path: str, source: Path | bytes) -> bool:  # noqa: ARG002 - as the protocol has it
        """See Storage. Raises StorageDenied."""
        self._refuse(path)

    def write(self, path: str, data: bytes) -> None:  # noqa: ARG002 - as the protocol has it
        """See Storage. Raises StorageDenied."""
        self._refuse(path)

    def delete(self, path: str) -> None:
        """See Storage. Raises StorageDenied."""
        self._refuse(path)

    def delete_folder(self, path: str) -> None:
        """See Storage. Raises StorageDenied."""
        self._refuse(path)

    def probe_write(self) -> None:
        """See Storage. Raises StorageDenied."""
        self._refuse("")

    def _reader(self, path: str, absent: type[RunFailure]) -> WebReader:
        uri = self.uri(plain(path, self.uri()))
        return WebReader(Requester(uri, absent), uri=uri, absent=absent, patience=self._patience)

    def _check_room(self, path: str, size: int, folder: Path) -> None:
        free = shutil.disk_usage(folder).free
        if size > free:
            raise StorageUnavailable(f"{self.uri(path)} has {size:,} bytes; {folder} has room for {free:,}.")

    def _refuse(self, path: str) -> NoReturn:
        raise StorageDenied(f"{self.uri(path)}: over https:// nothing can be written; use s3:// or pvc://.")


class _Missing(RunFailure):
    """There is no such file."""
