"""A small world in memory around one TransferJob: what Job controller, kubelet and users do to the records."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from tests.support.builders import T0, make_child, make_condition, make_ended_pod, make_job, make_pod, make_running_pod
from transferjob_operator.api.status import TransferJobStatus
from transferjob_operator.core.observed import Observed
from transferjob_operator.core.plan import (
    Action,
    CreateJob,
    CreateService,
    Decision,
    DeleteJob,
    DeletePod,
    DeleteTransferJob,
    ReleasePod,
    SuspendJob,
    decide,
)
from transferjob_operator.core.records import JobRecord, PodRecord
from transferjob_operator.core.settings import CoreSettings

SETTINGS = CoreSettings(trainer_image="trainer:1")
QUEUE = {"kueue.x-k8s.io/queue-name": "team-a"}


@dataclass
class World:
    """The state that the API server would hold, with a clock."""

    queued: bool = False
    suspend: bool = False
    run: dict[str, int] = field(default_factory=dict)
    """Limits of spec.run."""
    still_seconds: float = 0.0
    silent_since: datetime | None = None
    """Since when node-1 is not heard of."""
    deleted: bool = False
    """The TransferJob is gone."""
    status: TransferJobStatus = field(default_factory=TransferJobStatus)
    child: JobRecord | None = None
    pods: tuple[PodRecord, ...] = ()
    now: datetime = T0
    made: int = 0
    pods_made: int = 0

    def decide(self) -> Decision:
        """What the operator wants now."""
        job = make_job(labels=QUEUE if self.queued else None, run={"suspend": self.suspend, **self.run})
        lost = {"node-1": self.silent_since} if self.silent_since else {}
        observed = Observed(self.child, self.pods, still_seconds=self.still_seconds, unreachable=lost)
        return decide(job, self.status, observed, SETTINGS, self.now)

    def reconcile(self) -> int:
        """Passes until nothing is left to do; their number. Raises AssertionError when it never ends."""
        for passes in range(10):
            decision = self.decide()
            if not decision.actions and decision.status == self.status:
                return passes
            before = [action for action in decision.actions if isinstance(action, CreateJob | SuspendJob)]
            for write in before:
                self.apply(write)
            self.status = decision.status
            for action in decision.actions:
                if action not in before:
                    self.apply(action)
            if self.deleted:
                return passes
        raise AssertionError(f"no rest after 10 passes; the last decision was {decision}")

    def apply(self, action: Action) -> None:
        """What the API server and the Job controller make of a write."""
        if isinstance(action, CreateJob):
            assert self.child is None, "a second child"
            self.made += 1
            spec, labels = action.manifest["spec"], action.manifest["metadata"]["labels"]
            queue = labels.get("kueue.x-k8s.io/queue-name")
            uid = f"child-{self.made}"
            self.child = make_child(uid=uid, suspended=spec["suspend"], queue_name=queue, creation_time=self.now)
        elif isinstance(action, SuspendJob):
            assert self.child is not None
            assert self.child.queue_name is None, "suspend was written under Kueue"
            told = make_condition("Suspended", true=action.suspend, time=self.now)
            self.child = replace(self.child, suspended=action.suspend, conditions=(told,))
            self.pods = self.pods if not action.suspend else tuple(pod for pod in self.pods if pod.finished)
        elif isinstance(action, DeleteJob):
            self.vanish()
        elif isinstance(action, DeleteTransferJob):
            assert self.status.finished
            self.deleted = True
            self.vanish()
        elif not isinstance(action, CreateService):
            self._end_lost(action)

    def _end_lost(self, action: DeletePod | ReleasePod) -> None:
        """A deleted pod is killed by its kubelet, a released one is failed by our own word."""
        last = next(pod for pod in self.pods if pod.uid == action.uid)
        assert not last.finished, "a pod is ended twice"
        ended = make_ended_pod(
            137, uid=last.uid, creation_time=last.creation_time, finished_at=self.now, deletion_time=self.now
        )
        if isinstance(action, ReleasePod):
            ended = replace(ended, disrupted=make_condition("DisruptionTarget", reason="NodeLost", time=self.now))
        self.still_seconds = 0.0
        self.pods = tuple(ended if pod.uid == last.uid else pod for pod in self.pods)

    def pass_time(self, seconds: int) -> None:
        """The clock goes on, or jumps back."""
        self.now += timedelta(seconds=seconds)

    def admit(self) -> None:
        """Kueue lets the Job run."""
        if self.child and self.child.queue_name:
            self.child = replace(self.child, suspended=False)

    def start_pod(self, *, runs: bool) -> None:
        """The Job controller makes a pod, where none is active."""
        if self._may_run() and all(pod.finished for pod in self.pods):
            self.pods_made += 1
            self.still_seconds = 0.0
            uid = f"pod-{self.pods_made}"
            pod = (
                make_running_pod(uid=uid, creation_time=self.now) if runs else make_pod(uid=uid, creation_time=self.now)
            )
            self.pods = (*self.pods, pod)

    def end_pod(self, code: int) -> None:
        """The trainer of the active pod ends."""
        if self.pods and not self.pods[-1].finished:
            last = self.pods[-1]
            ended = make_ended_pod(code, uid=last.uid, creation_time=last.creation_time, finished_at=self.now)
            self.pods = (*self.pods[:-1], ended)

    def finish(self) -> None:
        """The Job controller draws its conclusion from the last pod."""
        if self.child and not self.child.finished and self.pods and self.pods[-1].finished:
            kind = "Complete" if self.pods[-1].phase == "Succeeded" else "Failed"
            self.child = replace(self.child, conditions=(make_condition(kind, time=self.now),))

    def vanish(self) -> None:
        """Somebody deletes the child."""
        self.child, self.pods = None, ()

    def _may_run(self) -> bool:
        return self.child is not None and not self.child.suspended and not self.child.finished
