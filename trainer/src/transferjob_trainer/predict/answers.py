"""What a model says of pictures: the likeliest classes of each, or why it could not be read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ..data.decode import BrokenImage
from ..data.source import MAX_FILE_BYTES
from .model import Opened

_BATCH = 32


def answers(model: Opened, files: Sequence[Path], top: int) -> Iterator[dict[str, Any]]:
    """A document a file, in order: `top` labels with their probabilities, or an error."""
    for start in range(0, len(files), _BATCH):
        yield from _batch(model, files[start : start + _BATCH], top)


def _batch(model: Opened, files: Sequence[Path], top: int) -> Iterator[dict[str, Any]]:
    read = [_read(model, file) for file in files]
    pictures = [picture for picture in read if not isinstance(picture, str)]
    rows = iter(model.probabilities(pictures) if pictures else ())
    for file, picture in zip(files, read, strict=True):
        if isinstance(picture, str):
            yield {"image": str(file), "error": picture}
        else:
            yield {"image": str(file), "top": top_classes(model, next(rows), top)}


def _read(model: Opened, file: Path) -> Any:
    """Pixels, or a sentence."""
    try:
        with file.open("rb") as stream:
            data = stream.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        return f"cannot be read: {error.strerror}"
    if len(data) > MAX_FILE_BYTES:
        return f"is larger than {MAX_FILE_BYTES >> 20} MiB"
    try:
        return model.read(data)
    except BrokenImage as error:
        return f"is no picture that can be decoded: {error}"


def top_classes(model: Opened, row: Any, top: int) -> list[dict[str, Any]]:
    """The likeliest labels of one row of probabilities, the likeliest first."""
    best = np.argsort(-row, kind="stable")[:top]
    return [{"label": _label(model, int(place)), "probability": round(float(row[place]), 6)} for place in best]


def _label(model: Opened, place: int) -> str:
    return model.labels[place] if place < len(model.labels) else str(place)
