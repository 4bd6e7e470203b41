"""format NPZ: an array of pictures and one of labels, as numpy.savez writes them."""

from __future__ import annotations

import zipfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...errors import DatasetInvalid
from ...storage import Entry
from ..archive import ArchiveFile, damage
from ..decode import MAX_PIXELS
from ..layout import Layout
from ..source import Fetch
from ..types import Images
from .fields import NPZ, Wanted, choose_fields
from .labels import MAX_ROWS, Row, clean_label, layout_of_rows
from .npy import ArrayFile, ArrayHeader
from .problems import Problems
from .rows import as_rgb, row_name

_MOST_LABEL_BYTES = 256 << 20
_CHANNELS = (1, 3, 4)


class NpzPictures:
    """The rows of an .npz: read as a stream, in their order, one in memory at a time."""

    def __init__(self, file: ArchiveFile, wanted: Wanted) -> None:
        self._file, self._wanted = file, wanted

    def layout(self, listed: tuple[str, ...] | None) -> Layout:
        """See LabelledSource."""
        name = self._file.name
        with self._arrays() as arrays:
            chosen = choose_fields(name, NPZ, self._wanted, arrays.names)
            images = self._images(arrays, chosen.image)
            labels = self._texts(arrays, chosen.label, images.shape[0], "labels")
            groups = self._texts(arrays, chosen.group, images.shape[0], "groups") if chosen.group else None
        rows = (
            Row(Entry(row_name(row), images.row_bytes, "", images.crc), label, groups[row] if groups else None)
            for row, label in enumerate(labels)
        )
        seen = f"NPZ: {images.shape[0]:,} pictures of {images.shape[1]}x{images.shape[2]} in {chosen.image!r}"
        return layout_of_rows(name, rows, listed, seen=seen)

    def contents(self, wanted: Collection[str]) -> Iterator[tuple[str, Fetch]]:
        """See LabelledSource."""
        wanted = set(wanted)
        with self._arrays() as arrays:
            chosen = choose_fields(self._file.name, NPZ, self._wanted, arrays.names)
            for row, pixels in enumerate(arrays.rows(self._images(arrays, chosen.image))):
                if row_name(row) in wanted:
                    yield row_name(row), partial(_rgb, pixels)

    @contextmanager
    def _arrays(self) -> Iterator[ArrayFile]:
        with self._file.open() as stream:
            with damage(self._file.name):
                archive = zipfile.ZipFile(stream)
            with archive:
                yield ArrayFile(self._file.name, self._file.size, archive)

    def _images(self, arrays: ArrayFile, name: str) -> ArrayHeader:
        header = arrays.header(name)
        shape = list(header.shape)
        if len(shape) not in (3, 4) or (len(shape) == 4 and shape[3] not in _CHANNELS):
            cure = (
                "; save them with numpy.moveaxis(pictures, 1, -1)" if len(shape) == 4 and shape[1] in _CHANNELS else ""
            )
            raise self._refused(
                f"holds {name!r} of shape {shape}; pictures are [n, height, width] or [n, height, width, 1, 3 or 4]"
                + cure
            )
        if header.dtype not in (np.dtype(np.uint8), np.dtype(np.uint16)):
            raise self._refused(f"holds {name!r} as {header.dtype}; save pictures as uint8, 0 to 255, or uint16")
        if not 0 < shape[1] * shape[2] <= MAX_PIXELS:
            raise self._refused(f"holds pictures of {shape[1]}x{shape[2]} pixels; 1 to {MAX_PIXELS:,} are accepted")
        if shape[0] > MAX_ROWS:
            raise self._refused(f"holds {shape[0]:,} pictures; at most {MAX_ROWS:,} are accepted")
        return header

    def _texts(self, arrays: ArrayFile, name: str, count: int, what: str) -> list[str]:
        """One name or whole number a picture."""
        header = arrays.header(name)
        shape, kind = list(header.shape), header.dtype.kind
        if shape not in ([count], [count, 1]):
            one_hot = "; numbers of the classes are expected, not one column a class" if len(shape) == 2 else ""
            raise self._refused(f"holds {count:,} pictures, but {what} {name!r} of shape {shape}{one_hot}")
        if kind not in "iuUS":
            raise self._refused(f"holds {what} {name!r} as {header.dtype}; whole numbers or names are expected")
        values = arrays.whole(header, _MOST_LABEL_BYTES).reshape(-1)
        return self._cleaned(values, what)

    def _cleaned(self, values: NDArray[Any], what: str) -> list[str]:
        problems, texts = Problems(self._file.name, what), []
        for row, value in enumerate(values.tolist()):
            try:
                texts.append(clean_label(value.decode() if isinstance(value, bytes) else str(value)))
            except ValueError as error:
                problems.add(f"row {row}", "is not UTF-8" if isinstance(error, UnicodeDecodeError) else str(error))
        problems.require_none(len(values))
        return texts

    def _refused(self, why: str) -> DatasetInvalid:
        return DatasetInvalid(f"{self._file.name} {why}.")


def _rgb(pixels: NDArray[Any]) -> Images:
    """uint8 [height, width, 3] of a row; 16 bits lose their low byte, as of picture files."""
    return as_rgb((pixels >> 8).astype(np.uint8) if pixels.dtype != np.uint8 else pixels)
