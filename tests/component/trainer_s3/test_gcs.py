"""What Cloud Storage has of its own: identities, generations, uploads in pieces."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cluster.gcsserver import GcsServer
from tests.support.google import Google, google
from transferjob_trainer.errors import DatasetInvalid, InvalidSpec, StorageDenied, StorageUnavailable
from transferjob_trainer.storage import Credentials, Storage, open_storage
from transferjob_trainer.storage.gcs_client import of_the_environment

BUCKET = "flowers"
LARGE = 40 << 20


@pytest.fixture(scope="module")
def server() -> Iterator[GcsServer]:
    with GcsServer() as server:
        server.create_bucket(BUCKET)
        server.put(BUCKET, "a/rose", b"red")
        yield server


@pytest.fixture
def front(server: GcsServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[Google]:
    for name in ("GOOGLE_APPLICATION_CREDENTIALS", "STORAGE_EMULATOR_HOST", "HTTP_PROXY", "http_proxy"):
        monkeypatch.delenv(name, raising=False)
    # No metadata server, and none is looked for.
    monkeypatch.setenv("NO_GCE_CHECK", "true")
    monkeypatch.setenv("CLOUDSDK_CONFIG", "/nowhere")
    of_the_environment.cache_clear()
    with google(server.endpoint) as front:
        yield front
    of_the_environment.cache_clear()


def _opened(front: Google, key: str | None = None, *, patience_seconds: float = 5) -> Storage:
    credentials = Credentials(google_key=key, google_endpoint=front.url)
    return open_storage(f"gs://{BUCKET}/a", credentials, absent=DatasetInvalid, patience_seconds=patience_seconds)


def test_a_key_is_changed_for_a_token_once(front: Google) -> None:
    storage = _opened(front, front.key())
    assert [(entry.path, entry.size) for entry in storage.list()] == [("rose", 3)]
    assert storage.read("rose") == b"red"
    assert front.asked["token"] == 1


def test_without_credentials_a_public_bucket_is_read_and_no_other(front: Google) -> None:
    with pytest.raises(StorageDenied, match=r"no credentials \(401\); name a Secret with them in secretRef"):
        _opened(front).read("rose")
    front.public_buckets.add(BUCKET)
    assert _opened(front).read("rose") == b"red"
    assert front.asked["token"] == 0


def test_a_pod_with_an_identity_needs_no_key(front: Google) -> None:
    # In a process of its own: Google's library looks for the metadata server's address once.
    script = (
        "import sys; from transferjob_trainer.storage import Credentials, open_storage\n"
        f"credentials = Credentials(google_endpoint={front.url!r})\n"
        f"sys.stdout.buffer.write(open_storage('gs://{BUCKET}/a', credentials, patience_seconds=5).read('rose'))"
    )
    host = front.url.removeprefix("http://")
    env = {**os.environ, "GCE_METADATA_HOST": host, "GCE_METADATA_IP": host}
    del env["NO_GCE_CHECK"]
    done = subprocess.run([sys.executable, "-c", script], env=env, capture_output=True, timeout=60, check=False)
    assert (done.stdout, done.returncode) == (b"red", 0), done.stderr
    assert front.asked["metadata"] > 0


def test_a_key_file_that_the_environment_names(front: Google, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(tmp_path / "key.json"))
    with pytest.raises(StorageDenied, match=r"credentials were not accepted \(File .*key.json was not found"):
        _opened(front)
    (tmp_path / "key.json").write_text(front.key())
    assert _opened(front).read("rose") == b"red"


def test_the_usual_variable_of_emulators(front: Google, monkeypatch: pytest.MonkeyPatch) -> None:
    front.public_buckets.add(BUCKET)
    monkeypatch.setenv("STORAGE_EMULATOR_HOST", front.url)
    assert open_storage(f"gs://{BUCKET}/a", Credentials()).read("rose") == b"red"


def test_an_account_without_rights(front: Google) -> None:
    front.forbidden = True
    with pytest.raises(StorageDenied, match=r"refused the request \(403 trainer@flowers.* does not have storage"):
        _opened(front, front.key()).read("rose")


def test_a_token_that_is_not_good_any_more_is_fetched_again(front: Google) -> None:
    storage = _opened(front, front.key())
    assert storage.read("rose") == b"red"
    front.token = "another"
    assert storage.read("rose") == b"red"
    assert front.asked["token"] == 2


@pytest.mark.parametrize("changed", ["", "{}", '{"type": "external_account"}', "key"])
def test_keys_that_are_none(front: Google, changed: str) -> None:
    document = json.loads(front.key())
    key = json.dumps({**document, "private_key": document["private_key"][:99]}) if changed == "key" else changed
    with pytest.raises(InvalidSpec, match="GOOGLE_APPLICATION_CREDENTIALS_JSON is no service account's key") as info:
        _opened(front, key or "rubbish")
    assert document["private_key"][40:80] not in info.value.message


def test_what_is_there_is_kept_also_in_a_race(front: Google, server: GcsServer, tmp_path: Path) -> None:
    (tmp_path / "large").write_bytes(bytes(LARGE))
    storage = _opened(front, front.key())
    front.before_upload = lambda: server.put(BUCKET, "a/raced", b"first")
    assert not storage.write_new("raced", b"second")
    assert not storage.write_new("raced", b"third")
    front.before_upload = lambda: server.put(BUCKET, "a/raced-large", b"first")
    assert not storage.write_new("raced-large", tmp_path / "large")
    assert server.get(BUCKET, "a/raced") == server.get(BUCKET, "a/raced-large") == b"first"


def test_an_object_that_is_replaced_while_it_is_read_ends_the_reading(front: Google, server: GcsServer) -> None:
    server.put(BUCKET, "a/changing", bytes(LARGE))
    with _opened(front, front.key()).open("changing") as stream:
        assert stream.read(10) == bytes(10)
        server.put(BUCKET, "a/changing", b"1" * LARGE)
        front.cut()
        with pytest.raises(StorageUnavailable, match="changing: it was replaced while it was read"):
            stream.read()


def test_a_bucket_that_vanishes(front: Google, server: GcsServer) -> None:
    server.create_bucket("short-lived")
    server.put("short-lived", "x", b"1")
    storage = open_storage(
        "gs://short-lived", Credentials(google_key=front.key(), google_endpoint=front.url), absent=DatasetInvalid
    )
    assert storage.read("x") == b"1"
    server.delete_bucket("short-lived")
    with pytest.raises(DatasetInvalid, match="there is no bucket 'short-lived'"):
        storage.read("x")
