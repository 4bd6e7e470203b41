"""Splits: datasets of their own for validation and test, groups, and copies across sides."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.trainer.data.loading import load
from tests.unit.trainer.data.pictures import class_files, picture, write_tree
from transferjob_trainer.contract.dataset import DatasetSpec
from transferjob_trainer.data import Dataset
from transferjob_trainer.data.decode import decode
from transferjob_trainer.data.groups import SplitImpossible
from transferjob_trainer.data.split import Aside, Fractions, Rules, set_aside
from transferjob_trainer.errors import DatasetInvalid, InvalidSpec


def tree(root: Path, start: int = 0, **counts: int) -> Path:
    names = [(name, index) for name, count in counts.items() for index in range(count)]
    files = {
        f"{name}/{start + index:03d}.png": picture(start + row, height=12, width=10)
        for row, (name, index) in enumerate(names)
    }
    return write_tree(root, files)


def test_validation_and_test_datasets_go_to_their_sides_whole(tmp_path: Path) -> None:
    train, validation, test = (
        tree(tmp_path / name, start, rose=count, daisy=count)
        for name, start, count in (("a", 0, 5), ("b", 100, 3), ("c", 200, 2))
    )
    spec = {"validation": {"uri": f"file://{validation}"}, "test": {"uri": f"file://{test}"}}
    dataset = load(train, tmp_path, spec=spec)
    assert dataset.test is not None
    assert (len(dataset.train), len(dataset.validation), len(dataset.test)) == (10, 6, 4)
    assert all(path.startswith("dataset.validation.uri:/") for path in dataset.validation.paths)
    for side, root in ((dataset.train, train), (dataset.validation, validation), (dataset.test, test)):
        for image, label, path in zip(side.images, side.labels, side.paths, strict=True):
            below = path.partition(":/")[2] or path
            assert dataset.classes[label] == below.partition("/")[0]
            assert np.array_equal(image, decode((root / below).read_bytes(), 32, 32))
    assert dataset.train.paths == tuple(sorted(path.relative_to(train).as_posix() for path in train.rglob("*.png")))
    alone = load(train, tmp_path)
    assert alone.digest != dataset.digest


def test_the_test_side_may_still_be_a_share(tmp_path: Path) -> None:
    train, validation = tree(tmp_path / "a", rose=5, daisy=5), tree(tmp_path / "b", 100, rose=1, daisy=1)
    spec = {"validation": {"uri": f"file://{validation}"}, "test": {"fraction": 0.4}}
    dataset = load(train, tmp_path, spec=spec)
    assert dataset.test is not None
    assert (len(dataset.train), len(dataset.validation), len(dataset.test)) == (6, 2, 4)


@pytest.mark.parametrize(
    ("counts", "sentence"),
    [
        ({"rose": 1}, "lacks 1 of the 2 classes: 'daisy'"),
        ({"rose": 1, "daisy": 1, "tulip": 1}, "has 1 classes that are not trained on: 'tulip'"),
        ({}, "is empty"),
    ],
)
def test_other_classes_are_refused(tmp_path: Path, counts: dict[str, int], sentence: str) -> None:
    train, validation = tree(tmp_path / "a", rose=2, daisy=2), tree(tmp_path / "b", 100, **counts)
    with pytest.raises(DatasetInvalid, match=sentence):
        load(train, tmp_path, spec={"validation": {"uri": f"file://{validation}"}})


def test_listed_classes_choose_in_all_datasets(tmp_path: Path) -> None:
    train, validation = (tree(tmp_path / name, start, a=3, b=3, c=3) for name, start in (("x", 0), ("y", 100)))
    spec = {"validation": {"uri": f"file://{validation}"}, "classes": ["c", "a"]}
    dataset = load(train, tmp_path, spec=spec)
    assert (dataset.classes, len(dataset.validation)) == (("c", "a"), 6)


def test_a_validation_dataset_without_a_readable_picture_is_refused(tmp_path: Path) -> None:
    train, validation = tree(tmp_path / "a", rose=3, daisy=3), tree(tmp_path / "b", 100, rose=1, daisy=1)
    (validation / "rose/100.png").write_bytes(b"")
    assert len(load(train, tmp_path, spec={"validation": {"uri": f"file://{validation}"}}).validation) == 1
    (validation / "daisy/100.png").write_bytes(b"")
    with pytest.raises(DatasetInvalid, match="pictures are broken"):
        load(train, tmp_path, spec={"validation": {"uri": f"file://{validation}"}})


def test_copies_across_sides_are_found_by_content(tmp_path: Path) -> None:
    train, validation = tree(tmp_path / "a", rose=3, daisy=3), tree(tmp_path / "b", 100, rose=2, daisy=2)
    (validation / "rose/100.png").write_bytes((train / "rose/001.png").read_bytes())
    (train / "daisy/009.png").write_bytes((train / "daisy/000.png").read_bytes())
    dataset = load(train, tmp_path, spec={"validation": {"uri": f"file://{validation}"}})
    found = [(crossing.path, crossing.copy) for crossing in dataset.crossings]
    assert found == [("dataset.validation.uri:/rose/100.png", "rose/001.png")]
    assert ("daisy/000.png", "daisy/009.png") in dataset.copies


def patients(root: Path, spread: int = 4) -> Path:
    """Pictures of 8 patients, each in one or two classes, in folders inside the class folders."""
    files: dict[str, bytes] = {}
    for index in range(40):
        files[f"{'ab'[index % 2]}/p{index % 8 if index < 32 else index % spread}/{index}.png"] = picture(index)
    return write_tree(root, files)


def groups_of(dataset: Dataset, name: Any) -> list[set[str]]:
    sides = [side for side in (dataset.train, dataset.validation, dataset.test) if side is not None]
    return [{name(path) for path in side.paths} for side in sides]


def test_groups_of_folders_never_cross(tmp_path: Path) -> None:
    spec = {"validation": {"fraction": 0.25, "groupBy": "folder"}, "test": {"fraction": 0.25}}
    dataset = load(patients(tmp_path / "x"), tmp_path, spec=spec)
    train, validation, test = groups_of(dataset, lambda path: path.split("/")[1])
    assert len(train | validation | test) == len(train) + len(validation) + len(test)
    assert [set(side.labels) for side in (dataset.train, dataset.validation)] == [{0, 1}] * 2
    assert 6 <= len(dataset.validation) <= 14


def test_groups_of_a_csv_and_an_npz(tmp_path: Path) -> None:
    images = patients(tmp_path / "x")
    paths = sorted(path.relative_to(images).as_posix() for path in images.rglob("*.png"))
    lines = [f"{path},{path[0]},{path.split('/')[1]}" for path in paths]
    (images / "t.csv").write_text("\n".join(["path,label,patient", *lines]))
    spec = {"validation": {"groupBy": "patient"}}
    dataset = load(images / "t.csv", tmp_path, spec=spec)
    train, validation = groups_of(dataset, lambda path: path.split("/")[1])
    assert validation
    assert not train & validation
    np.savez(
        tmp_path / "x.npz",
        x=np.stack([decode((images / path).read_bytes(), 32, 32) for path in paths]),
        y=np.array([ord(path[0]) - 97 for path in paths]),
        patient=np.array([path.split("/")[1] for path in paths]),
    )
    arrays = load(tmp_path / "x.npz", tmp_path, spec=spec)
    train, validation = groups_of(arrays, lambda path: paths[int(path)].split("/")[1])
    assert validation
    assert not train & validation
    with pytest.raises(DatasetInvalid, match=r"no column 'doctor', which dataset.validation.groupBy names"):
        load(images / "t.csv", tmp_path, spec={"validation": {"groupBy": "doctor"}})


def test_too_few_groups(tmp_path: Path) -> None:
    files = {f"{name}/only/{index}.png": picture(index) for name in "ab" for index in range(4)}
    with pytest.raises(DatasetInvalid, match="class 'a' has pictures of 1 groups, too few to have some of it in valid"):
        load(write_tree(tmp_path / "x", files), tmp_path, spec={"validation": {"groupBy": "folder"}})


def test_group_by_of_a_folder_is_its_folder(tmp_path: Path) -> None:
    folder = write_tree(tmp_path / "x", class_files({"a": 3, "b": 3}))
    with pytest.raises(InvalidSpec, match=r"groupBy must be 'folder' where classes are folders.*got 'patient'"):
        load(folder, tmp_path, spec={"validation": {"groupBy": "patient"}})
    loose = load(folder, tmp_path, spec={"validation": {"groupBy": "folder"}})
    assert (len(loose.train), len(loose.validation)) == (4, 2)


@given(
    st.lists(st.tuples(st.integers(0, 2), st.integers(0, 7)), min_size=1, max_size=60),
    st.floats(0.05, 0.45),
    st.none() | st.floats(0.05, 0.45),
    st.integers(0, 9),
)
def test_groups_stay_whole_and_classes_on_each_side(
    pictures: list[tuple[int, int]], validation: float, test: float | None, seed: int
) -> None:
    labels = {f"p{index}": label for index, (label, _) in enumerate(pictures)}
    groups = {f"p{index}": f"g{group}" for index, (_, group) in enumerate(pictures)}
    aside = split(labels, groups, Fractions(validation, test), seed)
    if aside is None:
        # Of one class there is always a way when there are groups enough.
        assert len(set(groups.values())) < (2 if test is None else 3) or len(set(labels.values())) > 1
        return
    sides = {path: aside.side(path) for path in labels}
    assert len({(groups[path], side) for path, side in sides.items()}) == len(set(groups.values()))
    for side in range(2 if test is None else 3):
        assert {labels[path] for path in labels if sides[path] == side} == set(labels.values())
    assert split(dict(reversed(labels.items())), groups, Fractions(validation, test), seed) == aside


def split(labels: dict[str, int], groups: dict[str, str], fractions: Fractions, seed: int) -> Aside | None:
    try:
        return set_aside(labels, labels, fractions, seed, Rules(groups=groups))
    except SplitImpossible:
        return None


def test_the_spec_refuses_groups_with_a_dataset_of_its_own() -> None:
    with pytest.raises(ValueError, match="groupBy and uri exclude each other"):
        DatasetSpec.model_validate({"uri": "s3://b/x", "validation": {"uri": "s3://b/v", "groupBy": "p"}})
