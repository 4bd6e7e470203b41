"""run.startTimeoutSeconds: a pod that holds a GPU and does not start."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.builders import make_child, make_condition, make_pod, make_running_pod
from tests.unit.operator.core.passes import at, look, reason
from transferjob_operator.core.observed import Observed
from transferjob_operator.core.plan import DeleteJob
from transferjob_operator.core.records import PodRecord, Waiting


def starting(why: str = "ContainerCreating", **changes: Any) -> Observed:
    bound = make_condition("PodScheduled", time=at(100))
    pod = make_pod(node="node-1", scheduled=bound, container=Waiting(why, "its own words"), **changes)
    return Observed(make_child(), (pod,))


def test_it_runs_from_the_moment_the_pod_got_its_node_by_default_15_minutes() -> None:
    waits = look(999, starting(), look(110, starting()).status)
    assert (reason(waits), waits.requeue_after) == (None, 1)
    over = look(1000, starting(), waits.status)
    assert reason(over) == "StartTimeout"
    assert isinstance(over.actions[0], DeleteJob)


def test_a_known_cause_gives_the_reason_and_its_words() -> None:
    over = look(
        160, starting("ImagePullBackOff"), look(110, starting("ImagePullBackOff")).status, startTimeoutSeconds=60
    )
    assert over.status.failure is not None
    assert over.status.failure.reason == "ImagePull"
    for words in ("its own words", "60 s", "run.startTimeoutSeconds"):
        assert words in over.status.failure.message


def test_what_cannot_come_by_itself_is_given_no_time() -> None:
    assert reason(look(104, starting("InvalidImageName"))) == "InvalidImage"


@pytest.mark.parametrize(
    "pod",
    [
        make_running_pod(scheduled=make_condition("PodScheduled", time=at(100))),
        make_pod(creation_time=at(100)),
        make_pod(node="node-1", scheduled=make_condition("PodScheduled", time=at(100)), deletion_time=at(101)),
    ],
    ids=["runs, its endpoint never answered", "has no node", "is on its way out"],
)
def test_no_other_pod_is_timed(pod: PodRecord) -> None:
    assert reason(look(50_000, Observed(make_child(), (pod,)), look(110, starting()).status)) is None


def test_the_limit_may_be_changed_while_the_pod_starts_and_back() -> None:
    before = look(150, starting(), look(110, starting()).status, startTimeoutSeconds=60)
    longer = look(155, starting(), before.status, startTimeoutSeconds=6000)
    back = look(155, starting(), longer.status, startTimeoutSeconds=60)
    assert back == look(155, starting(), before.status, startTimeoutSeconds=60)
    assert reason(look(160, starting(), longer.status, startTimeoutSeconds=6000)) is None
    assert reason(look(160, starting(), back.status, startTimeoutSeconds=60)) == "StartTimeout"
