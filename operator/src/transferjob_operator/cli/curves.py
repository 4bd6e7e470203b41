"""Figures of each epoch, read from the logs that are still there."""

from __future__ import annotations

from transferjob_trainer.contract.environment import CONTAINER_NAME

from ..kube.errors import ApiError
from . import requests
from .cluster import Cluster, Job
from .epochs import Epoch, epochs_in
from .errors import CliError
from .pod_logs import decoded, newest_pod

_MOST_LINES = 20_000
_SECONDS = 30.0


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
