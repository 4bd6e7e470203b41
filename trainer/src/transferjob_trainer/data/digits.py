"""sklearn://digits: 1,797 handwritten digits of 8x8 pixels that come with scikit-learn."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Collection, Iterator
from functools import partial

import numpy as np
from PIL import Image

from ..storage import Entry
from .source import Fetch
from .types import Images

_BRIGHTEST = 16


class DigitsSource:
    """The digits as lossless pictures, one folder a class."""

    def __init__(self) -> None:
        from sklearn.datasets import load_digits

        digits = load_digits()
        grey = np.rint(digits.images * (255 / _BRIGHTEST)).astype(np.uint8)
        names = [f"{label}/{index:04d}.png" for index, label in enumerate(digits.target)]
        self._images: dict[str, Images] = dict(zip(names, grey, strict=True))

    def scan(self) -> list[Entry]:
        """See Source."""
        return [Entry(path, image.nbytes, _digest(image)) for path, image in self._images.items()]

    def contents(self, wanted: Collection[str]) -> Iterator[tuple[str, Fetch]]:
        """See Source."""
        for path in wanted:
            yield path, partial(_png, self._images[path])


def _digest(image: Images) -> str:
    return hashlib.sha256(image.tobytes()).hexdigest()


def _png(image: Images) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(image).save(buffer, "PNG")
    return buffer.getvalue()
