"""What must hold of each write of the operator, and of the world once it has come to rest."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Protocol

from tests.schedules.nodes import leaves
from tests.schedules.replica import Replica
from tests.schedules.server import Object, Plural, Server, finished_pod, has, merged, owner_uid
from tests.schedules.wire import Write
from tests.support.builders import NAMESPACE
from transferjob_operator.api.conditions import CONDITION_TYPES
from transferjob_operator.api.status import FINISHED_PHASES
from transferjob_operator.core.naming import QUEUE_LABEL
from transferjob_operator.core.times import parse_time
from transferjob_operator.kube.store import Key

NAME = "flowers"
MEMORY_KILLS = 2


class View(Protocol):
    """What there is: the model's server, or one namespace of a real one."""

    def get(self, plural: Plural, name: str) -> Object | None:
        """The object of this name."""

    def all(self, plural: Plural) -> list[Object]:
        """Every object of a kind."""


@dataclass
class Truth:
    """Knows the whole history, and objects with an AssertionError to what must not be."""

    server: Server
    replica: Callable[[], Replica]
    bound: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    """UIDs of the pods that ever had a node, by TransferJob."""
    parents: dict[str, str] = field(default_factory=dict)
    """UID of the TransferJob of each child that ever was."""
    attempts: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    """UIDs that status named as the attempt, by TransferJob, in order."""
    broken: bool = False
    """It has objected."""

    def look(self) -> None:
        """Remembers what is there now."""
        for job in self.server.all("jobs"):
            if (owner := owner_uid(job)) is not None:
                self.parents[job["metadata"]["uid"]] = owner
        for pod in self.server.all("pods"):
            parent = self.parents.get(owner_uid(pod) or "")
            if parent and pod["spec"].get("nodeName"):
                self.bound[parent].add(pod["metadata"]["uid"])

    def allow(self, write: Write) -> None:
        """Objects to a write that the operator must not make. Preconditions hold already."""
        self.look()
        self.broken = True
        self._judge(write)
        self.broken = False

    def _judge(self, write: Write) -> None:
        match write.verb, write.plural:
            case "create", "jobs":
                self._create(write)
            case "patch", "jobs":
                self._patch_job(write)
            case "delete", "jobs":
                self._delete_job(write)
            case "delete", "pods":
                self._delete_pod(write)
            case "delete", "transferjobs":
                self._delete_transfer_job(write)
            case "patch", "transferjobs":
                self._status(write)

    def _create(self, write: Write) -> None:
        if write.late:
            return
        stores, key = self.replica().stores, Key(NAMESPACE, NAME)
        document = stores.documents.get(key)
        assert stores.jobs.get(key) is None, "a child is made beside one that is seen"
        assert document is not None, "a child is made for nobody"
        raw, uid = document.raw, write.body["metadata"]["ownerReferences"][0]["uid"]
        assert raw["metadata"]["uid"] == uid, "a child is made for another job than the one that is seen"
        assert not leaves(raw), "a child is made for a job that is being deleted"
        assert not over(raw), "a child is made for a job that is over"
        spent, retries = raw.get("status", {}).get("budget", {}), raw["spec"].get("run", {}).get("retries", 3)
        left = max(0, retries - spent.get("failures", 0) - spent.get("stallRestarts", 0))
        assert write.body["spec"]["backoffLimit"] == left, "the budget was not carried over"

    def _patch_job(self, write: Write) -> None:
        job = self.server.objects["jobs", write.name]
        assert QUEUE_LABEL not in (job["metadata"].get("labels") or {}), "suspend is written under Kueue"
        assert not ended(job), "suspend of a finished Job is written"

    def _delete_job(self, write: Write) -> None:
        child = self.server.objects["jobs", write.name]
        assert not ended(child), "a Job is deleted that has finished: how it ended is lost"
        parent = self._parent(child)
        if write.late or parent is None:
            return
        document = self.replica().stores.documents.get(Key(NAMESPACE, NAME))
        wanted = document is not None and _suspended(document.raw)
        queued = QUEUE_LABEL in (child["metadata"].get("labels") or {})
        assert over(parent) or (queued and wanted), "a child is deleted before the outcome is in status"

    def _delete_pod(self, write: Write) -> None:
        pod = self.server.objects["pods", write.name]
        assert not finished_pod(pod), "a pod is deleted that has ended"
        silent = any(
            node["metadata"]["name"] == pod["spec"].get("nodeName") and not has(node, "Ready")
            for node in self.server.all("nodes")
        )
        parent = next(iter(self.server.all("transferjobs")), None)
        budget = parent.get("status", {}).get("budget", {}) if parent else {}
        stalled = budget.get("stalledPodUID") == pod["metadata"]["uid"]
        assert silent or stalled or write.late, "a pod is deleted before its restart is in the budget"

    def _delete_transfer_job(self, write: Write) -> None:
        job = self.server.objects["transferjobs", write.name]
        ttl = job["spec"]["run"].get("ttlSecondsAfterFinished")
        completed = parse_time(job["status"].get("completionTime"))
        assert over(job), "a job is deleted that is not over"
        assert ttl is not None, "a job is deleted that has no time to live"
        assert completed is not None, "an outcome has no time"
        clock = self.replica().clock()
        assert write.late or completed + timedelta(seconds=ttl) <= clock, "a job is deleted before its time"

    def _status(self, write: Write) -> None:
        job = self.server.objects["transferjobs", write.name]
        before = job.get("status", {})
        after = merged(before, write.body["status"])
        assert not over(job) or after == before, "an outcome is changed"
        uid = job["metadata"]["uid"]
        self._count(uid, before, after)
        assert tuple(item["type"] for item in after["conditions"]) == CONDITION_TYPES, "a condition is missing"
        spent, retries = after.get("budget", {}), job["spec"]["run"]["retries"]
        assert spent.get("stallRestarts", 0) <= retries, "more stalls were mended than run.retries allows"
        assert spent.get("freeRestarts", 0) <= retries + 1, "free restarts go on in a circle"
        assert spent.get("memoryKills", 0) <= MEMORY_KILLS, "memory is tried again and again"
        told = sum(spent.get(name, 0) for name in ("failures", "freeRestarts"))
        assert told <= after.get("attempts", 0), "more attempts have failed than there were"

    def _count(self, uid: str, before: Object, after: Object) -> None:
        new, old = after.get("attempts", 0), before.get("attempts", 0)
        assert old <= new <= len(self.bound[uid]), f"attempts go from {old} to {new} with {len(self.bound[uid])} pods"
        pod, last = after.get("podUID"), before.get("podUID")
        if pod != last:
            assert pod in self.bound[uid], "an attempt without a pod"
            assert pod not in self.attempts[uid], "a pod is counted twice"
            assert new > old, "another attempt, and it is not counted"
            self.attempts[uid].append(pod)
        else:
            assert new == old, "the same pod is counted again"

    def _parent(self, child: Object) -> Object | None:
        uid = owner_uid(child)
        return next((job for job in self.server.all("transferjobs") if job["metadata"]["uid"] == uid), None)


def over(job: Object) -> bool:
    """The TransferJob has its outcome."""
    return job.get("status", {}).get("phase") in FINISHED_PHASES


def ended(job: Object) -> bool:
    """The Job is Complete or Failed."""
    return has(job, "Complete") is not None or has(job, "Failed") is not None


def _suspended(job: Object) -> bool:
    return bool(job["spec"].get("run", {}).get("suspend"))


def at_rest(server: View, foreign: set[str]) -> None:
    """Objects to a world at rest in which status does not tell the truth, or in which something is left over.

    Args:
        server: what is true.
        foreign: UIDs of Jobs that are nobody's business: strangers', or orphaned by their user's wish.
    """
    children = [job for job in server.all("jobs") if job["metadata"]["uid"] not in foreign]
    pods = [pod for pod in server.all("pods") if owner_uid(pod) not in foreign and not finished_pod(pod)]
    pods = [pod for pod in pods if owner_uid(pod) is not None]
    job = server.get("transferjobs", NAME)
    if job is None:
        assert not children, f"orphans: {children}"
        assert not pods, f"pods of nobody: {pods}"
        return
    status: dict[str, Any] = job.get("status", {})
    assert all(owner_uid(child) == job["metadata"]["uid"] for child in children), "an orphan is left"
    assert len([child for child in children if not ended(child)]) <= 1, "two active children"
    true = {item["type"] for item in status.get("conditions", ()) if item["status"] == "True"}
    if over(job):
        _over(status, children, pods, true)
    elif foreign & {item["metadata"]["uid"] for item in server.all("jobs")}:
        assert not pods, "a GPU is held beside a stranger"
        assert "Running" not in true, "a job without a pod is said to run"
        shown = {item["reason"] for item in status["conditions"] if item["type"] == "Running"}
        assert shown <= {"NameConflict", "SuspendedByUser"}, f"a stranger has the name, and shown is {shown}"
    elif _suspended(job):
        _halted(job, children, pods, status, true)
    else:
        _alive(children, pods, status, true)
        assert status["observedGeneration"] == job["metadata"]["generation"], "an older spec is told of"


def _over(status: Object, children: list[Object], pods: list[Object], true: set[str]) -> None:
    succeeded = status["phase"] == "Succeeded"
    assert all(ended(child) for child in children), "a child runs on after the end"
    assert not pods, "a GPU is held after the end"
    assert true == {"Complete" if succeeded else "Failed"}, f"{status['phase']} with conditions {true}"
    assert ("failure" in status) != succeeded, "a failure without words, or words without a failure"
    assert "heldSince" not in status.get("budget", {}), "a clock goes on after the end"


def _halted(job: Object, children: list[Object], pods: list[Object], status: Object, true: set[str]) -> None:
    queued = QUEUE_LABEL in (job["metadata"].get("labels") or {})
    assert status["phase"] == "Suspended", f"suspended, and the phase is {status['phase']}"
    assert true == {"Suspended"}, f"suspended, and true are {true}"
    assert not pods, "a suspended job holds a pod"
    assert not children if queued else all(child["spec"]["suspend"] for child in children), "the child is not suspended"


def _alive(children: list[Object], pods: list[Object], status: Object, true: set[str]) -> None:
    assert len(children) == 1, f"{len(children)} children of a job that should run"
    assert not children[0]["spec"].get("suspend"), "a job that should run is suspended"
    assert len(pods) == 1, f"{len(pods)} pods of a job that should run"
    assert pods[0]["status"]["phase"] == "Running", "the pod does not run"
    assert status["phase"] == "Running", f"a pod runs, and the phase is {status['phase']}"
    assert true in ({"Running"}, {"Running", "TrainingStalled"}), f"a pod runs, and true are {true}"
    assert status["podUID"] == pods[0]["metadata"]["uid"], "another pod is told of than the one that runs"
    assert status["jobUID"] == children[0]["metadata"]["uid"], "another child is told of than the one that runs"
