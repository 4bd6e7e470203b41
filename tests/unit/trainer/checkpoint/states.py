"""States of a training that never was, each a function of its place, and stores of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from transferjob_trainer.contract.run_file import JobIdentity
from transferjob_trainer.storage import Credentials, Storage, open_storage
from transferjob_trainer.train.checkpoint import CheckpointStore, Origin
from transferjob_trainer.train.state import Arrays, Position, TrainingDocument, TrainingState

JOB = JobIdentity(namespace="default", name="digits", uid="0b0b0b0b-0000-4000-8000-000000000001")
ORIGIN = Origin(job=JOB, run_digest="1" * 64, dataset_digest="2" * 64, views=0, tensorflow="2.21.0", keras="3.15.1")


def state_at(epoch: int, step: int, *, size: int = 100, phase: int = 0) -> TrainingState:
    """The state at a place."""
    value = epoch * 1000 + step
    arrays: Arrays = {
        "model/00000": np.full((size, 3), value, np.float32),
        "model/00001": np.arange(4, dtype=np.uint32) + value,
        "optimizer/00000": np.array(value, np.int64),
    }
    position = Position(phase=phase, epoch=epoch, step=step)
    return TrainingState(TrainingDocument(position=position), arrays)


def is_state_at(state: TrainingState, epoch: int, step: int) -> bool:
    """Whether it is, to the bit."""
    size = len(state.arrays["model/00000"])
    expected = state_at(epoch, step, size=size, phase=state.document.position.phase)
    return state.document == expected.document and same_arrays(state, expected)


def same_arrays(one: TrainingState, other: TrainingState) -> bool:
    if one.arrays.keys() != other.arrays.keys():
        return False
    return all(_same(array, other.arrays[name]) for name, array in one.arrays.items())


def _same(one: Any, other: Any) -> bool:
    return bool(one.dtype == other.dtype and one.shape == other.shape and one.tobytes() == other.tobytes())


def local_storage(folder: Path) -> Storage:
    return open_storage(f"file://{folder}/checkpoints", Credentials())


def store_in(
    storage: Storage, scratch: Path, attempt: str = "pod-1", *, origin: Origin = ORIGIN, lines: list[str] | None = None
) -> CheckpointStore:
    """A store of an attempt; what it says goes to `lines`."""
    return CheckpointStore(storage, origin, attempt, scratch, (lines if lines is not None else []).append)


def files_of(storage: Storage) -> list[str]:
    """Names of all files, sorted."""
    return sorted(entry.path.rpartition("/")[2] for entry in storage.list())
