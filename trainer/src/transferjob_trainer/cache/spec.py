"""What an entry of the cache holds: how many rows, of which tensors, in which chunks."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import prod
from typing import Any

import numpy as np

MIB = 1 << 20
_CHUNK_BYTES = 32 * MIB
_CHUNK_ROWS = 512
"""A chunk is what a killed filler loses and what two fillers may compute twice, so neither bytes nor pictures of it
may be many."""


@dataclass(frozen=True, slots=True)
class TensorSpec:
    """One tensor of every row."""

    name: str
    """Name of the operation that makes it."""
    shape: tuple[int, ...]
    """Shape of one row."""
    dtype: str
    """Type of its numbers, e.g. float32."""

    @property
    def numpy_dtype(self) -> np.dtype[Any]:
        """The type as numpy knows it; bfloat16 comes from ml_dtypes."""
        if self.dtype == "bfloat16":
            import ml_dtypes

            low: np.dtype[Any] = np.dtype(ml_dtypes.bfloat16)
            return low
        return np.dtype(self.dtype)

    @property
    def row_bytes(self) -> int:
        """Bytes of one row."""
        return prod(self.shape) * self.numpy_dtype.itemsize

    def document(self) -> dict[str, Any]:
        """As JSON."""
        return {"name": self.name, "shape": list(self.shape), "dtype": self.dtype}


@dataclass(frozen=True)
class EntrySpec:
    """Rows and tensors of an entry. Row i belongs to the i-th picture of the dataset, sorted by path."""

    key: str
    """sha256 of all that decides the content (key.py)."""
    rows: int
    tensors: tuple[TensorSpec, ...]

    @cached_property
    def row_bytes(self) -> int:
        """Bytes of one row, all tensors together."""
        return sum(tensor.row_bytes for tensor in self.tensors)

    @property
    def bytes(self) -> int:
        """Bytes of all rows."""
        return self.rows * self.row_bytes

    @cached_property
    def chunk_rows(self) -> int:
        """Rows of every chunk but the last."""
        return max(1, min(_CHUNK_ROWS, _CHUNK_BYTES // max(1, self.row_bytes)))

    @property
    def chunks(self) -> int:
        """Number of chunks."""
        return -(-self.rows // self.chunk_rows)

    def chunk_range(self, chunk: int) -> range:
        """The rows of a chunk."""
        first = chunk * self.chunk_rows
        return range(first, min(self.rows, first + self.chunk_rows))
