"""A tar, unpacked as a stream with bounds."""

from __future__ import annotations

import bz2
import gzip
import lzma
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, BinaryIO, cast

from .member import MemberCheck

TAR_SUFFIXES = (".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz")

_CHUNK = 1 << 18
_BIGGEST_HEADER = 1 << 20
_HEADER_WITH_BODY = (
    tarfile.GNUTYPE_LONGLINK,
    tarfile.GNUTYPE_LONGNAME,
    tarfile.SOLARIS_XHDTYPE,
    tarfile.XGLTYPE,
    tarfile.XHDTYPE,
)


class _BoundedStream:
    """Counts what comes out of a decompressor, and remembers its end."""

    def __init__(self, stream: IO[bytes], check: MemberCheck) -> None:
        self._stream, self._check = stream, check
        self._end = b""

    def read(self, size: int) -> bytes:
        """Up to so many bytes."""
        data = self._stream.read(size)
        self._check.unpacked(len(data))
        self._end = (self._end + data)[-tarfile.BLOCKSIZE :]
        return data

    def require_end_mark(self) -> None:
        """Raises ReadError unless the last block was zeros, as at the end of every whole tar."""
        if self._end != bytes(tarfile.BLOCKSIZE):
            raise tarfile.ReadError("it ends early")


class _BoundedInfo(tarfile.TarInfo):
    """A header whose extension (long names, pax records), which is read into memory whole, has a bound."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> _BoundedInfo:
        """Parse a header block."""
        info = super().frombuf(buf, encoding, errors)
        if info.type in _HEADER_WITH_BODY and info.size > _BIGGEST_HEADER:
            raise tarfile.ReadError(f"a header of {info.size:,} bytes; at most {_BIGGEST_HEADER:,} are accepted")
        return info


Member = tuple[tarfile.TarInfo, IO[bytes] | None]


@contextmanager
def tar_stream(raw: BinaryIO, name: str, check: MemberCheck) -> Iterator[Iterator[Member]]:
    """The members of a tar, plain or compressed by what its name says, each with its content if it is a file."""
    with _decompressed(raw, name) as stream:
        bounded = _BoundedStream(stream, check)
        source = cast(IO[bytes], bounded)
        with tarfile.open(fileobj=source, mode="r|", bufsize=_CHUNK, tarinfo=_BoundedInfo) as tar:
            yield _members(tar, bounded)


def _members(tar: tarfile.TarFile, bounded: _BoundedStream) -> Iterator[Member]:
    while (member := tar.next()) is not None:
        # A TarFile remembers every header that it has passed; a stream needs none of them.
        tar.members = []  # type: ignore[attr-defined]
        yield member, tar.extractfile(member) if member.isreg() else None
    # tarfile takes a broken or cut header for the end of the archive.
    _drain(tar)
    bounded.require_end_mark()


def _drain(tar: tarfile.TarFile) -> None:
    """Read to the end. Raises ReadError when something follows."""
    rest = cast(IO[bytes], tar.fileobj)
    while chunk := rest.read(_CHUNK):
        if chunk.strip(b"\0"):
            raise tarfile.ReadError("a broken header")


def _decompressed(raw: BinaryIO, name: str) -> IO[bytes]:
    name = name.lower()
    if name.endswith((".gz", ".tgz")):
        return cast(IO[bytes], gzip.open(raw))
    if name.endswith(".bz2"):
        return bz2.open(raw)
    return lzma.open(raw) if name.endswith(".xz") else raw
