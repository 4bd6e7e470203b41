from __future__ import annotations

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tests.unit.operator.core.world import World
from transferjob_operator.api.conditions import CONDITION_TYPES
from transferjob_operator.api.status import TransferJobStatus

RETRIES = 3
LIMITS = (
    "activeDeadlineSeconds",
    "queueTimeoutSeconds",
    "startTimeoutSeconds",
    "stallTimeoutSeconds",
    "ttlSecondsAfterFinished",
)


class Life(RuleBasedStateMachine):
    """Random lives of a job. The operator looks now and then, and always at the end of a step that is checked."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World()
        self.outcome: TransferJobStatus | None = None
        self.children_at_outcome = 0

    @initialize(queued=st.booleans(), suspend=st.sampled_from([False, False, True]))
    def begin(self, queued: bool, suspend: bool) -> None:
        self.world.queued, self.world.suspend = queued, suspend
        self.world.reconcile()

    @rule(seconds=st.integers(-30, 600))
    def time_passes(self, seconds: int) -> None:
        self.world.pass_time(seconds)

    @rule(suspend=st.sampled_from([False, False, True]))
    def user_suspends(self, suspend: bool) -> None:
        self.world.suspend = suspend

    @rule(name=st.sampled_from(LIMITS), seconds=st.sampled_from([None, 1, 60, 900]))
    def user_sets_a_limit(self, name: str, seconds: int | None) -> None:
        self.world.run.pop(name, None)
        if seconds is not None:
            self.world.run[name] = seconds

    @rule(seconds=st.sampled_from([0, 30, 600, 2000]))
    def progress_stands_still(self, seconds: int) -> None:
        self.world.still_seconds = seconds

    @rule(silent=st.booleans())
    def node_falls_silent_or_comes_back(self, silent: bool) -> None:
        self.world.silent_since = self.world.now if silent else None

    @rule()
    def kueue_admits(self) -> None:
        self.world.admit()

    @rule(runs=st.booleans())
    def pod_comes(self, runs: bool) -> None:
        self.world.start_pod(runs=runs)

    @rule(code=st.sampled_from([0, 1, 65, 75, 137]))
    def pod_ends(self, code: int) -> None:
        self.world.end_pod(code)

    @rule()
    def job_controller_concludes(self) -> None:
        self.world.finish()

    @rule()
    def child_vanishes(self) -> None:
        self.world.vanish()

    @rule()
    def operator_looks(self) -> None:
        if self.world.deleted:
            return
        attempts = self.world.status.attempts
        self.world.reconcile()
        if self.world.deleted:
            return
        status = self.world.status
        assert not (status.finished and self.world.child and not self.world.child.finished), "a child runs on"
        assert attempts <= status.attempts <= self.world.pods_made
        again = self.world.decide()
        assert (again.actions, again.events, again.status) == ((), (), status)
        assert TransferJobStatus.model_validate_json(status.model_dump_json(by_alias=True, exclude_none=True)) == status

    @invariant()
    def an_outcome_never_changes(self) -> None:
        status = self.world.status
        if self.outcome is not None:
            assert status == self.outcome
            assert self.world.made == self.children_at_outcome
        elif status.finished:
            self.outcome, self.children_at_outcome = status, self.world.made

    @invariant()
    def no_budget_is_overdrawn(self) -> None:
        spent = self.world.status.budget
        if spent is not None:
            assert spent.stall_restarts <= RETRIES
            assert spent.free_restarts <= RETRIES + 1
            assert spent.memory_kills <= 2
            assert spent.stall_restarts + spent.free_restarts + spent.failures <= self.world.pods_made

    @invariant()
    def a_status_has_all_its_conditions(self) -> None:
        if self.world.status.phase is not None:
            assert tuple(condition.type for condition in self.world.status.conditions) == CONDITION_TYPES


Life.TestCase.settings = settings(
    max_examples=150, stateful_step_count=25, deadline=None, suppress_health_check=[HealthCheck.too_slow], database=None
)
TestLife = Life.TestCase
