"""Ways not to run, made on the cluster: what kubelets, admission and storage would say."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from tests.cluster.api import Api, ApiError, Object, poll
from tests.cluster.controlplane import ControlPlane
from tests.cluster.resources import Resource, pods
from tests.component.operator.pods import Jobs, PodPlayer, now

SETTLED_SECONDS = 25.0


def reason_of(job: Object) -> str:
    """Reason of the condition Running; empty before the first status."""
    return next((c["reason"] for c in job.get("status", {}).get("conditions", ()) if c["type"] == "Running"), "")


def message_of(job: Object, kind: str = "Running") -> str:
    """Message of a condition."""
    return next((c["message"] for c in job.get("status", {}).get("conditions", ()) if c["type"] == kind), "")


def wait_reason(jobs: Jobs, name: str, reason: str, part: str = "", deadline: float = SETTLED_SECONDS) -> Object:
    """The job once its condition Running has this reason, and a message with this part."""
    return jobs.wait(name, lambda job: reason_of(job) == reason and part in message_of(job), deadline)


class Troubles(PodPlayer):
    """A node whose pods do not start, or end badly."""

    def waits(self, job: str, reason: str, message: str = "") -> str:
        """The job's pod waits with this reason, once it has a node; returns its name."""
        name = self.bound(job)
        self.show(name, "Pending", {"waiting": {"reason": reason, "message": message}})
        return name

    def show(self, name: str, phase: str, state: Object, **status: Any) -> None:
        """The kubelet reports this state of the container trainer."""
        entry = {"name": "trainer", "image": "trainer:test", "imageID": "", "restartCount": 0, "ready": False}
        body = {
            "phase": phase,
            "startTime": now(),
            "containerStatuses": [{**entry, "started": False, "state": state}],
            **status,
        }
        self._api.patch(self._status_of(name), {"status": body})

    def ends(self, job: str, **terminated: Any) -> str:
        """The job's pod ends in this way; returns its name."""
        name = self.run(job)
        self.show(name, "Failed", {"terminated": {"startedAt": now(), "finishedAt": now(), **terminated}})
        return name

    def refuses(self, job: str, reason: str, message: str, conditions: list[Object] | None = None) -> str:
        """The node ends the pod as a whole; returns its name."""
        name = self.bound(job)
        told: Object = {"phase": "Failed", "reason": reason, "message": message}
        if conditions:
            told["conditions"] = conditions
        self._api.patch(self._status_of(name), {"status": told}, "strategic")
        return name

    def tells(self, pod: str, reason: str, message: str) -> None:
        """The kubelet emits a Warning Event about a pod."""
        found = self._api.get(pods(self.namespace, pod))
        about = {"kind": "Pod", "apiVersion": "v1", "namespace": self.namespace, "name": pod}
        event = {
            "metadata": {"name": f"{pod}.{uuid.uuid4().hex[:10]}"},
            "involvedObject": {**about, "uid": found["metadata"]["uid"]},
            "reason": reason,
            "message": message,
            "type": "Warning",
            "firstTimestamp": now(),
            "lastTimestamp": now(),
            "source": {"component": "kubelet", "host": self.node},
            "count": 1,
        }
        self._api.create(Resource("v1", "events", self.namespace), event)

    def _status_of(self, name: str) -> Resource:
        return Resource("v1", "pods", self.namespace, name, "status")


def runs(cluster: ControlPlane, jobs: Jobs, name: str) -> None:
    """Makes a job and waits until its trainer runs: nobody else's trouble keeps it from that."""
    with Troubles(cluster.api, jobs.namespace, "127.98.2.1") as node:
        jobs.create(name)
        node.run(name)
        jobs.wait_phase(name, "Running")


def set_quota(api: Api, namespace: str, **hard: str) -> None:
    """A ResourceQuota that is in force: its controller has counted, and admission goes by it."""
    where = Resource("v1", "resourcequotas", namespace, "small")
    limits = {name.replace("_", "/"): amount for name, amount in hard.items()}
    api.create(where._replace(name=None), {"metadata": {"name": "small"}, "spec": {"hard": limits}})
    api.wait_for(where, lambda quota: quota.get("status", {}).get("hard") == limits)


def set_limits(api: Api, namespace: str, **most: str) -> None:
    """A LimitRange on containers."""
    where = Resource("v1", "limitranges", namespace)
    api.create(where, {"metadata": {"name": "small"}, "spec": {"limits": [{"type": "Container", "max": most}]}})


class Policy:
    """A ValidatingAdmissionPolicy, or a webhook that does not answer, for one resource of one namespace."""

    def __init__(self, api: Api, namespace: str, group: str, plural: str) -> None:
        self._api, self._namespace, self._plural = api, namespace, plural
        self._name = f"{namespace}-{plural}"
        self._rule = {
            "apiGroups": [group],
            "apiVersions": ["v1"],
            "operations": ["CREATE"],
            "resources": [plural],
        }
        self._selector = {"matchLabels": {"kubernetes.io/metadata.name": namespace}}
        self._made: list[Resource] = []

    def deny(self, message: str) -> None:
        """Every creation is denied with these words."""
        spec = {
            "failurePolicy": "Fail",
            "matchConstraints": {"resourceRules": [self._rule]},
            "validations": [{"expression": "false", "message": message}],
        }
        binding = {
            "policyName": self._name,
            "validationActions": ["Deny"],
            "matchResources": {"namespaceSelector": self._selector},
        }
        self._make("validatingadmissionpolicies", {"spec": spec})
        self._make("validatingadmissionpolicybindings", {"spec": binding})

    def break_webhook(self) -> None:
        """A webhook that must be asked, at an address where nothing listens."""
        webhook = {
            "name": "checks.test.example",
            "admissionReviewVersions": ["v1"],
            "sideEffects": "None",
            "failurePolicy": "Fail",
            "timeoutSeconds": 2,
            "clientConfig": {"url": "https://127.0.0.1:1/"},
            "rules": [self._rule],
            "namespaceSelector": self._selector,
        }
        self._make("validatingwebhookconfigurations", {"webhooks": [webhook]})

    def wait_in_force(self, attempt: Callable[[], object]) -> None:
        """Admission learns of it a moment later: tries until `attempt` is refused."""

        def is_refused() -> bool:
            try:
                attempt()
            except ApiError:
                return True
            return False

        poll(is_refused, bool, 20, f"admission of {self._plural} is refused")

    def lift(self) -> None:
        """Takes it away."""
        while self._made:
            self._api.delete(self._made.pop())

    def _make(self, plural: str, body: Object) -> None:
        where = Resource("admissionregistration.k8s.io/v1", plural, None)
        self._api.create(where, {"metadata": {"name": self._name}, **body})
        self._made.append(where.named(self._name))
