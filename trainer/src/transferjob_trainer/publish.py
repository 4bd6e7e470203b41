"""Publishes a result under its digest: artifacts first, result.json last, then the pointer latest.json.

A reader that finds result.json finds everything it names; files below a digest are never rewritten.
"""

from __future__ import annotations

import json
from pathlib import Path

from pydantic import TypeAdapter

from .contract.base import Sha256
from .contract.result import LATEST_FILE, RESULT_FILE, Artifact, Result
from .contract.run_file import JobIdentity
from .digests import files_of, lines_digest
from .storage import Storage

MAX_DOCUMENT_BYTES = 1 << 20
_DIGEST: TypeAdapter[str] = TypeAdapter(Sha256)


def result_digest(artifacts: list[Artifact]) -> str:
    """The digest over the artifacts, which names the result's folder."""
    return lines_digest((artifact.path, artifact.sha256) for artifact in artifacts)


def publish(result: Result, folder: Path, storage: Storage) -> None:
    """Writes the files of `folder` and the result below the digest, then points latest.json there.

    Raises:
        StorageDenied, StorageUnavailable: the storage says no, or nothing.
    """
    keep(result, folder, storage)
    document = result.model_dump_json(by_alias=True, exclude_none=True, indent=2).encode()
    storage.write_new(f"{result.digest}/{RESULT_FILE}", document)
    latest = {
        "version": 1,
        "job": result.job.model_dump(by_alias=True),
        "digest": result.digest,
        "modelURI": result.model_uri,
    }
    storage.write(LATEST_FILE, json.dumps(latest, indent=2).encode())


def keep(result: Result, folder: Path, storage: Storage) -> None:
    """Writes the files of `folder` below the digest and nothing that points there: no reader takes them for a result.

    Raises:
        StorageDenied, StorageUnavailable: the storage says no, or nothing.
    """
    for path in files_of(folder):
        storage.write_new(f"{result.digest}/{path.relative_to(folder).as_posix()}", path)


def published_result(job: JobIdentity, storage: Storage) -> Result | None:
    """The result that an earlier attempt of this very job has published, if there is one."""
    try:
        latest = json.loads(_read(storage, LATEST_FILE) or b"null")
        if latest is None or JobIdentity.model_validate(latest["job"]) != job:
            return None
        digest = _DIGEST.validate_python(latest["digest"])
        document = _read(storage, f"{digest}/{RESULT_FILE}")
        return Result.model_validate_json(document) if document else None
    except (ValueError, KeyError, TypeError, RecursionError):
        return None  # somebody else's file under our name: this run publishes its own


def _read(storage: Storage, path: str) -> bytes | None:
    return storage.read(path, MAX_DOCUMENT_BYTES) if storage.exists(path) else None
