"""Data and models through a network that answers 503, slowly, in part, or with another part than was asked for."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from tests.cluster.gcsserver import GcsServer
from tests.cluster.s3server import S3Server
from tests.component.trainer.test_end_to_end import started
from tests.component.trainer_s3.places import BUCKET, PLACES, Place
from tests.data.gcs_proxy import UPLOAD_FAULTS, GcsProxy
from tests.data.proxy import FAULTS, Proxy, running
from tests.unit.trainer.data.loading import load
from tests.unit.trainer.runs import write_digits, write_run
from transferjob_trainer.contract import Result
from transferjob_trainer.contract.environment import DATASET_PREFIX, OUTPUT_PREFIX
from transferjob_trainer.digests import describe_artifact
from transferjob_trainer.errors import DatasetInvalid
from transferjob_trainer.storage import Credentials, open_storage

SIZE = 12 << 20
Spoiled = Callable[..., AbstractContextManager[Proxy]]


@pytest.fixture(scope="module", params=sorted(PLACES))
def place(request: pytest.FixtureRequest) -> Iterator[Place]:
    with PLACES[request.param]() as place:
        yield place


@pytest.fixture
def proxied(place: Place) -> Spoiled:
    """A proxy in front of the server; a share of its answers, 0 to 1, is spoiled."""

    def make(*, share: float, seed: int) -> AbstractContextManager[Proxy]:
        if isinstance(place.server, GcsServer):
            return running(GcsProxy(place.server, share, seed))
        assert isinstance(place.server, S3Server)
        return running(Proxy(place.server, share, seed))

    return make


@pytest.fixture(autouse=True)
def no_other_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.lower().endswith("_proxy") or name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("NO_GCE_CHECK", "true")
    monkeypatch.setenv("CLOUDSDK_CONFIG", "/nowhere")


def credentials(place: Place, proxy: Proxy) -> Credentials:
    return replace(place.credentials, **{place.endpoint_field: proxy.url})


@pytest.mark.parametrize("seed", range(3))
def test_files_go_in_and_come_out_whole(place: Place, proxied: Spoiled, tmp_path: Path, seed: int) -> None:
    content = np.random.default_rng(seed).bytes(SIZE)
    (tmp_path / "large").write_bytes(content)
    with proxied(share=0.3, seed=seed) as proxy:
        opened = open_storage(f"{place.uri}/{seed}", credentials(place, proxy), patience_seconds=120)
        assert opened.write_new("large", tmp_path / "large")
        assert not opened.write_new("large", tmp_path / "large")
        for copy in range(8):
            opened.download("large", tmp_path / f"copy{copy}")
            assert hashlib.sha256((tmp_path / f"copy{copy}").read_bytes()).digest() == hashlib.sha256(content).digest()
        # In pieces, as archives and records are read: a connection that breaks is taken up in the middle.
        with opened.open("large") as stream:
            assert b"".join(iter(partial(stream.read, 100_000), b"")) == content
        assert sum(proxy.done[fault] for fault in (*FAULTS, *UPLOAD_FAULTS)) > 3, proxy.done
    assert place.server.get(BUCKET, f"{seed}/large") == content


def test_an_upload_in_pieces_goes_on_where_it_was(tmp_path: Path) -> None:
    content = np.random.default_rng(0).bytes(30 << 20)
    (tmp_path / "large").write_bytes(content)
    with GcsServer() as server, running(GcsProxy(server, 0.4, 3)) as proxy:
        server.create_bucket(BUCKET)
        proxy.faults = ("busy", "refused")
        anybody = Credentials(google_key=None, google_endpoint=proxy.url)
        for name in "abc":
            assert open_storage(f"gs://{BUCKET}", anybody, patience_seconds=120).write_new(name, tmp_path / "large")
            assert server.get(BUCKET, name) == content
        assert all(proxy.done[fault] for fault in UPLOAD_FAULTS), proxy.done


def test_a_dataset_is_the_one_that_lies_there(place: Place, proxied: Spoiled, tmp_path: Path) -> None:
    folder = write_digits(tmp_path / "digits", each=20)
    _put(place, folder, "digits")
    wanted = load(folder, tmp_path)
    for seed in range(3):
        with proxied(share=0.2, seed=seed) as proxy:
            opener = partial(
                open_storage, credentials=credentials(place, proxy), absent=DatasetInvalid, patience_seconds=120
            )
            seen = load(f"{place.uri}/digits", tmp_path, storage_factory=opener)
            assert sum(proxy.done[fault] for fault in FAULTS) > 10, proxy.done
        assert np.array_equal(seen.train.images, wanted.train.images)
        assert np.array_equal(seen.validation.labels, wanted.validation.labels)


def test_a_run_publishes_a_whole_result(place: Place, proxied: Spoiled, tmp_path: Path) -> None:
    _put(place, write_digits(tmp_path / "digits", each=12), "more")
    with proxied(share=0.2, seed=1) as proxy:
        env = place.environment(DATASET_PREFIX, OUTPUT_PREFIX, **{place.endpoint_field: proxy.url})
        run = write_run(
            tmp_path,
            dataset={"uri": f"{place.uri}/more"},
            output={"uri": f"{place.uri}/models", "formats": ["Keras", "SavedModel"]},
        )
        with started(run, **env) as trainer:
            code, printed, message = trainer.end(240)
        assert code == 0, printed
        assert sum(proxy.done[fault] for fault in FAULTS) > 10, proxy.done
    assert message.result.model_uri == f"{place.uri}/models/{message.result.digest}"
    folder = _fetched(place, f"models/{message.result.digest}", tmp_path / "published")
    result = Result.model_validate_json((folder / "result.json").read_text())
    for artifact in result.artifacts:
        assert describe_artifact(folder, artifact.path, artifact.format) == artifact


def _put(place: Place, folder: Path, name: str) -> None:
    for file in folder.rglob("*"):
        if file.is_file():
            place.server.put(BUCKET, f"{name}/{file.relative_to(folder).as_posix()}", file.read_bytes())


def _fetched(place: Place, name: str, folder: Path) -> Path:
    storage = open_storage(f"{place.uri}/{name}", place.credentials)
    for entry in storage.list():
        (folder / entry.path).parent.mkdir(parents=True, exist_ok=True)
        storage.download(entry.path, folder / entry.path)
    return folder
