"""Random schedules: what users, the cluster and the network can do to a job, in any order."""

from __future__ import annotations

import time
from collections import Counter
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from tests.schedules.cluster import Cluster, stranger
from tests.schedules.nodes import NODES
from tests.schedules.server import PLURALS, finished_pod
from tests.schedules.truth import NAME
from tests.schedules.wire import WIRE_FAULTS
from tests.support.builders import make_result_message
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
TALLY: Counter[str] = Counter()
"""What the schedules of this process have done: rules by name, faults by kind, and `schedules`."""


class Life(RuleBasedStateMachine):
    """One schedule. Each write of the operator is checked as it is made, and the world when all has come to rest."""

    def __init__(self) -> None:
        super().__init__()
        self.cluster = Cluster()
        self.began = time.monotonic()

    @initialize(
        queued=st.booleans(),
        suspend=st.sampled_from([False, False, True]),
        hopeless=RARELY,
    )
    def begin(self, queued: bool, suspend: bool, hopeless: bool) -> None:
        self.cluster.hopeless = hopeless
        self.cluster.apply(queued=queued, run={"suspend": suspend})

    @rule(times=FEW)
    def all_goes_well(self, times: int) -> None:
        for _ in range(times):
            self.cluster.go_on()

    @rule(seconds=st.sampled_from([1, 10, 61, 400, 1000]))
    def time_passes(self, seconds: int) -> None:
        self.cluster.server.now += timedelta(seconds=seconds)

    @rule(seconds=st.sampled_from([-4000, -61, 0, 61, 4000]))
    def clock_of_the_operator_jumps(self, seconds: int) -> None:
        self.cluster.skew = float(seconds)

    @rule(suspend=st.booleans())
    @precondition(lambda self: self.cluster.job)
    def user_suspends(self, suspend: bool) -> None:
        self.cluster.server.patch("transferjobs", NAME, {"spec": {"run": {"suspend": suspend}}})

    @rule(name=st.sampled_from(LIMITS), seconds=st.sampled_from([None, 1, 60, 900]))
    @precondition(lambda self: self.cluster.job)
    def user_sets_a_limit(self, name: str, seconds: int | None) -> None:
        required = seconds is None and name in ("startTimeoutSeconds", "stallTimeoutSeconds")
        self.cluster.server.patch("transferjobs", NAME, {"spec": {"run": {name: 900 if required else seconds}}})

    @rule(policy=POLICIES)
    @precondition(lambda self: self.cluster.job)
    def user_deletes(self, policy: str) -> None:
        self.cluster.delete("transferjobs", policy)

    @rule(queued=st.booleans())
    @precondition(lambda self: self.cluster.job is None)
    def user_creates_again(self, queued: bool) -> None:
        self.cluster.apply(queued=queued, run={})

    @rule(policy=POLICIES)
    @precondition(lambda self: self.cluster.child)
    def somebody_deletes_the_child(self, policy: str) -> None:
        self.cluster.delete("jobs", policy)

    @rule()
    def somebody_deletes_a_pod(self) -> None:
        for pod in self.cluster.server.all("pods"):
            self.cluster.server.delete("pods", pod["metadata"]["name"])

    @rule()
    @precondition(lambda self: self.cluster.child is None)
    def a_stranger_takes_the_name(self) -> None:
        made = self.cluster.server.create("jobs", stranger())
        self.cluster.foreign.add(made["metadata"]["uid"])

    @rule()
    def kueue_admits(self) -> None:
        self.cluster.admit()

    @rule()
    def kueue_evicts(self) -> None:
        self.cluster.displace()

    @rule()
    def job_controller_looks(self) -> None:
        self.cluster.controller.sync()

    @rule()
    def garbage_is_collected(self) -> None:
        self.cluster.server.collect()

    @rule()
    def pod_gets_a_node(self) -> None:
        self.cluster.nodes.bind()

    @rule()
    def trainer_starts(self) -> None:
        if not self.cluster.hopeless:
            self.cluster.nodes.start()

    @rule(reason=st.sampled_from(["ImagePullBackOff", "InvalidImageName"]))
    def trainer_cannot_start(self, reason: str) -> None:
        self.cluster.nodes.stick(reason)

    @rule(end=ENDS)
    def trainer_ends(self, end: tuple[int, str]) -> None:
        code, reason = end
        self.cluster.nodes.end(code, reason, "" if code else make_result_message())

    @rule(code=st.sampled_from([0, 75, 137, 143]))
    def kubelet_ends_what_must_go(self, code: int) -> None:
        self.cluster.nodes.kill(code)

    @rule()
    def pod_is_preempted(self) -> None:
        self.cluster.nodes.preempt()

    @rule(name=st.sampled_from(NODES))
    def node_falls_silent(self, name: str) -> None:
        self.cluster.nodes.fall_silent(name)

    @rule(name=st.sampled_from(NODES))
    def node_is_heard_again(self, name: str) -> None:
        self.cluster.nodes.speak(name)

    @rule()
    def silent_nodes_are_emptied(self) -> None:
        self.cluster.nodes.evict()

    @rule(still=st.sampled_from([0, 30, 700]), epoch=st.sampled_from([None, 1, 2, 3]))
    def progress_is_told(self, still: int, epoch: int | None) -> None:
        documents = self.cluster.replica.documents
        for pod in self.cluster.server.all("pods"):
            uid = pod["metadata"]["uid"]
            documents.told[uid] = _progress(uid, epoch, self.cluster.server.now.timestamp())
            documents.still[uid] = float(still) if not finished_pod(pod) else 0.0

    @rule(plural=st.sampled_from(PLURALS), most=FEW)
    def watch_brings_news(self, plural: Any, most: int) -> None:
        self.cluster.replica.hear(plural, most)

    @rule()
    def watches_catch_up(self) -> None:
        self.cluster.replica.hear_all()

    @rule()
    def watches_break(self) -> None:
        self.cluster.replica.relist()

    @rule(most=FEW)
    def operator_works(self, most: int) -> None:
        self.cluster.operate(most)

    @rule(lag=st.integers(0, 4))
    def operator_dies(self, lag: int) -> None:
        self.cluster.restart(lag)

    @rule(plan=PLANS)
    def writes_go_wrong(self, plan: list[Any]) -> None:
        self.cluster.wire.plan[:] = plan
        self.cluster.go_on()

    @rule(plan=PLANS)
    def the_next_writes_will_go_wrong(self, plan: list[Any]) -> None:
        self.cluster.wire.plan[:] = plan

    @rule()
    @precondition(lambda self: self.cluster.wire.delayed)
    def late_write_arrives(self) -> None:
        self.cluster.wire.arrive()

    def teardown(self) -> None:
        """The end of the schedule: the world comes to rest, what runs succeeds, and the user cleans up."""
        cluster = self.cluster
        if cluster.truth.broken:
            return
        cluster.settle()
        cluster.check()
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
