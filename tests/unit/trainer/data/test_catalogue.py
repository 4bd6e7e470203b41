"""What is known of a dataset before any picture is read, and how much of it a rewritten picture changes."""

from __future__ import annotations

import os
import tarfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from tests.unit.trainer.runs import write_digits
from transferjob_trainer.contract.dataset import DatasetSpec
from transferjob_trainer.contract.image_input import ResizeSpec
from transferjob_trainer.data import OpenDataset, PictureFormat, open_dataset
from transferjob_trainer.errors import DatasetInvalid
from transferjob_trainer.storage import Credentials, open_storage


@contextmanager
def opened(path: Path, scratch: Path, *, seed: int = 0) -> Iterator[OpenDataset]:
    opener = partial(open_storage, credentials=Credentials(), absent=DatasetInvalid)
    spec, picture = DatasetSpec(uri=f"file://{path}"), PictureFormat(16, 16, ResizeSpec())
    with open_dataset(spec, picture, seed=seed, storage_factory=opener, scratch=scratch) as dataset:
        yield dataset


def listing(path: Path, scratch: Path) -> str:
    with opened(path, scratch) as dataset:
        return dataset.catalogue.listing


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    return write_digits(tmp_path / "pictures", classes=3, each=8)


def test_the_dataset_without_its_pictures_is_the_same_but_for_them(pictures: Path, tmp_path: Path) -> None:
    broken = next(pictures.glob("1/*.png"))
    broken.write_bytes(b"no picture")
    with opened(pictures, tmp_path) as dataset:
        read = dataset.load()
        unread = dataset.catalogue.unread(read.digest, {file.path: file.reason for file in read.skipped}, read.copies)
    assert unread.skipped == read.skipped
    assert unread.crossings == read.crossings
    assert unread.skipped[0].path == f"1/{broken.name}"
    assert (unread.digest, unread.classes) == (read.digest, read.classes)
    for one, other in ((unread.train, read.train), (unread.validation, read.validation)):
        assert (len(one), one.paths) == (len(other), other.paths)
        assert np.array_equal(one.labels, other.labels)
        assert len(one.images) == 0


def test_the_listing_does_not_depend_on_the_split(pictures: Path, tmp_path: Path) -> None:
    with opened(pictures, tmp_path, seed=0) as one, opened(pictures, tmp_path, seed=1) as other:
        assert one.catalogue.listing == other.catalogue.listing
        assert one.load().validation.paths != other.load().validation.paths


def test_a_picture_that_is_written_again_changes_the_listing(pictures: Path, tmp_path: Path) -> None:
    before = listing(pictures, tmp_path)
    assert listing(pictures, tmp_path) == before
    picture = next(pictures.glob("2/*.png"))
    facts = picture.stat()
    picture.write_bytes(picture.read_bytes()[::-1])
    os.utime(picture, ns=(facts.st_atime_ns, facts.st_mtime_ns + 1))
    assert listing(pictures, tmp_path) != before


@pytest.mark.parametrize("kind", ["zip", "tar.gz"])
def test_a_member_with_other_content_changes_the_listing(pictures: Path, tmp_path: Path, kind: str) -> None:
    archive = tmp_path / f"pictures.{kind}"
    pack(pictures, archive)
    before = listing(archive, tmp_path)
    pack(pictures, archive)
    assert listing(archive, tmp_path) == before
    picture = next(pictures.glob("2/*.png"))
    picture.write_bytes(picture.read_bytes()[::-1])
    pack(pictures, archive)
    assert listing(archive, tmp_path) != before


def pack(folder: Path, archive: Path) -> None:
    files = sorted(path for path in folder.rglob("*.png"))
    if archive.suffix == ".zip":
        with zipfile.ZipFile(archive, "w") as packed:
            for path in files:
                packed.write(path, path.relative_to(folder))
        return
    with tarfile.open(archive, "w:gz") as tar:
        for path in files:
            tar.add(path, path.relative_to(folder))
