"""A training that goes on where an earlier attempt was interrupted, and keeps its states for the next one."""

from __future__ import annotations

import time
from pathlib import Path

from ...contract.report import CheckpointReport
from ...contract.run_file import RunFile
from ...distribute.group import Group
from ...distribute.state import chiefs_state
from ...errors import PeerLost
from ...log import RunLog
from ...progress_board import ProgressBoard
from ...settings import RunSettings
from ...signals import Terminated, noted_sigterm
from ...versions import versions
from ...watchdog import LIMIT_SECONDS
from ..session import Session
from .document import origin_of
from .keeper import Keeper
from .place import checkpoint_spec, checkpoint_storage
from .store import CheckpointStore
from .writer import CheckpointWriter

FINISH_SECONDS = 60.0
"""How long a run waits for a checkpoint that is being written before it goes on to its end."""

FROZEN_SECONDS = 120.0
"""After the time in which a worker that hangs ends itself, for one that cannot: it is frozen, or its node."""


def train_with_checkpoints(
    session: Session,
    run: RunFile,
    settings: RunSettings,
    board: ProgressBoard,
    log: RunLog,
    *,
    dataset_digest: str,
    scratch: Path,
    group: Group | None = None,
    views: int = 0,
) -> None:
    """Runs the session from the newest checkpoint of this very run, or from its beginning, to its end.

    Of several workers the chief alone reads and writes checkpoints; the others take over its state.

    Raises:
        DatasetInvalid, PeerLost: the workers see other datasets, or one is gone.
        Terminated: the run was told to end; its state is kept as far as the grace period allowed.
        StorageDenied, StorageUnavailable: the checkpoints cannot be read.
        NonFiniteLoss: see Session.run; the last good checkpoint stays.
    """
    if group is not None:
        group.must_agree(dataset_digest)
        if not group.chief:
            _train_along(session, group, scratch, board, _silence(settings))
            return
    origin = origin_of(run, dataset_digest, versions(), views)
    store = CheckpointStore(checkpoint_storage(run, settings), origin, settings.pod_uid, scratch, log.say)
    _go_on(session, store, board, log)
    if group is not None:
        chiefs_state(group, session.capture(), scratch)
        group.silence_is_loss_after(_silence(settings))

    def told(report: CheckpointReport) -> None:
        board.update(checkpoint=report)
        log.say(f"checkpoint of {_place(report)}, {time.time() - report.time:.1f} s to write")

    writer = CheckpointWriter(store, log.say, told)
    with noted_sigterm() as notice:
        if group is not None:
            group.heed(notice)
        ending = notice if group is None else group.told_to_end
        keeper = Keeper(writer, ending, every=checkpoint_spec(run).every_seconds, grace=settings.grace_seconds)
        # Measuring changes no figure until it is done.
        session.hooks += [keeper, lambda _session: board.moved()]
        try:
            _run(session, keeper, log)
        finally:
            writer.close(FINISH_SECONDS if notice.given is None else 0.0)


def _run(session: Session, keeper: Keeper, log: RunLog) -> None:
    """Trains; what was done together is kept when another worker is lost."""
    try:
        session.run()
    except PeerLost:
        log.say(f"a worker is lost after epoch {session.position.epoch}, step {session.position.step}")
        keeper.alone(session)
        raise
    keeper.trained(session)


def _train_along(session: Session, group: Group, scratch: Path, board: ProgressBoard, silence: float) -> None:
    """Trains as another worker than the chief: from its state, to the same end."""
    session.restore(chiefs_state(group, None, scratch))
    group.silence_is_loss_after(silence)

    def leave(_session: Session) -> None:
        board.moved()
        if group.told_to_end.given is not None:
            raise Terminated

    with noted_sigterm() as notice:
        group.heed(notice)
        session.hooks.append(leave)
        session.run()


def _silence(settings: RunSettings) -> float:
    """Longer than the watchdog lets a worker hang: it says where, and a neighbour can only say that it waits."""
    return (settings.stall_seconds or LIMIT_SECONDS) + FROZEN_SECONDS


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
