"""The operator may die at any moment: its successor finds everything in the API server and repeats nothing."""

import time

import pytest

from tests.cluster.api import poll
from tests.cluster.controlplane import ControlPlane
from tests.cluster.resources import jobs as batch_jobs
from tests.component.operator.conftest import StartOperator
from tests.component.operator.pods import DONE, Jobs, PodPlayer
from tests.component.operator.steps import let_pass, training

ACCOUNT = "system:serviceaccount:transferjob-system:transferjob-operator"
REST_SECONDS = 4.0


@pytest.mark.checklist(2, 4, 44)
def test_a_kill_in_mid_run_costs_nothing_and_rest_writes_nothing(
    cluster: ControlPlane, start_operator: StartOperator, jobs: Jobs, player: PodPlayer
) -> None:
    first = start_operator("first")
    pod = training(jobs, player, "flowers")
    child = cluster.api.get(batch_jobs(jobs.namespace, "flowers"))["metadata"]["uid"]
    first.kill()
    mark = cluster.audit.mark()
    second = start_operator("second")
    poll(second.metrics, lambda text: 'transferjob_reconcile_total{result="unchanged"}' in text, 10, "a pass")
    let_pass(REST_SECONDS, "a while of rest")
    writes = cluster.audit.writes(since=mark, failed=True, user=ACCOUNT, namespace=jobs.namespace)
    print(f"\nwrites after the restart: {len(writes)}")
    assert writes == []
    player.end(pod, 0, DONE.encode().decode())
    status = jobs.wait_phase("flowers", "Succeeded")
    assert (status["attempts"], status["jobUID"]) == (1, child)
    made = cluster.audit.writes(since=0, user=ACCOUNT, namespace=jobs.namespace, resource="jobs", verb="create")
    assert len(made) == 1


@pytest.mark.checklist(19, 36)
def test_a_standby_takes_over_after_a_kill_and_sooner_after_a_clean_stop(
    cluster: ControlPlane, start_operator: StartOperator, jobs: Jobs, player: PodPlayer
) -> None:
    settings = {"leader_election": True, "namespaces": ""}
    one = start_operator("one", **settings)
    one.wait_leading()
    two = start_operator("two", **settings)
    assert "transferjob_leader 0.0" in two.metrics()
    one.kill()
    killed = time.monotonic()
    two.wait_leading(20)
    after_kill = time.monotonic() - killed
    training(jobs, player, "first")
    three = start_operator("three", **settings)
    stopping = time.monotonic()
    assert two.stop() == 0
    stopped = time.monotonic()
    three.wait_leading(5)
    after_stop = time.monotonic() - stopping
    print(
        f"\ntakeover {after_kill:.1f} s after a kill, {after_stop:.1f} s after SIGTERM; stop {stopped - stopping:.1f} s"
    )
    assert (after_kill < 20, after_stop < 3, stopped - stopping < 5) == (True, True, True)
    training(jobs, player, "second")
