"""Several workers with the real Job controller: one group, one Service, the chief's end is the job's."""

from typing import Any

import pytest

from tests.cluster.api import Object, poll
from tests.cluster.controlplane import ControlPlane
from tests.cluster.resources import Resource, pods
from tests.cluster.resources import jobs as batch_jobs
from tests.component.operator.lifecycle import Lifecycle
from tests.component.operator.pods import DONE, GPU, Jobs, PodPlayer
from tests.support.operator_process import OperatorProcess

INDEX = "batch.kubernetes.io/job-completion-index"


def services(namespace: str, name: str | None = None) -> Resource:
    return Resource("v1", "services", namespace, name)


class Group:
    """The living pods of one job's workers."""

    def __init__(self, cluster: ControlPlane, jobs: Jobs, player: PodPlayer, child: str, workers: int) -> None:
        self._api, self._player = cluster.api, player
        self.namespace, self.child, self.workers = jobs.namespace, child, workers

    def bound(self, deadline: float = 20.0) -> dict[int, str]:
        """Name of each worker's pod, once all have a node."""
        return poll(self._living, lambda found: len(found) == self.workers, deadline, f"workers of {self.child}")

    def run(self, deadline: float = 20.0) -> dict[int, str]:
        """All workers start; returns the names of their pods."""
        names = self.bound(deadline)
        for name in names.values():
            self._player.start(name)
        return names

    def _living(self) -> dict[int, str]:
        found = self._api.list(pods(self.namespace), labelSelector=f"batch.kubernetes.io/job-name={self.child}")
        return {int(pod["metadata"]["annotations"][INDEX]): pod["metadata"]["name"] for pod in found if _lives(pod)}


def _lives(pod: Object) -> bool:
    ended = pod["status"]["phase"] in ("Succeeded", "Failed") or "deletionTimestamp" in pod["metadata"]
    return bool(pod["spec"].get("nodeName")) and not ended


def test_three_workers_run_as_one_job_and_end_with_the_chief(
    cluster: ControlPlane, operator: OperatorProcess, jobs: Jobs, player: PodPlayer
) -> None:
    mark = cluster.audit.mark()
    jobs.create("trio", workers=3)
    names = Group(cluster, jobs, player, "trio", 3).run()
    status = jobs.wait_phase("trio", "Running")
    assert (status["attempts"], status["podName"], status["podUID"]) == (1, names[0], player.uid(names[0]))
    service = cluster.api.get(services(jobs.namespace, "tj-trio"))
    chief = cluster.api.get(pods(jobs.namespace, names[0]))
    told = {item["name"]: item.get("value") for item in chief["spec"]["containers"][0]["env"]}
    hosts = [f"{chief['spec']['hostname'][:-1]}{index}.{chief['spec']['subdomain']}" for index in range(3)]
    assert chief["spec"]["subdomain"] == service["metadata"]["name"]
    assert told["TRANSFERJOB_PEERS"] == ",".join(f"{host}.{jobs.namespace}.svc" for host in hosts)
    assert service["spec"]["selector"].items() <= chief["metadata"]["labels"].items()
    player.end(names[0], 0, DONE.encode().decode())
    for index in (1, 2):
        player.let_go(names[index])
    done = jobs.wait_phase("trio", "Succeeded")
    assert (done["attempts"], done["result"]["metrics"]) == (1, {"accuracy": 0.91})
    counted = Lifecycle(cluster, jobs).counted_writes(mark)
    print(f"\nwrites from creation to finish: {dict(counted)}")
    assert counted.total() <= 5


@pytest.mark.slow  # the garbage collector looks for new kinds of owners twice a minute
def test_the_service_goes_with_its_job(
    cluster: ControlPlane, operator: OperatorProcess, jobs: Jobs, player: PodPlayer
) -> None:
    jobs.create("leaving", workers=2, run={"suspend": True})
    cluster.api.wait_for(services(jobs.namespace, "tj-leaving"), lambda _service: True)
    cluster.api.delete(jobs.at("leaving"))
    cluster.api.wait_gone(services(jobs.namespace, "tj-leaving"), deadline=90)


@pytest.mark.slow
def test_one_worker_that_dies_restarts_all_and_costs_one_retry(
    cluster: ControlPlane, operator: OperatorProcess, jobs: Jobs, player: PodPlayer
) -> None:
    group = Group(cluster, jobs, player, "fragile", 2)
    jobs.create("fragile", workers=2, run={"retries": 1})
    for turn, phase in enumerate(("Restarting", "Failed")):
        names = group.run(deadline=40)
        running = jobs.wait_phase("fragile", "Running")
        assert (running["attempts"], running["budget"]["failures"]) == (turn + 1, turn)
        player.end(names[1], 70)
        player.end(names[0], 76)
        status = jobs.wait_phase("fragile", phase)
    assert (status["failure"]["reason"], status["attempts"]) == ("Crash", 2)
    assert status["budget"]["freeRestarts"] == 0


def test_a_group_that_does_not_fit_is_ended_and_the_missing_worker_named(
    cluster: ControlPlane, operator: OperatorProcess, jobs: Jobs, player: PodPlayer
) -> None:
    resources = {"gpus": 1, "gpuResource": GPU, "cpu": "40", "memory": "64Mi"}  # of the node's 64
    jobs.create("wide", workers=2, resources=resources, run={"startTimeoutSeconds": 6})
    group = Group(cluster, jobs, player, "wide", 1)
    ((index, name),) = group.bound().items()
    player.start(name)
    status = jobs.wait_phase("wide", "Failed", deadline=30)
    assert f"worker {1 - index} of 2 did not start within 6 s" in status["failure"]["message"]
    assert "Insufficient" in status["failure"]["message"]
    player.let_go(name)
    cluster.api.wait_gone(batch_jobs(jobs.namespace, "wide"))


def test_a_strangers_service_is_left_alone_and_named(
    cluster: ControlPlane, operator: OperatorProcess, jobs: Jobs, player: PodPlayer
) -> None:
    stranger: Object = {
        "metadata": {"name": "tj-taken"},
        "spec": {"clusterIP": "None", "selector": {"app": "web"}},
    }
    made = cluster.api.create(services(jobs.namespace), stranger)
    life = Lifecycle(cluster, jobs)
    jobs.create("taken", workers=2)
    job = jobs.wait("taken", lambda job: "NameConflict" in _reasons(job))
    assert any("Service tj-taken" in item["message"] for item in job["status"]["conditions"])
    assert life.rests()
    assert life.child("taken") is None
    assert cluster.api.get(services(jobs.namespace, "tj-taken"))["spec"] == made["spec"]


@pytest.mark.parametrize("name", ["9" * 63, "a." * 126 + "b", "9lives"])
def test_workers_of_a_job_of_any_name_get_their_service_and_pods(
    cluster: ControlPlane, operator: OperatorProcess, jobs: Jobs, player: PodPlayer, name: str
) -> None:
    jobs.create(name, workers=2)
    child = poll(lambda: cluster.api.list(batch_jobs(jobs.namespace)), bool, 20, "a Job")[0]["metadata"]["name"]
    Group(cluster, jobs, player, child, 2).run()
    jobs.wait_phase(name, "Running")
    assert cluster.api.get(services(jobs.namespace, f"tj-{child}"))


def test_suspending_and_resuming_is_one_more_attempt_of_all(
    cluster: ControlPlane, operator: OperatorProcess, jobs: Jobs, player: PodPlayer
) -> None:
    group = Group(cluster, jobs, player, "pause", 2)
    jobs.create("pause", workers=2)
    names = group.run()
    jobs.wait_phase("pause", "Running")
    jobs.suspend("pause", True)
    for name in names.values():
        player.let_go(name)
    jobs.wait_phase("pause", "Suspended")
    jobs.suspend("pause", False)
    again = group.run()
    status = jobs.wait_phase("pause", "Running")
    assert (status["attempts"], status["podName"]) == (2, again[0])
    assert (status["budget"]["failures"], status["budget"]["freeRestarts"]) == (0, 0)


def _reasons(job: dict[str, Any]) -> set[str]:
    return {item["reason"] for item in job.get("status", {}).get("conditions", ())}
