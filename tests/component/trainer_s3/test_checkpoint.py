"""Checkpoints on a real S3 server and the emulator of Cloud Storage."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.component.trainer_s3.conftest import Opener
from tests.component.trainer_s3.places import Place
from tests.unit.trainer.checkpoint.states import JOB, files_of, is_state_at, state_at, store_in
from transferjob_trainer.errors import StorageDenied, StorageUnavailable

LARGE = 2_000_000
"""Rows of a state of 24 MB, which goes in parts."""


def test_written_found_and_cleared(opened: Opener, place: Place, tmp_path: Path) -> None:
    storage = opened("models/checkpoints", absent=StorageDenied)
    store = store_in(storage, tmp_path, "pod-1")
    assert store.newest() is None
    for step in (1, 2, 30):
        report = store.save(state_at(4, step, size=LARGE), 0.0)
    assert report.uri.startswith(f"{place.uri}/models/checkpoints/{JOB.uid}/")
    assert len(files_of(storage)) == 2
    found = store_in(storage, tmp_path, "pod-2").newest()
    assert found is not None
    assert is_state_at(found.state, 4, 30)
    store.clear()
    assert files_of(storage) == []
    assert list(tmp_path.iterdir()) == []


def test_one_that_vanishes_between_listing_and_reading_is_passed_over(opened: Opener, tmp_path: Path) -> None:
    storage = opened("vanishing", absent=StorageDenied)
    store = store_in(storage, tmp_path)
    store.save(state_at(1, 1), 0.0)
    store.save(state_at(1, 2), 0.0)
    old = list(storage.list())
    storage.delete(max(entry.path for entry in old))

    class Outdated:
        def __getattr__(self, name: str) -> object:
            return (lambda _prefix="": iter(old)) if name == "list" else getattr(storage, name)

    lines: list[str] = []
    found = store_in(Outdated(), tmp_path, lines=lines).newest()  # type: ignore[arg-type]
    assert found is not None
    assert is_state_at(found.state, 1, 1)
    assert "removed meanwhile" in lines[0]


def test_a_storage_that_says_no_is_no_empty_one(opened: Opener, place: Place, tmp_path: Path) -> None:
    store_in(opened("kept"), tmp_path).save(state_at(1, 1), 0.0)
    with pytest.raises(StorageDenied):
        store_in(opened("kept", **place.wrong[-1]), tmp_path).newest()
    silent = opened("kept", endpoint="http://127.0.0.1:9", patience_seconds=1)
    with pytest.raises(StorageUnavailable):
        store_in(silent, tmp_path).newest()


def test_a_bucket_that_vanishes_in_mid_training_is_named(opened: Opener, place: Place, tmp_path: Path) -> None:
    place.server.create_bucket("short-lived")
    store = store_in(opened("models", bucket="short-lived", absent=StorageDenied), tmp_path)
    store.save(state_at(1, 1), 0.0)
    place.server.delete_bucket("short-lived")
    with pytest.raises(StorageDenied, match="there is no bucket 'short-lived'"):
        store.save(state_at(1, 2), 0.0)
    assert list(tmp_path.iterdir()) == []
