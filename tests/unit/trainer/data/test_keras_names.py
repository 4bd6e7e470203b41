"""keras:// names are read from a cache folder as Keras' loaders leave it; hostile files in it are refused."""

from __future__ import annotations

import gzip
import os
import pickle
import struct
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.unit.trainer.data.loading import load
from transferjob_trainer.contract.image_input import ResizeSpec
from transferjob_trainer.data import Dataset
from transferjob_trainer.data.fit import fit
from transferjob_trainer.errors import DatasetInvalid, InvalidSpec

RNG = np.random.default_rng(0)
GREY = RNG.integers(0, 256, (20, 28, 28), np.uint8)
COLOUR = RNG.integers(0, 256, (20, 32, 32, 3), np.uint8)
LABELS = np.arange(20, dtype=np.uint8) % 4
FASHION = ("T-shirt/top", "Trouser", "Pullover", "Dress")
CIFAR = "datasets/cifar-10-batches-py-target/cifar-10-batches-py"


def idx(array: np.ndarray) -> bytes:
    return gzip.compress(struct.pack(f">{array.ndim + 1}I", 0x800 + array.ndim, *array.shape) + array.tobytes())


def write(home: Path, files: dict[str, bytes]) -> Path:
    for name, content in files.items():
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_bytes(content)
    return home


def batch(images: np.ndarray, **labels: Any) -> bytes:
    data = {b"data": images.transpose(0, 3, 1, 2).reshape(len(images), -1).copy(), b"batch_label": b"x"}
    return pickle.dumps({**data, **{name.encode(): value for name, value in labels.items()}}, protocol=2)


def names(key: str, values: tuple[str, ...]) -> bytes:
    return pickle.dumps({key.encode(): [value.encode() for value in values]}, protocol=2)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    home = tmp_path / "keras"
    write(
        home,
        {
            "datasets/fashion-mnist/train-images-idx3-ubyte.gz": idx(GREY),
            "datasets/fashion-mnist/train-labels-idx1-ubyte.gz": idx(LABELS),
            **{
                f"{CIFAR}/data_batch_{number}": batch(COLOUR[4 * (number - 1) : 4 * number], labels=[0, 1, 2, 3])
                for number in range(1, 6)
            },
            f"{CIFAR}/test_batch": batch(COLOUR[::-1], labels=LABELS[::-1].tolist()),
            f"{CIFAR}/batches.meta": names("label_names", ("cat", "dog", "frog", "ship")),
            "datasets/cifar-100-python/train": batch(COLOUR, fine_labels=LABELS.tolist(), coarse_labels=[0] * 20),
            "datasets/cifar-100-python/meta": names("fine_label_names", ("apple", "bear", "cup", "dune")),
        },
    )
    np.savez(home / "datasets/mnist.npz", x_train=GREY, y_train=LABELS, x_test=GREY[::-1], y_test=LABELS[::-1])
    return home


def check(dataset: Dataset, images: np.ndarray, classes: tuple[str, ...]) -> None:
    assert set(dataset.classes) == set(classes)
    assert len(dataset.train) + len(dataset.validation) == len(images)
    for image, label, path in zip(dataset.train.images, dataset.train.labels, dataset.train.paths, strict=True):
        pixels = images[int(path)]
        colour = pixels if pixels.ndim == 3 else np.repeat(pixels[..., None], 3, axis=2)
        assert np.array_equal(image, fit(colour, 32, 32, ResizeSpec()))
        assert dataset.classes[label] == classes[LABELS[int(path)]]


@pytest.mark.parametrize(
    ("name", "images", "classes"),
    [
        ("mnist", GREY, ("0", "1", "2", "3")),
        ("fashion_mnist", GREY, FASHION),
        ("cifar10", COLOUR, ("cat", "dog", "frog", "ship")),
        ("cifar100", COLOUR, ("apple", "bear", "cup", "dune")),
    ],
)
def test_a_name_is_the_part_to_train_on(
    tmp_path: Path, home: Path, name: str, images: np.ndarray, classes: tuple[str, ...]
) -> None:
    dataset = load(f"keras://{name}", tmp_path, keras_home=home)
    check(dataset, images, classes)
    assert dataset.digest == load(f"keras://{name}/train", tmp_path, keras_home=home).digest


@pytest.mark.parametrize("name", ["mnist", "cifar10"])
def test_its_other_part_serves_for_the_final_figures(tmp_path: Path, home: Path, name: str) -> None:
    dataset = load(f"keras://{name}", tmp_path, keras_home=home, spec={"test": {"uri": f"keras://{name}/test"}})
    assert dataset.test is not None
    assert len(dataset.test) == 20
    assert len(dataset.crossings) >= 20


@pytest.mark.parametrize("name", ["mnist", "fashion_mnist", "cifar10", "cifar100"])
def test_what_is_not_in_the_cache_is_not_downloaded(tmp_path: Path, name: str) -> None:
    with pytest.raises(DatasetInvalid, match=rf"keras://{name} needs file://.*, which is not there; nothing is downl"):
        load(f"keras://{name}", tmp_path, keras_home=tmp_path / "none")


def test_unknown_names_and_fields_that_do_not_apply(tmp_path: Path, home: Path) -> None:
    for uri in ("keras://imagenet", "keras://mnist/other"):
        with pytest.raises(InvalidSpec, match="is not known; keras:// has mnist, fashion_mnist, cifar10, cifar100"):
            load(uri, tmp_path, keras_home=home)
    with pytest.raises(InvalidSpec, match=r"dataset.fields does not apply to keras://mnist"):
        load("keras://mnist", tmp_path, keras_home=home, spec={"fields": {"label": "y"}})


NEVER_MADE = Path(tempfile.gettempdir(), f"transferjob-never-made-{os.getpid()}")


class Evil:
    def __reduce__(self) -> Any:
        return os.mkdir, (str(NEVER_MADE),)


def huge() -> bytes:
    """An array that would take a terabyte."""
    text = batch(COLOUR[:4], labels=[0, 1, 2, 3])
    return text.replace(struct.pack("<BH", 0x4D, 3072), struct.pack("<Bi", 0x4A, 1 << 30))


HOSTILE = [
    (pickle.dumps({b"data": Evil(), b"labels": []}, protocol=2), "asks for posix.mkdir, which no batch needs"),
    (pickle.dumps({b"data": b"", b"labels": []}), "it holds no data"),
    (pickle.dumps([1]), "is no batch of CIFAR"),
    (b"", "is no batch of CIFAR"),
    (batch(COLOUR[:4], labels=[0, 1, 2, 3])[:9_000], "is no batch of CIFAR"),
    (batch(COLOUR[:4], labels=[0, 1, 2]), "3 labels and 12,288 bytes of pictures, 3,072 each"),
    (batch(COLOUR[:4].astype(np.int64), labels=[0, 1, 2, 3]), "4 labels and 98,304 bytes"),
    (batch(COLOUR[:4], labels=[0, 1, 2, "x"]), "is no batch"),
    (batch(COLOUR[:4], labels=[0, 1, 2, 4]), "has label 4 at row 3; 0 to 3 are its classes"),
]


@pytest.mark.parametrize(
    ("content", "sentence"), HOSTILE, ids=[f"{row} {sentence}" for row, (_, sentence) in enumerate(HOSTILE)]
)
def test_hostile_batches(tmp_path: Path, home: Path, content: bytes, sentence: str) -> None:
    write(home, {f"{CIFAR}/data_batch_3": content})
    with pytest.raises(DatasetInvalid, match=sentence) as info:
        load("keras://cifar10", tmp_path, keras_home=home)
    assert "\n" not in info.value.message
    assert not NEVER_MADE.exists()


def test_a_shape_that_lies_allocates_nothing(tmp_path: Path, home: Path) -> None:
    assert huge() != batch(COLOUR[:4], labels=[0, 1, 2, 3])
    write(home, {f"{CIFAR}/data_batch_3": huge()})
    assert len(load("keras://cifar10", tmp_path, keras_home=home).train) == 16


DAMAGED = [
    ("images-idx3", idx(GREY)[:-40], "is damaged, or no IDX file"),
    ("images-idx3", b"no gzip", "is damaged, or no IDX file: Not a gzipped file"),
    ("images-idx3", idx(GREY[..., 0]), "magic number is 0x802, not 0x803"),
    ("images-idx3", gzip.compress(struct.pack(">4I", 0x803, 1 << 31, 28, 28)), "its shape is"),
    ("images-idx3", gzip.compress(struct.pack(">4I", 0x803, 20, 28, 28)), "it ends early"),
    ("images-idx3", idx(GREY[:19]), "has 20 labels for 19 pictures"),
    ("labels-idx1", idx(LABELS[:19]), "has 19 labels, too few for its pictures"),
    ("labels-idx1", idx(LABELS + 10), "has label 10 at row 0; 0 to 9 are its classes"),
]


@pytest.mark.parametrize(("name", "content", "sentence"), DAMAGED, ids=[row[2] for row in DAMAGED])
def test_damaged_idx_files(tmp_path: Path, home: Path, name: str, content: bytes, sentence: str) -> None:
    write(home, {f"datasets/fashion-mnist/train-{name}-ubyte.gz": content})
    with pytest.raises(DatasetInvalid, match=sentence):
        load("keras://fashion_mnist", tmp_path, keras_home=home)
