"""A chunk as a file: a header in JSON, then the tensors' bytes one after the other. No code is ever read from it."""

from __future__ import annotations

import hashlib
import json
import mmap
import os
import uuid
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .spec import EntrySpec

FORMAT = 1
"""Raised when the layout of the files changes."""
HEADER_BYTES = 4096
"""The header is padded to a whole page, so that the first tensor is aligned."""
_MAGIC = b"TJFEATURES"
_READ_BYTES = 1 << 22

Arrays = tuple[NDArray[Any], ...]


class BrokenChunk(Exception):
    """A chunk's file that is cut short, changed, or of another entry or version; the text says which."""


def write_chunk(path: Path, spec: EntrySpec, chunk: int, arrays: Sequence[NDArray[Any]]) -> None:
    """Writes the rows of a chunk, unless there is such a file already: the first one stays.

    The file appears under its name only when it is whole and on disk, so a writer may die, or go on long after
    others took it for dead, without harm.

    Args:
        path: the file.
        spec: the entry.
        chunk: which chunk.
        arrays: one array a tensor, [rows of the chunk, *shape].
    """
    payload = [np.ascontiguousarray(array).view(np.uint8).reshape(-1) for array in arrays]
    digest = hashlib.sha256()
    for part in payload:
        digest.update(part.data)
    temporary = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
    try:
        with temporary.open("xb") as file:
            file.write(_header(spec, chunk, digest.hexdigest()))
            for part in payload:
                file.write(part.data)
            file.flush()
            os.fsync(file.fileno())
        _link_once(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def read_chunk(path: Path, spec: EntrySpec, chunk: int) -> tuple[str, mmap.mmap]:
    """The sha256 of a chunk's rows, compared with the rows themselves, and the file as mapped memory.

    Raises:
        BrokenChunk: the file is not what its name and header say.
        FileNotFoundError: there is none.
    """
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        expected = HEADER_BYTES + len(spec.chunk_range(chunk)) * spec.row_bytes
        if size != expected:
            raise BrokenChunk(f"has {size:,} bytes where {expected:,} are due")
        claimed = _claimed_digest(file.read(HEADER_BYTES), spec, chunk)
        digest = hashlib.sha256()
        while part := file.read(_READ_BYTES):
            digest.update(part)
        if digest.hexdigest() != claimed:
            raise BrokenChunk("its sha256 is not the one in its header")
        return claimed, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


def _header(spec: EntrySpec, chunk: int, digest: str) -> bytes:
    text = json.dumps({**_identity(spec, chunk), "sha256": digest}).encode()
    header = _MAGIC + b"\n" + text + b"\n"
    if len(header) > HEADER_BYTES:
        raise ValueError(f"the header of a chunk has {len(header)} bytes, at most {HEADER_BYTES} fit")
    return header.ljust(HEADER_BYTES, b" ")


def _identity(spec: EntrySpec, chunk: int) -> dict[str, Any]:
    rows = spec.chunk_range(chunk)
    tensors = [tensor.document() for tensor in spec.tensors]
    return {"format": FORMAT, "key": spec.key, "first": rows.start, "rows": len(rows), "tensors": tensors}


def _claimed_digest(header: bytes, spec: EntrySpec, chunk: int) -> str:
    magic, _, rest = header.partition(b"\n")
    if magic != _MAGIC:
        raise BrokenChunk("is no file of features")
    try:
        document = json.loads(rest)
    except (ValueError, RecursionError):
        raise BrokenChunk("its header is no JSON") from None
    if not isinstance(document, dict):
        raise BrokenChunk("its header is no JSON object")
    if document.get("format") != FORMAT:
        raise BrokenChunk(f"is of format {document.get('format')!r}, this version writes {FORMAT}")
    claimed = document.pop("sha256", None)
    if document != _identity(spec, chunk) or not isinstance(claimed, str):
        raise BrokenChunk("belongs to another entry or place")
    return claimed


def _link_once(temporary: Path, path: Path) -> None:
    """Gives a finished file its name where the name is free. File systems without hard links get a rename: two
    writers of a chunk have the same content to the last bits of rounding."""
    try:
        os.link(temporary, path)
    except FileExistsError:
        return
    except OSError:
        if path.exists():
            return
        temporary.replace(path)
    with suppress(OSError):
        sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Makes names that were given in a folder outlast a loss of power."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
