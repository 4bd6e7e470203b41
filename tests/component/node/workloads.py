"""Pods of one test: made, waited for and deleted in a namespace of their own."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

from tests.cluster.api import Api, Object, poll
from tests.cluster.resources import Resource, jobs, pods

DEADLINE_SECONDS = 30.0


class Workloads:
    """A namespace; `node` names the node that its pods ask for."""

    def __init__(self, api: Api, node: str = "") -> None:
        self.api, self.node = api, node
        self.namespace = f"node-{uuid.uuid4().hex[:8]}"

    def __enter__(self) -> Self:
        self.api.create("/api/v1/namespaces", {"metadata": {"name": self.namespace}})
        return self

    def __exit__(self, *_: object) -> None:
        self.api.delete(pods(self.namespace), grace_seconds=0)
        self.api.delete(f"/api/v1/namespaces/{self.namespace}")

    def at(self, plural: str, name: str | None = None) -> Resource:
        return Resource("v1", plural, self.namespace, name)

    def pod_object(self, name: str, command: list[str], spec: Object | None = None, **container: Any) -> Object:
        """A pod with one container `main`; `container` adds to it, `spec` to the pod's spec."""
        main = {"name": "main", "image": "none", "command": command, **container}
        selector = {"nodeSelector": {"kubernetes.io/hostname": self.node}} if self.node else {}
        whole: Object = {"restartPolicy": "Never", "automountServiceAccountToken": False, "containers": [main]}
        return {"metadata": {"name": name, "annotations": {}}, "spec": {**whole, **selector, **(spec or {})}}

    def run(self, name: str, script: str, spec: Object | None = None, **container: Any) -> Object:
        """Creates a pod that runs a shell script as its first process."""
        return self.create(self.pod_object(name, ["sh", "-c", script], spec, **container))

    def play(self, name: str, script: str) -> Object:
        """Creates a pod that plays a script of the node's own."""
        pod = self.pod_object(name, ["true"])
        pod["metadata"]["annotations"]["local-node/script"] = script
        return self.create(pod)

    def create(self, pod: Object) -> Object:
        # The admission of pods wants the namespace's default account, which a controller makes.
        self.api.wait_for(self.at("serviceaccounts", "default"), lambda account: True)
        return self.api.create(pods(self.namespace), pod)

    def create_job(self, name: str, pod: Object, **spec: Any) -> Object:
        body = {"metadata": {"name": name}, "spec": {"template": pod | {"metadata": pod["metadata"]}, **spec}}
        del body["spec"]["template"]["metadata"]["name"]
        return self.api.create(jobs(self.namespace), body)

    def wait(self, name: str, predicate: Callable[[Object], bool], deadline: float = DEADLINE_SECONDS) -> Object:
        return self.api.wait_for(pods(self.namespace, name), predicate, deadline)

    def wait_running(self, name: str) -> Object:
        return self.wait(name, lambda pod: "running" in state(pod))

    def wait_ended(self, name: str, deadline: float = DEADLINE_SECONDS) -> Object:
        return self.wait(name, lambda pod: pod["status"].get("phase") in ("Succeeded", "Failed"), deadline)

    def end_of(self, name: str) -> Object:
        """How the container of a pod ended, once it has."""
        return dict(state(self.wait_ended(name))["terminated"])

    def logs(self, name: str, **query: str) -> str:
        return self.api.text(Resource("v1", "pods", self.namespace, name, "log"), **query)

    def wait_log(self, name: str, lines: int) -> str:
        """The log of a pod, once it has so many lines."""
        return poll(lambda: self.logs(name), lambda text: text.count("\n") >= lines, DEADLINE_SECONDS, f"log of {name}")

    def delete(self, name: str, grace_seconds: int | None = None) -> None:
        self.api.delete(pods(self.namespace, name), grace_seconds=grace_seconds)

    def wait_event(self, reason: str) -> Object:
        """The first Event of that reason."""
        selector = f"reason={reason}"
        found = poll(
            lambda: self.api.list(self.at("events"), fieldSelector=selector), bool, DEADLINE_SECONDS, f"event {reason}"
        )
        return found[0]


def state(pod: Object) -> Object:
    """The state of a pod's first container; empty before the node has said anything."""
    statuses = pod.get("status", {}).get("containerStatuses") or [{"state": {}}]
    return dict(statuses[0]["state"])


def condition_of(pod: Object, kind: str) -> Object:
    return next(entry for entry in pod["status"]["conditions"] if entry["type"] == kind)


def processes_with(text: str) -> list[int]:
    """Process ids whose command line contains a text."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and int(folder.name) != os.getpid():
            try:
                line = (folder / "cmdline").read_bytes()
            except OSError:
                continue
            if text.encode() in line:
                found.append(int(folder.name))
    return found
