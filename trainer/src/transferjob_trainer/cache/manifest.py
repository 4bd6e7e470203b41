"""The manifest of an entry: its done-marker, with what a job must know that reads no picture."""

from __future__ import annotations

import json
import os
import uuid
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from .chunk import FORMAT, sync_folder
from .spec import EntrySpec

NAME = "manifest.json"
_MAX_BYTES = 256 << 20

Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Facts(BaseModel):
    """What is learned of the pictures while they are read."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    dataset_digest: Digest
    """The dataset's digest by content, as a run that reads the pictures reports it."""
    broken: dict[int, str] = {}
    """Row to reason of pictures that cannot be decoded; their features mean nothing."""
    copies: tuple[tuple[int, ...], ...] = ()
    """Rows of pictures with the very same content, for each content that is there more than once."""


class Manifest(BaseModel):
    """Written last."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: int
    key: Digest
    chunks: tuple[Digest, ...]
    """sha256 of each chunk's rows."""
    samples: tuple[int, ...]
    """Shape of the pictures that are kept for comparisons of exported models: [n, height, width, 3]."""
    facts: Facts
    made_from: dict[str, Any]
    """What the key is the digest of, for people."""


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Writes or replaces the manifest; readers see the old or the new one."""
    temporary = folder / f".{NAME}.{uuid.uuid4().hex}"
    try:
        with temporary.open("xb") as file:
            file.write(manifest.model_dump_json(indent=1).encode())
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(folder / NAME)
        sync_folder(folder)
    finally:
        temporary.unlink(missing_ok=True)


def read_manifest(folder: Path, spec: EntrySpec) -> Manifest | None:
    """The manifest of a finished entry; None where it is missing, damaged, or of another entry or format."""
    try:
        with (folder / NAME).open("rb") as file:
            manifest = Manifest.model_validate(json.loads(file.read(_MAX_BYTES)))
    except (OSError, ValueError, RecursionError, ValidationError):
        return None
    fits = manifest.format == FORMAT and manifest.key == spec.key and len(manifest.chunks) == spec.chunks
    return manifest if fits else None
