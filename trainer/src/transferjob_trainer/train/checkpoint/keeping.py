"""A training that goes on where an earlier attempt was interrupted, and keeps its states for the next one."""

from __future__ import annotations

import time
from pathlib import Path

from ...contract.report import CheckpointReport
from ...contract.run_file import RunFile
from ...log import RunLog
from ...progress_board import ProgressBoard
from ...settings import RunSettings
from ...signals import noted_sigterm
from ...versions import versions
from ..session import Session
from .document import origin_of
from .keeper import Keeper
from .place import checkpoint_spec, checkpoint_storage
from .store import CheckpointStore
from .writer import CheckpointWriter

FINISH_SECONDS = 60.0
"""How long a run waits for a checkpoint that is being written before it goes on to its end."""


def train_with_checkpoints(
    session: Session,
    run: RunFile,
    settings: RunSettings,
    board: ProgressBoard,
    log: RunLog,
    *,
    dataset_digest: str,
    scratch: Path,
) -> None:
    """Runs the session from the newest checkpoint of this very run, or from its beginning, to its end.

    Raises:
        Terminated: the run was told to end; its state is kept as far as the grace period allowed.
        StorageDenied, StorageUnavailable: the checkpoints cannot be read.
        NonFiniteLoss: see Session.run; the last good checkpoint stays.
    """
    origin = origin_of(run, dataset_digest, versions())
    store = CheckpointStore(checkpoint_storage(run, settings), origin, settings.pod_uid, scratch, log.say)
    _go_on(session, store, board, log)

    def told(report: CheckpointReport) -> None:
        board.update(checkpoint=report)
        log.say(f"checkpoint of {_place(report)}, {time.time() - report.time:.1f} s to write")

    writer = CheckpointWriter(store, log.say, told)
    with noted_sigterm() as notice:
        keeper = Keeper(writer, notice, every=checkpoint_spec(run).every_seconds, grace=settings.grace_seconds)
        # Measuring changes no figure until it is done.
        session.hooks += [keeper, lambda _session: board.moved()]
        try:
            session.run()
            keeper.trained(session)
        finally:
            writer.close(FINISH_SECONDS if notice.given is None else 0.0)


def _go_on(session: Session, store: CheckpointStore, board: ProgressBoard, log: RunLog) -> None:
    found = store.newest()
    if found is None:
        return
    try:
        session.restore(found.state)
    except ValueError as error:
        log.say(f"checkpoint {found.report.uri} is not used: {error}")
        return
    board.update(checkpoint=found.report)
    age = max(0.0, time.time() - found.report.time)
    log.say(f"going on from the checkpoint of {_place(found.report)}, left {age:.0f} s ago by attempt {found.attempt}")


def _place(report: CheckpointReport) -> str:
    return f"epoch {report.epoch}, step {report.step}"
