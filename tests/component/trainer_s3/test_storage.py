"""The storages of buckets against a real S3 server and the emulator of Cloud Storage."""

import socket
import time
from pathlib import Path

import pytest

from tests.component.trainer_s3.conftest import Opener
from tests.component.trainer_s3.places import BUCKET, Place
from transferjob_trainer.errors import DatasetInvalid, InvalidSpec, StorageDenied, StorageUnavailable
from transferjob_trainer.storage import Storage

MULTIPART = 20 << 20


def test_a_file_goes_in_and_comes_out(opened: Opener, place: Place) -> None:
    storage = opened("round/trip/")
    storage.probe_write()
    assert storage.write_new("a/b.bin", b"first")
    assert not storage.write_new("a/b.bin", b"second")
    storage.write("latest.json", b"old")
    storage.write("latest.json", b"new")
    assert (storage.read("a/b.bin"), storage.read("latest.json", 1)) == (b"first", b"ne")
    assert sorted((entry.path, entry.size) for entry in storage.list()) == [("a/b.bin", 5), ("latest.json", 3)]
    assert [entry.path for entry in storage.list("a")] == ["a/b.bin"]
    assert place.server.get(BUCKET, "round/trip/a/b.bin") == b"first"
    storage.delete("a/b.bin")
    assert not storage.exists("a/b.bin")
    assert storage.uri("latest.json") == f"{place.uri}/round/trip/latest.json"


def test_a_large_file_goes_in_parts(opened: Opener, tmp_path: Path) -> None:
    content = bytes(range(256)) * (MULTIPART // 256)
    (tmp_path / "model").write_bytes(content)
    storage = opened("large")
    assert storage.write_new("model", tmp_path / "model")
    storage.download("model", tmp_path / "copy")
    assert (tmp_path / "copy").read_bytes() == content
    assert sorted(path.name for path in tmp_path.iterdir()) == ["copy", "model"]
    with storage.open("model") as stream:
        assert not stream.seekable()
        assert stream.read(300) == content[:300]


def test_listing_goes_over_many_pages(opened: Opener, place: Place) -> None:
    for index in range(2100):
        place.server.put(BUCKET, f"many/x/{index:04d}", b"1")
    place.server.put(BUCKET, "many-others/y", b"1")
    entries = list(opened("many").list())
    assert [entry.path for entry in entries] == [f"x/{index:04d}" for index in range(2100)]


def test_the_tag_changes_with_the_content(opened: Opener) -> None:
    storage = opened("tags")
    tags = set()
    for content in (b"1", b"2", b"1"):
        storage.write("a", content)
        tags |= {entry.tag for entry in storage.list()}
    assert len(tags) == 2
    assert all(tags)


def _attempts(storage: Storage) -> list[object]:
    return [lambda: storage.read("x"), lambda: list(storage.list()), storage.probe_write, lambda: storage.exists("x")]


def test_wrong_keys_are_denied_at_once_and_not_shown(opened: Opener, place: Place) -> None:
    start = time.monotonic()
    for changed in place.wrong:
        for attempt in _attempts(opened("x", patience_seconds=60, **changed)):
            with pytest.raises(StorageDenied, match=r"refused the request|were not accepted") as info:
                attempt()  # type: ignore[operator]
            assert not any(value in info.value.message for value in changed.values() if len(value) > 5)
    assert time.monotonic() - start < 20


def test_a_missing_bucket_is_named(opened: Opener) -> None:
    storage = opened("x", bucket="no-such-bucket", patience_seconds=60)
    for attempt in (lambda: list(storage.list()), storage.probe_write, lambda: storage.read("x")):
        with pytest.raises(DatasetInvalid, match="no bucket 'no-such-bucket'"):
            attempt()
    with pytest.raises(StorageDenied, match="no bucket 'no-such-bucket'"):
        opened(bucket="no-such-bucket", absent=StorageDenied).probe_write()


def test_a_missing_object(opened: Opener) -> None:
    assert not opened("x").exists("nothing")
    with pytest.raises(DatasetInvalid, match="x/nothing: there is no such object"):
        opened("x").read("nothing")


def test_paths_that_lead_out(opened: Opener) -> None:
    with pytest.raises(StorageDenied, match="leads out"):
        opened("x").read("../y")


def test_nobody_there(opened: Opener) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        endpoint = f"http://127.0.0.1:{unused.getsockname()[1]}"
        with pytest.raises(StorageUnavailable, match="no answer for 1 s"):
            opened("x", endpoint=endpoint, patience_seconds=1).probe_write()


def test_an_endpoint_that_is_no_address(opened: Opener) -> None:
    with pytest.raises(InvalidSpec, match="endpoint"):
        opened("x", endpoint="not an address").probe_write()
