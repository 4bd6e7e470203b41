"""A status that somebody emptied or filled with garbage: made anew from what is there, and nothing is done twice."""

from __future__ import annotations

from typing import Any

import pytest

from tests.cluster.api import Object
from tests.cluster.controlplane import ControlPlane
from tests.cluster.resources import jobs as batch_jobs
from tests.component.operator.pods import DONE, Jobs, PodPlayer
from tests.component.operator.schema import loosened, until_accepted
from tests.component.operator.steps import training
from tests.support.operator_process import OperatorProcess

GARBAGE: tuple[Any, ...] = (
    {"phase": 7, "conditions": "none", "attempts": -3, "budget": [1], "unknown": {"deep": ["x" * 5000]}},
    {"phase": "Failed", "failure": "no object", "conditions": [{"type": "Failed"}, 7, None]},
    ["not", "an", "object"],
)


def write_status(cluster: ControlPlane, jobs: Jobs, name: str, status: Any) -> Object:
    """Replaces the whole status, as kubectl replace --subresource=status would."""
    job = {**jobs.get(name), "status": status}
    job["metadata"].pop("managedFields")
    return cluster.api.replace(jobs.at(name)._replace(subresource="status"), job)


@pytest.mark.checklist(35)
def test_an_emptied_status_is_made_anew_running_and_finished(
    cluster: ControlPlane, operator: OperatorProcess, jobs: Jobs, player: PodPlayer
) -> None:
    pod = training(jobs, player, "emptied")
    running = jobs.wait_phase("emptied", "Running")
    write_status(cluster, jobs, "emptied", {})
    again = jobs.wait_phase("emptied", "Running")
    assert (again["attempts"], again["podUID"], again["jobUID"]) == (1, running["podUID"], running["jobUID"])
    player.end(pod, 0, DONE.encode().decode())
    done = jobs.wait_phase("emptied", "Succeeded")
    write_status(cluster, jobs, "emptied", {})
    told = jobs.wait_phase("emptied", "Succeeded")
    assert told["result"] == done["result"]
    assert cluster.api.get(batch_jobs(jobs.namespace, "emptied"))["metadata"]["uid"] == running["jobUID"]


def _is_made_anew(job: Object) -> bool:
    """Fields that the schema does not know go with the first read after it is strict again."""
    status = job.get("status")
    return isinstance(status, dict) and "jobUID" in status and "unknown" not in status


@pytest.mark.checklist(35)
@pytest.mark.parametrize("garbage", GARBAGE, ids=["types", "parts", "list"])
def test_garbage_in_a_status_is_replaced_and_disturbs_no_other(
    cluster: ControlPlane, operator: OperatorProcess, jobs: Jobs, player: PodPlayer, garbage: Any
) -> None:
    training(jobs, player, "garbled")
    before = jobs.wait_phase("garbled", "Running")
    with loosened(cluster):
        until_accepted(lambda: write_status(cluster, jobs, "garbled", garbage))
    again = jobs.wait("garbled", _is_made_anew, 60)
    assert (again["status"]["phase"], again["status"]["jobUID"]) == ("Running", before["jobUID"])
    assert set(again["status"]) <= {*before, "progress", "budget"}
    training(jobs, player, "sound")
