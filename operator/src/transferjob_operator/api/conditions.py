"""Condition types and their reasons: the one table of what a condition may say."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import Field, StringConstraints

from transferjob_trainer.contract.base import TolerantDocument

from .times import Time

ConditionType = Literal["Running", "Complete", "Failed", "Suspended", "TrainingStalled"]
CONDITION_TYPES: Final[tuple[ConditionType, ...]] = ("Running", "Complete", "Failed", "Suspended", "TrainingStalled")
MAX_MESSAGE = 4096

MEANINGS: Final[dict[ConditionType, str]] = {
    "Running": "a pod of the job is running the trainer",
    "Complete": "the model is published",
    "Failed": "the job has ended without a model and is not tried again",
    "Suspended": "the job holds no pod because it is suspended",
    "TrainingStalled": "progress documents arrive and do not move",
}
"""What True means."""


class Condition(TolerantDocument):
    """One observed aspect of the job."""

    type: Annotated[str, StringConstraints(min_length=1, max_length=64)]
    """Running, Complete, Failed, Suspended or TrainingStalled."""
    status: Literal["True", "False", "Unknown"]
    """True, False or Unknown."""
    reason: Annotated[str, StringConstraints(pattern=r"^[A-Za-z]([A-Za-z0-9]*)$", min_length=1, max_length=128)]
    """Why, as one CamelCase word."""
    message: Annotated[str, StringConstraints(max_length=MAX_MESSAGE)] = ""
    """Why, as a sentence."""
    observed_generation: Annotated[int, Field(ge=0)] | None = None
    """metadata.generation that this was decided for."""
    last_transition_time: Time
    """When status last changed."""
