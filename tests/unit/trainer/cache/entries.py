"""Small entries whose rows are known."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from transferjob_trainer.cache.entry import DiskEntry
from transferjob_trainer.cache.fill import fill
from transferjob_trainer.cache.manifest import Facts
from transferjob_trainer.cache.spec import EntrySpec, TensorSpec
from transferjob_trainer.cache.store import FeatureStore

KEY = "a" * 64
FACTS = Facts(dataset_digest="d" * 64, broken={3: "cut short"})
ROWS = 2_000
CHUNKS = 4
SAMPLES = np.arange(2 * 4 * 4 * 3, dtype=np.uint8).reshape(2, 4, 4, 3)


def spec(key: str = KEY, rows: int = ROWS) -> EntrySpec:
    """Two tensors a row; 512 rows a chunk."""
    return EntrySpec(key, rows, (TensorSpec("add", (2, 3), "float32"), TensorSpec("relu", (5,), "float16")))


def known_rows(rows: range) -> tuple[Any, ...]:
    """Rows that tell their number."""
    number = np.arange(rows.start, rows.stop, dtype=np.float32)[:, None]
    return (
        number[:, None] + np.arange(6, dtype=np.float32).reshape(2, 3),
        (number % 7 + np.arange(5)).astype(np.float16),
    )


def no_progress(_done: int, _all: int) -> None:
    """Nobody watches."""


def open_entry(root: Path, lines: list[str], **parts: Any) -> DiskEntry:
    """The entry in a store without a limit to speak of."""
    return FeatureStore(root, lines.append, limit_bytes=1 << 40).open(spec(**parts))


def filled(root: Path, **parts: Any) -> DiskEntry:
    """A finished entry, open."""
    entry = open_entry(root, [], **parts)
    fill(entry, known_rows, no_progress)
    entry.finish(FACTS, SAMPLES, {"backbone": "none"})
    return entry


def holds_known_rows(entry: DiskEntry) -> bool:
    """Whether every row is what it should be, asked for in another order."""
    numbers = np.random.default_rng(0).permutation(entry.spec.rows)
    got, due = entry.features().rows(numbers), known_rows(range(entry.spec.rows))
    return all(np.array_equal(one, other[numbers]) for one, other in zip(got, due, strict=True))
