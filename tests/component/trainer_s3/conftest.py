"""A server of each kind of storage for this folder's tests."""

import os
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from tests.component.trainer_s3.places import BUCKET, PLACES, Place
from transferjob_trainer.contract.uri import Location
from transferjob_trainer.errors import DatasetInvalid, RunFailure
from transferjob_trainer.storage import Credentials, Storage, open_storage

Opener = Callable[..., Storage]


@pytest.fixture(scope="module", params=sorted(PLACES))
def place(request: pytest.FixtureRequest) -> Iterator[Place]:
    with PLACES[request.param]() as place:
        yield place


@pytest.fixture
def credentials(place: Place, monkeypatch: pytest.MonkeyPatch) -> Credentials:
    for name in [name for name in os.environ if name.lower().endswith("_proxy") or name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    return place.credentials


@pytest.fixture
def opened(place: Place, credentials: Credentials) -> Opener:
    """Opens a storage of the server: by path, with another address, changed credentials, failure or patience."""

    def open_it(
        path: str = "",
        *,
        bucket: str = BUCKET,
        absent: type[RunFailure] = DatasetInvalid,
        patience_seconds: float = 5,
        endpoint: str | None = None,
        **changed: str,
    ) -> Storage:
        location = Location(place.scheme, bucket, path)
        where = {} if endpoint is None else {place.endpoint_field: endpoint}
        used = replace(credentials, **changed, **where)
        return open_storage(location, used, absent=absent, patience_seconds=patience_seconds)

    return open_it
