"""An S3 server for this folder's tests."""

import os
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from tests.cluster.s3server import S3Server
from transferjob_trainer.contract.uri import Location
from transferjob_trainer.errors import DatasetInvalid, RunFailure
from transferjob_trainer.storage import Credentials, Storage, open_storage

Opener = Callable[..., Storage]
BUCKET = "flowers"


@pytest.fixture(scope="module")
def server() -> Iterator[S3Server]:
    with S3Server() as server:
        server.create_bucket(BUCKET)
        yield server


@pytest.fixture
def credentials(server: S3Server, monkeypatch: pytest.MonkeyPatch) -> Credentials:
    for name in [name for name in os.environ if name.lower().endswith("_proxy") or name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    return Credentials(server.access_key, server.secret_key, None, server.region, server.endpoint)


@pytest.fixture
def opened(credentials: Credentials) -> Opener:
    """Opens a storage of the server: by path, with changed credentials, failure or patience."""

    def open_it(
        path: str = "",
        *,
        bucket: str = BUCKET,
        absent: type[RunFailure] = DatasetInvalid,
        patience_seconds: float = 5,
        **changed: str,
    ) -> Storage:
        location = Location("s3", bucket, path)
        used = replace(credentials, **changed)
        return open_storage(location, used, absent=absent, patience_seconds=patience_seconds)

    return open_it
