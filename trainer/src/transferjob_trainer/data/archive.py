"""Archives as sources: hostile until shown otherwise. Nothing is ever unpacked to disk by a name from inside."""

from __future__ import annotations

import lzma
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import IO, BinaryIO

from ..errors import DatasetInvalid
from ..storage import Entry
from .member import MemberCheck
from .source import MAX_FILE_BYTES, Fetch
from .tarstream import TAR_SUFFIXES, tar_stream
from .zipdirectory import check_directory

ARCHIVE_SUFFIXES = (".zip", *TAR_SUFFIXES)

_DAMAGED = (
    zipfile.BadZipFile,
    tarfile.TarError,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    OSError,
    ValueError,
    RecursionError,
)
_ENCRYPTED = 0x1
_LONGEST_REASON = 300
_READ_BYTES = 1 << 18


def is_archive(path: str) -> bool:
    """Whether the name is that of an archive that can be read."""
    return path.lower().endswith(ARCHIVE_SUFFIXES)


@dataclass(frozen=True, slots=True)
class ArchiveFile:
    """An archive that can be opened as often as needed."""

    name: str
    """URI, for sentences; its end tells the kind."""
    size: int
    """Bytes."""
    open: Callable[[], BinaryIO]
    """A new seekable stream of it."""


@contextmanager
def open_archive(file: ArchiveFile) -> Iterator[ZipSource | TarSource]:
    """The archive as a source. Raises DatasetInvalid when it is damaged."""
    if not file.name.lower().endswith(".zip"):
        yield TarSource(file)
        return
    with file.open() as stream:
        with damage(file.name):
            check_directory(stream, file.name)
            archive = zipfile.ZipFile(stream)
        with archive:
            yield ZipSource(file, archive)


@contextmanager
def damage(name: str) -> Iterator[None]:
    """Around reading an archive. Raises DatasetInvalid for whatever shows that it is damaged."""
    try:
        yield
    except NotImplementedError as error:
        raise DatasetInvalid(f"The archive {name} uses a compression that is not supported: {error}.") from error
    except _DAMAGED as error:
        why = " ".join(str(error).split())[:_LONGEST_REASON] or type(error).__name__
        raise DatasetInvalid(f"The archive {name} is damaged: {why}.") from error


class ZipSource:
    """The members of a .zip, read in any order and in several threads."""

    def __init__(self, file: ArchiveFile, archive: zipfile.ZipFile) -> None:
        self._file, self._archive = file, archive

    def scan(self) -> list[Entry]:
        """See Source."""
        check = MemberCheck(self._file.name, self._file.size)
        for member in self._archive.infolist():
            self._check(member, check)
        members = (item for item in self._archive.infolist() if not _is_folder(item))
        return [Entry(item.filename, item.file_size, "", f"{item.CRC:08x}") for item in members]

    def contents(self, wanted: Collection[str]) -> Iterator[tuple[str, Fetch]]:
        """See Source."""
        for path in wanted:
            yield path, partial(self._read, path)

    @staticmethod
    def _check(member: zipfile.ZipInfo, check: MemberCheck) -> None:
        kind = stat.S_IFMT(member.external_attr >> 16)
        if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
            check.refuse(member.filename, "is a link or a device")
        if member.flag_bits & _ENCRYPTED:
            check.refuse(member.filename, "is encrypted")
        # The name as it is written: zipfile itself cuts it at a NUL.
        check.accept(member.orig_filename, member.file_size, folder=_is_folder(member))

    def _read(self, path: str) -> bytes:
        with damage(f"{self._file.name} ({path})"), self._archive.open(path) as stream:
            return stream.read(MAX_FILE_BYTES + 1)


class TarSource:
    """The members of a tar, read from front to back: once for the names, once for the content."""

    def __init__(self, file: ArchiveFile) -> None:
        self._file = file

    def scan(self) -> list[Entry]:
        """See Source."""
        with damage(self._file.name):
            return [Entry(member.name, member.size, "", _checksum(content)) for member, content in self._members()]

    def contents(self, wanted: Collection[str]) -> Iterator[tuple[str, Fetch]]:
        """See Source."""
        wanted = set(wanted)
        for member, stream in self._members():
            if member.name in wanted:
                with damage(f"{self._file.name} ({member.name})"):
                    data = stream.read(MAX_FILE_BYTES + 1)
                yield member.name, partial(bytes, data)

    def _members(self) -> Iterator[tuple[tarfile.TarInfo, IO[bytes]]]:
        check = MemberCheck(self._file.name, self._file.size)
        with self._file.open() as raw, damage(self._file.name), tar_stream(raw, self._file.name, check) as members:
            for member, content in members:
                self._check(member, check)
                if content is not None:
                    yield member, content

    @staticmethod
    def _check(member: tarfile.TarInfo, check: MemberCheck) -> None:
        if not (member.isreg() or member.isdir()):
            check.refuse(member.name, "is a link or a device")
        if member.issparse():
            check.refuse(member.name, "is a sparse file")
        check.accept(member.name, member.size, folder=member.isdir())


def _is_folder(member: zipfile.ZipInfo) -> bool:
    """As ZipInfo.is_dir, which trips over an empty name."""
    return member.filename.endswith("/")


def _checksum(content: IO[bytes]) -> str:
    """CRC-32, as a zip lists it; a tar lists none and is read through anyway."""
    checksum = 0
    while part := content.read(_READ_BYTES):
        checksum = zlib.crc32(part, checksum)
    return f"{checksum:08x}"
