"""A leader that is paused beyond its lease, and one that is told to end."""

import signal
import time

import pytest

from tests.cluster.api import poll
from tests.cluster.controlplane import ControlPlane
from tests.component.operator.conftest import StartOperator
from tests.component.operator.lifecycle import ACCOUNT, Lifecycle
from tests.component.operator.pods import DONE, NOWHERE, Jobs, PodPlayer
from tests.component.operator.steps import let_pass, training

LEADERS = {"leader_election": True, "namespaces": ""}


@pytest.mark.checklist(19)
@pytest.mark.slow
def test_a_leader_that_was_paused_beyond_its_lease_ends_and_writes_nothing(
    cluster: ControlPlane, start_operator: StartOperator, jobs: Jobs, player: PodPlayer
) -> None:
    life = Lifecycle(cluster, jobs)
    one = start_operator("one", **LEADERS)
    one.wait_leading()
    jobs.create("busy", resources=NOWHERE)
    # In the midst of its work: switches come faster than it answers them.
    for turn in range(20):
        jobs.suspend("busy", turn % 2 == 0)
    one.child.signal(signal.SIGSTOP)
    try:
        two = start_operator("two", **LEADERS)
        two.wait_leading(30)
        jobs.suspend("busy", True)
        jobs.wait_phase("busy", "Suspended")
        child = life.wait_child("busy")["metadata"]["uid"]
        cluster.api.delete(jobs.at("busy"))
        cluster.api.wait_gone(jobs.at("busy"))
        jobs.create("busy", resources=NOWHERE)
        # The garbage collector learns of a new kind of owner within 30 s.
        poll(
            lambda: (life.child("busy") or {"metadata": {}})["metadata"].get("uid"),
            lambda uid: uid != child,
            60,
            "the end of the child",
        )
        life.wait_child("busy", uid_other_than=child)
        jobs.wait_phase("busy", "Pending")
        poll(life.rests, bool, 20, "rest, once the scheduler's words are told")
        status = jobs.get("busy")["status"]
        mark = life.mark()
    finally:
        one.child.signal(signal.SIGCONT)
    assert one.child.wait(20) == 1
    assert life.rests()
    assert life.writes(mark) == []
    assert jobs.get("busy")["status"] == status


@pytest.mark.checklist(36)
def test_sigterm_in_the_midst_of_work_ends_within_five_seconds_and_loses_nothing(
    cluster: ControlPlane, start_operator: StartOperator, jobs: Jobs, player: PodPlayer
) -> None:
    one = start_operator("one", **LEADERS)
    one.wait_leading()
    names = [f"many-{number}" for number in range(40)]
    for name in names:
        jobs.create(name, resources=NOWHERE)
    asked = time.monotonic()
    assert one.stop() == 0
    assert time.monotonic() - asked < 5
    refused = [
        write for write in cluster.audit.writes(failed=True, user=ACCOUNT, namespace=jobs.namespace) if write.code == 0
    ]
    assert refused == []
    two = start_operator("two", **LEADERS)
    two.wait_leading(5)
    for name in names:
        jobs.wait_phase(name, "Pending")
    made = cluster.audit.writes(user=ACCOUNT, namespace=jobs.namespace, resource="jobs", verb="create")
    assert sorted(write.name for write in made) == sorted(names)


@pytest.mark.slow
def test_success_while_nobody_leads_is_found_by_the_next_leader(
    cluster: ControlPlane, start_operator: StartOperator, jobs: Jobs, player: PodPlayer
) -> None:
    one = start_operator("one", **LEADERS)
    one.wait_leading()
    pod = training(jobs, player, "alone")
    one.kill()
    player.end(pod, 0, DONE.encode().decode())
    start_operator("two", **LEADERS).wait_leading(30)
    assert jobs.wait_phase("alone", "Succeeded")["attempts"] == 1


@pytest.mark.checklist(36)
def test_an_operator_that_was_paused_for_a_moment_goes_on(
    start_operator: StartOperator, jobs: Jobs, player: PodPlayer
) -> None:
    one = start_operator("one")
    one.child.pause()
    let_pass(1.5, "a pause that is longer than it waits for signals at a time")
    one.child.signal(signal.SIGCONT)
    training(jobs, player, "later")
    assert one.child.running
