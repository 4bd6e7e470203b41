"""Arrays in an .npz: row by row, without pickle, in bounded memory."""

from __future__ import annotations

import io
import tracemalloc
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.unit.trainer.data.loading import load
from tests.unit.trainer.data.pictures import pixels
from transferjob_trainer.data.resize import resize
from transferjob_trainer.errors import DatasetInvalid

IMAGES = np.stack([pixels(seed) for seed in range(12)])
LABELS = np.array([0, 1, 2] * 4)


def saved(path: Path, *, compressed: bool = False, **arrays: Any) -> Path:
    save = np.savez_compressed if compressed else np.savez
    save(path, **({"images": IMAGES, "labels": LABELS} | arrays))
    return path


@pytest.mark.parametrize("compressed", [False, True])
def test_rows_become_pictures_of_their_class(tmp_path: Path, compressed: bool) -> None:
    dataset = load(saved(tmp_path / "x.npz", compressed=compressed), tmp_path)
    assert (dataset.classes, len(dataset.train), len(dataset.validation)) == (("0", "1", "2"), 9, 3)
    for side in (dataset.train, dataset.validation):
        for image, label, path in zip(side.images, side.labels, side.paths, strict=True):
            assert label == LABELS[int(path)]
            assert np.array_equal(image, resize(IMAGES[int(path)], 32, 32, antialias=True))
    assert dataset.digest == load(saved(tmp_path / "y.npz", compressed=not compressed), tmp_path).digest
    assert dataset.digest != load(saved(tmp_path / "z.npz", labels=LABELS[::-1]), tmp_path).digest


@pytest.mark.parametrize(
    "images",
    [IMAGES[..., 0], IMAGES[..., :1], np.concatenate([IMAGES, IMAGES[..., :1]], axis=3), IMAGES.astype(np.uint16) << 8],
    ids=["grey", "one-channel", "alpha", "sixteen-bits"],
)
def test_kinds_of_pictures(tmp_path: Path, images: np.ndarray) -> None:
    dataset = load(saved(tmp_path / "x.npz", images=images), tmp_path)
    path = dataset.train.paths[0]
    expected = IMAGES[int(path)] if images.shape[-1] in (3, 4) else np.repeat(IMAGES[int(path), ..., :1], 3, axis=2)
    assert np.array_equal(dataset.train.images[0], resize(expected, 32, 32, antialias=True))


def test_names_columns_and_other_keys(tmp_path: Path) -> None:
    names = np.array(["rose", "daisy", "tulip"])[LABELS]
    path = saved(tmp_path / "x.npz", pictures=IMAGES, kinds=names[:, None], kinds_as_bytes=names.astype("S"))
    for key in ("kinds", "kinds_as_bytes"):
        spec = {"fields": {"image": "pictures", "label": key}, "classes": ["tulip", "daisy"]}
        dataset = load(path, tmp_path, spec=spec)
        assert (dataset.classes, dataset.left_out) == (("tulip", "daisy"), ("rose",))
    assert load(path, tmp_path, spec={"classes": ["a", "b", "c"]}).classes == ("a", "b", "c")


OBJECTS = np.array([{}] * 12, object)


@pytest.mark.parametrize(
    ("arrays", "spec", "sentence"),
    [
        ({"labels": OBJECTS}, {}, "pickled objects, which are never loaded"),
        ({"images": OBJECTS}, {}, "pickled objects, which are never loaded"),
        ({"images": IMAGES[..., 0, 0]}, {}, r"'images' of shape \[12, 40\]; pictures are"),
        ({"images": IMAGES.transpose(0, 3, 1, 2).copy()}, {}, r"shape \[12, 3, 40, 48\]; .*moveaxis\("),
        ({"images": np.asfortranarray(IMAGES)}, {}, "Fortran order"),
        ({"images": IMAGES / 255}, {}, "as float64; save pictures as uint8"),
        ({"images": IMAGES[:, :0]}, {}, "pictures of 0x48 pixels"),
        ({"labels": LABELS[:11]}, {}, r"12 pictures, but labels 'labels' of shape \[11\]"),
        ({"labels": np.eye(12, 3, dtype=int)}, {}, "not one column a class"),
        ({"labels": LABELS * 0.5}, {}, "'labels' as float64; whole numbers or names"),
        ({"labels": LABELS - 1}, {}, r"4 of 12 labels.*0000000000 has label -1, below 0"),
        (
            {},
            {"classes": ["a", "b"]},
            r"4 of 12 labels.*0000000002 has label 2, which dataset.classes limits to 0 to 1",
        ),
        ({"x": IMAGES}, {}, r"several may be the image \(images, x\)"),
        ({}, {"fields": {"label": "y"}}, "no array 'y', which dataset.fields.label names; its arrays are 'images'"),
        ({"labels": np.array(["", "b", "c"] * 4)}, {}, "4 of 12 labels.*row 0 has no label"),
        ({"labels": np.array([b"\xff", b"b", b"c"] * 4)}, {}, "row 0 is not UTF-8"),
    ],
)
def test_refused(tmp_path: Path, arrays: dict[str, Any], spec: dict[str, Any], sentence: str) -> None:
    path = saved(tmp_path / "x.npz", **arrays)
    with pytest.raises(DatasetInvalid, match=sentence) as info:
        load(path, tmp_path, spec=spec)
    assert "\n" not in info.value.message


def array_file(shape: tuple[int, ...], data: bytes) -> bytes:
    header = io.BytesIO()
    description = {"descr": "|u1", "fortran_order": False, "shape": shape}
    np.lib.format.write_array_header_1_0(header, description)
    return header.getvalue() + data


@pytest.mark.parametrize(
    ("images", "sentence"),
    [
        (array_file((12, 40, 48, 3), b"short"), r"shape \[12, 40, 48, 3\] needs 69,248"),
        (b"\x93NUMPY\x01\x00\xff\xff", "is damaged"),
        (b"no array", "is damaged: the magic string is not correct"),
        (b"\x93NUMPY\x01\x00\x10\x00{'descr': '|u1',,", r"whose header cannot be read \(\w+Error\)"),
        (array_file((12, -40, -48, 3), bytes(12 * 40 * 48 * 3)), r"its shape is \[12, -40, -48, 3\]"),
        (b"\x93NUMPY\x03\x00" + bytes(20), "holds structures"),
        (array_file((1 << 40, 1 << 20), b""), "needs"),
    ],
)
def test_members_that_lie(tmp_path: Path, images: bytes, sentence: str) -> None:
    path = saved(tmp_path / "y.npz", images=b"")
    with zipfile.ZipFile(path) as good, zipfile.ZipFile(tmp_path / "x.npz", "w") as bad:
        bad.writestr("labels.npy", good.read("labels.npy"))
        bad.writestr("images.npy", images)
    with pytest.raises(DatasetInvalid, match=sentence):
        load(tmp_path / "x.npz", tmp_path)


@pytest.mark.parametrize("damage", ["truncated", "flipped", "no zip"])
def test_damaged_files(tmp_path: Path, damage: str) -> None:
    path = saved(tmp_path / "x.npz")
    data = bytearray(path.read_bytes())
    if damage == "flipped":
        data[5_000] ^= 1
    path.write_bytes(bytes({"truncated": data[:30_000], "flipped": data, "no zip": bytearray(b"hello")}[damage]))
    with pytest.raises(DatasetInvalid, match="is damaged"):
        load(path, tmp_path)


def test_a_bomb_is_refused_before_it_unpacks(tmp_path: Path) -> None:
    path = saved(tmp_path / "x.npz", compressed=True, bomb=np.zeros(300 << 20, np.uint8))
    with pytest.raises(DatasetInvalid, match="unpacks to 314,"):
        load(path, tmp_path)


def test_pictures_are_never_in_memory_together(tmp_path: Path) -> None:
    count, side = 120, 512
    images = np.random.default_rng(0).integers(0, 256, (count, side, side, 3), np.uint8)
    path = saved(tmp_path / "x.npz", images=images, labels=np.arange(count) % 3)
    del images
    tracemalloc.start()
    try:
        load(path, tmp_path)
        assert tracemalloc.get_traced_memory()[1] < count * side * side * 3 / 2
    finally:
        tracemalloc.stop()
