"""What loading a dataset yields."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .duplicates import Copies, Crossing

Images = NDArray[np.uint8]
Labels = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Examples:
    """Labelled pictures, sorted by path."""

    images: Images
    """Shape [n, height, width, 3], RGB, 0 to 255; without rows where the features of the pictures are cached and nobody
    has read them."""
    labels: Labels
    """Shape [n], index into the dataset's classes."""
    paths: tuple[str, ...]
    """Path of each picture below the dataset's URI."""

    def __len__(self) -> int:
        return len(self.paths)


@dataclass(frozen=True, slots=True)
class SkippedFile:
    """A broken picture that was left out."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Dataset:
    """A dataset, decoded, resized and split."""

    train: Examples
    validation: Examples
    classes: tuple[str, ...]
    """Names in the order of the labels."""
    digest: str
    """sha256 over path, size and tag (or content) of the pictures."""
    skipped: tuple[SkippedFile, ...] = ()
    """Broken pictures that were left out."""
    ignored: int = 0
    """Files that are no pictures, or lie in no class folder."""
    left_out: tuple[str, ...] = ()
    """Classes of the dataset that dataset.classes does not list."""
    copies: Copies = ()
    """Paths of pictures with the very same content."""
    crossings: tuple[Crossing, ...] = ()
    """Those of them that are on two sides of the split."""
    test: Examples | None = None
    """Pictures for the final figures alone, where dataset.test asks for them."""

    @property
    def final(self) -> Examples:
        """The pictures that the final figures come from: test where there is one, else validation."""
        return self.validation if self.test is None else self.test
