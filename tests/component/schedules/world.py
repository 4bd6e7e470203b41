"""What a trace can do to one Job, and the picture of a Job by which the model and the real controller are compared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, Protocol

from tests.component.operator.pods import GPU
from tests.support.builders import make_manifest
from transferjob_operator.api.transfer_job import parse_transfer_job
from transferjob_operator.core.job_template import job_manifest
from transferjob_operator.core.settings import CoreSettings

Object = dict[str, Any]
Policy = Literal["Background", "Foreground", "Orphan"]
COUNTS = ("active", "terminating", "failed", "succeeded")
TIMES = ("startTime", "completionTime")


@dataclass(frozen=True, slots=True)
class Picture:
    """A Job and its pods without what differs between two runs: names, times, versions."""

    job: bool
    leaves: bool = False
    held_by: tuple[str, ...] = ()
    counts: tuple[int, ...] = ()
    times: tuple[str, ...] = ()
    conditions: tuple[tuple[str, str, str], ...] = ()
    pods: tuple[tuple[str, bool, tuple[str, ...], bool], ...] = ()
    """Of each pod: phase, whether its deletion was asked for, finalizers, whether it has an owner."""


class World(Protocol):
    """One Job with one worker, made by the operator's own template, and its pods."""

    def begin(self, *, retries: int = 3, suspend: bool = False) -> None:
        """The Job is created."""

    def run(self) -> None:
        """Its next pod, once there is one, gets a node and starts; a back-off is waited for."""

    def end(self, code: int) -> None:
        """The trainer of the pod that started last ends."""

    def delete_pod(self) -> None:
        """Somebody deletes that pod."""

    def preempt(self) -> None:
        """The scheduler takes that pod away."""

    def let_go(self, code: int = 143) -> None:
        """That pod's deletion has been asked for; its trainer ends with this code and its kubelet lets go of it."""

    def suspend(self, suspend: bool) -> None:
        """spec.suspend is written."""

    def delete(self, policy: Policy) -> None:
        """Somebody deletes the Job."""

    def look(self) -> None:
        """All controllers have come to rest: the picture is taken."""


def child(name: str, retries: int, suspend: bool) -> Object:
    """The Job as the operator makes it, without the owner, which is not part of these worlds."""
    resources = {"gpus": 1, "gpuResource": GPU, "cpu": "100m", "memory": "64Mi"}
    manifest = make_manifest(
        name=name,
        dataset={"uri": "sklearn://digits"},
        output={"uri": "s3://models/flowers"},
        resources=resources,
        run={"retries": retries, "suspend": suspend},
    )
    job = job_manifest(parse_transfer_job(manifest), None, CoreSettings(trainer_image="trainer:test"))
    del job["metadata"]["ownerReferences"], job["metadata"]["namespace"]
    return job


def picture(job: Object | None, pods: list[Object]) -> Picture:
    """What is compared of a Job, or of what it left behind."""
    shown = tuple(sorted(_pod(pod) for pod in pods))
    if job is None:
        return Picture(False, pods=shown)
    metadata, status = job["metadata"], job.get("status", {})
    told = ((item["type"], item["status"], item.get("reason", "")) for item in status.get("conditions") or ())
    return Picture(
        True,
        "deletionTimestamp" in metadata,
        tuple(sorted(metadata.get("finalizers") or ())),
        tuple(status.get(name) or 0 for name in COUNTS),
        tuple(name for name in TIMES if status.get(name)),
        tuple(sorted(told)),
        shown,
    )


def _pod(pod: Object) -> tuple[str, bool, tuple[str, ...], bool]:
    metadata = pod["metadata"]
    held = tuple(sorted(metadata.get("finalizers") or ()))
    return pod["status"]["phase"], "deletionTimestamp" in metadata, held, bool(metadata.get("ownerReferences"))
