"""From a URI to the storage behind it."""

from __future__ import annotations

from pathlib import Path

from ..contract.uri import WEIGHTS_SCHEMES, InvalidURI, Location, parse_uri
from ..errors import InvalidSpec, RunFailure, StorageDenied
from .base import Storage
from .credentials import Credentials
from .local import LocalStorage

_SCHEMES = WEIGHTS_SCHEMES
"""Of what has files: data, weights and outputs; named datasets have none."""
PATIENCE_SECONDS = 300.0
"""How long a storage that does not answer is asked again before the run gives up."""


def open_storage(
    where: str | Location,
    credentials: Credentials,
    *,
    claims_root: Path | None = None,
    absent: type[RunFailure] = StorageDenied,
    patience_seconds: float = PATIENCE_SECONDS,
) -> Storage:
    """The storage at a URI; nothing is asked of it yet.

    Args:
        where: file://, pvc://, s3://, gs:// or https:// URI, or a parsed one.
        credentials: for S3 and Cloud Storage.
        claims_root: folder under which each claim is mounted by its name.
        absent: failure that is raised when the bucket, folder or file is not there: DatasetInvalid for a dataset,
            WeightsUnavailable for weights, StorageDenied for an output.
        patience_seconds: how long a server that does not answer is asked again.

    Raises:
        InvalidSpec: a malformed URI, or a claim where none is mounted.
    """
    location = where if isinstance(where, Location) else _parse(where)
    if location.scheme == "file":
        root = Path("/") / location.path
        return LocalStorage(location, root, jail=root, absent=absent)
    if location.scheme == "pvc":
        claim = _claim_folder(location, claims_root)
        return LocalStorage(location, claim / location.path, jail=claim, absent=absent)
    if location.scheme == "s3":
        from .s3 import S3Storage

        return S3Storage(location, credentials, absent=absent, patience_seconds=patience_seconds)
    if location.scheme == "gs":
        from .gcs import GcsStorage

        return GcsStorage(location, credentials, absent=absent, patience_seconds=patience_seconds)
    from .https import HttpsStorage

    return HttpsStorage(location, absent=absent, patience_seconds=patience_seconds)


def _parse(text: str) -> Location:
    try:
        return parse_uri(text, _SCHEMES)
    except InvalidURI as error:
        raise InvalidSpec(f"The URI {text!r} {error}.") from error


def _claim_folder(location: Location, claims_root: Path | None) -> Path:
    if claims_root is None:
        raise InvalidSpec(f"{location}: no volume claims are mounted here.")
    return claims_root / location.authority
