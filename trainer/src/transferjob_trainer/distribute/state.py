"""All workers begin with the same bits: those of the chief."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np

from ..train.checkpoint.format import read_file, write_file
from ..train.state import Arrays, TrainingDocument, TrainingState
from .group import Group

_SPREAD = 0x9E3779B9
"""An odd number without a pattern: seeds of neighbouring workers differ in many bits."""
_SEEDS = (1 << 31) - 2
"""Keras on TensorFlow takes seeds modulo this."""


def chiefs_state(group: Group, own: TrainingState | None, scratch: Path) -> TrainingState:
    """The chief's state on every worker, each with random numbers of its own.

    Args:
        group: the workers.
        own: what the chief begins with; of the others None.
        scratch: folder for a file on its way.

    Raises:
        PeerLost: a worker is gone.
    """
    if own is not None:
        file = io.BytesIO()
        write_file(file, own.document.model_dump_json(by_alias=True), own.arrays)
        group.tell(file.getvalue())
        return own
    path = scratch / f"state-{uuid4().hex}"
    try:
        path.write_bytes(group.tell())
        text, arrays = read_file(path)
    finally:
        path.unlink(missing_ok=True)
    return TrainingState(TrainingDocument.model_validate_json(text), own_random(arrays, group.share.index))


def own_random(arrays: Arrays, worker: int) -> Arrays:
    """The arrays with the seeds of the random layers changed by the worker's number.

    With the chief's, the dropout of one worker's rows would be that of the others'.
    """
    return {name: _reseeded(array, worker) if _is_seed(array) else array for name, array in arrays.items()}


def _is_seed(array: Any) -> bool:
    """A random layer keeps a seed and a counter; nothing else in a network is a pair of whole numbers."""
    return bool(np.issubdtype(array.dtype, np.integer) and array.shape == (2,))


def _reseeded(seed: Any, worker: int) -> Any:
    return np.array([(int(seed[0]) + worker * _SPREAD) % _SEEDS, seed[1]], seed.dtype)
