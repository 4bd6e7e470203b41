"""When a state is kept, and that a checkpoint that cannot be written costs nothing but itself."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from tests.unit.trainer.checkpoint.states import is_state_at, local_storage, state_at, store_in
from transferjob_trainer.contract.report import CheckpointReport
from transferjob_trainer.errors import StorageUnavailable
from transferjob_trainer.signals import Notice, Terminated
from transferjob_trainer.storage import Storage
from transferjob_trainer.train.checkpoint import CheckpointWriter
from transferjob_trainer.train.checkpoint.keeper import Keeper
from transferjob_trainer.train.state import TrainingState


class Walk:
    """A training whose every step is known."""

    def __init__(self) -> None:
        self.step = 0

    def capture(self) -> TrainingState:
        return state_at(1, self.step)


class Slow:
    """A storage that is real and waits before it writes, or fails."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self.gate = threading.Event()
        self.fails = False

    def write_new(self, path: str, source: Path) -> bool:
        if self.fails:
            raise StorageUnavailable("no answer for 1 s.")
        assert self.gate.wait(20)
        return self._storage.write_new(path, source)

    def __getattr__(self, name: str) -> object:
        return getattr(self._storage, name)


class Desk:
    """Storage, store and writer of an attempt."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.slow = Slow(local_storage(folder))
        self.lines: list[str] = []
        self.told: list[CheckpointReport] = []
        store = store_in(self.slow, folder, lines=self.lines)  # type: ignore[arg-type]
        self.writer = CheckpointWriter(store, self.lines.append, self.told.append)

    def newest(self) -> TrainingState | None:
        found = store_in(local_storage(self.folder), self.folder, "reader").newest()
        return found.state if found else None


@contextmanager
def desk_in(folder: Path) -> Iterator[Desk]:
    desk = Desk(folder)
    try:
        yield desk
    finally:
        desk.slow.gate.set()
        desk.writer.close(20)


def test_training_does_not_wait_for_the_storage(tmp_path: Path) -> None:
    with desk_in(tmp_path) as desk:
        walk = Walk()
        keeper = Keeper(desk.writer, Notice(), every=0.0, grace=20)
        keeper(walk)
        started = time.monotonic()
        for walk.step in range(1, 1000):
            keeper(walk)
        assert time.monotonic() - started < 5
        assert desk.told == []
        desk.slow.gate.set()
        assert desk.writer.finish(20)
        # Only what was begun is written: a state that waits would be old when its turn comes.
        assert [report.step for report in desk.told] == [0]
        keeper(walk)
        assert desk.writer.finish(20)
        assert [report.step for report in desk.told] == [0, 999]


def test_before_its_time_nothing_is_kept(tmp_path: Path) -> None:
    with desk_in(tmp_path) as desk:
        desk.slow.gate.set()
        keeper = Keeper(desk.writer, Notice(), every=3600, grace=20)
        keeper(Walk())
        keeper.trained(Walk())
        assert desk.writer.idle
        assert desk.newest() is None


@pytest.mark.checklist(29)
def test_told_to_end_the_last_step_is_kept_though_a_checkpoint_is_being_written(tmp_path: Path) -> None:
    with desk_in(tmp_path) as desk:
        walk, notice = Walk(), Notice()
        keeper = Keeper(desk.writer, notice, every=0.0, grace=20)
        keeper(walk)
        walk.step, notice.given = 7, time.monotonic()
        threading.Timer(0.2, desk.slow.gate.set).start()
        with pytest.raises(Terminated):
            keeper(walk)
        state = desk.newest()
        assert state is not None
        assert is_state_at(state, 1, 7)


def test_a_storage_that_hangs_does_not_outlast_the_grace_period(tmp_path: Path) -> None:
    with desk_in(tmp_path) as desk:
        notice = Notice()
        notice.given = time.monotonic()
        with pytest.raises(Terminated):
            Keeper(desk.writer, notice, every=3600, grace=1.0)(Walk())
        assert time.monotonic() - notice.given < 5


def test_a_checkpoint_that_cannot_be_written_is_said_and_tried_again(tmp_path: Path) -> None:
    with desk_in(tmp_path) as desk:
        desk.slow.gate.set()
        desk.slow.fails = True
        desk.writer.submit(state_at(1, 1))
        assert desk.writer.finish(20)
        assert desk.lines == ["no checkpoint: no answer for 1 s. The run goes on and tries again."]
        desk.slow.fails = False
        desk.writer.submit(state_at(1, 2))
        assert desk.writer.finish(20)
        assert [report.step for report in desk.told] == [2]


def test_a_state_that_is_not_finite_never_replaces_a_good_one(tmp_path: Path) -> None:
    with desk_in(tmp_path) as desk:
        desk.slow.gate.set()
        desk.writer.submit(state_at(1, 1))
        assert desk.writer.finish(20)
        bad = state_at(1, 2)
        bad.arrays["model/00000"][3, 1] = np.nan
        desk.writer.submit(bad)
        assert desk.writer.finish(20)
        assert "a weight is not finite" in desk.lines[-1]
        state = desk.newest()
        assert state is not None
        assert is_state_at(state, 1, 1)
