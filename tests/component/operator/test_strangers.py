"""What others do to the operator's objects, and objects that it cannot read, disturb no other job."""

from collections.abc import Iterator

import pytest

from tests.cluster.api import Object
from tests.cluster.controlplane import ControlPlane
from tests.cluster.resources import jobs as batch_jobs
from tests.component.operator.pods import Jobs, PodPlayer
from tests.component.operator.schema import loosened, until_accepted
from tests.component.operator.steps import training
from tests.support.operator_process import OperatorProcess


@pytest.fixture
def loose_schema(cluster: ControlPlane, jobs: Jobs) -> Iterator[None]:
    with loosened(cluster):
        yield


@pytest.mark.checklist(35)
def test_a_job_that_cannot_be_read_fails_alone(
    cluster: ControlPlane, operator: OperatorProcess, jobs: Jobs, player: PodPlayer, loose_schema: None
) -> None:
    damaged = jobs.manifest("damaged", freeze={"layers": "many"}, dataset=7)
    until_accepted(lambda: cluster.api.create(jobs.at(), damaged))
    jobs.create("sound")
    status = jobs.wait_phase("damaged", "Failed")
    assert status["failure"]["reason"] == "InvalidSpec"
    assert "freeze.layers" in status["failure"]["message"]
    player.run("sound")
    jobs.wait_phase("sound", "Running")


@pytest.mark.checklist(10, 11)
def test_a_strangers_job_of_the_same_name_is_left_alone(
    cluster: ControlPlane, operator: OperatorProcess, jobs: Jobs, player: PodPlayer
) -> None:
    container = {"name": "main", "image": "stranger"}
    template = {"spec": {"restartPolicy": "Never", "containers": [container]}}
    stranger: Object = {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"name": "taken"},
        "spec": {"suspend": True, "template": template},
    }
    made = cluster.api.create(batch_jobs(jobs.namespace), stranger)
    jobs.create("taken")
    jobs.wait("taken", lambda job: "NameConflict" in reasons(job))
    assert cluster.api.get(batch_jobs(jobs.namespace, "taken"))["metadata"]["uid"] == made["metadata"]["uid"]
    training(jobs, player, "free")


def reasons(job: Object) -> set[str]:
    return {condition["reason"] for condition in job.get("status", {}).get("conditions", ())}
