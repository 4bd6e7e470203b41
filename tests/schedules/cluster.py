"""The whole model: server, Job controller, nodes, Kueue, users, and the operator; and how it comes to rest."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.schedules.job_controller import JobController
from tests.schedules.nodes import NODES, Nodes, leaves
from tests.schedules.replica import Replica
from tests.schedules.server import Object, Server
from tests.schedules.truth import NAME, Truth, at_rest, ended, over
from tests.schedules.wire import Killed, Wire
from tests.support.builders import make_manifest, make_result_message
from transferjob_operator.core.naming import QUEUE_LABEL

ROUNDS, QUIET_ROUNDS = 200, 3
LONG_QUIET = 3700.0
WRITES_OF_A_SETTLEMENT = 60
RUN_DEFAULTS = {"suspend": False, "retries": 3, "startTimeoutSeconds": 900, "stallTimeoutSeconds": 600}


class Cluster:
    """One namespace with at most one TransferJob of one name."""

    def __init__(self) -> None:
        self.server = Server()
        self.controller, self.nodes = JobController(self.server), Nodes(self.server)
        self.truth = Truth(self.server, lambda: self.replica)
        self.wire = Wire(self.server, self.truth.allow)
        self.skew = 0.0
        self.hopeless = False
        """No trainer ever starts."""
        self.strangers: set[str] = set()
        self.deaths = 0
        self.replica = self._start(0)

    @property
    def job(self) -> Object | None:
        """The TransferJob."""
        return self.server.get("transferjobs", NAME)

    @property
    def child(self) -> Object | None:
        """The Job with the child's name, whoever owns it."""
        return self.server.get("jobs", NAME)

    def apply(self, *, queued: bool, run: dict[str, Any]) -> None:
        """A user creates the job."""
        labels = {QUEUE_LABEL: "team-a"} if queued else None
        self.server.create("transferjobs", make_manifest(name=NAME, labels=labels, run={**RUN_DEFAULTS, **run}))

    def delete(self, plural: Any, policy: Any) -> None:
        """Somebody deletes the job or its child."""
        if self.server.get(plural, NAME) is not None:
            self.server.delete(plural, NAME, policy)

    def admit(self) -> None:
        """Kueue lets the Job run."""
        self._queue(suspend=False)

    def displace(self) -> None:
        """Kueue takes the quota away; it empties the start time of what it has stopped."""
        self._queue(suspend=True)

    def _queue(self, *, suspend: bool) -> None:
        child = self.child
        if child is None or ended(child) or QUEUE_LABEL not in (child["metadata"].get("labels") or {}):
            return
        if bool(child["spec"].get("suspend")) != suspend:
            self.server.patch("jobs", NAME, {"spec": {"suspend": suspend}, "status": {"startTime": None}})

    def operate(self, most: int = 3) -> None:
        """The operator makes its passes; one that dies in a write is started again."""
        try:
            self.replica.work(most)
        except Killed:
            self.restart()

    def restart(self, lag: int = 0) -> None:
        """The operator is killed, and another one begins with nothing."""
        self.deaths += 1
        self.replica = self._start(lag)

    def go_on(self) -> None:
        """Everybody does his work once: controllers, nodes, watches, operator."""
        self.controller.sync()
        self.server.collect()
        self.nodes.bind()
        if not self.hopeless:
            self.nodes.start()
        self.truth.look()
        self.replica.hear_all()
        self.operate()

    def settle(self) -> None:
        """Faults stop and time goes on until nothing changes. Raises AssertionError where that never comes."""
        self.wire.plan.clear()
        self.skew = 0.0
        for name in NODES:
            self.nodes.speak(name)
        while self.wire.delayed:
            self.wire.arrive()
        quiet = quiet_seconds = 0.0
        writes = self.wire.writes
        for _ in range(ROUNDS):
            if self._round():
                quiet = quiet_seconds = 0.0
                continue
            # Longer and longer: what looks every second until a clock that was set back is right again, is at rest too.
            step = max(2.0**quiet, self._next_step())
            quiet, quiet_seconds = quiet + 1, quiet_seconds + step
            if quiet >= QUIET_ROUNDS and quiet_seconds >= LONG_QUIET:
                assert self.wire.writes - writes <= WRITES_OF_A_SETTLEMENT, "it took too many writes to come to rest"
                return
            self.server.now += timedelta(seconds=step)
        raise AssertionError(f"no rest after {ROUNDS} rounds; the job is {self.job}")

    def check(self) -> None:
        """Objects to what is not true at rest."""
        self.truth.look()
        at_rest(self.server, self.strangers | self.server.orphaned)

    def resume(self) -> None:
        """The user lets a suspended job go on."""
        job = self.job
        if job is not None and not leaves(job) and not over(job) and job["spec"]["run"]["suspend"]:
            self.server.patch("transferjobs", NAME, {"spec": {"run": {"suspend": False}}})
            self.settle()
            self.check()

    def finish(self) -> None:
        """What runs succeeds; afterwards a new operator has nothing to write."""
        job = self.job
        runs = job is not None and not leaves(job) and job.get("status", {}).get("phase") == "Running"
        self.nodes.end(0, message=make_result_message())
        self.settle()
        self.check()
        if runs:
            assert self.job is None or self.job["status"]["phase"] == "Succeeded", self.job
        self.restart()
        writes, version = self.wire.writes, self.server.version
        self.settle()
        assert self.wire.writes == writes, f"writes at rest: {self.server.version - version} changes"

    def leave(self) -> None:
        """The user deletes the job and everything goes."""
        self.delete("transferjobs", "Background")
        self.settle()
        assert self.job is None
        self.check()

    def _round(self) -> bool:
        before = self.server.version
        moved = self.replica.hear_all()
        passes = self.replica.passes
        self.operate(20)
        self.controller.sync()
        self.server.collect()
        if self.child and self._should_run():
            self.admit()
        self.nodes.evict()
        self.nodes.bind()
        if not self.hopeless:
            self.nodes.start()
        self.nodes.kill(143)
        self.truth.look()
        return moved or self.server.version != before or (self.replica.passes != passes and self._is_hot())

    def _is_hot(self) -> bool:
        due = self.replica.next_due()
        return due is not None and due <= self.server.now

    def _should_run(self) -> bool:
        return self.job is not None and not over(self.job) and not self.job["spec"]["run"]["suspend"]

    def _next_step(self) -> float:
        waits = [self.controller.wait_seconds(job["metadata"]["uid"]) for job in self.server.all("jobs")]
        due = self.replica.next_due()
        waits += [(due - self.server.now).total_seconds()] if due else []
        return max(1.0, min((wait for wait in waits if wait > 0), default=LONG_QUIET))

    def _start(self, lag: int) -> Replica:
        return Replica(self.server, self.wire, lambda: self.skew, lag)


def stranger() -> Object:
    """A Job of somebody else that has the child's name."""
    return {"metadata": {"name": NAME, "labels": {}}, "spec": {"suspend": True, "backoffLimit": 0}}
