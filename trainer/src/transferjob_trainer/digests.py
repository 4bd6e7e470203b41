"""Digests of artifacts, so that a result is named by its bytes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from .contract.result import Artifact, ArtifactFormat

_CHUNK = 1 << 20


def file_digest(path: Path, algorithm: str = "sha256") -> str:
    """Digest of a file, in hex."""
    digest = hashlib.new(algorithm, usedforsecurity=False)
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def files_of(folder: Path) -> list[Path]:
    """All files below a folder, sorted by their path."""
    return sorted(path for path in folder.rglob("*") if path.is_file())


def lines_digest(entries: Iterable[tuple[str, str]]) -> str:
    """sha256 over the sorted lines `sha256  path` of (path, sha256) pairs."""
    text = "".join(f"{digest}  {path}\n" for path, digest in sorted(entries))
    return hashlib.sha256(text.encode()).hexdigest()


def describe_artifact(folder: Path, name: str, kind: ArtifactFormat) -> Artifact:
    """Path, digest and size of a file or folder below `folder`."""
    path = folder / name
    if path.is_file():
        return Artifact(format=kind, path=name, sha256=file_digest(path), bytes=path.stat().st_size)
    files = files_of(path)
    entries = [(file.relative_to(path).as_posix(), file_digest(file)) for file in files]
    size = sum(file.stat().st_size for file in files)
    return Artifact(format=kind, path=name, sha256=lines_digest(entries), bytes=size)
