"""The spec of a TransferJob: the training part, which the trainer acts on, and what the operator acts on."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from transferjob_trainer.contract import TrainingPart
from transferjob_trainer.contract.base import DnsLabel

from .pod import PodSpec
from .resources import ResourcesSpec, RunSpec


class TransferJobSpec(TrainingPart):
    """What is wanted. Only run.suspend, the timeouts and the TTL can be changed later."""

    workers: Annotated[int, Field(ge=1, le=64)] = 1
    """Pods that train together, each with a share of every batch."""
    resources: ResourcesSpec = ResourcesSpec()
    """What the trainer's pod asks for."""
    run: RunSpec = RunSpec()
    """How the run is supervised."""
    profile: DnsLabel | None = None
    """A named set of defaults that the cluster's operator configured."""
    pod: PodSpec = PodSpec()
    """Placement and further settings of the trainer's pod."""
