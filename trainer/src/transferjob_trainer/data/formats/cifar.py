"""Batches of CIFAR-10 and CIFAR-100, which are pickles: read by an unpickler that makes nothing but plain data.

Pickle names functions to call. Of those that the batches name, each is replaced here by one that only takes note of
what it is given; any other name is refused. So nothing of the file is executed, and nothing is allocated that is not
in it.
"""

from __future__ import annotations

import io
import pickle
from collections.abc import Callable
from typing import Any

import numpy as np

from ...errors import DatasetInvalid
from ..types import Images

MAX_BATCH_BYTES = 256 << 20
_SIDE, _CHANNELS = 32, 3
_ROW = _SIDE * _SIDE * _CHANNELS


def read_batch(data: bytes, name: str, label_key: str) -> tuple[Images, list[int]]:
    """Pictures, uint8 [n, 32, 32, 3], and their labels.

    Args:
        data: the file.
        name: its URI, for sentences.
        label_key: labels, fine_labels or coarse_labels.

    Raises:
        DatasetInvalid: no such batch.
    """
    batch = _plain(data, name)
    pixels, labels = batch.get("data"), batch.get(label_key)
    if not isinstance(pixels, _Array) or not isinstance(pixels.raw, bytes) or not isinstance(labels, list):
        raise DatasetInvalid(f"{name} is no batch of CIFAR: it holds no data, or no {label_key}.")
    if not all(type(label) is int for label in labels) or len(pixels.raw) != len(labels) * _ROW:
        raise DatasetInvalid(
            f"{name} is no batch of CIFAR: {len(labels):,} labels and {len(pixels.raw):,} bytes"
            f" of pictures, {_ROW:,} each."
        )
    planes = np.frombuffer(pixels.raw, np.uint8).reshape(-1, _CHANNELS, _SIDE, _SIDE)
    return np.ascontiguousarray(planes.transpose(0, 2, 3, 1)), labels


def read_names(data: bytes, name: str, key: str) -> list[str]:
    """Names of the classes from the file beside the batches. Raises DatasetInvalid."""
    names = _plain(data, name).get(key)
    if not isinstance(names, list) or not names or not all(isinstance(item, str | bytes) for item in names):
        raise DatasetInvalid(f"{name} holds no {key}.")
    return [item.decode("latin-1") if isinstance(item, bytes) else item for item in names]


def _plain(data: bytes, name: str) -> dict[str, Any]:
    if len(data) > MAX_BATCH_BYTES:
        raise DatasetInvalid(f"{name} is larger than {MAX_BATCH_BYTES:,} bytes; as many are read.")
    try:
        found = _Unpickler(io.BytesIO(data), encoding="bytes").load()
        return {key.decode() if isinstance(key, bytes) else str(key): value for key, value in found.items()}
    except DatasetInvalid:
        raise
    except Exception as error:
        # A damaged pickle may raise anything.
        raise DatasetInvalid(f"{name} is no batch of CIFAR: {' '.join(str(error).split())[:200]}.") from error


class _Array:
    """What is known of a pickled array."""

    raw: object = None

    def __setstate__(self, state: tuple[object, ...]) -> None:
        self.raw = state[-1]


class _Type:
    """The type of a pickled array; bytes are what is expected, and the length shows whether they are."""

    def __setstate__(self, state: object) -> None:
        pass


def _array(*_arguments: object) -> _Array:
    return _Array()


def _type(*_arguments: object) -> _Type:
    return _Type()


def _bytes(text: object, _encoding: object) -> bytes:
    if not isinstance(text, str | bytes):
        raise TypeError("text is expected")
    return text if isinstance(text, bytes) else text.encode("latin-1")


_STAND_INS: dict[tuple[str, str], Callable[..., object]] = {
    ("numpy.core.multiarray", "_reconstruct"): _array,
    ("numpy._core.multiarray", "_reconstruct"): _array,
    ("numpy", "ndarray"): _array,
    ("numpy", "dtype"): _type,
    ("_codecs", "encode"): _bytes,
}


class _Unpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str, /) -> Any:
        """The stand-in for what a batch names. Raises UnpicklingError for anything else."""
        try:
            return _STAND_INS[module, name]
        except KeyError:
            raise pickle.UnpicklingError(f"it asks for {module}.{name}, which no batch needs") from None
