"""One namespace with its operator behind the proxy, and what its jobs look like when all has come to rest."""

import re
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

from tests.cluster.api import poll
from tests.cluster.controlplane import ControlPlane
from tests.cluster.resources import jobs as batch_jobs
from tests.cluster.resources import pods
from tests.component.operator.pods import Jobs, PodPlayer
from tests.faults.proxy import FaultProxy
from tests.faults.seen import Seen
from tests.support.operator_process import OperatorProcess

ACCOUNT = "system:serviceaccount:transferjob-system:transferjob-operator"
DEADLINE = 120.0
"""Lists and watches that fail again and again are tried after pauses of up to 10 s."""
REST_SECONDS = 1.5
_OF_ONE_RUN = {
    "startTime",
    "firstStartTime",
    "completionTime",
    "lastTransitionTime",
    "gpuSeconds",
    "queuedSeconds",
    "activeSeconds",
    "activeSince",
    "heldSince",
    "time",
    "waitingSince",
    "jobUID",
    "podName",
    "podUID",
    "node",
}
"""Fields whose values are of one run: times, sums of times, names that the cluster makes up."""


class World:
    """Parts that belong together, and the questions that a test asks of them."""

    def __init__(self, cluster: ControlPlane, namespace: str, account: Path, folder: Path, address: str) -> None:
        self.cluster, self.namespace = cluster, namespace
        self.jobs = Jobs(cluster.api, namespace)
        self.player = PodPlayer(cluster.api, namespace, address)
        self.proxy = FaultProxy(cluster)
        self._account, self._folder = account, folder
        self._operator: OperatorProcess | None = None
        self._restarts: list[threading.Thread] = []

    def __enter__(self) -> Self:
        self.proxy.__enter__()
        self.player.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        for thread in self._restarts:
            thread.join(DEADLINE)
        if self._operator is not None:
            self._operator.stop()
        self.player.__exit__()
        self.proxy.__exit__()

    def start(self, **settings: object) -> Self:
        """Starts the operator and waits until it is ready."""
        defaults = {"namespaces": self.namespace, "leader_election": False, "trainer_image": "trainer:test"}
        self._operator = OperatorProcess(
            self.proxy.kubeconfig(self._account, self._folder),
            self._folder / "operator.log",
            identity="operator",
            **{**defaults, **settings},
        ).start()
        return self

    @property
    def operator(self) -> OperatorProcess:
        """The operator, after `start`."""
        assert self._operator is not None
        return self._operator

    def kill_and_restart(self, _seen: Seen) -> None:
        """Kills the operator and starts its successor beside the test, which goes on."""
        self.operator.kill()
        self._restarts.append(threading.Thread(target=self.operator.start, kwargs={"wait_ready": False}))
        self._restarts[-1].start()

    def wait_restarted(self) -> None:
        """Waits until the successor of a killed operator is ready."""
        for thread in self._restarts:
            thread.join(DEADLINE)
        self._restarts.clear()
        self.operator.wait_ready(DEADLINE)

    def writes(self, name: str) -> list[str]:
        """The writes about one job so far, in order, as the proxy saw them."""
        return [f"{seen.verb} {seen.resource}" for seen in self.proxy.writes(self.namespace, name)]

    def wait_rest(self) -> None:
        """Waits until the operator writes nothing any more, Events included."""

        def quiet() -> int:
            mark = self.cluster.audit.mark()
            end = time.monotonic() + REST_SECONDS
            poll(time.monotonic, lambda now: now >= end, REST_SECONDS + 1, "a while of rest")
            return len(self.cluster.audit.writes(since=mark, failed=True, user=ACCOUNT, namespace=self.namespace))

        poll(quiet, lambda count: count == 0, 20, "rest: no write any more")

    def clear(self) -> None:
        """Takes away what has not ended when a test failed, so that it does not count as the next one's."""
        api = self.cluster.api
        left = [job["metadata"]["name"] for job in api.list(self.jobs.at()) if not _has_ended(job)]
        for name in left:
            api.delete(self.jobs.at(name))
        for pod in api.list(pods(self.namespace)):
            if pod["status"]["phase"] in ("Pending", "Running"):
                api.delete(pods(self.namespace, pod["metadata"]["name"]), grace_seconds=0)
        for name in left:
            api.wait_gone(batch_jobs(self.namespace, name), DEADLINE)

    def outcome(self, name: str, *, since: int) -> dict[str, Any]:
        """What is left of a job's run, without what differs from one run to the next."""
        self.wait_rest()
        job = self.cluster.api.find(self.jobs.at(name))
        made = self.cluster.audit.writes(
            since=since, user=ACCOUNT, namespace=self.namespace, resource="jobs", verb="create"
        )
        children = self.cluster.api.list(batch_jobs(self.namespace))
        living = [pod for pod in self.cluster.api.list(pods(self.namespace)) if pod["status"]["phase"] == "Running"]
        return {
            "status": _timeless(job["status"], name, self.namespace) if job else None,
            "children made": len(made),
            "children": sorted(
                (child["metadata"]["name"] == name, child["spec"].get("suspend"))
                for child in children
                if child["metadata"]["labels"]["transferjob.dev/job-name"] == name
            ),
            "living pods": len(living),
        }


def _has_ended(job: Mapping[str, Any]) -> bool:
    return job.get("status", {}).get("phase") in ("Succeeded", "Failed")


def _timeless(value: Any, name: str, namespace: str) -> Any:
    if isinstance(value, Mapping):
        return {key: _timeless(item, name, namespace) for key, item in value.items() if key not in _OF_ONE_RUN}
    if isinstance(value, list):
        return [_timeless(item, name, namespace) for item in value]
    if isinstance(value, str):
        return re.sub(rf"\b{name}(-[a-z0-9]{{5}})?\b", "NAME", value).replace(namespace, "NAMESPACE")
    return value
