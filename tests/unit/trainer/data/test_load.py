"""Folders become datasets, or fail with one sentence."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.unit.trainer.data.loading import load
from tests.unit.trainer.data.pictures import class_files, write_tree
from transferjob_trainer.data.decode import decode
from transferjob_trainer.errors import DatasetInvalid, InvalidSpec, RunFailure

COUNTS = {"rose": 10, "daisy": 5, "tulip": 2}


@pytest.fixture
def flowers(tmp_path: Path) -> Path:
    return write_tree(tmp_path / "flowers", class_files(COUNTS))


def test_a_folder_is_decoded_labelled_and_split(flowers: Path, tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    dataset = load(flowers, tmp_path, progress=lambda done, total: seen.append((done, total)))
    assert dataset.classes == ("daisy", "rose", "tulip")
    assert (len(dataset.train), len(dataset.validation)) == (13, 4)
    assert seen[-1] == (17, 17)
    for side in (dataset.train, dataset.validation):
        assert (str(side.images.dtype), str(side.labels.dtype)) == ("uint8", "int32")
        assert set(side.labels.tolist()) == {0, 1, 2}
        assert list(side.paths) == sorted(side.paths)
        for image, label, path in zip(side.images, side.labels, side.paths, strict=True):
            assert dataset.classes[label] == path.split("/")[0]
            assert np.array_equal(image, decode((flowers / path).read_bytes(), 32, 32))
    assert not set(dataset.train.paths) & set(dataset.validation.paths)
    assert np.shares_memory(dataset.train.images, dataset.train.images.base)


def test_split_depends_on_seed_and_digest_on_content_alone(flowers: Path, tmp_path: Path) -> None:
    first, again, other = load(flowers, tmp_path), load(flowers, tmp_path), load(flowers, tmp_path, seed=8)
    assert (first.digest, first.validation.paths) == (again.digest, again.validation.paths)
    assert first.digest == other.digest
    assert first.validation.paths != other.validation.paths
    (flowers / "rose" / "000.png").write_bytes((flowers / "daisy" / "001.png").read_bytes())
    assert load(flowers, tmp_path).digest != first.digest


@pytest.mark.parametrize(("fraction", "aside"), [(0.01, 3), (0.5, 8), (0.99, 14)])
def test_each_class_is_on_both_sides(flowers: Path, tmp_path: Path, fraction: float, aside: int) -> None:
    dataset = load(flowers, tmp_path, spec={"validation": {"fraction": fraction}})
    assert len(dataset.validation) == aside
    assert set(dataset.train.labels) == set(dataset.validation.labels) == {0, 1, 2}


def test_a_test_side_is_apart_and_moves_no_validation_picture(flowers: Path, tmp_path: Path) -> None:
    write_tree(flowers, class_files({"tulip": 5}))
    plain = load(flowers, tmp_path)
    dataset = load(flowers, tmp_path, spec={"test": {"fraction": 0.4}})
    assert dataset.test is not None
    assert plain.final is plain.validation
    assert dataset.final is dataset.test
    assert dataset.validation.paths == plain.validation.paths
    assert (len(dataset.train), len(dataset.validation), len(dataset.test)) == (8, 4, 8)
    assert sorted(dataset.train.paths + dataset.test.paths) == sorted(plain.train.paths)
    for image, path in zip(dataset.test.images, dataset.test.paths, strict=True):
        assert np.array_equal(image, decode((flowers / path).read_bytes(), 32, 32))


def test_a_class_needs_a_picture_for_each_side(flowers: Path, tmp_path: Path) -> None:
    with pytest.raises(DatasetInvalid, match=r"every class needs at least 3 readable pictures.*'tulip' has 2"):
        load(flowers, tmp_path, spec={"test": {"fraction": 0.1}})


def test_listed_classes_select_and_order(flowers: Path, tmp_path: Path) -> None:
    dataset = load(flowers, tmp_path, spec={"classes": ["tulip", "daisy"]}, expected_classes=2)
    assert (dataset.classes, dataset.left_out) == (("tulip", "daisy"), ("rose",))
    assert len(dataset.train) + len(dataset.validation) == 7


def test_what_is_no_picture_is_ignored_and_counted(flowers: Path, tmp_path: Path) -> None:
    clutter = ["README.md", ".DS_Store", "rose/Thumbs.db", "rose/.hidden.png", ".git/x/y.png", "loose.png"]
    write_tree(flowers, dict.fromkeys(clutter, b"x"))
    dataset = load(flowers, tmp_path)
    assert (dataset.ignored, len(dataset.train)) == (6, 13)


def test_nested_folders_belong_to_their_class(flowers: Path, tmp_path: Path) -> None:
    write_tree(flowers / "daisy" / "deep", {"a.png": (flowers / "daisy" / "000.png").read_bytes()})
    assert len(load(flowers, tmp_path).train) == 14


def test_one_broken_picture_is_left_out(flowers: Path, tmp_path: Path) -> None:
    (flowers / "rose" / "003.png").write_bytes(b"oops")
    dataset = load(flowers, tmp_path)
    assert [file.path for file in dataset.skipped] == ["rose/003.png"]
    assert len(dataset.train) + len(dataset.validation) == 16
    for path, image in zip(dataset.train.paths, dataset.train.images, strict=True):
        assert np.array_equal(image, decode((flowers / path).read_bytes(), 32, 32))


def test_more_broken_pictures_end_the_run(flowers: Path, tmp_path: Path) -> None:
    for index in range(7):
        (flowers / "rose" / f"00{index}.png").write_bytes(b"oops")
    with pytest.raises(
        DatasetInvalid, match=r"7 of 17 pictures are broken, at most 1 .*rose/004.png \(not a JPEG"
    ) as info:
        load(flowers, tmp_path)
    assert "rose/005.png" not in info.value.message


def _tree(**counts: int) -> dict[str, bytes]:
    return class_files(counts)


@pytest.mark.parametrize(
    ("files", "options", "sentence"),
    [
        ({}, {}, "is empty"),
        (_tree(only=3), {}, "has 1 class"),
        (_tree(a=3, b=1), {}, "'b' has 1"),
        (_tree(a=2, b=2), {"expected_classes": 3}, "2 classes; head.classes asks for 3"),
        (_tree(a=2, b=2), {"spec": {"classes": ["a", "c", "d"]}}, "lacks 2 of the 3 classes: 'c', 'd'"),
        (_tree(train=2, validation=2), {}, "holds splits"),
        ({"a.csv": b"", "b.npz": b"", "c.csv": b""}, {}, r"no pictures among its 3 files \(2 .csv, 1 .npz\)"),
        ({"a.png": b"", "b.png": b""}, {}, "2 pictures but no class folders"),
        (_tree(a=4, b=4), {"memory_bytes": 3 << 10}, "8 pictures of 32x32x3 bytes need"),
    ],
)
def test_refused_datasets(tmp_path: Path, files: dict[str, bytes], options: dict[str, Any], sentence: str) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    write_tree(folder, files)
    with pytest.raises(DatasetInvalid, match=sentence) as info:
        load(folder, tmp_path, **options)
    assert "\n" not in info.value.message
    assert info.value.code == 65


@pytest.mark.parametrize(
    ("uri", "options", "failure", "sentence"),
    [
        ("file:///nowhere/at/all", {}, DatasetInvalid, "is empty"),
        ("sklearn://iris", {}, InvalidSpec, "sklearn://digits"),
        ("sklearn://digits", {"spec": {"format": "TFRecord"}}, InvalidSpec, "dataset.format does not apply"),
        ("sklearn://digits", {"spec": {"fields": {"image": "x"}}}, InvalidSpec, "dataset.fields does not apply"),
    ],
)
def test_refused_specs(
    tmp_path: Path, uri: str, options: dict[str, Any], failure: type[RunFailure], sentence: str
) -> None:
    with pytest.raises(failure, match=sentence):
        load(uri, tmp_path, **options)


def test_digits(tmp_path: Path) -> None:
    dataset = load("sklearn://digits", tmp_path, expected_classes=10)
    assert dataset.classes == tuple("0123456789")
    assert (len(dataset.train) + len(dataset.validation), dataset.train.images.shape[1:]) == (1797, (32, 32, 3))
    assert dataset.train.images.max() == 255
    assert dataset.digest == load("sklearn://digits", tmp_path, seed=1).digest
