"""What others do to the operator's objects, and objects that it cannot read, disturb no other job."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.cluster.api import ApiError, Object, poll
from tests.cluster.controlplane import ControlPlane
from tests.cluster.resources import Resource
from tests.cluster.resources import jobs as batch_jobs
from tests.component.operator.pods import Jobs, PodPlayer
from tests.support.operator_process import OperatorProcess

DEFINITION = Resource("apiextensions.k8s.io/v1", "customresourcedefinitions", None, "transferjobs.transferjob.dev")


@pytest.fixture
def loose_schema(cluster: ControlPlane, jobs: Jobs) -> Iterator[None]:
    """The resource as a version that checks nothing would define it."""
    strict = cluster.api.get(DEFINITION)["spec"]["versions"]
    anything: Any = {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}}
    cluster.api.patch(DEFINITION, {"spec": {"versions": [{**strict[0], "schema": anything}]}})
    yield
    cluster.api.patch(DEFINITION, {"spec": {"versions": strict}})


def until_accepted(attempt: Callable[[], Object]) -> Object:
    """A changed schema is taken up a moment after it was written."""

    def once() -> Object | None:
        try:
            return attempt()
        except ApiError as error:
            if error.code not in (400, 422):
                raise
            return None

    made = poll(once, lambda found: found is not None, 15, "the loosened schema")
    assert made is not None
    return made


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
    jobs.create("free")
    player.run("free")
    jobs.wait_phase("free", "Running")


def reasons(job: Object) -> set[str]:
    return {condition["reason"] for condition in job.get("status", {}).get("conditions", ())}
