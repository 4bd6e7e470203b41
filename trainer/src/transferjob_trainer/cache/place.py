"""Where the entries lie: the folder of a pvc:// or file:// URI."""

from __future__ import annotations

import os
from pathlib import Path

from ..contract.uri import CACHE_SCHEMES, InvalidURI, parse_uri
from ..errors import InvalidSpec
from .entry import CacheUnavailable


def cache_folder(uri: str, claims_root: Path | None) -> Path:
    """The folder, made where it is missing.

    Raises:
        InvalidSpec: another scheme, a malformed URI, or a link that leads out of the claim.
        CacheUnavailable: the claim is not mounted or the folder cannot be made.
    """
    try:
        location = parse_uri(uri, CACHE_SCHEMES)
    except InvalidURI as error:
        raise InvalidSpec(f"spec.training.featureCache.uri {error}") from None
    jail, folder = Path("/"), Path("/") / location.path
    if location.scheme == "pvc":
        if claims_root is None or not (claims_root / location.authority).is_dir():
            raise CacheUnavailable(f"the claim {location.authority!r} of {uri} is not mounted")
        jail = claims_root / location.authority
        folder = jail / location.path
    if not Path(os.path.realpath(folder)).is_relative_to(os.path.realpath(jail)):
        raise InvalidSpec(f"spec.training.featureCache.uri {uri} is a link that leads out of the claim")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CacheUnavailable(f"{uri} cannot be made: {error.strerror}") from error
    return folder
