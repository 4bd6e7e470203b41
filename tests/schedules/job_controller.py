"""A model of the Job controller of Kubernetes 1.34: one call is one sync of one Job.

Source: pkg/controller/job/job_controller.go and backoff_utils.go, for parallelism and completions of 1, restartPolicy
Never, podReplacementPolicy Failed. tests/component/schedules compares it with the real one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tests.schedules.server import (
    TRACKING,
    Object,
    Server,
    finalizers,
    finished_pod,
    has,
    owner_uid,
    with_condition,
)

FIRST_BACKOFF_SECONDS, LONGEST_BACKOFF_SECONDS = 10.0, 600.0


@dataclass
class JobController:
    """Makes pods of Jobs, counts how they end, and says how the Jobs end."""

    server: Server
    failures: dict[str, tuple[int, datetime]] = field(default_factory=dict)
    """Failed pods in a row of each Job, ignored ones too, and the time of the last: it is kept in memory only."""

    def sync(self) -> bool:
        """One look at every Job. Returns whether something changed."""
        before = self.server.version
        for job in self.server.all("jobs"):
            self._sync(job)
        self._free_orphans()
        return self.server.version != before

    def wait_seconds(self, uid: str) -> float:
        """Seconds of back-off before the next pod."""
        count, last = self.failures.get(uid, (0, self.server.now))
        if not count:
            return 0.0
        delay = min(FIRST_BACKOFF_SECONDS * 2.0 ** (count - 1), LONGEST_BACKOFF_SECONDS)
        return max(0.0, (last + timedelta(seconds=delay) - self.server.now).total_seconds())

    def _sync(self, job: Object) -> None:
        uid = job["metadata"]["uid"]
        if has(job, "Complete") or has(job, "Failed"):
            self._free([pod for pod in self.server.owned("pods", uid) if finalizers(pod)])
            return
        if "deletionTimestamp" in job["metadata"]:
            # Whatever its pods come to is not counted any more.
            self._free([pod for pod in self._living(job) if finalizers(pod)])
        verdict = self._count(job)
        if verdict is not None or has(job, "FailureTarget"):
            self._fail(self._current(job), verdict)
        elif has(job, "SuccessCriteriaMet") or self._current(job).get("status", {}).get("succeeded"):
            self._complete(self._current(job))
        elif "deletionTimestamp" not in job["metadata"]:
            self._manage(self._current(job))
        if self.server.get("jobs", job["metadata"]["name"]) is not None:
            self._tell_numbers(self._current(job))

    def _count(self, job: Object) -> tuple[str, str] | None:
        """Takes the ended pods in, each once. Returns why the Job fails, where it does."""
        status, verdict = dict(job.get("status", {})), None
        for pod in self.server.owned("pods", job["metadata"]["uid"]):
            if not finished_pod(pod) or TRACKING not in finalizers(pod):
                continue
            if pod["status"]["phase"] == "Succeeded":
                status["succeeded"] = status.get("succeeded", 0) + 1
                self.failures.pop(job["metadata"]["uid"], None)
            else:
                action = _action(job, pod)
                status["failed"] = status.get("failed", 0) + (action != "Ignore")
                self._note_failure(job["metadata"]["uid"], pod)
                verdict = verdict or self._verdict(job, pod, action, status)
            self._patch(job, status)
            self.server.release("pods", pod["metadata"]["name"], TRACKING)
        return verdict

    def _verdict(self, job: Object, pod: Object, action: str, status: Object) -> tuple[str, str] | None:
        if action == "FailJob":
            code = _exit_code(pod)
            words = f"Container trainer for pod default/{pod['metadata']['name']} failed with exit code {code}"
            return "PodFailurePolicy", f"{words} matching FailJob rule at index 1"
        if status.get("failed", 0) > job["spec"]["backoffLimit"]:
            return "BackoffLimitExceeded", "Job has reached the specified backoff limit"
        return None

    def _note_failure(self, uid: str, pod: Object) -> None:
        count, _ = self.failures.get(uid, (0, self.server.now))
        self.failures[uid] = (count + 1, self.server.now)

    def _fail(self, job: Object, verdict: tuple[str, str] | None) -> None:
        target = has(job, "FailureTarget")
        reason, message = (target["reason"], target["message"]) if target else verdict or ("", "")
        if target is None:
            told = with_condition(job, "FailureTarget", "True", self.server.time, reason, message)
            job = self._patch(job, {"conditions": told})
        living = self._living(job)
        for pod in living:
            self._end(pod)
        if not self._living(job):
            told = with_condition(job, "Failed", "True", self.server.time, reason, message)
            self._patch(job, {"conditions": told})

    def _complete(self, job: Object) -> None:
        if has(job, "SuccessCriteriaMet") is None:
            told = with_condition(job, "SuccessCriteriaMet", "True", self.server.time, "CompletionsReached")
            job = self._patch(job, {"conditions": told})
        if not self._living(job):
            told = with_condition(job, "Complete", "True", self.server.time, "CompletionsReached")
            self._patch(job, {"conditions": told, "completionTime": self.server.time})

    def _manage(self, job: Object) -> None:
        if job["spec"].get("suspend"):
            self._suspend(job)
            return
        suspended = has(job, "Suspended") is not None
        if suspended or "startTime" not in job.get("status", {}):
            status: Object = {"startTime": self.server.time}
            if suspended:
                status["conditions"] = with_condition(job, "Suspended", "False", self.server.time, "JobResumed")
            job = self._patch(job, status)
        if not self._living(job) and self.wait_seconds(job["metadata"]["uid"]) <= 0:
            self._make_pod(job)

    def _suspend(self, job: Object) -> None:
        for pod in self._living(job):
            self._end(pod)
        if has(job, "Suspended") is None:
            told = with_condition(job, "Suspended", "True", self.server.time, "JobSuspended", "Job suspended")
            self._patch(job, {"conditions": told})

    def _end(self, pod: Object) -> None:
        """Deletes a pod that is not wanted any more; how it ends is not counted."""
        name = pod["metadata"]["name"]
        if "deletionTimestamp" not in pod["metadata"]:
            self.server.delete("pods", name)
        if self.server.get("pods", name) is not None and TRACKING in finalizers(pod):
            self.server.release("pods", name, TRACKING)

    def _make_pod(self, job: Object) -> None:
        metadata, template = job["metadata"], job["spec"]["template"]
        reference = {"kind": "Job", "apiVersion": "batch/v1", "name": metadata["name"], "uid": metadata["uid"]}
        self.server.create(
            "pods",
            {
                "metadata": {
                    "name": f"{metadata['name']}-{self.server.made:05}",
                    "labels": template["metadata"]["labels"],
                    "ownerReferences": [{**reference, "controller": True, "blockOwnerDeletion": True}],
                    "finalizers": [TRACKING],
                },
                "spec": {},
                "status": {"phase": "Pending"},
            },
        )

    def _tell_numbers(self, job: Object) -> None:
        pods = [pod for pod in self.server.owned("pods", job["metadata"]["uid"]) if not finished_pod(pod)]
        leaving = sum("deletionTimestamp" in pod["metadata"] for pod in pods)
        self._patch(job, {"active": len(pods) - leaving, "terminating": leaving})

    def _free_orphans(self) -> None:
        """A pod whose Job is gone is held by nobody."""
        jobs = {job["metadata"]["uid"] for job in self.server.all("jobs")}
        self._free([pod for pod in self.server.all("pods") if owner_uid(pod) not in jobs and finalizers(pod)])

    def _free(self, pods: list[Object]) -> None:
        for pod in pods:
            self.server.release("pods", pod["metadata"]["name"], TRACKING)

    def _living(self, job: Object) -> list[Object]:
        return [pod for pod in self.server.owned("pods", job["metadata"]["uid"]) if not finished_pod(pod)]

    def _current(self, job: Object) -> Object:
        return self.server.objects["jobs", job["metadata"]["name"]]

    def _patch(self, job: Object, status: Object) -> Object:
        return self.server.patch("jobs", job["metadata"]["name"], {"status": status})


def _action(job: Object, pod: Object) -> str:
    """What the first rule of the podFailurePolicy that fits says; Count where none does."""
    rules: list[Object] = (job["spec"].get("podFailurePolicy") or {}).get("rules") or []
    return next((str(rule["action"]) for rule in rules if _fits(rule, pod)), "Count")


def _fits(rule: Object, pod: Object) -> bool:
    if "onPodConditions" in rule:
        return any(has(pod, wanted["type"]) is not None for wanted in rule["onPodConditions"])
    return _exit_code(pod) in rule["onExitCodes"]["values"]


def _exit_code(pod: Object) -> Any:
    ended = [status["state"].get("terminated") for status in pod["status"].get("containerStatuses") or ()]
    return next((state["exitCode"] for state in ended if state and state["exitCode"]), None)
