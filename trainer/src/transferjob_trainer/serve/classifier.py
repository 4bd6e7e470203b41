"""What the server asks of a model: one picture at a time, within bounds."""

from __future__ import annotations

import base64
import threading
import time
from typing import Any

from ..data.decode import BrokenImage, picture_size
from ..predict.answers import top_classes
from ..predict.model import Opened

MAX_UPLOAD_BYTES = 24 << 20
MAX_UPLOAD_PIXELS = 40_000_000
"""A SavedModel resizes by itself, in 32 bits a colour: of this many pixels it makes 0.5 GB for each step."""
_DIGITS = 1
_BLACK = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGNgYGAAAAAEAAH2FzhVAAAAAElFTkSuQmCC"
)
"""A picture of one pixel."""


class Classifier:
    """A model that answers one request after the other, because memory is bounded for one."""

    def __init__(self, model: Opened, uri: str, top: int) -> None:
        self.top = top
        self._model, self._uri = model, uri
        self._turn = threading.Lock()

    def about(self) -> dict[str, Any]:
        """What the page says of the model."""
        result = self._model.result
        known = {} if result is None else {
            "job": result.job.name,
            "accuracy": result.metrics.get("accuracy"),
            "digest": result.digest,
        }  # fmt: skip
        return {"uri": self._uri, "labels": list(self._model.labels), "mostBytes": MAX_UPLOAD_BYTES, **known}

    def warm(self) -> None:
        """Answers once, so that the first visitor does not wait for the graph."""
        self.answer(_BLACK, 1)

    def answer(self, data: bytes, top: int) -> dict[str, Any]:
        """The likeliest classes of a picture's file. Raises BrokenImage."""
        height, width = picture_size(data)
        if height * width > MAX_UPLOAD_PIXELS:
            raise BrokenImage(f"{width}x{height} pixels are more than {MAX_UPLOAD_PIXELS:,}")
        with self._turn:
            started = time.perf_counter()
            (row,) = self._model.probabilities([self._model.read(data)])
            spent = (time.perf_counter() - started) * 1000
        return {"top": top_classes(self._model, row, top), "milliseconds": round(spent, _DIGITS)}
