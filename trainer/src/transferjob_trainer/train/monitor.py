"""Which figure chooses the best epoch: none of validation pictures that are so few that chance would choose."""

from __future__ import annotations

from ..contract.run_file import RunFile
from .best import DEFAULT_MONITOR, Monitor, by_validation

ENOUGH = 30
"""Validation pictures by which an epoch may be chosen. What fewer did to jobs is in docs/adr/0087."""
_FEW = 50
"""Below that a choice is told to be one of chance, in part: each is more than two points of accuracy."""


def with_monitor(job: RunFile, pictures: int) -> RunFile:
    """The run with its monitor named (docs/adr/0087).

    Args:
        job: whose training.monitor is kept where it is given.
        pictures: of the validation split.
    """
    training = job.training
    if training.monitor is not None:
        return job
    few: Monitor = "Loss" if training.early_stopping is None else "ValLoss"
    monitor = DEFAULT_MONITOR if pictures >= ENOUGH else few
    return job.model_copy(update={"training": training.model_copy(update={"monitor": monitor})})


def chosen_by_validation(job: RunFile) -> bool:
    """Whether the best epoch is one of the validation split; the run's monitor is named."""
    return by_validation(job.training.monitor or DEFAULT_MONITOR)


def too_few_to_choose(pictures: int, given: str | None, job: RunFile) -> str | None:
    """A sentence where the best epoch is, or would be, mostly a matter of chance; None where it is not.

    Args:
        pictures: of the validation split.
        given: training.monitor as the user wrote it.
        job: the run with the one that counts.
    """
    if pictures >= _FEW or (given is not None and not given.startswith("Val")):
        return None
    worth = f"of {pictures} validation picture{'' if pictures == 1 else 's'} each is {100 / pictures:.1f} points"
    if given is None and pictures < ENOUGH:
        return (
            f"{job.training.monitor} chooses the best epoch, because {worth}, too much to choose by; raise"
            f" dataset.validation.fraction ({ENOUGH} are enough), or name training.monitor"
        )
    return (
        f"{job.training.monitor} chooses the best epoch, and {worth}, so chance has a large say: raise"
        " dataset.validation.fraction, or set training.monitor to Loss, by which none chooses"
    )
