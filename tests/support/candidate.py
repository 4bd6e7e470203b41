"""One of several that want to lead, as leader election's tests see it."""

from __future__ import annotations

import threading

from transferjob_operator.kube.client import KubeClient
from transferjob_operator.kube.lease import LeaseElector, LeaseName, LeaseTimes


class Candidate:
    """An elector, and whether it began and ceased to lead."""

    def __init__(self, client: KubeClient, namespace: str, identity: str, times: LeaseTimes) -> None:
        self.started, self.lost = threading.Event(), threading.Event()
        name = LeaseName(namespace, "election", identity)
        self.elector = LeaseElector(client, name, on_started=self.started.set, on_lost=self.lost.set, times=times)
