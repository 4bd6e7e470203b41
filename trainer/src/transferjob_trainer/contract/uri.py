"""URIs of data, weights and outputs: which schemes there are, and what a well-formed one looks like."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import unquote, urlsplit

from pydantic import AfterValidator, StringConstraints

MAX_URI_LENGTH = 1024
DATASET_SCHEMES = ("s3", "gs", "https", "pvc", "keras", "sklearn", "file")
OUTPUT_SCHEMES = ("s3", "gs", "pvc", "file")
WEIGHTS_SCHEMES = ("s3", "gs", "https", "pvc", "file")
MIRROR_SCHEMES = ("s3", "gs", "https", "pvc")
"""Of a mirror that pods read."""
CACHE_SCHEMES = ("pvc", "file")
"""A feature cache is mapped into memory, so it must be a folder."""
LOCAL_ONLY_SCHEMES = ("file",)
"""Schemes that mean this machine: for runs outside a cluster, refused in a manifest."""

_CLAIM = re.compile(r"^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$")
_CONTROL = re.compile(r"[\x00-\x20\x7f\\]")


class InvalidURI(ValueError):
    """A URI that cannot be used; the text says why."""


@dataclass(frozen=True, slots=True)
class Location:
    """A parsed URI: scheme, bucket / claim / host / name, and the path without a leading slash."""

    scheme: str
    authority: str
    path: str

    def __str__(self) -> str:
        if self.scheme == "file":
            return f"file:///{self.path}"
        return f"{self.scheme}://{self.authority}" + (f"/{self.path}" if self.path else "")

    def child(self, *names: str) -> Location:
        """The location below this one, by plain names joined with slashes."""
        return Location(
            self.scheme, self.authority, "/".join([part for part in (self.path.rstrip("/"), *names) if part])
        )


def parse_uri(text: str, schemes: tuple[str, ...]) -> Location:
    """Parse a URI of one of the schemes.

    Raises:
        InvalidURI: no or a wrong scheme, credentials, `..`, a query, a malformed claim, blanks or control
            characters, over 1,024 characters.
    """
    if len(text) > MAX_URI_LENGTH:
        raise InvalidURI(f"must be at most {MAX_URI_LENGTH} characters, got {len(text)}")
    if _CONTROL.search(text):
        raise InvalidURI("must not contain blanks, backslashes or control characters")
    scheme, separator, _ = text.partition("://")
    if not separator or scheme not in schemes:
        raise InvalidURI(f"must start with one of {', '.join(s + '://' for s in schemes)}")
    parts = urlsplit(text)
    if "@" in parts.netloc:
        raise InvalidURI("must not contain credentials; name a Secret in secretRef")
    if parts.query or parts.fragment:
        raise InvalidURI("must not contain '?' or '#'")
    if ".." in unquote(parts.path).split("/"):
        raise InvalidURI("must not contain '..'")
    return _located(scheme, parts.netloc, parts.path.lstrip("/"))


def _located(scheme: str, authority: str, path: str) -> Location:
    if scheme == "file":
        if authority or not path:
            raise InvalidURI("must be file:///absolute/path")
    elif not authority:
        raise InvalidURI(f"must name a {'claim' if scheme == 'pvc' else 'bucket, host or name'} after {scheme}://")
    elif scheme == "pvc" and not _CLAIM.match(authority):
        raise InvalidURI("must be pvc://claim/path with the claim's name in lower case")
    return Location(scheme, authority, path)


def _checked(schemes: tuple[str, ...]) -> AfterValidator:
    def check(text: str) -> str:
        parse_uri(text, schemes)
        return text

    return AfterValidator(check)


_BOUNDS = StringConstraints(min_length=1, max_length=MAX_URI_LENGTH)
DatasetURI = Annotated[str, _BOUNDS, _checked(DATASET_SCHEMES)]
OutputURI = Annotated[str, _BOUNDS, _checked(OUTPUT_SCHEMES)]
CacheURI = Annotated[str, _BOUNDS, _checked(CACHE_SCHEMES)]
