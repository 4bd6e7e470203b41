"""Advice as a part of a run: found out once, by one worker, before the first step."""

from __future__ import annotations

from typing import Any

from ..contract.advice import AdviceReport
from ..contract.run_file import RunFile
from ..data import OpenDataset
from ..distribute.group import Group
from ..log import RunLog
from ..progress_board import ProgressBoard
from ..storage import Storage
from .advise import advise
from .keeping import KeptAdvice
from .limits import with_count
from .listener import Listener

WAIT_SECONDS = 3600.0
"""For which the other workers hear nothing of the one that finds out."""


def wants_advice(run: RunFile) -> bool:
    """Whether the job asks for it."""
    return run.advise or run.freeze.auto is not None


def advice_of_run(
    run: RunFile,
    backbone: Any,
    opened: OpenDataset,
    checkpoints: Storage,
    board: ProgressBoard,
    log: RunLog,
    group: Group | None = None,
) -> AdviceReport:
    """The advice that holds for all attempts and workers of the run.

    Raises:
        DatasetInvalid: too few pictures can be read.
        PeerLost: a worker is gone.
        StorageDenied, StorageUnavailable: as when a checkpoint is read.
    """
    board.update(stage="Advising")
    if group is not None and not group.chief:
        group.silence_is_loss_after(WAIT_SECONDS)
        return AdviceReport.model_validate_json(group.tell())
    kept = KeptAdvice(run, opened.catalogue.listing, checkpoints)
    report = kept.read()
    if report is not None:
        log.say(f"advice: an earlier attempt has found out to freeze {report.recommended} layers")
    else:
        report = kept.keep(advise(run, backbone, opened, Listener(log.say, board.moved)))
    if group is not None:
        group.tell(report.model_dump_json(by_alias=True).encode())
    return report


def resolved(run: RunFile, report: AdviceReport) -> RunFile:
    """The run as it trains: with the choice in place of freeze.auto, else as given."""
    return with_count(run, report.recommended) if run.freeze.auto is not None else run
