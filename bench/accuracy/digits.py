"""Handwritten digits of scikit-learn as PNG files: 0 to 5 to learn a backbone on, 6 to 9 to transfer it to."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image


class Digits:
    """1,797 pictures of 8 x 8 pixels, 174 and more of each digit."""

    def __init__(self) -> None:
        from sklearn.datasets import load_digits

        found = load_digits()
        # The values go from 0 to 16.
        self._pictures = np.minimum(found.images * 16, 255).astype(np.uint8)
        self._labels = found.target

    def write(self, folder: Path, labels: range, first: int, count: int) -> Path:
        """Writes `count` pictures of each digit from number `first` on, beginning anew after its last one."""
        for label in labels:
            (folder / str(label)).mkdir(parents=True)
            own = self._pictures[self._labels == label]
            for number in range(min(count, len(own))):
                Image.fromarray(own[(first + number) % len(own)]).save(folder / str(label) / f"{number:05d}.png")
        return folder
