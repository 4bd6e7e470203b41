"""Deletion of the job, of its child and of its namespace: in every state, with each propagation policy."""

from collections.abc import Callable

import pytest

from tests.cluster.api import poll
from tests.cluster.controlplane import ControlPlane
from tests.cluster.resources import Resource
from tests.cluster.resources import jobs as batch_jobs
from tests.component.operator.lifecycle import Lifecycle, Propagation
from tests.component.operator.pods import DONE, NOWHERE, Jobs, PodPlayer
from tests.component.operator.steps import training
from tests.support.operator_process import OperatorProcess

QUICK = {"terminationGracePeriodSeconds": 2}
"""The namespace controller waits for half of a pod's grace before it looks again."""
COLLECTED_SECONDS = 60.0
"""The garbage collector learns of a new kind of owner within 30 s; the resource is as old as the test session."""
State = Callable[[Jobs, PodPlayer, str], str | None]


def pending(jobs: Jobs, player: PodPlayer, name: str) -> str | None:
    jobs.create(name, resources=NOWHERE, run=QUICK)
    jobs.wait_phase(name, "Pending")
    return None


def running(jobs: Jobs, player: PodPlayer, name: str) -> str | None:
    return training(jobs, player, name, run=QUICK)


def suspended(jobs: Jobs, player: PodPlayer, name: str) -> str | None:
    jobs.create(name, run={**QUICK, "suspend": True})
    jobs.wait_phase(name, "Suspended")
    return None


def finished(jobs: Jobs, player: PodPlayer, name: str) -> str | None:
    jobs.create(name, run=QUICK)
    player.end(player.run(name), 0, DONE.encode().decode())
    jobs.wait_phase(name, "Succeeded")
    return None


STATES: tuple[State, ...] = (pending, running, suspended, finished)


@pytest.mark.checklist(32)
@pytest.mark.parametrize("propagation", ["Background", "Foreground"])
def test_in_every_state_the_child_goes_and_none_comes_after_it(
    cluster: ControlPlane, operator: OperatorProcess, jobs: Jobs, player: PodPlayer, propagation: Propagation
) -> None:
    life = Lifecycle(cluster, jobs)
    for state in STATES:
        name = state.__name__
        pod = state(jobs, player, name)
        mark = life.mark()
        cluster.api.delete(jobs.at(name), propagation=propagation)
        if pod is not None:
            player.let_go(pod)
        cluster.api.wait_gone(jobs.at(name), COLLECTED_SECONDS)
        cluster.api.wait_gone(batch_jobs(jobs.namespace, name), COLLECTED_SECONDS)
        assert life.rests(1.5)
        assert ("create", "jobs", "") not in life.writes(mark)
        assert life.child(name) is None
    poll(life.pods, lambda left: left == [], 20, "no pod is left")


@pytest.mark.checklist(32)
def test_orphaning_leaves_the_child_to_run_without_the_operator(
    cluster: ControlPlane, operator: OperatorProcess, jobs: Jobs, player: PodPlayer
) -> None:
    life = Lifecycle(cluster, jobs)
    pod = running(jobs, player, "orphan")
    mark = life.mark()
    cluster.api.delete(jobs.at("orphan"), propagation="Orphan")
    cluster.api.wait_gone(jobs.at("orphan"))
    free = cluster.api.wait_for(
        batch_jobs(jobs.namespace, "orphan"), lambda job: not job["metadata"].get("ownerReferences")
    )
    assert pod is not None
    player.end(pod, 0, DONE.encode().decode())
    done = cluster.api.wait_for(batch_jobs(jobs.namespace, "orphan"), lambda job: job["status"].get("succeeded") == 1)
    assert done["metadata"]["uid"] == free["metadata"]["uid"]
    assert life.rests(1.5)
    assert life.writes(mark) == []


@pytest.mark.checklist(10)
def test_a_new_job_of_an_orphaned_jobs_name_does_not_adopt_its_child(
    cluster: ControlPlane, operator: OperatorProcess, jobs: Jobs, player: PodPlayer
) -> None:
    running(jobs, player, "heir")
    cluster.api.delete(jobs.at("heir"), propagation="Orphan")
    cluster.api.wait_gone(jobs.at("heir"))
    left = Lifecycle(cluster, jobs).wait_child("heir")["metadata"]["uid"]
    jobs.create("heir")
    found = jobs.wait(
        "heir", lambda job: any(c["reason"] == "NameConflict" for c in job.get("status", {}).get("conditions", []))
    )
    assert "jobUID" not in found["status"]
    assert Lifecycle(cluster, jobs).wait_child("heir")["metadata"]["uid"] == left


@pytest.mark.checklist(9)
def test_a_child_that_others_delete_comes_back_while_the_job_runs_and_not_after_its_end(
    cluster: ControlPlane, operator: OperatorProcess, jobs: Jobs, player: PodPlayer
) -> None:
    life = Lifecycle(cluster, jobs)
    pod = running(jobs, player, "robbed")
    assert pod is not None
    gone = life.delete_child("robbed", "Foreground")
    player.let_go(pod)
    life.wait_child("robbed", uid_other_than=gone)
    second = player.run("robbed")
    status = jobs.wait_phase("robbed", "Running")
    assert (status["attempts"], status["podName"]) == (2, second)
    player.end(second, 0, DONE.encode().decode())
    done = jobs.wait_phase("robbed", "Succeeded")
    life.delete_child("robbed")
    cluster.api.wait_gone(batch_jobs(jobs.namespace, "robbed"))
    assert life.rests()
    assert (life.child("robbed"), jobs.get("robbed")["status"]) == (None, done)


@pytest.mark.checklist(32)
@pytest.mark.slow
def test_a_job_in_a_namespace_that_ends_is_not_held_and_not_fought_for(
    cluster: ControlPlane, operator: OperatorProcess, jobs: Jobs, player: PodPlayer
) -> None:
    pod = running(jobs, player, "leaving")
    pending(jobs, player, "waiting")
    assert pod is not None
    namespace = Resource("v1", "namespaces", None, jobs.namespace)
    cluster.api.delete(namespace)
    cluster.api.wait_for(namespace, lambda found: found["status"]["phase"] == "Terminating")
    player.let_go(pod)
    cluster.api.wait_gone(namespace, 40)
    assert operator.page("/healthz")[0] == 200


@pytest.mark.checklist(32)
@pytest.mark.slow
def test_without_an_operator_no_job_holds_its_namespace(
    cluster: ControlPlane, operator: OperatorProcess, jobs: Jobs, player: PodPlayer
) -> None:
    for state in (pending, suspended, finished):
        state(jobs, player, state.__name__)
    assert operator.stop() == 0
    namespace = Resource("v1", "namespaces", None, jobs.namespace)
    cluster.api.delete(namespace)
    cluster.api.wait_gone(namespace, 40)
