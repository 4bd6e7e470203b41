"""Workers that keep features in memory: each computes some of them, and all hold the same bits."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.unit.trainer.distribute.test_ring import together
from transferjob_trainer.cache.fill import MemoryEntry, fill_together
from transferjob_trainer.cache.spec import EntrySpec, TensorSpec
from transferjob_trainer.distribute.group import Group
from transferjob_trainer.distribute.ring import Ring
from transferjob_trainer.distribute.share import Share
from transferjob_trainer.errors import PeerLost

# 1,300 rows are three chunks, the last one smaller.
SPEC = EntrySpec("key", 1_300, (TensorSpec("a", (3,), "float32"), TensorSpec("b", (2, 2), "float16")))
VALUES = tuple(
    np.random.default_rng(0).normal(size=(SPEC.rows, *tensor.shape)).astype(tensor.numpy_dtype)
    for tensor in SPEC.tensors
)
VALUES[0][::7] = -0.0


def part(rows: range) -> tuple[Any, ...]:
    return tuple(values[rows.start : rows.stop] for values in VALUES)


@pytest.mark.parametrize("count", [2, 3, 5])
def test_each_chunk_is_computed_once_and_all_hold_it(count: int) -> None:
    def work(ring: Ring, index: int) -> Any:
        entry = MemoryEntry(SPEC)
        seen: list[int] = []
        computed = fill_together(
            entry, part, lambda done, _all: seen.append(done), Group(ring, Share(index, count), "a")
        )
        return computed, seen, entry.missing(), [array.tobytes() for array in entry.features.arrays]

    ends = together(count, work)
    assert SPEC.chunks == 3
    assert sum(computed for computed, *_ in ends) == SPEC.chunks
    for _, seen, missing, held in ends:
        assert seen[-1] == SPEC.rows
        assert missing == []
        assert held == [values.tobytes() for values in VALUES]


def test_a_worker_that_is_lost_ends_the_others() -> None:
    def work(ring: Ring, index: int) -> Any:
        if index == 1:
            return None
        return fill_together(MemoryEntry(SPEC), part, lambda *_: None, Group(ring, Share(index, 2), "a"))

    assert isinstance(together(2, work)[0], PeerLost)


def test_plans_are_compared() -> None:
    def work(ring: Ring, index: int) -> Any:
        group = Group(ring, Share(index, 3), "a")
        return group.compared("same"), group.compared("other" if index == 2 else "same")

    assert together(3, work) == [(("same", True), ("same", False))] * 3
