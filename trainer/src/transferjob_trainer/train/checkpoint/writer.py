"""Writes checkpoints beside the training, in one thread."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Condition, Thread

import numpy as np

from ...contract.report import CheckpointReport
from ...errors import RunFailure
from ..state import MODEL, TrainingState
from .store import CheckpointStore

Say = Callable[[str], None]
Told = Callable[[CheckpointReport], None]


class CheckpointWriter:
    """Takes one state at a time. A checkpoint that cannot be written costs a line of the log, never the run."""

    def __init__(self, store: CheckpointStore, say: Say, told: Told) -> None:
        """Makes a writer and starts its thread.

        Args:
            store: where to.
            say: takes a line for the log.
            told: is told of every checkpoint that is written, in the writer's thread.
        """
        self._store, self._say, self._told = store, say, told
        self._changed = Condition()
        self._waiting: TrainingState | None = None
        self._busy = self._closed = False
        self._thread = Thread(target=self._run, name="checkpoint", daemon=True)
        self._thread.start()

    @property
    def idle(self) -> bool:
        """Whether nothing is being written: a state that is captured now is written at once."""
        with self._changed:
            return not self._busy

    def submit(self, state: TrainingState) -> None:
        """Writes the state as soon as the one before it is written."""
        with self._changed:
            self._waiting, self._busy = state, True
            self._changed.notify_all()

    def finish(self, seconds: float) -> bool:
        """Waits until what was submitted is written or has failed; False when the time did not suffice."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._busy, seconds)

    def close(self, seconds: float) -> None:
        """Ends the thread after what was submitted, or leaves it behind when the time does not suffice."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        self._thread.join(seconds)

    def _run(self) -> None:
        while (state := self._next()) is not None:
            try:
                self._write(state)
            finally:
                with self._changed:
                    self._busy = self._waiting is not None
                    self._changed.notify_all()

    def _next(self) -> TrainingState | None:
        with self._changed:
            self._changed.wait_for(lambda: self._waiting is not None or self._closed)
            state, self._waiting = self._waiting, None
            return state

    def _write(self, state: TrainingState) -> None:
        if not _finite(state):
            self._say("no checkpoint: a weight is not finite; the one before is kept")
            return
        try:
            self._told(self._store.save(state, time.time()))
        except RunFailure as error:
            self._say(f"no checkpoint: {error.message} The run goes on and tries again.")
        except OSError as error:
            self._say(f"no checkpoint: the scratch folder: {error.strerror}. The run goes on and tries again.")


def _finite(state: TrainingState) -> bool:
    return all(np.isfinite(array).all() for name, array in state.arrays.items() if name.startswith(f"{MODEL}/"))
