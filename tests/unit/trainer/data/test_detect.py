"""The format is seen by names, and said."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.unit.trainer.data.pictures import class_files, write_tree
from transferjob_trainer.contract.dataset import DatasetSpec
from transferjob_trainer.contract.image_input import ResizeSpec
from transferjob_trainer.data import PictureFormat, open_dataset
from transferjob_trainer.data.detect import format_of_file, format_of_folder
from transferjob_trainer.errors import DatasetInvalid
from transferjob_trainer.storage import Credentials, Entry, open_storage


def spec(**parts: Any) -> DatasetSpec:
    return DatasetSpec.model_validate({"uri": "s3://bucket/x", **parts})


@pytest.mark.parametrize(
    ("paths", "kind"),
    [
        (["a/1.png", "b/1.png", "labels.csv"], "ImageFolder"),
        (["pictures/1.png", "pictures/2.png", "labels.csv"], "CSV"),
        (["1.png", "2.png", "labels.tsv"], "CSV"),
        (["x.tfrecord", "README.md"], "TFRecord"),
        (["x.tfrecord-00000-of-00002", "x.tfrecord-00001-of-00002", "x.csv"], "TFRecord"),
        (["deep/train-00000-of-00010"], "TFRecord"),
        (["a.csv", "b.csv"], "ImageFolder"),
        ([], "ImageFolder"),
    ],
)
def test_folders(paths: list[str], kind: str) -> None:
    assert format_of_folder(spec(), "s3://bucket/x", [Entry(path, 1, "") for path in paths]) == kind


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("x.zip", "ImageArchive"),
        ("X.TAR.GZ", "ImageArchive"),
        ("x.csv", "CSV"),
        ("x.npz", "NPZ"),
        ("x.tfrec", "TFRecord"),
        ("x-00003-of-00010", "TFRecord"),
    ],
)
def test_files(name: str, kind: str) -> None:
    assert format_of_file(spec(), f"s3://bucket/{name}") == kind
    with pytest.raises(DatasetInvalid, match=r"but dataset.format is ImageFolder"):
        format_of_file(spec(format="ImageFolder"), f"s3://bucket/{name}")


def test_what_was_seen_is_said(tmp_path: Path) -> None:
    folder = write_tree(tmp_path / "x", class_files({"a": 3, "b": 2}) | {"README.md": b""})
    np.savez(tmp_path / "x.npz", x=np.zeros((4, 8, 9), np.uint8), y=[0, 0, 1, 1])
    for uri, said in (
        (folder, "ImageFolder: 2 classes, 5 pictures, 1 other files"),
        (tmp_path / "x.npz", "NPZ: 4 pictures of 8x9 in 'x'"),
    ):
        opener = partial(open_storage, credentials=Credentials(), absent=DatasetInvalid)
        picture = PictureFormat(32, 32, ResizeSpec())
        document = DatasetSpec(uri=f"file://{uri}")
        with open_dataset(document, picture, seed=0, storage_factory=opener, scratch=tmp_path) as opened:
            assert opened.catalogue.layout.seen == said
