"""Random schedules: what users, the cluster and the network can do to a job, in any order."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize

from tests.schedules.cluster import Cluster, stranger
from tests.schedules.job_controller import LONGEST_BACKOFF_SECONDS
from tests.schedules.nodes import NODES
from tests.schedules.server import PLURALS, finished_pod
from tests.schedules.step import TALLY, step
from tests.schedules.truth import NAME
from tests.schedules.wire import WIRE_FAULTS
from tests.support.builders import NAMESPACE, make_result_message
from transferjob_operator.core.naming import QUEUE_LABEL
from transferjob_operator.kube.store import Key
from transferjob_trainer.contract import CheckpointReport, Progress

LIMITS = (
    "activeDeadlineSeconds",
    "queueTimeoutSeconds",
    "startTimeoutSeconds",
    "stallTimeoutSeconds",
    "ttlSecondsAfterFinished",
)
POLICIES = st.sampled_from(["Background", "Foreground", "Orphan"])
FEW = st.integers(1, 3)
RARELY = st.sampled_from([False] * 7 + [True])
ENDS = st.sampled_from([(0, ""), (1, ""), (65, ""), (69, ""), (75, ""), (137, ""), (137, "OOMKilled")])
PLANS = st.lists(st.sampled_from([None, None, *WIRE_FAULTS]), min_size=1, max_size=4)


def _has_job(life: Life) -> bool:
    return life.cluster.job is not None


def _has_child(life: Life) -> bool:
    return life.cluster.child is not None


def _has_pod(life: Life) -> bool:
    return bool(life.cluster.server.all("pods"))


def _is_queued(life: Life) -> bool:
    child = life.cluster.child
    return child is not None and QUEUE_LABEL in (child["metadata"].get("labels") or {})


def _is_late(life: Life) -> bool:
    return bool(life.cluster.wire.delayed)


class Life(RuleBasedStateMachine):
    """One schedule. Each write of the operator is checked as it is made, and the world when all has come to rest."""

    def __init__(self) -> None:
        super().__init__()
        self.cluster = Cluster()

    @initialize(queued=st.booleans(), suspend=RARELY, hopeless=RARELY, rounds=st.integers(0, 4))
    def begin(self, queued: bool, suspend: bool, hopeless: bool, rounds: int) -> None:
        """The job is created, and so many rounds go well: schedules that begin late reach what is rare."""
        self.cluster.hopeless = hopeless
        self.cluster.apply(queued=queued, run={"suspend": suspend})
        for _ in range(rounds):
            self.cluster.go_on()
            self.cluster.admit()

    @step(times=FEW)
    def all_goes_well(self, times: int) -> None:
        self._go_on(times)

    @step(seconds=st.sampled_from([1, 10, 61, 400, 1000]))
    def time_passes(self, seconds: int) -> None:
        self.cluster.server.now += timedelta(seconds=seconds)

    @step(seconds=st.sampled_from([-4000, -61, 0, 61, 4000]))
    def clock_of_the_operator_jumps(self, seconds: int) -> None:
        self.cluster.skew = float(seconds)

    @step(_has_job, suspend=st.booleans())
    def user_suspends(self, suspend: bool) -> None:
        self.cluster.server.patch("transferjobs", NAME, {"spec": {"run": {"suspend": suspend}}})

    @step(_has_job, name=st.sampled_from(LIMITS), seconds=st.sampled_from([None, 1, 60, 900]))
    def user_sets_a_limit(self, name: str, seconds: int | None) -> None:
        required = seconds is None and name in ("startTimeoutSeconds", "stallTimeoutSeconds")
        self.cluster.server.patch("transferjobs", NAME, {"spec": {"run": {name: 900 if required else seconds}}})

    @step(_has_job, policy=POLICIES)
    def user_deletes(self, policy: str) -> None:
        self.cluster.delete("transferjobs", policy)

    @step(lambda life: not _has_job(life), queued=st.booleans())
    def user_creates_again(self, queued: bool) -> None:
        self.cluster.apply(queued=queued, run={})

    @step(_has_child, policy=POLICIES)
    def somebody_deletes_the_child(self, policy: str) -> None:
        self.cluster.delete("jobs", policy)

    @step(_has_pod)
    def somebody_deletes_a_pod(self) -> None:
        for pod in self.cluster.server.all("pods"):
            self.cluster.server.delete("pods", pod["metadata"]["name"])

    @step(lambda life: not _has_child(life))
    def a_stranger_takes_the_name(self) -> None:
        made = self.cluster.server.create("jobs", stranger())
        self.cluster.strangers.add(made["metadata"]["uid"])

    @step(_is_queued)
    def kueue_admits(self) -> None:
        self.cluster.admit()

    @step(_is_queued)
    def kueue_evicts(self) -> None:
        self.cluster.displace()

    @step(_has_child, code=st.sampled_from([1, 69, 137]), policy=st.sampled_from(["Background", "Foreground"]))
    def an_attempt_fails_and_then_the_child_is_lost(self, code: int, policy: str) -> None:
        """What was spent must be carried over to the next child; chance alone rarely brings both together."""
        self.cluster.go_on()
        self.cluster.nodes.end(code)
        self._go_on(3)
        self.cluster.delete("jobs", policy)
        self.cluster.nodes.kill(143)

    @step(_has_pod, end=st.sampled_from([(75, ""), (137, "OOMKilled")]), times=st.integers(2, 6))
    def the_same_befalls_one_attempt_after_the_other(self, end: tuple[int, str], times: int) -> None:
        for _ in range(times):
            self.cluster.go_on()
            self.cluster.server.now += timedelta(seconds=LONGEST_BACKOFF_SECONDS)
            self._go_on(2)
            self.cluster.nodes.end(*end)

    @step(lambda life: _has_job(life) and _has_pod(life), seconds=st.sampled_from([60, 900]))
    def a_job_that_may_live_on_ends_and_the_operator_dies(self, seconds: int) -> None:
        self.cluster.server.patch("transferjobs", NAME, {"spec": {"run": {"ttlSecondsAfterFinished": seconds}}})
        self.cluster.nodes.end(0, message=make_result_message())
        self._go_on(2)
        self.cluster.restart()
        self.cluster.operate()

    @step(lambda life: _has_job(life) and _has_child(life), plan=PLANS)
    def time_is_up_and_writes_go_wrong(self, plan: list[Any]) -> None:
        """The outcome is written, and then something befalls the deletion of the child."""
        self.cluster.server.patch("transferjobs", NAME, {"spec": {"run": {"activeDeadlineSeconds": 1}}})
        self.cluster.go_on()
        self.cluster.server.now += timedelta(seconds=61)
        self.cluster.wire.plan[:] = [None, *plan]
        self.cluster.go_on()

    @step(_has_child)
    def job_controller_looks(self) -> None:
        self.cluster.controller.sync()

    @step()
    def garbage_is_collected(self) -> None:
        self.cluster.server.collect()

    @step(_has_pod)
    def pod_gets_a_node(self) -> None:
        self.cluster.nodes.bind()
        self.cluster.truth.look()

    @step(_has_pod)
    def trainer_starts(self) -> None:
        if not self.cluster.hopeless:
            self.cluster.nodes.start()

    @step(_has_pod, reason=st.sampled_from(["ImagePullBackOff", "InvalidImageName"]))
    def trainer_cannot_start(self, reason: str) -> None:
        self.cluster.nodes.stick(reason)

    @step(_has_pod, end=ENDS)
    def trainer_ends(self, end: tuple[int, str]) -> None:
        code, reason = end
        self.cluster.nodes.end(code, reason, "" if code else make_result_message())

    @step(_has_pod, code=st.sampled_from([0, 75, 137, 143]))
    def kubelet_ends_what_must_go(self, code: int) -> None:
        self.cluster.nodes.kill(code)

    @step(_has_pod)
    def pod_is_preempted(self) -> None:
        self.cluster.nodes.preempt()

    @step(name=st.sampled_from(NODES))
    def node_falls_silent(self, name: str) -> None:
        self.cluster.nodes.fall_silent(name)

    @step(name=st.sampled_from(NODES))
    def node_is_heard_again(self, name: str) -> None:
        self.cluster.nodes.speak(name)

    @step(_has_pod)
    def silent_nodes_are_emptied(self) -> None:
        self.cluster.nodes.evict()

    @step(_has_job, still=st.sampled_from([0, 30, 700, 700]), epoch=st.sampled_from([None, 1, 2, 3]))
    def progress_is_told(self, still: int, epoch: int | None) -> None:
        self._go_on(2)
        documents = self.cluster.replica.documents
        for pod in self.cluster.server.all("pods"):
            uid = pod["metadata"]["uid"]
            documents.told[uid] = _progress(uid, epoch, self.cluster.server.now.timestamp())
            documents.still[uid] = float(still) if not finished_pod(pod) else 0.0
        self.cluster.replica.wake(Key(NAMESPACE, NAME))
        self.cluster.operate()

    @step(plural=st.sampled_from(PLURALS), most=FEW)
    def watch_brings_news(self, plural: Any, most: int) -> None:
        self.cluster.replica.hear(plural, most)

    @step()
    def watches_catch_up(self) -> None:
        self.cluster.replica.hear_all()

    @step()
    def watches_break(self) -> None:
        self.cluster.replica.relist()

    @step(most=FEW)
    def operator_works(self, most: int) -> None:
        self.cluster.operate(most)

    @step(lag=st.integers(0, 4))
    def operator_dies(self, lag: int) -> None:
        self.cluster.restart(lag)

    @step(plan=PLANS)
    def writes_go_wrong(self, plan: list[Any]) -> None:
        self.cluster.wire.plan[:] = plan
        self.cluster.go_on()

    @step(plan=PLANS)
    def the_next_writes_will_go_wrong(self, plan: list[Any]) -> None:
        self.cluster.wire.plan[:] = plan

    @step(_is_late)
    def late_write_arrives(self) -> None:
        self.cluster.wire.arrive()

    def _go_on(self, times: int) -> None:
        for _ in range(times):
            self.cluster.go_on()

    def teardown(self) -> None:
        """The end: the world comes to rest, what is suspended goes on, what runs succeeds, and the user cleans up."""
        cluster = self.cluster
        if cluster.truth.broken:
            return
        cluster.settle()
        cluster.check()
        cluster.resume()
        cluster.finish()
        cluster.leave()
        TALLY["schedules"] += 1
        TALLY["operator killed"] += cluster.deaths
        TALLY["passes"] += cluster.replica.passes
        for name, times in cluster.wire.befallen.items():
            TALLY[f"fault: {name}"] += times


def _progress(uid: str, epoch: int | None, now: float) -> Progress:
    told = CheckpointReport(uri="pvc://models/checkpoint", epoch=epoch, step=1, time=now) if epoch else None
    return Progress(pod_uid=uid, stage="Training", epoch=epoch, epochs=3, updated_time=now, checkpoint=told)
