"""The head of another job's model, to go on with: for the same classes, in a head of the same shape."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from .contract.run_file import HeadFrom
from .contract.uri import WEIGHTS_SCHEMES, parse_uri
from .errors import DatasetInvalid, InvalidSpec, WeightsUnavailable
from .export.labels import labels_text
from .storage import Credentials, open_storage

_MAX_LABELS = 16 << 20
_SHOWN = 8
_POOLINGS = {"GlobalAveragePooling2D": "Average", "GlobalMaxPooling2D": "Max", "Flatten": "Flatten"}


def check_classes(
    taken: HeadFrom, classes: tuple[str, ...], credentials: Credentials, claims_root: Path | None
) -> None:
    """Compares the dataset's classes with those of the head: each output must go on meaning what it has learned.

    Raises:
        DatasetInvalid: other classes, or another order.
        WeightsUnavailable: the other job's labels are not there or are others.
        StorageDenied, StorageUnavailable: the storage says no, or nothing.
    """
    storage = open_storage(
        parse_uri(taken.labels, WEIGHTS_SCHEMES), credentials, claims_root=claims_root, absent=WeightsUnavailable
    )
    data = storage.read("", _MAX_LABELS)
    digest = hashlib.sha256(data).hexdigest()
    if digest != taken.sha256:
        raise WeightsUnavailable(f"{taken.labels} has sha256 {digest}, TransferJob {taken.job} wrote {taken.sha256}")
    theirs, ours = (text.splitlines() for text in (data.decode("utf-8", "replace"), labels_text(classes)))
    if theirs == ours:
        return
    same = "the same in another order, which dataset.classes sets" if sorted(theirs) == sorted(ours) else "others"
    raise DatasetInvalid(
        f"the head of TransferJob {taken.job} knows {len(theirs)} classes ({_listed(theirs)}), the dataset has"
        f" {len(ours)} ({_listed(ours)}): {same}; weightsFrom.include Model needs the same names in the same order"
    )


def take_head(model: Any, source: Any, taken: HeadFrom) -> None:
    """Copies the head's weights from the whole model of the other job.

    Raises:
        InvalidSpec: spec.head is another one than that job's.
    """
    ours, theirs = _described(model), _described(source)
    if ours != theirs:
        raise InvalidSpec(
            f"spec.head must be that of TransferJob {taken.job} where weightsFrom.include is Model:"
            f" there it is {theirs}, here {ours}"
        )
    for own, other in zip(_dense(model), _dense(source), strict=True):
        if own.kernel.shape != other.kernel.shape:
            raise InvalidSpec(
                f"the head of TransferJob {taken.job} takes {other.kernel.shape[0]} values where this one takes"
                f" {own.kernel.shape[0]}: with pooling Flatten spec.input must be the same"
            )
        own.set_weights(other.get_weights())


def _described(model: Any) -> str:
    """Pooling and hidden layers; dropout has no weights, and the number of outputs follows from the classes."""
    pooling = next((_POOLINGS[kind] for layer in model.layers if (kind := type(layer).__name__) in _POOLINGS), "none")
    hidden = [f"dense {layer.units} {layer.get_config()['activation']}" for layer in _dense(model)[:-1]]
    return ", ".join([f"pooling {pooling}", *hidden])


def _dense(model: Any) -> list[Any]:
    return [layer for layer in model.layers if type(layer).__name__ == "Dense"]


def _listed(names: list[str]) -> str:
    return ", ".join(names[:_SHOWN]) + (" ..." if len(names) > _SHOWN else "")
