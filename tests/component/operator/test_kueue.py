"""Jobs in a queue: the operator and a double of Kueue's reconciler on the same Jobs, without a fight."""

from collections.abc import Iterator

import pytest

from tests.cluster.api import Object, poll
from tests.cluster.controlplane import ControlPlane
from tests.cluster.resources import jobs as batch_jobs
from tests.component.operator.lifecycle import Lifecycle
from tests.component.operator.pods import DONE, Jobs, PodPlayer
from tests.component.operator.steps import training
from tests.support.kueue import QUEUE_LABEL, Flavor, Kueue
from tests.support.operator_process import OperatorProcess

SPOT = {"key": "spot", "operator": "Exists", "effect": "NoSchedule"}


@pytest.fixture
def kueue(cluster: ControlPlane, namespace: str) -> Iterator[Kueue]:
    with Kueue(cluster.api, namespace) as kueue:
        yield kueue
    assert kueue.failure is None


@pytest.fixture
def life(cluster: ControlPlane, jobs: Jobs) -> Lifecycle:
    return Lifecycle(cluster, jobs)


def create(cluster: ControlPlane, jobs: Jobs, name: str, **run: object) -> None:
    manifest = jobs.manifest(name, run=run)
    manifest["metadata"]["labels"] = {QUEUE_LABEL: "team-a"}
    cluster.api.create(jobs.at(), manifest)


def uid(job: Object) -> str:
    return str(job["metadata"]["uid"])


def start(cluster: ControlPlane, jobs: Jobs, life: Lifecycle, kueue: Kueue, player: PodPlayer, name: str) -> str:
    """A queued job that runs; returns the name of its pod."""
    create(cluster, jobs, name)
    kueue.admit(uid(life.wait_child(name)), Flavor(labels={"flavor": "spot"}))
    pod = player.run(name)
    jobs.wait_phase(name, "Running")
    return pod


@pytest.mark.checklist(21)
def test_a_queued_job_waits_runs_once_admitted_and_nobody_writes_twice(
    cluster: ControlPlane, operator: OperatorProcess, jobs: Jobs, player: PodPlayer, kueue: Kueue, life: Lifecycle
) -> None:
    create(cluster, jobs, "queued")
    waiting = jobs.wait("queued", lambda job: Jobs.says(job, "Suspended") == "True")["status"]
    assert (waiting["phase"], "activeSince" in waiting["budget"]) == ("Pending", False)
    assert {item["reason"] for item in waiting["conditions"] if item["type"] == "Running"} == {"WaitingForQuota"}
    assert life.rests()
    assert (kueue.writes, life.pods()) == ([], [])
    selector = {"kubernetes.io/os": "linux"}
    cluster.api.patch(f"/api/v1/nodes/{player.node}", {"metadata": {"labels": selector}})
    child = life.wait_child("queued")
    kueue.admit(uid(child), Flavor(selector, (SPOT,), {"flavor": "spot"}))
    pod = player.run("queued")
    jobs.wait_phase("queued", "Running")
    assert life.rests()
    admitted = life.wait_child("queued")["spec"]["template"]
    assert (admitted["spec"]["nodeSelector"], admitted["metadata"]["labels"]["flavor"]) == (selector, "spot")
    assert SPOT in admitted["spec"]["tolerations"]
    assert kueue.writes == ["start"]
    player.end(pod, 0, DONE.encode().decode())
    jobs.wait_phase("queued", "Succeeded")
    assert life.rests()
    assert kueue.writes == ["start"]


@pytest.mark.checklist(21)
def test_an_evicted_job_waits_again_and_the_time_evicted_is_not_active(
    cluster: ControlPlane, operator: OperatorProcess, jobs: Jobs, player: PodPlayer, kueue: Kueue, life: Lifecycle
) -> None:
    first = start(cluster, jobs, life, kueue, player, "evicted")
    child = life.wait_child("evicted")
    kueue.evict(uid(child))
    player.let_go(first)
    status = jobs.wait("evicted", lambda job: Jobs.says(job, "Suspended") == "True")["status"]
    assert (status["phase"], "activeSince" in status["budget"]) == ("Suspended", False)
    poll(lambda: kueue.writes[-1], lambda written: written == "restore", 10, "the eviction's last write")
    restored = cluster.api.get(batch_jobs(jobs.namespace, "evicted"))
    assert "startTime" not in restored["status"]
    assert restored["spec"]["template"] == {
        **child["spec"]["template"],
        "metadata": {**child["spec"]["template"]["metadata"], "labels": _without_flavor(child)},
    }
    poll(life.rests, bool, 20, "rest while it waits")
    assert _turns(kueue) == ["start", "stop", "reset", "restore"]
    before = jobs.get("evicted")["status"]["budget"]
    kueue.admit(uid(child))
    second = player.run("evicted")
    again = jobs.wait_phase("evicted", "Running")
    assert (again["attempts"], again["podName"], again["jobUID"]) == (2, second, uid(child))
    assert (again["budget"]["activeSeconds"], again["budget"]["failures"]) == (before["activeSeconds"], 0)
    assert life.rests()
    assert _turns(kueue) == ["start", "stop", "reset", "restore", "start"]


def _turns(kueue: Kueue) -> list[str]:
    """What it wrote; a stop that is tried again while the template may not be changed yet counts once."""
    writes = kueue.writes
    return [write for number, write in enumerate(writes) if write == "start" or write not in writes[:number]]


def _without_flavor(job: Object) -> dict[str, str]:
    labels: dict[str, str] = job["spec"]["template"]["metadata"]["labels"]
    return {name: value for name, value in labels.items() if name != "flavor"}


def test_suspending_gives_the_quota_back_and_resuming_queues_anew_with_the_budget_kept(
    cluster: ControlPlane, operator: OperatorProcess, jobs: Jobs, player: PodPlayer, kueue: Kueue, life: Lifecycle
) -> None:
    pod = start(cluster, jobs, life, kueue, player, "paused")
    child = uid(life.wait_child("paused"))
    jobs.suspend("paused", True)
    cluster.api.wait_gone(batch_jobs(jobs.namespace, "paused"))
    player.let_go(pod)
    status = jobs.wait_phase("paused", "Suspended")
    assert life.rests()
    jobs.suspend("paused", False)
    made = life.wait_child("paused", uid_other_than=child)
    assert made["spec"]["suspend"] is True
    queued = jobs.wait("paused", lambda job: job["status"].get("jobUID") == uid(made))["status"]
    assert queued["budget"]["activeSeconds"] == status["budget"]["activeSeconds"]
    kueue.admit(uid(made))
    player.run("paused")
    assert jobs.wait_phase("paused", "Running")["attempts"] == 2
    assert kueue.writes == ["start", "start"]


@pytest.mark.checklist(21)
def test_what_others_set_on_a_running_child_is_left_as_it_is(
    cluster: ControlPlane, operator: OperatorProcess, jobs: Jobs, player: PodPlayer, life: Lifecycle
) -> None:
    training(jobs, player, "shared")
    status = jobs.wait_phase("shared", "Running")
    where = batch_jobs(jobs.namespace, "shared")
    changed = cluster.api.patch(where, {"metadata": {"labels": {QUEUE_LABEL: "team-a"}}, "spec": {"parallelism": 2}})
    assert life.rests()
    assert cluster.api.get(where)["spec"] == changed["spec"]
    assert uid(cluster.api.get(where)) == status["jobUID"]


@pytest.mark.checklist(21)
def test_a_queue_label_on_a_running_child_leaves_suspending_to_kueue(
    cluster: ControlPlane, operator: OperatorProcess, jobs: Jobs, player: PodPlayer, kueue: Kueue, life: Lifecycle
) -> None:
    pod = training(jobs, player, "adopted")
    where = batch_jobs(jobs.namespace, "adopted")
    cluster.api.patch(where, {"metadata": {"labels": {QUEUE_LABEL: "team-a"}}})
    cluster.api.wait_for(where, lambda job: job["spec"]["suspend"] is True)
    player.let_go(pod)
    jobs.wait("adopted", lambda job: Jobs.says(job, "Suspended") == "True")
    poll(life.rests, bool, 20, "rest while it waits")
    assert kueue.writes == ["stop", "reset", "restore"]
    kueue.admit(uid(life.wait_child("adopted")))
    player.run("adopted")
    assert jobs.wait_phase("adopted", "Running")["attempts"] == 2
