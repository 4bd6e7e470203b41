"""The Cloud Storage client of one storage."""

from __future__ import annotations

import json
import os
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import google.auth
from google.auth.credentials import AnonymousCredentials
from google.auth.exceptions import DefaultCredentialsError
from google.auth.transport import DEFAULT_REFRESH_STATUS_CODES
from google.auth.transport.requests import AuthorizedSession
from google.cloud import storage
from google.oauth2.service_account import Credentials as ServiceAccount
from requests.adapters import HTTPAdapter

from ..contract.environment import GCS_KEY
from ..errors import InvalidSpec
from .credentials import Credentials

TIMEOUT = (10, 60)
"""Seconds to connect, and between two pieces of an answer."""
CONNECTIONS = 32
_SCOPE = "https://www.googleapis.com/auth/devstorage.read_write"
_KEY_FILE = "GOOGLE_APPLICATION_CREDENTIALS"
_EMULATOR = "STORAGE_EMULATOR_HOST"


def make_client(credentials: Credentials) -> tuple[storage.Client, AuthorizedSession]:
    """A client, and the session by which it asks, for what it has no method for.

    Raises:
        InvalidSpec: the key in the Secret is no service account's, or the endpoint no address.
        DefaultCredentialsError: the environment names a key file that cannot be read.
    """
    # The library would ask for the bucket's metadata too, which needs a right of its own, for traces that nobody reads.
    os.environ.setdefault("DISABLE_GCS_PYTHON_CLIENT_OTEL_BUCKET_METADATA", "true")
    used = _identity(credentials)
    # Who has nothing to refresh must hear a refusal as it is.
    refreshed = () if isinstance(used, AnonymousCredentials) else DEFAULT_REFRESH_STATUS_CODES
    session = AuthorizedSession(used, refresh_status_codes=refreshed)
    for scheme in ("https://", "http://"):
        session.mount(scheme, HTTPAdapter(pool_maxsize=CONNECTIONS))
    endpoint = _checked(credentials.google_endpoint or os.environ.get(_EMULATOR))
    options = {"api_endpoint": endpoint, "universe_domain": used.universe_domain}
    return storage.Client(project=None, credentials=used, _http=session, client_options=options), session


def is_anonymous(session: AuthorizedSession) -> bool:
    """Whether requests carry no credentials."""
    return isinstance(session.credentials, AnonymousCredentials)


def _identity(credentials: Credentials) -> Any:
    if credentials.google_key is not None:
        return _service_account(credentials.google_key)
    if credentials.google_endpoint is None and os.environ.get(_EMULATOR):
        return AnonymousCredentials()
    return of_the_environment()


def _service_account(text: str) -> ServiceAccount:
    try:
        # Other kinds of credentials may name programs and addresses to ask; this one is a key and nothing else.
        return ServiceAccount.from_service_account_info(json.loads(text), scopes=[_SCOPE])
    except (ValueError, TypeError, AttributeError, KeyError):
        # Without the cause: its text may quote the key.
        raise InvalidSpec(
            f"The Secret's {GCS_KEY} is no service account's key; it must hold the JSON file as it was downloaded."
        ) from None


@cache
def of_the_environment() -> Any:
    """Application default credentials: a key file that the environment names, or the pod's workload identity; anonymous
    where there is none. Found once: to look for a metadata server that is not there takes seconds."""
    try:
        return google.auth.default(scopes=[_SCOPE])[0]
    except DefaultCredentialsError:
        if os.environ.get(_KEY_FILE):
            raise
        return AnonymousCredentials()


def _checked(endpoint: str | None) -> str | None:
    if endpoint is None or (urlsplit(endpoint).scheme in ("http", "https") and urlsplit(endpoint).hostname):
        return endpoint and endpoint.rstrip("/")
    raise InvalidSpec(f"The storage endpoint {endpoint!r} must be an address such as https://storage.example.com.")
