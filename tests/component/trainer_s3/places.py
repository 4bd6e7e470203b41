"""A bucket of each kind of storage, so that the same tests run on all of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import astuple, dataclass, replace
from typing import Protocol

from tests.cluster.gcsserver import GcsServer
from tests.cluster.s3server import S3Server
from tests.support.google import google
from transferjob_trainer.contract.environment import CREDENTIAL_KEYS
from transferjob_trainer.storage import Credentials

BUCKET = "flowers"


class Server(Protocol):
    """What both servers can do behind the storage's back."""

    def create_bucket(self, name: str) -> None: ...

    def delete_bucket(self, name: str) -> None: ...

    def put(self, bucket: str, key: str, content: bytes) -> None: ...

    def get(self, bucket: str, key: str) -> bytes: ...


@dataclass(frozen=True)
class Place:
    """A running server with a bucket, and who may use it."""

    scheme: str
    server: Server
    credentials: Credentials
    wrong: tuple[dict[str, str], ...]
    """Changes of the credentials that the server refuses."""
    endpoint_field: str
    """The field of the credentials with the server's address."""

    @property
    def uri(self) -> str:
        return f"{self.scheme}://{BUCKET}"

    def environment(self, *prefixes: str, **changed: str) -> dict[str, str]:
        """The credentials as a trainer is given them, with changes."""
        values = zip(CREDENTIAL_KEYS, astuple(replace(self.credentials, **changed)), strict=True)
        return {f"{prefix}{name}": value for name, value in values if value is not None for prefix in prefixes}


@contextmanager
def s3_place() -> Iterator[Place]:
    with S3Server() as server:
        server.create_bucket(BUCKET)
        credentials = Credentials(server.access_key, server.secret_key, None, server.region, server.endpoint)
        wrong = ({"access_key_id": "wrong"}, {"secret_access_key": "wrong-secret-value"})
        yield Place("s3", server, credentials, wrong, "endpoint_url")


@contextmanager
def gcs_place() -> Iterator[Place]:
    with GcsServer() as server, google(server.endpoint) as front:
        server.create_bucket(BUCKET)
        credentials = Credentials(google_key=front.key(), google_endpoint=front.url)
        yield Place("gs", server, credentials, ({"google_key": front.strangers_key()},), "google_endpoint")


PLACES = {"s3": s3_place, "gs": gcs_place}
