"""Credentials of a storage: from the environment, never printed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from ..contract.environment import CREDENTIAL_KEYS

MASK = "***"
_SHORTEST_SECRET = 4
"""Shorter values are not masked: they would blot out ordinary text."""


@dataclass(frozen=True, slots=True, repr=False)
class Credentials:
    """What is needed to talk to an S3 server or to Cloud Storage. What is None is left to the SDK's default (such as
    a pod's identity)."""

    access_key_id: str | None = None
    secret_access_key: str | None = None
    session_token: str | None = None
    region: str | None = None
    endpoint_url: str | None = None
    google_key: str | None = None
    """A service account's key, as JSON."""
    google_endpoint: str | None = None

    @classmethod
    def from_environment(cls, prefix: str, env: Mapping[str, str]) -> Credentials:
        """Read PREFIX + each of the contract's CREDENTIAL_KEYS; empty values count as absent."""
        values = (env.get(prefix + key, "").strip() or None for key in CREDENTIAL_KEYS)
        return cls(*values)

    @property
    def secrets(self) -> tuple[str, ...]:
        """The values that must never be seen, longest first."""
        values = {self.access_key_id, self.secret_access_key, self.session_token, *_parts(self.google_key)} - {None}
        return tuple(
            sorted((value for value in values if value and len(value) >= _SHORTEST_SECRET), key=len, reverse=True)
        )

    def mask(self, text: str) -> str:
        """The text with every secret value replaced."""
        for secret in self.secrets:
            text = text.replace(secret, MASK)
        return text

    def __repr__(self) -> str:
        held = "with keys" if self.secret_access_key or self.google_key else "without keys"
        endpoint = self.endpoint_url or self.google_endpoint
        return f"Credentials({held}, region={self.region!r}, endpoint_url={endpoint!r})"


def _parts(key: str | None) -> tuple[str, ...]:
    """A service account's key as it may be quoted: whole, or a line or a field of it."""
    if key is None:
        return ()
    try:
        fields = json.loads(key)
        secret = str(fields["private_key"])
        named = str(fields.get("private_key_id", ""))
    except (ValueError, TypeError, KeyError, AttributeError):
        return (key,)
    lines = [line for line in secret.splitlines() if not line.startswith("-----")]
    return (key, secret, json.dumps(secret)[1:-1], named, *lines)
