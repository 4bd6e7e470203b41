"""Datasets on a real S3 server and the emulator of Cloud Storage."""

from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from tests.component.trainer_s3.places import Place
from tests.unit.trainer.data.loading import load
from tests.unit.trainer.data.pictures import class_files, pixels, write_tree
from tests.unit.trainer.data.test_archive import make_tar, make_zip
from tests.unit.trainer.data.test_tfrecord import good, write
from transferjob_trainer.data import Dataset
from transferjob_trainer.errors import DatasetInvalid, StorageDenied
from transferjob_trainer.storage import Credentials, open_storage

FILES = class_files({"a": 30, "b": 20})


def _load(uri: str, scratch: Path, credentials: Credentials) -> Dataset:
    factory = partial(open_storage, credentials=credentials, absent=DatasetInvalid, patience_seconds=5)
    return load(uri, scratch, storage_factory=factory)


def test_a_folder_and_archives_equal_the_local_folder(place: Place, credentials: Credentials, tmp_path: Path) -> None:
    bucket = open_storage(f"{place.uri}", credentials)
    for path, content in FILES.items():
        bucket.write(f"pictures/{path}", content)
    bucket.write_new("pictures.zip", make_zip(tmp_path / "x.zip", FILES))
    bucket.write_new("pictures.tgz", make_tar(tmp_path / "x.tgz", FILES, "w:gz"))
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    local = load(write_tree(tmp_path / "local", FILES), scratch)
    for name in ("pictures", "pictures/", "pictures.zip", "pictures.tgz"):
        remote = _load(f"{place.uri}/{name}", scratch, credentials)
        assert remote.train.paths == local.train.paths
        assert np.array_equal(remote.train.images, local.train.images)
        assert np.array_equal(remote.validation.labels, local.validation.labels)
    assert list(scratch.iterdir()) == []
    first, again = (_load(f"{place.uri}/pictures", scratch, credentials) for _ in range(2))
    assert first.digest == again.digest
    # Archives have no tags inside: their digest is that of the content, as a local folder's.
    assert _load(f"{place.uri}/pictures.zip", scratch, credentials).digest == local.digest


def test_tables_arrays_and_records_equal_the_local_ones(place: Place, credentials: Credentials, tmp_path: Path) -> None:
    local = write_tree(tmp_path / "local", FILES)
    lines = [f"{path},{path[0]}" for path in FILES]
    (local / "labels.csv").write_text("\n".join(["path,label", *lines]))
    images = np.stack([pixels(seed) for seed in range(12)])
    np.savez(local / "x.npz", images=images, labels=np.arange(12) % 3)
    write(local / "records/x-00000-of-00001", [good(index) for index in range(12)])
    bucket = open_storage(f"{place.uri}/formats", credentials)
    for file in local.rglob("*"):
        if file.is_file():
            bucket.write_new(file.relative_to(local).as_posix(), file)
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    for name in ("labels.csv", "x.npz", "records", "records/x-00000-of-00001"):
        here, there = load(local / name, scratch), _load(f"{place.uri}/formats/{name}", scratch, credentials)
        assert (here.classes, here.validation.paths) == (there.classes, there.validation.paths)
        assert np.array_equal(here.train.images, there.train.images)
        assert np.array_equal(here.train.labels, there.train.labels)
    assert list(scratch.iterdir()) == []


def test_refused(place: Place, credentials: Credentials, tmp_path: Path) -> None:
    with pytest.raises(DatasetInvalid, match="no bucket 'elsewhere'"):
        _load(f"{place.scheme}://elsewhere/pictures", tmp_path, credentials)
    with pytest.raises(DatasetInvalid, match="is empty"):
        _load(f"{place.uri}/nothing/here", tmp_path, credentials)
    wrong = replace(credentials, **place.wrong[-1])
    with pytest.raises(StorageDenied):
        _load(f"{place.uri}/pictures", tmp_path, wrong)
