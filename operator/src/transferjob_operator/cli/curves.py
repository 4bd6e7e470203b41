"""Figures of each epoch, read from the logs that are still there."""

from __future__ import annotations

import re
from dataclasses import dataclass

from transferjob_trainer.contract.environment import CONTAINER_NAME

from ..kube.errors import ApiError
from . import requests
from .cluster import Cluster, Job
from .errors import CliError
from .pod_logs import decoded, newest_pod

_EPOCH = re.compile(r"epoch (\d+)/\d+  loss (\S+)  accuracy (\S+)  val\. loss (\S+)  val\. accuracy (\S+)")
_MOST_LINES = 20_000
_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Epoch:
    """Figures of one epoch."""

    epoch: int
    loss: float
    accuracy: float
    val_loss: float
    val_accuracy: float


def epochs_of(cluster: Cluster, job: Job) -> list[Epoch]:
    """The epochs that the newest pod's log tells of; none where there is no pod or no right to read its log."""
    try:
        pod = newest_pod(cluster, job)
        if pod is None:
            return []
        names = pod["metadata"]["namespace"], pod["metadata"]["name"]
        request = requests.logs(*names, CONTAINER_NAME, follow=False, tail=_MOST_LINES)
        with cluster.client.open_stream(request, idle_timeout=_SECONDS) as stream:
            return epochs_in("".join(decoded(stream.chunks())))
    except (ApiError, CliError):
        return []


def epochs_in(log: str) -> list[Epoch]:
    """The epochs of a trainer's log; one that was done twice counts as it was done last."""
    found = {}
    for match in _EPOCH.finditer(log):
        try:
            found[int(match[1])] = Epoch(int(match[1]), *(float(text) for text in match.groups()[1:]))
        except ValueError:
            continue
    return [found[epoch] for epoch in sorted(found)]
