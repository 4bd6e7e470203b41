"""A double of Kueue's integration of batch Jobs: who may run is the test's decision, the writes are as Kueue's.

Kueue's manager cannot be had here. What its Job integration writes to a Job was read from its public source
(pkg/controller/jobs/job, pkg/controller/jobframework, pkg/podset): one that is not admitted is suspended, its start
time emptied through the status, and its template put back as it was when the Job was first seen, in three writes; an
admitted one is resumed in one write together with the flavor's node selector, tolerations and labels.
"""

import threading
from dataclasses import dataclass, field
from typing import Any, Self

from tests.cluster.api import Api, ApiError, Object
from tests.cluster.resources import jobs

QUEUE_LABEL = "kueue.x-k8s.io/queue-name"
STOPPING = "kueue.x-k8s.io/stopping"
_TURN_SECONDS = 0.1
_NEXT_TURN = (404, 409, 422)
"""A race that was lost; or pods that are still there: until their end Kubernetes 1.37 lets nobody change a template."""


@dataclass(frozen=True)
class Flavor:
    """What an admission puts into the pod template."""

    node_selector: dict[str, str] = field(default_factory=dict)
    tolerations: tuple[Object, ...] = ()
    labels: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class _Workload:
    """The template's parts as they were when the Job was first seen."""

    node_selector: dict[str, str] | None
    tolerations: list[Object] | None
    labels: dict[str, str]


class Kueue:
    """Reconciles the labelled Jobs of one namespace in a thread, level-driven as Kueue does, until it is left."""

    def __init__(self, api: Api, namespace: str) -> None:
        self._api, self._namespace = api, namespace
        self._lock = threading.Lock()
        self._admitted: dict[str, Flavor] = {}
        self._workloads: dict[str, _Workload] = {}
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="kueue")
        self.writes: list[str] = []
        """What it has written, in order: stop, reset, restore, start."""
        self.failure: BaseException | None = None
        """What ended it before its time."""

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def admit(self, uid: str, flavor: Flavor | None = None) -> None:
        """Quota is reserved for the Job with this UID: one that is made anew waits in the queue again."""
        with self._lock:
            self._admitted[uid] = flavor or Flavor()

    def evict(self, uid: str) -> None:
        """The quota is taken back, and the Job waits in the queue again."""
        with self._lock:
            self._admitted.pop(uid, None)

    def _run(self) -> None:
        try:
            while not self._stop.wait(_TURN_SECONDS):
                for job in self._api.list(jobs(self._namespace), labelSelector=QUEUE_LABEL):
                    self._reconcile(job)
        except BaseException as error:
            self.failure = error
            raise

    def _reconcile(self, job: Object) -> None:
        if _finished(job) or "deletionTimestamp" in job["metadata"]:
            return
        uid = job["metadata"]["uid"]
        workload = self._workloads.setdefault(uid, _workload(job))
        with self._lock:
            flavor = self._admitted.get(uid)
        try:
            if flavor is None and not _is_suspended(job):
                self._halt(job, workload)
            elif flavor is not None and _is_suspended(job):
                self._start(job, workload, flavor)
        except ApiError as error:
            if error.code not in _NEXT_TURN:
                raise

    def _halt(self, job: Object, workload: _Workload) -> None:
        where = jobs(self._namespace, job["metadata"]["name"])
        stopping = {"annotations": {STOPPING: "true"}, "uid": job["metadata"]["uid"]}
        self._write("stop", where, {"metadata": stopping, "spec": {"suspend": True}})
        if job.get("status", {}).get("startTime"):
            self._write("reset", where._replace(subresource="status"), {"status": {"startTime": None}})
        present = self._api.get(where)["spec"]["template"]
        template = _restored(present, workload)
        self._write("restore", where, {"metadata": {"annotations": {STOPPING: None}}, "spec": {"template": template}})

    def _start(self, job: Object, workload: _Workload, flavor: Flavor) -> None:
        where = jobs(self._namespace, job["metadata"]["name"])
        seen = {"uid": job["metadata"]["uid"], "resourceVersion": job["metadata"]["resourceVersion"]}
        template = {
            "metadata": {"labels": flavor.labels},
            "spec": {
                "nodeSelector": {**(workload.node_selector or {}), **flavor.node_selector},
                "tolerations": [*(workload.tolerations or ()), *flavor.tolerations],
            },
        }
        self._write("start", where, {"metadata": seen, "spec": {"suspend": False, "template": template}})

    def _write(self, what: str, where: Any, patch: Object) -> None:
        self._api.patch(where, patch)
        self.writes.append(what)


def _workload(job: Object) -> _Workload:
    template = job["spec"]["template"]
    spec = template["spec"]
    return _Workload(spec.get("nodeSelector"), spec.get("tolerations"), template["metadata"].get("labels") or {})


def _restored(template: Object, workload: _Workload) -> Object:
    """The merge patch that puts the template back."""
    added = set(template["metadata"].get("labels") or {}) - set(workload.labels)
    selectors = set(template["spec"].get("nodeSelector") or {}) - set(workload.node_selector or {})
    return {
        "metadata": {"labels": {**workload.labels, **dict.fromkeys(added)}},
        "spec": {
            "nodeSelector": {**(workload.node_selector or {}), **dict.fromkeys(selectors)},
            "tolerations": workload.tolerations,
        },
    }


def _is_suspended(job: Object) -> bool:
    annotations = job["metadata"].get("annotations") or {}
    return job["spec"].get("suspend") is True and annotations.get(STOPPING) != "true"


def _finished(job: Object) -> bool:
    conditions = job.get("status", {}).get("conditions") or ()
    return any(item["type"] in ("Complete", "Failed") and item["status"] == "True" for item in conditions)
